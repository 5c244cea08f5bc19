"""Event logs: rows as text under our names, one line at a time."""

from __future__ import annotations

import gzip
import io
import json
import os
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.diagnostics import Diagnostic, Refused
from dealcli.reading.logs import MOST_LINE, read_log


def rows(
    text: str | bytes, fields: Mapping[str, str] | None = None, rename: Mapping[str, str] | None = None
) -> list[tuple[int, dict[str, Any]]]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_log("-", fields, rename, stream=io.BytesIO(raw)))


def problems(text: str | bytes, **settings: Mapping[str, str]) -> list[Diagnostic]:
    with pytest.raises(Refused) as refused:
        rows(text, **settings)
    return list(refused.value.diagnostics)


def problem(text: str | bytes, **settings: Mapping[str, str]) -> tuple[str, int | None, int | None]:
    found = problems(text, **settings)
    assert len(found) == 1, found
    return found[0].code, found[0].place.line, found[0].place.column


# NDJSON


def test_a_line_is_a_row_with_the_attributes_flat() -> None:
    text = '{"date":"2025-01-21","event":"paid","by":"openai","amount":"USD 5"}\n'
    assert rows(text) == [(1, {"date": "2025-01-21", "event": "paid", "by": "openai", "amount": "USD 5"})]


def test_attributes_under_attrs_and_the_name_type_are_the_same_row() -> None:
    assert rows('{"date":"2025-01-21","type":"paid","attrs":{"amount":"USD 5"}}') == [
        (1, {"date": "2025-01-21", "event": "paid", "amount": "USD 5"})
    ]


def test_type_is_an_ordinary_attribute_beside_event() -> None:
    assert rows('{"date":"2025-01-21","event":"paid","type":"cash"}')[0][1] == {
        "date": "2025-01-21",
        "event": "paid",
        "type": "cash",
    }


@pytest.mark.parametrize("number", ["35.0", "12345678901234567.89", "1e3", "-0", "1" * 5000, "1E+400", "0.10"])
def test_a_number_is_kept_exactly_as_written(number: str) -> None:
    assert rows('{"date":"2025-01-21","event":"paid","n":' + number + "}")[0][1]["n"] == number


def test_true_and_false_are_words_and_null_is_absent() -> None:
    row = rows('{"date":"2025-01-21","event":"paid","a":true,"b":false,"c":null}')[0][1]
    assert (row["a"], row["b"], "c" in row) == ("true", "false", False)


def test_lists_and_objects_are_kept_with_text_for_leaves() -> None:
    row = rows('{"date":"2025-01-21","event":"paid","a":[1,{"b":2.50,"c":null,"d":true},[false,null]]}')[0][1]
    assert row["a"] == ["1", {"b": "2.50", "d": "true"}, ["false", None]]


def test_blank_lines_are_passed_over_and_lines_keep_their_number() -> None:
    text = '\n\n{"date":"2025-01-21","event":"a"}\n  \r\n{"date":"2025-01-22","event":"b"}'
    assert [number for number, _ in rows(text)] == [3, 5]


def test_an_empty_log_has_no_rows() -> None:
    assert rows("") == rows("\n \n") == rows(b"\xef\xbb\xbf") == []


def test_a_leading_byte_order_mark_is_passed_over() -> None:
    assert rows(b'\xef\xbb\xbf{"date":"2025-01-21","event":"a"}') == [(1, {"date": "2025-01-21", "event": "a"})]


def test_fields_name_the_columns_and_rename_the_event_types_of_a_foreign_log() -> None:
    text = '{"timestamp":"2025-01-21","activity":"PAY","case":"A1","date":"never"}'
    fields = {"date": "timestamp", "event": "activity", "fine": "case"}
    assert rows(text, fields, {"PAY": "paid"}) == [(1, {"date": "2025-01-21", "event": "paid", "fine": "A1"})]


def test_a_column_named_in_fields_may_stand_under_attrs_and_two_names_may_be_exchanged() -> None:
    text = '{"date":"2025-01-22","event":"a","attrs":{"reported":"2025-01-21"}}'
    row = rows(text, {"date": "reported", "reported": "date"})[0][1]
    assert (row["date"], row["reported"]) == ("2025-01-21", "2025-01-22")


def test_an_event_type_that_rename_does_not_name_keeps_its_name() -> None:
    assert rows('{"date":"2025-01-21","type":"b"}', None, {"a": "c"})[0][1]["event"] == "b"


