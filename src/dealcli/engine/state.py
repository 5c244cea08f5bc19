"""What holds at an instant, and the questions that compiled expressions ask of it. Changing it is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dealcli.dates import Duration, add, add_days, civil_day, end_of_day, start_of_day
from dealcli.engine import lifecycle
from dealcli.engine.program import Agreement, Clause, Program
from dealcli.engine.records import AgreementState, Cell, Event, Finding, Position, Transition
from dealcli.language import values
from dealcli.language.declarations import ClauseName, EventType, Fact, Fluent
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, AtLeast, Period

PERFORMED = ("fulfilled", "cured", "exercised")


class State:
    """The record of events, the positions and their stages, facts, measures and agreements, as of ``today``."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.today: date = date.min
        self.now: datetime | None = None
        self.version = 0
        self.sequence = 0
        self.turns: list[date] | None = None
        self.agreements = {agreement: AgreementState(agreement) for agreement in program.agreements}
        self.positions_of: dict[Clause, list[Position]] = {clause: [] for clause in program.clauses}
        self.by_key: dict[tuple[Any, ...], list[Position]] = {}
        self.by_maker: dict[tuple[Any, ...], Position] = {}
        self.open: dict[Clause, dict[int, Position]] = {clause: {} for clause in program.clauses}
        self.closed: dict[Clause, tuple[str, bool]] = {}
        self.suspended: dict[Clause, dict[Any, bool]] = {}
        """What suspends instances of a clause that are made from now on."""
        self.excepted: set[Clause] = set()
        self.kept_moving: dict[Any, date | None] = {}
        """The facts and measures that clauses excepted from a replacement read: they go on moving, in the end to that day."""
        self.begun: dict[Clause, list[tuple[tuple[str, ...], tuple[Any, ...], Any]]] = {}
        self.begun_on: dict[Clause, date] = {}
        """The day on which the ``from`` of a recurring clause occurred."""
        self.cells: dict[tuple[Any, ...], Cell] = {}
        self.memo: dict[tuple[Any, ...], tuple[int, Any]] = {}
        self.keys_seen: dict[Fluent, dict[tuple[Any, ...], None]] = {}
        self._newest: dict[tuple[Any, ...], Event] = {}
        self._doubted: dict[tuple[Any, ...], int] = {}
        self._kept: dict[tuple[Any, ...], list[Event]] = {}
        self.transitions: list[Transition] = []
        self.findings: list[Finding] = []
        self.computed_keyed = [f for f in (*program.facts, *program.measures) if f.keys and f.computed is not None]

    # --- the record of events ---------------------------------------------------------------------------------------

    def record(self, event: Event) -> None:
        """Append an event to the record, as far as anything will ask for it."""
        self.version += 1
        event.recorded = True
        kind, given = event.type, event.values
        for keys in kind.newest_by:
            found = tuple(given.get(key) for key in keys)
            if None in found:
                continue
            if event.certain:
                self._newest[(kind, keys, found)] = event
            else:
                self._doubted[(kind, keys, found)] = event.seq
        for keys in kind.kept_by:
            found = tuple(given.get(key) for key in keys)
            if None not in found:
                self._kept.setdefault((kind, keys, found), []).append(event)
        for thing in self.computed_keyed:
            key = tuple(given.get(name) for name in thing.keys)
            if None not in key:
                self.keys_seen.setdefault(thing, {})[key] = None

    def newest(self, kind: EventType, keys: tuple[str, ...], found: tuple[Any, ...]) -> Any:
        """The newest recorded event of that type and key: None if there is none, UNKNOWN if a later one is unconfirmed."""
        slot = (kind, keys, found)
        event = self._newest.get(slot)
        doubted = self._doubted.get(slot)
        if doubted is not None and (event is None or doubted > event.seq):
            return UNKNOWN
        return event

    def certain(self, kind: EventType, keys: tuple[str, ...], found: tuple[Any, ...]) -> bool:
        """Whether one of that type and key has certainly happened."""
        return (kind, keys, found) in self._newest

    def on_record(self) -> Iterable[tuple[EventType, tuple[str, ...]]]:
        """The event types of which an occurrence is on record, with the names of the keys under which it is."""
        return (slot[:2] for slot in (*self._newest, *self._doubted))

    def has_happened(self, kind: EventType, event: Any) -> Any:
        if event is None:
            return UNKNOWN if self.is_partial(kind) else False
        return UNKNOWN if event is UNKNOWN or not event.certain else True

    def is_partial(self, kind: EventType) -> bool:
        """Whether an event of that type may have happened by today without having been reported."""
        if kind.partial:
            return True
        if kind.known_through is None:
            return False
        self.turns_on(kind.known_through, ">")
        return bool(self.today > kind.known_through)

    def occurrences(self, kind: EventType, keys: tuple[str, ...], found: tuple[Any, ...]) -> Sequence[Event]:
        """All recorded events of a type, with the given key values."""
        return self._kept.get((kind, keys, found), ())

    def within_window(self, elements: Iterable[Event], length: Duration) -> list[Event]:
        """The elements in the rolling window (t - length, t]; the run is told when the next one leaves it."""
        kept = [e for e in elements if self._in_window(e, length)]
        for element in kept[:1]:
            self._wake_leaving(element.day, length)
        return kept

    def _wake_leaving(self, day: date, length: Duration) -> None:
        """Look again when an element leaves a window; at a month's end that may be some days after the first guess."""
        self.wake(max(civil_day(add(day, length)), add_days(self.today, 1)))

    def _in_window(self, event: Event, length: Duration) -> bool:
        if not length.in_hours:
            return event.day > civil_day(add(self.today, length, sign=-1))
        start = event.at or start_of_day(event.day, self.program.zone)
        now = self.now or end_of_day(self.today, self.program.zone)
        leaves = add(start, length)
        return isinstance(leaves, datetime) and leaves > now

    # --- time -------------------------------------------------------------------------------------------------------

    def read_today(self) -> date:
        """``today`` in a value: what depends on it is read again tomorrow."""
        self.wake(self.today + timedelta(days=1) if self.today < date.max else date.max)
        return self.today

    def turns_on(self, bound: date, operator: str) -> None:
        """Note the day on which a comparison of ``today`` with ``bound`` turns."""
        if self.turns is None:
            return
        if operator in (">=", "<", "=", "!="):
            self.wake(bound)
        if operator in (">", "<=", "=", "!=") and bound < date.max:
            self.wake(bound + timedelta(days=1))

    def wake(self, day: date) -> None:
        if self.turns is not None and day > self.today:
            self.turns.append(day)

    # --- facts and measures -----------------------------------------------------------------------------------------

    def fluent(self, thing: Fluent, key: tuple[Any, ...]) -> Any:
        """A fact's truth or a measure's value for a key."""
        if thing.computed is not None:
            return self._computed(thing, key)
        cell = self.cells.get((thing, key))
        if cell is None:
            return self.initial(thing)
        if cell.parts and thing in self.program.windows:
            return self._windowed(thing, cell)
        return cell.value

    def _computed(self, thing: Fluent, key: tuple[Any, ...]) -> Any:
        if thing.choice:
            self.program.looked.add(thing.full)
        slot = (thing, key)
        known = self.memo.get(slot)
        if known is not None and known[0] == self.version and self.turns is None:
            return known[1]
        assert thing.computed is not None
        value = thing.computed(Env(self, names=dict(zip(thing.keys, key, strict=True))))
        self.memo[slot] = (self.version, value)
        return value

    def initial(self, thing: Fluent) -> Any:
        """The value before anything moved it: false, 0, the declared initial value, or missing."""
        if isinstance(thing, Fact):
            return False
        kind = self.program.kinds.get(thing)
        if kind in ("count", "sum"):
            return AtLeast(0) if self.counts_partial(thing) else 0
        begin = self.program.initial.get(thing)
        begun = begin is not None and self.has_begun(thing)
        return None if begin is None or begun is False else begin(Env(self)) if begun is True else UNKNOWN

    def has_begun(self, thing: Fluent) -> Any:
        """Whether the agreement of a fact or measure has ever been in force (a vocabulary's always is): true, false or unknown."""
        agreement = self.program.deal.agreements.get(thing.agreement)
        return True if agreement is None else self.agreements[agreement].begun  # type: ignore[index]

    def counts_partial(self, thing: Fluent) -> bool:
        return any(self.is_partial(e) for u in self.program.updates if u.thing is thing for b in u.branches for e in b.events)

    def _windowed(self, thing: Fluent, cell: Cell) -> Any:
        from dealcli.language.folds import count_of, end_of_row, extreme, sum_of

        length = self.program.windows[thing](Env(self))
        kind = self.program.kinds[thing]
        if self._perhaps_frozen(thing):
            return AtLeast(0) if kind in ("count", "sum") else UNKNOWN
        last = self._frozen_on(thing)
        start = civil_day(add(last or self.today, length, sign=-1))
        kept = [part for part in cell.parts if civil_day(part[0]) > start]
        if kept and last is None:
            self._wake_leaving(civil_day(kept[0][0]), length)
        found = [(certain, value) for _, value, certain in kept]
        partial = self.counts_partial(thing)
        if kind == "count":
            return count_of(found, partial)
        if kind == "sum":
            return sum_of(found, partial)
        if kind in ("min", "max"):
            return extreme(kind, [value if certain is True else UNKNOWN for certain, value in found])
        return end_of_row(kind, found)

    def _perhaps_frozen(self, thing: Fluent) -> bool:
        """Whether it is not known if the agreement of a measure has ended, and with it its window."""
        agreement = self.program.deal.agreements.get(thing.agreement)
        if agreement is None or thing in self.kept_moving:
            return False
        return self.agreements[agreement].maybe_ended  # type: ignore[index]

    def _frozen_on(self, thing: Fluent) -> date | None:
        """The day on which the agreement of a measure ended, from which it stays as it was."""
        agreement = self.program.deal.agreements.get(thing.agreement)
        if agreement is None or thing in self.kept_moving:
            return self.kept_moving.get(thing)
        ended = self.agreements[agreement].ended_on  # type: ignore[index]
        return civil_day(ended) if ended is not None else None

    def fluent_values(self, thing: Fluent) -> list[tuple[tuple[Any, ...], Any]]:
        """Every key that a fact or measure has been kept for, with its value."""
        if not thing.keys:
            return [((), self.fluent(thing, ()))]
        moved = thing.computed is None
        keys = [slot[1] for slot in self.cells if slot[0] is thing] if moved else list(self.keys_seen.get(thing, ()))
        return [(key, self.fluent(thing, key)) for key in keys]

    def turned_at(self, thing: Fluent, key: tuple[Any, ...], wanted: bool) -> Any:
        """When a fact last became true (or false); missing if it is not so now."""
        cell = self.cells.get((thing, key))
        if cell is None or cell.value is UNKNOWN:
            return None if cell is None else UNKNOWN
        return cell.since if bool(cell.value) == wanted else None

    # --- positions --------------------------------------------------------------------------------------------------

    def positions(self, clause: ClauseName, keys: tuple[str, ...] = (), found: tuple[Any, ...] = ()) -> list[Position]:
        """The positions of a clause, those with the given key values, in the order in which they were made."""
        all_of = self.positions_of[clause]  # type: ignore[index]
        if not keys:
            return all_of
        if keys == clause.keys:
            return self.by_key.get((clause, found), [])
        return [p for p in all_of if all(p.names.get(k) == v for k, v in zip(keys, found, strict=True))]

    def related(self, env: Env, clause: ClauseName, keys: tuple[str, ...]) -> Position | None:
        """The position that a clause's name means to another: the one it stems from, else of the same event, else the newest."""
        origin = env.instance
        step = origin
        while step is not None:
            if step.clause is clause:
                return step  # type: ignore[no-any-return]
            step = step.parent
        if origin is not None and origin.maker is not None:
            twin = self.by_maker.get((clause, origin.maker))
            if twin is not None:
                return twin
        from dealcli.language.events import bound

        found = self.positions(clause, *bound(env, keys))
        return found[-1] if found else None

    def close(self, clause: Clause, word: str, certain: bool) -> None:
        """A clause makes no more instances, for certain or perhaps; ``word`` is the stage in which it waits from now on."""
        known, sure = self.closed.get(clause, (word, False))
        if not sure:
            self.closed[clause] = (word if known == word else "undetermined", certain)

    def position_at(self, clause: ClauseName, key: list[Any], by_party: bool) -> Position | None:
        """``clause[key]``, ``clause[party]``, or of a recurring clause ``clause[2012-01]`` and ``clause[a day]``."""
        found = self.positions_of[clause]  # type: ignore[index]
        if by_party:
            mine = [p for p in found if p.bearer == key[0]]
            if mine:
                return mine[-1]
        wanted = tuple(key)
        keyed = self.by_key.get((clause, wanted))
        if keyed:
            return keyed[-1]
        if len(key) == 1:
            return next((p for p in reversed(found) if answers_to(p, key[0])), None)
        return None

    def position_is(self, position: Position | None, stages: frozenset[str]) -> Any:
        """``clause is stage``; with no instance only ``is pending`` and ``is ready`` are true."""
        if position is None:
            return bool({"pending", "ready"} & stages)
        truths = {self._stage_is(position, stage, stages) for stage in position.stages}
        if "undetermined" in stages and len(position.stages) > 1:
            return True
        return truths.pop() if len(truths) == 1 else UNKNOWN

    def _stage_is(self, position: Position, stage: str, stages: frozenset[str]) -> Any:
        word = lifecycle.possible((stage,), position.clause.kind)[0]
        if word in stages or (stage in stages and stage != lifecycle.DORMANT):
            return True
        if "in_force" in stages and stage == "breached" and position.clause.group in lifecycle.STANDING:
            return not position.over and not position.maybe_over and position.gate == lifecycle.OPEN
        if "performed" in stages:
            return stage in PERFORMED or word == "met" or position.performed_late or (UNKNOWN if position.maybe_performed_late else False)
        return False

    def binds(self, position: Position) -> Any:
        """Whether a position is in force now: true, false or unknown."""
        return self.position_is(position, _IN_FORCE)

    def entered_at(self, position: Position | None, stages: frozenset[str]) -> Any:
        """The moment from which a clock counts that starts when the position entered one of these stages."""
        if position is None:
            return None
        found = [position.entered[stage] for stage in sorted(stages) if stage in position.entered]
        if "performed" in stages and position.performed_on is not None:
            found.append(position.performed_on)
        if not found:
            return UNKNOWN if stages & set(position.stages) else None
        return max(found, key=lambda moment: (civil_day(moment), (isinstance(moment, datetime) and moment) or datetime.min.replace(
            tzinfo=self.program.zone)))  # fmt: skip

    def part_of_position(self, name: str, position: Position | None) -> Any:
        if position is None:
            return None
        if name == "due":
            return position.limit
        if name == "started":
            return position.anchor if position.activated else None
        amount = self.amount_of(position)
        if name == "amount":
            return amount
        if name == "paid":
            return position.paid
        return outstanding(amount, position)

    def amount_of(self, position: Position) -> Any:
        """What is due: as read when the position came into force, or live while it accrues."""
        clause = position.clause
        if clause.amount is None:
            return None
        if clause.accrues and position.activated and not position.amount_fixed:
            return clause.amount(Env(self, position))
        if not position.activated:
            return None
        return position.amount

    def agreement_is(self, agreement: Agreement, stages: tuple[str, ...]) -> Any:
        state = self.agreements[agreement]
        if "undetermined" in stages and len(state.stages) > 1:
            return True
        truths = {stage in stages for stage in state.stages}
        return truths.pop() if len(truths) == 1 else UNKNOWN


_IN_FORCE = frozenset({"in_force"})


def outstanding(amount: Any, position: Position) -> Any:
    """What is still owed of an amount, never below zero; nothing once it is forgiven or settled by other means."""
    if amount is None:
        return None
    if position.released or position.stages[0] in ("waived", "discharged", "terminated", "superseded"):
        return values.multiply(amount, 0)
    rest = values.add(amount, position.paid, -1)
    if values.is_unknown(rest):
        return rest
    return rest if values.amount_number(rest) > 0 else values.multiply(rest, 0)


def answers_to(position: Position, key: Any) -> bool:
    """Whether a numbered or periodic position is meant by a number, a day in its period, a month or a quarter."""
    if position.number is not None and key == position.number:
        return True
    period = position.names.get("period")
    if isinstance(period, Period):
        if isinstance(key, date):
            return period.start <= civil_day(key) <= period.end
        if isinstance(key, str):
            from dealcli.dates import parse_approximate

            moment = parse_approximate(key)
            return moment is not None and moment.last is not None and moment.first <= period.start <= moment.last
    return str(key) == position.key_text
