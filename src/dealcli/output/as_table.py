"""A screen on a terminal, fitted to its width. Rich is loaded only here, and only when something is rendered."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dealcli.output.screen import Row, Screen, Section
from dealcli.output.telling import screen
from dealcli.output.text import cells, safe
from dealcli.output.view import DocumentTree, View
from dealcli.output.words import STYLE_OF_MARK

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

STYLES = {
    "title": "bold",
    "heading": "bold",
    "column": "dim",
    "reason": "dim",
    "rule": "dim",
    "remark": "yellow",
    "group": "bold",
    "holds": "green",
    "open": "yellow",
    "broken": "bold red",
    "over": "red",
    "done": "cyan",
    "paused": "magenta",
    "waiting": "dim",
    "supposed": "yellow",
    "closing": "dim",
    "total": "bold",
}
"""Every style that occurs. The eight base colours, so that a reader's own theme applies."""

NARROWEST, NARROWEST_COLUMN, NARROWEST_FIRST = 40, 10, 18


def render(document: DocumentTree, view: View) -> Iterable[str]:
    """The screen as lines that fit the view's width, without spaces at their ends; a command to copy is not broken."""
    return lay_out(screen(document, view), view.width, view.colour)


def lay_out(shown: Screen, width: int, colour: bool) -> Iterator[str]:
    """Any screen as lines that fit a width."""
    width = max(width, NARROWEST)
    out = io.StringIO()
    console = _console(out, width, colour)
    console.print(_columns([(shown.title, None, "title"), (shown.as_of, min(cells(shown.as_of), width // 2), "title")]))
    for remark in shown.remarks:
        console.print(_text(remark, "remark"))
    console.print(_text("-" * width, "rule"))
    for number, section in enumerate(shown.sections):
        if number:
            console.print()
        for line in _section(section, width):
            console.print(line)
    console.print(_text("-" * width, "rule"))
    for number, closing in enumerate(shown.closing):
        console.print(_text(closing, "closing" if number else "total"), soft_wrap="dealcli " in closing)
    for written in out.getvalue().split("\n")[:-1]:
        yield f"{written.rstrip()}\n"


def _console(out: io.StringIO, width: int, colour: bool) -> Console:
    from rich.console import Console
    from rich.theme import Theme

    return Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None,
                   no_color=not colour, theme=Theme(STYLES, inherit=False), markup=False, emoji=False, highlight=False,
                   legacy_windows=False, _environ={})  # fmt: skip


def _text(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(safe(text), style=style, overflow="fold")


def _columns(parts: list[tuple[str, int | None, str]]) -> Table:
    """One row of (text, width, style); a part without a width takes the room that is left."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0), expand=True, pad_edge=False)
    for _, width, _ in parts:
        table.add_column(width=width, ratio=None if width is not None else 1, overflow="fold")
    table.add_row(*(_text(text, style) for text, _, style in parts))
    return table


def _section(section: Section, width: int) -> Iterable[Table | Text]:
    widths = _widths(section, width)
    beside = width - sum(widths) - 2 * len(widths) >= NARROWEST_FIRST
    names = [(name, size, "column") for name, size in zip(section.columns, widths, strict=False)] if beside else []
    yield _columns([(section.heading, None, "heading"), *names])
    for row in section.rows:
        if row.group:
            yield _text(f"  {row.cells[0]}", "group")
        elif row.deeper:
            yield _columns([("", 4, ""), (row.cells[0], None, "reason")])
        elif section.dates_first:
            yield _columns(
                [
                    ("", 0, ""),
                    (row.cells[0], 16 if len(row.cells[0]) > 10 else 10, "column"),
                    *_marked(row, row.cells[1:], []),
                ]
            )
        elif not beside:
            yield from _stacked(row, section)
        else:
            yield _columns([("", 0, ""), *_marked(row, row.cells, widths)])


def _stacked(row: Row, section: Section) -> Iterable[Table]:
    """A row where its columns have no room beside each other: the first cell, and the others under it with their names."""
    yield _columns([("", 0, ""), *_marked(row, row.cells[:1], [])])
    others = [f"{name} {cell}".strip() for name, cell in zip(section.columns, row.cells[1:], strict=False) if cell]
    if others:
        yield _columns([("", 4, ""), ("; ".join(others), None, "reason")])


def _marked(row: Row, texts: tuple[str, ...], widths: list[int]) -> list[tuple[str, int | None, str]]:
    """A mark, the text beside it, and further cells."""
    style = STYLE_OF_MARK.get(row.mark, "")
    first, *others = texts
    return [
        (row.mark, 1, style),
        *([("", 2 * row.indent - 2, "")] if row.indent else []),
        (first, None, ""),
        *((cell, size, "") for cell, size in zip(others, widths, strict=False)),
    ]


def _widths(section: Section, width: int) -> list[int]:
    """The widths of the columns after the first, which together leave it at least half of the line."""
    found = [max([cells(name), *(cells(row.cells[at]) for row in section.rows if at < len(row.cells))])
             for at, name in enumerate(section.columns, 1)]  # fmt: skip
    while sum(found) + 2 * len(found) > width // 2 and max(found) > NARROWEST_COLUMN:
        found[found.index(max(found))] -= 1
    return found
