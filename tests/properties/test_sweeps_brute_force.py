"""A sweep runs only what the varied inputs can reach, and goes on from what runs have in common: each of its runs says what a
run of the whole deal from its beginning says.

``DEALCLI_SWEPT`` sets how many generated deals are swept, ``DEALCLI_FIRST`` the first seed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once
from dealcli.analysis.inputs import Input, Inputs, with_value
from dealcli.analysis.standings import WAITING, standings
from dealcli.analysis.sweeping import REFUSED, Question, Sweep, looked_at
from dealcli.dates import civil_day
from dealcli.diagnostics import Refused
from dealcli.engine.records import show_key
from dealcli.engine.shown import show
from dealcli.slotted import replace
from test_readings_brute_force import disputed, scenario_of

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
DEALS = int(os.environ.get("DEALCLI_SWEPT", "40"))
TERMS = {"g.window": ("3 days", "10 days", "undisclosed"), "g.rough": ("1", "2")}


def inputs_of(evaluation: Evaluation, random: Random) -> Iterator[Input]:
    """A few things to vary: a reading or two, a term, the days of a row or two."""
    open_ones = [question for question in evaluation.program.questions if not question.plausible and question.full != "g.bound"]
    for question in random.sample(open_ones, min(len(open_ones), random.choice((0, 1, 1, 2)))):
        yield Input("reading", question.full, tuple(question.choices))
    if random.random() < 0.5:
        name = random.choice(list(TERMS))
        yield Input("term", name, TERMS[name])
    rows = [number for number, (row, _) in enumerate(evaluation.scenario.rows) if "event" in row and "date" in row]
    for number in random.sample(rows, min(len(rows), random.choice((0, 1, 2)))):
        row = evaluation.scenario.rows[number][0]
        days = {row["date"], *(str(civil_day(evaluation.as_of) - timedelta(days=random.randrange(40))) for _ in range(2))}
        yield Input("row", f"event[{number + 1}].date", tuple(sorted(days)), number, "date")


def alone(question: Question, number: int) -> dict[Any, Any]:
    """What one run says, made from its beginning with the whole deal."""
    chosen = list(zip(question.inputs.all, question.inputs.texts(question.inputs.chosen(number)), strict=True))
    rows = list(question.scenario.rows)
    for one, value in chosen:
        if one.kind == "row":
            rows[one.row] = (with_value(rows[one.row][0], one.key, value), rows[one.row][1])
    kinds = {kind: {one.name: value for one, value in chosen if one.kind == kind} for kind in ("reading", "term")}
    options = replace(question.options, readings=kinds["reading"], terms=kinds["term"], as_of=str(question.as_of))
    seen: dict[Any, Any] = {}

    def look(run: Any) -> None:
        day = "" if run.state.today == question.as_of else str(run.state.today)
        for clause in looked_at(run.program):
            for slot, fields in standings(run, ("clauses", clause.full), clause).items():
                seen[day, clause.full, *slot] = fields["stage"].value[0]
                if not day and slot != WAITING:
                    seen["since", clause.full, *slot] = None if fields["since"].value is None else str(fields["since"].value)

    try:
        found = evaluate_once(replace(question.scenario, rows=tuple(rows)), options, looks=[(day, look) for day in (*question.days, question.as_of)])
    except Refused as refused:
        return {REFUSED: refused.diagnostics[0].code}
    for measure in found.program.measures:
        for key, value in found.run.state.fluent_values(measure):
            seen["measure", measure.full, " / ".join(map(show_key, key)) or None] = show(value)
    return seen


def swept(seed: int) -> tuple[int, int] | None:
    """How many runs of a deal were compared, and how many clauses no run had to look at again; None for a deal that does not run."""
    scenario, random = scenario_of(disputed(seed)), Random(seed)
    try:
        evaluation = evaluate_once(scenario, Options())
    except Refused:
        return None
    inputs = Inputs(tuple(inputs_of(evaluation, random)))
    if not inputs.all:
        return None
    program, end = evaluation.program, civil_day(evaluation.as_of)
    question = Question(scenario, Options(), inputs, end, (end - timedelta(days=25), end - timedelta(days=3)),
                        frozenset(clause.full for clause in looked_at(program)), tuple(one.full for one in program.measures))  # fmt: skip
    sweep = Sweep(question)
    columns = sweep.columns(0, inputs.runs)
    for number in range(inputs.runs):
        row = {name: list(columns.column(name))[number] for name in columns.values}
        wanted = alone(question, number)
        if REFUSED in wanted:
            assert str(row[REFUSED]).startswith(wanted[REFUSED]), (seed, number)
        else:
            told = {name: value for name, value in row.items() if value is not None}
            assert told == {name: value for name, value in wanted.items() if value is not None}, (seed, number)
    return inputs.runs, sum(1 for full in question.clauses if ("clauses", full) not in sweep.moved)


def test_each_run_of_a_sweep_of_generated_deals_says_what_a_run_of_the_whole_deal_says() -> None:
    found = [one for seed in range(FIRST, FIRST + DEALS) if (one := swept(seed)) is not None]
    assert sum(runs for runs, _ in found) > DEALS * 4
    assert any(still for _, still in found), "some deals have clauses that nothing varied can reach"
