"""Rules that meet: a release and a late act, tolling and a live limit, an extension and a suspension, and the like."""

from __future__ import annotations

import pytest

from .contracts import contract, story
from .worlds import world

DUTY = "kind: obligation\nact: act\ndue: 2025-06-30\ncure: any_time"

# --- after a breach ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["release", "quit", "kill", "amended", "done"])
def test_nothing_more_is_owed_on_a_released_breach_so_a_later_act_neither_cures_nor_performs(ending: str) -> None:
    s = world(DUTY).with_events("2025-01-05 on", f"2025-07-05 {ending}", "2025-07-10 act, by: a")
    assert s.stage("it", "2025-07-10") == "breached"
    assert not s.position("it", "2025-07-10").performed_late
    assert s.findings("late_performance", "2025-07-10") == 0


def test_a_waived_breach_is_not_cured_by_a_later_act() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-07-05 waiver", "2025-07-10 act, by: a")
    assert s.stage("it", "2025-07-10") == "waived"


def test_a_breach_performed_late_is_not_performed_a_second_time() -> None:
    s = world("kind: obligation\nact: act\ndue: 2025-06-30").with_events(
        "2025-01-05 on", "2025-07-05 act, by: a", "2025-07-10 act, by: a"
    )
    assert s.findings("late_performance", "2025-07-10") == 1


def test_a_breached_duty_stays_breached_when_its_gate_shuts_and_opens() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-07-05 off", "2025-07-10 on")
    assert [s.stage("it", day) for day in ("2025-07-05", "2025-07-10")] == ["breached", "breached"]


def test_a_fulfilled_duty_stays_fulfilled_when_its_gate_shuts_and_opens() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 act, by: a", "2025-07-05 off", "2025-07-10 on")
    assert [s.stage("it", day) for day in ("2025-07-05", "2025-07-10")] == ["fulfilled", "fulfilled"]


def test_a_debt_paid_in_part_when_its_limit_passes_is_breached_and_the_rest_may_be_paid_late() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30, cure: 30 days}
        """,
        "2025-03-01 paid, by: a, sum: USD 4",
        "2025-07-05 paid, by: a, sum: USD 5",
        "2025-07-06 paid, by: a, sum: USD 1",
    )
    assert s.stage("it", "2025-07-05") == "breached"
    assert s.paid("it", "2025-07-05") == "USD 9"
    assert s.stage("it", "2025-07-06") == "cured"


# --- clocks that meet -------------------------------------------------------------------------------------------------


def test_an_extended_limit_is_tolled_like_any_other() -> None:
    s = story(
        """
        events:
          act: {by: party}
          more: {title: More}
          stop: {title: Stop}
          go: {title: Go}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        effects:
          - {upon: more, extend: it, by: 1 month}
          - {upon: stop, suspend: it}
          - {upon: go, resume: it}
        """,
        "2025-02-01 more",
        "2025-03-01 stop",
        "2025-03-11 go",
    )
    assert s.due("it", "2025-02-01") == "2025-07-30"
    assert s.due("it", "2025-03-11") == "2025-08-09"


def test_a_live_limit_that_moves_keeps_the_days_that_were_tolled() -> None:
    s = story(
        """
        events:
          act: {by: party}
          ship: {title: Ship}
          stop: {title: Stop}
          go: {title: Go}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: ship.date + 100 days}
        effects:
          - {upon: stop, suspend: it}
          - {upon: go, resume: it}
        """,
        "2025-01-10 ship",
        "2025-02-01 stop",
        "2025-02-06 go",
        "2025-02-10 ship",
    )
    assert s.due("it", "2025-02-06") == "2025-04-25"
    assert s.due("it", "2025-02-10") == "2025-05-26"


def test_a_limit_extended_while_suspended_is_moved_again_on_resumption() -> None:
    s = story(
        """
        events:
          act: {by: party}
          more: {title: More}
          stop: {title: Stop}
          go: {title: Go}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        effects:
          - {upon: more, extend: it, to: 2025-07-31}
          - {upon: stop, suspend: it}
          - {upon: go, resume: it}
        """,
        "2025-03-01 stop",
        "2025-03-05 more",
        "2025-03-11 go",
    )
    assert s.due("it", "2025-03-11") == "2025-08-10"


def test_within_extended_by_a_month_counts_from_the_old_limit() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
          more: {title: More}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, within: 30 days}
        effects:
          - {upon: more, extend: it, by: 10 days, key: all}
        """,
        "2025-03-01 made",
        "2025-03-05 more",
    )
    assert s.due("it", "2025-03-05") == "2025-04-10"


