"""Text of others reaches an output only as text."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.output.text import cells, csv_line, csv_text, json_text, markdown, markdown_code, markdown_link, safe

ANY_TEXT = st.text(st.characters(), max_size=60)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_no_control_and_no_turned_direction_gets_out(raw: str) -> None:
    shown = safe(raw)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [c for c in shown if unicodedata.category(c) == "Cf" and c not in "\u200c\u200d"]


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_text_that_was_made_safe_stays_as_it_is(raw: str) -> None:
    assert safe(safe(raw)) == safe(raw)


def test_an_escape_sequence_is_seen_and_not_obeyed() -> None:
    assert safe("\x1b[31mred\x1b]0;title\x07") == "\\x1b[31mred\\x1b]0;title\\x07"
    assert safe("\x9b2J") == "\\x9b2J"


def test_a_turned_direction_is_seen() -> None:
    assert safe("invoice\u202egpj.exe\u2066") == "invoice\\u202egpj.exe\\u2066"


def test_several_lines_become_one() -> None:
    assert safe("one\r\ntwo\tthree\u2028four") == "one  two three four"


def test_words_of_other_scripts_stay_as_they_are() -> None:
    words = "Müller & Søn 株式会社 \u0645\u06cc\u200c\u062e\u0648\u0631\u062f"
    assert safe(words) == words


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_json_keeps_its_value_when_it_is_made_safe(raw: str) -> None:
    written = json_text(json.dumps(raw, ensure_ascii=False))
    assert json.loads(written) == raw
    written.encode("utf-8")


def test_json_shows_no_control_of_the_second_kind() -> None:
    assert json_text('"\x9b2J\x7f\u202e"') == '"\\u009b2J\\u007f\\u202e"'


@pytest.mark.parametrize("raw", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", " =1", "\n=1", "\uff1d1"])
def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe(raw: str) -> None:
    assert csv_text(raw).startswith("'")


@pytest.mark.parametrize("raw", ["-5", "+1.50", "-0.005", "12"])
def test_a_number_stays_a_number(raw: str) -> None:
    assert csv_text(raw) == raw


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("a|b", "a\\|b"),
        ("[x](y)", "\\[x\\](y)"),
        ("`rm`", "\\`rm\\`"),
        ("<script>&", "&lt;script&gt;&amp;"),
        ("@team", "@<!-- -->team"),
        ("# head", "\\# head"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("*bold* _it_", "\\*bold\\* \\_it\\_"),
    ],
)
def test_markup_in_a_text_means_only_itself(raw: str, written: str) -> None:
    assert markdown(raw) == written


def test_a_name_in_markdown_cannot_end_its_code() -> None:
    assert markdown_code("a`b|c\n") == "`a'b\\|c `"


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    assert cells("株a") == 3
    assert cells("e\u0301") == 1


@pytest.mark.parametrize("raw", ["::error::x", "a ::error::x", " ::x", "##[error]x", "a ##vso[task.complete]x", "###[x]"])
def test_no_text_becomes_a_command_of_a_build(raw: str) -> None:
    shown = safe(raw)
    assert not shown.lstrip().startswith("::")
    assert " ::" not in shown
    assert "##[" not in shown
    assert "##vso[" not in shown


@pytest.mark.parametrize("raw", ["std::vector", "a: b", "# head", "C# [x]", "10::20", "a:: b"])
def test_signs_that_are_no_command_stay_as_they_are(raw: str) -> None:
    assert safe(raw) == raw


@settings(max_examples=200, deadline=None)
@given(st.text("#[:vso a\x1b", max_size=20))
def test_json_keeps_its_value_and_is_no_command_of_a_build(raw: str) -> None:
    written = json_text(json.dumps(raw, ensure_ascii=False))
    assert json.loads(written) == raw
    assert "##[" not in written
    assert "##vso[" not in written


def test_a_row_of_csv_has_an_empty_cell_for_what_is_not_there() -> None:
    assert csv_line(["=1", None, "a\nb", 5]) == "'=1,,a b,5\r\n"


def test_an_address_is_a_link_to_itself_and_one_that_could_end_the_link_is_text() -> None:
    assert markdown_link("https://x.invalid/a_b") == "<https://x.invalid/a_b>"
    assert "<script" not in markdown_link('https://x.invalid/"><script>')
