"""The contents of a deal as rows of plain data, section by section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dealcli.cli.deal import DealFiles, question_row
from dealcli.engine.shown import show
from dealcli.language.declarations import Fact, Measure
from dealcli.language.values import is_unknown

Rows = list[dict[str, Any]]


def contents(deal: DealFiles, sections: list[str]) -> dict[str, Rows]:
    """The sections that were asked for, each a list of rows with the same keys."""
    return {name: SECTION[name](deal) for name in sections}


def truth(value: Any) -> Any:
    """Whether something holds: true, false or unknown."""
    return "unknown" if is_unknown(value) else value


def _text(raw: Any) -> str | None:
    """What is written for a key, on one line; None where nothing is."""
    if raw is None:
        return None
    if isinstance(raw, Mapping):
        return ", ".join(f"{key}: {_text(value)}" for key, value in raw.items())
    if isinstance(raw, list):
        return "; ".join(filter(None, map(_text, raw)))
    return str(raw)


def _agreements(deal: DealFiles) -> Rows:
    """In order of their first days; those that begin with an event come last."""
    rows = _agreement_rows(deal)
    return sorted(rows, key=lambda row: (not str(row["from"] or "")[:1].isdigit(), str(row["from"] or "")))


def _moment(deal: DealFiles, owner: str, raw: Any) -> str | None:
    """When something begins or ends, as written; the day itself where a term stands for it."""
    values = {
        name: term.value
        for term in deal.program.terms
        for name in (term.name, term.full)
        if term.agreement in ("", owner)
    }
    return show(values[raw]) if isinstance(raw, str) and raw in values else _text(raw)


def _agreement_rows(deal: DealFiles) -> Rows:
    return [
        {
            "name": a.name,
            "title": a.title,
            "from": _moment(deal, a.name, a.raw.get("from")),
            "until": _moment(deal, a.name, a.raw.get("until")),
            "binding": truth(a.binding),
            "parties": list(a.parties),
            "clauses": len(a.clauses),
            **deal.line_of(a.place),
        }
        for a in deal.program.agreements
    ]


def _parties(deal: DealFiles) -> Rows:
    return [
        {"name": p.name, "title": p.title, "part_of": p.part_of, "open": p.open} for p in deal.program.parties.values()
    ]


def _clauses(deal: DealFiles) -> Rows:
    """Under their agreements, in the order of these."""
    order = {row["name"]: number for number, row in enumerate(_agreements(deal))}
    return [
        {
            "agreement": c.agreement,
            "name": c.name,
            "kind": c.kind,
            "bearer": ", ".join(filter(None, c.bearer_names)) or None,
            "counterparty": ", ".join(filter(None, c.counterparty_names)) or None,
            "title": c.title,
            "binding": truth(c.binding),
            "standing": deal.standing(c.sources, c.assumed),
            "reading": c.choice or None,
            **deal.line_of(c.place),
        }
        for c in sorted(deal.program.clauses, key=lambda clause: order[clause.agreement])
    ]


def _events(deal: DealFiles) -> Rows:
    return [
        {
            "name": e.full,
            "title": e.title or None,
            "partial": e.partial,
            "attributes": [
                {"name": name, "type": str(a.type), "optional": a.optional} for name, a in e.attributes.items()
            ],
        }
        for e in deal.program.events
    ]


def _terms(deal: DealFiles) -> Rows:
    rows = []
    for term in deal.program.terms:
        written = deal.written(term)
        value = written.get("value")
        rows.append(
            {
                "name": term.full,
                "title": term.title or None,
                "value": _text(value) or term.text or show(term.value),
                "plausible": list(written.get("plausible") or ()),
                "reading": term.choice or None,
                "standing": deal.standing(written.get("sources") or (), written.get("assumed")),
            }
        )
    return rows


def _fluents(deal: DealFiles, things: tuple[Fact, ...] | tuple[Measure, ...]) -> Rows:
    rows = []
    for thing in things:
        written = deal.written(thing)
        rows.append(
            {
                "name": thing.full,
                "title": thing.title or None,
                "type": str(thing.type),
                "per": list(thing.keys),
                "reading": thing.choice or None,
                "standing": deal.standing(written.get("sources") or (), written.get("assumed")),
            }
        )
    return rows


def _facts(deal: DealFiles) -> Rows:
    return _fluents(deal, deal.program.facts)


def _measures(deal: DealFiles) -> Rows:
    return _fluents(deal, deal.program.measures)


def _readings(deal: DealFiles) -> Rows:
    return [question_row(deal, question) for question in deal.program.questions]


def _sources(deal: DealFiles) -> Rows:
    return deal.source_rows(sorted(deal.program.sources))


SECTION: Mapping[str, Callable[[DealFiles], Rows]] = {
    "agreements": _agreements,
    "parties": _parties,
    "clauses": _clauses,
    "events": _events,
    "terms": _terms,
    "facts": _facts,
    "measures": _measures,
    "readings": _readings,
    "sources": _sources,
}
