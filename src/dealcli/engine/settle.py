"""Settling: conditions are read again, and what becomes triggers what it triggers, until nothing changes."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

from dealcli.engine.apply import apply
from dealcli.engine.change import moved
from dealcli.engine.effects import begin_agreement, end_agreement, end_once_begun, schedule_end, succeed
from dealcli.engine.fluents import tell_turns
from dealcli.engine.judge import judge
from dealcli.engine.making import recur
from dealcli.engine.positions import date_has_come, look_again, wake_at
from dealcli.engine.program import Agreement, Clause, Listener, Watch
from dealcli.engine.records import Occurrence, Position
from dealcli.engine.run import DoesNotSettle, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, Truth

MOST_STEPS, STEPS_OF_EACH = 100_000, 20
"""So many steps may be taken within one instant, and so many more for each clause and for each position that was there before."""


def settle(run: Run, occurrence: Occurrence) -> None:
    """Read conditions again bottom-up, take the oldest thing that became so, until nothing changes; completion comes last.

    Raises ``DoesNotSettle`` where that would never end.
    """
    run.cause = occurrence
    steps, most = 0, MOST_STEPS + STEPS_OF_EACH * (len(run.program.clauses) + run.state.sequence)
    while True:
        steps += 1
        if steps > most:
            raise DoesNotSettle([f"more than {most:,} steps at {occurrence.anchor}"])
        tell_turns(run)
        if run.dirty:
            *_, thing = _pop(run)
            _look(run, thing)
        elif run.queue:
            became = run.queue.popleft()
            run.cause = became
            if became.kind == "succeeds":
                succeed(run, became.thing, became)
                continue
            apply(run, judge(run, became, _own_listeners(run, became)), became)
        elif not _completed(run):
            break
    run.entered.clear()
    run.perhaps_turned.clear()


def _pop(run: Run) -> tuple[Any, ...]:
    entry: tuple[Any, ...] = heapq.heappop(run.dirty)
    run.waiting.discard(id(entry[-1]))
    return entry


def _look(run: Run, thing: Any) -> None:
    if isinstance(thing, Position):
        new = "new" in thing.stages and thing.occurrence is not None
        look_again(run, thing, thing.occurrence if new and thing.occurrence else run.cause)
    elif isinstance(thing, Watch):
        run.queue.extend(look_at_watch(run, thing))
    elif isinstance(thing, Clause):
        look_at_recurring(run, thing)
    else:
        look_at_agreement(run, thing)


def _own_listeners(run: Run, occurrence: Occurrence) -> Iterable[Listener] | None:
    """A turning inside one position concerns only its own clause, in the role in which it watched."""
    if occurrence.kind in ("condition", "date") and occurrence.position is not None and occurrence.word:
        found = run.program.listeners.get((occurrence.kind, occurrence.thing), ())
        return [x for x in found if x.owner is occurrence.position.clause and x.role == occurrence.word]
    return None


# --- watches of the whole deal ---------------------------------------------------------------------------------------


def look_at_watch(run: Run, watch: Watch) -> list[Occurrence]:
    """Read a condition or a date of the whole deal again: what occurs because it turned."""
    state = run.state
    outer, state.turns = state.turns, []
    found: list[Occurrence] = []
    try:
        if watch.thing is not None and watch.thing.keys:
            for key, truth in state.fluent_values(watch.thing):
                names = dict(zip(watch.thing.keys, key, strict=True))
                found += _turned(run, watch, truth, run.watched_keys.get((watch, key), False), names)
                run.watched_keys[(watch, key)] = truth
        else:
            truth = _truth(run, watch)
            found += _turned(run, watch, truth, run.watched.get(watch, False), {})
            run.watched[watch] = truth
        turns = state.turns
    finally:
        state.turns = outer
    wake_at(run, watch, turns)
    return found


def _truth(run: Run, watch: Watch) -> Truth:
    branch, env = watch.branch, Env(run.state)
    if watch.thing is not None:
        return run.state.fluent(watch.thing, ())
    assert branch.function is not None
    if branch.kind == "date":
        return date_has_come(run, branch.function(env))
    truth = values.truth_of(branch.function(env))
    return truth if branch.value else values.negate(truth)


def _turned(run: Run, watch: Watch, truth: Truth, known: Truth, names: dict[str, Any]) -> Iterable[Occurrence]:
    if truth == known and not (truth is UNKNOWN and run.may_turn(watch, tuple(names.values()))):
        return
    cause = run.cause
    if watch.thing is not None:
        for word, turned in (("true", True), ("false", False)):
            if truth is turned or (truth is UNKNOWN and known is not turned):
                yield cause.then("fact", watch.thing, word, certain=UNKNOWN not in (known, truth), position=None, names=names)
        return
    if truth is False:
        return
    anchor = cause.anchor
    if watch.branch.kind == "date" and watch.branch.function is not None:
        day = watch.branch.function(Env(run.state))
        anchor = day if hasattr(day, "year") else anchor
    yield cause.then(watch.branch.kind, watch.branch, anchor=anchor, certain=(known, truth) == (False, True), position=None, names=names)


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
        live = end is not None and end.mode == "value" and end.function is not None
        day = moved(run, agreement.name, end.function(Env(state)) if live else None, own.moves)  # type: ignore[union-attr, misc]
        if day != own.until:
            own.until = day
            schedule_end(run, agreement, day)
        if day is UNKNOWN:  # from now on it has perhaps ended
            end_once_begun(run, agreement, "expired", Occurrence("until", agreement, "", state.today, False, cause=run.cause), UNKNOWN)
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


def first_periods(run: Run) -> None:
    """Begin the first periods of the clauses of agreements that begin today, before what else comes on this day."""
    while run.dirty and isinstance(run.dirty[0][-1], Clause):
        look_at_recurring(run, _pop(run)[-1])


def look_at_recurring(run: Run, clause: Clause) -> None:
    """Start a recurring clause if its time has come, and have it looked at again when it may."""
    state = run.state
    outer, state.turns = state.turns, []
    try:
        recur(run, clause)
        turns = state.turns
    finally:
        state.turns = outer
    wake_at(run, clause, turns)


def _completed(run: Run) -> bool:
    """``completed_by`` as a condition is looked at last. True if that changed anything."""
    changed = False
    while run.completing:
        agreement, occurrence, certain = run.completing.pop(0)
        end_once_begun(run, agreement, "completed", occurrence, certain)
        changed = True
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
