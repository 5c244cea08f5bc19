"""What an explanation says, checked against the timeline by other means, for every position of the library and the cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once
from dealcli.analysis.scenario import Scenario, load
from dealcli.output.explanation import Asked, explanation
from dealcli.slotted import replace

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("examples/*.yaml"), *ROOT.glob("tests/cases/*/suite.yaml")])
UNKNOWN = {"unknown": True}
CASES = [path for path in FILES if path.name != "road_fines.yaml"]


@cache
def scenarios(path: Path) -> list[Scenario]:
    return load(str(path), {})


@cache
def explained(path: Path) -> list[tuple[Evaluation, list[dict[str, Any]]]]:
    """Every scenario of a file with explanations of some positions: all of a small deal, of a large one every few."""
    evaluations = [evaluate_once(replace(scenario, expectations=()), Options()) for scenario in scenarios(path)]
    return [(evaluation, list(explanations(evaluation, number))) for number, evaluation in enumerate(evaluations)]


def explanations(evaluation: Evaluation, first: int) -> Iterator[dict[str, Any]]:
    found = [(clause, p) for clause in evaluation.program.clauses if clause.known and not clause.restates
             for p in (evaluation.run.state.positions_of[clause] or [None])]  # fmt: skip
    step = max(1, len(found) // 8)
    for clause, position in found[first % step :: step]:
        yield explanation(evaluation, None, Asked(clause, position))


def every_part(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield tree
    for part in tree["parts"]:
        yield from every_part(part)


def kleene(kind: str, truths: list[Any]) -> Any:
    """The truth of parts joined by ``all`` or ``any``, or turned round by ``not``."""
    known = [bool(truth) if truth is not None else False for truth in truths if truth != UNKNOWN]
    if kind == "not":
        return UNKNOWN if not known else not known[0]
    decided = kind == "any"
    if decided in known:
        return decided
    return UNKNOWN if len(known) < len(truths) else not decided


def as_truth(part: Mapping[str, Any]) -> Any:
    """What a part of a condition says; an event stands for its having happened."""
    value = part["value"]
    return True if part["kind"] == "event" and isinstance(value, str) else value


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_evidence_tree_adds_up_and_every_event_it_names_is_in_the_timeline(path: Path) -> None:
    for evaluation, found_here in explained(path):
        rows = {(row.type.full, str(row.moment)) for row in evaluation.rows if hasattr(row, "type")}
        for found in found_here:
            for reason in found["reasons"]:
                check_event(reason, rows, evaluation)
                for part in every_part(reason["evidence"]) if reason["evidence"] else ():
                    check_event(part, rows, evaluation)
                    if part["kind"] in ("all", "any", "not"):
                        assert part["value"] == kleene(part["kind"], [as_truth(inner) for inner in part["parts"]]), part


def check_event(part: Mapping[str, Any], rows: set[tuple[str, str]], evaluation: Evaluation) -> None:
    """An event that is named happened when it is said to, and its line is that of its row."""
    event = part["event"]
    if event is None or event["path"] is None:
        return
    assert (event["name"], event["date"].replace("T", " ")) in {(name, moment.replace("T", " ")) for name, moment in rows}
    source = evaluation.scenario.sources[event["path"]]
    assert event["name"].rpartition(".")[2] in "".join(source.line(event["line"] + more) for more in range(4))


# --- deleting what is not cited --------------------------------------------------------------------------------------


def cited(found: Mapping[str, Any]) -> set[tuple[str, int]]:
    """Path and line of every event that an explanation rests on."""
    return {(event["path"], event["line"]) for event in found["rests_on"]["events"]}


def without_uncited(scenario: Scenario, kept: set[tuple[str, int]]) -> Scenario:
    from dealcli.reading.sources import locate

    def line(place: Any) -> tuple[str, int]:
        span = locate(place, scenario.sources)
        assert span is not None
        return (place.path, span.line)

    return replace(scenario, rows=tuple((row, place) for row, place in scenario.rows if line(place) in kept), expectations=())


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_events_that_an_explanation_does_not_cite_can_be_deleted(path: Path) -> None:
    for evaluation, found_here in explained(path):
        for found in found_here:
            row = found["position"]
            less = without_uncited(evaluation.scenario, cited(found))
            again = evaluate_once(less, Options(as_of=str(evaluation.as_of)))
            stages = [p.shown for c in again.program.clauses if c.full == row["clause"] for p in again.run.state.positions_of[c]
                      if (p.key_text, p.bearer) == (row["key"], row["bearer"])]  # fmt: skip
            assert stages == ([] if found["waits_for"] else [row["stage"]]), (row["clause"], row["key"])


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_event_that_moved_a_position_is_among_those_it_rests_on(path: Path) -> None:
    for _, found_here in explained(path):
        for found in found_here:
            moved_by = {(row["event"]["path"], row["event"]["line"]) for row in found["story"] if row["event"]}
            assert moved_by - {(None, None)} <= cited(found), found["position"]["clause"]
