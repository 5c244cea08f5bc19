"""Aggregates: sum, count, first, latest, min and max over events, keyed things and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dealcli.language import values
from dealcli.language.clauses import all_positions
from dealcli.language.compiler import Function, Typed, compile_condition, compile_value, is_condition, need, of_kind
from dealcli.language.declarations import Attribute as Declared
from dealcli.language.declarations import EventType, Fact, Fluent, Read
from dealcli.language.events import bound
from dealcli.language.folds import Found, count_of, counted, end_of_row, extreme, sum_of
from dealcli.language.lookups import named_fluent
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Attribute, Binary, Call, Is, LanguageError, Name, Node, Where, names_in
from dealcli.language.types import ANY, BOOLEAN, NUMBER, Type
from dealcli.language.values import UNKNOWN

AGGREGATES = ("sum", "count", "first", "latest", "min", "max")
ORDERED = ("number", "money", "duration", "date", "instant", "any", "none")


def aggregate(node: Call, scope: Scope) -> Typed:
    """One of ``AGGREGATES``, by what its expression names. Raises ``LanguageError``."""
    if not 1 <= len(node.arguments) <= 2:
        raise LanguageError(f"{node.name} needs something to go through", node, code="DC305")
    argument = node.arguments[0]
    whole = argument.value
    source, narrowing = (whole.source, whole.condition) if isinstance(whole, Where) else (whole, None)
    event = _element_type(source, scope)
    if event is not None:
        return _over_events(node, event, source, narrowing, scope)
    if argument.over:
        raise LanguageError("over is a window on events", argument.over)
    if isinstance(source, Is) and node.name == "count":
        each = all_positions(source, scope)
        return Typed(lambda env: counted(each(env)), NUMBER)
    thing = keyed_thing(source, scope)
    if thing is not None and narrowing is None:
        return _over_keys(node, thing, scope)
    return _over_list(node, source, narrowing, scope)


def _element_type(node: Node, scope: Scope) -> EventType | None:
    """The event type that an aggregate goes through: the only one that its expression names."""
    found: dict[str, EventType] = {}
    for name in names_in(node):
        for thing in _events_named(name, scope):
            found[thing.full] = thing
    if len(found) > 1:
        raise LanguageError("an aggregate goes through the events of one type", node, code="DC305",
                            hint="this names " + " and ".join(sorted(found)))  # fmt: skip
    return next(iter(found.values()), None)


def _events_named(name: Name | Attribute, scope: Scope) -> list[EventType]:
    if isinstance(name, Name):
        if name.name in scope.keys:
            return []
        things = scope.deal.find(name.name, scope.agreement, (EventType,))
    elif isinstance(name.base, Name) and name.base.name in scope.deal.agreements:
        things = scope.deal.own(name.base.name, name.name, (EventType,))
    else:
        things = []
    return [thing for thing in things if isinstance(thing, EventType)]


# --- events ----------------------------------------------------------------------------------------------------------


def _over_events(node: Call, event: EventType, source: Node, narrowing: Node | None, scope: Scope) -> Typed:
    window = node.arguments[0].over
    if is_condition(source):
        hint = "put the alternatives in brackets: where (x or y)" if isinstance(source, Binary) else ""
        raise LanguageError(f"{node.name} goes through events, this is a condition", source, code="DC304", hint=hint)
    if len(node.arguments) > 1:
        return _over_list(node, source, narrowing, scope)
    whole = isinstance(source, Name | Attribute) and _names_event(source, event)
    value, kind = (lambda env: env.element), Type("event", of=event)
    if not whole:
        named = scope.but(element=event, element_named=True, element_is_row=False)
        typed = compile_value(source, named)
        if typed.type.name == "list" and window is None:
            return _over_list(node, source, narrowing, scope)
        value, kind = joined_by(node.name, typed), typed.type
    event.kept = event.read = True
    keys = scope.shared_keys(event.attributes)
    event.kept_by.update(scope.bindings(keys))
    scope.reads.add(Read("event", event, bool(keys)))
    inner = scope.but(element=event, element_named=False, element_is_row=False)
    condition = compile_condition(narrowing, inner) if narrowing else None
    length = _window(window, scope)
    fold, result = _fold(node, kind)

    def through(env: Env) -> Any:
        elements = env.run.occurrences(event, *bound(env, keys))
        if length is not None:
            span = length(env)
            if span is None or values.is_unknown(span):
                return None if span is None else UNKNOWN
            elements = env.run.within_window(elements, span)
        return fold(_elements(env, elements, condition, value), env.run.is_partial(event))

    return Typed(through, result)


def _names_event(node: Name | Attribute, event: EventType) -> bool:
    if isinstance(node, Name):
        return node.name == event.name
    return isinstance(node.base, Name) and node.base.name == event.agreement and node.name == event.name


def _window(node: Node | None, scope: Scope) -> Function | None:
    if node is None:
        return None
    length = need(compile_value(node, scope), node, "duration")
    scope.reads.add(Read("turns", None))
    return length


def _elements(env: Env, elements: Iterable[Any], condition: Function | None, value: Function) -> Found:
    """(truth, value) of each element that is or may be among those the aggregate goes through."""
    outer, found = env.element, []
    try:
        for element in elements:
            env.element = element
            truth = True if condition is None else condition(env)
            if truth is not False:
                found.append((truth if element.certain else UNKNOWN, value(env)))
    finally:
        env.element = outer
    return found


def joined_by(name: str, typed: Typed) -> Function:
    """What an aggregate joins of each element: what is no number or amount adds nothing to a sum, what has no order is passed over."""
    kinds = {"sum": ("number", "money"), "min": ORDERED, "max": ORDERED}.get(name)
    return of_kind(typed, *kinds) if kinds else typed.function


def _fold(node: Call, kind: Type) -> tuple[Callable[[Found, bool], Any], Type]:
    """How an aggregate joins its elements; the flag says that more may have happened than was reported."""
    name = node.name
    if name == "count":
        return count_of, NUMBER
    if name == "sum":
        if kind.name not in ("number", "money", "any"):
            raise LanguageError(f"a {kind} is not summed", node, code="DC304")
        return sum_of, kind
    if name in ("first", "latest"):
        return (lambda found, partial: end_of_row(name, found)), kind
    if kind.name == "event":
        raise LanguageError(f"{name} needs a value of the event", node, code="DC304", hint=f"{name}(event.attribute)")
    if kind.name not in ORDERED:
        raise LanguageError(f"a {kind} has no order", node, code="DC304")
    return (lambda found, partial: extreme(name, [v if t is True else UNKNOWN for t, v in found])), kind


# --- keyed things and lists ------------------------------------------------------------------------------------------


def keyed_thing(node: Node, scope: Scope) -> Fluent | None:
    """The fact or measure that a node names, where it is kept per key."""
    if not isinstance(node, Name | Attribute):
        return None
    thing = named_fluent(node, scope)
    return thing if thing is not None and thing.keys else None


def _over_keys(node: Call, thing: Fluent, scope: Scope) -> Typed:
    scope.reads.add(Read("fact" if isinstance(thing, Fact) else "measure", thing, False))
    if isinstance(thing, Fact):
        if node.name != "count":
            raise LanguageError(f"a fact is counted, not taken the {node.name} of", node, code="DC304")
        return Typed(lambda env: counted([v for _, v in env.run.fluent_values(thing)]), NUMBER)
    fold, kind = _fold(node, thing.type)
    return Typed(lambda env: fold([(True, v) for _, v in env.run.fluent_values(thing)], False), kind)


def _over_list(node: Call, source: Node, narrowing: Node | None, scope: Scope) -> Typed:
    """``sum(delivery.lines, quantity * price)`` goes through the records of one event, not through the events."""
    typed = compile_value(source, scope)
    if typed.type.name not in ("list", "any"):
        raise LanguageError(f"{node.name} goes through events, keyed things or a list, this is a {typed.type}", source,
                            code="DC304")  # fmt: skip
    item = typed.type.item or ANY
    row = EventType(name="item", attributes={name: Declared(kind) for name, kind in item.fields})
    inner_scope = scope.but(element=row, element_named=True, element_is_row=True)
    value, kind = _row_value(node, item, inner_scope)
    condition = compile_condition(narrowing, inner_scope) if narrowing else None
    fold, result = _fold(node, kind)
    look = of_kind(typed, "list")

    def through(env: Env) -> Any:
        rows = look(env)
        if rows is None or values.is_unknown(rows):
            return fold([], False) if rows is None else UNKNOWN
        return fold(_elements(env, [Row(row) for row in rows], condition, value), False)

    return Typed(through, result)


def _row_value(node: Call, item: Type, scope: Scope) -> tuple[Function, Type]:
    if len(node.arguments) > 1:
        inner = compile_value(node.arguments[1].value, scope)
        return joined_by(node.name, inner), inner.type
    if item.name == "record":
        return (lambda env: env.element.values), item
    return joined_by(node.name, Typed(lambda env: env.element.values.get(""), item)), item


class Row:
    """One item of a list, looked at as an aggregate looks at an event."""

    __slots__ = ("values",)
    certain = True

    def __init__(self, row: Any) -> None:
        self.values = row if isinstance(row, dict) else {"": row}


def quantified(node: Call, scope: Scope) -> Typed:
    """``any(...)`` and ``every(...)`` of ``clause is stage``, or of a fact kept per key."""
    inner = node.arguments[0].value
    if isinstance(inner, Is):
        each = all_positions(inner, scope)
    else:
        thing = keyed_thing(inner, scope)
        if not isinstance(thing, Fact):
            raise LanguageError(f"{node.name} takes 'clause is stage' or a fact kept per key", inner, code="DC305")
        fact = thing
        scope.reads.add(Read("fact", fact, False))
        each = lambda env: [v for _, v in env.run.fluent_values(fact)]  # noqa: E731
    join, start = (values.either, False) if node.name == "any" else (values.both, True)

    def joined(env: Env) -> Any:
        truth: Any = start
        for one in each(env):
            truth = join(truth, one)
        return truth

    return Typed(joined, BOOLEAN)
