"""Many lines of NDJSON decoded at once, where it is plain that each is one flat object without a key given twice.

What is not plain is left to ``log_rows``, which reads line by line and tells what is wrong.
"""

from __future__ import annotations

import json
from typing import Any

MOST_WHOLE = 10**15
"""A greater number is read slowly: there it is known how many digits are too many."""


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_DECODE = json.JSONDecoder(parse_float=str, parse_constant=_no_constant).decode
_ORDINARY = bytes(set(range(0x20, 0x7F)) - set(b"\\["))
"""The visible letters of ASCII but those of escapes and lists."""
_NOT_PLAIN = (" :", ":-0", ": -0")
"""A blank before a colon, and a zero with a sign: a text that holds one is read slowly."""


def decoded_at_once(raw: bytes) -> list[dict[str, Any]] | None:
    """The objects of some lines, fractions as they are written; None where each line has to be looked at by itself.

    A line that is plain begins and ends with a brace. Where no list is about and no text runs over the end of a line, which
    JSON forbids, such lines can only be joined by commas into as many objects as there are lines. Each key is followed at
    once by a colon: as many of these as there are keys in all objects, and no key was given twice.
    """
    lines = raw.count(b"\n") + 1
    if raw[:1] != b"{" or raw[-1:] != b"}" or raw.count(b"}\n{") != lines - 1:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not _is_ordinary(raw, text, lines) or any(sign in text for sign in _NOT_PLAIN):
        return None
    try:
        rows: list[dict[str, Any]] = _DECODE(f"[{text.replace(chr(10), ',' + chr(10))}]")
    except (ValueError, RecursionError):
        return None
    return rows if len(rows) == lines and sum(map(len, rows)) == text.count('":') else None


def _is_ordinary(raw: bytes, text: str, lines: int) -> bool:
    """Whether nothing but visible letters stands in the lines, and no escape and no list."""
    if len(raw.translate(None, _ORDINARY)) == lines - 1:
        return True
    return "\\" not in text and "[" not in text and text.replace("\n", "").isprintable()


def as_text(row: dict[str, Any]) -> dict[str, Any]:
    """An object that was decoded at once as it is read line by line: every value is text, and what is null is absent."""
    return {name: value if type(value) is str else ("true" if value else "false") if type(value) is bool else
            str(value) if type(value) is int else value for name, value in row.items() if value is not None}  # fmt: skip
