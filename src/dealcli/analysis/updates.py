"""Writing what a run gave in place of what was expected of it, character for character, so that nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dealcli.analysis.trials import Failure
from dealcli.reading.sources import SourceFile

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%+/-]*(?: [A-Za-z0-9_.%+/-]+)*")
"""What needs no quotes anywhere in YAML."""
WRITABLE = ("is", "since", "due", "amount", "paid", "outstanding", "equals", "count", "verdict", "bearer", "counterparty", "binding")
"""Tests whose actual value can be written as one text. The others say what must not be, or list several things."""


class Update(NamedTuple):
    """One stretch of a file, from one character to another, and what is written there."""

    start: int
    end: int
    text: str


def updates(failures: Iterable[Failure], source: SourceFile) -> tuple[list[Update], list[Failure]]:
    """What has to be written so that expectations hold, and those for which that cannot be said in one text."""
    found: dict[int, Update] = {}
    left = []
    for failure in failures:
        own = _updates(failure, source)
        if own is None:
            left.append(failure)
        else:
            found.update((one.start, one) for one in own)
    return [found[start] for start in sorted(found)], left


def _updates(failure: Failure, source: SourceFile) -> list[Update] | None:
    """The updates of one expectation; None where one of its differences cannot be written."""
    actual: dict[str, str] = {}
    for test, _, given in failure.differences:
        value = given.partition(" / ")[0] if test == "is" else given or "none"
        if test not in WRITABLE or actual.setdefault(test, value) != value:
            return None
    found = []
    for test, value in actual.items():
        mark = source.mark_of((*failure.place.route, test), failure.place.document)
        if mark is None or not mark[1] or mark[0].end <= mark[0].start:
            return None
        found.append(Update(mark[0].start, mark[0].end, _written(value)))
    return found


def _written(value: str) -> str:
    return value if PLAIN.fullmatch(value) else "'" + value.replace("'", "''") + "'"


def updated(text: str, changes: Iterable[Update]) -> str:
    """The text of a file with the changes made."""
    for change in sorted(changes, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def all_updates(failures: Mapping[str, Iterable[Failure]], sources: Mapping[str, SourceFile]) -> dict[str, tuple[str, str, int, int]]:
    """For each file with failures: its text, its new text, how many expectations were changed and how many were left."""
    found = {}
    for path, failed in failures.items():
        every = list(failed)
        changes, left = updates(every, sources[path])
        if every:
            found[path] = (sources[path].text, updated(sources[path].text, changes), len(every) - len(left), len(left))
    return found
