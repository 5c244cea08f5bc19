"""A screen as plain lines: for pipes, files and screen readers. Nothing is wrapped or cut, nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dealcli.output.screen import Row, Screen, Section
from dealcli.output.telling import screen
from dealcli.output.text import cells, safe
from dealcli.output.view import DocumentTree, View

WIDEST_FIRST = 88
"""Columns after a first cell longer than this are not lined up with those of other rows."""


def render(document: DocumentTree, view: View) -> Iterable[str]:
    """The lines of the screen, each with its line end."""
    return lay_out(screen(document, view))


def lay_out(shown: Screen) -> Iterator[str]:
    """The lines of any screen, each with its line end."""
    for line in (f"{shown.title}  ({shown.as_of})", *shown.remarks):
        yield f"{safe(line)}\n"
    for section in shown.sections:
        yield "\n"
        yield from _section(section)
    yield "\n"
    for line in shown.closing:
        yield f"{safe(line)}\n"


def _section(section: Section) -> Iterator[str]:
    rows = [_cleaned(row) for row in section.rows]
    widths = _widths(section, rows)
    dates = max((len(row.cells[0]) for row in rows), default=0)
    heading = _joined(tuple(map(safe, (section.heading, *section.columns))), [widths[0] + 4, *widths[1:]] if widths else [])
    yield f"{heading}\n"
    for row in rows:
        if row.group:
            yield f"  {row.cells[0]}\n"
        elif row.deeper:
            yield f"      {row.cells[0]}\n"
        elif section.dates_first:
            yield f"  {row.cells[0]:<{dates}} {row.mark or ' '} {'  '.join(row.cells[1:])}".rstrip() + "\n"
        else:
            yield f"  {row.mark or ' '} {_joined(row.cells, widths)}\n"


def _cleaned(row: Row) -> Row:
    first, *others = (safe(cell) for cell in row.cells)
    return Row(row.mark, ("  " * row.indent + first, *others), row.deeper, row.group)


def _widths(section: Section, rows: list[Row]) -> list[int]:
    """The width of each column; none of them for a section of running text."""
    lined = [row.cells for row in rows if len(row.cells) > 1]
    if not lined or section.dates_first:
        return []
    number = max(map(len, lined))
    heads = ("", *section.columns)
    found = [max(cells(cell) for cell in column) for column in
             ([line[at] for line in (heads, *lined) if at < len(line)] or [""] for at in range(number))]  # fmt: skip
    return [min(found[0], WIDEST_FIRST), *found[1:]]


def _joined(parts: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        part + " " * max(0, (widths[at] if at < len(widths) else 0) - cells(part)) for at, part in enumerate(parts)
    ]
    return "  ".join(padded).rstrip()
