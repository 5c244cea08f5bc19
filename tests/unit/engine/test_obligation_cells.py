"""Every cell of the table of an obligation with an act, and of a condition, walked on a small contract."""

from __future__ import annotations

from textwrap import dedent

import pytest

from .contracts import HEADING, Story, story
from .worlds import CUES, REACH, after, world

DUTY = "kind: obligation\nact: act\ndue: 2025-06-30\nbreached_by: bad"
CONDITION = "kind: condition\nact: act\ndue: 2025-06-30"
FINAL = ("fulfilled", "waived", "discharged", "terminated", "superseded")
NOT_OWED = ("pending", "ended")
OPEN = ("in_force", "suspended", "displaced")

CELLS = [
    *[(stage, "the act is done", stage) for stage in NOT_OWED],
    *[(stage, "it is done badly", stage) for stage in NOT_OWED],
    *[(stage, "the act is done", "fulfilled") for stage in OPEN],
    ("in_force", "it is done badly", "breached"),
    *[(stage, "it is waived", "waived") for stage in (*NOT_OWED, *OPEN, "undetermined")],
    *[(stage, "it is discharged", "discharged") for stage in (*NOT_OWED, *OPEN, "undetermined")],
    *[(stage, "it is terminated", "terminated") for stage in (*NOT_OWED, *OPEN, "undetermined")],
    *[(stage, "the agreement is terminated", "terminated") for stage in (*NOT_OWED, *OPEN, "undetermined")],
    *[(stage, "the agreement is completed", "ended") for stage in (*NOT_OWED, *OPEN, "undetermined")],
    *[(stage, "it is superseded", "superseded") for stage in (*NOT_OWED, *OPEN, "undetermined")],
    *[
        (stage, cue, stage)
        for stage in FINAL
        for cue in (
            "the act is done",
            "it is done badly",
            "it is waived",
            "it is discharged",
            "it is terminated",
            "the agreement is terminated",
            "the agreement is completed",
            "it is superseded",
        )
    ],
]


def sentence(cell: object) -> str:
    return str(cell).replace("_", " ")


@pytest.mark.parametrize(("stage", "cue", "expected"), CELLS, ids=sentence)
def test_an_obligation_in_a_stage_becomes_what_its_table_says_when_something_happens(
    stage: str, cue: str, expected: str
) -> None:
    assert after(DUTY, stage, cue) == expected


CONDITION_CELLS = [
    (stage, cue, {"fulfilled": "met"}.get(expected, expected))
    for stage, cue, expected in CELLS
    if stage != "fulfilled" and cue != "it is done badly"
] + [
    ("met", cue, "met")
    for cue in ("the act is done", "it is waived", "it is terminated", "the agreement is completed", "it is superseded")
]


@pytest.mark.parametrize(("stage", "cue", "expected"), CONDITION_CELLS, ids=sentence)
def test_a_condition_goes_through_the_table_of_an_obligation_with_words_of_its_own(
    stage: str, cue: str, expected: str
) -> None:
    assert after(CONDITION, stage, cue) == expected


MISSED = [
    ("pending", "ended"),
    ("ended", "ended"),
    ("in_force", "breached"),
    ("suspended", "suspended"),
    ("displaced", "displaced"),
    ("undetermined", "undetermined"),
    *[(stage, stage) for stage in FINAL],
]


@pytest.mark.parametrize(("stage", "expected"), MISSED, ids=sentence)
def test_an_obligation_in_a_stage_becomes_what_its_table_says_when_its_limit_passes(stage: str, expected: str) -> None:
    assert world(DUTY).with_events(*REACH[stage]).stage("it", "2025-07-01") == expected


@pytest.mark.parametrize(
    ("stage", "expected"), [(s, {"breached": "failed"}.get(e, e)) for s, e in MISSED if s != "fulfilled"], ids=sentence
)
def test_a_condition_in_a_stage_becomes_what_its_table_says_when_its_limit_passes(stage: str, expected: str) -> None:
    assert world(CONDITION).with_events(*REACH[stage]).stage("it", "2025-07-01") == expected


