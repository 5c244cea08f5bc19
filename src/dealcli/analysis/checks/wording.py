"""Conditions and triggers as they are written: what they demand, and which demands can never hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dealcli.language import values
from dealcli.language.parser import parse
from dealcli.language.tree import Binary, Group, LanguageError, Literal, Name, Node, Unary, Where

AT_LEAST, AT_MOST = (">", ">="), ("<", "<=")


class Demand(NamedTuple):
    """One comparison of a name with constants: it must be one of ``members``, or stand to ``bound`` as ``sign`` says."""

    name: str
    members: tuple[Any, ...] = ()
    sign: str = ""
    bound: Any = None

    def admits(self, value: Any) -> bool:
        """Whether a value could meet this; True where the two cannot be compared."""
        return value in self.members if self.members else _could(self.sign, value, self.bound)


def parsed(text: Any) -> Node | None:
    """The tree of a text; None where it has none."""
    try:
        return parse(text) if isinstance(text, str) else None
    except LanguageError:
        return None


def demands_of(raw: Any) -> Iterator[Node]:
    """Everything that must hold for a condition to hold: the parts of its ``and``, the members of its ``all``."""
    if isinstance(raw, Mapping):
        for one in raw.get("all") or ():
            yield from demands_of(one)
    elif (node := parsed(raw)) is not None:
        yield from parts(node, "and")


def parts(node: Node, sign: str) -> Iterator[Node]:
    """The operands of a chain of one operator, from left to right."""
    if isinstance(node, Binary) and node.operator == sign:
        yield from parts(node.left, sign)
        yield from parts(node.right, sign)
    else:
        yield node


def ways(raw: Any) -> list[tuple[Node, ...]]:
    """For each way in which a trigger occurs, the conditions that its ``where`` sets."""
    texts = raw if isinstance(raw, list) else [raw]
    return [tuple(_conditions(one)) for text in texts if (node := parsed(text)) is not None for one in parts(node, "or")]


def _conditions(node: Node) -> Iterator[Node]:
    while isinstance(node, Where):
        yield from parts(node.condition, "and")
        node = node.source


def never_together(one: tuple[Node, ...], other: tuple[Node, ...]) -> bool:
    """Whether no event can meet the conditions of both, as far as these compare an attribute with constants."""
    left, right = ([demand for node in nodes if (demand := _demand(node)) is not None] for nodes in (one, other))
    return any(_exclude(mine, theirs) for mine in left for theirs in right if mine.name == theirs.name)


def _demand(node: Node) -> Demand | None:
    match node:
        case Name():
            return Demand(node.name, (True,))
        case Unary(operator="not", operand=Name(name=name)):
            return Demand(name, (False,))
        case Binary(left=Name(name=name), right=Literal(value=value)):
            return Demand(name, (value,)) if node.operator == "=" else _bounded(name, node.operator, value)
        case Binary(operator="in", left=Name(name=name), right=Group(items=items)):
            constants = tuple(item.value for item in items if isinstance(item, Literal))
            return Demand(name, constants) if len(constants) == len(items) else None
    return None


def _bounded(name: str, sign: str, value: Any) -> Demand | None:
    return Demand(name, sign=sign, bound=value) if sign in ("!=", *AT_LEAST, *AT_MOST) else None


def _exclude(one: Demand, other: Demand) -> bool:
    if one.members:
        return not any(other.admits(value) for value in one.members)
    if other.members:
        return _exclude(other, one)
    low, high = (one, other) if one.sign in AT_LEAST else (other, one)
    if low.sign not in AT_LEAST or high.sign not in AT_MOST:
        return False
    meet = (low.sign, high.sign) == (">=", "<=") and _could("=", low.bound, high.bound)
    return not meet and not _could("<", low.bound, high.bound)


def _could(sign: str, left: Any, right: Any) -> bool:
    """Whether a comparison of two constants holds; True where they cannot be compared."""
    try:
        return values.compare(sign, left, right) is not False
    except values.Incalculable:
        return True
