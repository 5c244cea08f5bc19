"""Scenarios held against what they expect, file by file: what fails, what it is instead, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dealcli.analysis.coverage import named_clauses
from dealcli.analysis.evaluation import Evaluation, evaluate
from dealcli.analysis.scenario import Scenario, load
from dealcli.analysis.wording import change_text
from dealcli.dates import civil_day
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.reading.sources import SourceFile
from dealcli.slotted import dataclass, field

NOT_LOOKED_AT = "not looked at: its day comes after the as-of date"


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that fails, or is ``todo``: (test, expected, actual) of what differs, and what last moved the thing."""

    row: Mapping[str, Any]
    place: Place
    at: str
    differences: tuple[tuple[str, str, str], ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One scenario with how many expectations it has, which of them fail, and what keeps it from running.

    ``todo`` are those that do not hold and are marked as such.
    """

    title: str
    place: Place
    expectations: int
    failures: tuple[Failure, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    todo: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class FileTrial:
    """All scenarios of a file that expect something. ``problems`` are those for which the file cannot be used."""

    path: str
    trials: tuple[Trial, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def refused(self) -> tuple[Diagnostic, ...]:
        """Everything that kept something in the file from running."""
        return (*self.problems, *(problem for trial in self.trials for problem in trial.problems))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Every expectation of the file that fails."""
        return tuple(failure for trial in self.trials for failure in trial.failures)

    @property
    def todo(self) -> int:
        """How many expectations of the file do not hold and are marked as such."""
        return sum(len(trial.todo) for trial in self.trials)

    @property
    def expectations(self) -> int:
        """How many expectations were held against a run."""
        return sum(trial.expectations for trial in self.trials if not trial.problems)


@dataclass(slots=True)
class Tally:
    """What came of all files."""

    files: list[FileTrial] = field(default_factory=list)

    @property
    def scenarios(self) -> int:
        """How many scenarios were looked for, those that could not run included."""
        return sum(len(file.trials) for file in self.files)

    @property
    def expectations(self) -> int:
        """How many expectations were held against a run."""
        return sum(file.expectations for file in self.files)

    @property
    def failed(self) -> int:
        """How many expectations fail."""
        return sum(len(file.failures) for file in self.files)

    @property
    def todo(self) -> int:
        """How many expectations do not hold and are marked as such."""
        return sum(file.todo for file in self.files)

    @property
    def refused(self) -> tuple[Diagnostic, ...]:
        """Everything that kept something from running, each problem once."""
        return tuple(dict.fromkeys(problem for file in self.files for problem in file.refused))


def try_files(paths: Iterable[str], sources: dict[str, SourceFile], chosen: re.Pattern[str] | None = None) -> Tally:
    """Run every scenario of the files that expects something and whose title ``chosen`` is found in."""
    tally = Tally()
    for path in paths:
        found = _try_file(path, sources, chosen)
        if found.trials or found.problems:
            tally.files.append(found)
    return tally


def _try_file(path: str, sources: dict[str, SourceFile], chosen: re.Pattern[str] | None) -> FileTrial:
    try:
        scenarios = load(path, sources)
    except Refused as refused:
        return FileTrial(path, problems=refused.diagnostics)
    wanted = [one for one in scenarios if one.expectations and (chosen is None or chosen.search(one.title))]
    return FileTrial(path, tuple(map(_try, wanted)))


def _try(scenario: Scenario) -> Trial:
    try:
        evaluation = evaluate(scenario)
    except Refused as refused:
        return Trial(scenario.title, scenario.place, len(scenario.expectations), problems=refused.diagnostics)
    failures, todo = _failures(evaluation)
    return Trial(scenario.title, scenario.place, len(scenario.expectations), tuple(failures), todo=tuple(todo))


def _failures(evaluation: Evaluation) -> tuple[list[Failure], list[Failure]]:
    """The expectations that fail, and those that do not hold and are marked ``todo``."""
    looked_at = {outcome.place: outcome for outcome in evaluation.outcomes}
    failures: list[Failure] = []
    todo: list[Failure] = []
    for row, place in evaluation.scenario.expectations:
        outcome = looked_at.get(place)
        if outcome is None:
            found = Failure(row, place, str(row.get("at")), (("at", str(row.get("at")), NOT_LOOKED_AT),))
            (todo if "todo" in row else failures).append(found)
        elif outcome.fails or not outcome.holds:
            reason = _reason(evaluation, row, civil_day(outcome.at))
            (failures if outcome.fails else todo).append(Failure(row, place, str(outcome.at), outcome.wrong, reason))
    return failures, todo


def _reason(evaluation: Evaluation, row: Mapping[str, Any], day: date) -> str:
    """What last moved, up to a day, the thing that an expectation is about, in words; empty if nothing did."""
    names = _names(evaluation, row)
    key = str(row["key"]) if isinstance(row.get("key"), str) else None
    moved = [t for t in evaluation.run.state.transitions
             if t.name in names and t.day <= day and (key is None or t.key is None or t.key == key)]  # fmt: skip
    if not moved:
        return ""
    last = moved[-1]
    return f"{last.day}: {change_text(last, evaluation.program)}"


def _names(evaluation: Evaluation, row: Mapping[str, Any]) -> list[str]:
    program = evaluation.program
    if "clause" in row:
        return named_clauses(program, str(row["clause"]))
    groups = (("agreement", program.agreements), ("measure", program.measures), ("fact", program.facts))
    wanted = next(((row[word], things) for word, things in groups if word in row), None)
    if wanted is None:
        return []
    name, things = wanted
    return [thing.full for thing in things if name in (thing.name, thing.full)]


__all__ = ["NOT_LOOKED_AT", "Failure", "FileTrial", "Tally", "Trial", "try_files"]