BREACHED = [
    ("the act is done", "breached"),
    ("it is waived", "waived"),
    ("it is discharged", "breached"),
    ("it is terminated", "breached"),
    ("the agreement is terminated", "breached"),
    ("the agreement is completed", "breached"),
    ("it is superseded", "breached"),
]


@pytest.mark.parametrize(("cue", "expected"), BREACHED, ids=sentence)
def test_a_breached_obligation_becomes_what_its_table_says_when_something_happens(cue: str, expected: str) -> None:
    s = world(DUTY).with_events(*REACH["in_force"], CUES[cue].format(month="08"))
    assert s.stage("it", "2025-07-31") == "breached"
    assert s.stage("it", "2025-08-02") == expected
    assert s.breaches("it", "2025-08-02") == ["2025-07-01"]


@pytest.mark.parametrize(
    "cue", ["it is discharged", "it is terminated", "the agreement is terminated", "it is superseded"], ids=sentence
)
def test_a_breached_obligation_that_ends_is_released(cue: str) -> None:
    s = world(DUTY).with_events(*REACH["in_force"], CUES[cue].format(month="08"))
    assert s.position("it", "2025-08-02").released


def test_a_passed_limit_shows_from_the_day_after_its_last_day() -> None:
    s = world(DUTY).with_events(*REACH["in_force"])
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "breached"
    assert s.since("it", "2025-07-05") == "2025-07-01"


def test_an_act_before_not_before_performs_nothing_and_is_premature() -> None:
    s = world(DUTY + "\nnot_before: 2025-04-01").with_events(
        "2025-01-05 on", "2025-03-01 act, by: a", "2025-04-01 act, by: a"
    )
    assert s.stage("it", "2025-03-31") == "in_force"
    assert s.findings("premature_performance", "2025-03-31", "it") == 1
    assert s.stage("it", "2025-04-01") == "fulfilled"


