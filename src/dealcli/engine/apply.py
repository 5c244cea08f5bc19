"""Applying a judgement: stages and updates at once, then effects of powers, then those at top level, then new instances."""

from __future__ import annotations

from typing import Any

from dealcli.dates import add
from dealcli.engine.change import cue, end_span, limit_from, limit_runs_out, local_day, moved, set_timer
from dealcli.engine.effects import begin_agreement, end_once_begun, end_position, replace, run_effect
from dealcli.engine.fluents import apply_updates
from dealcli.engine.judge import Act, Judgement, judge, leave_out_repeated
from dealcli.engine.making import make
from dealcli.engine.payments import apply_payment
from dealcli.engine.performance import note_performer, perform, perform_late
from dealcli.engine.program import Agreement, Listener
from dealcli.engine.records import Occurrence, Position
from dealcli.engine.run import BEGINS, DATES, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, Truth


def apply(run: Run, found: Judgement, occurrence: Occurrence) -> None:
    """Apply a judgement: stages and updates at once, then effects of powers, then those at top level, then new instances."""
    exercised = [(act.position, used) for act in found.acts if (used := apply_act(run, act, occurrence)) is not False]
    if found.payments:
        # An act comes before what else the event may do to a position, a payment that performs it included.
        apply_payment(run, found.payments, occurrence, {act.position.seq for act in found.acts})
        found.served = True
    paid = {act.position.seq for act in found.payments if act.position.stages == ("fulfilled",)}
    cues = [(position, name, certain) for position, name, certain in found.cues if position.seq not in paid]
    for position, name, certain in cues:
        if name != "span_over":
            _apply_cue(run, position, name, occurrence, certain)
    for position, certain in found.limits:
        _limit_by_trigger(run, position, occurrence, certain)
    for position, name, certain in cues:
        if name == "span_over":  # a duty due at the event that ends its span is missed, not swept away
            end_span(run, position, occurrence, certain)
    for position, certain in found.begins:
        _begin(run, position, occurrence, certain)
    for clause, keys, given, certain in found.starts:
        run.state.begun.setdefault(clause, []).append((keys, given, certain))
        if clause.every is not None:
            if certain is not True and clause.first is None:
                run.perhaps_begun.add(clause)
            run.state.begun_on.setdefault(clause, local_day(run, occurrence.anchor))
            run.look_at(clause)
    for clause, certain in found.closes:
        run.state.close(clause, "ended", certain is True)
    apply_updates(run, found.updates, occurrence)
    for agreement, role, certain in found.agreements:
        _apply_agreement(run, agreement, role, occurrence, certain)
    _run_effects(run, found, exercised, occurrence)
    done: set[tuple[Any, ...]] = set()
    for listener, branch, certain in found.delays:
        _delay(run, listener, branch, occurrence, certain, done)
    for clause, certain in found.makes:
        make(run, clause, occurrence, certain)


def _run_effects(run: Run, found: Judgement, exercised: list[tuple[Position, Truth]], occurrence: Occurrence) -> None:
    for position, certain in sorted(exercised, key=lambda pair: (pair[0].clause.order, pair[0].seq)):
        use_power(run, position, occurrence, certain)
    for effect, certain in found.effects:
        run_effect(run, effect, occurrence, certain)


