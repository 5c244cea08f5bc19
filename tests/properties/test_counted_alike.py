"""Counting by situations against the engine, over contracts with many keys on their way at once."""

from __future__ import annotations

import os

from counted_alike import compared

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
CONTRACTS = int(os.environ.get("DEALCLI_COUNTED", "400"))


def test_situations_count_what_the_engine_counts_on_every_day_looked_at() -> None:
    counts, found = compared(range(FIRST, FIRST + CONTRACTS))
    assert not found, "\n".join(found)
    assert counts["compared"] > 0.5 * CONTRACTS, counts
    assert counts["dependent"] > 0.1 * CONTRACTS, counts
    assert counts["typed"] > 0.5 * CONTRACTS, counts


def test_a_limit_that_an_event_of_the_whole_deal_sets_runs_from_its_day_for_every_key() -> None:
    assert compared((50942, 52426))[1] == []


def test_a_limit_set_with_more_time_left_for_another_than_was_rehearsed_is_told_apart() -> None:
    assert compared((70979,))[1] == []
