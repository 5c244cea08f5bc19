"""From the tree to functions: which rule gives each kind of node its meaning, and what every rule builds on.

The rules stand in the modules beside this one and enter themselves in two tables: what a node yields as a value, and
what it says as a condition. Importing the package fills the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from dealcli.language import values
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Attribute, Becomes, Binary, Is, LanguageError, Name, Node, Unary, Where
from dealcli.language.types import BOOLEAN, DATE, Type
from dealcli.money import NUMBERS

Function = Callable[[Env], Any]
ARITHMETIC = ("+", "-", "*", "/", "^")


class Typed(NamedTuple):
    """A compiled expression: ``function`` of the environment, and the type of what it yields.

    ``constant`` where the function needs no environment. ``happened`` is, of an event, whether one has happened at all.
    """

    function: Function
    type: Type
    constant: bool = False
    happened: Function | None = None


class Expression(NamedTuple):
    """A compiled expression as it was written: its text and tree, and the function of every part, by the part's identity."""

    text: str
    node: Node
    scope: Scope
    functions: dict[int, Function]


ValueRule = Callable[[Any, Scope], Typed]
ConditionRule = Callable[[Any, Scope], Function]
_VALUES: dict[type[Node], ValueRule] = {}
_CONDITIONS: dict[type[Node], ConditionRule] = {}
V = TypeVar("V", bound=ValueRule)
C = TypeVar("C", bound=ConditionRule)


def value_rule(kind: type[Node]) -> Callable[[V], V]:
    """Enters a function as the rule for the value of nodes of a kind."""

    def enter(rule: V) -> V:
        _VALUES[kind] = rule
        return rule

    return enter


def condition_rule(kind: type[Node]) -> Callable[[C], C]:
    """Enters a function as the rule for conditions written as nodes of a kind."""

    def enter(rule: C) -> C:
        _CONDITIONS[kind] = rule
        return rule

    return enter


def is_condition(node: Node) -> bool:
    """Whether a node says by its form that something holds (a name may do so by what it names)."""
    if isinstance(node, Binary):
        return node.operator not in ARITHMETIC
    return isinstance(node, Is | Where | Becomes) or (isinstance(node, Unary) and node.operator == "not")


def compile_value(node: Node, scope: Scope) -> Typed:
    """An expression that yields a value (a condition yields true, false or unknown). Raises ``LanguageError``."""
    if is_condition(node):
        return Typed(compile_condition(node, scope), BOOLEAN)
    typed = _VALUES[type(node)](node, scope)
    _keep(node, typed.function, scope)
    return typed


def compile_condition(node: Node, scope: Scope) -> Function:
    """A condition: a function that yields True, False or UNKNOWN. Raises ``LanguageError``."""
    rule = _CONDITIONS[type(node)] if is_condition(node) else None
    function = rule(node, scope) if rule is not None else as_condition(compile_value(node, scope), node)
    _keep(node, function, scope)
    return function


def _keep(node: Node, function: Function, scope: Scope) -> None:
    if scope.functions is not None:
        scope.functions[id(node)] = function


def as_condition(typed: Typed, node: Node) -> Function:
    """A boolean value, or an event (= it has happened), as a condition. Raises ``LanguageError`` for anything else."""
    if typed.happened is not None:
        return typed.happened
    if typed.type.name in ("date", "instant"):
        raise LanguageError(f"a condition is needed here, this is a {typed.type}", node, code="DC304",
                            hint=f"write today >= {spelled(node)}")  # fmt: skip
    if typed.type.name not in ("boolean", "any"):
        raise LanguageError(f"a condition is needed here, this is a {typed.type}", node, code="DC304",
                            hint="compare it with something: x = y, x > y")  # fmt: skip
    inner = of_kind(typed, "boolean")
    return lambda env: values.truth_of(inner(env))


def need(typed: Typed, node: Node, *names: str) -> Function:
    """The value, if its type is one of ``names`` as far as that is known before anything runs. Raises ``LanguageError``."""
    if typed.type.name not in names and typed.type.name not in ("any", "none"):
        wanted = " or ".join(names)
        raise LanguageError(f"a {wanted} is needed here, this is a {typed.type}", node, code="DC304")
    return of_kind(typed, *names)


_KINDS: dict[str, tuple[type, ...]] = {
    "number": NUMBERS, "money": (values.Money,), "duration": (values.Duration,), "date": (date, datetime),
    "instant": (date, datetime), "boolean": (bool,), "list": (tuple,), "text": (str,), "id": (str,), "word": (str,),
}  # fmt: skip


def of_kind(typed: Typed, *names: str) -> Function:
    """The value of a type that is not known before it is read, out of a table that mixes kinds: missing if it is of no such kind."""
    inner = typed.function
    if typed.type.name != "any":
        return inner
    kinds = frozenset(kind for name in names for kind in _KINDS.get(name, ()))

    def read(env: Env) -> Any:
        value = inner(env)
        return value if value is values.UNKNOWN or type(values.least(value)) in kinds else None

    return read


def spelled(node: Node) -> str:
    """How a name is written; dots for anything longer, to stand in a hint."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Attribute):
        return f"{spelled(node.base)}.{node.name}"
    return "(...)"


def as_moment(typed: Typed) -> Typed:
    """An event beside a duration or a date stands for the moment at which it happened."""
    if typed.type.name != "event":
        return typed
    look = typed.function

    def moment(env: Env) -> Any:
        event = look(env)
        return event if event is None or event is values.UNKNOWN else event.at or event.day

    return Typed(moment, DATE)
