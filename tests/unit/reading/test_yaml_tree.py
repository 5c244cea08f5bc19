"""YAML to a tree of text: what is kept, what is refused, and where."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.diagnostics import Diagnostic
from dealcli.reading.yaml_tree import MOST_BYTES, MOST_DEPTH, MOST_VALUES, read_yaml

PARSERS = pytest.mark.parametrize("pure", [False, True], ids=["fast", "pure"])


def tree_of(text: str, pure: bool = False) -> dict[str, object]:
    source, problems = read_yaml("deal.yaml", text.encode(), pure=pure)
    assert problems == []
    assert len(source.documents) == 1
    return source.documents[0].tree


def problems_of(content: str | bytes, pure: bool = False) -> list[Diagnostic]:
    raw = content.encode() if isinstance(content, str) else content
    return read_yaml("deal.yaml", raw, pure=pure)[1]


def only_problem(content: str | bytes, pure: bool = False) -> tuple[str, int | None, int | None]:
    problems = problems_of(content, pure)
    assert len(problems) == 1, problems
    return problems[0].code, problems[0].place.line, problems[0].place.column


# what is kept


@PARSERS
@pytest.mark.parametrize(
    "written", ["no", "on", "1.10", "012", "1_000", "1:30", "2025-02-31", "~", "null", "1e3", "0x1F"]
)
def test_every_scalar_is_kept_as_the_text_that_was_written(written: str, pure: bool) -> None:
    assert tree_of(f"a: {written}\n", pure) == {"a": written}


@PARSERS
def test_a_key_with_nothing_after_it_has_no_value_but_an_empty_quote_is_a_text(pure: bool) -> None:
    assert tree_of("a:\nb: ''\nc: [x, '']\nd: {e: , f}\n", pure) == {
        "a": None,
        "b": "",
        "c": ["x", ""],
        "d": {"e": None, "f": None},
    }


@PARSERS
def test_the_order_of_keys_is_kept(pure: bool) -> None:
    assert list(tree_of("z: 1\na: 2\nm: 3\n", pure)) == ["z", "a", "m"]


@PARSERS
def test_a_file_may_hold_several_documents(pure: bool) -> None:
    source, problems = read_yaml("deal.yaml", b"agreement: a\n---\nscenario: b\n", pure=pure)
    assert problems == []
    assert [(document.tree, document.index) for document in source.documents] == [
        ({"agreement": "a"}, 0),
        ({"scenario": "b"}, 1),
    ]


@PARSERS
def test_windows_line_ends_and_a_leading_byte_order_mark_change_nothing(pure: bool) -> None:
    source, problems = read_yaml("deal.yaml", b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n", pure=pure)
    assert problems == []
    assert source.documents[0].tree == {"a": "1", "b": "x\ny\n"}


# the two parsers


CORPUS = [
    "a: b\n# c\nk: |\n  x\n  é𝄞: y\n\nz: >-\n   folded\n   t\n'q': \"a\\\n   b\"\np: word one\n  word two\n",
    "e:\ne2:   # c\n",
    "s: [a, b: c, ]\nf: {x, y: , z}\nlast: >2\n    in\n   two",
    "a:\n- \n-\n- b:\n  c: \n-  - d\n   - \n",
    "? a\n? b\n: c\n? d\n:  e\n",
    "a: [\n  x ,\n  {y: 1 ,\n   z: },\n  [ ]\n]\nb: {}\n",
    "a: |+\n  x\n\n\nb: >\n\n  y\n   z\n  w\n\n  v\n# end\n",
    "a: \"x\n\n  y  \n z\\n\\u00e9\\x41\"\nb: 'it''s\n  so'\n",
    "---\na: 1\n...\n---\nb: 2\n",
    "a:   b   \nc: d # e\n\n\n",
    "a: |\n  one\n\n  two\n  \nb: 1\n",
    "a:\r\n  - b\r\n  - >\r\n    c\r\n    d\r\n",
]


@pytest.mark.parametrize("text", CORPUS)
def test_both_parsers_give_the_same_tree_and_positions(text: str) -> None:
    assert getattr(yaml, "CSafeLoader", None) is not None
    fast, fast_problems = read_yaml("deal.yaml", text.encode())
    pure, pure_problems = read_yaml("deal.yaml", text.encode(), pure=True)
    assert fast_problems == pure_problems == []
    assert fast.documents == pure.documents
    assert fast.marks == pure.marks


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab :-[]{},'\"|>#?&*!%@`\n\t\\x0é", max_size=40))
def test_no_text_crashes_either_parser_and_what_both_accept_is_equal(text: str) -> None:
    fast, fast_problems = read_yaml("deal.yaml", text.encode())
    pure, pure_problems = read_yaml("deal.yaml", text.encode(), pure=True)
    if not fast_problems and not pure_problems:
        assert fast.documents == pure.documents
    for problem in (*fast_problems, *pure_problems):
        assert problem.message
        assert problem.place.line is not None


# characters and encodings


@pytest.mark.parametrize(
    "char", ["\x01", "\x0b", "\x1b", "\x7f", "\x80", "\x85", "\u2028", "\u2029", "\ufeff", "\uffff"]
)
def test_a_control_character_is_refused_where_it_stands(char: str) -> None:
    assert only_problem(f"a: b\nc: d{char}\n") == ("DC106", 2, 5)


@pytest.mark.parametrize("char", ["\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"])
def test_a_direction_control_is_refused_where_it_stands(char: str) -> None:
    assert only_problem(f"a: b # {char}\n") == ("DC106", 1, 8)


def test_all_forbidden_characters_of_a_file_are_listed() -> None:
    assert [(p.place.line, p.place.column) for p in problems_of("a: \x01\nb: \x02\x03\n")] == [(1, 4), (2, 4), (2, 5)]


@PARSERS
def test_an_escape_cannot_bring_in_a_forbidden_character(pure: bool) -> None:
    assert only_problem('a: b\nc: "x\\u202e"\n', pure) == ("DC106", 2, 4)


def test_latin_1_is_refused_at_the_first_byte_that_is_not_utf_8() -> None:
    assert only_problem(b"a: b\nc: caf\xe9\n") == ("DC105", 2, 7)


def test_the_column_of_a_wrong_byte_counts_characters_and_no_byte_order_mark() -> None:
    assert only_problem("\ufeffé: ".encode() + b"\xff\n") == ("DC105", 1, 4)


def test_an_encoded_surrogate_is_not_utf_8() -> None:
    assert only_problem(b"a: \xed\xa0\x80\n") == ("DC105", 1, 4)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf_16_and_utf_32_are_named(encoding: str) -> None:
    problems = problems_of("agreement: a\n".encode(encoding))
    assert [p.code for p in problems] == ["DC105"]
    assert "UTF-16" in problems[0].message


def test_a_binary_file_is_called_binary() -> None:
    assert "binary" in problems_of(b"\x89PNG\x00\x00")[0].message
    assert "binary" in problems_of(b"abc\x00\x00")[0].message


# what is refused


@PARSERS
def test_a_repeated_key_is_shown_at_the_second_with_the_first_beside_it(pure: bool) -> None:
    problems = problems_of("a: 1\nb: 2\na: 3\n", pure)
    assert [(p.code, p.place.line, p.place.column, p.place.length) for p in problems] == [("DC111", 3, 1, 1)]
    assert problems[0].related[0][0].line == 1


@PARSERS
@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: !x b\n", "DC112", 1, 4),
        ("a:\n  - !!str b\n", "DC112", 2, 5),
        ("a: !!map {b: c}\n", "DC112", 1, 4),
        ("a: &b c\n", "DC113", 1, 4),
        ("a: *b\n", "DC113", 1, 4),
        ("*b : c\n", "DC113", 1, 1),
        ("<<: {a: b}\n", "DC114", 1, 1),
        ("[a]: b\n", "DC115", 1, 1),
        ("? {a: b}\n: c\n", "DC115", 1, 3),
        ("a: {'': b}\n", "DC115", 1, 5),
        ("", "DC116", 1, 1),
        ("# only a comment\n", "DC116", 1, 1),
        ("- a\n", "DC116", 1, 1),
        ("word\n", "DC116", 1, 1),
        ("{}\n", "DC116", 1, 1),
        ("a: b\n---\n", "DC116", 3, 1),
        ("%YAML 1.1\n---\na: b\n", "DC119", 1, 1),
    ],
)
def test_what_the_language_has_no_use_for_is_refused_where_it_stands(
    text: str, code: str, line: int, column: int, pure: bool
) -> None:
    assert only_problem(text, pure) == (code, line, column)


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    assert tree_of("'<<': a\n") == {"<<": "a"}


def test_several_problems_of_one_file_are_all_listed() -> None:
    problems = problems_of("a: !x 1\na: 2\nb: &c 3\nd: [x\n")
    assert [(p.code, p.place.line) for p in problems] == [("DC112", 1), ("DC111", 2), ("DC113", 3), ("DC110", 4)]


def test_documents_before_a_refused_one_keep_their_number() -> None:
    source, problems = read_yaml("deal.yaml", b"- a\n---\nb: c\n")
    assert [p.place.document for p in problems] == [0]
    assert [document.index for document in source.documents] == [1]


@PARSERS
@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a:\n  - b\n \t- c\n", 3, 2, "tab"),
        ("a: [x, y\nb: 1\n", 1, 4, "'[' that opens here is not closed"),
        ("a: {x: y\n", 1, 4, "'{' that opens here is not closed"),
        ("a: [x, y}\n", 1, 9, "'}' cannot stand here"),
        ("{a: b c: d}\n", 1, 8, "':' cannot stand here"),
        ('a: "x\nb: 1\n', 1, 4, "never closed"),
        ("a: 'x\n---\nb: 1\n", 1, 4, "never closed"),
        ("a: 1\nkey:value\nb: 2\n", 2, 4, "blank is missing"),
        ("a: 1\nword\nb: 2\n", 2, 1, "no ':'"),
        ("a: b: c\n", 1, 5, "second ':'"),
        ("a: b\n  c: d\n", 2, 3, "line before already has a value"),
        ("a: @x\n", 1, 4, "'@'"),
        ("a: `x`\n", 1, 4, "'`'"),
        ("a: %x\n", 1, 4, "'%'"),
        ("a: *\n", 1, 4, "'*'"),
        ("a: & b\n", 1, 4, "'&'"),
        ("a: !<x y\n", 1, 4, "'!'"),
        ("a: 'it's'\n", 1, 8, "more text follows"),
        ("a: [b]c\n", 1, 7, "more text follows"),
        ("a:\n   b: 1\n  c: 2\n", 3, 3, "indentation"),
        ("a:\n  - x\n  y: z\n", 3, 3, "list item"),
        ("a: - b\n", 1, 4, "list item"),
        ("a: [x, , y]\n", 1, 8, "nothing stands before this ','"),
        ("a: ]\n", 1, 4, "nothing was opened"),
        ("a: >x\n b\n", 1, 5, "after '|' or '>'"),
        ('a: "\\d"\n', 1, 5, "escape"),
        ("a: 1\n...\nb: 1\n", 3, 1, "'---'"),
        (": x\n", 1, 1, "no key"),
        ("a: {: b}\n", 1, 5, "no key"),
    ],
)
def test_an_error_of_syntax_is_told_in_our_words(text: str, line: int, column: int, words: str, pure: bool) -> None:
    problems = problems_of(text, pure)
    assert [(p.code, p.place.line, p.place.column) for p in problems] == [("DC110", line, column)]
    assert words in problems[0].message
    assert "token" not in problems[0].message
    assert problems[0].expected or problems[0].hint


# limits and hostile input


@PARSERS
@pytest.mark.parametrize("text", ["[" * 40_000, "a: " + "[" * 40_000, "- " * 100_000, "? " * 100_000, "{a: " * 100_000])
def test_deep_nesting_is_refused_and_crashes_nothing(text: str, pure: bool) -> None:
    assert "DC117" in [p.code for p in problems_of(text, pure)]


@PARSERS
def test_the_depth_limit_itself_is_allowed(pure: bool) -> None:
    inner = MOST_DEPTH - 1
    tree_of("a: " + "[" * inner + "]" * inner, pure)
    code, line, column = only_problem("a: " + "[" * (inner + 1) + "]" * (inner + 1), pure)
    assert (code, line, column) == ("DC117", 1, 4 + inner)


@PARSERS
def test_an_anchor_that_holds_itself_is_refused(pure: bool) -> None:
    assert {p.code for p in problems_of("a: &a [*a]\n", pure)} == {"DC113"}


@PARSERS
def test_aliases_of_aliases_of_aliases_are_refused(pure: bool) -> None:
    lines = ["a: &a [x, x, x]"]
    lines += [f"{new}: &{new} [*{old}, *{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    problems = problems_of("\n".join(lines), pure)
    assert {p.code for p in problems} == {"DC113"}
    assert len(problems) == 9 + 8 * 3


def test_too_many_values_are_refused() -> None:
    assert only_problem("a: [" + "x," * (MOST_VALUES + 1) + "]")[0] == "DC118"


def test_too_many_bytes_are_refused() -> None:
    assert only_problem(b"#" * (MOST_BYTES + 1))[0] == "DC104"


def test_problems_beyond_a_number_are_not_listed() -> None:
    assert len(problems_of("a: 1\n" * 1000)) == 50
