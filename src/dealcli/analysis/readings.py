"""Supervaluation: the same run again under other readings, and how far what it says is the same under all of them.

For each thing only the questions in its cone matter, and of those only the ones that a run looked at: a run stands for all
combinations that choose alike where it looked. Runs are shared by things whose cones do not meet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from dealcli.analysis.cones import Cones, Node
from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once
from dealcli.analysis.questions import Choices, Open, Questions
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.standings import Standings, standings, things
from dealcli.analysis.uncertain_dates import UncertainDate, belongs, cuts, uncertain_dates
from dealcli.analysis.variants import Variants
from dealcli.analysis.verdicts import Leaf, Verdict, moved_by_dates, verdicts_of
from dealcli.dates import civil_day
from dealcli.engine.program import Program
from dealcli.engine.records import Moment
from dealcli.engine.run import Run
from dealcli.slotted import dataclass, field, replace

MOST_RUNS = 4096
"""A cone that needs more runs than this is refused by name."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on everything at one moment. ``refused`` are things whose cone is too large, with its questions."""

    questions: Questions
    verdicts: Mapping[Node, Mapping[Any, Mapping[str, Verdict]]]
    leaves: Mapping[Node, Sequence[Leaf]]
    refused: Mapping[Node, tuple[str, ...]]
    runs: int
    largest: int

    def of(self, node: Node, slot: Any) -> Mapping[str, Verdict]:
        """The verdict on each field of a thing; empty where it was not judged."""
        return self.verdicts.get(node, {}).get(slot, {})


@dataclass(slots=True)
class _Known:
    """A finished run: its choices, the names that it looked at for each thing, and how everything stood.

    ``numbers`` are the questions for which it was made: what depends on others was not run. None: everything was.
    """

    choices: Choices
    numbers: frozenset[frozenset[int]] | None = None
    looked: dict[tuple[Moment, Node], frozenset[str]] = field(default_factory=dict)
    stood: dict[tuple[Moment, Node], Standings] = field(default_factory=dict)


@dataclass(slots=True)
class _Cone:
    """One set of questions with the things that depend on no others, and how far it has been walked."""

    numbers: frozenset[int]
    nodes: list[Node]
    reached: set[Node] = field(default_factory=set)
    """Everything that its things may depend on, themselves included."""
    waiting: list[dict[int, str]] = field(default_factory=lambda: [{}])
    leaves: list[tuple[dict[int, str], _Known]] = field(default_factory=list)
    refused: bool = False

    @property
    def size(self) -> int:
        return len(self.waiting) + len(self.leaves)


def judge(scenario: Scenario, options: Options, moments: Sequence[Moment], log: BinaryIO | None = None,
          only: Collection[Node] | None = None, most: int = MOST_RUNS) -> dict[Moment, Judgement]:  # fmt: skip
    """The verdicts at each of the moments, on everything or on ``only`` some things; ``log`` is read anew for each run.

    A cone that needs more than ``most`` runs is refused. Raises ``Refused`` where the deal does not run under some reading.
    """
    return _Judge(scenario, options, moments, log, only, most).judged()


