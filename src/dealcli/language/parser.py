"""Tokens to the tree: a Pratt parser for the grammar of the language reference, bounded in depth and operations."""

from __future__ import annotations

from functools import lru_cache

from dealcli.language.lexer import Token, tokens
from dealcli.language.tree import (
    After,
    Argument,
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
    widened,
)  # fmt: skip

MOST_DEPTH = 40
MOST_OPERATIONS = 200
MOST_REMEMBERED = 4096
"""Trees of texts that are kept: a deal is built again for its other readings."""
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in")
LITERALS = ("number", "money", "duration", "date", "instant", "text")
NO_OPERATION = ("(", ")", ",", "]", "true", "false", "none", "today", "then", "else")

# How tightly an operator binds, loosest first; each level is one production of the grammar.
OR, WHERE, AND, NOT, COMPARISON, AFTER, SUM, PRODUCT, SIGN, POWER, CHANGE, POSTFIX = range(12)
LEVELS = {
    "or": OR, "where": WHERE, "and": AND, **dict.fromkeys((*COMPARISONS, "is"), COMPARISON), "after": AFTER, "+": SUM,
    "-": SUM, "*": PRODUCT, "/": PRODUCT, "of": PRODUCT, "^": POWER, "becomes": CHANGE,
}  # fmt: skip


