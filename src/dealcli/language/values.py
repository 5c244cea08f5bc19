"""What expressions compute with: missing, unknown, at-least; Kleene's three truth values; exact arithmetic.

*Missing* (``None``) is the absence of a value: arithmetic with it is missing and every comparison with it false.
*Unknown* exists but nobody has said it: it spreads through arithmetic and comparisons (strong Kleene logic).
*At least* is an unknown value with a known lower bound: a sum while some payments went unreported, an end known only to
lie after a day.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, NamedTuple

from dealcli.dates import Duration, civil_day
from dealcli.money import NUMBERS, Incalculable, Money, TooManyDigits, bounded

__all__ = [
    "MIRRORED", "UNKNOWN", "AtLeast", "CurrenciesMixed", "Duration", "Incalculable", "LengthsMixed", "Money", "Period",
    "TooManyDigits", "Truth", "Value", "add", "amount_number", "both", "comparable", "compare", "divide", "either",
    "is_unknown", "least", "minus", "multiply", "negate", "same_currency", "scale_duration", "truth_of",
]  # fmt: skip


class _Unknown:
    """The single unknown value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unknown"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false")


UNKNOWN: Final = _Unknown()
Truth = Any  # True, False or UNKNOWN
Value = Any


class AtLeast(NamedTuple):
    """An unknown value that is certainly not below ``bound``."""

    bound: Any


class Period(NamedTuple):
    """One stretch of a recurring clause, both days included; numbered from 1."""

    number: int
    start: date
    end: date


class CurrenciesMixed(Incalculable):
    """Two currencies met in one sum or comparison."""


class LengthsMixed(Incalculable):
    """Months were compared with days, or days with hours or with business days."""


def least(value: Value) -> Value:
    """A value as far as it is known from below: the bound where that is all, else the value itself."""
    return value.bound if type(value) is AtLeast else value


def is_unknown(value: Value) -> bool:
    """Whether nobody has said the value, a lower bound of it at most."""
    return value is UNKNOWN or type(value) is AtLeast


def negate(truth: Truth) -> Truth:
    """Kleene's ``not``."""
    return UNKNOWN if truth is UNKNOWN else not truth


def both(left: Truth, right: Truth) -> Truth:
    """Kleene's ``and``."""
    if left is False or right is False:
        return False
    return UNKNOWN if left is UNKNOWN or right is UNKNOWN else True


def either(left: Truth, right: Truth) -> Truth:
    """Kleene's ``or``."""
    if left is True or right is True:
        return True
    return UNKNOWN if left is UNKNOWN or right is UNKNOWN else False


def truth_of(value: Value) -> Truth:
    """A value read as a condition: a missing one is false."""
    return False if value is None else value


def compare(operator: str, left: Value, right: Value) -> Truth:
    """Two values of comparable types. Missing is false, unknown is unknown, at-least decides what it can."""
    if left is None or right is None:
        return False
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if type(left) is AtLeast:
        return _compare_bound(operator, left.bound, right)
    if type(right) is AtLeast:
        return _compare_bound(MIRRORED[operator], right.bound, left)
    left, right = comparable(left, right)
    if operator == "=":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    try:
        if operator == "<":
            return bool(left < right)
        if operator == "<=":
            return bool(left <= right)
        return bool(left > right) if operator == ">" else bool(left >= right)
    except TypeError:
        return False  # Values of unlike types, out of a table that mixes them: they have no order.


MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _compare_bound(operator: str, bound: Any, other: Any) -> Truth:
    if type(other) is AtLeast:
        return UNKNOWN
    bound, other = comparable(bound, other)
    if bound > other:
        return operator in (">", ">=", "!=")
    if bound == other and operator in (">=", "<"):
        return operator == ">="
    return UNKNOWN


def comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """The two values in a form that Python compares: days where either is a date, amounts where both are money.

    Raises ``CurrenciesMixed`` and ``LengthsMixed``.
    """
    if isinstance(left, date):
        if isinstance(left, datetime) and isinstance(right, datetime):
            return left, right
        return civil_day(left), civil_day(right)
    if type(left) is Money:
        if type(right) is Money:
            return (left.amount, right.amount) if same_currency(left, right) else (left, right)
        return left.amount, right
    if type(right) is Money:
        return left, right.amount
    if type(left) is Duration and type(right) is Duration:
        return _lengths(left, right)
    return left, right


def same_currency(left: Money, right: Money) -> bool:
    """True; a zero goes with every currency. Raises ``CurrenciesMixed`` where two amounts are of different ones."""
    if left.currency != right.currency and left.amount != 0 and right.amount != 0:
        raise CurrenciesMixed(" and ".join(sorted((left.currency, right.currency))) + " do not mix")
    return True


