"""The texts that stand in a definition as it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any


def texts_in(written: Any, left_out: Collection[str]) -> Iterator[str]:
    """Every text in a tree, in its order, but for what stands under the keys that are left out."""
    if isinstance(written, Mapping):
        for key, inner in written.items():
            if key not in left_out:
                yield from texts_in(inner, left_out)
    elif isinstance(written, list | tuple):
        for inner in written:
            yield from texts_in(inner, left_out)
    elif isinstance(written, str):
        yield written


__all__ = ["texts_in"]
