"""Labels along a line of days: none touches another, and those wanted first are there."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealcli.output.labels import evenly, placed
from dealcli.output.words import spoken

WANTED = st.lists(st.tuples(st.integers(0, 1000), st.text("ab ", min_size=1, max_size=40)), max_size=30)


@given(WANTED, st.integers(20, 120), st.integers(1, 3))
def test_labels_on_one_line_never_touch_and_never_leave_it(wanted: list[tuple[int, str]], room: int, lines: int) -> None:
    found = placed(wanted, room, 1000, lines)
    for line in range(lines):
        ends = []
        for label in found:
            if label.line == line:
                column, length = label.at * room // 1000, len(label.text) + 2
                ends.append((column - length, column) if label.before else (column, column + length))
        assert all(start >= 0 and end <= room + 1 for start, end in ends)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(sorted(ends)))


@given(WANTED)
def test_the_label_wanted_first_is_there_if_it_fits_at_all(wanted: list[tuple[int, str]]) -> None:
    found = placed(wanted, 100, 1000)
    if wanted:
        assert wanted[0] in [(label.at, label.text) for label in found]


@given(st.integers(1, 40), st.integers(20, 120))
def test_ticks_are_thinned_evenly(years: int, room: int) -> None:
    wanted = [(year * 1000 // years, f"{2000 + year}") for year in range(years)]
    kept = [wanted.index((label.at, label.text)) for label in evenly(wanted, room, 1000)]
    assert kept
    assert kept == list(range(0, years, kept[1] if len(kept) > 1 else years))


def test_a_label_ends_at_its_mark_where_there_is_no_room_after_it() -> None:
    (first, last) = placed([(0, "in 2019"), (1000, "in 2026")], 40, 1000)
    assert (first.before, last.before) == (False, True)


@pytest.mark.parametrize(("number", "said"), [
    ("250000000000", "250 billion"), ("38250000000", "38.25 billion"), ("1000000", "1 million"), ("1234567", "1,234,567"),
    ("1100000000000", "1.1 trillion"), ("15000", "15,000"), ("12.5", "12.5"), ("at least 3", "at least 3"),
])  # fmt: skip
def test_a_large_round_amount_is_told_as_it_is_said(number: str, said: str) -> None:
    assert spoken(number) == said
