"""Calendar arithmetic: months, working days, periods, approximate dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealcli.dates import (
    Calendar,
    Duration,
    NoSuchDay,
    add,
    add_business_days,
    add_months,
    business_days,
    day_meant,
    end_of,
    parse_approximate,
    parse_date,
    start_of,
    whole_days,
    whole_hours,
    whole_months,
)  # fmt: skip

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
WEEKENDS = st.frozensets(st.integers(0, 6), max_size=6)


@pytest.mark.parametrize(("rule", "day"), [("last_day", date(2025, 2, 28)), ("next_day", date(2025, 3, 1))])
def test_a_month_that_lands_on_a_missing_day_does_what_month_end_says(rule: str, day: date) -> None:
    assert add_months(date(2025, 1, 31), 1, rule) == day  # type: ignore[arg-type]


def test_month_end_error_refuses_a_missing_day() -> None:
    with pytest.raises(NoSuchDay, match="there is no day 31 in 2025-02"):
        add_months(date(2025, 1, 31), 1, "error")
    assert add_months(date(2025, 1, 28), 1, "error") == date(2025, 2, 28)


@given(DAYS, st.integers(-1200, 1200))
def test_a_month_on_is_the_same_day_or_the_last_of_the_month(day: date, count: int) -> None:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    assert add_months(day, count) == date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@given(DAYS, DAYS)
def test_whole_months_are_the_most_that_fit(first: date, last: date) -> None:
    count = whole_months(first, last)
    if first <= last:
        assert add_months(first, count) <= last < add_months(first, count + 1)
    else:
        assert count == -whole_months(last, first)


@given(DAYS, st.integers(-300, 300), WEEKENDS, st.frozensets(DAYS, max_size=5))
def test_business_days_are_counted_one_by_one(
    day: date, count: int, weekend: frozenset[int], holidays: frozenset[date]
) -> None:
    calendar = Calendar(weekend, holidays | {day + timedelta(days=3), day - timedelta(days=4)})
    step, left, walked = (1 if count > 0 else -1), abs(count), day
    while left:
        walked += timedelta(days=step)
        left -= calendar.is_working(walked)
    assert add_business_days(day, count, calendar) == walked


@given(DAYS, st.integers(0, 800), WEEKENDS)
def test_business_days_between_leave_out_the_first_day_and_take_the_last(
    day: date, span: int, weekend: frozenset[int]
) -> None:
    calendar = Calendar(weekend, frozenset({day, day + timedelta(days=2), day + timedelta(days=span)}))
    days = [day + timedelta(days=n) for n in range(1, span + 1)]
    assert business_days(day, days[-1] if days else day, calendar) == sum(map(calendar.is_working, days))


def test_there_is_no_working_day_in_a_week_of_weekends() -> None:
    with pytest.raises(NoSuchDay):
        add_business_days(date(2025, 1, 1), 1, Calendar(frozenset(range(7))))


@pytest.mark.parametrize(
    "length", [("day", 4_000_000), ("month", 100_000), ("business", 4_000_000), ("second", 10**12)]
)
def test_there_is_no_day_beyond_the_year_9999(length: tuple[str, int]) -> None:
    with pytest.raises(NoSuchDay):
        add(date(2025, 1, 1), Duration((length,)))


def test_steps_are_applied_in_the_order_written() -> None:
    month, ten = ("month", 1), ("day", 10)
    assert add(date(2025, 1, 31), Duration((month, ten))) == date(2025, 3, 10)
    assert add(date(2025, 1, 31), Duration((ten, month))) == date(2025, 3, 10)
    assert add(date(2025, 1, 25), Duration((ten, month))) == date(2025, 3, 4)
    assert add(date(2025, 1, 25), Duration((month, ten))) == date(2025, 3, 7)


def test_hours_counted_from_a_date_count_from_the_end_of_that_day() -> None:
    assert add(date(2025, 1, 1), Duration((("second", 7200),))) == datetime(2025, 1, 2, 2, tzinfo=UTC)


def test_days_and_months_keep_the_time_of_an_instant() -> None:
    moment = datetime(2025, 1, 31, 17, tzinfo=UTC)
    assert add(moment, Duration((("month", 1), ("day", 1)))) == datetime(2025, 3, 1, 17, tzinfo=UTC)


def test_whole_units_are_elapsed_between_instants_and_civil_beside_a_date() -> None:
    late, early = datetime(2025, 1, 1, 23, tzinfo=UTC), datetime(2025, 1, 2, 1, tzinfo=UTC)
    assert whole_days(late, early) == 0
    assert whole_days(date(2025, 1, 1), early) == 1
    assert whole_hours(late, early) == 2
    assert whole_hours(early, late) == -2
    assert whole_hours(date(2025, 1, 1), late) == 23


@given(st.dates(), st.sampled_from(["week", "month", "quarter", "year"]))
def test_a_day_lies_in_its_period_which_is_as_long_as_it_should_be(day: date, unit: str) -> None:
    first, last = start_of(unit, day), end_of(unit, day)
    assert first <= day <= last
    assert start_of(unit, last) == first
    if last < date.max:
        assert start_of(unit, last + timedelta(days=1)) == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-03", "2021-03-01", "2021-03-31"),
        ("2021-Q3", "2021-07-01", "2021-09-30"),
        ("2024-07-09/2024-07-10", "2024-07-09", "2024-07-10"),
        ("2024-07/2024-08", "2024-07-01", "2024-08-31"),
        ("2021-03~", "2021-02-01", "2021-04-30"),
        ("2021~", "2020-01-01", "2022-12-31"),
        ("2021-03-05~", "2021-03-04", "2021-03-06"),
        ("2021-Q1~", "2020-10-01", "2021-06-30"),
        ("2026-11-24/..", "2026-11-24", "None"),
    ],
)
def test_an_approximate_date_is_a_stretch_widened_by_one_unit_where_it_says_so(
    text: str, first: str, last: str
) -> None:
    moment = parse_approximate(text)
    assert moment is not None
    assert (str(moment.first), str(moment.last)) == (first, last)
    assert moment.chosen == (moment.last or moment.first)


@pytest.mark.parametrize(
    "text", ["", "soon", "2021-Q5", "21-03", "2021-Q1-05", "2021-01/2021-Q1-05", "../2021", "2021-03-05 "]
)
def test_anything_else_is_no_approximate_date(text: str) -> None:
    assert parse_approximate(text) is None


@pytest.mark.parametrize("text", ["2021-13", "2021-02-31", "2024-07-10/2024-07-09", "0000", "0001-01-01~"])
def test_an_approximate_date_that_names_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_approximate(text)


def test_only_a_full_date_is_a_date() -> None:
    assert parse_date("2025-02-28") == date(2025, 2, 28)
    assert [parse_date(text) for text in ("2025-2-28", "20250228", "2025-02", "2025-W01-1")] == [None] * 4
    with pytest.raises(ValueError, match="day"):
        parse_date("2025-02-31")


@pytest.mark.parametrize(
    ("step", "shown"),
    [("month/24", "2 years"), ("month/13", "13 months"), ("second/90", "90 seconds"), ("second/7200", "2 hours"),
     ("day/1", "1 day"), ("business/2", "2 business days")],
)  # fmt: skip
def test_a_duration_is_shown_in_the_largest_unit_that_keeps_it_whole(step: str, shown: str) -> None:
    kind, count = step.split("/")
    assert str(Duration(((kind, int(count)),))) == shown


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 January 2025", "2025-01-01"), ("1st Jan. 2025", "2025-01-01"), ("3. March, 2025", "2025-03-03"),
        ("January 1, 2025", "2025-01-01"), ("sep 22nd 2025", "2025-09-22"), ("2025/1/5", "2025-01-05"), ("2025-1-5", "2025-01-05"),
        ("31.12.2025", "2025-12-31"), ("3.4.2025", "2025-04-03"), ("31/12/2025", "2025-12-31"), ("12/31/2025", "2025-12-31"),
        ("5/5/2025", "2025-05-05"),
    ],
)  # fmt: skip
def test_a_day_is_known_however_it_is_written(text: str, day: str) -> None:
    assert str(day_meant(text)) == day


@pytest.mark.parametrize("text", ["3/4/2025", "31 February 2025", "1 Ja 2025", "1 Foo 2025", "31/31/2025", "0.1.2025", "1.2.25", "soon"])
def test_a_day_that_could_be_two_or_none_is_not_guessed(text: str) -> None:
    assert day_meant(text) is None
