"""The forward view: what changes by itself after the as-of date, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dealcli.dates import civil_day
from dealcli.engine.records import Position
from dealcli.engine.run import Run
from dealcli.engine.shown import party_name
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import AtLeast


def agenda(run: Run, as_of: date) -> list[dict[str, Any]]:
    """Limits, ends and beginnings that lie ahead and are known, in order of their dates."""
    rows: list[dict[str, Any]] = []
    for positions in run.state.positions_of.values():
        for position in positions:
            if position.undecided:
                rows.extend(_of_position(position, as_of))
    rows.extend(_of_agreements(run, as_of))
    rows.extend(_waiting(run, as_of))
    return sorted(rows, key=lambda row: (row["date"], row["what"], row.get("clause") or row.get("agreement") or "", row.get("key") or ""))


def _waiting(run: Run, as_of: date) -> list[dict[str, Any]]:
    """Delayed effects, and the next period of each recurring clause."""
    rows: list[dict[str, Any]] = []
    for day, _, _, _, what, about in run.agenda:
        if day <= as_of:
            continue
        if what == "effect":
            effect = about[0]
            title = effect.title or f"{effect.verb} {effect.target.title}"
            rows.append({"date": str(day), "what": "effect", "agreement": effect.agreement, "title": title})
        elif what == "period":
            clause = about[0]
            rows.append({"date": str(day), "what": "period", "clause": clause.full, "key": str(about[1].number), "title": clause.title,
                         "bearer": ", ".join(filter(None, clause.bearer_names)) or None, "kind": clause.kind})  # fmt: skip
    return rows


def _of_position(position: Position, as_of: date) -> list[dict[str, Any]]:
    rows = []
    for what, moment in (("limit", position.limit_day), ("until", position.until)):
        day = _ahead(moment, as_of)
        if day is not None and (what == "limit" or not position.over):
            told = f"{what}_or_later" if type(moment) is AtLeast else what
            rows.append({"date": day, "what": told, "clause": position.clause.full, "key": position.key_text,
                         "title": position.clause.title, "bearer": party_name(position.bearer), "kind": position.clause.kind})  # fmt: skip
    return rows


def _ahead(moment: Any, as_of: date) -> str | None:
    if moment is None or (values.is_unknown(moment) and type(moment) is not AtLeast):
        return None
    known = values.least(moment)
    if not isinstance(known, date) or civil_day(known) <= as_of:
        return None
    return known.isoformat() if isinstance(known, datetime) else str(known)


def _of_agreements(run: Run, as_of: date) -> list[dict[str, Any]]:
    rows = []
    for agreement, state in run.state.agreements.items():
        about = {"agreement": agreement.name, "title": agreement.title}
        if {"in_force", "suspended"} & set(state.stages) and (day := _ahead(state.until, as_of)):
            rows.append({"date": day, "what": "expires", **about})
        begin = agreement.begin
        if state.stages == ("pending",) and begin is not None and begin.function is not None:
            if day := _ahead(begin.function(Env(run.state)), as_of):
                rows.append({"date": day, "what": "begins", **about})
    return rows
