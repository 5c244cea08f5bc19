"""One day step by step, what each settle sees, and the two clocks of what happened and what was known."""

from __future__ import annotations

from datetime import date

import pytest

from .contracts import contract, story
from .worlds import world

# --- each limit has its own settle ------------------------------------------------------------------------------------


def test_each_limit_that_runs_out_has_its_own_settle() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          first: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
          second: {kind: obligation, bearer: b, act: act, due: 2025-06-30, unless: first is breached}
        """)
    assert s.stage("first", "2025-07-01") == "breached"
    assert s.stage("second", "2025-07-01") == "displaced"


def test_a_waiver_that_takes_effect_on_the_day_after_the_limit_comes_after_the_miss() -> None:
    s = story(
        """
        events:
          act: {by: party}
          grace: {title: Grace}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        effects:
          - {upon: grace, waive: it, at: 2025-07-01}
        """,
        "2025-03-01 grace",
    )
    assert s.stage("it", "2025-07-01") == "waived"
    assert s.breaches("it", "2025-07-01") == ["2025-07-01"]


def test_an_extension_that_takes_effect_on_the_last_day_is_in_time() -> None:
    s = story(
        """
        events:
          act: {by: party}
          grace: {title: Grace}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        effects:
          - {upon: grace, extend: it, by: 10 days, at: 2025-06-30}
        """,
        "2025-03-01 grace",
    )
    assert s.stage("it", "2025-07-01") == "in_force"
    assert s.stage("it", "2025-07-11") == "breached"


def test_a_clause_that_ends_with_a_day_is_over_before_the_agreement_that_ends_with_it() -> None:
    s = story("""
        until: 2025-06-30
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, until: 2025-06-30}
        """)
    named = [(t.kind, t.after) for t in s.run("2025-07-01").state.transitions if str(t.day) == "2025-07-01"]
    assert named == [("position", "fulfilled"), ("agreement", "expired")]


def test_a_position_that_a_missed_limit_makes_on_the_last_day_is_made_before_its_agreement_ends() -> None:
    s = story("""
        until: 2025-06-30
        events:
          act: {by: party}
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
          fine:
            kind: obligation
            bearer: a
            act: paid
            for_each: it becomes breached
            amount: USD 5
            paid_with: sum
            within: 14 days
        """)
    assert s.stage("fine", "2025-07-02") == "in_force"
    assert s.due("fine", "2025-07-02") == "2025-07-14"
    assert s.stage("fine", "2025-07-15") == "breached"


def test_a_date_is_a_trigger_at_the_beginning_of_its_day() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, for_each: 2025-03-01}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.keys("it", "2025-02-28") == []
    assert s.breaches("it", "2025-03-01") == ["2025-03-01"]


def test_a_condition_on_today_moves_with_the_date_it_is_compared_with() -> None:
    s = story(
        """
        events:
          moved: {title: Moved}
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, while: today > moved.date + 30 days}
        """,
        "2025-03-01 moved",
        "2025-03-20 moved",
    )
    assert s.stage("it", "2025-04-01") == "pending"
    assert s.stage("it", "2025-04-19") == "pending"
    assert s.stage("it", "2025-04-20") == "in_force"


def test_an_act_on_the_day_of_the_limit_is_in_time_whatever_begins_that_day() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30, until: 2025-06-30}
        """,
        "2025-06-30 act, by: a",
    )
    assert s.stage("it", "2025-06-30") == "fulfilled"


def test_what_an_effect_changes_is_seen_by_the_next_event_of_the_same_day_and_not_by_the_same_event() -> None:
    text = """
        events:
          act: {by: party}
          clear: {title: Clear}
        clauses:
          it: {kind: prohibition, bearer: a, act: act}
        effects:
          - {upon: UPON, terminate: it}
        """
    assert story(text.replace("UPON", "act"), "2025-03-01 act, by: a").stage("it", "2025-03-01") == "breached"
    assert (
        story(text.replace("UPON", "clear"), "2025-03-01 clear", "2025-03-01 act, by: a").stage("it", "2025-03-01")
        == "terminated"
    )


def test_a_clause_that_begins_with_an_event_does_not_see_that_event_as_its_act() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, from: act}
        """,
        "2025-03-01 act, by: a",
        "2025-03-02 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.breaches("it", "2025-03-02") == ["2025-03-02"]


def test_a_span_in_days_counts_from_the_making_of_the_instance() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: permission, bearer: a, act: act, for_each: made, until: 10 days}
        """,
        "2025-03-01 made",
    )
    assert s.stage("it", "2025-03-11") == "in_force"
    assert s.stage("it", "2025-03-12") == "ended"


def test_an_agreement_without_from_is_in_force_at_all_times() -> None:
    s = story(
        """
        agreement: deal
        title: Deal
        parties: {a: A, b: B}
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act}
        """,
        "1950-03-01 act, by: a",
    )
    assert s.breaches("it", "1950-03-01") == ["1950-03-01"]


def test_a_from_whose_value_is_missing_has_not_begun() -> None:
    s = story(
        """
        events:
          signed: {title: Signed}
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, from: signed.date + 10 days}
        """,
        "2025-03-01 signed",
    )
    assert s.stage("it", "2025-02-28") == "pending"
    assert s.stage("it", "2025-03-10") == "pending"
    assert s.stage("it", "2025-03-11") == "in_force"


