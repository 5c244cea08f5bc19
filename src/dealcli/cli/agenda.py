"""``dealcli agenda``: what comes by itself after a day, and what each party has from there on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from dealcli.cli.options import (
    AsOf,
    Colour,
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

FORMATS = ("table", "plain", "markdown", "json", "ics")
Until = Annotated[str | None, typer.Option(metavar="DATE", help="The last day; left out, the last that is known.")]
Format = Annotated[str | None, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS) + ".")]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    until: Until = None,
    party: Party = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    terms: Terms = None,
    readings: Readings = None,
    according_to: Source = None,
    name: Name = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Say what lies ahead if nothing else happens.

    Deadlines, ends and replacements by date, and what each party must, must not, may and can do.
    """
    from dealcli.analysis.evaluation import evaluate_once
    from dealcli.analysis.forecast import forecast
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.known_names import party_of
    from dealcli.cli.opening import Request, opened, write_document
    from dealcli.output.outlook import outlook
    from dealcli.output.outlooking import outlook_screen

    choices = Choices()
    last = choices.day("--until", until, instant=False)
    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, style, output, colour)
    found, options = opened(request, context.obj, choices, FORMATS)
    evaluation = evaluate_once(found, options)
    end, ahead = forecast(evaluation, options, date.fromisoformat(last) if last else None)
    chosen = None if party is None else party_of(party, evaluation.program)
    write_document(outlook(evaluation, end, ahead, chosen), outlook_screen, request)
    return exits.DONE
