"""Names and words that are the same in every document: what may be a name, and how text is quoted in a message."""

from __future__ import annotations

import re

GRAMMAR_WORDS = frozenset(
    {
        "or", "and", "where", "not", "in", "is", "after", "of", "becomes", "true", "false", "none", "today", "if",
        "then", "else", "over",
    }
)  # fmt: skip
RESERVED_ATTRIBUTES = frozenset(
    {
        "date", "at", "event", "note", "reported", "sources", "exercise", "happened", "hypothetical", "valid",
        "reporting", "doer", "title",
    }
)  # fmt: skip

NAME_PATTERN = "[a-z][a-z0-9_]*"
NAME_RULE = "a lower-case letter, then letters, digits and _"

_NAME = re.compile(NAME_PATTERN)
_REFERENCE = re.compile(rf"{NAME_PATTERN}(\.{NAME_PATTERN})?")


def is_name(text: str) -> bool:
    """Whether ``text`` may be declared as a name."""
    return _NAME.fullmatch(text) is not None and text not in GRAMMAR_WORDS


def is_reference(text: str) -> bool:
    """Whether ``text`` is a name, or a name with its agreement before it (``agreement.name``)."""
    return _REFERENCE.fullmatch(text) is not None and not GRAMMAR_WORDS.intersection(text.split("."))


def name_like(text: str) -> str:
    """The nearest name to what was written (``Reply-Window`` gives ``reply_window``); empty if there is none."""
    lowered = re.sub(r"[^a-z0-9]+", "_", text[:100].lower()).strip("_")
    return lowered if is_name(lowered) else ""


def quoted(text: object) -> str:
    """Text as shown in a message: in quotes, on one line, cut where it is long."""
    line = " ".join(str(text).split())
    return f"'{line[:57]}...'" if len(line) > 60 else f"'{line}'"
