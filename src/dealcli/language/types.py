"""Static types: what every expression yields, checked before anything runs."""

from __future__ import annotations

import re
from typing import Any

from dealcli.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name in the language.

    ``item`` is of a list, ``fields`` of a record, ``words`` of a closed set (of money: its currency), ``of`` the event
    type that an event is of.
    """

    name: str
    item: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    words: tuple[str, ...] = ()
    of: Any = None

    def __str__(self) -> str:
        if self.name == "list" and self.item:
            return f"list of {self.item}"
        if self.name == "record":
            return "{" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + "}"
        if self.name == "money" and self.words:
            return f"money {self.words[0]}"
        return self.name


NUMBER, MONEY, DURATION, DATE, INSTANT = (Type(n) for n in ("number", "money", "duration", "date", "instant"))
TEXT, BOOLEAN, PARTY, ID, PERIOD = (Type(n) for n in ("text", "boolean", "party", "id", "period"))
NONE, ANY, EVENT, TABLE = (Type(n) for n in ("none", "any", "event", "table"))
SIMPLE = {t.name: t for t in (NUMBER, MONEY, DURATION, DATE, INSTANT, TEXT, BOOLEAN, PARTY, ID)} | {
    "percentage": NUMBER, "datetime": INSTANT,
}  # fmt: skip
WORDLIKE = ("text", "id", "party", "word")


def money_of(currency: str) -> Type:
    """The type of amounts in one currency."""
    return Type("money", words=(currency,))


def parse_type(text: str) -> Type | None:
    """The type an attribute declares: ``number``, ``money USD``, ``list of {item: text, quantity: number}`` ...

    None where the text names no type.
    """
    text = text.strip()
    if text in SIMPLE:
        return SIMPLE[text]
    if match := re.fullmatch(r"money +([A-Z]{3})", text):
        return money_of(match[1])
    if text.startswith("list of "):
        item = None if text.startswith("list of list of ") else parse_type(text.removeprefix("list of "))
        return Type("list", item) if item else None
    if text.startswith("{") and text.endswith("}"):
        fields = []
        for part in text[1:-1].split(","):
            name, colon, kind = part.partition(":")
            parsed = parse_type(kind)
            if not colon or not parsed or not re.fullmatch(r"[a-z][a-z0-9_]*", name.strip()):
                return None
            fields.append((name.strip(), parsed))
        return Type("record", fields=tuple(fields))
    return None


def comparable_types(left: Type, right: Type) -> bool:
    """Whether two values of these types can be compared at all."""
    if "any" in (left.name, right.name) or "none" in (left.name, right.name):
        return True
    if {left.name, right.name} <= {"date", "instant"}:
        return True
    if left.name in WORDLIKE and right.name in WORDLIKE:
        return True
    if left.name == right.name == "money":
        return not (left.words and right.words) or left.words == right.words
    return left.name == right.name


def joined(left: Type, right: Type) -> Type | None:
    """The type of a choice between two values; None where they have nothing in common."""
    if left.name in ("none", "any"):
        return right
    if right.name in ("none", "any"):
        return left
    if left == right:
        return left
    if {left.name, right.name} <= {"date", "instant"}:
        return DATE
    if left.name in WORDLIKE and right.name in WORDLIKE:
        return TEXT
    return MONEY if left.name == right.name == "money" else None
