"""Every cell of the tables of a prohibition and of an obligation with ``maintain``."""

from __future__ import annotations

from textwrap import dedent

import pytest

from .contracts import HEADING, Story, contract, story
from .test_obligation_cells import sentence
from .worlds import CUES, REACH, after, world

FORBIDDEN = "kind: prohibition\nact: act"
IDLE = ("pending", "suspended", "displaced", "ended")

CELLS = [
    ("in_force", "the act is done", "breached"),
    ("broken", "the act is done", "breached"),
    *[(stage, "the act is done", stage) for stage in IDLE],
    ("in_force", "the agreement is completed", "fulfilled"),
    ("broken", "the agreement is completed", "breached"),
    ("pending", "the agreement is completed", "ended"),
    *[(stage, "the agreement is completed", "fulfilled") for stage in ("suspended", "displaced", "ended")],
    *[
        (stage, cue, "terminated")
        for stage in ("in_force", *IDLE)
        for cue in ("it is terminated", "the agreement is terminated")
    ],
    *[(stage, "it is waived", "waived") for stage in ("in_force", "broken", *IDLE)],
    *[(stage, "it is discharged", "discharged") for stage in ("in_force", *IDLE)],
    *[(stage, "it is superseded", "superseded") for stage in ("in_force", *IDLE)],
    *[
        ("broken", cue, "breached")
        for cue in ("it is discharged", "it is terminated", "the agreement is terminated", "it is superseded")
    ],
    *[(stage, cue, stage) for stage in ("waived", "discharged", "terminated", "superseded") for cue in CUES],
]


@pytest.mark.parametrize(("stage", "cue", "expected"), CELLS, ids=sentence)
def test_a_prohibition_in_a_stage_becomes_what_its_table_says_when_something_happens(
    stage: str, cue: str, expected: str
) -> None:
    assert after(FORBIDDEN, stage, cue) == expected


OVER = [
    ("in_force", "fulfilled"),
    ("broken", "breached"),
    ("pending", "ended"),
    ("suspended", "fulfilled"),
    ("displaced", "fulfilled"),
    ("ended", "fulfilled"),
    ("waived", "waived"),
    ("discharged", "discharged"),
    ("terminated", "terminated"),
    ("superseded", "superseded"),
]


@pytest.mark.parametrize(("stage", "expected"), OVER, ids=sentence)
def test_a_prohibition_in_a_stage_becomes_what_its_table_says_when_its_period_is_over(
    stage: str, expected: str
) -> None:
    """(r) for those that do not bind at the end: whoever was bound once and never broke it has kept to it."""
    assert world(FORBIDDEN + "\nuntil: 2025-06-30").with_events(*REACH[stage]).stage("it", "2025-07-01") == expected


@pytest.mark.parametrize(("stage", "expected"), OVER, ids=sentence)
def test_a_prohibition_in_a_stage_becomes_what_its_table_says_when_its_agreement_expires(
    stage: str, expected: str
) -> None:
    s = world(FORBIDDEN).with_events(*REACH[stage])
    assert s.agreement("2026-01-01") == "expired"
    assert s.stage("it", "2026-01-01") == expected


def test_a_breached_prohibition_goes_on_binding_and_records_every_breach() -> None:
    s = world(FORBIDDEN).with_events("2025-01-05 on", *(f"2025-0{month}-01 act, by: a" for month in (2, 3, 4)))
    assert s.breaches("it", "2025-04-01") == ["2025-02-01", "2025-03-01", "2025-04-01"]
    assert s.binds("it", "2025-04-01") is True


@pytest.mark.parametrize("ending", ["release", "quit", "kill", "done", "amended", "off", "stop", "block"])
def test_a_breached_prohibition_stops_binding_when_it_ends_or_its_gate_is_not_open(ending: str) -> None:
    s = world(FORBIDDEN).with_events(*REACH["broken"], f"2025-03-01 {ending}", "2025-03-02 act, by: a")
    assert s.stage("it", "2025-03-02") == "breached"
    assert s.binds("it", "2025-03-02") is False
    assert s.breaches("it", "2025-03-02") == ["2025-02-01"]


@pytest.mark.parametrize(("shut", "reopened"), [("off", "on"), ("stop", "go"), ("block", "unblock")])
def test_a_breached_prohibition_binds_on_when_its_gate_opens_again(shut: str, reopened: str) -> None:
    s = world(FORBIDDEN).with_events(
        *REACH["broken"], f"2025-03-01 {shut}", f"2025-04-01 {reopened}", "2025-04-02 act, by: a"
    )
    assert s.binds("it", "2025-04-01") is True
    assert s.breaches("it", "2025-04-02") == ["2025-02-01", "2025-04-02"]


