"""Programs under other readings, built no more often than need be: a term's value can be exchanged in one that is there."""

from __future__ import annotations

from collections.abc import Mapping
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
        self.programs: dict[frozenset[tuple[int, str]], Program] = {}

    def known(self, choices: Choices) -> Program | None:
        """A program with these choices, if one is at hand that differs in nothing but the values of terms."""
        program = self.programs.get(self._key(choices))
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

    def keep(self, choices: Choices, program: Program) -> None:
        """Remember a program that was built for some choices."""
        self.programs[self._key(choices)] = program

    def _key(self, choices: Choices) -> frozenset[tuple[int, str]]:
        return frozenset((number, choice) for number, choice in choices.items() if number not in self.values and number not in self.rows)


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
