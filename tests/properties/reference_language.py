"""Lexer and parser of the expression language (LANGUAGE.md section 3), by plain recursive descent.

A tree is nested tuples: ('num', x) ('text', s) ('date', d) ('bool', b) ('none',) ('today',) ('name', n)
('dot', e, n) ('index', e, [..]) ('call', n, [(e, over)]) ('group', [..]) ('neg', e) ('arith', op, a, b)
('cmp', op, a, b) ('is', e, stages, negated) ('becomes', e, stages) ('after', d, e) ('where', e, c)
('or', [..]) ('and', [..]) ('not', e) ('if', c, a, b) ('value', v) ('undisclosed',)
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from reference_values import (
    UNITS,
    Duration,
    Money,
    PeriodName,
    ReferenceRefused,
    add_months,
    days_in_month,
    edtf,
    parse_instant,
)

Node = tuple[Any, ...]

SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER = r"\d[\d_]*(?:\.\d+)?"
SCALED = rf"({NUMBER})(?: +(thousand|million|billion|trillion)\b)?"
UNIT = r"(business day|second|minute|hour|day|week|month|quarter|year)s?\b"
TOKENS: list[tuple[str, str]] = [
    ("date", r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?(?!\d)"),
    ("money", rf"[A-Z]{{3}} +{SCALED}"),
    ("dur", rf"({NUMBER}) +{UNIT}"),
    ("pct", rf"({NUMBER})%"),
    ("num", SCALED),
    ("text", r"'((?:[^']|'')*)'"),
    ("name", r"[a-z][a-z0-9_]*"),
    ("op", r"!=|<=|>=|[=<>+\-*/^().,\[\]]"),
]
WORDS = {"or", "where", "and", "not", "in", "is", "after", "of", "becomes", "if", "then", "else", "over"}


def lex(text: str) -> list[tuple[str, Any]]:
    tokens: list[tuple[str, Any]] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if tokens and tokens[-1] == ("op", "["):  # only directly inside a look-up
            found = re.compile(r"(\d{4})-(?:(\d{2})|Q([1-4]))(?=\s*[\],])").match(text, at)
            if found:
                tokens.append(("period", period_name(found)))
                at = found.end()
                continue
        for kind, pattern in TOKENS:
            found = re.compile(pattern).match(text, at)
            if found:
                tokens.append(token(kind, found))
                at = found.end()
                break
        else:
            raise ReferenceRefused(f"cannot read {text!r} at {at}")
    return tokens + [("end", None)]


def period_name(found: re.Match[str]) -> PeriodName:
    year = int(found[1])
    month = int(found[2]) if found[2] else 3 * int(found[3]) - 2
    start = date(year, month, 1)
    last = add_months(start, 0 if found[2] else 2, "last")
    return PeriodName(start, last.replace(day=days_in_month(last.year, last.month)))


def exact(text: str, scale: str | None = None) -> Fraction:
    return Fraction(text.replace("_", "")) * (SCALE[scale] if scale else 1)


def token(kind: str, found: re.Match[str]) -> tuple[str, Any]:
    if kind == "date":
        return "value", parse_instant(found[0])
    if kind == "money":
        return "value", Money(exact(found[1], found[2]), found[0][:3])
    if kind == "dur":
        assert found[2] in UNITS
        return "value", Duration(((exact(found[1]), found[2]),))
    if kind == "pct":
        return "value", exact(found[1]) / 100
    if kind == "num":
        return "value", exact(found[1], found[2])
    if kind == "text":
        return "value", found[1].replace("''", "'")
    if kind == "name" and found[0] in WORDS:
        return "word", found[0]
    return kind, found[0]


class Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = lex(text)
        self.at = 0

    def peek(self, kind: str, value: Any = None) -> bool:
        k, v = self.tokens[self.at]
        return k == kind and (value is None or v == value)

    def take(self, kind: str, value: Any = None) -> bool:
        if self.peek(kind, value):
            self.at += 1
            return True
        return False

    def need(self, kind: str, value: Any = None) -> Any:
        if not self.peek(kind, value):
            raise ReferenceRefused(f"{self.text!r}: expected {value or kind}, found {self.tokens[self.at]}")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def many(self, word: str, one: Any, tag: str) -> Node:
        items = [one()]
        while self.take("word", word):
            items.append(one())
        return items[0] if len(items) == 1 else (tag, items)

    def expr(self) -> Node:
        return self.many("or", self.where, "or")

    def where(self) -> Node:
        node = self.conj()
        while self.take("word", "where"):
            node = ("where", node, self.conj())
        return node

    def conj(self) -> Node:
        return self.many("and", self.negation, "and")

    def negation(self) -> Node:
        if self.take("word", "not"):
            return ("not", self.negation())
        return self.cmp()

    def cmp(self) -> Node:
        left = self.after()
        for op in ("=", "!=", "<", "<=", ">", ">="):
            if self.take("op", op):
                return ("cmp", op, left, self.after())
        if self.take("word", "in"):
            return ("cmp", "in", left, self.after())
        if self.take("word", "is"):
            negated = self.take("word", "not")
            return ("is", left, self.stages(), negated)
        return left

    def after(self) -> Node:
        left = self.sum()
        if self.take("word", "after"):
            return ("after", left, self.after())
        return left

    def sum(self) -> Node:
        node = self.prod()
        while self.peek("op", "+") or self.peek("op", "-"):
            op = self.need("op")
            node = ("arith", op, node, self.prod())
        return node

    def prod(self) -> Node:
        node = self.unary()
        while self.peek("op", "*") or self.peek("op", "/") or self.peek("word", "of"):
            op = self.tokens[self.at][1]
            self.at += 1
            node = ("arith", op, node, self.unary())
        return node

    def unary(self) -> Node:
        if self.take("op", "-"):
            return ("neg", self.unary())
        node = self.become()
        if self.take("op", "^"):
            return ("arith", "^", node, self.unary())
        return node

    def become(self) -> Node:
        node = self.post()
        if self.take("word", "becomes"):
            return ("becomes", node, self.stages())
        return node

    def post(self) -> Node:
        node = self.atom()
        while True:
            if self.take("op", "."):
                node = ("dot", node, self.need("name"))
            elif self.take("op", "["):
                node = ("index", node, self.listed("]"))
            else:
                return node

    def listed(self, close: str) -> list[Node]:
        items = [self.expr()]
        while self.take("op", ","):
            items.append(self.expr())
        self.need("op", close)
        return items

    def stages(self) -> tuple[str, ...]:
        if self.take("op", "("):
            names = [self.need("name")]
            while self.take("op", ","):
                names.append(self.need("name"))
            self.need("op", ")")
            return tuple(names)
        return (self.need("name"),)

    def atom(self) -> Node:
        if self.peek("value"):
            return ("value", self.need("value"))
        if self.peek("period"):
            return ("value", self.need("period"))
        if self.take("word", "if"):
            return self.conditional()
        if self.take("op", "("):
            items = self.listed(")")
            return items[0] if len(items) == 1 else ("group", items)
        name = self.need("name")
        if name in ("true", "false"):
            return ("value", name == "true")
        if name == "none":
            return ("none",)
        if name == "today":
            return ("today",)
        if self.take("op", "("):
            return ("call", name, self.arguments())
        return ("name", name)

    def conditional(self) -> Node:
        condition = self.expr()
        self.need("word", "then")
        yes = self.expr()
        no: Node = self.expr() if self.take("word", "else") else ("none",)
        return ("if", condition, yes, no)

    def arguments(self) -> list[tuple[Node, Node | None]]:
        args: list[tuple[Node, Node | None]] = []
        if self.take("op", ")"):
            return args
        while True:
            node = self.expr()
            over = self.sum() if self.take("word", "over") else None
            args.append((node, over))
            if not self.take("op", ","):
                self.need("op", ")")
                return args


PARSED: dict[str, Node] = {}


def parse(text: str) -> Node:
    """One expression; a scalar that as a whole is an EDTF date is that date first."""
    if text.strip() == "undisclosed":
        return ("undisclosed",)
    whole = edtf(text)
    if whole is not None:
        return ("value", whole)
    parser = Parser(text)
    node = parser.expr()
    parser.need("end")
    return node


def parse_tree(tree: Any, joined: str = "or") -> Node:
    """A trigger may be a list (= or); a condition a mapping all / any / not."""
    if isinstance(tree, list):
        return (joined, [parse_tree(item) for item in tree])
    if isinstance(tree, dict):
        if "all" in tree:
            return ("and", [parse_tree(item) for item in tree["all"]])
        if "any" in tree:
            return ("or", [parse_tree(item) for item in tree["any"]])
        return ("not", parse_tree(tree["not"]))
    return parse(tree)
