"""Verdicts over all readings, on deals small enough to count the combinations by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dealcli.analysis.evaluation import Options, evaluate
from dealcli.analysis.questions import existing
from dealcli.analysis.readings import Judgement, judge
from dealcli.analysis.scenario import Scenario, load
from dealcli.diagnostics import Place
from dealcli.engine.declare import Text

ROOT = Path(__file__).resolve().parents[3]
DEAL = """
agreement: g
from: 2025-01-01
parties: {ann: Ann, bob: Bob}
sources:
  early: {title: Early, standing: press, published: 2025-01-05}
  late: {title: Late, standing: official, published: 2025-01-20}
events:
  asked: {by: party, id: id}
  done: {by: party, id: id}
terms:
  near: {value: undisclosed, plausible: [5 days, 6 days]}
  far: {value: undisclosed, plausible: [5 days, 60 days]}
  hidden: {value: undisclosed}
  mode:
    default: plain
    readings:
      plain: {value: plain, sources: [early]}
      strict: {value: strict, sources: [late]}
      odd: {value: odd, given: "scope = 'all'"}
  scope:
    default: some
    readings:
      some: {value: some}
      all: {value: all}
clauses:
  answer: {kind: obligation, bearer: ann, for_each: asked, key: id, act: done, within: near}
  reply: {kind: obligation, bearer: ann, for_each: asked, key: id, act: done, within: far}
  never: {kind: obligation, bearer: ann, for_each: asked, key: id, act: done, within: hidden}
  forbidden: {kind: prohibition, bearer: bob, act: "asked where mode = 'strict'"}
  both: {kind: prohibition, bearer: bob, act: "asked where mode = 'strict' and scope = 'all'"}
  oddly: {kind: prohibition, bearer: bob, act: "asked where mode = 'odd'"}
  mixed: {kind: prohibition, bearer: bob, act: "asked where mode = 'strict' and far > 30 days"}
  extra: {kind: obligation, bearer: bob, for_each: "asked where mode = 'strict'", key: id, act: done}
  plain_one: {kind: prohibition, bearer: bob, act: done}
  follows: {kind: right, bearer: bob, for_each: answer becomes breached, key: id}