def test_a_limit_that_passed_before_the_agreement_began_ends_the_duty() -> None:
    s = story(
        """
        agreement: deal
        title: Deal
        from: signed
        parties: {a: A, b: B}
        events:
          signed: {title: Signed}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        """,
        "2025-08-01 signed",
    )
    assert s.stage("it", "2025-08-01") == "ended"


def test_within_of_a_plain_clause_counts_from_the_beginning_of_its_agreement_or_of_itself() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, within: 30 days}
          later: {kind: obligation, bearer: a, act: act, from: 2025-03-01, within: 30 days}
        """)
    assert s.due("it", "2025-01-01") == "2025-01-31"
    assert s.due("later", "2025-03-01") == "2025-03-31"


def test_a_cure_in_business_days_follows_the_calendar() -> None:
    s = story(
        """
        calendar: {weekend: [saturday, sunday]}
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-07-04, cure: 1 business day}
        """,
        "2025-07-07 act, by: a",
    )
    assert s.stage("it", "2025-07-07") == "cured"


def test_not_before_may_be_a_duration_from_activation() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, not_before: 10 days, within: 30 days}
        """,
        "2025-03-01 made",
        "2025-03-10 act, by: a",
        "2025-03-11 act, by: a",
    )
    assert s.stage("it", "2025-03-10") == "in_force"
    assert s.stage("it", "2025-03-11") == "fulfilled"


# --- money that meets -------------------------------------------------------------------------------------------------


def test_a_payment_settles_only_debts_of_the_one_who_paid() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          mine: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-07-31}
          yours: {kind: obligation, bearer: b, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30}
        """,
        "2025-03-01 paid, by: a, sum: USD 20",
    )
    assert (s.stage("mine", "2025-03-01"), s.stage("yours", "2025-03-01")) == ("fulfilled", "in_force")
    assert s.findings("overpayment", "2025-03-01") == 1


def test_a_payment_of_unknown_size_leaves_a_debt_undetermined() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30}
        """,
        "2025-03-01 paid, by: a, sum: unknown",
    )
    assert s.possible("it", "2025-03-01") == ("fulfilled", "in_force")


def test_a_live_amount_that_falls_to_what_was_paid_fulfils() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
          cut: {title: Cut}
        measures:
          price: {initial: USD 10, updates: [{upon: cut, set: USD 4}]}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: price, paid_with: sum, due: 2025-06-30, accrues: true}
        """,
        "2025-03-01 paid, by: a, sum: USD 4",
        "2025-03-05 cut",
    )
    assert s.stage("it", "2025-03-04") == "in_force"
    assert s.stage("it", "2025-03-05") == "fulfilled"


def test_a_payment_in_the_event_that_also_breaches_is_taken_first() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: paid
            amount: USD 10
            paid_with: sum
            breached_by: paid where sum < USD 11
        """,
        "2025-03-01 paid, by: a, sum: USD 10",
    )
    assert s.stage("it", "2025-03-01") == "fulfilled"


# --- agreements that meet ---------------------------------------------------------------------------------------------


def test_effects_of_an_agreement_that_is_over_no_longer_run() -> None:
    s = story(
        """
        agreement: one
        title: One
        from: 2025-01-01
        until: 2025-06-30
        parties: {a: A, b: B}
        events:
          x: {title: X}
        effects:
          - {upon: x, terminate: two.it}
        ---
        agreement: two
        title: Two
        from: 2025-01-01
        parties: {a: A, b: B}
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
        """,
        "2025-08-01 x",
    )
    assert s.stage("it", "2025-08-01") == "in_force"


