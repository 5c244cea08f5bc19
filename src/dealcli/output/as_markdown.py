"""A screen as Markdown: for a comment on a pull request, or a memorandum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dealcli.output.screen import Row, Screen, Section
from dealcli.output.telling import screen
from dealcli.output.text import markdown, markdown_code
from dealcli.output.view import DocumentTree, View


def render(document: DocumentTree, view: View) -> Iterable[str]:
    """A title, tables and lists. Text of others means nothing but itself in it."""
    return lay_out(screen(document, view))


def lay_out(shown: Screen) -> Iterator[str]:
    """Any screen as Markdown."""
    yield f"## {markdown(shown.title)}\n\n**{markdown(shown.as_of)}**\n"
    for remark in shown.remarks:
        yield f"\n> {markdown(remark)}\n"
    for section in shown.sections:
        yield f"\n### {markdown(section.heading.capitalize())}\n\n"
        yield from _table(section) if section.columns or section.dates_first else _list(section)
    if shown.closing:
        yield f"\n**{markdown(shown.closing[0])}**\n\n"
    for line in shown.closing[1:]:
        word, _, command = line.partition(": ")
        yield (
            f"- {markdown(word)}: {markdown_code(command)}\n"
            if command.startswith("dealcli ")
            else f"- {markdown(line)}\n"
        )


def _list(section: Section) -> Iterator[str]:
    for row in section.rows:
        mark = f"{markdown_code(row.mark)} " if row.mark else ""
        yield f"{'  ' * (row.indent + row.deeper)}- {mark}{markdown(row.cells[0])}\n"


def _table(section: Section) -> Iterator[str]:
    columns = ("", "when", "what") if section.dates_first else ("", "", *section.columns)
    yield _line(tuple(map(markdown, columns)))
    yield _line(("---",) * len(columns))
    for row in _with_reasons(section.rows):
        mark = markdown_code(row.mark) if row.mark else ""
        first = f"**{markdown(row.cells[0])}**" if row.group else "<br>".join(map(markdown, row.cells[0].split("\n")))
        first = "&emsp;" * row.indent + first
        written = (mark, first, *map(markdown, row.cells[1:]))
        yield _line(written + ("",) * (len(columns) - len(written)))


def _with_reasons(rows: tuple[Row, ...]) -> Iterator[Row]:
    """Rows with the deeper row after each of them as a second line of their first cell."""
    waiting: Row | None = None
    for row in rows:
        if row.deeper and waiting is not None:
            first = f"{_one_line(waiting.cells[0])}\n{_one_line(row.cells[0])}"
            waiting = Row(waiting.mark, (first, *waiting.cells[1:]), group=waiting.group, indent=waiting.indent)
            continue
        if waiting is not None:
            yield waiting
        waiting = row if row.deeper else Row(row.mark, tuple(map(_one_line, row.cells)), group=row.group, indent=row.indent)
    if waiting is not None:
        yield waiting


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"
