"""Arithmetic: which types may meet, and what comes of them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from dealcli.dates import Duration, add
from dealcli.language import values
from dealcli.language.clauses import occurred_at
from dealcli.language.compiler import Typed, as_moment, compile_value, need, of_kind, value_rule
from dealcli.language.scope import Scope
from dealcli.language.tree import After, Binary, LanguageError, Unary
from dealcli.language.types import DATE, INSTANT, NUMBER, Type
from dealcli.language.values import UNKNOWN
from dealcli.money import power

MOMENTS = ("date", "instant")


@value_rule(Binary)
def arithmetic(node: Binary, scope: Scope) -> Typed:
    """``+ - * / ^`` of two typed values. Raises ``LanguageError`` where the types do not go together."""
    left, right = (as_moment(compile_value(side, scope)) for side in (node.left, node.right))
    operator, one, two = node.operator, left.type.name, right.type.name
    for typed, side in ((left, node.left), (right, node.right)):
        if typed.type.name not in ("number", "money", "duration", "date", "instant", "any", "none"):
            raise LanguageError(f"a {typed.type} is not calculated with", side, code="DC304")
    if operator in "+-" and one in MOMENTS:
        return _moment_sum(node, left, right, scope)
    if operator == "+" and one in ("duration", "any", "none") and two in MOMENTS:
        return _moment_sum(node, right, left, scope)
    if operator in "+-":
        return _sum(node, left, right)
    if operator == "*":
        return _product(node, left, right)
    if operator == "/":
        return _quotient(node, left, right)
    if not {one, two} <= {"number", "any", "none"}:
        raise LanguageError("a power is taken of a number", node, code="DC304")
    base, exponent = of_kind(left, "number"), of_kind(right, "number")
    return Typed(lambda env: _power(base(env), exponent(env)), NUMBER)


def _moment_sum(node: Binary, moment: Typed, other: Typed, scope: Scope) -> Typed:
    if other.type.name in MOMENTS:
        raise LanguageError("a date is not subtracted from a date", node, code="DC304", hint="write days(a, b)")
    if other.type.name not in ("duration", "any", "none"):
        raise LanguageError(f"a date and a {other.type} do not add up", node, code="DC304", hint="write 30 days")
    sign, calendar = (-1 if node.operator == "-" else 1), scope.calendar
    start, length = moment.function, of_kind(other, "duration")
    kind = INSTANT if moment.type is INSTANT else DATE
    return Typed(lambda env: shift(start(env), length(env), calendar, sign), kind)


def _sum(node: Binary, left: Typed, right: Typed) -> Typed:
    one, two = left.type, right.type
    if two.name in MOMENTS:
        raise LanguageError(f"a date is not subtracted from a {one}", node, code="DC304")
    first, second = left.function, right.function
    sign = -1 if node.operator == "-" else 1
    if "duration" in (one.name, two.name):
        if one.name != two.name and not {"any", "none"} & {one.name, two.name}:
            raise LanguageError(f"a {one} and a {two} do not add up", node, code="DC304")
        return Typed(lambda env: _joined(first(env), second(env), sign), one if one.name == "duration" else two)
    if one.name == two.name == "money":
        if one.words and two.words and one.words != two.words:
            raise LanguageError(f"{one.words[0]} and {two.words[0]} do not mix", node, code="DC306")
        kind = one if one.words else two
    elif "money" in (one.name, two.name) and not {"any", "none"} & {one.name, two.name}:
        raise LanguageError("an amount of money and a plain number do not add up", node, code="DC306",
                            hint="write the currency, as in USD 5")  # fmt: skip
    else:
        kind = one if one.name not in ("any", "none") else two
    return Typed(lambda env: values.add(first(env), second(env), sign), kind)


def _joined(left: object, right: object, sign: int) -> object:
    if left is None or right is None:
        return None
    if values.is_unknown(left) or values.is_unknown(right):
        return UNKNOWN
    if not isinstance(left, Duration) or not isinstance(right, Duration):
        return None
    steps = right.steps if sign == 1 else tuple((kind, -count) for kind, count in right.steps)
    if left.kind == right.kind and left.kind != "mixed":
        return Duration(((left.kind, left.total + sum(count for _, count in steps)),))
    return Duration((*left.steps, *steps))


def _product(node: Binary, left: Typed, right: Typed) -> Typed:
    one, two = left.type, right.type
    first, second = left.function, right.function
    names = {one.name, two.name}
    if "date" in names or "instant" in names or (one.name == two.name and one.name in ("money", "duration")):
        raise LanguageError(f"a {one} and a {two} are not multiplied", node, code="DC304")
    if names == {"money", "duration"}:
        raise LanguageError("money and a duration are not multiplied", node, code="DC304",
                            hint="write days(a, b) to count days")  # fmt: skip
    kind: Type = NUMBER
    for typed in (one, two):
        if typed.name in ("money", "duration"):
            kind = typed
    return Typed(lambda env: values.multiply(first(env), second(env)), kind)


def _quotient(node: Binary, left: Typed, right: Typed) -> Typed:
    one, two = left.type, right.type
    first, second = left.function, right.function
    if two.name in ("duration", "date", "instant") or one.name in ("duration", "date", "instant"):
        raise LanguageError(f"a {one} is not divided by a {two}", node, code="DC304")
    if one.name == "money" and two.name == "money":
        if one.words and two.words and one.words != two.words:
            raise LanguageError(f"{one.words[0]} and {two.words[0]} do not mix", node, code="DC306")
        return Typed(lambda env: values.divide(first(env), second(env)), NUMBER)
    if two.name == "money" and one.name == "number":
        raise LanguageError("a number is not divided by an amount of money", node, code="DC304")
    return Typed(lambda env: values.divide(first(env), second(env)), one if one.name == "money" else NUMBER)


def _power(base: object, exponent: object) -> object:
    if base is None or exponent is None:
        return None
    if values.is_unknown(base) or values.is_unknown(exponent):
        return UNKNOWN
    return power(base, exponent)  # type: ignore[arg-type]


# --- durations and moments -------------------------------------------------------------------------------------------


@value_rule(Unary)
def _minus(node: Unary, scope: Scope) -> Typed:
    operand = compile_value(node.operand, scope)
    inner = need(operand, node.operand, "number", "money", "duration")
    return Typed(lambda env: values.minus(inner(env)), operand.type)


@value_rule(After)
def _after(node: After, scope: Scope) -> Typed:
    """``30 days after <trigger>`` as a day: counted from the newest occurrence."""
    length = need(compile_value(node.delay, scope), node.delay, "duration")
    moment = occurred_at(node.source, scope)
    calendar, zone = scope.calendar, scope.deal_zone
    return Typed(lambda env: _days_after(moment(env), length(env), calendar, zone), DATE)


def _days_after(moment: Any, length: Any, calendar: Any, zone: tzinfo) -> Any:
    """A moment moved by a duration: days are counted from the civil day, also of something that has an hour."""
    if isinstance(length, Duration) and not length.in_hours and isinstance(moment, datetime):
        moment = moment.astimezone(zone).date()
    return shift(moment, length, calendar)


def shift(moment: Any, length: Any, calendar: Any, sign: int = 1) -> Any:
    """A moment moved by a duration; missing and unknown spread, a lower bound moves along."""
    if moment is None or length is None:
        return None
    if type(moment) is values.AtLeast and not values.is_unknown(length):
        return values.AtLeast(add(moment.bound, length, calendar, sign))
    if values.is_unknown(moment) or values.is_unknown(length):
        return UNKNOWN
    return add(moment, length, calendar, sign)
