"""From how a thing stands under every combination of choices to a verdict on each of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement
from typing import Any, NamedTuple

from dealcli.analysis.cones import Node
from dealcli.analysis.questions import Choices, Questions
from dealcli.analysis.standings import NONE, WAITING, Slot, Standing, Standings
from dealcli.slotted import dataclass

SETTLED, CONTESTED, UNDETERMINED, NOT_JUDGED = "settled", "contested", "undetermined", "not judged"
FIELDS = ("stage", "since", "due", "amount", "breaches", "binding", "value", "in_force", "until")
"""Everything that is compared; what a position does not have is left out."""

Named = tuple[tuple[str, str], ...]
_ABSENT = Standing((NONE, ()), (NONE, ()))


class Leaf(NamedTuple):
    """All combinations with these choices, and how a thing stands under each of them."""

    choices: Choices
    stood: Standings


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far one field is settled.

    ``reported`` is what all plausible values agree on under the default readings; None where they do not agree.
    ``contested_by`` has every minimal set of choices, counted from the default, under which it is something else.
    ``turns_on`` names the questions that matter; ``possible`` are the stages that a stage may be.
    """

    word: str
    reported: Standing | None
    contested_by: tuple[Named, ...] = ()
    turns_on: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


class _Case(NamedTuple):
    """One leaf as far as one field is concerned."""

    choices: Choices
    standing: Standing


def verdicts_of(questions: Questions, node: Node, base: Standings, leaves: Sequence[Leaf]) -> dict[Slot, dict[str, Verdict]]:
    """The verdict on each field of each slot that exists under some combination."""
    slots = dict.fromkeys([*base, *(slot for leaf in leaves for slot in leaf.stood)])
    found: dict[Slot, dict[str, Verdict]] = {}
    for slot in slots:
        if slot == WAITING and slot not in base:
            continue
        verdicts = {}
        for name in FIELDS:
            cases = [_Case(leaf.choices, standing) for leaf in leaves if (standing := stands(node, leaf.stood, slot, name)) is not None]
            if any(slot in leaf.stood and name in leaf.stood[slot] for leaf in leaves):
                verdicts[name] = _verdict(questions, name, cases)
        found[slot] = verdicts
    return found


def moved_by_dates(verdicts: dict[Slot, dict[str, Verdict]], base: Standings, earliest: Standings,
                   names: tuple[str, ...]) -> dict[Slot, dict[str, Verdict]]:  # fmt: skip
    """The verdicts with those fields undetermined that uncertain dates move, though nothing cuts them: they follow the day."""
    found = {slot: dict(fields) for slot, fields in verdicts.items()}
    for slot, fields in found.items():
        for name, verdict in fields.items():
            one, two = base.get(slot, {}).get(name), earliest.get(slot, {}).get(name)
            if verdict.word != UNDETERMINED and one is not None and two is not None and one.mark != two.mark:
                fields[name] = Verdict(UNDETERMINED, None, turns_on=tuple(sorted({*verdict.turns_on, *names})))
    return found


def stands(node: Node, stood: Standings, slot: Slot, name: str) -> Standing | None:
    """A field in one run; a position that is not there has the stage ``none``, a key never seen the initial value."""
    if slot in stood:
        return stood[slot].get(name)
    if node[0] in ("facts", "measures"):
        return stood.get(WAITING, {}).get(name)
    return _ABSENT if name == "stage" and slot != WAITING else None


def _verdict(questions: Questions, name: str, cases: list[_Case]) -> Verdict:
    usual = [case for case in cases if not deviations(questions, case.choices)]
    marks = {case.standing.mark for case in usual}
    reported = usual[0].standing if len(marks) == 1 else None
    everywhere = {case.standing.mark for case in cases}
    if len(everywhere) == 1 and reported is not None:
        return Verdict(UNDETERMINED if reported.open else SETTLED, reported, possible=_possible(name, usual))
    matter = tuple(questions.all[n].name for n in _matter(questions, cases))
    if reported is None or reported.open:
        return Verdict(UNDETERMINED, reported, turns_on=matter, possible=_possible(name, usual))
    return Verdict(CONTESTED, reported, _flips(questions, cases, reported.mark), matter)


def _possible(name: str, usual: list[_Case]) -> tuple[str, ...]:
    if name != "stage":
        return ()
    found = {stage for case in usual for stage in (case.standing.value[1] or (case.standing.value[0],))}
    return tuple(sorted(found)) if len(found) > 1 else ()


def deviations(questions: Questions, choices: Choices) -> frozenset[tuple[int, str]]:
    """The readings among some choices that are not the default; a plausible value is no deviation."""
    return frozenset((n, choice) for n, choice in choices.items()
                     if not questions.all[n].plausible and choice != questions.all[n].default)  # fmt: skip