@lru_cache(maxsize=MOST_REMEMBERED)
def parse(text: str) -> Node:
    """The tree of one expression, condition or trigger. Raises ``LanguageError`` with the column in ``text``."""
    try:
        parser = _Parser(text)
        node = parser.expression(OR)
        parser.finish()
    except LanguageError as error:
        # imported here, for only what is wrong needs it
        from dealcli.language.spellings import otherwise_written

        if usual := otherwise_written(text, error.start):
            error.hint = f"write {usual}"
        raise
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.position = 0
        self.depth = 0
        self.operations = 0

    # --- the stream -------------------------------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def sees(self, *texts: str) -> bool:
        token = self.next
        return token.kind in ("word", "operator") and token.text in texts

    def take(self) -> Token:
        token = self.next
        self.position += 1
        if token.kind in ("word", "operator") and token.text not in NO_OPERATION:
            self.operations += 1
            if self.operations > MOST_OPERATIONS:
                raise LanguageError(f"more than {MOST_OPERATIONS} operations", (token.start, token.end),
                                    hint="give parts of it names as facts, measures or terms")  # fmt: skip
        return token

    def accept(self, *texts: str) -> Token | None:
        return self.take() if self.sees(*texts) else None

    def expect(self, text: str, why: str) -> Token:
        if self.sees(text):
            return self.take()
        hint = ""
        if self.next.kind == "end" and text in (")", "]"):
            hint = "inside { } or [ ] a comma ends a YAML scalar: put this in quotes, or write it in block style"
        raise self.refusal(f"expected '{text}' {why}, found {self.found()}", hint)

    def found(self) -> str:
        return f"'{self.next.text}'" if self.next.text else "the end"

    def refusal(self, message: str, hint: str = "") -> LanguageError:
        """An error at the next token."""
        token = self.next
        return LanguageError(message, (token.start, max(token.end, token.start + 1)), hint=hint)

    def finish(self) -> None:
        if self.next.kind == "end":
            return
        hints = {"then": "a choice starts with if", "not": "write not (a in b)", ")": "there is no '(' before it",
                 "]": "there is no '[' before it", ",": "several values stand in brackets: x in (a, b)",
                 "over": "a window stands in an aggregate: sum(event.attribute over 30 days)"}  # fmt: skip
        hint = hints.get(self.next.text, "") if self.next.kind in ("word", "operator") else ""
        raise self.refusal(f"did not expect {self.found()} here", hint)

    # --- operators --------------------------------------------------------------------------------------------------

    def expression(self, floor: int) -> Node:
        """An expression of operators that bind at least as tightly as ``floor``."""
        left, ceiling = self.prefixed(floor)
        while True:
            token = self.next
            level = LEVELS.get(token.text, -1) if token.kind in ("word", "operator") else -1
            if not floor <= level <= ceiling:
                return left
            self.take()
            left, ceiling = self.joined(left, token, level)

    def nested(self) -> Node:
        """An expression inside brackets, one level deeper."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.refusal(f"more than {MOST_DEPTH} levels of brackets")
        node = self.expression(OR)
        self.depth -= 1
        return node

    def prefixed(self, floor: int) -> tuple[Node, int]:
        """What an expression begins with, and the tightest level of an operator that may follow it."""
        token, count = self.next, 0
        if floor <= NOT and self.sees("not"):
            while self.accept("not"):
                count += 1
            node = self.expression(COMPARISON)
            for _ in range(count):
                node = Unary(token.start, node.end, "not", node)
            return node, AND
        if floor <= SIGN and self.sees("-"):
            while self.accept("-"):
                count += 1
            node = self.expression(POWER)
            return Unary(token.start, node.end, "-", node) if count % 2 else node, PRODUCT
        return self.postfix(), POSTFIX

    def joined(self, left: Node, token: Token, level: int) -> tuple[Node, int]:
        """``left`` with an operator and what stands to its right, and the tightest level that may follow."""
        if level == COMPARISON:
            return self.comparison(left, token), NOT
        if level == CHANGE:
            stages, end = self.stages()
            return Becomes(left.start, end, left, stages), POWER
        if level == AFTER:
            right = self.expression(AFTER)
            return After(left.start, right.end, left, right), COMPARISON
        if level == POWER:
            right = self.expression(SIGN)
            return Binary(left.start, right.end, "^", left, right), SIGN
        right = self.expression(level + 1)
        if level == WHERE:
            return Where(left.start, right.end, left, right), WHERE
        return Binary(left.start, right.end, "*" if token.text == "of" else token.text, left, right), level

    def comparison(self, left: Node, token: Token) -> Node:
        node: Node
        if token.text == "is":
            negated = self.accept("not") is not None
            stages, end = self.stages()
            node = Is(left.start, end, left, stages, negated)
        else:
            right = self.expression(AFTER)
            node = Binary(left.start, right.end, token.text, left, right)
        if self.sees(*COMPARISONS, "is"):
            raise self.refusal("comparisons do not chain", "join them with and")
        return node

    def stages(self) -> tuple[tuple[str, ...], int]:
        if not self.accept("("):
            token = self.stage()
            return (token.text,), token.end
        found = [self.stage().text]
        while self.accept(","):
            found.append(self.stage().text)
        return tuple(found), self.expect(")", "after the stages").end

    def stage(self) -> Token:
        token = self.next
        if token.kind == "name" or (token.kind == "word" and token.text in ("true", "false")):
            return self.take()
        value = token.kind in LITERALS or token.text == "none"
        raise self.refusal(
            "expected a stage here",
            "a value is compared with =" if value else "a stage such as breached, or true, false",
        )

    # --- operands ---------------------------------------------------------------------------------------------------

    def postfix(self) -> Node:
        node = self.atom()
        while True:
            if self.accept("."):
                token = self.next
                if token.kind != "name":
                    raise self.refusal("expected a name after the point")
                self.take()
                node = Attribute(node.start, token.end, node, token.text)
            elif self.accept("["):
                keys = [self.key()]
                while self.accept(","):
                    keys.append(self.key())
                node = Lookup(node.start, self.expect("]", "to close the look-up").end, node, tuple(keys))
            else:
                return node

    def key(self) -> Node:
        """A key of a look-up, where ``2012-01`` means the period that begins in that month."""
        token, after = self.next, self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if token.kind == "period" and after.kind == "operator" and after.text in ("]", ","):
            self.take()
            return Literal(token.start, token.end, token.value, "period")
        return self.nested()

    def atom(self) -> Node:
        token = self.next
        if token.kind in LITERALS:
            self.take()
            return Literal(token.start, token.end, token.value, token.kind)
        if token.kind == "period":
            raise self.refusal(
                f"'{token.text}' is no day", "write a full date such as 2030-12-31; a month stands only inside [ ]"
            )
        if token.kind == "name":
            self.take()
            return self.call(token) if self.sees("(") else Name(token.start, token.end, token.text)
        if self.accept("("):
            return self.group(token)
        if self.accept("true", "false"):
            return Literal(token.start, token.end, token.text == "true", "boolean")
        if self.accept("none"):
            return Literal(token.start, token.end, None, "none")
        if self.accept("today"):
            return Today(token.start, token.end)
        if self.accept("if"):
            return self.choice(token)
        if token.kind == "end" and self.position == 0:
            raise LanguageError("an empty expression", (0, 1))
        hint = "put the negation in brackets: (not ...)" if self.sees("not") else ""
        raise self.refusal(f"expected a value, a name or a bracket, found {self.found()}", hint)

    def group(self, opening: Token) -> Node:
        items = [self.nested()]
        while self.accept(","):
            items.append(self.nested())
        end = self.expect(")", "to close the bracket").end
        if len(items) > 1:
            return Group(opening.start, end, tuple(items))
        return widened(items[0], opening.start, end)

    def call(self, name: Token) -> Node:
        self.take()
        arguments: list[Argument] = []
        if not self.sees(")"):
            arguments.append(self.argument())
            while self.accept(","):
                arguments.append(self.argument())
        end = self.expect(")", f"to close {name.text}(").end
        return Call(name.start, end, name.text, tuple(arguments))

    def argument(self) -> Argument:
        value = self.nested()
        return Argument(value, self.expression(SUM) if self.accept("over") else None)

    def choice(self, token: Token) -> Node:
        condition = self.nested()
        self.expect("then", "after the condition of if")
        then = self.nested()
        otherwise = self.nested() if self.accept("else") else None
        return If(token.start, (otherwise or then).end, condition, then, otherwise)
