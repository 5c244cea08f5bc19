"""Every cell of the table of gates, and the order in which the reasons for a gate are asked."""

from __future__ import annotations

import pytest

from .contracts import contract, story
from .worlds import world

DUTY = "kind: obligation\nact: act\ndue: 2025-06-30"
BAN = "kind: prohibition\nact: act"

PATHS = {
    ("pending", "open"): (("2025-01-05 on",), "in_force"),
    ("pending", "suspended"): (("2025-01-04 stop", "2025-01-05 on"), "suspended"),
    ("pending", "displaced"): (("2025-01-04 block", "2025-01-05 on"), "displaced"),
    ("pending", "doubtful"): (("2025-01-04 block, happened: unconfirmed", "2025-01-05 on"), "undetermined"),
    ("in_force", "shut"): (("2025-01-05 on", "2025-02-01 off"), "ended"),
    ("in_force", "suspended"): (("2025-01-05 on", "2025-02-01 stop"), "suspended"),
    ("in_force", "displaced"): (("2025-01-05 on", "2025-02-01 block"), "displaced"),
    ("in_force", "doubtful"): (("2025-01-05 on", "2025-02-01 block, happened: unconfirmed"), "undetermined"),
    ("suspended", "open"): (("2025-01-05 on", "2025-02-01 stop", "2025-03-01 go"), "in_force"),
    ("suspended", "shut"): (("2025-01-05 on", "2025-02-01 stop", "2025-03-01 off"), "ended"),
    ("suspended", "displaced"): (
        ("2025-01-05 on", "2025-02-01 stop", "2025-02-15 block", "2025-03-01 go"),
        "displaced",
    ),
    ("suspended", "doubtful"): (
        ("2025-01-05 on", "2025-02-01 stop", "2025-02-15 block, happened: unconfirmed", "2025-03-01 go"),
        "undetermined",
    ),
    ("displaced", "open"): (("2025-01-05 on", "2025-02-01 block", "2025-03-01 unblock"), "in_force"),
    ("displaced", "shut"): (("2025-01-05 on", "2025-02-01 block", "2025-03-01 off"), "ended"),
    ("displaced", "suspended"): (("2025-01-05 on", "2025-02-01 block", "2025-03-01 stop"), "suspended"),
    ("displaced", "doubtful"): (
        ("2025-01-05 on", "2025-02-01 block", "2025-03-01 unblock, happened: unconfirmed"),
        "undetermined",
    ),
    ("undetermined", "open"): (
        ("2025-01-05 on", "2025-02-01 block, happened: unconfirmed", "2025-03-01 unblock"),
        "in_force",
    ),
    ("undetermined", "shut"): (("2025-01-05 on", "2025-02-01 block, happened: unconfirmed", "2025-03-01 off"), "ended"),
    ("undetermined", "suspended"): (
        ("2025-01-05 on", "2025-02-01 block, happened: unconfirmed", "2025-03-01 stop"),
        "suspended",
    ),
    ("undetermined", "displaced"): (
        ("2025-01-05 on", "2025-02-01 block, happened: unconfirmed", "2025-03-01 block"),
        "displaced",
    ),
    ("ended", "open"): (("2025-01-05 on", "2025-02-01 off", "2025-03-01 on"), "in_force"),
    ("ended", "suspended"): (("2025-01-05 on", "2025-02-01 off", "2025-02-15 stop", "2025-03-01 on"), "suspended"),
    ("ended", "displaced"): (("2025-01-05 on", "2025-02-01 off", "2025-02-15 block", "2025-03-01 on"), "displaced"),
    ("ended", "doubtful"): (
        ("2025-01-05 on", "2025-02-01 off", "2025-02-15 block, happened: unconfirmed", "2025-03-01 on"),
        "undetermined",
    ),
}


@pytest.mark.parametrize(
    ("cell", "lines", "expected"),
    [
        pytest.param(cell, lines, expected, id=f"{cell[0]} and then {cell[1]}".replace("_", " "))
        for cell, (lines, expected) in PATHS.items()
    ],
)
@pytest.mark.parametrize("fields", [DUTY, BAN, "kind: power\nact: act"], ids=["duty", "ban", "power"])
def test_a_position_becomes_what_the_table_of_gates_says(
    fields: str, cell: tuple[str, str], lines: tuple[str, ...], expected: str
) -> None:
    s = world(fields).with_events(*lines)
    day_before = (
        "2025-02-28"
        if lines[-1].startswith("2025-03")
        else "2025-01-31"
        if lines[-1].startswith("2025-02")
        else "2025-01-03"
    )
    assert s.stage("it", day_before) == cell[0]
    assert s.stage("it", "2025-03-01") == expected