# --- what matters ----------------------------------------------------------------------------------------------------


def _matter(questions: Questions, cases: list[_Case]) -> list[int]:
    """The questions on which alone the field turns, under some choice for all others."""
    numbers = sorted({number for case in cases for number in case.choices})
    return [number for number in numbers if _matters(questions, number, cases)]


def _matters(questions: Questions, number: int, cases: list[_Case]) -> bool:
    for one, two in _alike_but_for(number, cases):
        if one.standing.mark != two.standing.mark and one.choices[number] != two.choices[number]:
            both = {**one.choices, **two.choices}
            if all(questions.completed({**both, number: case.choices[number]}) is not None for case in (one, two)):
                return True
    return False


def _alike_but_for(number: int, cases: list[_Case]) -> Iterator[tuple[_Case, _Case]]:
    """Pairs of cases that ask about a question and choose alike in all others about which both ask."""
    by_asked: dict[frozenset[int], list[_Case]] = {}
    for case in cases:
        if number in case.choices:
            by_asked.setdefault(frozenset(case.choices), []).append(case)
    for asked, others in combinations_with_replacement(by_asked, 2):
        shared = sorted((asked & others) - {number})
        alike: dict[tuple[str, ...], list[_Case]] = {}
        for case in by_asked[asked]:
            alike.setdefault(tuple(case.choices[n] for n in shared), []).append(case)
        for two in by_asked[others]:
            yield from ((one, two) for one in alike.get(tuple(two.choices[n] for n in shared), ()))


# --- what flips it ---------------------------------------------------------------------------------------------------


def _flips(questions: Questions, cases: list[_Case], usual: Any) -> tuple[Named, ...]:
    """The minimal sets of readings that change the field, each with the plausible values that it needs beside it."""
    flipping = {deviations(questions, case.choices) for case in cases if case.standing.mark != usual}
    minimal = [found for found in flipping if not any(other < found for other in flipping)]
    sets = [named for readings in minimal for named in _with_values(questions, cases, readings, usual)]
    return tuple(_named(questions, one) for one in sorted(sets, key=lambda s: (len(s), sorted(s))))


def _with_values(questions: Questions, cases: list[_Case], readings: frozenset[tuple[int, str]], usual: Any) -> Iterator[frozenset[Any]]:
    """Some readings, with each minimal set of plausible values under which they change the field."""
    chosen = dict(readings)
    under = [case for case in cases if _agrees(questions, case.choices, chosen)]
    found: list[frozenset[tuple[int, str]]] = []
    values = {pair for case in under if case.standing.mark != usual for pair in case.choices.items() if questions.all[pair[0]].plausible}
    most = max((sum(questions.all[n].plausible for n in case.choices) for case in under), default=0)
    for size in range(most + 1):
        for some in _value_sets(values, size):
            if any(known <= some for known in found):
                continue
            left = [case for case in under if all(case.choices.get(n, choice) == choice for n, choice in some)]
            if left and all(case.standing.mark != usual for case in left):
                found.append(some)
                yield readings | some


def _value_sets(values: Iterable[tuple[int, str]], size: int) -> Iterator[frozenset[tuple[int, str]]]:
    """Sets of that many plausible values, each of another question."""
    for some in combinations(sorted(values), size):
        if len({number for number, _ in some}) == size:
            yield frozenset(some)


def _agrees(questions: Questions, choices: Choices, chosen: Choices) -> bool:
    """Whether a leaf covers the combination of some readings with the default of all others."""
    return all(questions.all[n].plausible or choice == chosen.get(n, questions.all[n].default) for n, choice in choices.items())


def _named(questions: Questions, pairs: Iterable[tuple[int, str]]) -> Named:
    return tuple((questions.all[n].name, choice) for n, choice in sorted(pairs))


def outcome(questions: Questions, node: Node, leaves: Sequence[Leaf], slot: Slot, name: str, chosen: Mapping[int, str]) -> list[Standing]:
    """What a field is under some choices, the default of all other questions, and any plausible values: each once."""
    found: dict[Any, Standing] = {}
    for leaf in leaves:
        fits = all(choice == chosen.get(n, choice if questions.all[n].plausible else questions.all[n].default)
                   for n, choice in leaf.choices.items())  # fmt: skip
        standing = stands(node, leaf.stood, slot, name) if fits else None
        if standing is not None:
            found.setdefault(standing.mark, standing)
    return list(found.values())


__all__ = [
    "CONTESTED", "FIELDS", "NOT_JUDGED", "SETTLED", "UNDETERMINED", "Leaf", "Verdict", "moved_by_dates", "outcome", "stands", "verdicts_of",
]  # fmt: skip
