"""The lifecycle of a legal position, as data.

Two tables decide everything:

* ``GATES``: what the stage becomes when the *gate* changes (whether the clause applies at all just now).
* ``CUES``: what the stage becomes when something happens to the position itself.

A pair that is not in a table changes nothing. ``dormant`` is printed ``ended``: the end of a gate, from which a position may
return; ``ended`` itself is final. A position of which it is not known what happened is a *set* of stages, each of which
goes its own way through the tables; it is printed ``undetermined`` while the set has more than one member.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

OPEN, SHUT, HELD, DISPLACED_GATE, DOUBTFUL = "open", "shut", "held", "displaced", "doubtful"
DORMANT: Final = "dormant"
NONE: Final = "none"

GATES: Mapping[str, Mapping[str, str]] = {
    #                open                shut               held                 displaced
    "new":       {OPEN: "in_force", SHUT: "pending", HELD: "suspended", DISPLACED_GATE: "displaced"},
    "pending":   {OPEN: "in_force",                  HELD: "suspended", DISPLACED_GATE: "displaced"},
    "in_force":  {                  SHUT: DORMANT,   HELD: "suspended", DISPLACED_GATE: "displaced"},
    "suspended": {OPEN: "in_force", SHUT: DORMANT,                      DISPLACED_GATE: "displaced"},
    "displaced": {OPEN: "in_force", SHUT: DORMANT,   HELD: "suspended"},
    DORMANT:     {OPEN: "in_force",                  HELD: "suspended", DISPLACED_GATE: "displaced"},
}  # fmt: skip
"""A doubtful gate leads to every stage that one of the gates it may be leads to."""

ACTIVE = ("in_force", "suspended", "displaced", DORMANT)
UNDECIDED = ("pending", *ACTIVE)
"""Stages from which a position can still go anywhere; a breached prohibition or standing duty binds on besides."""

# Outcomes that depend on what the position went through.
IF_BOUND = "fulfilled if it ever bound and was never broken, else ended"
IF_USED = "exercised if it was used, else ended"
LAPSES = "exercised if it was used, else lapsed"
IF_KEPT = "breached if there was an interval of breach, else as a prohibition"
UNLESS_BROKEN = {stage: f"breached if there was an interval of breach, else {stage}"
                 for stage in ("fulfilled", "discharged", "terminated", "superseded")}  # fmt: skip
_BROKEN_OR = {words: stage for stage, words in UNLESS_BROKEN.items()}


def _all(stage: str, *, of: Iterable[str] = UNDECIDED) -> dict[str, str]:
    return dict.fromkeys(of, stage)


_ENDS = {
    "waived": _all("waived"),
    "discharged": _all("discharged"),
    "terminated": _all("terminated"),
    "superseded": _all("superseded"),
}

_FORGIVEN = _all("waived") | {"breached": "waived"}
_DUTY = _ENDS | {
    "waived": _FORGIVEN,
    "performed": _all("fulfilled", of=("in_force", "suspended", "displaced")) | {"breached": "breached"},
    "cured": {"breached": "cured"},
    "limit": {"in_force": "breached", "pending": "ended", DORMANT: "ended"},
    "broken": {"in_force": "breached"},
    "completed": _all("fulfilled"),
    "agreement_over": _all("ended"),
}

CUES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "duty": _DUTY | {"span_over": _all("ended")},
    "condition": _DUTY | {"waived": _all("waived"), "cured": {}, "span_over": _all("breached", of=ACTIVE) | {"pending": "ended"}},
    "standing": _ENDS | {
        "broken": {"in_force": "breached"},
        "restored": {"breached": "in_force"},
        "span_over": _all(IF_KEPT),
        "agreement_over": _all(IF_KEPT),
        "waived": _FORGIVEN,
        "completed": _all(UNLESS_BROKEN["fulfilled"]),
        **{cue: _all(UNLESS_BROKEN[cue]) for cue in ("discharged", "terminated", "superseded")},
    },
    "prohibition": _ENDS | {
        "waived": _FORGIVEN,
        "completed": _all("fulfilled"),
        "broken": {"in_force": "breached", "breached": "breached"},
        "span_over": _all(IF_BOUND),
        "agreement_over": _all(IF_BOUND),
    },
    "option": _ENDS | {
        "exercised": {"in_force": "exercised"},
        "completed": _all("fulfilled"),
        "limit": {"in_force": LAPSES, "pending": "ended", DORMANT: "ended"},
        "span_over": _all("ended") | {"in_force": IF_USED},
        "agreement_over": _all("ended") | {"in_force": IF_USED},
    },
    "recital": {
        "span_over": _all("ended"),
        "agreement_over": _all("ended"),
        "terminated": _all("terminated"),
        "superseded": _all("superseded"),
    },
}  # fmt: skip

SAID_BY = {"breached": ("broken", "limit"), "exercised": ("exercised", "used")}
"""What ``becomes`` of every breach and every use is said by these cues alone, and never because a span ended."""

CONDITION_WORDS = {"fulfilled": "met", "breached": "failed"}
"""How a condition's stages are printed: nobody fulfils or breaches it."""

