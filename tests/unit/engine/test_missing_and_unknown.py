"""Lengths, dates, amounts and parties that are missing or unknown, wherever a clause or an effect may meet them."""

from __future__ import annotations

import pytest

from dealcli.engine import making
from dealcli.engine.run import DoesNotSettle

from .contracts import story

TERMS = """
    terms:
      hidden: {value: undisclosed}
      nothing: {value: none}
      later: {value: 2025-06-01/..}
"""
EVENTS = """
    events:
      act: {by: party, "amount?": money USD}
      stop: {title: It stops}
      other: {title: Something else}
      begin: {title: It begins}
"""


# --- effects ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", ["at: other.date", "after: 1 / 0 * 1 day", "at: nothing", "after: nothing"])
def test_an_effect_without_a_day_never_takes_effect(delay: str) -> None:
    s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
              f"    effects:\n      - {{upon: stop, terminate: it, {delay}}}\n", "2025-03-01 stop")  # fmt: skip
    assert s.stage("it", "2025-12-31") == "in_force"


@pytest.mark.parametrize("delay", ["at: hidden", "after: hidden", "at: undisclosed", "after: undisclosed"])
def test_an_effect_after_an_unknown_time_has_perhaps_taken_effect_from_its_cause_on(delay: str) -> None:
    s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
              f"    effects:\n      - {{upon: stop, terminate: it, {delay}}}\n", "2025-03-01 stop")  # fmt: skip
    assert s.stage("it", "2025-02-28") == "in_force"
    assert s.possible("it", "2025-03-01") == ("in_force", "terminated")


def test_an_effect_in_an_open_interval_has_perhaps_taken_effect_from_its_first_day_on() -> None:
    s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
              "    effects:\n      - {upon: stop, terminate: it, at: later}\n", "2025-03-01 stop")  # fmt: skip
    assert s.stage("it", "2025-05-31") == "in_force"
    assert s.possible("it", "2025-06-01") == ("in_force", "terminated")


def test_an_effect_on_a_day_that_is_past_or_after_no_time_takes_effect_at_once() -> None:
    for delay in ("at: 2025-01-15", "after: 0 days", "after: -3 days"):
        s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
                  f"    effects:\n      - {{upon: stop, terminate: it, {delay}}}\n", "2025-03-01 stop")  # fmt: skip
        assert (s.stage("it", "2025-02-28"), s.stage("it", "2025-03-01")) == ("in_force", "terminated")


def test_a_limit_extended_by_an_unknown_length_is_unknown_and_by_a_missing_one_stays() -> None:
    for by, due in (("hidden", "unknown"), ("nothing", "2025-06-30"), ("3 days", "2025-07-03")):
        s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, due: 2025-06-30}}\n"
                  f"    effects:\n      - {{upon: stop, extend: it, by: {by}}}\n", "2025-03-01 stop")  # fmt: skip
        assert s.due("it", "2025-03-01") == due


def test_a_duty_handed_to_the_one_who_bears_it_or_to_nobody_stays_where_it_is() -> None:
    for to in ("a", "nothing"):
        s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
                  f"    effects:\n      - {{upon: stop, assign: it, side: bearer, to: {to}}}\n", "2025-03-01 stop")  # fmt: skip
        assert s.position("it", "2025-03-01").bearer == "a"
        assert [t for t in s.run("2025-03-01").state.transitions if t.kind == "party"] == []


@pytest.mark.parametrize(("verb", "stage"), [("waive", "waived"), ("discharge", "discharged")])
def test_an_effect_on_an_agreement_that_forgives_reaches_all_its_positions(verb: str, stage: str) -> None:
    s = story(f"{EVENTS}    clauses:\n      one: {{kind: obligation, bearer: a, act: act}}\n"
              "      many: {kind: obligation, bearer: b, act: act, for_each: begin}\n"
              f"    effects:\n      - {{upon: stop, {verb}: agreement}}\n",
              "2025-02-01 begin", "2025-02-02 begin", "2025-03-01 stop")  # fmt: skip
    assert s.agreement("2025-03-01") == "in_force"
    assert [p.shown for name in ("one", "many") for p in s.positions(name, "2025-03-01")] == [stage] * 3


# --- limits and spans ---------------------------------------------------------------------------------------------------


