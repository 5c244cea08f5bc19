"""Parties, sources, events, terms, facts, measures, the head of an agreement, and readings of all of them."""

from __future__ import annotations

from typing import Any

import pytest

from dealcli.model import validate

from .conftest import Told


def test_an_agreement_has_a_head(agreement: Told) -> None:
    head: dict[str, Any] = {
        "title": "Supply", "parties": ["bank", "shared.shop"], "binding": "false",
        "from": "signed where what = 'supply'",
        "until": "2026-11-24/..", "completed_by": {"all": ["delivered", "paid"]}, "replaces": {"agreement": "old"},
        "timezone": "Europe/London", "calendar": {"weekend": ["sunday"], "holidays": ["2025-12-25"]},
        "month_end": "next_day", "known_through": "2026-01-31", "default_source": "s",
    }  # fmt: skip
    assert agreement(**head) == []


@pytest.mark.parametrize("completed_by", ["paid", ["paid", "released"], {"not": "owing"}])
def test_an_agreement_is_completed_by_a_trigger_or_a_condition(agreement: Told, completed_by: object) -> None:
    assert agreement(completed_by=completed_by) == []


def test_a_calendar_names_days_of_the_week_and_days_that_exist(agreement: Told) -> None:
    assert agreement(calendar={"weekend": ["sun"], "holidays": ["2025-02-30"]}) == [
        "DC206 calendar.holidays.0: there is no such date as 2025-02-30",
        "DC204 calendar.weekend.0: 'sun' is not a possible word for item 1 of 'weekend'",
    ]


def test_known_through_is_a_day(agreement: Told) -> None:
    assert agreement(known_through="2025-02") == ["DC206 known_through: '2025-02' is not a day"]


@pytest.mark.parametrize(
    "party",
    ["OpenAI", {"title": "OpenAI"}, {"part_of": "openai"}, {"open": "true", "title": "Buyers"}, {"open": "true"},
     {"title": "OpenAI", "was": [{"until": "2025-10-27", "title": "OpenAI Global LLC"}]}],
)  # fmt: skip
def test_a_party_is_a_title_a_mapping_or_an_open_class(agreement: Told, party: object) -> None:
    assert agreement(parties={"openai": party}) == []


def test_a_party_is_nothing_else(agreement: Told) -> None:
    assert agreement(parties={"a": ["x"], "b": {"open": "false"}, "c": {"was": [{"title": "x"}]}, "D": "x"}) == [
        "DC205 !parties.D: 'D' is not a name",
        "DC203 parties.a: 'a' is a list where text or a mapping is wanted",
        "DC207 parties.b.open: 'false' is not possible here",
        "DC202 parties.c.was.0: an earlier title of a party needs the key 'until'",
    ]


@pytest.mark.parametrize("key", ["part_of", "was"])
def test_an_open_class_is_no_part_and_has_no_earlier_title(agreement: Told, key: str) -> None:
    value: object = "x" if key == "part_of" else [{"until": "2025-01-01", "title": "x"}]
    assert agreement(parties={"buyers": {"open": "true", key: value}}) == [
        f"DC211 !parties.buyers.{key}: '{key}' cannot stand beside 'open'"
    ]


def test_a_source_says_its_title_and_standing(agreement: Told) -> None:
    assert agreement(sources={"s": {"publisher": "x"}}) == [
        "DC202 sources.s: a source needs the key 'title'",
        "DC202 sources.s: a source needs the key 'standing'",
    ]


@pytest.mark.parametrize("read", ["direct", "reproduction", "summary", "unread"])
def test_a_source_says_how_it_was_read(agreement: Told, read: str) -> None:
    assert agreement(sources={"s": {"title": "S", "standing": "leak", "read": read, "against": ["t"]}}) == []
    assert agreement(sources={"s": {"title": "S", "standing": "leak", "read": f"not {read}"}}) != []


def test_an_event_has_typed_attributes(agreement: Told) -> None:
    event: dict[str, Any] = {
        "title": "A delivery", "valid": {"not": "closed"}, "reporting": "partial", "doer": "seller", "seller": "party",
        "lines": "list of {item: text, quantity: number}", "grade?": ["aaa", "a"], "price": "money USD",
    }  # fmt: skip
    assert agreement(events={"delivered": event}) == []


def test_a_record_type_is_put_in_quotes() -> None:
    (problem,) = validate({"agreement": "a", "events": {"e": {"line": {"item": "text"}}}})
    assert (problem.code, problem.hint) == ("DC203", "put text that begins with { in quotes")


