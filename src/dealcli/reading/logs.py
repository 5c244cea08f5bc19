"""Event logs: rows of a timeline from NDJSON or CSV, plain or gzip, one line at a time.

Memory stays bounded whatever the length of the log. Every value is kept as the text that was written.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from typing import Any, BinaryIO, Literal, NamedTuple, cast

from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.reading.files import check_regular, refuse_unopened, shown_path
from dealcli.reading.log_blocks import decoded_at_once
from dealcli.reading.log_rows import MOST_PROBLEMS, BadRow, Naming, ndjson_rows
from dealcli.reading.text import BOM, first_forbidden, forbidden_character

MOST_LINE = 1_000_000
"""The longest line of a log, in bytes."""
MOST_BLANK = 100_000
"""So many blank lines may follow each other: packed, any number of them is a small file."""
_READ_ON = 10_000
"""After a bad line this many further rows are looked through for more."""
_BYTES_AT_ONCE = 1 << 15
_ROWS_AT_ONCE = 1_000
_SHORT = 1_000_000
"""A log of fewer bytes is read before a faster decoder is loaded."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_STREAMS = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")


class Block(NamedTuple):
    """Rows one after the other: ``read`` as ``read_log`` gives them, else under the names of the log, as JSON has them or ``typed``."""

    rows: list[Any]
    form: Literal["read", "decoded", "typed"]


Typed = Callable[[bytes], "list[Any] | None"]
"""What makes typed rows of whole lines, or leaves them."""


