"""The picture at the top of a report: what changed, the deal in a word, what it depends on, and what is still owed.

A few lanes on one line of days. Under a lane stand those that it has under other readings, with who reads it so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from dealcli.output.dispute_sections import outcome_words, standing_words
from dealcli.output.labels import Label, evenly, placed
from dealcli.output.lanes import Lane, Slot, Span, Stretch, day_of
from dealcli.output.view import DocumentTree, Entry
from dealcli.output.words import Names, count, day, mark, spoken, stage_words

WIDTH = 1000
"""Units of a picture from its first to its last day."""
WIDE, SLIM = 100, 46
"""How many characters stand beside each other above the lanes, on a desk and on a phone."""
LINES_OF_EVENTS = 3
LEAST_OF_A_WORD = 4
MOST = 8
"""So many lanes of one kind; the others are counted."""
OF_ONE_QUESTION = 2
UNKNOWN = "unknown"
TAKES_EFFECT = ": in force"
Tree = dict[str, Any]
NOTHING: Tree = {"title": "", "note": "", "href": "", "under": False, "bars": [], "words": [], "text": "", "mark": "", "outcome": "",
                 "before": ""}  # fmt: skip
"""A row of the picture before anything is drawn in it."""


class Alternative(NamedTuple):
    """The result under another answer to one disputed question, and what the views say then."""

    question: str
    title: str
    choice: str
    document: DocumentTree
    views: Sequence[Entry] = ()


class Told(NamedTuple):
    """All that a report is made from. ``explanations`` stand in the order of the positions of the document.

    ``views`` are the measures of words with the days from which each says what; ``meanings`` tell what the answers to a
    question mean, by its name and theirs.
    """

    document: DocumentTree
    explanations: Sequence[Entry]
    alternatives: Sequence[Alternative] = ()
    views: Sequence[Entry] = ()
    meanings: Mapping[str, Mapping[str, str]] = {}


class Picture:
    """The lanes of one report, ready to be drawn on a span of days."""

    def __init__(self, told: Told, found: Sequence[Lane], others: Sequence[Mapping[Slot, Lane]], span: Span,
                 ids: Mapping[Slot, str]) -> None:  # fmt: skip
        self.told, self.document, self.span, self.ids = told, told.document, span, ids
        self.names = Names(told.document)
        self.lanes = found
        self.others = others
        self.drawn: set[Slot] = set()

    def groups(self) -> list[Tree]:
        """The lanes under their headings; a heading without lanes is left out."""
        made = (
            ("What changed" if self.document["changes"] else "Breached", self._lanes_of(self._changed())),
            ("In a word", [row for view in self.told.views for row in self._view(view)]),
            ("Disputed", self._disputed()),
            (f"Still owed on {day(self.document['as_of'])}", self._owed()),
        )
        return [{"heading": heading, "rows": rows} for heading, rows in made if rows]

    # --- positions --------------------------------------------------------------------------------------------------

    def _changed(self) -> list[Lane]:
        """The lanes of what the supposed events changed, and of what was breached."""
        named = {(row["clause"], row["key"], row["bearer"]) for row in self.document["changes"] or ()}
        return [lane for lane in self.lanes if lane.slot[:3] in named or lane.position["breaches"]]

    def _lanes_of(self, found: Sequence[Lane]) -> list[Tree]:
        rows = [row for lane in found[:MOST] for row in self._lane(lane)]
        if len(found) > MOST:
            rows.append(_counted(f"and {len(found) - MOST} more"))
        return rows

    def _lane(self, lane: Lane) -> Iterator[Tree]:
        """A lane, and under it those of the readings that make another one of it."""
        self.drawn.add(lane.slot)
        position, under = lane.position, list(self._under(lane))
        number = next((n for n, other in enumerate(self.others) if self._differs(lane, other)), None)
        note = self._meaning(self.told.alternatives[number].question) if under and number is not None else ""
        yield self._row(self.names.whose(position), lane.stretches, position, note, self.ids[lane.slot])
        yield from under

    def _under(self, lane: Lane) -> Iterator[Tree]:
        for alternative, other in zip(self.told.alternatives, self.others, strict=True):
            if self._differs(lane, other):
                theirs = other.get(lane.slot)
                stretches = theirs.stretches if theirs is not None else ()
                position = theirs.position if theirs is not None else {"stage": "none", "since": None, "title": ""}
                yield self._row(self._meaning(alternative.question, alternative.choice), stretches, position, under=True)

    def _differs(self, lane: Lane, other: Mapping[Slot, Lane]) -> bool:
        theirs = other.get(lane.slot)
        return (theirs.stretches if theirs is not None else ()) != lane.stretches

    def _row(self, title: str, stretches: Iterable[Stretch], position: Entry, note: str = "", href: str = "", *,
             under: bool = False) -> Tree:  # fmt: skip
        bars = [(self.span.share(s.start, WIDTH), self.span.extent(s.start, s.end, WIDTH), s.stage) for s in stretches]
        text = "; ".join(f"{stage_words(s.stage)} from {s.start}" for s in stretches)
        outcome = outcome_words(position).replace("IN FORCE", stage_words("in_force"))
        return {**NOTHING, "title": title, "note": note, "href": href, "under": under, "bars": bars, "text": text or "not there",
                "mark": mark(position["stage"]), "outcome": outcome}  # fmt: skip

    # --- what it depends on -----------------------------------------------------------------------------------------

    def _meaning(self, question: str, choice: str | None = None) -> str:
        """What an answer to a question means, with the standing of those who give it; the default's where none is named."""
        dispute = next(one for one in self.document["disputes"] if one["question"] == question)
        name = choice or dispute["default"]
        answer = next(one for one in dispute["choices"] if one["name"] == name)
        means = self.told.meanings.get(question, {}).get(name) or f"{dispute['title']}: {name.replace('_', ' ')}"
        return f"{'or' if choice else 'as read here'}: {means} [{standing_words(self.document, answer)}]"

    def _disputed(self) -> list[Tree]:
        """For each question whose positions are not drawn yet: some of these, and how many more turn on it."""
        rows: list[Tree] = []
        for question in dict.fromkeys(one.question for one in self.told.alternatives):
            others = [o for one, o in zip(self.told.alternatives, self.others, strict=True) if one.question == question]
            moved = [lane for lane in self.lanes if lane.position["verdict"] == "contested" and any(self._differs(lane, o) for o in others)]
            left = [lane for lane in moved if lane.slot not in self.drawn]
            for lane in left[:OF_ONE_QUESTION]:
                rows.extend(self._lane(lane))
            if len(left) > OF_ONE_QUESTION:
                title = next(one.title for one in self.told.alternatives if one.question == question)
                rows.append(_counted(f"and {count(len(left) - OF_ONE_QUESTION, 'more position')} on the same question: {title}"))
        return rows

    # --- in a word --------------------------------------------------------------------------------------------------

    def _view(self, view: Entry) -> Iterator[Tree]:
        """What a measure of words says over the days, and under it what it says under other readings."""
        yield self._words(view["title"] or view["name"], view)
        for alternative in self.told.alternatives:
            theirs = next((one for one in alternative.views if one["name"] == view["name"]), view)
            if theirs["says"] != view["says"]:
                yield self._words(self._meaning(alternative.question, alternative.choice), theirs, under=True)

    def _words(self, title: str, view: Entry, *, under: bool = False) -> Tree:
        says = [(day_of(start), word) for start, word in view["says"]]
        ends = [start for start, _ in says[1:]] + [self.span.last + timedelta(days=1)]
        words = [(self.span.share(start, WIDTH), self.span.extent(start, end, WIDTH), _word(word), number % 2)
                 for number, ((start, word), end) in enumerate(zip(says, ends, strict=True))
                 if word is not None and end > self.span.first]  # fmt: skip
        start, last = says[-1]
        text = "; ".join(f"{_word(word)} from {start}" for start, word in says if word is not None)
        since = f" since {start}" if len(says) > 1 and last is not None else ""
        turned = not under and len(says) > 1 and says[-2][1] is not None and start > self.span.first
        return {**NOTHING, "title": title, "under": under, "words": words, "text": text, "outcome": f"{_word(last)}{since}",
                "before": f"before: {_word(says[-2][1])}" if turned else ""}  # fmt: skip

    # --- what is owed -----------------------------------------------------------------------------------------------

    def _owed(self) -> list[Tree]:
        """The debts that are in force or breached with something outstanding; those of which nobody knows are counted."""
        rows, unknown = [], 0
        for lane in self.lanes:
            position, amount = lane.position, lane.position["amount"]
            if amount is None or amount["due"] is None or amount["outstanding"] == "0":
                continue
            if position["stage"] in ("in_force", "breached") and amount["outstanding"] != UNKNOWN:
                rows.append(self._debt(lane))
            else:
                unknown += position["stage"] in ("in_force", "breached", "undetermined")
        shown = rows[:MOST]
        if len(rows) > MOST:
            shown.append(_counted(f"and {len(rows) - MOST} more"))
        if unknown:
            shown.append(_counted(f"and {count(unknown, 'amount')} of which it is not known whether or how much is owed"))
        return shown

    def _debt(self, lane: Lane) -> Tree:
        position, amount = lane.position, lane.position["amount"]
        limit = f"by {day(position['due'])}" if isinstance(position["due"], str) else "no last day given"
        paid = "no payment reported" if amount["paid"] == "0" else f"{_money(amount['paid'], amount)} paid"
        whom = self.names.party(position["counterparty"])
        row = self._row(self.names.whose(position), lane.stretches, position, f"to {whom}; {paid}; {limit}", self.ids[lane.slot])
        return {**row, "mark": "", "outcome": _money(amount["outstanding"], amount)}