def test_two_clauses_may_become_one() -> None:
    s = story(
        """
        events:
          act: {by: party}
          signed: {title: Signed}
        clauses:
          one: {kind: prohibition, bearer: a, act: act}
          two: {kind: prohibition, bearer: a, act: act}
          both: {kind: prohibition, bearer: a, act: act, from: signed, replaces: [one, two]}
        """,
        "2025-03-01 signed",
    )
    assert [s.stage(name, "2025-03-01") for name in ("one", "two", "both")] == ["superseded", "superseded", "in_force"]


def test_one_clause_may_become_two() -> None:
    s = story(
        """
        events:
          act: {by: party}
          signed: {title: Signed}
        clauses:
          one: {kind: prohibition, bearer: a, act: act}
          left: {kind: prohibition, bearer: a, act: act, from: signed, replaces: [one]}
          right: {kind: prohibition, bearer: a, act: act, from: signed, replaces: [one]}
        """,
        "2025-03-01 signed",
    )
    assert [s.stage(name, "2025-03-01") for name in ("one", "left", "right")] == ["superseded", "in_force", "in_force"]


def test_a_suspended_agreement_makes_instances_that_are_suspended() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
          stop: {title: Stop}
          go: {title: Go}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, within: 30 days}
        effects:
          - {upon: stop, suspend: agreement}
          - {upon: go, resume: agreement}
        """,
        "2025-03-01 stop",
        "2025-03-05 made",
        "2025-03-15 go",
    )
    assert s.stage("it", "2025-03-05") == "suspended"
    assert s.due("it", "2025-03-15") == "2025-04-14"


def test_a_clause_ended_by_an_event_before_anything_triggered_it_shows_ended_and_makes_no_instances() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          closing: {title: Closing}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, until: closing}
        """,
        "2025-03-01 closing",
        "2025-03-05 made",
    )
    assert s.stage("it", "2025-03-01") == "ended"
    assert s.keys("it", "2025-03-05") == []


def test_becoming_terminated_waived_or_in_force_may_trigger_something() -> None:
    s = story(
        """
        events:
          act: {by: party}
          quit: {title: Quit}
          waiver: {title: Waiver}
        clauses:
          one: {kind: obligation, bearer: a, act: act}
          two: {kind: obligation, bearer: a, act: act, waived_by: waiver}
          after_one: {kind: recital, for_each: one becomes terminated}
          after_two: {kind: recital, for_each: two becomes waived}
        effects:
          - {upon: quit, terminate: one}
        """,
        "2025-03-01 quit",
        "2025-03-02 waiver",
    )
    assert s.keys("after_one", "2025-03-01") == ["1"]
    assert s.keys("after_two", "2025-03-02") == ["1"]


