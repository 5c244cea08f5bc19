"""Each finding, what is unknown and how long it stays so, and instruments that do not bind."""

from __future__ import annotations

import pytest

from dealcli.analysis.findings import all_findings

from .contracts import contract, story
from .test_obligation_cells import sentence
from .worlds import REACH, world

# --- findings ---------------------------------------------------------------------------------------------------------

DUTY = contract("""
    events:
      act: {by: party, quality: text}
      other: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act where quality = 'good', due: 2025-06-30}
    """)


def test_a_breach_is_a_finding_with_its_date_clause_and_severity() -> None:
    [found] = [f for f in all_findings(DUTY.with_events().run("2025-07-01")) if f.kind == "breach"]
    assert (found.severity, found.clause, str(found.day)) == ("error", "deal.it", "2025-07-01")


def test_every_breach_of_a_prohibition_is_a_finding_of_its_own() -> None:
    s = world("kind: prohibition\nact: act").with_events(
        "2025-01-05 on", "2025-02-01 act, by: a", "2025-03-01 act, by: a"
    )
    assert s.findings("breach", "2025-03-01", "it") == 2


def test_a_possible_breach_is_a_finding() -> None:
    s = world("kind: prohibition\nact: act").with_events(
        "2025-01-05 on", "2025-02-01 act, by: a, happened: unconfirmed"
    )
    assert s.findings("possible_breach", "2025-02-01", "it") == 1
    assert s.findings("breach", "2025-02-01") == 0


@pytest.mark.parametrize(
    "line", ["2025-03-01 act, by: a, quality: bad", "2025-03-01 act, by: b, quality: good"], ids=["where", "party"]
)
def test_an_event_that_failed_only_in_its_quality_or_party_is_a_near_miss(line: str) -> None:
    s = DUTY.with_events(line)
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.findings("near_miss", "2025-03-01", "it") == 1


def test_an_event_that_served_something_else_is_no_near_miss() -> None:
    s = story(
        """
        events:
          act: {by: party, quality: text}
        clauses:
          good: {kind: obligation, bearer: a, act: act where quality = 'good'}
          any_at_all: {kind: obligation, bearer: a, act: act}
        """,
        "2025-03-01 act, by: a, quality: bad",
    )
    assert s.findings("near_miss", "2025-03-01") == 0