def test_late_performance_leaves_an_obligation_breached_and_marks_it_performed() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
          next: {kind: obligation, bearer: b, act: act, for_each: it becomes performed}
        measures:
          seen: {is: if it is performed then 1 else 0}
        """,
        "2025-07-10 act, by: a",
    )
    assert s.stage("it", "2025-07-11") == "breached"
    assert s.findings("late_performance", "2025-07-11", "it") == 1
    assert s.stage("next", "2025-07-11") == "in_force"
    assert s.value("seen", "2025-07-11") == "1"
    assert s.value("seen", "2025-07-09") == "0"


def test_a_breach_made_good_within_the_cure_is_cured() -> None:
    s = world(DUTY + "\ncure: 10 days").with_events("2025-01-05 on", "2025-07-10 act, by: a")
    assert s.stage("it", "2025-07-09") == "breached"
    assert s.stage("it", "2025-07-10") == "cured"
    assert s.breaches("it", "2025-07-10") == ["2025-07-01"]


def test_the_cure_counts_from_the_missed_limit_and_ends_with_its_last_day() -> None:
    s = world(DUTY + "\ncure: 10 days").with_events("2025-01-05 on", "2025-07-11 act, by: a")
    assert s.stage("it", "2025-07-11") == "breached"
    assert s.findings("late_performance", "2025-07-11", "it") == 1


def test_any_time_cures_however_late() -> None:
    s = world(DUTY + "\ncure: any_time").with_events("2025-01-05 on", "2025-11-11 act, by: a")
    assert s.stage("it", "2025-11-11") == "cured"


def test_a_passed_cure_leaves_the_breach_incurable() -> None:
    """(r) Nothing in the published cases passes a cure: the stage has no better word, the last chance alone is gone."""
    s = world(DUTY + "\ncure: 10 days").with_events("2025-01-05 on")
    assert s.stage("it", "2025-08-01") == "breached"
    assert s.history("it", "2025-08-01")[-1] == ("2025-07-01", "in_force", "breached")


@pytest.mark.parametrize(
    "cue", ["the act is done", "it is waived", "it is discharged", "it is terminated", "it is superseded"], ids=sentence
)
def test_a_cured_obligation_stays_cured(cue: str) -> None:
    s = world(DUTY + "\ncure: any_time").with_events(
        "2025-01-05 on", "2025-07-10 act, by: a", CUES[cue].format(month="08")
    )
    assert s.stage("it", "2025-08-02") == "cured"


def test_bad_performance_counts_its_cure_from_the_bad_act() -> None:
    s = world(DUTY + "\ncure: 10 days").with_events("2025-01-05 on", "2025-03-01 bad", "2025-03-11 act, by: a")
    assert s.stage("it", "2025-03-01") == "breached"
    assert s.breaches("it", "2025-03-01") == ["2025-03-01"]
    assert s.stage("it", "2025-03-11") == "cured"


# --- reasoned cells ---------------------------------------------------------------------------------------------------


def test_a_limit_that_passes_before_the_duty_applies_ends_it_for_good() -> None:
    """(r) What was not owed on its last day was never missed; a gate that opens later revives no past limit."""
    s = world(DUTY).with_events("2025-08-01 on")
    assert s.stage("it", "2025-07-15") == "ended"
    assert s.stage("it", "2025-08-02") == "ended"
    assert s.breaches("it", "2025-08-02") == []


def test_a_limit_that_passes_while_the_duty_had_ceased_to_apply_ends_it_for_good() -> None:
    """(r) As above, for a duty that had applied and no longer did."""
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 off", "2025-08-01 on")
    assert s.stage("it", "2025-08-02") == "ended"


def test_a_suspension_that_runs_lets_the_limit_pass_on_resumption() -> None:
    """(r) The clock ran on, but a suspended duty cannot be missed: the miss shows when the suspension is lifted."""
    s = world(DUTY + "\nsuspension: runs").with_events(*REACH["suspended"], "2025-08-01 go")
    assert s.stage("it", "2025-07-31") == "suspended"
    assert s.stage("it", "2025-08-01") == "breached"


def test_a_duty_whose_suspension_runs_may_still_be_performed_while_suspended() -> None:
    """(r) The limit is only marked as passed: performance before the resumption leaves nothing to be missed."""
    s = world(DUTY + "\nsuspension: runs").with_events(*REACH["suspended"], "2025-07-15 act, by: a", "2025-08-01 go")
    assert s.stage("it", "2025-08-02") == "fulfilled"


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        ("2025-03-01 waiver", "waived"),
        ("2025-03-01 release", "discharged"),
        ("2025-03-01 quit", "terminated"),
        ("2025-03-01 kill", "terminated"),
        ("2025-03-01 done", "ended"),
        ("2025-03-01 amended", "superseded"),
    ],
    ids=sentence,
)
def test_a_duty_whose_suspension_runs_ends_as_any_other(cue: str, expected: str) -> None:
    """(r) Whether the clock stood still has no bearing on what else may end a duty."""
    assert (
        world(DUTY + "\nsuspension: runs").with_events(*REACH["suspended"], cue).stage("it", "2025-03-02") == expected
    )


def test_a_limit_displaced_over_moves_to_the_end_of_the_day_on_which_the_displacement_ends() -> None:
    """(r) Nobody can miss what something else displaces; one day is left, as it may be done that very day."""
    s = world(DUTY).with_events(*REACH["displaced"], "2025-08-01 unblock")
    assert s.stage("it", "2025-07-31") == "displaced"
    assert s.stage("it", "2025-08-01") == "in_force"
    assert s.due("it", "2025-08-01") == "2025-08-01"
    assert s.stage("it", "2025-08-02") == "breached"


def test_an_act_of_a_doubtful_duty_fulfils_it_where_it_was_owed_and_settles_it_only_if_the_possible_stages_agree() -> (
    None
):
    """(r) In force or displaced, the act fulfils: both ways agree, and the doubt is gone."""
    assert after(DUTY, "undetermined", "the act is done") == "fulfilled"


def test_an_act_of_a_duty_that_perhaps_does_not_apply_leaves_it_undetermined() -> None:
    """(r) In force the act fulfils, while not applying it does nothing: the two disagree, and both stay possible."""
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 off, happened: unconfirmed", "2025-03-01 act, by: a")
    assert s.stage("it", "2025-03-02") == "undetermined"
    assert s.possible("it", "2025-03-02") == ("ended", "fulfilled")


def test_a_limit_that_passes_under_a_doubt_leaves_the_miss_undetermined() -> None:
    """(r) Where it was in force it is breached, where it was displaced it is not."""
    s = world(DUTY).with_events(*REACH["undetermined"])
    assert s.possible("it", "2025-07-01") == ("breached", "displaced")


def test_a_waiver_of_a_breach_forgives_it_and_keeps_it_listed() -> None:
    """(r) A waiver is of the past as of the future; the list of breaches is history and stays."""
    s = world(DUTY).with_events("2025-01-05 on", "2025-08-01 waiver")
    assert s.stage("it", "2025-08-01") == "waived"
    assert s.breaches("it", "2025-08-01") == ["2025-07-01"]


# --- instances and debts ----------------------------------------------------------------------------------------------

DEBT = """
    until: 2025-12-31
    completed_by: done
    events:
      sold: {by: party, sale: id}
      paid: {by: party, sum: money USD, sale?: id}
      kill: {title: The agreement is terminated}
      quit: {title: The clause is terminated}
      done: {title: The agreement is completed}
      amended: {title: The amendment is signed}
      release: {title: Discharged}
      waiver: {title: Waived}
    clauses:
      price:
        kind: obligation
        bearer: a
        for_each: sold
        key: sale
        act: paid
        amount: USD 100
        paid_with: sum
        within: 30 days
        discharged_by: release
        waived_by: waiver
    effects:
      - {upon: kill, terminate: agreement}
      - {upon: quit, terminate: price, key: all}
    ---
    agreement: amendment
    title: Amendment
    from: amended
    replaces: [deal.price]
    """
SOLD = "2025-03-01 sold, by: b, sale: one"


def debt(*lines: str) -> Story:
    return story(HEADING + dedent(DEBT), *lines)


def test_a_clause_for_each_event_is_ready_until_one_happens() -> None:
    assert debt().stage("price", "2025-02-01") == "ready"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2025-03-01 kill", "terminated"),
        ("2025-03-01 quit", "terminated"),
        ("2025-03-01 done", "ended"),
        ("2025-03-01 amended", "superseded"),
        ("2025-03-01 release", "ready"),
        ("2025-03-01 waiver", "ready"),
        ("2025-03-01 paid, by: a, sum: USD 5, sale: one", "ready"),
    ],
    ids=sentence,
)
def test_a_ready_clause_becomes_what_its_row_says(line: str, expected: str) -> None:
    assert debt(line).stage("price", "2025-03-02") == expected


@pytest.mark.parametrize("ending", ["kill", "quit", "done", "amended"])
def test_a_clause_that_ended_before_anything_triggered_it_makes_no_instances_afterwards(ending: str) -> None:
    assert debt(f"2025-02-01 {ending}", SOLD).keys("price", "2025-03-02") == []


@pytest.mark.parametrize("ending", ["kill", "quit", "done", "amended"])
def test_a_debt_already_incurred_stays_owed_when_its_clause_or_agreement_ends(ending: str) -> None:
    s = debt(SOLD, f"2025-03-05 {ending}", "2025-03-20 paid, by: a, sum: USD 100, sale: one")
    assert s.stage("price", "2025-03-06") == "in_force"
    assert s.stage("price", "2025-03-20") == "fulfilled"


@pytest.mark.parametrize("ending", ["kill", "quit", "done", "amended"])
def test_a_breached_debt_stays_owed_and_is_not_released_when_its_agreement_ends(ending: str) -> None:
    s = debt(SOLD, f"2025-04-05 {ending}")
    assert s.stage("price", "2025-04-06") == "breached"
    assert not s.position("price", "2025-04-06").released


@pytest.mark.parametrize(("ending", "expected"), [("release", "discharged"), ("waiver", "waived")])
def test_a_debt_ends_by_discharge_and_by_waiver(ending: str, expected: str) -> None:
    assert debt(SOLD, f"2025-03-05 {ending}").stage("price", "2025-03-06") == expected


def test_an_incurred_debt_is_missed_after_the_end_of_its_agreement_too() -> None:
    s = debt("2025-12-15 sold, by: b, sale: one")
    assert s.agreement("2026-01-01") == "expired"
    assert s.stage("price", "2026-01-14") == "in_force"
    assert s.stage("price", "2026-01-15") == "breached"


def test_a_part_payment_is_noted_and_the_debt_goes_on() -> None:
    s = debt(SOLD, "2025-03-05 paid, by: a, sum: USD 40, sale: one", "2025-03-06 paid, by: a, sum: USD 60, sale: one")
    assert s.stage("price", "2025-03-05") == "in_force"
    assert s.paid("price", "2025-03-05") == "USD 40"
    assert s.stage("price", "2025-03-06") == "fulfilled"


def test_a_payment_of_a_debt_already_paid_is_an_overpayment() -> None:
    pay = "paid, by: a, sum: USD 100, sale: one"
    s = debt(SOLD, f"2025-03-05 {pay}", f"2025-03-06 {pay}")
    assert s.stage("price", "2025-03-06") == "fulfilled"
    assert s.findings("overpayment", "2025-03-06", "price") == 1
    assert s.findings("overpayment", "2025-03-05", "price") == 0


def test_an_instance_made_after_its_limit_is_breached_at_once() -> None:
    s = story(
        """
        events:
          billed: {day: date}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: billed, due: billed.day}
        """,
        "2025-03-10 billed, day: 2025-03-01",
    )
    assert s.stage("it", "2025-03-10") == "breached"
    assert s.breaches("it", "2025-03-10") == ["2025-03-10"]


def test_an_instance_made_after_its_limit_with_its_gate_shut_is_ended() -> None:
    s = story(
        """
        events:
          billed: {day: date}
          act: {by: party}
          on: {title: On}
        facts:
          applies: {starts: on}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: billed, due: billed.day, while: applies}
        """,
        "2025-03-10 billed, day: 2025-03-01",
        "2025-03-12 on",
    )
    assert s.stage("it", "2025-03-10") == "ended"
    assert s.stage("it", "2025-03-12") == "ended"


def test_a_span_that_is_over_without_a_missed_limit_ends_a_duty() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, until: 2025-06-30}
        """)
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "ended"


