"""TOML files: the standard library reads them, and the places of keys and values are found again in their text."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.reading.sources import SourceFile
from dealcli.reading.text import decode, line_and_column, line_starts

NO_TOML = "DC124"
MOST_CHARACTERS = 5_000_000
"""So many characters are read again to find a place; then the beginning of the file stands for it."""
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_VALUE = re.compile(r"\s*=\s*([^#\n]*[^#\s])")


def read_toml(shown: str, content: bytes, sources: dict[str, SourceFile]) -> dict[str, Any]:
    """What the bytes of a TOML file say. Its text is put into ``sources`` under its shown path. Raises ``Refused``."""
    text, problems = decode(shown, content)
    sources[shown] = SourceFile(shown, text)
    if problems:
        raise Refused(*problems)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = _WHERE.search(message)
        line, column = (int(where[1]), int(where[2])) if where and where[1] else line_and_column(line_starts(text), len(text))
        said = message[: where.start()] if where else message
        place = Place(shown, line=line, column=column)
        raise Refused(Diagnostic(NO_TOML, f"this cannot be read as TOML: {said[:1].lower()}{said[1:]}", place)) from None
    except RecursionError:
        raise Refused(Diagnostic(NO_TOML, "this cannot be read as TOML: it is nested too deep", Place(shown, line=1, column=1))) from None


def place_in(source: SourceFile, route: tuple[str, ...], value: str | None = None) -> Place:
    """Where the key at the end of a route stands, or in its value the text ``value``; an empty one is the whole value."""
    start = _key_start(source.text, route)
    if start is None:
        return Place(source.path, line=1, column=1)
    length = len(route[-1])
    written = _VALUE.match(source.text, start + length + (source.text[start - 1 : start] in ("'", '"')))
    if value is not None and written:
        inner = source.text.find(value, written.start(1)) if value else -1
        start, length = (inner, len(value)) if inner >= 0 else (written.start(1), len(written[1]))
    line, column = line_and_column(source.starts, start)
    return Place(source.path, line=line, column=column, length=length)


def _key_start(text: str, route: tuple[str, ...]) -> int | None:
    """Where a key is written: the first place that looks like it and up to whose line the text gives that route."""
    looks_like_it = re.compile(rf"(?<![\w-]){re.escape(route[-1])}(?=[\"']?\s*[=.\]])")
    lines = text.splitlines(keepends=True)
    left = MOST_CHARACTERS
    for found in looks_like_it.finditer(text):
        first = text.count("\n", 0, found.start())
        for last in range(first + 1, len(lines) + 1):
            beginning = "".join(lines[:last])
            left -= len(beginning)
            if left < 0:
                return None
            tree = _tree(beginning)
            if tree is not None:
                if _has(tree, route):
                    return found.start()
                break
    return None


def _tree(text: str) -> dict[str, Any] | None:
    """What a text says; None where it ends in the middle of a value."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _has(tree: Any, route: tuple[str, ...]) -> bool:
    for step in route:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True
