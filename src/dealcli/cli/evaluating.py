"""From a request to its result: load, choose the scenario, run it, judge it over the readings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, BinaryIO

from dealcli.analysis.asking import from_standard_input
from dealcli.analysis.evaluation import Evaluation, Options, evaluate
from dealcli.analysis.scenario import Scenario, load
from dealcli.analysis.uncertain_dates import has_open_choices
from dealcli.cli.choices import NO_SCENARIO, WHICH_SCENARIO
from dealcli.cli.known_answers import Question
from dealcli.cli.known_names import check_names
from dealcli.cli.opening import according_to
from dealcli.cli.paths import from_here
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.output.document import document
from dealcli.reading.sources import SourceFile
from dealcli.slotted import replace

MOST_LISTED = 30
CHEAP = 64
"""Unless all readings are asked for, what needs more runs than this is not judged; fewer where a run reads many events."""
EVENTS_OF_A_RUN = 400
IN_MEMORY = 16_000_000
"""Of a log that is read twice, this many bytes are kept in memory, the rest in a file."""


def answer(question: Question, sources: dict[str, SourceFile]) -> tuple[dict[str, Any], Scenario]:
    """The result of a question, and the scenario that it is of. Raises ``Refused`` where it cannot be answered."""
    scenario = chosen_scenario(load(from_here(question.path), sources), question.path, question.scenario)
    options = question.options
    check_names(scenario, options.terms, options.readings)
    if question.according_to is not None:
        options = according_to(question.according_to, scenario, options)
    return result_of(scenario, options, question.over), scenario


def chosen_scenario(found: list[Scenario], path: str, name: str | None) -> Scenario:
    """The one scenario of a file, or the one of the name. Raises ``Refused`` with the names where that is not one."""
    named = [scenario for scenario in found if name is None or scenario.title == name]
    if len(named) == 1:
        return named[0]
    place, titles = Place(found[0].path if found else path), [scenario.title for scenario in found]
    listed = ", ".join(f"'{title}'" for title in titles[:MOST_LISTED]) + (", ..." if len(titles) > MOST_LISTED else "")
    if not found:
        raise Refused(
            Diagnostic(NO_SCENARIO, f"'{path}' holds no scenario to evaluate", Place(path), "'scenario:' or 'suite:'")
        )
    if name is None:
        message = f"there are {len(found)} scenarios: {listed}"
        raise Refused(Diagnostic(WHICH_SCENARIO, message, place, hint="choose one with --scenario NAME"))
    if named:
        raise Refused(Diagnostic(WHICH_SCENARIO, f"{len(named)} scenarios are called '{name}'", place))
    hint = did_you_mean(name, titles) or f"there are {listed}"
    raise Refused(Diagnostic(NO_SCENARIO, f"no scenario is called '{name}'", Place("--scenario"), hint=hint))


def result_of(scenario: Scenario, options: Options, over: str, stdin: BinaryIO | None = None) -> dict[str, Any]:
    """The run, the same without its hypothetical events where it has any, and the judgement over all readings.

    ``stdin`` is standard input where the caller has it in hand, to read it again.
    """
    supposed = any(row.get("hypothetical") == "true" for row, _ in scenario.rows)
    with nullcontext(stdin) if stdin is not None else _log(scenario, options, twice=supposed or over == "all") as log:
        evaluation = evaluate(scenario, options, log)
        without = None
        if supposed:
            if log is not None:
                log.seek(0)
            without = evaluate(scenario, replace(options, without_hypothetical=True, as_of=str(evaluation.as_of)), log)
        return _judged(document(evaluation, without), evaluation, options, over, log)


def _judged(result: dict[str, Any], evaluation: Evaluation, options: Options, over: str, log: BinaryIO | None) -> dict[str, Any]:
    """The result with a verdict on everything, as far as it was asked for."""
    gone = log is None and from_standard_input(evaluation.scenario, options)
    if over == "default" or gone or not has_open_choices(evaluation.scenario, evaluation.program):
        return result
    from dealcli.analysis.readings import MOST_RUNS, judge
    from dealcli.output.judged import with_verdicts

    cheap = max(4, CHEAP * EVENTS_OF_A_RUN // (EVENTS_OF_A_RUN + result["summary"]["events"]))
    most = MOST_RUNS if over == "all" else cheap
    judgement = judge(evaluation.scenario, options, [evaluation.as_of], log, most=most)[evaluation.as_of]
    result["receipt"]["judged"] = over
    return with_verdicts(result, evaluation, judgement)


@contextmanager
def _log(scenario: Scenario, options: Options, *, twice: bool) -> Iterator[BinaryIO | None]:
    """Standard input where it is the log and is read more than once; else None: then it is read as it comes."""
    if not twice or not from_standard_input(scenario, options):
        yield None
        return
    import shutil
    import tempfile
    from typing import cast

    from dealcli.reading.logs import standard_input

    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        shutil.copyfileobj(standard_input(), kept)
        kept.seek(0)
        yield cast(BinaryIO, kept)