@pytest.mark.parametrize("name", ["date", "at", "event", "note", "reported", "sources", "exercise", "happened"])
@pytest.mark.parametrize("mark", ["", "?"])
def test_a_reserved_name_is_no_attribute(agreement: Told, name: str, mark: str) -> None:
    assert agreement(events={"e": {name + mark: "text"}}) == [
        f"DC205 !events.e.{name}{mark}: '{name}' is reserved and cannot be an attribute"
    ]


@pytest.mark.parametrize("name", ["hypothetical", "valid?", "reporting?", "doer?", "title?"])
def test_the_other_reserved_names_are_none_either(agreement: Told, name: str) -> None:
    assert [line[:5] for line in agreement(events={"e": {name: "text"}})] == ["DC205"]


@pytest.mark.parametrize("name", ["Amount", "a b", "or", "a??", "?"])
def test_an_attribute_has_a_name(agreement: Told, name: str) -> None:
    assert [line[:5] for line in agreement(events={"e": {name: "text"}})] == ["DC205"]


def test_an_attribute_is_declared_once(agreement: Told) -> None:
    assert agreement(events={"e": {"by": "party", "by?": "party"}}) == [
        "DC216 !events.e.by?: the attribute 'by' is declared twice"
    ]


def test_the_doer_is_an_attribute_of_the_event(agreement: Told) -> None:
    assert agreement(events={"e": {"doer": "seller", "seler": "party"}}) == [
        "DC216 events.e.doer: 'seller' is not an attribute of this event"
    ]


def test_reporting_can_only_be_partial(agreement: Told) -> None:
    assert agreement(events={"e": {"reporting": "full"}}) == [
        "DC204 events.e.reporting: 'full' is not a possible word for 'reporting'"
    ]


@pytest.mark.parametrize(
    "value",
    [
        "10 days", "none", "undisclosed", ["a", "b"], {"north": "5", "south": "7"},
        [{"below": "1000", "value": "3%"}, {"from": "1000", "value": "2.9%"}],
        {"north": [{"up_to": "10", "value": "1"}, {"above": "10", "value": "2"}]},
    ],
)  # fmt: skip
def test_a_term_has_a_value_a_list_or_a_table(agreement: Told, value: object) -> None:
    assert agreement(terms={"t": {"value": value}}) == []


def test_a_term_is_a_mapping(agreement: Told) -> None:
    assert agreement(terms={"t": "30 days"}) == ["DC203 terms.t: 't' is text where a mapping is wanted"]


def test_a_term_has_a_value_or_a_text_and_not_both(agreement: Told) -> None:
    assert agreement(terms={"t": {"text": "In good faith", "assumed": "customary", "unit": "days"}}) == []
    assert agreement(terms={"t": {"title": "x"}}) == ["DC212 terms.t: a term needs one of value, text"]
    assert agreement(terms={"t": {"value": "1", "text": "one"}}) == [
        "DC211 !terms.t.text: 'text' cannot stand beside 'value'"
    ]


def test_a_band_of_a_table_has_bounds_and_a_value(agreement: Told) -> None:
    bands = [{"value": "1"}, {"below": "3"}, {"below": "3", "up_to": "4", "value": "1"}, {"blow": "3", "value": "1"}]
    assert agreement(terms={"t": {"value": bands}}) == [
        "DC212 terms.t.value.0: a band of a table needs one of up_to, below, from, above",
        "DC202 terms.t.value.1: a band of a table needs the key 'value'",
        "DC211 !terms.t.value.2.up_to: 'up_to' cannot stand beside 'below'",
        "DC212 terms.t.value.3: a band of a table needs one of up_to, below, from, above",
        "DC201 !terms.t.value.3.blow: unknown key 'blow' in a band of a table",
    ]


def test_a_list_holds_values_or_bands(agreement: Told) -> None:
    assert agreement(terms={"t": {"value": ["1", {"below": "3", "value": "1"}]}}) == [
        "DC217 terms.t.value: a list holds either values or the bands of a table, not both"
    ]


@pytest.mark.parametrize("key", ["means", "given", "rejected"])
def test_a_key_of_a_reading_belongs_inside_the_readings(key: str) -> None:
    (problem,) = validate({"agreement": "a", "terms": {"t": {"value": "1", key: "x"}}})
    assert problem.hint == f"'{key}' belongs to one reading, under readings"


