"""The result document: one plain tree of dicts, lists and texts that every format renders. ``dealcli.evaluation/1``.

Amounts and numbers are decimal strings, dates ISO 8601, rows in a fixed order; nothing in it varies from run to run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from dealcli import __version__
from dealcli.analysis.agenda import agenda
from dealcli.analysis.evaluation import Evaluation
from dealcli.analysis.expectations import Outcome, turns_on, waiting_stage
from dealcli.analysis.findings import all_findings
from dealcli.analysis.story import changes, story
from dealcli.analysis.wording import cause_text
from dealcli.dates import civil_day
from dealcli.engine import lifecycle
from dealcli.engine.program import STANDINGS, Agreement, Clause, Program
from dealcli.engine.records import Position, Transition, show_key
from dealcli.engine.shown import party_name, show
from dealcli.engine.state import outstanding
from dealcli.language import values
from dealcli.language.declarations import AgreementName, Fact
from dealcli.language.values import UNKNOWN, AtLeast
from dealcli.reading.files import digest_of

FORMAT = "dealcli.evaluation/1"
PARTY_KINDS = {"obligation": "claim", "prohibition": "claim", "permission": "no-claim", "right": "duty", "power": "liability"}
"""The correlative of each kind: what the counterparty has where the bearer has this."""


def document(evaluation: Evaluation, compared_with: Evaluation | None = None) -> dict[str, Any]:
    """The result of an evaluation. ``compared_with`` is the same scenario without its hypothetical events, if it has any."""
    run, program = evaluation.run, evaluation.program
    history: dict[tuple[str, str | None, Any], list[Transition]] = {}
    for transition in run.state.transitions:
        if transition.kind == "position":
            history.setdefault((transition.name, transition.key, transition.bearer), []).append(transition)
    shown = [clause for clause in program.clauses if clause.known and not clause.restates]
    positions = [row for clause in shown for row in _positions(evaluation, clause, history)]
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "scenario": {"title": evaluation.scenario.title, "path": evaluation.scenario.path,
                     "hypothetical": sum(1 for row in evaluation.rows if row.row and row.row.get("hypothetical") == "true")},
        "as_of": moment_text(evaluation.as_of),
        "known_as_of": str(evaluation.known_as_of) if evaluation.known_as_of else None,
        "inputs": _inputs(evaluation),
        "receipt": _receipt(evaluation),
        "readings": _readings(evaluation),
        "agreements": [_agreement(evaluation, agreement) for agreement in program.agreements],
        "parties": [{"name": p.name, "title": p.title} for p in program.parties.values()],
        "judged": None,
        "disputes": [],
        "story": story(evaluation),
        "changes": changes(evaluation, compared_with) if compared_with is not None else None,
        "positions": positions,
        "facts": [row for fact in program.facts for row in _fluent(evaluation, fact)],
        "measures": [row for measure in program.measures for row in _fluent(evaluation, measure)],
        "findings": _findings(evaluation),
        "assumptions": _assumptions(evaluation),
        "agenda": agenda(run, civil_day(evaluation.as_of)),
        "expectations": _expectations(evaluation.outcomes),
        "sources": _sources(evaluation, positions),
        "summary": _summary(evaluation, positions),
    }  # fmt: skip


def _inputs(evaluation: Evaluation) -> list[dict[str, str]]:
    """Every file that the result depends on, its log among them, with the SHA-256 of what it held."""
    rows = [{"path": path, "sha256": digest} for path, digest in evaluation.inputs]
    if evaluation.log is not None and evaluation.log != "-":
        held = evaluation.scenario.logs.get(evaluation.log)
        digest = digest_of(evaluation.log) if held is None else hashlib.sha256(held).hexdigest()
        rows.append({"path": evaluation.log, "sha256": digest})
    return rows


def _receipt(evaluation: Evaluation) -> dict[str, Any]:
    """What has to be asked to get this result again. ``judged`` is how it was judged over all readings, null where not."""
    options = evaluation.options
    return {"scenario": evaluation.scenario.title, "as_of": options.as_of, "known_as_of": options.known_as_of, "events": options.events,
            "terms": dict(options.terms), "readings": dict(options.readings), "judged": None}  # fmt: skip


# --- agreements, readings --------------------------------------------------------------------------------------------


def _agreement(evaluation: Evaluation, agreement: Agreement) -> dict[str, Any]:
    state = evaluation.run.state.agreements[agreement]
    undetermined = len(state.stages) > 1
    return {
        "name": agreement.name, "title": agreement.title, "stage": state.shown,
        "possible": sorted(state.stages) if undetermined else [], "since": moment_text(state.since),
        "until": value_of(state.until), "binding": truth_of(agreement.binding), "parties": list(agreement.parties),
        "replaced_by": state.heir or None, "verdict": "undetermined" if undetermined else None,
        "verdicts": {}, "contested_by": [], "turns_on": [],
    }  # fmt: skip


def _readings(evaluation: Evaluation) -> list[dict[str, Any]]:
    backing = {q.full: dict(q.backing) for q in evaluation.program.questions}
    return [{"name": q.full, "title": q.title, "chosen": q.chosen, "default": q.default, "plausible": q.plausible,
             "choices": [{"name": choice, "sources": list(backing[q.full].get(choice, ()))} for choice in q.choices],
             "rejected": [{"name": name, "reason": reason} for name, reason in q.rejected]}
            for q in evaluation.program.questions]  # fmt: skip


# --- positions -------------------------------------------------------------------------------------------------------


def _positions(evaluation: Evaluation, clause: Clause, history: Mapping[Any, list[Transition]]) -> list[dict[str, Any]]:
    found = evaluation.run.state.positions_of[clause]
    if not found:
        return [_waiting(evaluation, clause)]
    return [_position(evaluation, p, history.get((clause.full, p.key_text, p.bearer), [])) for p in in_order(found)]


def in_order(positions: Iterable[Position]) -> list[Position]:
    """The positions of a clause in the order of the result: by key, then as they were made."""
    return sorted(positions, key=lambda p: (tuple(map(str, p.key)), p.number or 0, p.seq))


def _waiting(evaluation: Evaluation, clause: Clause) -> dict[str, Any]:
    """A clause of which nothing has made an instance yet: one row that says so."""
    stage = waiting_stage(evaluation.run, clause)
    bearers, others = clause.bearer_names, clause.counterparty_names
    return clause_row(evaluation, clause) | {
        "key": None, "bearer": ", ".join(filter(None, bearers)) or None, "counterparty": ", ".join(filter(None, others)) or None,
        "stage": stage, "possible": [], "in_force": False, "since": None, "due": None, "until": None, "breaches": [], "amount": None,
        "uses": [], "performers": [], "performed_late": False, "released": False, "verdict": None, "verdicts": {}, "contested_by": [],
        "turns_on": [], "because": [],
    }  # fmt: skip


def clause_row(evaluation: Evaluation, clause: Clause) -> dict[str, Any]:
    """What a row says of its clause, whatever its position."""
    return {
        "clause": clause.full, "kind": clause.kind, "title": clause.title, "correlative": PARTY_KINDS.get(clause.kind),
        "binding": truth_of(clause.binding), "confidence": confidence(evaluation.program, clause.sources, clause.assumed),
        "reading": clause.choice or None, "sources": list(clause.sources), "against": list(clause.against),
        "lineage": lineage(evaluation, clause),
    }  # fmt: skip


def _position(evaluation: Evaluation, position: Position, transitions: list[Transition]) -> dict[str, Any]:
    run, clause = evaluation.run, position.clause
    undetermined = len(position.stages) > 1
    row = clause_row(evaluation, clause) | {
        "key": position.key_text, "bearer": party_name(position.bearer), "counterparty": party_name(position.counterparty),
        "stage": position.shown,
        "possible": list(lifecycle.possible(position.stages, clause.kind)) if undetermined else [],
        "in_force": truth_of(run.state.binds(position)), "since": moment_text(position.since), "due": value_of(position.limit),
        "until": value_of(position.until),
        "breaches": [breach_row(evaluation, b) for b in position.breaches] if clause.kind != "condition" else [],
        "amount": _amount(evaluation, position), "uses": [breach_row(evaluation, use) for use in position.uses],
        "performers": list(position.performers), "performed_late": position.performed_late, "released": position.released,
        "verdict": "undetermined" if undetermined else None, "verdicts": {}, "contested_by": [],
        "turns_on": list(turns_on(run, position)),
        "because": [_because(evaluation, t) for t in transitions],
    }  # fmt: skip
    period = position.names.get("period") if clause.every is not None else None
    return row | ({"period": {"start": str(period.start), "end": str(period.end)}} if period is not None else {})


def _because(evaluation: Evaluation, transition: Transition) -> dict[str, Any]:
    cause = transition.cause.describe()
    return {"date": moment_text(transition.moment), "from": None if transition.before == "new" else transition.before,
            "to": transition.after, "cue": transition.cue, "cause": cause,
            "text": cause_text(cause, evaluation.program)}  # fmt: skip


def breach_row(evaluation: Evaluation, breach: Mapping[str, Any]) -> dict[str, Any]:
    """One breach or use: when, and by what."""
    row = {"date": breach["date"], "cause": cause_text(breach["cause"], evaluation.program)}
    return row | ({"until": breach["until"]} if "until" in breach else {})


def _amount(evaluation: Evaluation, position: Position) -> dict[str, Any] | None:
    if position.clause.amount is None:
        return None
    amount = evaluation.run.state.amount_of(position)
    if position.clause.act_undisclosed and not position.clause.act:
        return amount_row((amount, UNKNOWN, UNKNOWN)) if amount is not None else amount_row((amount, None, None))
    return amount_row((amount, position.paid, outstanding(amount, position)))


def amount_row(parts: tuple[Any, Any, Any]) -> dict[str, Any]:
    """What is due, paid and outstanding."""
    due, paid, rest = parts
    currency = next((v.currency for v in parts if isinstance(v, values.Money)), None)
    return {"due": _bare(due), "paid": _bare(paid), "outstanding": _bare(rest), "currency": currency}


def _bare(amount: Any) -> str | None:
    """An amount as a decimal string without its currency; ``unknown``, ``at least 5``; null where there is none."""
    if amount is None:
        return None
    if type(amount) is AtLeast:
        return f"at least {show(values.amount_number(amount.bound))}"
    return show(values.amount_number(amount))


def lineage(evaluation: Evaluation, clause: Clause) -> dict[str, list[str]]:
    """What a clause succeeded, what succeeds it, and where it is restated."""
    return {"replaces": _replaced_by_each(evaluation.program).get(clause, []), "replaced_by": [heir.full for heir in clause.replaced_by],
            "restated_by": [other.full for other in clause.restated_by]}  # fmt: skip


@lru_cache(maxsize=1)
def _replaced_by_each(program: Program) -> Mapping[Clause | AgreementName, list[str]]:
    found: dict[Clause | AgreementName, list[str]] = {}
    for clause in program.clauses:
        for heir in dict.fromkeys(clause.replaced_by):
            found.setdefault(heir, []).append(clause.full)
    return found


def confidence(program: Program, sources: tuple[str, ...], assumed: str = "") -> str | None:
    """The best standing behind a definition; ``assumed`` where it is our own assumption; None without a source."""
    found = [program.sources[s].standing for s in sources if s in program.sources]
    ranked = sorted(STANDINGS.index(standing) for standing in found if standing in STANDINGS)
    if ranked:
        return STANDINGS[ranked[0]]
    return "assumed" if assumed else None


# --- facts and measures ----------------------------------------------------------------------------------------------


def _fluent(evaluation: Evaluation, thing: Any) -> list[dict[str, Any]]:
    rows = []
    for key, value in evaluation.run.state.fluent_values(thing):
        cell = evaluation.run.state.cells.get((thing, key))
        rows.append({
            "name": thing.full, "title": thing.title or thing.name, "key": " / ".join(show_key(part) for part in key) or None,
            "value": truth_of(value) if isinstance(thing, Fact) else value_of(value, thing.type.name),
            "since": moment_text(cell.since) if cell is not None else None, "reading": thing.choice or None,
            "verdict": "undetermined" if values.is_unknown(value) else None, "verdicts": {}, "contested_by": [], "turns_on": [],
        })  # fmt: skip
    return rows


def value_of(value: Any, kind: str = "") -> Any:
    """A value as data: a decimal string, an amount, a date, a word, a list; ``unknown`` as a mapping; null where missing."""
    if value is None:
        return None
    if type(value) is AtLeast:
        return {"unknown": True, "at_least": value_of(value.bound, kind)}
    if values.is_unknown(value):
        return {"unknown": True}
    if isinstance(value, values.Money):
        return {"amount": show(value.amount), "currency": value.currency}
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple | list) and not isinstance(value, values.Period | values.Duration):
        return [value_of(item) for item in value]
    if isinstance(value, dict):
        return {str(key): value_of(item) for key, item in value.items()}
    return show(value)


def truth_of(value: Any) -> Any:
    """A truth as data: ``unknown`` where nobody knows."""
    return "unknown" if values.is_unknown(value) else value


def moment_text(moment: Any) -> str | None:
    """A date or an instant in the form of ISO 8601."""
    if moment is None:
        return None
    return moment.isoformat() if isinstance(moment, datetime | date) else show(moment)


# --- the rest --------------------------------------------------------------------------------------------------------


def _findings(evaluation: Evaluation) -> list[dict[str, Any]]:
    rows = []
    for finding in all_findings(evaluation.run):
        place = finding.place
        rows.append({"kind": finding.kind, "severity": finding.severity, "date": moment_text(finding.moment or finding.day),
                     "clause": finding.clause, "key": finding.key, "event": finding.event, "text": finding.text,
                     "path": place.path if place else None})  # fmt: skip
    for place, text, taken in evaluation.approximate:
        rows.append({"kind": "approximate_date", "severity": "info", "date": taken, "clause": None, "key": None, "event": None,
                     "text": f"'{text}' is taken as its last possible day, {taken}", "path": place.path})  # fmt: skip
    return rows


def _assumptions(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [{"about": name, "text": text} for name, text, _ in evaluation.program.assumptions]


def _expectations(outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    failed = [{"row": {k: show(v) if not isinstance(v, str) else v for k, v in o.row.items()}, "at": moment_text(o.at),
               "path": o.place.path, "differences": [{"test": t, "expected": e, "actual": a} for t, e, a in o.wrong]}
              for o in outcomes if o.fails]  # fmt: skip
    todo = sum(not o.holds and not o.fails for o in outcomes)
    return {"total": len(outcomes), "holding": sum(o.holds for o in outcomes), "todo": todo, "failed": failed}


def _sources(evaluation: Evaluation, positions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    used = {source for row in positions for source in (*row["sources"], *row["against"])}
    used |= {source for question in evaluation.program.questions for _, sources in question.backing for source in sources}
    known = evaluation.program.sources
    return [{"id": s.id, "title": s.title, "publisher": s.publisher, "published": s.published_text or None, "standing": s.standing,
             "read": s.read or None, "url": s.url or None} for name, s in sorted(known.items()) if name in used]  # fmt: skip


def _summary(evaluation: Evaluation, positions: list[dict[str, Any]]) -> dict[str, Any]:
    by_stage: dict[str, int] = {}
    by_clause: dict[str, dict[str, int]] = {}
    for row in positions:
        by_stage[row["stage"]] = by_stage.get(row["stage"], 0) + 1
        counts = by_clause.setdefault(row["clause"], {})
        counts[row["stage"]] = counts.get(row["stage"], 0) + 1
    kinds: dict[str, int] = {}
    for finding in all_findings(evaluation.run):
        kinds[finding.kind] = kinds.get(finding.kind, 0) + 1
    return {"positions": len(positions), "events": evaluation.run.applied, "by_stage": dict(sorted(by_stage.items())),
            "by_clause": {name: dict(sorted(counts.items())) for name, counts in sorted(by_clause.items())},
            "findings": dict(sorted(kinds.items())), "breaches": sum(len(row["breaches"]) for row in positions)}  # fmt: skip
