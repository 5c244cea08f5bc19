"""What a name means where it stands, and the moment of something that occurs as a date that is counted from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dealcli.language import declarations
from dealcli.language.declarations import Fact
from dealcli.language.types import parse_type
from dealcli.language.values import UNKNOWN

ORDERED = "{date: 2025-02-01, event: ordered, by: buyer, order: A, place: north, quantity: 30}"
PAID = "{date: 2025-02-05, event: paid, by: buyer, order: A, amount: 40, kind: cash}"
SIGNED = "{date: 2025-02-10, event: signed}"
BOX = """
events:
  box: {size: "{width: number, height: number}", "sizes?": "list of {width: number}"}
  packed: {order: id, "at_place?": text, weight: number}
  shelved: {order: id, weight: date}
  sealed: {when: datetime}
  opened: {when: date}
terms:
  inner: {value: {north: {width: 1}, south: {width: 2}}}
clauses:
  deliver: {kind: condition, bearer: seller, act: delivered}
  both: {kind: obligation, bearer: [buyer, seller], act: signed}
"""


# --- is ---------------------------------------------------------------------------------------------------------------


def test_of_a_fact_or_a_condition_it_is_asked_whether_it_is_true_or_false(after: Callable[..., Any]) -> None:
    deal = after(ORDERED)
    assert (deal.holds("big_order is true"), deal.holds("big_order is false")) == ("true", "false")
    assert (deal.holds("(orders > 5) is true"), deal.holds("(orders > 5) is false")) == ("false", "true")
    assert deal.holds("big_order is not true") == "false"
    assert (deal.holds("(hidden > 1) is true"), deal.holds("(hidden > 1) is false")) == ("unknown", "unknown")


def test_an_agreement_is_in_a_stage_of_agreements(deal: Any) -> None:
    assert deal.holds("supply is in_force") == "true"
    assert deal.holds("agreement is in_force") == "true"
    assert deal.holds("supply is (expired, terminated)") == "false"
    assert deal.wrong_condition("supply is fulfilled")[1] == "there is no stage 'fulfilled'"


@pytest.mark.parametrize(
    ("condition", "message", "hint"),
    [
        ("ordered is breached", "an event has no stage", "the event's name alone says that it has happened"),
        ("big_order is breached", "a fact is true or false", ""),
        ("(1 + 2) is breached", "'this' is no clause", "known here: both, deliver, keep_quiet, pay"),
        ("deliver is fulfilled", "a condition is never fulfilled", "did you mean 'met'?"),
        ("deliver is breached", "a condition is never breached", "did you mean 'failed'?"),
        ("keep_quiet is met", "only a condition is met", "did you mean 'fulfilled'?"),
        ("keep_quiet is failed", "only a condition is failed", "did you mean 'breached'?"),
        ("both is fulfilled", "'both' has one position for each bearer", "any(...), every(...) or both[party]"),
    ],
)
def test_a_stage_is_asked_of_what_can_be_in_it(condition: str, message: str, hint: str, after: Callable[..., Any]) -> None:
    assert after(more=BOX).wrong_condition(condition)[1::2] == (message, hint)


def test_a_clause_with_several_bearers_is_asked_about_with_any_every_or_a_party(after: Callable[..., Any]) -> None:
    deal = after(more=BOX)
    assert deal.holds("any(both is fulfilled)") == "false"
    assert deal.holds("every(both is in_force)") == "true"
    assert deal.holds("both[seller] is in_force") == "true"
    assert deal.holds("supply.both[seller] is in_force") == "true"


# --- when something occurred ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("3 days after (ordered or signed)", "2025-02-13"),
        ("3 days after (signed or ordered)", "2025-02-13"),
        ("3 days after (ordered or wired)", "2025-02-04"),
        ("3 days after (wired or ordered)", "2025-02-04"),
        ("3 days after (wired or measured)", "none"),
        ("3 days after (ordered where quantity > 10)", "2025-02-04"),
        ("3 days after (ordered where quantity > 50)", "none"),
        ("3 days after keep_quiet becomes breached", "2025-02-13"),
        ("3 days after keep_quiet becomes fulfilled", "none"),
        ("3 days after pay['A'] becomes fulfilled", "2025-02-08"),
        ("3 days after pay['A'] becomes performed", "2025-02-08"),
        ("3 days after big_order becomes false", "2025-02-13"),
        ("3 days after big_order becomes true", "none"),
        ("3 days after supply.big_order becomes false", "2025-02-13"),
        ("3 days after 2025-02-01", "2025-02-04"),
        ("3 days after hidden", "unknown"),
        ("hidden after signed", "unknown"),
    ],
)
def test_a_length_after_something_that_occurs_counts_from_when_it_last_did(
    expression: str, value: str, after: Callable[..., Any]
) -> None:
    assert after(ORDERED, PAID, SIGNED).value(expression) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("3 days after (keep_quiet becomes breached where big_order)", "a date cannot narrow a change by where"),
        ("3 days after fee", "'after' counts from something that occurs, this is a money USD"),
        ("3 days after (orders > 3)", "'after' counts from something that occurs, this is a boolean"),
        ("3 days after (orders > 3) becomes true", "a date counts from an event, a fact or a clause"),
        ("3 days after fee where big_order", "where narrows an event"),
        ("3 days after keep_quiet becomes broken", "there is no stage 'broken'"),
        ("3 days after settled becomes true", "'settled' has a value per order"),
        ("window + fee", "a duration and a money USD do not add up"),
    ],
)
def test_what_does_not_occur_is_not_counted_from(expression: str, message: str, deal: Any) -> None:
    assert deal.wrong_value(expression)[1] == message


def test_days_after_something_that_has_an_hour_are_days_of_the_deal(after: Callable[..., Any]) -> None:
    deal = after("{date: 2025-02-10, at: '23:30+00:00', event: signed}", more="timezone: Europe/Paris")
    assert deal.value("3 days after signed") == "2025-02-14"
    assert deal.value("2 hours after signed") == "2025-02-11T02:30:00+01:00"


# --- names ----------------------------------------------------------------------------------------------------------------


def test_a_field_of_a_record_is_read_by_its_name(after: Callable[..., Any]) -> None:
    deal = after("{date: 2025-02-01, event: box, size: {width: 3, height: 4}}", more=BOX)
    assert deal.value("box.size.width * box.size.height") == "12"
    assert deal.value("inner['south'].width") == "2"
    assert deal.wrong_value("box.size.depth")[1] == "a {width: number, height: number} has no 'depth'"
    assert deal.wrong_value("box.sizes.width")[1] == "a list of {width: number} has no 'width'"
    assert after(more=BOX).value("box.size.width") == "none"
    assert after("{date: 2025-02-01, event: box, size: unknown}", more=BOX).value("box.size.width") == "unknown"


def test_a_bare_attribute_of_several_events_at_hand_is_that_of_the_one_that_happened(after: Callable[..., Any]) -> None:
    rows = ("{date: 2025-02-01, event: packed, order: A, weight: 5}", "{date: 2025-02-02, event: shelved, order: A, weight: 2025-01-07}")
    moved = "measures: {newest: {latest: weight, upon: packed or shelved}, days: {latest: 'days(when, 2025-01-09)', upon: sealed or opened}}"
    assert after(rows[0], more=BOX + moved).value("newest") == "5"
    assert after(*rows, more=BOX + moved).value("newest") == "2025-01-07"
    rows = ("{date: 2025-02-01, event: sealed, when: '2025-01-05T10:00Z'}", "{date: 2025-02-02, event: opened, when: 2025-01-06}")
    assert after(rows[0], more=BOX + moved).value("days") == "4"
    assert after(*rows, more=BOX + moved).value("days") == "3"


def test_a_name_with_two_meanings_is_refused_with_both(after: Callable[..., Any]) -> None:
    from dealcli.diagnostics import Place
    from dealcli.engine.build import build
    from dealcli.engine.declare import Text

    def refused(expression: str) -> list[tuple[str, str]]:
        trees = [
            {"vocabulary": "words", "events": {"seen": {}}, "facts": {"known": {"starts": "seen"}}},
            {"agreement": "one", "title": "One", "events": {"seen": {"size": "number"}}},
            {"agreement": "two", "title": "Two", "measures": {"m": {"is": expression}}},
        ]
        _, problems = build([Text(tree, Place("deal.yaml", (), n)) for n, tree in enumerate(trees)])
        return [(problem.message, problem.hint) for problem in problems]

    assert refused("days(seen.date, 2025-01-01)") == [("'seen' could mean one.seen or seen (vocabulary)", "write agreement.name")]
    assert refused("count(one.seen)") == []
    assert refused("one.seen.size + 1") == []
    assert refused("one.known") == [("one declares no 'known'", "known here: seen")]
    assert refused("one.sen.size") == [("one declares no 'sen'", "did you mean 'seen'?")]


def test_the_lesser_of_two_values_is_refused_where_one_names_nothing(deal: Any) -> None:
    assert deal.wrong_value("min(nothing, 3)")[1] == "nothing here is called 'nothing'"
    assert deal.wrong_value("min(ordered.nothing, 3)")[1] == "the event ordered has no attribute 'nothing'"


def test_a_choice_between_two_words_is_a_text_and_between_a_date_and_an_instant_a_date(after: Callable[..., Any]) -> None:
    deal = after(ORDERED)
    assert deal.value("if big_order then ordered.place else ordered.order") == "north"
    assert deal.value("days(if big_order then 2025-01-01 else 2025-01-02T10:00Z, 2025-01-03)") == "2"


def test_an_instant_that_no_calendar_has_is_refused(deal: Any) -> None:
    problem = deal.wrong_condition("today > 0001-01-01T00:00+10:00")
    assert problem[1:3] == ("an instant beyond the year 9999 or before the year 1", "0001-01-01T00:00+10:00")


@pytest.mark.parametrize(
    "text", ["list of list of number", "list of nothing", "{item text}", "{item: nothing}", "{Item: text}", "money usd", ""]
)
def test_what_names_no_type_is_none(text: str) -> None:
    assert parse_type(text) is None


def test_a_type_is_told_as_it_is_written() -> None:
    for text in ("list of {item: text, quantity: number}", "{item: text}", "money USD", "list of date"):
        assert str(parse_type(text)) == text


def test_a_thing_of_a_deal_and_the_unknown_value_are_told_by_name() -> None:
    assert repr(Fact(name="settled", agreement="supply")) == "<Fact supply.settled>"


def test_a_thing_is_found_by_its_full_name_among_those_of_a_kind() -> None:
    deal, settled = declarations.Deal(), Fact(name="settled", agreement="supply")
    deal.declare(settled)
    assert deal.called("supply.settled", (Fact,)) is settled
    assert deal.called("supply.settled", (declarations.Measure,)) is None
    assert deal.called("settled", (Fact,)) is None
    assert repr(UNKNOWN) == "unknown"


# --- odds and ends of single forms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("3 != 4", "true"),
        ("3 != 3.0", "false"),
        ("today > hidden", "unknown"),
        ("hidden < today", "unknown"),
        ("today > wired.amount / fee * 1 day + 2025-01-01", "false"),
        ("10 days + 20 days = 30 days", "true"),
        ("40 days - 10 days = 30 days", "true"),
        ("1 month + 1 month = 2 months", "true"),
        ("3 * 1/3 = 1", "true"),
        ("6 * 50% = 3", "true"),
    ],
)
def test_a_comparison_holds_or_does_not(condition: str, truth: str, deal: Any) -> None:
    assert deal.holds(condition) == truth


def test_today_is_no_occurrence(deal: Any) -> None:
    assert deal.wrong_trigger("today")[1] == "today is no occurrence: it comes every day"
    assert deal.wrong_trigger("today + 3 days")[1] == "today is no occurrence: it comes every day"


def test_names_inside_every_form_are_looked_up(deal: Any) -> None:
    for expression in (
        "sum(if paid.amount > USD 1 then paid.amount else fee)", "count((paid))", "sum(-paid.amount)",
        "sum(zones[paid.order])", "latest(3 days after paid)", "sum(abs(paid.amount))",
    ):  # fmt: skip
        assert deal.value(expression) in ("0", "none")
    assert deal.wrong_value("sum(if paid.amount > USD 1 then ordered.quantity else 1)")[3].startswith("this names")
    assert deal.wrong_value("sum(ordered.quantity in (paid.amount, 1))")[3].startswith("this names")
