"""Making positions, activating them, and looking at one again when something it reads has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from dealcli.dates import add, add_days, civil_day
from dealcli.engine import lifecycle
from dealcli.engine.change import (
    chain_of, cue, change_gate, limit_from, limit_runs_out, local_day, set_timer, timer,
)  # fmt: skip
from dealcli.engine.gates import gate_of
from dealcli.engine.judge import holds_where
from dealcli.engine.program import Agreement, Clause, When
from dealcli.engine.records import Event, Moment, Occurrence, Position
from dealcli.engine.run import BEGINS, DoesNotSettle, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.triggers import Branch
from dealcli.language.values import UNKNOWN, AtLeast, Period, Truth

MOST_PERIODS = 1_000_000


# --- making ----------------------------------------------------------------------------------------------------------


def make_plain(run: Run) -> None:
    """The single positions of clauses that nothing has to trigger; they wait for their agreement."""
    for clause in run.program.clauses:
        if clause.plain and not clause.restates:
            _add(run, clause, {}, (), run.cause, True, None)


def make(run: Run, clause: Clause, occurrence: Occurrence, certain: Truth = True) -> None:
    """An occurrence makes an instance of a clause, one position for each bearer."""
    may = makes_instances(run, clause)
    if may is False:
        return
    certain = values.both(certain, may)
    key, names = _key_of(run, clause, occurrence)
    if key is None:
        return
    if clause.keys and _repeats(run, clause, key, occurrence):
        return
    if (clause, key) in occurrence.made:
        raise DoesNotSettle(chain_of(occurrence, f"{clause.full} is made again"), clause)
    _add(run, clause, names, key, occurrence, certain, occurrence.position)


def makes_instances(run: Run, clause: Clause) -> Truth:
    """Whether the clause makes instances now: its agreement runs (or the clause survives it) and it was not ended."""
    if clause.restates:
        return False
    closed = run.state.closed.get(clause)
    if closed is not None and closed[1]:
        return False
    state = run.state.agreements[run.program.deal.agreements[clause.agreement]]  # type: ignore[index]
    truths = {_stage_makes(stage, clause, run) for stage in state.stages}
    runs: Truth = truths.pop() if len(truths) == 1 else UNKNOWN
    return values.both(runs, True if closed is None else UNKNOWN)


def _stage_makes(stage: str, clause: Clause, run: Run) -> bool:
    if stage in ("in_force", "suspended"):
        return True
    if stage == "pending":
        return False
    return clause.survives or (stage == "superseded" and clause in run.state.excepted)


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


def _repeats(run: Run, clause: Clause, key: tuple[Any, ...], occurrence: Occurrence) -> bool:
    """While an instance of a key is open (a breached duty is not) a further occurrence makes none; a finding says so."""
    for position in run.state.by_key.get((clause, key), ()):
        if position.undecided:
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
        position.makers = _makers(parent, occurrence.event)
        env = Env(state, position, occurrence.event)
        position.bearer = bearer(env)
        position.counterparty = _counterparty(clause, env)
        if certain is not True:
            position.stages = (lifecycle.NONE, "new")
        siblings.append(position)
        if parent is not None:
            parent.offspring.append(position)
        state.open[clause][position.seq] = position
        state.by_key.setdefault((clause, key), []).append(position)
        if not clause.plain:
            position.occurrence = replace(occurrence, made=occurrence.made | {(clause, key)})
            state.by_maker[(clause, occurrence.event or occurrence)] = position
        run.touch("stage", clause, position.names)
        run.touch("outcome", clause, position.names)
        look_again(run, position, position.occurrence or occurrence)


def _makers(parent: Position | None, event: Event | None) -> dict[str, Event]:
    makers = dict(parent.makers) if parent is not None else {}
    if event is not None:
        makers[event.type.full] = event
    return makers


def _counterparty(clause: Clause, env: Env) -> Any:
    found = [function(env) for function in clause.counterparties]
    return None if not found else found[0] if len(found) == 1 else tuple(found)


# --- recurring clauses -----------------------------------------------------------------------------------------------


def next_period(run: Run, clause: Clause, after: date) -> None:
    """Put the beginning of the next period of a recurring clause on the agenda: the first that is not over by ``after``."""
    if clause.every is None:
        return
    env = Env(run.state)
    length = clause.every(env)
    first = _first_day(run, clause, env, after)
    if first is None or length is None or values.is_unknown(first) or values.is_unknown(length):
        return
    calendar = run.program.deal.agreements[clause.agreement].calendar
    number = run.periods.get(clause, 0)
    while True:
        number += 1
        if clause.times is not None and number > clause.times:
            return
        if number > MOST_PERIODS:
            raise DoesNotSettle([f"{clause.full} would make over {MOST_PERIODS:,} periods"], clause)
        start = civil_day(add(first, values.scale_duration(length, number - 1) or length, calendar)) if number > 1 else first
        end = add_days(civil_day(add(first, values.scale_duration(length, number) or length, calendar)), -1)
        if end >= after:
            break
    run.periods[clause] = number
    run.schedule(max(start, run.state.today), BEGINS, (1, clause.order), "period", clause, Period(number, start, end))


def _first_day(run: Run, clause: Clause, env: Env, after: date) -> Any:
    if clause.first is not None:
        first = clause.first(env)
        return first if first is None or values.is_unknown(first) else civil_day(first)
    if clause.begin is not None and clause.begin.mode == "value" and clause.begin.function is not None:
        day = clause.begin.function(env)
        return day if day is None or values.is_unknown(day) else civil_day(day)
    return after


def begin_period(run: Run, clause: Clause, period: Period) -> None:
    """Make the instance of one period, and put the next one on the agenda."""
    occurrence = Occurrence("period", clause, str(period.number), max(period.start, run.state.today), names={"period": period})
    closed = run.state.closed.get(clause)
    if (closed is not None and closed[1]) or _past_end(run, clause):
        return
    certain = makes_instances(run, clause)
    if certain is not False:
        _add(run, clause, {"period": period}, (), occurrence, certain, None, period.number)
    next_period(run, clause, run.state.today)


def _past_end(run: Run, clause: Clause) -> bool:
    """Whether the clause's own ``until`` lies before today, so that it makes no more instances."""
    end = clause.end
    if end is None or end.mode != "value" or end.function is None:
        return False
    day = end.function(Env(run.state))
    return day is not None and values.compare("<", day, run.state.today) is True


