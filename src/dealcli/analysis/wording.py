"""Plain words for what moved a position: one table, used wherever a reason is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealcli.engine.program import Clause, Program
from dealcli.engine.records import Transition
from dealcli.language.declarations import EventType, Fact

CUES: Mapping[str, str] = {
    "gate": "its conditions changed", "performed": "it was done", "cured": "it was made good in time", "limit": "its limit passed",
    "broken": "it was broken", "restored": "it holds again", "span_over": "its time was over", "agreement_over": "its agreement ended",
    "waived": "it was waived", "discharged": "it was discharged", "terminated": "it was terminated",
    "superseded": "it was replaced", "exercised": "it was used", "used": "it was used", "begins": "it took effect",
    "suspended": "it was suspended", "resumed": "it was resumed", "completed": "it was completed", "expired": "its last day passed",
}  # fmt: skip
CAUSES: Mapping[str, str] = {
    "limit": "the limit passed", "limit_again": "the limit had passed meanwhile", "until": "the last day passed", "day": "the day came",
    "start": "from the beginning", "from": "the day came", "period": "a period began", "item": "it is on the list",
    "condition": "a condition came true", "date": "the day came", "delay": "the time after it had passed", "exercise": "the power was used",
    "effect": "a delayed effect came due",
}  # fmt: skip


def cause_text(cause: Mapping[str, Any], program: Program) -> str:
    """What set a change in motion, in words a reader understands."""
    kind, name, word = cause["kind"], cause["name"], cause["word"]
    if kind == "event":
        event: EventType | None = program.deal.called(name, (EventType,))
        return (event.title or event.name.replace("_", " ")) if event else name
    if kind == "stage":
        clause = program.deal.called(name, (Clause,))
        return f"{clause.title if clause else name} became {word.replace('_', ' ')}"
    if kind == "fact":
        fact = program.deal.called(name, (Fact,))
        return f"{(fact.title if fact else '') or name}: {'now so' if word == 'true' else 'no longer so'}"
    if kind == "agreement":
        return f"{program.agreement(name).title} became {word.replace('_', ' ')}"
    if kind in ("from", "until") and any(a.name == name for a in program.agreements):
        return f"{program.agreement(name).title} {'took effect' if kind == 'from' else 'reached its last day'}"
    return CAUSES.get(kind, kind)


def change_text(transition: Transition, program: Program) -> str:
    """One sentence for a transition: what happened to it, and why where that is another thing."""
    cue, cause = CUES.get(transition.cue, transition.cue.replace("_", " ")), transition.cause.describe()
    return cue if cause["kind"] == transition.cue else f"{cue}: {cause_text(cause, program)}"
