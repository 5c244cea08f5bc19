"""What ``test`` found, as text, as JSON and for build servers. Only what differs is shown, actual before expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from dealcli import __version__
from dealcli.analysis.trials import Failure, FileTrial, Tally, Trial
from dealcli.diagnostics import Place
from dealcli.output.as_junit import Case, junit
from dealcli.output.problem_rows import row_of
from dealcli.output.problems import Sources, concise_line
from dealcli.output.text import cells, json_text, safe
from dealcli.output.words import count
from dealcli.reading.sources import locate

FORMAT = "dealcli.test/1"
SUBJECTS = ("finding", "clause", "agreement", "measure", "fact")
SELECTORS = ("clause", "key", "bearer")


def plain(tally: Tally, sources: Sources) -> Iterator[str]:
    """A line for each file with what failed in it below, then a line that counts all."""
    width = max((cells(safe(file.path)) for file in tally.files), default=0)
    for file in tally.files:
        yield _file_line(file, width)
        several = len(file.trials) > 1
        for trial in file.trials:
            if trial.problems:
                yield f"  {safe(trial.title)}: could not run\n"
            for failure in trial.failures:
                yield from _failure_lines(trial, failure, sources, several)
            for left in trial.todo:
                yield f"{_failure_head(trial, left, sources, several)}: todo: {safe(left.row['todo'])}\n"
    yield f"{summary(tally)}\n"


def _file_line(file: FileTrial, width: int) -> str:
    word = "cannot run" if file.refused else "FAILED" if file.failures else "ok"
    parts = [count(len(file.trials), "scenario"), count(file.expectations, "expectation")]
    numbers = ((len(file.failures), "failed"), (file.todo, "todo"))
    told = ", ".join([*parts, *(f"{number} {word}" for number, word in numbers if number)])
    if file.problems:
        told = count(len(file.problems), "problem")
    name = safe(file.path)
    return f"{word:<10}  {name}{' ' * (width - cells(name))}  {told}\n"


def _failure_head(trial: Trial, failure: Failure, sources: Sources, several: bool) -> str:
    title = f"{safe(trial.title)}: " if several else ""
    return f"  {_where(failure.place, sources)}: {title}{safe(_about(failure))}"


def _failure_lines(trial: Trial, failure: Failure, sources: Sources, several: bool) -> Iterator[str]:
    yield f"{_failure_head(trial, failure, sources, several)}\n"
    for test, expected, actual in failure.differences:
        named = "" if test == "is" else f"{safe(test)} "
        yield f"      {named}actual {safe(actual) or 'none'}, expected {'not ' if test == 'is_not' else ''}{safe(expected)}\n"
    if failure.because:
        yield f"      because {safe(failure.because)}\n"


def _about(failure: Failure) -> str:
    """What an expectation is about: its day, its subject, and what selects among its positions."""
    row = failure.row
    subject = next(word for word in SUBJECTS if word in row)
    name = str(row[subject]) if subject == "clause" else f"{subject} {row[subject]}"
    more = [f"{word} {row[word]}" for word in SELECTORS if word in row and word != subject]
    return f"{failure.at} {name}" + (f" ({', '.join(more)})" if more else "")


def _where(place: Place, sources: Sources) -> str:
    span = locate(place, sources)
    return safe(f"{place.path}:{span.line}:{span.column}" if span else place.path)


def summary(tally: Tally) -> str:
    """``2 of 31 expectations failed in 4 scenarios of 2 files``."""
    where = f"in {count(tally.scenarios, 'scenario')} of {count(len(tally.files), 'file')}"
    if tally.failed:
        told = f"{tally.failed} of {count(tally.expectations, 'expectation')} failed {where}"
    else:
        holding = tally.expectations - tally.todo
        told = f"{count(holding, 'expectation')} hold{'' if holding != 1 else 's'} {where}"
    if tally.todo:
        told += f"; {tally.todo} todo"
    stuck = sum(bool(file.refused) for file in tally.files)
    return told + (f"; {count(stuck, 'file')} could not be run" if stuck else "")


# --- for programs ----------------------------------------------------------------------------------------------------


def as_json(tally: Tally, sources: Sources) -> Iterator[str]:
    """One document with every file, scenario and failure."""
    status = "error" if tally.refused else "failed" if tally.failed else "ok"
    found = {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "status": status,
        "summary": {
            "files": len(tally.files),
            "scenarios": tally.scenarios,
            "expectations": tally.expectations,
            "failed": tally.failed,
            "todo": tally.todo,
            "problems": len(tally.refused),
        },
        "files": [_file_row(file, sources) for file in tally.files],
    }
    yield json_text(json.dumps(found, indent=2, ensure_ascii=False)) + "\n"


def _file_row(file: FileTrial, sources: Sources) -> dict[str, Any]:
    return {
        "path": file.path,
        "problems": [row_of(problem, sources) for problem in file.problems],
        "scenarios": [
            {
                "title": trial.title,
                "expectations": trial.expectations,
                "failed": [_failure_row(failure, sources) for failure in trial.failures],
                "todo": [_failure_row(left, sources) for left in trial.todo],
                "problems": [row_of(problem, sources) for problem in trial.problems],
            }
            for trial in file.trials
        ],
    }


def _failure_row(failure: Failure, sources: Sources) -> dict[str, Any]:
    span = locate(failure.place, sources)
    return {
        "line": span.line if span else None,
        "column": span.column if span else None,
        "at": failure.at,
        "expectation": dict(failure.row),
        "differences": [{"test": t, "actual": actual, "expected": expected} for t, expected, actual in failure.differences],
        "because": failure.because or None,
    }


def as_junit(tally: Tally, sources: Sources) -> Iterator[str]:
    """A suite for each file, a case for each scenario: failed where an expectation fails, in error where it cannot run.

    An expectation that is to do is a case of its own, which is skipped.
    """
    yield from junit([(file.path, _cases(file, sources)) for file in tally.files])


def _cases(file: FileTrial, sources: Sources) -> list[Case]:
    group = file.path.rpartition(".")[0].replace("/", ".")
    if file.problems:
        return [_stuck(group, file.path, file.problems, sources)]
    found = []
    for trial in file.trials:
        if trial.problems:
            found.append(_stuck(group, trial.title, trial.problems, sources))
        elif trial.failures:
            body = "".join(line for one in trial.failures for line in _failure_lines(trial, one, sources, several=False))
            message = f"{len(trial.failures)} of {count(trial.expectations, 'expectation')} failed"
            found.append(Case(group, trial.title, "failure", "expectation", message, f"\n{body}"))
        else:
            found.append(Case(group, trial.title))
        found.extend(Case(group, f"{trial.title}: {_about(left)}", "skipped", message=left.row["todo"]) for left in trial.todo)
    return found


def _stuck(group: str, name: str, problems: tuple[Any, ...], sources: Sources) -> Case:
    body = "".join(concise_line(problem, sources) for problem in problems)
    return Case(group, name, "error", problems[0].code, problems[0].message, f"\n{body}")


FORMATS: Mapping[str, Callable[[Tally, Sources], Iterator[str]]] = MappingProxyType(
    {"plain": plain, "json": as_json, "junit": as_junit}
)
