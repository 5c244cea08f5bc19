"""Counting a log as it streams by: rows as they were decoded are taken by their situations, without an event being made of each.

A row of plain words and whole numbers, of an event whose key is independent, needs nothing but its date, its key and the
next step of that key. Every other row goes the long way: typed by the reader, then taken or run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from dealcli.analysis.counting import Counting, Counts, Teller
from dealcli.analysis.independence import Dependent
from dealcli.analysis.plans import Plan, Plans, Taken
from dealcli.analysis.situations import Step
from dealcli.dates import parse_date
from dealcli.diagnostics import Place
from dealcli.engine.program import Program
from dealcli.engine.records import Event
from dealcli.engine.timeline import Exercise, Reader
from dealcli.reading.log_blocks import as_text
from dealcli.reading.log_rows import Naming
from dealcli.reading.logs import Block

_NOWHERE = Place()


class Streaming:
    """The rows of a scenario and of a log on their way through ``Counting``, up to a day."""

    def __init__(self, program: Program, reader: Reader, own: Iterable[Event | Exercise], as_of: date, naming: Naming,
                 teller: Teller | None = None) -> None:  # fmt: skip
        self.teller = teller
        self.program, self.reader, self.as_of, self.naming = program, reader, as_of, naming
        self.own = deque(own)
        self.counting: Counting | None = None
        self.plans: Plans | None = None
        self.over = False

    def blocks(self, blocks: Iterable[Block]) -> Counts:
        """The counts of all rows. Raises ``Dependent`` where only a whole run can tell, and what ``read_blocks`` raises."""
        for block in blocks:
            if block.form == "read":
                self._read(block.rows)
            elif block.form == "typed" and self.plans is not None:
                self._take(self.plans.taken_typed(block.rows), self._started(self.as_of), self.plans)
            else:
                self._decoded(iter(block.rows))
            if self.over:
                break
        self._own_until(self.as_of)
        return self._started(self.as_of).counts(self.as_of)

    def typed(self, raw: bytes) -> list[Any] | None:
        """The rows of some lines as objects, once it is known what rows there are."""
        return self.plans.objects(raw) if self.plans is not None else None

    def _started(self, day: date) -> Counting:
        if self.counting is None:
            self.counting = Counting(self.program, [day], self.teller)
            if self.reader.known_as_of is None:
                self.plans = Plans(self.counting, self.reader, self.naming)
        return self.counting

    # --- the long way -----------------------------------------------------------------------------------------------

    def _read(self, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            self._row(row)

    def _row(self, row: dict[str, Any]) -> None:
        if not row.get("date") or not (row.get("event") or "note" in row):
            raise Dependent("a row that cannot be used")
        event = self.reader.read(row, _NOWHERE)
        if self.reader.problems or isinstance(event, Exercise):
            raise Dependent("a row that is to be looked at more closely")
        if event is None or self.over or event.day > self.as_of:
            self.over = self.over or (event is not None and event.day > self.as_of)
            return
        self._own_until(event.day)
        self._started(event.day).event(event)

    def _own_until(self, day: date) -> None:
        """The rows of the scenario itself come before those of the log of the same day."""
        while self.own and self.own[0].day <= min(day, self.as_of):
            row = self.own.popleft()
            if not isinstance(row, Event):
                raise Dependent("a power is exercised")
            self._started(row.day).event(row)

    def _decoded(self, rows: Iterator[dict[str, Any]]) -> None:
        """Rows as JSON has them; those that come before it is known what is counted go the long way."""
        for row in rows:
            if self.plans is not None and self.counting is not None:
                self._take(self.plans.taken(chain((row,), rows)), self.counting, self.plans)
                break
            self._row(self.naming.row(as_text(row)))

    # --- the short way ----------------------------------------------------------------------------------------------

    def _take(self, rows: Iterator[Taken], counting: Counting, plans: Plans) -> None:
        last, day, seen, teller = "", counting.day, 0, self.teller
        for plan, written, key, row in rows:
            if written != last or plan is None:
                if plan is None or not self._day_comes(written, counting):
                    self._row(plans.as_read(row))
                    if self.over:
                        break
                    last = ""
                    continue
                last, day = written, counting.day
            situation = plan.of.get(key, plan.start)
            step = situation.moves.get(plan.letter)
            if type(step) is not Step or not step.alone or key == "unknown":
                self._one(plan, key, row, counting, plans)
                continue
            seen += 1
            if step.then is not situation:
                plan.of[key] = step.then
            if step.quiet:
                continue
            step.hits += 1
            if step.due:
                plan.track.set_due(key, day, step.due)
            if teller is not None and step.changes:
                teller.tell(counting.today, key, step.changes)
        counting.seen += seen

    def _day_comes(self, text: str, counting: Counting) -> bool:
        """Go to a day as it is written; False where the reader has to look at it."""
        try:
            day = parse_date(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None or day > self.as_of:
            return False
        self._own_until(day)
        counting.reach(day)
        return True

    def _one(self, plan: Plan, key: str, row: Any, counting: Counting, plans: Plans) -> None:
        """A row whose step wants more than its key, or is not known yet."""
        values = plan.values(row)
        if "unknown" in values.values():
            self._row(plans.as_read(row))
            return
        del values["date"]
        counting.seen += 1
        counting.take(plan.track, key, plan.letter, Event(plan.event, counting.today, None, values))


__all__ = ["Streaming"]
