"""Result documents of the example scenarios, made once from the files themselves."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dealcli.analysis.evaluation import Options, evaluate
from dealcli.analysis.readings import judge
from dealcli.analysis.scenario import load
from dealcli.output.document import document
from dealcli.output.judged import with_verdicts

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))

Result = dict[str, Any]


@cache
def _evaluated(name: str) -> Result:
    (scenario,) = load(str(ROOT / "examples" / f"{name}.yaml"), {})
    found = evaluate(scenario)
    supposes = any(row.row and row.row.get("hypothetical") == "true" for row in found.rows)
    return document(found, evaluate(scenario, Options(without_hypothetical=True)) if supposes else None)


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Result:
    """The result of each example in turn."""
    return copy.deepcopy(_evaluated(request.param))


@pytest.fixture
def result() -> Callable[[str], Result]:
    """The result of the example of a name; a copy that a test may change."""
    return lambda name: copy.deepcopy(_evaluated(name))


@pytest.fixture(scope="session")
def judged() -> Result:
    """The result of an example with a verdict on everything, over all readings."""
    (scenario,) = load(str(ROOT / "examples" / "agi_declared.yaml"), {})
    found = evaluate(scenario)
    judgement = judge(scenario, Options(), [found.as_of])[found.as_of]
    return with_verdicts(document(found, evaluate(scenario, Options(without_hypothetical=True))), found, judgement)
