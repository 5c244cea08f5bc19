"""From the arguments of a command to its exit code; every way in which a command may end is here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from dealcli.cli import exits
from dealcli.cli.configuration_files import may_configure
from dealcli.cli.request import plainly_asked
from dealcli.cli.streams import abandon, reason, settle_streams, tell, tell_lines
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.reading.files import shown_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dealcli.reading.sound import SourceFiles
    from dealcli.reading.sources import SourceFile

MACHINE_FAILED = "DC527"
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
    except (OSError, MemoryError, RecursionError) as error:
        return _refusal(Refused(_failure(error)), sources)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug is told in one line, not as a traceback
        return _ended(error) or _bug(error)


def _ended(error: BaseException | None) -> int:
    """The exit code of a signal that something on its way took for an error of its own, as the making of a class does; 0 for none."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return exits.INTERRUPTED
        if isinstance(error, SystemExit) and error.code == exits.TERMINATED:
            return exits.TERMINATED
        error = error.__cause__ or error.__context__
    return 0


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
        if not hasattr(error, "show"):
            raise
        tell_lines(_in_its_own_words(error.show))
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


def _in_its_own_words(show: Callable[..., None]) -> Iterator[str]:
    """What the option parser does not understand; it may quote the arguments."""
    import io

    from dealcli.output.text import safe

    words = io.StringIO()
    show(file=words)
    yield from (f"{safe(line)}\n" for line in words.getvalue().splitlines())


def _refusal(refused: Refused, sources: Mapping[str, SourceFile]) -> int:
    from dealcli.output.problems import render_problems

    try:
        tell_lines(render_problems(refused.diagnostics, sources, most=MOST_PROBLEMS))
    except Exception as error:  # noqa: BLE001 - as in ``answer``
        return _bug(error)
    empty = [d for d in refused.diagnostics if d.code == "DC120" and not d.place.route and d.place.line is None]
    return exits.NOTHING_TO_DO if empty and len(empty) == len(refused.diagnostics) else exits.COULD_NOT


def _failure(error: OSError | MemoryError | RecursionError) -> Diagnostic:
    """What the machine did not do, where nobody nearer to it could say what that means."""
    if isinstance(error, MemoryError):
        return Diagnostic(MACHINE_FAILED, "there is not enough memory", Place())
    if isinstance(error, RecursionError):
        return Diagnostic(MACHINE_FAILED, "too much rests on each other for the memory that a chain may take", Place())
    path = shown_path(error.filename) if isinstance(error.filename, str) else ""
    return Diagnostic(MACHINE_FAILED, f"the machine did not read or write what was needed: {reason(error)}", Place(path))


def _bug(error: Exception) -> int:
    """One line for a bug: what it was, where, and how to report it."""
    if os.environ.get("DEALCLI_DEBUG") == "1":
        import traceback

        tell_lines(traceback.format_exception(error))
    tell(f"this is a bug in dealcli: {type(error).__name__} at {_place_of(error)}; "
         "please report this line together with the command and its files (DEALCLI_DEBUG=1 shows more)")  # fmt: skip
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
