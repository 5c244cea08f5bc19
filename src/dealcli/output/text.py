"""The one way by which text of others (titles, notes, keys, file names, excerpts) gets into an output.

A contract file, an event log or a path may hold control characters that a terminal obeys, or characters that turn the
direction of the line round. None of them leaves this module as it is. Each format that has its own special characters
has its own function here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

JOINERS = "\u200c\u200d"
"""Marks inside words of several scripts, without which these are misspelled. They cannot move anything."""

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
FORMULA_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|~#])")
UNSAFE_IN_JSON = re.compile(
    r"(?<=#)#(?=\[|vso\[)|"
    "[\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
BUILD_COMMAND = re.compile(r"(?<!\S):(?=:)|(?<=#)#(?=\[|vso\[)")
"""What makes a command of a line in the log of a build: two colons at its start, or two of these signs anywhere before a bracket."""
PLAIN_ADDRESS = re.compile(r"""[Hh][Tt][Tt][Pp][Ss]?://[^\s<>"'`|\\\[\]]+""")
RULED_LINE = re.compile(r"^( *)([-+=]|[0-9]+[.)])")


def safe(text: object) -> str:
    """Text as one line that neither a terminal nor a build server obeys.

    Line ends and tabs become a space; other controls, and the sign that would make a command of it, become their code.
    """
    raw = str(text)
    line = raw if raw.isprintable() else "".join(map(_shown, raw))
    return BUILD_COMMAND.sub(lambda found: code_of(found[0]), line) if "::" in line or "##" in line else line


def _shown(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    category = unicodedata.category(character)
    if character in "\t\n\r\v\f\x85" or category in ("Zl", "Zp", "Zs"):
        return " "
    return code_of(character)


def code_of(character: str) -> str:
    """A character as its code in hexadecimal digits: two after an x, four after a u, eight after a U."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def json_text(text: str) -> str:
    """JSON text in which controls, turned directions, lone surrogates and commands to build servers are escaped.

    The values stay the same.
    """
    return UNSAFE_IN_JSON.sub(lambda found: _json_code(found[0]), text)


def _json_code(character: str) -> str:
    number = ord(character)
    if number < 0x10000:
        return f"\\u{number:04x}"
    high, low = divmod(number - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def csv_text(value: object) -> str:
    """A cell of a CSV file: one line, and never a formula.

    Text that begins like a formula gets an apostrophe; a number stays a number.
    """
    raw = str(value)
    text = safe(raw)
    if NUMBER.fullmatch(text):
        return text
    begins_a_formula = raw[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in tuple(FORMULA_SIGNS)
    return f"'{text}" if begins_a_formula else text


def csv_line(row: Iterable[object]) -> str:
    """A row of a CSV file with its line end (RFC 4180); None is an empty cell."""
    import csv
    import io

    written = io.StringIO()
    csv.writer(written).writerow(["" if cell is None else csv_text(cell) for cell in row])
    return written.getvalue()


def markdown(value: object) -> str:
    """Text inside Markdown that means nothing but itself: no markup, no HTML, no table cell, no mention of a user."""
    text = safe(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = MARKDOWN_SIGNS.sub(r"\\\1", text).replace("@", "@<!-- -->").replace("://", ":<!-- -->//")
    return RULED_LINE.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", text)


def markdown_code(value: object) -> str:
    """A name in Markdown, set as code."""
    text = safe(value).replace("`", "'").replace("|", "\\|")
    return f"`{text}`" if text.strip() else markdown(text)


def markdown_link(value: object) -> str:
    """An address in Markdown as a link to itself; one with signs that could end the link stays text."""
    text = safe(value)
    return f"<{text}>" if PLAIN_ADDRESS.fullmatch(text) else markdown(text)


def xml_text(value: object) -> str:
    """Text inside XML that means nothing but itself."""
    return safe(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def ics_text(value: object) -> str:
    """Text inside an iCalendar property: one line, without the signs that end or part a value."""
    return safe(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def cells(text: str) -> int:
    """How many columns a text takes on a terminal: wide characters take two, marks on the letter before them none."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def _cells_of(character: str) -> int:
    if unicodedata.combining(character) or character in JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
