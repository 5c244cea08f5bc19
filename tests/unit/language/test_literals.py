"""Constants: what can be written down, and what a mistake in one is told like."""

from __future__ import annotations

from typing import Any

import pytest

from dealcli.language.lexer import MOST_CHARACTERS, MOST_DIGITS
from dealcli.language.parser import MOST_DEPTH, MOST_OPERATIONS, parse
from dealcli.language.tree import LanguageError, Literal


def error(text: str) -> tuple[str, str, str]:
    """What is wrong with a text, the stretch that is pointed at, and the hint."""
    with pytest.raises(LanguageError) as caught:
        parse(text)
    problem = caught.value
    return problem.message, text[problem.start : problem.end], problem.hint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2030-12-31", "2030-12-31"),
        ("2030-12-31T17:00", "2030-12-31T17:00:00+00:00"),
        ("2030-12-31T17:00:30Z", "2030-12-31T17:00:30+00:00"),
        ("2030-12-31T17:00+02:00", "2030-12-31T15:00:00+00:00"),
        ("USD 13.5 billion", "USD 13500000000"),
        ("EUR 1_000.25", "EUR 1000.25"),
        ("30 days", "30 days"),
        ("1 day", "1 day"),
        ("2 business days", "2 business days"),
        ("72 hours", "72 hours"),
        ("90 minutes", "90 minutes"),
        ("1.5 hours", "90 minutes"),
        ("6 months", "6 months"),
        ("2 weeks", "14 days"),
        ("1 quarter", "3 months"),
        ("2 years", "2 years"),
        ("20%", "0.2"),
        ("2.5 %", "0.025"),
        ("1_000", "1000"),
        ("100 billion", "100000000000"),
        ("0.10", "0.1"),
        ("'cash'", "cash"),
        ("'it''s'", "it's"),
        ("true", "true"),
        ("false", "false"),
        ("none", "none"),
    ],
)
def test_a_constant_is_what_is_written(text: str, shown: str, deal: Any) -> None:
    assert deal.value(text) == shown


def test_a_literal_may_be_broken_over_two_lines(deal: Any) -> None:
    assert deal.value("USD 5\nmillion + USD\n1") == "USD 5000001"


def test_the_longest_match_comes_first_so_a_date_is_never_a_subtraction(deal: Any) -> None:
    assert deal.value("2025-01-31 + 1 day") == "2025-02-01"
    assert deal.value("2025 - 01 - 31") == "1993"


@pytest.mark.parametrize("text", ["2025-02-31", "2025-13-01", "0000-01-01"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    assert error(f"x > {text}") == (f"there is no such date: {text}", text, "")


def test_an_instant_that_does_not_exist_is_refused() -> None:
    assert error("2025-01-01T25:00")[0] == "there is no such instant: 2025-01-01T25:00"


@pytest.mark.parametrize("text", ["1.5 days", "0.5 weeks", "1.5 months", "0.5 business days"])
def test_a_day_and_a_month_are_not_divided(text: str) -> None:
    message, stretch, hint = error(text)
    assert message == f"there is no such duration: {text}"
    assert stretch == text
    assert hint.endswith("is not divided")


@pytest.mark.parametrize("text", ["1_", "1__0"])
def test_an_underscore_stands_between_digits(text: str) -> None:
    assert error(text)[0] == "the character '_' has no meaning here"


def test_a_period_stands_only_directly_inside_a_look_up() -> None:
    node = parse("x[2012-01]")
    assert node.keys == (Literal(2, 9, "2012-01", "period"),)  # type: ignore[attr-defined]
    assert parse("x[2019-Q1, 2]").keys[0].type == "period"  # type: ignore[attr-defined]
    for text in ("2012-01", "f(1, 2012-01, 2)", "x[2012-01 + 1]", "x[(2012-01)]"):
        message, stretch, hint = error(text)
        assert (message, stretch) == ("'2012-01' is no day", "2012-01")
        assert hint == "write a full date such as 2030-12-31; a month stands only inside [ ]"


def test_a_month_that_does_not_exist_is_refused_in_a_look_up() -> None:
    assert error("x[2012-13]") == ("there is no such period: 2012-13", "2012-13", "")


@pytest.mark.parametrize(
    ("text", "message", "stretch"),
    [
        ("'never closed", "a text that is never closed", "'"),
        ('x = "y"', "text is written in single quotes", '"'),
        ("x = True", "'True' is no name and no amount", "True"),
        ("x == y", "'==' is no operator", "=="),
        ("x & y", "the character '&' has no meaning here", "&"),
        ("x | y", "the character '|' has no meaning here", "|"),
        ("!x", "the character '!' has no meaning here", "!"),
        ("a: b", "the character ':' has no meaning here", ":"),
        ("a # b", "the character '#' has no meaning here", "#"),
        ("a @ b", "the character '@' has no meaning here", "@"),
        ("a ` b", "the character '`' has no meaning here", "`"),
        ("é", "the character 'é' has no meaning here", "é"),
    ],
)
def test_a_character_outside_the_grammar_is_pointed_at(text: str, message: str, stretch: str) -> None:
    assert error(text)[:2] == (message, stretch)


def test_an_expression_has_a_greatest_length() -> None:
    parse("a" * MOST_CHARACTERS)
    assert error("a" * (MOST_CHARACTERS + 1))[0] == "an expression of 4,001 characters is over the limit of 4,000"


def test_a_number_has_a_greatest_length() -> None:
    parse("9" * MOST_DIGITS)
    assert error("1 + " + "9" * (MOST_DIGITS + 1)) == ("a number of more than 60 digits", "9" * 61, "")


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("f(", ")"), ("x[", "]"), ("if true then ", "")])
def test_brackets_have_a_greatest_depth(opening: str, closing: str) -> None:
    parse(opening * MOST_DEPTH + "a" + closing * MOST_DEPTH)
    assert error(opening * (MOST_DEPTH + 1) + "a" + closing * (MOST_DEPTH + 1))[0] == "more than 40 levels of brackets"


@pytest.mark.parametrize("step", ["+a", " and a", " or a", "^a", " after a", ".a", " where a"])
def test_an_expression_has_a_greatest_number_of_operations(step: str) -> None:
    parse("a" + step * MOST_OPERATIONS)
    message, _, hint = error("a" + step * (MOST_OPERATIONS + 1))
    assert message == "more than 200 operations"
    assert hint == "give parts of it names as facts, measures or terms"


def test_the_longest_expression_allowed_can_be_computed(deal: Any) -> None:
    assert deal.value("1" + "+1" * MOST_OPERATIONS) == "201"
    assert deal.holds("not " * MOST_OPERATIONS + "true") == "true"
    assert deal.holds("true" + " and true" * MOST_OPERATIONS) == "true"
