"""A result judged over all readings: verdicts put beside what it says, and what all plausible values agree on in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.analysis.cones import Node
from dealcli.analysis.evaluation import Evaluation
from dealcli.analysis.questions import Open
from dealcli.analysis.readings import Judgement
from dealcli.analysis.standings import NONE, WAITING, Slot, slots
from dealcli.analysis.verdicts import CONTESTED, NOT_JUDGED, SETTLED, Verdict, outcome
from dealcli.engine.program import Clause
from dealcli.engine.records import show_key
from dealcli.output.document import amount_row, breach_row, clause_row, in_order, moment_text, truth_of, value_of

Row = dict[str, Any]
UNREPORTED = ("in_force", "until")
"""What is told with the stage and has no verdict of its own."""


def with_verdicts(document: Row, evaluation: Evaluation, judgement: Judgement) -> Row:
    """The document with a verdict on everything in it; positions that exist only under other readings are added."""
    slotted = [*_agreement_rows(document, evaluation), *_position_rows(document, evaluation), *_fluent_rows(document, evaluation)]
    for row, node, slot in slotted:
        put_verdicts(row, evaluation, judgement, node, slot)
    document["positions"].extend(_absent_rows(evaluation, judgement))
    document["summary"] |= _counts(document["positions"])
    document["judged"] = _judged(judgement)
    document["disputes"] = _disputes(document, evaluation, judgement)
    for names in dict.fromkeys(judgement.refused.values()):
        document["findings"].append(_refused(names, judgement))
    return document


# --- rows and what they are called in a judgement --------------------------------------------------------------------


def _agreement_rows(document: Row, evaluation: Evaluation) -> Iterator[tuple[Row, Node, Slot]]:
    yield from ((row, ("agreement", row["name"]), WAITING) for row in document["agreements"])


def _position_rows(document: Row, evaluation: Evaluation) -> Iterator[tuple[Row, Node, Slot]]:
    rows = iter(document["positions"])
    for clause in evaluation.program.clauses:
        if clause.restates or not clause.known:
            continue
        found = evaluation.run.state.positions_of[clause]
        named = dict(zip((p.seq for p in found), slots(found), strict=True))
        for slot in [named[p.seq] for p in in_order(found)] or [WAITING]:
            yield next(rows), ("clauses", clause.full), slot


def _fluent_rows(document: Row, evaluation: Evaluation) -> Iterator[tuple[Row, Node, Slot]]:
    program = evaluation.program
    for section, things in (("facts", program.facts), ("measures", program.measures)):
        rows = iter(document[section])
        for thing in things:
            for key, _ in evaluation.run.state.fluent_values(thing):
                slot = (" / ".join(show_key(part) for part in key) or None, None, 0)
                yield next(rows), (section, thing.full), slot


def _absent_rows(evaluation: Evaluation, judgement: Judgement) -> Iterator[Row]:
    """Positions that are not there under the default readings and may be there under others."""
    for clause in evaluation.program.clauses:
        node = ("clauses", clause.full)
        there = set(slots(evaluation.run.state.positions_of[clause])) | {WAITING}
        for slot, verdicts in judgement.verdicts.get(node, {}).items():
            if slot not in there and verdicts["stage"].word != SETTLED:
                yield _absent_row(evaluation, judgement, clause, slot)


def _absent_row(evaluation: Evaluation, judgement: Judgement, clause: Clause, slot: Slot) -> Row:
    row = clause_row(evaluation, clause) | {
        "key": slot[0], "bearer": slot[1], "counterparty": ", ".join(filter(None, clause.counterparty_names)) or None, "stage": NONE,
        "possible": [], "in_force": False, "since": None, "due": None, "until": None, "breaches": [], "amount": None, "uses": [],
        "performers": [], "performed_late": False, "released": False, "verdict": None, "verdicts": {}, "contested_by": [],
        "turns_on": [], "because": [],
    }  # fmt: skip
    put_verdicts(row, evaluation, judgement, ("clauses", clause.full), slot)
    return row


# --- verdicts --------------------------------------------------------------------------------------------------------


def put_verdicts(row: Row, evaluation: Evaluation, judgement: Judgement, node: Node, slot: Slot) -> None:
    """Put the verdicts on a thing beside what its row says of it."""
    if node in judgement.refused:
        row["verdict"], row["turns_on"] = NOT_JUDGED, list(judgement.refused[node])
        return
    found = judgement.of(node, slot)
    main = "value" if node[0] in ("facts", "measures") else "stage"
    for name, verdict in found.items():
        row |= _reported(name, verdict, row, evaluation, node)
    row["verdict"] = found[main].word
    row["contested_by"] = _sets(found[main])
    row["turns_on"] = sorted({*row["turns_on"], *found[main].turns_on}) if found[main].word != SETTLED else []
    others = {**found, **(judgement.of(("binding", node[1]), WAITING) if main == "stage" else {})}
    row["verdicts"] = {name: {"verdict": v.word, "contested_by": _sets(v), "turns_on": list(v.turns_on)}
                       for name, v in others.items() if name not in (main, *UNREPORTED) and v.word != SETTLED}  # fmt: skip


def _sets(verdict: Verdict) -> list[dict[str, str]]:
    return [dict(one) for one in verdict.contested_by]


def _reported(name: str, verdict: Verdict, row: Row, evaluation: Evaluation, node: Node) -> Row:
    """What a field is where all plausible values agree, as data; nothing where it stays as the default run left it."""
    if verdict.reported is None:
        return {"stage": "undetermined", "possible": list(verdict.possible)} if name == "stage" else {}
    value: Any = verdict.reported.value
    if name == "stage":
        return {"stage": value[0], "possible": list(value[1])} if value[0] != row["stage"] else {}
    if name == "value":
        return {name: truth_of(value) if node[0] == "facts" else value_of(value)}
    if name == "breaches":
        return {name: [breach_row(evaluation, b) for b in value] if row["kind"] != "condition" else []}
    if name == "amount":
        return {name: amount_row(value)}
    shown = {"since": moment_text, "in_force": truth_of}.get(name, value_of)
    return {name: shown(value)}


# --- the whole -------------------------------------------------------------------------------------------------------


def _judged(judgement: Judgement) -> Row:
    return {"questions": len(judgement.questions.open), "combinations": str(judgement.questions.combinations), "runs": judgement.runs,
            "largest": judgement.largest, "refused": [{"name": node[1], "questions": list(names)}
                                                      for node, names in judgement.refused.items()]}  # fmt: skip


def _refused(names: tuple[str, ...], judgement: Judgement) -> Row:
    about = sorted(node[1] for node, found in judgement.refused.items() if found == names and node[0] != "binding")
    listed = ", ".join(about[:4]) + (f" and {len(about) - 4} more" if len(about) > 4 else "")
    text = f"too many combinations of readings to judge {listed}; choose some of: {', '.join(names)}"
    nowhere = dict.fromkeys(("date", "clause", "key", "event"))
    return {"kind": "not_judged", "severity": "warning", **nowhere, "text": text, "path": None}


def _disputes(document: Row, evaluation: Evaluation, judgement: Judgement) -> list[Row]:
    """Each question on which a contested position turns, with what its positions are under each of its choices."""
    rows = [(row, node, slot) for row, node, slot in _position_rows(document, evaluation)]
    rows += [(row, ("clauses", row["clause"]), _slot_of(row)) for row in document["positions"][len(rows) :]]
    asked: dict[str, list[tuple[Row, Node, Slot]]] = {}
    for row, node, slot in rows:
        if row["verdict"] == CONTESTED:
            for name in dict.fromkeys(name for one in row["contested_by"] for name in one):
                asked.setdefault(name, []).append((row, node, slot))
    questions = {one.name: one for one in judgement.questions.open if not one.plausible}
    return [_dispute(questions[name], found, judgement) for name, found in asked.items() if name in questions]


def _slot_of(row: Mapping[str, Any]) -> Slot:
    return (row["key"], row["bearer"], 0)


def _dispute(one: Open, rows: list[tuple[Row, Node, Slot]], judgement: Judgement) -> Row:
    backing = dict(one.question.backing)
    choices = (one.default, *(choice for choice in one.choices if choice != one.default))
    return {
        "question": one.name,
        "title": one.question.title,
        "default": one.default,
        "choices": [
            {"name": choice, "sources": list(backing.get(choice, ())),
             "positions": [_under(row, node, slot, one, choice, judgement) for row, node, slot in rows]}
            for choice in choices
        ],
    }  # fmt: skip


def _under(row: Row, node: Node, slot: Slot, one: Open, choice: str, judgement: Judgement) -> Row:
    """The stage of a position under one choice, all other questions at their default, and since when."""
    chosen, leaves = {one.number: choice}, judgement.leaves[node]
    stages = outcome(judgement.questions, node, leaves, slot, "stage", chosen)
    since = outcome(judgement.questions, node, leaves, slot, "since", chosen)
    single = stages[0].value[0] if len(stages) == 1 else "undetermined"
    return {"clause": row["clause"], "key": row["key"], "bearer": row["bearer"], "stage": single,
            "since": moment_text(since[0].value) if len(since) == 1 else None}  # fmt: skip


def _counts(positions: list[Row]) -> Row:
    """What the summary counts of positions, once they are as they were judged."""
    clauses = sorted({row["clause"] for row in positions})
    return {"positions": len(positions), "by_stage": _counted(row["stage"] for row in positions),
            "by_clause": {name: _counted(row["stage"] for row in positions if row["clause"] == name) for name in clauses},
            "breaches": sum(len(row["breaches"]) for row in positions)}  # fmt: skip


def _counted(words: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return dict(sorted(found.items()))


__all__ = ["put_verdicts", "with_verdicts"]
