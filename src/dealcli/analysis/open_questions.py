"""The open questions of a scenario: what may be answered, who says what, and what each answer moves at its date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dealcli.analysis.questions import Open, according_to
from dealcli.analysis.readings import Judgement
from dealcli.analysis.verdicts import CONTESTED, outcome
from dealcli.engine.program import Program

FIELDS = ("since", "due", "amount", "breaches")


def open_questions(program: Program, judgement: Judgement) -> dict[str, Any]:
    """Every question with its choices and how much turns on it, what each source makes of it, and what that took."""
    questions = judgement.questions
    rows = [_row(one, program, judgement) for one in questions.all]
    refused = [{"name": node[1], "questions": list(names)} for node, names in judgement.refused.items() if node[0] != "binding"]
    return {
        "questions": sorted(rows, key=lambda row: (-row["moves"], -row["dates_or_amounts"], -row["values"])),
        "by_source": list(_by_source(program, judgement)),
        "runs": judgement.runs,
        "combinations": str(questions.combinations),
        "largest": judgement.largest,
        "refused": refused,
    }


def _row(one: Open, program: Program, judgement: Judgement) -> dict[str, Any]:
    backing = dict(one.question.backing)
    choices = [{"name": choice, "sources": list(backing.get(choice, ())),
                "standings": [program.sources[s].standing for s in backing.get(choice, ()) if s in program.sources]}
               for choice in one.choices]  # fmt: skip
    positions = values = fields = 0
    for node, slots in judgement.verdicts.items():
        for verdicts in slots.values():
            positions += node[0] == "clauses" and one.name in verdicts["stage"].turns_on
            values += node[0] in ("facts", "measures") and one.name in verdicts["value"].turns_on
            fields += node[0] == "clauses" and any(one.name in verdicts[f].turns_on for f in FIELDS if f in verdicts)
    return {"name": one.name, "title": one.question.title, "default": one.default, "plausible": one.plausible, "fixed": one.fixed,
            "moves": positions, "dates_or_amounts": fields, "values": values, "choices": choices}  # fmt: skip


def _by_source(program: Program, judgement: Judgement) -> Iterator[dict[str, Any]]:
    """What each source that backs a reading makes of the positions that are contested."""
    questions = judgement.questions
    numbers = {one.name: one for one in questions.open if not one.plausible}
    contested = [(node, slot, verdicts["stage"]) for node, slots in judgement.verdicts.items() if node[0] == "clauses"
                 for slot, verdicts in slots.items() if verdicts["stage"].word == CONTESTED]  # fmt: skip
    for source in sorted({s for one in numbers.values() for _, found in one.question.backing for s in found}):
        answers = {name: choice for name, choice in according_to(program, source).items() if name in numbers}
        chosen = {numbers[name].number: choice for name, choice in answers.items() if choice in numbers[name].choices}
        moved = []
        for node, slot, verdict in contested:
            stages = outcome(questions, node, judgement.leaves[node], slot, "stage", chosen)
            if len(stages) == 1 and verdict.reported is not None and stages[0].mark != verdict.reported.mark:
                moved.append({"clause": node[1], "key": slot[0], "bearer": slot[1], "stage": stages[0].value[0]})
        other = {name: choice for name, choice in answers.items() if choice != numbers[name].default}
        yield {"source": source, "not_default": other, "moves": moved}


__all__ = ["open_questions"]
