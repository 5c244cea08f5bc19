"""Exact numbers, and amounts of money with their currency.

A number is an ``int`` or a ``Fraction``: a decimal is exactly what was written and a division stays an exact rational
until it is rounded or shown. Binary floating point appears nowhere.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, Overflow
from fractions import Fraction
from typing import NamedTuple

Number = int | Fraction
NUMBERS = (int, Fraction)

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SHOWN_DIGITS = 28
"""Significant digits of a number that has no finite decimal form, when it is shown."""


MOST_BITS = 2**18
"""No exact number grows beyond this many binary digits (some 79,000 decimal ones: thirty years of daily interest)."""
MOST_PLACES = 1_000
"""Decimal places up to which a finite decimal form is shown in full."""


class Incalculable(Exception):
    """A value that cannot be had, met while the timeline ran; no check of the texts could foresee it."""


class TooManyDigits(Incalculable):
    """A number grew beyond ``MOST_BITS``, by powers of powers or by squaring a balance again and again."""


class Money(NamedTuple):
    """An amount in one currency (an upper-case code of three letters). Two currencies never mix."""

    amount: Number
    currency: str

    def __str__(self) -> str:
        return f"{self.currency} {show_number(self.amount)}"


def exact(number: Number) -> Number:
    """The same number, as an ``int`` where it is whole."""
    return number.numerator if type(number) is Fraction and number.denominator == 1 else number


def bounded(number: Number) -> Number:
    """``exact``, refusing to go on with a number nobody can write down. Raises ``TooManyDigits``."""
    if type(number) is int and number.bit_length() < MOST_BITS:
        return number
    size = number.numerator.bit_length() + number.denominator.bit_length()
    if size > MOST_BITS:
        raise _too_long()
    return exact(number)


_NUMBER = re.compile(r"-?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?")


def parse_number(text: str) -> Number:
    """``1_000``, ``12.50``, ``-3`` as an exact number. Raises ``ValueError`` on anything else, exponents included."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {text}")
    whole, point, decimals = text.replace("_", "").partition(".")
    if not point:
        return int(whole)
    scale = 10 ** len(decimals)
    return exact(Fraction(int(whole + decimals), scale))


def show_number(number: Number) -> str:
    """The finite decimal form in full, else the nearest decimal of 28 significant digits; never an exponent."""
    if isinstance(number, int):
        return f"{Decimal(number):f}"
    places = _places(number.denominator)
    if places is not None:
        scaled = f"{Decimal(abs(number.numerator) * 10**places // number.denominator):f}".rjust(places + 1, "0")
        return f"{'-' if number < 0 else ''}{scaled[:-places]}.{scaled[-places:]}"
    context = Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_UP)
    return f"{context.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"


def _places(denominator: int) -> int | None:
    """Decimal places that a fraction takes; None where it has no finite form, or a longer one than shown."""
    if denominator.bit_length() > 4 * MOST_PLACES:
        return None
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    places = max(twos, fives)
    return places if denominator == 1 and places <= MOST_PLACES else None


def round_to(number: Number, step: Number, how: str = "half_up") -> Number:
    """The multiple of ``step`` nearest to ``number``; ties away from zero, or to the even multiple (``half_even``)."""
    if step == 0:
        return number
    step = step if step > 0 else -step
    units = Fraction(number) / Fraction(step)
    floor = floor_to(units)
    rest = units - floor
    half = Fraction(1, 2)
    tie_goes_up = floor % 2 == 1 if how == "half_even" else units > 0
    up = rest > half or (rest == half and tie_goes_up)
    return exact(Fraction(floor + up) * Fraction(step))


def floor_to(number: Number) -> int:
    """The greatest whole number that is not above ``number``."""
    return number if isinstance(number, int) else number.numerator // number.denominator


def power(base: Number, exponent: Number) -> Number | None:
    """``base ^ exponent``; a fractional power is rounded to 28 digits; ``None`` where there is no such real number.

    Raises ``TooManyDigits``.
    """
    if isinstance(exponent, int):
        if base == 0 and exponent < 0:
            return None
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if abs(base) != 1 and size * abs(exponent) > MOST_BITS:
            raise _too_long()
        return exact(Fraction(Fraction(base) ** exponent))
    if base < 0 or (base == 0 and exponent < 0):
        return None
    context = Context(prec=SHOWN_DIGITS + 10)
    try:
        root = context.power(_decimal(context, base), _decimal(context, exponent))
    except Overflow:
        raise _too_long() from None
    if abs(root.adjusted()) > MOST_BITS * 3 // 10:
        raise _too_long()
    return exact(Fraction(Context(prec=SHOWN_DIGITS).plus(root)))


def _too_long() -> TooManyDigits:
    return TooManyDigits(f"a number of more than {MOST_BITS * 3 // 10:,} digits")


def _decimal(context: Context, number: Number) -> Decimal:
    if isinstance(number, int):
        return Decimal(number)
    return context.divide(Decimal(number.numerator), Decimal(number.denominator))
