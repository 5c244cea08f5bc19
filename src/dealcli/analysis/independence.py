"""Which positions of a deal depend on nothing but their own key, so that two keys in like situations go on alike.

A *family* is all clauses and facts of one key. It is independent where its conditions and triggers speak only of the event
at hand, of the event that made the instance, of the family itself, and of what holds for the whole deal; where time reaches
it only by limits counted in days; and where nothing of the whole deal depends on it, measures that are merely reported apart.
What is said here is said of the texts as they are written: every form of the language that is not listed is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.analysis.written import texts_in
from dealcli.dates import Duration
from dealcli.engine.program import Agreement, Clause, Program, Update
from dealcli.language.declarations import VALUES, AgreementName, ClauseName, Declared, EventType, Fact, Fluent, Measure
from dealcli.language.parser import parse
from dealcli.language.scope import Env
from dealcli.language.tree import (
    Attribute,
    Becomes,
    Binary,
    Group,
    If,
    Is,
    LanguageError,
    Literal,
    Lookup,
    Name,
    Node,
    Unary,
    Where,
    children,
    names_in,
)  # fmt: skip
from dealcli.slotted import dataclass, field

WORDS_ABOUT = frozenset(("title", "text", "sources", "against", "assumed", "kind", "given", "reporting", "doer", "per", "key", "unit"))
"""Fields that no rule reads, or that name nothing but keys."""
TRIGGERS = frozenset(("for_each", "act", "waived_by", "discharged_by", "breached_by", "until"))
CONDITIONS = frozenset(("while", "unless"))
FIELDS = WORDS_ABOUT | TRIGGERS | CONDITIONS | {"bearer", "counterparty", "once", "within", "binding", "exception_to", "performed_by"}
"""The fields that a clause of an independent family may have."""
NUMBERS_AND_WORDS = ("number", "money", "text", "boolean", "none")


class Dependent(Exception):
    """Why the keys of a deal cannot be looked at one by one."""


@dataclass(eq=False, slots=True)
class Family:
    """The clauses and facts of one key, and the event types that bear it.

    ``remembers``: a condition asks the event that made an instance for more than its key.
    """

    keys: tuple[str, ...]
    clauses: tuple[Clause, ...]
    facts: tuple[Fact, ...]
    events: dict[EventType, None] = field(default_factory=dict)
    remembers: bool = False


@dataclass(eq=False, slots=True)
class Independence:
    """The families of a deal; which one an event type belongs to; and the updates of measures that are merely reported."""

    families: tuple[Family, ...]
    family_of: dict[EventType, Family]
    reported: frozenset[Measure]
    felt: frozenset[EventType]
    """The event types without a key to which a family listens."""
    idle: frozenset[EventType]
    """Those of which nothing speaks but measures that are merely reported."""


def independence(program: Program) -> Independence:
    """The independent families of a deal. Raises ``Dependent`` where one of its keyed clauses is not independent."""
    return _Texts(program).judged()


class _Texts:
    """The texts of a deal, read for what they speak of."""

    def __init__(self, program: Program) -> None:
        self.program, self.deal = program, program.deal
        self.mentions: dict[Declared, set[Declared]] = {thing: set(self._mentioned(thing)) for thing in program.definitions}
        mentioned = set().union(*(found - {thing} for thing, found in self.mentions.items()), *map(self._of_agreement, program.agreements))
        self.reported = frozenset(m for m in program.measures if m.computed is None and m not in mentioned)
        keyed = dict.fromkeys((*(c.keys for c in program.clauses if c.keys), *(f.keys for f in program.facts if f.keys)))
        self.families = tuple(Family(keys, tuple(c for c in program.clauses if c.keys == keys),
                                     tuple(f for f in program.facts if f.keys == keys)) for keys in keyed)  # fmt: skip
        self.felt: set[EventType] = set()

    def judged(self) -> Independence:
        for clause in self.program.clauses:
            if not clause.plain and not clause.keys:
                raise Dependent(f"{clause.full} makes instances without a key")
        for family in self.families:
            for clause in family.clauses:
                self._clause(clause, family)
            for fact in family.facts:
                self._fact(fact, family)
        for measure in self.program.measures:
            if measure in self.reported and not measure.keys:
                self._measure(measure)
        family_of: dict[EventType, Family] = {}
        for family in self.families:
            for event in family.events:
                if family_of.setdefault(event, family) is not family:
                    raise Dependent(f"{event.full} bears several keys")
        self._whole_deal(family_of)
        spoken_of = set().union(*(found for thing, found in self.mentions.items() if thing not in self.reported),
                                *map(self._of_agreement, self.program.agreements))  # fmt: skip
        idle = frozenset(event for event in self.program.events if event not in spoken_of)
        return Independence(self.families, family_of, self.reported, frozenset(self.felt - family_of.keys()), idle - family_of.keys())

    # --- what is spoken of ------------------------------------------------------------------------------------------

    def _mentioned(self, thing: Declared) -> Iterator[Declared]:
        tree: Mapping[str, Any] = self.program.definitions[thing].tree
        if isinstance(thing, EventType):
            tree = {"valid": tree.get("valid")}
        return self._in_texts(tree, thing.agreement)

    def _of_agreement(self, agreement: Agreement) -> set[Declared]:
        fields = ("from", "until", "completed_by", "effects", "replaces")
        return set(self._in_texts({name: agreement.raw.get(name) for name in fields}, agreement.name))

    def _in_texts(self, tree: Mapping[str, Any], agreement: str) -> Iterator[Declared]:
        for text in texts_in(tree, WORDS_ABOUT):
            try:
                node = parse(text)
            except LanguageError:
                continue
            for name in names_in(node):
                if isinstance(name, Name):
                    yield from self.deal.find(name.name, agreement, (*VALUES, ClauseName))
                elif isinstance(name.base, Name) and name.base.name in self.deal.agreements:
                    yield from self.deal.own(name.base.name, name.name, (*VALUES, ClauseName))

    # --- the whole deal ---------------------------------------------------------------------------------------------

    def _whole_deal(self, family_of: Mapping[EventType, Family]) -> None:
        """Refuses where anything that has no key speaks of what has one."""
        keyed = {*family_of, *(thing for family in self.families for thing in (*family.clauses, *family.facts))}
        keyed.update(m for m in self.program.measures if m.keys)
        for thing, found in self.mentions.items():
            if thing not in keyed and thing not in self.reported and found & keyed:
                raise Dependent(f"{thing.full} depends on {min(one.full for one in found & keyed)}")
        for agreement in self.program.agreements:
            if self._of_agreement(agreement) & keyed:
                raise Dependent(f"{agreement.name} depends on what has a key")
        for event in family_of:
            if event.valid is not None or event.marks or event.known_through is not None or event.kept:
                raise Dependent(f"{event.full} is looked at as one of many")

    def _measure(self, measure: Measure) -> None:
        """A measure that is merely reported: what moves it may be anything that a family knows, its value only the event."""
        updates = [update for update in self.program.updates if update.thing is measure]
        branches = [branch for update in updates for branch in update.branches]
        events = frozenset(event for branch in branches for event in branch.events)
        keyed = {one for one in self.mentions[measure] if isinstance(one, Clause | Fact) and one.keys}
        families = [f for f in self.families if events & f.events.keys() or keyed & {*f.clauses, *f.facts}]
        if not families:
            return
        if len(families) > 1 or any(branch.kind != "event" for branch in branches):
            raise Dependent(f"{measure.full} is moved by more than the events of one key")
        definition = self.program.definitions[measure]
        reader, of_event = _Reader(self, measure, families[0], events), _Reader(self, measure, None, events)
        for row in (definition.tree, *(definition.get("updates") or ())):
            for name in ("upon", "count"):
                reader.trigger(row.get(name))
            for name in ("sum", "min", "max", "first", "latest", "set"):
                of_event.condition(row.get(name))

    # --- a family ---------------------------------------------------------------------------------------------------

    def _clause(self, clause: Clause, family: Family) -> None:
        definition = self.program.definitions[clause]
        other = next((name for name in definition.tree if name not in FIELDS), None)
        if other is not None or clause.plain or clause.items is not None:
            raise Dependent(f"{clause.full} has '{other or 'for_each: a list'}'")
        if not all((*clause.bearer_names, *clause.counterparty_names)) or clause.performed_by is not None:
            raise Dependent(f"{clause.full} has a party that its event names")
        if clause.end is not None and clause.end.mode != "trigger":
            raise Dependent(f"{clause.full} ends on a date")
        reader = _Reader(self, clause, family)
        for name in TRIGGERS:
            reader.trigger(definition.get(name))
        for name in CONDITIONS:
            reader.condition(definition.get(name))
        for exception in clause.exceptions:
            if exception.keys not in ((), family.keys):
                raise Dependent(f"{exception.full} is an exception under another key")
        if clause.limit is not None and clause.limit.function is not None:
            length = clause.limit.function(Env(None)) if not clause.limit.reads or _terms_only(clause) else None
            if type(length) is not Duration or any(kind != "day" for kind, _ in length.steps):
                raise Dependent(f"{clause.full} has a limit that is no number of days")

    def _fact(self, fact: Fact, family: Family) -> None:
        definition = self.program.definitions[fact]
        reader = _Reader(self, fact, family)
        for name in ("starts", "ends"):
            reader.trigger(definition.get(name))
        reader.condition(definition.get("holds"))


def _terms_only(clause: Clause) -> bool:
    return clause.limit is not None and all(read.kind == "term" and not read.thing.open for read in clause.limit.reads)


class _Reader:
    """Reads the texts of one thing and refuses what its family does not know. Without a family only the event is known."""

    def __init__(self, texts: _Texts, thing: Declared, family: Family | None, events: Iterable[EventType] = ()) -> None:
        self.texts, self.thing, self.family = texts, thing, family
        self.events = frozenset(events)

    def refuse(self, why: str) -> Dependent:
        return Dependent(f"{self.thing.full}: {why}")

    def _nodes(self, raw: Any) -> Iterator[Node]:
        for text in texts_in(raw, WORDS_ABOUT):
            try:
                yield parse(text)
            except LanguageError:
                raise self.refuse("a field that is not written as an expression") from None

    def trigger(self, raw: Any) -> None:
        for node in self._nodes(raw):
            self._trigger(node)

    def condition(self, raw: Any) -> None:
        for node in self._nodes({"when": [row.get("when") for row in raw]} if isinstance(raw, list) and raw and
                                isinstance(raw[0], Mapping) else raw):  # fmt: skip
            self._condition(node, self.events)

    # --- what occurs ------------------------------------------------------------------------------------------------

    def _trigger(self, node: Node) -> frozenset[EventType]:
        """The events that a trigger brings along."""
        match node:
            case Binary(operator="or"):
                return self._trigger(node.left) | self._trigger(node.right)
            case Where():
                events = self._trigger(node.source)
                self._condition(node.condition, events | self.events)
                return events
            case Becomes():
                self._subject(node.subject)
                return frozenset()
            case Name() | Attribute():
                return frozenset((self._event(node),))
        raise self.refuse("a trigger that is neither an event nor a change")

    def _event(self, node: Node) -> EventType:
        event = self._named(node)
        if not isinstance(event, EventType):
            raise self.refuse("a trigger that is neither an event nor a change")
        family = self.family
        if family is not None and event not in family.events:
            borne = [key for key in family.keys if key in event.attributes]
            if not borne:
                self.texts.felt.add(event)
            elif len(borne) < len(family.keys) or any(event.attributes[key].optional for key in borne):
                raise self.refuse(f"{event.full} does not always bear its key")
            else:
                family.events[event] = None
        return event

    # --- what holds -------------------------------------------------------------------------------------------------

    def _condition(self, node: Node, events: frozenset[EventType]) -> None:
        match node:
            case Literal() if node.type in NUMBERS_AND_WORDS:
                pass
            case Name():
                self._name(node, events)
            case Attribute():
                self._attribute(node, events)
            case Is():
                self._subject(node.subject)
            case Lookup():
                self._lookup(node)
            case Unary() | Binary() | Group() | If():
                for part in children(node):
                    self._condition(part, events)
            case _:
                raise self.refuse(f"a {type(node).__name__.lower()} in a condition")

    def _name(self, node: Name, events: Iterable[EventType]) -> None:
        if any(node.name in event.attributes for event in events) or (self.family and node.name in self.family.keys):
            return
        if node.name in ("bearer", "counterparty"):
            return
        self._known(self._named(node))

    def _attribute(self, node: Attribute, events: frozenset[EventType]) -> None:
        event = self.texts.deal.named(node.base, self.thing.agreement, (EventType,))
        if event is None:
            self._known(self._named(node))
            return
        made_by = self.thing.makers if isinstance(self.thing, Clause) else frozenset()
        if node.name in ("date", "at") or (event not in events and made_by != {event.full}):
            raise self.refuse(f"it asks {event.full} for more than its own event bears")
        if event not in events and self.family is not None:
            self.family.remembers = True

    def _lookup(self, node: Lookup) -> None:
        thing = self._named(node.base)
        if not isinstance(thing, Fluent) or tuple(getattr(key, "name", "") for key in node.keys) != thing.keys:
            raise self.refuse("it looks something up")
        self._known(thing)

    def _subject(self, node: Node) -> None:
        """What has stages, or is true or false."""
        if isinstance(node, Name) and node.name == "agreement":
            return
        self._known(self._named(node), subject=True)

    def _known(self, thing: Declared | None, *, subject: bool = False) -> None:
        own = self.family.keys if self.family is not None else ()
        if isinstance(thing, Clause):
            known = subject and (thing.keys == own or thing.plain)
        elif isinstance(thing, Fact):
            known = thing.keys in ((), own)
        elif isinstance(thing, Measure):
            known = thing is self.thing
        else:
            known = thing is not None and not isinstance(thing, EventType)
        if not known:
            raise self.refuse(f"it looks at {thing.full if thing else 'something else'}")

    def _named(self, node: Node) -> Declared | None:
        deal, agreement = self.texts.deal, self.thing.agreement
        if isinstance(node, Name) and node.name in deal.agreements and not deal.find(node.name, agreement, (*VALUES, ClauseName)):
            return deal.agreements[node.name]
        try:
            found: Declared | None = deal.named(node, agreement, (*VALUES, ClauseName))
        except LanguageError:
            raise self.refuse("a name that means several things") from None
        return found


__all__ = ["AgreementName", "Dependent", "Family", "Independence", "Update", "independence"]