@pytest.mark.parametrize(
    "fact", [{"starts": "a"}, {"starts": ["a", "b"], "ends": "c", "per": "k"}, {"holds": {"any": ["a"]}}]
)
def test_a_fact_starts_and_ends_or_holds(agreement: Told, fact: object) -> None:
    assert agreement(facts={"f": fact}) == []


def test_a_fact_does_not_do_both_or_neither(agreement: Told) -> None:
    assert agreement(facts={"f": {"holds": "a", "starts": "b"}}) == [
        "DC211 !facts.f.starts: 'starts' cannot stand beside 'holds'"
    ]
    assert agreement(facts={"f": {"holds": "a", "ends": "b"}}) == [
        "DC211 !facts.f.ends: 'ends' cannot stand beside 'holds'"
    ]
    assert agreement(facts={"f": {"ends": "b"}}) == ["DC212 facts.f: a fact needs one of starts, holds"]


@pytest.mark.parametrize(
    "measure",
    [
        {"count": ["a", "b"], "over": "30 days"},
        {"sum": "paid.amount", "upon": "paid", "over": "1 year", "per": "invoice"},
        {"min": "x"}, {"max": "x"}, {"first": "x"}, {"latest": "x.kind"},
        {"initial": "'none'", "updates": [{"upon": "a", "set": "'rofr'"}, {"upon": ["b", "c"], "set": "regime"}]},
        {"is": "price * 2", "title": "Double", "sources": ["s"], "against": ["t"], "assumed": "because"},
    ],
)  # fmt: skip
def test_a_measure_counts_aggregates_is_updated_or_is(agreement: Told, measure: object) -> None:
    assert agreement(measures={"m": measure}) == []


@pytest.mark.parametrize(
    ("measure", "problem"),
    [
        ({"title": "x"}, "DC212 measures.m: a measure needs one of count, sum, min, max, first, latest, updates, is"),
        ({"count": "a", "sum": "b"}, "DC211 !measures.m.sum: 'sum' cannot stand beside 'count'"),
        ({"is": "a", "over": "1 day"}, "DC213 !measures.m.over: 'over' means nothing without"),
        ({"count": "a", "upon": "b"}, "DC213 !measures.m.upon: 'upon' means nothing without"),
        (
            {"updates": [{"upon": "a", "set": "1"}]},
            "DC213 !measures.m.updates: 'updates' means nothing without 'initial'",
        ),
        ({"is": "1", "initial": "0"}, "DC213 !measures.m.initial: 'initial' means nothing without 'updates'"),
        (
            {"initial": "0", "updates": [{"upon": "a"}]},
            "DC202 measures.m.updates.0: an update of a measure needs the key 'set'",
        ),
        ({"sum": ["a"]}, "DC203 measures.m.sum: 'sum' is a list where text is wanted"),
    ],
)
def test_a_measure_is_one_of_these_in_full(agreement: Told, measure: object, problem: str) -> None:
    (line,) = agreement(measures={"m": measure})
    assert line.startswith(problem)


@pytest.mark.parametrize(
    ("section", "readings"),
    [
        ("terms", {"a": {"value": "1", "given": "x = 'y'"}, "b": {"text": "one", "rejected": "misread"}}),
        ("facts", {"a": {"starts": "x", "sources": ["s"]}, "b": {"holds": "y", "against": ["s"], "assumed": "z"}}),
        ("measures", {"a": {"count": "x"}, "b": {"is": "1", "title": "One"}}),
        ("clauses", {"a": {"kind": "recital"}, "b": {"kind": "right", "bearer": "x", "within": "1 day"}}),
    ],
)
def test_a_definition_may_have_readings(agreement: Told, section: str, readings: dict[str, Any]) -> None:
    assert agreement(**{section: {"x": {"default": "a", "readings": readings}}}) == []


def test_the_binding_of_an_agreement_may_have_readings(agreement: Told) -> None:
    readings = {"soft": {"value": "false", "sources": ["s"]}, "hard": {"value": "true", "given": "x"}}
    assert agreement(binding={"default": "soft", "readings": readings}) == []
    assert agreement(binding={"value": "false", "sources": ["s"]}) == []
    assert agreement(binding={"default": "soft", "readings": {"soft": {"sources": ["s"]}}}) == [
        "DC212 binding.readings.soft: the reading 'soft' needs 'value'"
    ]
    assert agreement(binding="undisclosed") == ["DC207 binding: 'undisclosed' is neither true nor false"]


