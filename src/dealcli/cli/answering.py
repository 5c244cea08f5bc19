"""What ``evaluate`` does between reading its options and ending: check, run, select, write."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from dealcli.analysis.asking import from_standard_input
from dealcli.analysis.evaluation import Evaluation, Options, evaluate
from dealcli.analysis.scenario import Scenario, load
from dealcli.cli import exits
from dealcli.cli.choices import COLOURS, EXTENTS, NO_SCENARIO, WHICH_SCENARIO, Choices
from dealcli.cli.gate import CONTESTED, GATES, found_by
from dealcli.cli.known_names import check_names, check_view
from dealcli.cli.opening import according_to
from dealcli.cli.paths import from_here
from dealcli.cli.streams import in_colour, is_terminal, not_over, write_answer
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.output.document import document
from dealcli.output.formats import FORMATS
from dealcli.output.view import View
from dealcli.reading.sources import SourceFile
from dealcli.slotted import dataclass, replace

COLUMNS_WITHOUT_TERMINAL = 96
MOST_LISTED = 30
AS_FAR_AS_CHEAP = "cheap"
CHEAP = 64
"""Unless all readings are asked for, what needs more runs than this is not judged; fewer where a run reads many events."""
EVENTS_OF_A_RUN = 400
IN_MEMORY = 16_000_000
"""Of a log that is read twice, this many bytes are kept in memory, the rest in a file."""


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``evaluate`` as they were written."""

    as_of: str | None
    known_as_of: str | None
    events: str | None
    terms: tuple[str, ...]
    readings: tuple[str, ...]
    party: str | None
    clause: str | None
    stage: str | None
    every: bool
    style: str | None
    output: str | None
    fail_on: tuple[str, ...]
    colour: str
    name: str | None
    over: str | None = None
    according_to: str | None = None


def evaluate_and_show(path: str, request: Request, sources: dict[str, SourceFile]) -> int:
    """Answer one request. Returns the exit code; raises ``Refused`` where it cannot be answered."""
    style = request.style or ("table" if request.output is None and is_terminal(sys.stdout) else "plain")
    options, gates = _checked(request, style)
    scenario = chosen_scenario(load(from_here(path), sources), path, request.name)
    check_names(scenario, options.terms, options.readings)
    if request.according_to is not None:
        options = according_to(request.according_to, scenario, options)
    over = request.over or ("all" if CONTESTED in gates else AS_FAR_AS_CHEAP)
    result = result_of(scenario, options, over)
    view = check_view(result, _view(request, style))
    not_over(request.output, [*sources, *([scenario_log] if (scenario_log := result["receipt"]["events"]) else [])])
    write_answer(FORMATS[style](result, view), request.output)
    return _verdict(result, view, gates)


def _checked(request: Request, style: str) -> tuple[Options, tuple[str, ...]]:
    choices = Choices()
    choices.word("--format", style, FORMATS)
    choices.word("--color", request.colour, COLOURS)
    as_of = choices.day("--as-of", request.as_of, instant=True)
    known = choices.day("--known-as-of", request.known_as_of, instant=False)
    terms = choices.pairs("--set", request.terms, "--set term=value")
    choices.values("--set", terms)
    readings = choices.pairs("--reading", request.readings, "--reading name=choice")
    if request.over is not None:
        choices.word("--readings", request.over, EXTENTS)
    gates = choices.words("--fail-on", request.fail_on, GATES)
    choices.refuse()
    return Options(as_of, known, request.events, terms, readings), gates


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


def result_of(scenario: Scenario, options: Options, over: str) -> dict[str, Any]:
    """The run, the same without its hypothetical events where it has any, and the judgement over all readings."""
    supposed = any(row.get("hypothetical") == "true" for row, _ in scenario.rows)
    with _log(scenario, options, twice=supposed or over == "all") as log:
        evaluation = evaluate(scenario, options, log)
        without = None
        if supposed:
            if log is not None:
                log.seek(0)
            without = evaluate(scenario, replace(options, without_hypothetical=True, as_of=str(evaluation.as_of)), log)
        return _judged(document(evaluation, without), evaluation, options, over, log)


def _judged(result: dict[str, Any], evaluation: Evaluation, options: Options, over: str, log: BinaryIO | None) -> dict[str, Any]:
    """The result with a verdict on everything, as far as it was asked for."""
    from dealcli.analysis.readings import MOST_RUNS, judge
    from dealcli.analysis.uncertain_dates import has_open_choices
    from dealcli.output.judged import with_verdicts

    gone = log is None and from_standard_input(evaluation.scenario, options)
    if over == "default" or gone or not has_open_choices(evaluation.scenario, evaluation.program):
        return result
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


def _view(request: Request, style: str) -> View:
    on_screen = request.output is None and is_terminal(sys.stdout)
    width = COLUMNS_WITHOUT_TERMINAL
    if style == "table" and on_screen:
        import shutil

        width = shutil.get_terminal_size((COLUMNS_WITHOUT_TERMINAL, 24)).columns
    colour = in_colour(request.colour, sys.stdout if request.output is None else None)
    return View(request.party, request.clause, request.stage, request.every, width, colour)


def _verdict(result: Mapping[str, Any], view: View, gates: tuple[str, ...]) -> int:
    """Whether something was found that the request does not want, told on standard error."""
    found = [(word, names) for word in gates if (names := found_by(word, result, view))]
    for word, names in found:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        sys.stderr.write(f"dealcli: --fail-on {word}: {names[0]}{more}\n")
    return exits.ANSWER_IS_NO if found else exits.DONE
