"""Because of which edit a position stands differently: each edit is made alone, and each is left out.

An edit that alone leads to the new standing is a cause by itself. Where none does, those without which it would not be
reached are causes together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from dealcli.analysis.cones import Node
from dealcli.analysis.differences import Edit, Side, edited
from dealcli.analysis.evaluation import Evaluation, evaluate_once
from dealcli.analysis.standings import Slot, standings, things
from dealcli.diagnostics import Refused
from dealcli.slotted import replace

MOST_EDITS = 64
"""More edits than this are not tried one by one."""

Thing = tuple[Node, Slot]
Marks = Mapping[Thing, Mapping[str, Any]]


def causes(before: Side, edits: Sequence[Edit], wanted: Mapping[Thing, Collection[str]], after: Side) -> dict[Thing, list[int]]:
    """For each thing and its fields that changed, the numbers of the edits behind that; empty where it cannot be told.

    ``after`` is what the edits lead to.
    """
    if not 0 < len(edits) <= MOST_EDITS or not wanted:
        return {}
    if len(edits) == 1:
        return {thing: [0] for thing in wanted}
    goal = _run(after, ())
    assert goal is not None
    alone = [_run(before, [edit]) for edit in edits]
    found = {thing: [n for n, marks in enumerate(alone) if _same(marks, goal, thing, wanted[thing])] for thing in wanted}
    left = [thing for thing, numbers in found.items() if not numbers]
    if left:
        without = [_run(before, [other for other in edits if other is not edit]) for edit in edits]
        reached = _run(before, edits)
        for thing in left:
            if _same(reached, goal, thing, wanted[thing]):
                found[thing] = [n for n, marks in enumerate(without) if not _same(marks, goal, thing, wanted[thing])]
    return found


def _run(before: Side, edits: Sequence[Edit]) -> Marks | None:
    """Where everything stands with some edits made; None where that does not run."""
    side = edited(before, edits)
    try:
        return _marks(evaluate_once(replace(side.scenario, expectations=()), side.options))
    except Refused:
        return None


def _marks(evaluation: Evaluation) -> Marks:
    run = evaluation.run
    return {(node, slot): {name: standing.mark for name, standing in fields.items()}
            for node, thing in things(run.program) if node[0] == "clauses"
            for slot, fields in standings(run, node, thing).items()}  # fmt: skip


def _same(marks: Marks | None, goal: Marks, thing: Thing, fields: Collection[str]) -> bool:
    if marks is None:
        return False
    one, two = marks.get(thing), goal.get(thing)
    if one is None or two is None:
        return one is two
    return all(one.get(name) == two.get(name) for name in fields)


Attribute = Callable[[Mapping[Thing, Collection[str]]], dict[Thing, list[int]]]

__all__ = ["Attribute", "Thing", "causes"]
