"""``dealcli show``: one clause, with everything that bears on it."""

from __future__ import annotations

from typing import Annotated

import typer

from dealcli.cli.list_deal import FORMATS
from dealcli.cli.options import NoCache


def command(
    context: typer.Context,
    clause: Annotated[
        str,
        typer.Argument(metavar="CLAUSE", help="A clause, with its agreement where that is needed: agreement.clause."),
    ],
    deal: Annotated[
        str, typer.Argument(metavar="DEAL", help="A file, a folder, a scenario, or builtin:NAME.")
    ] = "builtin:microsoft_openai",
    style: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="plain, json or table.")] = None,
    colour: Annotated[str, typer.Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")] = "auto",
    no_cache: NoCache = False,
) -> int:
    """Show one clause and what bears on it.

    What it says, whom it binds and when, what it touches, its readings, and the sources for and against it.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import COLOURS, Choices
    from dealcli.cli.clause_page import clause_page, named_clause, page_lines
    from dealcli.cli.deal import open_deal
    from dealcli.cli.layout import as_json, for_screen
    from dealcli.cli.streams import write_answer

    choices = Choices()
    if style is not None:
        choices.word("--format", style, FORMATS)
    choices.word("--color", colour, COLOURS)
    choices.refuse()
    opened = open_deal(deal, context.obj)
    page = clause_page(opened, named_clause(opened.program, clause))
    if style == "json":
        as_json(page)
    else:
        write_answer(page_lines(page, for_screen(style, colour)))
    return exits.DONE
