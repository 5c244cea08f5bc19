"""How an aggregate joins what it goes through: sums, counts and extremes of values that may be missing or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dealcli.language import values
from dealcli.language.values import UNKNOWN, AtLeast

Found = list[tuple[Any, Any]]
"""(truth, value) of each element that is, or may be, among those that an aggregate goes through."""


def extreme(name: str, candidates: Iterable[Any]) -> Any:
    """The least or greatest of the values that are there; a lower bound alone can decide a minimum."""
    present = [v for v in candidates if v is not None]
    if not present:
        return None
    known = [v for v in present if not values.is_unknown(v)]
    best = None
    for value in known:
        worse = best is not None and values.compare("<=" if name == "min" else ">=", best, value) is True
        best = best if worse else value
    return best if len(known) == len(present) else _bounded_extreme(name, best, present)


def _bounded_extreme(name: str, best: Any, present: list[Any]) -> Any:
    open_ones = [v for v in present if values.is_unknown(v)]
    if any(v is UNKNOWN for v in open_ones):
        return UNKNOWN
    bounds = [v.bound for v in open_ones]
    if name == "min":
        least = extreme("min", bounds)
        return best if best is not None and values.compare("<=", best, least) is True else UNKNOWN
    return AtLeast(extreme("max", [*bounds, best]))


def count_of(found: Found, partial: bool) -> Any:
    """How many there are; "at least" where some are doubtful, or where more may have happened than was reported."""
    sure = sum(1 for truth, _ in found if truth is True)
    return AtLeast(sure) if partial or sure < len(found) else sure


def sum_of(found: Found, partial: bool) -> Any:
    """A sum of nothing is 0; a missing value makes no difference; unknown elements leave a lower bound.

    What is not known is taken to be no less than nothing: amounts that go down are known to do so.
    """
    total: Any = 0
    for truth, value in found:
        if value is None:
            continue
        certain = truth is True and not values.is_unknown(value)
        partial = partial or not certain
        least = values.least(value)
        if (truth is True and least is not UNKNOWN) or (least is not UNKNOWN and values.amount_number(least) < 0):
            total = values.add(total, least)
    return AtLeast(total) if partial else total


def counted(truths: list[Any]) -> Any:
    """How many of these truths are true; "at least" where some are unknown."""
    sure = sum(1 for truth in truths if truth is True)
    return AtLeast(sure) if any(truth is UNKNOWN for truth in truths) else sure


def end_of_row(name: str, found: Found) -> Any:
    """``first`` or ``latest``: missing where there is none, unknown where it is not sure which one it is."""
    if not found:
        return None
    truth, value = found[0 if name == "first" else -1]
    return value if truth is True else UNKNOWN
