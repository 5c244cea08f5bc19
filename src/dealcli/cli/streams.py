"""Where an answer goes: standard output, or a file that is either the whole new answer or still the old one."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any, NoReturn

from dealcli.diagnostics import Diagnostic, Place, Refused

NOT_WRITTEN = "DC510"
"""The code of an answer that could not be written."""

COLUMNS_WITHOUT_TERMINAL = 96

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file may not become that large",
    errno.EMFILE: "too many files are open",
    errno.EACCES: "that is not permitted",
    errno.EPERM: "that is not permitted",
    errno.EROFS: "the disk is read-only",
    errno.EISDIR: "it is a folder",
    errno.EEXIST: "it is a file",
    errno.ENOENT: "its folder does not exist",
    errno.ENOTDIR: "it leads through a file as if it were a folder",
    errno.ENAMETOOLONG: "the name is too long for a file",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.ETXTBSY: "it is a program that is running",
}


def settle_streams() -> None:
    """Make both streams UTF-8 with plain line ends, whatever the locale; a terminal keeps its encoding.

    A standard error that was closed becomes one that nobody reads.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it stays open to the end
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def write_answer(parts: Iterable[str], target: str | None = None) -> None:
    """Write an answer to standard output, or to the file ``target``. A pipe that was closed is no error.

    Raises ``Refused`` where it cannot be written.
    """
    if target is not None:
        write_file(parts, target)
        return
    if sys.stdout is None:
        raise _refused("standard output", "it is closed")
    try:
        for part in parts:
            sys.stdout.write(part)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
    except OSError as error:
        abandon(sys.stdout)
        raise _refused("standard output", reason(error)) from None


def tell(sentence: str) -> None:
    """Say in one line what stands beside the answer, such as where it was written."""
    from dealcli.output.text import safe

    tell_lines([f"dealcli: {safe(sentence)}\n"])


def tell_lines(parts: Iterable[str]) -> None:
    """Write to standard error what was made for it. Where that takes nothing more, nothing more is said."""
    try:
        for part in parts:
            sys.stderr.write(part)
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)


def columns_of(output: str | None = None) -> int:
    """How many columns there are to write in: those of the terminal, if the answer goes to one."""
    if output is not None or not is_terminal(sys.stdout):
        return COLUMNS_WITHOUT_TERMINAL
    import shutil

    return shutil.get_terminal_size((COLUMNS_WITHOUT_TERMINAL, 24)).columns


def not_over(target: str | None, read: Iterable[str | None]) -> None:
    """Raise ``Refused`` where an answer would be written over a file that it is made from."""
    if target is None:
        return
    path = os.path.realpath(target)
    if any(other is not None and os.path.realpath(other) == path for other in read):
        raise _refused(f"'{target}'", "the answer is made from this very file", target)


def write_file(parts: Iterable[str | bytes], target: str) -> None:
    """Replace ``target`` by a new file in one step: never half a file. Devices and pipes are written straight to.

    Raises ``Refused`` where that cannot be done; the old file is then untouched.
    """
    try:
        if not target:
            raise FileNotFoundError(errno.ENOENT, "")
        path = os.path.realpath(target)
        mode = _mode(path)
        if mode is not None and not stat.S_ISREG(mode):
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, "")
            with open(path, "wb") as stream:
                stream.writelines(map(_encoded, parts))
            return
        _replace(parts, path, mode)
    except BrokenPipeError:
        return
    except (OSError, ValueError) as error:
        refuse_unwritten(target, error)


def refuse_unwritten(target: str, error: OSError | ValueError) -> NoReturn:
    """Say why a file or folder cannot be written. Raises ``Refused``."""
    raise _refused(f"'{target}'", reason(error), target) from None


def _encoded(part: str | bytes) -> bytes:
    return part.encode() if isinstance(part, str) else part


def _replace(parts: Iterable[str | bytes], path: str, mode: int | None) -> None:
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "")
    folder, name = os.path.split(path)
    draft = os.path.join(folder, f".{name[:40]}.{os.urandom(8).hex()}.part")
    with _gone_if_it_fails(draft), _gone_if_it_fails(draft):  # a signal may come just before the inner one does its work
        with open(draft, "xb", opener=_for_the_user_alone) as stream:
            stream.writelines(map(_encoded, parts))
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        os.replace(draft, path)


@contextmanager
def _gone_if_it_fails(path: str) -> Iterator[None]:
    """Whatever ends the work early, a signal too, leaves no draft."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _for_the_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def reason(error: OSError | ValueError) -> str:
    """Why writing failed; the system's own words would follow the language of the machine."""
    if not isinstance(error, OSError):
        return "the name holds a character that no name may hold"
    return _REASONS.get(error.errno or 0) or errno.errorcode.get(error.errno or 0, "unknown error")


def _refused(what: str, why: str, path: str = "") -> Refused:
    from dealcli.reading.files import shown_path

    place = Place(shown_path(path)) if path else Place()
    return Refused(Diagnostic(NOT_WRITTEN, f"{shown_path(what)} cannot be written: {why}", place))


def abandon(stream: IO[Any] | None) -> None:
    """Let go of a stream that takes no more, so that the interpreter does not fail over it at its end."""
    try:
        assert stream is not None
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
    except (OSError, ValueError, AssertionError):
        return


def is_terminal(stream: IO[Any] | None) -> bool:
    """Whether someone reads the stream on a screen."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def in_colour(choice: str, stream: IO[Any] | None, environment: Mapping[str, str] | None = None) -> bool:
    """Whether to colour: first the option says, then NO_COLOR, FORCE_COLOR and TERM, then whether it is a terminal."""
    given = os.environ if environment is None else environment
    if choice in ("always", "never"):
        return choice == "always"
    if given.get("NO_COLOR"):
        return False
    if given.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return given.get("TERM") != "dumb" and is_terminal(stream)
