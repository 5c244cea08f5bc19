"""``dealcli batch``: many scenarios, or one scenario for each key of a log; one result a line."""

from __future__ import annotations

from typing import Annotated

import typer

from dealcli.cli.options import AsOf, Cluster, Events, Jobs, KnownAsOf, NoCache, Output, Over, Readings, Resume, Terms

By = Annotated[str | None, typer.Option(metavar="FIELD", help="Run the scenario once for each value of this field of the log.")]


def command(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="DIR", help="A folder or file of scenarios, or a CSV file that lists them.")],
    events: Events = None,
    by: By = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    terms: Terms = None,
    readings: Readings = None,
    over: Over = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    resume: Resume = None,
    output: Output = None,
    no_cache: NoCache = False,
) -> int:
    """Evaluate many scenarios, one JSON result a line.

    What is wrong with one is told on its line, and the others are completed. Ends with 1 where something was wrong with any.
    """
    from dealcli.cli import exits
    from dealcli.cli.batches import items_of, results, write_results
    from dealcli.cli.opening import Request
    from dealcli.cli.parts import Work

    request = Request(what, None, as_of, known_as_of, events, terms, readings, output=output)
    with items_of(request, by, over, context.obj) as batch:
        lines = results(batch, Work(jobs, cluster, resume))
    write_results(lines, output)
    return exits.DONE if all(line["ok"] for line in lines) else exits.ANSWER_IS_NO
