"""How the things of a deal stand at a moment of a run, field by field, in a form in which two runs can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dealcli.analysis.cones import Node
from dealcli.analysis.expectations import waiting_stage
from dealcli.engine import lifecycle
from dealcli.engine.program import Agreement, Clause, Program
from dealcli.engine.records import Position
from dealcli.engine.run import Run
from dealcli.engine.shown import party_name, show
from dealcli.engine.state import outstanding
from dealcli.language import values
from dealcli.language.declarations import Fact, Measure

NONE = "none"
"""The stage of a position that exists only under other readings."""

Slot = tuple[str | None, str | None, int]
"""Key and bearer of a position, or the key of a fact or measure; the number tells apart what bears the same."""

WAITING: Slot = (None, None, -1)
"""A clause of which nothing has made a position."""


class Standing(NamedTuple):
    """One field: what it is compared by, the value itself, and whether that is open."""

    mark: Any
    value: Any
    open: bool = False


Standings = Mapping[Slot, Mapping[str, Standing]]


def things(program: Program) -> Iterator[tuple[Node, Any]]:
    """Everything that verdicts are about. Whether something binds is a thing of its own: little depends on it."""
    for agreement in program.agreements:
        yield ("agreement", agreement.name), agreement
        yield ("binding", agreement.name), agreement
    for clause in program.clauses:
        if not clause.restates:
            yield ("clauses", clause.full), clause
            yield ("binding", clause.full), clause
    yield from ((("facts", fact.full), fact) for fact in program.facts)
    yield from ((("measures", measure.full), measure) for measure in program.measures)


def standings(run: Run, node: Node, thing: Any) -> Standings:
    """The fields of a thing by slot, as they are now."""
    if node[0] == "binding":
        return {WAITING: {"binding": _of(thing.binding)}}
    if isinstance(thing, Clause):
        return _of_clause(run, thing)
    return _of_agreement(run, thing) if isinstance(thing, Agreement) else _of_fluent(run, thing)


def _of(value: Any) -> Standing:
    return Standing(_mark(value), value, values.is_unknown(value))


def _mark(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((str(key), _mark(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple) and not isinstance(value, values.Period):
        return tuple(map(_mark, value))
    return (values.is_unknown(value), type(value) is str, show(value))


def _of_agreement(run: Run, agreement: Agreement) -> Standings:
    state = run.state.agreements[agreement]
    possible = tuple(sorted(state.stages)) if len(state.stages) > 1 else ()
    stage = Standing((state.shown, possible), (state.shown, possible), bool(possible))
    return {WAITING: {"stage": stage, "since": _of(state.since), "until": _of(state.until)}}


def _of_fluent(run: Run, thing: Fact | Measure) -> Standings:
    found: dict[Slot, dict[str, Standing]] = {}
    for key, value in run.state.fluent_values(thing):
        cell = run.state.cells.get((thing, key))
        since = _of(cell.since if cell is not None else None)
        found[(_key_text(key), None, 0)] = {"value": _of(value), "since": since}
    if thing.keys and thing.computed is None:
        found[WAITING] = {"value": _of(run.state.initial(thing)), "since": _of(None)}
    return found


def _key_text(key: tuple[Any, ...]) -> str | None:
    from dealcli.engine.records import show_key

    return " / ".join(show_key(part) for part in key) or None


def _of_clause(run: Run, clause: Clause) -> Standings:
    positions = run.state.positions_of[clause]
    if not positions:
        stage = waiting_stage(run, clause)
        return {WAITING: {"stage": Standing((stage, ()), (stage, ()), stage == "undetermined")}}
    return dict(zip(slots(positions), (_of_position(run, p) for p in positions), strict=True))


def slots(positions: list[Position]) -> list[Slot]:
    """The slot of each position of one clause, in their order."""
    seen: dict[tuple[str | None, str], int] = {}
    found: list[Slot] = []
    for position in positions:
        named = (position.key_text, str(party_name(position.bearer)))
        seen[named] = seen.get(named, -1) + 1
        found.append((*named, seen[named]))
    return found


def _of_position(run: Run, position: Position) -> Mapping[str, Standing]:
    clause = position.clause
    undetermined = len(position.stages) > 1
    possible = lifecycle.possible(position.stages, clause.kind) if undetermined else ()
    stage = (position.shown, tuple(possible))
    found = {
        "stage": Standing(stage, stage, undetermined),
        "since": _of(position.since),
        "due": _of(position.limit),
        "breaches": Standing(tuple(b["date"] for b in position.breaches), position.breaches),
        "in_force": _of(run.state.binds(position)),
        "until": _of(position.until),
    }
    if clause.amount is not None:
        amount = run.state.amount_of(position)
        parts = (amount, position.paid, outstanding(amount, position))
        found["amount"] = Standing(_mark(parts), parts, any(map(values.is_unknown, parts)))
    return found


__all__ = ["NONE", "WAITING", "Slot", "Standing", "Standings", "slots", "standings", "things"]
