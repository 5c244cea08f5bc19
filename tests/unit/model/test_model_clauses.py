"""Clauses, their effects, and what replaces what."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Told

DUTY: dict[str, Any] = {"kind": "obligation", "bearer": "shop", "act": "delivered"}
POWER: dict[str, Any] = {"kind": "power", "bearer": "shop"}

FULL: dict[str, Any] = {
    "kind": "obligation", "bearer": ["shop", "ordered.by"], "counterparty": "bank", "title": "Pay", "text": "In words.",
    "sources": ["s"], "against": ["t"], "binding": "true", "assumed": "custom",
    "for_each": ["ordered", "reordered"], "key": ["invoice", "part"], "every": "3 months", "first": "2025-01-01",
    "times": "12", "from": "signed", "until": ["closed", "2030-12-31"], "while": {"not": "frozen"},
    "unless": [{"name": "force_majeure", "when": {"any": ["flood", "war"]}, "sources": ["s"]}],
    "within": "30 days", "not_before": "2025-01-01", "act": "paid where ok", "performed_by": ["shop", "agent"],
    "prior_performance": "counts", "breached_by": "returned", "waived_by": ["waived"], "discharged_by": "released",
    "cure": "any_time", "once": "false", "amount": "USD 5", "accrues": "true", "paid_with": "amount",
    "exception_to": ["a", "old.b"], "replaces": ["x", {"clauses": ["y"]}], "survives": "true", "suspension": "runs",
}  # fmt: skip


def test_a_clause_may_have_every_field(clause: Told) -> None:
    assert clause(FULL) == []


@pytest.mark.parametrize("kind", ["obligation", "prohibition", "permission", "right", "power", "condition", "recital"])
def test_a_clause_is_of_one_of_the_kinds(clause: Told, kind: str) -> None:
    assert clause({"kind": kind, "bearer": "shop", "act": "paid"}) == []


def test_a_clause_needs_a_kind(clause: Told) -> None:
    assert clause({"bearer": "shop", "act": "paid"}) == ["DC202 : a clause needs the key 'kind'"]
    assert clause({"kind": "claim", "bearer": "shop"}) == ["DC204 kind: 'claim' is not a possible word for 'kind'"]
    assert clause({"kind": "undisclosed"}) == ["DC204 kind: 'undisclosed' is not a possible word for 'kind'"]


@pytest.mark.parametrize("kind", ["obligation", "prohibition", "permission", "right", "power"])
def test_a_position_has_a_bearer(clause: Told, kind: str) -> None:
    assert clause({"kind": kind, "act": "paid"}) == ["DC202 : a clause needs the key 'bearer'"]


@pytest.mark.parametrize("kind", ["condition", "recital"])
def test_a_condition_and_a_recital_need_no_bearer(clause: Told, kind: str) -> None:
    assert clause({"kind": kind, "act": "paid"}) == []


def test_a_clause_that_restates_another_has_no_position_of_its_own(clause: Told) -> None:
    assert clause({"restates": "old.pay", "sources": ["s"]}) == []
    assert clause({"restates": ["pay", "deliver"]}) == []


@pytest.mark.parametrize(
    "field",
    [
        "bearer", "counterparty", "text", "binding", "for_each", "first", "times", "from", "until", "while", "unless",
        "within", "not_before", "act", "performed_by", "prior_performance", "breached_by", "waived_by", "discharged_by",
        "cure", "once", "amount", "accrues", "paid_with", "exception_to", "survives", "suspension", "every",
    ],
)  # fmt: skip
def test_a_field_of_a_clause_may_be_undisclosed(clause: Told, field: str) -> None:
    assert clause({**FULL, field: "undisclosed"}) == []


def test_the_effects_of_a_power_may_be_undisclosed(clause: Told) -> None:
    assert clause({**POWER, "effects": "undisclosed"}) == []
    assert clause({**POWER, "effects": "unknown"}) == ["DC204 effects: 'unknown' is not a possible word for 'effects'"]


@pytest.mark.parametrize(("first", "second"), [("within", "due"), ("due", "before"), ("within", "before")])
def test_a_clause_has_one_limit(clause: Told, first: str, second: str) -> None:
    assert clause({**DUTY, first: "x", second: "y"}) == [f"DC211 !{second}: '{second}' cannot stand beside '{first}'"]


def test_a_limit_beside_the_readings_and_one_inside_are_two(clause: Told) -> None:
    keys = {**DUTY, "within": "3 days", "default": "a", "readings": {"a": {"due": "x"}, "b": {}}}
    assert clause(keys) == ["DC211 !readings.a.due: 'due' cannot stand beside 'within'"]


@pytest.mark.parametrize(
    ("key", "companion"),
    [("first", "every"), ("times", "every"), ("key", "for_each"), ("accrues", "amount"), ("paid_with", "amount")],
)
def test_a_key_that_means_nothing_alone_is_refused(clause: Told, key: str, companion: str) -> None:
    value = "true" if key == "accrues" else "x"
    assert clause({**DUTY, key: value}) == [f"DC213 !{key}: '{key}' means nothing without '{companion}'"]
    assert clause({**DUTY, key: value, companion: "x"}) == []


def test_what_pays_is_an_attribute_of_the_act(clause: Told) -> None:
    keys = {"kind": "obligation", "bearer": "shop", "amount": "USD 5", "paid_with": "amount"}
    assert clause(keys) == ["DC213 !paid_with: 'paid_with' means nothing without 'act'"]


@pytest.mark.parametrize("key", ["act", "amount", "maintain"])
def test_an_obligation_is_to_act_to_pay_or_to_maintain(clause: Told, key: str) -> None:
    assert clause({"kind": "obligation", "bearer": "shop", key: "x"}) == []


def test_an_obligation_to_do_nothing_is_refused(clause: Told) -> None:
    assert clause({"kind": "obligation", "bearer": "shop"}) == [
        "DC212 : an obligation needs one of act, amount, maintain"
    ]


def test_a_prohibition_says_what_breaks_it(clause: Told) -> None:
    assert clause({"kind": "prohibition", "bearer": "shop"}) == ["DC212 : a prohibition needs one of act, breached_by"]


def test_a_condition_is_met_by_an_act_or_holds(clause: Told) -> None:
    assert clause({"kind": "condition", "holds": "approved"}) == []
    assert clause({"kind": "condition"}) == ["DC212 : a condition needs one of act, holds"]


@pytest.mark.parametrize("kind", ["permission", "right", "power", "recital"])
def test_the_other_kinds_need_no_act(clause: Told, kind: str) -> None:
    assert clause({"kind": kind, "bearer": "shop"}) == []


def test_only_an_obligation_is_maintained(clause: Told) -> None:
    assert clause({"kind": "right", "bearer": "shop", "maintain": "x"}) == [
        "DC213 !maintain: 'maintain' is only for an obligation, and this is 'right'"
    ]


@pytest.mark.parametrize("key", ["act", "amount"])
def test_a_standing_duty_has_no_act_and_no_amount(clause: Told, key: str) -> None:
    keys = {"kind": "obligation", "bearer": "shop", "maintain": "x", key: "y"}
    assert clause(keys) == [f"DC211 !{key}: '{key}' cannot stand beside 'maintain'"]


def test_only_a_condition_holds_and_only_a_power_has_effects(clause: Told) -> None:
    assert clause({**DUTY, "holds": "x"}) == ["DC213 !holds: 'holds' is only for a condition, and this is 'obligation'"]
    assert clause({**DUTY, "effects": [{"terminate": "x"}]}) == [
        "DC213 !effects: 'effects' is only for a power, and this is 'obligation'"
    ]


@pytest.mark.parametrize("times", ["1", "12", "instalments", "12 * years"])
def test_times_is_a_whole_number_or_an_expression(clause: Told, times: str) -> None:
    assert clause({**DUTY, "every": "month", "times": times}) == []


@pytest.mark.parametrize("times", ["0", "-1", "1.5", "012"])
def test_times_is_no_other_number(clause: Told, times: str) -> None:
    assert clause({**DUTY, "every": "month", "times": times}) == [f"DC208 times: '{times}' is no number of times"]


@pytest.mark.parametrize("key", ["while", "maintain"])
def test_a_condition_of_a_clause_may_be_joined(clause: Told, key: str) -> None:
    base = {"kind": "obligation", "bearer": "shop", **({"act": "x"} if key == "while" else {})}
    assert clause({**base, key: {"all": ["a", {"not": "b"}]}}) == []


@pytest.mark.parametrize("unless", ["flood", {"any": ["flood"]}, [{"name": "flood", "when": "flooded"}]])
def test_unless_is_a_condition_or_a_list_of_named_ones(clause: Told, unless: object) -> None:
    assert clause({**DUTY, "unless": unless}) == []


def test_a_named_exception_has_a_name_and_a_condition(clause: Told) -> None:
    assert clause({**DUTY, "unless": ["flood", {"name": "flood"}]}) == [
        "DC203 unless.0: item 1 of 'unless' is text where a mapping is wanted",
        "DC202 unless.1: an exception in unless needs the key 'when'",
    ]


@pytest.mark.parametrize("key", ["within", "amount", "cure", "every"])
def test_an_expression_is_text(clause: Told, key: str) -> None:
    (line,) = clause({**DUTY, key: ["x"]})
    assert line == f"DC203 {key}: '{key}' is a list where text is wanted"


@pytest.mark.parametrize(
    "key", ["act", "for_each", "breached_by", "waived_by", "discharged_by", "from", "until", "due"]
)
def test_a_trigger_is_text_or_a_list(clause: Told, key: str) -> None:
    assert clause({**DUTY, key: "x"}) == []
    assert clause({**DUTY, key: ["x", "y"]}) == []
    assert clause({**DUTY, key: {"any": ["x"]}}) == [
        f"DC203 {key}: '{key}' is a mapping where text or a list is wanted"
    ]


def test_binding_once_accrues_and_survives_are_true_or_false(clause: Told) -> None:
    for key in ("binding", "once", "survives"):
        assert clause({**DUTY, key: "yes"}) == [f"DC207 {key}: 'yes' is neither true nor false"]


def test_suspension_and_prior_performance_have_two_words_each(clause: Told) -> None:
    assert clause({**DUTY, "suspension": "stops", "prior_performance": "count"}) == [
        "DC204 prior_performance: 'count' is not a possible word for 'prior_performance'",
        "DC204 suspension: 'stops' is not a possible word for 'suspension'",
    ]


@pytest.mark.parametrize(
    "effect",
    [
        {"upon": "insolvency", "terminate": "agreement", "title": "Ends at once", "sources": ["s"]},
        {"upon": ["a", "b"], "terminate": "supply", "after": "30 days", "when": "kind = 'written'", "key": "all"},
        {"upon": "a", "suspend": "supply", "at": "2025-01-01"}, {"upon": "a", "resume": "supply"},
        {"upon": "a", "waive": "old.supply"}, {"upon": "a", "discharge": "supply"},
        {"upon": "a", "complete": "agreement"},
        {"upon": "renewal", "extend": "agreement", "by": "1 year"},
        {"upon": "a", "extend": "supply", "to": "2030-01-01"},
        {"upon": "assigned", "assign": "payment", "side": "counterparty", "to": "assigned.to"},
    ],
)  # fmt: skip
def test_an_effect_does_one_thing_upon_a_trigger(agreement: Told, clause: Told, effect: dict[str, Any]) -> None:
    assert agreement(effects=[effect]) == []
    assert clause({**POWER, "effects": [{key: value for key, value in effect.items() if key != "upon"}]}) == []


@pytest.mark.parametrize(
    ("effect", "problem"),
    [
        ({"terminate": "x"}, "DC202 effects.0: an effect needs the key 'upon'"),
        ({"upon": "a"}, "DC212 effects.0: an effect needs one of terminate, suspend"),
        (
            {"upon": "a", "waive": "x", "suspend": "y"},
            "DC211 !effects.0.suspend: 'suspend' cannot stand beside 'waive'",
        ),
        (
            {"upon": "a", "waive": "x", "at": "y", "after": "z"},
            "DC211 !effects.0.after: 'after' cannot stand beside 'at'",
        ),
        ({"upon": "a", "waive": "x", "by": "y"}, "DC213 !effects.0.by: 'by' means nothing without 'extend'"),
        (
            {"upon": "a", "waive": "x", "to": "y"},
            "DC213 !effects.0.to: 'to' means nothing without 'extend' or 'assign'",
        ),
        ({"upon": "a", "waive": "x", "side": "bearer"}, "DC213 !effects.0.side: 'side' means nothing without 'assign'"),
        ({"upon": "a", "extend": "x"}, "DC212 effects.0: an effect needs one of by, to"),
        ({"upon": "a", "extend": "x", "by": "y", "to": "z"}, "DC211 !effects.0.to: 'to' cannot stand beside 'by'"),
        ({"upon": "a", "assign": "x", "side": "bearer"}, "DC212 effects.0: an effect needs 'to'"),
        ({"upon": "a", "assign": "x", "to": "y"}, "DC212 effects.0: an effect needs 'side'"),
        (
            {"upon": "a", "assign": "x", "to": "y", "side": "both"},
            "DC204 effects.0.side: 'both' is not a possible word",
        ),
        ({"upon": "a", "cancel": "x"}, "DC201 !effects.0.cancel: unknown key 'cancel' in an effect"),
    ],
)
def test_an_effect_has_what_it_needs_and_no_more(agreement: Told, effect: object, problem: str) -> None:
    (line,) = agreement(effects=[effect])
    assert line.startswith(problem)


def test_the_effects_of_a_power_have_no_trigger_of_their_own(clause: Told) -> None:
    assert clause({**POWER, "effects": [{"upon": "x", "terminate": "y"}]}) == [
        "DC201 !effects.0.upon: unknown key 'upon' in an effect"
    ]


@pytest.mark.parametrize(
    "replaces",
    [
        ["a", "old.b"],
        {"agreement": "old", "except": ["a"], "when": "released = 'yes'", "sources": ["s"]},
        {"clauses": ["a", "b"], "when": {"not": "x"}},
        [{"agreement": "old"}, {"clauses": ["a"]}, "b"],
    ],
)
def test_a_replacement_names_clauses_or_an_agreement(agreement: Told, clause: Told, replaces: object) -> None:
    assert agreement(replaces=replaces) == []
    assert clause({**DUTY, "replaces": replaces}) == []


@pytest.mark.parametrize(
    ("replaces", "problem"),
    [
        ("old", "DC203 replaces: 'replaces' is text where a mapping or a list is wanted"),
        ([], "DC210 replaces: 'replaces' is an empty list"),
        ({"when": "x"}, "DC212 replaces: a replacement needs one of agreement, clauses"),
        ({"agreement": "a", "clauses": ["b"]}, "DC211 !replaces.clauses: 'clauses' cannot stand beside 'agreement'"),
        ([{"clauses": ["a"], "except": ["b"]}], "DC213 !replaces.0.except: 'except' means nothing without 'agreement'"),
        ({"clauses": "a"}, "DC203 replaces.clauses: 'clauses' is text where a list is wanted"),
    ],
)
def test_a_replacement_has_no_other_form(agreement: Told, replaces: object, problem: str) -> None:
    assert agreement(replaces=replaces) == [problem]


def test_effects_and_replacements_inside_a_reading_are_looked_at_too(clause: Told) -> None:
    keys = {
        **POWER,
        "default": "a",
        "readings": {"a": {"effects": [{"extend": "x"}]}, "b": {"replaces": {"except": ["y"]}}},
    }
    assert clause(keys) == [
        "DC212 readings.a.effects.0: an effect needs one of by, to",
        "DC212 readings.b.replaces: a replacement needs one of agreement, clauses",
        "DC213 !readings.b.replaces.except: 'except' means nothing without 'agreement'",
    ]
