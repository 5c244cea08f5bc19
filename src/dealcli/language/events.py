"""Events in expressions: which occurrence an event's name means, and the newest one of which a condition is true."""

from __future__ import annotations

from typing import Any

from dealcli.language.compiler import Function, Typed, compile_condition, condition_rule
from dealcli.language.declarations import EventType, Read
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import LanguageError, Node, Where
from dealcli.language.types import Type
from dealcli.language.values import UNKNOWN


def event_value(event: EventType, scope: Scope) -> Typed:
    """The event that a name means: the aggregate's element, the instance's maker, the event at hand, the newest."""
    event.read = True
    kind = Type("event", of=event)
    if scope.element is event and (scope.element_named or not _reachable(event, scope)):
        return Typed(lambda env: env.element, kind, happened=lambda env: True if env.element.certain else UNKNOWN)
    keys = scope.shared_keys(event.attributes)
    event.newest_by.update(scope.bindings(keys))
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
        return env.run.newest(event, *bound(env, keys))

    def happened(env: Env) -> Any:
        found = look(env)
        if found is UNKNOWN and env.run.certain(event, *bound(env, keys)):
            return True
        return env.run.has_happened(event, found)

    return Typed(look, kind, happened=happened)


def _reachable(event: EventType, scope: Scope) -> bool:
    return event in scope.at_hand or event.full in scope.makers


def key_values(env: Env, keys: tuple[str, ...]) -> tuple[Any, ...]:
    """The values bound to these keys: the instance's or fluent's, else those of the event at hand."""
    if not keys:
        return ()
    names, event = env.names, env.event
    return tuple(names[k] if k in names else event.values.get(k) if event is not None else None for k in keys)


def bound(env: Env, keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Those of these keys that are bound, and their values: an event binds its keys only while it is at hand."""
    if keys and env.event is None:
        keys = tuple(key for key in keys if key in env.names)
    return keys, key_values(env, keys)


def such_event(node: Where, scope: Scope) -> Typed:
    """``event where condition`` as a value: the newest one of which the condition is true."""
    event = _narrowed_event(node, scope)
    look = _matching(event, node, scope)

    def newest(env: Env) -> Any:
        found = look(env)
        return found[0] if found else None

    return Typed(newest, Type("event", of=event))


def _matching(event: EventType, node: Where, scope: Scope) -> Function:
    """The newest occurrence of which the condition may be true, then the newest of which it certainly is, as a list.

    The first is UNKNOWN where they differ; the list is empty where there is none, of one item where none is certain.
    """
    event.kept = event.read = True
    keys = scope.shared_keys(event.attributes)
    event.kept_by.update(scope.bindings(keys))
    scope.reads.add(Read("event", event, bool(keys)))
    condition = compile_condition(node.condition, scope.but(element=event, element_named=False, element_is_row=False))

    def look(env: Env) -> list[Any]:
        outer, doubtful = env.element, False
        try:
            for element in reversed(env.run.occurrences(event, *bound(env, keys))):
                env.element = element
                truth = condition(env)
                if truth is True and element.certain:
                    return [UNKNOWN if doubtful else element, element]
                doubtful = doubtful or truth is not False
        finally:
            env.element = outer
        return [UNKNOWN] if doubtful else []

    return look


@condition_rule(Where)
def _such_event(node: Where, scope: Scope) -> Function:
    event = _narrowed_event(node, scope)
    look = _matching(event, node, scope)

    def condition(env: Env) -> Any:
        found = look(env)
        if not found:
            return UNKNOWN if env.run.is_partial(event) else False
        return True if len(found) == 2 else UNKNOWN

    return condition


def _narrowed_event(node: Where, scope: Scope) -> EventType:
    event = named_event(node.source, scope)
    if event is None:
        raise LanguageError("where narrows an event", node.source, hint="conditions are joined with and")
    return event


def named_event(node: Node, scope: Scope) -> EventType | None:
    """The event type that a node names, or None."""
    event: EventType | None = scope.deal.named(node, scope.agreement, (EventType,))
    return event
