"""What ``sweep`` does between its options and its answer: the question, its runs in parts, the document."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dealcli import __version__
from dealcli.analysis.columns import Columns
from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once, with_log
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.sweeping import Question, Sweep, looked_at, settled
from dealcli.analysis.views import PERIODS, periods
from dealcli.cli.answering import AS_FAR_AS_CHEAP
from dealcli.cli.choices import UNKNOWN_NAME, Choices
from dealcli.cli.evaluating import result_of
from dealcli.cli.opening import FORMATS as ON_SCREEN
from dealcli.cli.opening import Request, opened, write_document
from dealcli.cli.parts import Work, digest, made, spans
from dealcli.cli.streams import write_answer
from dealcli.cli.varying import inputs_of
from dealcli.dates import civil_day
from dealcli.diagnostics import did_you_mean
from dealcli.engine.program import Program
from dealcli.output.sweep import sweep_document
from dealcli.output.sweep_rows import csv_rows, run_columns
from dealcli.output.sweeping import sweep_screen
from dealcli.output.view import View
from dealcli.reading.sources import SourceFile
from dealcli.slotted import asdict, dataclass, replace

FORMATS = (*ON_SCREEN, "html", "csv", "parquet")
OF_A_CHART = "month"
"""The period of the days that a chart looks at, unless another is asked for."""
LEAST_OF_A_PART, MOST_OF_A_PART = 20, 1000
"""A part is some seconds of work: little is lost where it is cut off, and what its runs have in common is worth it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is varied and what is looked at, as it was written."""

    vary: Sequence[str]
    seed: int
    measures: Sequence[str]
    clause: str | None
    every: str | None


@dataclass(frozen=True, slots=True)
class Swept:
    """The runs of a question, and their document."""

    question: Question
    columns: Columns
    document: Mapping[str, Any]


def swept(request: Request, asked: Asked, work: Work, sources: dict[str, SourceFile]) -> Swept:
    """The runs that were asked for. Raises ``Refused`` with what is wrong with the options or the files."""
    choices = Choices()
    if asked.every is not None:
        choices.word("--every", asked.every, PERIODS)
    scenario, options = opened(request, sources, choices, FORMATS)
    inputs = inputs_of(asked.vary, asked.seed, scenario)
    plain = replace(with_log(scenario, options), expectations=())
    base = evaluate_once(plain, replace(options, events=None))
    question = _question(base, replace(options, events=None), asked, inputs)
    usual = result_of(plain, replace(options, events=None, as_of=str(base.as_of)), AS_FAR_AS_CHEAP)
    wanted = spans(inputs.runs, MOST_OF_A_PART, LEAST_OF_A_PART)
    kept = work.kept(_digest(question), wanted)
    packed = pickle.dumps(replace(question, scenario=replace(plain, sources={})))
    columns = Columns()
    for tree in made(sweep_part, lambda _: packed, wanted, work.make(), kept, "runs"):
        columns.extend(Columns.of(tree))
    columns = settled(columns, base.program)
    return Swept(question, columns, sweep_document(question, columns, usual, every=asked.clause is not None))


def _question(base: Evaluation, options: Options, asked: Asked, inputs: Any) -> Question:
    program = base.program
    measures = tuple(dict.fromkeys(_measure(name, program) for name in asked.measures))
    clauses = frozenset(_clauses(asked.clause, program))
    end = civil_day(base.as_of)
    days = tuple(day for day in periods(base, asked.every) if day < end) if asked.every else ()
    return Question(base.scenario, options, inputs, base.as_of, days, clauses, measures)


def _measure(name: str, program: Program) -> str:
    found = [measure.full for measure in program.measures if name in (measure.name, measure.full)]
    if len(found) != 1:
        choices = Choices()
        known = {word for measure in program.measures for word in (measure.name, measure.full)}
        message = f"no measure is called '{name}'" if not found else f"{len(found)} measures are called '{name}'"
        choices.problem(UNKNOWN_NAME, "--measure", message, did_you_mean(name, known) if not found else " or ".join(found))
        choices.refuse()
    return found[0]


def _clauses(pattern: str | None, program: Program) -> list[str]:
    view = View(clause=pattern)
    found = [clause.full for clause in looked_at(program) if view.admits({"clause": clause.full, "bearer": None, "counterparty": None})]
    if not found:
        choices = Choices()
        choices.problem(UNKNOWN_NAME, "--clause", f"no clause matches '{pattern}'",
                        did_you_mean(str(pattern), {clause.name for clause in program.clauses}))  # fmt: skip
        choices.refuse()
    return found


def _digest(question: Question) -> str:
    """What tells a question from all others: everything on which its answer depends, the version among it."""
    scenario: Scenario = question.scenario
    return digest(["sweep", __version__, [[text.tree, text.place.path] for text in scenario.deal], scenario.tree,
                   [row for row, _ in scenario.rows], asdict(question.options), asdict(question.inputs), str(question.as_of),
                   question.days, sorted(question.clauses), question.measures])  # fmt: skip


# --- in the processes ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _ready(packed: bytes) -> Sweep:
    question: Question = pickle.loads(packed)  # noqa: S301 - written by the process that started this one
    return Sweep(question)


def sweep_part(packed: bytes, first: int, last: int) -> Any:
    """The runs of one part as plain data."""
    sweep = _ready(packed)
    gc.collect()
    gc.freeze()
    looking = gc.isenabled()
    gc.disable()
    try:
        return sweep.columns(first, last).tree()
    finally:
        gc.unfreeze()
        if looking:
            gc.enable()


# --- the answer ------------------------------------------------------------------------------------------------------


def write_sweep(found: Swept, request: Request) -> None:
    """Write the document, a page of it, or the runs one by one as CSV or Parquet."""
    if request.style not in ("html", "csv", "parquet"):
        write_document(found.document, sweep_screen, request)
        return
    if request.style == "html":
        from dealcli.output.html_sweep import sweep_page

        write_answer([sweep_page(found.document)], request.output)
        return
    columns = run_columns(found.document, found.question.inputs, found.columns)
    if request.style == "csv":
        write_answer(csv_rows(columns), request.output)
        return
    from dealcli.cli.parquet import write_parquet

    write_parquet(columns, request.output)


__all__ = ["Asked", "sweep_part", "swept", "write_sweep"]