def _lengths(left: Duration, right: Duration) -> tuple[int, int]:
    """Both in one unit. Only a length of nothing is comparable with every other."""
    if (left.kind != right.kind and left.total and right.total) or "mixed" in (left.kind, right.kind):
        if left.steps != right.steps:
            raise LengthsMixed(
                f"{left} and {right} are not compared: months, days, business days and hours have no common measure"
            )
        return 0, 0
    return left.total, right.total


def add(left: Value, right: Value, sign: int = 1) -> Value:
    """Sum of two numbers or amounts (not of dates), missing of anything else. A zero takes the currency it meets.

    Raises ``CurrenciesMixed``, and ``TooManyDigits``.
    """
    if left is None or right is None:
        return None
    if is_unknown(left) or is_unknown(right):
        return _shift(left, right, sign)
    if type(left) is Money or type(right) is Money:
        return _add_money(left, right, sign)
    return bounded(left + sign * right) if type(left) in NUMBERS and type(right) in NUMBERS else None


def _add_money(left: Value, right: Value, sign: int) -> Value:
    if type(left) is Money and type(right) is Money:
        same_currency(left, right)
        currency = right.currency if left.amount == 0 and right.amount != 0 else left.currency
    else:
        currency = left.currency if type(left) is Money else right.currency
    total = add(amount_number(left), amount_number(right), sign)
    return None if total is None else Money(total, currency)


def _shift(left: Value, right: Value, sign: int) -> Value:
    if left is UNKNOWN or right is UNKNOWN or (type(right) is AtLeast and sign == -1):
        return UNKNOWN
    total = add(least(left), least(right), sign)
    return None if total is None else AtLeast(total)


def multiply(left: Value, right: Value) -> Value:
    """Product of two numbers, or of a number and an amount or a duration. Raises ``TooManyDigits``."""
    if left is None or right is None:
        return None
    if is_unknown(left) or is_unknown(right):
        return _scale(left, right)
    if type(left) is int and type(right) is Fraction and not left * right.numerator % right.denominator:
        return bounded(left * right.numerator // right.denominator)  # a share of an amount, mostly a whole number
    value, factor = (left, right) if type(right) in NUMBERS else (right, left)
    if type(factor) not in NUMBERS:
        return None
    if type(value) is Duration:
        return scale_duration(value, factor)
    if type(value) is Money:
        return Money(bounded(value.amount * factor), value.currency)
    return bounded(value * factor) if type(value) in NUMBERS else None


def _scale(left: Value, right: Value) -> Value:
    """A lower bound survives a factor that is known and not negative."""
    known, least = (right, left) if is_unknown(left) else (left, right)
    if is_unknown(known) or type(least) is not AtLeast or not isinstance(known, int | Fraction) or known < 0:
        return UNKNOWN
    return AtLeast(multiply(least.bound, known))


def scale_duration(duration: Duration, factor: Any) -> Duration | None:
    """``factor`` times a duration; missing where that would divide a day or a month."""
    steps = tuple((kind, bounded(count * factor)) for kind, count in duration.steps)
    if all(isinstance(count, int) for _, count in steps):
        return Duration(steps)  # type: ignore[arg-type]
    return None


def divide(left: Value, right: Value) -> Value:
    """An exact quotient; division by zero is missing. Raises ``CurrenciesMixed``, ``TooManyDigits``."""
    if left is None or right is None:
        return None
    if is_unknown(left) or is_unknown(right):
        if type(left) is AtLeast and isinstance(right, int | Fraction) and right > 0:
            return AtLeast(divide(left.bound, right))
        return UNKNOWN
    dividend, divisor = amount_number(left), amount_number(right)
    if type(dividend) not in NUMBERS or type(divisor) not in NUMBERS or divisor == 0:
        return None
    quotient = bounded(Fraction(dividend) / Fraction(divisor))
    if type(left) is Money and type(right) is Money:
        same_currency(left, right)
        return quotient
    return Money(quotient, left.currency) if type(left) is Money else quotient


def minus(value: Value) -> Value:
    """The opposite of a number, an amount or a duration."""
    if value is None:
        return None
    if is_unknown(value):
        return UNKNOWN
    if type(value) is Money:
        return Money(-value.amount, value.currency)
    if type(value) is Duration:
        return Duration(tuple((kind, -count) for kind, count in value.steps))
    return -value


def amount_number(value: Value) -> Value:
    """The number of an amount, whatever its currency."""
    return value.amount if type(value) is Money else value
