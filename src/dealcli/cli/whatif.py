"""``dealcli whatif``: a scenario with some edits, beside itself."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Option

from dealcli.cli.options import (
    AsOf,
    Colour,
    Compared,
    Events,
    KnownAsOf,
    Name,
    NoCache,
    Output,
    Over,
    Readings,
    ScenarioFile,
    Terms,
)

Add = Annotated[
    list[str] | None, Option(metavar="ROW", help="Add a row: '2026-01-31 event by=party attribute=value'. Repeatable.")
]
Drop = Annotated[list[str] | None, Option(metavar="ROW", help="Leave out a row: its number, or its event. Repeatable.")]
Move = Annotated[list[str] | None, Option(metavar="ROW=DATE", help="Move a row to another date. Repeatable.")]
ReplaceFile = Annotated[
    list[str] | None, Option("--replace-file", metavar="OLD=NEW", help="Take another file of clauses. Repeatable.")
]
Save = Annotated[str | None, Option(metavar="FILE", help="Write the scenario with the edits to this file.")]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    add: Add = None,
    drop: Drop = None,
    move: Move = None,
    terms: Terms = None,
    readings: Readings = None,
    replace_file: ReplaceFile = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    over: Over = None,
    save: Save = None,
    name: Name = None,
    style: Compared = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Show what edits to a scenario change.

    Which positions then stand differently, and because of which edit. Ends with 1 where something does.
    """
    from dealcli.analysis.differences import Side, edited
    from dealcli.cli.comparisons import FORMATS, compared, on_one_day
    from dealcli.cli.edits import Wanted, wanted_edits
    from dealcli.cli.opening import Request, check_words, opened
    from dealcli.cli.saving import save_scenario

    check_words(style, colour, over, FORMATS)
    request = Request(scenario, name, as_of, known_as_of, events, style=style, output=output, colour=colour)
    wanted = Wanted(add or (), drop or (), move or (), terms or (), readings or (), replace_file or ())
    wanted.refuse_nothing()
    before = Side(*opened(request, context.obj, None, FORMATS))
    before, after = on_one_day(before, edited(before, edits := wanted_edits(wanted, before, context.obj)))
    code = compared(before, after, edits, request, context.obj, over)
    if save is not None:
        save_scenario(after, save)
    return code
