"""What is missing, unknown, known from below or of another kind, wherever an expression may meet it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dealcli.language.values import UNKNOWN, AtLeast, add, compare, minus

MIXED = """
terms:
  mixed: {value: {number: 1, word: abc, figure: "'7'", amount: USD 5, length: 3 days, day: 2025-01-01, list: [1, abc]}}
  later: {value: 2026-11-24/..}
  between: {value: [{below: USD 10, value: small}, {from: USD 10, value: large}]}
  choice: {value: {"true": 1, "false": 0}}
"""
ORDERED = "{date: 2025-02-01, event: ordered, by: buyer, order: A, place: north, quantity: 3}"
PERHAPS = "{date: 2025-03-01, event: ordered, by: buyer, order: A, place: north, quantity: 4, happened: unconfirmed}"
RUMOURED = "{date: 2025-03-01, event: rumoured, size: 4}"


def test_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("window + hidden", "unknown"),
        ("window - 1 / 0 * 1 day", "none"),
        ("hidden ^ 2", "unknown"),
        ("2 ^ hidden", "unknown"),
        ("(1 / 0) ^ 2", "none"),
        ("2 ^ (1 / 0)", "none"),
        ("-(1 / 0)", "none"),
        ("-hidden", "unknown"),
        ("abs(hidden)", "unknown"),
        ("days(2025-01-01, hidden)", "unknown"),
        ("hidden / 2", "unknown"),
        ("2 / hidden", "unknown"),
        ("min(hidden, 1)", "unknown"),
        ("count(delivered.lines)", "0"),
        ("sum(delivered.marks)", "0"),
        ("max(delivered.marks)", "none"),
        ("first(paid.amount)", "none"),
        ("zones[1 / 0]", "none"),
        ("rates[wired.amount / USD 1]", "none"),
    ],
)
def test_missing_wins_over_unknown_and_both_spread_through_what_is_calculated(
    expression: str, value: str, deal: Any
) -> None:
    assert deal.value(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "mixed['number'] + mixed['word']",
        "mixed['word'] + mixed['word']",
        "mixed['word'] - mixed['number']",
        "mixed['word'] * 3",
        "mixed['word'] * mixed['amount']",
        "mixed['length'] * mixed['length']",
        "mixed['list'] * 3",
        "mixed['word'] / mixed['number']",
        "mixed['number'] / mixed['word']",
        "mixed['figure'] / 2",
        "2 / mixed['figure']",
        "2 ^ mixed['word']",
        "mixed['amount'] ^ 2",
        "-mixed['word']",
        "2025-01-01 + mixed['word']",
        "mixed['number'] + 3 days",
        "3 days after mixed['number']",
        "abs(mixed['word'])",
        "floor(mixed['length'])",
        "round(mixed['day'])",
        "round(1, mixed['word'])",
        "days(mixed['word'], 2025-01-01)",
        "hours(2025-01-01, mixed['number'])",
        "start_of(month, mixed['amount'])",
        "day(mixed['word'])",
        "currency(mixed['number'])",
        "money(mixed['amount'], 'USD')",
        "money(1, mixed['number'])",
        "money(1, mixed['word'])",
        "min(mixed['word'], mixed['list'])",
        "count(ordered over mixed['number'])",
        "mixed['number'].part",
        "mixed['number'][1]",
        "mixed['list'][1]",
        "if mixed['word'] then 1",
    ],
)
def test_a_value_of_another_kind_than_is_needed_out_of_a_table_that_mixes_kinds_is_missing(
    expression: str, after: Callable[..., Any]
) -> None:
    assert after(more=MIXED).value(expression) == "none"


def test_a_value_of_the_kind_that_is_needed_out_of_a_table_that_mixes_kinds_is_used(after: Callable[..., Any]) -> None:
    deal = after(more=MIXED)
    assert deal.value("mixed['number'] + 2") == "3"
    assert deal.value("abs(mixed['amount'])") == "USD 5"
    assert deal.value("mixed['day'] + mixed['length']") == "none"  # a sum of moments needs a date before anything runs
    assert deal.value("2025-01-01 + mixed['length']") == "2025-01-04"
    assert deal.value("days(mixed['day'], 2025-01-11)") == "10"
    assert deal.value("sum(mixed['list'])") == "1"
    assert deal.value("max(mixed['list'])") == "1"
    assert deal.value("count(mixed['list'])") == "2"
    assert deal.value("min(mixed['word'], 3)") == "3"


def test_what_is_no_number_adds_nothing_to_a_sum(after: Callable[..., Any]) -> None:
    first = "{date: 2025-02-01, event: ordered, by: buyer, order: A, place: number, quantity: 3}"
    second = first.replace("number", "word").replace("A", "B")
    total = "measures: {total: {sum: 'mixed[ordered.place]', upon: ordered}}"
    deal = after(first, second, more=MIXED + total)
    assert (deal.value("total"), deal.value("sum(mixed[ordered.place])")) == ("1", "1")
    perhaps = first.replace("A", "C").replace("}", ", happened: unconfirmed}")
    deal = after(first, second, perhaps, more=MIXED + total)
    assert (deal.value("total"), deal.value("sum(mixed[ordered.place])")) == ("at least 1", "at least 1")


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
def test_values_of_unlike_kinds_out_of_one_table_have_no_order(operator: str, after: Callable[..., Any]) -> None:
    deal = after(more=MIXED)
    for one, two in (("number", "word"), ("length", "number"), ("number", "length"), ("day", "number"), ("amount", "word")):
        assert deal.holds(f"mixed['{one}'] {operator} mixed['{two}']") == "false"


def test_an_open_interval_is_known_from_below(after: Callable[..., Any]) -> None:
    deal = after(more=MIXED)
    assert deal.value("later + 30 days") == "at least 2026-12-24"
    assert deal.holds("later > 2026-01-01") == "true"
    assert deal.holds("later > 2027-01-01") == "unknown"


def test_two_values_known_only_from_below_are_not_compared(after: Callable[..., Any]) -> None:
    deal = after(RUMOURED)
    assert deal.holds("sum(rumoured.size) > count(rumoured)") == "unknown"
    for operator in ("=", "!=", "<", "<=", ">", ">="):
        assert compare(operator, AtLeast(5), AtLeast(1)) is UNKNOWN


def test_a_sum_with_a_value_known_from_below_is_known_from_below_and_a_difference_from_it_is_not(
    after: Callable[..., Any],
) -> None:
    deal = after(RUMOURED)
    assert deal.value("1 + sum(rumoured.size)") == "at least 5"
    assert deal.value("count(rumoured) + sum(rumoured.size)") == "at least 5"
    assert deal.value("1 - sum(rumoured.size)") == "unknown"
    assert deal.value("-sum(rumoured.size)") == "unknown"
    assert add(AtLeast(1), AtLeast(2), -1) is UNKNOWN
    assert minus(AtLeast(1)) is UNKNOWN


def test_a_lower_bound_decides_a_minimum_below_it_and_no_maximum(after: Callable[..., Any]) -> None:
    deal = after(RUMOURED)
    assert deal.value("min(3, sum(rumoured.size))") == "3"
    assert deal.value("min(4, sum(rumoured.size))") == "4"
    assert deal.value("min(5, sum(rumoured.size))") == "unknown"
    assert deal.value("min(sum(rumoured.size), sum(rumoured.size))") == "unknown"
    assert deal.value("max(3, sum(rumoured.size))") == "at least 4"
    assert deal.value("max(9, sum(rumoured.size))") == "at least 9"
    assert deal.value("max(9, sum(rumoured.size), hidden)") == "unknown"


def test_a_missing_value_adds_nothing_to_a_sum(after: Callable[..., Any]) -> None:
    rows = [f"{{date: 2025-02-0{level}, event: measured, level: {level}}}" for level in (2, 3)]
    deal = after(*rows, more="terms: {halves: {value: {'2': 1}}}")
    assert deal.value("halves[3]") == "none"
    assert deal.value("sum(halves[measured.level])") == "1"


def test_what_is_unknown_is_perhaps_among_the_items_of_a_list(after: Callable[..., Any]) -> None:
    marked = "{date: 2025-04-01, event: delivered, order: A, lines: [], marks: unknown}"
    assert after(marked).holds("4 in delivered.marks") == "unknown"
    assert after(marked).value("sum(delivered.marks)") == "unknown"
    assert after().holds("4 in delivered.marks") == "false"
    assert after().holds("wired.amount in (USD 4, USD 5)") == "false"
    assert after().holds("2 in sizes") == "true"
    assert after().holds("5 in sizes") == "false"


def test_in_before_a_single_value_asks_whether_it_is_that_one(after: Callable[..., Any]) -> None:
    deal = after(ORDERED)
    assert deal.holds("3 in ordered.quantity") == "true"
    assert deal.holds("4 in ordered.quantity") == "false"
    assert deal.holds("2025-02-01 in ordered") == "true"
    assert deal.holds("hidden in fee") == "unknown"
    assert deal.holds("1 in hidden") == "unknown"


def test_none_asks_of_an_event_whether_it_has_not_happened(after: Callable[..., Any]) -> None:
    assert after().holds("ordered = none") == "true"
    assert after().holds("ordered != none") == "false"
    assert after(ORDERED).holds("ordered = none") == "false"
    assert after(ORDERED).holds("ordered != none") == "true"
    assert after(PERHAPS).holds("ordered = none") == "unknown"
    assert after(PERHAPS).holds("ordered != none") == "unknown"


def test_of_an_event_looked_up_by_key_it_is_asked_whether_that_one_has_happened(after: Callable[..., Any]) -> None:
    assert after(ORDERED).holds("ordered['A']") == "true"
    assert after(ORDERED).holds("ordered['B']") == "false"
    assert after(PERHAPS).holds("ordered['A']") == "unknown"
    assert after(ORDERED).holds("ordered[hidden]") == "unknown"


def test_a_yes_or_no_and_an_amount_are_keys_of_a_table_as_they_are_written(after: Callable[..., Any]) -> None:
    deal = after(more=MIXED)
    assert deal.value("choice[true]") == "1"
    assert deal.value("choice[1 > 2]") == "0"
    assert deal.value("between[USD 9]") == "small"
    assert deal.value("between[USD 10]") == "large"
    assert deal.wrong_value("choice[ordered]")[:2] == ("DC304", "a event is no key")


def test_an_event_beside_a_date_or_a_duration_is_the_moment_at_which_it_happened(after: Callable[..., Any]) -> None:
    deal = after(ORDERED)
    assert deal.holds("ordered < 2025-02-02") == "true"
    assert deal.value("ordered + 3 days") == "2025-02-04"
    assert after().value("ordered + 3 days") == "none"
    assert after(PERHAPS).value("ordered + 3 days") == "unknown"


def test_a_length_is_equal_to_itself_even_where_it_has_no_measure(after: Callable[..., Any]) -> None:
    deal = after("{date: 2025-02-01, event: measured, level: 1, span: 1 month}")
    assert deal.holds("measured.span + 10 days = measured.span + 10 days") == "true"
