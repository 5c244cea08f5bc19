"""``dealcli evaluate``: a deal and a timeline in, legal positions with reasons out."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Argument, Option

ScenarioFile = Annotated[str, Argument(metavar="SCENARIO", help="A scenario or suite file.")]
AsOf = Annotated[str | None, Option(metavar="DATE", help="The day for which to answer, not the scenario's own.")]
KnownAsOf = Annotated[str | None, Option(metavar="DATE", help="Use only what had been reported by this day.")]
Events = Annotated[str | None, Option(metavar="FILE", help="An event log to read; - is standard input.")]
Terms = Annotated[list[str] | None, Option("--set", metavar="TERM=VALUE", help="Fill in a term. Repeatable.")]
Readings = Annotated[list[str] | None, Option("--reading", metavar="NAME=CHOICE", help="Choose a reading. Repeatable.")]
Over = Annotated[
    str | None,
    Option(
        "--readings", metavar="WHICH", help="default: run the default readings only. all: judge over all, however long."
    ),
]
Source = Annotated[
    str | None, Option("--according-to", metavar="SOURCE", help="Wherever this source backs a reading, that one.")
]
Party = Annotated[str | None, Option(metavar="PARTY", help="Only what this party holds or owes.")]
Pattern = Annotated[str | None, Option(metavar="PATTERN", help="Only these clauses; * and ? stand for other letters.")]
Stage = Annotated[str | None, Option(metavar="STAGE", help="Only positions in this stage, or these, with commas.")]
Every = Annotated[bool, Option("--all", help="List every position, not only what matters here.")]
Format = Annotated[
    str | None,
    Option("--format", metavar="FORMAT", help="table, plain, json, jsonl, markdown or csv; in a pipe, plain."),
]
Output = Annotated[str | None, Option("--output", "-o", metavar="FILE", help="Write the answer to this file.")]
FailOn = Annotated[
    list[str] | None,
    Option(metavar="WORDS", help="End with 1 if one is found: stages, kinds of finding, contested, expectation."),
]
Colour = Annotated[str, Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")]
Views = Annotated[
    list[str] | None,
    Option("--view", metavar="NAMES", help="Show only these measures of words, a line a year, as timeline does."),
]
Name = Annotated[str | None, Option("--scenario", metavar="NAME", help="Which scenario of a suite.")]


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
) -> int:
    """Say where every clause of a deal stands on a day, and why."""
    if view:
        from dealcli.cli import timeline

        days = [as_of] if as_of else None
        return timeline.command(context, scenario, view, days, "year", readings, name, style, colour)
    from dealcli.cli.answering import Request, evaluate_and_show

    request = Request(
        as_of, known_as_of, events, tuple(terms or ()), tuple(readings or ()), party, clause, stage, every, style, output,
        tuple(fail_on or ()), colour, name, over, according_to,
    )  # fmt: skip
    return evaluate_and_show(scenario, request, context.obj)