def test_a_day_with_nothing_due_and_no_event_changes_nothing() -> None:
    s = world("kind: obligation\nact: act\ndue: 2025-06-30").with_events("2025-01-05 on")
    assert s.history("it", "2025-01-05") == s.history("it", "2025-06-30")


def test_the_same_timeline_gives_the_same_history_whatever_day_it_is_read_on() -> None:
    s = world("kind: obligation\nact: act\ndue: 2025-06-30").with_events("2025-01-05 on", "2025-08-01 waiver")
    later = s.history("it", "2026-03-01")
    assert s.history("it", "2025-07-15") == [row for row in later if row[0] <= "2025-07-15"]


def test_a_limit_in_hours_moves_by_whole_days_of_suspension() -> None:
    s = world("kind: obligation\nact: act\nwithin: 24 hours").with_events(
        "2025-03-01T10:00Z on",
        "2025-03-01T12:00Z stop",
        "2025-03-04T08:00Z go",
        "2025-03-05T09:59Z act, by: a",
    )
    assert s.stage("it", "2025-03-04") == "in_force"
    assert s.stage("it", "2025-03-05") == "fulfilled"


def test_completing_a_breached_duty_leaves_it_breached_and_performed_late() -> None:
    s = story(
        """
        events:
          act: {by: party}
          settle: {title: Settled}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        effects:
          - {upon: settle, complete: it}
        """,
        "2025-08-01 settle",
    )
    assert s.stage("it", "2025-08-01") == "breached"
    assert s.position("it", "2025-08-01").performed_late


# --- two clocks -------------------------------------------------------------------------------------------------------

DUTY = contract("""
    events:
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
    """)
LATE_NEWS = "2025-03-01 act, by: a, reported: 2025-09-01"


@pytest.mark.parametrize(
    ("known", "expected"), [("2025-08-31", "breached"), ("2025-09-01", "fulfilled"), (None, "fulfilled")]
)
def test_only_what_had_been_reported_by_then_is_known_as_of_a_day(known: str | None, expected: str) -> None:
    assert DUTY.with_events(LATE_NEWS, known_as_of=known).stage("it", "2025-07-01") == expected


@pytest.mark.parametrize(("known", "expected"), [("2025-02-28", "in_force"), ("2025-03-01", "fulfilled")])
def test_an_event_without_a_day_of_report_is_known_from_its_date(known: str, expected: str) -> None:
    assert DUTY.with_events("2025-03-01 act, by: a", known_as_of=known).stage("it", "2025-03-02") == expected


SOURCED = contract("""
    sources:
      early: {title: Early, published: 2025-01-01, standing: contract}
      late: {title: Late, published: 2025-06-01, standing: contract}
    events:
      act: {by: party}
    terms:
      window:
        default: short
        readings:
          short: {value: 10 days, sources: [late]}
          long: {value: 20 days, sources: [early]}
    clauses:
      it: {kind: obligation, bearer: a, act: act, within: window, sources: [early], from: 2025-02-01}
      other: {kind: recital, sources: [late]}
    """)


def test_the_first_known_reading_is_the_default_while_the_default_is_not_yet_known() -> None:
    assert SOURCED.with_events().due("it", "2025-02-01") == "2025-02-11"
    assert SOURCED.with_events(known_as_of="2025-03-01").due("it", "2025-02-01") == "2025-02-21"


def test_a_clause_whose_source_was_not_yet_published_is_not_yet_known() -> None:
    program = SOURCED.program(known=date(2025, 3, 1))
    assert [c.name for c in program.clauses if c.known] == ["it"]
    assert [c.name for c in SOURCED.program().clauses if c.known] == ["it", "other"]


# --- words that two names share ---------------------------------------------------------------------------------------


def test_a_key_binds_every_clause_that_has_it() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          paid: {by: party, sale?: id}
        clauses:
          it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: paid, within: 30 days}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-02-02 sold, by: b, sale: two",
        "2025-02-03 paid, by: a",
    )
    assert [s.stage("it", "2025-02-03", key) for key in ("one", "two")] == ["in_force", "in_force"]


def test_an_event_type_without_the_key_counts_for_every_key() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          war: {title: War}
          act: {by: party, sale: id}
        clauses:
          it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act, waived_by: war}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-02-02 sold, by: b, sale: two",
        "2025-02-03 war",
    )
    assert [s.stage("it", "2025-02-03", key) for key in ("one", "two")] == ["waived", "waived"]


def test_a_chain_of_clauses_of_one_key_listens_to_its_own_instance() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          sent: {by: party, sale: id}
          got: {by: party, sale: id}
        clauses:
          send: {kind: obligation, bearer: a, for_each: sold, key: sale, act: sent}
          take: {kind: obligation, bearer: b, for_each: sold, key: sale, act: got, from: send becomes fulfilled}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-02-02 sold, by: b, sale: two",
        "2025-02-03 sent, by: a, sale: two",
    )
    assert [s.stage("take", "2025-02-03", key) for key in ("one", "two")] == ["pending", "in_force"]
