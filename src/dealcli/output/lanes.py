"""Histories as lanes: for each position the stretches of time in which it had one stage. The timeline pictures are drawn from these."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dealcli.output.view import DocumentTree, Entry

UNDRAWN = ("pending", "ready", "none")
"""Stages in which nothing is there yet to be drawn."""

Slot = tuple[str, str | None, str | None, int]


class Stretch(NamedTuple):
    """One stage from a day on, up to (and without) another day."""

    start: date
    end: date
    stage: str


class Lane(NamedTuple):
    """The history of one position. ``slot`` tells it from all others."""

    slot: Slot
    position: Entry
    stretches: tuple[Stretch, ...]

    def stage_on(self, day: date) -> str:
        """The stage at the end of a day; none before the first stretch."""
        return next((s.stage for s in reversed(self.stretches) if s.start <= day), "none")


class Span(NamedTuple):
    """The days that a picture shows, first and last included."""

    first: date
    last: date

    def share(self, day: date, width: int) -> int:
        """Where a day stands in a picture of some width."""
        days = max((self.last - self.first).days, 1)
        return min(max((day - self.first).days, 0), days) * width // days

    def extent(self, start: date, end: date, width: int, least: int = 3) -> int:
        """How far a stretch reaches in a picture of some width, up to its last day; never less than can be seen."""
        return max(self.share(min(end, self.last), width) - self.share(start, width), least)


def lanes(document: DocumentTree, also: Container[Slot] = ()) -> list[Lane]:
    """The lanes of a result, in the order of its positions; what was never in play has none, unless it is among ``also``."""
    end = day_of(document["as_of"]) + timedelta(days=1) if day_of(document["as_of"]) < date.max else date.max
    seen: dict[tuple[str, str | None, str | None], int] = {}
    found = []
    for position in document["positions"]:
        named = (position["clause"], position["key"], position["bearer"])
        seen[named] = seen.get(named, -1) + 1
        stretches = tuple(_stretches(position["because"], end))
        slot = (*named, seen[named])
        if stretches or slot in also:
            found.append(Lane(slot, position, stretches))
    return found


def _stretches(because: Sequence[Entry], end: date) -> Iterable[Stretch]:
    moves = [(day_of(entry["date"]), entry["to"]) for entry in because]
    for number, (start, stage) in enumerate(moves):
        after = moves[number + 1][0] if number + 1 < len(moves) else end
        if after > start and stage not in UNDRAWN:
            yield Stretch(start, after, stage)


def differing(lane: Lane, others: Iterable[Lane | None], last: date) -> list[tuple[date, date]]:
    """The stretches in which other histories of the same position have another stage. None: it is not there at all."""
    cuts = sorted({day for one in (lane, *others) if one is not None for s in one.stretches for day in (s.start, s.end)})
    found: list[tuple[date, date]] = []
    for start, end in itertools.pairwise(cuts):
        if start > last or all((one.stage_on(start) if one is not None else "none") == lane.stage_on(start) for one in others):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def span_of(found: Iterable[Lane], as_of: date, start: date | None = None) -> Span:
    """From a day, else from the first on which anything was there, to the as-of date: whole years or months."""
    first = min([start] if start is not None else [as_of, *(stretch.start for lane in found for stretch in lane.stretches)])
    first = min(first, as_of)
    return Span(date(first.year, 1, 1) if (as_of - first).days > 400 else first.replace(day=1), as_of)


def ticks(span: Span) -> list[tuple[date, str]]:
    """Beginnings of years, or of months where the span is short, that a picture is divided by; at most sixteen."""
    if (span.last - span.first).days > 400:
        years = range(span.first.year, span.last.year + 1)
        step = max(1, len(years) // 16 + (len(years) > 16))
        return [(date(year, 1, 1), str(year)) for year in years[::step] if date(year, 1, 1) >= span.first]
    numbers = range(span.first.year * 12 + span.first.month - 1, span.last.year * 12 + span.last.month)
    months = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    return [(month, f"{month:%Y-%m}") for month in months if span.first <= month <= span.last]


def day_of(moment: str) -> date:
    """The day of a moment as a result writes it."""
    return date.fromisoformat(moment[:10])


def by_slot(found: Iterable[Lane]) -> Mapping[Slot, Lane]:
    """Lanes by what tells their positions apart."""
    return {lane.slot: lane for lane in found}


__all__ = ["Lane", "Slot", "Span", "Stretch", "by_slot", "day_of", "differing", "lanes", "span_of", "ticks"]
