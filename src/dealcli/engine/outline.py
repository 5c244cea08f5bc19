"""The outline of all clauses: who makes instances of what, under which key; every field is compiled against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dealcli.engine import lifecycle
from dealcli.engine.declare import Declarations
from dealcli.engine.program import Clause
from dealcli.language.clauses import named_clause
from dealcli.language.declarations import EventType
from dealcli.language.events import named_event
from dealcli.language.parser import parse
from dealcli.language.scope import Scope
from dealcli.language.tree import After, Attribute, Becomes, Binary, LanguageError, Name, Node, Where
from dealcli.language.types import ID, Type

HANDED_ON = ("act", "breached_by", "waived_by", "discharged_by", "until", "from")


class Outline:
    """What is known of the clauses of one deal before their fields are compiled. Call ``draw`` first."""

    def __init__(self, declared: Declarations) -> None:
        self.declared, self.deal = declared, declared.deal
        self.sources_of: dict[Clause, list[Clause]] = {}
        self.events_of: dict[Clause, list[EventType]] = {}
        self.key_types: dict[Clause, dict[str, Type]] = {}
        self.handed_on: dict[Clause, frozenset[str]] = {}
        self.settled: set[Clause] = set()
        """Clauses with a finished outline of which no instance can come from another one of itself."""

    def draw(self, clauses: Iterable[Clause]) -> None:
        """Give each clause its kind and keys, and the events that an instance may know by name."""
        for clause in clauses:
            self._begin(clause)
        for clause in self._sources_first(clauses):
            self._finish(clause)
            if self.settled.issuperset(self.sources_of[clause]):
                self.settled.add(clause)

    def _begin(self, clause: Clause) -> None:
        """Kind, group, key names and what makes the instances, as far as the clause's own text tells."""
        definition = self.declared.definitions[clause]
        clause.group = "standing" if definition.get("maintain") is not None else lifecycle.GROUPS.get(clause.kind, "duty")
        key = definition.get("key") or ()
        clause.keys = (key,) if isinstance(key, str) else tuple(key)
        clause.own_key = bool(clause.keys)
        for_each = definition.get("for_each")
        clause.plain = for_each is None and definition.get("every") is None
        bearers = definition.get("bearer")
        clause.several_bearers = isinstance(bearers, list) and len(bearers) > 1
        events, clauses = self._made_by(for_each, clause.agreement)
        self.events_of[clause], self.sources_of[clause] = events, clauses

    def _made_by(self, raw: Any, agreement: str) -> tuple[list[EventType], list[Clause]]:
        events: list[EventType] = []
        clauses: list[Clause] = []
        for text in [raw] if isinstance(raw, str) else raw or ():
            try:
                self._sources(parse(str(text)), Scope(self.deal, agreement), events, clauses)
            except LanguageError:
                continue
        return events, clauses

    def _sources(self, node: Node, scope: Scope, events: list[EventType], clauses: list[Clause]) -> None:
        match node:
            case Binary(operator="or"):
                self._sources(node.left, scope, events, clauses)
                self._sources(node.right, scope, events, clauses)
            case Where():
                self._sources(node.source, scope, events, clauses)
            case After():
                self._sources(node.source, scope, events, clauses)
            case Becomes():
                clause = named_clause(node.subject, scope)
                if isinstance(clause, Clause):
                    clauses.append(clause)
            case Name() | Attribute():
                event = named_event(node, scope)
                if event is not None:
                    events.append(event)

    def _sources_first(self, clauses: Iterable[Clause]) -> Iterable[Clause]:
        """Clauses in an order in which, but for cycles, each comes after those that make its instances."""
        seen: set[Clause] = set()
        ordered: dict[Clause, None] = {}
        for clause in clauses:
            waiting = [clause]
            while waiting:
                one = waiting[-1]
                before = [source for source in self.sources_of[one] if source not in seen] if one not in seen else []
                seen.add(one)
                if before:
                    waiting.extend(before)
                else:
                    ordered[waiting.pop()] = None
        return ordered

    def _finish(self, clause: Clause) -> None:
        """The events an instance may know by name, and a key handed on by the clause that makes it."""
        makers: set[str] = set()
        seen: set[Clause] = set()
        waiting = [clause]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            makers.update(event.full for event in self.events_of[one])
            if one is not clause:
                makers |= self._handed_on(one)
            if one in self.settled:
                makers |= one.makers
            else:
                waiting.extend(self.sources_of[one])
        clause.makers = frozenset(makers)
        clause.keys = self._handed_keys(clause)

    def _handed_on(self, clause: Clause) -> frozenset[str]:
        """The events in fields of a clause that an instance made by it knows as well."""
        if clause not in self.handed_on:
            fields = map(self.declared.definitions[clause].get, HANDED_ON)
            self.handed_on[clause] = frozenset(e.full for text in fields for e in self._made_by(text, clause.agreement)[0])
        return self.handed_on[clause]

    def _handed_keys(self, clause: Clause) -> tuple[str, ...]:
        """The keys of the nearest clause on the way back to the event that makes it, where that way is one."""
        seen: set[Clause] = set()
        while not clause.keys and clause not in seen and len(self.sources_of[clause]) == 1 and not self.events_of[clause]:
            seen.add(clause)
            clause = self.sources_of[clause][0]
            if clause in self.settled:
                break
        return clause.keys

    def types_of_keys(self, clause: Clause, depth: int = 0) -> dict[str, Type]:
        """The types of the names by which instances of a clause are told apart."""
        known = self.key_types.get(clause)
        if known is not None:
            return known
        found: dict[str, Type] = {}
        for key in clause.keys:
            kinds = [e.attributes[key].type for e in self.events_of[clause] if key in e.attributes]
            if not kinds and depth < 20:
                kinds = [t[key] for s in self.sources_of[clause] if key in (t := self.types_of_keys(s, depth + 1))]
            found[key] = kinds[0] if kinds else ID
        self.key_types[clause] = found
        return found
