"""The order of what happens on one day, settling, facts and measures."""

from __future__ import annotations

import pytest

from dealcli.engine.run import DoesNotSettle

from .contracts import story
from .test_limits_and_calendar import HOURS, WITHIN
from .test_obligation_cells import sentence

# --- order within a day -----------------------------------------------------------------------------------------------


def test_a_duty_due_on_the_last_day_of_its_agreement_is_breached_and_not_swept_away() -> None:
    s = story("""
        until: 2025-06-30
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        """)
    assert s.agreement("2025-07-01") == "expired"
    assert s.stage("it", "2025-07-01") == "breached"


def test_a_limit_comes_before_the_until_of_the_same_clause() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30, until: 2025-06-30}
        """)
    assert s.stage("it", "2025-07-01") == "breached"


def test_what_ran_out_goes_before_what_begins_and_what_begins_before_the_events_of_a_day() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          first: {kind: prohibition, bearer: a, act: act, until: 2025-02-28}
          second: {kind: prohibition, bearer: a, act: act, from: 2025-03-01}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("first", "2025-03-01") == "fulfilled"
    assert s.breaches("second", "2025-03-01") == ["2025-03-01"]


def test_when_something_runs_out_every_gate_still_stands_as_at_the_end_of_the_day_before() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30, while: today < 2025-07-01}
        """)
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "breached"


def test_limits_of_several_days_run_out_in_their_order_though_nothing_happens_between() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          late: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
          early: {kind: obligation, bearer: a, act: act, due: 2025-05-31}
        """)
    changes = [(t.name, str(t.day)) for t in s.run("2025-12-01").state.transitions if t.after == "breached"]
    assert changes == [("deal.early", "2025-06-01"), ("deal.late", "2025-07-01")]


def test_limits_of_one_day_run_out_in_the_order_of_the_file() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          z: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
          b: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        """)
    assert [t.name for t in s.run("2025-12-01").state.transitions if t.after == "breached"] == ["deal.z", "deal.b"]


def test_the_as_of_date_is_read_at_its_end() -> None:
    s = WITHIN.with_events("2025-03-01T23:59Z made, by: b")
    assert s.stage("it", "2025-03-01") == "in_force"


def test_an_event_is_judged_against_the_state_before_it() -> None:
    s = story(
        """
        events:
          act: {by: party}
        facts:
          done_once: {starts: act}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, while: done_once}
        """,
        "2025-03-01 act, by: a",
        "2025-03-02 act, by: a",
    )
    assert s.breaches("it", "2025-03-02") == ["2025-03-02"]


def test_an_instance_does_not_see_the_event_that_made_it_as_its_act() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: act}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "in_force"


def test_an_instance_counts_the_event_that_made_it_where_prior_performance_counts() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: act, prior_performance: counts}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "fulfilled"


def test_an_instance_takes_at_most_one_of_what_an_event_may_do_to_it_its_act_first() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, waived_by: act, discharged_by: act, breached_by: act}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "fulfilled"
    assert s.breaches("it", "2025-03-01") == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("waived_by: x, discharged_by: x, breached_by: x", "waived"),
        ("discharged_by: x, breached_by: x", "discharged"),
        ("breached_by: x, until: x", "breached"),
        ("until: x", "ended"),
    ],
    ids=sentence,
)
def test_waiver_goes_before_discharge_and_that_before_breach_and_that_before_the_end_of_the_span(
    fields: str, expected: str
) -> None:
    s = story(
        f"""
        events:
          act: {{by: party}}
          x: {{title: X}}
        clauses:
          it: {{kind: obligation, bearer: a, act: act, {fields}}}
        """,
        "2025-03-01 x",
    )
    assert s.stage("it", "2025-03-01") == expected


def test_effects_of_exercised_powers_run_before_effects_at_top_level() -> None:
    s = story(
        """
        events:
          act: {by: party}
          paid: {by: party}
        clauses:
          it: {kind: obligation, bearer: b, act: paid}
          quit: {kind: power, bearer: a, act: act, effects: [{terminate: it}]}
        effects:
          - {upon: act, waive: it}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "terminated"


def test_effects_at_top_level_run_in_the_order_of_the_file() -> None:
    text = """
        events:
          x: {title: X}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: b, act: act}
        effects:
          - {upon: x, FIRST: it}
          - {upon: x, SECOND: it}
        """
    assert (
        story(text.replace("FIRST", "terminate").replace("SECOND", "waive"), "2025-03-01 x").stage("it", "2025-03-01")
        == "terminated"
    )
    assert (
        story(text.replace("FIRST", "waive").replace("SECOND", "terminate"), "2025-03-01 x").stage("it", "2025-03-01")
        == "waived"
    )


def test_an_act_in_the_event_that_ends_its_agreement_counts() -> None:
    s = story(
        """
        completed_by: closing
        events:
          closing: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: closing}
        """,
        "2025-03-01 closing, by: a",
    )
    assert s.stage("it", "2025-03-01") == "fulfilled"
    assert s.agreement("2025-03-01") == "completed"


def test_completion_is_looked_at_last() -> None:
    s = story(
        """
        completed_by: it is fulfilled
        events:
          act: {by: party}
          paid: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
          fee: {kind: obligation, bearer: b, act: paid, for_each: it becomes fulfilled, amount: USD 5}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.agreement("2025-03-01") == "completed"
    assert s.stage("fee", "2025-03-01") == "in_force"


