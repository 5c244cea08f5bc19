"""Findings: what a reader should know of a run. Most were noted as it went; breaches and conflicts are read off the history."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealcli.engine.program import Clause
from dealcli.engine.records import Finding, Position
from dealcli.engine.run import Run

FINDINGS = (
    "breach",
    "possible_breach",
    "missed",
    "act_without_effect",
    "near_miss",
    "conflict",
    "late_performance",
    "premature_performance",
    "overpayment",
    "repeated_trigger",
    "impossible_event",
    "unused_event",
    "narrower_outlives_wider",
    "assumption",
    "approximate_date",
    "unreported",
    "known_through_passed",
    "not_judged",
)
"""Every kind of finding."""


def all_findings(run: Run) -> list[Finding]:
    """Every finding of a run, in order of date, then of severity, clause and key."""
    found = [*run.state.findings, *_breaches(run), *_narrower_outlives_wider(run), *_known_through(run), *_assumptions(run)]
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda f: (f.day or date.min, order[f.severity], f.kind, f.clause or "", f.key or ""))


def _breaches(run: Run) -> list[Finding]:
    """One finding for every recorded breach; of an instrument that does not bind, none is called a breach of contract."""
    positions = (position for found in run.state.positions_of.values() for position in found)
    return [_breach(run, position, breach) for position in positions for breach in position.breaches]


def _breach(run: Run, position: Position, breach: dict[str, Any]) -> Finding:
    clause = position.clause
    binding = clause.binding
    cause = breach["cause"]
    event = cause["name"].rpartition(".")[2] if cause["kind"] == "event" else None
    text = {
        "condition": f"{clause.title}: not met in time",
        "prohibition": f"{clause.title}: done although forbidden",
    }.get(clause.kind, f"{clause.title}: not done in time" if cause["kind"] == "limit" else f"{clause.title}: broken")  # fmt: skip
    if binding is not True:
        text += " (the instrument does not bind)" if binding is False else " (whether the instrument binds is not known)"
    severity = "error" if binding is True and clause.kind != "condition" else "info"
    kind = "breach" if binding is True and clause.kind != "condition" else "missed"
    return Finding(kind, severity, date.fromisoformat(breach["date"]), clause.full, position.key_text, event, text, clause.place)


def _assumptions(run: Run) -> list[Finding]:
    return [Finding("assumption", "info", None, name, None, None, text, place) for name, text, place in run.program.assumptions]


def _known_through(run: Run) -> list[Finding]:
    """The day of the answer lies after the last day that the sources of an agreement speak of."""
    found = []
    for agreement, state in run.state.agreements.items():
        last = agreement.known_through
        if last is not None and last < run.state.today and {"in_force", "suspended"} & set(state.stages):
            text = f"{agreement.title}: nothing is known after {last}; what was not reported since is unknown"
            found.append(Finding("known_through_passed", "info", last, None, None, None, text, agreement.place))
    return found


def _narrower_outlives_wider(run: Run) -> list[Finding]:
    """A duty whose act is another's with a ``where`` added stays when the other ends."""
    found = []
    duties = [c for c in run.program.clauses if c.kind in ("prohibition", "obligation") and len(c.act) == 1 and c.act[0].event]
    narrower = [duty for duty in duties if duty.act[0].where]
    for wide in duties:
        if wide.act[0].where:
            continue
        for narrow in narrower:
            same = narrow.act[0].event is wide.act[0].event and narrow.kind == wide.kind and narrow.bearer_names == wide.bearer_names
            if same and narrow.agreement == wide.agreement and _outlives(run, narrow, wide):
                text = f"{narrow.title}: goes on although the wider '{wide.title}' has ended"
                found.append(Finding("narrower_outlives_wider", "info", None, narrow.full, None, None, text, narrow.place))
    return found


def _outlives(run: Run, narrow: Clause, wide: Clause) -> bool:
    over = [p for p in run.state.positions_of[wide] if p.shown in ("ended", "terminated", "superseded", "lapsed", "waived", "discharged")]
    return bool(over) and len(over) == len(run.state.positions_of[wide]) and any(
        run.state.binds(p) is True for p in run.state.positions_of[narrow]
    )  # fmt: skip
