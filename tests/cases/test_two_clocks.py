"""The second clock: what the library answers with only what had been reported by a day."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealcli.analysis.evaluation import Evaluation, Options, evaluate
from dealcli.analysis.scenario import load

HISTORY = str(Path(__file__).resolve().parents[2] / "examples/history.yaml")


def history(known_as_of: str, as_of: str) -> Evaluation:
    return evaluate(load(HISTORY, {})[0], Options(as_of=as_of, known_as_of=known_as_of))


@pytest.mark.parametrize("day", ["2018-01-01", "2019-07-22", "2023-01-22", "2024-12-26", "2025-01-21", "2025-09-11", "2026-11-24"])
def test_the_history_can_be_told_as_it_was_known_on_any_day(day: str) -> None:
    evaluation = history(day, day)
    known = [clause for clause in evaluation.program.clauses if clause.known]
    assert all(not evaluation.run.state.positions_of[c] for c in evaluation.program.clauses if c not in known)


def test_an_agreement_nobody_had_reported_does_not_begin_and_replaces_nothing() -> None:
    evaluation = history("2025-03-01", "2025-12-01")
    stages = {agreement.name: state.shown for agreement, state in evaluation.run.state.agreements.items()}
    assert stages["ms_oai_2025_01"] == "in_force"
    assert stages["definitive_2025_10"] == "pending"


def test_with_all_that_is_known_the_later_agreement_has_replaced_the_earlier() -> None:
    evaluation = history("2026-11-24", "2025-12-01")
    stages = {agreement.name: state.shown for agreement, state in evaluation.run.state.agreements.items()}
    assert stages["definitive_2025_10"] == "in_force"
    assert stages["ms_oai_2025_01"] != "in_force"
