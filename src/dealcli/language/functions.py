"""The functions of the language: calendar, rounding, and aggregates over events, keyed things and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dealcli import dates, money
from dealcli.diagnostics import did_you_mean
from dealcli.language import values
from dealcli.language.clauses import all_positions, clause_argument
from dealcli.language.compiler import (
    Function, Typed, as_condition, compile_condition, compile_value, key_values, need,
)  # fmt: skip
from dealcli.language.declarations import EventType, Fact, Fluent, Measure, Read
from dealcli.language.operators import checked_sum
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import (
    Attribute, Binary, Call, Group, If, Is, LanguageError, Lookup, Name, Node, Unary, Where,
)  # fmt: skip
from dealcli.language.types import ANY, BOOLEAN, DATE, MONEY, NUMBER, TEXT, Type, comparable_types, joined
from dealcli.language.values import UNKNOWN, AtLeast

AGGREGATES = ("sum", "count", "first", "latest", "min", "max")
POSITION_PARTS = {"due": DATE, "started": DATE, "amount": MONEY, "paid": MONEY, "outstanding": MONEY}
PERIOD_UNITS = ("week", "month", "quarter", "year")
NAMES = (*AGGREGATES, *POSITION_PARTS, "abs", "round", "floor", "ceil", "days", "hours", "months", "business_days", "day",
         "start_of", "end_of", "currency", "money", "any", "every")  # fmt: skip


def compile_call(node: Call, scope: Scope) -> Typed:
    """A function call. Raises ``LanguageError`` for an unknown function or arguments that do not fit."""
    name, arguments = node.name, node.arguments
    if any(argument.over for argument in arguments) and name not in AGGREGATES:
        raise LanguageError("over belongs to sum, count, first, latest, min and max", node)
    if name in ("min", "max") and len(arguments) > 1:
        return _extreme(node, scope)
    if name in AGGREGATES:
        return _aggregate(node, scope)
    if name in ("any", "every"):
        _arity(node, 1)
        return _quantified(node, scope)
    if name in POSITION_PARTS:
        _arity(node, 1)
        position = clause_argument(arguments[0].value, scope)
        return Typed(lambda env: env.run.part_of_position(name, position(env)), POSITION_PARTS[name])
    builder = _PLAIN.get(name)
    if builder is None:
        raise LanguageError(f"there is no function '{name}'", (node.start, node.start + len(name)), code="DC302",
                            hint=did_you_mean(name, NAMES))  # fmt: skip
    return builder(node, scope)


def _arity(node: Call, *counts: int) -> None:
    if len(node.arguments) not in counts:
        wanted = " or ".join(str(count) for count in counts)
        raise LanguageError(f"{node.name} takes {wanted} arguments, not {len(node.arguments)}", node, code="DC305")


def _operands(node: Call, scope: Scope, *kinds: tuple[str, ...]) -> list[Function]:
    functions = []
    for argument, wanted in zip(node.arguments, kinds, strict=False):
        typed = compile_value(argument.value, scope)
        need(typed, argument.value, *wanted)
        functions.append(typed.function)
    return functions


def _strict(function: Callable[..., Any], *operands: Function) -> Function:
    """Missing makes the result missing, unknown makes it unknown."""

    def call(env: Env) -> Any:
        given = [operand(env) for operand in operands]
        if any(value is None for value in given):
            return None
        if any(values.is_unknown(value) for value in given):
            return UNKNOWN
        return function(*given)

    return call


# --- numbers and dates -----------------------------------------------------------------------------------------------


def _on_number(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda v: values.Money(change(v.amount), v.currency) if type(v) is values.Money else change(v)


def _rounding(node: Call, scope: Scope) -> Typed:
    _arity(node, 1, 2, 3)
    first = compile_value(node.arguments[0].value, scope)
    need(first, node.arguments[0].value, "number", "money")
    rest = [compile_value(a.value, scope).function for a in node.arguments[1:]]

    def rounded(value: Any, step: Any = 1, how: str = "half_up") -> Any:
        return _on_number(lambda number: money.round_to(number, step, how))(value)

    return Typed(_strict(rounded, first.function, *rest), first.type)


def _one_number(change: Callable[[Any], Any]) -> Callable[[Call, Scope], Typed]:
    def build(node: Call, scope: Scope) -> Typed:
        _arity(node, 1)
        typed = compile_value(node.arguments[0].value, scope)
        need(typed, node.arguments[0].value, "number", "money")
        return Typed(_strict(_on_number(change), typed.function), typed.type)

    return build


def _between(count: Callable[..., int]) -> Callable[[Call, Scope], Typed]:
    def build(node: Call, scope: Scope) -> Typed:
        _arity(node, 2)
        moments = ("date", "instant")
        operands = _operands(node, scope, moments, moments)
        calendar = scope.calendar
        if count is dates.business_days:
            return Typed(_strict(lambda a, b: dates.business_days(a, b, calendar), *operands), NUMBER)
        return Typed(_strict(count, *operands), NUMBER)

    return build


def _edge(edge: Callable[[str, Any], Any]) -> Callable[[Call, Scope], Typed]:
    def build(node: Call, scope: Scope) -> Typed:
        _arity(node, 2)
        unit = node.arguments[0].value
        if not isinstance(unit, Name) or unit.name not in PERIOD_UNITS:
            raise LanguageError("expected week, month, quarter or year", unit, code="DC305")
        moment = compile_value(node.arguments[1].value, scope)
        need(moment, node.arguments[1].value, "date", "instant")
        name = unit.name
        return Typed(_strict(lambda day: edge(name, day), moment.function), DATE)

    return build


def _day(node: Call, scope: Scope) -> Typed:
    _arity(node, 1)
    return Typed(_strict(dates.civil_day, *_operands(node, scope, ("date", "instant"))), DATE)


def _currency(node: Call, scope: Scope) -> Typed:
    _arity(node, 1)
    return Typed(_strict(lambda m: m.currency if type(m) is values.Money else None, *_operands(node, scope, ("money",))), TEXT)


def _make_money(node: Call, scope: Scope) -> Typed:
    _arity(node, 2)
    code = node.arguments[1].value
    kind = MONEY
    if isinstance(code, Name | Group):
        raise LanguageError("a currency is a text such as 'USD'", code, code="DC304")
    return Typed(_strict(lambda n, c: values.Money(n, str(c)), *_operands(node, scope, ("number",), ("text", "id"))), kind)


_PLAIN: dict[str, Callable[[Call, Scope], Typed]] = {
    "abs": _one_number(abs), "round": _rounding, "floor": _one_number(money.floor_to),
    "ceil": _one_number(lambda number: -money.floor_to(-number)), "days": _between(dates.whole_days),
    "hours": _between(dates.whole_hours), "months": _between(dates.whole_months),
    "business_days": _between(dates.business_days), "day": _day, "start_of": _edge(dates.start_of),
    "end_of": _edge(dates.end_of), "currency": _currency, "money": _make_money,
}  # fmt: skip


def _extreme(node: Call, scope: Scope) -> Typed:
    """``min`` and ``max`` of several values: missing ones are skipped."""
    operands = [compile_value(argument.value, scope) for argument in node.arguments]
    kind = operands[0].type
    for operand, argument in zip(operands[1:], node.arguments[1:], strict=True):
        if not comparable_types(kind, operand.type) and not {kind.name, operand.type.name} == {"money", "number"}:
            raise LanguageError(f"a {kind} is not compared with a {operand.type}", argument.value, code="DC304")
        kind = joined(kind, operand.type) or (kind if kind.name == "money" else operand.type)
    functions, name = [operand.function for operand in operands], node.name
    return Typed(lambda env: extreme(name, [f(env) for f in functions]), kind)


def extreme(name: str, candidates: Iterable[Any]) -> Any:
    """The least or greatest of the values that are there; a lower bound alone can decide a minimum."""
    present = [v for v in candidates if v is not None]
    if not present:
        return None
    known = [v for v in present if not values.is_unknown(v)]
    best = None
    for value in known:
        worse = best is not None and values.compare("<=" if name == "min" else ">=", best, value) is True
        best = best if worse else value
    return best if len(known) == len(present) else _bounded_extreme(name, best, present)


def _bounded_extreme(name: str, best: Any, present: list[Any]) -> Any:
    open_ones = [v for v in present if values.is_unknown(v)]
    if any(v is UNKNOWN for v in open_ones):
        return UNKNOWN
    bounds = [v.bound for v in open_ones]
    if name == "min":
        least = extreme("min", bounds)
        return best if best is not None and values.compare("<=", best, least) is True else UNKNOWN
    return AtLeast(extreme("max", [*bounds, best]))


# --- aggregates ------------------------------------------------------------------------------------------------------


def _aggregate(node: Call, scope: Scope) -> Typed:
    if not node.arguments:
        raise LanguageError(f"{node.name} needs something to go through", node, code="DC305")
    argument = node.arguments[0]
    source, narrowing = argument.value, None
    if isinstance(source, Where):
        source, narrowing = source.source, source.condition
    event = _element_type(source, scope)
    if event is not None:
        return _over_events(node, event, source, narrowing, argument.over, scope)
    if argument.over:
        raise LanguageError("over is a window on events", argument.over)
    if isinstance(source, Is) and node.name == "count":
        each = all_positions(source, scope)
        return Typed(lambda env: _count(each(env)), NUMBER)
    thing = _keyed_thing(source, scope)
    if thing is not None and narrowing is None:
        return _over_keys(node, thing, scope)
    return _over_list(node, source, narrowing, scope)


def _element_type(node: Node, scope: Scope) -> EventType | None:
    """The event type that an aggregate goes through: the only one that its expression names."""
    found: dict[str, EventType] = {}
    for name in _names(node):
        for thing in scope.deal.find(name.name, scope.agreement, (EventType,)):
            if isinstance(thing, EventType) and name.name not in scope.keys:
                found[thing.full] = thing
    if len(found) > 1:
        raise LanguageError("an aggregate goes through the events of one type", node, code="DC305",
                            hint="this names " + " and ".join(sorted(found)))  # fmt: skip
    return next(iter(found.values()), None)


def _names(node: Node) -> Iterable[Name]:
    match node:
        case Name():
            yield node
        case Attribute():
            if isinstance(node.base, Name):
                yield node.base
                yield Name(node.start, node.end, node.name) if node.name != node.base.name else node.base
            else:
                yield from _names(node.base)
        case Binary():
            yield from _names(node.left)
            yield from _names(node.right)
        case Unary():
            yield from _names(node.operand)
        case If():
            for part in (node.condition, node.then, node.otherwise):
                if part is not None:
                    yield from _names(part)
        case Lookup():
            yield from _names(node.base)
            for key in node.keys:
                yield from _names(key)
        case Call():
            for argument in node.arguments:
                yield from _names(argument.value)


def _over_events(node: Call, event: EventType, source: Node, narrowing: Node | None, window: Node | None,
                 scope: Scope) -> Typed:  # fmt: skip
    event.kept = event.read = True
    keys = scope.shared_keys(event.attributes)
    event.kept_by.add(keys)
    scope.reads.add(Read("event", event, bool(keys)))
    named = scope.but(element=event, element_named=True)
    if len(node.arguments) > 1:
        return _over_records(node, event, narrowing, keys, scope)
    if isinstance(source, Name | Attribute) and _names_event(source, event, scope):
        value, kind = (lambda env: env.element), Type("event", of=event)
    else:
        typed = compile_value(source, named)
        value, kind = typed.function, typed.type
    condition = compile_condition(narrowing, scope.but(element=event, element_named=False)) if narrowing else None
    length = _window(window, scope)
    fold, result = _fold(node, kind)

    def aggregate(env: Env) -> Any:
        elements = env.run.occurrences(event, keys, key_values(env, keys))
        if length is not None:
            elements = env.run.within_window(elements, length(env))
        return fold(_elements(env, elements, condition, value), env.run.is_partial(event))

    return Typed(aggregate, result)


def _names_event(node: Node, event: EventType, scope: Scope) -> bool:
    if isinstance(node, Name):
        return node.name == event.name
    return isinstance(node, Attribute) and isinstance(node.base, Name) and node.base.name == event.agreement and (
        node.name == event.name
    )  # fmt: skip


def _window(node: Node | None, scope: Scope) -> Function | None:
    if node is None:
        return None
    typed = compile_value(node, scope)
    need(typed, node, "duration")
    scope.reads.add(Read("turns", None))
    return typed.function


def _elements(env: Env, elements: Iterable[Any], condition: Function | None, value: Function) -> list[tuple[Any, Any]]:
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


def _fold(node: Call, kind: Type) -> tuple[Callable[[list[tuple[Any, Any]], bool], Any], Type]:
    """How an aggregate joins its elements; ``partial`` says that more may have happened than was reported."""
    name = node.name
    if name == "count":
        return (lambda found, partial: count_of(found, partial)), NUMBER
    if name == "sum":
        if kind.name not in ("number", "money", "any"):
            raise LanguageError(f"a {kind} is not summed", node, code="DC304")
        return (lambda found, partial: sum_of(found, partial)), kind
    if name in ("first", "latest"):
        at = 0 if name == "first" else -1
        return (lambda found, partial: None if not found else found[at][1] if found[at][0] is True else UNKNOWN), kind
    if kind.name == "event":
        raise LanguageError(f"{name} needs a value of the event", node, code="DC304", hint=f"{name}(event.attribute)")
    return (lambda found, partial: extreme(name, [v if t is True else UNKNOWN for t, v in found])), kind


def count_of(found: list[tuple[Any, Any]], partial: bool) -> Any:
    sure = sum(1 for truth, _ in found if truth is True)
    return AtLeast(sure) if partial or sure < len(found) else sure


def sum_of(found: list[tuple[Any, Any]], partial: bool) -> Any:
    """A sum of nothing is 0; unknown elements leave a lower bound, a missing value makes no difference."""
    total: Any = 0
    for truth, value in found:
        if value is None:
            continue
        if truth is not True or values.is_unknown(value):
            partial = True
            total = values.add(total, value.bound) if type(value) is AtLeast and truth is True else total
        else:
            total = checked_sum(total, value)
    return AtLeast(total) if partial else total


def _count(truths: list[Any]) -> Any:
    sure = sum(1 for truth in truths if truth is True)
    return AtLeast(sure) if any(truth is UNKNOWN for truth in truths) else sure


def _keyed_thing(node: Node, scope: Scope) -> Fluent | None:
    if not isinstance(node, Name):
        return None
    found = scope.deal.find(node.name, scope.agreement, (Fact, Measure))
    if not found:
        return None
    thing: Fluent = scope.deal.resolve(node.name, scope.agreement, (Fact, Measure), node)
    return thing if thing.keys else None


def _over_keys(node: Call, thing: Fluent, scope: Scope) -> Typed:
    scope.reads.add(Read("fact" if isinstance(thing, Fact) else "measure", thing, False))
    if isinstance(thing, Fact):
        if node.name != "count":
            raise LanguageError(f"a fact is counted, not taken the {node.name} of", node, code="DC304")
        return Typed(lambda env: _count([v for _, v in env.run.fluent_values(thing)]), NUMBER)
    fold, kind = _fold(node, thing.type)
    return Typed(lambda env: fold([(True, v) for _, v in env.run.fluent_values(thing)], False), kind)


def _over_list(node: Call, source: Node, narrowing: Node | None, scope: Scope) -> Typed:
    typed = compile_value(source, scope)
    if typed.type.name not in ("list", "any"):
        raise LanguageError(f"{node.name} goes through events, keyed things or a list, this is a {typed.type}", source, code="DC304")
    item = typed.type.item or ANY
    inner_scope = scope.but(element=EventType(name="item", attributes=_fields(item)), element_named=True)
    value: Function = lambda env: env.element.values.get("") if item.name != "record" else env.element  # noqa: E731
    kind = item
    if len(node.arguments) > 1:
        inner = compile_value(node.arguments[1].value, inner_scope)
        value, kind = inner.function, inner.type
    condition = compile_condition(narrowing, inner_scope) if narrowing else None
    fold, result = _fold(node, kind)
    look = typed.function

    def aggregate(env: Env) -> Any:
        rows = look(env)
        if rows is None or rows is UNKNOWN:
            return fold([], False) if rows is None else UNKNOWN
        return fold(_elements(env, [Row(row) for row in rows], condition, value), False)

    return Typed(aggregate, result)


def _over_records(node: Call, event: EventType, narrowing: Node | None, keys: tuple[str, ...], scope: Scope) -> Typed:
    """``sum(delivery.lines, quantity * price)`` goes through the records of one event, not through the events."""
    return _over_list(node, node.arguments[0].value, narrowing, scope)


def _fields(item: Type) -> dict[str, Any]:
    from dealcli.language.declarations import Attribute as Declared

    return {name: Declared(kind) for name, kind in item.fields}


class Row:
    """One item of a list, looked at as an aggregate looks at an event."""

    __slots__ = ("values",)
    certain = True
    marks: tuple[Any, ...] = ()

    def __init__(self, row: Any) -> None:
        self.values = row if isinstance(row, dict) else {"": row}


def _quantified(node: Call, scope: Scope) -> Typed:
    """``any(...)`` and ``every(...)`` of ``clause is stage``, or of a fact kept per key."""
    inner = node.arguments[0].value
    if isinstance(inner, Is):
        each = all_positions(inner, scope)
    else:
        thing = _keyed_thing(inner, scope)
        if not isinstance(thing, Fact):
            raise LanguageError(f"{node.name} takes 'clause is stage' or a fact kept per key", inner, code="DC305")
        fact = thing
        scope.reads.add(Read("fact", fact, False))
        each = lambda env: [v for _, v in env.run.fluent_values(fact)]  # noqa: E731
    join, start = (values.either, False) if node.name == "any" else (values.both, True)

    def quantified(env: Env) -> Any:
        truth: Any = start
        for one in each(env):
            truth = join(truth, one)
        return truth

    return Typed(quantified, BOOLEAN)


__all__ = ["NAMES", "as_condition", "compile_call", "count_of", "extreme", "sum_of"]
