"""Edits worth trying on a position: what may bear on it, at the days and with the values on which something turns.

Nothing is judged here. The words of the definitions that a position depends on give the values, its own dates and those
of the timeline the days; the nearest come first, and their number is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from dealcli.analysis.cones import Cones, Node
from dealcli.analysis.differences import Edit, Written, added, dropped, exchanged, reading_chosen, term_set
from dealcli.analysis.evaluation import Evaluation
from dealcli.analysis.written import texts_in
from dealcli.dates import civil_day
from dealcli.diagnostics import Place
from dealcli.engine.program import Clause
from dealcli.engine.records import Position
from dealcli.engine.shown import show
from dealcli.engine.state import outstanding
from dealcli.language import values
from dealcli.language.declarations import EventType
from dealcli.language.types import Type

MOST_DAYS, MOST_VALUES, MOST_ROWS, MOST_KINDS = 10, 4, 24, 8
ABOUT = frozenset(("title", "text", "sources", "against", "assumed"))
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
LITERAL = r"\s*(=|!=|>=|<=|>|<|in)\s*\(?\s*('[^']*'|[A-Z]{3} [0-9][0-9_.,]*|[0-9][0-9_.]*%?|true|false|[a-z][a-z0-9_]*)"


class Candidates:
    """The single edits to try for one clause, or one position of it, in the order in which they are tried."""

    def __init__(self, evaluation: Evaluation, clause: Clause, positions: Iterable[Position]) -> None:
        self.evaluation, self.program, self.clause = evaluation, evaluation.program, clause
        self.positions = tuple(positions)
        self.rows = [row for row in evaluation.scenario.rows if "note" not in row[0] or "event" in row[0]]
        self.cones = Cones(text.tree for text in evaluation.scenario.deal)
        self.near = self._by_distance(("clauses", clause.full))
        self.text = " ".join(self._texts())
        self.days = self._days()

    def every(self) -> list[Edit]:
        """Readings and terms first, then rows dropped, moved, added."""
        return [*self.readings(), *self.terms(), *self.drops(), *self.moves(), *self.adds(), *self.exercises()]

    def _by_distance(self, node: Node) -> list[Node]:
        """Everything that a clause may depend on, what it names itself first."""
        found, waiting = {node: None}, [node]
        while waiting:
            following = [n for one in waiting for n in sorted(self.cones.edges.get(one, ())) if n not in found]
            found.update(dict.fromkeys(following))
            waiting = list(dict.fromkeys(following))
        return list(found)

    def _texts(self) -> Iterator[str]:
        for section, full in self.near:
            for thing in (t for t in self.program.definitions if t.full == full and section in ("clauses", "facts", "measures")):
                yield from texts_in(self.program.definitions[thing].tree, ABOUT)

    # --- days -------------------------------------------------------------------------------------------------------

    def _days(self) -> list[date]:
        """Days on which something turns: those of the position, then those of the timeline, each with its neighbours."""
        as_of = civil_day(self.evaluation.as_of)
        state = self.evaluation.run.state.agreements[self.program.agreement(self.clause.agreement)]
        first = civil_day(state.begun_at) if state.begun_at is not None else date.min
        own = [moment for p in self.positions for moment in (p.limit_day, p.until, p.made_on, p.since_day) if isinstance(moment, date)]
        found: dict[date, None] = {}
        for day in (*map(civil_day, own), as_of, *sorted({_day(row) for row, _ in self.rows}, reverse=True)):
            for step in (0, -1, 1):
                if date.min < day < date.max and first <= (moved := day + timedelta(step)) <= as_of:
                    found[moved] = None
        return list(found)[:MOST_DAYS]

    # --- what is chosen ---------------------------------------------------------------------------------------------

    def readings(self) -> Iterator[Edit]:
        """Every other reading of what it depends on."""
        near = {full for kind, full in self.near if kind == "reading"}
        for question in self.program.questions:
            if question.full in near and not question.plausible:
                yield from (reading_chosen(question.full, choice) for choice in question.choices if choice != question.chosen)

    def terms(self) -> Iterator[Edit]:
        """Plausible values of undisclosed terms; lengths of time at which a limit would just be kept or missed."""
        plausible = {q.full: q for q in self.program.questions if q.plausible}
        for kind, full in self.near:
            if kind != "terms":
                continue
            term = next(t for t in self.program.terms if t.full == full)
            if full in plausible:
                yield from (term_set(full, choice) for choice in plausible[full].choices if choice != plausible[full].chosen)
            elif term.type.name == "duration":
                yield from (term_set(full, f"{days} day{'s' * (days != 1)}") for days in self._lengths())

    def _lengths(self) -> list[int]:
        """The stretches from where a clock started to the days on which something happened, in days."""
        starts = [civil_day(p.anchor) for p in self.positions if p.anchor != date.min]
        lengths = sorted({(_day(row) - start).days + step for start in starts for row, _ in self.rows for step in (-1, 0, 1)})
        return [days for days in lengths if days >= 0][:MOST_DAYS]

    # --- rows -------------------------------------------------------------------------------------------------------

    def _bearing(self) -> list[tuple[int, Written]]:
        """The rows of events, and of powers used, that may bear on it, each with its number in the timeline."""
        near = {full for kind, full in self.near if kind in ("events", "clauses")}
        names = near | {full.rpartition(".")[2] for full in near}
        numbered = enumerate(self.evaluation.scenario.rows, 1)
        return [(n, row) for n, row in numbered if str(row[0].get("event") or row[0].get("exercise")) in names]

    def drops(self) -> Iterator[Edit]:
        """Each row left out."""
        yield from (dropped(written, number) for number, written in self._bearing())

    def moves(self) -> Iterator[Edit]:
        """Each row on another day."""
        for number, written in self._bearing():
            own = _day(written[0])
            for _, day in sorted((abs((day - own).days), day) for day in self.days if day != own):
                row = {key: str(day) if key == "date" else value for key, value in written[0].items() if key != "at"}
                yield exchanged(written, row, number)

    def adds(self) -> Iterator[Edit]:
        """Each event that may bear on it, on each of the days, with the values on which something turns."""
        kinds = [event for section, full in self.near if section == "events" for event in self.program.events if event.full == full]
        for event in kinds[:MOST_KINDS]:
            for chosen in self._rows_of(event):
                yield from (added({"date": str(day), "event": event.full, **chosen}, Place("--add", ("events", 0))) for day in self.days)

    def exercises(self) -> Iterator[Edit]:
        """Each power that no event exercises, used on each of the days."""
        near = {full for section, full in self.near if section == "clauses"}
        for clause in self.program.clauses:
            if clause.full in near and clause.kind == "power" and not clause.act:
                rows = ({"date": str(day), "exercise": clause.full} for day in self.days)
                yield from (added(row, Place("--add", ("events", 0))) for row in rows)

    # --- values -----------------------------------------------------------------------------------------------------

    def _rows_of(self, event: EventType) -> list[dict[str, Any]]:
        """The attributes of an event, filled in: what is optional only where a definition near by asks for it."""
        names = [name for name, attribute in event.attributes.items() if not attribute.optional or re.search(rf"\b{name}\b", self.text)]
        choices = [self._values(name, event.attributes[name].type, doer=name == event.doer) for name in names]
        return [dict(zip(names, row, strict=True)) for row in list(product(*choices))[:MOST_ROWS]]

    def _values(self, name: str, kind: Type, *, doer: bool) -> list[Any]:
        named = [*self._in_text(name, kind), *(row[name] for row, _ in self.rows if name in row)]
        usual = list(self._usual(name, kind, doer=doer))
        found = [*usual, *named] if doer or kind.name != "party" else [*named, *usual]
        excluded = set(re.findall(rf"\b{name}\s*!=\s*'?([a-z][a-z0-9_]*)", self.text))
        kept = [value for value in dict.fromkeys(str(v) for v in found if isinstance(v, str)) if value and value not in excluded]
        return kept[:MOST_VALUES] or _any_of(kind)

    def _usual(self, name: str, kind: Type, *, doer: bool) -> Iterator[str]:
        """What the position itself suggests: its parties, its key, what is owed. Who acts is its bearer, towards somebody else."""
        if kind.name == "party":
            own = [name for name in self.clause.bearer_names if name]
            others = [name for name in (*self.clause.counterparty_names, *self.program.parties) if name and name not in own]
            yield from (*own, *others) if doer else (*others, *own)
        yield from (show(p.names[name]) for p in self.positions if name in p.names)
        if kind.name in ("money", "number"):
            for position in self.positions:
                rest = outstanding(self.evaluation.run.state.amount_of(position), position)
                if rest is not None and not values.is_unknown(rest):
                    yield show(rest)

    def _in_text(self, name: str, kind: Type) -> Iterator[str]:
        """What definitions near by compare the attribute with; of a number also its neighbours."""
        for operator, literal in re.findall(rf"\b{name}{LITERAL}", self.text):
            value = self._meaning(literal.strip("'"))
            if kind.name == "number" and NUMBER.fullmatch(value):
                steps = {">": (1,), "<": (-1,), "!=": (1,)}.get(operator, (0,))
                yield from (str(int(value) + step) if "." not in value else value for step in steps)
            elif operator != "!=":
                yield value
        if kind.name == "word":
            yield from kind.words

    def _meaning(self, word: str) -> str:
        """The value of a term where a word names one; else the word."""
        term = next((t for t in self.program.terms if t.name == word), None)
        return word if term is None or values.is_unknown(term.value) or term.value is None else show(term.value)


def _any_of(kind: Type) -> list[Any]:
    """A value of a type about which nothing is known."""
    usual: Mapping[str, list[Any]] = {
        "id": ["new"], "text": ["new"], "number": ["1"], "boolean": ["true", "false"], "duration": ["1 day"], "percentage": ["1%"],
        "money": [f"{kind.words[0] if kind.words else 'USD'} 1"],
    }  # fmt: skip
    return usual.get(kind.name, [])


def _day(row: Mapping[str, Any]) -> date:
    """The day of a row, the last possible one where it is approximate."""
    from dealcli.dates import parse_approximate

    found = parse_approximate(str(row["date"])[:10])
    return (found.last or found.first) if found is not None else date.min


__all__ = ["Candidates"]
