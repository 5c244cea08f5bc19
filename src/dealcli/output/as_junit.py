"""JUnit XML, as build servers read it: suites of cases that pass, fail or could not be run.

There is no standard; only what the widely used readers share is written. Times are left out: they vary from run to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dealcli.diagnostics import Diagnostic
from dealcli.output.problems import Sources, concise_line, in_reading_order
from dealcli.output.text import xml_text


class Case(NamedTuple):
    """One case. ``outcome`` is empty where it passes, else ``failure`` (a wrong answer), ``error`` (no answer) or ``skipped``."""

    group: str
    name: str
    outcome: str = ""
    code: str = ""
    message: str = ""
    body: str = ""


def junit(suites: Sequence[tuple[str, Sequence[Case]]]) -> Iterator[str]:
    """The whole report; suites and cases stand in the order given."""
    every = [case for _, cases in suites for case in cases]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="dealcli" {_counts(every)}>\n'
    for name, cases in suites:
        yield f"  <testsuite name={_attribute(name)} {_counts(cases)}>\n"
        for case in cases:
            yield from _case(case)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def problems_as_junit(
    diagnostics: Iterable[Diagnostic], sources: Sources, checked: Sequence[str], failing: Sequence[str]
) -> Iterator[str]:
    """What a check found: a suite for each file, a case for each problem, a passing one for a clean file.

    A problem fails where its severity is among ``failing``; others pass and say what was found.
    """
    found = in_reading_order(diagnostics, sources)
    files = sorted({*checked, *(problem.place.path for problem in found)})
    suites = []
    for file in files:
        own = [problem for problem in found if problem.place.path == file]
        cases = [_problem_case(file, problem, sources, failing) for problem in own] or [Case(_group(file), "no problems")]
        suites.append((file, cases))
    yield from junit(suites or [("dealcli check", [Case("dealcli", "no problems")])])


def _problem_case(file: str, problem: Diagnostic, sources: Sources, failing: Sequence[str]) -> Case:
    line = concise_line(problem, sources).rstrip("\n")
    name = f"{problem.code} {line.partition(f': {problem.severity}[')[0].removeprefix(file).lstrip(':')}".rstrip()
    outcome = "failure" if problem.severity in failing else ""
    return Case(_group(file), name, outcome, problem.code, f"{problem.severity}: {problem.message}", line)


def _group(file: str) -> str:
    """A file as the dotted name by which readers group cases."""
    return file.rpartition(".")[0].replace("/", ".").strip(".") or file


def _case(case: Case) -> Iterator[str]:
    head = f"    <testcase classname={_attribute(case.group)} name={_attribute(case.name)}"
    if not case.outcome:
        yield f"{head}><system-out>{_content(case.body)}</system-out></testcase>\n" if case.body else f"{head}/>\n"
        return
    yield f"{head}>\n"
    if case.outcome == "skipped":
        yield f"      <skipped message={_attribute(case.message)}/>\n    </testcase>\n"
        return
    yield f"      <{case.outcome} type={_attribute(case.code)} message={_attribute(case.message)}>"
    yield f"{_content(case.body)}</{case.outcome}>\n"
    yield "    </testcase>\n"


def _counts(cases: Sequence[Case]) -> str:
    numbers = Counter(case.outcome for case in cases)
    return f'tests="{len(cases)}" failures="{numbers["failure"]}" errors="{numbers["error"]}" skipped="{numbers["skipped"]}"'


def _content(text: str) -> str:
    return "\n".join(map(xml_text, text.split("\n")))


def _attribute(text: str) -> str:
    return f'"{xml_text(text)}"'