def test_a_breached_prohibition_whose_period_is_over_stops_binding() -> None:
    s = world(FORBIDDEN + "\nuntil: 2025-06-30").with_events(*REACH["broken"], "2025-07-02 act, by: a")
    assert s.binds("it", "2025-06-30") is True
    assert s.binds("it", "2025-07-02") is False
    assert s.breaches("it", "2025-07-02") == ["2025-02-01"]


def test_a_waived_breach_of_a_prohibition_stays_listed() -> None:
    s = world(FORBIDDEN).with_events(*REACH["broken"], "2025-03-01 waiver", "2025-03-02 act, by: a")
    assert s.stage("it", "2025-03-02") == "waived"
    assert s.breaches("it", "2025-03-02") == ["2025-02-01"]


def test_becomes_breached_fires_at_every_breach_of_a_prohibition() -> None:
    s = story(
        """
        events:
          act: {by: party}
          paid: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act}
          penalty: {kind: obligation, bearer: a, act: paid, for_each: it becomes breached}
        """,
        "2025-02-01 act, by: a",
        "2025-03-01 act, by: a",
    )
    assert s.keys("penalty", "2025-02-01") == ["1"]
    assert s.keys("penalty", "2025-03-01") == ["1", "2"]


# --- excuse -----------------------------------------------------------------------------------------------------------

EXCUSED = contract("""
    events:
      act: {by: party, where_to: text}
      leave: {title: Leave is given}
    facts:
      left: {starts: leave}
    clauses:
      it: {kind: prohibition, bearer: a, act: act}
      but:
        kind: permission
        bearer: a
        act: act where where_to = 'home'
        while: left
        exception_to: it
    """)


def test_an_excused_act_does_not_break_a_prohibition_and_is_noted() -> None:
    s = EXCUSED.with_events("2025-02-01 leave", "2025-03-01 act, by: a, where_to: home")
    assert s.stage("it", "2025-03-01") == "in_force"
    assert len(s.position("it", "2025-03-01").excused) == 1
    assert s.uses("but", "2025-03-01") == ["2025-03-01"]


def test_an_excused_act_changes_nothing_of_a_breached_prohibition() -> None:
    s = EXCUSED.with_events(
        "2025-02-01 act, by: a, where_to: away", "2025-02-10 leave", "2025-03-01 act, by: a, where_to: home"
    )
    assert s.breaches("it", "2025-03-01") == ["2025-02-01"]


def test_an_act_that_the_permission_does_not_match_is_not_excused() -> None:
    s = EXCUSED.with_events("2025-02-01 leave", "2025-03-01 act, by: a, where_to: away")
    assert s.stage("it", "2025-03-01") == "breached"


def test_a_permission_not_in_force_simply_does_not_excuse() -> None:
    s = EXCUSED.with_events("2025-03-01 act, by: a, where_to: home")
    assert s.stage("it", "2025-03-01") == "breached"
    assert s.findings("act_without_effect", "2025-03-01") == 0


# --- doubt (r) --------------------------------------------------------------------------------------------------------


def test_an_act_of_unknown_match_leaves_a_prohibition_undetermined_and_binding() -> None:
    """(r) Perhaps broken, perhaps not: a finding says so, and nothing frees the bearer of it."""
    s = EXCUSED.with_events("2025-03-01 act, by: a, where_to: away, happened: unconfirmed")
    assert s.stage("it", "2025-03-01") == "undetermined"
    assert s.possible("it", "2025-03-01") == ("breached", "in_force")
    assert s.findings("possible_breach", "2025-03-01", "it") == 1
    assert s.binds("it", "2025-03-01") is True


def test_an_act_of_unknown_excuse_leaves_a_prohibition_undetermined() -> None:
    """(r) The act matches and is known; whether leave had been given is not."""
    s = EXCUSED.with_events("2025-02-01 leave, happened: unconfirmed", "2025-03-01 act, by: a, where_to: home")
    assert s.possible("it", "2025-03-01") == ("breached", "in_force")
    assert s.findings("possible_breach", "2025-03-01", "it") == 1


def test_a_certain_breach_after_a_doubtful_one_settles_that_it_is_breached() -> None:
    """(r) Whatever became of the earlier act, this one is a breach."""
    s = EXCUSED.with_events(
        "2025-03-01 act, by: a, where_to: away, happened: unconfirmed", "2025-03-02 act, by: a, where_to: away"
    )
    assert s.stage("it", "2025-03-02") == "breached"
    assert s.breaches("it", "2025-03-02") == ["2025-03-02"]


