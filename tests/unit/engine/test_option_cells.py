"""Every cell of the tables of permission, right and power, of a recital, and of an agreement."""

from __future__ import annotations

import pytest

from .contracts import contract, story
from .test_obligation_cells import sentence
from .worlds import CUES, REACH, after, world

KINDS = ("permission", "right", "power")
WAITING = ("pending", "displaced", "ended", "suspended")
FINAL = ("exercised", "waived", "terminated", "superseded")


def once(kind: str) -> str:
    return f"kind: {kind}\nact: act\nonce: true"


def not_once(kind: str) -> str:
    return f"kind: {kind}\nact: act\nonce: false"


ONCE = [
    ("in_force", "the act is done", "exercised"),
    *[(stage, "the act is done", stage) for stage in WAITING],
    *[(stage, "it is waived", "waived") for stage in ("in_force", "undetermined", *WAITING)],
    *[(stage, "it is terminated", "terminated") for stage in ("in_force", "undetermined", *WAITING)],
    *[(stage, "the agreement is terminated", "terminated") for stage in ("in_force", "undetermined", *WAITING)],
    *[(stage, "the agreement is completed", "ended") for stage in ("in_force", "undetermined", *WAITING)],
    *[(stage, "it is superseded", "superseded") for stage in ("in_force", "undetermined", *WAITING)],
    *[(stage, cue, stage) for stage in FINAL for cue in CUES],
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("stage", "cue", "expected"), ONCE, ids=sentence)
def test_an_option_used_once_becomes_what_its_table_says_when_something_happens(
    kind: str, stage: str, cue: str, expected: str
) -> None:
    assert after(once(kind), stage, cue) == expected


USED = ("2025-01-05 on", "2025-02-01 act, by: a")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2025-03-01 act, by: a", "in_force"),
        ("2025-03-01 waiver", "waived"),
        ("2025-03-01 quit", "terminated"),
        ("2025-03-01 kill", "terminated"),
        ("2025-03-01 done", "exercised"),
        ("2025-03-01 amended", "superseded"),
    ],
    ids=sentence,
)
def test_an_option_that_was_used_and_is_not_once_becomes_what_its_table_says(
    kind: str, line: str, expected: str
) -> None:
    s = world(not_once(kind)).with_events(*USED, line)
    assert s.stage("it", "2025-02-02") == "in_force"
    assert s.stage("it", "2025-03-01") == expected
    assert s.uses("it", "2025-03-01")[0] == "2025-02-01"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "unused", "used"),
    [
        ("due: 2025-06-30", "lapsed", "exercised"),
        ("until: 2025-06-30", "ended", "exercised"),
    ],
    ids=["its limit", "its span"],
)
def test_an_option_not_once_ends_with_its_limit_or_span_as_used_or_unused(
    kind: str, field: str, unused: str, used: str
) -> None:
    assert world(f"{not_once(kind)}\n{field}").with_events("2025-01-05 on").stage("it", "2025-07-01") == unused
    assert world(f"{not_once(kind)}\n{field}").with_events(*USED).stage("it", "2025-07-01") == used


LIMIT = [
    ("in_force", "lapsed"),
    ("pending", "ended"),
    ("ended", "ended"),
    ("displaced", "displaced"),
    ("suspended", "suspended"),
    ("undetermined", "undetermined"),
    *[(stage, stage) for stage in FINAL],
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("stage", "expected"), LIMIT, ids=sentence)
def test_an_option_in_a_stage_becomes_what_its_table_says_when_its_limit_passes(
    kind: str, stage: str, expected: str
) -> None:
    assert world(once(kind) + "\ndue: 2025-06-30").with_events(*REACH[stage]).stage("it", "2025-07-01") == expected