def _money(number: str, amount: Entry) -> str:
    return f"{amount['currency']} {spoken(number)}" if amount["currency"] else spoken(number)


def _word(word: str | None) -> str:
    return "not known" if word == UNKNOWN else (word or "nothing").replace("_", " ")


def _counted(text: str) -> Tree:
    return {**NOTHING, "title": text, "under": True}


# --- above the lanes -------------------------------------------------------------------------------------------------


def labelled(story: Sequence[Entry], span: Span, ticks: Sequence[tuple[date, str]], views: Sequence[Entry] = ()) -> Tree:
    """What stands above the lanes: the days, and the events and new agreements for which there is room."""
    turns = Counter(start for view in views for start, _ in view["says"])
    wanted = sorted(_occasions(story, span, turns), key=lambda one: one[0])
    days = [(span.share(at, WIDTH), label) for at, label in ticks]
    entries = [(at, text) for _, at, text, _ in wanted]
    supposed = {(at, text) for _, at, text, is_supposed in wanted if is_supposed}
    events = {name: placed(entries, room, WIDTH, LINES_OF_EVENTS) for name, room in (("wide", WIDE), ("slim", SLIM))}
    texts: dict[int, list[str]] = {}
    for at, text in entries:
        texts.setdefault(at, []).append(text)
    return {"ticks": {"wide": evenly(days, WIDE, WIDTH), "slim": evenly(days, SLIM, WIDTH)}, "events": events,
            "marks": sorted({(label.at, (label.at, label.text) in supposed, "; ".join(texts[label.at])) for label in events["wide"]})}


