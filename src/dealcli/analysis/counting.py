"""How many positions of each clause are in each stage, and what was measured: the answer about a log of any length.

Where the keys of a deal are independent, a key is nothing but its situation (``situations``), and memory holds one entry for
each key. Any other deal is run as ``evaluate`` runs it, and counted afterwards: the answer is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from dealcli.analysis.expectations import waiting_stage
from dealcli.analysis.independence import Dependent, Family, independence
from dealcli.analysis.rehearsal import Rehearsal, Stage
from dealcli.analysis.situations import TIME, Change, Real, Situation, Step, change_of
from dealcli.engine.days import end_of, first_day, one_row, start, to_day
from dealcli.engine.fluents import RunningSum, apply_updates, running_sum
from dealcli.engine.program import Agreement, Clause, Program, Update
from dealcli.engine.records import Event, Occurrence
from dealcli.engine.run import WITHIN_DAY, Run
from dealcli.language.declarations import Fact, Measure
from dealcli.language.values import Truth
from dealcli.slotted import dataclass, field


@dataclass(slots=True)
class Counts:
    """What stands at the end of the as-of date, without who and why."""

    events: int = 0
    stages: dict[Clause, dict[str, int]] = field(default_factory=dict)
    breaches: dict[Clause, int] = field(default_factory=dict)
    agreements: dict[Agreement, str] = field(default_factory=dict)
    facts: dict[Fact, Any] = field(default_factory=dict)
    measures: dict[Measure, Any] = field(default_factory=dict)


def counted_run(run: Run) -> Counts:
    """The counts of a finished run."""
    counts = Counts(run.applied)
    for clause, positions in run.state.positions_of.items():
        _add(counts, Counter((clause, position.shown) for position in positions))
        if number := sum(len(position.breaches) for position in positions):
            counts.breaches[clause] = number
    _whole(counts, run)
    return counts


def with_waiting(counts: Counts, run: Run) -> Counts:
    """The same, and for each clause without a position the stage in which it waits for one, as ``evaluate`` lists it."""
    for clause in run.program.clauses:
        if clause.known and not clause.restates and not counts.stages.get(clause):
            counts.stages[clause] = {waiting_stage(run, clause): 1}
    return counts


def _add(counts: Counts, standing: Mapping[tuple[Clause, str], int], times: int = 1) -> None:
    for (clause, stage), number in standing.items():
        stages = counts.stages.setdefault(clause, {})
        stages[stage] = stages.get(stage, 0) + number * times


def _whole(counts: Counts, run: Run) -> None:
    """What has no key: agreements, facts and measures."""
    state = run.state
    counts.agreements = {agreement: own.shown for agreement, own in state.agreements.items()}
    counts.facts = {fact: state.fluent(fact, ()) for fact in run.program.facts if not fact.keys}
    counts.measures = {measure: state.fluent(measure, ()) for measure in run.program.measures if not measure.keys}


MOST_EVENTS = 10_000
"""So many events of the whole deal are shown to every situation; with more of them it is faster to run the deal as a whole."""


class Tracks:
    """The keys of one family: the situation of each, what it remembers, and on which day something of it runs out."""

    def __init__(self, family: Family, stage: Stage) -> None:
        self.family, self.rehearsal = family, Rehearsal(family, stage)
        self.of: dict[Any, Situation] = {}
        self.due: dict[int, list[Any]] = {}
        self.remembered: dict[Any, tuple[Mapping[str, Any], ...]] = {}
        self.waiting: dict[Any, list[int]] | None = None
        """The days on which something of a key runs out, once that is asked."""

    def names(self, key: Any) -> dict[str, Any]:
        return dict(zip(self.family.keys, key if len(self.family.keys) > 1 else (key,), strict=True))


    def text(self, key: Any) -> str:
        """A key as it is printed."""
        return " / ".join(key) if type(key) is tuple else str(key)

    def set_due(self, key: Any, day: int, lengths: tuple[int, ...]) -> None:
        """Something of a key runs out so many days after a day."""
        for length in lengths:
            try:
                self.due[day + length].append(key)
            except KeyError:
                self.due[day + length] = [key]
            if self.waiting is not None:
                self.waiting.setdefault(key, []).append(day + length)

    def ran_out(self, key: Any, day: int) -> None:
        if self.waiting is not None:
            self.waiting[key].remove(day)
            if not self.waiting[key]:
                del self.waiting[key]

    def first_due(self, key: Any) -> int:
        """The first day on which something of a key runs out."""
        if self.waiting is None:
            self.waiting = {}
            for day, keys in self.due.items():
                for one in keys:
                    self.waiting.setdefault(one, []).append(day)
        return min(self.waiting[key])


class Teller(Protocol):
    """Takes every change as it comes."""

    def tell(self, day: date, key: str | None, changes: tuple[Change, ...]) -> None:
        """Take the changes of one key, or of what has none, that came on a day, each with its cause."""


class Counting:
    """A run of a whole deal, and beside it the keys of its independent families. Days are ordinals.

    Every change is told to a ``teller``, if there is one. Raises ``Dependent`` as soon as something comes that only a whole
    run can tell.
    """

    def __init__(self, program: Program, days: list[date], teller: Teller | None = None) -> None:
        independent = independence(program)
        self.teller = teller
        self.world = Run(program)
        self.world.tells = teller is not None
        start(self.world, first_day(program, days))
        to_day(self.world, min(days))
        self.stage = Stage(self.world, independent)
        self.tracks = {family: Tracks(family, self.stage) for family in independent.families}
        self.track_of = {event: self.tracks[family] for event, family in independent.family_of.items()}
        self.idle = independent.idle
        self.felt, self.day, self.seen = independent.felt, min(days).toordinal(), 0
        self.today = min(days)
        self._tell_whole()
        self._look_ahead()

    # --- days -------------------------------------------------------------------------------------------------------

    def _look_ahead(self) -> None:
        """Nothing of the whole deal may fall due while keys are told by their situations; what it says of measures holds till then."""
        self.sums: dict[Step, list[tuple[tuple[Update, Truth], RunningSum | None]]] = {}
        agenda = self.world.agenda
        self.until = agenda[0][0].toordinal() if agenda else date.max.toordinal() + 1

    def reach(self, date: date) -> None:
        """Let everything run out that does before the events of a day."""
        day = date.toordinal()
        if day < self.day:
            raise Dependent("a day that is over")
        if day >= self.until:
            raise Dependent("something of the whole deal falls due")
        for passing in range(self.day + 1, day + 1):
            self.day, self.today = passing, date.fromordinal(passing)
            for track in self.tracks.values():
                while passing in track.due:
                    self._run_out(track, track.due.pop(passing))

    def _run_out(self, track: Tracks, keys: list[Any]) -> None:
        """Something of these keys runs out today."""
        of, waiting, teller = track.of, track.waiting, self.teller
        for key in keys:
            if waiting is not None:
                track.ran_out(key, self.day)
            step = of[key].moves.get(TIME)
            if type(step) is Step and step.alone and not step.due:
                of[key] = step.then
                if step.quiet:
                    continue
                step.hits += 1
                if teller is not None and step.changes:
                    teller.tell(self.today, track.text(key), step.changes)
            else:
                self.take(track, key, TIME, None)

    # --- events -----------------------------------------------------------------------------------------------------

    def event(self, event: Event) -> None:
        """One event, on its day."""
        if event.at is not None:
            raise Dependent("an event with its time of day")
        self.reach(event.day)
        self.seen += 1
        event.seq = self.seen
        track = self.track_of.get(event.type)
        if track is None:
            self._whole_deal(event)
            return
        parts = tuple(event.values.get(key) for key in track.family.keys)
        if not all(type(part) is str for part in parts):
            raise Dependent("a key that is no word")
        self.take(track, parts if len(parts) > 1 else parts[0], track.rehearsal.letter(event.type, event.certain, event.values), event)

    def _whole_deal(self, event: Event) -> None:
        run = self.world
        before = visible(run)
        to_day(run, event.day)
        one_row(run, event)
        self._tell_whole()
        self._look_ahead()
        if event.type in self.idle:
            return
        self.stage.events.append(event)
        if len(self.stage.events) > MOST_EVENTS:
            raise Dependent(f"more than {MOST_EVENTS:,} events are of the whole deal")
        if event.type in self.felt or visible(run) != before:
            for track in self.tracks.values():
                track.rehearsal.forget()
                self._tell_every_key(track)

    def _tell_whole(self) -> None:
        """Tell what has changed in what has no key."""
        if self.teller is not None:
            for one in self.world.state.transitions:
                if one.kind != "measure":
                    self.teller.tell(one.day, None, (change_of(one, None),))
            self.world.state.transitions.clear()

    def _tell_every_key(self, track: Tracks) -> None:
        """Tell what an event of the whole deal has changed for every key in some situation."""
        if self.teller is None:
            return
        changes = {situation: track.rehearsal.sync(situation) for situation in set(track.of.values())}
        if any(changes.values()):
            for key, situation in track.of.items():
                if changes[situation]:
                    self.teller.tell(self.today, track.text(key), changes[situation])

    def take(self, track: Tracks, key: Any, letter: Any, event: Event | None) -> None:
        """One key goes on to its next situation."""
        rehearsal = track.rehearsal
        situation = track.of.get(key, rehearsal.start)
        node = situation.moves.get(letter)
        if type(node) is not Step:
            node = rehearsal.step(situation, letter, Real(event, key, track, self.day))
        if node.then is not situation:
            track.of[key] = node.then
        if node.due:
            track.set_due(key, self.day, node.due)
        if node.remembers and event is not None:
            track.remembered[key] = (*track.remembered.get(key, ()), event.values)
        node.hits += 1
        if self.teller is not None and node.changes:
            self.teller.tell(self.today, track.text(key), node.changes)
        if node.reports:
            self._report(node, event)

    def _report(self, step: Step, event: Event | None) -> None:
        """Move the measures that are merely reported."""
        if event is None:
            raise Dependent("a measure moves where no event does")
        run = self.world
        if run.moment != event.day:
            to_day(run, event.day)
            run.moment = event.day
        sums = self.sums.get(step)
        if sums is None:
            first = {report[0].thing: report for report in reversed(step.reports)}  # of several the engine heeds the first
            sums = self.sums[step] = [(report, running_sum(run, *report)) for report in first.values()]
        left = [report for report, total in sums if total is None or not total.add(event)]
        if left:
            apply_updates(run, left, Occurrence("event", event.type, "", event.day, True, event))
            run.state.transitions.clear()

    # --- the end ----------------------------------------------------------------------------------------------------

    def counts(self, as_of: date) -> Counts:
        """What stands at the end of a day."""
        self.reach(as_of)
        if self.world.agenda and self.world.agenda[0][:2] <= (as_of, WITHIN_DAY):
            raise Dependent("something of the whole deal falls due")
        end_of(self.world, as_of, as_of)
        self._tell_whole()
        counts = counted_run(self.world)
        counts.events = self.seen
        for track in self.tracks.values():
            for situation, number in Counter(track.of.values()).items():
                _add(counts, track.rehearsal.standing(situation), number)
            for step in track.rehearsal.told:
                for clause, number in step.tally.items():
                    counts.breaches[clause] = counts.breaches.get(clause, 0) + number * step.hits
        return with_waiting(counts, self.world)


def visible(run: Run) -> Any:
    """What of the whole deal a keyed clause can look at."""
    state = run.state
    return (
        [(own.stages, own.begun, tuple(own.suspended_by.values())) for own in state.agreements.values()],
        [state.fluent(fact, ()) for fact in run.program.facts if not fact.keys],
        [(p.stages, p.gate, p.over, p.performed_late) for c in run.program.clauses if c.plain for p in state.positions_of[c]],
        {clause: tuple(found) for clause, found in state.closed.items()},
    )


__all__ = ["Counting", "Counts", "Teller", "Tracks", "counted_run", "with_waiting"]
