"""Payments and amounts, the oldest first, and what was done before a duty applied."""

from __future__ import annotations

import pytest

from .contracts import contract, story

# --- money ------------------------------------------------------------------------------------------------------------

PAYMENTS = contract("""
    events:
      sold: {by: party, sum: money USD}
      paid: {by: party, sum: money USD}
    clauses:
      it: {kind: obligation, bearer: a, act: paid, for_each: sold, amount: sold.sum, paid_with: sum, within: 30 days}
    """)
OWED = ("2025-02-01 sold, by: b, sum: USD 100", "2025-02-02 sold, by: b, sum: USD 50")


def test_a_payment_settles_the_oldest_debt_first_and_the_rest_goes_to_the_next() -> None:
    s = PAYMENTS.with_events(*OWED, "2025-02-10 paid, by: a, sum: USD 120")
    assert s.stage("it", "2025-02-10", "1") == "fulfilled"
    assert s.stage("it", "2025-02-10", "2") == "in_force"
    assert s.paid("it", "2025-02-10", "2") == "USD 20"
    assert s.findings("overpayment", "2025-02-10") == 0


def test_what_is_left_of_a_payment_is_an_overpayment() -> None:
    s = PAYMENTS.with_events(*OWED, "2025-02-10 paid, by: a, sum: USD 151")
    assert s.stage("it", "2025-02-10", "2") == "fulfilled"
    assert s.findings("overpayment", "2025-02-10") == 1


def test_a_breached_debt_is_settled_by_a_late_payment_and_stays_breached() -> None:
    s = PAYMENTS.with_events(OWED[0], "2025-04-01 paid, by: a, sum: USD 100")
    assert s.stage("it", "2025-04-01") == "breached"
    assert s.paid("it", "2025-04-01") == "USD 100"
    assert s.findings("late_performance", "2025-04-01") == 1


def test_a_payment_by_another_pays_nothing() -> None:
    s = PAYMENTS.with_events(*OWED, "2025-02-10 paid, by: b, sum: USD 100")
    assert s.stage("it", "2025-02-10", "1") == "in_force"
    assert s.paid("it", "2025-02-10", "1") == "0"


def test_payments_go_over_the_debts_of_several_clauses_by_earliest_limit() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          later: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-07-31}
          earlier: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30}
        """,
        "2025-03-01 paid, by: a, sum: USD 15",
    )
    assert s.stage("earlier", "2025-03-01") == "fulfilled"
    assert s.paid("later", "2025-03-01") == "USD 5"


def test_a_breached_debt_with_an_open_remedy_of_the_same_act_gets_none_of_a_payment() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30}
          fine:
            kind: obligation
            bearer: a
            act: paid
            amount: USD 15
            paid_with: sum
            for_each: it becomes breached
            within: 30 days
        """,
        "2025-07-10 paid, by: a, sum: USD 15",
    )
    assert s.stage("fine", "2025-07-10") == "fulfilled"
    assert s.paid("it", "2025-07-10") == "0"


@pytest.mark.parametrize("ending", ["waived_by", "discharged_by"])
def test_a_breached_debt_that_was_waived_or_discharged_gets_none_of_a_payment(ending: str) -> None:
    s = story(
        f"""
        events:
          paid: {{by: party, sum: money USD}}
          let_go: {{title: Let go}}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: paid
            amount: USD 10
            paid_with: sum
            due: 2025-06-30
            {ending}: let_go
          other: {{kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-12-31}}
        """,
        "2025-07-05 let_go",
        "2025-07-10 paid, by: a, sum: USD 10",
    )
    assert s.stage("other", "2025-07-10") == "fulfilled"
    assert s.paid("it", "2025-07-10") == "0"


