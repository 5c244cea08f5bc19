"""Limits in days and hours, the clocks that start from them, the calendar, and dates known only roughly."""

from __future__ import annotations

from textwrap import dedent

import pytest

from dealcli.dates import NoSuchDay

from .contracts import HEADING, contract, story
from .test_obligation_cells import sentence

# --- limits -----------------------------------------------------------------------------------------------------------

WITHIN = contract("""
    events:
      made: {by: party}
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, for_each: made, within: 30 days}
    """)


def test_a_limit_includes_its_last_day() -> None:
    s = WITHIN.with_events("2025-03-01 made, by: b", "2025-03-31 act, by: a")
    assert s.stage("it", "2025-03-31") == "fulfilled"


def test_a_limit_is_missed_from_the_day_after_its_last_day() -> None:
    s = WITHIN.with_events("2025-03-01 made, by: b", "2025-04-01 act, by: a")
    assert s.stage("it", "2025-03-31") == "in_force"
    assert s.stage("it", "2025-04-01") == "breached"
    assert s.findings("late_performance", "2025-04-01") == 1


def test_a_span_includes_its_first_and_last_day() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, from: 2025-02-01, until: 2025-02-28}
        """,
        *(f"{day} act, by: a" for day in ("2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01")),
    )
    assert s.breaches("it", "2025-03-02") == ["2025-02-01", "2025-02-28"]


@pytest.mark.parametrize(("day", "expected"), [("2025-06-29", "fulfilled"), ("2025-06-30", "breached")])
def test_before_a_date_leaves_the_day_before_as_the_last(day: str, expected: str) -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, before: 2025-06-30}
        """,
        f"{day} act, by: a",
    )
    assert s.stage("it", day) == expected


def test_an_act_in_the_event_at_which_a_duty_is_due_is_in_time() -> None:
    text = """
        events:
          closing: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: closing, FIELD: closing}
        """
    assert story(text.replace("FIELD", "due"), "2025-03-01 closing, by: a").stage("it", "2025-03-01") == "fulfilled"


def test_a_duty_due_at_an_event_is_breached_by_it_where_it_was_not_done() -> None:
    s = story(
        """
        events:
          closing: {title: Closing}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: closing}
        """,
        "2025-03-01 closing",
    )
    assert s.stage("it", "2025-02-28") == "in_force"
    assert s.stage("it", "2025-03-01") == "breached"


def test_a_missing_limit_is_no_limit() -> None:
    s = story("""
        events:
          closing: {title: Closing}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: closing.date + 10 days}
        """)
    assert s.stage("it", "2035-01-01") == "in_force"


# --- hours ------------------------------------------------------------------------------------------------------------

HOURS = contract("""
    events:
      made: {by: party}
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, for_each: made, within: 24 hours}
    """)


@pytest.mark.parametrize(
    ("act", "expected"), [("2025-03-02T10:00Z", "fulfilled"), ("2025-03-02T10:00:01Z", "breached")]
)
def test_a_limit_in_hours_lapses_right_after_its_instant(act: str, expected: str) -> None:
    assert HOURS.with_events("2025-03-01T10:00Z made, by: b", f"{act} act, by: a").stage("it", "2025-03-02") == expected


def test_an_instant_limit_shows_as_missed_at_the_end_of_its_own_day() -> None:
    s = HOURS.with_events("2025-03-01T10:00Z made, by: b")
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.stage("it", "2025-03-02") == "breached"


@pytest.mark.parametrize(("act", "expected"), [("2025-03-02T23:59Z", "fulfilled"), ("2025-03-03T00:01Z", "breached")])
def test_hours_from_a_date_count_from_the_end_of_that_day(act: str, expected: str) -> None:
    assert HOURS.with_events("2025-03-01 made, by: b", f"{act} act, by: a").stage("it", act[:10]) == expected


