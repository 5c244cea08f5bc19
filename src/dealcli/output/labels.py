"""Labels along a line of days: which of them there is room for, and on which line each stands without touching another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Label(NamedTuple):
    """A text beside its mark. ``line`` 0 is the one nearest to the days; ``before`` says that it ends at its mark."""

    at: int
    text: str
    line: int
    before: bool


def placed(wanted: Iterable[tuple[int, str]], room: int, whole: int, lines: int = 1) -> list[Label]:
    """The labels that fit, the first ones wanted first, in the order of their marks.

    ``at`` counts from 0 to ``whole``; ``room`` is how many characters one line takes.
    """
    taken: list[list[tuple[int, int]]] = [[] for _ in range(lines)]
    found = []
    for at, text in wanted:
        column, length = at * room // whole, len(text) + 2
        for before in (False, True):
            start = column - length if before else column
            line = next((n for n, row in enumerate(taken) if _free(row, start, start + length, room)), None)
            if line is not None:
                taken[line].append((start, start + length))
                found.append(Label(at, text, line, before))
                break
    return sorted(found)


def evenly(wanted: Sequence[tuple[int, str]], room: int, whole: int) -> list[Label]:
    """All labels, or every second, third and so on of them, as many as fit on one line."""
    for step in range(1, len(wanted) + 1):
        found = placed(wanted[::step], room, whole)
        if len(found) == len(wanted[::step]):
            return found
    return []


def _free(row: Iterable[tuple[int, int]], start: int, end: int, room: int) -> bool:
    return start >= 0 and end <= room + 1 and all(end <= first or start >= last for first, last in row)


__all__ = ["Label", "evenly", "placed"]
