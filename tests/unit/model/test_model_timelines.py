"""Scenarios, suites, rows of a timeline, expectations."""

from __future__ import annotations

from typing import Any

import pytest

from dealcli.model import validate

from .conftest import Told, told

EVERY_TEST = {
    "is": ["ended", "fulfilled"], "is_not": "breached", "verdict": "contested", "since": "2025-01-01", "due": "none",
    "amount": "USD 5", "paid": "USD 3", "outstanding": "USD 2", "equals": "USD 173.2 million", "count": "2",
    "possible": ["in_force", "breached"], "turns_on": "reply_window", "bearer": "shop", "counterparty": "bank",
    "binding": "false",
}  # fmt: skip


def test_the_scenario_that_explains_the_language_is_accepted() -> None:
    tree: dict[str, Any] = {
        "scenario": "AGI is declared while the October 2025 agreement runs",
        "agreements": ["../clauses/microsoft_openai"],
        "without": ["amended_2026_04"],
        "as_of": "2026-01-31",
        "known_as_of": "2026-01-31",
        "terms": {"reply_window": "30 days"},
        "readings": {"exclusivity_over": "verified"},
        "events": [
            {"date": "2025-11-20", "event": "agi_declared", "by": "openai", "hypothetical": "true"},
            {"date": "2026-01-15", "event": "agi_verified", "by": "panel", "hypothetical": "true"},
            {"date": "2025-12-01", "note": "Background that no clause looks at"},
            {"date": "2025-12-05", "exercise": "terminate", "by": "microsoft"},
        ],
        "events_from": "log.ndjson",
        "expect": [
            {"at": "2026-01-15", "clause": "definitive_2025_10.ms_ip_research", "is": "ended"},
            {"clause": "exclusivity", "verdict": "contested"},
            {"agreement": "definitive_2025_10", "is": "in_force"},
            {"measure": "revenue_paid", "equals": "USD 173.2 million"},
            {"finding": "acts_without_effect", "clause": "first_refusal", "count": "0"},
        ],
    }
    assert validate(tree) == []


def test_agreements_are_one_path_or_several(scenario: Told) -> None:
    assert scenario(agreements="builtin:microsoft_openai") == []
    assert scenario(agreements={"a": "b"}) == [
        "DC203 agreements: 'agreements' is a mapping where text or a list is wanted"
    ]


def test_events_may_come_from_a_file_with_names_of_its_own(scenario: Told) -> None:
    log = {
        "file": "log.csv",
        "fields": {"date": "timestamp", "event": "activity"},
        "rename": {"Send Fine": "send_fine"},
    }
    assert scenario(events_from=log) == []
    assert scenario(events_from={"fields": {}}) == ["DC202 events_from: an event log needs the key 'file'"]
    assert scenario(events_from=["log.csv"]) == [
        "DC203 events_from: 'events_from' is a list where text or a mapping is wanted"
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"event": "signed"},
        {"event": "shared.signed", "by": "shop", "lines": [{"item": "chair", "quantity": "2"}], "note": "as reported"},
        {
            "event": "signed",
            "happened": "unconfirmed",
            "reported": "2025-02-01",
            "sources": ["s"],
            "hypothetical": "false",
        },
        {"event": "signed", "at": "17:00+01:00"},
        {"exercise": "terminate", "by": "shop", "key": "k1", "request": "r1"},
        {"note": "Background", "sources": ["s"]},
    ],
)
def test_a_row_is_an_event_an_exercise_or_a_note(scenario: Told, row: dict[str, object]) -> None:
    assert scenario(events=[{"date": "2025-01-31", **row}]) == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"event": "signed"}, "DC202 events.0: a timeline row needs the key 'date'"),
        ({"date": "2025-01-31"}, "DC212 events.0: a timeline row needs one of event, exercise, note"),
        (
            {"date": "2025-01-31", "event": "a", "exercise": "b"},
            "DC211 !events.0.exercise: 'exercise' cannot stand beside 'event'",
        ),
        ({"date": "2025-01-31", "note": "x", "by": "y"}, "DC201 !events.0.by: unknown key 'by' in a note"),
        (
            {"date": "2025-01-31", "event": "a", "title": "y"},
            "DC205 !events.0.title: 'title' is reserved and cannot be an attribute",
        ),
        ({"date": "2025-01-31", "event": "a", "By": "y"}, "DC205 !events.0.By: 'By' is not a name for an attribute"),
        (
            {"date": "2025-01-31", "event": "a", "happened": "maybe"},
            "DC204 events.0.happened: 'maybe' is not a possible word for 'happened'",
        ),
        (
            {"date": "2025-01-31", "event": "a", "hypothetical": "yes"},
            "DC207 events.0.hypothetical: 'yes' is neither true nor false",
        ),
        ({"date": "2025-01-31", "event": "a", "at": "24:00"}, "DC206 events.0.at: '24:00' is not a time of day"),
        ({"date": "2025-01", "event": "a", "at": "12:00"}, "DC211 !events.0.at: 'at' needs a date that is a whole day"),
        (
            {"date": "2025-01-31T10:00", "event": "a", "at": "12:00"},
            "DC211 !events.0.at: 'at' needs a date that is a whole day",
        ),
        ({"date": "2025-01-31", "event": "a", "reported": "soon"}, "DC206 events.0.reported: 'soon' is not a date"),
        ("signed", "DC203 events.0: item 1 of 'events' is text where a mapping is wanted"),
    ],
)
def test_a_row_has_no_other_form(scenario: Told, row: object, problem: str) -> None:
    assert scenario(events=[row]) == [problem]