def test_another_of_several_bearers_doing_it_is_no_near_miss() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: [a, b], act: act, due: 2025-06-30}
        """,
        "2025-03-01 act, by: b",
    )
    assert s.findings("near_miss", "2025-03-01") == 0


def test_a_prohibition_has_no_near_misses() -> None:
    s = world("kind: prohibition\nact: act").with_events("2025-01-05 on", "2025-03-01 act, by: b")
    assert s.findings("near_miss", "2025-03-01", "it") == 0


def test_a_duty_that_no_longer_waits_has_no_near_misses() -> None:
    s = DUTY.with_events("2025-02-01 act, by: a, quality: good", "2025-03-01 act, by: a, quality: bad")
    assert s.findings("near_miss", "2025-03-01") == 0


def test_an_event_that_nothing_looks_at_is_an_unused_event() -> None:
    s = DUTY.with_events("2025-03-01 other, by: a")
    assert s.findings("unused_event", "2025-03-01") == 1


def test_an_event_whose_valid_condition_fails_is_impossible_and_has_no_effect() -> None:
    s = story(
        """
        events:
          act: {by: party, n: number, valid: n > 0}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
        measures:
          acts: {count: act}
        """,
        "2025-03-01 act, by: a, n: 0",
    )
    assert s.findings("impossible_event", "2025-03-01") == 1
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.value("acts", "2025-03-01") == "0"


CONFLICT = """
    events:
      act: {by: party}
    clauses:
      must: {kind: KIND, bearer: a, act: act}
      must_not: {kind: prohibition, bearer: a, act: act}
    """


@pytest.mark.parametrize("kind", ["obligation", "permission"])
def test_an_event_that_one_position_asks_for_or_permits_and_another_forbids_is_a_conflict(kind: str) -> None:
    s = story(CONFLICT.replace("KIND", kind), "2025-03-01 act, by: a")
    assert s.findings("conflict", "2025-03-01") == 1


def test_an_exception_is_no_conflict() -> None:
    text = CONFLICT.replace("KIND, bearer: a, act: act", "permission, bearer: a, act: act, exception_to: must_not")
    assert story(text, "2025-03-01 act, by: a").findings("conflict", "2025-03-01") == 0


def test_what_was_never_done_is_no_conflict() -> None:
    assert story(CONFLICT.replace("KIND", "obligation")).findings("conflict", "2025-03-01") == 0


def test_premature_performance_is_a_finding_and_no_near_miss() -> None:
    s = world("kind: obligation\nact: act\nnot_before: 2025-04-01").with_events(
        "2025-01-05 on", "2025-03-01 act, by: a"
    )
    assert s.findings("premature_performance", "2025-03-01", "it") == 1
    assert s.findings("near_miss", "2025-03-01", "it") == 0


def test_a_narrower_duty_that_outlives_the_wider_one_is_a_finding() -> None:
    s = story(
        """
        events:
          act: {by: party, big: boolean}
          quit: {title: Quit}
        clauses:
          wide: {kind: prohibition, bearer: a, act: act}
          narrow: {kind: prohibition, bearer: a, act: act where big}
        effects:
          - {upon: quit, terminate: wide}
        """,
        "2025-03-01 quit",
    )
    assert s.findings("narrower_outlives_wider", "2025-02-28") == 0
    assert s.findings("narrower_outlives_wider", "2025-03-01") == 1


PARTIAL = contract("""
    events:
      act: {by: party, reporting: partial}
      other: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
      choice: {kind: power, bearer: a, act: act, due: 2025-06-30, effects: [{terminate: it}]}
    """)


def test_where_an_act_may_have_gone_unreported_a_passed_limit_leaves_the_duty_undetermined() -> None:
    s = PARTIAL.with_events()
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.possible("it", "2025-07-01") == ("breached", "fulfilled")
    assert s.findings("unreported", "2025-07-01", "it") == 1


def test_where_an_act_may_have_gone_unreported_a_passed_limit_leaves_a_power_undetermined() -> None:
    assert PARTIAL.with_events().possible("choice", "2025-07-01") == ("exercised", "lapsed")


KNOWN_THROUGH = """
    known_through: 2025-05-31
    events:
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, due: DUE}
    """


def test_up_to_the_day_through_which_a_deal_is_known_the_absence_of_an_act_is_a_miss() -> None:
    assert story(KNOWN_THROUGH.replace("DUE", "2025-05-31")).stage("it", "2025-06-01") == "breached"
    assert story(KNOWN_THROUGH.replace("DUE", "2025-05-30")).stage("it", "2025-05-31") == "breached"


def test_after_the_day_through_which_a_deal_is_known_the_absence_of_an_act_is_unknown() -> None:
    s = story(KNOWN_THROUGH.replace("DUE", "2025-06-30"))
    assert s.possible("it", "2025-07-01") == ("breached", "fulfilled")


def test_an_assumption_is_a_finding_with_its_reason() -> None:
    s = story("""
        events:
          act: {by: party}
        terms:
          window: {value: 10 days, assumed: It is usual in the trade}
        clauses:
          it: {kind: obligation, bearer: a, act: act, within: window}
        """)
    [found] = [f for f in all_findings(s.run("2025-01-05")) if f.kind == "assumption"]
    assert (found.severity, "usual in the trade" in found.text) == ("info", True)


def test_a_run_beyond_the_day_through_which_a_deal_is_known_says_so() -> None:
    s = story(KNOWN_THROUGH.replace("DUE", "2025-06-30"))
    assert s.findings("known_through_passed", "2025-05-31") == 0
    assert s.findings("known_through_passed", "2025-06-01") == 1


def test_a_near_miss_needs_an_open_position_of_the_same_key() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          act: {by: party, sale: id, quality: text}
        clauses:
          it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act where quality = 'good'}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-03-01 act, by: a, sale: two, quality: bad",
        "2025-03-02 act, by: a, sale: one, quality: bad",
    )
    assert s.findings("near_miss", "2025-03-01") == 0
    assert s.findings("near_miss", "2025-03-02", "it") == 1


@pytest.mark.parametrize("kind", ["condition", "right", "power"])
def test_conditions_rights_and_powers_have_near_misses_too(kind: str) -> None:
    bearer = "" if kind == "condition" else "bearer: a, "
    s = story(
        f"""
        events:
          act: {{by: party, quality: text}}
        clauses:
          it: {{kind: {kind}, {bearer}act: act where quality = 'good'}}
        """,
        "2025-03-01 act, by: a, quality: bad",
    )
    assert s.findings("near_miss", "2025-03-01", "it") == 1


def test_a_conflict_of_two_keys_is_none() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          banned: {sale: id}
          act: {by: party, sale: id}
        clauses:
          must: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act}
          must_not: {kind: prohibition, bearer: a, for_each: banned, key: sale, act: act}
        """,
        "2025-02-01 sold, by: b, sale: one",
        "2025-02-02 banned, sale: two",
        "2025-03-01 act, by: a, sale: one",
    )
    assert s.findings("conflict", "2025-03-01") == 0


