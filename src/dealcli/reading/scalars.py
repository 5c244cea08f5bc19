"""Which character of a file each character of a YAML scalar comes from.

The parser gives the value of a scalar and its two ends. Here the rules of folding and escaping are walked once more,
for the one scalar that a problem is shown in, with the position of every character kept.
"""

from __future__ import annotations

import re

_BLANK_RUN = re.compile(r"[ \t\r\n]+")
_BREAK = re.compile(r"\r\n|\r|\n")
_HEADER = re.compile(r"[|>]([+-]?)([1-9]?)([+-]?)[ \t]*(?:#[^\r\n]*)?(\r\n|\r|\n|$)")
_ESCAPE_LENGTH = {"x": 4, "u": 6, "U": 10}
_ESCAPED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "\\": "\\", "/": "/", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip

Characters = list[tuple[str, int]]


def character_positions(text: str, start: int, end: int, style: str, value: object) -> list[int] | None:
    """For each character of the scalar's ``value`` its position in ``text``, and one more for the end.

    ``style`` is "", "'", '"', "|" or ">". None where the walk does not arrive at the value that the parser gave.
    """
    found = scalar_characters(text, start, end, style)
    if found is None or "".join(char for char, _ in found[0]) != (value or ""):
        return None
    characters, after = found
    return [*(position for _, position in characters), after]


def scalar_characters(text: str, start: int, end: int, style: str) -> tuple[Characters, int] | None:
    """The characters of a scalar with their positions, and the position after the last one."""
    if style in ("|", ">"):
        return _block(text, start, end, folded=style == ">")
    if style == "":
        return _flow(text, start, end, style), end
    return _flow(text, start + 1, end - 1, style), end - 1


def _flow(text: str, start: int, end: int, style: str) -> Characters:
    """Plain and quoted scalars: one line break is a blank, each further one a line end."""
    characters: Characters = []
    index = start
    while index < end:
        char = text[index]
        if char in " \t\r\n":
            run = _BLANK_RUN.match(text, index, end)
            assert run is not None
            characters.extend(_folded_blanks(run.group(), index))
            index = run.end()
        elif char == "'" and style == "'":
            characters.append(("'", index))
            index += 2
        elif char == "\\" and style == '"':
            index = _escape(text, index, end, characters)
        else:
            characters.append((char, index))
            index += 1
    return characters


def _folded_blanks(run: str, index: int) -> Characters:
    breaks = list(_BREAK.finditer(run))
    if not breaks:
        return [(char, index + offset) for offset, char in enumerate(run)]
    if len(breaks) == 1:
        return [(" ", index)]
    return [("\n", index + match.start()) for match in breaks[1:]]


def _escape(text: str, index: int, end: int, characters: Characters) -> int:
    """Add what an escape stands for and give the position after it."""
    code = text[index + 1]
    if code in "\r\n":
        run = _BLANK_RUN.match(text, index + 1, end)
        assert run is not None
        later = list(_BREAK.finditer(run.group()))[1:]
        characters.extend(("\n", index + 1 + match.start()) for match in later)
        return run.end()
    length = _ESCAPE_LENGTH.get(code)
    if length is None:
        characters.append((_ESCAPED[code], index))
        return index + 2
    characters.append((chr(int(text[index + 2 : index + length], 16)), index))
    return index + length


def _block(text: str, start: int, end: int, folded: bool) -> tuple[Characters, int] | None:
    header = _HEADER.match(text, start)
    if header is None:
        return None
    chomping = header.group(1) or header.group(3)
    lines = _lines(text, header.end(), end)
    indent = _indent(lines, header.group(2))
    if indent is None:
        return None
    characters: Characters = []
    waiting: Characters = []
    previous: tuple[str, int] | None = None
    for position, line, line_end in lines:
        content = line[indent:]
        if not content.strip(" ") and len(line) <= indent:
            waiting.append(("\n", line_end))
            continue
        if line[:indent].strip(" "):
            break
        if previous is not None:
            characters.extend(_between(previous, waiting, content, folded))
        else:
            characters.extend(waiting)
        characters.extend((char, position + indent + offset) for offset, char in enumerate(content))
        previous, waiting = (content, line_end), []
    after = characters[-1][1] + 1 if characters else header.end()
    if previous is not None and chomping != "-" and previous[1] < len(text):
        characters.append(("\n", previous[1]))
    if chomping == "+" or previous is None:
        characters.extend(waiting if chomping == "+" else [])
    return characters, after


def _between(previous: tuple[str, int], waiting: Characters, content: str, folded: bool) -> Characters:
    """What joins a line of a block scalar to the one before it."""
    before, line_end = previous
    if folded and before[:1] not in (" ", "\t") and content[:1] not in (" ", "\t"):
        return waiting or [(" ", line_end)]
    return [("\n", line_end), *waiting]


def _lines(text: str, start: int, end: int) -> list[tuple[int, str, int]]:
    """Lines as (position, text, position of the line end)."""
    lines: list[tuple[int, str, int]] = []
    while start < end:
        found = _BREAK.search(text, start)
        line_end = found.start() if found else len(text)
        lines.append((start, text[start:line_end], line_end))
        if found is None:
            break
        start = found.end()
    return lines


def _indent(lines: list[tuple[int, str, int]], written: str) -> int | None:
    """How many blanks belong to the file and not to the text; None where only the surroundings could tell."""
    for _, line, _ in lines:
        if line.strip(" "):
            return None if written else len(line) - len(line.lstrip(" "))
    return max((len(line) for _, line, _ in lines), default=0)