def test_a_fact_may_hold_while_a_clause_is_in_a_stage_and_shut_another_in_the_same_instant() -> None:
    s = story(
        """
        events:
          act: {by: party}
        facts:
          served: {holds: first is performed}
        clauses:
          first: {kind: obligation, bearer: a, act: act}
          second: {kind: prohibition, bearer: b, act: act, while: not served}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("second", "2025-02-28") == "in_force"
    assert s.stage("second", "2025-03-01") == "ended"


def test_a_power_of_one_key_is_exercised_by_a_line_that_names_the_key() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          act: {by: party, sale: id}
        clauses:
          it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act}
          undo: {kind: power, bearer: b, for_each: sold, key: sale, effects: [{terminate: it}]}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-02-02 sold, by: b, sale: two",
        "2025-03-01 !undo, by: b, sale: two",
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("one", "two")] == ["in_force", "terminated"]
    assert [s.stage("undo", "2025-03-01", key) for key in ("one", "two")] == ["in_force", "exercised"]


def test_an_exception_without_an_act_displaces_only_the_instance_of_its_key() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          excused: {sale: id}
          act: {by: party, sale: id}
        clauses:
          it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act}
          relief: {kind: permission, bearer: a, for_each: excused, key: sale, exception_to: it}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-02-02 sold, by: b, sale: two",
        "2025-03-01 excused, sale: two",
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("one", "two")] == ["in_force", "displaced"]


def test_a_surviving_recurring_clause_goes_on_making_periods_after_the_end() -> None:
    s = story("""
        until: 2025-02-15
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month, survives: true, times: 4}
        """)
    assert s.keys("it", "2025-12-01") == ["1", "2", "3", "4"]


def test_a_recurring_clause_that_begins_with_an_event_counts_its_periods_from_it() -> None:
    s = story(
        """
        events:
          act: {by: party}
          signed: {title: Signed}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month, from: signed, times: 2}
        """,
        "2025-03-10 signed",
    )
    assert s.keys("it", "2025-03-09") == []
    assert [s.due("it", "2025-12-01", key) for key in ("1", "2")] == ["2025-04-09", "2025-05-09"]


def test_a_right_used_by_another_is_no_use_and_no_finding_of_an_act_without_effect() -> None:
    s = world("kind: right\nact: act").with_events("2025-01-05 on", "2025-03-01 act, by: b")
    assert s.uses("it", "2025-03-01") == []
    assert s.findings("act_without_effect", "2025-03-01") == 0


def test_keyed_measures_are_kept_apart() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id, n: number}
        measures:
          total: {sum: sold.n, per: sale}
        """,
        "2025-02-01 sold, by: b, sale: one, n: 3",
        "2025-02-02 sold, by: b, sale: two, n: 4",
        "2025-02-03 sold, by: b, sale: one, n: 5",
    )
    assert (s.value("total", "2025-02-03", "one"), s.value("total", "2025-02-03", "two")) == ("8", "4")


