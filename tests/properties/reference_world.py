"""What the reference interpreter knows at a moment, and how a name or condition is read in it.

Covers LANGUAGE.md section 2 (names, parties, events, terms, facts, measures, readings: the chosen one)
and section 3 (names of events, keys, functions, tables, missing, unknown, conditions).
Everything is looked up by scanning lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reference_language import Node, parse, parse_tree
from reference_values import (
    MISSING,
    UNKNOWN,
    Calendar,
    EmptySum,
    Money,
    Period,
    ReferenceRefused,
    both,
    compare,
    day_of,
    edtf,
    either,
    is_moment,
)

Moment = date  # a date, or a datetime (which is a date)
Key = tuple[str, ...]

FINAL = {
    "fulfilled",
    "cured",
    "exercised",
    "waived",
    "discharged",
    "lapsed",
    "terminated",
    "superseded",
    "met",
    "failed",
}
OPEN_STAGES = {"pending", "in_force", "suspended", "displaced", "undetermined"}
GATED = {"pending", "in_force", "suspended", "displaced", "undetermined", "ended"}


@dataclass(eq=False)
class Event:
    """One thing that happened; `frozen` keeps all facts and measures as they stood just before it."""

    kind: tuple[str, str]
    moment: Moment
    attrs: dict[str, Any]
    index: int
    certain: bool = True
    served: dict[str, Any] = field(default_factory=dict)
    spent: dict[str, Money] = field(default_factory=dict)
    frozen: dict[tuple[str, str], dict[Key | None, Any]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return day_of(self.moment)


@dataclass(eq=False)
class Definition:
    """A term, fact, measure or clause, with the chosen reading already laid over it."""

    sort: str
    doc: str
    name: str
    tree: dict[str, Any]
    order: int = 0
    parsed: dict[str, Node] = field(default_factory=dict)

    @property
    def id(self) -> tuple[str, str]:
        return (self.doc, self.name)

    def node(self, slot: str) -> Node | None:
        """The parsed field, the same object every time; `effects/0/upon` reaches inside."""
        if slot not in self.parsed:
            tree: Any = self.tree
            for step in slot.split("/"):
                if tree is None:
                    break
                tree = tree[int(step)] if isinstance(tree, list) else tree.get(step)
            if tree is None:
                return None
            self.parsed[slot] = parse_tree(tree)
        return self.parsed[slot]

    def must(self, slot: str) -> Node:
        node = self.node(slot)
        if node is None:
            raise ReferenceRefused(f"{self.doc}.{self.name} has no {slot}")
        return node

    def text(self, slot: str, default: str = "") -> str:
        value = self.tree.get(slot, default)
        return default if value is None else value


@dataclass(eq=False)
class Agreement:
    name: str
    tree: dict[str, Any]
    definition: Definition
    order: int
    stage: str = "pending"
    began: Moment | None = None
    ever_began: bool = False
    ended: date | None = None
    moves: list[tuple[str, Any]] = field(default_factory=list)
    held: bool = False  # suspended before its stage came into doubt
    maybe: set[str] = field(default_factory=set)
    since: date | None = None
    excepted: set[str] = field(default_factory=set)
    were_excepted: set[str] = field(default_factory=set)
    kept_until: date | None = None

    @property
    def over(self) -> bool:
        return self.stage in ("completed", "terminated", "expired", "superseded")


@dataclass(eq=False)
class Position:
    """One legal position: an instance of a clause for one bearer (or the `ready` row of a clause)."""

    clause: Definition
    number: int
    bearer: str
    counterparty: str | None
    keys: dict[str, Any]
    shown: str | None
    events: dict[tuple[str, str], Event]
    parents: list[Position]
    cause: Any
    made: Moment
    made_index: int
    ready: bool = False
    period: Period | None = None
    stage: str = "pending"
    gate: str = "shut"
    possible: set[str] = field(default_factory=set)
    doubted: bool = False
    off: bool = False
    final: bool = False
    since: date | None = None
    begun: Any = False
    ever_bound: bool = False
    ever_in_force: bool = False
    activated: bool = False
    anchor: Moment | None = None
    within: Any = MISSING
    came: Moment | None = None
    moves: list[tuple[str, Any]] = field(default_factory=list)
    until_moves: list[tuple[str, Any]] = field(default_factory=list)
    suspended_on: date | None = None
    held_by: set[str] = field(default_factory=set)
    unsure: bool = False  # perhaps not activated yet
    maybe: set[str] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)
    last_due: Any = None
    limit_done: bool = False
    cure_until: Any = None
    curable: bool = False
    breaches: list[date] = field(default_factory=list)
    uses: list[date] = field(default_factory=list)
    performed: bool = False
    released: bool = False
    amount: Any = MISSING
    paid: Any = field(default_factory=EmptySum)
    acts: dict[tuple[str, str], Event] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.clause.tree["kind"])

    @property
    def standing(self) -> bool:
        return self.kind == "prohibition" or "maintain" in self.clause.tree

    @property
    def is_debt(self) -> bool:
        return self.kind == "obligation" and "amount" in self.clause.tree


@dataclass(eq=False)
class Occurrence:
    """An event, a date, a delayed trigger, or something that `becomes`: what triggers are matched against."""

    sort: str  # event exercise date delayed becomes agreement turns
    moment: Moment
    anchor: Moment
    event: Event | None = None
    position: Position | None = None
    stage: str = ""
    subject: Any = None
    value: Any = None
    key: Key | None = None
    nodes: list[Any] = field(default_factory=list)
    listener: Any = None
    certain: Any = True
    origin: Occurrence | None = None

    def events(self) -> dict[tuple[str, str], Event]:
        """The events it hands on: itself, or those of the instance that caused it, its act among them."""
        found = self.position.events | self.position.acts if self.position else {}
        if self.origin is not None:
            found = self.origin.events() | found
        if self.event is not None:
            found[self.event.kind] = self.event
        return found

    def own_event(self) -> Event | None:
        """The event at hand, whose attributes are bare."""
        if self.event is not None:
            return self.event
        return self.origin.own_event() if self.origin is not None and self.sort == "delayed" else None

    def keys(self) -> dict[str, Any]:
        keys = self.origin.keys() if self.origin is not None else {}
        if self.position is not None:
            keys = keys | self.position.keys
        if self.event is not None:
            keys = keys | self.event.attrs
        return keys


@dataclass(frozen=True)
class Scope:
    """Where an expression is read: its document, the instance, what is at hand, the key, the element."""

    doc: str
    position: Position | None = None
    occurrence: Occurrence | None = None
    keys: tuple[tuple[str, Any], ...] = ()
    element: Event | None = None
    record: Any = None
    in_where: bool = False

    def but(self, **changes: Any) -> Scope:
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Scope(**(fields | changes))

    def key_values(self) -> dict[str, Any]:
        keys = dict(self.keys)
        if self.position is not None:
            keys = self.position.keys | keys
        return keys


class World:
    """The documents, the record of events and the positions; all questions are answered by scanning."""

    def __init__(self, documents: list[dict[str, Any]], terms: dict[str, Any], readings: dict[str, str]) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.agreements: dict[str, Agreement] = {}
        self.definitions: list[Definition] = []
        self.event_types: dict[tuple[str, str], dict[str, Any]] = {}
        self.record: list[Event] = []
        self.positions: list[Position] = []
        self.entered: list[Occurrence] = []  # every becomes so far
        self.fluents: dict[tuple[str, str], dict[Key | None, Any]] = {}
        self.day: date = date.min
        self.now: Moment = date.min  # what `today` says
        self.own_values = terms
        self.chosen = readings
        for tree in documents:
            self.add_document(tree)
        self.zone_check()

    # ------------------------------------------------------------------ documents

    def add_document(self, tree: dict[str, Any]) -> None:
        kind = "agreement" if "agreement" in tree else "vocabulary"
        if kind not in tree:
            raise ReferenceRefused("only agreements and vocabularies are interpreted")
        name = tree[kind]
        tree = self.read_choice(name, tree)
        self.documents[name] = tree
        if kind == "agreement":
            definition = Definition("agreement", name, name, tree)
            self.agreements[name] = Agreement(name, tree, definition, len(self.agreements))
        for event, attrs in (tree.get("events") or {}).items():
            self.event_types[(name, event)] = dict(attrs or {})
        for sort, plural in (("term", "terms"), ("fact", "facts"), ("measure", "measures"), ("clause", "clauses")):
            for own, body in (tree.get(plural) or {}).items():
                body = self.read_choice(own, dict(body or {}))
                self.definitions.append(Definition(sort, name, own, body, len(self.definitions)))

    def read_choice(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """'default: NAME (required) and readings: {NAME: {...}}'; keys beside `readings` hold for all."""
        if "readings" not in body:
            return body
        choice = self.chosen.get(name, body["default"])  # by its own name
        return {k: v for k, v in body.items() if k not in ("readings", "default")} | dict(
            body["readings"][choice] or {}
        )

    def zone_check(self) -> None:
        for tree in self.documents.values():
            if tree.get("timezone", "UTC") not in ("UTC", "Z"):
                raise ReferenceRefused("time zones other than UTC are not supported by the oracle")

    def calendar(self, doc: str) -> Calendar:
        tree = self.documents[doc]
        body = tree.get("calendar") or {}
        names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        weekend = frozenset(names.index(d) for d in body.get("weekend", ["saturday", "sunday"]))
        holidays = frozenset(date.fromisoformat(d) for d in body.get("holidays", []))
        return Calendar(weekend, holidays, tree.get("month_end", "last"))

    def of(self, sort: str) -> list[Definition]:
        return [d for d in self.definitions if d.sort == sort]

    # ------------------------------------------------------------------ names

    def find(self, doc: str, name: str, sorts: tuple[str, ...]) -> Any:
        """'its own agreement's definition first, else the only one of that name in the deal'."""
        found = list(self.named(name, sorts))
        own = [x for where, x in found if where == doc]
        if own:
            return own[0]
        if len(found) > 1:
            raise ReferenceRefused(f"{name} has several candidates")
        return found[0][1] if found else None

    def named(self, name: str, sorts: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for d in self.definitions:
            if d.name == name and d.sort in sorts:
                yield d.doc, d
        if "event" in sorts:
            for kind in self.event_types:
                if kind[1] == name:
                    yield kind[0], kind

    def reach(self, node: Node, doc: str, sorts: tuple[str, ...]) -> Any:
        """A definition or event kind from `name` or `agreement.name`; None if the node is neither."""
        if node[0] == "name":
            return self.find(doc, node[1], sorts)
        if node[0] == "dot" and node[1][0] == "name" and node[1][1] in self.documents:
            if self.find(doc, node[1][1], ("event",)) and "event" not in sorts:
                return None
            found = [x for where, x in self.named(node[2], sorts) if where == node[1][1]]
            return found[0] if found else None
        return None

    def parties(self) -> dict[str, dict[str, Any]]:
        every: dict[str, dict[str, Any]] = {}
        for tree in self.documents.values():
            listed = tree.get("parties") or {}
            if isinstance(listed, dict):
                for name, body in listed.items():
                    every[name] = body if isinstance(body, dict) else {"title": body}
        return every

    def party_named(self, text: str) -> str:
        """'Data may name a party by its title where that is unambiguous'."""
        known = self.parties()
        if text in known:
            return text
        titled = [name for name, body in known.items() if body.get("title") == text]
        return titled[0] if len(titled) == 1 else text

    def part_of(self, party: Any, whole: Any) -> bool:
        known = self.parties()
        seen = 0
        while party != whole and party in known and known[party].get("part_of") and seen < 50:
            party, seen = known[party]["part_of"], seen + 1
        return bool(party == whole)

    def counterparty_of(self, doc: str, bearer: str) -> str | None:
        """'with exactly two the counterparty is the other one'."""
        listed = list(self.documents[doc].get("parties") or {})
        others = [p for p in listed if p != bearer]
        return others[0] if len(listed) == 2 and len(others) == 1 else None

    # ------------------------------------------------------------------ events

    RESERVED = {"title", "valid", "reporting", "doer"}

    def attributes(self, kind: tuple[str, str]) -> dict[str, str]:
        return {n.rstrip("?"): t for n, t in self.event_types[kind].items() if n not in self.RESERVED}

    def read_row(self, row: dict[str, Any], index: int) -> Event:
        exercise = "exercise" in row
        text = row["exercise"] if exercise else row["event"]
        doc, _, name = text.rpartition(".")
        moment = edtf(str(row["date"]))
        if not is_moment(moment):
            raise ReferenceRefused(f"an event needs a date: {row}")
        certain = row.get("happened") != "unconfirmed"
        if exercise:
            clause = self.find(doc, name, ("clause",))
            attrs = {n: v for n, v in row.items() if n not in ("date", "exercise", "note")}
            return Event((clause.doc, "exercise:" + clause.name), moment, attrs, index, certain)  # type: ignore[arg-type]
        kind = (doc, name) if doc else self.find("", name, ("event",))
        if kind not in self.event_types:
            raise ReferenceRefused(f"no event {text}")
        types = self.attributes(kind)
        attrs = {n: self.typed(row[n], t) for n, t in types.items() if row.get(n) is not None}
        return Event(kind, moment, attrs, index, certain)  # type: ignore[arg-type]

    def typed(self, value: Any, kind: Any) -> Any:
        if value == "unknown":
            return UNKNOWN
        if isinstance(kind, list):
            return value
        if kind.startswith("list of {"):
            fields = dict(f.strip().split(": ", 1) for f in kind[9:-1].split(","))
            return [{n: self.typed(v, fields[n]) for n, v in item.items()} for item in value]
        if kind.startswith("list of "):
            return [self.typed(item, kind[8:]) for item in value]
        if kind == "party":
            return self.party_named(value)
        if kind in ("id", "text"):
            return value
        if kind == "boolean":
            return value == "true"
        if kind == "date":
            return edtf(value)
        if kind.startswith("money ") and value[:1].isdigit():
            value = kind[6:] + " " + value
        negative = value.startswith("-")
        parsed = self.value(parse(value[1:] if negative else value), Scope(""))
        if negative:
            return Money(-parsed.amount, parsed.currency) if isinstance(parsed, Money) else -parsed
        return parsed

    def partial(self, kind: tuple[str, str]) -> bool:
        return self.event_types.get(kind, {}).get("reporting") == "partial"

    def same_key(self, event: Event, keys: dict[str, Any]) -> Any:
        """'An event type without the key attribute counts for every key; an event whose optional key
        attribute is absent counts for none.'"""
        types = self.attributes(event.kind) if event.kind in self.event_types else event.attrs
        result: Any = True
        for name, wanted in keys.items():
            if name in types:
                result = both(result, compare("=", event.attrs.get(name, MISSING), wanted))
        return result

    def known_events(self, scope: Scope) -> list[Event]:
        """The record an expression sees: without the event at hand, or up to the element."""
        at_hand = scope.occurrence.own_event() if scope.occurrence else None
        return [e for e in self.record if at_hand is None or e.index != at_hand.index]

    def keys_at_hand(self, scope: Scope) -> dict[str, Any]:
        """'The event at hand supplies the key it bears.'"""
        event = scope.occurrence.own_event() if scope.occurrence else None
        declared = self.event_types.get(event.kind, {}) if event is not None else {}
        ids = [name.rstrip("?") for name, kind in declared.items() if kind == "id"]
        return {name: event.attrs[name] for name in ids if name in event.attrs} if event is not None else {}

    def event_by_name(self, kind: tuple[str, str], scope: Scope) -> Any:
        """'inside an instance, the event of that name that made it; ... the event at hand if it bears the
        name; else the newest with the same key, the event at hand not included'."""
        if scope.position is not None and kind in scope.position.events:
            return scope.position.events[kind]
        if scope.occurrence is not None and kind in scope.occurrence.events():
            return scope.occurrence.events()[kind]
        if scope.element is not None and scope.element.kind == kind:
            return scope.element
        for event in reversed(self.known_events(scope)):
            if event.kind == kind:
                same = self.same_key(event, scope.key_values() or self.keys_at_hand(scope))
                if same is UNKNOWN or (same and not event.certain):
                    return UNKNOWN
                if same:
                    return event
        return MISSING

    def happened(self, node: Node, scope: Scope) -> Any:
        """An event name as a condition (= has happened); `(event where ...)` (= such a one has happened)."""
        answer: Any = False
        for event in self.known_events(scope):
            answer = either(answer, self.fits(node, event, scope))
        kinds = [scope.position, scope.occurrence]
        kind = self.event_kind(node, scope.doc)
        for holder in kinds:
            events = holder.events if isinstance(holder, Position) else holder.events() if holder else {}
            if node[0] in ("name", "dot") and kind in events:
                answer = either(answer, True if events[kind].certain else UNKNOWN)
        if answer is False and kind is not None and self.partial(kind):
            return UNKNOWN  # the absence of an act would decide
        return answer

    def event_kind(self, node: Node, doc: str) -> Any:
        if node[0] == "where":
            return self.event_kind(node[1], doc)
        found = self.reach(node, doc, ("event",))
        return found if isinstance(found, tuple) else None

    def fits(self, node: Node, event: Event, scope: Scope, keyed: bool = True) -> Any:
        """Whether an element of the record is such an event."""
        if node[0] == "or":
            return either(*[self.fits(n, event, scope, keyed) for n in node[1]])
        if node[0] == "where":
            base = self.fits(node[1], event, scope, keyed)
            if base is False:
                return False
            return both(base, self.truth(node[2], scope.but(element=event, in_where=True)))
        if self.event_kind(node, scope.doc) != event.kind:
            return False
        same = self.same_key(event, scope.key_values()) if keyed else True
        return both(same, True if event.certain else UNKNOWN)

    # what the readers of expressions and the runner fill in
    def truth(self, node: Node, scope: Scope) -> Any:
        raise NotImplementedError

    def value(self, node: Node, scope: Scope) -> Any:
        raise NotImplementedError

    def refresh(self, p: Position) -> None:
        raise NotImplementedError

    def match(self, node: Node, occ: Occurrence, scope: Scope) -> Any:
        raise NotImplementedError

    def limit(self, p: Position) -> Any:
        raise NotImplementedError

    def amount_of(self, p: Position) -> Any:
        raise NotImplementedError

    def fluent(self, d: Definition, key: Key | None) -> Any:
        raise NotImplementedError

    def all_values(self, d: Definition) -> dict[Key | None, Any]:
        raise NotImplementedError


def ancestors(position: Position) -> list[Position]:
    found = []
    for parent in position.parents:
        found += [parent] + ancestors(parent)
    return found
