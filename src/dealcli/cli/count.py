"""``dealcli count``: how many positions of each clause stand how, of a log of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from dealcli.analysis.counting import Counts
    from dealcli.analysis.options import Options
    from dealcli.analysis.scenario import Scenario
    from dealcli.engine.records import Moment

History = Annotated[str | None, typer.Option(metavar="FILE", help="Write every change with its cause to this file, a JSON object a line.")]
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
    history: History = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Count the positions of each clause by their stages, and give the measures.

    A log of any length streams by where no position depends on that of another key; memory then grows with the keys alone.
    Who and why is left to the history, a JSON object a line for each change with its cause, and to explain --key.
    """
    from dealcli.cli import exits
    from dealcli.cli.opening import Request, opened, write_document
    from dealcli.cli.streams import not_over
    from dealcli.output.tally import tally, tally_screen

    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, style, output, colour)
    found, options = opened(request, context.obj)
    not_over(history, [*context.obj, events])
    counts, day = _counted(found, options, history)
    write_document(tally(found, counts, day, options.known_as_of or found.tree.get("known_as_of")), tally_screen, request)
    return exits.DONE


def _counted(scenario: Scenario, options: Options, history: str | None) -> tuple[Counts, Moment]:
    """The counts; every change is written to the file of the history, once all is known to be sound."""
    from tempfile import TemporaryFile

    from dealcli.analysis.counts import counts_of
    from dealcli.cli.streams import write_file
    from dealcli.output.history import WrittenHistory

    if history is None:
        return counts_of(scenario, options)
    with TemporaryFile("w+", encoding="ascii", newline="\n") as kept:
        told = WrittenHistory(kept)
        found = counts_of(scenario, options, told)
        told.flush()
        kept.seek(0)
        write_file(iter(lambda: kept.read(1 << 20), ""), history)
    return found