NEW = contract("""
    events:
      made: {title: Made}
      act: {by: party}
      on: {title: On}
      off: {title: Off}
      stop: {title: Stop}
      block: {title: Block}
    facts:
      idle: {starts: off, ends: on}
      blocked: {starts: block}
    clauses:
      it: {kind: obligation, bearer: a, act: act, for_each: made, while: not idle, unless: blocked}
    effects:
      - {upon: stop, suspend: agreement}
    """)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "in_force"),
        (("2025-02-01 off",), "pending"),
        (("2025-02-01 stop",), "suspended"),
        (("2025-02-01 block",), "displaced"),
        (("2025-02-01 block, happened: unconfirmed",), "undetermined"),
    ],
    ids=["open", "shut", "held", "displaced", "doubtful"],
)
def test_a_new_instance_starts_with_the_stage_of_its_gate(lines: tuple[str, ...], expected: str) -> None:
    """(r) for the doubtful gate: made while it is not known whether it applies, it is in force or what it may be."""
    assert NEW.with_events(*lines, "2025-03-01 made").stage("it", "2025-03-01") == expected


@pytest.mark.parametrize("gate", ["off", "stop", "block"])
def test_a_breached_prohibition_keeps_its_stage_whatever_its_gate(gate: str) -> None:
    s = world(BAN).with_events("2025-01-05 on", "2025-02-01 act, by: a", f"2025-03-01 {gate}")
    assert s.stage("it", "2025-03-01") == "breached"


def test_a_breached_prohibition_with_a_doubtful_gate_stays_breached_and_does_not_bind() -> None:
    """(r) What is asked is whether it binds now: of a gate that is not open that cannot be said."""
    s = world(BAN).with_events("2025-01-05 on", "2025-02-01 act, by: a", "2025-03-01 block, happened: unconfirmed")
    assert s.stage("it", "2025-03-01") == "breached"
    assert s.binds("it", "2025-03-01") is False


def test_a_doubtful_position_whose_gate_shuts_is_pending_if_it_was_never_in_force_and_else_ended() -> None:
    s = world(DUTY).with_events("2025-01-05 on, happened: unconfirmed", "2025-02-01 off")
    assert s.stage("it", "2025-01-31") == "undetermined"
    assert s.possible("it", "2025-02-01") == ("ended", "pending")


def test_shut_comes_before_held_and_held_before_displaced() -> None:
    everything = ("2025-02-01 block", "2025-02-02 stop", "2025-02-03 off")
    s = world(DUTY).with_events("2025-01-05 on", *everything)
    assert [s.stage("it", f"2025-02-0{day}") for day in (1, 2, 3)] == ["displaced", "suspended", "ended"]


def test_a_certain_reason_goes_before_a_doubtful_one() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 stop, happened: unconfirmed", "2025-02-02 block")
    assert s.stage("it", "2025-02-01") == "undetermined"
    assert s.stage("it", "2025-02-02") == "displaced"


def test_a_displaced_position_that_is_suspended_shows_the_suspension_and_its_clock_stands_still() -> None:
    """(r) Held goes before displaced, whichever came first; from that day on the limit is moved like any other."""
    s = world(DUTY).with_events(
        "2025-01-05 on", "2025-02-01 block", "2025-02-10 stop", "2025-02-20 go", "2025-03-01 unblock"
    )
    assert [s.stage("it", f"2025-02-{day}") for day in ("09", "10", "20")] == ["displaced", "suspended", "displaced"]
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.due("it", "2025-03-01") == "2025-07-10"


@pytest.mark.parametrize("reached", ["pending", "in_force", "suspended", "displaced", "ended"])
def test_a_doubtful_gate_leaves_a_position_undetermined_between_open_and_what_is_doubted(reached: str) -> None:
    """(r) No published case doubts a gate: each of the gates it may be is taken, and no single word is true of both."""
    s = world(DUTY).with_events(*PATHS[(reached, "doubtful")][0])
    assert s.possible("it", "2025-03-01") == ("displaced", "in_force")


# --- activation and clocks --------------------------------------------------------------------------------------------


def test_activation_happens_once_and_within_counts_from_it() -> None:
    s = world("kind: obligation\nact: act\nwithin: 30 days").with_events(
        "2025-02-01 on", "2025-02-11 off", "2025-02-21 on"
    )
    assert s.due("it", "2025-02-01") == "2025-03-03"
    assert s.due("it", "2025-02-21") == "2025-03-03"
    assert s.stage("it", "2025-03-04") == "breached"


