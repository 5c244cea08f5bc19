"""Draws that look like chance and are not: each follows from a seed, the number of a run and the name of what is drawn.

A draw is the SHA-256 (FIPS 180-4) of these three, read as a fraction of 2**256. It depends on no draw before it, so that
runs can be made in any order and on any number of machines. All arithmetic is with integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from math import isqrt

BITS = 256
ALL = 1 << BITS


def draw(seed: int, number: int, name: str) -> int:
    """An integer from 0 to 2**256 - 1, each as likely as any other."""
    return int.from_bytes(sha256(f"{seed}/{number}/{name}".encode()).digest(), "big")


def uniform(drawn: int, count: int) -> int:
    """One of ``count`` numbers from 0, each as likely as any other."""
    return drawn * count >> BITS


def weighted(drawn: int, weights: Sequence[int]) -> int:
    """The place of one of some weights, as often as it weighs."""
    left = uniform(drawn, sum(weights))
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    raise AssertionError("a draw lies below the sum of its weights")


def triangular(drawn: int, count: int, peak: int) -> int:
    """One of ``count`` numbers from 0, most often ``peak``, on either side less often in a straight line.

    The inverse of the distribution function of the triangle from -1/2 to count - 1/2 with its peak at ``peak``: a square
    root of the draw on the side of the peak on which it falls (L. Devroye, Non-Uniform Random Variate Generation, 1986,
    II.2). Lengths are in half steps.
    """
    width, left = 2 * count, 2 * peak + 1
    if drawn * width < left * ALL:
        found = isqrt(drawn * width * left >> BITS)
    else:
        found = width - 1 - isqrt((ALL - 1 - drawn) * width * (width - left) >> BITS)
    return min(max(found // 2, 0), count - 1)


__all__ = ["draw", "triangular", "uniform", "weighted"]
