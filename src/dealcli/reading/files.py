"""From a path to the files it stands for, and to their documents; every way in which a path can be unusable."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from typing import NoReturn

from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.reading.sound import SourceFiles, recalled
from dealcli.reading.sources import SourceFile
from dealcli.reading.text import MOST_BYTES, too_large

MOST_FILES = 5_000
BUILTIN = "builtin:"
NO_YAML_HERE = "DC120"
"""The code of a folder without YAML files, which ends a command with its own exit code."""

_SUFFIXES = (".yaml", ".yml")
_BUILTIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_SHELVES = (os.path.join(_PACKAGE, "library"), os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "clauses"))


def read_path(path: str, sources: dict[str, SourceFile] | None = None, *, recursive: bool = False) -> list[SourceFile]:
    """Read a file, a folder of ``*.yaml`` and ``*.yml`` files in the order of their names, or ``builtin:NAME``.

    Every file read is put into ``sources`` under its shown path, also one that is refused, so that a problem can be
    shown with its line. Raises ``Refused`` with the problems of all files.
    """
    read: list[SourceFile] = []
    problems: list[Diagnostic] = []
    for shown, actual in _files(path, recursive):
        try:
            source, found = _read_file(shown, read_bytes(shown, actual), sources)
        except Refused as refused:
            problems.extend(refused.diagnostics)
            continue
        if sources is not None:
            sources[shown] = source
        read.append(source)
        problems.extend(found)
    if problems:
        raise Refused(*problems)
    return read


def _read_file(shown: str, content: bytes, sources: dict[str, SourceFile] | None) -> tuple[SourceFile, list[Diagnostic]]:
    """A file from memory where it was sound in an earlier run; else by its grammar, with its problems."""
    known = recalled(sources, shown, content) if isinstance(sources, SourceFiles) else None
    if known is not None:
        return known, []
    from dealcli.reading.yaml_tree import read_yaml

    return read_yaml(shown, content)


def contents(path: str) -> list[tuple[str, bytes]]:
    """The files that a path stands for and what is in them, unread. Raises ``Refused``."""
    return [(shown, read_bytes(shown, actual)) for shown, actual in _files(path, recursive=False)]


def yaml_files(path: str, *, recursive: bool = True) -> list[str]:
    """The YAML files that a path stands for; ``recursive`` with those in folders below. Raises ``Refused`` if there are none."""
    return [shown if path.startswith(BUILTIN) else actual for shown, actual in _files(path, recursive)]


def beside(source_path: str, reference: str) -> str:
    """The path that ``reference`` means when it is written in the file ``source_path``."""
    if reference.startswith(BUILTIN) or reference == "-" or os.path.isabs(reference):
        return reference
    folder = source_path.rpartition("/")[0] if "/" in source_path else os.path.dirname(source_path)
    joined = f"{folder}/{reference}" if folder else reference
    tidy = os.path.normpath(joined)
    try:
        same = os.path.samefile(tidy, joined)
    except (OSError, ValueError):
        # a missing file has no other name; a folder that is a link must not be stepped out of by its name
        same = not os.path.islink(folder or ".")
    return shown_path(tidy if same and not joined.startswith(BUILTIN) else joined)


def named_in(source_path: str, reference: str) -> str:
    """The path of the clauses that a document names. Raises ``Refused`` for a file that is not YAML by its name.

    A deal that was brought from elsewhere must not have the lines of other files shown.
    """
    path = beside(source_path, reference)
    if not path.startswith(BUILTIN) and os.path.isfile(path) and not _is_yaml(os.path.basename(path)):
        raise _refused("DC102", f"'{path}' is no YAML file by its name", path, "a folder, or a file named *.yaml or *.yml")
    return path


def shown_path(path: str) -> str:
    """A path as messages and reports give it: always with '/', and free of bytes that are no text."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text.replace(os.sep, "/") if os.sep != "/" else text


