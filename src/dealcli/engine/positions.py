"""A position in time: its activation, its limit and end, and looking at it again when something it reads has changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dealcli.dates import civil_day
from dealcli.engine import lifecycle
from dealcli.engine.change import (
    announce,
    change_gate,
    cue,
    either_moment,
    end_span,
    limit_from,
    limit_runs_out,
    local_day,
    moved,
    set_timer,
    timer,
)  # fmt: skip
from dealcli.engine.gates import agreement_runs, gate_of, has_begun
from dealcli.engine.program import Agreement, Clause, Watch, When
from dealcli.engine.records import Moment, Occurrence, Position
from dealcli.engine.run import AGREEMENTS, BEGINS, CONDITIONS, DATES, PERIODS, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.triggers import Branch
from dealcli.language.values import UNKNOWN, AtLeast, Period, Truth

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
        position.written = limit_from(run, position, limit.function(env), position.anchor)
        begin = clause.begin
        if begin is not None and begin.mode == "value" and begin.function is not None and values.is_unknown(begin.function(env)):
            position.written = either_moment(position.written, None)  # it counts from a day that may be yet to come
    read_limit(run, position, env)
    if position.limit is UNKNOWN:
        limit_runs_out(run, position, occurrence, UNKNOWN)
    else:
        set_timer(run, position)
    if clause.counts_prior:
        from dealcli.engine.prior import (
            count_prior,  # applying an act may make positions: a circle of calls, not of rules
        )

        count_prior(run, position)
    _miss_if_past(run, position)


def _started_at_latest(run: Run, position: Position, occurrence: Occurrence) -> None:
    """What has perhaps been activated is so now for certain: its clock counts from then or from now."""
    position.maybe_started = False
    position.anchor_at_latest = occurrence.anchor
    env = Env(run.state, position, occurrence.event if occurrence.kind == "event" else None)
    limit, amount = position.clause.limit, position.clause.amount
    if limit is not None and limit.mode == "duration" and limit.function is not None:
        position.written = either_moment(position.written, limit_from(run, position, limit.function(env), occurrence.anchor))
    if amount is not None and amount(env) != position.amount:
        position.amount = UNKNOWN


# --- looking again ---------------------------------------------------------------------------------------------------


def look_again(run: Run, position: Position, occurrence: Occurrence) -> None:
    """Recompute the gate, the limit, the end and the own conditions of a position; note when they turn by themselves."""
    if not position.undecided and not position.owed:
        return
    state, clause = run.state, position.clause
    outer, state.turns = state.turns, []
    held = position.gate == lifecycle.HELD
    try:
        if position.undecided:
            if held:  # what came while it was suspended moves with it
                update_limit(run, position, Env(state, position))
            if change_gate(run, position, gate_of(state, position), occurrence):
                activate(run, position, occurrence)
            elif position.maybe_started and lifecycle.SHUT not in position.gates:
                _started_at_latest(run, position, occurrence)
        env = Env(state, position)
        _succeed(run, position, env, occurrence)
        update_limit(run, position, env)
        if held and position.gate != lifecycle.HELD:
            _miss_if_past(run, position)
        _update_end(run, position, env, occurrence)
        if position.activated:
            _perhaps_passed(run, position, occurrence)
        _own_conditions(run, position, env, occurrence)
        _watch_own(run, position, env, occurrence)
        if clause.accrues and position.activated and not position.amount_fixed:
            _accrued(run, position, occurrence)
        turns = state.turns
    finally:
        state.turns = outer
    wake_at(run, position, turns)


def _perhaps_passed(run: Run, position: Position, occurrence: Occurrence) -> None:
    """A limit or an end of which it is not known when it comes has perhaps come at any moment."""
    open_end = type(position.limit) is AtLeast and civil_day(position.limit.bound) < run.state.today
    if position.limit is UNKNOWN or open_end:
        limit_runs_out(run, position, occurrence, UNKNOWN)
    if position.until is UNKNOWN:
        end_span(run, position, occurrence, UNKNOWN)
    clause = position.clause
    if run.state.agreements[run.program.agreement(clause.agreement)].until is UNKNOWN and not clause.survives:
        if clause not in run.state.excepted and position.incurred is not True:
            cue(run, position, "agreement_over", occurrence, certain=UNKNOWN)


def _succeed(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    """A clause whose own ``from`` is a date begins on it, once: what it replaces is to end in the same instant.

    One that has perhaps begun has perhaps done so also where its date is moved afterwards.
    """
    clause = position.clause
    if position.begun is True or clause.begin is None or clause.begin.mode != "value":
        return
    begun = values.both(has_begun(run.state, position, env), agreement_runs(run.state, position))
    if begun is False or begun is position.begun:
        return
    position.begun = begun
    if clause.replaces:
        run.queue.append(Occurrence("succeeds", clause, "", occurrence.anchor, begun is True, position=position, cause=occurrence))


def wake_at(run: Run, thing: Any, turns: list[date]) -> None:
    """Have a thing looked at again on the first day on which something it reads turns by itself."""
    ahead = [day for day in turns if day > run.state.today]
    if not ahead:
        return
    day = min(ahead)
    if (thing, day) not in run.wakes:
        run.wakes.add((thing, day))
        run.schedule(day, BEGINS, (_rank(thing),), "look", thing)


def _rank(thing: Any) -> int:
    if isinstance(thing, Agreement):
        return AGREEMENTS
    if isinstance(thing, Clause):
        return PERIODS
    return DATES if isinstance(thing, Watch) and thing.branch.kind == "date" else CONDITIONS


def update_limit(run: Run, position: Position, env: Env) -> None:
    """``due`` and ``before`` are live: the limit is read again, and at once missed if it lies in the past."""
    if not read_limit(run, position, env):
        return
    if position.limit is not UNKNOWN:
        set_timer(run, position)
        _miss_if_past(run, position)
    elif position.activated or _moves(position.clause.limit):
        limit_runs_out(run, position, run.cause, UNKNOWN)


def _moves(when: When | None) -> bool:
    """Whether a limit or end is unknown because of what happened, and so perhaps came before the clause ever applied.

    One that is merely undisclosed is looked at from activation on.
    """
    return when is not None and bool(when.reads)


def read_limit(run: Run, position: Position, env: Env) -> bool:
    """Read the limit as it is written, and move it by all that moved it. True if it is another than before."""
    if not (position.unended or position.binds_on):
        return False
    written = _written(position, env) if position.written is None else position.written
    limit = moved(run, position.clause.agreement, written, position.limit_moves, position.limit_strict)
    if limit == position.limit:
        return False
    position.limit = limit
    run.touch("position", position.clause, position.names)
    return True


def _written(position: Position, env: Env) -> Any:
    """A live limit as it now stands; without one the last day of the period."""
    limit = position.clause.limit
    if limit is not None:
        return limit.function(env) if limit.mode == "value" and limit.function is not None else None
    period = position.names.get("period") if position.clause.every is not None else None
    return period.end if isinstance(period, Period) and not position.clause.limit_field else None


def _miss_if_past(run: Run, position: Position) -> None:
    """A limit that lies in the past has run out the moment it is set."""
    if _is_past(run, position) and position.unended:
        limit_runs_out(run, position, run.cause)


def _is_past(run: Run, position: Position) -> bool:
    limit = position.limit_day
    limit = values.least(limit)
    if isinstance(limit, datetime):
        now = run.state.now
        return limit < now if now is not None else limit.astimezone(run.program.zone).date() < run.state.today
    return isinstance(limit, date) and limit < run.state.today


def _update_end(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    end = position.clause.end
    if end is None or end.mode == "trigger" or end.function is None:
        return
    if end.mode == "duration" and not position.activated and position.clause.plain:
        return
    day = end.function(env)
    if end.mode == "duration":
        length, day = day, limit_from(run, position, day, position.anchor if position.clause.plain else position.made_on)
        if position.clause.plain and position.anchor_at_latest is not None:
            day = either_moment(day, limit_from(run, position, length, position.anchor_at_latest))
    day = moved(run, position.clause.agreement, day, position.until_moves)
    if day == position.until and position.until_set:
        return
    position.until, position.until_set = day, True
    if day is UNKNOWN:
        if position.activated or _moves(end):
            end_span(run, position, occurrence, UNKNOWN)
        else:
            position.until_set = False
        return
    timer(run, position, day, 1, "until")
    if day is not None and civil_day(values.least(day)) < run.state.today:
        end_span(run, position, occurrence, UNKNOWN if type(day) is AtLeast else True)


def _own_conditions(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    clause = position.clause
    if clause.holds is not None and any(s in ("in_force", "suspended", "displaced") for s in position.stages):
        truth = clause.holds(env)
        if truth is not False:
            cue(run, position, "performed", occurrence, certain=truth)
    if clause.maintain is not None and lifecycle.OPEN in position.gates and not position.over:
        truth = clause.maintain(env)
        if "in_force" in position.stages and truth is not True:
            cue(run, position, "broken", occurrence, certain=values.negate(truth))
        if "breached" in position.stages and truth is not False:
            certain = position.gate == lifecycle.OPEN and not position.maybe_over
            _restore(run, position, occurrence, values.both(truth, certain or UNKNOWN))


def _restore(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    sure = certain is True and position.stages == ("breached",)
    if not cue(run, position, "restored", occurrence, certain=certain):
        return
    if not sure:
        announce(run, position, "cured", occurrence, occurrence.anchor, False)
        return
    last = tuple(b | {"until": str(local_day(run, occurrence.anchor))} for b in position.breaches[-1:])
    position.breaches = (*position.breaches[:-1], *last)
    position.entered["cured"] = occurrence.anchor
    announce(run, position, "cured", occurrence, occurrence.anchor, True)


def _accrued(run: Run, position: Position, occurrence: Occurrence) -> None:
    """What has grown may be reached by what was paid, or fall to it; a recurring debt is settled at its period's end."""
    amount = run.state.amount_of(position)
    if amount != position.amount:
        position.amount = amount
        run.touch("position", position.clause, position.names)
    recurring = isinstance(position.names.get("period"), Period)
    if position.clause.money and not recurring and amount is not None and values.compare(">", position.paid, 0) is True:
        if values.compare(">=", position.paid, amount) is True:
            cue(run, position, "performed", occurrence)