def test_a_second_doubtful_act_leaves_a_prohibition_undetermined_with_a_finding_for_each() -> None:
    """(r) Two doubts are no certainty."""
    s = EXCUSED.with_events(*(f"2025-03-0{day} act, by: a, where_to: away, happened: unconfirmed" for day in (1, 2)))
    assert s.stage("it", "2025-03-02") == "undetermined"
    assert s.findings("possible_breach", "2025-03-02", "it") == 2


def test_an_act_while_the_gate_is_doubtful_is_a_possible_breach() -> None:
    """(r) It is not known whether the prohibition applied at all."""
    s = world(FORBIDDEN).with_events(*REACH["undetermined"], "2025-03-01 act, by: a")
    assert s.stage("it", "2025-03-01") == "undetermined"
    assert "breached" in s.possible("it", "2025-03-01")
    assert s.findings("possible_breach", "2025-03-01", "it") == 1


def test_the_doubt_of_an_act_is_not_cleared_by_a_gate() -> None:
    """(r) What was perhaps done remains perhaps done, whatever applies later."""
    s = world(FORBIDDEN).with_events(
        "2025-01-05 on", "2025-02-01 act, by: a, happened: unconfirmed", "2025-03-01 stop", "2025-04-01 go"
    )
    assert s.stage("it", "2025-04-02") == "undetermined"
    assert s.possible("it", "2025-04-02") == ("breached", "in_force")
    assert s.binds("it", "2025-04-02") is True


@pytest.mark.parametrize(
    ("line", "on", "possible"),
    [
        ("2025-03-01 done", "2025-03-02", ("breached", "fulfilled")),
        ("2025-03-01 kill", "2025-03-02", ("breached", "terminated")),
        ("2025-03-01 quit", "2025-03-02", ("breached", "terminated")),
        ("2025-03-01 release", "2025-03-02", ("breached", "discharged")),
        ("2025-03-01 amended", "2025-03-02", ("breached", "superseded")),
        ("2025-03-01 on", "2026-01-01", ("breached", "fulfilled")),
    ],
    ids=sentence,
)
def test_each_possible_stage_of_a_doubtful_prohibition_is_taken_to_its_end(
    line: str, on: str, possible: tuple[str, ...]
) -> None:
    """(r) An end does not say what was done before it."""
    s = world(FORBIDDEN).with_events("2025-01-05 on", "2025-02-01 act, by: a, happened: unconfirmed", line)
    assert s.stage("it", on) == "undetermined"
    assert s.possible("it", on) == possible


def test_a_waiver_settles_a_doubtful_prohibition() -> None:
    """(r) Both of its possible stages are waived by it."""
    s = world(FORBIDDEN).with_events(
        "2025-01-05 on", "2025-02-01 act, by: a, happened: unconfirmed", "2025-03-01 waiver"
    )
    assert s.stage("it", "2025-03-01") == "waived"


# --- maintain ---------------------------------------------------------------------------------------------------------

STANDING = """
    until: 2025-12-31
    completed_by: done
    events:
      sink: {title: Cover lapses}
      rise: {title: Cover is bought}
      on: {title: On}
      off: {title: Off}
      stop: {title: Stop}
      go: {title: Go}
      waiver: {title: Waiver}
      release: {title: Release}
      quit: {title: Quit}
      kill: {title: Kill}
      done: {title: Done}
      amended: {title: Amended}
      paid: {by: party}
    facts:
      uncovered: {starts: sink, ends: rise}
      applies: {starts: on, ends: off}
    clauses:
      it:
        kind: obligation
        bearer: a
        maintain: not uncovered
        while: applies
        waived_by: waiver
        discharged_by: release
      penalty: {kind: obligation, bearer: a, act: paid, for_each: it becomes breached}
      relief: {kind: obligation, bearer: b, act: paid, for_each: it becomes cured}
    effects:
      - {upon: stop, suspend: it}
      - {upon: go, resume: it}
      - {upon: quit, terminate: it}
      - {upon: kill, terminate: agreement}
    ---
    agreement: amendment
    title: Amendment
    from: amended
    replaces: [deal.it]
    """


def standing(*lines: str) -> Story:
    return story(HEADING + dedent(STANDING), *lines)


def test_a_standing_duty_is_breached_while_its_condition_is_false_and_in_force_again_afterwards() -> None:
    s = standing("2025-01-05 on", "2025-02-01 sink", "2025-03-01 rise")
    assert s.stage("it", "2025-01-31") == "in_force"
    assert s.stage("it", "2025-02-01") == "breached"
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.breaches("it", "2025-03-01") == ["2025-02-01"]


