"""Matching: which positions an occurrence concerns, whether it is their act, by whom, and what excuses it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dealcli.dates import civil_day
from dealcli.engine.program import Clause
from dealcli.engine.records import Occurrence, Position
from dealcli.engine.run import Run
from dealcli.engine.state import State
from dealcli.language import values
from dealcli.language.events import key_values
from dealcli.language.scope import Env
from dealcli.language.triggers import Branch
from dealcli.language.values import UNKNOWN, Truth

PERFORMABLE = ("in_force", "suspended", "displaced")


def candidates(state: State, clause: Clause, branch: Branch, occurrence: Occurrence, *, ended: bool = False) -> list[Position]:
    """The positions of a clause that an occurrence may concern: of the same key, where the occurrence bears one.

    Without a key, those that are still open; with ``ended`` all (a waiver forgives a breach that is over as well).
    """
    if occurrence.kind in ("condition", "date") and occurrence.position is not None:
        return [occurrence.position] if occurrence.position.clause is clause else []
    keys, found = bound_keys(clause, occurrence)
    if None in found:
        return []
    positions = state.positions(clause, keys, found) if keys else list(state.positions_of[clause]) if ended else _trackable(state, clause)
    source = occurrence.position
    if occurrence.kind not in ("stage", "delay") or source is None:
        return positions
    if branch.key:
        return [p for p in positions if _looked_up(state, branch, p) is source]
    return [p for p in positions if p is source or _listens_to(state, p, source)]


def _trackable(state: State, clause: Clause) -> list[Position]:
    return list(state.open[clause].values()) or state.positions_of[clause][-1:]


def _looked_up(state: State, branch: Branch, position: Position) -> Position | None:
    assert branch.clause is not None
    env = Env(state, position)
    return state.position_at(branch.clause, [key(env) for key in branch.key], by_party=True)


def _listens_to(state: State, position: Position, source: Position) -> bool:
    """Inside an instance, ``becomes`` listens to the position that the other clause's name means there."""
    if source.clause.several_bearers:
        return True
    shared = tuple(key for key in source.clause.keys if key in position.names)
    return state.related(Env(state, position), source.clause, shared) is source


def bound_keys(clause: Clause, occurrence: Occurrence) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The key names of a clause that an occurrence binds, and their values (None where an optional one is absent)."""
    event = occurrence.event
    keys: list[str] = []
    found: list[Any] = []
    for key in clause.keys:
        if key in occurrence.names:
            keys.append(key)
            found.append(occurrence.names[key])
        elif event is not None and occurrence.kind in ("event", "delay") and key in event.type.attributes:
            keys.append(key)
            found.append(event.values.get(key))
    return tuple(keys), tuple(found)


def holds_where(branch: Branch, env: Env) -> Truth:
    truth: Truth = True
    for condition in branch.where:
        truth = values.both(truth, condition(env))
        if truth is False:
            return False
    return truth


def matches(run: Run, position: Position, branch: Branch, occurrence: Occurrence) -> tuple[Truth, str]:
    """Whether an occurrence is the act of a position, and by whom it had to be done; the reason where it is not."""
    env = Env(run.state, position, occurrence.event)
    truth = holds_where(branch, env)
    if truth is False:
        return False, "where"
    by = performed_by(run, position, occurrence, env)
    if by is False:
        return False, "party"
    return values.both(truth, by), ""


def performed_by(run: Run, position: Position, occurrence: Occurrence, env: Env) -> Truth:
    """Whether the one who did it counts: the bearer, whoever ``performed_by`` names, anyone where nobody says."""
    clause, event = position.clause, occurrence.event
    if clause.anyone or event is None or occurrence.kind != "event":
        return True
    doer = event.values.get(event.type.doer)
    if doer is None:
        return True
    if doer is UNKNOWN:
        return UNKNOWN
    wanted = [f(env) for f in clause.performed_by] if clause.performed_by is not None else [position.bearer]
    if any(party is UNKNOWN for party in wanted):
        return UNKNOWN
    return any(run.program.acts_for(doer, party) for party in wanted) or wanted == [None]


def is_performable(position: Position) -> bool:
    return any(stage in PERFORMABLE for stage in position.stages)


def excused(run: Run, position: Position, occurrence: Occurrence, depth: int = 0, *, narrows: bool = True) -> Truth:
    """Whether an exception with a matching act, or an ``unless`` that sees the act, takes it out of a position.

    An exception with an act does not narrow a power (``narrows`` is false there).
    """
    env = Env(run.state, position, occurrence.event)
    truth: Truth = False
    for exclusion in position.clause.exclusions:
        truth = values.either(truth, exclusion.condition(env))
    for exception in position.clause.exceptions if narrows else ():
        if truth is True or depth > 20:
            break
        truth = values.either(truth, _excuses(run, exception, position, occurrence, depth))
    return truth


def _excuses(run: Run, exception: Clause, position: Position, occurrence: Occurrence, depth: int) -> Truth:
    keys = tuple(key for key in exception.keys if key in position.names)
    found = key_values(Env(run.state, position), keys)
    if not keys:
        keys, found = bound_keys(exception, occurrence)
    truth: Truth = False
    for branch in exception.act:
        if branch.kind != occurrence.kind or (branch.event or branch.clause or branch.fact) is not occurrence.thing:
            continue
        for one in run.state.positions(exception, keys, found):
            fits, _ = matches(run, one, branch, occurrence)
            free = values.negate(excused(run, one, occurrence, depth + 1)) if exception.exceptions else True
            truth = values.either(truth, values.both(values.both(fits, run.state.binds(one)), free))
    return truth


def age(position: Position) -> tuple[Any, ...]:
    """The order in which open positions are served."""
    limit = position.limit
    known = isinstance(limit, date)
    at = limit.isoformat() if isinstance(limit, datetime) else ""
    return (not known, civil_day(limit).toordinal() if known else 0, at, position.seq)