# --- binding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["agreement", "clause"])
def test_what_does_not_bind_runs_through_the_same_stages_and_its_miss_is_no_error(place: str) -> None:
    s = story(f"""
        {"binding: false" if place == "agreement" else ""}
        events:
          act: {{by: party}}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: act
            due: 2025-06-30
            {"binding: false" if place == "clause" else ""}
        """)
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "breached"
    assert s.position("it", "2025-07-01").clause.binding is False
    assert s.findings("breach", "2025-07-01") == 0
    assert {f.severity for f in all_findings(s.run("2025-07-01"))} == {"info"}


# --- unknown ----------------------------------------------------------------------------------------------------------


def test_an_undisclosed_limit_makes_a_position_undetermined_from_activation() -> None:
    s = story(
        """
        events:
          act: {by: party}
          made: {title: Made}
        terms:
          window: {value: undisclosed}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, within: window}
          choice: {kind: power, bearer: a, act: act, for_each: made, within: window}
        """,
        "2025-03-01 made",
    )
    assert s.possible("it", "2025-03-01") == ("breached", "in_force")
    assert s.possible("choice", "2025-03-01") == ("in_force", "lapsed")


def test_nothing_performs_a_clause_whose_act_is_undisclosed() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: undisclosed, due: 2025-06-30}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "in_force"


def test_an_unconfirmed_act_leaves_a_duty_undetermined() -> None:
    s = world("kind: obligation\nact: act\ndue: 2025-06-30").with_events(
        "2025-01-05 on", "2025-03-01 act, by: a, happened: unconfirmed"
    )
    assert s.possible("it", "2025-03-01") == ("fulfilled", "in_force")
    assert s.possible("it", "2025-07-01") == ("breached", "fulfilled")


def test_a_confirmed_act_after_an_unconfirmed_one_settles_the_duty() -> None:
    s = world("kind: obligation\nact: act\ndue: 2025-06-30").with_events(
        "2025-01-05 on",
        "2025-03-01 act, by: a, happened: unconfirmed",
        "2025-04-01 act, by: a",
    )
    assert s.stage("it", "2025-04-01") == "fulfilled"


def test_an_unknown_attribute_leaves_the_match_of_an_act_unknown() -> None:
    s = DUTY.with_events("2025-03-01 act, by: a, quality: unknown")
    assert s.possible("it", "2025-03-01") == ("fulfilled", "in_force")


def test_an_unconfirmed_event_makes_what_it_sets_unknown() -> None:
    s = story(
        """
        events:
          up: {title: Up}
          act: {by: party}
        facts:
          high: {starts: up}
        measures:
          ups: {count: up}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: up, within: 10 days}
        """,
        "2025-03-01 up, happened: unconfirmed",
    )
    assert s.value("high", "2025-03-01") == "unknown"
    assert s.value("ups", "2025-03-01") == "at least 0"
    assert s.stage("it", "2025-03-01") == "undetermined"
    assert s.possible("it", "2025-03-01") == ("in_force", "none")


