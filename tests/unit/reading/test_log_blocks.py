"""Many lines decoded at once are what they are line by line, or are left to be read line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.diagnostics import Refused
from dealcli.reading.log_blocks import as_text, decoded_at_once
from dealcli.reading.logs import read_blocks, read_log

WORDS = st.sampled_from(["", "x", "unknown", "a:b", '":', "},{", "é", "[", "\\", "\n", "\u2028", "-0", " :", "null"])
VALUES = st.one_of(WORDS, st.integers(-3, 10**20), st.floats(allow_nan=True), st.none(), st.booleans(), st.just({}), st.just([1]))
SCRAPS = st.sampled_from([
    '{"date":"2025-01-01","event":"e"', "}", ',"x":1', ',"x":{"y":2}', "}\n{", ',"date":"2025-01-02"', "\n", " ", '"x" :3', ",", '"', "[",
    "]", ',"n":-0', ',"f":1.50', ',"attrs":{"a":"b"}', ',"t":"a\\u0041"', "\x00", "\x1b", "\ufeff",
])  # fmt: skip


def line_by_line(path: Path) -> list[dict[str, Any]] | None:
    try:
        return [row for _, row in read_log(str(path))]
    except Refused:
        return None


def in_blocks(path: Path) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = []
    try:
        for block in read_blocks(str(path)):
            found.extend(as_text(row) if block.form == "decoded" else row for row in block.rows)
    except Refused:
        return None
    return [row if "event" in row or "type" not in row else {**{k: v for k, v in row.items() if k != "type"}, "event": row["type"]}
            for row in found]  # fmt: skip


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blocks") / "log.ndjson"


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(rows=st.lists(st.dictionaries(st.sampled_from(["a", "b", "type"]), VALUES, max_size=3), max_size=5), spaced=st.booleans())
def test_objects_written_by_a_program_are_the_same_at_once_and_line_by_line(log: Path, rows: list[dict[str, Any]], spaced: bool) -> None:
    whole = [{"date": "2025-01-01", "event": "e", **row} for row in rows]
    text = "".join(json.dumps(row, separators=None if spaced else (",", ":"), ensure_ascii=not spaced) + "\n" for row in whole)
    log.write_text(text, encoding="utf-8")
    assert in_blocks(log) == line_by_line(log)


@settings(max_examples=1500, deadline=None, database=None, derandomize=True)
@given(st.lists(SCRAPS, max_size=12).map("".join))
def test_whatever_the_lines_are_both_ways_agree_or_both_refuse(log: Path, text: str) -> None:
    log.write_text(text, encoding="utf-8")
    assert in_blocks(log) == line_by_line(log)


@pytest.mark.parametrize("text", [
    '{"a":[{}\n{}]}', '{"a":"x}\n{","b":"y"}', '{"a":1,"a":2}', '{"a" :1,"a":2}', '{"a":{"b":1}}', '{"a":1}{"b":2}', '{"a":NaN}',
    '{"a":"\\u0041"}', '{"a":1},{"b":2}', '{"a":-0}', ' {"a":1}', '{"a":1}\r', "[]", "",
])  # fmt: skip
def test_lines_that_are_not_plain_are_left(text: str) -> None:
    assert decoded_at_once(text.encode()) is None


def test_plain_lines_are_decoded_with_fractions_as_they_are_written() -> None:
    assert decoded_at_once(b'{"a":1.50,"b":"x","c":7}\n{"a":null,"b":true}') == [{"a": "1.50", "b": "x", "c": 7}, {"a": None, "b": True}]
    assert as_text({"a": None, "b": True, "c": 7, "d": "x"}) == {"b": "true", "c": "7", "d": "x"}
