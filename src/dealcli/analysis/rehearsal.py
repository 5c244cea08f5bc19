"""What becomes of one key, asked of the engine once for each situation and remembered.

Keys of an independent family (``independence``) that are in the same situation go on alike. So the engine rehearses: for
each situation it keeps one run of a key without a name, takes it through what comes next, and the situation in which that
ends is where every key goes from there. Meaning stands in the engine alone; here nothing is decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from dealcli.analysis.independence import Dependent, Family, Independence
from dealcli.analysis.situations import (
    Answer,
    Asked,
    Change,
    Desk,
    Hidden,
    Letter,
    NoName,
    Question,
    Real,
    Reports,
    Seen,
    Situation,
    Step,
    change_of,
    enter,
)  # fmt: skip
from dealcli.analysis.snapshots import Snapshots
from dealcli.engine.days import one_row, to_day
from dealcli.engine.program import Clause, Listener, Program, Update
from dealcli.engine.records import Cell, Event, Position
from dealcli.engine.run import RAN_OUT, Run
from dealcli.language.declarations import EventType, Measure
from dealcli.language.values import UNKNOWN, Truth
from dealcli.slotted import replace

MOST_SITUATIONS = 2_000


class Stage:
    """What the rehearsals of all families share: copies of runs, and the events of the whole deal."""

    def __init__(self, world: Run, independent: Independence) -> None:
        self.copies, self.desk = Snapshots(), Desk(world)
        self.events: list[Event] = []
        self.counters: dict[Measure, Update] = {}
        program, tells = world.program, world.tells
        world.program = world.state.program = self._counting(program, independent)
        world.tells = True
        self.first = self.copies.taken(world)
        world.program = world.state.program = program
        world.tells = tells

    def _counting(self, program: Program, independent: Independence) -> Program:
        """The program of the rehearsals: conditions ask, and what moves a reported measure is merely counted."""
        listeners = {}
        for cause, found in program.listeners.items():
            keyed = cause[1] in independent.family_of or bool(getattr(cause[1], "keys", ()))
            listeners[cause] = [self._listener(one, keyed, independent) for one in found]
        return replace(program, listeners={cause: tuple(x for x in found if x) for cause, found in listeners.items()})

    def _listener(self, listener: Listener, keyed: bool, independent: Independence) -> Listener | None:
        branch, update = listener.branch, listener.owner
        branch.where[:] = [one if type(one) is Asked else Asked(one, self.desk) for one in branch.where]
        if listener.role != "update" or update.thing not in independent.reported:
            return listener
        if not keyed or update.thing.keys:
            return None
        counter = next((c for c, known in self.counters.items() if known is update), None)
        if counter is None:
            counter = Measure(name=update.thing.name, agreement=update.thing.agreement, order=update.order)
            self.counters[counter] = update
        return Listener("update", Update(counter, "count", update.branches, order=update.order), branch)


class Rehearsal:
    """The situations of one family, and what leads from each to which."""

    def __init__(self, family: Family, stage: Stage) -> None:
        self.family, self.stage = family, stage
        self.names = {key: NoName() for key in family.keys}
        self.full_names = frozenset((*(clause.full for clause in family.clauses), *(fact.full for fact in family.facts)))
        self.numbers: dict[Any, Letter] = {}
        self.known: dict[Any, Situation] = {}
        self.situations: list[Situation] = []
        self.told: list[Step] = []
        self.letters = {event: tuple(_letters(event, family.keys)) for event in family.events}
        run = stage.copies.restored(stage.first)
        self.start = self._situation(run)

    def letter(self, kind: EventType, certain: bool = True, values: Mapping[str, Any] = MappingProxyType({})) -> Letter:
        """A number for what an event looks like as far as a rehearsal shows it."""
        seen = (kind, certain, *(values.get(name) for name in self.letters[kind]))
        return self.numbers.setdefault(seen, len(self.numbers))

    def step(self, situation: Situation, letter: Letter, real: Real) -> Step:
        """Where a key in a situation goes from there. Raises ``Dependent`` where that cannot be said without its history."""
        node = situation.moves.get(letter)
        while type(node) is Question:
            node = node.answers.get(self.stage.desk.answer(node.asked, node.about, real))
        return node if type(node) is Step else self._rehearsed(situation, letter, real)

    def forget(self) -> None:
        """The whole deal has changed, so that no step is known any more."""
        self.known.clear()
        for situation in self.situations:
            situation.moves.clear()

    def _rehearsed(self, situation: Situation, letter: Letter, real: Real) -> Step:
        """Rehearse a step. Where it sets a limit while another runs, it matters how long that one still has to run."""
        step, path, limits = self._taken(situation, real, None)
        if limits and situation.waits and real.event is not None:
            left = real.left()
            step, path, _ = self._taken(situation, real, left)
            path.append((None, None, left))
        if step.tally:
            self.told.append(step)
        enter(situation, letter, path, step)
        return step

    def _taken(self, situation: Situation, real: Real, left: int | None) -> tuple[Step, list[Answer], bool]:
        """A step as it is taken, the answers on the way, and whether it set a limit."""
        run, desk = self._synced(situation), self.stage.desk
        if left is not None:
            if left > situation.room:
                raise Dependent("more time is left than can be rehearsed")
            self._wait_until(run, situation.waits[0] - timedelta(days=left))
        desk.real, desk.path, desk.remembers, desk.present = real, [], self.family.remembers, None
        desk.numbers = {id(event): number for number, event in enumerate(_remembered(self._positions(run)))}
        ticket = run.ticket
        breaches, waited = self._breaches(run), set(situation.waits)
        self._uncounted(run)
        run.state.transitions.clear()
        try:
            if real.event is None:
                waited.discard(self._time_passes(run))
            else:
                desk.present = self._shown(real.event, run)
                one_row(run, desk.present)
            to_day(run, run.state.today)
        except Hidden:
            raise Dependent("something other than a condition asks for what an event bears") from None
        made = _remembered(self._positions(run))
        due = tuple((day - run.state.today).days for day in self._waits(run) if day not in waited)
        tally = {clause: number - breaches[clause] for clause, number in self._breaches(run).items() if number != breaches[clause]}
        remembers = self.family.remembers and desk.present in made
        limits, reports = any(entry[3] > ticket for entry in run.agenda), self._reports(run)
        changes = self._changes(run)
        return Step(self._situation(run), due, reports, tally, remembers, changes), desk.path, limits

    def _changes(self, run: Run) -> tuple[Change, ...]:
        """What has changed in the family since the transitions were taken away."""
        key = " / ".join(map(str, self.names.values()))
        found = tuple(change_of(one, key) for one in run.state.transitions if one.name in self.full_names and one.kind != "measure")
        run.state.transitions.clear()
        return found

    def _wait_until(self, run: Run, day: date) -> None:
        if any(entry[0] <= day for entry in run.agenda):
            raise Dependent("something of the whole deal falls due on the way")
        to_day(run, day)

    def _time_passes(self, run: Run) -> date:
        """Go to the first day on which something of the family runs out."""
        day: date = run.agenda[0][0]
        if not all(self._own(entry) for entry in run.agenda if entry[0] <= day):
            raise Dependent("something of the whole deal falls due on the way")
        to_day(run, day)
        return day

    def _waits(self, run: Run) -> tuple[date, ...]:
        """The days on which something of the family runs out. Raises ``Dependent`` where it waits for anything else."""
        days = set()
        for entry in self._entries(run):
            if not self._own(entry):
                raise Dependent(f"{entry[5][0].clause.full} waits for more than its limit")
            days.add(entry[0])
        return tuple(sorted(days))

    def _entries(self, run: Run) -> list[tuple[Any, ...]]:
        """What of the agenda is about a position of the family."""
        return [entry for entry in run.agenda if entry[5] and isinstance(entry[5][0], Position)
                and entry[5][0].clause.keys == self.family.keys]  # fmt: skip

    def _own(self, entry: tuple[Any, ...]) -> bool:
        return bool(entry[1] == RAN_OUT and entry[4] == "limit" and entry[5][0].clause.keys == self.family.keys)

    def _shown(self, event: Event, run: Run) -> Event:
        shown = {name: event.values[name] for name in self.letters[event.type] if name in event.values}
        hidden = event.type.attributes.keys() - shown.keys() - self.names.keys() - set(self.letters[event.type])
        twin = Event(event.type, run.state.today, None, Seen({**shown, **self.names}, hidden), event.certain)
        run.applied += 1
        twin.seq = run.applied
        return twin

    # --- the whole deal goes on -------------------------------------------------------------------------------------

    def _synced(self, situation: Situation) -> Run:
        """The run of a situation, with every event of the whole deal that came since it was last looked at."""
        self.sync(situation)
        run = situation.run
        if run is None:
            return self.stage.copies.restored(situation.copy)
        situation.copy, situation.run = self.stage.copies.taken(run), None
        return run

    def sync(self, situation: Situation) -> tuple[Change, ...]:
        """Show a situation what came of the whole deal since it was last looked at. What changed by that for every key in it."""
        missing = self.stage.events[situation.synced :]
        if not missing:
            return ()
        run = situation.run or self.stage.copies.restored(situation.copy)
        breaches, waits, ticket = self._breaches(run), self._waits(run), run.ticket
        run.state.transitions.clear()
        for event in missing:
            twin = Event(event.type, run.state.today, None, event.values, event.certain)
            run.applied += 1
            twin.seq = run.applied
            one_row(run, twin)
        limits = any(entry[3] > ticket for entry in self._entries(run))
        if limits or (breaches, waits, ()) != (self._breaches(run), self._waits(run), self._reports(run)):
            raise Dependent("an event of the whole deal does to every key what has to be told of each")
        changes = self._changes(run)
        self._describe(situation, run)
        self.known.setdefault(self._portrait(run), situation)
        return changes

    def standing(self, situation: Situation) -> Mapping[tuple[Clause, str], int]:
        """How many positions of each clause a key in this situation has in each stage."""
        self.sync(situation)
        return situation.standing

    # --- telling situations apart -----------------------------------------------------------------------------------

    def _situation(self, run: Run) -> Situation:
        portrait = self._portrait(run)
        found = self.known.get(portrait)
        if found is None:
            if len(self.situations) >= MOST_SITUATIONS:
                raise Dependent(f"there are more than {MOST_SITUATIONS:,} situations")
            found = self.known[portrait] = Situation()
            self.situations.append(found)
            self._describe(found, run)
        elif self._room(run, self._waits(run)) > found.room:
            found.moves.clear()  # they were rehearsed with less time left than some key has
            self._describe(found, run)
        return found

    def _room(self, run: Run, waits: tuple[date, ...]) -> int:
        """How many days are left until the first thing runs out."""
        return (waits[0] - run.state.today).days if waits else 0

    def _describe(self, situation: Situation, run: Run) -> None:
        situation.standing = Counter((p.clause, p.shown) for p in self._positions(run))
        situation.waits, situation.synced = self._waits(run), len(self.stage.events)
        situation.room = self._room(run, situation.waits)
        situation.run = run

    def _positions(self, run: Run) -> list[Position]:
        found = [position for clause in self.family.clauses for position in run.state.positions_of[clause]]
        return sorted(found, key=lambda position: position.seq)

    def _portrait(self, run: Run) -> Any:
        """All by which two situations can differ in what they lead to."""
        positions = self._positions(run)
        slots = {id(position): slot for slot, position in enumerate(positions)}
        numbers = {id(event): number for number, event in enumerate(_remembered(positions))}
        makers: dict[int, int] = {}
        stands = [_stands(position) for position in positions]
        limits = sorted({p.limit for p in positions if p.limit is not None})
        waits = [(entry[0], slots[id(entry[5][0])], entry[5][1] == entry[5][0].limit_day) for entry in sorted(run.agenda, key=_when)
                 if id(entry[5][0] if entry[5] else None) in slots]  # fmt: skip
        cells = tuple(self._cell(run.state.cells.get((fact, tuple(self.names.values())))) for fact in self.family.facts)
        records = frozenset((kind, keys) for kind, keys in run.state.on_record() if kind in self.family.events)
        return (
            cells, records,
            tuple(((day - waits[0][0]).days, slot, live) for day, slot, live in waits),
            tuple(self._shown_of(event) for event in _remembered(positions)),
            tuple((slots.get(id(p.parent)), makers.setdefault(id(p.maker), len(makers)),
                   tuple((full, numbers[id(event)]) for full, event in p.makers.items()),
                   limits.index(p.limit) if p.limit is not None else None) for p in positions),
            tuple(stands),
        )  # fmt: skip

    def _shown_of(self, event: Event) -> tuple[Any, ...]:
        """What a rehearsal shows of an event that made an instance: of one of the whole deal everything."""
        letters = self.letters.get(event.type)
        if letters is not None:
            return (event.type, event.certain, *(event.values.get(name) for name in letters))
        if self.family.remembers:
            raise Dependent("an instance was made by an event of the whole deal")
        return (event.type, event.certain, str(event.values))

    def _cell(self, cell: Cell | None) -> Any:
        return None if cell is None else cell.value

    def _breaches(self, run: Run) -> Counter[Clause]:
        found: Counter[Clause] = Counter()
        for position in self._positions(run):
            found[position.clause] += len(position.breaches)
        return found

    def _uncounted(self, run: Run) -> None:
        for counter in self.stage.counters:
            run.state.cells.pop((counter, ()), None)

    def _reports(self, run: Run) -> Reports:
        """The updates of reported measures since the counters were taken away."""
        found: list[tuple[Update, Truth]] = []
        for counter, update in self.stage.counters.items():
            cell = run.state.cells.get((counter, ()))
            if cell is not None:
                found.append((update, UNKNOWN if cell.inexact else True))
                if cell.inexact == bool(cell.certain_total) or cell.certain_total > 1:
                    raise Dependent(f"{counter.full} moves several times at once")
        self._uncounted(run)
        return tuple(found)


def _when(entry: tuple[Any, ...]) -> Any:
    return entry[:4]


def _letters(event: EventType, keys: tuple[str, ...]) -> Iterable[str]:
    """The attributes of an event with few values, which a rehearsal shows: parties, words and truths."""
    for name, attribute in event.attributes.items():
        if name not in keys and (attribute.type.name in ("party", "boolean") or (attribute.type.words and attribute.type.name != "money")):
            yield name


def _remembered(positions: Iterable[Position]) -> list[Event]:
    """The events that made instances, in their order."""
    found = {id(event): event for position in positions for event in position.makers.values()}
    return sorted(found.values(), key=lambda event: event.seq)


_BY_DATES = frozenset(("suspended_by", "suspended_on", "limit_moves", "limit_passed", "until_moves", "until_set", "amount", "watches",
                       "not_before", "cure_limit", "anchor_at_latest"))  # fmt: skip
"""What stands in a position where its dates have a say in what becomes of it."""
_TOLD = frozenset(("seq", "names", "made_on", "key", "makers", "parent", "offspring", "occurrence", "maker", "since", "since_day",
                   "entered", "anchor", "begun_at", "written", "limit", "performed_on", "breaches", "uses", "performers",
                   "excused"))  # fmt: skip
"""What a position tells of its history, and what is compared otherwise."""
_STANDS = attrgetter(*(name for name in Position.__fields__ if name not in _BY_DATES | _TOLD))  # type: ignore[attr-defined]
_DATED = attrgetter(*sorted(_BY_DATES))


def _stands(position: Position) -> tuple[Any, ...]:
    """How a position stands, apart from its dates. Raises ``Dependent`` where it has come to stand by its dates."""
    if any(_DATED(position)) or type(position.limit) not in (date, type(None)):
        raise Dependent(f"{position.clause.full} stands by its dates")
    did = (position.performed_on is not None, bool(position.breaches), bool(position.uses), position.limit_day is None)
    return (*_STANDS(position), *did)


__all__ = ["Rehearsal", "Stage"]