DUTIES = ("duty", "condition")
STANDING = ("prohibition", "standing")
"""Groups that go on binding after a breach; to them a limit is the end of a span."""
GROUPS = {
    "obligation": "duty", "condition": "condition", "prohibition": "prohibition", "permission": "option", "right": "option",
    "power": "option", "recital": "recital",
}  # fmt: skip

AGREEMENT: Mapping[str, Mapping[str, str]] = {
    "begins": {"pending": "in_force"},
    "suspended": {"in_force": "suspended"},
    "resumed": {"suspended": "in_force"},
    "completed": {"in_force": "completed", "suspended": "completed"},
    "terminated": {"pending": "terminated", "in_force": "terminated", "suspended": "terminated"},
    "expired": {"pending": "expired", "in_force": "expired", "suspended": "expired"},
    "superseded": {"pending": "superseded", "in_force": "superseded", "suspended": "superseded"},
}
_NOWHERE: Mapping[str, str] = {}
AGREEMENT_OVER = ("completed", "terminated", "expired", "superseded")


def through_gate(stages: tuple[str, ...], gates: tuple[str, ...]) -> tuple[str, ...]:
    """Every stage that one of ``stages`` may have once the gate is one of ``gates`` (several where it is doubtful)."""
    return tuple(dict.fromkeys([GATES.get(stage, _NOWHERE).get(gate, stage) for stage in stages for gate in gates]))


def after_cue(group: str, cue: str, stage: str, *, bound: bool = False, broken: bool = False, used: bool = False) -> str:
    """The stage after a cue. ``bound``: it was once in force; ``broken``: it was breached; ``used``: it was exercised."""
    waiting = "pending" if stage == "new" else stage
    outcome = CUES[group].get(cue, {}).get(waiting, stage)
    if outcome == IF_KEPT:
        outcome = "breached" if broken else IF_BOUND
    elif outcome in _BROKEN_OR:
        outcome = "breached" if broken else _BROKEN_OR[outcome]
    if outcome == IF_BOUND:
        return "breached" if broken else "fulfilled" if bound else "ended"
    if outcome in (IF_USED, LAPSES):
        return "exercised" if used and waiting != "pending" else "lapsed" if outcome == LAPSES else "ended"
    return outcome


@cache
def reachable(group: str, kind: str) -> tuple[str, ...]:
    """The words of every stage that a clause of a kind may come to, as they are printed, in alphabetical order."""
    outcomes = {stage for table in (GATES, CUES[group]) for row in table.values() for stage in row.values()}
    endings = {IF_BOUND: ("fulfilled", "ended", "breached"), IF_KEPT: ("fulfilled", "ended", "breached"), IF_USED: ("exercised", "ended"),
               LAPSES: ("exercised", "lapsed")} | {words: ("breached", stage) for stage, words in UNLESS_BROKEN.items()}  # fmt: skip
    stages = {one for stage in outcomes for one in endings.get(stage, (stage,))}
    return (*possible(tuple(sorted(stages)), kind), "ready", "undetermined")


@cache
def shown(stages: tuple[str, ...], kind: str = "") -> str:
    """The printed stage of a position: ``undetermined`` where several stages are possible."""
    words = possible(stages, kind)
    return words[0] if len(words) == 1 else "undetermined"


@cache
def possible(stages: tuple[str, ...], kind: str = "") -> tuple[str, ...]:
    """The printed words of the stages that are possible, each once, in alphabetical order."""
    words = {"ended" if stage == DORMANT else stage for stage in stages}
    if kind == "condition":
        words = {CONDITION_WORDS.get(word, word) for word in words}
    return tuple(sorted(words))


@cache
def said(before: tuple[str, ...], after: tuple[str, ...], kind: str, cue: str) -> tuple[str, ...]:
    """What ``becomes`` says of a position that a cue has brought from some stages to others, in alphabetical order."""
    words = set(possible(after, kind)) - set(possible(before, kind))
    return tuple(sorted(word for word in words if cue in SAID_BY.get(word, (cue,))))