@pytest.mark.parametrize(
    ("act", "expected"), [("2025-03-01", "fulfilled"), ("2025-03-02", "undetermined"), ("2025-03-03", "breached")]
)
def test_an_event_known_to_the_day_settles_a_limit_in_hours_if_the_whole_day_lies_on_one_side(
    act: str, expected: str
) -> None:
    assert HOURS.with_events("2025-03-01T10:00Z made, by: b", f"{act} act, by: a").stage("it", act) == expected


# --- clocks -----------------------------------------------------------------------------------------------------------

CLOCK = """
    events:
      act: {by: party}
      fix: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, LIMIT}
      remedy: {kind: obligation, bearer: a, act: fix, REMEDY, within: 14 days}
    """


def test_a_clock_that_starts_from_a_missed_limit_starts_at_the_limit() -> None:
    text = CLOCK.replace("LIMIT", "due: 2025-06-30").replace("REMEDY", "for_each: it becomes breached")
    s = story(text)
    assert s.stage("remedy", "2025-06-30") == "ready"
    assert s.due("remedy", "2025-07-01") == "2025-07-14"


def test_a_clock_whose_gate_a_missed_limit_opens_starts_at_the_limit_too() -> None:
    s = story(CLOCK.replace("LIMIT", "due: 2025-06-30").replace("REMEDY", "while: it is breached"))
    assert s.stage("remedy", "2025-06-30") == "pending"
    assert s.stage("remedy", "2025-07-01") == "in_force"
    assert s.due("remedy", "2025-07-01") == "2025-07-14"


def test_a_clock_after_a_missed_before_starts_at_the_day_as_written() -> None:
    s = story(CLOCK.replace("LIMIT", "before: 2025-06-30").replace("REMEDY", "for_each: it becomes breached"))
    assert s.stage("it", "2025-06-30") == "breached"
    assert s.due("remedy", "2025-06-30") == "2025-07-14"


def test_within_counts_from_the_day_of_the_event_that_makes_the_instance() -> None:
    assert WITHIN.with_events("2025-03-01 made, by: b").due("it", "2025-03-01") == "2025-03-31"


