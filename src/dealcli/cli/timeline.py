"""``dealcli timeline``: the positions of a scenario through time, one lane each, or the views of its deal, one line a date."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from dealcli.cli.options import (
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

if TYPE_CHECKING:
    from dealcli.cli.choices import Choices
    from dealcli.cli.opening import Request
    from dealcli.reading.sources import SourceFile

OF_ANOTHER_ANSWER = "DC526"
DRAWN, READ = ("table", "plain", "svg"), ("json", "csv", "markdown")
FORMATS = (*DRAWN, *READ)
Pattern = Annotated[str | None, Option(metavar="PATTERN", help="Only these clauses; * and ? stand for other letters.")]
Views = Annotated[list[str] | None, Option("--view", metavar="NAMES", help="Read these measures of words, with commas between them.")]
Dates = Annotated[list[str] | None, Option("--at", metavar="DATES", help="Read the views on these dates: 2022-06-01,2024-03-01.")]
Every = Annotated[str | None, Option(metavar="PERIOD", help="Read the views at the end of each year, quarter or month.")]
AsOf = Annotated[str | None, Option("--as-of", metavar="DATE", help="The day for which to answer, not the scenario's own.")]
Format = Annotated[
    str | None,
    Option("--format", metavar="FORMAT", help="table (drawn), plain (a list) or svg; of the views also json, csv or markdown."),
]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    party: Party = None,
    clause: Pattern = None,
    view: Views = None,
    at: Dates = None,
    every: Every = None,
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
    """Draw the positions of a scenario through time, one lane each.

    A lane says when its position was in force, breached, on hold or over; in a pipe it is a list of words. With --view,
    --at or --every, and as JSON, CSV or Markdown, the views are read instead: measures of words, each of which answers
    one question about the deal for any day, a line a date.
    """
    from dealcli.cli.configured import is_written
    from dealcli.cli.opening import Request, check_words

    check_words(style, colour, formats=FORMATS)
    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, style, output, colour)
    if view or at or style in READ or (every and is_written(context, "every")):
        from dealcli.cli.views import Asked, show_views

        return show_views(request, Asked(view, at, every), context.obj, _without_lanes(party, clause))
    return _draw(request, party, clause, context.obj)


def _without_lanes(party: str | None, clause: str | None) -> Choices:
    """The options that choose lanes, where the views are read, as what is wrong with them."""
    from dealcli.cli.choices import Choices

    choices = Choices()
    for option, value in (("--party", party), ("--clause", clause)):
        if value is not None:
            choices.problem(OF_ANOTHER_ANSWER, option, f"{option} {value} chooses lanes, and the views are read",
                            "leave it out, or --view, --at and --every")  # fmt: skip
    return choices


def _draw(request: Request, party: str | None, clause: str | None, sources: dict[str, SourceFile]) -> int:
    """Draw the lanes on a terminal, list them in a pipe, or write them as SVG."""
    from dealcli.analysis.evaluation import evaluate_once
    from dealcli.cli import exits
    from dealcli.cli.known_names import check_view
    from dealcli.cli.opening import opened
    from dealcli.cli.streams import columns_of, is_terminal, write_answer
    from dealcli.output.document import document
    from dealcli.output.lane_chart import drawn, listed_lanes, svg
    from dealcli.output.view import View

    on_screen = request.output is None and is_terminal(sys.stdout)
    found = document(evaluate_once(*opened(request, sources, formats=FORMATS)))
    view = check_view(found, View(party, clause, width=columns_of(request.output)))
    draw = {"table": drawn, "plain": listed_lanes, "svg": svg}[request.style or ("table" if on_screen else "plain")]
    write_answer(draw(found, view), request.output)
    return exits.DONE
