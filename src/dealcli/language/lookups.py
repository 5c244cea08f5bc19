"""``x.name`` and ``x[key]``: attributes of events, fields of records, parts of periods, tables, keyed things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from dealcli.dates import civil_day
from dealcli.diagnostics import did_you_mean
from dealcli.language import values
from dealcli.language.compiler import Function, Typed, compile_value, value_rule
from dealcli.language.declarations import VALUES, EventType, Fact, Fluent, Measure, Read
from dealcli.language.events import named_event, such_event
from dealcli.language.names import declared_value, fluent_value
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Attribute, LanguageError, Lookup, Name, Node, Where
from dealcli.language.types import ANY, DATE, INSTANT, Type
from dealcli.language.values import UNKNOWN
from dealcli.money import Money, show_number


class Band(NamedTuple):
    """One row of a table of bands."""

    low: Any
    low_included: bool
    high: Any
    high_included: bool
    value: Any

    def holds(self, key: Any) -> bool:
        """Whether a key of the kind of the bounds lies between them."""
        number, low, high = (values.amount_number(one) for one in (key, self.low, self.high))
        if low is not None and (number < low or (number == low and not self.low_included)):
            return False
        return high is None or number < high or (number == high and self.high_included)


@value_rule(Attribute)
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
        return Typed(lambda env: of_event(look(env), lambda e: e.day), DATE)
    if name == "at":
        return Typed(lambda env: of_event(look(env), lambda e: e.at or e.day), INSTANT)
    if name not in event.attributes:
        raise LanguageError(f"the event {event.name} has no attribute '{name}'", node, code="DC302",
                            hint=did_you_mean(name, [*event.attributes, "date", "at"]))  # fmt: skip
    kind = event.attributes[name].type

    def attribute(env: Env) -> Any:
        occurrence = look(env)
        if occurrence is None or occurrence is UNKNOWN:
            return occurrence
        return occurrence.values.get(name)

    return Typed(attribute, kind)


def of_event(occurrence: Any, part: Callable[[Any], Any]) -> Any:
    """A part of an event; missing where there is none, unknown where it only perhaps happened."""
    return occurrence if occurrence is None or occurrence is UNKNOWN else part(occurrence)


@value_rule(Lookup)
def _lookup(node: Lookup, scope: Scope) -> Typed:
    event = named_event(node.base, scope)
    keys = tuple(compile_value(key, scope) for key in node.keys)
    functions = tuple(key.function for key in keys)
    if event is not None:
        return _event_by_id(event, functions, node, scope)
    thing = named_fluent(node.base, scope)
    if isinstance(thing, Fluent):
        if len(functions) != len(thing.keys):
            raise LanguageError(f"'{thing.name}' takes {len(thing.keys)} keys", node, code="DC305")
        if all(isinstance(key, Name) and key.name == own for key, own in zip(node.keys, thing.keys, strict=True)):
            if scope.element is None and all(scope.binds(key) for key in thing.keys):
                return fluent_value(thing, node, scope)
        return fluent_value(thing, node, scope, functions)
    base = compile_value(node.base, scope)
    if base.type.name in ("table", "any") and len(keys) == 1:
        return _table(base, keys[0], node)
    raise LanguageError(f"a {base.type} is not looked up by a key", node, code="DC304")


def named_fluent(node: Node, scope: Scope) -> Fluent | None:
    """The fact or measure that a node names (``name`` or ``agreement.name``), or None."""
    thing: Any = None
    if isinstance(node, Name) and scope.deal.find(node.name, scope.agreement, (Fact, Measure)):
        thing = scope.deal.resolve(node.name, scope.agreement, (Fact, Measure), node)
    elif isinstance(node, Attribute) and isinstance(node.base, Name) and node.base.name in scope.deal.agreements:
        thing = scope.deal.inside(node.base.name, node.name, VALUES, node)
    return thing if isinstance(thing, Fluent) else None


def _event_by_id(event: EventType, keys: tuple[Function, ...], node: Node, scope: Scope) -> Typed:
    ids = event.ids
    if len(ids) != 1 or len(keys) != 1:
        raise LanguageError(f"the event {event.name} is not looked up by a key without exactly one id attribute", node,
                            code="DC305", hint=f"write latest({event.name}.x where ... = ...)")  # fmt: skip
    event.read = True
    event.newest_by.add(ids)
    scope.reads.add(Read("event", event, False))
    key = keys[0]

    def look(env: Env) -> Any:
        wanted = key(env)
        return UNKNOWN if wanted is UNKNOWN else env.run.newest(event, ids, (wanted,))

    def happened(env: Env) -> Any:
        wanted = key(env)
        if wanted is not UNKNOWN and env.run.certain(event, ids, (wanted,)):
            return True
        return env.run.has_happened(event, look(env))

    return Typed(look, Type("event", of=event), happened=happened)


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(base: Typed, key: Typed, node: Lookup) -> Typed:
    """``table[key]``, refused where no row of a known table can ever be met by a key of that type."""
    table = base.function(None) if base.constant else None  # type: ignore[arg-type]
    if isinstance(table, tuple) and key.type.name not in (
        "number",
        "money",
        "duration",
        "date",
        "instant",
        "any",
        "none",
    ):
        raise LanguageError(f"bands are looked up by a number, this is a {key.type}", node.keys[0], code="DC304")
    if key.type.name in ("event", "list", "record", "table"):
        raise LanguageError(f"a {key.type} is no key", node.keys[0], code="DC304")
    inner, found = base.function, key.function
    return Typed(lambda env: look_up(inner(env), found(env)), base.type.item or ANY)


def look_up(table: Any, key: Any) -> Any:
    """The value of a table at a key: exact keys of a mapping, or the band a number falls in; missing outside."""
    if table is None or key is None:
        return None
    if table is UNKNOWN or values.is_unknown(key):
        return UNKNOWN
    if isinstance(table, dict):
        return table.get(_key_text(key))
    key = civil_day(key) if isinstance(key, datetime) else key
    for band in table if isinstance(table, tuple) else ():
        if isinstance(band, Band) and _measurable(key, band) and band.holds(key):
            return band.value
    return None


def _key_text(key: Any) -> str:
    """A key as it is written in a mapping, where every key is text."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return show_number(key) if isinstance(key, int | Fraction) else str(key)


def _measurable(key: Any, band: Band) -> bool:
    """Whether a key is of the kind of a band's bounds, so that it lies inside or outside."""
    bound = band.low if band.low is not None else band.high
    if type(bound) is Money and type(key) is Money:
        return values.same_currency(key, bound)
    return bound is None or any(_is(key, *kinds) and _is(bound, *kinds) for kinds in ((int, Fraction, Money), (date,)))


def _is(value: Any, *kinds: type) -> bool:
    return isinstance(value, kinds)
