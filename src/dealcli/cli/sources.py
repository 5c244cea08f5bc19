"""``dealcli sources``: where everything in a deal comes from, and what carries what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dealcli.cli.options import NoCache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dealcli.analysis.traceability import Item
    from dealcli.cli.deal import DealFiles
    from dealcli.engine.program import Program
    from dealcli.reading.sources import SourceFile

FORMATS = ("markdown", "json")
TABLE = "traceability.csv"
"""The table of what was read stands beside the agreements under this name, if there is one."""


def command(
    context: typer.Context,
    deal: Annotated[
        str, typer.Argument(metavar="DEAL", help="A folder or builtin:NAME; a scenario also checks rows of history.")
    ],
    style: Annotated[str, typer.Option("--format", metavar="FORMAT", help="markdown or json.")] = "markdown",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the answer to this file.")
    ] = None,
    no_cache: NoCache = False,
) -> int:
    """Say where every clause and reading of a deal comes from, and what carries each item that was read.

    Refused where an item has no home, a home does not exist, or a clause has no source.
    """
    from dealcli.analysis.traceability import gaps
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.deal import open_deal
    from dealcli.cli.streams import write_answer
    from dealcli.diagnostics import Refused

    choices = Choices()
    choices.word("--format", style, FORMATS)
    choices.refuse()
    program = (opened := open_deal(deal, context.obj)).program
    items = _items(opened)
    if problems := gaps(program, items, _dates(context.obj)):
        raise Refused(*problems)
    write_answer(_json(program, items) if style == "json" else _markdown(program, items), output)
    return exits.DONE


def _markdown(program: Program, items: list[Item]) -> Iterator[str]:
    from dealcli.analysis.traceability import page
    from dealcli.output.text import markdown, markdown_code, markdown_link

    return page(program, items, markdown_code, markdown, markdown_link)


def _row(item: Item) -> dict[str, Any]:
    return {
        "document": item.document,
        "row": item.row,
        "says": item.says,
        "homes": list(item.homes),
        "note": item.note or None,
    }


def _json(program: Program, items: list[Item]) -> list[str]:
    import json

    from dealcli.analysis.traceability import standing
    from dealcli.output.text import json_text

    clauses = [
        {
            "clause": clause.full,
            "standing": standing(program, clause),
            "sources": list(clause.sources),
            "against": list(clause.against),
        }
        for clause in program.clauses
    ]
    found = {"format": "dealcli.sources/1", "items": [_row(item) for item in items], "clauses": clauses}
    return [json_text(json.dumps(found, indent=2, ensure_ascii=False)), "\n"]


def _items(opened: DealFiles) -> list[Item]:
    """The tables beside the agreements of the deal. Raises ``Refused`` for one that cannot be read."""
    import os

    from dealcli.analysis.traceability import read_table
    from dealcli.diagnostics import Refused
    from dealcli.reading.files import actual_path, read_bytes

    found: list[Item] = []
    for folder in dict.fromkeys(os.path.dirname(agreement.place.path) for agreement in opened.program.agreements):
        shown, path = f"{folder}/{TABLE}" if folder else TABLE, os.path.join(actual_path(folder), TABLE)
        if os.path.isfile(path):
            items, problems = read_table(shown, read_bytes(shown, path).decode("utf-8", "replace"))
            if problems:
                raise Refused(*problems)
            found.extend(items)
    return found


def _dates(sources: dict[str, SourceFile]) -> frozenset[str] | None:
    """The dates of the rows of all scenarios that were read; None where there was none."""
    trees = [document.tree for file in sources.values() for document in file.documents if "scenario" in document.tree]
    return frozenset(str(row["date"]) for tree in trees for row in tree.get("events") or ()) if trees else None
