"""From a route and an offset back to a line and a column."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dealcli.diagnostics import Place
from dealcli.reading.scalars import scalar_characters
from dealcli.reading.sources import SourceFile, Span, locate
from dealcli.reading.yaml_tree import read_yaml


def read(text: str) -> dict[str, SourceFile]:
    source, problems = read_yaml("deal.yaml", text.encode())
    assert problems == []
    return {"deal.yaml": source}


def span(text: str, place: Place) -> Span:
    found = locate(place, read(text))
    assert found is not None
    return found


def ends(found: Span) -> tuple[int, int, int, int]:
    return found.line, found.column, found.end_line, found.end_column


DEAL = "agreement: é\nclauses:\n  first:\n    within: 30 days\n    'by': [a, \"b c\"]\n"
HERE = Place("deal.yaml")


def test_a_route_leads_to_its_value() -> None:
    found = span(DEAL, HERE.at("clauses", "first", "within"))
    assert ends(found) == (4, 13, 4, 20)
    assert found.excerpt_line == "    within: 30 days"


def test_a_route_leads_to_its_key_when_asked() -> None:
    assert ends(span(DEAL, HERE.at("clauses", "first", "within", on_key=True))) == (4, 5, 4, 11)
    assert ends(span(DEAL, HERE.at("clauses", "first", "by", on_key=True))) == (5, 5, 5, 9)


def test_a_route_leads_into_a_list() -> None:
    assert ends(span(DEAL, HERE.at("clauses", "first", "by", 1))) == (5, 15, 5, 20)


def test_a_bracketed_list_is_shown_whole_and_a_mapping_in_lines_by_its_first_line() -> None:
    assert ends(span(DEAL, HERE.at("clauses", "first", "by"))) == (5, 11, 5, 21)
    assert ends(span(DEAL, HERE.at("clauses"))) == (3, 3, 3, 9)
    assert ends(span(DEAL, HERE)) == (1, 1, 1, 13)


def test_a_missing_key_is_shown_at_the_key_it_is_missing_under() -> None:
    assert ends(span(DEAL, HERE.at("clauses", "first", "bearer"))) == (3, 3, 3, 8)
    assert ends(span(DEAL, HERE.at("title"))) == (1, 1, 1, 13)


def test_an_empty_value_is_shown_after_its_colon() -> None:
    assert ends(span("a:\nb: 1\n", HERE.at("a"))) == (1, 3, 1, 4)
    assert ends(span("a: {b: , c: 1}\n", HERE.at("a", "b"))) == (1, 7, 1, 8)


def test_a_place_with_a_line_needs_no_route() -> None:
    found = span(DEAL, Place("deal.yaml", line=4, column=5, length=6))
    assert ends(found) == (4, 5, 4, 11)
    assert found.excerpt_line == "    within: 30 days"


def test_a_place_in_a_later_document_is_found() -> None:
    assert ends(span("a: 1\n---\na: 2\n", Place("deal.yaml", ("a",), document=1))) == (3, 4, 3, 5)


def test_a_file_that_was_not_read_or_a_document_that_is_not_there_has_no_lines() -> None:
    assert locate(Place("other.yaml"), read(DEAL)) is None
    assert locate(Place("deal.yaml", document=7), read(DEAL)) is None


def test_columns_count_characters_and_not_bytes_or_a_byte_order_mark() -> None:
    assert ends(span("\ufeffa: '𝄞é' \n", HERE.at("a").inside(1, 1))) == (1, 6, 1, 7)


@pytest.mark.parametrize(
    ("text", "style"),
    [("a: x", "plain"), ("a: 'x'", "single"), ('a: "x"', "double"), ("a: |\n x", "literal"), ("a: >\n x", "folded")],
)
def test_a_source_knows_how_a_scalar_is_written(text: str, style: str) -> None:
    source = read(text)["deal.yaml"]
    assert source.style_of(("a",)) == style
    assert source.style_of(()) is None
    assert source.style_of(("b",)) is None


def test_a_source_knows_whether_a_scalar_stands_in_brackets() -> None:
    source = read("a: [max(x, y)]\nb: {c: d}\ne: f\n")["deal.yaml"]
    assert source.flow_at(("a", 0))
    assert source.flow_at(("b", "c"))
    assert not source.flow_at(("e",))


# offsets inside scalars: the word 'bad' is looked for in the value and must be found in the file

INSIDE = [
    ("a: one bad two\n", (1, 8, 1, 11)),
    ("a: one\n  two bad x\n", (2, 7, 2, 10)),
    ("a: one\n\n\n  bad\n", (4, 3, 4, 6)),
    ("a: 'one bad'\n", (1, 9, 1, 12)),
    ("a: 'it''s bad'\n", (1, 11, 1, 14)),
    ("a: 'one\n  it''s bad'\n", (2, 9, 2, 12)),
    ('a: "one bad"\n', (1, 9, 1, 12)),
    ('a: "\\t\\u00e9\\"\\x41 bad"\n', (1, 20, 1, 23)),
    ('a: "one\\\n   bad"\n', (2, 4, 2, 7)),
    ('a: "one  \n\n   bad"\n', (3, 4, 3, 7)),
    ("a: |\n  one\n  two bad\n", (3, 7, 3, 10)),
    ("a: |-  # why\n\n    one\n\n     bad\n", (5, 6, 5, 9)),
    ("a: >\n  one\n  two bad\n  three\n", (3, 7, 3, 10)),
    ("a: >-\n  one\n\n  two\n   more\n  bad\n", (6, 3, 6, 6)),
    ("a: >+\n\n  one\n\n\n    bad\n\n", (6, 5, 6, 8)),
    ("a: |\r\n  one\r\n  bad\r\n", (3, 3, 3, 6)),
    ("- b: >\n    one\n    bad\n  c: d\n", (3, 5, 3, 8)),
]


@pytest.mark.parametrize(("text", "where"), INSIDE)
def test_an_offset_inside_a_scalar_is_found_in_the_file(text: str, where: tuple[int, int, int, int]) -> None:
    nested = text.startswith("-")
    text, where = ("r:\n" + text, (where[0] + 1, where[1], where[2] + 1, where[3])) if nested else (text, where)
    place = HERE.at("r", 0, "b") if nested else HERE.at("a")
    value = read(text)["deal.yaml"].value_of(place.route)
    found = span(text, place.inside(value.index("bad"), 3))
    assert ends(found) == where
    assert found.excerpt_line[found.column - 1 : found.end_column - 1] == "bad"


def test_an_offset_at_the_end_of_a_scalar_is_just_after_it() -> None:
    assert ends(span("a: one\n", HERE.at("a").inside(3))) == (1, 7, 1, 8)
    assert ends(span("a: 'one'\n", HERE.at("a").inside(3))) == (1, 8, 1, 9)
    assert ends(span("a: |\n  one\nb: c\n", HERE.at("a").inside(3))) == (2, 6, 2, 7)


def test_an_offset_beyond_a_scalar_stays_at_its_end() -> None:
    assert ends(span("a: one\n", HERE.at("a").inside(99, 5))) == (1, 7, 1, 8)


def test_a_stretch_ends_with_its_last_character_where_the_line_is_folded() -> None:
    assert ends(span("a: one   \n   two\n", HERE.at("a").inside(0, 3))) == (1, 4, 1, 7)
    assert ends(span('a: "o\\n"\n', HERE.at("a").inside(1, 1))) == (1, 6, 1, 8)


def test_a_block_whose_indentation_is_given_by_number_is_shown_at_its_head() -> None:
    assert ends(span("a: |1\n  one\n", HERE.at("a").inside(2, 1))) == (1, 4, 1, 6)


SCALARS = st.one_of(
    st.lists(st.sampled_from(["a", " ", "b c", "\n ", "\n\n  ", "é"]), max_size=8).map("".join),
    st.lists(st.sampled_from(["a", " ", "''", "\n ", "\n\n  ", '"']), max_size=8).map(lambda p: "'" + "".join(p) + "'"),
    st.lists(st.sampled_from(["a", " ", '\\"', "\\\n  ", "\n ", "\n\n  ", "\\x41", "\\t"]), max_size=8).map(
        lambda p: '"' + "".join(p) + '"'
    ),
    st.tuples(
        st.sampled_from(["|", ">", "|-", ">-", "|+", ">+"]),
        st.lists(st.sampled_from(["", "  a", "   b", "  c d ", "    ", "  \t", "  e"]), max_size=7),
    ).map(lambda p: p[0] + "\n" + "\n".join(p[1])),
)


@settings(max_examples=400, deadline=None)
@given(SCALARS, st.sampled_from(["", "\n", "\nb: c\n", "\n\n# end\n"]))
def test_the_walk_over_any_scalar_arrives_at_the_value_of_the_parser(scalar: str, after: str) -> None:
    source, problems = read_yaml("deal.yaml", f"a: {scalar}{after}".encode())
    assume(not problems and source.style_of(("a",)) is not None)
    found = source.mark_of(("a",))
    assert found is not None
    mark = found[0]
    assert mark.style is not None
    walked = scalar_characters(source.text, mark.start, mark.end, mark.style)
    assert walked is not None
    assert "".join(char for char, _ in walked[0]) == (source.documents[0].tree["a"] or "")