SPAN = [*[(stage, "ended") for stage in ("in_force", "undetermined", *WAITING)], *[(stage, stage) for stage in FINAL]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("stage", "expected"), SPAN, ids=sentence)
def test_an_option_in_a_stage_becomes_what_its_table_says_when_its_span_is_over(
    kind: str, stage: str, expected: str
) -> None:
    assert world(once(kind) + "\nuntil: 2025-06-30").with_events(*REACH[stage]).stage("it", "2025-07-01") == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("stage", "expected"), SPAN, ids=sentence)
def test_an_option_in_a_stage_becomes_what_its_table_says_when_its_agreement_expires(
    kind: str, stage: str, expected: str
) -> None:
    assert world(once(kind)).with_events(*REACH[stage]).stage("it", "2026-01-01") == expected


@pytest.mark.parametrize("kind", ["right", "power"])
@pytest.mark.parametrize("stage", [*WAITING, *FINAL])
def test_a_right_or_power_used_without_being_held_is_a_finding(kind: str, stage: str) -> None:
    s = world(once(kind)).with_events(*REACH[stage], "2025-03-01 act, by: a")
    assert s.findings("act_without_effect", "2025-03-01", "it") == 1


@pytest.mark.parametrize("stage", [*WAITING, *FINAL])
def test_a_permission_used_without_being_held_is_no_finding(stage: str) -> None:
    s = world(once("permission")).with_events(*REACH[stage], "2025-03-01 act, by: a")
    assert s.findings("act_without_effect", "2025-03-01") == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_by_another_exercises_nothing(kind: str) -> None:
    s = world(once(kind)).with_events("2025-01-05 on", "2025-03-01 act, by: b")
    assert s.stage("it", "2025-03-01") == "in_force"


def test_a_power_is_used_once_unless_it_says_otherwise_and_a_right_or_permission_is_not() -> None:
    assert world("kind: power\nact: act").with_events(*USED).stage("it", "2025-02-01") == "exercised"
    for kind in ("right", "permission"):
        assert world(f"kind: {kind}\nact: act").with_events(*USED).stage("it", "2025-02-01") == "in_force"


def test_a_suspension_that_runs_lets_an_option_lapse_on_resumption() -> None:
    """(r) As for a duty: the limit passes, but shows only when the suspension is lifted."""
    s = world(once("power") + "\ndue: 2025-06-30\nsuspension: runs").with_events(*REACH["suspended"], "2025-08-01 go")
    assert s.stage("it", "2025-07-31") == "suspended"
    assert s.stage("it", "2025-08-01") == "lapsed"


def test_an_option_whose_gate_may_be_displaced_is_perhaps_exercised() -> None:
    """(r) In force the act uses it up; displaced it does nothing: both stay possible."""
    s = world(once("power")).with_events(*REACH["undetermined"], "2025-03-01 act, by: a")
    assert s.stage("it", "2025-03-01") == "undetermined"
    assert s.possible("it", "2025-03-01") == ("displaced", "exercised")


def test_a_limit_that_passes_while_an_option_is_in_doubt_takes_each_possible_stage_on() -> None:
    """(r) Where it was in force it has lapsed; where it was displaced its limit could not pass."""
    s = world(once("power") + "\ndue: 2025-06-30").with_events(*REACH["undetermined"])
    assert s.possible("it", "2025-07-01") == ("displaced", "lapsed")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cue", list(CUES), ids=sentence)
def test_a_lapsed_option_stays_lapsed_whatever_happens(kind: str, cue: str) -> None:
    s = world(once(kind) + "\ndue: 2025-01-31").with_events("2025-01-05 on", CUES[cue].format(month="03"))
    assert s.stage("it", "2025-02-28") == "lapsed"
    assert s.stage("it", "2025-03-02") == "lapsed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_of_an_option_cannot_pass_while_it_is_suspended_and_is_moved_on_resumption(kind: str) -> None:
    s = world(once(kind) + "\ndue: 2025-06-30").with_events(*REACH["suspended"], "2025-08-01 go")
    assert s.stage("it", "2025-08-01") == "in_force"
    assert s.due("it", "2025-08-01") == "2025-12-28"


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_of_an_option_displaced_over_moves_to_the_day_on_which_the_displacement_ends(kind: str) -> None:
    """(r) As for a duty: one day is left to use it."""
    s = world(once(kind) + "\ndue: 2025-06-30").with_events(*REACH["displaced"], "2025-08-01 unblock")
    assert s.stage("it", "2025-08-01") == "in_force"
    assert s.stage("it", "2025-08-02") == "lapsed"


