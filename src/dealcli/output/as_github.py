"""Annotations for GitHub: one workflow command a line. No text of a file or path can end its line or begin another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dealcli.diagnostics import SEVERITIES, Diagnostic
from dealcli.output.problems import Sources, concise_line, in_reading_order, span_of
from dealcli.output.text import safe

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
SHOWN = 10
"""So many annotations of one level are shown for a step; the others stand in its log."""


def workflow_commands(diagnostics: Iterable[Diagnostic], sources: Sources) -> Iterator[str]:
    """The worst first, and where there are more than are shown, a notice that says so."""
    found = sorted(in_reading_order(diagnostics, sources), key=lambda problem: SEVERITIES.index(problem.severity))
    for problem in found:
        yield f"::{LEVELS[problem.severity]} {','.join(_properties(problem, sources))}::{_text(problem, sources)}\n"
    hidden = sum(max(0, sum(one.severity == severity for one in found) - SHOWN) for severity in SEVERITIES)
    if hidden:
        yield f"::notice title=dealcli::{hidden} more in the log of this step\n"


def _properties(problem: Diagnostic, sources: Sources) -> Iterator[str]:
    if problem.place.path:
        yield f"file={_property(problem.place.path)}"
    span = span_of(problem.place, sources)
    if span:
        yield f"line={span.line}"
        if span.line == span.end_line:
            # columns of two different lines are refused
            yield f"col={span.column},endLine={span.end_line},endColumn={span.end_column}"
        else:
            yield f"endLine={span.end_line}"
    yield f"title={_property(f'dealcli {problem.code}')}"


def _text(problem: Diagnostic, sources: Sources) -> str:
    where = concise_line(problem, sources).partition(f": {problem.severity}[")[0]
    lines = [f"{where}: {problem.message}", problem.expected and f"expected: {problem.expected}", problem.hint]
    return _message("\n".join(safe(line) for line in lines if line))


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return safe(_message(text).replace(":", "%3A").replace(",", "%2C"))
