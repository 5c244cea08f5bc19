"""What many runs come to: shares, quantiles, and where along an input the answer turns. All counts are exact."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from dealcli.analysis.columns import Columns, Name, Value

QUANTILES = ("0", "0.05", "0.25", "0.5", "0.75", "0.95", "1")
MOST_PIECES = 6
"""More pieces than this, each with one answer, are told as stretches with the most frequent one."""
STRETCHES = 20
NUMBER = re.compile(r"(?:[A-Z]{3} )?-?[0-9]+(?:\.[0-9]+)?%?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?")

Row = dict[str, Any]


def share(part: int, whole: int) -> str:
    """A part of a whole as a decimal with four places, the nearest."""
    units = (part * 20_000 + whole) // (2 * whole) if whole else 0
    return f"{units // 10_000}.{units % 10_000:04d}"


def shares(counted: Mapping[Value, int]) -> list[Row]:
    """Each value with its runs and their share, the most frequent first."""
    whole = sum(counted.values())
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))
    return [{"value": value, "runs": runs, "share": share(runs, whole)} for value, runs in ordered]


def quantiles(counted: Mapping[Value, int]) -> Row | None:
    """The values below which a part of the runs lies, by nearest rank; None where they have no order, as words have not."""
    known = {value: runs for value, runs in counted.items() if value is not None and value not in ("none", "unknown")}
    order = _order(list(known))
    if order is None:
        return None
    ranked, whole = sorted(known, key=order), sum(known.values())
    found: Row = {"runs": whole}
    for quantile in QUANTILES:
        left = max(1, -(-Fraction(quantile) * whole // 1))
        for value in ranked:
            left -= known[value]
            if left <= 0:
                found[quantile] = value
                break
    return found


def _order(values: Sequence[str]) -> Callable[[str], Any] | None:
    if values and all(DAY.fullmatch(value) for value in values):
        return lambda value: value
    if values and all(NUMBER.fullmatch(value) for value in values) and len({value[:3] for value in values if value[:1].isalpha()}) <= 1:
        return lambda value: Fraction(value.rpartition(" ")[2].rstrip("%"))
    return None


def turns(columns: Columns, name: Name, values: Sequence[str], places: Sequence[int]) -> Row | None:
    """Where along the values of an input the answer turns; None where it does not.

    ``places`` has the place of each run's value. ``exact`` says that each piece has one answer; else the pieces are
    stretches of values in which the same answer is the most frequent.
    """
    by_place = columns.paired(name, places)
    pieces = _pieces(by_place, lambda counted: next(iter(counted)) if len(counted) == 1 else tuple(counted))
    exact = len(pieces) <= MOST_PIECES and all(len(counted) == 1 for _, _, counted in pieces)
    if not exact:
        pieces = _pieces(by_place if len(values) <= STRETCHES else _stretches(by_place, len(values)), _most_frequent)
    if len(pieces) < 2:
        return None
    size = 1 if exact or len(values) <= STRETCHES else -(-len(values) // STRETCHES)
    rows = [{"from": values[first * size], "to": values[min((last + 1) * size, len(values)) - 1], "values": shares(counted)}
            for first, last, counted in pieces]  # fmt: skip
    return {"exact": exact, "pieces": rows}


def _stretches(by_place: Mapping[int, Mapping[Value, int]], count: int) -> dict[int, dict[Value, int]]:
    """The runs of values next to each other, together."""
    size = -(-count // STRETCHES)
    found: dict[int, dict[Value, int]] = {}
    for place, counted in by_place.items():
        stretch = found.setdefault(place // size, {})
        for value, runs in counted.items():
            stretch[value] = stretch.get(value, 0) + runs
    return found


def _pieces(by_place: Mapping[int, Mapping[Value, int]],
            alike: Callable[[Mapping[Value, int]], Any]) -> list[tuple[int, int, dict[Value, int]]]:  # fmt: skip
    """Places next to each other with the same answer, together: the first, the last, and the runs by value."""
    found: list[tuple[int, int, dict[Value, int]]] = []
    before: Any = object()
    for place in sorted(by_place):
        counted, answer = by_place[place], alike(by_place[place])
        if found and answer == before:
            first, _, known = found[-1]
            found[-1] = (first, place, {value: known.get(value, 0) + counted.get(value, 0) for value in {**known, **counted}})
        else:
            found.append((place, place, dict(counted)))
        before = answer
    return found


def _most_frequent(counted: Mapping[Value, int]) -> Value:
    return min(counted, key=lambda value: (-counted[value], value is None, value or ""))


__all__ = ["QUANTILES", "quantiles", "share", "shares", "turns"]
