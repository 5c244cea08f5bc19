"""The story of an evaluation: the dates that mattered, and what the hypothetical events changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dealcli.analysis.evaluation import Evaluation
from dealcli.dates import civil_day
from dealcli.engine.records import Event, Position
from dealcli.engine.shown import party_name

STORY_EVENTS = 400
"""A log of thousands of events is counted, not told."""


def story(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Events, and agreements that began or ended, in the order in which they came."""
    rows: list[tuple[str, int, dict[str, Any]]] = []
    for transition in evaluation.run.state.transitions:
        if transition.kind == "agreement" and transition.after != "undetermined":
            agreement = evaluation.program.agreement(transition.name)
            rows.append(_entry(transition.moment, 0, "agreement", f"{agreement.title}: {_AGREEMENT_WORDS[transition.after]}",
                               name=agreement.name))  # fmt: skip
    as_of = civil_day(evaluation.as_of)
    for row in evaluation.rows[:STORY_EVENTS]:
        if row.day <= as_of:
            raw = row.row or {}
            rows.append(_entry(row.moment, 1, "event", _event_text(row), hypothetical=raw.get("hypothetical") == "true",
                               sources=list(raw.get("sources") or ()), name=_name(row)))  # fmt: skip
    for moment, raw in evaluation.notes[:STORY_EVENTS]:
        if civil_day(moment) <= as_of:
            rows.append(_entry(moment, 1, "note", str(raw["note"]), sources=list(raw.get("sources") or ())))
    return [entry for _, _, entry in sorted(rows, key=lambda row: row[:2])]


_AGREEMENT_WORDS = {"in_force": "in force", "suspended": "suspended", "completed": "completed", "terminated": "terminated",
                    "expired": "expired", "superseded": "replaced"}  # fmt: skip


def _entry(moment: Any, rank: int, kind: str, text: str, **more: Any) -> tuple[str, int, dict[str, Any]]:
    shown = moment.isoformat() if isinstance(moment, datetime) else str(moment)
    entry = {"date": shown, "kind": kind, "text": text, "hypothetical": False, "sources": [], "name": None}
    return str(civil_day(moment)), rank, entry | more


def _name(row: Any) -> str:
    return row.type.full if isinstance(row, Event) else row.clause.full


def _event_text(row: Any) -> str:
    if isinstance(row, Event):
        note = (row.row or {}).get("note")
        title = row.type.title or row.type.name.replace("_", " ")
        told = (name for name, a in row.type.attributes.items() if a.type.name in ("id", "word", "party") and name != row.type.doer)
        ids = ", ".join(str(row.values[name]) for name in told if isinstance(row.values.get(name), str))
        return f"{title}{f' ({ids})' if ids else ''}{f' - {note}' if note else ''}"
    return f"{row.clause.title}: used"


def changes(evaluation: Evaluation, before: Evaluation) -> list[dict[str, Any]]:
    """Positions whose stage differs from the same scenario without its hypothetical events, on the same day."""
    old = {_slot(p): p for p in _all(before)}
    rows = []
    for position in _all(evaluation):
        known = old.pop(_slot(position), None)
        was = known.shown if known is not None else None
        if was != position.shown:
            rows.append({"clause": position.clause.full, "key": position.key_text, "title": position.clause.title,
                         "bearer": party_name(position.bearer), "before": was, "after": position.shown,
                         "since": _shown(position.since)})  # fmt: skip
    rows.extend({"clause": p.clause.full, "key": p.key_text, "title": p.clause.title, "bearer": party_name(p.bearer), "before": p.shown,
                 "after": None, "since": None} for p in old.values())  # fmt: skip
    return rows


def _all(evaluation: Evaluation) -> list[Position]:
    return [p for positions in evaluation.run.state.positions_of.values() for p in positions]


def _slot(position: Position) -> tuple[Any, ...]:
    return (position.clause.full, position.key_text, str(position.bearer))


def _shown(moment: Any) -> str:
    return moment.isoformat() if isinstance(moment, datetime) else str(moment)