# --- activation ------------------------------------------------------------------------------------------------------


def activate(run: Run, position: Position, occurrence: Occurrence) -> None:
    """Once, at the first gate that is not shut: the amount is read, ``within`` starts, earlier performance is counted."""
    clause = position.clause
    env = Env(run.state, position, occurrence.event if occurrence.kind == "event" else None)
    if clause.amount is not None:
        position.amount = clause.amount(env)
        run.touch("position", clause, position.names)
    limit = clause.limit
    if limit is not None and limit.mode == "duration" and limit.function is not None:
        position.limit = limit_from(run, position, limit.function(env), position.anchor)
        position.limit_set = True
    update_limit(run, position, env)
    if position.limit is UNKNOWN:
        limit_runs_out(run, position, occurrence, UNKNOWN)
    else:
        set_timer(run, position)
    if clause.counts_prior:
        _count_prior(run, position)


def _count_prior(run: Run, position: Position) -> None:
    """Acts before activation are taken as if done at activation, in their order, if inside the limits."""
    from dealcli.engine.settle import apply_act, apply_payment
    from dealcli.engine.judge import PERFORMABLE, Act, matches

    clause = position.clause
    found: list[tuple[int, Event, Branch, str]] = []
    for role in ("act", "breached_by"):
        for branch in getattr(clause, role):
            for kind in branch.events:
                keys = tuple(key for key in clause.keys if key in kind.attributes)
                given = tuple(position.names.get(key) for key in keys)
                found.extend((e.seq, e, branch, role) for e in run.state.occurrences(kind, keys, given))
    for _, event, branch, role in sorted(found, key=lambda entry: entry[0]):
        if not any(stage in PERFORMABLE for stage in position.stages):
            return
        earlier = Occurrence("event", event.type, "", position.anchor, event.certain, event, cause=run.cause)
        truth, _ = matches(run, position, branch, earlier) if role == "act" else (
            holds_where(branch, Env(run.state, position, event)), ""
        )  # fmt: skip
        truth = values.both(truth, event.certain or UNKNOWN)
        if truth is False or not _inside(run, position, event):
            continue
        if role == "breached_by":
            cue(run, position, "broken", earlier, certain=truth)
        elif clause.money:
            apply_payment(run, [Act(position, truth)], earlier)
        else:
            apply_act(run, Act(position, truth), earlier)


