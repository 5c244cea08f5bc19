"""A problem as a value: what is wrong, where, what was expected, what to try.

Problems are collected and rendered at the very end; exceptions are for bugs. A problem knows its *place* as a route through
the document (``("clauses", "first_refusal", "within")``); only the reader of the file knows lines and columns, and joins
them when the problem is shown (``dealcli.reading.sources``).
"""

from __future__ import annotations

from typing import Literal

from dealcli.slotted import dataclass, field

Route = tuple[str | int, ...]
Severity = Literal["error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: a route in one document of one file, or a plain line and column where there is no tree yet.

    ``offset`` and ``length`` count characters inside the scalar that the route leads to. ``on_key`` points at the key
    itself and not at its value. ``line`` and ``column`` count from 1.
    """

    path: str = ""
    route: Route = ()
    document: int = 0
    offset: int | None = None
    length: int = 0
    on_key: bool = False
    line: int | None = None
    column: int | None = None

    def at(self, *steps: str | int, on_key: bool = False) -> Place:
        """The place reached by following ``steps`` from this one."""
        return Place(self.path, (*self.route, *steps), self.document, on_key=on_key, line=self.line, column=self.column)

    def inside(self, offset: int, length: int = 0) -> Place:
        """A stretch of characters inside the scalar at this place."""
        return Place(self.path, self.route, self.document, offset, length)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. ``message`` says what is wrong, ``expected`` what would be right, ``hint`` what to try."""

    code: str
    message: str
    place: Place = field(default_factory=Place)
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"
    related: tuple[tuple[Place, str], ...] = ()

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Files in name order, then documents, then routes; stable for equal places."""
        place = self.place
        steps = tuple((0, step, "") if isinstance(step, int) else (1, 0, step) for step in place.route)
        return (place.path, place.document, place.line or 0, place.column or 0, steps, place.offset or 0, self.code)


class Refused(Exception):
    """Input that cannot be used. Carries every problem found; the command line shows them and exits with 2."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        # the problems are its arguments, so that it comes back whole from another process
        super().__init__(*diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return self.diagnostics[0].message if self.diagnostics else "refused"


def nearest(word: str, known: object, most: int = 3) -> list[str]:
    """Names among ``known`` that ``word`` may be a misspelling of, best first."""
    from difflib import get_close_matches

    names = sorted({str(name) for name in known})[:5000]  # type: ignore[attr-defined]
    return get_close_matches(word[:100], names, n=most, cutoff=0.6)


def did_you_mean(word: str, known: object) -> str:
    """A hint that names the nearest known words, or all of them where they are few; empty if neither helps."""
    names = sorted({str(name) for name in known})  # type: ignore[attr-defined]
    close = nearest(word, names)
    if close:
        return "did you mean " + " or ".join(f"'{name}'" for name in close) + "?"
    if 0 < len(names) <= 12:
        return "known here: " + ", ".join(names)
    return ""