def test_an_interval_of_breach_fires_becomes_breached_and_its_end_becomes_cured() -> None:
    s = standing("2025-01-05 on", "2025-02-01 sink", "2025-03-01 rise", "2025-04-01 sink")
    assert s.keys("penalty", "2025-02-28") == ["1"]
    assert s.keys("relief", "2025-02-28") == []
    assert s.keys("relief", "2025-03-01") == ["1"]
    assert s.keys("penalty", "2025-04-01") == ["1", "2"]


def test_a_standing_duty_false_at_activation_is_breached_at_once() -> None:
    s = standing("2025-01-05 sink", "2025-02-01 on")
    assert s.stage("it", "2025-01-06") == "pending"
    assert s.stage("it", "2025-02-01") == "breached"
    assert s.breaches("it", "2025-02-01") == ["2025-02-01"]


@pytest.mark.parametrize(
    ("line", "on", "expected"),
    [
        ("2025-03-01 done", "2025-03-02", "fulfilled"),
        ("2025-03-01 off", "2026-01-01", "fulfilled"),
        ("2025-03-01 on", "2026-01-01", "fulfilled"),
        ("2025-03-01 kill", "2025-03-02", "terminated"),
        ("2025-03-01 quit", "2025-03-02", "terminated"),
        ("2025-03-01 waiver", "2025-03-02", "waived"),
        ("2025-03-01 release", "2025-03-02", "discharged"),
        ("2025-03-01 amended", "2025-03-02", "superseded"),
        ("2025-03-01 stop", "2025-03-02", "suspended"),
        ("2025-03-01 off", "2025-03-02", "ended"),
    ],
    ids=sentence,
)
def test_a_standing_duty_never_broken_ends_as_a_prohibition(line: str, on: str, expected: str) -> None:
    assert standing("2025-01-05 on", line).stage("it", on) == expected


ENDINGS = [
    ("2025-03-01 done", "2025-03-02"),
    ("2025-03-01 on", "2026-01-01"),
    ("2025-03-01 kill", "2025-03-02"),
    ("2025-03-01 quit", "2025-03-02"),
    ("2025-03-01 release", "2025-03-02"),
    ("2025-03-01 amended", "2025-03-02"),
]


@pytest.mark.parametrize(("line", "on"), ENDINGS, ids=sentence)
def test_a_standing_duty_that_is_broken_at_its_end_ends_breached(line: str, on: str) -> None:
    s = standing("2025-01-05 on", "2025-02-01 sink", line)
    assert s.stage("it", on) == "breached"
    assert s.binds("it", on) is False


@pytest.mark.parametrize(("line", "on"), ENDINGS, ids=sentence)
def test_a_standing_duty_with_an_interval_of_breach_long_repaired_ends_breached(line: str, on: str) -> None:
    s = standing("2025-01-05 on", "2025-02-01 sink", "2025-02-10 rise", line)
    assert s.stage("it", "2025-02-28") == "in_force"
    assert s.stage("it", on) == "breached"
    assert s.binds("it", on) is False


def test_a_standing_duty_never_in_force_ends_as_a_prohibition_never_in_force() -> None:
    assert standing().stage("it", "2026-01-01") == "ended"


def test_a_waiver_of_a_standing_duty_forgives_its_breach() -> None:
    s = standing("2025-01-05 on", "2025-02-01 sink", "2025-03-01 waiver")
    assert s.stage("it", "2025-03-01") == "waived"
    assert s.breaches("it", "2025-03-01") == ["2025-02-01"]


def test_a_standing_duty_is_not_broken_while_it_is_suspended() -> None:
    s = standing("2025-01-05 on", "2025-02-01 stop", "2025-02-10 sink", "2025-02-20 rise", "2025-03-01 go")
    assert s.stage("it", "2025-02-15") == "suspended"
    assert s.stage("it", "2025-03-01") == "in_force"
    assert s.breaches("it", "2025-03-01") == []


def test_a_standing_duty_whose_condition_is_false_on_resumption_is_breached_then() -> None:
    s = standing("2025-01-05 on", "2025-02-01 stop", "2025-02-10 sink", "2025-03-01 go")
    assert s.stage("it", "2025-03-01") == "breached"
    assert s.breaches("it", "2025-03-01") == ["2025-03-01"]


def test_a_breached_standing_duty_still_binds() -> None:
    assert standing("2025-01-05 on", "2025-02-01 sink").binds("it", "2025-02-01") is True


def test_a_standing_duty_whose_condition_is_unknown_is_perhaps_broken() -> None:
    s = standing("2025-01-05 on", "2025-02-01 sink, happened: unconfirmed")
    assert s.possible("it", "2025-02-01") == ("breached", "in_force")
    assert s.binds("it", "2025-02-01") is True