def test_the_amount_is_read_when_the_position_first_comes_into_force() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
          up: {title: Up}
        measures:
          price: {initial: USD 10, updates: [{upon: up, set: USD 20}]}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: price, paid_with: sum, due: 2025-06-30}
          live: {kind: obligation, bearer: a, act: paid, amount: price, paid_with: sum, due: 2025-06-30, accrues: true}
        """,
        "2025-02-01 up",
    )
    assert s.amount("it", "2025-02-01") == "USD 10"
    assert s.amount("live", "2025-02-01") == "USD 20"


def test_without_paid_with_any_matching_act_pays_in_full() -> None:
    s = story(
        """
        events:
          paid: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 10, due: 2025-06-30}
        """,
        "2025-02-01 paid, by: a",
    )
    assert s.stage("it", "2025-02-01") == "fulfilled"


def test_an_amount_of_zero_fulfils_nothing_before_the_limit_and_is_not_missed_at_it() -> None:
    s = story("""
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 0, paid_with: sum, due: 2025-06-30}
        """)
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "fulfilled"


def test_an_accruing_debt_of_a_period_is_not_settled_before_the_period_is_over() -> None:
    s = story(
        """
        events:
          sold: {sum: money USD}
          paid: {by: party, sum: money USD}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: paid
            every: month
            amount: sum(sold.sum where sold.date >= period.start and sold.date <= period.end)
            accrues: true
            paid_with: sum
            due: period.end + 10 days
        """,
        "2025-01-05 sold, sum: USD 10",
        "2025-01-10 paid, by: a, sum: USD 10",
        "2025-01-20 sold, sum: USD 5",
        "2025-02-05 paid, by: a, sum: USD 5",
    )
    assert s.stage("it", "2025-01-10", "1") == "in_force"
    assert s.amount("it", "2025-01-20", "1") == "USD 15"
    assert s.stage("it", "2025-02-05", "1") == "fulfilled"


# --- oldest first -----------------------------------------------------------------------------------------------------

MANY = contract("""
    events:
      made: {by: party, last?: date}
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, for_each: made, due: made.last}
    """)


def test_one_act_serves_the_open_instance_with_the_earliest_limit() -> None:
    s = MANY.with_events(
        "2025-02-01 made, by: b, last: 2025-09-30", "2025-02-02 made, by: b, last: 2025-06-30", "2025-03-01 act, by: a"
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["in_force", "fulfilled"]


def test_instances_without_a_limit_are_served_last() -> None:
    s = MANY.with_events("2025-02-01 made, by: b", "2025-02-02 made, by: b, last: 2025-06-30", "2025-03-01 act, by: a")
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["in_force", "fulfilled"]


def test_of_equal_limits_the_first_made_is_served() -> None:
    s = MANY.with_events(*(f"2025-02-0{day} made, by: b, last: 2025-06-30" for day in (1, 2)), "2025-03-01 act, by: a")
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["fulfilled", "in_force"]


def test_an_open_instance_is_served_before_a_breached_one() -> None:
    s = MANY.with_events(
        "2025-02-01 made, by: b, last: 2025-02-10",
        "2025-02-02 made, by: b, last: 2025-06-30",
        "2025-03-01 act, by: a",
        "2025-03-02 act, by: a",
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["breached", "fulfilled"]
    assert s.findings("late_performance", "2025-03-01") == 0
    assert s.findings("late_performance", "2025-03-02") == 1


def test_one_act_serves_one_instance_of_each_clause_it_matches() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          one: {kind: obligation, bearer: a, act: act}
          two: {kind: obligation, bearer: a, act: act}
        """,
        "2025-03-01 act, by: a",
    )
    assert [s.stage(name, "2025-03-01") for name in ("one", "two")] == ["fulfilled", "fulfilled"]


def test_an_act_breaks_every_instance_of_a_prohibition() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, for_each: made}
        """,
        "2025-02-01 made",
        "2025-02-02 made",
        "2025-03-01 act, by: a",
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["breached", "breached"]


# --- prior performance ------------------------------------------------------------------------------------------------


def test_part_payments_before_activation_count_where_prior_performance_counts() -> None:
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
            from: 2025-03-01
            prior_performance: counts
        """,
        "2025-02-01 paid, by: a, sum: USD 4",
        "2025-03-05 paid, by: a, sum: USD 6",
    )
    assert s.paid("it", "2025-03-01") == "USD 4"
    assert s.stage("it", "2025-03-05") == "fulfilled"


def test_an_earlier_bad_act_breaches_at_activation_where_prior_performance_counts() -> None:
    s = story(
        """
        events:
          act: {by: party}
          bad: {title: Bad}
        clauses:
          it: {kind: obligation, bearer: a, act: act, from: 2025-03-01, breached_by: bad, prior_performance: counts}
        """,
        "2025-02-01 bad",
    )
    assert s.stage("it", "2025-03-01") == "breached"


def test_an_earlier_act_outside_the_limits_does_not_count() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: act
            from: 2025-03-01
            not_before: 2025-02-15
            prior_performance: counts
        """,
        "2025-02-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "in_force"
