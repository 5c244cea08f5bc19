"""``dealcli evaluate``: a deal and a timeline in, legal positions with reasons out."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Option

from dealcli.cli.options import (
    AsOf,
    Colour,
    Events,
    KnownAsOf,
    Name,
    NoCache,
    Output,
    Over,
    Party,
    Readings,
    ScenarioFile,
    Source,
    Terms,
)

Pattern = Annotated[str | None, Option(metavar="PATTERN", help="Only these clauses; * and ? stand for other letters.")]
Stage = Annotated[str | None, Option(metavar="STAGE", help="Only positions in this stage, or these, with commas.")]
Every = Annotated[bool, Option("--all", help="List every position, not only what matters here.")]
Format = Annotated[
    str | None,
    Option("--format", metavar="FORMAT", help="table, plain, json, jsonl, markdown or csv; in a pipe, plain."),
]
FailOn = Annotated[
    list[str] | None,
    Option(metavar="WORDS", help="End with 1 if one is found: stages, kinds of finding, contested, expectation."),
]
Views = Annotated[
    list[str] | None,
    Option("--view", metavar="NAMES", help="Show only these measures of words, a line a year, as timeline does."),
]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    terms: Terms = None,
    readings: Readings = None,
    over: Over = None,
    according_to: Source = None,
    party: Party = None,
    clause: Pattern = None,
    stage: Stage = None,
    every: Every = False,
    style: Format = None,
    output: Output = None,
    fail_on: FailOn = None,
    colour: Colour = "auto",
    name: Name = None,
    view: Views = None,
    no_cache: NoCache = False,
) -> int:
    """Say where every clause of a deal stands on a day, and why."""
    if view:
        from dealcli.cli.opening import Request as OfViews
        from dealcli.cli.views import Asked, show_views

        of_views = OfViews(scenario, name, None, known_as_of, events, terms, readings, according_to, style, output, colour)
        return show_views(of_views, Asked(view, [as_of] if as_of else None, None), context.obj)
    from dealcli.cli.answering import evaluate_and_show
    from dealcli.cli.request import Request

    request = Request(
        as_of, known_as_of, events, tuple(terms or ()), tuple(readings or ()), party, clause, stage, every, style, output,
        tuple(fail_on or ()), colour, name, over, according_to, no_cache,
    )  # fmt: skip
    return evaluate_and_show(scenario, request, context.obj)
