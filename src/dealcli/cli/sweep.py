"""``dealcli sweep``: a scenario run many times with varied inputs, and how often each position then stands how."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Option

from dealcli.cli.options import (
    AsOf,
    Cluster,
    Colour,
    Events,
    Jobs,
    KnownAsOf,
    Name,
    NoCache,
    Output,
    Readings,
    Resume,
    ScenarioFile,
    Terms,
)

Vary = Annotated[
    list[str] | None,
    Option(metavar="NAME=VALUES", help="What is varied: 'fee=USD 5..USD 9 step USD 1', 'event[3].date=A..B sample 100'. Repeatable."),
]
Measures = Annotated[list[str] | None, Option("--measure", metavar="NAME", help="A measure to be read in each run. Repeatable.")]
Clauses = Annotated[str | None, Option("--clause", metavar="PATTERN", help="Only these clauses, and also what is the same in all runs.")]
Every = Annotated[str | None, Option(metavar="PERIOD", help="Also look at the end of each year, quarter or month; a chart at each month.")]
Format = Annotated[
    str | None,
    Option("--format", metavar="FORMAT", help="table, plain, markdown, json, html (a chart by date), csv or parquet."),
]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    vary: Vary = None,
    seed: Annotated[int, Option(metavar="N", help="What the draws follow from.")] = 0,
    measures: Measures = None,
    clause: Clauses = None,
    every: Every = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    terms: Terms = None,
    readings: Readings = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    resume: Resume = None,
    name: Name = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Run a scenario many times with varied inputs.

    Over a grid, or with samples drawn by a seed: how often each position stands how, and on what that turns.
    """
    from dealcli.cli import exits
    from dealcli.cli.opening import Request
    from dealcli.cli.parts import Work
    from dealcli.cli.sweeps import OF_A_CHART, Asked, swept, write_sweep

    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, None, style, output, colour)
    asked = Asked(vary or (), seed, measures or (), clause, every or (OF_A_CHART if style == "html" else None))
    write_sweep(swept(request, asked, Work(jobs, cluster, resume), context.obj), request)
    return exits.DONE
