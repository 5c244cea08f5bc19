"""A problem as plain data, the same in every format for programs: lines and columns count characters from 1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from dealcli.diagnostics import Diagnostic, Place
from dealcli.output.problems import Sources, in_reading_order, span_of
from dealcli.reading.sources import Span


def row_of(problem: Diagnostic, sources: Sources) -> dict[str, Any]:
    """One problem with its place; places that have no line of their own have null for it."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "place": place_row(problem.place, sources),
        "expected": problem.expected or None,
        "hint": problem.hint or None,
        "related": [{"message": text, "place": place_row(place, sources)} for place, text in problem.related],
    }


def place_row(place: Place, sources: Sources) -> dict[str, Any]:
    """Where something stands: the file, the lines and columns, and the way through the document."""
    span = span_of(place, sources)
    return {
        "path": place.path or None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "route": list(place.route),
    }


def with_fingerprints(
    diagnostics: Iterable[Diagnostic], sources: Sources
) -> Iterator[tuple[Diagnostic, Span | None, str]]:
    """Problems in reading order, each with its span and a fingerprint that lines added above it do not change.

    It is drawn from the code, the file, the way through the document, the words at the place and the message; problems
    that share all of these are told apart by a number.
    """
    seen: dict[str, int] = {}
    for problem in in_reading_order(diagnostics, sources):
        span = span_of(problem.place, sources)
        words = span.excerpt_line[span.column - 1 : span.end_column - 1] if span else ""
        parts = (problem.code, problem.place.path, "/".join(map(str, problem.place.route)), words, problem.message)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
        seen[digest] = seen.get(digest, 0) + 1
        yield problem, span, f"{digest}:{seen[digest]}"
