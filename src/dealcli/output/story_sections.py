"""The first half of the screen: the dates that mattered, and what the hypothetical events changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from dealcli.output.screen import Row, Section
from dealcli.output.verdict_words import cells, columns, standing_mark
from dealcli.output.view import DocumentTree, Entry, View, chosen_positions
from dealcli.output.words import BROKEN, OVER, Names, count, day, mark, stage_words

MOST_EVENTS = 12
MOST_ROWS_OF_CLAUSE = 12
"""A clause with more positions than this is counted by stage and not listed, unless everything is asked for."""

Slot = tuple[str, str | None, str | None]


def slot(entry: Entry) -> Slot:
    """What tells one position from all others."""
    return (entry["clause"], entry["key"], entry["bearer"])


class Told:
    """A document as it is being told: what is shown of it, and what was worked out for that once."""

    def __init__(self, document: DocumentTree, view: View) -> None:
        self.document, self.view = document, view
        self.names = Names(document)
        self.positions = chosen_positions(document, view)
        self.stages = {agreement["name"]: agreement["stage"] for agreement in document["agreements"]}

    @cached_property
    def by_slot(self) -> dict[Slot, Entry]:
        """The positions that are shown."""
        return {slot(position): position for position in self.positions}

    @cached_property
    def changes(self) -> list[Entry]:
        """What the hypothetical events changed, as far as it is shown."""
        rows = self.document["changes"] or []
        if not self.view.narrowed:
            return list(rows)
        return [row for row in rows if slot(row) in self.by_slot or (row["after"] is None and self._admits_former(row))]

    def _admits_former(self, row: Entry) -> bool:
        return self.view.admits({**row, "counterparty": None, "stage": row["before"]})

    @cached_property
    def supposes(self) -> bool:
        """Whether the scenario has hypothetical events with which it can be compared."""
        return self.document["changes"] is not None

    @cached_property
    def touched(self) -> frozenset[str]:
        """The agreements of which a position changed."""
        return frozenset(row["clause"].rpartition(".")[0] for row in self.document["changes"] or ())

    @cached_property
    def crowded(self) -> frozenset[str]:
        """The clauses that have too many positions to list them."""
        if self.view.all:
            return frozenset()
        found = Counter(position["clause"] for position in self.positions)
        return frozenset(clause for clause, number in found.items() if number > MOST_ROWS_OF_CLAUSE)


# --- the dates that mattered -----------------------------------------------------------------------------------------


def story_section(told: Told) -> Section | None:
    """The dates that mattered: of a real timeline when its agreements began, of a supposed one what led to its end."""
    entries = told.document["story"]
    shown = list(entries) if told.view.all else _supposed(told) if told.supposes else _beginnings(entries)
    rows = _dated(shown)
    left = sum(entry["kind"] != "agreement" for entry in entries) - sum(entry["kind"] != "agreement" for entry in shown)
    logged = told.document["summary"]["events"] - sum(1 for entry in entries if entry["kind"] == "event")
    if left > 0 and not told.supposes:
        beside = count(left, "reported event or note", "reported events and notes")
        rows.append(Row("", ("", f"{beside} beside them; --all lists them")))
    if logged > 0:
        rows.append(Row("", ("", f"{count(logged, 'more event')} read and applied")))
    return Section("WHAT HAPPENED", (), tuple(rows), dates_first=True) if rows else None


def _dated(entries: Iterable[Entry]) -> list[Row]:
    rows: list[Row] = []
    last = None
    for entry in entries:
        date = day(entry["date"])
        rows.append(Row("*" if entry["hypothetical"] else "", ("" if date == last else date, _told_event(entry))))
        last = date
    return rows


def _told_event(entry: Entry) -> str:
    text = str(entry["text"])
    if entry["kind"] != "agreement":
        return text
    title, _, word = text.rpartition(": ")
    return f"{'takes effect' if word == 'in force' else word}: {title}"


def _beginnings(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry["kind"] == "agreement" and _begins(entry)]


def _begins(entry: Entry) -> bool:
    return str(entry["text"]).endswith(": in force")


def _supposed(told: Told) -> list[Entry]:
    """The hypothetical events, the events that moved what they changed, and the agreements about which it all is."""
    entries = told.document["story"]
    first = min((entry["date"] for entry in entries if entry["hypothetical"]), default="")
    causes = _moving_events(told)
    about = told.touched or _latest_before(entries, first)
    kept = [entry for entry in entries if entry["hypothetical"] or _matters(entry, causes, about, first)]
    if len(kept) <= MOST_EVENTS:
        return kept
    return [*kept[: MOST_EVENTS - 2], _gap(len(kept) - MOST_EVENTS + 1), kept[-1]]


def _moving_events(told: Told) -> set[tuple[str, str]]:
    """Date and name of the events that moved what the hypothetical ones changed."""
    found = [told.by_slot[slot(row)] for row in told.changes if slot(row) in told.by_slot]
    causes = [(because["date"], because["cause"]) for position in found for because in position["because"]]
    return {(date, cause["name"]) for date, cause in causes if cause["kind"] == "event"}


def _matters(entry: Entry, causes: set[tuple[str, str]], about: frozenset[str], first: str) -> bool:
    if entry["kind"] == "event":
        return (entry["date"], entry["name"]) in causes
    return entry["kind"] == "agreement" and entry["name"] in about and (_begins(entry) or entry["date"] > first)


def _gap(number: int) -> Entry:
    return {
        "date": None,
        "kind": "note",
        "text": f"... {count(number, 'more date')}; --all lists them",
        "hypothetical": False,
    }


def _latest_before(entries: list[Entry], first: str) -> frozenset[str]:
    begun = [entry for entry in entries if entry["kind"] == "agreement" and _begins(entry) and entry["date"] <= first]
    return frozenset(entry["name"] for entry in begun if entry["date"] == begun[-1]["date"])


# --- what the events changed -----------------------------------------------------------------------------------------


def change_sections(told: Told) -> list[Section]:
    """What the hypothetical events ended, and what else they changed."""
    if not told.supposes:
        return []
    ended = [row for row in told.changes if row["after"] in OVER and row["before"] not in (None, *OVER, *BROKEN)]
    other = [row for row in told.changes if row not in ended and not _told_as_breach(told, row)]
    sections = []
    if ended:
        sections.append(Section("ENDED BY THIS", columns(told.document, "since", "because"), tuple(_ended_rows(told, ended))))
    if other:
        sections.append(Section("CHANGED BY THIS", columns(told.document, "since", "now"), tuple(_change_rows(told, other))))
    if not told.document["changes"]:
        nothing = "No position stands differently from what it would without the hypothetical events."
        sections.append(Section("CHANGED BY THIS", (), (Row("", (nothing,)),)))
    return sections


def _told_as_breach(told: Told, row: Entry) -> bool:
    """Whether the list of breaches says it already."""
    position = told.by_slot.get(slot(row))
    return row["after"] == "breached" and position is not None and bool(position["breaches"])


def _ended_rows(told: Told, changes: list[Entry]) -> list[Row]:
    """One line for each position that is over; for each clause where there are many of it."""
    rows: list[Row] = []
    counted: set[str] = set()
    for row in changes:
        if row["clause"] not in told.crowded:
            word = "" if row["after"] == "ended" else f"{stage_words(row['after'])}: "
            position, reason = told.by_slot.get(slot(row)), f"{word}{_reason(told, row)}".removesuffix(": ")
            told_row = cells(told.document, position, told.names.whose(row), day(row["since"]), reason)
            rows.append(Row(standing_mark(position, row["after"]), told_row))
        elif row["clause"] not in counted:
            counted.add(row["clause"])
            number = sum(1 for other in changes if other["clause"] == row["clause"])
            rows.append(Row(mark(row["after"]), (f"{row['title']}: {count(number, 'position')}", "", "")))
    return rows


def _change_rows(told: Told, changes: list[Entry]) -> list[Row]:
    crowds = Counter((row["clause"], row["before"], row["after"]) for row in changes)
    rows: list[Row] = []
    for row in changes:
        kind = (row["clause"], row["before"], row["after"])
        number = crowds.pop(kind, 0)
        if row["clause"] in told.crowded:
            if number:
                rows.append(Row(mark(row["after"]), (f"{row['title']}: {count(number, 'position')}", "", _moved(row))))
            continue
        position = told.by_slot.get(slot(row))
        told_row = cells(told.document, position, told.names.whose(row), day(row["since"]), _moved(row))
        rows.append(Row(standing_mark(position, row["after"]), told_row))
        if reason := _reason(told, row):
            rows.append(Row("", (f"because: {reason}",), deeper=True))
    return rows


def _moved(row: Entry) -> str:
    """``before -> after``; where it was simply in force before, only what it is now."""
    after = "gone" if row["after"] is None else stage_words(row["after"])
    if row["before"] is None:
        return f"{after} (new)"
    return after if row["before"] == "in_force" else f"{after} (was {stage_words(row['before'])})"


def _reason(told: Told, row: Entry) -> str:
    position = told.by_slot.get(slot(row))
    found = [b for b in position["because"] if b["date"] == row["since"]] if position else []
    return told.names.reason(found[-1]) if found else ""
