"""The gate of a position: whether its clause applies to it at all just now, and if not, why."""

from __future__ import annotations

from typing import Any, NamedTuple

from dealcli.engine import lifecycle
from dealcli.engine.program import Clause
from dealcli.engine.records import AgreementState, Position
from dealcli.engine.state import State
from dealcli.language import values
from dealcli.language.events import key_values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, Truth


class Gate(NamedTuple):
    """The gate, those that it may be where it is doubtful, and what decided it."""

    name: str
    possible: tuple[str, ...]
    why: str


_OPEN = Gate(lifecycle.OPEN, (lifecycle.OPEN,), "")
_RUNS = ("in_force",)


def gate_of(state: State, position: Position) -> Gate:
    """The first of shut, held, displaced that applies; doubtful where one of them is unknown; else open.

    One that applies goes before one that is unknown, which stays among those that it may be.
    """
    env = Env(state, position)
    doubts: list[str] = []
    for name, reasons in ((lifecycle.SHUT, _shut), (lifecycle.HELD, _held), (lifecycle.DISPLACED_GATE, _displaced)):
        truth, why = reasons(state, position, env)
        if truth is True:
            return Gate(name, (name, *doubts), why)
        if truth is UNKNOWN:
            doubts.append(name)
            reason = why
    if doubts:
        return Gate(lifecycle.DOUBTFUL, (lifecycle.OPEN, *doubts), reason)
    return _OPEN


def _shut(state: State, position: Position, env: Env) -> tuple[Truth, str]:
    clause = position.clause
    runs = agreement_runs(state, position)
    if runs is False:
        return True, "agreement"
    begun = has_begun(state, position, env)
    if begun is False:
        return True, "from"
    idle: Truth = False
    if clause.gate_while is not None:
        idle = values.negate(clause.gate_while(env))
        if idle is True:
            return True, "while"
    elif runs is True and begun is True:
        return False, "while"
    why = "agreement" if runs is UNKNOWN else "from" if begun is UNKNOWN else "while"
    return values.either(values.either(values.negate(runs), values.negate(begun)), idle), why


def agreement_runs(state: State, position: Position) -> Truth:
    """Whether the agreement lets a position of it apply: it is in force or suspended, or the position outlives it."""
    clause = position.clause
    own = state.agreements[state.program.deal.agreements[clause.agreement]]  # type: ignore[index]
    if own.stages == _RUNS:
        return True
    going = own.stages
    if _outlives(position, state, "superseded") is not True:  # where it has only perhaps ended, they carry that doubt in their own stages
        going = tuple(stage for stage in going if stage not in lifecycle.AGREEMENT_OVER) or going
    truths = {_runs(stage, position, own, state) for stage in going}
    return truths.pop() if len(truths) == 1 else UNKNOWN


def _runs(stage: str, position: Position, own: AgreementState, state: State) -> Truth:
    if stage in ("in_force", "suspended"):
        return True
    if stage == "pending":
        return False
    return values.both(_outlives(position, state, stage), own.begun)  # nothing outlives an agreement that never began


def _outlives(position: Position, state: State, stage: str) -> Truth:
    clause = position.clause
    return clause.survives or (stage == "superseded" and clause in state.excepted) or position.incurred


def has_begun(state: State, position: Position, env: Env) -> Truth:
    begin = position.clause.begin
    if begin is None:
        return True
    if begin.mode == "trigger":
        return position.begun if position.begun is not None else False
    if position.begun is True:
        return True
    assert begin.function is not None
    day = begin.function(env)
    if day is None:
        return False
    if day is not UNKNOWN:
        state.turns_on(_bound(day), ">=")
    truth = values.compare(">=", state.today, day)
    return values.either(truth, UNKNOWN) if position.begun is UNKNOWN else truth


def _bound(day: Any) -> Any:
    from dealcli.dates import civil_day

    return civil_day(values.least(day))


def _held(state: State, position: Position, env: Env) -> tuple[Truth, str]:
    own = state.agreements[state.program.deal.agreements[position.clause.agreement]]  # type: ignore[index]
    causes: list[Truth] = [*position.suspended_by.values()]
    # What outlives an agreement is no longer held by it, should it be over.
    outlived = any(stage in lifecycle.AGREEMENT_OVER and _runs(stage, position, own, state) is not False for stage in own.stages)
    causes += [UNKNOWN for _ in own.suspended_by] if outlived else own.suspended_by.values()
    if True in causes:
        return True, "suspended"
    return (UNKNOWN if causes else False), "suspended"


def _displaced(state: State, position: Position, env: Env) -> tuple[Truth, str]:
    truth: Truth = False
    why = ""
    for exclusion in position.clause.exclusions:
        one = exclusion.condition(env)
        truth = values.either(truth, one)
        why = why or (exclusion.name or "unless") * (one is not False)
    for exception in position.clause.exceptions:
        if exception.act or exception.act_undisclosed:
            continue
        one = any_binds(state, exception, position)
        truth = values.either(truth, one)
        why = why or exception.full * (one is not False)
    return truth, why


def any_binds(state: State, exception: Clause, position: Position) -> Truth:
    """Whether a position of an exception, of the same key where both have one, is in force."""
    shared = tuple(key for key in exception.keys if key in position.names)
    found = state.positions(exception, shared, key_values(Env(state, position), shared))
    truth: Truth = False
    for one in found:
        truth = values.either(truth, state.binds(one))
    return truth
