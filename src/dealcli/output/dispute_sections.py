"""What the dispute turns on: for each disputed question its answers, who gives them, and what follows from each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealcli.output.screen import Row, Section
from dealcli.output.story_sections import Told, slot
from dealcli.output.view import DocumentTree, Entry
from dealcli.output.words import day, listed, mark, stage_words

STANDINGS = ("contract", "official", "filing", "court", "press", "leak", "inference")


def dispute_section(told: Told) -> Section | None:
    """Each question on which a contested position turns, its answers with their sources, and what they lead to."""
    shown = {slot(position) for position in told.positions}
    rows: list[Row] = []
    for number, dispute in enumerate(told.document["disputes"], 1):
        if any(slot(p) in shown for choice in dispute["choices"] for p in choice["positions"]):
            rows.append(Row("", (f"({number}) {dispute['question'].rpartition('.')[2]}: {dispute['title']}",), group=True))
            rows.extend(_answers(told, dispute, shown))
    return Section("WHAT THE DISPUTE TURNS ON", ("sources", "then"), tuple(rows)) if rows else None


def _answers(told: Told, dispute: Entry, shown: set[Any]) -> Iterator[Row]:
    for choice in dispute["choices"]:
        name = choice["name"].replace("_", " ") + (", default" if choice["name"] == dispute["default"] else "")
        sources = f"[{standing_words(told.document, choice)}]"
        positions = [p for p in choice["positions"] if slot(p) in shown]
        ends = {(p["stage"], p["since"]) for p in positions}
        if len(ends) == 1:
            yield Row("", (name, sources, outcome_words(positions[0])))
            continue
        yield Row("", (name, sources, ""))
        yield from (Row(mark(p["stage"]), (f"{_title(told, p)}: {outcome_words(p)}",), deeper=True) for p in positions)


def _title(told: Told, position: Entry) -> str:
    return told.names.whose(told.by_slot[slot(position)])


def outcome_words(position: Entry) -> str:
    """The stage of a position and since when it has it."""
    stage = stage_words(position["stage"])
    since = f" since {day(position['since'])}" if position["stage"] == "in_force" else f" {day(position['since'])}"
    return (f"{stage.upper() if position['stage'] == 'in_force' else stage}{since if position['since'] else ''}").strip()


def standing_words(document: DocumentTree, choice: Entry) -> str:
    """The standing of the sources behind an answer, best first, with how many there are of it."""
    known: Mapping[str, str] = {source["id"]: source["standing"] for source in document["sources"]}
    found = [known[source] for source in choice["sources"] if source in known]
    ranked = sorted(set(found), key=STANDINGS.index)
    words = [f"{word} x{found.count(word)}" if found.count(word) > 1 else word for word in ranked]
    return listed(words) if words else "no source"


__all__ = ["dispute_section", "outcome_words", "standing_words"]