def read_bytes(shown: str, actual: str) -> bytes:
    """The content of a regular file of at most 5 MB. Raises ``Refused``; never waits for a pipe or device."""
    try:
        state = os.stat(actual)
        check_regular(shown, state)
        descriptor = os.open(actual, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as stream:
            state = os.fstat(stream.fileno())
            check_regular(shown, state)
            if state.st_size > MOST_BYTES:
                raise Refused(too_large(shown))
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        refuse_unopened(shown, actual, error)
    if len(content) > MOST_BYTES:
        raise Refused(too_large(shown))
    return content


def digest_of(path: str) -> str:
    """The SHA-256 of the bytes of a file of any size, as hexadecimal digits. Raises ``Refused`` where it cannot be read."""
    import hashlib

    try:
        check_regular(path, os.stat(path))
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        refuse_unopened(path, path, error)


def check_regular(shown: str, state: os.stat_result) -> None:
    """Raises ``Refused`` for anything but a regular file."""
    if stat.S_ISDIR(state.st_mode):
        raise _refused("DC102", f"'{shown}' is a folder", shown, "a file")
    if not stat.S_ISREG(state.st_mode):
        kind = "a pipe" if stat.S_ISFIFO(state.st_mode) else "a socket" if stat.S_ISSOCK(state.st_mode) else "a device"
        raise _refused("DC102", f"'{shown}' is {kind}", shown, "a regular file")


def refuse_unopened(shown: str, actual: str, error: OSError | ValueError) -> NoReturn:
    """Say why a path cannot be opened. Raises ``Refused``."""
    number = error.errno if isinstance(error, OSError) else errno.ENOENT
    if number == errno.ENOENT:
        raise _missing(shown, actual)
    if number == errno.ENOTDIR:
        raise _refused("DC101", f"'{shown}' leads through a file as if it were a folder", shown)
    if number == errno.ELOOP:
        raise _refused("DC102", f"'{shown}' is a link that leads back to itself", shown)
    if number in (errno.EACCES, errno.EPERM):
        raise _refused("DC103", f"'{shown}' may not be read", shown, "", "check its permissions")
    if number == errno.ENAMETOOLONG:
        raise _refused("DC101", f"the name '{shown[:40]}...' is too long for a file", shown)
    # the system's own words follow the language of the machine, its short name does not
    name = errno.errorcode.get(number or 0, "unknown error")
    raise _refused("DC103", f"'{shown}' cannot be read ({name})", shown)


def _refused(code: str, message: str, shown: str, expected: str = "", hint: str = "") -> Refused:
    return Refused(Diagnostic(code, message, Place(shown), expected, hint))


def _missing(shown: str, actual: str) -> Refused:
    """The refusal of a path where nothing is, with the names beside it that it may have meant."""
    if not shown:
        return _refused("DC101", "the name of the file is empty", shown, "a file or a folder")
    folder, name = os.path.split(actual.rstrip("/" + os.sep))
    try:
        if os.path.islink(actual):
            return _refused("DC101", f"'{shown}' is a link to a file that does not exist", shown)
        beside_it = [
            entry.name + ("/" if entry.is_dir() else "")
            for entry in os.scandir(folder or ".")
            if not entry.name.startswith(".") and (entry.is_dir() or not _is_yaml(name) or _is_yaml(entry.name))
        ]
    except (OSError, ValueError):
        parent = shown.rstrip("/").rpartition("/")[0]
        return _refused("DC101", f"'{shown}' does not exist: there is no folder '{parent}'", shown)
    return _refused("DC101", f"'{shown}' does not exist", shown, "", did_you_mean(name, map(shown_path, beside_it)))


def _is_yaml(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) and not name.startswith(".")


def _files(path: str, recursive: bool) -> list[tuple[str, str]]:
    """The files that a path stands for, each as (shown path, path to open)."""
    if path == "-":
        raise _refused("DC102", "only an event log can come from standard input", path, "a file or a folder")
    shown, actual = (path, _builtin(path)) if path.startswith(BUILTIN) else (shown_path(path), path)
    try:
        state = os.stat(actual)
    except (OSError, ValueError) as error:
        refuse_unopened(shown, actual, error)
    if not stat.S_ISDIR(state.st_mode):
        _check_link(shown, actual)
        return [(shown, actual)]
    found: list[tuple[str, str]] = []
    try:
        for relative in _walk(actual, recursive):
            found.append((_joined(shown, relative), os.path.join(actual, relative)))
            _check_link(*found[-1])
            if len(found) > MOST_FILES:
                limit = f"at most {MOST_FILES:,} files"
                raise _refused("DC121", f"'{shown}' holds more than {MOST_FILES:,} YAML files", shown, limit)
    except OSError as error:
        refuse_unopened(shown, actual, error)
    if not found:
        raise _refused(NO_YAML_HERE, f"'{shown}' holds no YAML files", shown, "files named *.yaml", _deeper(actual))
    return sorted(found)


def _check_link(shown: str, actual: str) -> None:
    """Raises ``Refused`` for what is YAML by its name and a link to what is not."""
    if os.path.islink(actual) and _is_yaml(os.path.basename(actual)) and not _is_yaml(os.path.basename(os.path.realpath(actual))):
        raise _refused("DC102", f"'{shown}' is a link to a file that is no YAML by its name", shown, "a file named *.yaml or *.yml")


def _walk(folder: str, recursive: bool) -> Iterator[str]:
    """The YAML files of a folder by their path in it. Links to folders are not followed, hidden names passed over."""
    waiting = [""]
    while waiting:
        part = waiting.pop()
        with os.scandir(os.path.join(folder, part)) as entries:
            for entry in entries:
                relative = os.path.join(part, entry.name)
                if entry.is_dir():
                    if recursive and not entry.name.startswith(".") and not entry.is_symlink():
                        waiting.append(relative)
                elif _is_yaml(entry.name):
                    yield relative


def _deeper(folder: str) -> str:
    """A hint at the folders below that do hold YAML files."""
    try:
        below = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith("."))
        holding = [name for name in below[:100] if any(True for _ in _walk(os.path.join(folder, name), False))]
    except OSError:
        return ""
    return "the folders in it do: " + ", ".join(map(shown_path, holding[:5])) if holding else ""


