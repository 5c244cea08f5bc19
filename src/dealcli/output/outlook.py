"""The forward view as a document: ``dealcli.agenda/1``. What comes by itself, and what each party has from here on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from dealcli import __version__
from dealcli.analysis.evaluation import Evaluation
from dealcli.analysis.wording import CAUSES, CUES, cause_text
from dealcli.engine.program import Clause, Program
from dealcli.engine.records import Transition
from dealcli.engine.shown import party_name
from dealcli.output.document import document, moment_text
from dealcli.output.view import Entry, names
from dealcli.output.words import DONE, OVER

FORMAT = "dealcli.agenda/1"
DOES = {"obligation": "must", "prohibition": "must_not", "permission": "may", "right": "may", "power": "can"}
"""What a party does by what it bears: duties, prohibitions, permissions and rights, powers."""

Row = dict[str, Any]


def outlook(evaluation: Evaluation, end: date, ahead: Sequence[Transition], party: str | None = None) -> Row:
    """What lies ahead of an evaluation up to a day. ``ahead`` are the transitions of its forecast; ``party`` picks its own."""
    result = document(evaluation)
    positions = [p for p in result["positions"] if party in (None, *names(p["bearer"]), *names(p["counterparty"]))]
    own = {agreement.name for agreement in evaluation.program.agreements if party in agreement.parties}
    about = {(p["clause"], p["key"], p["bearer"]) for p in positions} | {(p["clause"], None, None) for p in positions}
    over = {(t.name, t.key, t.bearer): str(t.moment)[:10] for t in ahead if t.kind == "position" and t.after in (*OVER, *DONE)}
    over |= {(t.name, None, None): str(t.moment)[:10] for t in ahead if t.kind == "agreement" and t.after in OVER}
    due = [row for row in _dates(result["agenda"], str(end)) if row["date"][:10] <= over.get(_named(row), row["date"][:10])]
    dates = [*due, *_changes(ahead, evaluation.program)]
    shown = [row for row in dates if party is None or row.get("agreement") in own
             or (row.get("clause"), row["key"], row["bearer"]) in about]  # fmt: skip
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "scenario": result["scenario"],
        "as_of": result["as_of"],
        "known_as_of": result["known_as_of"],
        "until": str(end),
        "party": party,
        "parties": result["parties"],
        "dates": sorted(shown, key=lambda row: (row["date"], row["what"] == "change", row["title"], row.get("key") or "")),
        "holds": [_of_party(p["name"], positions) for p in result["parties"] if party in (None, p["name"])],
    }


def _named(row: Entry) -> tuple[str, str | None, str | None]:
    return (row.get("clause") or row["agreement"], row["key"], row["bearer"])


def _dates(agenda: Iterable[Entry], end: str) -> Iterator[Row]:
    """Limits, last days, beginnings: what stands in the agenda of the result."""
    for row in agenda:
        if row["date"][:10] <= end:
            yield {"key": None, "bearer": None, **row, "from": None, "to": None, "text": None}


def _changes(ahead: Iterable[Transition], program: Program) -> Iterator[Row]:
    """What then changes by itself. That an agreement begins stands among the dates already."""
    for transition in ahead:
        if transition.kind not in ("position", "agreement") or transition.before == transition.after or transition.cue == "begins":
            continue
        clause = program.deal.called(transition.name, (Clause,))
        title = clause.title if clause is not None else program.agreement(transition.name).title
        about = {"clause": clause.full, "kind": clause.kind} if clause is not None else {"agreement": transition.name}
        yield {"date": moment_text(transition.moment), "what": "change", **about, "key": transition.key, "title": title,
               "bearer": party_name(transition.bearer), "from": None if transition.before == "new" else transition.before,
               "to": transition.after,
               "text": _text(transition, program)}  # fmt: skip


def _text(transition: Transition, program: Program) -> str:
    cause = cause_text(transition.cause.describe(), program)
    cue = CUES.get(transition.cue, transition.cue.replace("_", " "))
    return cue if cause in CAUSES.values() else f"{cue}: {cause}"


def _of_party(party: str, positions: Iterable[Entry]) -> Row:
    """What one party must, must not, may and can do now, and what is perhaps so."""
    found: dict[str, list[Row]] = {"overdue": [], "must": [], "must_not": [], "may": [], "can": [], "perhaps": []}
    for position in positions:
        if party in names(position["bearer"]) and position["kind"] in DOES and (position["in_force"] is not False or _overdue(position)):
            told = {key: position[key] for key in ("clause", "key", "title", "kind", "counterparty", "stage", "due", "until", "binding")}
            where = "overdue" if _overdue(position) else DOES[position["kind"]] if position["in_force"] is True else "perhaps"
            found[where].append(told)
    return {"party": party, **found}


def _overdue(position: Entry) -> bool:
    """Whether a duty was missed and is still waited for."""
    left = position["amount"] is None or position["amount"]["outstanding"] not in (None, "0")
    missed = position["kind"] == "obligation" and position["stage"] == "breached"
    return missed and left and not position["performed_late"] and not position["released"]


def dates_of(found: Mapping[str, Any]) -> list[Row]:
    """The dates of an outlook, without changes that only follow an agreement's own beginning or end on the same day."""
    ends = {(row["date"], row["agreement"]) for row in found["dates"] if "agreement" in row}
    return [row for row in found["dates"]
            if not (row["what"] == "change" and "clause" in row and (row["date"], row["clause"].rpartition(".")[0]) in ends)]  # fmt: skip


__all__ = ["FORMAT", "dates_of", "outlook"]
