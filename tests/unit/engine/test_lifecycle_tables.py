"""The tables themselves, walked as data: every cell that the reference names is there, and nothing else is."""

from __future__ import annotations

import pytest

from dealcli.engine import lifecycle
from dealcli.engine.lifecycle import AGREEMENT, CUES, DORMANT, GATES, after_cue, possible, shown, through_gate

UNDECIDED = ("pending", "in_force", "suspended", "displaced", DORMANT)
FINAL = ("fulfilled", "cured", "exercised", "waived", "discharged", "lapsed", "ended", "terminated", "superseded")

# stage -> gate -> stage; a gate that is not named changes nothing
GATE_TABLE = {
    "new": {"open": "in_force", "shut": "pending", "held": "suspended", "displaced": "displaced"},
    "pending": {"open": "in_force", "held": "suspended", "displaced": "displaced"},
    "in_force": {"shut": DORMANT, "held": "suspended", "displaced": "displaced"},
    "suspended": {"open": "in_force", "shut": DORMANT, "displaced": "displaced"},
    "displaced": {"open": "in_force", "shut": DORMANT, "held": "suspended"},
    DORMANT: {"open": "in_force", "held": "suspended", "displaced": "displaced"},
}


@pytest.mark.parametrize("gate", ["open", "shut", "held", "displaced"])
@pytest.mark.parametrize("stage", [*GATE_TABLE, *FINAL, "breached"])
def test_a_gate_leads_each_stage_where_the_table_says(stage: str, gate: str) -> None:
    assert through_gate((stage,), (gate,)) == (GATE_TABLE.get(stage, {}).get(gate, stage),)


def test_no_gate_is_in_the_table_beyond_those_of_the_reference() -> None:
    assert {stage: dict(row) for stage, row in GATES.items()} == GATE_TABLE


@pytest.mark.parametrize(
    ("gates", "stages"),
    [
        (("open", "shut"), ("in_force", DORMANT)),
        (("open", "held"), ("in_force", "suspended")),
        (("open", "displaced"), ("in_force", "displaced")),
    ],
)
def test_a_doubtful_gate_leads_to_every_stage_of_the_gates_it_may_be(
    gates: tuple[str, ...], stages: tuple[str, ...]
) -> None:
    assert through_gate(("in_force",), gates) == stages
    assert shown(through_gate(("in_force",), gates)) == "undetermined"


def same(stage: str) -> dict[str, str]:
    return dict.fromkeys(UNDECIDED, stage)


# group -> cue -> stage -> stage, for a position never bound, broken or used; what is not named changes nothing
CUE_TABLE = {
    "duty": {
        "performed": {"in_force": "fulfilled", "suspended": "fulfilled", "displaced": "fulfilled"},
        "cured": {"breached": "cured"},
        "limit": {"in_force": "breached", "pending": "ended", DORMANT: "ended"},
        "broken": {"in_force": "breached"},
        "span_over": same("ended"),
        "agreement_over": same("ended"),
        "completed": same("fulfilled"),
        "waived": same("waived") | {"breached": "waived"},
        "discharged": same("discharged"),
        "terminated": same("terminated"),
        "superseded": same("superseded"),
    },
    "standing": {
        "broken": {"in_force": "breached"},
        "restored": {"breached": "in_force"},
        "span_over": same("ended"),
        "agreement_over": same("ended"),
        "completed": same("fulfilled"),
        "waived": same("waived") | {"breached": "waived"},
        "discharged": same("discharged"),
        "terminated": same("terminated"),
        "superseded": same("superseded"),
    },
    "prohibition": {
        "broken": {"in_force": "breached"},
        "span_over": same("ended"),
        "agreement_over": same("ended"),
        "completed": same("fulfilled"),
        "waived": same("waived") | {"breached": "waived"},
        "discharged": same("discharged"),
        "terminated": same("terminated"),
        "superseded": same("superseded"),
    },
    "option": {
        "exercised": {"in_force": "exercised"},
        "limit": {"in_force": "lapsed", "pending": "ended", DORMANT: "ended"},
        "span_over": same("ended"),
        "agreement_over": same("ended"),
        "completed": same("fulfilled"),
        "waived": same("waived"),
        "discharged": same("discharged"),
        "terminated": same("terminated"),
        "superseded": same("superseded"),
    },
    "recital": {
        "span_over": same("ended"),
        "agreement_over": same("ended"),
        "terminated": same("terminated"),
        "superseded": same("superseded"),
    },
}
CUE_TABLE["condition"] = CUE_TABLE["duty"] | {
    "waived": same("waived"),
    "cured": {},
    "span_over": same("breached") | {"pending": "ended"},
}
EVERY_CUE = sorted({cue for row in CUE_TABLE.values() for cue in row})


