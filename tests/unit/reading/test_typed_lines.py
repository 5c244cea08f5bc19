"""Lines decoded into objects are the rows that they are line by line, or are left to be read so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.diagnostics import Refused
from dealcli.reading.log_blocks import as_text
from dealcli.reading.logs import read_log
from dealcli.reading.typed_lines import Shape, TypedLines

SHAPES = (
    Shape("asked", {"date": False, "id": False, "n": True}),
    Shape("told", {"date": False}),
    Shape("paid", {"date": False, "n": True, "who": False}, frozenset(("n", "who"))),
)
LINES = TypedLines("event", SHAPES)
SOUND = ['{"date":"d","event":"asked","id":"x","n":7}', '{"event":"told","date":"d"}', '{"date": "d", "event": "paid", "who": "é"}']


def typed(text: str) -> list[dict[str, Any]] | None:
    rows = LINES.rows(text.encode("utf-8", "surrogatepass"))
    return rows if rows is None else [as_text(LINES.as_row(row)) for row in rows]


def line_by_line(path: Path) -> list[dict[str, Any]] | None:
    try:
        return [{**row, "n": str(int(row["n"]))} if "n" in row else row for _, row in read_log(str(path))]  # -0 is 0
    except (Refused, ValueError):
        return None


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("typed") / "log.ndjson"


SCRAPS = st.sampled_from([
    *SOUND, "\n", "\n", "\n", " ", ",", "\t", "\r", "}", "{", "\n{", "}\n", '"', '"id":"x"', ',"id":"x"', ',"n":7', '"n" :7', ':"', '":',
    "-0", "7.0", "1e2", "9" * 20, "null", "true", "[]", "{}", "\\u0041", "\\ud800", "\\n", "\x00", "\x1b", "\x7f", "\u2028", "\ufeff",
    "\ud800", "é", "}{", "told",
])  # fmt: skip
TORN = st.tuples(st.sampled_from(SOUND), SCRAPS, st.integers(0, 60), st.integers(0, 12)).map(
    lambda torn: torn[0][: torn[2]] + torn[1] + torn[0][torn[2] + torn[3] :]
)
"""A line in which something stands that was not there, perhaps in place of a part of it."""


@settings(max_examples=2000, deadline=None, database=None, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(SOUND), TORN), min_size=1, max_size=4).map("\n".join))
def test_lines_that_are_decoded_at_all_are_what_they_are_line_by_line(log: Path, text: str) -> None:
    log.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert (rows := typed(text)) is None or rows == line_by_line(log)


KEYS = ["date", "event", "id", "n", "who", "x"]
WORDS = st.sampled_from(["d", "asked", "told", "paid", ":", "", "unknown"])
VALUES = st.one_of(WORDS, st.integers(-3, 10**20), st.none(), st.booleans(), st.just([1]))
ROWS = st.lists(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=5), min_size=1, max_size=3)


@settings(max_examples=1000, deadline=None, database=None, derandomize=True)
@given(rows=ROWS, spaced=st.booleans())
def test_a_key_given_twice_or_not_declared_is_never_passed_over(log: Path, rows: list[list[tuple[str, Any]]], spaced: bool) -> None:
    colon = " : " if spaced else ":"
    lines = ["{" + ",".join(json.dumps(key) + colon + json.dumps(value) for key, value in row) + "}" for row in rows]
    log.write_text("\n".join(lines), encoding="utf-8")
    assert (found := typed("\n".join(lines))) is None or found == line_by_line(log)


def test_sound_lines_are_decoded_in_whatever_order_their_keys_stand() -> None:
    rows = LINES.rows("\n".join(SOUND).encode())
    assert rows is not None
    assert [LINES.shapes[type(row)].event for row in rows] == ["asked", "told", "paid"]
    assert (rows[0].v0, rows[0].v1, rows[0].v2) == ("d", "x", 7)


ASKED = '{"date":"d","event":"asked",'


@pytest.mark.parametrize("line", [
    ASKED + '"id":"x","n":7,"n":8}', ASKED + '"id" :"x","id":"y","n":7}', ASKED + '"id":"x"}', ASKED + '"id":7,"n":7}',
    ASKED + '"id":"x","n":"7"}', ASKED + '"id":"x","n":7.0}', ASKED + '"id":"x","n":1000000000000000}', ASKED + '"id":null,"n":7}',
    ASKED + '"id":"\\u0041","n":7}', '{"date":"d","event":"told","x":1}', '{"date":"d","event":"told"}\r', '{"date":"d","event":"told"}\n',
    '{"date":"d",\n"event":"told"}{"date":"d","event":"told"}', '{"date":"d"}', '{"date":"d","event":"none"}',
    '\ufeff{"date":"d","event":"told"}', '{"date":"\x7f","event":"told"}', '{"date":"\u2028","event":"told"}', "[]", "{",
])  # fmt: skip
def test_lines_that_are_not_as_declared_are_left(line: str) -> None:
    assert typed(line) is None


@pytest.mark.parametrize("shape", [Shape("e", {"date": False, "event": False}), Shape("e", {'a"b': False})])
def test_a_column_that_cannot_be_decoded_so_is_an_error_of_value(shape: Shape) -> None:
    with pytest.raises(ValueError, match=r"event|rename|field"):
        TypedLines("event", (shape,))
