"""What a check found, in every format. The problems are the same objects in each; so is the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from dealcli import __version__
from dealcli.diagnostics import SEVERITIES, Diagnostic, Severity
from dealcli.output.problem_rows import row_of, with_fingerprints
from dealcli.output.problems import Sources, concise_line, render_problems, summary
from dealcli.output.text import json_text, markdown, markdown_code
from dealcli.output.words import count

FORMAT = "dealcli.diagnostics/1"


class Report(NamedTuple):
    """The problems of some files, with the files that were checked and what answers for it all: the exit code.

    ``failing`` are the severities that make the answer a "no".
    """

    problems: tuple[Diagnostic, ...]
    sources: Sources
    checked: tuple[str, ...]
    exit_code: int = 0
    failing: tuple[Severity, ...] = ("error",)


def full(report: Report) -> Iterator[str]:
    """Each problem with the line it is in, then a line that counts all; nothing where there is none."""
    yield from render_problems(report.problems, report.sources)


def concise(report: Report) -> Iterator[str]:
    """A line for each problem, then a line that counts all; nothing where there is none."""
    yield from render_problems(report.problems, report.sources, concise=True)


def as_json(report: Report) -> Iterator[str]:
    """One document with everything."""
    found = [_row(*one, report) for one in with_fingerprints(report.problems, report.sources)]
    told = {**_head(), "exit_code": report.exit_code, "summary": counted(report), "diagnostics": found}
    yield json_text(json.dumps(told, indent=2, ensure_ascii=False)) + "\n"


def as_jsonl(report: Report) -> Iterator[str]:
    """A line that starts, one for each problem, one that ends: a stream that was cut off shows."""
    yield _line({"type": "start", **_head()})
    for one in with_fingerprints(report.problems, report.sources):
        yield _line({"type": "diagnostic", **_row(*one, report)})
    yield _line({"type": "end", "exit_code": report.exit_code, "summary": counted(report)})


def as_markdown(report: Report) -> Iterator[str]:
    """A table of problems for a page or a comment."""
    if not report.problems:
        yield f"No problems in {count(len(report.checked), 'file')}.\n"
        return
    yield f"{markdown(summary(report.problems))}\n\n| where | code | severity | what |\n| --- | --- | --- | --- |\n"
    for problem, _, _ in with_fingerprints(report.problems, report.sources):
        where = concise_line(problem, report.sources).partition(f": {problem.severity}[")[0]
        more = f" ({markdown(problem.hint)})" if problem.hint else ""
        yield f"| {markdown_code(where)} | {problem.code} | {problem.severity} | {markdown(problem.message)}{more} |\n"


def counted(report: Report) -> dict[str, int]:
    """How many files were checked, and how many problems of each severity there are."""
    numbers = {str(severity): sum(one.severity == severity for one in report.problems) for severity in SEVERITIES}
    return {"files": len(report.checked), **numbers}


def _head() -> dict[str, Any]:
    return {"format": FORMAT, "tool": {"name": "dealcli", "version": __version__}}


def _row(problem: Diagnostic, _span: object, fingerprint: str, report: Report) -> dict[str, Any]:
    return {**row_of(problem, report.sources), "fingerprint": fingerprint}


def _line(entry: Mapping[str, Any]) -> str:
    return json_text(json.dumps(entry, ensure_ascii=False)) + "\n"


def _junit(report: Report) -> Iterator[str]:
    from dealcli.output.as_junit import problems_as_junit

    yield from problems_as_junit(report.problems, report.sources, report.checked, report.failing)


def _sarif(report: Report) -> Iterator[str]:
    from dealcli.output.as_sarif import sarif

    yield from sarif(report)


def _github(report: Report) -> Iterator[str]:
    from dealcli.output.as_github import workflow_commands

    yield from workflow_commands(report.problems, report.sources)


def _gitlab(report: Report) -> Iterator[str]:
    from dealcli.output.as_gitlab import code_quality

    yield from code_quality(report.problems, report.sources)


FORMATS: Mapping[str, Callable[[Report], Iterator[str]]] = MappingProxyType({
    "full": full,
    "concise": concise,
    "json": as_json,
    "jsonl": as_jsonl,
    "sarif": _sarif,
    "github": _github,
    "junit": _junit,
    "gitlab": _gitlab,
    "markdown": as_markdown,
})  # fmt: skip

