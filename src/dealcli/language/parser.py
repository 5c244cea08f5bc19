"""Tokens to the tree: a Pratt parser for the grammar of the language reference, bounded in depth."""

from __future__ import annotations

from dealcli.language.lexer import Token, tokens
from dealcli.language.tree import (
    After, Argument, Attribute, Becomes, Binary, Call, Group, If, Is, LanguageError, Literal, Lookup, Name, Node, Today,
    Unary, Where,
)  # fmt: skip

MOST_DEPTH = 60
MOST_OPERATIONS = 200
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in")


def parse(text: str) -> Node:
    """The tree of one expression, condition or trigger. Raises ``LanguageError`` with the column in ``text``."""
    parser = _Parser(text)
    node = parser.alternatives()
    parser.finish()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
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
        if token.kind != "name" and token.text not in ("(", ")", ",", "]"):
            self.operations += 1
            if self.operations > MOST_OPERATIONS:
                raise LanguageError(f"more than {MOST_OPERATIONS} operations", (token.start, max(token.end, 1)),
                                    hint="give parts of it names as facts, measures or terms")  # fmt: skip
        return token

    def accept(self, *texts: str) -> Token | None:
        return self.take() if self.sees(*texts) else None

    def expect(self, text: str, why: str) -> Token:
        if self.sees(text):
            return self.take()
        token = self.next
        hint = ""
        if token.kind == "end" and text in (")", "]"):
            hint = "inside { } or [ ] a comma ends a YAML scalar: put this in quotes, or write it in block style"
        found = f"'{token.text}'" if token.text else "the end"
        raise LanguageError(f"expected '{text}' {why}, found {found}", (token.start, max(token.end, token.start + 1)),
                            hint=hint)  # fmt: skip

    def finish(self) -> None:
        token = self.next
        if token.kind == "end":
            return
        if token.text in COMPARISONS:
            raise LanguageError("comparisons do not chain", (token.start, token.end), hint="join them with and")
        hint = ""
        if token.kind == "word" and token.text == "then":
            hint = "a condition of this kind starts with if"
        raise LanguageError(f"did not expect '{token.text}' here", (token.start, token.end), hint=hint)

    # --- the grammar, loosest first ---------------------------------------------------------------------------------

    def alternatives(self) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise LanguageError(f"more than {MOST_DEPTH} levels of brackets", (self.next.start, self.next.end))
        left = self.narrowed()
        while self.accept("or"):
            right = self.narrowed()
            left = Binary(left.start, right.end, "or", left, right)
        self.depth -= 1
        return left

    def narrowed(self) -> Node:
        left = self.both()
        while self.accept("where"):
            right = self.both()
            left = Where(left.start, right.end, left, right)
        return left

    def both(self) -> Node:
        left = self.negation()
        while self.accept("and"):
            right = self.negation()
            left = Binary(left.start, right.end, "and", left, right)
        return left

    def negation(self) -> Node:
        start = self.next.start
        count = 0
        while self.accept("not"):
            count += 1
        node = self.comparison()
        for _ in range(count):
            node = Unary(start, node.end, "not", node)
        return node

    def comparison(self) -> Node:
        left = self.delayed()
        if self.sees(*COMPARISONS):
            operator = self.take().text
            right = self.delayed()
            return Binary(left.start, right.end, operator, left, right)
        if self.accept("is"):
            negated = self.accept("not") is not None
            stages, end = self.stages()
            return Is(left.start, end, left, stages, negated)
        return left

    def delayed(self) -> Node:
        parts = [self.sum()]
        while self.accept("after"):
            parts.append(self.sum())
        node = parts.pop()
        while parts:
            delay = parts.pop()
            node = After(delay.start, node.end, delay, node)
        return node

    def sum(self) -> Node:
        left = self.product()
        while self.sees("+", "-"):
            operator = self.take().text
            right = self.product()
            left = Binary(left.start, right.end, operator, left, right)
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.sees("*", "/", "of"):
            operator = self.take().text
            right = self.signed()
            left = Binary(left.start, right.end, "*" if operator == "of" else operator, left, right)
        return left

    def signed(self) -> Node:
        start = self.next.start
        count = 0
        while self.accept("-"):
            count += 1
        node = self.power()
        return Unary(start, node.end, "-", node) if count % 2 else node

    def power(self) -> Node:
        base = self.change()
        if self.accept("^"):
            self.depth += 1
            if self.depth > MOST_DEPTH:
                raise LanguageError(f"more than {MOST_DEPTH} levels", (self.next.start, self.next.end))
            exponent = self.signed()
            self.depth -= 1
            return Binary(base.start, exponent.end, "^", base, exponent)
        return base

    def change(self) -> Node:
        subject = self.postfix()
        if self.accept("becomes"):
            stages, end = self.stages()
            return Becomes(subject.start, end, subject, stages)
        return subject

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
        hint = "a value is compared with =" if token.kind == "text" else "a stage such as breached, or true, false"
        raise LanguageError("expected a stage here", (token.start, max(token.end, token.start + 1)), hint=hint)

    def postfix(self) -> Node:
        node = self.atom()
        while True:
            if self.accept("."):
                token = self.next
                if token.kind != "name":
                    raise LanguageError("expected a name after the point", (token.start, max(token.end, token.start + 1)))
                self.take()
                node = Attribute(node.start, token.end, node, token.text)
            elif self.accept("["):
                keys = [self.alternatives()]
                while self.accept(","):
                    keys.append(self.alternatives())
                node = Lookup(node.start, self.expect("]", "to close the look-up").end, node, tuple(keys))
            else:
                return node

    def atom(self) -> Node:
        token = self.take()
        if token.kind in ("number", "money", "duration", "date", "instant", "text"):
            return Literal(token.start, token.end, token.value, token.kind)
        if token.kind == "period":
            return self.period(token)
        if token.kind == "name":
            return self.call(token) if self.sees("(") else Name(token.start, token.end, token.text)
        match token.text:
            case "(" if token.kind == "operator":
                return self.group(token)
            case "true" | "false":
                return Literal(token.start, token.end, token.text == "true", "boolean")
            case "none":
                return Literal(token.start, token.end, None, "none")
            case "today":
                return Today(token.start, token.end)
            case "if":
                return self.choice(token)
        self.position -= 1
        raise self.missing_value(token)

    def missing_value(self, token: Token) -> LanguageError:
        if token.kind == "end" and self.position == 0:
            return LanguageError("an empty expression", (0, 1))
        found = f"'{token.text}'" if token.text else "the end"
        return LanguageError(f"expected a value, a name or a bracket, found {found}",
                             (token.start, max(token.end, token.start + 1)))  # fmt: skip

    def period(self, token: Token) -> Node:
        before = self.tokens[self.position - 2] if self.position >= 2 else None
        if before is not None and before.text in ("[", ",") and self.sees("]", ","):
            return Literal(token.start, token.end, token.value, "period")
        raise LanguageError(f"'{token.text}' is no day", (token.start, token.end),
                            hint="write a full date such as 2030-12-31; a month stands only inside [ ]")  # fmt: skip

    def group(self, opening: Token) -> Node:
        items = [self.alternatives()]
        while self.accept(","):
            items.append(self.alternatives())
        end = self.expect(")", "to close the bracket").end
        if len(items) > 1:
            return Group(opening.start, end, tuple(items))
        return items[0]

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
        value = self.alternatives()
        return Argument(value, self.sum() if self.accept("over") else None)

    def choice(self, token: Token) -> Node:
        condition = self.alternatives()
        self.expect("then", "after the condition of if")
        then = self.alternatives()
        otherwise = self.alternatives() if self.accept("else") else None
        return If(token.start, (otherwise or then).end, condition, then, otherwise)
