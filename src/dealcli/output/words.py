"""Words and marks for what a result says: stages, kinds, amounts, dates, parties, reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from dealcli.money import exact, show_number
from dealcli.output.view import DocumentTree, Entry, names

OVER = ("ended", "terminated", "superseded", "lapsed", "waived", "discharged", "expired")
DONE = ("fulfilled", "met", "exercised", "cured", "completed")
PAUSED = ("suspended", "displaced")
WAITING = ("pending", "ready")
BROKEN = ("breached", "failed")

MARKS: Mapping[str, str] = {
    **dict.fromkeys(OVER, "x"), **dict.fromkeys(DONE, "v"), **dict.fromkeys(PAUSED, "~"), **dict.fromkeys(WAITING, "."),
    **dict.fromkeys(BROKEN, "!"), "in_force": "+", "undetermined": "?",
}  # fmt: skip
"""A mark for each stage, so that a stage is seen without its colour."""

MARK_WORDS = "+ in force   ? not settled   ! breached or failed   x over   v done   ~ on hold   . not yet"

STYLE_OF_MARK = {
    "+": "holds",
    "?": "open",
    "!": "broken",
    "x": "over",
    "v": "done",
    "~": "paused",
    ".": "waiting",
    "*": "supposed",
}

KINDS = {
    "obligation": "duty",
    "prohibition": "prohibition",
    "permission": "permission",
    "right": "right",
    "power": "power",
    "condition": "condition",
    "recital": "statement",
}
STAGES = {"superseded": "replaced", "ready": "not yet in play", "pending": "not yet in force", "displaced": "set aside",
          "undetermined": "not known", "none": "never begun"}  # fmt: skip
SIDES = {"claim": "can demand", "no-claim": "cannot object to", "duty": "must honour", "liability": "is subject to"}
"""The other side of a position, in words: what the counterparty can or must do."""
PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def mark(stage: str | None) -> str:
    """The mark of a stage."""
    return MARKS.get(stage or "", " ")


def stage_words(stage: str | None) -> str:
    """A stage as a reader says it."""
    return STAGES.get(stage or "", (stage or "none").replace("_", " "))


def kind_word(kind: str) -> str:
    """A kind of clause as a reader says it."""
    return KINDS.get(kind, kind)


def day(moment: str | None) -> str:
    """The day of a date or of a date with a time; a time of its own is kept to the minute."""
    if not moment:
        return ""
    if moment[10:11] != "T":
        return moment
    clock = moment[11:16]
    return moment[:10] if clock == "00:00" else f"{moment[:10]} {clock}"


def value_words(value: Any) -> str:
    """A value of the document as a reader says it: an amount, a date, a word, what is known of an unknown one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if "unknown" in value:
            return f"at least {value_words(value['at_least'])}" if "at_least" in value else "not known"
        if set(value) == {"amount", "currency"}:
            return f"{grouped(value['amount'])} {value['currency']}"
        return ", ".join(f"{key}: {value_words(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(value_words, value))
    text = str(value)
    return grouped(text) if PLAIN_NUMBER.fullmatch(text) else text


def until_words(value: Any) -> str:
    """The end of a position; nothing where none is given, so that it is not taken for a promise that there is none."""
    if isinstance(value, Mapping) and "at_least" in value:
        return f"{day(str(value['at_least']))} or later"
    return day(value) if isinstance(value, str) else value_words(value)


def grouped(number: str) -> str:
    """A decimal number with commas between thousands; other text as it is."""
    if not PLAIN_NUMBER.fullmatch(number):
        return number
    sign, whole, rest = re.fullmatch(r"(-?)([0-9]+)(.*)", number).groups()  # type: ignore[union-attr]
    return f"{sign}{int(whole):,}{rest}"


def spoken(number: str) -> str:
    """A large round number as it is said, ``250 billion``; any other as ``grouped`` writes it."""
    for word, scale in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number.isdecimal() and int(number) >= scale and int(number) * 100 % scale == 0:
            return f"{grouped(show_number(exact(Fraction(int(number), scale))))} {word}"
    return grouped(number)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{grouped(str(number))} {one if number == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """Words in a row: ``a``, ``a and b``, ``a, b and c``."""
    words = list(parts)
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def titled(entry: Entry) -> str:
    """The title of a position or change, with its key where it has one that tells it from others."""
    period = entry.get("period")
    if period:
        month = period["start"][8:] == "01" and period["start"][:7] == period["end"][:7] and period["end"][8:] >= "28"
        return f"{entry['title']} ({period['start'][:7] if month else period['start'] + ' to ' + period['end']})"
    key = entry.get("key")
    return f"{entry['title']} ({key})" if key and not str(key).isdigit() else str(entry["title"])


class Names:
    """Titles of the parties, clauses, facts and agreements of one document."""

    def __init__(self, document: DocumentTree) -> None:
        self.parties = {party["name"]: party["title"] or party["name"] for party in document["parties"]}
        self.agreements = {
            agreement["name"]: agreement["title"] or agreement["name"] for agreement in document["agreements"]
        }
        self.clauses = {
            position["clause"]: position["title"] or position["clause"] for position in document["positions"]
        }
        self.facts = {
            fact["name"]: fact["title"] or fact["name"] for fact in (*document["facts"], *document["measures"])
        }

    def party(self, parties: str | None) -> str:
        """The title of a party, or of several."""
        return listed(self.parties.get(name, name) for name in names(parties)) or "no one named"

    def whose(self, entry: Entry) -> str:
        """The title of a position or change with its bearer, unless the title names it."""
        bearer = self.party(entry["bearer"])
        title = titled(entry)
        return title if not entry["bearer"] or bearer in title else f"{title} - {bearer}"

    def reason(self, because: Entry) -> str:
        """Why a position moved, as a few words."""
        cause = because["cause"]
        known = {"stage": self.clauses, "fact": self.facts, "agreement": self.agreements}.get(cause["kind"], {})
        if cause["name"] not in known:
            return str(because["text"])
        word = {"true": "now so", "false": "no longer so"}.get(cause["word"], stage_words(cause["word"]))
        return f"{known[cause['name']]}: {word}"

    def turns_on(self, position: Entry) -> str:
        """What an undetermined position turns on; a term goes by its name, by which it can be set."""
        return listed(self.facts.get(name, name) for name in position["turns_on"])
