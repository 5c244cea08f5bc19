"""``dealcli explain``: how a position got where it is, why, and what it turns on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

DISPUTED = """\
  wait:
    kind: prohibition
    bearer: buyer
    title: No order while busy
    act: ordered where units = 20
    while: busy or notice > 20 days
"""


@pytest.fixture
def disputed(here: Path) -> Path:
    """A deal in which a prohibition applies under one reading or one plausible value only."""
    (here / "deal.yaml").write_text((here / "deal.yaml").read_text("utf-8") + DISPUTED, "utf-8")
    return here


def section(text: str, heading: str) -> str:
    return text[text.index(heading) :].split("\n\n", maxsplit=1)[0]


def test_it_tells_how_a_position_stands_and_how_it_got_there(run: Run, here: Path) -> None:
    shown = run("explain", "scenario.yaml", "deliver", "--key", "A2").out
    assert "! This duty was breached on 2025-02-12." in section(shown, "HOW IT STANDS")
    story = section(shown, "HOW IT GOT HERE")
    assert "2025-02-01 + in force, because its conditions changed: ordered  [scenario.yaml:7]" in story
    assert "2025-02-12 ! in force -> breached, because its limit passed" in story


def test_it_marks_the_fields_that_decide(run: Run, here: Path) -> None:
    why = section(run("explain", "scenario.yaml", "deliver", "--key", "A2").out, "WHY")
    deciding = [line for line in why.splitlines()[1:] if line.lstrip().startswith(">")]
    assert [line.split("  ")[1].removeprefix("> ").strip() for line in deciding] == ["time to act", "done by"]
    assert "2025-02-11" in deciding[0]
    assert "window: Time to deliver" in why


def test_a_clause_without_a_position_says_what_would_make_one(run: Run, here: Path) -> None:
    shown = run("explain", "scenario.yaml", "pay", "--as-of", "2025-01-05").out
    assert "Nothing has set this duty going yet" in shown
    assert "one for each deliver becomes fulfilled  [deal.yaml:51]" in section(shown, "WHAT WOULD MAKE ONE")


def test_a_position_among_several_has_to_be_named(run: Run, here: Path) -> None:
    refused = run("explain", "scenario.yaml", "deliver")
    assert refused.code == 2
    assert "error[DC515]: deliver has 2 positions: A1, A2" in refused.err
    assert "choose one with --key" in refused.err
    wrong = run("explain", "scenario.yaml", "deliver", "--key", "A3")
    assert wrong.code == 2
    assert "no position of deliver has the key 'A3'" in wrong.err


def test_what_a_position_turns_on_is_shown_choice_by_choice(run: Run, disputed: Path) -> None:
    shown = run("explain", "scenario.yaml", "wait").out
    assert "NOT KNOWN under the default readings. It turns on notice." in shown
    table = section(shown, "IF READ DIFFERENTLY")
    assert "! 30 days" in table
    assert ". 10 days" in table


def test_evidence_is_a_tree_with_the_value_of_every_part(run: Run, disputed: Path) -> None:
    found = json.loads(run("explain", "scenario.yaml", "wait", "--format", "json").out)
    (condition,) = [reason for reason in found["reasons"] if reason["role"] == "while"]
    tree = condition["evidence"]
    assert (tree["kind"], tree["value"]) == ("any", {"unknown": True})
    assert [(part["text"], part["value"], part["decides"]) for part in tree["parts"]] == [
        ("busy", False, False),
        ("notice > 20 days", {"unknown": True}, True),
    ]
    busy = tree["parts"][0]
    assert (busy["reading"], busy["path"], busy["sources"]) == ("orders", "deal.yaml", ["contract"])
    assert busy["parts"][0]["text"] == "count(ordered) > 2"


def test_depth_says_how_many_definitions_are_followed(run: Run, disputed: Path) -> None:
    found = json.loads(run("explain", "scenario.yaml", "wait", "--format", "json", "--depth", "0").out)
    (condition,) = [reason for reason in found["reasons"] if reason["role"] == "while"]
    assert condition["evidence"]["parts"][0]["parts"] == []


def test_another_day_another_reading_and_another_source_give_another_explanation(run: Run, disputed: Path) -> None:
    early = json.loads(run("explain", "scenario.yaml", "deliver", "--key", "A1", "--at", "2025-01-12", "--format", "json").out)
    assert early["position"]["stage"] == "in_force"
    options = ("--according-to", "letter", "--set", "notice=10 days", "--format", "json")
    chosen = json.loads(run("explain", "scenario.yaml", "wait", *options).out)
    assert chosen["position"]["stage"] == "pending"
    assert chosen["position"]["verdict"] == "settled"


def test_every_layout_says_the_same(run: Run, disputed: Path) -> None:
    plain = run("explain", "scenario.yaml", "deliver", "--key", "A2").out
    table = run("explain", "scenario.yaml", "deliver", "--key", "A2", "--format", "table").out
    page = run("explain", "scenario.yaml", "deliver", "--key", "A2", "--format", "markdown").out
    for told in ("This duty was breached on 2025-02-12.", "2025-02-11", "scenario.yaml:7"):
        assert all(told in text for text in (plain, table, page))
    assert page.startswith("## Deliver what was ordered")
    assert max(map(len, table.splitlines())) <= 96


def test_names_that_do_not_exist_are_told_with_the_nearest(run: Run, here: Path) -> None:
    refused = run("explain", "scenario.yaml", "delivr")
    assert refused.code == 2
    assert "did you mean 'deliver'?" in refused.err
    assert run("explain", "scenario.yaml", "deliver", "--key", "A1", "--format", "csv").code == 2