def test_events_are_sorted_by_day_and_the_order_written_stands_within_a_day() -> None:
    s = story(
        """
        events:
          step: {n: number}
        measures:
          last: {latest: step.n}
        """,
        "2025-03-02 step, n: 3",
        "2025-03-01 step, n: 2",
        "2025-03-01 step, n: 1",
    )
    assert s.value("last", "2025-03-01") == "1"
    assert s.value("last", "2025-03-02") == "3"


def test_a_time_earlier_than_the_last_one_written_that_day_is_an_error() -> None:
    s = WITHIN.with_events("2025-03-01T12:00Z made, by: b", "2025-03-01T11:00Z made, by: b")
    with pytest.raises(AssertionError):
        s.run("2025-03-01")


def test_instant_limits_fall_between_the_events_of_their_day() -> None:
    s = HOURS.with_events(
        "2025-03-01T10:00Z made, by: b", "2025-03-02T11:00Z made, by: b", "2025-03-02T12:00Z act, by: a"
    )
    assert s.stage("it", "2025-03-02", "1") == "breached"
    assert s.stage("it", "2025-03-02", "2") == "fulfilled"


def test_an_as_of_instant_stands_within_its_day() -> None:
    s = HOURS.with_events("2025-03-01T10:00Z made, by: b")
    assert s.stage("it", "2025-03-02T09:00+00:00") == "in_force"
    assert s.stage("it", "2025-03-02T11:00+00:00") == "breached"


def test_the_days_of_a_deal_are_those_of_its_time_zone() -> None:
    text = """
        agreement: deal
        title: Deal
        from: 2025-01-01
        timezone: America/New_York
        parties: {a: A, b: B}
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-03-01}
        """
    assert story(text, "2025-03-02T04:30Z act, by: a").stage("it", "2025-03-02") == "fulfilled"
    assert story(text, "2025-03-02T05:30Z act, by: a").stage("it", "2025-03-02") == "breached"


# --- settling ---------------------------------------------------------------------------------------------------------


def test_what_becomes_triggers_what_it_triggers_within_the_same_instant() -> None:
    s = story(
        """
        events:
          act: {by: party}
          paid: {by: party}
        clauses:
          one: {kind: obligation, bearer: a, act: act}
          two: {kind: obligation, bearer: b, act: paid, for_each: one becomes fulfilled}
          three: {kind: recital, for_each: two becomes in_force}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("two", "2025-03-01") == "in_force"
    assert s.stage("three", "2025-03-01") == "in_force"


def test_a_limit_already_past_fires_within_the_settle_that_made_its_position() -> None:
    s = story(
        """
        events:
          made: {day: date}
          act: {by: party}
          fix: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, due: made.day}
          remedy: {kind: obligation, bearer: a, act: fix, for_each: it becomes breached, within: 14 days}
        """,
        "2025-03-10 made, day: 2025-03-01",
    )
    assert s.stage("it", "2025-03-10") == "breached"
    assert s.due("remedy", "2025-03-10") == "2025-03-15"


def test_a_clause_that_makes_itself_again_within_one_chain_of_causes_does_not_settle() -> None:
    s = story(
        """
        events:
          go: {title: Go}
          act: {by: party}
        clauses:
          seed: {kind: recital, for_each: go or it becomes in_force}
          it: {kind: obligation, bearer: a, act: act, for_each: seed becomes in_force}
        """,
        "2025-03-01 go",
    )
    with pytest.raises(DoesNotSettle, match="it"):
        s.run("2025-03-01")


@pytest.mark.parametrize("turned", [False, True])
def test_a_chain_of_clauses_of_any_length_settles_in_whatever_order_they_are_written(turned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealcli.engine.settle.MOST_STEPS", 10)
    chain = [f"  c{n}: {{kind: right, bearer: a, for_each: c{n - 1} becomes in_force, while: begin.who = a}}" for n in range(1, 200)]
    clauses = ["  c0: {kind: right, bearer: a, for_each: begin, key: id}", *chain]
    deal = "\n".join(["events:", "  begin: {who: party, id: id}", "clauses:", *(reversed(clauses) if turned else clauses)])
    s = story(deal, "2025-03-01 begin, who: a, id: x", "2025-03-02 begin, who: a, id: y")
    assert s.stage("c199", "2025-03-01", key="x") == "in_force"
    assert s.stage("c199", "2025-03-02", key="y") == "in_force"


def test_facts_that_turn_each_other_without_end_do_not_settle() -> None:
    s = story(
        """
        events:
          go: {title: Go}
        facts:
          one: {starts: go or two becomes false, ends: two becomes true}
          two: {starts: one becomes true, ends: one becomes false}
        """,
        "2025-03-01 go",
    )
    with pytest.raises(DoesNotSettle, match="more than 100,000 steps at 2025-03-01"):
        s.run("2025-03-01")


def test_a_clause_of_too_many_periods_is_told_to_have_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealcli.engine.making.MOST_PERIODS", 20)
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: day, from: 2025-01-01}
        """)
    with pytest.raises(DoesNotSettle, match="it would make over 20 periods") as raised:
        s.run("2025-03-01")
    assert raised.value.hint == "a longer period, or fewer times"


