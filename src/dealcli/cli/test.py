"""``dealcli test``: hold scenarios and suites against what they expect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import NoCache
from dealcli.cli.outputs import OutputFiles

if TYPE_CHECKING:
    from dealcli.analysis.trials import Tally
    from dealcli.cli.choices import Choices
    from dealcli.reading.sources import SourceFile

NO_PATTERN = "DC511"
"""The code of a pattern that cannot be read."""


def command(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATHS...", help="Scenario and suite files, or folders.")],
    run: Annotated[str | None, typer.Option("--run", metavar="REGEX", help="Only scenarios with such a title.")] = None,
    style: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="plain, json or junit.")] = None,
    outputs: OutputFiles = None,
    rewrite: Annotated[bool, typer.Option("--update", help="Write what was found in place of what was expected.")] = False,
    no_cache: NoCache = False,
) -> int:
    """Run scenarios and suites, and show where something is not as they expect.

    A folder is searched with the folders in it; agreements in it are passed over. Ends with 1 where an expectation
    fails, with 2 where something cannot be run, with 3 where nothing is expected. --update shows what it changes, and
    refuses in continuous integration.
    """
    from dealcli.analysis.trials import try_files
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.outputs import targets
    from dealcli.cli.paths import from_here
    from dealcli.cli.streams import write_answer
    from dealcli.cli.update import refuse_in_a_build, update
    from dealcli.output.trials import FORMATS
    from dealcli.reading.files import yaml_files

    choices = Choices()
    wanted = targets(style, outputs or (), FORMATS, choices)
    pattern = _pattern(run, choices)
    choices.refuse()
    if rewrite:
        refuse_in_a_build()
    files = dict.fromkeys(file for path in paths for file in yaml_files(from_here(path)))
    tally = try_files(files, context.obj, pattern)
    if not tally.files:
        return _nothing(paths, run)
    if rewrite and not tally.refused:
        return exits.ANSWER_IS_NO if update(tally, context.obj) else exits.DONE
    for name, file in wanted:
        write_answer(FORMATS[name](tally, context.obj), file)
    return _verdict(tally, context.obj)


def _pattern(run: str | None, choices: Choices) -> re.Pattern[str] | None:
    try:
        return re.compile(run) if run is not None else None
    except (re.error, RecursionError, OverflowError) as error:
        choices.problem(NO_PATTERN, "--run", f"'{run}' is no regular expression: {error}", "such as 'late|never'")
        return None


def _nothing(paths: list[str], run: str | None) -> int:
    from dealcli.cli import exits
    from dealcli.cli.streams import tell

    chosen = f" whose title matches '{run}'" if run is not None else ""
    where = ", ".join(paths[:3]) + (", ..." if len(paths) > 3 else "")
    tell(f"nothing to run: {where} holds no scenario with expectations{chosen}")
    return exits.NOTHING_TO_DO


def _verdict(tally: Tally, sources: dict[str, SourceFile]) -> int:
    from dealcli.cli import exits
    from dealcli.cli.main import MOST_PROBLEMS
    from dealcli.cli.streams import tell_lines
    from dealcli.output.problems import render_problems

    if tally.refused:
        tell_lines(render_problems(tally.refused, sources, most=MOST_PROBLEMS))
        return exits.COULD_NOT
    return exits.ANSWER_IS_NO if tally.failed else exits.DONE
