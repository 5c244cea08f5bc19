"""Exact numbers and amounts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealcli.money import (
    Money,
    TooManyDigits,
    bounded,
    exact,
    floor_to,
    parse_number,
    power,
    round_to,
    show_number,
)  # fmt: skip

NUMBERS = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**6)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)


@given(DECIMALS)
def test_a_decimal_is_exactly_what_is_written(written: Decimal) -> None:
    assert parse_number(f"{written:f}") == Fraction(written)


@given(DECIMALS)
def test_a_finite_decimal_is_shown_in_full_and_read_back_the_same(written: Decimal) -> None:
    number = exact(Fraction(written))
    assert parse_number(show_number(number)) == number


@given(NUMBERS)
def test_any_number_is_shown_without_an_exponent_and_close_to_what_it_is(number: Fraction) -> None:
    shown = show_number(exact(number))
    assert set(shown) <= set("-.0123456789")
    assert abs(Fraction(shown) - number) <= abs(number) / 10**27


@pytest.mark.parametrize(
    "text", ["", "-", "1e5", "1.", ".5", "1_", "_1", "1__0", "1,000", " 1", "--1", "\u0663", "1.-5", "NaN"]
)
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


def test_a_number_without_a_finite_form_is_shown_with_28_digits() -> None:
    assert show_number(Fraction(1, 3)) == "0.3333333333333333333333333333"
    assert show_number(Fraction(2, 3)) == "0.6666666666666666666666666667"
    assert show_number(Fraction(-1, 8)) == "-0.125"


def test_a_very_long_number_is_still_shown() -> None:
    assert show_number(10**5000) == "1" + "0" * 5000
    assert len(show_number(Fraction(10001, 10000) ** 3650)) == 29


@given(NUMBERS, st.sampled_from([1, 10, Fraction(1, 100), Fraction(1, 4)]), st.sampled_from(["half_up", "half_even"]))
def test_rounding_gives_the_nearest_multiple(number: Fraction, step: Fraction, how: str) -> None:
    rounded = round_to(number, step, how)
    assert (Fraction(rounded) / step).denominator == 1
    assert abs(rounded - number) <= Fraction(step) / 2


@pytest.mark.parametrize(("number", "up", "even"), [("2.5", 3, 2), ("3.5", 4, 4), ("-2.5", -3, -2), ("-3.5", -4, -4)])
def test_a_tie_goes_away_from_zero_or_to_the_even_multiple(number: str, up: int, even: int) -> None:
    assert round_to(parse_number(number), 1) == up
    assert round_to(parse_number(number), 1, "half_even") == even


@given(NUMBERS)
def test_the_floor_is_the_greatest_whole_number_not_above(number: Fraction) -> None:
    assert floor_to(number) <= number < floor_to(number) + 1


@given(st.fractions(max_denominator=50, min_value=-50, max_value=50), st.integers(-20, 20))
def test_a_whole_power_is_exact(base: Fraction, exponent: int) -> None:
    expected = None if base == 0 and exponent < 0 else Fraction(base) ** exponent
    assert power(exact(base), exponent) == expected


def test_a_fractional_power_is_rounded_to_28_digits() -> None:
    assert show_number(power(2, Fraction(1, 2)) or 0) == "1.414213562373095048801688724"
    assert power(4, Fraction(1, 2)) == 2
    assert power(-1, Fraction(1, 2)) is None
    assert power(0, Fraction(-1, 2)) is None


@pytest.mark.parametrize(
    ("base", "exponent"),
    [(10**60, 10**4), (2, 10**9), (2, -(10**9)), (10, Fraction(10**7, 3)), (10, Fraction(-(10**7), 3))],
)
def test_a_power_of_more_digits_than_anyone_can_write_is_refused(base: int, exponent: int) -> None:
    with pytest.raises(TooManyDigits):
        power(base, exponent)


def test_powers_of_one_have_no_limit() -> None:
    assert [power(1, 10**9), power(-1, 10**9 + 1)] == [1, -1]


def test_no_number_grows_without_bound() -> None:
    bounded(10**70_000)
    with pytest.raises(TooManyDigits):
        bounded(10**80_000)
    with pytest.raises(TooManyDigits):
        bounded(Fraction(1, 3**60_000 * 2**200_000))


def test_daily_interest_over_thirty_years_stays_exact() -> None:
    assert isinstance(power(1 + Fraction(435, 10000) / 365, 30 * 365), Fraction)


def test_an_amount_is_shown_with_its_currency() -> None:
    assert str(Money(Fraction(27, 2), "USD")) == "USD 13.5"