def _occasions(story: Sequence[Entry], span: Span, turns: Mapping[str, int]) -> Iterator[tuple[tuple[int, int, int], int, str, bool]]:
    """What may be labelled, with its rank: what is supposed, then agreements by how many views turn on their day, then other events."""
    for number, entry in enumerate(story):
        if not span.first <= day_of(entry["date"]) <= span.last:
            continue
        at = span.share(day_of(entry["date"]), WIDTH)
        if is_beginning(entry):
            yield (1, -turns.get(entry["date"], 0), number), at, entry["text"].removesuffix(TAKES_EFFECT), False
        elif entry["kind"] == "event":
            yield (0 if entry["hypothetical"] else 2, 0, number), at, entry["text"], entry["hypothetical"]


def is_beginning(entry: Entry) -> bool:
    """Whether an entry of the story is the day on which an agreement takes effect."""
    return bool(entry["kind"] == "agreement" and entry["text"].endswith(TAKES_EFFECT))


def percent(at: int) -> str:
    """Units of a picture as a percentage of its width."""
    return f"{at // 10}.{at % 10}%"


def shortened(word: str, width: int) -> str:
    """As much of a word as fits into a part of the picture; nothing where that would be no word."""
    room = width * WIDE // WIDTH - 1
    return word if len(word) <= room else f"{word[: room - 1]}\u2026" if room > LEAST_OF_A_WORD else ""


__all__ = ["WIDTH", "Alternative", "Label", "Picture", "Told", "is_beginning", "labelled", "percent", "shortened"]
