"""``dealcli count``: how many positions of each clause stand how, of a log of any length."""

from __future__ import annotations

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
    Readings,
    ScenarioFile,
    Source,
    Terms,
)

Format = Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="table, plain, markdown or json.")]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    events: Events = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    terms: Terms = None,
    readings: Readings = None,
    according_to: Source = None,
    name: Name = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Count the positions of each clause by their stages, and give the measures; nothing about who and why.

    A log of any length streams by where no position depends on that of another key; memory then grows with the keys alone.
    """
    from dealcli.analysis.counts import counts_of
    from dealcli.cli import exits
    from dealcli.cli.opening import Request, opened, write_document
    from dealcli.output.tally import tally, tally_screen

    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, style, output, colour)
    found, options = opened(request, context.obj)
    counts, day = counts_of(found, options)
    write_document(tally(found, counts, day, options.known_as_of or found.tree.get("known_as_of")), tally_screen, request)
    return exits.DONE