def test_a_position_that_returns_has_the_same_limit() -> None:
    """(r) What it was given to do by a day it must do by that day: nothing tolls a duty that did not apply."""
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 off", "2025-05-01 on")
    assert s.due("it", "2025-05-01") == "2025-06-30"


@pytest.mark.parametrize(("first", "last"), [("stop", "go"), ("block", "unblock")])
def test_a_position_first_held_or_displaced_is_activated_then(first: str, last: str) -> None:
    s = world("kind: obligation\nact: act\nwithin: 30 days").with_events(
        f"2025-01-04 {first}", "2025-02-01 on", f"2025-02-11 {last}"
    )
    assert s.due("it", "2025-02-11") == {"stop": "2025-03-13", "block": "2025-03-03"}[first]


def test_suspension_moves_a_limit_by_resume_day_minus_suspend_day() -> None:
    s = world("kind: obligation\nact: act\nwithin: 30 days").with_events(
        "2025-02-01 on", "2025-02-11 stop", "2025-02-21 go"
    )
    assert s.due("it", "2025-02-21") == "2025-03-13"
    assert s.stage("it", "2025-03-13") == "in_force"
    assert s.stage("it", "2025-03-14") == "breached"


def test_a_due_date_is_moved_by_suspension_as_well() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 stop", "2025-02-11 go")
    assert s.due("it", "2025-02-11") == "2025-07-10"


def test_a_limit_cannot_pass_while_suspended() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-06-30 stop", "2025-08-01 go")
    assert s.stage("it", "2025-07-31") == "suspended"
    assert s.due("it", "2025-08-01") == "2025-08-01"
    assert s.stage("it", "2025-08-01") == "in_force"
    assert s.stage("it", "2025-08-02") == "breached"


def test_two_suspensions_are_both_tolled() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 stop", "2025-02-11 go", "2025-03-01 stop", "2025-03-11 go")
    assert s.due("it", "2025-03-11") == "2025-07-20"


def test_a_suspension_within_one_day_moves_nothing() -> None:
    assert (
        world(DUTY).with_events("2025-01-05 on", "2025-02-01 stop", "2025-02-01 go").due("it", "2025-02-01")
        == "2025-06-30"
    )


def test_a_span_is_a_calendar_period_and_is_not_tolled() -> None:
    s = world("kind: permission\nact: act\nuntil: 2025-06-30").with_events(
        "2025-01-05 on", "2025-02-01 stop", "2025-05-01 go"
    )
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "ended"


def test_a_limit_is_moved_where_a_suspension_leads_to_a_displacement() -> None:
    """(r) The clock stood still while it was suspended, whatever comes after."""
    s = world(DUTY).with_events(
        "2025-01-05 on", "2025-02-01 stop", "2025-02-05 block", "2025-02-11 go", "2025-03-01 unblock"
    )
    assert s.due("it", "2025-03-01") == "2025-07-10"


def test_a_limit_is_moved_where_a_suspension_leads_to_a_doubt() -> None:
    s = world(DUTY).with_events(
        "2025-01-05 on", "2025-02-01 stop", "2025-02-05 block, happened: unconfirmed", "2025-02-11 go"
    )
    assert s.stage("it", "2025-02-11") == "undetermined"
    assert s.due("it", "2025-02-11") == "2025-07-10"


def test_a_displacement_before_the_limit_moves_nothing() -> None:
    s = world(DUTY).with_events("2025-01-05 on", "2025-02-01 block", "2025-05-01 unblock")
    assert s.due("it", "2025-05-01") == "2025-06-30"


# --- causes of suspension ---------------------------------------------------------------------------------------------

HELD = contract("""
    events:
      act: {by: party}
      stop: {title: The clause is suspended}
      go: {title: The clause is resumed}
      freeze: {title: The agreement is suspended}
      thaw: {title: The agreement is resumed}
    clauses:
      it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
      other: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
    effects:
      - {upon: stop, suspend: it}
      - {upon: go, resume: it}
      - {upon: freeze, suspend: agreement}
      - {upon: thaw, resume: agreement}
    """)


def test_suspending_an_agreement_holds_each_of_its_positions() -> None:
    s = HELD.with_events("2025-02-01 freeze", "2025-03-01 thaw")
    assert s.agreement("2025-02-01") == "suspended"
    assert [s.stage(name, "2025-02-01") for name in ("it", "other")] == ["suspended", "suspended"]
    assert [s.stage(name, "2025-03-01") for name in ("it", "other")] == ["in_force", "in_force"]


