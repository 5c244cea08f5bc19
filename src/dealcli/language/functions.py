"""The functions of the language: calendar, rounding, money, parts of a clause's position; aggregates stand beside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dealcli import dates, money
from dealcli.diagnostics import did_you_mean
from dealcli.language import values
from dealcli.language.aggregates import AGGREGATES, ORDERED, aggregate, quantified
from dealcli.language.clauses import clause_argument
from dealcli.language.compiler import Function, Typed, compile_value, need, value_rule
from dealcli.language.conditions import check_comparable
from dealcli.language.folds import extreme
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Attribute, Call, LanguageError, Literal, Name, Node, Where
from dealcli.language.types import DATE, MONEY, NUMBER, TEXT, joined, money_of
from dealcli.language.values import UNKNOWN

POSITION_PARTS = {"due": DATE, "started": DATE, "amount": MONEY, "paid": MONEY, "outstanding": MONEY}
PERIOD_UNITS = ("week", "month", "quarter", "year")
NAMES = (*AGGREGATES, *POSITION_PARTS, "abs", "round", "floor", "ceil", "days", "hours", "months", "business_days",
         "day", "start_of", "end_of", "currency", "money", "any", "every")  # fmt: skip
MOMENTS = ("date", "instant")
WORDS = ("text", "id", "word")
ROUNDINGS = ("half_up", "half_even")


@value_rule(Call)
def compile_call(node: Call, scope: Scope) -> Typed:
    """A function call. Raises ``LanguageError`` for an unknown function or arguments that do not fit."""
    name, arguments = node.name, node.arguments
    for number, argument in enumerate(arguments):
        if argument.over and (name not in AGGREGATES or number > 0 or len(arguments) > 1):
            raise LanguageError(
                "over belongs to sum, count, first, latest, min and max of one expression", argument.over
            )
    if name in ("min", "max") and len(arguments) > 1 and not _goes_through_a_list(node, scope):
        return _extreme(node, scope)
    if name in AGGREGATES:
        return aggregate(node, scope)
    if name in ("any", "every"):
        _arity(node, 1)
        return quantified(node, scope)
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
        functions.append(need(compile_value(argument.value, scope), argument.value, *wanted))
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
    steps = [need(compile_value(a.value, scope), a.value, "number") for a in node.arguments[1:2]]
    how = _rounding_word(node.arguments[2].value) if len(node.arguments) == 3 else "half_up"

    def rounded(value: Any, step: Any = 1) -> Any:
        return _on_number(lambda number: money.round_to(number, step, how))(value)

    return Typed(_strict(rounded, need(first, node.arguments[0].value, "number", "money"), *steps), first.type)


def _rounding_word(node: Node) -> str:
    word = node.value if isinstance(node, Literal) else None
    if word not in ROUNDINGS:
        raise LanguageError("expected 'half_up' or 'half_even'", node, code="DC305")
    return str(word)


def _one_number(change: Callable[[Any], Any]) -> Callable[[Call, Scope], Typed]:
    def build(node: Call, scope: Scope) -> Typed:
        _arity(node, 1)
        typed = compile_value(node.arguments[0].value, scope)
        operand = need(typed, node.arguments[0].value, "number", "money")
        return Typed(_strict(_on_number(change), operand), typed.type)

    return build


def _between(count: Callable[[Any, Any, Scope], int]) -> Callable[[Call, Scope], Typed]:
    def build(node: Call, scope: Scope) -> Typed:
        _arity(node, 2)
        return Typed(_strict(lambda a, b: count(a, b, scope), *_operands(node, scope, MOMENTS, MOMENTS)), NUMBER)

    return build


def _edge(edge: Callable[[str, Any], Any]) -> Callable[[Call, Scope], Typed]:
    def build(node: Call, scope: Scope) -> Typed:
        _arity(node, 2)
        unit = node.arguments[0].value
        if not isinstance(unit, Name) or unit.name not in PERIOD_UNITS:
            raise LanguageError("expected week, month, quarter or year", unit, code="DC305")
        moment = need(compile_value(node.arguments[1].value, scope), node.arguments[1].value, *MOMENTS)
        name = unit.name
        return Typed(_strict(lambda day: edge(name, day), moment), DATE)

    return build


def _day(node: Call, scope: Scope) -> Typed:
    _arity(node, 1)
    zone = scope.deal_zone

    def day(moment: Any) -> Any:
        return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment

    return Typed(_strict(day, *_operands(node, scope, MOMENTS)), DATE)


def _currency(node: Call, scope: Scope) -> Typed:
    _arity(node, 1)
    return Typed(_strict(lambda amount: amount.currency, *_operands(node, scope, ("money",))), TEXT)


def _make_money(node: Call, scope: Scope) -> Typed:
    _arity(node, 2)
    code = node.arguments[1].value
    operands = _operands(node, scope, ("number",), WORDS)
    known = isinstance(code, Literal) and isinstance(code.value, str)
    if known and not _is_currency(code.value):  # type: ignore[attr-defined]
        raise LanguageError("a currency is three capital letters such as 'USD'", code, code="DC304")
    kind = money_of(code.value) if known else MONEY  # type: ignore[attr-defined]
    return Typed(_strict(lambda n, c: values.Money(n, c) if _is_currency(c) else None, *operands), kind)


def _is_currency(code: Any) -> bool:
    return isinstance(code, str) and re.fullmatch("[A-Z]{3}", code) is not None


_PLAIN: dict[str, Callable[[Call, Scope], Typed]] = {
    "abs": _one_number(abs), "round": _rounding, "floor": _one_number(money.floor_to),
    "ceil": _one_number(lambda number: -money.floor_to(-number)), "day": _day,
    "days": _between(lambda a, b, scope: dates.whole_days(a, b)),
    "hours": _between(lambda a, b, scope: dates.whole_hours(a, b, scope.deal_zone)),
    "months": _between(lambda a, b, scope: dates.whole_months(a, b)),
    "business_days": _between(lambda a, b, scope: dates.business_days(a, b, scope.calendar)),
    "start_of": _edge(dates.start_of),
    "end_of": _edge(dates.end_of), "currency": _currency, "money": _make_money,
}  # fmt: skip


def _goes_through_a_list(node: Call, scope: Scope) -> bool:
    """Whether ``min(delivery.lines, price)`` takes the records of a list, and not the lesser of two values."""
    source = node.arguments[0].value
    if len(node.arguments) != 2 or not isinstance(source, Name | Attribute | Where):
        return False
    try:
        inner = source.source if isinstance(source, Where) else source
        return compile_value(inner, scope.but(reads=set())).type.name == "list"
    except LanguageError:
        return False


def _extreme(node: Call, scope: Scope) -> Typed:
    """``min`` and ``max`` of several values: missing ones are skipped."""
    operands = [compile_value(argument.value, scope) for argument in node.arguments]
    first, kind = operands[0], operands[0].type
    functions, name = [], node.name
    for operand, argument in zip(operands, node.arguments, strict=True):
        functions.append(need(operand, argument.value, *ORDERED))
        if {kind.name, operand.type.name} != {"money", "number"}:
            check_comparable(Typed(first.function, kind, first.constant), operand, argument.value)
        kind = joined(kind, operand.type) or (kind if kind.name == "money" else operand.type)
    return Typed(lambda env: extreme(name, [f(env) for f in functions]), kind)