@pytest.mark.parametrize(
    ("fact", "problem"),
    [
        ({"starts": "x", "default": "a"}, "DC214 !facts.f.default: 'default' means nothing without 'readings'"),
        ({"readings": {"a": {"starts": "x"}}}, "DC214 facts.f: a fact with readings needs 'default'"),
        ({"default": "a", "readings": {}, "starts": "x"}, "DC214 facts.f.readings: a fact has no reading"),
        ({"default": "c", "readings": {"a": {"starts": "x"}}}, "DC214 facts.f.default: 'c' is not one of the readings"),
        (
            {"default": "a", "readings": {"a": {"starts": "x", "rejected": "no"}}},
            "DC214 facts.f.default: the default 'a' is rejected, and a rejected reading is never run",
        ),
        (
            {"default": "a", "title": "T", "readings": {"a": {"starts": "x", "title": "U"}}},
            "DC215 !facts.f.readings.a.title: 'title' stands both beside the readings and inside 'a'",
        ),
        (
            {"default": "a", "readings": {"a": {}}},
            "DC212 facts.f.readings.a: the reading 'a' needs one of starts, holds",
        ),
        (
            {"default": "a", "readings": {"a": {"starts": "x", "default": "b"}}},
            "DC201 !facts.f.readings.a.default: unknown key 'default' in a reading of a fact",
        ),
        ({"default": "a", "readings": {"a": "x"}}, "DC203 facts.f.readings.a: 'a' is text where a mapping is wanted"),
    ],
)
def test_readings_and_their_default_stand_together(agreement: Told, fact: object, problem: str) -> None:
    lines = agreement(facts={"f": fact})
    assert problem in lines
    assert all(line == problem or line.startswith("DC215") for line in lines)


def test_keys_beside_the_readings_hold_for_all_of_them(agreement: Told) -> None:
    fact = {"default": "a", "starts": "x", "readings": {"a": {"ends": "y"}, "b": {"ends": "z"}}}
    assert agreement(facts={"f": fact}) == []


def test_a_key_both_beside_and_inside_shows_both_places() -> None:
    fact = {"default": "a", "starts": "x", "readings": {"a": {"starts": "y"}}}
    (problem,) = validate({"agreement": "a", "facts": {"f": fact}})
    ((place, _),) = problem.related
    assert (problem.place.route, place.route) == (("facts", "f", "readings", "a", "starts"), ("facts", "f", "starts"))


def test_what_is_wrong_beside_the_readings_is_told_once(agreement: Told) -> None:
    clause = {
        "kind": "right",
        "bearer": "x",
        "times": "3",
        "default": "a",
        "readings": {"a": {"act": "p"}, "b": {"act": "q"}},
    }
    assert agreement(clauses={"c": clause}) == ["DC213 !clauses.c.times: 'times' means nothing without 'every'"]


@pytest.mark.parametrize("condition", ["a", {"all": ["a", {"not": {"any": ["b", "c"]}}]}, {"not": "a"}])
def test_a_condition_is_text_or_joined_by_all_any_not(agreement: Told, condition: object) -> None:
    assert agreement(facts={"f": {"holds": condition}}) == []


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (["a"], "DC203 facts.f.holds: 'holds' is a list where text or a mapping is wanted"),
        ({"all": "a"}, "DC203 facts.f.holds.all: 'all' is text where a list is wanted"),
        ({"all": []}, "DC210 facts.f.holds.all: 'all' is an empty list"),
        ({}, "DC211 facts.f.holds: a condition is joined in one way at a time"),
        ({"all": ["a"], "any": ["b"]}, "DC211 facts.f.holds: a condition is joined in one way at a time"),
        ({"and": ["a"]}, "DC201 !facts.f.holds.and: unknown key 'and' in a condition"),
        ({"not": ["a"]}, "DC203 facts.f.holds.not: 'not' is a list where text or a mapping is wanted"),
    ],
)
def test_a_condition_has_no_other_form(agreement: Told, condition: object, problem: str) -> None:
    assert agreement(facts={"f": {"holds": condition}}) == [problem]


def test_a_condition_in_place_of_a_trigger_is_told_the_difference() -> None:
    (problem,) = validate({"agreement": "a", "facts": {"f": {"starts": {"all": ["a"]}}}})
    assert problem.hint == "all, any and not join conditions; a list joins triggers"
