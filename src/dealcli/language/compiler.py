"""The meaning of every node: a tree becomes a typed function of its environment, checked before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dealcli.dates import Duration, add, civil_day
from dealcli.language import values
from dealcli.language.declarations import (
    VALUES, AgreementName, ClauseName, EventType, Fact, Fluent, Measure, Party, Read, Term,
)  # fmt: skip
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import (
    After, Attribute, Becomes, Binary, Call, Group, If, Is, LanguageError, Literal, Lookup, Name, Node, Today, Unary,
    Where,
)  # fmt: skip
from dealcli.language.types import (
    ANY, BOOLEAN, DATE, DURATION, EVENT, ID, INSTANT, MONEY, NONE, NUMBER, PARTY, PERIOD, TEXT, Type, comparable_types,
    joined, money_of,
)  # fmt: skip
from dealcli.language.values import UNKNOWN

Function = Callable[[Env], Any]
DATES = ("date", "instant")


class Typed(NamedTuple):
    """A compiled expression: ``function`` of the environment, and the type of what it yields."""

    function: Function
    type: Type
    constant: bool = False


def compile_value(node: Node, scope: Scope) -> Typed:
    """An expression that yields a value (a condition yields true, false or unknown). Raises ``LanguageError``."""
    match node:
        case Literal():
            return _literal(node)
        case Today():
            scope.reads.add(Read("today", None))
            return Typed(lambda env: env.run.read_today(), DATE)
        case Name():
            return _name(node, scope)
        case Attribute():
            return _attribute(node, scope)
        case Lookup():
            return _lookup(node, scope)
        case Call():
            from dealcli.language.functions import compile_call

            return compile_call(node, scope)
        case Unary(operator="-"):
            operand = compile_value(node.operand, scope)
            need(operand, node.operand, "number", "money", "duration")
            inner = operand.function
            return Typed(lambda env: values.minus(inner(env)), operand.type)
        case If():
            return _choice(node, scope)
        case After():
            return _after(node, scope)
        case Binary() if node.operator in ("+", "-", "*", "/", "^"):
            return _arithmetic(node, scope)
        case Group():
            raise LanguageError("several values in brackets stand only after in", node)
    return Typed(compile_condition(node, scope), BOOLEAN)


def compile_condition(node: Node, scope: Scope) -> Function:
    """A condition: a function that yields True, False or UNKNOWN. Raises ``LanguageError``."""
    match node:
        case Binary(operator="and" | "or"):
            return _junction(node, scope)
        case Unary(operator="not"):
            inner = compile_condition(node.operand, scope)
            return lambda env: values.negate(inner(env))
        case Binary(operator="in"):
            return _membership(node, scope)
        case Binary() if node.operator in values.MIRRORED:
            return _comparison(node, scope)
        case Is():
            from dealcli.language.clauses import compile_is

            return compile_is(node, scope)
        case Where():
            return _such_event(node, scope)
        case Becomes():
            raise LanguageError("this says that something occurs; a condition is needed here", node,
                                hint=f"a condition is written with is: '... is {node.stages[0]}'")  # fmt: skip
    typed = compile_value(node, scope)
    return as_condition(typed, node)


def as_condition(typed: Typed, node: Node) -> Function:
    """A boolean value, or an event (= it has happened), as a condition."""
    inner = typed.function
    if typed.type.name == "event":
        event: EventType = typed.type.of
        return lambda env: env.run.has_happened(event, inner(env))
    if typed.type.name not in ("boolean", "any"):
        raise LanguageError(f"a condition is needed here, this is a {typed.type}", node, code="DC304",
                            hint="compare it with something: x = y, x > y")  # fmt: skip
    return lambda env: values.truth_of(inner(env))


def need(typed: Typed, node: Node, *names: str) -> None:
    """Refuse a value whose type is none of ``names``."""
    if typed.type.name not in names and typed.type.name not in ("any", "none"):
        wanted = " or ".join(names)
        raise LanguageError(f"a {wanted} is needed here, this is a {typed.type}", node, code="DC304")


# --- constants and names ---------------------------------------------------------------------------------------------


def _literal(node: Literal) -> Typed:
    value = node.value
    kind = {"money": lambda: money_of(value.currency), "number": lambda: NUMBER, "duration": lambda: DURATION,
            "date": lambda: DATE, "instant": lambda: INSTANT, "text": lambda: TEXT, "boolean": lambda: BOOLEAN,
            "none": lambda: NONE, "period": lambda: PERIOD}[node.type]()  # fmt: skip
    return Typed(lambda env: value, kind, constant=True)


def _name(node: Name, scope: Scope) -> Typed:
    name = node.name
    if scope.element and name in scope.element.attributes:
        kind = scope.element.attributes[name].type
        return Typed(lambda env: env.element.values.get(name), kind)
    if not scope.element:
        bare = _bare_attribute(node, scope)
        if bare:
            return bare
    special = _special_name(name, scope)
    if special:
        return special
    if scope.choices is not None and name in scope.choices:
        chosen = scope.choices[name]
        return Typed(lambda env: chosen, TEXT, constant=True)
    if not scope.deal.find(name, scope.agreement, VALUES):
        _explain_unknown(node, scope)
    thing = scope.deal.resolve(name, scope.agreement, VALUES, node)
    return declared_value(thing, node, scope)


def _bare_attribute(node: Name, scope: Scope) -> Typed | None:
    name = node.name
    kinds = [event.attributes[name].type for event in scope.at_hand if name in event.attributes]
    if not kinds:
        return None
    kind = kinds[0]
    for other in kinds[1:]:
        kind = joined(kind, other) or ANY
    return Typed(lambda env: None if env.event is None else env.event.values.get(name), kind)


def _special_name(name: str, scope: Scope) -> Typed | None:
    if scope.own and name == scope.own[0]:
        return Typed(lambda env: env.own, scope.own[1])
    if scope.recurring and name == "period":
        return Typed(lambda env: env.names.get("period"), PERIOD)
    if scope.in_instance and name == "bearer":
        return Typed(lambda env: env.instance.bearer, PARTY)
    if scope.in_instance and name == "counterparty":
        return Typed(lambda env: env.instance.counterparty, PARTY)
    if name in scope.keys:
        return Typed(lambda env: env.names.get(name), scope.keys[name])
    return None


def _explain_unknown(node: Name, scope: Scope) -> None:
    """Better words for the usual slips: a clause's name as a value, a word without quotes, an outer event's attribute."""
    if scope.deal.find(node.name, scope.agreement, (ClauseName,)):
        raise LanguageError(f"'{node.name}' is a clause: say what about it", node, code="DC304",
                            hint=f"'{node.name} is in_force', 'outstanding({node.name})'")  # fmt: skip
    if scope.element and any(node.name in event.attributes for event in scope.at_hand):
        outer = next(event.name for event in scope.at_hand if node.name in event.attributes)
        raise LanguageError(f"'{node.name}' is no attribute of {scope.element.name}", node, code="DC302",
                            hint=f"the outer event is reached by its name: {outer}.{node.name}")  # fmt: skip
    things = [t.name for ts in scope.deal.names.values() for t in ts if isinstance(t, VALUES)]
    nearby = [a for event in (*scope.at_hand, *((scope.element,) if scope.element else ())) for a in event.attributes]
    from dealcli.diagnostics import nearest

    close = nearest(node.name, {*things, *nearby, *scope.keys})
    hint = f"did you mean {' or '.join(close)}?" if close else f"a text is written in single quotes: '{node.name}'"
    raise LanguageError(f"nothing here is called '{node.name}'", node, code="DC302", hint=hint)


def declared_value(thing: Any, node: Node, scope: Scope) -> Typed:
    """The value of a declared name: an event (itself), a fact, a measure, a term or a party."""
    if isinstance(thing, EventType):
        return event_value(thing, scope)
    if isinstance(thing, Term):
        scope.reads.add(Read("term", thing))
        value = thing.value
        return Typed(lambda env: value, thing.type, constant=True)
    if isinstance(thing, Party):
        name = thing.name
        return Typed(lambda env: name, PARTY, constant=True)
    return fluent_value(thing, node, scope)


# --- events ----------------------------------------------------------------------------------------------------------


def event_value(event: EventType, scope: Scope) -> Typed:
    """The event that a name means: the instance's maker, the event at hand, the aggregate's element, else the newest."""
    event.read = True
    kind = Type("event", of=event)
    if scope.element is event and (scope.element_named or not _reachable(event, scope)):
        return Typed(lambda env: env.element, kind)
    keys = scope.shared_keys(event.attributes)
    event.newest_by.add(keys)
    scope.reads.add(Read("event", event, bool(keys)))
    from_maker, at_hand = event.full in scope.makers, event in scope.at_hand
    full = event.full

    def look(env: Env) -> Any:
        if from_maker and env.instance is not None:
            made = env.instance.makers.get(full)
            if made is not None:
                return made
        if at_hand and env.event is not None and env.event.type is event:
            return env.event
        return env.run.newest(event, keys, key_values(env, keys))

    return Typed(look, kind)


def _reachable(event: EventType, scope: Scope) -> bool:
    return event in scope.at_hand or event.full in scope.makers


def key_values(env: Env, keys: tuple[str, ...]) -> tuple[Any, ...]:
    """The values bound to these keys: the instance's or fluent's, else those of the event at hand."""
    if not keys:
        return ()
    names, event = env.names, env.event
    return tuple(names[k] if k in names else event.values.get(k) if event is not None else None for k in keys)


def such_event(node: Where, scope: Scope) -> Typed:
    """``event where condition`` as a value: the newest one of which the condition is true."""
    event = named_event(node.source, scope)
    if event is None:
        raise LanguageError("where narrows an event", node.source, hint="conditions are joined with and")
    event.kept = event.read = True
    keys = scope.shared_keys(event.attributes)
    event.kept_by.add(keys)
    scope.reads.add(Read("event", event, bool(keys)))
    condition = compile_condition(node.condition, scope.but(element=event, element_named=False))

    def look(env: Env) -> Any:
        outer = env.element
        doubtful = False
        try:
            for element in reversed(env.run.occurrences(event, keys, key_values(env, keys))):
                env.element = element
                truth = condition(env)
                if truth is True and element.certain:
                    return UNKNOWN if doubtful else element
                doubtful = doubtful or truth is not False
        finally:
            env.element = outer
        return UNKNOWN if doubtful else None

    return Typed(look, Type("event", of=event))


def _such_event(node: Where, scope: Scope) -> Function:
    found = such_event(node, scope)
    event: EventType = found.type.of
    look = found.function

    def condition(env: Env) -> Any:
        element = look(env)
        if element is None:
            return UNKNOWN if env.run.is_partial(event) else False
        # An unconfirmed one before it does not matter: one has certainly happened only if a certain one is among them.
        return UNKNOWN if element is UNKNOWN else True

    return condition


def named_event(node: Node, scope: Scope) -> EventType | None:
    """The event type that a node names, or None."""
    if isinstance(node, Name):
        found = scope.deal.find(node.name, scope.agreement, (EventType,))
        return scope.deal.resolve(node.name, scope.agreement, (EventType,), node) if found else None
    if isinstance(node, Attribute) and isinstance(node.base, Name) and node.base.name in scope.deal.agreements:
        found = [t for t in scope.deal.names.get(node.name, ()) if t.agreement == node.base.name]
        return next((t for t in found if isinstance(t, EventType)), None)
    return None


# --- facts and measures ----------------------------------------------------------------------------------------------


def fluent_value(thing: Fluent, node: Node, scope: Scope, given: tuple[Function, ...] | None = None) -> Typed:
    """A fact's truth or a measure's value, for the key given in brackets or bound here."""
    if given is None and not all(scope.binds(key) for key in thing.keys):
        raise LanguageError(f"'{thing.name}' has a value per {', '.join(thing.keys)}", node, code="DC305",
                            hint=f"write {thing.name}[...], or sum, count, any or every over all of them")  # fmt: skip
    kind = "fact" if isinstance(thing, Fact) else "measure"
    scope.reads.add(Read(kind, thing, given is None and bool(thing.keys)))
    read = _fluent_reader(thing, given)
    if scope.element is not None and given is None:
        # An aggregate sees facts and measures as they stood at its element: they are noted when the event comes.
        element = scope.element
        slot = len(element.marks)
        element.marks.append(read)
        return Typed(lambda env: env.element.marks[slot], thing.type)
    return Typed(read, thing.type)


def _fluent_reader(thing: Fluent, given: tuple[Function, ...] | None) -> Function:
    keys = thing.keys
    if given is not None:
        return lambda env: env.run.fluent(thing, tuple(key(env) for key in given))
    if not keys:
        return lambda env: env.run.fluent(thing, ())
    return lambda env: env.run.fluent(thing, key_values(env, keys))


# --- attributes and look-ups -----------------------------------------------------------------------------------------


def _attribute(node: Attribute, scope: Scope) -> Typed:
    base = node.base
    if isinstance(base, Name) and base.name in scope.deal.agreements and not _is_value(base, scope):
        thing = scope.deal.inside(base.name, node.name, VALUES, node)
        return declared_value(thing, node, scope)
    typed = such_event(base, scope) if isinstance(base, Where) else compile_value(base, scope)
    inner, name, kind = typed.function, node.name, typed.type
    if kind.name == "event":
        return _event_attribute(node, inner, kind.of, scope)
    if kind.name == "period" and name in ("start", "end"):
        return Typed(lambda env: _part(inner(env), name), DATE)
    if kind.name == "record":
        fields = dict(kind.fields)
        if name in fields:
            return Typed(lambda env: _field(inner(env), name), fields[name])
    if kind.name == "any":
        return Typed(lambda env: _field(inner(env), name), ANY)
    raise LanguageError(f"a {kind} has no '{name}'", node, code="DC302")


def _is_value(node: Name, scope: Scope) -> bool:
    return bool(scope.deal.find(node.name, scope.agreement, (EventType,))) or node.name in scope.keys


def _part(period: Any, name: str) -> Any:
    return period if period is None or period is UNKNOWN else getattr(period, name)


def _field(record: Any, name: str) -> Any:
    return record.get(name) if isinstance(record, dict) else record if record is UNKNOWN else None


def _event_attribute(node: Attribute, look: Function, event: EventType, scope: Scope) -> Typed:
    name = node.name
    if name == "date":
        return Typed(lambda env: _of_event(look(env), lambda e: e.day), DATE)
    if name == "at":
        return Typed(lambda env: _of_event(look(env), lambda e: e.at or e.day), INSTANT)
    if name not in event.attributes:
        from dealcli.diagnostics import did_you_mean

        raise LanguageError(f"the event {event.name} has no attribute '{name}'", node, code="DC302",
                            hint=did_you_mean(name, [*event.attributes, "date", "at"]))  # fmt: skip
    kind = event.attributes[name].type

    def attribute(env: Env) -> Any:
        occurrence = look(env)
        if occurrence is None or occurrence is UNKNOWN:
            return occurrence
        return occurrence.values.get(name)

    return Typed(attribute, kind)


def _of_event(occurrence: Any, part: Callable[[Any], Any]) -> Any:
    return occurrence if occurrence is None or occurrence is UNKNOWN else part(occurrence)


def _lookup(node: Lookup, scope: Scope) -> Typed:
    event = named_event(node.base, scope)
    keys = tuple(compile_value(key, scope) for key in node.keys)
    functions = tuple(key.function for key in keys)
    if event is not None:
        return _event_by_id(event, functions, node, scope)
    thing = _named_thing(node.base, scope)
    if isinstance(thing, Fluent):
        if len(functions) != len(thing.keys):
            raise LanguageError(f"'{thing.name}' takes {len(thing.keys)} keys", node, code="DC305")
        if all(isinstance(key, Name) and key.name == own for key, own in zip(node.keys, thing.keys, strict=True)):
            if scope.element is None and all(scope.binds(key) for key in thing.keys):
                return fluent_value(thing, node, scope)
        return fluent_value(thing, node, scope, functions)
    base = compile_value(node.base, scope)
    if base.type.name in ("table", "any") and len(functions) == 1:
        inner, key = base.function, functions[0]
        item = base.type.item or ANY
        return Typed(lambda env: look_up(inner(env), key(env)), item)
    raise LanguageError(f"a {base.type} is not looked up by a key", node, code="DC304")


def _named_thing(node: Node, scope: Scope) -> Any:
    if isinstance(node, Name):
        found = scope.deal.find(node.name, scope.agreement, (Fact, Measure))
        return scope.deal.resolve(node.name, scope.agreement, (Fact, Measure), node) if found else None
    if isinstance(node, Attribute) and isinstance(node.base, Name) and node.base.name in scope.deal.agreements:
        return scope.deal.inside(node.base.name, node.name, VALUES, node)
    return None


def _event_by_id(event: EventType, keys: tuple[Function, ...], node: Node, scope: Scope) -> Typed:
    ids = event.ids
    if len(ids) != 1 or len(keys) != 1:
        raise LanguageError(f"the event {event.name} is not looked up by a key: it needs exactly one id attribute", node,
                            code="DC305", hint=f"write latest({event.name}.x where ... = ...)")  # fmt: skip
    event.read = True
    event.newest_by.add(ids)
    scope.reads.add(Read("event", event, False))
    key = keys[0]
    return Typed(lambda env: env.run.newest(event, ids, (key(env),)), Type("event", of=event))


def look_up(table: Any, key: Any) -> Any:
    """The value of a table at a key: exact keys of a mapping, or the band a number falls in; missing outside."""
    if table is None or key is None:
        return None
    if table is UNKNOWN or values.is_unknown(key):
        return UNKNOWN
    if isinstance(table, dict):
        return table.get(key)
    for band in table:
        if band.holds(key):
            return band.value
    return None


# --- operators -------------------------------------------------------------------------------------------------------


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


def _after(node: After, scope: Scope) -> Typed:
    """``30 days after <trigger>`` as a day: counted from the newest occurrence."""
    from dealcli.language.clauses import occurred_at

    delay = compile_value(node.delay, scope)
    need(delay, node.delay, "duration")
    moment = occurred_at(node.source, scope)
    length, calendar = delay.function, scope.calendar
    return Typed(lambda env: shift(moment(env), length(env), calendar), DATE)


def shift(moment: Any, length: Any, calendar: Any, sign: int = 1) -> Any:
    """A moment moved by a duration; missing and unknown spread, a lower bound moves along."""
    if moment is None or length is None:
        return None
    if type(moment) is values.AtLeast and not values.is_unknown(length):
        return values.AtLeast(add(moment.bound, length, calendar, sign))
    if values.is_unknown(moment) or values.is_unknown(length):
        return UNKNOWN
    return add(moment, length, calendar, sign)


def _arithmetic(node: Binary, scope: Scope) -> Typed:
    left, right = compile_value(node.left, scope), compile_value(node.right, scope)
    from dealcli.language.operators import arithmetic

    return arithmetic(node, left, right, scope)


def _junction(node: Binary, scope: Scope) -> Function:
    left, right = compile_condition(node.left, scope), compile_condition(node.right, scope)
    if node.operator == "and":

        def both(env: Env) -> Any:
            first = left(env)
            if first is False:
                return False
            second = right(env)
            return second if first is True or second is False else UNKNOWN

        return both

    def either(env: Env) -> Any:
        first = left(env)
        if first is True:
            return True
        second = right(env)
        return second if first is False or second is True else UNKNOWN

    return either


def _membership(node: Binary, scope: Scope) -> Function:
    left = compile_value(node.left, scope)
    if isinstance(node.right, Group):
        items = [compile_value(item, scope) for item in node.right.items]
        for item, source in zip(items, node.right.items, strict=True):
            _check_comparable(left.type, item.type, source)
        look, functions = left.function, [item.function for item in items]
        return lambda env: _any_equal(look(env), [f(env) for f in functions])
    right = compile_value(node.right, scope)
    if right.type.name not in ("list", "any"):
        return _equality(left, right, node)
    one, many = left.function, right.function
    return lambda env: _any_equal(one(env), many(env))


def _any_equal(value: Any, items: Any) -> Any:
    if items is None or value is None:
        return False
    if items is UNKNOWN:
        return UNKNOWN
    truth: Any = False
    for item in items:
        truth = values.either(truth, values.compare("=", value, item))
    return truth


def _equality(left: Typed, right: Typed, node: Binary) -> Function:
    _check_comparable(left.type, right.type, node)
    one, two = left.function, right.function
    return lambda env: values.compare("=", one(env), two(env))


def _check_comparable(left: Type, right: Type, node: Node) -> None:
    if left.name == right.name == "money" and not comparable_types(left, right):
        raise LanguageError(f"{left.words[0]} and {right.words[0]} do not mix", node, code="DC306")
    if not comparable_types(left, right):
        hint = "write days(a, b) to compare a stretch of days" if "duration" in (left.name, right.name) else ""
        raise LanguageError(f"a {left} is not compared with a {right}", node, code="DC304", hint=hint)


def _comparison(node: Binary, scope: Scope) -> Function:
    if isinstance(node.right, Literal) and node.right.type == "none" and node.operator in ("=", "!="):
        return _missing_test(node, scope)
    if isinstance(node.left, Today) != isinstance(node.right, Today):
        turning = _today_comparison(node, scope)
        if turning:
            return turning
    left, right = compile_value(node.left, scope), compile_value(node.right, scope)
    _check_comparable(left.type, right.type, node)
    for typed, side in ((left, node.left), (right, node.right)):
        if typed.type.name in ("event", "table", "list", "record"):
            raise LanguageError(f"a {typed.type} is not compared", side, code="DC304")
    if left.type.name == "duration":
        _check_durations(node)
    if node.operator not in ("=", "!=") and left.type.name in ("text", "party", "boolean", "period"):
        raise LanguageError(f"a {left.type} has no order", node, code="DC304")
    operator, one, two = node.operator, left.function, right.function
    compare = values.compare
    return lambda env: compare(operator, one(env), two(env))


def _check_durations(node: Binary) -> None:
    sides = [s.value.kind for s in (node.left, node.right) if isinstance(s, Literal) and isinstance(s.value, Duration)]
    if len(set(sides)) > 1 or "mixed" in sides:
        raise LanguageError("months, days, business days and hours are not compared with each other", node, code="DC307")


def _missing_test(node: Binary, scope: Scope) -> Function:
    look = compile_value(node.left, scope).function
    if node.operator == "=":
        return lambda env: look(env) is None
    return lambda env: look(env) is not None


def _today_comparison(node: Binary, scope: Scope) -> Function | None:
    """``today`` beside a date: the run is told on which day the comparison turns."""
    swapped = isinstance(node.right, Today)
    other = compile_value(node.left if swapped else node.right, scope)
    if other.type.name not in (*DATES, "any"):
        return None
    operator = values.MIRRORED[node.operator] if swapped else node.operator
    look = other.function
    scope.reads.add(Read("turns", None))

    def compare(env: Env) -> Any:
        day = look(env)
        if day is None:
            return False
        if day is not UNKNOWN:
            bound = civil_day(day.bound if type(day) is values.AtLeast else day)
            env.run.turns_on(bound, operator)
        return values.compare(operator, env.run.today, day)

    return compare


__all__ = ["ID", "INSTANT", "MONEY", "EVENT", "AgreementName", "Typed", "compile_condition", "compile_value"]