def _joined(folder: str, relative: str) -> str:
    part = shown_path(relative)
    return f"{folder}{part}" if folder.endswith("/") else f"{folder}/{part}"


def actual_path(path: str) -> str:
    """Where a path, or ``builtin:NAME`` and what is inside it, stands on disk. Raises ``Refused`` for an unknown name."""
    return _builtin(path) if path.startswith(BUILTIN) else path


def _builtin(path: str) -> str:
    """Where the library that comes with the program keeps an agreement. Raises ``Refused`` for an unknown name."""
    name, _, file = path.removeprefix(BUILTIN).partition("/")
    if _BUILTIN_NAME.fullmatch(name) and ".." not in file.split("/") and not file.startswith("/"):
        for shelf in _SHELVES:
            if os.path.isdir(os.path.join(shelf, name)):
                return os.path.join(shelf, name, file) if file else os.path.join(shelf, name)
    shown, known = shown_path(path), [one.removeprefix(BUILTIN) for one in library()]
    raise _refused("DC122", f"'{shown}' is not in the library", shown, "", did_you_mean(name, known))


def library() -> list[str]:
    """Every ``builtin:NAME``, in the order of the alphabet."""
    names = {entry.name for shelf in _SHELVES if os.path.isdir(shelf) for entry in os.scandir(shelf) if entry.is_dir()}
    return sorted(f"{BUILTIN}{name}" for name in names if _BUILTIN_NAME.fullmatch(name) and not name.startswith("__"))
