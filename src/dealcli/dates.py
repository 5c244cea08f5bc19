"""Calendar arithmetic: durations, business days, month ends, approximate dates. No clock and no installed calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from dealcli.slotted import dataclass

MonthEnd = Literal["last_day", "next_day", "error"]
Instant = date | datetime
Step = tuple[str, int]

UNITS: dict[str, Step] = {
    "second": ("second", 1), "minute": ("second", 60), "hour": ("second", 3600), "day": ("day", 1), "week": ("day", 7),
    "month": ("month", 1), "quarter": ("month", 3), "year": ("month", 12), "business day": ("business", 1),
}  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_DAY, LAST_DAY = date.min, date.max


class NoSuchDay(ValueError):
    """A month that lands on a missing day under ``month_end: error``, or a day beyond the calendar."""


class Duration(NamedTuple):
    """A length of time as steps in the order written: ``1 month + 10 days`` is first the month, then the days."""

    steps: tuple[Step, ...]

    @property
    def kind(self) -> str:
        """``month``, ``day``, ``business`` or ``second`` where all steps are of that kind, else ``mixed``."""
        kinds = {kind for kind, _ in self.steps}
        return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "day"

    @property
    def total(self) -> int:
        """The length in units of ``kind``; meaningless for a mixed duration."""
        return sum(count for _, count in self.steps)

    @property
    def in_hours(self) -> bool:
        return any(kind == "second" for kind, _ in self.steps)

    def __str__(self) -> str:
        return " + ".join(show_step(*step) for step in self.steps) or "0 days"


def show_step(kind: str, count: int) -> str:
    """A step in the largest unit that keeps it whole: 24 months are 2 years, 90 seconds stay seconds."""
    sizes = {"month": (("year", 12), ("month", 1)), "day": (("day", 1),), "business": (("business day", 1),),
             "second": (("hour", 3600), ("minute", 60), ("second", 1))}[kind]  # fmt: skip
    unit, size = next((unit, size) for unit, size in sizes if count % size == 0)
    number = count // size
    return f"{number} {unit}" if abs(number) == 1 else f"{number} {unit}s"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are working days, and what a month does that lands on a missing day. Data of the agreement."""

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    month_end: MonthEnd = "last_day"

    def is_working(self, day: date) -> bool:
        """Whether a day is neither of the weekend nor a holiday."""
        return day.weekday() not in self.weekend and day not in self.holidays


PLAIN_CALENDAR = Calendar()


def civil_day(moment: Instant) -> date:
    """The civil date of a moment (an instant is read in the zone it carries)."""
    return moment.date() if isinstance(moment, datetime) else moment


def add_days(day: date, count: int) -> date:
    """``count`` days on. Raises ``NoSuchDay`` beyond the calendar."""
    try:
        return day + timedelta(days=count)
    except OverflowError as error:
        raise NoSuchDay("a day beyond the year 9999 or before the year 1") from error


def add_months(day: date, count: int, month_end: MonthEnd = "last_day") -> date:
    """``count`` months on; 31 January and one month is the last day of February unless ``month_end`` says otherwise."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise NoSuchDay("a day beyond the year 9999 or before the year 1")
    from calendar import monthrange  # which loads the languages of the system

    last = monthrange(year, month + 1)[1]
    if day.day <= last:
        return date(year, month + 1, day.day)
    if month_end == "error":
        raise NoSuchDay(f"there is no day {day.day} in {year}-{month + 1:02d}, and the agreement says month_end: error")
    end = date(year, month + 1, last)
    return add_days(end, 1) if month_end == "next_day" else end


def add_business_days(day: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after ``day`` (before it where negative); 0 is the day itself."""
    step, left = (1, count) if count > 0 else (-1, -count)
    in_a_week = 7 - len(calendar.weekend)
    if not in_a_week and left:
        raise NoSuchDay("no such working day")
    while left:
        weeks = (left - 1) // in_a_week
        if weeks:
            landed = add_days(day, step * 7 * weeks)
            left -= abs(business_days(day, landed, calendar) if step > 0 else _working_before(day, landed, calendar))
            day = landed
            continue
        day = add_days(day, step)
        left -= calendar.is_working(day)
    return day


