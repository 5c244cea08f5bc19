"""Exact values of the reference interpreter: numbers, money, durations, days, three-valued truth.

Covers LANGUAGE.md section 1 (exact numbers), section 3 (Types, Missing, Unknown) and the calendar
sentences of section 4.  Nothing here knows about clauses.
"""

from __future__ import annotations

import calendar as month_lengths
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any


class ReferenceRefused(Exception):
    """The oracle does not support this, or the documents are not valid."""


class Missing:
    """No value: an event that has not happened, an absent attribute, a look-up off the table."""

    def __repr__(self) -> str:
        return "MISSING"


class Unknown:
    """A value that exists and is not known."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise ReferenceRefused("an unknown was used as if it were known")


MISSING = Missing()
UNKNOWN = Unknown()


@dataclass(frozen=True)
class Money:
    amount: Fraction
    currency: str


@dataclass(frozen=True)
class EmptySum:
    """'a sum of nothing [is] a zero that takes the currency it meets'."""


@dataclass(frozen=True)
class AtLeast:
    """A count or sum over an event reported only in part: known from below."""

    value: Any


@dataclass(frozen=True)
class OpenDate:
    """EDTF `2026-11-24/..`: unknown, from its first day on."""

    first: date


@dataclass(frozen=True)
class Duration:
    """Parts in the order written; each a number and a unit."""

    parts: tuple[tuple[Fraction, str], ...]

    def times(self, factor: Fraction) -> Duration:
        return Duration(tuple((n * factor, unit) for n, unit in self.parts))


@dataclass(frozen=True)
class Calendar:
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    month_end: str = "last"

    def is_business(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays


@dataclass(frozen=True)
class Period:
    number: int
    start: date
    end: date


@dataclass(frozen=True)
class PeriodName:
    """`[2012-01]` or `[2019-Q1]` directly inside a look-up."""

    start: date
    end: date


@dataclass
class Table:
    """Exact keys (a mapping) or bands (rows with up_to | below and from | above)."""

    exact: dict[str, Any] = field(default_factory=dict)
    bands: list[dict[str, Any]] = field(default_factory=list)


# ---------------------------------------------------------------------------------- truth


def negate(a: Any) -> Any:
    return UNKNOWN if a is UNKNOWN else not a


def both(*values: Any) -> Any:
    """Strong Kleene and."""
    if any(v is False for v in values):
        return False
    return UNKNOWN if any(v is UNKNOWN for v in values) else True


def either(*values: Any) -> Any:
    """Strong Kleene or."""
    if any(v is True for v in values):
        return True
    return UNKNOWN if any(v is UNKNOWN for v in values) else False


# ---------------------------------------------------------------------------------- days

UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year", "business day")
CLOCK = {"second": 1, "minute": 60, "hour": 3600}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def day_of(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def is_moment(value: Any) -> bool:
    return isinstance(value, date)


def has_time(moment: Any) -> bool:
    return isinstance(moment, datetime)


def days_in_month(year: int, month: int) -> int:
    return month_lengths.monthrange(year, month)[1]


def add_months(day: date, months: int, rule: str) -> date:
    """'A month that lands on a missing day ends on that month's last day (`month_end`: to differ).'"""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    last = days_in_month(year, month)
    if day.day <= last:
        return date(year, month, day.day)
    if rule == "next_day":
        return date(year, month, last) + timedelta(days=1)
    if rule == "error":
        raise ReferenceRefused("a month landed on a missing day")
    return date(year, month, last)


def add_business_days(day: date, count: int, cal: Calendar) -> date:
    step = 1 if count >= 0 else -1
    while count != 0:
        day += timedelta(days=step)
        if cal.is_business(day):
            count -= step
    return day


def whole(number: Fraction) -> int:
    if number.denominator != 1:
        raise ReferenceRefused(f"{number} is not a whole number of days or months")
    return number.numerator