@pytest.mark.parametrize(("first", "second"), [("thaw", "go"), ("go", "thaw")])
def test_each_cause_of_suspension_is_lifted_only_by_its_own_resumption(first: str, second: str) -> None:
    s = HELD.with_events("2025-02-01 stop", "2025-02-02 freeze", f"2025-03-01 {first}", f"2025-03-10 {second}")
    assert s.stage("it", "2025-03-01") == "suspended"
    assert s.stage("it", "2025-03-10") == "in_force"
    assert s.due("it", "2025-03-10") == "2025-08-06"


def test_a_clause_suspended_before_its_agreement_is_resumed_with_it_stays_suspended() -> None:
    s = HELD.with_events("2025-02-01 freeze", "2025-02-02 thaw", "2025-02-03 stop", "2025-02-04 thaw")
    assert s.stage("it", "2025-02-04") == "suspended"
    assert s.stage("other", "2025-02-04") == "in_force"


# --- exceptions -------------------------------------------------------------------------------------------------------

EXCEPTIONS = contract("""
    events:
      act: {by: party}
      crisis: {title: Crisis}
      calm: {title: Calm}
      relapse: {title: Relapse}
    facts:
      bad_times: {starts: crisis, ends: calm}
      worse: {starts: relapse}
    clauses:
      it: {kind: obligation, bearer: a, act: act, due: 2025-06-30}
      relief: {kind: permission, bearer: a, while: bad_times, exception_to: it}
      back: {kind: recital, while: worse, exception_to: relief}
    """)


def test_an_exception_without_an_act_displaces_what_it_excepts_while_it_is_in_force() -> None:
    s = EXCEPTIONS.with_events("2025-02-01 crisis", "2025-03-01 calm")
    assert [s.stage("it", day) for day in ("2025-01-31", "2025-02-01", "2025-03-01")] == [
        "in_force",
        "displaced",
        "in_force",
    ]


def test_an_exception_to_an_exception_restores_the_rule() -> None:
    s = EXCEPTIONS.with_events("2025-02-01 crisis", "2025-03-01 relapse")
    assert s.stage("relief", "2025-03-01") == "displaced"
    assert s.stage("it", "2025-03-01") == "in_force"


def test_an_exception_with_an_act_leaves_the_rule_in_force() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act}
          but: {kind: permission, bearer: a, act: act, exception_to: it}
        """,
        "2025-02-01 act, by: a",
    )
    assert s.stage("it", "2025-01-15") == "in_force"
    assert s.stage("it", "2025-02-01") == "in_force"


def test_an_exception_with_an_act_that_is_itself_excepted_for_that_act_does_not_excuse() -> None:
    s = story(
        """
        events:
          act: {by: party, day_kind: [work, rest]}
        clauses:
          it: {kind: prohibition, bearer: a, act: act}
          but: {kind: permission, bearer: a, act: act, exception_to: it}
          never_on_rest: {kind: prohibition, bearer: a, act: "act where day_kind = 'rest'", exception_to: but}
        """,
        "2025-02-01 act, by: a, day_kind: work",
        "2025-02-02 act, by: a, day_kind: rest",
    )
    assert s.breaches("it", "2025-02-01") == []
    assert s.breaches("it", "2025-02-02") == ["2025-02-02"]


def test_an_exception_with_an_act_takes_the_acts_it_matches_out_of_a_right() -> None:
    s = story(
        """
        events:
          act: {by: party, size: number}
        clauses:
          it: {kind: right, bearer: a, act: act}
          not_big: {kind: prohibition, bearer: a, act: act where size > 5, exception_to: it}
        """,
        "2025-02-01 act, by: a, size: 9",
        "2025-02-02 act, by: a, size: 2",
    )
    assert s.uses("it", "2025-02-02") == ["2025-02-02"]
    assert s.stage("not_big", "2025-02-02") == "breached"


def test_unless_may_be_a_named_list_of_conditions_of_which_any_displaces() -> None:
    s = story(
        """
        events:
          act: {by: party}
          war: {title: War}
          strike: {title: Strike}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: act
            unless:
              - {name: war, when: war}
              - {name: strike, when: strike}
        """,
        "2025-02-01 strike",
    )
    assert s.stage("it", "2025-02-01") == "displaced"


def test_unless_sees_the_attributes_of_an_act_that_is_judged_by_it() -> None:
    s = story(
        """
        events:
          act: {by: party, size: number}
          tick: {title: Tick}
        terms:
          small: {value: 5}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, unless: act.size < small}
        """,
        "2025-02-01 act, by: a, size: 2",
    )
    assert s.breaches("it", "2025-02-01") == []