"""


def scenario(more: str = "", **tree: Any) -> Scenario:
    deal = yaml.load(DEAL + more, Loader=yaml.BaseLoader)
    rows = [{"date": "2025-01-10", "event": "asked", "by": "bob", "id": "x"}]
    place = Place("s.yaml")
    expected = tuple((row, place.at("expect", n)) for n, row in enumerate(tree.pop("expect", ())))
    found = tuple((row, place.at("events", n)) for n, row in enumerate(rows))
    return Scenario("s", "s.yaml", place, {"as_of": "2025-02-01", **tree}, (Text(deal, Place("g.yaml")),), found, expected)


def judged(one: Scenario, options: Options | None = None, **more: Any) -> Judgement:
    options = options or Options()
    as_of = evaluate(one, options).as_of
    return judge(one, options, [as_of], **more)[as_of]


def verdicts(judgement: Judgement, clause: str) -> dict[str, Any]:
    (found,) = judgement.verdicts[("clauses", f"g.{clause}")].values()
    return dict(found)


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judged(scenario())


def test_where_all_plausible_values_agree_that_is_what_is_reported(judgement: Judgement) -> None:
    found = verdicts(judgement, "answer")
    assert found["stage"].word == "settled"
    assert found["stage"].reported.value == ("breached", ())
    assert found["due"].word == "undetermined"
    assert found["due"].turns_on == ("g.near",)


def test_what_all_plausible_values_agree_on_is_handed_on(judgement: Judgement) -> None:
    assert verdicts(judgement, "follows")["stage"].word == "settled"
    assert verdicts(judgement, "follows")["stage"].reported.value == ("in_force", ())


def test_where_plausible_values_disagree_it_is_undetermined_and_every_stage_is_named(judgement: Judgement) -> None:
    stage = verdicts(judgement, "reply")["stage"]
    assert (stage.word, stage.possible, stage.turns_on) == ("undetermined", ("breached", "in_force"), ("g.far",))
    assert stage.reported is None


def test_something_undisclosed_without_plausible_values_is_undetermined(judgement: Judgement) -> None:
    assert verdicts(judgement, "never")["stage"].word == "undetermined"
    assert verdicts(judgement, "never")["stage"].contested_by == ()


def test_what_readings_disagree_on_is_contested_and_keeps_the_default(judgement: Judgement) -> None:
    stage = verdicts(judgement, "forbidden")["stage"]
    assert (stage.word, stage.contested_by) == ("contested", ((("g.mode", "strict"),),))
    assert stage.reported.value == ("in_force", ())


def test_a_minimal_set_has_every_choice_that_it_takes_and_no_other(judgement: Judgement) -> None:
    assert verdicts(judgement, "both")["stage"].contested_by == ((("g.mode", "strict"), ("g.scope", "all")),)


def test_a_reading_that_exists_only_under_another_is_counted_with_it(judgement: Judgement) -> None:
    assert verdicts(judgement, "oddly")["stage"].contested_by == ((("g.mode", "odd"), ("g.scope", "all")),)


def test_a_reading_that_takes_a_plausible_value_is_listed_with_it(judgement: Judgement) -> None:
    stage = verdicts(judgement, "mixed")["stage"]
    assert stage.contested_by == ((("g.far", "60 days"), ("g.mode", "strict")),)
    assert stage.turns_on == ("g.far", "g.mode")


def test_a_position_that_is_only_there_under_another_reading_has_the_stage_none(judgement: Judgement) -> None:
    slots = judgement.verdicts[("clauses", "g.extra")]
    stage = next(found["stage"] for slot, found in slots.items() if slot[0] == "x")
    assert (stage.word, stage.reported.value[0], stage.contested_by) == ("contested", "none", ((("g.mode", "strict"),),))


def test_a_choice_of_the_scenario_or_of_the_caller_closes_a_question() -> None:
    assert verdicts(judged(scenario(readings={"mode": "strict"})), "forbidden")["stage"].word == "settled"
    assert verdicts(judged(scenario(), Options(readings={"mode": "strict"})), "forbidden")["stage"].word == "settled"
    assert verdicts(judged(scenario(terms={"far": "5 days"})), "reply")["stage"].word == "settled"


def test_what_had_not_been_reported_is_no_reading_yet() -> None:
    assert verdicts(judged(scenario(known_as_of="2025-01-15")), "forbidden")["stage"].word == "settled"
    assert verdicts(judged(scenario(known_as_of="2025-01-25")), "forbidden")["stage"].word == "contested"


def test_what_needs_too_many_runs_is_refused_by_name_and_the_rest_is_judged() -> None:
    found = judged(scenario(), most=3)
    assert set(found.refused[("clauses", "g.mixed")]) == {"g.far", "g.mode", "g.scope"}
    assert ("clauses", "g.mixed") not in found.verdicts
    assert verdicts(found, "answer")["stage"].word == "settled"
    assert found.runs < 20


def test_runs_are_shared_and_fewer_than_combinations(judgement: Judgement) -> None:
    assert judgement.questions.combinations == 24
    assert judgement.runs < 24


EXPECTED = (
    {"clause": "answer", "is": "breached", "verdict": "settled"},
    {"clause": "answer", "due": "unknown", "verdict": "undetermined", "turns_on": "near"},
    {"clause": "answer", "is": "breached"},
    {"clause": "reply", "is": "undetermined", "verdict": "undetermined", "possible": ["in_force", "breached"]},
    {"clause": "forbidden", "is": "in_force", "verdict": "contested"},
    {"at": "2025-01-09", "clause": "forbidden", "is": "in_force", "verdict": "settled"},
    {"clause": "plain_one", "is": "in_force", "verdict": "settled"},
)


@pytest.mark.parametrize("row", EXPECTED)
def test_an_expected_verdict_is_the_one_over_all_readings(row: dict[str, Any]) -> None:
    (outcome,) = evaluate(scenario(expect=[row])).outcomes
    assert outcome.differences == ()


def test_a_verdict_that_was_not_expected_is_a_difference() -> None:
    (outcome,) = evaluate(scenario(expect=[{"clause": "forbidden", "verdict": "settled"}])).outcomes
    assert outcome.differences == (("verdict", "settled", "contested"),)


def test_what_a_reading_takes_beside_it_is_chosen_with_it() -> None:
    assert existing(scenario(), {"mode": "odd"}) == {"g.mode": "odd", "g.scope": "all"}
    assert existing(scenario(), {"mode": "strict"}) == {"g.mode": "strict"}


def test_the_october_agreement_is_contested_where_the_press_disagrees_with_the_statement() -> None:
    (one,) = load(str(ROOT / "examples" / "agi_declared.yaml"), {})
    named = ("ms_ip_research", "api_azure_exclusive_until_agi", "revshare_oai_to_ms_until_agi")
    nodes = [("clauses", f"definitive_2025_10.{name}") for name in named]
    found = judged(one, only=nodes)
    stages = [fields["stage"] for node in nodes for fields in found.verdicts[node].values()]
    words = [(stage.word, stage.contested_by) for stage in stages]
    assert words == [
        ("settled", ()),
        ("contested", ((("definitive_2025_10.exclusivity_over", "y2032"),),)),
        ("contested", ((("definitive_2025_10.share_over", "y2032"),),)),
    ]