def test_a_row_without_an_event_may_be_a_note_or_an_exercise_and_a_row_may_have_an_instant() -> None:
    text = (
        '{"date":"2025-01-21","note":"n"}\n{"date":"2025-01-21","exercise":"e"}\n{"at":"2025-01-21T10:00Z","event":"e"}'
    )
    assert len(rows(text)) == 3


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ('{"date":"2025-01-21","event":"a"', "DC130", 33),
        ('{"date":"2025-01-21",event:"a"}', "DC130", 22),
        ('{"date":"2025-01-21" "event":"a"}', "DC130", 22),
        ("{} {}", "DC130", 4),
        ("[1,2]", "DC131", 1),
        ('"text"', "DC131", 1),
        ('{"date":"2025-01-21","event":"a","attrs":[1]}', "DC131", 1),
        ('{"date":"2025-01-21","event":["a"]}', "DC131", 1),
        ('{"date":"2025-01-21","event":"a","x":1,"x":2}', "DC132", 40),
        ('{"date":"2025-01-21","event":"a","x":1,"attrs":{"x":2}}', "DC132", 49),
        ('{"date":"2025-01-21","event":"a","x":NaN}', "DC134", 38),
        ('{"date":"2025-01-21","event":"a","x":[-Infinity]}', "DC134", 39),
        ('{"event":"a"}', "DC135", 1),
        ('{"date":"","event":"a"}', "DC135", 1),
        ('{"date":"2025-01-21"}', "DC135", 1),
        ('{"date":"2025-01-21","event":"a\\u202e"}', "DC106", 1),
        ('{"date":"2025-01-21","event":"a","x":["\\ud800"]}', "DC106", 1),
        ('{"date":"2025-01-21","event":"a\u202e"}', "DC106", 32),
        ('{"date":"2025-01-21","event":"a\x1b"}', "DC106", 32),
        ('{"date":"2025-01-21","event":"a\x00"}', "DC105", 1),
        ('{"date":"2025-01-21","event":"a","x":' + "[" * 70 + "]" * 70 + "}", "DC140", 1),
        ('{"x":' + "[" * 400_000, "DC140", 1),
    ],
)
def test_a_bad_line_is_refused_where_it_stands(line: str, code: str, column: int) -> None:
    good = '{"date":"2025-01-20","event":"a"}\n'
    assert problem(good + line + "\n" + good) == (code, 2, column)


def test_a_wrong_byte_in_a_line_is_refused_by_its_column_in_characters() -> None:
    assert problem('{"date":"é'.encode() + b"\xff") == ("DC105", 1, 11)


def test_utf_16_is_named() -> None:
    assert "UTF-16" in problems("date,event\n".encode("utf-16"))[0].message


def test_several_bad_lines_are_told_together_and_no_row_comes_after_the_first() -> None:
    good = '{"date":"2025-01-20","event":"a"}\n'
    stream = read_log("-", stream=io.BytesIO((good + "{\n" + good + "{}\n" + good).encode()))
    assert next(stream)[0] == 1
    with pytest.raises(Refused) as refused:
        next(stream)
    assert [(p.code, p.place.line) for p in refused.value.diagnostics] == [("DC130", 2), ("DC135", 4)]


def test_no_more_than_twenty_bad_lines_are_told() -> None:
    assert len(problems("{\n" * 1000)) == 20


def test_a_line_over_a_megabyte_is_refused() -> None:
    assert problem('{"date":"' + "x" * MOST_LINE) == ("DC133", 1, 1)


# CSV


def test_a_header_names_the_columns_and_an_empty_cell_is_absent() -> None:
    text = 'date,event,amount,note\r\n2025-01-21,paid,35.0,\r\n2025-01-22,paid,,"a ""b"", c"\r\n'
    assert rows(text) == [
        (2, {"date": "2025-01-21", "event": "paid", "amount": "35.0"}),
        (3, {"date": "2025-01-22", "event": "paid", "note": 'a "b", c'}),
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_comma_semicolon_and_tab_part_the_columns(sign: str) -> None:
    text = f"date{sign}event{sign}x\n2025-01-21{sign}paid{sign}1\n"
    assert rows(text) == [(2, {"date": "2025-01-21", "event": "paid", "x": "1"})]


def test_a_cell_in_quotes_may_run_over_lines_and_the_row_has_the_number_of_its_first() -> None:
    text = 'date,event,x\n2025-01-21,paid,"one\ntwo"\n\n2025-01-22,paid,y\n'
    assert [(number, row["x"]) for number, row in rows(text)] == [(2, "one\ntwo"), (5, "y")]


def test_a_foreign_table_is_read_under_our_names() -> None:
    text = "case;activity;timestamp\nA1;Send Fine;2025-01-21\n"
    fields = {"date": "timestamp", "event": "activity", "fine": "case"}
    assert rows(text, fields, {"Send Fine": "send_fine"}) == [
        (2, {"date": "2025-01-21", "event": "send_fine", "fine": "A1"})
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("date,event,\n", "DC136", 1),
        ("date, event\n", "DC136", 1),
        ("date,event,date\n", "DC136", 1),
        ('date,"event\n', "DC136", 1),
        ("date,event\n2025-01-21,a\rb\n", "DC137", 2),
        ("date,event\n2025-01-21,a,b\n", "DC137", 2),
        ("date,event\n2025-01-21\n", "DC137", 2),
        ('date,event\n2025-01-21,"a"b\n', "DC137", 2),
        ('date,event\n2025-01-21,"a\n', "DC137", 2),
        ("date,event\n,a\n", "DC135", 2),
        ("date,x\n2025-01-21,a\n", "DC135", 2),
        ("date,event\n2025-01-21,a\x1b\n", "DC106", 2),
        ('date,event\n2025-01-21,"' + "x" * 200_000 + '"\n', "DC133", 2),
        ('date,event\n2025-01-21,"' + '\n","' * 400_000, "DC133", 2),
    ],
)
def test_a_bad_row_of_a_table_is_refused_by_its_line(text: str, code: str, line: int) -> None:
    found = problem(text)
    assert found[:2] == (code, line)


