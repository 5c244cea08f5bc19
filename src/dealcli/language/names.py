"""Constants and names: what a word in an expression stands for, by the order that the language gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dealcli.diagnostics import nearest
from dealcli.language.compiler import Function, Typed, value_rule
from dealcli.language.declarations import VALUES, ClauseName, EventType, Fact, Fluent, Party, Read, Term
from dealcli.language.events import event_value, key_values
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Group, LanguageError, Literal, Name, Node, Today
from dealcli.language.types import (
    ANY,
    BOOLEAN,
    DATE,
    DURATION,
    INSTANT,
    NONE,
    NUMBER,
    PARTY,
    PERIOD,
    TEXT,
    joined,
    money_of,
)  # fmt: skip
from dealcli.language.values import UNKNOWN, is_unknown

_LITERALS = {"number": NUMBER, "duration": DURATION, "date": DATE, "instant": INSTANT, "text": TEXT, "boolean": BOOLEAN,
             "none": NONE, "period": PERIOD}  # fmt: skip


@value_rule(Literal)
def _literal(node: Literal, scope: Scope) -> Typed:
    value = node.value
    if node.type == "instant":
        value = _zoned(value, node, scope)
    kind = money_of(value.currency) if node.type == "money" else _LITERALS[node.type]
    return Typed(lambda env: value, kind, constant=True)


def _zoned(instant: datetime, node: Node, scope: Scope) -> datetime:
    """The instant in the zone of the deal; one without an offset is in that of its agreement."""
    try:
        return (instant if instant.tzinfo else instant.replace(tzinfo=scope.zone)).astimezone(scope.deal_zone)
    except OverflowError:
        raise LanguageError("an instant beyond the year 9999 or before the year 1", node) from None


@value_rule(Today)
def _today(node: Today, scope: Scope) -> Typed:
    scope.reads.add(Read("today", None))
    return Typed(lambda env: env.run.read_today(), DATE)


@value_rule(Group)
def _several(node: Group, scope: Scope) -> Typed:
    raise LanguageError("several values in brackets stand only after in", node)


@value_rule(Name)
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
        return Typed(_chosen_word(name, scope.choices), TEXT, constant=True)
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
    """Better words for the usual slips: a clause as a value, a word without quotes, an outer event's attribute."""
    if scope.deal.find(node.name, scope.agreement, (ClauseName,)):
        raise LanguageError(f"'{node.name}' is a clause: say what about it", node, code="DC304",
                            hint=f"'{node.name} is in_force', 'outstanding({node.name})'")  # fmt: skip
    if scope.element and any(node.name in event.attributes for event in scope.at_hand):
        outer = next(event.name for event in scope.at_hand if node.name in event.attributes)
        raise LanguageError(f"'{node.name}' is no attribute of {scope.element.name}", node, code="DC302",
                            hint=f"the outer event is reached by its name: {outer}.{node.name}")  # fmt: skip
    things = [t.name for ts in scope.deal.names.values() for t in ts if isinstance(t, VALUES)]
    nearby = [a for event in (*scope.at_hand, *((scope.element,) if scope.element else ())) for a in event.attributes]
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
        return Typed(_open_term(thing) if thing.open else lambda env: value, thing.type, constant=True)
    if isinstance(thing, Party):
        name = thing.name
        return Typed(lambda env: name, PARTY, constant=True)
    return fluent_value(thing, node, scope)


def _open_term(term: Term) -> Function:
    """A term with alternatives: read when it is asked for, because a program may be run again with another value."""

    def read(env: Env | None) -> Any:
        _note(env, term.full)
        return term.value

    return read


def _chosen_word(name: str, choices: dict[str, str]) -> Function:
    """The reading that is chosen for a definition, as a word."""

    def read(env: Env | None) -> Any:
        _note(env, name)
        return choices[name]

    return read


def _note(env: Env | None, name: str) -> None:
    """Let the run know that it looked at something that might have been otherwise."""
    if env is not None and env.run is not None:
        env.run.program.looked.add(name)


# --- facts and measures ----------------------------------------------------------------------------------------------


def fluent_value(thing: Fluent, node: Node, scope: Scope, given: tuple[Function, ...] | None = None) -> Typed:
    """A fact's truth or a measure's value, for the key given in brackets or bound here."""
    if given is None and not all(scope.binds(key) for key in thing.keys):
        raise LanguageError(f"'{thing.name}' has a value per {', '.join(thing.keys)}", node, code="DC305",
                            hint=f"write {thing.name}[...], or sum, count, any or every over all of them")  # fmt: skip
    kind = "fact" if isinstance(thing, Fact) else "measure"
    scope.reads.add(Read(kind, thing, given is None and bool(thing.keys)))
    read = _fluent_reader(thing, given)
    if scope.element is not None and given is None and not scope.element_is_row:
        # An aggregate sees facts and measures as they stood at its element: they are noted when the event comes.
        element = scope.element
        slot = len(element.marks)
        element.marks.append(read)
        return Typed(lambda env: env.element.marks[slot], thing.type)
    return Typed(read, thing.type)


def _fluent_reader(thing: Fluent, given: tuple[Function, ...] | None) -> Function:
    keys = thing.keys
    if given is not None:
        return lambda env: _at_key(env, thing, tuple(key(env) for key in given))
    if not keys:
        return lambda env: env.run.fluent(thing, ())
    return lambda env: env.run.fluent(thing, key_values(env, keys))


def _at_key(env: Env, thing: Fluent, key: tuple[Any, ...]) -> Any:
    """The value at a key that was looked up: missing for a missing key, unknown for an unknown one."""
    if any(is_unknown(part) for part in key):
        return UNKNOWN
    return None if None in key else env.run.fluent(thing, key)
