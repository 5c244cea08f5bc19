"""What values do with each other: exact arithmetic, types that never mix, missing and unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dealcli.dates import Duration
from dealcli.language.values import (
    UNKNOWN,
    AtLeast,
    CurrenciesMixed,
    LengthsMixed,
    add,
    both,
    compare,
    divide,
    either,
    multiply,
    negate,
)
from dealcli.money import Money

DAYS = Duration((("day", 30),))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("10 / 3 * 3", "10"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 0", "none"),
        ("USD 1 / 0", "none"),
        ("USD 6 / USD 4", "1.5"),
        ("20% of USD 50", "USD 10"),
        ("3 * 10 days", "30 days"),
        ("1/3 * 10 days", "none"),
        ("2 ^ 10", "1024"),
        ("2 ^ -1", "0.5"),
        ("2 ^ 0.5", "1.414213562373095048801688724"),
        ("0 ^ -1", "none"),
        ("(-1) ^ 0.5", "none"),
        ("1.0001 ^ 3650 > 1.4", "true"),
        ("2025-01-31 + 1 month + 10 days", "2025-03-10"),
        ("2025-01-31 + (1 month + 10 days)", "2025-03-10"),
        ("10 days + 2025-01-31 + 1 month", "2025-03-10"),
        ("2025-03-31 - 1 month", "2025-02-28"),
        ("2025-12-24 + 1 business day", "2025-12-26"),
        ("2025-01-01T10:00Z + 1 hour", "2025-01-01T11:00:00+00:00"),
        ("-USD 5", "USD -5"),
        ("-(30 days)", "-30 days"),
    ],
)
def test_arithmetic_is_exact_and_missing_where_it_has_no_value(expression: str, value: str, deal: Any) -> None:
    assert deal.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "code", "hint"),
    [
        ("USD 5 + EUR 5", "DC306", ""),
        ("USD 5 > EUR 4", "DC306", ""),
        ("USD 5 / EUR 4", "DC306", ""),
        ("USD 5 in (USD 4, EUR 4)", "DC306", ""),
        ("max(USD 5, EUR 4)", "DC306", ""),
        ("USD 5 + 5", "DC306", "write the currency, as in USD 5"),
        ("1 month > 30 days", "DC307", ""),
        ("window = notice", "DC307", ""),
        ("2 business days > 1 day", "DC307", ""),
        ("min(1 month, 30 days)", "DC307", ""),
        ("2025-02-01 - 2025-01-01", "DC304", "write days(a, b)"),
        ("2025-02-01 - 2025-01-01 > 30 days", "DC304", "write days(a, b)"),
        ("5 - 2025-01-01", "DC304", ""),
        ("2025-02-01 + 30", "DC304", "write 30 days"),
        ("2025-02-01 > 30 days", "DC304", "write days(a, b) to compare a stretch of days"),
        ("'a' + 1", "DC304", ""),
        ("'a' < 'b'", "DC304", ""),
        ("true < false", "DC304", ""),
        ("USD 5 * USD 5", "DC304", ""),
        ("USD 5 * 3 days", "DC304", "write days(a, b) to count days"),
        ("5 / 3 days", "DC304", ""),
        ("5 / USD 5", "DC304", ""),
        ("USD 5 ^ 2", "DC304", ""),
        ("1 in sizes and 'a' in sizes", "DC304", ""),
        ("(1, 2)", "DC301", ""),
        ("if true then 1 else 'a'", "DC304", ""),
        ("-'a'", "DC304", ""),
        ("ordered = ordered", "DC304", ""),
    ],
)
def test_types_that_do_not_go_together_are_refused_before_anything_runs(
    expression: str, code: str, hint: str, deal: Any
) -> None:
    problem = deal.wrong_value(expression)
    assert (problem[0], problem[3]) == (code, hint)


def test_a_date_compared_with_an_instant_compares_days(deal: Any) -> None:
    assert deal.holds("2025-01-01 = 2025-01-01T23:59Z") == "true"
    assert deal.holds("2025-01-01 < 2025-01-01T23:59Z") == "false"


def test_an_instant_without_an_offset_is_in_the_zone_of_its_agreement(after: Callable[..., Any]) -> None:
    deal = after(more="timezone: Europe/Paris")
    assert deal.holds("2025-01-01T17:00 = 2025-01-01T16:00Z") == "true"
    assert deal.value("day(2025-01-01T23:30Z)") == "2025-01-02"
    assert deal.value("hours(2025-01-01, 2025-01-01T00:00Z)") == "1"


def test_two_currencies_that_meet_only_in_the_data_are_never_added_nor_compared(after: Callable[..., Any]) -> None:
    deal = after("{date: 2025-02-01, event: wired, amount: USD 5}", "{date: 2025-02-02, event: wired, amount: EUR 5}")
    for expression in ("sum(wired.amount)", "max(wired.amount)", "count(wired where amount = USD 5)"):
        with pytest.raises(CurrenciesMixed, match="EUR and USD do not mix"):
            deal.value(expression)
    assert deal.value("sum(wired.amount where currency(amount) = 'EUR')") == "EUR 5"


def test_lengths_that_meet_only_in_the_data_are_never_compared(after: Callable[..., Any]) -> None:
    deal = after("{date: 2025-02-01, event: measured, level: 1, span: 1 month}")
    with pytest.raises(LengthsMixed):
        deal.value("measured.span > 30 days")
    assert deal.value("measured.span = 1 month") == "true"


def test_a_zero_goes_with_every_currency_and_a_length_of_nothing_with_every_length() -> None:
    assert add(Money(0, "USD"), Money(5, "EUR")) == Money(5, "EUR")
    assert add(0, Money(5, "EUR"), -1) == Money(-5, "EUR")
    assert compare("<", Money(0, "USD"), Money(5, "EUR")) is True
    assert compare(">", DAYS, Duration((("month", 0),))) is True


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_every_comparison_with_a_missing_value_is_false(operator: str, deal: Any) -> None:
    assert deal.holds(f"wired.amount {operator} USD 5") == "false"
    assert deal.holds(f"USD 5 {operator} wired.amount") == "false"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("wired.amount + USD 1", "none"),
        ("wired.amount * 2", "none"),
        ("1 + 1 / 0", "none"),
        ("abs(1 / 0)", "none"),
        ("min(1 / 0, 3, 2)", "2"),
        ("max(1 / 0, 1 / 0)", "none"),
        ("count(wired)", "0"),
        ("sum(wired.amount)", "0"),
        ("sum(wired.amount) + USD 5", "USD 5"),
        ("zones['west']", "none"),
        ("rates[2001]", "none"),
        ("if false then 1", "none"),
        ("30 days after signed", "none"),
    ],
)
def test_arithmetic_with_a_missing_value_is_missing_but_aggregates_skip_it(
    expression: str, value: str, deal: Any
) -> None:
    assert deal.value(expression) == value


def test_none_asks_for_the_missing_value_on_either_side(deal: Any) -> None:
    assert deal.holds("wired.amount = none") == "true"
    assert deal.holds("none = wired.amount") == "true"
    assert deal.holds("wired.amount != none") == "false"
    assert deal.holds("fee != none") == "true"
    assert deal.holds("none != fee") == "true"


def test_unknown_is_not_missing_and_spreads(deal: Any) -> None:
    assert deal.value("hidden + 1") == "unknown"
    assert deal.holds("hidden > 1") == "unknown"
    assert deal.holds("hidden = none") == "false"
    assert deal.value("if hidden > 1 then 5 else 5") == "5"
    assert deal.value("if hidden > 1 then 5 else 6") == "unknown"
    assert deal.value("zones[hidden]") == "unknown"
    assert deal.value("owed[hidden]") == "unknown"


def test_logic_is_strong_kleene(deal: Any) -> None:
    assert deal.holds("hidden > 1 and 1 > 2") == "false"
    assert deal.holds("1 > 2 and hidden > 1") == "false"
    assert deal.holds("hidden > 1 or 2 > 1") == "true"
    assert deal.holds("hidden > 1 and 2 > 1") == "unknown"
    assert deal.holds("not hidden > 1") == "unknown"
    assert deal.holds("hidden in (1, 2)") == "unknown"
    for one in (True, False, UNKNOWN):
        for two in (True, False, UNKNOWN):
            assert negate(both(one, two)) is either(negate(one), negate(two))


def test_a_lower_bound_decides_what_it_can() -> None:
    least = AtLeast(5)
    assert [compare(op, least, 4) for op in (">", ">=", "!=", "=", "<", "<=")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert [compare(op, least, 5) for op in (">=", "<", ">", "=")] == [True, False, UNKNOWN, UNKNOWN]
    assert compare(">", least, 6) is UNKNOWN
    assert compare("<", 4, least) is True
    assert add(least, 1) == AtLeast(6)
    assert add(10, least, -1) is UNKNOWN
    assert multiply(least, 2) == AtLeast(10)
    assert multiply(least, -2) is UNKNOWN
    assert divide(least, 5) == AtLeast(1)
    assert divide(least, -5) is UNKNOWN


def test_tables_have_exact_keys_or_bands(deal: Any) -> None:
    assert deal.value("zones['south']") == "7"
    assert deal.value("zones[2]") == "9"
    assert deal.value("rates[999.99]") == "0.03"
    assert deal.value("rates[1000]") == "0.02"
    assert deal.value("rates[2000]") == "0.02"
    assert deal.wrong_value("rates['a']")[:2] == ("DC304", "bands are looked up by a number, this is a text")
    assert deal.wrong_value("fee[1]")[1] == "a money USD is not looked up by a key"
    assert deal.wrong_value("owed['a', 'b']")[0] == "DC305"


def test_a_word_outside_a_closed_set_is_refused_with_the_nearest(deal: Any) -> None:
    problem = deal.wrong_trigger("paid where kind = 'cahs'")
    assert problem == ("DC304", "'cahs' is none of cash, card", "'cahs'", "did you mean 'cash'?")
    assert deal.wrong_trigger("paid where kind in ('cash', 'bank')")[2] == "'bank'"


def test_an_error_points_at_the_column_inside_the_scalar(deal: Any) -> None:
    assert deal.wrong_value("1 + (ordered.quantity * 'a')")[2] == "'a'"
    assert deal.wrong_value("1 + oders")[1:] == (
        "nothing here is called 'oders'",
        "oders",
        "did you mean orders or ordered or zones?",
    )
    assert deal.wrong_value("1 + ordered.quantiy")[2:] == ("ordered.quantiy", "did you mean 'quantity'?")
    assert deal.wrong_value("1 + flor(2.5)")[2:] == ("flor", "did you mean 'floor'?")
    assert deal.wrong_condition("true and fee")[2] == "fee"
    assert deal.wrong_value("pay + 1")[3] == "'pay is in_force', 'outstanding(pay)'"
    assert deal.wrong_value("cash")[3] == "a text is written in single quotes: 'cash'"
