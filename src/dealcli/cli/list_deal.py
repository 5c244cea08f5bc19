"""``dealcli list``: what a deal is made of."""

from __future__ import annotations

from typing import Annotated

import typer

from dealcli.cli.options import NoCache

FORMATS = ("table", "plain", "json")
SECTIONS = ("agreements", "parties", "clauses", "events", "terms", "facts", "measures", "readings", "sources")


def command(
    context: typer.Context,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="A file, a folder, a scenario, or builtin:NAME.")],
    only: Annotated[
        list[str] | None, typer.Option(metavar="SECTIONS", help=", ".join(SECTIONS) + "; with commas.")
    ] = None,
    style: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="table, plain or json.")] = None,
    colour: Annotated[str, typer.Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")] = "auto",
    no_cache: NoCache = False,
) -> int:
    """List what a deal is made of.

    Its agreements, parties, clauses, events, terms, facts, measures, readings and sources.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import COLOURS, Choices
    from dealcli.cli.contents import contents
    from dealcli.cli.deal import open_deal
    from dealcli.cli.layout import as_json, for_screen, plain_sections

    choices = Choices()
    if style is not None:
        choices.word("--format", style, FORMATS)
    choices.word("--color", colour, COLOURS)
    chosen = choices.words("--only", only, SECTIONS) if only else SECTIONS
    choices.refuse()
    found = contents(open_deal(deal, context.obj), [name for name in SECTIONS if name in chosen])
    if style == "json":
        as_json({"format": "dealcli.list/1", **found})
    else:
        plain_sections(found, for_screen(style, colour))
    return exits.DONE
