"""``dealcli evaluate``: a deal and a timeline in, legal positions with reasons out."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario or suite file.")],
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day for which to answer, in place of the scenario's own.")
    ] = None,
    known_as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Use only what had been reported by this day.")
    ] = None,
    events: Annotated[
        str | None, typer.Option(metavar="FILE", help="An event log to read; - is standard input.")
    ] = None,
    terms: Annotated[
        list[str] | None, typer.Option("--set", metavar="TERM=VALUE", help="Fill in a term. Repeatable.")
    ] = None,
    readings: Annotated[
        list[str] | None, typer.Option("--reading", metavar="NAME=CHOICE", help="Choose a reading. Repeatable.")
    ] = None,
    party: Annotated[str | None, typer.Option(metavar="PARTY", help="Only what this party holds or owes.")] = None,
    clause: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="Only these clauses; * and ? stand for other letters.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option(metavar="STAGE", help="Only positions in this stage, or these, with commas.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every position, not only what matters here.")] = False,
    style: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="table, plain, json, jsonl, markdown or csv. A pipe gets plain lines."
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the answer to this file.")
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORDS",
            help="End with 1 where one of these is found: stages, contested, kinds of finding, expectation.",
        ),
    ] = None,
    colour: Annotated[str, typer.Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")] = "auto",
    name: Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Which scenario of a suite.")] = None,
) -> int:
    """Say where every clause of a deal stands on a day, and why."""
    from dealcli.cli.answering import Request, evaluate_and_show

    request = Request(
        as_of=as_of, known_as_of=known_as_of, events=events, terms=tuple(terms or ()), readings=tuple(readings or ()),
        party=party, clause=clause, stage=stage, every=every, style=style, output=output, fail_on=tuple(fail_on or ()),
        colour=colour, name=name,
    )  # fmt: skip
    return evaluate_and_show(scenario, request, context.obj)
