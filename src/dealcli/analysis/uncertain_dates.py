"""Dates that are known only to a month, a year or a stretch: each is one of several days, of which the last is taken.

A run takes one day for each. Another day of the stretch can matter only where something else may happen in between: so a
date is cut at the other dates of what it bears on, and of each piece one day is tried. A date without a cut moves the days
that follow from it, and no stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from dealcli.analysis.cones import Node
from dealcli.analysis.scenario import Scenario
from dealcli.dates import UNITS, ApproximateDate, Duration, NoSuchDay, add, civil_day
from dealcli.diagnostics import Place
from dealcli.engine.declare import Text
from dealcli.engine.definitions import edtf
from dealcli.engine.program import Program
from dealcli.language.tree import LanguageError
from dealcli.slotted import dataclass, replace

Reached = Mapping[Node, frozenset[Node]]
"""For each thing everything that it may depend on."""
DATED = ("from", "until", "due", "before", "not_before")
PERIODS = ("day", "week", "month", "quarter", "year")
WRITTEN_LENGTH = re.compile(r"\b([0-9]+) (business day|day|week|month|quarter|year)s?\b")
WRITTEN_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


@dataclass(frozen=True, slots=True)
class UncertainDate:
    """A date that is one of several days. ``node`` is what it belongs to; ``exchange`` writes one day in its place."""

    name: str
    written: ApproximateDate
    place: Place
    node: Node
    exchange: Callable[[Scenario, date], Scenario]

    @property
    def in_timeline(self) -> bool:
        """Whether it dates a row of the timeline, on which no program depends."""
        return self.node[0] == "events"

    @property
    def first(self) -> date:
        return self.written.first

    @property
    def last(self) -> date:
        return self.written.chosen


def uncertain_dates(scenario: Scenario) -> list[UncertainDate]:
    """Every uncertain date of a timeline and its agreements. An open interval is unknown, not one of several days."""
    return [*_of_rows(scenario), *(one for text in scenario.deal for one in _of_text(text))]


def has_open_choices(scenario: Scenario, program: Program) -> bool:
    """Whether anything in a scenario may be chosen: a reading, a plausible value, the day of an uncertain date."""
    return bool(program.questions) or bool(uncertain_dates(scenario))


def _of_rows(scenario: Scenario) -> Iterator[UncertainDate]:
    for number, (row, place) in enumerate(scenario.rows):
        event = row.get("event") or row.get("exercise")
        written = None if "at" in row or event is None else _uncertain(row.get("date"))
        if written is not None:
            node = ("events" if "event" in row else "clauses", str(event))
            yield UncertainDate(f"{event} {written.text}", written, place.at("date"), node, _row_dated(number))


def _row_dated(number: int) -> Callable[[Scenario, date], Scenario]:
    def exchange(scenario: Scenario, day: date) -> Scenario:
        row, place = scenario.rows[number]
        rows = (*scenario.rows[:number], ({**row, "date": str(day)}, place), *scenario.rows[number + 1 :])
        return replace(scenario, rows=rows)

    return exchange


def _of_text(text: Text) -> Iterator[UncertainDate]:
    owner = str(text.tree.get("agreement") or "")
    if not owner:
        return
    for key in DATED[:2]:
        yield from _field(text, (key,), f"{owner}.{key}", ("agreement", owner))
    for name, clause in (text.tree.get("clauses") or {}).items():
        node = ("clauses", f"{owner}.{name}")
        for key in DATED:
            yield from _field(text, ("clauses", name, key), f"{owner}.{name}.{key}", node)
            for reading in (clause or {}).get("readings") or ():
                yield from _field(text, ("clauses", name, "readings", reading, key), f"{owner}.{name}.{reading}.{key}", node)


def _field(text: Text, route: tuple[str, ...], name: str, node: Node) -> Iterator[UncertainDate]:
    raw: Any = text.tree
    for step in route:
        raw = raw.get(step) if isinstance(raw, Mapping) else None
    written = _uncertain(raw)
    if written is not None:
        yield UncertainDate(name, written, text.place.at(*route), node, _text_dated(text, route))


def _text_dated(text: Text, route: tuple[str, ...]) -> Callable[[Scenario, date], Scenario]:
    def exchange(scenario: Scenario, day: date) -> Scenario:
        deal = tuple(one._replace(tree=_with(one.tree, route, str(day))) if one.place == text.place else one for one in scenario.deal)
        return replace(scenario, deal=deal)

    return exchange


def _with(tree: Mapping[str, Any], route: tuple[str, ...], value: str) -> Mapping[str, Any]:
    key, *rest = route
    return {**tree, key: _with(tree[key], tuple(rest), value) if rest else value}


def _uncertain(raw: Any) -> ApproximateDate | None:
    try:
        found = edtf(str(raw)) if isinstance(raw, str) else None
    except LanguageError:
        return None
    return found if found is not None and found.last is not None and found.first < found.last else None


# --- where they are cut ----------------------------------------------------------------------------------------------


def cuts(one: UncertainDate, reached: Reached, scenario: Scenario, others: Iterable[UncertainDate], known: Iterable[tuple[Node, date]],
         asked: Iterable[date]) -> tuple[date, ...]:  # fmt: skip
    """The days to try for an uncertain date, the one taken by default first; only that where nothing cuts it.

    ``reached`` has what each thing depends on; ``known`` are days on which things have their limits and ends in the default
    run, ``asked`` those that are asked about.
    """
    every = [found for found in reached.values() if belongs(one.node, found)]
    near = frozenset({one.node}).union(*every)
    days = {day for node, day in known if node in near} | set(asked)
    days |= {day for node in near for day in _written_in(node, scenario)}
    for row, _ in scenario.rows:
        named = ("events", str(row["event"])) if "event" in row else ("clauses", str(row.get("exercise")))
        if belongs(named, near) and (day := _day(row.get("date"))) is not None:
            days.add(day)
    days |= {day for other in others if other is not one and belongs(other.node, near) for day in (other.first, other.last)}
    lengths = {length for node in near for length in _lengths_in(node, scenario)}
    days |= {before for day in days for length in lengths if (before := _before(day, length)) is not None}
    first, last = one.first.toordinal(), one.last.toordinal()
    inside = sorted(day.toordinal() for day in days if first - 1 <= day.toordinal() <= last)
    tried = [last, *(day + step for day in inside for step in (-1, 0, 1)), *([first] if inside else [])]
    return tuple(date.fromordinal(day) for day in dict.fromkeys(tried) if first <= day <= last)


def belongs(node: Node, near: frozenset[Node]) -> bool:
    """Whether a thing, named as a timeline names it, is among others."""
    return node in near or any(kind == node[0] and full.endswith(f".{node[1]}") for kind, full in near)


def _written_in(node: Node, scenario: Scenario) -> Iterator[date]:
    """The dates that stand in a definition."""
    for raw in _definitions(node, scenario):
        for word in WRITTEN_DATE.findall(str(raw)):
            if (day := _day(word)) is not None:
                yield day


def _lengths_in(node: Node, scenario: Scenario) -> Iterator[str]:
    """The lengths of time that stand in a definition: from an uncertain date they lead to days that are as uncertain."""
    for raw in _definitions(node, scenario):
        yield from (" ".join(found) for found in WRITTEN_LENGTH.findall(str(raw)))
        if isinstance(raw, Mapping) and raw.get("every") in PERIODS:
            yield f"1 {raw['every']}"


def _before(day: date, length: str) -> date | None:
    """The day from which a length of time leads to a day."""
    number, unit = length.split(maxsplit=1)
    kind, size = UNITS[unit]
    try:
        return civil_day(add(day, Duration(((kind, int(number) * size),)), sign=-1))
    except NoSuchDay:
        return None


def _definitions(node: Node, scenario: Scenario) -> Iterator[Any]:
    """What is written under the name of a thing, in every document that has it."""
    section, full = node
    owner, _, name = full.rpartition(".")
    for text in scenario.deal:
        if section == "agreement" and text.tree.get("agreement") == full:
            yield [text.tree.get(key) for key in DATED[:2]]
        elif str(text.tree.get("agreement") or "") == owner and isinstance(text.tree.get(section), Mapping):
            yield text.tree[section].get(name)


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None


__all__ = ["Reached", "UncertainDate", "belongs", "cuts", "has_open_choices", "uncertain_dates"]
