"""Text to tokens: one regular expression, longest match first, with limits so that no text can be slow."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from typing import Any

from dealcli.dates import UNITS, Duration, parse_approximate, parse_date
from dealcli.language.tree import LanguageError
from dealcli.money import SCALES, Money, Number, exact, parse_number
from dealcli.slotted import dataclass

MOST_CHARACTERS = 4_000
MOST_DIGITS = 60

WORDS = frozenset(
    "or and where not in is after of becomes true false none today if then else over".split()
)  # fmt: skip

_NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?"
_SCALE = rf"(?:\s+(?:{'|'.join(SCALES)})\b)?"
_UNIT = r"(?:business\s+days?|(?:second|minute|hour|day|week|month|quarter|year)s?)\b"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<instant>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)
  | (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9]))
  | (?P<period>[0-9]{{4}}-(?:[0-9]{{2}}|Q[1-4])(?![0-9-]))
  | (?P<money>[A-Z]{{3}}\s+{_NUMBER}{_SCALE})
  | (?P<duration>{_NUMBER}\s+{_UNIT})
  | (?P<percent>{_NUMBER}\s*%)
  | (?P<number>{_NUMBER}{_SCALE})
  | (?P<text>'(?:[^']|'')*')
  | (?P<name>[a-z][a-z0-9_]*)
  | (?P<operator><=|>=|!=|(?!==)[-+*/^=<>().,\[\]])
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is a literal's type, ``name``, ``word`` (of the grammar), ``operator`` or ``end``."""

    kind: str
    text: str
    value: Any
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, an ``end`` token last. Raises ``LanguageError``."""
    if len(text) > MOST_CHARACTERS:
        raise LanguageError(
            f"an expression of {len(text):,} characters is over the limit of {MOST_CHARACTERS:,}", (0, 1)
        )
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(_token(kind, match[0], match.start(), match.end()))
        position = match.end()
    found.append(Token("end", "", None, len(text), len(text)))
    return found


def _token(kind: str, text: str, start: int, end: int) -> Token:
    if kind == "name" and text in WORDS:
        return Token("word", text, text, start, end)
    if kind in ("name", "operator"):
        return Token(kind, text, text, start, end)
    if kind == "text":
        return Token(kind, text, text[1:-1].replace("''", "'"), start, end)
    if sum(c.isdigit() for c in text) > MOST_DIGITS:
        raise LanguageError(f"a number of more than {MOST_DIGITS} digits", (start, end))
    try:
        return Token({"percent": "number"}.get(kind, kind), text, literal(kind, text), start, end)
    except ValueError as error:
        hint = str(error) if kind == "duration" else ""
        raise LanguageError(f"there is no such {kind}: {text}", (start, end), hint=hint) from None


def literal(kind: str, text: str) -> Any:
    """The value of a literal of one of the grammar's kinds. Raises ``ValueError`` for a day that does not exist."""
    words = text.split()
    if kind == "date":
        return parse_date(text)
    if kind == "instant":
        return datetime.fromisoformat(text)
    if kind == "period":
        parse_approximate(text)
        return text
    if kind == "percent":
        return exact(Fraction(parse_number(text[:-1].strip())) / 100)
    if kind == "number":
        return _scaled(words)
    if kind == "money":
        return Money(_scaled(words[1:]), words[0])
    return _length(parse_number(words[0]), " ".join(words[1:]).removesuffix("s"))


def _length(count: Number, unit: str) -> Duration:
    step, size = UNITS[unit]
    whole = exact(count * size)
    if not isinstance(whole, int):
        raise ValueError(f"a {step} is not divided" if step != "business" else "a business day is not divided")
    return Duration(((step, whole),))


def _scaled(words: list[str]) -> Number:
    number = parse_number(words[0])
    return exact(number * SCALES[words[1]]) if len(words) > 1 else number


def _unreadable(text: str, position: int) -> LanguageError:
    character = text[position]
    where = (position, position + 1)
    if character == "'":
        return LanguageError("a text that is never closed", where, hint="close it with another '")
    if character == '"':
        return LanguageError("text is written in single quotes", where, hint="write 'like this'")
    if character.isupper():
        word = re.match(r"\w+", text[position:])
        name = word[0] if word else character
        return LanguageError(f"'{name}' is no name and no amount", (position, position + len(name)),
                             hint="names are lower case; an amount is written USD 5 million")  # fmt: skip
    if text.startswith("==", position):
        return LanguageError("'==' is no operator", (position, position + 2), hint="write a single =")
    hints = {"!": "write != or not", "%": "a percentage is written 20%", "&": "write and", "|": "write or"}
    return LanguageError(f"the character {character!r} has no meaning here", where, hint=hints.get(character, ""))
