"""A report as one HTML file that needs nothing else: the answer in words, the timeline, and every position with its reasons.

Everything is taken from the result document, its explanations and the results under other readings; the script in the
page looks things up and computes nothing. Text of others goes through the template, which escapes it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from dealcli.output.explaining import explanation_screen
from dealcli.output.html_page import page, screen_parts, section_parts
from dealcli.output.lanes import Lane, Slot, Span, by_slot, day_of, differing, lanes, span_of, ticks
from dealcli.output.picture import WIDTH, Alternative, Picture, Told, is_beginning, labelled
from dealcli.output.screen import Screen, Section
from dealcli.output.telling import screen
from dealcli.output.view import DocumentTree, Entry, View
from dealcli.output.words import Names, day, kind_word, mark, stage_words, titled, value_words
from dealcli.slotted import replace

SAME_EVERYWHERE = "SETTLED: the same under every reading."
"""What the verdict beside the title says already."""
ITS_AGREEMENT, IN_FORCE = "its agreement", stage_words("in_force")
LEFT_OUT = ("HOW IT STANDS", "SOURCES", "IT RESTS ON")
"""Sections of an explanation that the report tells once for all, or not at all."""

Tree = dict[str, Any]


def report(told: Told) -> str:
    """The page."""
    return page("report.html", _context(told), "report.js")


# --- what the template is given --------------------------------------------------------------------------------------


def _context(told: Told) -> Tree:
    document = told.document
    others = [by_slot(lanes(one.document)) for one in told.alternatives]
    found = lanes(document, {slot for other in others for slot in other})
    span = span_of(found, day_of(document["as_of"]), _focus(document))
    shown = screen(document, View())
    names = Names(document)
    numbered = {id(position): f"p{number}" for number, position in enumerate(document["positions"], 1)}
    ids = {lane.slot: numbered[id(lane.position)] for lane in found}
    return {
        **screen_parts(shown), "span": span, "above": labelled(document["story"], span, ticks(span), told.views),
        "picture": Picture(told, found, others, span, ids).groups(), "events": list(_events(document, span)),
        "groups": list(_groups(found, names, span, ids, others, document)),
        "positions": [_position(position, f"p{number}", why, names) for number, (position, why) in
                      enumerate(zip(document["positions"], told.explanations, strict=True), 1)],
        "questions": _questions(told), "ledger": list(_ledger(document, names)),
        "agenda": [{**row, "title": titled(row)} for row in document["agenda"]], "parties": document["parties"],
        "kinds": list(dict.fromkeys(position["kind"] for position in document["positions"])),
        "stages": sorted({position["stage"] for position in document["positions"]}),
        "verdicts": sorted({position["verdict"] for position in document["positions"] if position["verdict"]}),
        "sources": document["sources"],
        "anchors": {source["id"]: f"s{number}" for number, source in enumerate(document["sources"], 1)},
        "assumptions": document["assumptions"], "inputs": document["inputs"],
        "kind_word": kind_word, "web": _is_web, "version": document["tool"]["version"],
        "data": _data(found, ids, others, told.alternatives, span),
    }  # fmt: skip


def _focus(document: DocumentTree) -> date | None:
    """The day from which a supposed story is told: the beginning of what it is about; all of a real one."""
    supposed = [entry["date"] for entry in document["story"] if entry["hypothetical"]]
    if not supposed or not document["changes"]:
        return None
    touched = {row["clause"].rpartition(".")[0] for row in document["changes"]}
    begun = [row["since"] for row in document["agreements"] if row["name"] in touched and row["since"]]
    return day_of(min([*begun, *supposed]))


def _is_web(address: str | None) -> bool:
    """Whether an address may stand as a link: nothing but a page of the web."""
    return bool(address) and str(address).startswith(("https://", "http://"))


# --- the timeline ----------------------------------------------------------------------------------------------------


def _events(document: DocumentTree, span: Span) -> Iterator[Tree]:
    for entry in document["story"]:
        if entry["kind"] == "event" and span.first <= day_of(entry["date"]) <= span.last:
            yield {"x": span.share(day_of(entry["date"]), WIDTH), "date": day(entry["date"]), "text": entry["text"],
                   "supposed": entry["hypothetical"]}  # fmt: skip


def _groups(found: Sequence[Lane], names: Names, span: Span, ids: Mapping[Slot, str], others: Sequence[Mapping[Slot, Lane]],
            document: DocumentTree) -> Iterator[Tree]:  # fmt: skip
    """The lanes of each party under each agreement, the newest agreement first."""
    titles = {row["name"]: row["title"] for row in document["agreements"]}
    begun = {entry["name"]: entry["date"] for entry in reversed(document["story"]) if is_beginning(entry)}
    by_party: dict[str, list[Lane]] = {}
    for lane in found:
        by_party.setdefault(lane.position["bearer"] or "", []).append(lane)
    for party in sorted(by_party, key=lambda name: (-len(by_party[name]), name)):
        own = sorted(by_party[party], key=lambda lane: (begun.get(_owner(lane), ""), _owner(lane)), reverse=True)
        for owner, lanes_of_one in itertools.groupby(own, _owner):
            rows = [_lane_row(lane, span, ids, others) for lane in lanes_of_one]
            yield {"party": party, "title": names.party(party), "agreement": titles[owner] or owner, "rows": rows}


def _owner(lane: Lane) -> str:
    return str(lane.position["clause"]).rpartition(".")[0]


def _lane_row(lane: Lane, span: Span, ids: Mapping[Slot, str], others: Sequence[Mapping[Slot, Lane]]) -> Tree:
    position = lane.position
    contested = differing(lane, [other.get(lane.slot) for other in others], span.last) if position["verdict"] == "contested" else []
    return {
        "id": ids[lane.slot], "title": titled(position), "kind": position["kind"],
        "stage": position["stage"], "verdict": position["verdict"], "clause": position["clause"],
        "text": "; ".join(f"{stage_words(s.stage)} from {s.start}" for s in lane.stretches),
        "bars": [(span.share(s.start, WIDTH), span.extent(s.start, s.end, WIDTH), s.stage) for s in lane.stretches],
        "contested": [(span.share(start, WIDTH), span.extent(start, end, WIDTH)) for start, end in contested],
        "breaches": [span.share(day_of(breach["date"]), WIDTH) for breach in position["breaches"]],
        "limit": span.share(day_of(position["due"]), WIDTH) if isinstance(position["due"], str) and day_of(position["due"]) <= span.last
                 else None,
    }  # fmt: skip


def _data(found: Iterable[Lane], ids: Mapping[Slot, str], others: Sequence[Mapping[Slot, Lane]], alternatives: Sequence[Alternative],
          span: Span) -> str:  # fmt: skip
    """What the script looks up: the stages of every lane by day, and those of the lanes that another reading changes."""
    own = {ids[lane.slot]: _moves(lane) for lane in found}
    other = []
    theirs_moved: list[list[tuple[str, str]]] = []
    for alternative, theirs in zip(alternatives, others, strict=True):
        changed = {ids[slot]: _moves(lane) for slot, lane in theirs.items() if slot in ids and _moves(lane) != own[ids[slot]]}
        theirs_moved.extend(changed.values())
        other.append({"q": alternative.question, "c": alternative.choice, "lanes": changed})
    stages = sorted({stage for moves in (*own.values(), *theirs_moved) for _, stage in moves})
    data = {"first": str(span.first), "last": str(span.last), "width": WIDTH, "lanes": own, "other": other,
            "words": {stage: [mark(stage), stage_words(stage)] for stage in (*stages, "none")}}  # fmt: skip
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _moves(lane: Lane) -> list[tuple[str, str]]:
    return [(str(stretch.start), stretch.stage) for stretch in lane.stretches]


# --- positions, ledger, readings -------------------------------------------------------------------------------------


def _position(position: Entry, identity: str, found: Entry, names: Names) -> Tree:
    told: Screen = explanation_screen(found)
    sections = [section_parts(s) for s in _untold(told.sections, position)]
    return {
        "id": identity, "title": titled(position), "clause": position["clause"], "stage": position["stage"],
        "since": day(position["since"]), "verdict": position["verdict"], "whose": names.party(position["bearer"]),
        "lead": told.remarks[1:], "stands": [row.cells[0] for row in told.sections[0].rows if row.cells[0] != SAME_EVERYWHERE],
        "sections": sections, "sources": position["sources"], "against": position["against"],
    }  # fmt: skip


def _untold(sections: Iterable[Section], position: Entry) -> Iterator[Section]:
    """The sections of an explanation without what the report tells elsewhere.

    The story of a position tells by what it was replaced and when its agreement took effect, so that its reasons need not.
    """
    for section in sections:
        reasons = section.heading.startswith("WHY")
        rows = tuple(row for row in section.rows if not (reasons and row.cells[0].startswith(ITS_AGREEMENT) and IN_FORCE in row.cells))
        if rows and not section.heading.startswith(LEFT_OUT) and not (reasons and position["stage"] == "superseded"):
            yield replace(section, rows=rows)


def _questions(told: Told) -> list[Tree]:
    """The disputed questions as switches: the default answer and the others, each with what it means."""
    defaults = {reading["name"]: reading["chosen"] for reading in told.document["readings"]}
    found: dict[str, Tree] = {}
    for number, one in enumerate(told.alternatives):
        means, default = told.meanings.get(one.question, {}), defaults[one.question]
        row = found.setdefault(one.question, {"title": one.title or one.question, "default": _answer(default, means), "choices": []})
        row["choices"].append({"number": number, "means": _answer(one.choice, means)})
    return list(found.values())


def _answer(name: str, means: Mapping[str, str]) -> str:
    return means.get(name) or name.replace("_", " ")


def _ledger(document: DocumentTree, names: Names) -> Iterator[Tree]:
    """What is due, paid and outstanding, for everything that bears an amount."""
    for position in document["positions"]:
        amount = position["amount"]
        if amount is not None and amount["due"] is not None:
            told = {part: value_words(amount[part]) for part in ("due", "paid", "outstanding")}
            limit = day(position["due"]) if isinstance(position["due"], str) else ""
            yield {"title": titled(position), "whose": names.party(position["bearer"]), "stage": position["stage"],
                   "limit": limit, "currency": amount["currency"], **told}  # fmt: skip


__all__ = ["report"]
