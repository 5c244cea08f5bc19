"""A scenario run many times with varied inputs, each time as if it were run alone; what runs have in common is run once.

Runs are made in the order of their timelines. Where the next one begins with the same rows, a copy of the run as it stood
after these is kept, and the next goes on from there. What depends on nothing that is varied is seen in one run of the whole
deal; the others are runs of what does, and of what that depends on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from dealcli.analysis.columns import Columns, Name, Value
from dealcli.analysis.cones import Cones, Node
from dealcli.analysis.evaluation import Options, Row, ran, refuse_errors
from dealcli.analysis.expectations import waiting_stage
from dealcli.analysis.inputs import Inputs, with_value
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.snapshots import Snapshot, Snapshots
from dealcli.analysis.standings import WAITING, slots
from dealcli.analysis.uncertain_dates import belongs
from dealcli.analysis.variants import exchangeable
from dealcli.dates import civil_day
from dealcli.diagnostics import Diagnostic, Refused
from dealcli.engine.build import Slice, build
from dealcli.engine.program import Clause, Program
from dealcli.engine.records import Moment, show_key
from dealcli.engine.run import Run
from dealcli.engine.shown import show
from dealcli.engine.timeline import Reader, in_order, numbered
from dealcli.slotted import dataclass

MOST_PROGRAMS = 4
REFUSED: Name = ("refused",)


@dataclass(frozen=True)
class Question:
    """All on which the answers of a sweep depend. ``days`` are looked at beside the as-of date, and come before it.

    ``clauses`` and ``measures`` are the full names of those that are looked at.
    """

    scenario: Scenario
    options: Options
    inputs: Inputs
    as_of: Moment
    days: tuple[date, ...] = ()
    clauses: frozenset[str] = frozenset()
    measures: tuple[str, ...] = ()

    @property
    def known_as_of(self) -> date | None:
        """The day by which an event must have been reported to be known."""
        text = self.options.known_as_of or self.scenario.tree.get("known_as_of")
        return date.fromisoformat(str(text)) if text else None


@dataclass(slots=True)
class _Wanted:
    """One run to be made: its number in the chunk, its rows up to the as-of date, and what each row is told by."""

    place: int
    rows: list[Row]
    tags: list[tuple[date, int, str]]


class Sweep:
    """The runs of a question. Programs that differ in nothing but values of terms are one, in which these are exchanged."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.programs: dict[tuple[str, ...], Program] = {}
        kinds = [exchangeable({v: v for v in one.values}) if one.kind == "term" else None for one in question.inputs.all]
        self.exchanged = {place: values for place, values in enumerate(kinds) if values is not None}
        self.built_in = [place for place, one in enumerate(question.inputs.all) if one.kind != "row" and place not in self.exchanged]
        self.moved = _moved(question)
        self.only: frozenset[Node] = frozenset().union(*self.moved.values())

    @cached_property
    def still(self) -> Mapping[Name, Value]:
        """What all runs give: of a run of the whole deal as it is written, that which depends on nothing that is varied."""
        program = self._built(None)
        others = [node for node in _looked(self.question) if node not in self.moved]
        return _Course(program, self.question, others).row(self._wanted(program, 0, None), 0)

    def columns(self, first: int, last: int) -> Columns:
        """What the runs from ``first`` up to, but without, ``last`` give."""
        inputs = self.question.inputs
        texts = [inputs.texts(inputs.chosen(number)) for number in range(first, last)]
        groups: dict[tuple[str, ...], list[int]] = {}
        for place, chosen in enumerate(texts):
            groups.setdefault(self._of_program(chosen), []).append(place)
        found: dict[int, Mapping[Name, Value]] = {}
        for _, places in sorted(groups.items()):
            try:
                program = self._program(texts[places[0]])
            except Refused as refused:
                found.update(dict.fromkeys(places, _refusal(refused)))
                continue
            found.update(self._of_one_program(program, places, texts))
        columns = Columns()
        for place in range(last - first):
            columns.add(found[place])
        sound = [REFUSED not in found[place] for place in range(last - first)]
        if any(sound):
            columns.fill(self.still, sound)
        return columns

    def _of_program(self, chosen: Sequence[str]) -> tuple[str, ...]:
        """The values on which a program depends, those first for which it must be built."""
        return tuple(chosen[place] for place in (*self.built_in, *self.exchanged))

    def _program(self, chosen: Sequence[str]) -> Program:
        key, inputs = tuple(chosen[place] for place in self.built_in), self.question.inputs.all
        program = self.programs.pop(key, None) or self._built(chosen, self.only)
        self.programs[key] = program
        if len(self.programs) > MOST_PROGRAMS:
            del self.programs[next(iter(self.programs))]
        for place, values in self.exchanged.items():
            term = next(term for term in program.terms if term.full == inputs[place].name)
            term.value = values[chosen[place]]
        program.looked.clear()
        return program

    def _built(self, chosen: Sequence[str] | None, only: Slice | None = None) -> Program:
        """The program with some values of the inputs, or as it is written; of ``only`` some things, or of all."""
        scenario, options, inputs = self.question.scenario, self.question.options, self.question.inputs.all
        values = [] if chosen is None else list(zip(inputs, chosen, strict=True))
        of_kind = {kind: {one.name: value for one, value in values if one.kind == kind}
                   for kind in ("term", "reading")}  # fmt: skip
        readings = {**(scenario.tree.get("readings") or {}), **options.readings}
        terms = {**(scenario.tree.get("terms") or {}), **options.terms}
        program, problems = build(scenario.deal, _laid_over(readings, of_kind["reading"]), _laid_over(terms, of_kind["term"]),
                                  self.question.known_as_of, scenario.tree.get("without") or (),
                                  {inputs[place].name for place in self.exchanged}, only)  # fmt: skip
        refuse_errors(problems, scenario)
        return program

    # --- runs -------------------------------------------------------------------------------------------------------

    def _of_one_program(self, program: Program, places: Sequence[int], texts: Sequence[Sequence[str]]) -> dict[int, Mapping[Name, Value]]:
        found: dict[int, Mapping[Name, Value]] = {}
        wanted = []
        for place in places:
            try:
                wanted.append(self._wanted(program, place, texts[place]))
            except Refused as refused:
                found[place] = _refusal(refused)
        alike = [list(runs) for _, runs in groupby(sorted(wanted, key=lambda one: one.tags), key=lambda one: one.tags)]
        course = _Course(program, self.question, self.moved)
        for runs, following in zip(alike, [*alike[1:], None], strict=True):
            try:
                given = course.row(runs[0], _in_common(runs[0], following[0] if following else None))
            except Refused as refused:
                given = _refusal(refused)
            found.update(dict.fromkeys((one.place for one in runs), given))
        return found

    def _wanted(self, program: Program, place: int, chosen: Sequence[str] | None) -> _Wanted:
        """The rows of a run. Raises ``Refused`` where a value does not fit its event."""
        scenario, inputs = self.question.scenario, self.question.inputs.all
        reader = Reader(program, self.question.known_as_of)
        written = list(scenario.rows)
        told: dict[int, str] = {}
        for one, value in () if chosen is None else zip(inputs, chosen, strict=True):
            if one.kind == "row":
                row, at = written[one.row]
                written[one.row] = (with_value(row, one.key, value), at)
                told[one.row] = f"{told.get(one.row, '')}{one.key}={value} "
        rows, tags = [], {}
        for number, (row, at) in enumerate(written):
            read = reader.read(row, at)
            if read is not None:
                rows.append(read)
                tags[id(read)] = (read.day, number, told.get(number, ""))
        ordered = in_order(rows, reader)
        refuse_errors(reader.problems, scenario)
        end = civil_day(self.question.as_of)
        looked_at = [row for row in numbered(ordered) if row.day <= end]
        return _Wanted(place, looked_at, [tags[id(row)] for row in looked_at])


