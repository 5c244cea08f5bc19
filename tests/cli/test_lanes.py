"""``dealcli lanes``: the positions of a scenario through time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


def test_each_position_is_a_lane_with_a_letter_for_its_stage(run: Run, here: Path) -> None:
    shown = run("lanes", "scenario.yaml", "--format", "table").out.splitlines()
    (first,) = [line for line in shown if line.startswith("Deliver what was ordered (A1)")]
    (second,) = [line for line in shown if line.startswith("Deliver what was ordered (A2)")]
    assert "=v" in first
    assert first.endswith("v|")
    assert "=!" in second
    assert max(map(len, shown)) <= 104
    assert any(line.strip().startswith("|2025-01") for line in shown)
    assert any(set(line.strip()) == {"^", " "} for line in shown)


def test_in_a_pipe_the_same_is_told_in_words(run: Run, here: Path) -> None:
    shown = run("lanes", "scenario.yaml", "--clause", "deliver").out
    assert "Deliver what was ordered (A1) - Seller: in force from 2025-01-10; fulfilled from 2025-01-15\n" in shown
    assert "Pay for" not in shown


def test_a_picture_has_a_bar_for_each_stage_and_hostile_titles_stay_text(run: Run, here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8")
    (here / "deal.yaml").write_text(deal.replace("title: Deliver what was ordered", "title: '</text><script>x</script>&'"), "utf-8")
    tree = ET.fromstring(run("lanes", "scenario.yaml", "--clause", "deliver", "--format", "svg").out)
    assert len(tree.findall(f"{SVG}rect")) == 4
    assert not list(tree.iter(f"{SVG}script"))


def test_a_party_or_clause_that_does_not_exist_is_told(run: Run, here: Path) -> None:
    assert run("lanes", "scenario.yaml", "--party", "byer").code == 2
    assert run("lanes", "scenario.yaml", "--clause", "delivr").code == 2
