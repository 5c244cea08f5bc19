"""Events, keys, aggregates and functions, read after a few events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ORDER_A = "{date: 2025-02-01, event: ordered, by: buyer, order: A, place: north, quantity: 3}"
ORDER_B = "{date: 2025-02-10, event: ordered, by: buyer, order: B, place: south, quantity: 20}"
PAID_A = "{date: 2025-02-05, event: paid, by: buyer, order: A, amount: 40, kind: cash}"
PAID_A2 = "{date: 2025-02-20, event: paid, by: buyer, order: A, amount: 60}"
PAID_B = "{date: 2025-03-01, event: paid, by: buyer, order: B, amount: 5, kind: card}"
LINES = (
    "{date: 2025-04-01, event: delivered, order: A, marks: [4, 6], "
    "lines: [{item: bolt, quantity: 2, price: 3}, {item: nut, quantity: 5, price: 1}]}"
)
ALL = (ORDER_A, PAID_A, ORDER_B, PAID_A2, PAID_B, LINES)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("ordered.quantity", "20"),
        ("ordered.date", "2025-02-10"),
        ("ordered.at", "2025-02-10"),
        ("ordered['A'].quantity", "3"),
        ("ordered['C'].quantity", "none"),
        ("paid.kind", "card"),
        ("count(paid)", "3"),
        ("count(paid where amount > USD 30)", "2"),
        ("count(paid where (kind = 'cash' or amount = USD 5))", "2"),
        ("sum(paid.amount)", "USD 105"),
        ("sum(paid.amount * 2 where order = 'A')", "USD 200"),
        ("first(paid.amount)", "USD 40"),
        ("latest(paid.amount where order = 'A')", "USD 60"),
        ("min(paid.amount)", "USD 5"),
        ("max(paid.amount)", "USD 60"),
        ("max(paid.date)", "2025-03-01"),
        ("latest(paid where order = 'A').amount", "USD 60"),
        ("(paid where order = 'A').amount", "USD 60"),
        ("sum(delivered.lines, quantity * price)", "11"),
        ("count(delivered.lines)", "2"),
        ("sum(delivered.marks)", "10"),
        ("max(delivered.lines, price)", "3"),
        ("sum(delivered.lines where item = 'bolt', quantity)", "2"),
        ("sum(owed)", "USD 105"),
        ("max(owed)", "USD 100"),
        ("owed['A']", "USD 100"),
        ("owed['C']", "0"),
        ("count(settled)", "2"),
        ("any(settled)", "true"),
        ("every(settled)", "true"),
        ("count(pay is fulfilled)", "2"),
        ("any(pay is in_force)", "false"),
        ("every(pay is (fulfilled, breached))", "true"),
        ("sum(supply.owed)", "USD 105"),
        ("supply.orders", "2"),
    ],
)
def test_an_expression_reads_what_has_happened(expression: str, value: str, after: Callable[..., Any]) -> None:
    assert after(*ALL).value(expression) == value


def test_a_rolling_window_holds_what_is_younger_than_its_length(after: Callable[..., Any]) -> None:
    assert after(*ALL, as_of="2025-03-06").value("sum(paid.amount over 30 days)") == "USD 105"
    assert after(*ALL, as_of="2025-03-07").value("sum(paid.amount over 30 days)") == "USD 65"
    assert after(*ALL, as_of="2025-03-21").value("count(paid over 30 days)") == "2"
    assert after(*ALL, as_of="2025-03-22").value("count(paid over 30 days)") == "1"
    assert after(*ALL).value("count(paid over hidden)") == "unknown"


def test_facts_and_measures_in_where_have_the_value_they_had_at_the_element(after: Callable[..., Any]) -> None:
    assert after(*ALL).value("count(paid where big_order)") == "2"
    assert after(*ALL).value("sum(delivered.lines, quantity * orders)") == "14"


def test_a_bare_name_in_an_aggregate_is_the_elements_or_an_error(after: Callable[..., Any]) -> None:
    deal = after(*ALL)
    assert deal.times("paid where count(ordered where place = 'north') = 1") == "2"
    problem = deal.wrong_trigger("paid where count(ordered where amount = USD 1) = 1")
    assert problem[1:] == (
        "'amount' is no attribute of ordered",
        "amount",
        "the outer event is reached by its name: paid.amount",
    )
    assert deal.times("paid where count(ordered where quantity < 4 and paid.amount > USD 10) = 1") == "2"


def test_an_aggregate_goes_through_the_events_of_one_type(deal: Any) -> None:
    assert deal.wrong_value("sum(paid.amount * ordered.quantity)")[3] == "this names supply.ordered and supply.paid"


def test_where_ends_at_or_so_alternatives_in_an_aggregate_need_brackets(deal: Any) -> None:
    problem = deal.wrong_value("count(paid where kind = 'cash' or amount = USD 5)")
    assert problem[1] == "count goes through events, this is a condition"
    assert problem[3] == "put the alternatives in brackets: where (x or y)"


def test_the_event_at_hand_is_meant_before_an_older_one(after: Callable[..., Any]) -> None:
    assert after(*ALL).times("paid where paid.amount = USD 5") == "1"
    assert after(*ALL).times("paid where amount = USD 60 and ordered.quantity = 3") == "1"  # the order with the same id


def test_without_one_id_attribute_an_event_is_not_looked_up_by_key(deal: Any) -> None:
    assert deal.wrong_value("wired['A'].amount")[3] == "write latest(wired.x where ... = ...)"


def test_a_keyed_thing_and_a_clause_with_several_positions_need_a_key_or_a_quantifier(deal: Any) -> None:
    assert deal.wrong_value("owed + USD 1")[0] == "DC305"
    assert deal.wrong_condition("pay is fulfilled")[3].startswith("any(pay is ...)")


def test_with_no_instance_only_pending_and_ready_are_true(deal: Any) -> None:
    assert deal.holds("pay['A'] is pending") == "true"
    assert deal.holds("pay['A'] is ready") == "true"
    assert deal.holds("pay['A'] is in_force") == "false"


def test_an_event_name_says_that_it_has_happened(after: Callable[..., Any]) -> None:
    assert after().holds("ordered") == "false"
    assert after(ORDER_A).holds("ordered") == "true"
    assert after(ORDER_A).holds("(ordered where quantity > 5)") == "false"
    assert after(ORDER_A, ORDER_B).holds("(ordered where quantity > 5)") == "true"


def test_an_unconfirmed_event_is_unknown_unless_a_certain_one_is_there(after: Callable[..., Any]) -> None:
    perhaps = (
        "{date: 2025-03-01, event: ordered, by: buyer, order: A, place: north, quantity: 4, happened: unconfirmed}"
    )
    assert after(perhaps).holds("ordered") == "unknown"
    assert after(perhaps).holds("(ordered where quantity = 4)") == "unknown"
    assert after(ORDER_A, perhaps).holds("ordered") == "true"
    assert after(ORDER_A, perhaps).holds("ordered['A']") == "true"
    assert after(ORDER_A, perhaps).holds("(ordered where quantity < 9)") == "true"
    assert after(ORDER_A, perhaps).value("ordered.quantity") == "unknown"
    assert after(ORDER_A, perhaps).value("count(ordered)") == "at least 1"


def test_what_is_reported_in_part_is_counted_as_at_least(after: Callable[..., Any]) -> None:
    assert after().holds("rumoured") == "unknown"
    assert after().holds("not rumoured") == "unknown"
    deal = after("{date: 2025-03-01, event: rumoured, size: 4}")
    assert deal.value("count(rumoured)") == "at least 1"
    assert deal.value("sum(rumoured.size)") == "at least 4"
    assert deal.holds("sum(rumoured.size) >= 4") == "true"
    assert deal.holds("sum(rumoured.size) > 4") == "unknown"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("abs(-3)", "3"),
        ("abs(-USD 3)", "USD 3"),
        ("floor(-1.5)", "-2"),
        ("ceil(1.2)", "2"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.345, 0.01)", "2.35"),
        ("round(2.345, 0.01, 'half_even')", "2.34"),
        ("round(USD 10 / 3, 0.01)", "USD 3.33"),
        ("days(2025-01-01, 2025-01-31)", "30"),
        ("days(2025-01-31, 2025-01-01)", "-30"),
        ("hours(2025-01-01, 2025-01-02)", "24"),
        ("hours(2025-01-01, 2025-01-01T12:30Z)", "12"),
        ("months(2025-01-31, 2025-02-28)", "1"),
        ("months(2025-01-31, 2025-02-27)", "0"),
        ("business_days(2025-12-24, 2025-12-29)", "2"),
        ("business_days(2025-12-29, 2025-12-24)", "-2"),
        ("round(2.5, 0)", "2.5"),
        ("day(2025-01-01T23:00Z)", "2025-01-01"),
        ("start_of(month, 2025-02-14)", "2025-02-01"),
        ("end_of(month, 2024-02-14)", "2024-02-29"),
        ("start_of(quarter, 2025-05-14)", "2025-04-01"),
        ("end_of(quarter, 2025-05-14)", "2025-06-30"),
        ("end_of(year, 2025-05-14)", "2025-12-31"),
        ("start_of(week, 2025-05-14)", "2025-05-12"),
        ("end_of(quarter, 9999-12-31)", "9999-12-31"),
        ("currency(USD 5)", "USD"),
        ("money(5, 'EUR')", "EUR 5"),
        ("money(5, 'EUR') + EUR 1", "EUR 6"),
        ("min(3, 1, 2)", "1"),
        ("max(2025-01-01, 2025-02-01)", "2025-02-01"),
        ("max(0, USD 5)", "USD 5"),
    ],
)
def test_a_function_does_what_it_says(expression: str, value: str, deal: Any) -> None:
    assert deal.value(expression) == value


@pytest.mark.parametrize(
    ("part", "value"), [("due", "2025-03-03"), ("started", "2025-02-01"), ("amount", "none"), ("outstanding", "none")]
)
def test_the_parts_of_a_position_are_read_by_its_key(part: str, value: str, after: Callable[..., Any]) -> None:
    assert after(ORDER_A).value(f"{part}(pay['A'])") == value


@pytest.mark.parametrize(
    "expression",
    [
        "round(1, 'a')", "round(1, 0.1, 'up')", "round('a')", "days(1, 2)", "end_of(decade, 2025-01-01)",
        "money(5, 'usd')", "money('a', 'USD')", "currency(5)", "min('a', 'b')", "abs()", "days(2025-01-01)", "sum()",
        "sum('a')", "sum(paid.kind)", "max(paid)", "max(paid.kind)", "sum(settled)", "any(1)", "due(paid)",
        "abs(1 over 3 days)", "sum(owed over 3 days)",
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused(expression: str, deal: Any) -> None:
    assert deal.wrong_value(expression)[0] in ("DC301", "DC302", "DC304", "DC305")


def test_a_function_name_is_one_only_before_a_bracket(after: Callable[..., Any]) -> None:
    assert after(more="terms: {count: {value: 4}, day: {value: 2}}").value("count + day") == "6"


def test_today_is_the_day_on_which_it_is_read(after: Callable[..., Any]) -> None:
    assert after(as_of="2025-06-01").value("today") == "2025-06-01"
    late = "(today > ordered.date + 30 days) becomes true"
    assert after(as_of="2025-03-03").times(late) == "0"
    assert after(ORDER_A, as_of="2025-03-03").times(late) == "0"
    assert after(ORDER_A, as_of="2025-03-04").times(late) == "1"
