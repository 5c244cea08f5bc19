"""What a sweep varies: terms, readings, and the values in rows of a timeline; over a grid, or drawn from a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

from dealcli.analysis.chance import draw, triangular, uniform, weighted
from dealcli.slotted import dataclass

SHAPES = ("uniform", "triangular", "discrete")


@dataclass(frozen=True)
class Input:
    """One thing that is varied, with its values in their order.

    ``kind``: term, reading or row. ``name``: its full name, or as in ``event[3].date``; ``row`` and ``key`` say which value
    of which row, from 0. ``shape`` is empty for a grid; else the name of the distribution of its draws, with the place of
    its ``peak`` or the ``weights`` of its values.
    """

    kind: str
    name: str
    values: tuple[str, ...]
    row: int = 0
    key: str = ""
    shape: str = ""
    peak: int = 0
    weights: tuple[int, ...] = ()

    def drawn(self, seed: int, number: int) -> int:
        """The place of the value that a sample has."""
        found = draw(seed, number, self.name)
        if self.shape == "triangular":
            return triangular(found, len(self.values), self.peak)
        return weighted(found, self.weights) if self.shape == "discrete" else uniform(found, len(self.values))


@dataclass(frozen=True)
class Inputs:
    """All that is varied: every combination of the grids, with every sample of what is drawn. Run numbers are from 0."""

    all: tuple[Input, ...]
    seed: int = 0
    samples: int = 1

    @cached_property
    def grids(self) -> tuple[int, ...]:
        """The places of the grids, what needs a program of its own first: so that neighbours share one."""
        found = [place for place, one in enumerate(self.all) if not one.shape]
        return tuple(sorted(found, key=lambda place: self.all[place].kind == "row"))

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self.samples * prod(len(self.all[place].values) for place in self.grids)

    def chosen(self, number: int) -> tuple[int, ...]:
        """For one run the place of the value of each input."""
        left, sample = divmod(number, self.samples)
        places = [one.drawn(self.seed, sample) if one.shape else 0 for one in self.all]
        for place in reversed(self.grids):
            left, places[place] = divmod(left, len(self.all[place].values))
        return tuple(places)

    def texts(self, places: Sequence[int]) -> tuple[str, ...]:
        """The values at some places, as they are written."""
        return tuple(one.values[place] for one, place in zip(self.all, places, strict=True))


def with_value(row: Mapping[str, Any], key: str, value: str) -> dict[str, Any]:
    """A row with another value; another date may bear a time."""
    if key != "date":
        return {**row, key: value}
    day, _, clock = value.partition("T")
    return {**{name: old for name, old in row.items() if name != "at"}, "date": day, **({"at": clock} if clock else {})}


__all__ = ["SHAPES", "Input", "Inputs", "with_value"]
