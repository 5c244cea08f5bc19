"""Findings: what a reader should know of a run. Most were noted as it went; breaches and conflicts are read off the history."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealcli.engine.records import Finding, Position
from dealcli.engine.run import Run


def all_findings(run: Run) -> list[Finding]:
    """Every finding of a run, in order of date, then of severity, clause and key."""
    found = [*run.state.findings, *_breaches(run)]
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda f: (f.day or date.min, order[f.severity], f.kind, f.clause or "", f.key or ""))


def _breaches(run: Run) -> list[Finding]:
    """One finding for every recorded breach; of an instrument that does not bind, none is called a breach of contract."""
    found = []
    for clause, positions in run.state.positions_of.items():
        for position in positions:
            for breach in position.breaches:
                found.append(_breach(run, position, breach))
    return found


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
