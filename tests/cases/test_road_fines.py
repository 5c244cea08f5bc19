"""The published log of 10,000 traffic fines gives the published stage of every clause of every fine at both dates.

The log is its publishers' data and stays outside the repository: the test reads it where it lies beside it.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from dealcli.analysis.evaluation import Evaluation, Options, evaluate
from dealcli.analysis.scenario import load
from dealcli.engine.shown import show
from dealcli.money import parse_number
from dealcli.slotted import replace

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT.parent / "shared/cases/real-road-fines"
STAGES = {"in_force": "active", "discharged": "terminated or discharged", "terminated": "terminated or discharged"}
CLAUSES = ("send", "pay", "settle", "appeal", "no_needless_collection", "no_unjust_penalty")

pytestmark = pytest.mark.skipif(not LOG.is_dir(), reason="the published log of road fines is not beside this checkout")


def evaluated(as_of: str) -> Evaluation:
    scenario = load(str(ROOT / "examples/road_fines.yaml"), {})[0]
    tree = {**scenario.tree, "events_from": {"file": str(LOG / "events.ndjson.gz")}}
    return evaluate(replace(scenario, tree=tree, expectations=()), Options(as_of=as_of))


@pytest.mark.parametrize("as_of", ["2008-12-31", "2012-12-31"])
def test_every_clause_of_every_fine_stands_as_published(as_of: str) -> None:
    with gzip.open(LOG / "expected.json.gz") as file:
        expected = json.loads(file.read(), parse_float=str, parse_int=str)[as_of]
    evaluation = evaluated(as_of)
    state = evaluation.run.state
    stages = {
        (clause.name, position.key_text): position.shown
        for clause, positions in state.positions_of.items()
        for position in positions
    }
    outstanding = next(m for m in evaluation.program.measures if m.name == "outstanding")
    wrong = []
    for fine, row in expected.items():
        for clause in CLAUSES:
            stage = stages.get((clause, fine), "pending")
            if STAGES.get(stage, stage) != STAGES.get(row[clause], row[clause]):
                wrong.append((fine, clause, stage, row[clause]))
        if state.fluent(outstanding, (fine,)) != parse_number(row["outstanding"]):
            wrong.append((fine, "outstanding", show(state.fluent(outstanding, (fine,))), row["outstanding"]))
    assert len(expected) > 9_900
    assert wrong == []
