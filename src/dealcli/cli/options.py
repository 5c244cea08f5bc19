"""Options that several commands have. One name means the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Argument, Option

ScenarioFile = Annotated[str, Argument(metavar="SCENARIO", help="A scenario or suite file.")]
Name = Annotated[str | None, Option("--scenario", metavar="NAME", help="Which scenario of a suite.")]
AsOf = Annotated[
    str | None, Option("--as-of", "--at", metavar="DATE", help="The day for which to answer, not the scenario's own.")
]
KnownAsOf = Annotated[str | None, Option(metavar="DATE", help="Use only what had been reported by this day.")]
Events = Annotated[str | None, Option(metavar="FILE", help="An event log to read; - is standard input.")]
Terms = Annotated[list[str] | None, Option("--set", metavar="TERM=VALUE", help="Fill in a term. Repeatable.")]
Readings = Annotated[list[str] | None, Option("--reading", metavar="NAME=CHOICE", help="Choose a reading. Repeatable.")]
Source = Annotated[
    str | None, Option("--according-to", metavar="SOURCE", help="Wherever this source backs a reading, that one.")
]
Over = Annotated[
    str | None,
    Option(
        "--readings", metavar="WHICH", help="default: run the default readings only. all: judge over all, however long."
    ),
]
Party = Annotated[str | None, Option(metavar="PARTY", help="Only what this party holds or owes.")]
Format = Annotated[str | None, Option("--format", metavar="FORMAT", help="table, plain, markdown or json.")]
Output = Annotated[str | None, Option("--output", "-o", metavar="FILE", help="Write the answer to this file.")]
Colour = Annotated[str, Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")]
Compared = Annotated[str | None, Option("--format", metavar="FORMAT", help="table, plain, markdown, json or html.")]
Jobs = Annotated[
    int | None, Option("--jobs", "-j", min=1, max=1024, metavar="N", help="So many processes; left out, one for each core.")
]
Cluster = Annotated[str | None, Option(metavar="ADDRESS", help="Run it on this dask scheduler: tcp://host:port.")]
Resume = Annotated[
    str | None, Option(metavar="FILE", help="Keep finished parts in this file, and do not make again what it holds.")
]


def _forget(context: typer.Context, wanted: bool) -> bool:
    if context.obj is not None:
        context.obj.forget = wanted
    return wanted


NoCache = Annotated[
    bool, Option("--no-cache", callback=_forget, help="Read and check everything anew, and remember nothing.")
]