def test_within_is_fixed_at_activation() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          longer: {title: Longer}
          act: {by: party}
        measures:
          width: {initial: 10, updates: [{upon: longer, set: 20}]}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, within: width * 1 day}
        """,
        "2025-03-01 made",
        "2025-03-05 longer",
    )
    assert s.due("it", "2025-03-05") == "2025-03-11"


def test_due_is_live_open_while_its_event_has_not_happened_and_moved_when_it_does() -> None:
    s = story(
        """
        events:
          shipped: {title: Shipped}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: shipped.date + 10 days}
        """,
        "2025-03-01 shipped",
        "2025-03-05 shipped",
    )
    assert s.due("it", "2025-02-28") == "none"
    assert s.due("it", "2025-03-01") == "2025-03-11"
    assert s.due("it", "2025-03-05") == "2025-03-15"


def test_a_live_limit_moved_into_the_past_is_missed_at_once() -> None:
    s = story(
        """
        events:
          moved: {to: date}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: moved.to}
        """,
        "2025-03-01 moved, to: 2025-06-01",
        "2025-03-10 moved, to: 2025-03-05",
    )
    assert s.stage("it", "2025-03-09") == "in_force"
    assert s.stage("it", "2025-03-10") == "breached"
    assert s.breaches("it", "2025-03-10") == ["2025-03-10"]


def test_until_is_live_as_well() -> None:
    s = story(
        """
        events:
          moved: {to: date}
          act: {by: party}
        clauses:
          it: {kind: permission, bearer: a, act: act, until: moved.to}
        """,
        "2025-03-01 moved, to: 2025-03-10",
        "2025-03-05 moved, to: 2025-03-20",
    )
    assert s.stage("it", "2025-03-11") == "in_force"
    assert s.stage("it", "2025-03-20") == "in_force"
    assert s.stage("it", "2025-03-21") == "ended"


@pytest.mark.parametrize(("until", "last"), [("closing", "2025-02-28"), ("30 days after closing", "2025-03-31")])
def test_an_event_ends_a_span_at_its_instant_and_a_delay_from_it_ends_it_with_its_day(until: str, last: str) -> None:
    s = story(
        f"""
        events:
          closing: {{title: Closing}}
          act: {{by: party}}
        clauses:
          it: {{kind: permission, bearer: a, act: act, until: {until}}}
        """,
        "2025-03-01 closing",
    )
    day_after = {"2025-02-28": "2025-03-01", "2025-03-31": "2025-04-01"}[last]
    assert s.stage("it", last) == "in_force"
    assert s.stage("it", day_after) == "ended"


# --- calendar ---------------------------------------------------------------------------------------------------------

MONTHS = """
    {extra}
    events:
      made: {{title: Made}}
      act: {{by: party}}
    clauses:
      it: {{kind: obligation, bearer: a, act: act, for_each: made, within: {length}}}
    """


@pytest.mark.parametrize(
    ("made", "length", "due"),
    [
        ("2025-01-31", "1 month", "2025-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2025-01-30", "1 month", "2025-02-28"),
        ("2025-02-28", "1 month", "2025-03-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2025-03-31", "1 quarter", "2025-06-30"),
    ],
    ids=sentence,
)
def test_a_month_that_lands_on_a_missing_day_ends_on_the_last_day_of_that_month(
    made: str, length: str, due: str
) -> None:
    s = story(
        HEADING.replace("from: 2025-01-01", "from: 2024-01-01") + dedent(MONTHS.format(extra="", length=length)),
        f"{made} made",
    )
    assert s.due("it", made) == due


def test_month_end_may_be_the_next_day() -> None:
    s = story(MONTHS.format(extra="month_end: next_day", length="1 month"), "2025-01-31 made")
    assert s.due("it", "2025-01-31") == "2025-03-01"


def test_month_end_may_be_an_error() -> None:
    s = story(MONTHS.format(extra="month_end: error", length="1 month"), "2025-01-31 made")
    with pytest.raises(NoSuchDay):
        s.run("2025-01-31")


def test_business_days_pass_over_the_weekends_and_holidays_of_the_calendar() -> None:
    extra = "calendar: {weekend: [saturday, sunday], holidays: [2025-03-10]}"
    s = story(MONTHS.format(extra=extra, length="2 business days"), "2025-03-07 made")
    assert s.due("it", "2025-03-07") == "2025-03-12"


# --- approximate dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("2025-03", "2025-03-31"),
        ("2025-03-09/2025-03-10", "2025-03-10"),
        ("2025-03~", "2025-04-30"),
        ("2025-03-09~", "2025-03-10"),
    ],
    ids=sentence,
)
def test_an_approximate_date_of_an_event_is_its_last_possible_day(written: str, chosen: str) -> None:
    s = WITHIN.with_events(f"{written} made, by: b")
    assert s.keys("it", chosen) == ["1"]
    assert str(s.position("it", chosen).made_on) == chosen


def test_an_approximate_date_is_a_choice_and_not_an_unknown() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: permission, bearer: a, act: act, until: 2025-03}
        """)
    assert s.stage("it", "2025-03-31") == "in_force"
    assert s.stage("it", "2025-04-01") == "ended"


def test_an_open_interval_is_unknown_from_its_first_day_on() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: permission, bearer: a, act: act, until: 2025-03-10/..}
        """)
    assert s.stage("it", "2025-03-10") == "in_force"
    assert s.stage("it", "2025-03-09") == "in_force"
    assert s.stage("it", "2025-03-11") == "undetermined"
    assert s.possible("it", "2025-03-11") == ("ended", "in_force")


def test_an_event_may_not_have_an_open_interval_as_its_date() -> None:
    with pytest.raises(AssertionError, match="open interval"):
        WITHIN.with_events("2025-03-10/.. made, by: b").run("2025-03-11")