class _Judge:
    def __init__(self, scenario: Scenario, options: Options, moments: Sequence[Moment], log: BinaryIO | None,
                 only: Collection[Node] | None, most: int) -> None:  # fmt: skip
        self.scenario = replace(scenario, expectations=())
        self.options = replace(options, as_of=str(max(map(civil_day, moments))))
        self.moments, self.log, self.most = tuple(dict.fromkeys(moments)), log, most
        self.only = None if only is None else frozenset(only)
        self.runs: list[_Known] = []
        base = self._run({}, {}, {})
        tree = scenario.tree
        readings = (*(tree.get("readings") or ()), *options.readings)
        terms = (*(tree.get("terms") or ()), *options.terms)
        cones = Cones(text.tree for text in scenario.deal)
        self.reached = {node: cones.reached_from(node) for node in dict.fromkeys([*cones.edges, *(n for _, n in self.runs[0].stood)])}
        dated = self._dated(base)
        self.uncut = [one for one, days in dated if len(days) == 1]
        cut = [(one, days) for one, days in dated if len(days) > 1]
        self.questions = Questions(self.scenario, base.program, readings, terms, base.known_as_of, cut)
        self.looks = self.questions.by_look()
        self.always = frozenset(one.number for one in self.questions.open if _always_matters(one))
        self.runs[0].choices = self.questions.completed({}) or {}
        self.variants = Variants(self.questions)

    def judged(self) -> dict[Moment, Judgement]:
        cones = self._cones()
        while requests := [(request, cone) for cone in cones for request in self._walk(cone)]:
            for choices, asking in self._packed(requests):
                self._run_again(choices, asking)
        earliest = self._earliest() if self.uncut else None
        return {moment: self._judgement(moment, cones, earliest) for moment in self.moments}

    # --- uncertain dates --------------------------------------------------------------------------------------------

    def _dated(self, base: Evaluation) -> list[tuple[UncertainDate, tuple[date, ...]]]:
        """Every uncertain date with the days to try for it: more than the one taken only where another date cuts it."""
        dates = uncertain_dates(self.scenario)
        if not dates:
            return []
        ends = [(("clauses", clause.full), civil_day(moment)) for clause, positions in base.run.state.positions_of.items()
                for p in positions for moment in (p.limit_day, p.until) if isinstance(moment, date)]  # fmt: skip
        asked = [civil_day(moment) for moment in self.moments]
        return [(one, cuts(one, self.reached, self.scenario, dates, ends, asked)) for one in dates]

    def _earliest(self) -> _Known:
        """The default run with every date that nothing cuts on its first day: no stage changes, but days do."""
        scenario = self.scenario
        for one in self.uncut:
            scenario = one.exchange(scenario, one.first)
        known = _Known({})
        looks = [(moment, self._look(known, moment, self.only)) for moment in self.moments]
        evaluate_once(scenario, self.options, self._log_again(), looks)
        return known

    def _log_again(self) -> BinaryIO | None:
        if self.log is not None:
            self.log.seek(0)
        return self.log

    # --- cones ------------------------------------------------------------------------------------------------------

    def _cones(self) -> list[_Cone]:
        numbers = {("plausible" if one.plausible else "reading", one.name): one.number for one in self.questions.open}
        dated = [one for one in self.questions.open if one.dated is not None]
        found: dict[frozenset[int], _Cone] = {}
        for node in dict.fromkeys(node for _, node in self.runs[0].stood):
            reached = self.reached[node]
            cone = frozenset(numbers[other] for other in reached if other in numbers)
            cone |= frozenset(one.number for one in dated if one.dated is not None and belongs(one.dated.node, reached))
            one = found.setdefault(cone, _Cone(cone, []))
            one.nodes.append(node)
            one.reached |= reached
        return sorted(found.values(), key=lambda cone: (-len(cone.numbers), sorted(cone.numbers)))

    def _walk(self, cone: _Cone) -> Iterator[dict[int, str]]:
        """Go down the choices of a cone as far as finished runs reach; what is asked for is another run."""
        waiting, cone.waiting = cone.waiting, []
        while waiting:
            choices = waiting.pop()
            known = self._finished(choices, cone)
            if known is None:
                cone.waiting.append(choices)
                yield choices
                continue
            branch = self._unchosen(choices, known, cone)
            if branch is None:
                cone.leaves.append((choices, known))
            else:
                following = [{**choices, branch.number: choice} for choice in branch.choices]
                waiting.extend(f for f in reversed(following) if self.questions.completed(f) is not None)
            if cone.size + len(waiting) > self.most:
                cone.refused, cone.waiting = True, []
                return

    def _finished(self, choices: Choices, cone: _Cone) -> _Known | None:
        """A run with these choices, and with the default of what else is in the cone; any run where all is chosen."""
        for known in self.runs:
            covers = known.numbers is None or cone.numbers in known.numbers
            if covers and choices.items() <= known.choices.items():
                return known
        return None

    def _unchosen(self, choices: Choices, known: _Known, cone: _Cone) -> Open | None:
        """The next question of the cone that a run looked at and that nothing has been chosen for."""
        looked: set[str] = set()
        for node in cone.nodes:
            for moment in self.moments:
                looked |= known.looked[(moment, node)]
        numbers = self.always.union(*(self.looks.get(name, frozenset()) for name in looked))
        left = sorted((numbers & cone.numbers) - set(choices), key=lambda n: (self.questions.all[n].plausible, n))
        left = left or [number for number in self.questions.forced(choices) if number in cone.numbers]
        return self.questions.all[left[0]] if left else None

    def _packed(self, requests: Iterable[tuple[dict[int, str], _Cone]]) -> list[tuple[dict[int, str], list[_Cone]]]:
        """Whole combinations in which all requests are met: several in one where they do not contradict each other."""
        packed: list[tuple[dict[int, str], list[_Cone]]] = []
        for request, cone in requests:
            for number, (other, asking) in enumerate(packed):
                merged = {**other, **request}
                agree = all(other.get(n, choice) == choice for n, choice in request.items())
                if agree and self.questions.completed(merged) is not None:
                    packed[number] = (merged, [*asking, cone])
                    break
            else:
                packed.append((dict(request), [cone]))
        return [(whole, asking) for choices, asking in packed if (whole := self.questions.completed(choices)) is not None]

    # --- one run ----------------------------------------------------------------------------------------------------

    def _run_again(self, choices: Choices, asking: list[_Cone]) -> None:
        """One more run, of what some cones depend on alone."""
        only = frozenset().union(*(cone.reached for cone in asking))
        numbers = frozenset().union(*(cone.numbers for cone in asking))
        program = self.variants.known(choices, numbers, only)
        found = self._run(choices, *self.questions.written(choices), program, asking, only)
        if program is None:
            self.variants.keep(choices, numbers, only, found.program)

    def _run(self, choices: Choices, readings: Mapping[str, str], terms: Mapping[str, str], program: Program | None = None,
             asking: Iterable[_Cone] | None = None, only: frozenset[Node] | None = None) -> Evaluation:  # fmt: skip
        known = _Known(choices, None if asking is None else frozenset(cone.numbers for cone in asking))
        wanted = self.only if asking is None else {node for cone in asking for node in cone.nodes}
        looks = [(moment, self._look(known, moment, wanted)) for moment in self.moments]
        options = self.options
        scenario = self.questions.on_days(choices, self.scenario) if choices else self.scenario
        if readings:
            scenario = replace(scenario, tree={key: value for key, value in scenario.tree.items() if key != "readings"})
            options = replace(options, readings=readings, terms={**options.terms, **terms})
        found = evaluate_once(scenario, options, self._log_again(), looks, program=program, only=only)
        self.runs.append(known)
        return found

    def _look(self, known: _Known, moment: Moment, wanted: Collection[Node] | None) -> Any:
        def look(run: Run) -> None:
            program = run.program
            before = set(program.looked)
            for node, thing in things(program):
                if wanted is not None and node not in wanted:
                    continue
                program.looked.clear()
                run.state.version += 1
                known.stood[(moment, node)] = standings(run, node, thing)
                known.looked[(moment, node)] = frozenset(before | program.looked)
            program.looked.clear()
            program.looked.update(before)
            run.state.version += 1

        return look

    # --- the judgement ----------------------------------------------------------------------------------------------

    def _judgement(self, moment: Moment, cones: list[_Cone], earliest: _Known | None) -> Judgement:
        verdicts: dict[Node, Any] = {}
        leaves: dict[Node, Sequence[Leaf]] = {}
        refused: dict[Node, tuple[str, ...]] = {}
        for cone in cones:
            if cone.refused:
                names = tuple(self.questions.all[n].name for n in sorted(cone.numbers))
                refused.update((node, names) for node in cone.nodes)
                continue
            for node in cone.nodes:
                leaves[node] = [Leaf(choices, known.stood[(moment, node)]) for choices, known in cone.leaves]
                base = self.runs[0].stood[(moment, node)]
                verdicts[node] = verdicts_of(self.questions, node, base, leaves[node])
                if earliest is not None:
                    names = tuple(one.name for one in self.uncut if belongs(one.node, self.reached[node]))
                    verdicts[node] = moved_by_dates(verdicts[node], base, earliest.stood[(moment, node)], names)
        largest = max((len(cone.leaves) for cone in cones), default=0)
        return Judgement(self.questions, verdicts, leaves, refused, len(self.runs), largest)


def _always_matters(one: Open) -> bool:
    """Whether a run does not note that it looked at it: clauses, what triggers move, and lists, which make instances."""
    section = one.question.place.route[-2:-1]
    readings = [{**one.tree, **(reading or {})} for reading in (one.tree.get("readings") or {}).values()]
    if section == ("terms",):
        return any(isinstance(version.get("value"), list) for version in (one.tree, *readings))
    computed = "holds" if section == ("facts",) else "is" if section == ("measures",) else None
    return computed is None or not all(computed in version for version in readings)


__all__ = ["Judgement", "judge"]
