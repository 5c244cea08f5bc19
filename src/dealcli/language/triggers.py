"""Triggers: what may occur, as a flat list of branches that the engine listens to."""

from __future__ import annotations

from dealcli.language.clauses import (
    AGREEMENT_STAGES,
    CLAUSE_STAGES,
    check_kind,
    check_stages,
    named_agreement,
    named_clause,
    need_clause,
)  # fmt: skip
from dealcli.language.compiler import ARITHMETIC, Function, compile_condition, compile_value, need, of_kind
from dealcli.language.declarations import AgreementName, ClauseName, EventType, Fact, Read
from dealcli.language.events import named_event
from dealcli.language.scope import Scope
from dealcli.language.tree import (
    After,
    Attribute,
    Becomes,
    Binary,
    Is,
    LanguageError,
    Lookup,
    Name,
    Node,
    Unary,
    Where,
)  # fmt: skip
from dealcli.slotted import dataclass, field


@dataclass(eq=False, slots=True)
class Branch:
    """One way in which a trigger occurs.

    ``kind`` is event, stage, fact, agreement, condition, date or delay. ``where`` are conditions judged on the
    occurrence with its event at hand. ``reads`` is what the condition of a ``(condition) becomes true`` or a date looks
    at.
    """

    kind: str
    event: EventType | None = None
    clause: ClauseName | None = None
    agreement: AgreementName | None = None
    fact: Fact | None = None
    stages: tuple[str, ...] = ()
    value: bool = True
    function: Function | None = None
    reads: frozenset[Read] = frozenset()
    inner: tuple[Branch, ...] = ()
    key: tuple[Function, ...] = ()
    where: list[Function] = field(default_factory=list)
    types: tuple[EventType, ...] = ()
    text: str = ""

    @property
    def events(self) -> tuple[EventType, ...]:
        """The event types that an occurrence of this branch can bring along."""
        if self.event:
            return (self.event,)
        return tuple(event for branch in self.inner for event in branch.events)


def compile_trigger(node: Node, scope: Scope, text: str = "") -> tuple[Branch, ...]:
    """The branches of a trigger. Raises ``LanguageError``, also where a condition stands in its place."""
    match node:
        case Binary(operator="or"):
            return compile_trigger(node.left, scope, text) + compile_trigger(node.right, scope, text)
        case Where():
            return _narrowed(node, scope, text)
        case Becomes():
            return (_change(node, scope, text),)
        case After():
            return (_delayed(node, scope, text),)
        case Is() | Unary(operator="not"):
            raise _condition_here(node, text)
        case Binary() if node.operator not in ARITHMETIC:
            raise _condition_here(node, text)
    event = named_event(node, scope)
    if event is not None:
        event.read = True
        return (Branch("event", event=event, text=text),)
    return (_dated(node, scope, text),)


def _condition_here(node: Node, text: str) -> LanguageError:
    written = text[node.start : node.end]
    if isinstance(node, Is) and not node.negated:
        stages = node.stages[0] if len(node.stages) == 1 else f"({', '.join(node.stages)})"
        hint = f"something occurs when: {text[node.subject.start : node.subject.end]} becomes {stages}"
    else:
        hint = f"something occurs when: {written if _named(node) else f'({written})'} becomes true"
    return LanguageError(
        "this says that something holds; something that occurs is needed here", node, code="DC308", hint=hint
    )


def _named(node: Node) -> bool:
    return isinstance(node, Name | Attribute | Lookup)


def _narrowed(node: Where, scope: Scope, text: str) -> tuple[Branch, ...]:
    branches = compile_trigger(node.source, scope, text)
    for branch in branches:
        at_hand = branch.events or scope.at_hand
        branch.where.append(compile_condition(node.condition, scope.but(at_hand=at_hand)))
    return branches


def _change(node: Becomes, scope: Scope, text: str) -> Branch:
    if set(node.stages) <= {"true", "false"}:
        return _turning(node, scope, text)
    clause = named_clause(node.subject, scope)
    if clause is None:
        agreement = named_agreement(node.subject, scope)
        if agreement is not None:
            check_stages(node.stages, AGREEMENT_STAGES, node)
            return Branch("agreement", agreement=agreement, stages=node.stages, text=text)
        if isinstance(node.subject, Name) and scope.deal.find(node.subject.name, scope.agreement, (Fact,)):
            raise LanguageError("a fact becomes true or false", node, code="DC304")
        clause = need_clause(node.subject, scope)
    check_stages(node.stages, CLAUSE_STAGES, node)
    check_kind(clause, node.stages, node)
    keys: tuple[Function, ...] = ()
    if isinstance(node.subject, Lookup):
        keys = tuple(compile_value(key, scope).function for key in node.subject.keys)
    return Branch("stage", clause=clause, stages=node.stages, key=keys, text=text)


def _turning(node: Becomes, scope: Scope, text: str) -> Branch:
    if len(set(node.stages)) > 1:
        raise LanguageError("something becomes true or becomes false", node, hint="join the two with or")
    wanted = node.stages[0] == "true"
    fact = _named_fact(node.subject, scope)
    if fact is not None:
        return Branch("fact", fact=fact, value=wanted, text=text)
    own = scope.but(reads=set())
    condition = compile_condition(node.subject, own)
    scope.reads.update(own.reads)
    return Branch("condition", function=condition, value=wanted, reads=frozenset(own.reads), text=text)


def _named_fact(node: Node, scope: Scope) -> Fact | None:
    local = isinstance(node, Name) and (node.name in scope.keys or any(node.name in e.attributes for e in scope.at_hand))
    fact: Fact | None = None if local else scope.deal.named(node, scope.agreement, (Fact,))
    return fact


def _delayed(node: After, scope: Scope, text: str) -> Branch:
    inner = compile_trigger(node.source, scope, text)
    events = tuple(event for branch in inner for event in branch.events)
    delay = need(compile_value(node.delay, scope.but(at_hand=events or scope.at_hand)), node.delay, "duration")
    return Branch("delay", inner=inner, function=delay, text=text)


def _dated(node: Node, scope: Scope, text: str) -> Branch:
    own = scope.but(reads=set())
    typed = compile_value(node, own)
    if any(read.kind == "today" for read in own.reads):
        raise LanguageError("today is no occurrence: it comes every day", node, code="DC308", hint="name a date, or an event")
    if typed.type.name in ("boolean", "event"):
        raise _condition_here(node, text)
    if typed.type.name not in ("date", "instant", "any"):
        raise LanguageError(
            f"a {typed.type} does not occur", node, code="DC308", hint="name an event, a date or a change"
        )
    scope.reads.update(own.reads)
    return Branch("date", function=of_kind(typed, "date", "instant"), reads=frozenset(own.reads), text=text)


def is_trigger(node: Node, scope: Scope) -> bool:
    """Whether a field that takes a date or a trigger was given a trigger: an event, a change, or alternatives."""
    match node:
        case Becomes():
            return True
        case Where():
            return is_trigger(node.source, scope)
        case Binary(operator="or"):
            return True
        case Name() | Attribute():
            return named_event(node, scope) is not None
    return False


def event_types(branches: tuple[Branch, ...]) -> tuple[EventType, ...]:
    """The event types that occurrences of these branches bring along, each once, in order."""
    return tuple(dict.fromkeys(event for branch in branches for event in branch.events))
