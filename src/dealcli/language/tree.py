"""The one tree that every expression, condition and trigger becomes. Each node knows its stretch of the source text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dealcli.slotted import dataclass, replace


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of an expression: characters ``start`` up to ``end`` of the scalar it was written in."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. ``type`` is one of number, money, duration, date, instant, text, boolean, none, period."""

    value: Any
    type: str


@dataclass(frozen=True, slots=True)
class Today(Node):
    """The instant at which a value is read."""


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """``base.name``."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """``base[key, ...]``."""

    base: Node
    keys: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call, with its rolling window where it has one."""

    value: Node
    over: Node | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    name: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Several alternatives in brackets, as in ``x in ('a', 'b')``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-x`` or ``not x``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``+ - * / of ^ = != < <= > >= in and or``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Where(Node):
    """An occurrence narrowed by a condition."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class After(Node):
    """``30 days after <trigger>``."""

    delay: Node
    source: Node


@dataclass(frozen=True, slots=True)
class Is(Node):
    """``clause is stage``: a condition."""

    subject: Node
    stages: tuple[str, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Becomes(Node):
    """``clause becomes stage``: an occurrence."""

    subject: Node
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node | None


class LanguageError(Exception):
    """What is wrong with an expression and where in its text; joined with the place of the scalar by the caller."""

    def __init__(self, message: str, node: Node | tuple[int, int], *, hint: str = "", code: str = "DC301") -> None:
        super().__init__(message)
        self.message, self.hint, self.code = message, hint, code
        self.start, self.end = (node.start, node.end) if isinstance(node, Node) else node


def widened(node: Node, start: int, end: int) -> Node:
    """The same node with the brackets around it as part of its text, where it needs them (an operator's)."""
    atom = isinstance(node, Name | Literal | Today | Attribute | Lookup | Call)
    return node if atom else replace(node, start=start, end=end)


def children(node: Node) -> tuple[Node, ...]:
    """The expressions directly inside a node, in the order written."""
    match node:
        case Attribute() | Lookup():
            return (node.base, *(node.keys if isinstance(node, Lookup) else ()))
        case Call():
            return tuple(part for a in node.arguments for part in (a.value, a.over) if part is not None)
        case Group():
            return node.items
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Where():
            return (node.source, node.condition)
        case After():
            return (node.delay, node.source)
        case Is() | Becomes():
            return (node.subject,)
        case If():
            return tuple(part for part in (node.condition, node.then, node.otherwise) if part is not None)
    return ()


def names_in(node: Node) -> Iterator[Name | Attribute]:
    """Every name in an expression, and every ``name.name``, which may be a thing of an agreement; outer ones first."""
    if isinstance(node, Name) or (isinstance(node, Attribute) and isinstance(node.base, Name)):
        yield node
    for child in children(node):
        yield from names_in(child)
