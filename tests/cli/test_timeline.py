"""``dealcli timeline``: the positions of a scenario through time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


def test_each_position_is_a_lane_with_a_letter_for_its_stage(run: Run, here: Path) -> None:
    shown = run("timeline", "scenario.yaml", "--format", "table").out.splitlines()
    (first,) = [line for line in shown if line.startswith("Deliver what was ordered (A1)")]
    (second,) = [line for line in shown if line.startswith("Deliver what was ordered (A2)")]
    assert "=v fulfilled vv" in first
    assert first.endswith("v| fulfilled")
    assert "=! breached !!" in second
    assert max(map(len, shown)) <= 104
    assert any(line.strip().startswith("|2025-01") for line in shown)
    assert any(set(line.strip()) == {"^", " "} for line in shown)


def test_in_a_pipe_the_same_is_told_in_words(run: Run, here: Path) -> None:
    shown = run("timeline", "scenario.yaml", "--clause", "deliver").out
    assert "Deliver what was ordered (A1) - Seller: in force from 2025-01-10; fulfilled from 2025-01-15\n" in shown
    assert "Pay for" not in shown


def test_a_picture_has_a_bar_for_each_stage_and_hostile_titles_stay_text(run: Run, here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8")
    (here / "deal.yaml").write_text(deal.replace("title: Deliver what was ordered", "title: '</text><script>x</script>&'"), "utf-8")
    tree = ET.fromstring(run("timeline", "scenario.yaml", "--clause", "deliver", "--format", "svg").out)
    assert len(tree.findall(f"{SVG}rect")) == 4
    assert not list(tree.iter(f"{SVG}script"))


def test_a_party_or_clause_that_does_not_exist_is_told(run: Run, here: Path) -> None:
    assert run("timeline", "scenario.yaml", "--party", "byer").code == 2
    assert run("timeline", "scenario.yaml", "--clause", "delivr").code == 2


def test_a_lane_ends_at_the_mark_of_the_day_and_with_the_word_of_its_stage(run: Run, here: Path) -> None:
    shown = run("timeline", "scenario.yaml", "--format", "table").out.splitlines()
    marks = {line.rindex("|") for line in shown if "|" in line and not line.startswith("= in force")}
    assert len(marks) == 1
    stages = [line[line.rindex("|") + 1 :].strip() for line in shown if line.startswith(("Deliver", "Pay"))]
    assert stages[:2] == ["fulfilled", "breached"]


@pytest.mark.parametrize("question", [("--every", "month"), ("--at", "2025-01-31")])
def test_lanes_and_views_are_two_answers(run: Run, here: Path, question: tuple[str, str]) -> None:
    for option in (("--party", "buyer"), ("--clause", "deliver")):
        ended = run("timeline", "scenario.yaml", *question, *option)
        assert (ended.code, ended.out) == (2, "")
        assert "error[DC526]" in ended.err


def test_a_period_that_a_file_gives_does_not_ask_for_the_views(run: Run, here: Path) -> None:
    (here / "dealcli.toml").write_text('[timeline]\nevery = "month"\n', encoding="utf-8")
    assert run("timeline", "scenario.yaml").out.startswith("Two orders  (as of 2025-03-31)\nDeliver what was ordered (A1)")
