"""``dealcli graph``: which clause acts on which."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


def test_a_clause_that_another_makes_an_instance_of_is_joined_to_it(run: Run, here: Path) -> None:
    found = json.loads(run("graph", "deal.yaml", "--format", "json").out)
    assert found["edges"] == [{"from": "supply.deliver", "to": "supply.pay", "how": "makes"}]
    assert [row["clause"] for row in found["clauses"]] == ["supply.deliver", "supply.pay"]


def test_mermaid_and_dot_name_the_same_edges(run: Run, here: Path) -> None:
    assert "  c1 -->|makes| c2\n" in run("graph", "deal.yaml").out
    assert '  c1 -> c2 [label="makes"];\n' in run("graph", "deal.yaml", "--format", "dot").out


def test_a_drawing_has_a_box_for_each_clause_and_an_arrow_for_each_edge(run: Run, here: Path) -> None:
    tree = ET.fromstring(run("graph", "deal.yaml", "--format", "svg").out)
    assert len(tree.findall(f"{SVG}g")) == 2
    assert len(tree.findall(f"{SVG}path")) == 1


def test_a_pattern_leaves_its_clauses_and_what_they_touch(run: Run, here: Path) -> None:
    found = json.loads(run("graph", "deal.yaml", "--clause", "no_*", "--format", "json").out)
    assert [row["clause"] for row in found["clauses"]] == ["supply.no_resale"]
    refused = run("graph", "deal.yaml", "--clause", "delivr")
    assert refused.code == 2
    assert "did you mean 'deliver'" in refused.err


@pytest.mark.parametrize("style", ["mermaid", "dot", "svg"])
def test_hostile_titles_stay_text_in_a_graph(run: Run, here: Path, style: str) -> None:
    deal = (here / "deal.yaml").read_text("utf-8")
    hostile = "'\"]; end <script>alert(1)</script> \\ & x'"
    (here / "deal.yaml").write_text(deal.replace("title: Deliver what was ordered", f"title: {hostile}"), "utf-8")
    shown = run("graph", "deal.yaml", "--format", style).out
    if style == "svg":
        assert not list(ET.fromstring(shown).iter(f"{SVG}script"))
    elif style == "mermaid":
        assert "<script>" not in shown
        assert shown.count('"]') == 3
    else:
        assert '[label="\\"]; end <script>alert(1)</script> \\\\ & x", tooltip="supply.deliver"];' in shown
