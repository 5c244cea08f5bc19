"""Exact numbers, and amounts of money with their currency.

A number is an ``int`` or a ``Fraction``: a decimal is exactly what was written and a division stays an exact rational
until it is rounded or shown. Binary floating point appears nowhere.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

Number = int | Fraction

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SHOWN_DIGITS = 28
"""Significant digits of a number that has no finite decimal form, when it is shown."""


class Money(NamedTuple):
    """An amount in one currency (an upper-case code of three letters). Two currencies never mix."""

    amount: Number
    currency: str

    def __str__(self) -> str:
        return f"{self.currency} {show_number(self.amount)}"


def exact(number: Number) -> Number:
    """The same number, as an ``int`` where it is whole."""
    if isinstance(number, Fraction) and number.denominator == 1:
        return number.numerator
    return number


def parse_number(text: str) -> Number:
    """``1_000``, ``12.50``, ``-3`` as an exact number. Raises ``ValueError`` on anything else, exponents included."""
    plain = text.replace("_", "")
    whole, point, decimals = plain.partition(".")
    digits = whole.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (point and not (decimals.isascii() and decimals.isdigit())):
        raise ValueError(f"not a number: {text}")
    if not point:
        return int(whole)
    scale = 10 ** len(decimals)
    return exact(Fraction(int(whole + decimals), scale))


def show_number(number: Number) -> str:
    """The finite decimal form in full, else the nearest decimal of 28 significant digits; never an exponent."""
    if isinstance(number, int):
        return str(number)
    digits, places = number.denominator, 0
    twos = fives = 0
    while digits % 2 == 0:
        digits, twos = digits // 2, twos + 1
    while digits % 5 == 0:
        digits, fives = digits // 5, fives + 1
    if digits == 1:
        places = max(twos, fives)
        scaled = abs(number.numerator) * 10**places // number.denominator
        text = str(scaled).rjust(places + 1, "0")
        sign = "-" if number < 0 else ""
        return f"{sign}{text[:-places]}.{text[-places:]}" if places else sign + text
    context = Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_UP)
    return f"{context.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"


def round_to(number: Number, step: Number, how: str = "half_up") -> Number:
    """The multiple of ``step`` nearest to ``number``; ties away from zero, or to the even multiple (``half_even``)."""
    if step == 0:
        return number
    units = Fraction(number) / Fraction(step)
    rounding = ROUND_HALF_EVEN if how == "half_even" else ROUND_HALF_UP
    floor = units.numerator // units.denominator
    rest = units - floor
    if rest == Fraction(1, 2):
        up = floor % 2 == 1 if rounding == ROUND_HALF_EVEN else units > 0
    else:
        up = rest > Fraction(1, 2)
    return exact(Fraction(floor + up) * Fraction(step))


def floor_to(number: Number) -> int:
    """The greatest whole number that is not above ``number``."""
    return number if isinstance(number, int) else number.numerator // number.denominator


def power(base: Number, exponent: Number) -> Number | None:
    """``base ^ exponent``; a fractional power is rounded to 28 digits; ``None`` where there is no such real number."""
    if isinstance(exponent, int):
        if abs(exponent) > 1000 or (base == 0 and exponent < 0):
            return None
        return exact(Fraction(base) ** exponent)
    if base < 0:
        return None
    context = Context(prec=SHOWN_DIGITS + 10)
    shown = Context(prec=SHOWN_DIGITS)
    root = context.power(_decimal(context, base), _decimal(context, exponent))
    return exact(Fraction(shown.plus(root)))


def _decimal(context: Context, number: Number) -> Decimal:
    if isinstance(number, int):
        return Decimal(number)
    return context.divide(Decimal(number.numerator), Decimal(number.denominator))