def _working_before(day: date, landed: date, calendar: Calendar) -> int:
    """Working days in [landed, day): the ones that are passed when counting back."""
    return business_days(landed, day, calendar) + calendar.is_working(landed) - calendar.is_working(day)


def add(moment: Instant, duration: Duration, calendar: Calendar = PLAIN_CALENDAR, sign: int = 1) -> Instant:
    """``moment`` moved by ``duration``.

    Steps of days and longer move an instant's civil date and keep its time. Hours counted from a date count from the
    end of that day, and give an instant (UTC unless the moment carries a zone).
    """
    for kind, count in duration.steps:
        moment = _step(moment, kind, sign * count, calendar)
    return moment


def _step(moment: Instant, kind: str, count: int, calendar: Calendar) -> Instant:
    if kind == "second":
        start = moment if isinstance(moment, datetime) else end_of_day(moment)
        try:
            return start + timedelta(seconds=count)
        except OverflowError as error:
            raise NoSuchDay("a day beyond the year 9999 or before the year 1") from error
    day = civil_day(moment)
    if kind == "day":
        moved = add_days(day, count)
    elif kind == "business":
        moved = add_business_days(day, count, calendar)
    else:
        moved = add_months(day, count, calendar.month_end)
    return datetime.combine(moved, moment.timetz()) if isinstance(moment, datetime) else moved


def end_of_day(day: date, zone: tzinfo = UTC) -> datetime:
    """The instant at which ``day`` is over: the beginning of the next."""
    return datetime.combine(add_days(day, 1), datetime.min.time(), zone)


def start_of_day(day: date, zone: tzinfo = UTC) -> datetime:
    """The instant at which ``day`` begins."""
    return datetime.combine(day, datetime.min.time(), zone)