def test_a_missing_limit_is_no_limit() -> None:
    s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, within: 1 / 0 * 1 day}}\n")
    assert (s.due("it", "2025-12-31"), s.stage("it", "2025-12-31")) == ("none", "in_force")


def test_a_limit_or_an_end_on_the_last_day_of_the_calendar_never_passes() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-01-01
        until: 9999-12-31
        parties: {a: A, b: B}
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 9999-12-31}
        """)
    assert (s.stage("it", "9999-12-31"), s.agreement("9999-12-31")) == ("in_force", "in_force")


def test_an_agreement_that_begins_with_an_event_and_whose_end_is_not_published_may_be_over_from_then_on() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: begin
        until: undisclosed
        parties: {a: A, b: B}
        events:
          begin: {title: It begins}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
        """, "2025-03-01 begin")  # fmt: skip
    assert s.agreement("2025-02-28") == "pending"
    assert s.agreement("2025-03-01") == "undetermined"
    assert s.stage("it", "2025-03-01") == "undetermined"


def test_an_act_before_the_event_that_opens_its_time_is_premature() -> None:
    s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, not_before: begin}}\n",
              "2025-02-01 act, by: a", "2025-03-01 begin", "2025-03-02 act, by: a")  # fmt: skip
    assert (s.stage("it", "2025-02-01"), s.findings("premature_performance", "2025-02-01")) == ("in_force", 1)
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.stage("it", "2025-03-02") == "fulfilled"


def test_earlier_acts_count_only_inside_the_limits() -> None:
    for limit, stage in (("not_before: 2025-02-01", "in_force"), ("not_before: 2025-01-15", "fulfilled"),
                         ("due: 2025-01-19", "breached"), ("due: 2025-01-20", "fulfilled")):  # fmt: skip
        s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, for_each: begin, prior_performance: counts, "
                  f"{limit}}}\n", "2025-01-20 act, by: a", "2025-03-01 begin")  # fmt: skip
        assert s.stage("it", "2025-03-01") == stage


def test_a_date_may_stand_where_something_occurs() -> None:
    s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, discharged_by: 2025-05-01}}\n"
              "      known: {kind: obligation, bearer: a, act: act, waived_by: later}\n"
              f"{TERMS}")  # fmt: skip
    assert [s.stage("it", day) for day in ("2025-04-30", "2025-05-01")] == ["in_force", "discharged"]
    assert [s.stage("known", day) for day in ("2025-05-31", "2025-06-01")] == ["in_force", "undetermined"]


def test_a_duty_that_perhaps_began_counts_its_length_from_then_or_from_when_it_certainly_does() -> None:
    s = story(f"{EVENTS}    facts:\n      on: {{starts: begin}}\n"
              "    clauses:\n      it: {kind: prohibition, bearer: a, act: act, while: on, until: 30 days}\n",
              "2025-02-01 begin, happened: unconfirmed", "2025-02-11 begin")  # fmt: skip
    assert s.stage("it", "2025-03-03") == "in_force"
    assert s.stage("it", "2025-03-04") == "undetermined"


def test_an_amount_read_when_a_duty_perhaps_began_and_again_when_it_certainly_did_is_unknown_if_they_differ() -> None:
    text = (f"{EVENTS}    facts:\n      on: {{starts: begin}}\n    measures:\n      stops: {{count: stop}}\n"
            "    clauses:\n      it: {kind: obligation, bearer: a, while: on, act: act, paid_with: amount, amount: USD 5 + USD 1 * stops}\n")  # fmt: skip
    rows = ("2025-02-01 begin, happened: unconfirmed", "2025-02-11 begin")
    assert story(text, *rows).amount("it", "2025-02-11") == "USD 5"
    assert story(text, rows[0], "2025-02-05 stop", rows[1]).amount("it", "2025-02-11") == "unknown"


# --- parties --------------------------------------------------------------------------------------------------------------


def test_an_act_by_nobody_knows_whom_or_for_a_bearer_nobody_knows_perhaps_performs() -> None:
    text = f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n    effects:\n      - {{upon: stop, assign: it, side: bearer, to: b}}\n"
    assert sorted(story(text, "2025-02-01 act, by: unknown").possible("it", "2025-02-01")) == ["fulfilled", "in_force"]
    moved = story(text, "2025-02-01 stop, happened: unconfirmed", "2025-02-02 act, by: b")
    assert sorted(moved.possible("it", "2025-02-02")) == ["fulfilled", "in_force"]


