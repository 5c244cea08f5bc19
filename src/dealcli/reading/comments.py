"""The comments of a YAML file. The parser drops them; they are found again as what stands behind a '#' outside every value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from dealcli.reading.sources import Mark, SourceFile


class Comment(NamedTuple):
    """A comment from its '#' on. Line and column count from 1; ``alone`` where nothing stands before it on its line."""

    line: int
    column: int
    text: str
    alone: bool


def comments(source: SourceFile, containing: str) -> Iterator[Comment]:
    """The comments of a file that contain a word, in order."""
    if containing not in source.text:
        return
    spans = sorted(span for mark in source.marks for span in _values(mark))
    starts = [start for start, _ in spans]
    for number in range(1, len(source.starts) + 1):
        line = source.line(number)
        if containing not in line:
            continue
        for column, character in enumerate(line):
            if character != "#" or (column and line[column - 1] not in " \t"):
                continue
            position = source.starts[number - 1] + column
            before = bisect_right(starts, position) - 1
            if before >= 0 and position < spans[before][1]:
                continue
            if containing in line[column:]:
                yield Comment(number, column + 1, line[column:], not line[:column].strip())
            break


def _values(mark: Mark) -> Iterator[tuple[int, int]]:
    """The stretches of all scalars, each from its first character to its last."""
    waiting = [mark]
    while waiting:
        one = waiting.pop()
        if one.style is not None and one.end > one.start:
            yield (one.start, one.end)
        inner = one.inner
        waiting.extend(inner.values() if isinstance(inner, dict) else inner or ())
