"""Each production of the grammar, and how tightly each operator binds."""

from __future__ import annotations

import pytest

from dealcli.language.parser import parse
from dealcli.language.tree import (
    After,
    Attribute,
    Becomes,
    Binary,
    Call,
    Group,
    If,
    Is,
    LanguageError,
    Literal,
    Lookup,
    Name,
    Node,
    Today,
    Unary,
    Where,
)  # fmt: skip


def shape(node: Node) -> str:
    """The tree with a bracket around everything, to read off what belongs to what."""
    match node:
        case Binary():
            return f"({shape(node.left)} {node.operator} {shape(node.right)})"
        case Unary():
            return f"({node.operator} {shape(node.operand)})"
        case Where():
            return f"<{shape(node.source)} where {shape(node.condition)}>"
        case After():
            return f"<{shape(node.delay)} after {shape(node.source)}>"
        case Is():
            return f"({shape(node.subject)} is {'not ' * node.negated}{'/'.join(node.stages)})"
        case Becomes():
            return f"<{shape(node.subject)} becomes {'/'.join(node.stages)}>"
        case Attribute():
            return f"{shape(node.base)}.{node.name}"
        case Lookup():
            return f"{shape(node.base)}[{', '.join(map(shape, node.keys))}]"
        case Call():
            windows = [f" over {shape(a.over)}" if a.over else "" for a in node.arguments]
            parts = [shape(a.value) + window for a, window in zip(node.arguments, windows, strict=True)]
            return f"{node.name}({', '.join(parts)})"
        case Group():
            return f"({', '.join(map(shape, node.items))})"
        case If():
            otherwise = f" else {shape(node.otherwise)}" if node.otherwise else ""
            return f"(if {shape(node.condition)} then {shape(node.then)}{otherwise})"
        case Today():
            return "today"
        case Literal():
            return str(node.value)
    assert isinstance(node, Name)
    return node.name


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a where x and y or b where z", "(<a where (x and y)> or <b where z>)"),
        ("a or b and c", "(a or (b and c))"),
        ("a where b where c", "<<a where b> where c>"),
        ("not a and b", "((not a) and b)"),
        ("not not a", "(not (not a))"),
        ("not a = b", "(not (a = b))"),
        ("a = b and c != d", "((a = b) and (c != d))"),
        ("a + b < c * d", "((a + b) < (c * d))"),
        ("a in (b, c)", "(a in (b, c))"),
        ("a <= b or a >= c", "((a <= b) or (a >= c))"),
        ("a is b", "(a is b)"),
        ("a is not (b, c)", "(a is not b/c)"),
        ("a is true", "(a is true)"),
        ("a becomes b", "<a becomes b>"),
        ("a becomes (b, c) or d becomes false", "(<a becomes b/c> or <d becomes false>)"),
        ("x after a", "<x after a>"),
        ("x after y after a", "<x after <y after a>>"),
        ("x + y after a", "<(x + y) after a>"),
        ("x after a where c", "<<x after a> where c>"),
        ("x after (a where c)", "<x after <a where c>>"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("a + b * c", "(a + (b * c))"),
        ("a of b + c", "((a * b) + c)"),
        ("-a ^ b", "(- (a ^ b))"),
        ("a ^ -b", "(a ^ (- b))"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("--a", "a"),
        ("a - -b", "(a - (- b))"),
        ("a becomes b ^ c", "(<a becomes b> ^ c)"),
        ("a.b.c", "a.b.c"),
        ("a[b, c].d", "a[b, c].d"),
        ("a[b][c]", "a[b][c]"),
        ("f()", "f()"),
        ("f(a, b where c over d + e)", "f(a, <b where c> over (d + e))"),
        ("if a then b else c", "(if a then b else c)"),
        ("if a then b", "(if a then b)"),
        ("if a then b else if c then d else e", "(if a then b else (if c then d else e))"),
        ("(a or b) and c", "((a or b) and c)"),
        ("(a)", "a"),
        ("today > a", "(today > a)"),
    ],
)
def test_an_expression_is_read_by_the_grammar(text: str, tree: str) -> None:
    assert shape(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "message", "stretch", "hint"),
    [
        ("", "an empty expression", "", ""),
        ("   ", "an empty expression", " ", ""),
        ("a = b = c", "comparisons do not chain", "=", "join them with and"),
        ("(a < b < c)", "comparisons do not chain", "<", "join them with and"),
        ("a is b = c", "comparisons do not chain", "=", "join them with and"),
        ("a is b becomes c", "did not expect 'becomes' here", "becomes", ""),
        ("a becomes b becomes c", "did not expect 'becomes' here", "becomes", ""),
        ("a b", "did not expect 'b' here", "b", ""),
        ("a not in b", "did not expect 'not' here", "not", "write not (a in b)"),
        ("a then b", "did not expect 'then' here", "then", "a choice starts with if"),
        ("a)", "did not expect ')' here", ")", "there is no '(' before it"),
        (
            "a over b",
            "did not expect 'over' here",
            "over",
            "a window stands in an aggregate: sum(event.attribute over 30 days)",
        ),
        ("a +", "expected a value, a name or a bracket, found the end", "", ""),
        (
            "a = not b",
            "expected a value, a name or a bracket, found 'not'",
            "not",
            "put the negation in brackets: (not ...)",
        ),
        ("a.", "expected a name after the point", "", ""),
        ("a.5", "expected a name after the point", "5", ""),
        ("a is 'b'", "expected a stage here", "'b'", "a value is compared with ="),
        ("a is none", "expected a stage here", "none", "a value is compared with ="),
        ("a becomes", "expected a stage here", "", "a stage such as breached, or true, false"),
        ("if a", "expected 'then' after the condition of if, found the end", "", ""),
        ("[a]", "expected a value, a name or a bracket, found '['", "[", ""),
    ],
)
def test_what_the_grammar_does_not_know_is_pointed_at(text: str, message: str, stretch: str, hint: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(text)
    problem = caught.value
    assert (problem.message, text[problem.start : problem.end], problem.hint) == (message, stretch, hint)
    assert problem.end > problem.start


@pytest.mark.parametrize("text", ["sum(a", "x[a", "x in (a", "x is (a"])
def test_an_unclosed_bracket_says_to_use_quotes(text: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(text)
    assert "put this in quotes" in caught.value.hint
    assert caught.value.start == len(text)


def test_brackets_belong_to_the_text_of_what_they_hold() -> None:
    node = parse("not (a and b)")
    assert (node.start, node.end) == (0, 13)