def _moved(question: Question) -> dict[Node, frozenset[Node]]:
    """The clauses and measures that are looked at and may depend on what is varied, each with all that it depends on."""
    cones, varied = Cones(text.tree for text in question.scenario.deal), set(_varied(question))
    reached = {node: cones.reached_from(node) for node in _looked(question)}
    return {node: found for node, found in reached.items() if any(belongs(one, found) for one in varied)}


def _looked(question: Question) -> list[Node]:
    return [*(("clauses", full) for full in sorted(question.clauses)), *(("measures", full) for full in question.measures)]


def _varied(question: Question) -> Iterator[Node]:
    for one in question.inputs.all:
        if one.kind != "row":
            yield ("terms" if one.kind == "term" else "reading"), one.name
            continue
        row, _ = question.scenario.rows[one.row]
        section, key = ("events", "event") if "event" in row else ("clauses", "exercise")
        yield from ((section, str(name)) for name in (row.get(key), *(one.values if one.key == key else ())))


def _laid_over(written: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Choices over those that are written, which may name the same thing without its agreement."""
    names = {word for name in chosen for word in (name, name.rpartition(".")[2])}
    return {**{name: value for name, value in written.items() if name not in names}, **chosen}


def _in_common(one: _Wanted, other: _Wanted | None) -> int:
    """With how many equal rows two runs begin, up to the end of a day on which both have no other."""
    if other is None:
        return 0
    count, most = 0, min(len(one.tags), len(other.tags))
    while count < most and one.tags[count] == other.tags[count]:
        count += 1
    while count and any(count < len(run.tags) and run.tags[count][0] == run.tags[count - 1][0] for run in (one, other)):
        count -= 1
    return count


def _refusal(refused: Refused) -> Mapping[Name, Value]:
    first: Diagnostic = refused.diagnostics[0]
    return {REFUSED: f"{first.code} {first.message}"}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A run as it stood after some rows, with what had been seen by then."""

    count: int
    copy: Snapshot
    seen: Mapping[Name, Value]
    day: date


class _Course:
    """The runs of one program, one after the other in the order of their rows."""

    def __init__(self, program: Program, question: Question, looked: Collection[Node]) -> None:
        self.program, self.question, self.snapshots = program, question, Snapshots()
        self.clauses = [clause for clause in program.clauses if ("clauses", clause.full) in looked]
        self.measures = [measure for measure in program.measures if ("measures", measure.full) in looked]
        self.kept: list[_Kept] = []
        self.seen: dict[Name, Value] = {}

    def row(self, wanted: _Wanted, shared: int) -> Mapping[Name, Value]:
        """What one run gives. The next begins with ``shared`` of its rows."""
        begun, count, after = None, 0, None
        self.seen = {}
        if self.kept:
            kept = self.kept[-1]
            begun, count, after, self.seen = self.snapshots.restored(kept.copy), kept.count, kept.day, dict(kept.seen)
            self.kept = [kept for kept in self.kept if kept.count <= shared]
        end = civil_day(self.question.as_of)
        if shared > count and (day := wanted.tags[shared - 1][0]) < end:
            begun = self._ran(wanted.rows[count:shared], day, self._stops(after, day), begun)
            self.kept.append(_Kept(shared, self.snapshots.taken(begun), dict(self.seen), day))
            count, after = shared, day
        run = self._ran(wanted.rows[count:], self.question.as_of, self._stops(after, end), begun)
        self.seen.update(self._last(run))
        return self.seen

    def _ran(self, rows: Sequence[Row], until: Moment, stops: Sequence[Any], begun: Run | None) -> Run:
        return ran(self.program, rows, until, stops, self.question.scenario, begun)

    def _stops(self, after: date | None, until: date) -> list[tuple[date, Any]]:
        return [(day, self._look) for day in self.question.days if (after is None or day > after) and day <= until]

    def _look(self, run: Run) -> None:
        day = str(run.state.today)
        self.seen.update(((day, *name), stage) for name, stage, _ in self._standings(run))

    def _last(self, run: Run) -> Iterator[tuple[Name, Value]]:
        """What is asked of the end of a run: stages, since when, and measures."""
        for name, stage, since in self._standings(run):
            yield ("", *name), stage
            yield ("since", *name), str(since) if since is not None else None
        for measure in self.measures:
            for key, value in run.state.fluent_values(measure):
                yield ("measure", measure.full, " / ".join(map(show_key, key)) or None), show(value)

    def _standings(self, run: Run) -> Iterator[tuple[Name, str, Moment | None]]:
        """Clause, key, bearer and number of each position, its stage and since when."""
        for clause in self.clauses:
            positions = run.state.positions_of[clause]
            if not positions:
                yield (clause.full, *WAITING), waiting_stage(run, clause), None
            for slot, position in zip(slots(positions), positions, strict=True):
                yield (clause.full, *slot), position.shown, position.since


def settled(columns: Columns, program: Program) -> Columns:
    """The columns in the order of a program, in which a clause that has positions in some runs is told by these alone.

    Where one has no key it stands, until it is made, as its clause does.
    """
    made: dict[str, list[Name]] = {}
    for name in columns.values:
        if name[0] == "" and name[2:] != WAITING:
            made.setdefault(name[1], []).append(name[2:])
    for name in [name for name in columns.values if name[2:] == WAITING and name[1] in made]:
        for slot in made[name[1]]:
            if slot[0] is None:
                columns.filled((*name[:2], *slot), name)
        columns.drop(name)
    order = {thing.full: number for number, thing in enumerate((*program.clauses, *program.measures))}
    columns.sort(lambda name: order[name[1]] if name != REFUSED else -1)
    return columns


def looked_at(program: Program) -> list[Clause]:
    """The clauses of which a sweep can tell: all but restatements."""
    return [clause for clause in program.clauses if not clause.restates]


__all__ = ["REFUSED", "Question", "Sweep", "looked_at", "settled"]
