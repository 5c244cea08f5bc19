"""``dealcli diff``: two versions of a scenario, of its clauses or of its dates, beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import Colour, Compared, Name, NoCache, Output, Over

if TYPE_CHECKING:
    from dealcli.reading.sources import SourceFile

ONE = "A scenario, REVISION:SCENARIO of a git repository, or a saved JSON result."
On = Annotated[
    str | None, typer.Option(metavar="SCENARIO", help="The scenario on which two files of clauses are compared.")
]
Days = Annotated[str | None, typer.Option(metavar="DATE[..DATE]", help="The day for which to answer, or one for each.")]
Known = Annotated[
    str | None, typer.Option(metavar="DATE[..DATE]", help="What had been reported by this day, or these.")
]


def command(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help=ONE)],
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="What to compare it with; left out, A itself.")
    ] = None,
    on: On = None,
    as_of: Days = None,
    known_as_of: Known = None,
    over: Over = None,
    name: Name = None,
    style: Compared = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Show what stands differently in two versions, and because of which input.

    A and B are scenarios, revisions, saved results, or files of clauses (with --on). Ends with 1 where something differs.
    """
    from dealcli.cli.comparisons import FORMATS, compare_results, compare_versions
    from dealcli.cli.opening import Request, check_words
    from dealcli.cli.versions import is_result

    check_words(style, colour, over, FORMATS)
    request = Request(before, name, as_of, known_as_of, style=style, output=output, colour=colour)
    sources: dict[str, SourceFile] = context.obj
    if is_result(before) and after is not None and is_result(after):
        return compare_results(before, after, request)
    return compare_versions(before, before if after is None else after, on, request, sources, over)