def test_a_misspelt_event_key_is_recognised_among_the_attributes() -> None:
    (problem,) = validate({"scenario": "s", "events": [{"date": "2025-01-31", "evnt": "signed"}]})
    assert problem.hint == "'evnt': did you mean 'event'?"


@pytest.mark.parametrize("subject", ["clause", "agreement", "measure", "fact", "finding"])
@pytest.mark.parametrize("test", sorted(EVERY_TEST))
def test_an_expectation_names_one_thing_and_tests_it(scenario: Told, subject: str, test: str) -> None:
    assert scenario(expect=[{subject: "x", test: EVERY_TEST[test]}]) == []


def test_an_expectation_may_select_by_date_key_and_bearer(scenario: Told) -> None:
    row = {"clause": "c", "at": "2025-01-31", "key": ["i1", "p2"], "bearer": "shop", "is": "breached"}
    assert scenario(expect=[row]) == []


def test_only_a_finding_may_name_a_clause_too(scenario: Told) -> None:
    assert scenario(expect=[{"finding": "breach", "clause": "c", "key": "k", "count": "1"}]) == []
    assert scenario(expect=[{"fact": "f", "clause": "c", "is": "true"}]) == [
        "DC211 !expect.0.clause: 'clause' cannot stand beside 'fact'"
    ]
    assert scenario(expect=[{"finding": "breach", "measure": "m", "count": "1"}]) == [
        "DC211 !expect.0.measure: 'measure' cannot stand beside 'finding'"
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"is": "ended"}, "DC212 expect.0: an expectation needs one of clause, agreement, measure, fact, finding"),
        ({"clause": "c", "at": "2025-01-31", "key": "k"}, "DC212 expect.0: an expectation needs a test"),
        ({"clause": "c", "is": "ended", "verdict": "sure"}, "DC204 expect.0.verdict: 'sure' is not a possible word"),
        ({"clause": "c", "iss": "ended", "is": "x"}, "DC201 !expect.0.iss: unknown key 'iss' in an expectation"),
        ({"clause": "c", "is": {"any": ["x"]}}, "DC203 expect.0.is: 'is' is a mapping where text or a list is wanted"),
        ({"clause": "c", "is": "ended", "at": "later"}, "DC206 expect.0.at: 'later' is not a day"),
    ],
)
def test_an_expectation_has_no_other_form(scenario: Told, row: object, problem: str) -> None:
    (line,) = scenario(expect=[row])
    assert line.startswith(problem)


def test_a_suite_shares_agreements_and_events() -> None:
    tree = {
        "suite": "Late payment",
        "agreements": ["."],
        "events": [{"date": "2025-01-01", "event": "signed"}],
        "terms": {"fee": "USD 5"},
        "readings": {"limit": "strict"},
        "scenarios": [
            {"name": "in time", "events": [], "as_of": "2025-02-01", "expect": [{"clause": "pay", "is": "fulfilled"}]},
            {"name": "late", "terms": {"fee": {"a": "1"}}, "readings": {"limit": "loose"}},
        ],
    }
    assert validate(tree) == []


def test_a_suite_needs_scenarios_with_names_of_their_own() -> None:
    assert told(validate({"suite": "s"})) == ["DC202 : a suite needs the key 'scenarios'"]
    assert told(validate({"suite": "s", "scenarios": []})) == ["DC210 scenarios: 'scenarios' is an empty list"]
    assert told(validate({"suite": "s", "scenarios": [{"name": "a"}, {}, {"name": "a"}]})) == [
        "DC202 scenarios.1: a scenario of a suite needs the key 'name'",
        "DC216 scenarios.2.name: two scenarios are called 'a'",
    ]


def test_rows_and_expectations_of_a_suite_are_held_to_the_same_rules() -> None:
    tree = {
        "suite": "s",
        "events": [{"date": "2025-01-01"}],
        "scenarios": [{"name": "a", "events": [{"date": "2025-01-01"}], "expect": [{"clause": "c"}]}],
    }
    assert [problem.place.route for problem in validate(tree)] == [
        ("events", 0),
        ("scenarios", 0, "events", 0),
        ("scenarios", 0, "expect", 0),
    ]
