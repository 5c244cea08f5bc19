"""From a result to its screen: which sections there are and in what order. The story comes first, the count last."""

from __future__ import annotations

from dealcli.output.dispute_sections import dispute_section
from dealcli.output.note_sections import agenda_section, closing_lines, expectation_section, note_section, words_section
from dealcli.output.position_sections import (
    breach_section,
    crowd_section,
    holding_sections,
    listing_section,
    undetermined_section,
)
from dealcli.output.screen import Screen, Section
from dealcli.output.story_sections import Told, change_sections, story_section
from dealcli.output.view import DocumentTree, View
from dealcli.output.words import MARK_WORDS, count, day


def screen(document: DocumentTree, view: View) -> Screen:
    """The screen of a result under a view."""
    told = Told(document, view)
    lists = view.all or bool(view.clause or view.stage)
    sections = [
        story_section(told),
        *change_sections(told),
        breach_section(told),
        *([] if lists else holding_sections(told)),
        None if lists else undetermined_section(told),
        dispute_section(told),
        crowd_section(told),
        listing_section(told) if lists else None,
        words_section(told),
        note_section(told),
        agenda_section(told),
        expectation_section(told),
    ]
    title = document["scenario"]["title"] or document["scenario"]["path"]
    closing = closing_lines(told)
    return Screen(
        title, _as_of(document), _remarks(told), _kept(sections), (*closing, MARK_WORDS) if lists else closing
    )


def _kept(sections: list[Section | None]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section is not None)


def _as_of(document: DocumentTree) -> str:
    known = document["known_as_of"]
    return f"as of {day(document['as_of'])}" + (f", as known on {day(known)}" if known else "")


def _remarks(told: Told) -> tuple[str, ...]:
    remarks = []
    number = told.document["scenario"]["hypothetical"]
    if number:
        remarks.append(f"HYPOTHETICAL: {count(number, 'event')} that no source reports (marked *)")
    if told.view.narrowed:
        remarks.append(f"Only: {told.view.words()}" + ("" if told.positions else ". No position is like that."))
    return tuple(remarks)
