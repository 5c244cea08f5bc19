"""``dealcli batch``: many scenarios, or one for each key of a log, one result a line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

KEYED = """\
scenario: One order
agreements: [deal.yaml]
as_of: 2025-03-31
"""
ROWS = [
    {"date": "2025-01-10", "event": "ordered", "by": "buyer", "order": "A1", "units": 10},
    {"date": "2025-01-12", "event": "ordered", "by": "buyer", "order": "A2", "units": 20},
    {"date": "2025-01-15", "event": "delivered", "by": "seller", "order": "A1", "units": 10},
    {"date": "2025-01-16", "event": "ordered", "by": "buyer", "order": "A3", "units": "many"},
    {"date": "2025-02-28", "event": "delivered", "by": "seller", "order": "A2", "units": 20},
]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def stage(line: dict[str, Any], clause: str) -> str:
    (row,) = (row for row in line["result"]["positions"] if row["clause"] == f"supply.{clause}")
    return str(row["stage"])


@pytest.fixture
def log(here: Path) -> Path:
    (here / "keyed.yaml").write_text(KEYED, encoding="utf-8")
    path = here / "log.ndjson.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
    return path


def test_each_scenario_of_a_folder_gives_the_result_that_evaluate_gives(run: Run, here: Path) -> None:
    ended = run("batch", ".")
    found = lines(ended.out)
    assert ended.code == 0
    assert [(line["item"], line["path"], line["scenario"]) for line in found] == [
        (1, "scenario.yaml", "Two orders"), (2, "suite.yaml", "in time"), (3, "suite.yaml", "never")]  # fmt: skip
    for line in found:
        alone = run("evaluate", line["path"], "--scenario", line["scenario"], "--format", "json").out
        assert line["result"] == json.loads(alone)


def test_what_is_wrong_with_one_is_told_on_its_line_and_the_others_are_completed(run: Run, here: Path) -> None:
    (here / "bad.yaml").write_text((here / "scenario.yaml").read_text("utf-8").replace("event: delivered", "event: delivred"),
                                   encoding="utf-8")  # fmt: skip
    ended = run("batch", ".")
    found = lines(ended.out)
    assert ended.code == 1
    assert [line["ok"] for line in found] == [False, True, True, True]
    problem = found[0]["problems"][0]
    assert (problem["code"], problem["place"]["path"], problem["place"]["line"]) == ("DC401", "bad.yaml", 6)


def test_a_list_names_scenarios_with_their_own_days_terms_and_readings(run: Run, here: Path) -> None:
    (here / "all.csv").write_text(
        "scenario,name,as_of,set.window,reading.busy\nscenario.yaml,,,,\nscenario.yaml,,2025-02-10,30 days,deliveries\n"
        "suite.yaml,never,,,\nsuite.yaml,nobody,,,\nnone.yaml,,,,\nscenario.yaml,,,,calls\n",
        encoding="utf-8",
    )
    ended = run("batch", "all.csv")
    found = lines(ended.out)
    assert ended.code == 1
    assert [line["ok"] for line in found] == [True, True, True, False, False, False]
    assert [line["result"]["as_of"] for line in found[:3]] == ["2025-03-31", "2025-02-10", "2025-02-28"]
    alone = run("evaluate", "scenario.yaml", "--as-of", "2025-02-10", "--set", "window=30 days", "--reading", "busy=deliveries",
                "--format", "json").out  # fmt: skip
    assert found[1]["result"] == json.loads(alone)
    assert [line["problems"][0]["code"] for line in found[3:]] == ["DC508", "DC101", "DC506"]


@pytest.mark.parametrize(("text", "place"), [
    ("scenario,colour\nscenario.yaml,red\n", "all.csv:1:1"), ("name\nnever\n", "all.csv:1:1"), ("", "all.csv:1:1"),
    ("scenario,name\nscenario.yaml\n", "all.csv:2:1"), ("scenario,name\nscenario.yaml,,x\n", "all.csv:2:1"),
    ("scenario,name\n,never\n", "all.csv:2:1"),
])  # fmt: skip
def test_a_list_that_is_none_is_refused_where_it_is_wrong(run: Run, here: Path, text: str, place: str) -> None:
    (here / "all.csv").write_text(text, encoding="utf-8")
    ended = run("batch", "all.csv")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC525]" in ended.err
    assert place in ended.err


def test_a_log_is_divided_by_its_keys_and_each_is_a_scenario_of_its_own(run: Run, log: Path) -> None:
    ended = run("batch", "keyed.yaml", "--events", log.name, "--by", "order")
    found = {line["key"]: line for line in lines(ended.out)}
    assert ended.code == 1
    assert {key: line["ok"] for key, line in found.items()} == {"A1": True, "A2": True, "A3": False}
    assert [stage(found[key], "deliver") for key in ("A1", "A2")] == ["fulfilled", "breached"]
    assert found["A1"]["result"]["summary"]["events"] == 2
    problem = found["A3"]["problems"][0]
    assert (problem["code"], problem["place"]["path"], problem["place"]["line"]) == ("DC406", log.name, 4)


def test_a_log_with_an_event_without_the_key_is_refused(run: Run, log: Path) -> None:
    ended = run("batch", "keyed.yaml", "--events", log.name, "--by", "colour")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC525]" in ended.err
    assert f"{log.name}:1:1" in ended.err


def test_the_lines_are_the_same_whatever_the_number_of_processes(run: Run, log: Path, here: Path) -> None:
    for number in range(4):
        (here / f"copy{number}.yaml").write_text((here / "scenario.yaml").read_text("utf-8"), encoding="utf-8")
    keyed = ("batch", "keyed.yaml", "--events", log.name, "--by", "order")
    for arguments in (("batch", "."), keyed):
        one = run(*arguments, "--jobs", "1").out
        assert one
        assert run(*arguments, "--jobs", "2").out == one


def test_what_was_cut_off_goes_on_and_what_failed_or_changed_is_made_again(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dealcli.cli import batches

    made: list[int] = []
    real = batches.batch_part
    monkeypatch.setattr(batches, "batch_part", lambda packed, first, last: made.append(first) or real(packed, first, last))
    arguments = ("batch", ".", "--jobs", "1", "--resume", "kept.ndjson")
    whole = run(*arguments).out
    assert made == [0, 1, 2]
    assert run(*arguments).out == whole
    assert made == [0, 1, 2]
    scenario = here / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("as_of: 2025-03-31", "as_of: 2025-03-3l"), encoding="utf-8")
    assert run(*arguments).code == 1
    scenario.write_text(scenario.read_text("utf-8").replace("2025-03-3l", "2025-03-31"), encoding="utf-8")
    assert run(*arguments).out == whole
    assert made == [0, 1, 2, 1, 1]
    assert run(*arguments, "--as-of", "2025-03-01").code == 2


def test_an_empty_folder_has_nothing_to_do(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    assert run("batch", "empty").code == 3
