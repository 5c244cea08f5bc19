"""Problems as text: with the line they are in and a mark under it, or one line each for editors and ``grep``.

ASCII only, apart from what is quoted from the files. Places are sorted as they stand in the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dealcli.diagnostics import SEVERITIES, Diagnostic, Place
from dealcli.output.text import cells, safe
from dealcli.output.words import count
from dealcli.reading.sources import SourceFile, Span, locate

LONGEST_EXCERPT = 100
"""Columns of an excerpt; a longer line is shown around the place that matters."""
LEAD = 30
"""Columns kept before that place."""
FURTHEST = 4 * LONGEST_EXCERPT
"""Characters on either side that an excerpt is chosen from: a line may be as long as its file."""
CUT = "..."
Sources = Mapping[str, SourceFile]


class _Excerpt(NamedTuple):
    text: str
    indent: int
    marked: int


def render_problems(
    diagnostics: Iterable[Diagnostic], sources: Sources, *, concise: bool = False, most: int | None = None
) -> Iterator[str]:
    """Every problem, or the first ``most`` of them, then a line that counts all. Each piece ends its line."""
    found = in_reading_order(diagnostics, sources)
    shown = found if most is None else found[:most]
    for diagnostic in shown:
        yield from [concise_line(diagnostic, sources)] if concise else full_form(diagnostic, sources)
    if len(found) > len(shown):
        yield f"... {count(len(found) - len(shown), 'more problem')} not shown\n"
    if found:
        yield f"{summary(found)}\n"


def in_reading_order(diagnostics: Iterable[Diagnostic], sources: Sources) -> list[Diagnostic]:
    """By file, line and column; what has no line of its own comes first in its file."""
    return sorted(diagnostics, key=lambda problem: (*_order(problem.place, sources), problem.code, problem.message))


def _order(place: Place, sources: Sources) -> tuple[str, int, int]:
    span = span_of(place, sources)
    return (place.path, span.line, span.column) if span else (place.path, 0, 0)


def span_of(place: Place, sources: Sources) -> Span | None:
    """Where a place is. A line of a log has a number although its text is not kept."""
    span = locate(place, sources)
    if span is None and place.line is not None:
        column = place.column or 1
        return Span(place.path, place.line, column, place.line, column + max(place.length, 1), "")
    return span


def _position(place: Place, span: Span | None) -> str:
    return f"{place.path}:{span.line}:{span.column}" if span else place.path


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning in 1 file``. Options of the command line are no files."""
    numbers = [(sum(problem.severity == severity for problem in diagnostics), severity) for severity in SEVERITIES]
    words = {"info": ("note", "notes")}
    counted = ", ".join(count(number, *words.get(severity, (severity,))) for number, severity in numbers if number)
    files = {
        problem.place.path for problem in diagnostics if problem.place.path and not problem.place.path.startswith("--")
    }
    return f"{counted} in {count(len(files), 'file')}" if files else counted


# --- one line --------------------------------------------------------------------------------------------------------


def concise_line(problem: Diagnostic, sources: Sources) -> str:
    """``path:line:column: error[DC201]: message (hint)``."""
    where = _position(problem.place, span_of(problem.place, sources))
    more = "; ".join(filter(None, (f"expected {problem.expected}" if problem.expected else "", problem.hint)))
    line = f"{where}: " if where else ""
    return safe(f"{line}{problem.severity}[{problem.code}]: {problem.message}{f' ({more})' if more else ''}") + "\n"


# --- with the line of the file ---------------------------------------------------------------------------------------


def full_form(problem: Diagnostic, sources: Sources) -> Iterator[str]:
    """The problem, its place, the line with a mark under it, what is expected and what to try; an empty line last."""
    span = span_of(problem.place, sources)
    related = [(place, text, span_of(place, sources)) for place, text in problem.related]
    gutter = (
        max(len(str(place.line)) for place in (span, *(s for _, _, s in related)) if place) if span or related else 1
    )
    yield f"{safe(f'{problem.severity}[{problem.code}]: {problem.message}')}\n"
    if where := _position(problem.place, span):
        yield f"{' ' * gutter}--> {safe(where)}\n"
    if span:
        yield from _quoted(span, gutter, "^", "")
    for place, text, other in related:
        yield f"{' ' * gutter}::: {safe(_position(place, other))}\n"
        yield from _quoted(other, gutter, "-", text) if other else [f"{' ' * gutter} = {safe(text)}\n"]
    if problem.expected:
        yield f"{' ' * gutter} = expected: {safe(problem.expected)}\n"
    if problem.hint:
        yield f"{' ' * gutter} = help: {safe(problem.hint)}\n"
    yield "\n"


def _quoted(span: Span, gutter: int, sign: str, remark: str) -> Iterator[str]:
    bar = f"{' ' * gutter} |"
    if not span.excerpt_line.strip():
        if remark:
            yield f"{bar} {safe(remark)}\n"
        return
    excerpt = _excerpt(span)
    yield f"{bar}\n"
    yield f"{span.line:>{gutter}} | {safe(excerpt.text)}".rstrip() + "\n"
    yield f"{bar} {' ' * excerpt.indent}{sign * excerpt.marked} {safe(remark)}".rstrip() + "\n"


def _excerpt(span: Span) -> _Excerpt:
    """The line as it is shown, how many columns lie before the marked stretch and how many it has."""
    line = span.excerpt_line
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
    rest = max(start, end)
    before, marked, after = (safe(part) for part in (
        line[max(start - FURTHEST, 0) : start], line[start : min(end, start + FURTHEST)], line[rest : rest + FURTHEST]))  # fmt: skip
    if cells(before) + cells(marked) + cells(after) > LONGEST_EXCERPT:
        before = before if cells(before) <= LEAD else CUT + before[-LEAD:]
        room = LONGEST_EXCERPT - cells(before)
        marked, after = (marked[:room], CUT) if len(marked) > room else (marked, _shortened(after, room - len(marked)))
    return _Excerpt(before + marked + after, cells(before), max(cells(marked), 1))


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[:room] + CUT
