"""One contract in which a clause of any kind can be brought into any stage, and anything can then happen to it.

``REACH`` names the events that lead to a stage by the first of March; ``CUES`` those by which something then happens.
"""

from __future__ import annotations

from .contracts import Contract, contract

WORLD = """
agreement: deal
title: Deal
from: 2025-01-01
until: 2025-12-31
parties: {{a: Party A, b: Party B}}
completed_by: done
events:
  act: {{by: party}}
  on: {{title: The clause begins to apply}}
  off: {{title: The clause no longer applies}}
  block: {{title: Something displaces it}}
  unblock: {{title: Nothing displaces it any more}}
  stop: {{title: It is suspended}}
  go: {{title: It is resumed}}
  waiver: {{title: It is waived}}
  release: {{title: It is discharged}}
  quit: {{title: It is terminated}}
  kill: {{title: The agreement is terminated}}
  done: {{title: The agreement is completed}}
  amended: {{title: The amendment is signed}}
  bad: {{title: It is done badly}}
facts:
  applies: {{starts: on, ends: off}}
  blocked: {{starts: block, ends: unblock}}
clauses:
  it:
    bearer: a
    while: applies
    unless: blocked
    waived_by: waiver
    discharged_by: release
{fields}
effects:
  - {{upon: stop, suspend: it}}
  - {{upon: go, resume: it}}
  - {{upon: quit, terminate: it}}
  - {{upon: kill, terminate: agreement}}
---
agreement: amendment
title: Amendment
from: amended
replaces: [deal.it]
"""

REACH: dict[str, tuple[str, ...]] = {
    "pending": (),
    "in_force": ("2025-01-05 on",),
    "suspended": ("2025-01-05 on", "2025-02-01 stop"),
    "displaced": ("2025-01-05 on", "2025-02-01 block"),
    "ended": ("2025-01-05 on", "2025-02-01 off"),
    "undetermined": ("2025-01-05 on", "2025-02-01 block, happened: unconfirmed"),
    "fulfilled": ("2025-01-05 on", "2025-02-01 act, by: a"),
    "met": ("2025-01-05 on", "2025-02-01 act, by: a"),
    "exercised": ("2025-01-05 on", "2025-02-01 act, by: a"),
    "broken": ("2025-01-05 on", "2025-02-01 act, by: a"),
    "waived": ("2025-01-05 on", "2025-02-01 waiver"),
    "discharged": ("2025-01-05 on", "2025-02-01 release"),
    "terminated": ("2025-01-05 on", "2025-02-01 quit"),
    "superseded": ("2025-01-05 on", "2025-02-01 amended"),
}
"""Events that lead to a stage by the first of March."""

CUES: dict[str, str] = {
    "the act is done": "2025-{month}-01 act, by: a",
    "it is done badly": "2025-{month}-01 bad",
    "it is waived": "2025-{month}-01 waiver",
    "it is discharged": "2025-{month}-01 release",
    "it is terminated": "2025-{month}-01 quit",
    "the agreement is terminated": "2025-{month}-01 kill",
    "the agreement is completed": "2025-{month}-01 done",
    "it is superseded": "2025-{month}-01 amended",
}


def world(fields: str) -> Contract:
    """The contract with one clause ``it`` of the given fields (``kind: obligation, act: act`` ...)."""
    return contract(WORLD.format(fields="".join(f"    {line}\n" for line in fields.strip().splitlines())))


def after(fields: str, stage: str, cue: str, month: str = "03") -> str:
    """The stage after a cue that comes on the first of a month, once ``stage`` was reached."""
    story = world(fields).with_events(*REACH[stage], CUES[cue].format(month=month))
    day_before = f"2025-{int(month) - 1:02}-28"
    shown = story.stage("it", day_before)
    expected = {"broken": "breached"}.get(stage, stage)
    assert shown == expected, f"{stage} was not reached: {shown}"
    return story.stage("it", f"2025-{month}-02")
