"""From the arguments of a command to its exit code; every way in which a command may end is here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from dealcli.cli import exits
from dealcli.cli.configuration_files import may_configure
from dealcli.cli.request import plainly_asked
from dealcli.cli.streams import abandon, settle_streams
from dealcli.diagnostics import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dealcli.reading.sound import SourceFiles
    from dealcli.reading.sources import SourceFile

MOST_PROBLEMS = 50
"""So many problems are told at once; the others are counted."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    raise SystemExit(answer(sys.argv[1:] if arguments is None else arguments))


def answer(arguments: Sequence[str]) -> int:
    """Run one command. Problems go to standard error; nothing is raised."""
    from dealcli.reading.sound import SourceFiles

    sources = SourceFiles()
    try:
        settle_streams()
        code = _command(arguments, sources)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except Refused as refused:
        return _refusal(refused, sources)
    except BrokenPipeError:
        abandon(sys.stdout)
        return exits.DONE
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug is told in one line, not as a traceback
        return _bug(error)


def _command(arguments: Sequence[str], sources: SourceFiles) -> int:
    plain = plainly_asked(arguments)
    if plain is not None and not may_configure("evaluate", plain[0]):
        from dealcli.cli.answering import evaluate_and_show

        return evaluate_and_show(*plain, sources)
    import typer
    from typer.exceptions import TyperException

    from dealcli.cli.app import app

    try:
        code = app(list(arguments), prog_name="dealcli", standalone_mode=False, obj=sources)
    except TyperException as error:
        # what the option parser does not understand, in its own words
        shown = getattr(error, "show", None)
        if shown is None:
            raise
        shown()
        return exits.COULD_NOT
    except typer.Abort:
        return exits.INTERRUPTED
    except SystemExit as ended:
        # the option parser ends the process itself where a pipe was closed while it wrote the help
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        abandon(sys.__stdout__)
        return exits.DONE
    return code if isinstance(code, int) else exits.DONE


def _refusal(refused: Refused, sources: Mapping[str, SourceFile]) -> int:
    from dealcli.output.problems import render_problems

    try:
        sys.stderr.writelines(render_problems(refused.diagnostics, sources, most=MOST_PROBLEMS))
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)
    except Exception as error:  # noqa: BLE001 - as in ``answer``
        return _bug(error)
    empty = [d for d in refused.diagnostics if d.code == "DC120" and not d.place.route and d.place.line is None]
    return exits.NOTHING_TO_DO if empty and len(empty) == len(refused.diagnostics) else exits.COULD_NOT


def _bug(error: Exception) -> int:
    """One line for a bug: what it was, where, and how to report it."""
    try:
        if os.environ.get("DEALCLI_DEBUG") == "1":
            import traceback

            traceback.print_exception(error)
        sys.stderr.write(
            f"dealcli: this is a bug in dealcli: {type(error).__name__} at {_place_of(error)}; "
            "please report this line together with the command and its files (DEALCLI_DEBUG=1 shows more)\n"
        )
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)
    return exits.BUG


def _place_of(error: Exception) -> str:
    """The file and line that raised an error, from the package on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    file = trace.tb_frame.f_code.co_filename.replace(os.sep, "/")
    _, package, inside = file.rpartition("/dealcli/")
    return f"{f'dealcli/{inside}' if package else file.rpartition('/')[2]}:{trace.tb_lineno}"