def test_a_column_that_is_not_there_is_refused_with_the_one_it_may_have_meant() -> None:
    found = problems("timestamp,event\n2025-01-21,a\n", fields={"date": "timestmp"})[0]
    assert (found.code, found.place.line) == ("DC139", 1)
    assert "'timestamp'" in found.hint


# gzip, streams, files


LOG = b'{"date":"2025-01-21","event":"a"}\n{"date":"2025-01-22","event":"b"}\n'


def test_gzip_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(gzip.compress(LOG))
    (tmp_path / "log.gz").write_bytes(LOG)
    assert list(read_log(str(tmp_path / "log.csv"))) == list(read_log(str(tmp_path / "log.gz"))) == rows(LOG)


def test_gzip_members_one_after_the_other_are_one_log() -> None:
    assert len(rows(gzip.compress(LOG) + gzip.compress(LOG))) == 4


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-9], lambda raw: raw[:20] + b"\x00\x01" + raw[22:], lambda raw: raw[:5]]
)
def test_a_damaged_gzip_file_is_refused(damage: Any) -> None:
    assert problem(damage(gzip.compress(LOG * 50)))[0] == "DC138"


def test_a_missing_log_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    codes = []
    for path in (tmp_path / "none.ndjson", tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(Refused) as refused:
            list(read_log(str(path)))
        codes.append(refused.value.diagnostics[0].code)
    assert codes == ["DC101", "DC102", "DC102", "DC102"]


def test_a_pipe_that_the_shell_has_opened_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, LOG)
    os.close(writer)
    assert list(read_log(f"/dev/fd/{reader}")) == rows(LOG)
    os.close(reader)


class Dripping(io.RawIOBase):
    """A stream that gives one byte at a time, as a slow pipe may."""

    def __init__(self, content: bytes) -> None:
        self.content: Iterator[int] = iter(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        byte = next(self.content, None)
        if byte is None:
            return 0
        buffer[0] = byte
        return 1


def test_a_stream_may_give_its_bytes_one_by_one() -> None:
    assert list(read_log("-", stream=io.BufferedReader(Dripping(gzip.compress(LOG))))) == rows(LOG)


def test_rows_come_before_the_stream_has_ended() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as stream:
        os.write(writer, LOG)
        assert next(read_log("-", stream=stream))[0] == 1
        os.close(writer)


def test_memory_does_not_grow_with_the_length_of_a_log() -> None:
    packed = gzip.compress(LOG * 40_000, 1)
    tracemalloc.start()
    count = sum(1 for _ in read_log("-", stream=io.BytesIO(packed)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 80_000
    assert peak < 2_000_000


JSON_LEAF = (
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]))
)


def as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [as_text(member) for member in value]
    if isinstance(value, dict):
        return {key: as_text(member) for key, member in value.items() if member is not None}
    return None if value is None else str(value)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        JSON_LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3)
    )
)
def test_any_json_value_of_an_attribute_comes_out_as_its_text(value: Any) -> None:
    row = rows(json.dumps({"date": "2025-01-21", "event": "a", "x": value}))[0][1]
    assert row.get("x") == as_text(value)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reading_of_a_log(raw: bytes) -> None:
    told: list[Diagnostic] = []
    try:
        rows(raw)
    except Refused as refused:
        told.extend(refused.diagnostics)
    assert all(found.message and found.place.line for found in told)
