"""JSON, JSON Lines and CSV: the same everywhere, complete, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dealcli.output.formats import FOR_MACHINES, FORMATS
from dealcli.output.schema import evaluation_schema
from dealcli.output.view import View

Result = Callable[[str], dict[str, Any]]


def rendered(style: str, document: dict[str, Any], view: View | None = None) -> str:
    return "".join(FORMATS[style](document, view or View()))


def test_every_example_fits_the_schema(example: dict[str, Any]) -> None:
    validator = Draft202012Validator(evaluation_schema())
    assert [error.message for error in validator.iter_errors(json.loads(rendered("json", example)))] == []


def test_a_result_that_was_judged_over_all_readings_fits_the_schema(judged: dict[str, Any]) -> None:
    validator = Draft202012Validator(evaluation_schema())
    assert [error.message for error in validator.iter_errors(json.loads(rendered("json", judged)))] == []
    assert {"settled", "contested", "undetermined"} <= {position["verdict"] for position in judged["positions"]}
    assert judged["disputes"]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(evaluation_schema())


@pytest.mark.parametrize("key", ["format", "positions", "summary", "expectations"])
def test_the_schema_misses_what_is_left_out(result: Result, key: str) -> None:
    document = result("agi_declared")
    del document[key]
    assert not Draft202012Validator(evaluation_schema()).is_valid(document)


def test_the_schema_refuses_what_it_does_not_know(result: Result) -> None:
    validator = Draft202012Validator(evaluation_schema())
    document = result("agi_declared")
    document["positions"][0]["colour"] = "green"
    assert not validator.is_valid(document)
    document = result("agi_declared")
    document["positions"][0]["stage"] = "active"
    assert not validator.is_valid(document)
    document = result("history")
    measure = next(row for row in document["measures"] if isinstance(row["value"], dict) and "amount" in row["value"])
    measure["value"]["amount"] = 11800000000
    assert not validator.is_valid(document)


def test_json_is_the_whole_document_in_its_own_order(result: Result) -> None:
    document = result("agi_declared")
    written = rendered("json", document)
    assert json.loads(written) == document
    assert list(json.loads(written)) == list(document)
    assert written.endswith("}\n")
    assert written.startswith('{\n  "format": "dealcli.evaluation/1"')


def test_a_view_leaves_out_positions_and_nothing_else(result: Result) -> None:
    document = result("agi_declared")
    shown = json.loads(rendered("json", document, View(stage="ended")))
    assert {position["stage"] for position in shown["positions"]} == {"ended"}
    assert {**shown, "positions": []} == {**document, "positions": []}


def test_json_lines_have_a_head_and_one_line_for_each_position(result: Result) -> None:
    document = result("road_fines")
    head, *rows = map(json.loads, rendered("jsonl", document).splitlines())
    assert list(head) == ["format", "scenario", "as_of", "summary"]
    assert rows == document["positions"]


def test_csv_has_one_row_for_each_position(result: Result) -> None:
    document = result("road_fines")
    rows = list(csv.DictReader(io.StringIO(rendered("csv", document))))
    assert [row["key"] for row in rows] == [position["key"] or "" for position in document["positions"]]
    late = next(row for row in rows if row["clause"] == "road_fines.pay" and row["key"] == "F002")
    assert (late["stage"], late["amount_due"], late["due"], late["breaches"]) == ("breached", "57.5", "2023-08-13", "1")


def test_a_title_cannot_become_a_formula(result: Result) -> None:
    document = result("agi_declared")
    document["positions"][0]["title"] = '=HYPERLINK("http://x","y")'
    row = next(csv.DictReader(io.StringIO(rendered("csv", document))))
    assert row["title"] == '\'=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("style", FOR_MACHINES)
def test_width_and_colour_change_no_machine_format(result: Result, style: str) -> None:
    document = result("compute_shortfall")
    assert rendered(style, document, View(width=40, colour=True)) == rendered(style, document)


@pytest.mark.parametrize("style", [style for style in FORMATS if style != "table"])
def test_only_the_table_needs_rich(style: str) -> None:
    script = (
        "import sys\n"
        "from dealcli.output.formats import FORMATS\n"
        "from dealcli.output.view import View\n"
        "lists = 'readings agreements parties story positions facts measures findings assumptions agenda sources'\n"
        "empty = dict.fromkeys(lists.split(), [])\n"
        "empty |= {'format': 'x', 'scenario': {'title': 't', 'path': 'p', 'hypothetical': 0}, 'as_of': '2026-01-01',"
        " 'known_as_of': None, 'judged': None, 'disputes': [], 'changes': None,"
        " 'expectations': {'total': 0, 'holding': 0, 'failed': []},"
        " 'summary': {'events': 0}}\n"
        f"assert ''.join(FORMATS['{style}'](empty, View()))\n"
        "assert 'rich' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