def _inside(run: Run, position: Position, event: Event) -> bool:
    """Whether an earlier act was inside the position's limits (``not_before`` and the limit itself)."""
    limit = position.limit_day
    if limit is not None and not values.is_unknown(limit) and values.compare(">", event.moment, limit) is True:
        return False
    start = position.clause.not_before
    return start is None or values.compare("<", event.moment, moment_from(run, position, start)) is not True


# --- looking again ---------------------------------------------------------------------------------------------------


def look_again(run: Run, position: Position, occurrence: Occurrence) -> None:
    """Recompute the gate, the limit, the end and the own conditions of a position; note when they turn by themselves."""
    if not position.undecided and not position.owed:
        return
    state, clause = run.state, position.clause
    outer, state.turns = state.turns, []
    try:
        if position.undecided:
            change_gate(run, position, gate_of(state, position), occurrence)
        env = Env(state, position)
        update_limit(run, position, env)
        _update_end(run, position, env, occurrence)
        _own_conditions(run, position, env, occurrence)
        _watch_own(run, position, env, occurrence)
        if clause.accrues and position.activated and not position.amount_fixed:
            _accrued(run, position, occurrence)
        turns = state.turns
    finally:
        state.turns = outer
    wake_at(run, position, turns)


def wake_at(run: Run, thing: Any, turns: list[date]) -> None:
    """Have a thing looked at again on the first day on which something it reads turns by itself."""
    ahead = [day for day in turns if day > run.state.today]
    if not ahead:
        return
    day = min(ahead)
    if isinstance(thing, Position):
        if day in thing.wakes:
            return
        thing.wakes.add(day)
    run.schedule(day, BEGINS, (0 if isinstance(thing, Agreement) else 2,), "look", thing)


def update_limit(run: Run, position: Position, env: Env) -> None:
    """``due`` and ``before`` are live: the limit is read again, moved by what was tolled, and at once missed if past."""
    clause = position.clause
    limit = clause.limit
    period = position.names.get("period")
    if limit is None:
        if not isinstance(period, Period) or position.limit_set or clause.limit_field:
            return
        position.limit, position.limit_set = period.end, True
        set_timer(run, position)
        return
    if limit.mode != "value" or limit.function is None or position.limit_set:
        return
    day = limit.function(env)
    strict = clause.limit_field == "before"
    if position.tolled and day is not None and day is not UNKNOWN:
        from dealcli.engine.change import moved

        day = moved(day, position.tolled)
    if day == position.limit and strict == position.limit_strict:
        return
    position.limit, position.limit_strict = day, strict
    run.touch("position", clause, position.names)
    if day is UNKNOWN:
        if position.activated:
            limit_runs_out(run, position, run.cause, UNKNOWN)
        return
    set_timer(run, position)
    if day is not None and type(day) is not AtLeast and is_past(run, position):
        limit_runs_out(run, position, run.cause)


def is_past(run: Run, position: Position) -> bool:
    """Whether a limit lies in the past, so that it has run out the moment it is set."""
    limit = position.limit_day
    if isinstance(limit, datetime):
        now = run.state.now
        return limit < now if now is not None else limit.astimezone(run.program.zone).date() < run.state.today
    return isinstance(limit, date) and limit < run.state.today


def moment_from(run: Run, position: Position, when: When) -> Any:
    """A date, or a duration counted from the activation of the position."""
    assert when.function is not None or when.mode == "trigger"
    if when.mode == "trigger":
        return position.not_before
    assert when.function is not None
    value = when.function(Env(run.state, position))
    return limit_from(run, position, value, position.anchor) if when.mode == "duration" else value


