"""``dealcli sweep --format html``: the share of the runs in which a position stands how, drawn by date."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
DATES = "event[3].date=2025-02-01..2025-03-01 step 1 week"


@pytest.fixture
def page(run: Run, here: Path) -> Callable[..., str]:
    def made(*options: str) -> str:
        ended = run("sweep", "scenario.yaml", "--vary", DATES, *options, "--format", "html", "-o", "sweep.html")
        assert (ended.code, ended.err) == (0, "")
        return (here / "sweep.html").read_text("utf-8")

    return made


def chart(text: str, title: str) -> str:
    (row,) = [row for row in re.findall(r'<tr class="lane">.*?</tr>', text, re.DOTALL) if title in row]
    return str(row)


def test_a_column_of_the_chart_is_as_high_as_the_share_in_the_result(run: Run, page: Callable[..., str]) -> None:
    drawn = chart(page("--every", "month"), "Deliver what was ordered (A2)")
    found = json.loads(run("sweep", "scenario.yaml", "--vary", DATES, "--every", "month", "--format", "json").out)
    (row,) = [row for row in found["positions"] if (row["clause"], row["key"]) == ("supply.deliver", "A2")]
    looks = [*(one["stages"] for one in row["through_time"]), row["stages"]]
    expected = {(one["stage"], one["runs"] * 100 // found["runs"]) for stages in looks[1:] for one in stages if one["stage"] != "none"}
    heights = {(stage, int(height)) for stage, height in re.findall(r'class="s-(\w+)" d="M\d+ \d+h\d+v(\d+)', drawn)}
    assert heights
    assert {stage for stage, _ in heights} == {stage for stage, _ in expected}
    for stage, height in heights:
        assert any(name == stage and abs(height - share) <= 1 for name, share in expected), (stage, height)


def test_the_columns_of_a_day_stand_on_each_other_and_never_above_the_whole(page: Callable[..., str]) -> None:
    drawn = chart(page(), "Deliver what was ordered (A2)")
    by_day: dict[str, list[tuple[int, int]]] = {}
    for x, y, height in re.findall(r'd="M(\d+) (\d+)h\d+v(\d+)', drawn):
        by_day.setdefault(x, []).append((int(y), int(y) + int(height)))
    assert len(by_day) > 1
    for parts in by_day.values():
        ordered = sorted(parts, reverse=True)
        assert ordered[0][1] == 100
        assert all(above[1] == below[0] for below, above in itertools.pairwise(ordered))
        assert ordered[-1][0] >= 0


def test_a_chart_looks_at_each_month_unless_another_period_is_asked_for(page: Callable[..., str]) -> None:
    monthly = page()
    assert monthly == page("--every", "month")
    assert monthly != page("--every", "quarter")


def test_the_numbers_of_a_chart_stand_beside_it_in_a_table(page: Callable[..., str]) -> None:
    text = page()
    assert text.count("<details") == text.count('<tr class="lane">')
    assert 'aria-label="2025-01-31: ' in text
    assert re.search(r'<th scope="row"><time>2025-02-28</time></th><td class="n">[0-9.]+%</td>', text)


def test_where_nothing_varies_there_is_no_chart(run: Run, here: Path) -> None:
    ended = run("sweep", "scenario.yaml", "--vary", "notice=10 days..30 days step 20 days", "--format", "html", "-o", "same.html")
    assert ended.code == 0
    text = (here / "same.html").read_text("utf-8")
    assert '<tr class="lane">' not in text
    assert "the same in all" in text
