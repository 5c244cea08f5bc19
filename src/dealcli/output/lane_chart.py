"""Lanes drawn with letters and words for a terminal, told as a list for a screen reader, or as SVG for a document."""

from __future__ import annotations

from collections.abc import Iterator

from dealcli.output.labels import evenly
from dealcli.output.lanes import Lane, Span, day_of, lanes, span_of, ticks
from dealcli.output.text import cells, safe, xml_text
from dealcli.output.view import DocumentTree, View
from dealcli.output.words import MARKS, OVER, Names, stage_words, titled

SIGNS = {**{stage: sign for stage, sign in MARKS.items() if stage not in OVER}, "in_force": "="}
"""A letter for each day of a stage; what is over leaves an x on its first day and nothing after it."""
LEGEND = "= in force   ? not known   ! breached   ~ on hold   v done   x over   ^ an event   | as of"
TITLES, NARROWEST = 40, 20
LANE, WIDTH, LEFT = 22, 1000, 330
COLOURS = {"in_force": "#0072b2", "undetermined": "#e0a100", "breached": "#c8390b", "failed": "#c8390b", "suspended": "#a05a8c",
           "displaced": "#a05a8c", "fulfilled": "#7fbcae", "met": "#7fbcae", "cured": "#7fbcae", "exercised": "#7fbcae"}  # fmt: skip


def chosen_lanes(document: DocumentTree, view: View) -> list[Lane]:
    """The lanes of the positions that a view shows."""
    return [lane for lane in lanes(document) if view.admits(lane.position)]


def _whose(lane: Lane, names: Names) -> str:
    return names.whose(lane.position)


# --- in a terminal ---------------------------------------------------------------------------------------------------


def drawn(document: DocumentTree, view: View) -> Iterator[str]:
    """Lanes as lines of letters that fit the view's width, and what the letters mean."""
    found, names = chosen_lanes(document, view), Names(document)
    span = span_of(found, day_of(document["as_of"]))
    if not found:
        yield f"{safe(document['scenario']['title'])}: nothing was in play by {span.last}.\n"
        return
    titles = [safe(_whose(lane, names)) for lane in found]
    left = min(max(map(cells, titles), default=0), TITLES, view.width // 2)
    words = [stage_words(lane.position["stage"]) for lane in found]
    room = max(view.width - left - max(map(cells, words)) - 4, NARROWEST)
    yield f"{safe(document['scenario']['title'])}  (as of {span.last})\n\n"
    yield f"{' ' * left}  {_axis(span, room)}\n{' ' * left}  {_events(document, span, room)}\n"
    for title, lane, word in zip(titles, found, words, strict=True):
        yield f"{_fitted(title, left)}  {_letters(lane, span, room)} {word}\n"
    yield f"\n{LEGEND}\n"


def _fitted(title: str, room: int) -> str:
    if cells(title) > room:
        kept = title
        while cells(kept) > room - 3:
            kept = kept[:-1]
        title = f"{kept}..."
    return title + " " * (room - cells(title))


def _letters(lane: Lane, span: Span, room: int) -> str:
    """The stretches of a lane as letters, each with its word where there is room, up to the mark of the as-of date."""
    line = [" "] * room
    for stretch in lane.stretches:
        start, end = span.share(stretch.start, room - 1), span.share(min(stretch.end, span.last), room - 1)
        word = f" {stage_words(stretch.stage)} "
        letters = "x".ljust(end + 1 - start) if stretch.stage in OVER else SIGNS.get(stretch.stage, "?") * (end + 1 - start)
        if len(word) + 1 < len(letters):
            letters = f"{letters[0]}{word}{letters[len(word) + 1 :]}"
        line[start : end + 1] = letters
    return "".join(line) + "|"


def _axis(span: Span, room: int) -> str:
    """The beginnings of years or months, as many as there is room for, and the mark of the as-of date."""
    line = [" "] * room
    for label in evenly([(span.share(at, room), f"|{text}") for at, text in ticks(span)], room, room):
        start = label.at - len(label.text) if label.before else label.at
        line[start : start + len(label.text)] = label.text
    return "".join(line) + "|"


def _events(document: DocumentTree, span: Span, room: int) -> str:
    line = [" "] * room
    for entry in document["story"]:
        if entry["kind"] == "event" and span.first <= day_of(entry["date"]) <= span.last:
            line[span.share(day_of(entry["date"]), room - 1)] = "^"
    return "".join(line).rstrip()


# --- as a list -------------------------------------------------------------------------------------------------------


def listed_lanes(document: DocumentTree, view: View) -> Iterator[str]:
    """Each position with its stages and their days, in words."""
    names = Names(document)
    yield f"{safe(document['scenario']['title'])}  (as of {day_of(document['as_of'])})\n"
    for lane in chosen_lanes(document, view):
        told = "; ".join(f"{stage_words(s.stage)} from {s.start}" for s in lane.stretches)
        yield f"{safe(_whose(lane, names))}: {told}\n"


# --- as SVG ----------------------------------------------------------------------------------------------------------


def svg(document: DocumentTree, view: View) -> Iterator[str]:
    """The lanes as one picture: titles on the left, years or months above, each stretch with its words."""
    found, names = chosen_lanes(document, view), Names(document)
    span = span_of(found, day_of(document["as_of"]))
    height = 40 + len(found) * LANE + 10
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" font-family="sans-serif" font-size="12">\n'
    yield f"<title>{xml_text(document['scenario']['title'])} (as of {span.last})</title>\n"
    for day, label in ticks(span):
        x = LEFT + span.share(day, WIDTH)
        yield f'<path d="M{x} 24V{height}" stroke="#ccc"/><text x="{x + 3}" y="32" fill="#555">{label}</text>\n'
    for number, lane in enumerate(found):
        yield from _svg_lane(lane, span, 40 + number * LANE, names)
    yield "</svg>\n"


def _svg_lane(lane: Lane, span: Span, y: int, names: Names) -> Iterator[str]:
    title = _whose(lane, names)
    shown = title if len(title) <= TITLES + 8 else f"{title[: TITLES + 5]}..."
    yield f'<text x="4" y="{y + 14}"><title>{xml_text(lane.position["clause"])}</title>{xml_text(shown)}</text>\n'
    for stretch in lane.stretches:
        start, end = (LEFT + span.share(min(day, span.last), WIDTH) for day in (stretch.start, stretch.end))
        words = f"{titled(lane.position)}: {stage_words(stretch.stage)} from {stretch.start}"
        yield (f'<rect x="{start}" y="{y + 4}" width="{max(end - start, 3)}" height="12" fill="{COLOURS.get(stretch.stage, "#ddd")}">'
               f"<title>{xml_text(words)}</title></rect>\n")  # fmt: skip


__all__ = ["chosen_lanes", "drawn", "listed_lanes", "svg"]
