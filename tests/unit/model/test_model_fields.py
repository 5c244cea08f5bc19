"""Single scalars: names, dates, numbers, words, yes and no."""

from __future__ import annotations

import pytest

from dealcli.model import validate

WORDS = [
    "or", "and", "where", "not", "in", "is", "after", "of", "becomes", "true", "false", "none", "today", "if", "then",
    "else", "over",
]  # fmt: skip


@pytest.mark.parametrize("name", ["a", "rofr_2025", "x1_"])
def test_a_name_is_lower_case_letters_digits_and_underscores(name: str) -> None:
    assert validate({"agreement": name}) == []


@pytest.mark.parametrize("name", ["A", "1a", "_a", "a-b", "a b", "é", "a.b", "a\n", "٣"])
def test_anything_else_is_no_name(name: str) -> None:
    assert [problem.code for problem in validate({"agreement": name})] == ["DC205"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_grammar_is_no_name(word: str) -> None:
    (problem,) = validate({"agreement": "a", "terms": {word: {"value": "1"}}})
    assert problem.message == f"'{word}' is a word of the language and cannot be a name"
    assert problem.place.route == ("terms", word)
    assert problem.place.on_key


def test_a_name_that_is_nearly_one_is_suggested() -> None:
    (problem,) = validate({"agreement": "Reply-Window"})
    assert problem.hint == "for example reply_window"


def test_a_reference_may_name_its_agreement() -> None:
    assert validate({"scenario": "s", "expect": [{"clause": "definitive.ip_research", "is": "ended"}]}) == []
    (problem,) = validate({"scenario": "s", "expect": [{"clause": "a.b.c", "is": "ended"}]})
    assert problem.code == "DC205"


@pytest.mark.parametrize("word", ["true", "false"])
def test_a_boolean_is_true_or_false(word: str) -> None:
    assert validate({"agreement": "a", "binding": word}) == []


@pytest.mark.parametrize(
    ("word", "hint"),
    [("yes", "write true"), ("no", "write false"), ("True", "write true"), ("0", "write false"), ("maybe", "")],
)
def test_no_other_word_is_taken_for_a_boolean(word: str, hint: str) -> None:
    (problem,) = validate({"agreement": "a", "binding": word})
    assert (problem.code, problem.hint) == ("DC207", hint)


@pytest.mark.parametrize("number", ["0", "7", "10000"])
def test_a_count_is_a_whole_number(number: str) -> None:
    assert validate({"scenario": "s", "expect": [{"clause": "c", "count": number}]}) == []


@pytest.mark.parametrize("number", ["-1", "1.0", "012", "1e3", "٣", "one", "9" * 5000])
def test_nothing_else_is_a_count(number: str) -> None:
    (problem,) = validate({"scenario": "s", "expect": [{"clause": "c", "count": number}]})
    assert problem.code == "DC208"
    assert len(problem.message) < 120


@pytest.mark.parametrize("day", ["2025-01-31", "2024-02-29", "9999-12-31"])
def test_an_as_of_date_is_a_day_that_exists(day: str) -> None:
    assert validate({"scenario": "s", "as_of": day}) == []


@pytest.mark.parametrize(
    "day", ["2025-02-31", "2025-02-29", "2025-1-31", "0000-01-01", "31.01.2025", "2025-01", "2025-01-31T10:00", "today"]
)
def test_nothing_else_is_an_as_of_date(day: str) -> None:
    assert [problem.code for problem in validate({"scenario": "s", "as_of": day})] == ["DC206"]


@pytest.mark.parametrize(
    "date",
    [
        "2025-01-31", "2025-01-31T17:00", "2025-01-31T17:00:30Z", "2025-01-31T17:00+02:00", "2021-03", "2021-03~",
        "2024-07-09/2024-07-10",
    ],
)  # fmt: skip
def test_an_event_is_dated_by_a_day_an_instant_or_an_approximate_date(date: str) -> None:
    assert validate({"scenario": "s", "events": [{"date": date, "event": "signed"}]}) == []


@pytest.mark.parametrize(
    "date",
    ["2025-02-31", "2025-01-31T25:00", "2025-13", "2024-07-10/2024-07-09", "2026-11-24/..", "soon", "2025-01-31T5"],
)
def test_an_event_has_no_impossible_date_and_no_open_end(date: str) -> None:
    (problem,) = validate({"scenario": "s", "events": [{"date": date, "event": "signed"}]})
    assert (problem.code, problem.place.route) == ("DC206", ("events", 0, "date"))


@pytest.mark.parametrize("date", ["2025-01-21", "2021-03", "2024-07-09/2024-07-10", "2021-03~", "2026-11-24/.."])
def test_a_source_may_be_dated_approximately(date: str) -> None:
    source = {"title": "S", "standing": "press", "published": date}
    assert validate({"agreement": "a", "sources": {"s": source}}) == []


@pytest.mark.parametrize("date", ["2025-02-31", "2021-13", "spring 2021", "2021-03-01T10:00"])
def test_a_source_has_a_date_that_exists(date: str) -> None:
    source = {"title": "S", "standing": "press", "published": date}
    assert [problem.code for problem in validate({"agreement": "a", "sources": {"s": source}})] == ["DC206"]


@pytest.mark.parametrize("url", ["https://example.org/a?b=c#d", "http://example.org"])
def test_an_address_begins_with_http_or_https(url: str) -> None:
    source = {"title": "S", "standing": "press", "url": url}
    assert validate({"agreement": "a", "sources": {"s": source}}) == []


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", "https://a b", "javascript:x"])
def test_nothing_else_is_an_address(url: str) -> None:
    source = {"title": "S", "standing": "press", "url": url}
    assert [problem.code for problem in validate({"agreement": "a", "sources": {"s": source}})] == ["DC209"]


@pytest.mark.parametrize(
    ("row", "hint"),
    [({"as_of": "31 March 2026"}, "write 2026-03-31"), ({"events": [{"date": "2026/3/1", "event": "x"}]}, "write 2026-03-01"),
     ({"as_of": "3/4/2026"}, ""), ({"as_of": "2026-03"}, "only a whole day is possible here")],
)  # fmt: skip
def test_a_day_written_otherwise_is_told_how_it_is_written(row: dict[str, object], hint: str) -> None:
    (problem,) = validate({"scenario": "s", **row})
    assert (problem.code, problem.hint) == ("DC206", hint)


def test_a_word_outside_its_set_is_told_the_set() -> None:
    (problem,) = validate({"agreement": "a", "sources": {"s": {"title": "S", "standing": "offical"}}})
    assert problem.message == "'offical' is not a possible word for 'standing'"
    assert problem.expected == "contract, official, filing, court, press, leak or inference"
    assert problem.hint == "did you mean 'official'?"


def test_blank_text_is_no_text() -> None:
    assert [problem.code for problem in validate({"agreement": "a", "title": "  "})] == ["DC210"]


def test_a_list_written_as_text_is_shown_with_brackets() -> None:
    (problem,) = validate({"agreement": "a", "facts": {"f": {"holds": "x", "sources": "press_jan"}}})
    assert (problem.message, problem.hint) == ("'sources' is text where a list is wanted", "write [press_jan]")


def test_an_item_of_a_list_is_counted_from_one() -> None:
    (problem,) = validate({"agreement": "a", "facts": {"f": {"starts": ["x", {"any": ["y"]}]}}})
    assert problem.message == "item 2 of 'starts' is a mapping where text is wanted"
    assert problem.place.route == ("facts", "f", "starts", 1)


def test_an_empty_list_of_triggers_is_an_error() -> None:
    assert [problem.code for problem in validate({"agreement": "a", "facts": {"f": {"starts": []}}})] == ["DC210"]
