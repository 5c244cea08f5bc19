"""A run: the state, what is due when, what has turned, and the queue of what has occurred."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from dealcli.engine.program import Agreement, Clause, Program, Watch
from dealcli.engine.records import Finding, Moment, Occurrence, Position, Transition
from dealcli.engine.state import State

RAN_OUT, BEGINS, WITHIN_DAY = 1, 2, 3
"""The parts of a day in which an agenda entry falls due; the last is for limits that are instants."""

AGREEMENTS, DATES, PERIODS, CONDITIONS, EFFECTS = range(5)
"""The order of what begins on one day: agreements, dates and ``N days after``, periods, conditions, delayed effects."""


class DoesNotSettle(Exception):
    """A chain of causes within one instant, or of periods, that would go on for ever. Carries the names of its links."""

    def __init__(self, chain: list[str], clause: Clause | None = None, hint: str = "something triggers itself within one instant") -> None:
        super().__init__(" -> ".join(chain))
        self.chain, self.clause, self.hint = chain, clause, hint


class Run:
    """One evaluation under way. The modules beside this one move it: ``days`` -> ``settle`` -> ``judge`` -> ``change``."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state = State(program)
        self.agenda: list[tuple[Any, ...]] = []
        self.queue: deque[Occurrence] = deque()
        self.turned: dict[tuple[Any, ...], tuple[Any, Occurrence]] = {}
        """Facts that were moved since it was last said what became true or false: what each was before, and what moved it."""
        self.wakes: set[tuple[Any, date]] = set()
        """What is to be looked at on which day to come."""
        self.dirty: list[tuple[Any, ...]] = []
        self.waiting: set[int] = set()
        self.cause = Occurrence("start", None, "", date.min)
        self.entered: dict[tuple[Any, ...], int] = {}
        self.perhaps_turned: set[tuple[Any, ...]] = set()
        """Conditions that were and are unknown, and of which it was said in this settle that they have perhaps turned."""
        self.watched: dict[Watch, Any] = {}
        self.watched_keys: dict[tuple[Watch, tuple[Any, ...]], Any] = {}
        self.periods: dict[Clause, int] = {}
        """The number of the last period of a recurring clause that was made or is to come."""
        self.perhaps_begun: set[Clause] = set()
        """Recurring clauses whose periods are counted from a day that was not known at some time."""
        self.counted: set[tuple[Clause, int]] = set()
        """Acts that served a position of a clause for which earlier performance counts."""
        self.first_day: dict[Clause, date] = {}
        """The day from which a recurring clause counts its periods, once it has come."""
        self.ticket = 0
        self.applied = 0
        """How many rows of the timeline have been read and applied."""
        self.completing: list[tuple[Agreement, Occurrence, Any]] = []
        self.moment: Moment = date.min
        self.tells = True
        """Whether changes are noted, so that they can be told and explained; what is merely counted needs none."""
        self.starting = True
        """Before the first day: what is so then has been so from the beginning."""

    @property
    def day(self) -> date:
        """The civil day on which a change shows: during the first part of a day that is already the new one."""
        return self.moment.astimezone(self.program.zone).date() if isinstance(self.moment, datetime) else self.moment

    # --- the agenda -------------------------------------------------------------------------------------------------

    def schedule(self, day: date, part: int, order: tuple[Any, ...], what: str, *about: Any) -> None:
        """Put something on the agenda; entries of one day and part fall due in the order of ``order``, then of entry."""
        self.ticket += 1
        heapq.heappush(self.agenda, (day, part, order, self.ticket, what, about))

    # --- what has to be looked at again -----------------------------------------------------------------------------

    def look_at(self, thing: Position | Watch | Agreement | Clause) -> None:
        """Have a position, a watch, an agreement or a recurring clause looked at again in this settle."""
        if id(thing) in self.waiting:
            return
        self.waiting.add(id(thing))
        if isinstance(thing, Position):
            order: tuple[Any, ...] = (thing.clause.rank, 1, thing.clause.order, thing.seq)
        else:
            order = (thing.rank if isinstance(thing, Watch) else -1, 0, thing.order, 0)
        self.ticket += 1
        heapq.heappush(self.dirty, (*order, self.ticket, thing))

    def may_turn(self, *slot: Any) -> bool:
        """Whether a condition that was and is unknown, and is looked at again, is to be told as one that has perhaps turned.

        Once in a settle, and not before the first day.
        """
        told = self.starting or slot in self.perhaps_turned
        self.perhaps_turned.add(slot)
        return not told

    def touch(self, kind: str, thing: Any, names: dict[str, Any] | None = None) -> None:
        """Something changed: have its readers looked at again, those of the same key where only these can differ."""
        self.state.version += 1
        readers = self.program.readers.get((kind, thing))
        if not readers:
            return
        for owner, local in readers:
            if isinstance(owner, Clause):
                if owner.every is not None:
                    self.look_at(owner)
                for position in self._affected(owner, names if local else None):
                    self.look_at(position)
            else:
                self.look_at(owner)

    def _affected(self, clause: Clause, names: dict[str, Any] | None) -> Iterable[Position]:
        open_ones = self.state.open[clause]
        if names is None:
            return list(open_ones.values())
        if clause.keys and all(key in names for key in clause.keys):
            key = tuple(names[key] for key in clause.keys)
            return [p for p in self.state.by_key.get((clause, key), ()) if p.seq in open_ones]
        shared = [key for key in clause.keys if key in names]
        return [p for p in open_ones.values() if all(p.names.get(key) == names[key] for key in shared)]

    # --- what is noted ----------------------------------------------------------------------------------------------

    def note(self, transition: Transition) -> None:
        self.state.transitions.append(transition)

    def find(self, kind: str, severity: str, text: str, *, position: Position | None = None, clause: Clause | None = None,
             occurrence: Occurrence | None = None) -> None:  # fmt: skip
        """Note a finding about a position or clause, and the event that led to it."""
        occurrence = occurrence or self.cause
        event = occurrence.event
        about = position.clause if position is not None else clause
        key = position.key_text if position is not None else None
        name = event.type.name if event is not None else None
        moment: Moment | None = event.moment if event is not None else None
        self.state.findings.append(Finding(kind, severity, self.state.today, about.full if about else None, key, name, text,
                                           event.place if event else None, moment))  # fmt: skip
