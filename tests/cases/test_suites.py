"""Every suite and every example scenario holds: the conformance set, in the product's own format."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealcli.analysis.evaluation import evaluate
from dealcli.analysis.scenario import Scenario, load

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "tests/cases").glob("**/*.yaml"), *(ROOT / "examples").glob("*.yaml")])


def scenarios() -> list[Scenario]:
    return [scenario for file in FILES for scenario in load(str(file), {})]


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: f"{Path(s.path).parent.name}-{s.title}")
def test_every_expectation_of_a_scenario_holds(scenario: Scenario) -> None:
    outcomes = evaluate(scenario).outcomes
    assert [(dict(o.row), o.differences) for o in outcomes if not o.holds] == []
    assert len(outcomes) == len(scenario.expectations)
