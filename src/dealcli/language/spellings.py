"""What is meant by values that are not written as the language writes them: ``900 EUR``, ``30d``, ``monthly``, ``1 May 2025``.

Only suggestions come from here; nothing is read in another way than it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dealcli.dates import DAY_LIKE, UNITS, day_meant

AROUND = 60
"""So many characters before and behind an error are looked at."""

_AMOUNT = r"(?P<amount>[0-9](?:[0-9_.,]*[0-9])?)"
_SCALE = r"(?P<scale>(?:\s+(?:thousand|million|billion|trillion))?)"
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_UNIT_NAMES = {
    **{unit: unit for unit in UNITS}, "d": "day", "h": "hour", "hr": "hour", "w": "week", "wk": "week", "mo": "month", "y": "year",
    "yr": "year", "working day": "business day", "banking day": "business day", "calendar day": "day",
}  # fmt: skip
_COUNTS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
_WORDS = {"a": "1", "an": "1", **{word: str(number) for number, word in enumerate(_COUNTS, 1)},
          "twenty": "20", "thirty": "30", "sixty": "60", "ninety": "90"}  # fmt: skip
_PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year",
            "annual": "year"}  # fmt: skip


def otherwise_written(text: str, position: int) -> str:
    """How the language writes the value that stands at a character of an expression; empty where that is not clear."""
    first = max(0, position - AROUND)
    for start, end, usual in _found(text[first : position + AROUND]):
        cut = first > 0 and start == 0
        if not cut and start <= position - first <= end and usual and usual != text[first + start : first + end]:
            return usual
    return ""


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern, usual in _SPELLINGS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), usual(match)


def _day(match: re.Match[str]) -> str:
    day = day_meant(match[0])
    return str(day) if day else ""


def _money(match: re.Match[str]) -> str:
    amount = _number(match["amount"])
    currency = _SIGNS.get(match["currency"], match["currency"])
    return f"{currency} {amount}{match['scale']}" if amount else ""


def _length(match: re.Match[str]) -> str:
    unit = " ".join(match["unit"].lower().split())
    name = _UNIT_NAMES.get(unit) or _UNIT_NAMES.get(unit.removesuffix("s"))
    count = _WORDS.get(match["count"].lower(), match["count"])
    return f"{count} {name}{'s' if count != '1' else ''}" if name else ""


def _number(text: str) -> str:
    """A number with ``_`` between its thousands; empty where a sign in it could be either."""
    for thousands, point in ((",", "."), (".", ",")):
        groups = re.fullmatch(rf"([0-9]{{1,3}}(?:\{thousands}[0-9]{{3}})+)(?:\{point}([0-9]+))?", text)
        if groups and (thousands == "," or groups[2]):
            return groups[1].replace(thousands, "_") + (f".{groups[2]}" if groups[2] else "")
    return text if re.fullmatch(r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?", text) else ""


_SPELLINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (DAY_LIKE, _day),
    (re.compile(rf"(?P<currency>[€$£]|\b[A-Z]{{3}}\b)\s*{_AMOUNT}{_SCALE}", re.ASCII), _money),
    (re.compile(rf"{_AMOUNT}{_SCALE}\s*(?P<currency>[€$£]|[A-Z]{{3}}\b)", re.ASCII), _money),
    (re.compile(rf"{_AMOUNT}\s*(?:percent|per\s+cent|pct)\b", re.ASCII | re.IGNORECASE), lambda match: f"{match['amount']}%"),
    (re.compile(rf"\b(?P<count>[0-9]+|{'|'.join(_WORDS)})\s*(?P<unit>(?:working\s+|banking\s+|business\s+|calendar\s+)?[a-z]+)\b",
                re.ASCII | re.IGNORECASE), _length),
    (re.compile(rf"\b(?:{'|'.join(_PERIODS)})\b", re.ASCII | re.IGNORECASE), lambda match: _PERIODS[match[0].lower()]),
    (re.compile(_AMOUNT, re.ASCII), lambda match: _number(match["amount"])),
)  # fmt: skip
"""What values look like elsewhere, and how each is written here."""
