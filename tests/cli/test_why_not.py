"""``dealcli why-not``: the nearest changes under which a position would have another stage."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TWO_STEPS = """\
agreement: two_steps
from: 2025-01-01
parties: {a: One, b: Other}
events: {first: {by: party}, second: {by: party}}
facts: {asked: {starts: first}}
clauses:
  answer:
    kind: obligation
    bearer: b
    while: asked
    act: second
    within: 5 days
---
scenario: Nothing happens
as_of: 2025-01-20
"""


def told(run: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("why-not", *arguments, "--format", "json").out)
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return ["; ".join(edit["text"] for edit in change["edits"]) for change in found["changes"]]


def test_a_missed_duty_would_have_been_fulfilled_by_an_act_in_time_or_by_a_longer_time(run: Run, here: Path) -> None:
    found = told(run, "scenario.yaml", "deliver", "fulfilled", "--key", "A2")
    assert found["largest"] == 1
    assert "set supply.window = 19 days" in texts(found)
    assert "move 2025-02-20 delivered by=seller order=A2 units=20 to 2025-02-11" in texts(found)
    assert any(text.startswith("add 2025-02-11 supply.delivered by=seller order=A2 units=20") for text in texts(found))


def test_every_change_that_is_told_leads_there(run: Run, here: Path) -> None:
    for clause, stage, key in (("deliver", "fulfilled", "A2"), ("deliver", "breached", "A1"), ("deliver", "waived", "A2")):
        found = told(run, "scenario.yaml", clause, stage, "--key", key)
        assert found["changes"]
        for change in found["changes"]:
            options = [word for option in change["options"] for word in option]
            result = json.loads(run("whatif", "scenario.yaml", *options, "--format", "json").out)
            (row,) = (r for r in result["positions"] if r["clause"] == f"supply.{clause}" and r["key"] == key)
            assert row["fields"]["stage"]["after"] == stage, change


def test_where_no_single_change_is_enough_the_smallest_sets_are_told(run: Run, here: Path) -> None:
    (here / "two.yaml").write_text(TWO_STEPS, "utf-8")
    found = told(run, "two.yaml", "answer", "fulfilled")
    assert found["largest"] == 2
    assert all(len(change["edits"]) == 2 for change in found["changes"])
    assert {edit["text"].split()[2] for change in found["changes"] for edit in change["edits"]} == {"two_steps.first", "two_steps.second"}


def test_the_screen_shows_the_changes_by_what_they_change_and_a_command_that_tries_one(run: Run, here: Path) -> None:
    shown = run("why-not", "scenario.yaml", "deliver", "fulfilled", "--key", "A2").out
    assert "It is breached. The nearest changes under which it would be fulfilled:" in shown
    for heading in ("WITH ANOTHER TERM", "WITH AN EVENT ON ANOTHER DAY", "WITH ANOTHER EVENT"):
        assert heading in shown
    command = next(line for line in shown.splitlines() if line.startswith("all that it changes: ")).partition(": ")[2]
    assert run(*shlex.split(command)[1:]).code == 1


def test_the_first_change_can_be_saved_as_a_scenario(run: Run, here: Path) -> None:
    assert run("why-not", "scenario.yaml", "deliver", "fulfilled", "--key", "A2", "--save", "saved.yaml").code == 0
    result = json.loads(run("evaluate", "saved.yaml", "--format", "json").out)
    assert [row["stage"] for row in result["positions"] if row["key"] == "A2" and row["clause"] == "supply.deliver"] == ["fulfilled"]


def test_what_is_so_already_is_said_without_a_search(run: Run, here: Path) -> None:
    ended = run("why-not", "scenario.yaml", "deliver", "breached", "--key", "A2")
    assert ended.code == 0
    assert "It is breached as it is." in ended.out


def test_one_of_several_positions_has_to_be_named_by_key_or_period(run: Run, here: Path) -> None:
    assert "error[DC515]" in run("why-not", "scenario.yaml", "deliver", "breached").err


def test_what_cannot_be_found_ends_with_1_and_says_how_far_was_looked(run: Run, here: Path) -> None:
    ended = run("why-not", "scenario.yaml", "deliver", "suspended", "--key", "A1", "--tries", "200")
    assert ended.code == 1
    assert "Nothing was found under which it would be suspended." in ended.out
    assert "200 sets of changes were run, of up to" in ended.out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("deliver", "finished"), "an obligation is never 'finished'"),
        (("deliver", "met"), "an obligation is never 'met'"),
        (("delivr", "fulfilled"), "did you mean 'deliver'?"),
    ],
)
def test_words_that_do_not_exist_are_told(run: Run, here: Path, arguments: tuple[str, ...], text: str) -> None:
    ended = run("why-not", "scenario.yaml", *arguments)
    assert ended.code == 2
    assert text in ended.err


def test_the_search_is_the_same_every_time(run: Run, here: Path) -> None:
    first = run("why-not", "scenario.yaml", "deliver", "waived", "--key", "A2").out
    assert first == run("why-not", "scenario.yaml", "deliver", "waived", "--key", "A2").out
