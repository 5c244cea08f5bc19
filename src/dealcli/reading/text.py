"""Bytes to text: strict UTF-8, and no character that hides or rearranges what a reader sees."""

from __future__ import annotations

import re
from bisect import bisect_right

from dealcli.diagnostics import Diagnostic, Place

BOM = "\ufeff"
MOST_BYTES = 5_000_000
MOST_PROBLEMS = 50
"""No more problems than this are listed for one file."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ufeff\ufffe\uffff\ud800-\udfff]")
_NUL = re.compile("\x00")
_DIRECTIONAL = re.compile(f"[{_BIDI}]")


def line_starts(text: str) -> list[int]:
    """Where each line begins, in characters from 0. A line ends at LF, CR or CR LF, as in every editor."""
    return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]


def line_and_column(starts: list[int], index: int) -> tuple[int, int]:
    """The line and the column, both from 1, of the character at ``index``."""
    line = bisect_right(starts, index)
    return line, index - starts[line - 1] + 1


def first_forbidden(text: str) -> int | None:
    """Where the first character stands that no deal file or log may hold; None where there is none."""
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def describe_character(char: str) -> str:
    """A character by number, as in 'U+202E'; never the character itself, which could disturb the message."""
    return f"U+{ord(char):04X}"


def forbidden_character(char: str, place: Place) -> Diagnostic:
    """The problem of a character that may not stand in a file, whether written out or as an escape."""
    named = describe_character(char)
    if char == "\x00":
        return Diagnostic("DC105", "the file is binary: it holds a NUL byte", place, "text in UTF-8")
    if _DIRECTIONAL.match(char):
        return Diagnostic(
            "DC106",
            f"{named} changes the direction of text, so that it shows in another order than it is read",
            place,
            "text without direction controls",
            "delete the invisible character",
        )
    if char == BOM:
        return Diagnostic(
            "DC106", f"an invisible byte order mark ({named}) stands inside the text", place, "", "delete it"
        )
    if char in "\u2028\u2029\x85":
        return Diagnostic(
            "DC106",
            f"{named} ends a line for some programs and not for others",
            place,
            "an ordinary line end",
            "replace it",
        )
    return Diagnostic(
        "DC106",
        f"the character {named} may not be used",
        place,
        "visible text, blanks, tabs and line ends",
        "delete it",
    )


def too_large(path: str) -> Diagnostic:
    """The problem of a file over the limit."""
    limit = MOST_BYTES // 1_000_000
    return Diagnostic(
        "DC104",
        f"the file is larger than {limit} MB",
        Place(path),
        f"at most {limit} MB",
        "put long timelines into a log",
    )


def _utf8_fault(content: bytes, fault: UnicodeDecodeError) -> tuple[int, int]:
    """Line and column, from 1, of the first byte that is not UTF-8."""
    before = content[: fault.start].decode("utf-8").removeprefix(BOM)
    starts = line_starts(before)
    return line_and_column(starts, len(before))


def decode(path: str, content: bytes) -> tuple[str, list[Diagnostic]]:
    """The text of a file without its byte order mark, and what is wrong with it as text.

    With problems the text is still good for showing a line of it, but not for reading.
    """
    if content.startswith(_UTF16_MARKS):
        problem = "the file is encoded in UTF-16 or UTF-32"
        return "", [Diagnostic("DC105", problem, Place(path, line=1, column=1), "UTF-8", "save it as UTF-8")]
    try:
        text = content.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as fault:
        line, column = _utf8_fault(content, fault)
        byte = content[fault.start]
        place = Place(path, line=line, column=column)
        text = content.decode("utf-8", "replace").removeprefix(BOM)
        if b"\x00" in content:
            return text, [Diagnostic("DC105", "the file is binary: it holds NUL bytes", place, "text in UTF-8")]
        message = f"the byte 0x{byte:02X} is not UTF-8"
        return text, [Diagnostic("DC105", message, place, "text in UTF-8", "save the file as UTF-8")]
    return text, _forbidden_in(path, text)


def _forbidden_in(path: str, text: str) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    starts: list[int] = []
    pattern = _NUL if "\x00" in text else _FORBIDDEN
    for found in pattern.finditer(text):
        starts = starts or line_starts(text)
        line, column = line_and_column(starts, found.start())
        problems.append(forbidden_character(found.group(), Place(path, line=line, column=column)))
        if found.group() == "\x00" or len(problems) == MOST_PROBLEMS:
            break
    return problems
