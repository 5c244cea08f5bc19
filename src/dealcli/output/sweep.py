"""Many runs of a scenario as a document: ``dealcli.sweep/1``. What becomes of each position, how often, and on what it turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dealcli import __version__
from dealcli.analysis.columns import Columns, Name
from dealcli.analysis.inputs import Inputs
from dealcli.analysis.shares import quantiles, shares, turns
from dealcli.analysis.sweeping import REFUSED, Question
from dealcli.output.document import moment_text
from dealcli.output.view import DocumentTree

FORMAT = "dealcli.sweep/1"
MOST_PROBLEMS = 5
MOST_VALUES = 200
"""Of an input with more values than this, the document lists the first and the last."""

Row = dict[str, Any]


def sweep_document(question: Question, columns: Columns, usual: DocumentTree, *, every: bool) -> Row:
    """What came of all runs. ``usual`` is the result without anything varied. ``every``: also what is the same in all."""
    inputs = question.inputs
    refused = columns.counted(REFUSED)
    sound = [n for n, problem in enumerate(columns.column(REFUSED)) if problem is None] if refused else list(range(inputs.runs))
    columns = columns.selected(sound) if refused else columns
    chosen = [inputs.chosen(number) for number in sound]
    places = [[row[place] for row in chosen] for place in range(len(inputs.all))]
    known = {(row["clause"], row["key"], row["bearer"]): row for row in reversed(usual["positions"])}
    names = _position_names(columns, usual)
    rows = [_position(question, columns, name, places, known) for name in names]
    told = [row for row in rows if every or row["varies"] or row["verdict"] == "contested"]
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "scenario": {"title": usual["scenario"]["title"], "path": usual["scenario"]["path"]},
        "as_of": moment_text(question.as_of),
        "known_as_of": str(question.known_as_of) if question.known_as_of else None,
        "days": [str(day) for day in question.days],
        "seed": inputs.seed,
        "samples": inputs.samples if any(one.shape for one in inputs.all) else None,
        "runs": inputs.runs,
        "refused": inputs.runs - len(sound),
        "problems": [row for row in shares(refused) if row["value"] is not None][:MOST_PROBLEMS],
        "inputs": _inputs(inputs),
        "positions": told,
        "measures": [_measure(question, columns, name, places, usual) for name in columns.values if name[0] == "measure"],
        "parties": usual["parties"],
        "unchanged": sum(not row["varies"] for row in rows),
    }


def _position_names(columns: Columns, usual: DocumentTree) -> list[Name]:
    """The positions that any run has, in the order of the result."""
    order = {row["clause"]: number for number, row in enumerate(usual["positions"])}
    names = [name[1:] for name in columns.values if name[0] == ""]
    return sorted(names, key=lambda name: order.get(name[0], len(order)))


def _inputs(inputs: Inputs) -> list[Row]:
    return [{"name": one.name, "kind": one.kind, "distribution": one.shape or None, "count": len(one.values), "first": one.values[0],
             "last": one.values[-1], "values": list(one.values) if len(one.values) <= MOST_VALUES else None,
             "weights": list(one.weights) or None, "peak": one.values[one.peak] if one.shape == "triangular" else None}
            for one in inputs.all]  # fmt: skip


def _position(question: Question, columns: Columns, name: Name, places: Sequence[Sequence[int]],
              known: Mapping[Any, Mapping[str, Any]]) -> Row:  # fmt: skip
    clause, key, bearer, number = name
    usual = known.get((clause, key, bearer)) or next((row for slot, row in known.items() if slot[0] == clause), {})
    stages = _stages(columns, ("", *name))
    return {
        "clause": clause,
        "key": key,
        "bearer": bearer or usual.get("bearer"),
        "number": max(number, 0),
        "title": usual.get("title", clause),
        "verdict": usual.get("verdict"),
        "usual": usual.get("stage"),
        "varies": len(stages) > 1,
        "stages": stages,
        "through_time": [{"date": str(day), "stages": _stages(columns, (str(day), *name))} for day in question.days],
        "since": quantiles(columns.counted(("since", *name))),
        "turns": list(_turns(question, columns, ("", *name), places)) if len(stages) > 1 else [],
    }


def _stages(columns: Columns, name: Name) -> list[Row]:
    """The stages with their runs; ``none`` is that of a run without the position."""
    return [{"stage": row["value"] or "none", "runs": row["runs"], "share": row["share"]} for row in shares(columns.counted(name))]


def _named(row: Row) -> Row:
    return {**row, "value": row["value"] or "none"}


def _turns(question: Question, columns: Columns, name: Name, places: Sequence[Sequence[int]]) -> Iterator[Row]:
    for one, of_runs in zip(question.inputs.all, places, strict=True):
        found = turns(columns, name, one.values, of_runs)
        if found is not None:
            yield {"input": one.name, "exact": found["exact"],
                   "pieces": [{**piece, "values": [_named(row) for row in piece["values"]]} for piece in found["pieces"]]}  # fmt: skip


def _measure(question: Question, columns: Columns, name: Name, places: Sequence[Sequence[int]], usual: DocumentTree) -> Row:
    _, full, key = name
    title = next((row["title"] for row in usual["measures"] if row["name"] == full), None)
    counted = columns.counted(name)
    ordered = quantiles(counted)
    listed = shares(counted)
    return {
        "name": full,
        "key": key,
        "title": title or full,
        "quantiles": ordered,
        "values": listed[:MOST_VALUES],
        "distinct": len(listed),
        "turns": [] if ordered is not None and len(listed) > MOST_VALUES else list(_turns(question, columns, name, places)),
    }


__all__ = ["FORMAT", "sweep_document"]