def test_each_event_has_its_own_settle_so_a_fact_may_turn_twice_on_one_day() -> None:
    s = story(
        """
        events:
          up: {title: Up}
          down: {title: Down}
        facts:
          high: {starts: up, ends: down}
        measures:
          rises: {count: high becomes true}
        """,
        "2025-03-01 up",
        "2025-03-01 down",
        "2025-03-01 up",
    )
    assert s.value("rises", "2025-03-01") == "2"


# --- facts and measures -----------------------------------------------------------------------------------------------


def test_a_fact_that_starts_and_ends_at_once_is_true_afterwards_and_nothing_becomes() -> None:
    s = story(
        """
        events:
          up: {title: Up}
          both: {title: Both}
        facts:
          high: {starts: up or both, ends: both}
        measures:
          rises: {count: high becomes true}
        """,
        "2025-03-01 up",
        "2025-03-02 both",
    )
    assert s.value("high", "2025-03-02") == "true"
    assert s.value("rises", "2025-03-02") == "1"


def test_facts_and_counts_move_only_while_their_agreement_runs_and_freeze_at_its_end() -> None:
    s = story(
        """
        until: 2025-06-30
        events:
          up: {title: Up}
        facts:
          high: {starts: up}
        measures:
          ups: {count: up}
        """,
        "2024-12-01 up",
        "2025-03-01 up",
        "2025-07-01 up",
    )
    assert (s.value("high", "2024-12-31"), s.value("ups", "2024-12-31")) == ("false", "0")
    assert (s.value("high", "2025-03-01"), s.value("ups", "2025-03-01")) == ("true", "1")
    assert s.value("ups", "2025-07-02") == "1"


def test_a_measure_updated_by_steps_takes_the_first_that_matches_and_its_own_value_before() -> None:
    s = story(
        """
        events:
          paid: {n: number}
        measures:
          total:
            initial: 10
            updates:
              - {upon: paid where n > 5, set: total - n}
              - {upon: paid, set: 0}
        """,
        "2025-03-01 paid, n: 6",
        "2025-03-02 paid, n: 1",
    )
    assert s.value("total", "2025-03-01") == "4"
    assert s.value("total", "2025-03-02") == "0"


def test_a_rolling_window_holds_the_days_after_its_beginning_up_to_now() -> None:
    s = story(
        """
        events:
          hit: {title: Hit}
        measures:
          recent: {count: hit, over: 10 days}
        """,
        "2025-03-01 hit",
    )
    assert s.value("recent", "2025-03-10") == "1"
    assert s.value("recent", "2025-03-11") == "0"


def test_a_condition_on_today_turns_at_the_beginning_of_its_day() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, while: today >= 2025-03-01}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-02-28") == "pending"
    assert s.breaches("it", "2025-03-01") == ["2025-03-01"]


def test_a_trigger_some_days_after_an_event_occurs_at_the_beginning_of_that_day() -> None:
    s = story(
        """
        events:
          signed: {title: Signed}
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, for_each: 30 days after signed}
        """,
        "2025-03-01 signed",
        "2025-03-31 act, by: a",
    )
    assert s.keys("it", "2025-03-30") == []
    assert s.breaches("it", "2025-03-31") == ["2025-03-31"]


def test_a_where_on_a_delayed_trigger_is_judged_on_the_delayed_day() -> None:
    text = """
        events:
          signed: {title: Signed}
          lift: {title: Lift}
          act: {by: party}
        facts:
          lifted: {starts: lift}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: TRIGGER}
        """
    lines = ("2025-03-01 signed", "2025-03-10 lift")
    assert story(text.replace("TRIGGER", "30 days after signed where lifted"), *lines).keys("it", "2025-03-31") == ["1"]
    assert story(text.replace("TRIGGER", "30 days after (signed where lifted)"), *lines).keys("it", "2025-03-31") == []