def test_the_limit_of_an_option_that_passes_while_its_gate_is_shut_ends_it_for_good() -> None:
    """(r) It could not have been used on its last day."""
    s = world(once("power") + "\ndue: 2025-06-30").with_events("2025-01-05 on", "2025-02-01 off", "2025-08-01 on")
    assert s.stage("it", "2025-08-01") == "ended"


FIRING = contract("""
    events:
      act: {by: party}
      told: {by: party}
    clauses:
      it: {kind: right, bearer: a, act: act, until: 2025-06-30}
      tell: {kind: obligation, bearer: b, act: told, for_each: it becomes exercised}
    """)


def test_becomes_exercised_fires_at_every_use() -> None:
    s = FIRING.with_events("2025-02-01 act, by: a", "2025-03-01 act, by: a")
    assert s.keys("tell", "2025-03-01") == ["1", "2"]


def test_becomes_exercised_never_fires_because_a_span_ended() -> None:
    s = FIRING.with_events("2025-02-01 act, by: a")
    assert s.stage("it", "2025-07-01") == "exercised"
    assert s.keys("tell", "2025-07-01") == ["1"]


POWER = contract("""
    events:
      act: {by: party}
      paid: {by: party}
      on: {title: On}
    facts:
      ready_now: {starts: on}
    clauses:
      quit: {kind: power, bearer: a, act: act, while: ready_now, effects: [{terminate: duty}]}
      duty: {kind: obligation, bearer: b, act: paid}
      leave: {kind: power, bearer: a, while: ready_now, effects: [{terminate: duty}]}
    measures:
      acts: {count: act}
    """)


def test_exercising_a_power_runs_its_effects() -> None:
    s = POWER.with_events("2025-02-01 on", "2025-03-01 act, by: a")
    assert s.stage("quit", "2025-03-01") == "exercised"
    assert s.stage("duty", "2025-03-01") == "terminated"


def test_a_power_attempted_without_being_held_runs_no_effects_but_the_event_still_happened() -> None:
    s = POWER.with_events("2025-03-01 act, by: a")
    assert s.stage("duty", "2025-03-01") == "in_force"
    assert s.findings("act_without_effect", "2025-03-01", "quit") == 1
    assert s.value("acts", "2025-03-01") == "1"


def test_a_power_without_an_act_is_exercised_by_a_line_of_the_timeline() -> None:
    s = POWER.with_events("2025-02-01 on", "2025-03-01 !leave, by: a")
    assert s.stage("leave", "2025-03-01") == "exercised"
    assert s.stage("duty", "2025-03-01") == "terminated"


@pytest.mark.parametrize(
    "lines",
    [("2025-03-01 !leave, by: a",), ("2025-02-01 on", "2025-03-01 !leave, by: b")],
    ids=["not in force", "by another"],
)
def test_a_line_that_exercises_a_power_not_held_has_no_effect(lines: tuple[str, ...]) -> None:
    s = POWER.with_events(*lines)
    assert s.stage("duty", "2025-03-01") == "in_force"
    assert s.findings("act_without_effect", "2025-03-01", "leave") == 1


# --- recital ----------------------------------------------------------------------------------------------------------

