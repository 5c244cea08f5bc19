"""Whatever is written, reading it ends soon, with a tree or with a LanguageError that points into the text."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.language.compiler import compile_condition, compile_value
from dealcli.language.declarations import Deal
from dealcli.language.parser import parse
from dealcli.language.scope import Scope
from dealcli.language.tree import LanguageError
from dealcli.language.triggers import compile_trigger
from dealcli.language.types import Type, parse_type

PIECES = st.sampled_from(
    "a b f( ( ) [ ] , . + - * / ^ of = != < in is not and or where after becomes true none today if then else over 5 "
    "USD 30 days 2025-01-31 2012-01 20% 'x' sum( min( breached 99999999999 1 month 2025-01-01T10:00 ' == \u00e9".split(
        " "
    )
)


def refusal(read: Callable[[], object]) -> LanguageError | None:
    """What was wrong, where something was; any other exception is a bug and comes through."""
    try:
        read()
    except LanguageError as error:
        return error
    return None


def parses_or_says_why(text: str) -> None:
    error = refusal(lambda: parse(text))
    if error is None:
        node = parse(text)
        assert 0 <= node.start < node.end <= len(text)
    else:
        assert 0 <= error.start <= len(text)
        assert error.end > error.start
        assert error.message


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    parses_or_says_why(text)


@given(st.lists(PIECES, max_size=80).map(" ".join))
def test_any_row_of_words_of_the_grammar_is_read_or_refused(text: str) -> None:
    parses_or_says_why(text)


@given(PIECES, st.integers(1, 3000), PIECES)
@settings(max_examples=60)
def test_any_nesting_is_read_or_refused(piece: str, times: int, last: str) -> None:
    parses_or_says_why(f"{piece} " * times + last)


@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_what_is_read_is_compiled_or_refused(text: str) -> None:
    for rule in (compile_value, compile_condition, lambda node, scope: compile_trigger(node, scope, text)):
        error = refusal(lambda rule=rule: rule(parse(text), Scope(Deal())))
        assert error is None or 0 <= error.start <= len(text)


@given(
    st.lists(st.sampled_from(["list of ", "{", "}", "a: ", "text", "number", ",", "money USD"]), max_size=400).map(
        "".join
    )
)
def test_any_type_is_known_or_not(text: str) -> None:
    known = parse_type(text)
    assert known is None or isinstance(known, Type)
