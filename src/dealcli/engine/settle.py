"""Settling: what was judged is applied at once, conditions are read again, and what becomes triggers what it triggers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dealcli.engine import lifecycle
from dealcli.engine.change import cue, limit_from, limit_runs_out, local_day
from dealcli.engine.effects import begin_agreement, begin_clause, end_agreement, replace, run_effect, schedule_end
from dealcli.engine.fluents import apply_updates
from dealcli.engine.judge import Act, Judgement, age, judge
from dealcli.engine.positions import date_has_come, end_span, look_again, make, next_period, wake_at
from dealcli.engine.program import Agreement, Clause, Listener, Watch
from dealcli.engine.records import Occurrence, Position
from dealcli.engine.run import BEGINS, DoesNotSettle, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, Truth

MOST_STEPS = 100_000


def settle(run: Run, occurrence: Occurrence) -> None:
    """Read conditions again bottom-up, take the oldest thing that became so, until nothing changes; completion comes last.

    Raises ``DoesNotSettle`` where that would never end.
    """
    run.cause = occurrence
    steps = 0
    while True:
        steps += 1
        if steps > MOST_STEPS:
            raise DoesNotSettle([f"more than {MOST_STEPS:,} steps at {occurrence.anchor}"])
        if run.dirty:
            *_, thing = _pop(run)
            _look(run, thing)
        elif run.queue:
            became = run.queue.popleft()
            run.cause = became
            apply(run, judge(run, became, _own_listeners(run, became)), became)
        elif not _completed(run):
            break
    run.entered.clear()


def _pop(run: Run) -> tuple[Any, ...]:
    import heapq

    entry: tuple[Any, ...] = heapq.heappop(run.dirty)
    run.waiting.discard(id(entry[-1]))
    return entry


def _look(run: Run, thing: Any) -> None:
    if isinstance(thing, Position):
        look_again(run, thing, run.cause)
    elif isinstance(thing, Watch):
        look_at_watch(run, thing)
    else:
        look_at_agreement(run, thing)


def _own_listeners(run: Run, occurrence: Occurrence) -> Iterable[Listener] | None:
    """A turning inside one position concerns only its own clause, in the role in which it watched."""
    if occurrence.kind in ("condition", "date") and occurrence.position is not None and occurrence.word:
        found = run.program.listeners.get((occurrence.kind, occurrence.thing), ())
        return [x for x in found if x.owner is occurrence.position.clause and x.role == occurrence.word]
    return None


# --- watches of the whole deal ---------------------------------------------------------------------------------------


def look_at_watch(run: Run, watch: Watch) -> None:
    """Read a condition of the whole deal again; its turning is an occurrence."""
    state = run.state
    outer, state.turns = state.turns, []
    try:
        if watch.thing is not None and watch.thing.keys:
            for key, truth in state.fluent_values(watch.thing):
                _turn(run, watch, truth, run.watched_keys.get((watch, key), False), dict(zip(watch.thing.keys, key, strict=True)))
                run.watched_keys[(watch, key)] = truth
        else:
            truth = _truth(run, watch)
            _turn(run, watch, truth, run.watched.get(watch, False), {})
            run.watched[watch] = truth
        turns = state.turns
    finally:
        state.turns = outer
    wake_at(run, watch, turns)


def _truth(run: Run, watch: Watch) -> Truth:
    branch, env = watch.branch, Env(run.state)
    if watch.thing is not None:
        return run.state.fluent(watch.thing, ())
    assert branch.function is not None
    if branch.kind == "date":
        return date_has_come(run, branch.function(env))
    truth = values.truth_of(branch.function(env))
    return truth if branch.value else values.negate(truth)


def _turn(run: Run, watch: Watch, truth: Truth, known: Truth, names: dict[str, Any]) -> None:
    if truth == known:
        return
    cause = run.cause
    if watch.thing is not None:
        words = ["true", "false"] if truth is UNKNOWN else ["true" if truth else "false"]
        for word in words:
            if truth is not UNKNOWN or (word == "true") != (known is True):
                run.queue.append(Occurrence("fact", watch.thing, word, cause.anchor, truth is not UNKNOWN, cause.event, names=names,
                                            made=cause.made, cause=cause))  # fmt: skip
        return
    if truth is False:
        return
    anchor = cause.anchor
    if watch.branch.kind == "date" and watch.branch.function is not None:
        day = watch.branch.function(Env(run.state))
        anchor = day if hasattr(day, "year") else anchor
    run.queue.append(Occurrence(watch.branch.kind, watch.branch, "", anchor, truth is True, cause.event, names=names,
                                made=cause.made, cause=cause))  # fmt: skip


# --- agreements ------------------------------------------------------------------------------------------------------


def look_at_agreement(run: Run, agreement: Agreement) -> None:
    """Read the begin and the end of an agreement again, where they are dates or expressions."""
    state = run.state
    own = state.agreements[agreement]
    outer, state.turns = state.turns, []
    try:
        if own.shown in ("pending", "undetermined"):
            _may_begin(run, agreement)
        end = agreement.end
        if end is not None and end.mode == "value" and end.function is not None and not own.extended:
            day = end.function(Env(state))
            if day != own.until:
                own.until = day
                schedule_end(run, agreement, day)
        turns = state.turns
    finally:
        state.turns = outer
    wake_at(run, agreement, turns)


def _may_begin(run: Run, agreement: Agreement) -> None:
    begin = agreement.begin
    day: Any = run.state.today
    certain: Truth = True
    if begin is not None:
        if begin.mode != "value" or begin.function is None:
            return
        day = begin.function(Env(run.state))
        certain = date_has_come(run, day)
    if certain is False:
        return
    anchor = day if hasattr(day, "year") and begin is not None else run.state.today
    begin_agreement(run, agreement, Occurrence("from", agreement, "", anchor, certain is True), certain)


def _completed(run: Run) -> bool:
    """``completed_by`` as a condition is looked at last. True if that changed anything."""
    changed = False
    for agreement in run.program.agreements:
        state = run.state.agreements[agreement]
        if agreement.completed_when is None or not {"in_force", "suspended"} & set(state.stages):
            continue
        truth = agreement.completed_when(Env(run.state))
        before = state.stages
        if truth is not False:
            end_agreement(run, agreement, "completed", run.cause, truth)
            changed = changed or state.stages != before
    return changed


# --- applying --------------------------------------------------------------------------------------------------------


def apply(run: Run, found: Judgement, occurrence: Occurrence) -> None:
    """Apply a judgement: stages and updates at once, then effects of powers, then those at top level, then new instances."""
    exercised: list[tuple[Position, Truth]] = []
    for act in found.acts:
        if apply_act(run, act, occurrence):
            exercised.append((act.position, act.certain))
    if found.payments:
        apply_payment(run, found.payments, occurrence, found.taken)
        found.served = True
    for position, name, certain in found.cues:
        _apply_cue(run, position, name, occurrence, certain)
    for position, certain in found.begins:
        _begin(run, position, occurrence, certain)
    for clause, certain in found.starts:
        if clause.every is not None:
            next_period(run, clause, local_day(run, occurrence.anchor))
    for position, certain in found.limits:
        _limit_by_trigger(run, position, occurrence, certain)
    for clause, certain in found.closes:
        run.state.closed.setdefault(clause, ("ended", certain is True))
    apply_updates(run, found.updates, occurrence)
    for agreement, role, certain in found.agreements:
        _apply_agreement(run, agreement, role, occurrence, certain)
    _run_effects(run, found, exercised, occurrence)
    for listener, branch, certain in found.delays:
        _delay(run, listener, branch, occurrence, certain)
    for clause, certain in found.makes:
        make(run, clause, occurrence, certain)


def _run_effects(run: Run, found: Judgement, exercised: list[tuple[Position, Truth]], occurrence: Occurrence) -> None:
    for position, certain in sorted(exercised, key=lambda pair: (pair[0].clause.order, pair[0].seq)):
        use_power(run, position, occurrence, certain)
    for effect, certain in found.effects:
        run_effect(run, effect, occurrence, certain)


def use_power(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """Run the effects of an exercised power, each as far as its ``when`` holds."""
    own = Occurrence(occurrence.kind, occurrence.thing, occurrence.word, occurrence.anchor, occurrence.certain, occurrence.event,
                     position, dict(position.names), occurrence.made, occurrence.cause)  # fmt: skip
    for effect in position.clause.effects:
        env = Env(run.state, position, occurrence.event)
        truth = values.both(certain, True if effect.when is None else effect.when(env))
        if truth is not False:
            run_effect(run, effect, own, truth)


def apply_act(run: Run, act: Act, occurrence: Occurrence) -> bool:
    """An act reaches a position. True if it exercised a power, permission or right."""
    position, certain, group = act.position, act.certain, act.position.clause.group
    if group == "prohibition":
        if certain is not True:
            run.find("possible_breach", "warning", f"{position.clause.title}: it is not known whether this was a breach",
                     position=position, occurrence=occurrence)  # fmt: skip
        _breach(run, position, occurrence, certain)
        return False
    _note_performer(position, occurrence)
    if group == "option":
        return _exercise(run, position, occurrence, certain)
    if act.late:
        _late(run, position, occurrence, certain)
        return False
    if position.clause.amount is not None:
        position.paid = run.state.amount_of(position)
    perform(run, position, occurrence, certain)
    return False


def _note_performer(position: Position, occurrence: Occurrence) -> None:
    event = occurrence.event
    doer = event.values.get(event.type.doer) if event is not None else None
    if doer is not None and doer is not UNKNOWN and doer not in position.performers:
        position.performers.append(doer)


def _breach(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    event = occurrence.event
    cue(run, position, "broken", occurrence, certain=certain, note={"event": event.type.name} if event else None)


def perform(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """The act was done in time: the duty is fulfilled, the condition met."""
    if certain is True:
        position.performed_on = occurrence.anchor
        position.amount = run.state.amount_of(position)
        position.amount_fixed = True
    cue(run, position, "performed", occurrence, certain=certain)


def _exercise(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> bool:
    position.uses.append({"date": str(local_day(run, occurrence.anchor)), "cause": occurrence.describe()})
    if position.clause.once:
        position.performed_on = occurrence.anchor
        cue(run, position, "exercised", occurrence, certain=certain)
    else:
        cue(run, position, "used", occurrence, certain=certain)
    return True


def _late(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """Late performance stays a breach, marked performed late; within the cure it cures."""
    clause = position.clause
    limit = position.cure_limit
    in_cure: Truth = clause.cure_any_time
    if limit is not None:
        in_cure = values.compare("<=", occurrence.anchor, limit)
    if certain is True:
        position.performed_on = occurrence.anchor
        position.performed_late = in_cure is not True
        position.amount_fixed = True
    if in_cure is not False:
        cue(run, position, "cured", occurrence, certain=values.both(certain, in_cure))
        return
    run.find("late_performance", "info", f"{clause.title}: performed late", position=position, occurrence=occurrence)
    if ("stage", clause, "performed") in run.program.listeners:
        run.queue.append(Occurrence("stage", clause, "performed", occurrence.anchor, certain is True, occurrence.event, position,
                                    dict(position.names), occurrence.made, occurrence))  # fmt: skip
    position.entered["performed"] = occurrence.anchor
    run.touch("outcome", clause, position.names)
    if not position.undecided:
        run.state.open[clause].pop(position.seq, None)


def apply_payment(run: Run, acts: list[Act], occurrence: Occurrence, taken: set[int] | None = None) -> None:
    """A payment settles once, over the open debts that it matches, oldest first; the rest is an overpayment."""
    event = occurrence.event
    assert event is not None
    closed = [act for act in acts if act.late and not act.position.owed]
    open_acts = [act for act in acts if act not in closed and not _remedied(run, act.position, event)]
    rest: dict[str, Any] = {}
    for act in sorted(open_acts, key=lambda a: (age(a.position), a.position.clause.order)):
        position = act.position
        if taken is not None and position.seq in taken:
            continue
        attribute = position.clause.paid_with
        given = rest.get(attribute, event.values.get(attribute))
        if given is None:
            continue
        if not values.is_unknown(given) and values.amount_number(given) == 0 and attribute in rest:
            continue
        rest[attribute] = _pay(run, act, given, occurrence)
        if taken is not None:
            taken.add(position.seq)
    _overpaid(run, [*open_acts, *closed], rest, occurrence)


def _remedied(run: Run, position: Position, event: Any) -> bool:
    """A breached debt with an open remedy of the same act gets none of a payment."""
    if "breached" not in position.stages:
        return False
    waiting = list(position.offspring)
    while waiting:
        other = waiting.pop()
        if "in_force" in other.stages and any(event.type in branch.events for branch in other.clause.act):
            return True
        waiting.extend(other.offspring)
    return False


def _pay(run: Run, act: Act, given: Any, occurrence: Occurrence) -> Any:
    """Pay towards one debt; what is left over."""
    position, clause = act.position, act.position.clause
    amount = run.state.amount_of(position)
    _note_performer(position, occurrence)
    owed = values.add(amount, position.paid, -1) if amount is not None else None
    if owed is None or values.is_unknown(owed) or values.is_unknown(given) or act.certain is not True:
        position.paid = values.add(position.paid, given) if not values.is_unknown(given) and act.certain is True else UNKNOWN
        if not act.late:
            perform(run, position, occurrence, UNKNOWN)
        return UNKNOWN if values.is_unknown(given) else values.multiply(given, 0)
    enough = values.compare(">=", given, owed) is True
    position.paid = amount if enough and values.compare(">", owed, values.multiply(owed, 0)) is True else values.add(
        position.paid, given if not enough else values.multiply(given, 0)
    )  # fmt: skip
    left = values.add(given, owed, -1) if enough and values.amount_number(owed) > 0 else (
        given if enough else values.multiply(given, 0)
    )  # fmt: skip
    run.touch("position", clause, position.names)
    if enough and _may_settle(run, position):
        if act.late:
            _late(run, position, occurrence)
        else:
            perform(run, position, occurrence)
    return left


def _may_settle(run: Run, position: Position) -> bool:
    """A recurring debt that still accrues is settled only once its period is over."""
    period = position.names.get("period")
    return not (position.clause.accrues and isinstance(period, values.Period) and run.state.today <= period.end)


def _overpaid(run: Run, acts: list[Act], rest: dict[str, Any], occurrence: Occurrence) -> None:
    if not acts:
        return
    event = occurrence.event
    assert event is not None
    attribute = acts[0].position.clause.paid_with
    left = rest.get(attribute, event.values.get(attribute))
    if left is None or values.is_unknown(left) or values.amount_number(left) <= 0:
        return
    from dealcli.engine.shown import show

    run.find("overpayment", "info", f"{acts[0].position.clause.title}: {show(left)} more than was owed", position=acts[0].position,
             occurrence=occurrence)  # fmt: skip


def _apply_cue(run: Run, position: Position, name: str, occurrence: Occurrence, certain: Truth) -> None:
    from dealcli.engine.effects import end_position

    if name == "span_over":
        end_span(run, position, occurrence, certain)
    elif name == "broken":
        cue(run, position, "broken", occurrence, certain=certain)
        if "breached" in position.stages and position.clause.cure is not None:
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
    if position.clause.plain and run.state.agreement_is(run.program.deal.agreements[position.clause.agreement], ("in_force",)) is not False:
        for replacement in position.clause.replaces:
            replace(run, replacement, position.clause.full, occurrence, certain)
    run.look_at(position)


def _limit_by_trigger(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    """``due`` is an occurrence: it passes now; an act in the same event was in time (not with ``before``)."""
    if position.limit is not None and not values.is_unknown(position.limit):
        return
    position.limit, position.limit_set = occurrence.anchor, True
    position.limit_strict = position.clause.limit_field == "before"
    limit_runs_out(run, position, occurrence, certain)


def _apply_agreement(run: Run, agreement: Agreement, role: str, occurrence: Occurrence, certain: Truth) -> None:
    if role == "begins":
        begin_agreement(run, agreement, occurrence, certain)
    elif "pending" not in run.state.agreements[agreement].stages:
        end_agreement(run, agreement, "expired" if role == "expires" else "completed", occurrence, certain)


def _delay(run: Run, listener: Listener, branch: Any, occurrence: Occurrence, certain: Truth) -> None:
    """``30 days after <trigger>``: it will occur on that day, with the event still at hand."""
    env = Env(run.state, occurrence.position, occurrence.event, occurrence.names)
    length = branch.function(env)
    if length is None:
        return
    if values.is_unknown(length):
        return
    from dealcli.dates import add

    day = local_day(run, add(local_day(run, occurrence.anchor), length))
    later = Occurrence("delay", branch, "", day, certain is True, occurrence.event, occurrence.position, occurrence.names,
                       occurrence.made, occurrence)  # fmt: skip
    if day > run.state.today:
        run.schedule(day, BEGINS, (4,), "delay", listener, later)
    else:
        apply(run, judge(run, later, [listener]), later)


__all__ = ["Clause", "begin_clause", "lifecycle"]