def test_what_an_unconfirmed_event_would_end_has_a_doubtful_gate_from_then_on() -> None:
    s = story(
        """
        events:
          closing: {title: Closing}
          act: {by: party}
        clauses:
          it: {kind: permission, bearer: a, act: act, until: closing}
        """,
        "2025-03-01 closing, happened: unconfirmed",
    )
    assert s.stage("it", "2025-02-28") == "in_force"
    assert s.possible("it", "2025-03-01") == ("ended", "in_force")


def test_what_an_unconfirmed_event_would_begin_is_undetermined() -> None:
    s = story(
        """
        events:
          closing: {title: Closing}
          act: {by: party}
        clauses:
          it: {kind: permission, bearer: a, act: act, from: closing}
        """,
        "2025-03-01 closing, happened: unconfirmed",
    )
    assert s.stage("it", "2025-02-28") == "pending"
    assert s.stage("it", "2025-03-01") == "undetermined"
    assert "in_force" in s.possible("it", "2025-03-01")


def test_an_unconfirmed_event_leaves_an_agreement_that_begins_or_ends_with_it_undetermined() -> None:
    s = story(
        """
        agreement: deal
        title: Deal
        from: signed
        parties: {a: A, b: B}
        events:
          signed: {title: Signed}
          kill: {title: Kill}
        effects:
          - {upon: kill, terminate: agreement}
        """,
        "2025-02-01 signed, happened: unconfirmed",
    )
    assert s.agreement("2025-02-01") == "undetermined"


def test_an_unconfirmed_suspension_leaves_a_position_undetermined() -> None:
    s = world("kind: obligation\nact: act").with_events("2025-01-05 on", "2025-02-01 stop, happened: unconfirmed")
    assert s.possible("it", "2025-02-01") == ("in_force", "suspended")


def test_a_doubtful_duty_that_is_unperformed_before_its_limit_is_in_force() -> None:
    assert PARTIAL.with_events().stage("it", "2025-03-01") == "in_force"


def test_the_stage_of_a_doubtful_position_settles_when_its_gate_is_known_again() -> None:
    s = world("kind: obligation\nact: act").with_events(*REACH["undetermined"], "2025-03-01 unblock")
    assert s.stage("it", "2025-03-01") == "in_force"


# --- what is asked of a position --------------------------------------------------------------------------------------

ASKED = """
    events:
      act: {by: party}
    clauses:
      it: {kind: KIND, bearer: a, act: act, due: 2025-06-30}
    measures:
      binds: {is: if it is in_force then 1 else 0}
      done: {is: if it is performed then 1 else 0}
    """


@pytest.mark.parametrize(
    ("kind", "lines", "on", "binds", "done"),
    [
        ("obligation", (), "2025-03-01", "1", "0"),
        ("obligation", ("2025-03-01 act, by: a",), "2025-03-01", "0", "1"),
        ("obligation", (), "2025-07-01", "0", "0"),
        ("obligation", ("2025-07-05 act, by: a",), "2025-07-05", "0", "1"),
    ],
    ids=sentence,
)
def test_is_in_force_asks_whether_it_binds_now_and_is_performed_counts_late_performance(
    kind: str, lines: tuple[str, ...], on: str, binds: str, done: str
) -> None:
    s = story(ASKED.replace("KIND", kind), *lines)
    assert (s.value("binds", on), s.value("done", on)) == (binds, done)


def test_a_breached_prohibition_is_in_force_where_that_is_asked() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act}
        measures:
          binds: {is: if it is in_force then 1 else 0}
        """,
        "2025-03-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "breached"
    assert s.value("binds", "2025-03-01") == "1"


def test_every_change_is_a_transition_with_its_date_cue_cause_and_evidence() -> None:
    s = world("kind: obligation\nact: act").with_events("2025-01-05 on", "2025-03-01 act, by: a")
    changes = [t for t in s.run("2025-03-01").state.transitions if t.name == "deal.it"]
    last = changes[-1]
    assert (str(last.day), last.cue, last.before, last.after) == ("2025-03-01", "performed", "in_force", "fulfilled")
    assert (last.cause.kind, last.cause.thing.full) == ("event", "deal.act")
    assert [(t.before, t.after) for t in changes][-2:] == [("pending", "in_force"), ("in_force", "fulfilled")]
