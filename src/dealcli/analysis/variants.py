"""Programs under other readings, built no more often than need be: a term's value can be exchanged in one that is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dealcli.analysis.questions import Choices, Open, Questions
from dealcli.engine.definitions import literal_value
from dealcli.engine.program import Program
from dealcli.language.declarations import Term
from dealcli.language.tree import LanguageError
from dealcli.language.types import Type
from dealcli.language.values import UNKNOWN

EXCHANGEABLE = ("word", "text", "number", "money", "date", "boolean", "duration")


class Variants:
    """The programs of a scenario by what cannot be exchanged in them. That of the questions themselves stays as it is."""

    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self.values = {one.number: found for one in questions.open if (found := _values(one, questions)) is not None}
        self.rows = {one.number for one in questions.open if one.dated is not None and one.dated.in_timeline}
        self.programs: dict[tuple[Any, ...], Program] = {}

    def known(self, choices: Choices, numbers: Collection[int], only: Collection[Any]) -> Program | None:
        """A program of some things with these choices of some questions, if one differs in nothing but the values of terms."""
        program = self.programs.get(self._key(choices, numbers, only))
        if program is None:
            return None
        terms = {term.full: term for term in program.terms}
        for one in self.questions.all:
            if one.number in self.values:
                _exchange(terms[one.name], one, choices[one.number], self.values[one.number])
            if not one.plausible:
                program.chosen[one.question.name] = choices[one.number]
        program.looked.clear()
        return program

    def keep(self, choices: Choices, numbers: Collection[int], only: Collection[Any], program: Program) -> None:
        """Remember a program of ``only`` some things, which turn on the questions with these ``numbers``."""
        self.programs[self._key(choices, numbers, only)] = program

    def _key(self, choices: Choices, numbers: Collection[int], only: Collection[Any]) -> tuple[Any, ...]:
        fixed = {n: choices[n] for n in numbers if n in choices and n not in self.values and n not in self.rows}
        return frozenset(fixed.items()), frozenset(only)


def _exchange(term: Term, one: Open, choice: str, values: dict[str, Any]) -> None:
    term.value = values[choice]
    if not one.plausible:
        term.choice = choice


def _values(one: Open, questions: Questions) -> dict[str, Any] | None:
    """The value of a term under each choice, where all are single values of one type; else None."""
    if one.question.place.route[-2:-1] != ("terms",) or sum(other.name == one.name for other in questions.all) > 1:
        return None
    written: dict[str, Any] = {}
    for choice in one.choices:
        reading = {} if one.plausible else (one.tree.get("readings") or {}).get(choice) or {}
        written[choice] = choice if one.plausible else {**one.tree, **reading}.get("value")
    if not all(isinstance(raw, str) for raw in written.values()):
        return None
    values = exchangeable(written)
    return values | ({one.default: UNKNOWN} if one.plausible else {}) if values is not None else None


def exchangeable(written: Mapping[str, str]) -> dict[str, Any] | None:
    """The values of literals by their names, where one may stand for the other in a program that is built; else None."""
    try:
        found = {name: literal_value(raw) for name, raw in written.items()}
    except LanguageError:
        return None
    kinds = {_kind(raw, found[name][1]) for name, raw in written.items()}
    if len(kinds) != 1 or any(kind.name not in EXCHANGEABLE for kind, _ in kinds):
        return None
    return {name: value for name, (value, _) in found.items()}


def _kind(raw: str, kind: Type) -> tuple[Type, str]:
    """The type of a value, of a duration with its unit, of a percentage with its sign: they compile to different things."""
    unit = raw.rsplit(maxsplit=1)[-1].rstrip("s") if kind.name == "duration" else ""
    return kind, unit or ("%" if raw.endswith("%") else "")


__all__ = ["Variants", "exchangeable"]