def test_a_span_that_is_over_fails_a_condition_that_was_in_force() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: condition, act: act, until: 2025-06-30}
        """)
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "failed"


def test_a_condition_never_in_force_is_ended_by_the_end_of_its_span() -> None:
    assert world("kind: condition\nact: act\nuntil: 2025-06-30").with_events().stage("it", "2025-07-01") == "ended"


def test_a_condition_may_be_met_by_what_holds_instead_of_an_act() -> None:
    s = story(
        """
        events:
          up: {title: Up}
        facts:
          high: {starts: up}
        clauses:
          it: {kind: condition, holds: high, due: 2025-06-30}
        """,
        "2025-03-01 up",
    )
    assert (s.stage("it", "2025-02-28"), s.stage("it", "2025-03-01")) == ("in_force", "met")


def test_a_span_that_is_over_leaves_an_incurred_debt() -> None:
    s = story(
        """
        events:
          sold: {by: party}
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, for_each: sold, amount: USD 5, paid_with: sum, until: 2025-06-30}
        """,
        "2025-03-01 sold, by: b",
    )
    assert s.stage("it", "2025-07-01") == "in_force"


def test_with_prior_performance_an_act_before_the_duty_applies_fulfils_it_when_it_does() -> None:
    s = world(DUTY + "\nprior_performance: counts").with_events("2025-01-05 act, by: a", "2025-03-01 on")
    assert s.stage("it", "2025-02-01") == "pending"
    assert s.stage("it", "2025-03-01") == "fulfilled"


def test_without_prior_performance_an_act_before_the_duty_applies_is_ignored() -> None:
    assert world(DUTY).with_events("2025-01-05 act, by: a", "2025-03-01 on").stage("it", "2025-03-01") == "in_force"
