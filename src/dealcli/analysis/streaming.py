"""Counting a log as it streams by: rows as they were decoded are taken by their situations, without an event being made of each.

A row of plain words and whole numbers, of an event whose key is independent, needs nothing but its date, its key and the
next step of that key. Every other row goes the long way: typed by the reader, then taken or run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from dealcli.analysis.counting import Counting, Counts, Teller, Tracks
from dealcli.analysis.independence import Dependent
from dealcli.analysis.situations import Step
from dealcli.dates import parse_date
from dealcli.diagnostics import Place
from dealcli.engine.program import Program
from dealcli.engine.records import Event
from dealcli.engine.timeline import Exercise, Reader
from dealcli.language.declarations import EventType
from dealcli.reading.log_blocks import as_text
from dealcli.reading.log_rows import Naming
from dealcli.reading.logs import Block

MOST_WHOLE = 10**15
"""A greater number is typed by the reader, which knows how many digits are too many."""
_NOWHERE = Place()


class Plan:
    """How a plain row of one event type is taken: its values, the date first and then the key, and what types they have."""

    __slots__ = ("event", "fetch", "is_short", "letter", "names", "situations", "size", "start", "track", "types")

    def __init__(self, event: EventType, track: Tracks, naming: Naming) -> None:
        (key,) = track.family.keys
        self.event, self.track, self.start, self.situations = event, track, track.rehearsal.start, track.of
        self.letter = track.rehearsal.letter(event)
        self.names = (key, *(name for name in event.attributes if name != key))
        self.fetch = itemgetter(*(naming.column(name) for name in ("date", *self.names)))
        self.types = (str, *(int if event.attributes[name].type.name == "number" else str for name in self.names))
        whole = [number for number, kind in enumerate(self.types) if kind is int]
        self.is_short = _short_at(whole)
        self.size = len(self.types) + 1


def _short_at(places: list[int]) -> Callable[[tuple[Any, ...]], bool]:
    """Whether the whole numbers at these places among the values of a row are short."""
    if not places:
        return bool
    if len(places) == 1:
        (place,) = places
        return lambda values: -MOST_WHOLE < values[place] < MOST_WHOLE
    return lambda values: all(-MOST_WHOLE < values[place] < MOST_WHOLE for place in places)


def is_plain(event: EventType, keys: tuple[str, ...]) -> bool:
    """Whether every row of an event has the same fields, each a word or a number, one of them the key."""
    kinds = [one.type for one in event.attributes.values() if not one.optional]
    plain = all(kind.name == "number" or (kind.name in ("id", "text") and not kind.words) for kind in kinds)
    own_names = event.attributes.keys().isdisjoint(("type", "event", "attrs"))
    return len(keys) == 1 and plain and own_names and len(kinds) == len(event.attributes)


class Streaming:
    """The rows of a scenario and of a log on their way through ``Counting``, up to a day."""

    def __init__(self, program: Program, reader: Reader, own: Iterable[Event | Exercise], as_of: date, naming: Naming,
                 teller: Teller | None = None) -> None:  # fmt: skip
        self.teller = teller
        self.program, self.reader, self.as_of, self.naming = program, reader, as_of, naming
        self.own = deque(own)
        self.counting: Counting | None = None
        self.plans: dict[Any, Plan] = {}
        self.over = False

    def blocks(self, blocks: Iterable[Block]) -> Counts:
        """The counts of all rows. Raises ``Dependent`` where only a whole run can tell, and what ``read_blocks`` raises."""
        for block in blocks:
            rows = iter(block.rows)
            while not block.decoded or self.counting is None:
                row = next(rows, None)
                if row is None:
                    break
                (self._slowly if block.decoded else self._row)(row)
            else:
                self._decoded(rows, self.counting)
            if self.over:
                break
        self._own_until(self.as_of)
        return self._started(self.as_of).counts(self.as_of)

    def _started(self, day: date) -> Counting:
        if self.counting is None:
            self.counting = Counting(self.program, [day], self.teller)
            if self.reader.known_as_of is None:
                self._plan(self.counting)
        return self.counting

    def _plan(self, counting: Counting) -> None:
        """How plain rows are taken, by what the log calls their events."""
        names = {event.name for event in counting.track_of}
        for theirs in (*names, *self.naming.rename):
            event = self.reader.event_type(self.naming.rename.get(theirs, theirs), _NOWHERE)
            track = counting.track_of.get(event) if event is not None else None
            if event is not None and track is not None and is_plain(event, track.family.keys):
                self.plans[theirs] = Plan(event, track, self.naming)
        self.reader.problems.clear()

    # --- the long way -----------------------------------------------------------------------------------------------

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

    def _slowly(self, row: dict[str, Any]) -> None:
        self._row(self.naming.row(as_text(row)))

    # --- the short way ----------------------------------------------------------------------------------------------

    def _decoded(self, rows: Iterator[dict[str, Any]], counting: Counting) -> None:
        plan_of, day, seen, last = self.plans.get, counting.day, 0, ""
        teller = self.teller
        column, other = (self.naming.fields["event"],) * 2 if "event" in self.naming.fields else ("type", "event")
        for row in rows:
            plan, values = plan_of(row.get(column) or row.get(other)), ()
            if plan is not None and len(row) == plan.size:
                try:
                    values = plan.fetch(row)
                except KeyError:
                    values = ()
            if plan is None or not values or tuple(map(type, values)) != plan.types \
                    or (values[0] != last and not self._day_comes(values[0], counting)):  # fmt: skip
                self._slowly(row)
                if self.over:
                    break
                last = ""
                continue
            if values[0] != last:
                last, day = values[0], counting.day
            key = values[1]
            situation = plan.situations.get(key, plan.start)
            step = situation.moves.get(plan.letter)
            if step.__class__ is not Step or not step.alone or key == "unknown" or not plan.is_short(values):
                self._taken(row, values, plan, counting)
                continue
            seen += 1
            step.hits += 1
            if step.then is not situation:
                plan.situations[key] = step.then
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

    def _taken(self, row: dict[str, Any], values: tuple[Any, ...], plan: Plan, counting: Counting) -> None:
        if "unknown" in values or not plan.is_short(values):
            self._slowly(row)
            return
        event = Event(plan.event, counting.today, None, dict(zip(plan.names, values[1:], strict=True)))
        counting.seen += 1
        counting.take(plan.track, values[1], plan.letter, event)


__all__ = ["Streaming"]
