"""``dealcli lanes``: the positions of a scenario through time, one lane each."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dealcli.cli.options import (
    AsOf,
    Events,
    KnownAsOf,
    Name,
    NoCache,
    Output,
    Party,
    Readings,
    ScenarioFile,
    Source,
    Terms,
)

FORMATS = ("table", "plain", "svg")
Pattern = Annotated[str | None, typer.Option(metavar="PATTERN", help="Only these clauses; * and ? stand for other letters.")]
Format = Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="table (drawn), plain (a list) or svg.")]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    party: Party = None,
    clause: Pattern = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    terms: Terms = None,
    readings: Readings = None,
    according_to: Source = None,
    name: Name = None,
    style: Format = None,
    output: Output = None,
    no_cache: NoCache = False,
) -> int:
    """Draw the positions of a scenario through time.

    One lane each: when it was in force, breached, on hold or over. In a pipe, the same as a list of words.
    """
    from dealcli.analysis.evaluation import evaluate_once
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.known_names import check_view
    from dealcli.cli.opening import Request, opened
    from dealcli.cli.streams import columns_of, is_terminal, write_answer
    from dealcli.output.document import document
    from dealcli.output.lane_chart import drawn, listed_lanes, svg
    from dealcli.output.view import View

    on_screen = output is None and is_terminal(sys.stdout)
    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, style)
    found = document(evaluate_once(*opened(request, context.obj, Choices(), FORMATS)))
    view = check_view(found, View(party, clause, width=columns_of(output)))
    draw = {"table": drawn, "plain": listed_lanes, "svg": svg}[style or ("table" if on_screen else "plain")]
    write_answer(draw(found, view), output)
    return exits.DONE
