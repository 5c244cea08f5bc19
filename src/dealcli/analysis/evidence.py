"""Why a condition or value is what it is: every part of it as written, with what the run says of that part.

Nothing is decided here a second time: each part is asked of the very function that the engine compiled for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.diagnostics import Place
from dealcli.engine.program import Clause
from dealcli.engine.records import Event, Moment, Occurrence, Position, Transition, show_key
from dealcli.engine.run import Run
from dealcli.language import tree, values
from dealcli.language.clauses import named_agreement, named_clause
from dealcli.language.compiler import Expression
from dealcli.language.declarations import EventType, Fluent, Party, Term
from dealcli.language.events import key_values, named_event
from dealcli.language.lookups import named_fluent
from dealcli.language.scope import Env
from dealcli.language.tree import LanguageError, Node
from dealcli.slotted import dataclass, replace

JOINED = {"and": "all", "or": "any"}
COMPUTED = ("holds", "is")
DEEPEST = 40
"""Definitions that lead to each other further than this are not followed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One part of a condition or value.

    ``kind``: all, any, not, comparison, fact, measure, term, event, clause, agreement, choice or value. ``since`` is when it
    came to that, ``event`` the event behind it. ``decides`` is False for a part that made no difference to the whole.
    """

    kind: str
    text: str
    value: Any
    name: str = ""
    title: str = ""
    since: Moment | None = None
    event: Event | None = None
    transition: Transition | None = None
    reading: str = ""
    place: Place | None = None
    sources: tuple[str, ...] = ()
    parts: tuple[Evidence, ...] = ()
    decides: bool = True


def walk(evidence: Evidence) -> Iterator[Evidence]:
    """The evidence and everything in it, outer parts first."""
    yield evidence
    for part in evidence.parts:
        yield from walk(part)


class Witness:
    """Tells of a run at the moment at which it stands. ``deepest``: how many definitions are followed into each other."""

    def __init__(self, run: Run, deepest: int = DEEPEST) -> None:
        self.run, self.program, self.deepest = run, run.program, min(deepest, DEEPEST)
        self.last: dict[tuple[str, str, str | None], Transition] = {}
        for transition in run.state.transitions:
            self.last[(transition.kind, transition.name, transition.key)] = transition

    def field(self, thing: Any, key: str, env: Env) -> Evidence | None:
        """A condition or value of a definition; None where it has none, or a trigger in its place."""
        definition = self.program.definitions[thing]
        raw = definition.get(key)
        return None if raw is None else self.written(raw, definition.place_of(key), env)

    def written(self, raw: Any, place: Place, env: Env, depth: int = 0) -> Evidence | None:
        """A text, or a mapping ``all`` / ``any`` / ``not`` of them, at a place."""
        if isinstance(raw, Mapping):
            parts = [one for word, inner in raw.items() if (one := self._combined(str(word), inner, place.at(word), env, depth))]
            return parts[0] if len(parts) == 1 else _joined("all", parts, place)
        expression = self.program.expressions.get(place)
        if expression is None:
            return None
        return replace(self._node(expression.node, expression, env, depth), place=place)

    def _combined(self, word: str, inner: Any, place: Place, env: Env, depth: int) -> Evidence | None:
        many = inner if isinstance(inner, list) else [inner]
        places = [place.at(n) for n in range(len(many))] if isinstance(inner, list) else [place]
        found = (self.written(one, at, env, depth) for one, at in zip(many, places, strict=True))
        parts = [part for part in found if part is not None]
        if word == "not":
            return Evidence("not", "", values.negate(parts[0].value), place=place, parts=tuple(parts)) if parts else None
        return _joined(word, parts, place)

    # --- nodes ------------------------------------------------------------------------------------------------------

    def _node(self, node: Node, expression: Expression, env: Env, depth: int) -> Evidence:
        value = expression.functions[id(node)](env)
        text = expression.text[node.start : node.end]
        match node:
            case tree.Binary(operator="and" | "or"):
                parts = [self._node(part, expression, env, depth) for part in _operands(node, node.operator)]
                return replace(_joined(JOINED[node.operator], parts, None), text=text)
            case tree.Unary(operator="not"):
                return Evidence("not", text, value, parts=(self._node(node.operand, expression, env, depth),))
            case tree.If():
                return Evidence("choice", text, value, parts=tuple(self._taken(node, expression, env, depth)))
        named = self._named(node, expression, env, depth, value)
        if named is not None:
            return replace(named, text=text)
        kind = "comparison" if isinstance(node, tree.Binary) and type(value) is not int else "value"
        return Evidence(kind, text, value, parts=tuple(self._inside(node, expression, env, depth)))

    def _taken(self, node: tree.If, expression: Expression, env: Env, depth: int) -> Iterator[Evidence]:
        condition = self._node(node.condition, expression, env, depth)
        yield condition
        branches = [node.then] if condition.value is True else [node.otherwise] if condition.value is False else [node.then, node.otherwise]
        for branch in branches:
            if branch is not None and not isinstance(branch, tree.Literal):
                yield self._node(branch, expression, env, depth)

    def _inside(self, node: Node, expression: Expression, env: Env, depth: int) -> Iterator[Evidence]:
        """The named things inside a comparison or a calculation. An aggregate is told as one value."""
        if isinstance(node, tree.Call | tree.Where | tree.Literal | tree.Today | tree.Is | tree.Group):
            return
        for child in tree.children(node):
            if id(child) in expression.functions and not isinstance(child, tree.Literal | tree.Today):
                found = self._node(child, expression, env, depth)
                yield from found.parts if found.kind in ("value", "comparison") and found.parts else [found]

    # --- what names stand for ---------------------------------------------------------------------------------------

    def _named(self, node: Node, expression: Expression, env: Env, depth: int, value: Any) -> Evidence | None:
        scope = expression.scope
        try:
            if isinstance(node, tree.Is):
                return self._stage(node, expression, env, depth, value)
            if isinstance(node, tree.Where | tree.Name | tree.Attribute):
                source = node.source if isinstance(node, tree.Where) else node
                if (event := named_event(source, scope)) is not None:
                    return self._happened(event, value, env, None if isinstance(node, tree.Where) else scope.shared_keys(event.attributes))
                if isinstance(node, tree.Attribute) and (event := named_event(node.base, scope)) is not None:
                    return replace(self._happened(event, value, env, scope.shared_keys(event.attributes)), kind="value")
            base = node.base if isinstance(node, tree.Lookup) else node
            fluent = named_fluent(base, scope)
            if fluent is not None and not (isinstance(node, tree.Name) and node.name in scope.keys):
                given = isinstance(node, tree.Lookup)
                keys = tuple(expression.functions[id(k)](env) for k in node.keys) if given else key_values(env, fluent.keys)  # type: ignore[attr-defined]
                return self.fluent(fluent, keys, value, depth)
            thing = scope.deal.named(node, scope.agreement, (Term, Party))
        except (LanguageError, KeyError):
            return None
        return self._term(thing, value) if isinstance(thing, Term) else None

    def _term(self, term: Term, value: Any) -> Evidence:
        return Evidence("term", "", value, term.full, term.title, reading=term.choice, place=self._where(term), sources=self._sources(term))

    def fluent(self, thing: Fluent, key: tuple[Any, ...], value: Any, depth: int = 0) -> Evidence:
        """A fact or measure for a key: by what it was moved, or its own definition part by part."""
        kind = "fact" if thing in self.program.facts else "measure"
        found = Evidence(kind, thing.name, value, thing.full, thing.title, reading=thing.choice,
                         place=self._where(thing), sources=self._sources(thing))  # fmt: skip
        if thing.computed is not None:
            if depth >= self.deepest:
                return found
            definition = self.program.definitions[thing]
            word = next(word for word in COMPUTED if definition.get(word) is not None)
            env = Env(self.run.state, names=dict(zip(thing.keys, key, strict=True)))
            inner = self.written(definition.get(word), definition.place_of(word), env, depth + 1)
            return replace(found, parts=(inner,) if inner is not None else ())
        moved = self.last.get((kind, thing.full, " / ".join(str(part) for part in key) or None))
        return replace(found, since=moved.anchor, event=event_behind(moved), transition=moved) if moved is not None else found

    def _happened(self, kind: EventType, value: Any, env: Env, keys: tuple[str, ...] | None) -> Evidence:
        event = value if isinstance(value, Event) else None
        if event is None and keys is not None:
            newest = self.run.state.newest(kind, keys, key_values(env, keys))
            event = newest if isinstance(newest, Event) else None
        return Evidence("event", kind.name, value, kind.full, kind.title, since=event.moment if event is not None else None, event=event,
                        place=self._where(kind))  # fmt: skip

    def _stage(self, node: tree.Is, expression: Expression, env: Env, depth: int, value: Any) -> Evidence | None:
        if set(node.stages) <= {"true", "false"}:
            return None
        clause = named_clause(node.subject, expression.scope)
        if isinstance(clause, Clause):
            positions = self.run.state.positions_of[clause]
            if len(positions) == 1:
                return replace(self.position(positions[0]), value=value)
            return Evidence("clause", "", value, clause.full, clause.title, place=self._where(clause), sources=clause.sources)
        agreement = named_agreement(node.subject, expression.scope)
        return replace(self.agreement(agreement), value=value) if agreement is not None else None

    def position(self, position: Position) -> Evidence:
        """The stage of a position, and what brought it there."""
        clause = position.clause
        moved = self.last.get(("position", clause.full, position.key_text))
        return Evidence("clause", clause.name, position.shown, clause.full, clause.title, since=position.since,
                        event=event_behind(moved), transition=moved, reading=clause.choice, place=self._where(clause),
                        sources=clause.sources)  # fmt: skip

    def agreement(self, agreement: Any) -> Evidence:
        """The stage of an agreement, and what brought it there."""
        state = self.run.state.agreements[agreement]
        moved = self.last.get(("agreement", agreement.name, None))
        return Evidence("agreement", agreement.name, state.shown, agreement.name, agreement.title, since=state.since,
                        event=event_behind(moved), transition=moved, place=agreement.place.at("agreement"))  # fmt: skip

    def _where(self, thing: Any) -> Place:
        place: Place = thing.place
        return place.at("readings", thing.choice, on_key=True) if thing.choice else replace(place, on_key=bool(place.route))

    def _sources(self, thing: Any) -> tuple[str, ...]:
        written = self.program.definitions[thing].get("sources") or ()
        return (written,) if isinstance(written, str) else tuple(written)


def event_behind(moved: Transition | Occurrence | None) -> Event | None:
    """The event that set something in motion, however many steps before it."""
    cause = moved.cause if isinstance(moved, Transition) else moved
    while cause is not None:
        if cause.event is not None:
            return cause.event
        cause = cause.cause
    return None


def _operands(node: Node, operator: str) -> Iterator[Node]:
    """The operands of a row of the same operator: ``a and b and c`` has three."""
    if isinstance(node, tree.Binary) and node.operator == operator:
        yield from _operands(node.left, operator)
        yield from _operands(node.right, operator)
    else:
        yield node


def _joined(word: str, parts: Iterable[Evidence], place: Place | None) -> Evidence:
    """Several parts that must all hold, or of which one must. Those of the other truth than the whole did not decide it."""
    found = tuple(parts)
    value: Any = word == "all"
    for part in found:
        value = values.both(value, values.truth_of(part.value)) if word == "all" else values.either(value, values.truth_of(part.value))
    return Evidence(word, "", value, place=place, parts=tuple(_weighed(part, word, value) for part in found))


def _weighed(part: Evidence, word: str, whole: Any) -> Evidence:
    """A part of the other truth than the whole decides nothing; where the whole is unknown its unknown parts do."""
    neutral = word == "all"
    idle = values.truth_of(part.value) is neutral if whole is not neutral else False
    return replace(part, decides=not idle)


def key_text(key: tuple[Any, ...]) -> str | None:
    """The key of a fact or measure as it is printed."""
    return " / ".join(show_key(part) for part in key) or None


__all__ = ["Evidence", "Witness", "event_behind", "key_text", "walk"]
