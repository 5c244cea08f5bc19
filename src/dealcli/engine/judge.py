"""Judging an occurrence against the frozen state: everything it may do is decided before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dealcli.engine import lifecycle
from dealcli.engine.change import moment_from
from dealcli.engine.matching import (
    PERFORMABLE,
    age,
    bound_keys,
    candidates,
    excused,
    holds_where,
    is_performable,
    matches,
)  # fmt: skip
from dealcli.engine.program import Agreement, Clause, Effect, Listener, Update
from dealcli.engine.records import Occurrence, Position
from dealcli.engine.run import Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.triggers import Branch
from dealcli.language.values import UNKNOWN, Truth
from dealcli.slotted import dataclass, field, replace


@dataclass(slots=True)
class Act:
    """An act that matches a position: performing, using, breaking it, or paying towards it."""

    position: Position
    certain: Truth
    late: bool = False
    fits: Truth = True
    """Whether it is the act of that position, should it have happened."""


@dataclass(slots=True)
class Judgement:
    """What an occurrence will do, in the order in which it is applied."""

    acts: list[Act] = field(default_factory=list)
    payments: list[Act] = field(default_factory=list)
    cues: list[tuple[Position, str, Truth]] = field(default_factory=list)
    begins: list[tuple[Position, Truth]] = field(default_factory=list)
    limits: list[tuple[Position, Truth]] = field(default_factory=list)
    closes: list[tuple[Clause, Truth]] = field(default_factory=list)
    starts: list[tuple[Clause, tuple[str, ...], tuple[Any, ...], Truth]] = field(default_factory=list)
    updates: list[tuple[Update, Truth]] = field(default_factory=list)
    effects: list[tuple[Effect, Truth]] = field(default_factory=list)
    makes: list[tuple[Clause, Truth]] = field(default_factory=list)
    agreements: list[tuple[Agreement, str, Truth]] = field(default_factory=list)
    delays: list[tuple[Listener, Branch, Truth]] = field(default_factory=list)
    misses: list[tuple[str, Position | None, Clause, str]] = field(default_factory=list)
    taken: dict[int, Truth] = field(default_factory=dict)
    """Positions that something in it reaches already, each with whether it does for certain."""
    too_late: set[int] = field(default_factory=set)
    """Positions whose limit is ``before`` this very occurrence: an act in it comes too late."""
    served: bool = False
    """Whether the occurrence did something to a position, an agreement or an effect."""
    noticed: bool = False
    """Whether a fact or measure looked at it."""

    def take(self, position: Position, fits: Truth, ready: Iterable[str]) -> None:
        """It reaches a position, should it have happened.

        It leaves the position to what comes next in a stage that is not ``ready`` for it.
        """
        stages = set(position.stages)
        is_ready: Truth = stages <= set(ready) or (UNKNOWN if stages & set(ready) else False)
        reached = values.both(fits, is_ready)
        self.taken[position.seq] = values.either(reached, self.taken.get(position.seq, False))
        self.served = True


def judge(run: Run, occurrence: Occurrence, listeners: Iterable[Listener] | None = None) -> Judgement:
    """Everything that an occurrence may do, judged against the state as it stands."""
    found = Judgement()
    if listeners is None:
        listeners = run.program.listeners.get(_cause(occurrence), ())
    listeners = tuple(listeners)
    found.too_late = _too_late(run, occurrence, listeners)
    acts: dict[Clause, list[tuple[Branch, list[Position]]]] = {}
    others: list[Listener] = []
    for listener in listeners:
        if listener.role == "act":
            here = candidates(run.state, listener.owner, listener.branch, occurrence)
            acts.setdefault(listener.owner, []).append((listener.branch, here))
        else:
            others.append(listener)
    for clause, branches in acts.items():
        _judge_act(run, clause, branches, occurrence, found)
    for role in _POSITION_ROLES:
        for listener in others:
            if listener.role == role:
                _judge_position_role(run, listener, occurrence, found)
    for listener in others:
        if listener.role not in _POSITION_ROLES:
            _judge_other(run, listener, occurrence, found)
    return found


def _too_late(run: Run, occurrence: Occurrence, listeners: tuple[Listener, ...]) -> set[int]:
    found = set()
    for listener in listeners:
        if listener.role == "limit" and listener.owner.limit_field == "before":
            for position in candidates(run.state, listener.owner, listener.branch, occurrence):
                if position.unended and holds_where(listener.branch, Env(run.state, position, occurrence.event)) is True:
                    found.add(position.seq)
    return found


BREAKABLE = ("in_force", "breached")
_POSITION_ROLES = ("waived_by", "discharged_by", "breached_by", "from", "until")


def _cause(occurrence: Occurrence) -> tuple[Any, ...]:
    if occurrence.kind in ("event", "condition", "date", "delay"):
        return (occurrence.kind, occurrence.thing)
    if occurrence.kind == "fact":
        return ("fact", occurrence.thing, occurrence.word == "true")
    return (occurrence.kind, occurrence.thing, occurrence.word)


# --- acts ------------------------------------------------------------------------------------------------------------


def _judge_act(run: Run, clause: Clause, branches: list[tuple[Branch, list[Position]]], occurrence: Occurrence,
               found: Judgement) -> None:  # fmt: skip
    matched: dict[int, Act] = {}
    missed: list[tuple[Position, str]] = []
    for branch, positions in branches:
        for position in positions:
            fits, why = matches(run, position, branch, occurrence)
            if fits is False:
                missed.append((position, why))
            else:
                known = matched.get(position.seq)
                fits = values.either(known.fits if known else False, fits)
                matched[position.seq] = Act(position, values.both(fits, occurrence.certain or UNKNOWN), fits=fits)
    acts = [act for act in matched.values() if act.position.seq not in found.too_late]
    if clause.group == "prohibition":
        _forbidden(run, acts, occurrence, found)
    elif clause.group == "option":
        _used(run, clause, acts, occurrence, found)
    elif clause.group in lifecycle.DUTIES:
        _performed(run, clause, acts, occurrence, found)
    for position, why in missed:
        if position.seq not in matched and is_performable(position):
            found.misses.append(("near_miss", position, clause, why))


def _forbidden(run: Run, acts: list[Act], occurrence: Occurrence, found: Judgement) -> None:
    """Every instance of a prohibition that binds is broken, unless the act is excused."""
    for act in acts:
        binds = _bindable(run, act.position)
        free = excused(run, act.position, occurrence)
        forbidden = values.both(binds, values.negate(free))
        certain = values.both(act.certain, forbidden)
        if certain is not False:
            found.take(act.position, values.both(act.fits, forbidden), BREAKABLE)
            found.acts.append(Act(act.position, certain))
        elif free is True and binds is not False:
            act.position.excused += (occurrence,)
            found.served = True


def _bindable(run: Run, position: Position) -> Truth:
    """Whether a prohibition can be broken; what its stages leave open goes its own way through the table."""
    if "in_force" in position.stages:
        return True
    if not position.binds_on:
        return False
    return UNKNOWN if position.maybe_over or position.gate == lifecycle.DOUBTFUL else run.state.binds(position)


def _used(run: Run, clause: Clause, acts: list[Act], occurrence: Occurrence, found: Judgement) -> None:
    """An act exercises the oldest permission, right or power that is in force; else it is without effect."""
    held = [act for act in acts if "in_force" in act.position.stages]
    if clause.exceptions or clause.exclusions:
        held = [act for act in (_unless_excused(run, act, occurrence) for act in held) if act.fits is not False]
    for act in _served(_timely(run, held, occurrence, found), occurrence, ("in_force",)):
        timely = _in_time(act.position, occurrence)
        found.take(act.position, values.both(act.fits, timely), ("in_force",))
        found.acts.append(Act(act.position, values.both(act.certain, timely)))
    if clause.kind in ("power", "right") and acts and not held:
        found.misses.append(("act_without_effect", acts[-1].position, clause, acts[-1].position.shown))


def _unless_excused(run: Run, act: Act, occurrence: Occurrence) -> Act:
    """An act that an exception takes out of a permission, right or power is no use of it."""
    kept = values.negate(excused(run, act.position, occurrence, narrows=act.position.clause.kind != "power"))
    if kept is UNKNOWN and lifecycle.DISPLACED_GATE in act.position.gates:
        return act  # its stages tell that already
    return replace(act, certain=values.both(act.certain, kept), fits=values.both(act.fits, kept))


def _performed(run: Run, clause: Clause, acts: list[Act], occurrence: Occurrence, found: Judgement) -> None:
    """One act serves the oldest open instance; if none is open, the oldest breached one, as late performance."""
    ready = _timely(run, [_perhaps_idle(act) for act in acts if is_performable(act.position)], occurrence, found)
    if clause.money:
        open_ones = {act.position.seq for act in ready}
        found.payments.extend(ready)
        found.payments.extend(Act(a.position, a.certain, True, a.fits) for a in acts if a.position.owed and a.position.seq not in open_ones)
        found.payments.extend(Act(a.position, a.certain, True, a.fits) for a in acts if _closed(a.position))
        return
    chosen = _served(ready, occurrence, PERFORMABLE)
    if not ready:
        late = [act for act in acts if act.position.owed or _curable(act.position)]
        chosen = [replace(act, late=True) for act in _served(late, occurrence, ("breached",))]
    for act in chosen:
        timely = _in_time(act.position, occurrence)
        found.take(act.position, values.both(act.fits, timely), ("breached",) if act.late else PERFORMABLE)
        found.acts.append(Act(act.position, values.both(act.certain, timely), act.late))


def _perhaps_idle(act: Act) -> Act:
    """An act for what perhaps does not apply at all, so that perhaps nothing was to be done."""
    return replace(act, fits=UNKNOWN) if act.position.perhaps_shut else act


def _closed(position: Position) -> bool:
    return not position.undecided and not position.owed and bool(position.activated)


def _curable(position: Position) -> bool:
    open_breach = "breached" in position.stages and not position.released and not position.performed_late
    return open_breach and position.clause.group == "duty"


def _served(acts: list[Act], occurrence: Occurrence, ready: tuple[str, ...]) -> list[Act]:
    """One act serves one: the position with the earliest limit (those without last), then the first made.

    Where it only perhaps serves that one, because this may not be its act or not be ``ready`` for it, it perhaps serves
    the next.
    """
    chosen: list[Act] = []
    for act in sorted(acts, key=lambda act: age(act.position)):
        chosen.append(replace(act, certain=UNKNOWN, fits=UNKNOWN) if chosen else act)
        if act.fits is True and all(stage in ready for stage in act.position.stages) and _in_time(act.position, occurrence) is True:
            break
    return chosen


def _in_time(position: Position, occurrence: Occurrence) -> Truth:
    """Whether an act is in time, where the limit is an instant and the event is known only to the day."""
    limit = position.limit_day
    event = occurrence.event
    if not isinstance(limit, datetime) or event is None or event.at is not None:
        return True
    return UNKNOWN if event.day == limit.date() else True


def _timely(run: Run, acts: list[Act], occurrence: Occurrence, found: Judgement) -> list[Act]:
    """Those that do not come too early; the others are told and count for nothing."""
    early = [act for act in acts if _early(run, act.position, occurrence) is True]
    found.misses.extend(("premature_performance", act.position, act.position.clause, "not_before") for act in early)
    return [act for act in acts if act not in early]


def _early(run: Run, position: Position, occurrence: Occurrence) -> Truth:
    start = position.clause.not_before
    if start is None:
        return False
    earliest = moment_from(run, position, start)
    if start.mode == "trigger":
        return position.not_before is None
    return values.compare("<", occurrence.anchor, earliest)


# --- other roles -----------------------------------------------------------------------------------------------------

_CUES = {"waived_by": "waived", "discharged_by": "discharged", "breached_by": "broken", "until": "span_over"}


def _judge_position_role(run: Run, listener: Listener, occurrence: Occurrence, found: Judgement) -> None:
    clause, role = listener.owner, listener.role
    for position in candidates(run.state, clause, listener.branch, occurrence, ended=role in ("waived_by", "discharged_by")):
        free = True if role == "from" else values.negate(found.taken.get(position.seq, False))
        if free is False:
            continue
        env = Env(run.state, position, occurrence.event)
        fits = values.both(holds_where(listener.branch, env), free)
        truth = values.both(fits, occurrence.certain or UNKNOWN)
        if truth is False:
            if role != "from" and is_performable(position):
                found.misses.append(("", position, clause, "where"))
            continue
        found.served = True
        if role == "from":
            found.begins.append((position, truth))
        else:
            found.take(position, fits, BREAKABLE if role == "breached_by" else position.stages)
            found.cues.append((position, _CUES[role], truth))
    if role in ("until", "from") and not clause.plain:
        keys, values_found = bound_keys(clause, occurrence)
        if holds_where(listener.branch, Env(run.state, None, occurrence.event, occurrence.names)) is False:
            return
        if role == "from":
            found.starts.append((clause, keys, values_found, occurrence.certain or UNKNOWN))
        elif not keys:
            found.closes.append((clause, occurrence.certain or UNKNOWN))


def _judge_other(run: Run, listener: Listener, occurrence: Occurrence, found: Judgement) -> None:
    role, owner, branch = listener.role, listener.owner, listener.branch
    env = Env(run.state, occurrence.position, occurrence.event, occurrence.names)
    if role in ("limit", "not_before"):
        for position in candidates(run.state, owner, branch, occurrence):
            inner = Env(run.state, position, occurrence.event)
            truth = values.both(holds_where(branch, inner), occurrence.certain or UNKNOWN)
            if truth is not False and role == "limit":
                found.limits.append((position, truth))
                found.served = True
            elif truth is not False:
                position.not_before = occurrence.anchor
        return
    if role == "delay":
        outer, delayed = owner
        truth = values.both(holds_where(branch, env), occurrence.certain or UNKNOWN)
        if truth is not False:
            found.delays.append((outer, delayed, truth))
            found.served = True
        return
    truth = values.both(holds_where(branch, env), occurrence.certain or UNKNOWN)
    if truth is False:
        return
    if role == "update":
        found.noticed = True
        _once(found.updates, owner, truth)
        return
    found.served = True
    if role == "for_each":
        _once(found.makes, owner, truth)
    elif role == "effect":
        # Effects at the top level of an agreement that is over no longer run.
        over = bool(owner.agreement) and run.state.agreement_is(run.program.agreement(owner.agreement), lifecycle.AGREEMENT_OVER)
        when = True if owner.when is None or over is True else owner.when(env)
        truth = values.both(values.both(truth, values.negate(over)), when)
        if truth is not False:
            _once(found.effects, owner, truth)
    else:
        found.agreements.append((owner, role, truth))


def leave_out_repeated(found: Judgement, occurrence: Occurrence, done: set[tuple[Any, ...]]) -> None:
    """A date, or a length after one occurrence, comes once on its day, also where one trigger names it twice.

    ``done`` are the dates and delays of that day with what they did, and grows.
    """
    source: Occurrence | None = occurrence
    while source is not None and source.kind in ("delay", "date"):
        source = source.cause if source.kind == "delay" else None
    lists: tuple[list[tuple[Any, Truth]], ...] = (found.makes, found.updates, found.effects)
    for does in lists:
        slots = [(id(owner), source and id(source)) for owner, _ in does]
        does[:] = [entry for entry, slot in zip(does, slots, strict=True) if slot not in done]
        done.update(slots)


def _once(found: list[tuple[Any, Truth]], owner: Any, truth: Truth) -> None:
    """An occurrence that fits several alternatives of one trigger does once what the trigger does."""
    for number, (known, before) in enumerate(found):
        if known is owner:
            found[number] = (owner, values.either(before, truth))
            return
    found.append((owner, truth))
