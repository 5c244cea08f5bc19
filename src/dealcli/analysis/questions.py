"""The open questions of a deal: what may be chosen for each, and which choices go together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dealcli.analysis.scenario import Scenario
from dealcli.analysis.uncertain_dates import UncertainDate
from dealcli.engine.build import build
from dealcli.engine.definitions import Compiler
from dealcli.engine.program import Program, Question
from dealcli.language.scope import Env, Scope
from dealcli.slotted import dataclass

Choices = Mapping[int, str]
"""The choice for each of some questions, by the number of the question."""

_NAME = re.compile(r"[a-z][a-z0-9_.]*")


@dataclass(frozen=True, slots=True)
class Open:
    """One question. ``default`` is what a run takes unless told; of plausible values that is ``undisclosed``, no choice."""

    number: int
    question: Question
    choices: tuple[str, ...]
    default: str
    fixed: bool
    tree: Mapping[str, Any]
    dated: UncertainDate | None = None
    """The date that it is about, where its choices are days."""

    @property
    def name(self) -> str:
        return self.question.full

    @property
    def plausible(self) -> bool:
        return self.question.plausible


class Questions:
    """The questions of a scenario. Those that the scenario or the caller answers are fixed."""

    def __init__(self, scenario: Scenario, program: Program, readings: Iterable[str], terms: Iterable[str],
                 known_as_of: date | None, dates: Iterable[tuple[UncertainDate, tuple[date, ...]]] = ()) -> None:  # fmt: skip
        self.program = program
        fixed, filled = set(readings), set(terms)
        self.all = [_open(number, question, scenario, program, filled if question.plausible else fixed, known_as_of)
                    for number, question in enumerate(program.questions)]  # fmt: skip
        self.all += [_of_date(number, one, days) for number, (one, days) in enumerate(dates, len(self.all))]
        self.open = [one for one in self.all if not one.fixed and one.choices]
        self._givens = self._compiled_givens()
        self._existing: dict[frozenset[tuple[int, str]], bool] = {}
        self._bound = self._bound_by_givens()

    @property
    def combinations(self) -> int:
        """How many combinations of choices there are, ``given`` left aside."""
        product = 1
        for one in self.open:
            product *= len(one.choices)
        return product

    def by_look(self) -> dict[str, frozenset[int]]:
        """From what a run notes when it looks at a term or a chosen reading to the questions behind it."""
        found: dict[str, set[int]] = {}
        for one in self.all:
            for name in (one.question.name, one.name):
                found.setdefault(name, set()).add(one.number)
        return {name: frozenset(numbers) for name, numbers in found.items()}

    def written(self, choices: Choices) -> tuple[dict[str, str], dict[str, str]]:
        """Choices as the ``readings`` and ``terms`` of a run. A plausible value stands in only for what is undisclosed."""
        readings = {self.all[n].name: choice for n, choice in choices.items() if not self.all[n].plausible}
        terms = {}
        for number, choice in choices.items():
            one = self.all[number]
            if one.plausible and one.dated is None and choice != one.default and self._undisclosed(one, readings):
                terms[one.name] = choice
        return readings, terms

    def on_days(self, choices: Choices, scenario: Scenario) -> Scenario:
        """The scenario with the chosen day in the place of each uncertain date."""
        for number, choice in choices.items():
            one = self.all[number]
            if one.dated is not None and choice != one.default:
                scenario = one.dated.exchange(scenario, date.fromisoformat(choice))
        return scenario

    def _undisclosed(self, one: Open, readings: Mapping[str, str]) -> bool:
        inner = (one.tree.get("readings") or {}).get(readings.get(one.name, ""), {}) or {}
        return bool({**one.tree, **inner}.get("value", "undisclosed") == "undisclosed")

    # --- which choices go together ----------------------------------------------------------------------------------

    def completed(self, choices: Choices) -> dict[int, str] | None:
        """The whole combination nearest to the default that has these choices; None where none exists."""
        whole = {one.number: one.default for one in self.all} | dict(choices)
        if self._exists(whole):
            return whole
        free = [self.all[n] for n in self._bound if n not in choices and not self.all[n].fixed and not self.all[n].plausible]
        return self._search(whole, free)

    def forced(self, choices: Choices) -> list[int]:
        """The questions that some choices leave open but not at their default: some ``given`` asks for another reading."""
        if self._exists({one.number: one.default for one in self.all} | dict(choices)):
            return []
        return [number for number in self._bound if number not in choices and not self.all[number].fixed]

    def _search(self, whole: dict[int, str], free: list[Open]) -> dict[int, str] | None:
        if not free:
            return whole if self._exists(whole) else None
        first, *rest = free
        for choice in (first.default, *(c for c in first.choices if c != first.default)):
            found = self._search({**whole, first.number: choice}, rest)
            if found is not None:
                return found
        return None

    def _exists(self, whole: Choices) -> bool:
        key = frozenset((n, whole[n]) for n in self._bound)
        if key not in self._existing:
            self._existing[key] = all(self._given_holds(n, whole) for n in self._bound)
        return self._existing[key]

    def _given_holds(self, number: int, whole: Choices) -> bool:
        given = self._givens.get((number, whole[number]))
        if given is None:
            return True
        chosen = {name: whole[one.number] for one in self.all if not one.plausible for name in (one.question.name, one.name)}
        chosen |= {name: whole[one.number] for one in self.all if one.plausible and whole[one.number] != one.default
                   for name in (one.question.name, one.name)}  # fmt: skip
        compiler = Compiler()
        condition = compiler.condition(given, self.all[number].question.place, Scope(self.program.deal, "", choices=chosen))
        return condition is None or condition(Env(None)) is not False

    def _compiled_givens(self) -> dict[tuple[int, str], Any]:
        return {(one.number, choice): reading["given"] for one in self.all if not one.plausible
                for choice, reading in (one.tree.get("readings") or {}).items() if reading and "given" in reading}  # fmt: skip

    def _bound_by_givens(self) -> list[int]:
        """The questions that a ``given`` belongs to or asks about."""
        looks = self.by_look()
        words = {word for given in self._givens.values() for word in _NAME.findall(str(given))}
        asked = {n for word in words for part in (word, word.rpartition(".")[2]) for n in looks.get(part, ())}
        return sorted(asked | {number for number, _ in self._givens})


def _open(number: int, question: Question, scenario: Scenario, program: Program, fixed: set[str], known: date | None) -> Open:
    tree = _tree(scenario, question)
    choices = question.choices
    if known is not None and not question.plausible:
        choices = tuple(c for c in choices if c == question.chosen or _reported(tree, c, program, known))
    if known is not None and question.plausible and not _reported(tree, "", program, known):
        choices = ()
    answered = bool({question.name, question.full} & fixed)
    return Open(number, question, choices, question.chosen, answered, tree)


def _of_date(number: int, one: UncertainDate, days: tuple[date, ...]) -> Open:
    """The question on which of its days an uncertain date is; the first of the days is the one taken by default."""
    choices = tuple(map(str, days))
    question = Question(one.name, one.name, f"When exactly: {one.written.text}", choices, choices[0], choices[0], one.place, plausible=True)
    return Open(number, question, choices, choices[0], False, {}, one)


def _tree(scenario: Scenario, question: Question) -> Mapping[str, Any]:
    """The definition of a question as it is written."""
    place = question.place
    for text in scenario.deal:
        if (text.place.path, text.place.document) == (place.path, place.document):
            tree: Any = text.tree
            for step in place.route[len(text.place.route) :]:
                tree = tree[step]
            return tree if isinstance(tree, Mapping) else {}
    return {}


def meanings(scenario: Scenario, program: Program) -> dict[str, dict[str, str]]:
    """What the answers to each question mean in words, by the names of both, where the definition says it."""
    found = {}
    for question in program.questions:
        readings = _tree(scenario, question).get("readings") or {}
        found[question.full] = {name: str(reading["means"]) for name, reading in readings.items() if reading and reading.get("means")}
    return found


def _reported(tree: Mapping[str, Any], choice: str, program: Program, known: date) -> bool:
    """Whether a source behind a reading had been published by a day; without dated sources it is known."""
    reading = (tree.get("readings") or {}).get(choice) or {}
    days = [program.sources[s].published for s in {**tree, **reading}.get("sources") or () if s in program.sources]
    return not days or any(day is None or day <= known for day in days)


def according_to(program: Program, source: str) -> dict[str, str]:
    """The reading of each question that a source backs."""
    return {question.full: choice for question in program.questions for choice, sources in question.backing if source in sources}


def existing(scenario: Scenario, chosen: Mapping[str, str]) -> dict[str, str]:
    """Chosen readings with those that their ``given`` takes beside them; as they are where no combination has them all."""
    program, _ = build(scenario.deal)
    questions = Questions(scenario, program, (), (), None)
    numbers = {name: one.number for one in questions.all if not one.plausible for name in (one.question.name, one.name)}
    whole = questions.completed({numbers[name]: choice for name, choice in chosen.items() if name in numbers}) or {}
    forced = {questions.all[n].name: choice for n, choice in whole.items()
              if choice != questions.all[n].default and not questions.all[n].plausible}  # fmt: skip
    unknown = {name: choice for name, choice in chosen.items() if name not in numbers}
    return {**unknown, **forced, **{questions.all[numbers[name]].name: choice for name, choice in chosen.items() if name in numbers}}


__all__ = ["Choices", "Open", "Questions", "according_to", "existing", "meanings"]