def test_every_and_any_ask_over_all_positions_of_a_clause() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        facts:
          some: {holds: any(it is fulfilled)}
          all_of_them: {holds: every(it is fulfilled)}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made}
        """,
        "2025-02-01 made",
        "2025-02-02 made",
        "2025-02-03 act, by: a",
        "2025-02-04 act, by: a",
    )
    assert (s.value("some", "2025-02-02"), s.value("all_of_them", "2025-02-02")) == ("false", "false")
    assert (s.value("some", "2025-02-03"), s.value("all_of_them", "2025-02-03")) == ("true", "false")
    assert s.value("all_of_them", "2025-02-04") == "true"


# --- doubt that meets -------------------------------------------------------------------------------------------------


def test_a_perhaps_exercised_power_perhaps_terminates_what_it_ends() -> None:
    s = story(
        """
        events:
          act: {by: party}
          paid: {by: party}
        clauses:
          quit: {kind: power, bearer: a, act: act, effects: [{terminate: it}]}
          it: {kind: obligation, bearer: b, act: paid}
        """,
        "2025-03-01 act, by: a, happened: unconfirmed",
    )
    assert s.possible("quit", "2025-03-01") == ("exercised", "in_force")
    assert s.possible("it", "2025-03-01") == ("in_force", "terminated")


def test_a_perhaps_terminated_duty_that_is_performed_is_fulfilled_or_terminated() -> None:
    s = world("kind: obligation\nact: act").with_events(
        "2025-01-05 on", "2025-02-01 quit, happened: unconfirmed", "2025-03-01 act, by: a"
    )
    assert s.possible("it", "2025-03-01") == ("fulfilled", "terminated")


def test_a_perhaps_missed_limit_perhaps_makes_the_remedy() -> None:
    s = story("""
        events:
          act: {by: party, reporting: partial}
          fix: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
          remedy: {kind: obligation, bearer: a, act: fix, for_each: it becomes breached, within: 30 days}
        """)
    assert s.possible("remedy", "2025-07-01") == ("in_force", "none")


def test_an_act_reported_late_settles_a_duty_whose_reporting_is_partial() -> None:
    s = story(
        """
        events:
          act: {by: party, reporting: partial}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        """,
        "2025-06-01 act, by: a",
    )
    assert s.stage("it", "2025-07-01") == "fulfilled"


def test_a_perhaps_ended_agreement_leaves_its_positions_and_new_instances_in_doubt() -> None:
    s = story(
        """
        events:
          kill: {title: Kill}
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
          each: {kind: obligation, bearer: a, act: act, for_each: made}
        effects:
          - {upon: kill, terminate: agreement}
        """,
        "2025-03-01 kill, happened: unconfirmed",
        "2025-03-02 made",
    )
    assert s.agreement("2025-03-01") == "undetermined"
    assert s.possible("it", "2025-03-01") == ("in_force", "terminated")
    assert s.possible("each", "2025-03-02") == ("in_force", "none")


def test_a_value_that_is_undisclosed_leaves_what_compares_with_it_unknown() -> None:
    s = story(
        """
        events:
          sold: {n: number}
          act: {by: party}
        terms:
          cap: {value: undisclosed}
        facts:
          exceeded: {holds: sum(sold.n) > cap}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, while: exceeded}
        """,
        "2025-03-01 sold, n: 5",
    )
    assert s.value("exceeded", "2025-03-01") == "unknown"
    assert s.stage("it", "2025-03-01") == "undetermined"


CHOSEN = contract("""
    events:
      act: {by: party}
    terms:
      window: {value: undisclosed}
    clauses:
      it: {kind: obligation, bearer: a, act: act, from: 2025-02-01, within: window}
    """)


def test_a_scenario_may_fill_in_an_undisclosed_value() -> None:
    assert CHOSEN.with_events().stage("it", "2025-02-01") == "undetermined"
    assert CHOSEN.with_events(terms={"window": "10 days"}).due("it", "2025-02-01") == "2025-02-11"


# --- what is known and what only may be ------------------------------------------------------------------------------


def test_no_breach_is_recorded_while_it_is_only_possible() -> None:
    s = story("""
        events:
          act: {by: party, reporting: partial}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
        """)
    assert s.stage("it", "2025-07-01") == "undetermined"
    assert s.breaches("it", "2025-07-01") == []
    assert s.findings("breach", "2025-07-01") == 0


def test_an_event_that_certainly_happened_has_happened_whatever_is_unconfirmed_later() -> None:
    s = story(
        """
        events:
          signed: {title: Signed}
        facts:
          agreed: {holds: signed}
        """,
        "2025-03-01 signed",
        "2025-03-05 signed, happened: unconfirmed",
    )
    assert s.value("agreed", "2025-03-05") == "true"


def test_a_clause_that_began_some_days_after_an_event_does_not_begin_anew_when_the_event_comes_again() -> None:
    s = story(
        """
        events:
          signed: {title: Signed}
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, from: 2 days after signed}
        """,
        "2025-03-09 signed",
        "2025-03-22 signed",
    )
    assert s.stage("it", "2025-03-11") == "in_force"
    assert s.stage("it", "2025-03-22") == "in_force"


def test_a_rolling_window_freezes_with_its_agreement() -> None:
    s = story(
        """
        until: 2025-04-14
        events:
          hit: {title: Hit}
        measures:
          recent: {count: hit, over: 9 days}
        """,
        "2025-04-14 hit",
    )
    assert s.value("recent", "2025-04-30") == "1"


def test_completing_a_clause_fulfils_it_whatever_its_kind() -> None:
    for kind in ("prohibition", "power", "right", "permission"):
        s = story(
            f"""
            events:
              act: {{by: party}}
              x: {{title: X}}
            clauses:
              it: {{kind: {kind}, bearer: a, act: act}}
            effects:
              - {{upon: x, complete: it}}
            """,
            "2025-03-01 x",
        )
        assert s.stage("it", "2025-03-01") == "fulfilled"