def _update_end(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    end = position.clause.end
    if end is None or end.mode == "trigger" or end.function is None:
        return
    day = end.function(env)
    if end.mode == "duration":
        if position.until_set:
            return
        day = limit_from(run, position, day, position.made_on)
    if day == position.until and position.until_set:
        return
    position.until, position.until_set = day, True
    if day is UNKNOWN:
        if position.activated:
            end_span(run, position, occurrence, UNKNOWN)
        else:
            position.until_set = False
        return
    timer(run, position, day, 1, "until")
    if day is not None and type(day) is not AtLeast and civil_day(day) < run.state.today:
        end_span(run, position, occurrence)


def end_span(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """The position's own ``until`` passes; a debt already incurred stays owed."""
    if position.incurred:
        return
    if position.stages == ("new",):
        position.stages = ("pending",)
    cue(run, position, "span_over", occurrence, certain=certain)
    if certain is True:
        close(run, position)


def close(run: Run, position: Position) -> None:
    """Nothing more is asked of the position: a breached prohibition stops binding."""
    position.over = True
    position.amount_fixed = True
    run.state.open[position.clause].pop(position.seq, None)
    run.touch("stage", position.clause, position.names)


def _own_conditions(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    clause = position.clause
    if clause.holds is not None and any(s in ("in_force", "suspended", "displaced") for s in position.stages):
        truth = clause.holds(env)
        if truth is not False:
            cue(run, position, "performed", occurrence, certain=truth)
    if clause.maintain is not None and position.gate == lifecycle.OPEN and not position.over:
        truth = clause.maintain(env)
        if truth is True:
            if cue(run, position, "restored", occurrence):
                position.breaches[-1:] = [b | {"until": str(local_day(run, occurrence.anchor))} for b in position.breaches[-1:]]
                _announce_cure(run, position, occurrence)
        elif "in_force" in position.stages:
            cue(run, position, "broken", occurrence, certain=values.negate(truth))


def _announce_cure(run: Run, position: Position, occurrence: Occurrence) -> None:
    from dealcli.engine.change import announce

    position.entered["cured"] = occurrence.anchor
    announce(run, position, "cured", occurrence, occurrence.anchor, True)


def _accrued(run: Run, position: Position, occurrence: Occurrence) -> None:
    """What has grown may be reached by what was paid, or fall to it; a recurring debt is settled at its period's end."""
    amount = run.state.amount_of(position)
    if amount != position.amount:
        position.amount = amount
        run.touch("position", position.clause, position.names)
    if position.clause.money and values.amount_number(position.paid) and not isinstance(position.names.get("period"), Period):
        if amount is not None and values.compare(">=", position.paid, amount) is True:
            cue(run, position, "performed", occurrence)


def _watch_own(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    """Conditions and dates inside the position's own triggers: their turning is an occurrence for this position alone."""
    for role, branch in position.clause.own_watches:
        truth = _branch_truth(run, branch, env)
        known = position.watches.get(branch, _UNSEEN)
        position.watches[branch] = truth
        if known is _UNSEEN:
            prior = position.clause.counts_prior or branch.kind == "date"
            if not prior or truth is False:
                continue
        elif known == truth or truth is False:
            continue
        anchor = _branch_anchor(branch, env, occurrence)
        run.queue.append(Occurrence(branch.kind, branch, role, anchor, truth is True, occurrence.event if branch.kind == "condition" else None,
                                    position, dict(position.names), occurrence.made, occurrence))  # fmt: skip


_UNSEEN = object()


def _branch_truth(run: Run, branch: Branch, env: Env) -> Truth:
    assert branch.function is not None
    if branch.kind == "date":
        return date_has_come(run, branch.function(env))
    truth = values.truth_of(branch.function(env))
    return truth if branch.value else values.negate(truth)


def date_has_come(run: Run, day: Any) -> Truth:
    """Whether a date has come; the run is told when it will."""
    if day is None:
        return False
    if day is not UNKNOWN:
        run.state.turns_on(civil_day(day.bound if type(day) is AtLeast else day), ">=")
    return values.compare(">=", run.state.today, day)


def _branch_anchor(branch: Branch, env: Env, occurrence: Occurrence) -> Moment:
    if branch.kind == "date" and branch.function is not None:
        day = branch.function(env)
        if isinstance(day, date):
            return day
    return occurrence.anchor