@pytest.mark.parametrize("group", list(CUE_TABLE))
def test_a_cue_leads_each_stage_of_each_group_where_the_table_says(group: str) -> None:
    for cue in EVERY_CUE:
        for stage in (*UNDECIDED, *FINAL, "breached"):
            expected = CUE_TABLE[group].get(cue, {}).get(stage, stage)
            assert after_cue(group, cue, stage) == expected, (group, cue, stage)


def test_the_groups_and_cues_of_the_table_are_those_of_the_reference() -> None:
    assert {group: set(cues) for group, cues in CUES.items()} == {group: set(cues) for group, cues in CUE_TABLE.items()}


@pytest.mark.parametrize("cue", ["span_over", "agreement_over"])
@pytest.mark.parametrize("stage", UNDECIDED)
@pytest.mark.parametrize("group", ["prohibition", "standing"])
def test_what_ever_bound_and_was_never_broken_is_fulfilled_at_its_end(group: str, stage: str, cue: str) -> None:
    assert after_cue(group, cue, stage, bound=True) == "fulfilled"


@pytest.mark.parametrize("cue", ["span_over", "agreement_over", "terminated"])
def test_a_standing_duty_ever_broken_is_breached_at_its_end(cue: str) -> None:
    for stage in UNDECIDED:
        assert after_cue("standing", cue, stage, bound=True, broken=True) == "breached"


@pytest.mark.parametrize("cue", ["discharged", "superseded"])
def test_a_standing_duty_ever_broken_is_breached_however_it_ends(cue: str) -> None:
    assert after_cue("standing", cue, "in_force", bound=True, broken=True) == "breached"


@pytest.mark.parametrize("cue", ["limit", "span_over", "agreement_over"])
def test_an_option_that_was_used_is_exercised_at_its_end(cue: str) -> None:
    assert after_cue("option", cue, "in_force", used=True) == "exercised"


def test_a_used_option_that_is_terminated_is_terminated() -> None:
    assert after_cue("option", "terminated", "in_force", used=True) == "terminated"


AGREEMENT_TABLE = {
    "begins": {"pending": "in_force"},
    "suspended": {"in_force": "suspended"},
    "resumed": {"suspended": "in_force"},
    "completed": {"in_force": "completed", "suspended": "completed"},
    "terminated": dict.fromkeys(("pending", "in_force", "suspended"), "terminated"),
    "expired": dict.fromkeys(("pending", "in_force", "suspended"), "expired"),
    "superseded": dict.fromkeys(("pending", "in_force", "suspended"), "superseded"),
}


def test_the_table_of_agreements_is_that_of_the_reference_and_nothing_else() -> None:
    assert {cue: dict(row) for cue, row in AGREEMENT.items()} == AGREEMENT_TABLE


def test_every_kind_of_clause_has_a_table() -> None:
    kinds = {"obligation", "condition", "prohibition", "permission", "right", "power", "recital"}
    assert set(lifecycle.GROUPS) == kinds
    assert set(lifecycle.GROUPS.values()) <= set(CUES)


def test_a_final_stage_leads_nowhere() -> None:
    for group, cues in CUES.items():
        for cue, row in cues.items():
            assert not set(row) & set(FINAL), (group, cue)


def test_the_end_of_a_gate_is_printed_ended() -> None:
    assert shown((DORMANT,)) == "ended"
    assert possible((DORMANT, "ended")) == ("ended",)


def test_a_condition_is_printed_in_words_of_its_own() -> None:
    assert shown(("fulfilled",), "condition") == "met"
    assert shown(("breached",), "condition") == "failed"
    assert possible(("in_force", "breached"), "condition") == ("failed", "in_force")
