"""Making positions: of plain clauses at the start, of an occurrence, of the periods of a recurring clause."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealcli.dates import add, add_days, civil_day
from dealcli.engine import lifecycle
from dealcli.engine.change import chain_of
from dealcli.engine.program import Clause
from dealcli.engine.records import Event, Made, Occurrence, Position
from dealcli.engine.run import BEGINS, PERIODS, DoesNotSettle, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, Period, Truth
from dealcli.slotted import replace

MOST_PERIODS = 1_000_000


def make(run: Run, clause: Clause, occurrence: Occurrence, certain: Truth = True) -> None:
    """An occurrence makes an instance of a clause, one position for each bearer."""
    may = makes_instances(run, clause)
    if may is False:
        return
    key, names = _key_of(run, clause, occurrence)
    past = past_end(run, clause, names)
    if key is None or past is True:
        return
    certain = values.both(values.both(certain, may), values.negate(past))
    if clause.own_key and _repeats(run, clause, key, occurrence):
        return
    if _made_by(occurrence, clause, key, run):
        raise DoesNotSettle(chain_of(occurrence, f"{clause.full} is made again"), clause)
    _add(run, clause, names, key, occurrence, certain, occurrence.position)


def _made_by(occurrence: Occurrence, clause: Clause, key: tuple[Any, ...], run: Run) -> bool:
    """Whether the chain of causes that leads here has made this very instance."""
    link = occurrence.made if (clause, key) in run.state.by_key else None
    while link is not None and not (link.clause is clause and link.key == key):
        link = link.before
    return link is not None


def makes_instances(run: Run, clause: Clause) -> Truth:
    """Whether the clause makes instances now: its agreement runs (or the clause survives it) and it was not ended."""
    if clause.restates or not clause.known:
        return False
    closed = run.state.closed.get(clause)
    if closed is not None and closed[1]:
        return False
    state = run.state.agreements[run.program.deal.agreements[clause.agreement]]  # type: ignore[index]
    truths = {_stage_makes(stage, clause, state.begun, run) for stage in state.stages}
    runs: Truth = truths.pop() if len(truths) == 1 else UNKNOWN
    return values.both(runs, True if closed is None else UNKNOWN)


def _stage_makes(stage: str, clause: Clause, begun: Truth, run: Run) -> Truth:
    if stage in ("in_force", "suspended"):
        return True
    if stage == "pending":
        return False
    return begun if clause.survives or (stage == "superseded" and clause in run.state.excepted) else False


def _key_of(run: Run, clause: Clause, occurrence: Occurrence) -> tuple[tuple[Any, ...] | None, dict[str, Any]]:
    """The key of a new instance and the names bound in it; None where the occurrence bears no value for the key."""
    parent = occurrence.position
    names = dict(parent.names) if parent is not None else {}
    names.update(occurrence.names)
    makers = dict(parent.makers) if parent is not None else {}
    key = []
    for name in clause.keys:
        value = names.get(name)
        if occurrence.event is not None and name in occurrence.event.type.attributes and name not in occurrence.names:
            value = occurrence.event.values.get(name)
        if value is None:
            value = next((e.values[name] for e in makers.values() if e.values.get(name) is not None), None)
        if value is None:
            return None, names
        key.append(value)
        names[name] = value
    return tuple(key), names


def is_open(position: Position) -> bool:
    """Whether a further occurrence of the key makes no other: a breached duty is not open, a breach that goes on binding is."""
    if any(stage in ("new", "pending", "in_force", "suspended", "displaced") for stage in position.stages):
        return True
    return position.binds_on


def _repeats(run: Run, clause: Clause, key: tuple[Any, ...], occurrence: Occurrence) -> bool:
    """While an instance of a key is open (a breached duty is not) a further occurrence makes none; a finding says so."""
    for position in run.state.by_key.get((clause, key), ()):
        if is_open(position):
            run.find("repeated_trigger", "warning", f"{clause.title}: already open for {position.key_text}; the repetition makes no other",
                     position=position, occurrence=occurrence)  # fmt: skip
            return True
    return False


def _add(run: Run, clause: Clause, names: dict[str, Any], key: tuple[Any, ...], occurrence: Occurrence, certain: Truth,
         parent: Position | None, number: int | None = None) -> None:  # fmt: skip
    state = run.state
    siblings = state.positions_of[clause]
    if number is not None:
        pass
    elif clause.keys:
        number = 1 + len({p.number for p in state.by_key.get((clause, key), ())})
    else:
        number = 1 + (siblings[-1].number or 0 if siblings else 0)
    bearers = clause.bearers or (lambda env: None,)
    for bearer in bearers:
        state.sequence += 1
        position = Position(clause, state.sequence, dict(names), occurrence.anchor)
        position.parent, position.occurrence = parent, occurrence
        position.key = key
        position.number = None if clause.plain else number
        position.suspended_by = dict(state.suspended.get(clause, {}))
        position.makers = _makers(parent, occurrence)
        env = Env(state, position, occurrence.event)
        position.bearer = bearer(env)
        position.counterparty = _counterparty(clause, env)
        position.begun = _has_begun(run, position)
        if certain is not True:
            position.stages = (lifecycle.NONE, "new")
        siblings.append(position)
        if parent is not None:
            parent.offspring += (position,)
        state.open[clause][position.seq] = position
        state.by_key.setdefault((clause, key), []).append(position)
        if not clause.plain:
            position.occurrence = replace(occurrence, made=Made(clause, key, occurrence.made))
            position.maker = occurrence.event if occurrence.kind in ("event", "delay") and occurrence.event else occurrence
            state.by_maker[(clause, position.maker)] = position
        run.touch("stage", clause, position.names)
        run.touch("outcome", clause, position.names)
        run.look_at(position)


def _has_begun(run: Run, position: Position) -> Truth | None:
    """Whether the occurrence that its ``from`` names came before it was made, for its key or for all."""
    truth: Truth | None = None
    for keys, found, certain in run.state.begun.get(position.clause, ()):
        if all(position.names.get(key) == value for key, value in zip(keys, found, strict=True)):
            truth = certain if truth is None else values.either(truth, certain)
    return truth


def _makers(parent: Position | None, occurrence: Occurrence) -> dict[str, Event]:
    """The events that made an instance: those of the one from which it stems, and the one at hand, unless that merely turned a fact."""
    makers = dict(parent.makers) if parent is not None else {}
    source = occurrence
    while source.kind == "delay" and source.cause is not None:
        source = source.cause
    if occurrence.event is not None and source.kind not in ("fact", "condition", "date", "agreement"):
        makers[occurrence.event.type.full] = occurrence.event
    return makers


def _counterparty(clause: Clause, env: Env) -> Any:
    found = [function(env) for function in clause.counterparties]
    return None if not found else found[0] if len(found) == 1 else tuple(found)


def recur(run: Run, clause: Clause) -> None:
    """Start a recurring clause on the day from which its periods are counted; once its ``until`` is past it makes no more."""
    if makes_instances(run, clause) is False:
        return
    past = past_end(run, clause)
    if past is not False:
        run.state.close(clause, "ended", past is True)
    if past is not True and clause not in run.periods:
        env = Env(run.state)
        begin = _begin(run, clause, env)
        first = begin if clause.first is None else _known_day(clause.first(env))
        if first is None or begin is None:
            return
        if first <= run.state.today:
            run.first_day[clause] = first
            next_period(run, clause, begin)
        else:
            run.state.turns_on(first, ">=")


def _begin(run: Run, clause: Clause, env: Env) -> date | None:
    """The day on which a recurring clause begins, not before its agreement; None while that is not known.

    Where its periods are counted from another day, it has perhaps begun on any day on which that is not known; where they
    are counted from that very day, it is from then on not known which periods there are.
    """
    agreement = run.state.agreements[run.program.agreement(clause.agreement)]
    begun = _known_day(agreement.begun_at)
    own = begun
    if clause.begin is not None and clause.begin.mode == "trigger":
        own = run.state.begun_on.get(clause)
    elif clause.begin is not None and clause.begin.function is not None:
        day = clause.begin.function(env)
        if day is UNKNOWN and clause.first is None:
            run.perhaps_begun.add(clause)
        own = run.state.today if day is UNKNOWN and clause.first is not None and clause.begin.reads else _known_day(day)
    return None if own is None or begun is None else max(own, begun)


def _known_day(moment: Any) -> date | None:
    return civil_day(moment) if isinstance(moment, date) else None


def next_period(run: Run, clause: Clause, after: date) -> None:
    """Put the beginning of the next period of a recurring clause on the agenda: the first that is not over by ``after``."""
    length = clause.every(Env(run.state)) if clause.every is not None else None
    if length is None or values.is_unknown(length):
        return
    first = run.first_day[clause]
    calendar = run.program.deal.agreements[clause.agreement].calendar
    number = run.periods.get(clause, 0)
    while True:
        number += 1
        if clause.times is not None and number > clause.times:
            return
        if number > MOST_PERIODS:
            raise DoesNotSettle([f"{clause.full} would make over {MOST_PERIODS:,} periods"], clause, "a longer period, or fewer times")
        start = civil_day(add(first, values.scale_duration(length, number - 1) or length, calendar)) if number > 1 else first
        end = add_days(civil_day(add(first, values.scale_duration(length, number) or length, calendar)), -1)
        if end >= after:
            break
    run.periods[clause] = number
    period = Period(number, start, end)
    if start <= run.state.today:
        begin_period(run, clause, period)
    else:
        run.schedule(start, BEGINS, (PERIODS, clause.order), "period", clause, period)


def begin_period(run: Run, clause: Clause, period: Period) -> None:
    """Make the instance of one period, and put the next one on the agenda."""
    occurrence = Occurrence("period", clause, str(period.number), max(period.start, run.state.today), names={"period": period})
    certain = values.both(makes_instances(run, clause), values.negate(past_end(run, clause)))
    if certain is False:
        return
    if clause in run.perhaps_begun:
        certain = UNKNOWN
    _add(run, clause, {"period": period}, (), occurrence, certain, None, period.number)
    next_period(run, clause, run.state.today)


def past_end(run: Run, clause: Clause, names: dict[str, Any] | None = None) -> Truth:
    """Whether the clause's own ``until`` lies before today, so that it makes no more instances."""
    end = clause.end
    if end is None or end.mode != "value" or end.function is None:
        return False
    day = end.function(Env(run.state, names=names or {}))
    if isinstance(day, date):
        run.state.turns_on(civil_day(day), ">")
    if day is None or (day is UNKNOWN and not end.reads):  # undisclosed: each instance tells that of itself
        return False
    return values.compare("<", day, run.state.today)


def make_plain(run: Run) -> None:
    """The single positions of clauses that nothing has to trigger; they wait for their agreement."""
    for clause in run.program.clauses:
        if clause.plain and clause.known and not clause.restates:
            _add(run, clause, {}, (), run.cause, True, None)


