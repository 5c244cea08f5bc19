"""What holds: ``and``, ``or``, ``not``, comparisons, membership; and the choice between two values by a condition."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealcli.dates import Duration, civil_day
from dealcli.diagnostics import did_you_mean
from dealcli.language import values
from dealcli.language.compiler import (
    Function,
    Typed,
    as_moment,
    compile_condition,
    compile_value,
    condition_rule,
    spelled,
    value_rule,
)  # fmt: skip
from dealcli.language.declarations import Read
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Becomes, Binary, Group, If, LanguageError, Literal, Node, Today, Unary
from dealcli.language.types import DATE, NONE, comparable_types, joined
from dealcli.language.values import UNKNOWN

ORDERED = ("number", "money", "duration", "date", "instant", "any", "none")
COMPARED = (*ORDERED, "text", "id", "word", "party", "boolean", "period")


# --- choice and junctions --------------------------------------------------------------------------------------------


@value_rule(If)
def _choice(node: If, scope: Scope) -> Typed:
    condition = compile_condition(node.condition, scope)
    then = compile_value(node.then, scope)
    otherwise = compile_value(node.otherwise, scope) if node.otherwise else Typed(lambda env: None, NONE)
    kind = joined(then.type, otherwise.type)
    if kind is None:
        raise LanguageError(f"the two sides of if are a {then.type} and a {otherwise.type}", node, code="DC304")
    yes, no = then.function, otherwise.function

    def choose(env: Env) -> Any:
        truth = condition(env)
        if truth is UNKNOWN:
            one, two = yes(env), no(env)
            return one if one == two else UNKNOWN
        return yes(env) if truth else no(env)

    return Typed(choose, kind)


@condition_rule(Becomes)
def _occurrence(node: Becomes, scope: Scope) -> Function:
    stages = node.stages[0] if len(node.stages) == 1 else f"({', '.join(node.stages)})"
    raise LanguageError("this says that something occurs; a condition is needed here", node, code="DC308",
                        hint=f"a condition is written with is: {spelled(node.subject)} is {stages}")  # fmt: skip


@condition_rule(Unary)
def _negation(node: Unary, scope: Scope) -> Function:
    inner = compile_condition(node.operand, scope)
    return lambda env: values.negate(inner(env))


@condition_rule(Binary)
def _binary(node: Binary, scope: Scope) -> Function:
    if node.operator == "and":
        return _both(compile_condition(node.left, scope), compile_condition(node.right, scope))
    if node.operator == "or":
        return _either(compile_condition(node.left, scope), compile_condition(node.right, scope))
    return _membership(node, scope) if node.operator == "in" else _comparison(node, scope)


def _both(left: Function, right: Function) -> Function:
    def both(env: Env) -> Any:
        first = left(env)
        if first is False:
            return False
        second = right(env)
        return second if first is True or second is False else UNKNOWN

    return both


def _either(left: Function, right: Function) -> Function:
    def either(env: Env) -> Any:
        first = left(env)
        if first is True:
            return True
        second = right(env)
        return second if first is False or second is True else UNKNOWN

    return either


# --- membership ------------------------------------------------------------------------------------------------------


def _membership(node: Binary, scope: Scope) -> Function:
    left = compile_value(node.left, scope)
    if isinstance(node.right, Group):
        items = [compile_value(item, scope) for item in node.right.items]
        for item, source in zip(items, node.right.items, strict=True):
            check_comparable(left, item, source)
            _check_words(left, source)
        look, functions = left.function, [item.function for item in items]
        return lambda env: _any_equal(look(env), [f(env) for f in functions])
    right = compile_value(node.right, scope)
    if right.type.name == "list":
        assert right.type.item is not None
        check_comparable(left, Typed(right.function, right.type.item), node)
    else:
        if "date" in (left.type.name, right.type.name):
            left, right = as_moment(left), as_moment(right)
        check_comparable(left, right, node)
        _check_words(left, node.right)
    one, many = left.function, right.function
    return lambda env: _any_equal(one(env), many(env))


def _any_equal(value: Any, items: Any) -> Any:
    if items is None or value is None:
        return False
    if values.is_unknown(items):
        return values.compare("=", value, items)
    truth: Any = False
    for item in items if type(items) in (tuple, list) else (items,):
        truth = values.either(truth, values.compare("=", value, item))
    return truth


# --- comparisons -----------------------------------------------------------------------------------------------------


def check_comparable(left: Typed, right: Typed, node: Node) -> None:
    """Refuse two values that no comparison joins. Raises ``LanguageError`` at ``node``."""
    one, two = left.type, right.type
    if one.name == two.name == "money" and not comparable_types(one, two):
        raise LanguageError(f"{one.words[0]} and {two.words[0]} do not mix", node, code="DC306")
    if not comparable_types(one, two):
        dates = {"date", "instant"} & {one.name, two.name}
        hint = "write days(a, b) to compare a stretch of days" if dates and "duration" in (one.name, two.name) else ""
        raise LanguageError(f"a {one} is not compared with a {two}", node, code="DC304", hint=hint)
    if one.name == two.name == "duration" and left.constant and right.constant:
        lengths = [typed.function(None) for typed in (left, right)]  # type: ignore[arg-type]
        kinds = {length.kind for length in lengths if isinstance(length, Duration) and length.total}
        if len(kinds) > 1 or "mixed" in kinds:
            raise LanguageError(
                "months, days, business days and hours are not compared with each other", node, code="DC307"
            )


def _check_words(typed: Typed, node: Node) -> None:
    """Refuse a word that an attribute with a closed set of words never has."""
    if typed.type.name == "word" and typed.type.words and isinstance(node, Literal) and node.type == "text":
        if node.value not in typed.type.words:
            raise LanguageError(f"'{node.value}' is none of {', '.join(typed.type.words)}", node, code="DC304",
                                hint=did_you_mean(node.value, typed.type.words))  # fmt: skip


def _comparison(node: Binary, scope: Scope) -> Function:
    if node.operator in ("=", "!="):
        for look, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, Literal) and other.type == "none":
                return _missing_test(look, node.operator == "=", scope)
    turning = isinstance(node.left, Today) != isinstance(node.right, Today)
    left, right = _side(node.left, turning, scope), _side(node.right, turning, scope)
    if "date" in (left.type.name, right.type.name):
        left, right = as_moment(left), as_moment(right)
    check_comparable(left, right, node)
    _check_words(left, node.right)
    _check_words(right, node.left)
    for typed, side in ((left, node.left), (right, node.right)):
        if typed.type.name not in COMPARED:
            raise LanguageError(f"a {typed.type} is not compared", side, code="DC304")
        if node.operator not in ("=", "!=") and typed.type.name not in ORDERED:
            raise LanguageError(f"a {typed.type} has no order", side, code="DC304")
    if turning:
        return _today_comparison(node, left, right, scope)
    operator, one, two = node.operator, left.function, right.function
    compare = values.compare
    return lambda env: compare(operator, one(env), two(env))


def _side(node: Node, turning: bool, scope: Scope) -> Typed:
    """One side of a comparison. ``today`` beside a date need not be read every day: it is known when that turns."""
    return Typed(lambda env: env.run.today, DATE) if turning and isinstance(node, Today) else compile_value(node, scope)


def _missing_test(node: Node, wanted: bool, scope: Scope) -> Function:
    """``x = none``: whether there is no value. Unknown where an event only perhaps happened."""
    typed = compile_value(node, scope)
    if typed.happened is not None:
        happened = typed.happened
        return (lambda env: values.negate(happened(env))) if wanted else happened
    look = typed.function
    return lambda env: (look(env) is None) is wanted


def _today_comparison(node: Binary, left: Typed, right: Typed, scope: Scope) -> Function:
    """``today`` beside a date: the run is told on which day the comparison turns."""
    swapped = isinstance(node.right, Today)
    look = left.function if swapped else right.function
    operator = values.MIRRORED[node.operator] if swapped else node.operator
    scope.reads.add(Read("turns", None))

    def compare(env: Env) -> Any:
        day = look(env)
        if day is None:
            return False
        bound = values.least(day)
        if isinstance(bound, date):
            env.run.turns_on(civil_day(bound), operator)
        return values.compare(operator, env.run.today, day)

    return compare
