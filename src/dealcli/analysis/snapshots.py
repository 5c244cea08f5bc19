"""Copies of a run that is under way, so that what several runs have in common is run once.

What moves while it runs is copied; the program and everything that never changes is shared by all copies of one run. The
copy is made by pickling in memory, which is many times faster than the running it saves; it never leaves the process.
"""

from __future__ import annotations

import pickle
from collections import deque
from io import BytesIO
from typing import Any, NamedTuple

from dealcli.engine.records import AgreementState, Cell, Event, Finding, Occurrence, Position, Transition
from dealcli.engine.run import Run
from dealcli.engine.state import State

MOVING = frozenset((Run, State, Position, Cell, Occurrence, Event, AgreementState, deque, type))
"""What is copied, beside plain collections; the last is how a copy names its classes."""


class Snapshot(NamedTuple):
    """What moves, and what has been told so far, which never changes again."""

    moving: bytes
    transitions: tuple[Transition, ...]
    findings: tuple[Finding, ...]


class Snapshots:
    """Copies of the runs of one program. Each thing that they share is kept here once."""

    def __init__(self) -> None:
        self.shared: list[Any] = []
        self.numbers: dict[int, int] = {}

    def taken(self, run: Run) -> Snapshot:
        """A copy of a run in which nothing is waiting to be looked at."""
        assert not any((run.dirty, run.queue, run.waiting))
        state = run.state
        state.memo.clear()
        told = state.transitions, state.findings
        state.transitions, state.findings = [], []
        written = BytesIO()
        _Writer(written, self).dump(run)
        state.transitions, state.findings = told
        return Snapshot(written.getvalue(), tuple(state.transitions), tuple(state.findings))

    def restored(self, copy: Snapshot) -> Run:
        """A run that goes on from a copy."""
        reader = _Reader(BytesIO(copy.moving))
        reader.shared = self.shared
        run: Run = reader.load()
        run.state.transitions, run.state.findings = list(copy.transitions), list(copy.findings)
        return run

    def number(self, thing: Any) -> int:
        """The number of a thing that all copies share."""
        found = self.numbers.get(id(thing))
        if found is None:
            found = self.numbers[id(thing)] = len(self.shared)
            self.shared.append(thing)
        return found


class _Writer(pickle.Pickler):
    def __init__(self, target: BytesIO, snapshots: Snapshots) -> None:
        super().__init__(target, pickle.HIGHEST_PROTOCOL)
        self.snapshots = snapshots

    def reducer_override(self, thing: Any) -> Any:
        if type(thing) in MOVING or thing is shared:
            return NotImplemented
        return shared, (self.snapshots.number(thing),)


def shared(number: int) -> Any:
    """What a copy says of a thing that is not in it. The reader, which has them all, puts its own look-up in this place."""
    raise LookupError(number)


class _Reader(pickle.Unpickler):
    shared: list[Any]

    def find_class(self, module: str, name: str) -> Any:
        return self.shared.__getitem__ if name == "shared" else super().find_class(module, name)


__all__ = ["Snapshot", "Snapshots"]