RECITAL = """
agreement: deal
title: Deal
from: 2025-02-01
until: 2025-12-31
parties: {a: A, b: B}
completed_by: done
events:
  done: {title: Done}
  kill: {title: Kill}
  stop: {title: Stop}
  amended: {title: Amended}
clauses:
  it: {kind: recital, title: The parties wish each other well}
effects:
  - {upon: kill, terminate: agreement}
  - {upon: stop, suspend: agreement}
---
agreement: amendment
title: Amendment
from: amended
replaces: [deal.it]
"""


@pytest.mark.parametrize(
    ("lines", "on", "expected"),
    [
        ((), "2025-01-31", "pending"),
        ((), "2025-02-01", "in_force"),
        ((), "2026-01-01", "ended"),
        (("2025-03-01 done",), "2025-03-01", "ended"),
        (("2025-03-01 kill",), "2025-03-01", "terminated"),
        (("2025-03-01 amended",), "2025-03-01", "superseded"),
        (("2025-03-01 stop",), "2025-03-01", "suspended"),
    ],
    ids=sentence,
)
def test_a_recital_is_in_force_with_its_agreement(lines: tuple[str, ...], on: str, expected: str) -> None:
    assert story(RECITAL, *lines).stage("it", on) == expected


# --- agreement --------------------------------------------------------------------------------------------------------

AGREEMENT = """
agreement: deal
title: Deal
from: signed
until: 2025-12-31
parties: {a: A, b: B}
completed_by: done
events:
  signed: {title: Signed}
  done: {title: Done}
  kill: {title: Kill}
  stop: {title: Stop}
  go: {title: Go}
  amended: {title: Amended}
effects:
  - {upon: kill, terminate: agreement}
  - {upon: stop, suspend: agreement}
  - {upon: go, resume: agreement}
---
agreement: amendment
title: Amendment
from: amended
replaces: {agreement: deal}
"""
AGREEMENT_REACH = {
    "pending": (),
    "in_force": ("2025-01-05 signed",),
    "suspended": ("2025-01-05 signed", "2025-02-01 stop"),
    "completed": ("2025-01-05 signed", "2025-02-01 done"),
    "terminated": ("2025-01-05 signed", "2025-02-01 kill"),
    "superseded": ("2025-01-05 signed", "2025-02-01 amended"),
}
AGREEMENT_CELLS = {
    "pending": {
        "signed": "in_force",
        "stop": "pending",
        "go": "pending",
        "done": "pending",
        "kill": "terminated",
        "amended": "superseded",
    },
    "in_force": {
        "signed": "in_force",
        "stop": "suspended",
        "go": "in_force",
        "done": "completed",
        "kill": "terminated",
        "amended": "superseded",
    },
    "suspended": {
        "signed": "suspended",
        "stop": "suspended",
        "go": "in_force",
        "done": "completed",
        "kill": "terminated",
        "amended": "superseded",
    },
    **{
        stage: dict.fromkeys(("signed", "stop", "go", "done", "kill", "amended"), stage)
        for stage in ("completed", "terminated", "superseded")
    },
}


@pytest.mark.parametrize(
    ("stage", "event", "expected"),
    [(s, e, x) for s, row in AGREEMENT_CELLS.items() for e, x in row.items()],
    ids=sentence,
)
def test_an_agreement_in_a_stage_becomes_what_its_table_says_upon_an_event(
    stage: str, event: str, expected: str
) -> None:
    s = story(AGREEMENT, *AGREEMENT_REACH[stage], f"2025-03-01 {event}")
    assert s.agreement("2025-02-28") == stage
    assert s.agreement("2025-03-01") == expected


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("pending", "expired"),
        ("in_force", "expired"),
        ("suspended", "expired"),
        ("completed", "completed"),
        ("terminated", "terminated"),
        ("superseded", "superseded"),
    ],
    ids=sentence,
)
def test_an_agreement_in_a_stage_becomes_what_its_table_says_when_its_until_passes(stage: str, expected: str) -> None:
    s = story(AGREEMENT, *AGREEMENT_REACH[stage])
    assert s.agreement("2025-12-31") == stage
    assert s.agreement("2026-01-01") == expected