# --- payments ---------------------------------------------------------------------------------------------------------------

DEBTS = """
    clauses:
      first: {kind: obligation, bearer: a, act: act, paid_with: amount, amount: USD 5, due: undisclosed}
      second: {kind: obligation, bearer: a, act: act, paid_with: amount, amount: SECOND, due: 2025-06-30}
"""


def test_a_payment_that_says_no_amount_pays_nothing() -> None:
    s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, paid_with: amount, amount: USD 5}}\n", "2025-02-01 act, by: a")
    assert (s.stage("it", "2025-02-01"), s.paid("it", "2025-02-01"), s.findings("overpayment", "2025-02-01")) == ("in_force", "0", 0)


def test_where_the_order_of_debts_is_unknown_only_a_payment_of_all_of_them_certainly_settles_one() -> None:
    for amount, shown in (("USD 12", "fulfilled"), ("USD 11", "undetermined")):
        s = story(EVENTS + DEBTS.replace("SECOND", "USD 7"), f"2025-02-01 act, by: a, amount: {amount}")
        assert s.stage("second", "2025-02-01") == shown


def test_where_one_of_several_debts_has_no_amount_it_is_not_known_what_a_payment_reaches() -> None:
    s = story(TERMS + EVENTS + DEBTS.replace("SECOND", "nothing"), "2025-02-01 act, by: a, amount: USD 5")
    assert (s.stage("first", "2025-02-01"), s.paid("first", "2025-02-01")) == ("undetermined", "unknown")


def test_one_payment_settles_one_debt_after_the_other() -> None:
    text = EVENTS + DEBTS.replace("SECOND", "USD 2").replace("USD 5, due: undisclosed", "USD 1, due: 2025-06-01")
    s = story(text, "2025-02-01 act, by: a, amount: USD 3")
    assert [s.paid(name, "2025-02-01") for name in ("first", "second")] == ["USD 1", "USD 2"]
    assert (s.stage("second", "2025-02-01"), s.findings("overpayment", "2025-02-01")) == ("fulfilled", 0)


# --- recurring clauses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", ["1 day + hidden", "1 / 0 * 1 day"])
def test_a_clause_that_recurs_after_an_unknown_or_missing_length_makes_no_period(length: str) -> None:
    s = story(f"{TERMS}{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, every: {length}}}\n")
    assert s.positions("it", "2025-12-31") == []


def test_a_period_that_ends_before_the_agreement_begins_is_not_made() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-02-10
        parties: {a: A, b: B}
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month, first: 2025-01-01}
        """)  # fmt: skip
    assert s.keys("it", "2025-03-31") == ["2", "3"]


def test_a_clause_that_would_make_too_many_periods_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_PERIODS", 12)
    text = f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act, every: month}}\n"
    assert len(story(text).positions("it", "2025-11-30")) == 11
    with pytest.raises(DoesNotSettle, match=r"deal\.it would make over 12 periods"):
        story(text).run("2026-01-31")


# --- settling -----------------------------------------------------------------------------------------------------------------


def test_a_position_that_enters_a_stage_again_and_again_in_one_settle_does_not_settle() -> None:
    s = story(f"{EVENTS}    facts:\n      stopped: {{starts: stop}}\n    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
              "    effects:\n      - {upon: stop, suspend: it}\n      - {upon: it becomes suspended, resume: it}\n"
              "      - {upon: it becomes in_force where stopped, suspend: it}\n", "2025-03-01 stop")  # fmt: skip
    assert s.stage("it", "2025-02-28") == "in_force"
    with pytest.raises(DoesNotSettle, match=r"deal\.it becomes"):
        s.run("2025-03-01")


def test_a_clause_that_only_restates_another_has_no_position_whatever_would_make_one() -> None:
    s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
              "      each: {kind: obligation, bearer: a, act: act, for_each: begin, restates: it}\n"
              "      monthly: {kind: obligation, bearer: a, act: act, every: month, restates: it}\n", "2025-02-01 begin")  # fmt: skip
    assert [len(s.positions(name, "2025-06-30")) for name in ("it", "each", "monthly")] == [1, 0, 0]
