"""The nearest changes under which a position would have another stage: found by trying, smallest sets first.

Every set that is told was run and leads to the stage, and none of its parts alone does. A search that finds nothing says
how many sets it tried, not that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dealcli.analysis.candidates import Candidates
from dealcli.analysis.differences import Edit, Side, edited
from dealcli.analysis.evaluation import Evaluation, evaluate_once
from dealcli.analysis.expectations import waiting_stage
from dealcli.analysis.standings import standings
from dealcli.diagnostics import Refused
from dealcli.engine.program import Clause
from dealcli.engine.records import Position
from dealcli.engine.run import Run
from dealcli.engine.shown import party_name
from dealcli.slotted import dataclass, replace

MOST_RUNS = 3_000
MOST_PROMISING = 30
"""Of the sets that change something near the position, each in its own way, so many are tried with a further edit."""
LARGEST = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """A clause, or its positions of one key or party, in one of some stages."""

    clause: Clause
    stages: frozenset[str]
    key: str | None = None
    party: str | None = None

    def positions(self, run: Run) -> list[Position]:
        """The positions that are meant."""
        clause = next(c for c in run.program.clauses if c.full == self.clause.full)
        return [p for p in run.state.positions_of[clause] if self.key in (None, p.key_text) and self.party in (None, party_name(p.bearer))]

    def reached(self, run: Run) -> bool:
        """Whether one of them has one of the stages; of a clause without positions, whether the clause has."""
        found = self.positions(run)
        if found:
            return any(p.shown in self.stages for p in found)
        clause = next(c for c in run.program.clauses if c.full == self.clause.full)
        return self.key is None and not run.state.positions_of[clause] and waiting_stage(run, clause) in self.stages


@dataclass(frozen=True, slots=True)
class Search:
    """What was found: sets of edits of the same smallest size; how many sets were tried; whether all could be."""

    found: tuple[tuple[Edit, ...], ...]
    tried: int
    largest: int
    complete: bool


def search(side: Side, evaluation: Evaluation, goal: Goal, most: int = MOST_RUNS) -> Search:
    """The smallest sets of edits that reach a goal. ``most`` bounds the runs."""
    return _Search(side, evaluation, goal, most).run()


class _Search:
    def __init__(self, side: Side, evaluation: Evaluation, goal: Goal, most: int) -> None:
        as_of = str(evaluation.as_of)
        self.side = Side(replace(side.scenario, expectations=()), replace(side.options, as_of=as_of))
        self.evaluation, self.goal, self.left, self.tried = evaluation, goal, most, 0
        self.usual = self._mark(evaluation.run)

    def run(self) -> Search:
        edits = Candidates(self.evaluation, self.goal.clause, self.goal.positions(self.evaluation.run)).every()
        found: list[tuple[Edit, ...]] = []
        level: list[tuple[int, ...]] = [()]
        size, complete, seen = 0, True, {self.usual}
        while not found and level and size < LARGEST and self.left > 0:
            size += 1
            found, level, whole = self._further(level, edits, seen)
            complete = complete and whole
        return Search(tuple(found), self.tried, size, complete and not level)

    def _further(self, level: Sequence[tuple[int, ...]], edits: Sequence[Edit],
                 seen: set[Any]) -> tuple[list[tuple[Edit, ...]], list[tuple[int, ...]], bool]:  # fmt: skip
        """Each set of edits with one more: those that reach the goal, those that lead anywhere new, whether all were tried."""
        found: list[tuple[Edit, ...]] = []
        following: list[tuple[int, ...]] = []
        tried: set[frozenset[int]] = set()
        for numbers in level:
            for number in range(len(edits)):
                together = frozenset((*numbers, number))
                if number in numbers or together in tried:
                    continue
                if self.left <= 0:
                    return found, following, False
                tried.add(together)
                chosen = tuple(edits[n] for n in (*numbers, number))
                reached, mark = self._try(chosen)
                if reached:
                    found.append(chosen)
                elif mark is not None and mark not in seen:
                    seen.add(mark)
                    following.append((*numbers, number))
        return found, following[:MOST_PROMISING], len(following) <= MOST_PROMISING

    def _try(self, edits: Iterable[Edit]) -> tuple[bool, Any]:
        """Whether some edits reach the goal, and how what is near then stands; nothing where they do not run."""
        edits = list(edits)
        self.left, self.tried = self.left - 1, self.tried + 1
        only_rows = all(edit.kind == "event" for edit in edits)
        side = edited(self.side, edits)
        try:
            run = evaluate_once(side.scenario, side.options, program=self.evaluation.program if only_rows else None).run
        except Refused:
            return False, None
        return self.goal.reached(run), self._mark(run)

    def _mark(self, run: Run) -> Any:
        """How the clause and everything it depends on stand, to tell edits that lead somewhere from those that do not."""
        clause = next(c for c in run.program.clauses if c.full == self.goal.clause.full)
        about = [c for c in run.program.clauses if c is clause or c in clause.exceptions or clause in c.exceptions]
        fluents = [t for t in (*run.program.facts, *run.program.measures) if not t.keys]
        marks = [(c.full, tuple((slot, fields["stage"].mark) for slot, fields in standings(run, ("clauses", c.full), c).items()))
                 for c in (*about, *(c for c in run.program.clauses if c.agreement == clause.agreement))]  # fmt: skip
        return (tuple(marks), tuple(str(run.state.fluent(t, ())) for t in fluents))


__all__ = ["Goal", "Search", "search"]
