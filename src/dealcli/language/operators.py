"""Arithmetic: which types may meet, and what comes of them."""

from __future__ import annotations

from dealcli.dates import Duration
from dealcli.language import values
from dealcli.language.compiler import Typed, shift
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Binary, LanguageError
from dealcli.language.types import DATE, INSTANT, MONEY, NUMBER, Type
from dealcli.language.values import UNKNOWN
from dealcli.money import power

MOMENTS = ("date", "instant")


def arithmetic(node: Binary, left: Typed, right: Typed, scope: Scope) -> Typed:
    """``+ - * / ^`` of two typed values. Raises ``LanguageError`` where the types do not go together."""
    operator, one, two = node.operator, left.type.name, right.type.name
    for typed, side in ((left, node.left), (right, node.right)):
        if typed.type.name not in ("number", "money", "duration", "date", "instant", "any", "none"):
            raise LanguageError(f"a {typed.type} is not calculated with", side, code="DC304")
    if operator in "+-" and one in MOMENTS:
        return _moment_sum(node, left, right, scope)
    if operator == "+" and one == "duration" and two in MOMENTS:
        return _moment_sum(node, right, left, scope)
    if operator in "+-":
        return _sum(node, left, right)
    if operator == "*":
        return _product(node, left, right)
    if operator == "/":
        return _quotient(node, left, right)
    if one not in ("number", "any") or two not in ("number", "any"):
        raise LanguageError("a power is taken of a number", node, code="DC304")
    base, exponent = left.function, right.function
    return Typed(lambda env: _power(base(env), exponent(env)), NUMBER)


def _moment_sum(node: Binary, moment: Typed, other: Typed, scope: Scope) -> Typed:
    if other.type.name in MOMENTS:
        raise LanguageError("a date is not subtracted from a date", node, code="DC304", hint="write days(a, b)")
    if other.type.name not in ("duration", "any", "none"):
        raise LanguageError(f"a date and a {other.type} do not add up", node, code="DC304", hint="write 30 days")
    sign, calendar = (-1 if node.operator == "-" else 1), scope.calendar
    start, length = moment.function, other.function
    kind = INSTANT if moment.type is INSTANT else DATE
    return Typed(lambda env: shift(start(env), length(env), calendar, sign), kind)


def _sum(node: Binary, left: Typed, right: Typed) -> Typed:
    one, two = left.type, right.type
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
    return Typed(lambda env: checked_sum(first(env), second(env), sign), kind)


class CurrenciesMixed(Exception):
    """Two currencies met in one sum while the timeline ran."""


def checked_sum(left: object, right: object, sign: int = 1) -> object:
    """``values.add`` that never mixes two currencies silently. Raises ``CurrenciesMixed``."""
    currencies = {v.currency for v in (left, right) if isinstance(v, values.Money) and v.amount != 0}
    if len(currencies) > 1:
        raise CurrenciesMixed(" and ".join(sorted(currencies)))
    if currencies and isinstance(left, values.Money) and left.currency not in currencies:
        left = left.amount
    return values.add(left, right, sign)


def _joined(left: object, right: object, sign: int) -> object:
    if left is None or right is None:
        return None
    if not isinstance(left, Duration) or not isinstance(right, Duration):
        return UNKNOWN
    steps = right.steps if sign == 1 else tuple((kind, -count) for kind, count in right.steps)
    if left.kind == right.kind and left.kind != "mixed":
        return Duration(((left.kind, left.total + sum(count for _, count in steps)),))
    return Duration((*left.steps, *steps))


def _product(node: Binary, left: Typed, right: Typed) -> Typed:
    one, two = left.type, right.type
    first, second = left.function, right.function
    names = {one.name, two.name}
    if "date" in names or "instant" in names or one.name == two.name and one.name in ("money", "duration"):
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


__all__ = ["MONEY", "CurrenciesMixed", "Env", "arithmetic", "checked_sum"]
