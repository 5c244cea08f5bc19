"""``dealcli verify-result``: a saved result can be asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
OPTIONS = ("--set", "window=12 days", "--reading", "busy=deliveries", "--as-of", "2025-03-01", "--known-as-of", "2025-03-01")


@pytest.fixture
def saved(run: Run, here: Path) -> Path:
    run("evaluate", "scenario.yaml", "--format", "json", "-o", "result.json", *OPTIONS)
    return here / "result.json"


def test_a_result_records_how_it_was_asked_for_and_comes_out_again(run: Run, saved: Path) -> None:
    receipt = json.loads(saved.read_text("utf-8"))["receipt"]
    assert receipt["terms"] == {"window": "12 days"}
    assert receipt["readings"] == {"busy": "deliveries"}
    ended = run("verify-result", "result.json")
    assert ended.code == 0
    assert "CONFIRMED" in ended.out


def test_a_file_that_changed_is_named_with_what_it_changed(run: Run, saved: Path, here: Path) -> None:
    text = (here / "scenario.yaml").read_text("utf-8")
    (here / "scenario.yaml").write_text(text.replace("2025-01-15, event: delivered", "2025-01-30, event: delivered"), "utf-8")
    ended = run("verify-result", "result.json", "--format", "json")
    found = json.loads(ended.out)
    assert ended.code == 1
    assert not found["confirmed"]
    assert [row["path"] for row in found["inputs"] if row["is"] == "changed"] == ["scenario.yaml"]
    assert next(row["clause"] for row in found["comparison"]["positions"]) == "supply.deliver"


def test_a_comment_more_changes_the_file_and_not_the_result(run: Run, saved: Path, here: Path) -> None:
    (here / "deal.yaml").write_text("# a remark\n" + (here / "deal.yaml").read_text("utf-8"), "utf-8")
    ended = run("verify-result", "result.json")
    assert ended.code == 0
    assert "deal.yaml  changed" in ended.out


def test_a_result_that_was_tampered_with_is_not_confirmed(run: Run, saved: Path) -> None:
    saved.write_text(saved.read_text("utf-8").replace('"stage": "breached"', '"stage": "fulfilled"'), "utf-8")
    ended = run("verify-result", "result.json")
    assert ended.code == 1
    assert "positions" in ended.out


def test_a_result_that_shows_some_positions_is_confirmed_for_these(run: Run, here: Path) -> None:
    run("evaluate", "scenario.yaml", "--format", "json", "-o", "some.json", "--clause", "deliver")
    assert run("verify-result", "some.json").code == 0


def test_a_log_is_among_the_inputs_and_standard_input_has_to_be_given_again(run: Run, here: Path) -> None:
    row = '{"date": "2025-03-01", "event": "ordered", "by": "buyer", "order": "A9", "units": "10"}\n'
    (here / "log.ndjson").write_text(row, "utf-8")
    run("evaluate", "scenario.yaml", "--format", "json", "-o", "log.json", "--events", "log.ndjson")
    assert run("verify-result", "log.json").code == 0
    (here / "log.ndjson").write_text(row.replace("A9", "A8"), "utf-8")
    ended = run("verify-result", "log.json")
    assert ended.code == 1
    assert "log.ndjson  changed" in ended.out
    run("evaluate", "scenario.yaml", "--format", "json", "-o", "stream.json", "--events", "-", stdin=row.encode())
    refused = run("verify-result", "stream.json")
    assert refused.code == 2
    assert "--events FILE" in refused.err
    (here / "log.ndjson").write_text(row, "utf-8")
    assert "part" in run("verify-result", "stream.json", "--events", "log.ndjson").out


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "dealcli.evaluation/1"}', '{"format": "dealcli.evaluation/1", "positions": 5}', "[" * 100_000]
)
def test_what_is_no_result_is_refused(run: Run, here: Path, text: str) -> None:
    (here / "no.json").write_text(text, "utf-8")
    ended = run("verify-result", "no.json")
    assert ended.code == 2
    assert "error[DC516]" in ended.err


@pytest.mark.parametrize("place", ["positions", "findings", "agreements", "inputs", "receipt", "facts"])
def test_a_result_with_a_damaged_part_is_refused_by_the_name_of_the_part(run: Run, saved: Path, place: str) -> None:
    tree = json.loads(saved.read_text("utf-8"))
    tree[place] = [{"clause": 1}] if isinstance(tree[place], list) else {}
    saved.write_text(json.dumps(tree), "utf-8")
    ended = run("verify-result", "result.json")
    assert ended.code == 2
    assert f"({place}." in ended.err