def use_power(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """Run the effects of an exercised power, each as far as its ``when`` holds."""
    own = occurrence.then(occurrence.kind, occurrence.thing, occurrence.word, position=position, names=dict(position.names))
    for effect in position.clause.effects:
        env = Env(run.state, position, occurrence.event)
        truth = values.both(certain, True if effect.when is None else effect.when(env))
        if truth is not False:
            run_effect(run, effect, own, truth)


def apply_act(run: Run, act: Act, occurrence: Occurrence) -> Truth:
    """An act reaches a position. Whether it exercised a power, permission or right."""
    position, certain, group = act.position, act.certain, act.position.clause.group
    if position.clause.counts_prior and occurrence.event is not None:
        run.counted.add((position.clause, occurrence.event.seq))
    if group == "prohibition":
        if certain is not True or len(position.stages) > 1:
            run.find("possible_breach", "warning", f"{position.clause.title}: it is not known whether this was a breach",
                     position=position, occurrence=occurrence)  # fmt: skip
        _breach(run, position, occurrence, certain)
        return False
    note_performer(position, occurrence)
    if group == "option":
        return _exercise(run, position, occurrence, certain)
    if act.late:
        perform_late(run, position, occurrence, certain)
        return False
    if position.clause.amount is not None:
        position.paid = run.state.amount_of(position)
    perform(run, position, occurrence, certain)
    return False


def _breach(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    event = occurrence.event
    cue(run, position, "broken", occurrence, certain=certain, note={"event": event.type.name} if event else None)


def _exercise(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> Truth:
    used = values.both(certain, run.state.binds(position))
    if certain is True and len(position.stages) == 1:
        position.uses += ({"date": str(local_day(run, occurrence.anchor)), "cause": occurrence.describe()},)
    else:
        position.maybe_used = True
    if position.clause.once:
        position.performed_on = occurrence.anchor
        cue(run, position, "exercised", occurrence, certain=certain)
    else:
        cue(run, position, "used", occurrence, certain=certain)
        run.look_at(position)
    return used


def _apply_cue(run: Run, position: Position, name: str, occurrence: Occurrence, certain: Truth) -> None:
    if name == "broken":
        broken = cue(run, position, "broken", occurrence, certain=certain)
        if broken and "breached" in position.stages and position.clause.cure is not None:
            length = position.clause.cure(Env(run.state, position))
            position.cure_limit = limit_from(run, position, length, occurrence.anchor)
    else:
        end_position(run, position, name, occurrence, certain)


def _begin(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    """The clause's own ``from`` occurs: what it replaces ends in the same instant."""
    if position.begun is True:
        return
    position.begun = certain
    position.begun_at = occurrence.anchor
    agreement = run.program.agreement(position.clause.agreement)
    if position.clause.plain and run.state.agreement_is(agreement, ("in_force",)) is not False:
        for replacement in position.clause.replaces:
            replace(run, replacement, position.clause.full, occurrence, certain)
    run.look_at(position)


def _limit_by_trigger(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    """``due`` is an occurrence: it passes now; an act in the same event was in time (not with ``before``)."""
    if position.limit is not None and not values.is_unknown(position.limit):
        return
    position.written = occurrence.anchor if certain is True else UNKNOWN
    position.limit = moved(run, position.clause.agreement, position.written, position.limit_moves, position.limit_strict)
    if position.limit is UNKNOWN or position.limit == position.written:
        limit_runs_out(run, position, occurrence, certain)
    set_timer(run, position)


def _apply_agreement(run: Run, agreement: Agreement, role: str, occurrence: Occurrence, certain: Truth) -> None:
    if role == "begins":
        begin_agreement(run, agreement, occurrence, certain)
    elif role == "completes":
        run.completing.append((agreement, occurrence, certain))  # looked at last in a settle
    else:
        end_once_begun(run, agreement, "expired", occurrence, certain)


def _delay(run: Run, listener: Listener, branch: Any, occurrence: Occurrence, certain: Truth, done: set[tuple[Any, ...]]) -> None:
    """``30 days after <trigger>``: it will occur on that day, with the event still at hand.

    After an unknown time it has perhaps occurred from now on.
    """
    env = Env(run.state, occurrence.position, occurrence.event, occurrence.names)
    length = branch.function(env)
    if length is None:
        return
    known = not values.is_unknown(length)
    day = local_day(run, add(local_day(run, occurrence.anchor), length)) if known else run.state.today
    later = occurrence.then("delay", branch, anchor=day, certain=known and certain is True)
    if day > run.state.today:
        run.schedule(day, BEGINS, (DATES,), "delay", listener, later)
    else:
        at_once = judge(run, later, [listener])
        leave_out_repeated(at_once, later, done)
        apply(run, at_once, later)