def _watch_own(run: Run, position: Position, env: Env, occurrence: Occurrence) -> None:
    """Conditions and dates inside the position's own triggers: their turning is an occurrence for this position alone."""
    for role, branch in position.clause.own_watches:
        truth = _branch_truth(run, branch, env)
        known = _UNSEEN if position.watches is None else position.watches.get(branch, _UNSEEN)
        if position.watches is None:
            position.watches = {}
        position.watches[branch] = truth
        if known is _UNSEEN:
            prior = position.clause.counts_prior or branch.kind == "date"
            if not prior or truth is False:
                continue
        elif truth is False or (known == truth and not (truth is UNKNOWN and run.may_turn(position.seq, branch))):
            continue
        anchor = _branch_anchor(branch, env, occurrence)
        event = occurrence.event if branch.kind == "condition" else None
        run.queue.append(occurrence.then(branch.kind, branch, role, anchor=anchor, certain=truth is True and known is not UNKNOWN,
                                         event=event, position=position, names=dict(position.names)))  # fmt: skip


_UNSEEN = object()


def _branch_truth(run: Run, branch: Branch, env: Env) -> Truth:
    assert branch.function is not None
    if branch.kind == "date":
        return date_has_come(run, branch.function(env))
    truth = values.truth_of(branch.function(env))
    return truth if branch.value else values.negate(truth)


def date_has_come(run: Run, day: Any) -> Truth:
    """Whether a date has come; the run is told when it will."""
    bound = values.least(day)
    if day is not UNKNOWN and not isinstance(bound, date):
        return False
    if day is not UNKNOWN:
        run.state.turns_on(civil_day(bound), ">=")
    return values.compare(">=", run.state.today, day)


def _branch_anchor(branch: Branch, env: Env, occurrence: Occurrence) -> Moment:
    if branch.kind == "date" and branch.function is not None:
        day = branch.function(env)
        if isinstance(day, date):
            return day
    return occurrence.anchor