def add_duration(moment: date | datetime, duration: Duration, cal: Calendar, sign: int = 1) -> date | datetime:
    """Parts are applied in the order written; neighbouring month-like parts are rounded once.

    Days and longer from an instant give a day (a limit of days includes its last day).
    'hours counted from a date count from the end of that day': landing on the very end of a day
    is that day.
    """
    parts = [(n * sign, unit) for n, unit in duration.parts]
    clocked = any(unit in CLOCK for _, unit in parts)
    day, seconds = day_of(moment), None
    if clocked:
        at = moment.time() if isinstance(moment, datetime) else None
        seconds = 86400 if at is None else at.hour * 3600 + at.minute * 60 + at.second
    months = 0
    for n, unit in parts:
        if unit in MONTHS:
            months += whole(n * MONTHS[unit])
            continue
        if months:
            day, months = add_months(day, months, cal.month_end), 0
        if unit in CLOCK:
            assert seconds is not None
            seconds += whole(n * CLOCK[unit])
        elif unit == "business day":
            day = add_business_days(day, whole(n), cal)
        else:
            day += timedelta(days=whole(n * (7 if unit == "week" else 1)))
    if months:
        day = add_months(day, months, cal.month_end)
    if seconds is None:
        return day
    if not isinstance(moment, datetime) and seconds % 86400 == 0:
        return day + timedelta(days=seconds // 86400 - 1)
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def parse_instant(text: str) -> date | datetime:
    """A date, or a date and time; zones other than UTC are not supported by the oracle."""
    if "T" not in text:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is not None:
        offset = moment.utcoffset() or timedelta()
        moment = moment.replace(tzinfo=None) - offset
    return moment


def edtf(text: str, side: str = "last") -> date | datetime | OpenDate | None:
    """A scalar that as a whole is an EDTF date; 'by default the last possible day, of a source the first'."""
    text = text.strip()
    if text.endswith("/.."):
        first = edtf(text[:-3], "first")
        return OpenDate(day_of(first)) if is_moment(first) else None  # type: ignore[arg-type]
    if "/" in text:
        left, _, right = text.partition("/")
        return edtf(left if side == "first" else right, side)
    around, bare = text.endswith("~"), text.rstrip("~")
    sign = -1 if side == "first" else 1
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}(T[\d:]+(Z|[+-]\d\d:\d\d)?)?", bare):
        moment = parse_instant(bare)
        return moment + timedelta(days=sign) if around else moment
    if re.fullmatch(r"\d{4}-\d{2}", bare):
        start = date.fromisoformat(bare + "-01")
        start = add_months(start, sign, "last") if around else start
        return start if side == "first" else start.replace(day=days_in_month(start.year, start.month))
    return None


# ---------------------------------------------------------------------------------- comparison


def order_of(a: Any, b: Any) -> int | None:
    """-1, 0, 1; None where the two never compare equal or in order (a validity error elsewhere)."""
    if isinstance(a, EmptySum):
        a = Money(Fraction(0), b.currency) if isinstance(b, Money) else Fraction(0)
    if isinstance(b, EmptySum):
        b = Money(Fraction(0), a.currency) if isinstance(a, Money) else Fraction(0)
    if is_moment(a) and is_moment(b):
        if not (has_time(a) and has_time(b)):  # a date compared with an instant compares days
            a, b = day_of(a), day_of(b)
        return int(a > b) - int(a < b)
    if isinstance(a, Money) and isinstance(b, Money):
        if a.currency != b.currency:
            raise ReferenceRefused("two currencies never mix")
        return (a.amount > b.amount) - (a.amount < b.amount)
    if isinstance(a, Duration) and isinstance(b, Duration):
        x, y = length_of(a), length_of(b)
        return (x > y) - (x < y)
    if isinstance(a, bool) or isinstance(b, bool):
        return 0 if a is b else None
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    if isinstance(a, str) and isinstance(b, str):
        return (a > b) - (a < b)
    return 0 if a == b else None


def length_of(duration: Duration) -> Fraction:
    """'months and days never compare'."""
    kinds = {("m" if u in MONTHS else "b" if u == "business day" else "s") for _, u in duration.parts}
    if len(kinds) > 1:
        raise ReferenceRefused("a mixed duration has no single length")
    seconds = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "business day": 1}
    return sum((n * (MONTHS.get(u) or seconds[u]) for n, u in duration.parts), Fraction(0))


def compare(op: str, a: Any, b: Any) -> Any:
    """Unknown spreads; 'every comparison [with a missing value] is false (also !=)'."""
    if a is MISSING or b is MISSING:
        return False
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if isinstance(a, OpenDate) or isinstance(b, OpenDate):
        return compare_open(op, a, b)
    if isinstance(a, AtLeast) or isinstance(b, AtLeast):
        return compare_partial(op, a, b)
    order = order_of(a, b)
    if op in ("=", "!="):
        return (order == 0) == (op == "=")
    if order is None:
        raise ReferenceRefused(f"{a!r} and {b!r} have no order")
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]


def compare_open(op: str, a: Any, b: Any) -> Any:
    """Something not before its first day: settled only against what lies before that day."""
    if isinstance(b, OpenDate):
        flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
        return UNKNOWN if isinstance(a, OpenDate) else compare_open(flipped, b, a)
    if day_of(b) < a.first:
        return op in (">", ">=", "!=")
    return UNKNOWN


