"""``dealcli explain``: one position, how it got where it is, why, and what it turns on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import (
    AsOf,
    Colour,
    Events,
    Format,
    KnownAsOf,
    Name,
    NoCache,
    Output,
    Readings,
    ScenarioFile,
    Source,
    Terms,
)

if TYPE_CHECKING:
    from dealcli.analysis.evaluation import Evaluation, Options
    from dealcli.analysis.readings import Judgement
    from dealcli.analysis.scenario import Scenario
    from dealcli.engine.program import Clause


ClauseName = Annotated[
    str, typer.Argument(metavar="CLAUSE", help="A clause, with its agreement where that is needed.")
]
Key = Annotated[str | None, typer.Option(metavar="KEY", help="Which position, where the clause has several.")]
Depth = Annotated[
    int, typer.Option(min=0, max=40, metavar="N", help="How many definitions to follow into each other.")
]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    clause: ClauseName,
    key: Key = None,
    party: Annotated[str | None, typer.Option(metavar="PARTY", help="Whose position, where several bear it.")] = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    terms: Terms = None,
    readings: Readings = None,
    according_to: Source = None,
    depth: Depth = 4,
    name: Name = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Explain one position: how it got where it is, why, and what it turns on.

    Each line names its event or clause, with file and line, date and source.
    """
    from dealcli.cli import exits
    from dealcli.cli.clause_page import named_clause
    from dealcli.cli.opening import Request, opened, write_document
    from dealcli.cli.which_position import which_position
    from dealcli.output.explaining import explanation_screen
    from dealcli.output.explanation import Asked, explanation

    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, style, output, colour)
    found, options = opened(request, context.obj)
    evaluation = _evaluated(found, options, clause, key)
    named = named_clause(evaluation.program, clause)
    asked = Asked(named, which_position(evaluation, named, key, party), depth)
    write_document(explanation(evaluation, _judgement(evaluation, options, named), asked), explanation_screen, request)
    return exits.DONE


def _evaluated(scenario: Scenario, options: Options, clause: str, key: str | None) -> Evaluation:
    """The run that is explained: of a log, where the deal allows it, only by the rows that have a say in the position."""
    from dealcli.analysis.evaluation import built, evaluate_once, log_of, refuse_errors
    from dealcli.analysis.key_rows import rows_about
    from dealcli.analysis.uncertain_dates import has_open_choices
    from dealcli.cli.clause_page import named_clause

    log = log_of(scenario, options)
    if log is None or log["file"] == "-":
        return evaluate_once(scenario, options)
    _, program, problems = built(scenario, options)
    refuse_errors(problems, scenario)
    named = named_clause(program, clause)
    has_say = None if has_open_choices(scenario, program) else rows_about(program, named, key)
    found = evaluate_once(scenario, options, program=program, has_say=has_say)
    # a key of which nothing is told is told to be unknown, with those that there are
    known = has_say is None or any(position.key_text == key for position in found.run.state.positions_of[named])
    return found if known else evaluate_once(scenario, options)


def _judgement(evaluation: Evaluation, options: Options, clause: Clause) -> Judgement | None:
    from dealcli.analysis.asking import from_standard_input
    from dealcli.analysis.readings import judge
    from dealcli.analysis.uncertain_dates import has_open_choices

    if not has_open_choices(evaluation.scenario, evaluation.program) or from_standard_input(evaluation.scenario, options):
        return None
    only = {("clauses", clause.full), ("binding", clause.full)}
    return judge(evaluation.scenario, options, [evaluation.as_of], only=only)[evaluation.as_of]
