"""A file that was read, and the way from a route in its tree back to a line and a column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple

from dealcli.diagnostics import Place, Route
from dealcli.reading.text import line_and_column, line_starts
from dealcli.slotted import dataclass, field

Style = Literal["plain", "single", "double", "literal", "folded"]

STYLES: dict[str, Style] = {"": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


class Mark(NamedTuple):
    """Where one value stands: character positions from 0 in the text of the file.

    ``style`` is YAML's sign for how a scalar is written ("" for a plain one) and None for a mapping or a list, whose
    members are in ``inner``. In a list there is no key: ``key_start`` is -1. A mapping or list written in lines has no
    end of its own: ``end`` equals ``start``.
    """

    key_start: int
    key_end: int
    start: int
    end: int
    style: str | None
    inner: dict[str, Mark] | list[Mark] | None


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: nested dicts and lists whose leaves are text, or None where nothing was written."""

    tree: dict[str, Any]
    source_path: str
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file. Lines and columns count characters from 1; the end column is the one after the last."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    excerpt_line: str


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read. ``sound`` says that its documents were found without fault in an earlier run.

    ``known_marks`` is None for a file that was not read by its grammar; then it is read so when a mark is asked for.
    """

    path: str
    text: str
    documents: tuple[Document, ...] = ()
    known_marks: tuple[Mark, ...] | None = field(default=(), repr=False)
    sound: bool = False

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The place of everything, with one entry for each document, also for those that could not be used."""
        if self.known_marks is not None:
            return self.known_marks
        from dealcli.reading.yaml_tree import read_yaml

        return read_yaml(self.path, self.text.encode())[0].marks

    @cached_property
    def starts(self) -> list[int]:
        """Where the lines begin, in characters from 0."""
        return line_starts(self.text)

    def line(self, number: int) -> str:
        """A line of the file without its line end; empty if there is no such line."""
        if not 0 < number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def mark_of(self, route: Route, document: int = 0) -> tuple[Mark, bool] | None:
        """The mark at the end of a route, or of the last step that exists, and whether the whole route was found.

        None if there is no such document.
        """
        if not 0 <= document < len(self.marks):
            return None
        mark = self.marks[document]
        for step in route:
            member = _member(mark.inner, step)
            if member is None:
                return mark, False
            mark = member
        return mark, True

    def value_of(self, route: Route, document: int = 0) -> Any:
        """What stands at a route; None if nothing does."""
        value: Any = next((known.tree for known in self.documents if known.index == document), None)
        for step in route:
            value = _member(value, step)
        return value

    def style_of(self, route: Route, document: int = 0) -> Style | None:
        """How the scalar at a route is written; None if there is no scalar."""
        found = self.mark_of(route, document)
        if found is None or not found[1] or found[0].style is None:
            return None
        return STYLES[found[0].style]

    def flow_at(self, route: Route, document: int = 0) -> bool:
        """Whether the value at a route stands inside ``[...]`` or ``{...}``, where a comma ends a plain scalar."""
        found = self.mark_of(route[:-1], document) if route else None
        return found is not None and found[1] and found[0].end > found[0].start

    def span(self, start: int, end: int) -> Span:
        """The stretch from one character position to another; an empty one is widened to one character."""
        line, column = line_and_column(self.starts, start)
        end_line, end_column = line_and_column(self.starts, end)
        if (end_line, end_column) <= (line, column):
            end_line, end_column = line, column + 1
        return Span(self.path, line, column, end_line, end_column, self.line(line))


def _member(container: Any, step: str | int) -> Any:
    """What one step of a route leads to; None if it leads nowhere."""
    if isinstance(container, dict) and isinstance(step, str):
        return container.get(step)
    if isinstance(container, list) and isinstance(step, int) and 0 <= step < len(container):
        return container[step]
    return None


def locate(place: Place, sources: Mapping[str, SourceFile]) -> Span | None:
    """The lines and columns of a place. None if its file was not read or has no such document.

    A route that leads further than the file (a missing key) is shown at the key of the last step that exists.
    """
    source = sources.get(place.path)
    if source is None:
        return None
    if place.line is not None:
        column = place.column or 1
        return Span(place.path, place.line, column, place.line, column + max(place.length, 1), source.line(place.line))
    found = source.mark_of(place.route, place.document)
    if found is None:
        return None
    mark, complete = found
    if (place.on_key or not complete) and mark.key_start >= 0:
        return source.span(mark.key_start, mark.key_end)
    if mark.style is None:
        return _span_of_collection(source, mark)
    if complete and place.offset is not None:
        return _span_inside(source, mark, place)
    return source.span(mark.start, _end_of_text(source.text, mark))


def _span_of_collection(source: SourceFile, mark: Mark) -> Span:
    """From its beginning to the end of its first line, or to its bracket."""
    if mark.end > mark.start:
        return source.span(mark.start, mark.end)
    line, _ = line_and_column(source.starts, mark.start)
    return source.span(mark.start, source.starts[line - 1] + len(source.line(line).rstrip()))


def _end_of_text(text: str, mark: Mark) -> int:
    """The end of a scalar without the blank lines that follow a block scalar."""
    if mark.style in ("|", ">"):
        return mark.start + len(text[mark.start : mark.end].rstrip())
    return mark.end


def _span_inside(source: SourceFile, mark: Mark, place: Place) -> Span:
    """A stretch inside a scalar; the whole scalar's first line where its characters cannot be told one by one."""
    assert mark.style is not None
    assert place.offset is not None
    from dealcli.reading.scalars import character_positions

    value = source.value_of(place.route, place.document)
    positions = character_positions(source.text, mark.start, mark.end, mark.style, value)
    if positions is None:
        line, _ = line_and_column(source.starts, mark.start)
        end_of_line = source.starts[line - 1] + len(source.line(line))
        return source.span(mark.start, min(mark.end, end_of_line))
    last = len(positions) - 1
    first = min(max(place.offset, 0), last)
    after = min(first + max(place.length, 0), last)
    end = positions[after]
    if after > first:
        # what follows the last character may stand on a later line; an underline ends with the character itself
        end = min(end, positions[after - 1] + _width(source.text, positions[after - 1], end, mark.style))
    return source.span(positions[first], end)


def _width(text: str, start: int, end: int, style: str) -> int:
    """How many characters of the file one character of a scalar takes."""
    if (style == '"' and text[start] == "\\") or (style == "'" and text[start] == "'"):
        return max(end - start, 1)
    return 1