def compare_partial(op: str, a: Any, b: Any) -> Any:
    if isinstance(a, AtLeast) and not isinstance(b, AtLeast):
        if op in (">", ">=") and compare(op, a.value, b) is True:
            return True
        if op in ("<", "<=") and compare(op, a.value, b) is False:
            return False
        if op in ("=", "!=") and compare(">", a.value, b) is True:
            return op == "!="
    elif isinstance(b, AtLeast) and not isinstance(a, AtLeast):
        return compare_partial({"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op), b, a)
    return UNKNOWN


# ---------------------------------------------------------------------------------- arithmetic


def arithmetic(op: str, a: Any, b: Any, cal: Calendar) -> Any:
    if a is MISSING or b is MISSING:
        return MISSING
    if a is UNKNOWN or b is UNKNOWN or isinstance(a, OpenDate) or isinstance(b, OpenDate):
        return UNKNOWN
    if isinstance(a, AtLeast) or isinstance(b, AtLeast):
        return partial_sum(op, a, b, cal)
    if isinstance(a, EmptySum):
        a = Money(Fraction(0), b.currency) if isinstance(b, Money) and op in "+-" else Fraction(0)
    if isinstance(b, EmptySum):
        b = Money(Fraction(0), a.currency) if isinstance(a, Money) and op in "+-" else Fraction(0)
    if is_moment(a) and isinstance(b, Duration):
        return add_duration(a, b, cal, 1 if op == "+" else -1)
    if isinstance(a, Duration) and is_moment(b) and op == "+":
        return add_duration(b, a, cal)
    if isinstance(a, Duration) and isinstance(b, Duration) and op in "+-":
        return Duration(a.parts + (b if op == "+" else b.times(Fraction(-1))).parts)
    if op in ("*", "of") and isinstance(b, Duration) and isinstance(a, Fraction):
        return b.times(a)
    if op in ("*", "of") and isinstance(a, Duration) and isinstance(b, Fraction):
        return a.times(b)
    return money_or_number(op, a, b)


def partial_sum(op: str, a: Any, b: Any, cal: Calendar) -> Any:
    if op == "+":
        x = a.value if isinstance(a, AtLeast) else a
        y = b.value if isinstance(b, AtLeast) else b
        return AtLeast(arithmetic("+", x, y, cal))
    return UNKNOWN


def money_or_number(op: str, a: Any, b: Any) -> Any:
    if isinstance(a, Money) and isinstance(b, Money):
        if a.currency != b.currency:
            raise ReferenceRefused("two currencies never mix")
        if op == "/":
            return MISSING if b.amount == 0 else a.amount / b.amount
        return Money(number(op, a.amount, b.amount), a.currency)
    if isinstance(a, Money) and isinstance(b, Fraction) and op in ("*", "/", "of"):
        result = number(op, a.amount, b)
        return result if result is MISSING else Money(result, a.currency)
    if isinstance(a, Fraction) and isinstance(b, Money) and op in ("*", "of"):
        return Money(a * b.amount, b.currency)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return number(op, a, b)
    raise ReferenceRefused(f"no meaning for {a!r} {op} {b!r}")


def number(op: str, a: Fraction, b: Fraction) -> Any:
    if op == "+":
        return a + b
    if op == "-":
        return a - b
    if op in ("*", "of"):
        return a * b
    if op == "/":
        return MISSING if b == 0 else a / b  # division by zero is missing
    if op == "^":
        if b.denominator != 1:
            raise ReferenceRefused("fractional powers are left out of the oracle")
        return MISSING if a == 0 and b < 0 else a**b.numerator
    raise ReferenceRefused(op)


def round_to(value: Any, step: Fraction, how: str = "half_up") -> Any:
    if value is MISSING or value is UNKNOWN:
        return value
    if isinstance(value, Money):
        return Money(round_to(value.amount, step, how), value.currency)
    if isinstance(value, EmptySum):
        return value
    units = value / step
    low = units.numerator // units.denominator
    rest = units - low
    if how == "floor":
        return low * step
    if how == "ceil":
        return (low + (1 if rest else 0)) * step
    half = Fraction(1, 2)
    if how == "half_even":
        return (low + (1 if rest > half or (rest == half and low % 2) else 0)) * step
    negative_half = value < 0 and rest == half  # half up is away from zero for a negative amount
    return (low + (1 if rest >= half and not negative_half else 0)) * step


def plain(value: Any) -> Any:
    """A value as text, for comparing traces."""
    if value is MISSING or value is None:
        return None
    if value is UNKNOWN or isinstance(value, (OpenDate, AtLeast)):
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, EmptySum):
        return "0"
    if isinstance(value, Money):
        return f"{value.currency} {plain(value.amount)}"
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        power = 1
        while power <= 28 and (value * 10**power).denominator != 1:
            power += 1
        if power > 28:
            return f"{value.numerator}/{value.denominator}"
        digits = str(abs((value * 10**power).numerator)).rjust(power + 1, "0")
        return ("-" if value < 0 else "") + digits[:-power] + "." + digits[-power:]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Duration):
        return " + ".join(f"{plain(n)} {u}" for n, u in value.parts)
    return value