def whole_days(start: Instant, end: Instant) -> int:
    """Whole days in (start, end]: elapsed days between two instants, civil days where either is a date."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return _whole(end - start, 86_400)
    return (civil_day(end) - civil_day(start)).days


def whole_hours(start: Instant, end: Instant, zone: tzinfo = UTC) -> int:
    """Whole hours in (start, end]; a date is its beginning in ``zone``."""
    first, last = (m if isinstance(m, datetime) else start_of_day(m, zone) for m in (start, end))
    return _whole(last - first, 3600)


def _whole(elapsed: timedelta, seconds: int) -> int:
    total = elapsed.days * 86_400 + elapsed.seconds
    return total // seconds if total >= 0 else -(-total // seconds)


def whole_months(start: Instant, end: Instant) -> int:
    """Whole calendar months in (start, end], month ends counted as the last day of the month."""
    first, last = civil_day(start), civil_day(end)
    if last < first:
        return -whole_months(end, start)
    count = (last.year - first.year) * 12 + last.month - first.month
    return count if add_months(first, count) <= last else count - 1


def business_days(start: Instant, end: Instant, calendar: Calendar) -> int:
    """Working days in (start, end]."""
    first, last = civil_day(start), civil_day(end)
    if last < first:
        return -business_days(end, start, calendar)
    weeks, rest = divmod((last - first).days, 7)
    days = weeks * (7 - len(calendar.weekend))
    days += sum((first.weekday() + n) % 7 not in calendar.weekend for n in range(1, rest + 1))
    return days - sum(first < day <= last and day.weekday() not in calendar.weekend for day in calendar.holidays)


PERIODS = {"week", "month", "quarter", "year"}


def start_of(unit: str, moment: Instant) -> date:
    """The first day of the week (Monday), month, quarter or year that ``moment`` falls in."""
    day = civil_day(moment)
    if unit == "week":
        return add_days(day, -day.weekday())
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}[unit]
    return date(day.year, month, 1)


def end_of(unit: str, moment: Instant) -> date:
    """The last day of the week, month, quarter or year that ``moment`` falls in."""
    first = start_of(unit, moment)
    if unit == "week":
        return first + min(timedelta(days=6), LAST_DAY - first)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    last_month = first.month + months > 12
    return date(first.year, 12, 31) if last_month else add_days(add_months(first, months), -1)


# --- approximate dates (a part of EDTF, ISO 8601-2) ------------------------------------------------------------------

_EDTF_PART = r"(\d{4})(?:-(\d{2})|-Q([1-4]))?(?:-(\d{2}))?(~)?"
_EDTF = re.compile(rf"{_EDTF_PART}(?:/(?:(\.\.)|{_EDTF_PART}))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class ApproximateDate(NamedTuple):
    """A day known to lie from ``first`` to ``last``; ``last`` is None for an open interval, whose end nobody gives."""

    first: date
    last: date | None
    text: str

    @property
    def certain(self) -> bool:
        return self.first == self.last

    @property
    def chosen(self) -> date:
        """The day taken by default: the last possible one (the first of an open interval)."""
        return self.last or self.first


def parse_date(text: str) -> date | None:
    """A civil date ``2030-12-31``; None if it is not written like one. Raises ``ValueError`` for 31 February."""
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


def parse_approximate(text: str) -> ApproximateDate | None:
    """A date, month, quarter, year, interval or ``~`` of these; None where the text is not of that form.

    Raises ``ValueError`` where it is of that form and names no day (month 13, an interval that runs backwards).
    """
    match = _EDTF.fullmatch(text)
    if not match or (match[4] and not match[2]) or (match[10] and not match[8]):
        return None
    first, last = _span(*match.group(1, 2, 3, 4, 5))
    if match[6]:
        return ApproximateDate(first, None, text)
    if match[7]:
        other, last = _span(*match.group(7, 8, 9, 10, 11))
        if other < first:
            raise ValueError(f"the interval {text} runs backwards")
    return ApproximateDate(first, last, text)


def _span(year: str, month: str | None, quarter: str | None, day: str | None, about: str | None) -> tuple[date, date]:
    if day and month:
        first = last = date(int(year), int(month), int(day))
        unit: Step = ("day", 1)
    elif month or quarter:
        number = int(month) if month else 3 * int(quarter or 1) - 2
        first = date(int(year), number, 1)
        last = end_of("month" if month else "quarter", first)
        unit = ("month", 1 if month else 3)
    else:
        first, last, unit = date(int(year), 1, 1), date(int(year), 12, 31), ("month", 12)
    if not about:
        return first, last
    if unit[0] == "day":
        return add_days(first, -1), add_days(last, 1)
    return add_months(first, -unit[1]), add_days(add_months(add_days(last, 1), unit[1]), -1)


# --- dates as people write them -------------------------------------------------------------------------------------

_MONTHS = "january february march april may june july august september october november december".split()
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"([A-Za-z]{3,9})\.?"
_DAY_MONTH_YEAR = re.compile(rf"{_NTH}\.?\s+{_MONTH},?\s+(\d{{4}})", re.ASCII)
_MONTH_DAY_YEAR = re.compile(rf"{_MONTH}\s+{_NTH},?\s+(\d{{4}})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})", re.ASCII)
DAY_LIKE = re.compile(f"{_DAY_MONTH_YEAR.pattern}|{_MONTH_DAY_YEAR.pattern}|" + r"\d{1,4}([-/.])\d{1,2}\7\d{1,4}", re.ASCII)
"""What may be a date in a text, in any way of writing it."""


def day_meant(text: str) -> date | None:
    """The day of ``1 January 2025``, ``Jan. 1, 2025``, ``2025/1/1`` or ``31.12.2025``; None where it is none, or could be two."""
    try:
        if found := _DAY_MONTH_YEAR.fullmatch(text):
            return date(int(found[3]), _month(found[2]), int(found[1]))
        if found := _MONTH_DAY_YEAR.fullmatch(text):
            return date(int(found[3]), _month(found[1]), int(found[2]))
        if found := _NUMBERS.fullmatch(text):
            return _of_numbers(found[1], found[3], found[4], dotted=found[2] == ".")
    except ValueError:
        pass
    return None


def _month(name: str) -> int:
    """The number of a month by its name or the beginning of it. Raises ``ValueError``."""
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())), 0)


def _of_numbers(first: str, middle: str, last: str, *, dotted: bool) -> date | None:
    """A day of three numbers. Points stand between day, month and year; of strokes, only a number over 12 tells day from month."""
    if len(first) == 4:
        return date(int(first), int(middle), int(last))
    if len(last) != 4:
        return None
    one, two = int(first), int(middle)
    if dotted or one > 12 or one == two:
        return date(int(last), two, one)
    return date(int(last), one, two) if two > 12 else None