def read_log(
    path: str,
    fields: Mapping[str, str] | None = None,
    rename: Mapping[str, str] | None = None,
    stream: BinaryIO | None = None,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a log, each with the number of its line: ``date``, ``event`` and what else the event bears.

    ``path`` ``-`` reads ``stream``, or standard input. ``fields`` says which column holds which of our names,
    ``rename`` what their event types are called here. Raises ``Refused``, at the latest when the rows have all been
    given.
    """
    shown = shown_path(path)
    with ExitStack() as open_files:
        source = stream if stream is not None else standard_input() if path == "-" else _open(shown, path, open_files)
        lines = _lines(shown, _unpacked(source))
        first = next(lines, None)
        while first is not None and not first[1].strip():
            first = next(lines, None)
        if first is None:
            return
        naming = Naming(fields or {}, rename or {})
        if _is_ndjson(path, first[1]):
            rows = ndjson_rows(_from(first, lines), naming)
        else:
            from dealcli.reading.log_records import csv_rows

            rows = csv_rows(_from(first, lines), naming)
        yield from _sound(shown, rows)


def read_blocks(path: str, fields: Mapping[str, str] | None = None, rename: Mapping[str, str] | None = None,
                typed: Typed | None = None) -> Iterator[Block]:  # fmt: skip
    """The rows of a log as ``read_log`` gives them, many at a time and without the numbers of their lines.

    Whole stretches of NDJSON that are plainly sound are decoded at once, those of a long log by ``typed`` if it takes them.
    Raises ``Refused`` at the first row that cannot be used; ``read_log`` tells what else is wrong.
    """
    shown = shown_path(path)
    with ExitStack() as open_files:
        source = _open(shown, path, open_files)
        size = os.fstat(source.fileno()).st_size  # a pipe has none
        stream = _unpacked(source)
        try:
            if _is_ndjson(path, stream.peek(1)[:1].decode("latin-1")):  # type: ignore[attr-defined]
                yield from _blocks(shown, stream, Naming(fields or {}, rename or {}), None if 0 < size < _SHORT else typed)
                return
        except _Damaged:
            raise _refused(shown, 1, 1, "DC138", "the gzip file is damaged or cut short here", "") from None
        rows = (row for _, row in read_log(path, fields, rename))
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            yield Block(block, "read")


def _blocks(shown: str, stream: BinaryIO, naming: Naming, typed: Typed | None) -> Iterator[Block]:
    """Whole lines, as many as are read at once."""
    first, rest = True, b""
    while chunk := stream.read(_BYTES_AT_ONCE):
        whole, ended, rest = (rest + chunk).rpartition(b"\n")
        yield from _block(shown, whole, first, naming, typed)
        first = first and not ended
        if len(rest) > MOST_LINE:
            raise _refused(shown, 1, 1, "DC133", "the line is longer than 1 MB", "at most 1 MB a line")
    yield from _block(shown, rest, first, naming, typed)


def _block(shown: str, raw: bytes, first: bool, naming: Naming, typed: Typed | None) -> Iterator[Block]:
    """The rows of some whole lines."""
    if not raw:
        return
    rows = typed(raw) if typed is not None else None
    if rows is not None:
        yield Block(rows, "typed")
        return
    rows = decoded_at_once(raw)
    if rows is not None:
        yield Block(rows, "decoded")
        return
    found = [row for _, row in _sound(shown, ndjson_rows(_lines(shown, io.BytesIO(raw), 0 if first else 1), naming))]
    many = MOST_BLANK // 4  # a run of blank lines may go on in the next block
    if (raw.isspace() and len(raw) > many) or raw.count(b"\n") - len(found) > many:
        raise _refused(shown, 1, 1, "DC133", "many blank lines follow each other", "events")
    yield Block(found, "read")


def log_bytes(path: str) -> bytes:
    """A log as it is in its file. Raises ``Refused`` where it cannot be opened."""
    with ExitStack() as open_files:
        return _open(shown_path(path), path, open_files).read()


def standard_input() -> BinaryIO:
    """Standard input as bytes. Raises ``Refused`` where the process has none."""
    if sys.stdin is None:
        raise Refused(Diagnostic("DC103", "there is no standard input", Place("-")))
    return sys.stdin.buffer


def _sound(shown: str, rows: Iterator[tuple[int, dict[str, Any]] | BadRow]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows up to the first bad one; then only more bad ones are sought, and all are refused together."""
    problems: list[Diagnostic] = []
    left = _READ_ON
    try:
        for row in rows:
            if isinstance(row, BadRow):
                problems.append(_diagnostic(shown, row))
                if row.last or len(problems) >= MOST_PROBLEMS:
                    break
            elif not problems:
                yield row
            if problems:
                left -= 1
                if not left:
                    break
    except Refused as refused:
        raise Refused(*problems, *refused.diagnostics) from None
    if problems:
        raise Refused(*problems)


def _diagnostic(shown: str, bad: BadRow) -> Diagnostic:
    place = Place(shown, line=bad.line, column=bad.column)
    if bad.char:
        return forbidden_character(bad.char, place)
    return Diagnostic(bad.code, bad.message, place, bad.expected, bad.hint)


def _open(shown: str, path: str, open_files: ExitStack) -> BinaryIO:
    """A regular file, or a pipe that the shell has opened for the command."""
    try:
        state = os.stat(path)
        if not (path.startswith(_STREAMS) and stat.S_ISFIFO(state.st_mode)):
            check_regular(shown, state)
        return open_files.enter_context(open(path, "rb"))
    except (OSError, ValueError) as error:
        refuse_unopened(shown, path, error)


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read to see what it is: those bytes, then the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        read1 = getattr(self._rest, "read1", self._rest.read)
        chunk, self._head = (self._head[:size], self._head[size:]) if self._head else (read1(size), b"")
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Damaged(Exception):
    """A gzip file is not what it should be, or is cut short."""


class _Unzipped(io.RawIOBase):
    """What is packed in a gzip stream. Raises ``_Damaged``."""

    def __init__(self, packed: BinaryIO) -> None:
        from gzip import BadGzipFile, GzipFile
        from zlib import error

        self._faults = (EOFError, BadGzipFile, error)
        self._stream = GzipFile(fileobj=packed, mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            return self._stream.readinto(buffer)
        except self._faults:
            raise _Damaged from None


def _unpacked(source: BinaryIO) -> BinaryIO:
    """The stream itself, or what is packed in it if it is gzip by its first bytes."""
    head = b""
    while len(head) < 2 and (more := source.read(2 - len(head))):
        head += more
    whole = cast(BinaryIO, io.BufferedReader(_Rejoined(head, source), 1 << 17))
    return cast(BinaryIO, io.BufferedReader(_Unzipped(whole), 1 << 17)) if head == b"\x1f\x8b" else whole


def _lines(shown: str, stream: BinaryIO, number: int = 0) -> Iterator[tuple[int, str]]:
    """Lines with their ends, numbered on from ``number``. Raises ``Refused`` where the bytes are no text or a line is too long."""
    blank = 0
    readline = stream.readline
    while True:
        number += 1
        try:
            raw = readline(MOST_LINE + 1)
        except _Damaged:
            raise _refused(shown, number, 1, "DC138", "the gzip file is damaged or cut short here", "") from None
        except OSError as error:
            refuse_unopened(shown, shown, error)
        if not raw:
            return
        blank = blank + 1 if raw.isspace() else 0
        if blank > MOST_BLANK:
            raise _refused(shown, number, 1, "DC133", f"more than {MOST_BLANK:,} blank lines follow each other", "events")
        if number == 1 and raw.startswith(_UTF16_MARKS):
            raise _refused(shown, 1, 1, "DC105", "the log is encoded in UTF-16 or UTF-32", "UTF-8")
        if b"\x00" in raw:
            raise _refused(shown, number, 1, "DC105", "the log is binary: it holds a NUL byte", "text in UTF-8")
        if len(raw) > MOST_LINE:
            raise _refused(shown, number, 1, "DC133", "the line is longer than 1 MB", "at most 1 MB a line")
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as fault:
            column = len(raw[: fault.start].decode("utf-8").removeprefix(BOM)) + 1
            message = f"the byte 0x{raw[fault.start]:02X} is not UTF-8"
            raise _refused(shown, number, column, "DC105", message, "text in UTF-8") from None
        if number == 1:
            line = line.removeprefix(BOM)
        if not line.rstrip("\r\n").isprintable() and (found := first_forbidden(line)) is not None:
            raise Refused(forbidden_character(line[found], Place(shown, line=number, column=found + 1)))
        yield number, line


def _refused(shown: str, line: int, column: int, code: str, message: str, expected: str) -> Refused:
    return Refused(Diagnostic(code, message, Place(shown, line=line, column=column), expected))


def _from(first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from lines


def _is_ndjson(path: str, first: str) -> bool:
    """By the first line; where that is neither an object nor a list, by the name."""
    return first.lstrip()[:1] in ("{", "[") or _named_ndjson(path)


def _named_ndjson(path: str) -> bool:
    return path.removesuffix(".gz").lower().endswith((".ndjson", ".jsonl", ".json"))
