"""An agreement made ready to run: clauses, facts, measures and effects with their conditions compiled, indexed by cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from dealcli.diagnostics import Place
from dealcli.language.compiler import Expression
from dealcli.language.declarations import AgreementName, ClauseName, Deal, EventType, Fact, Measure, Party, Read, Term
from dealcli.language.triggers import Branch
from dealcli.slotted import dataclass, field

Function = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that backs a clause or a reading. ``published`` is the first possible day, where it has a date."""

    id: str
    title: str = ""
    publisher: str = ""
    published: Any = None
    published_text: str = ""
    url: str = ""
    standing: str = ""
    read: str = ""


STANDINGS = ("contract", "official", "filing", "court", "press", "leak", "inference")
"""Best first: the confidence of a definition is the best standing behind it."""


@dataclass(frozen=True, slots=True)
class When:
    """When a span or a limit begins or ends: ``trigger`` branches, a ``value`` (a date), or a ``duration``."""

    mode: str
    branches: tuple[Branch, ...] = ()
    function: Function | None = None
    reads: frozenset[Read] = frozenset()
    text: str = ""


@dataclass(eq=False, slots=True)
class Effect:
    """What an exercised power, or an occurrence at top level, does to a clause or an agreement."""

    verb: str
    target: Clause | AgreementName
    place: Place
    agreement: str
    upon: tuple[Branch, ...] = ()
    owner: Clause | None = None
    reads: frozenset[Read] = frozenset()
    all_keys: bool = False
    when: Function | None = None
    after: Function | None = None
    at: Function | None = None
    by: Function | None = None
    to: Function | None = None
    side: str = "bearer"
    title: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """What an agreement or clause succeeds, from the moment at which it begins itself."""

    place: Place
    clauses: tuple[Clause, ...] = ()
    agreement: AgreementName | None = None
    excepted: tuple[Clause, ...] = ()
    when: Function | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One ``unless`` of a clause: a condition that displaces it, with its name and sources where it has them."""

    condition: Function
    name: str = ""
    sources: tuple[str, ...] = ()


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Clause(ClauseName):
    """A clause made ready to run. Functions take an ``Env``; a field that is absent is None or empty."""

    group: str = ""
    known: bool = True
    """Whether it had been reported by the day of knowledge; if not it stays known by name and is never in force."""
    text: str = ""
    binding: Any = True
    sources: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    assumed: str = ""
    bearers: tuple[Function, ...] = ()
    counterparties: tuple[Function, ...] = ()
    bearer_names: tuple[str, ...] = ()
    counterparty_names: tuple[str, ...] = ()
    for_each: tuple[Branch, ...] = ()
    own_key: bool = False
    """Whether it says ``key`` itself: a key that is only handed on does not make a further occurrence a repetition."""
    items: tuple[Any, ...] | None = None
    every: Function | None = None
    first: Function | None = None
    times: int | None = None
    begin: When | None = None
    end: When | None = None
    gate_while: Function | None = None
    exclusions: tuple[Exclusion, ...] = ()
    limit: When | None = None
    limit_field: str = ""
    not_before: When | None = None
    act: tuple[Branch, ...] = ()
    act_undisclosed: bool = False
    performed_by: tuple[Function, ...] | None = None
    anyone: bool = False
    counts_prior: bool = False
    breached_by: tuple[Branch, ...] = ()
    waived_by: tuple[Branch, ...] = ()
    discharged_by: tuple[Branch, ...] = ()
    cure: Function | None = None
    cure_any_time: bool = False
    once: bool = False
    maintain: Function | None = None
    holds: Function | None = None
    amount: Function | None = None
    accrues: bool = False
    paid_with: str = ""
    exception_to: tuple[Clause, ...] = ()
    exceptions: list[Clause] = field(default_factory=list)
    effects: tuple[Effect, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    replaced_by: list[Clause | AgreementName] = field(default_factory=list)
    restates: tuple[Clause, ...] = ()
    restated_by: list[Clause] = field(default_factory=list)
    survives: bool = False
    tolls: bool = True
    rank: int = 0
    gate_reads: frozenset[Read] = frozenset()
    reads: frozenset[Read] = frozenset()
    restless: bool = True
    """Whether a change of its own stage may be followed by another in the same instant: else it need not be looked at again."""
    own_watches: tuple[tuple[str, Branch], ...] = ()
    """Conditions and dates inside the clause's own triggers, with the role in which they are watched."""
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def money(self) -> bool:
        """Whether payments are counted towards an amount."""
        return self.amount is not None and bool(self.paid_with)


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Agreement(AgreementName):
    """One instrument made ready to run."""

    parties: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    binding: Any = True
    begin: When | None = None
    end: When | None = None
    completed: tuple[Branch, ...] = ()
    completed_when: Function | None = None
    replaces: tuple[Replacement, ...] = ()
    known_through: Any = None
    clauses: tuple[Clause, ...] = ()
    reads: frozenset[Read] = frozenset()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Update:
    """How a trigger moves a fact or a measure: ``word`` is starts, ends, count, sum, min, max, first, latest or set."""

    thing: Fact | Measure
    word: str
    branches: tuple[Branch, ...]
    function: Function | None = None
    window: Function | None = None
    order: int = 0
    reads: frozenset[Read] = frozenset()


@dataclass(eq=False, slots=True)
class Watch:
    """A condition of the whole deal whose turning is an occurrence: ``(condition) becomes true``."""

    branch: Branch
    reads: frozenset[Read]
    agreement: str
    rank: int = 0
    order: int = 0
    thing: Fact | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to know of an occurrence, in which role, and by which branch of its trigger."""

    role: str
    owner: Any
    branch: Branch


@dataclass(frozen=True, slots=True)
class Question:
    """A definition with alternatives: the readings of a name, or the plausible values of a term."""

    name: str
    full: str
    title: str
    choices: tuple[str, ...]
    default: str
    chosen: str
    place: Place
    plausible: bool = False
    rejected: tuple[tuple[str, str], ...] = ()
    backing: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(eq=False, slots=True)
class Program:
    """The whole deal, ready to run."""

    deal: Deal
    agreements: tuple[Agreement, ...]
    clauses: tuple[Clause, ...]
    facts: tuple[Fact, ...]
    measures: tuple[Measure, ...]
    terms: tuple[Term, ...]
    events: tuple[EventType, ...]
    parties: Mapping[str, Party]
    sources: Mapping[str, Source]
    updates: tuple[Update, ...]
    effects: tuple[Effect, ...]
    zone: tzinfo
    questions: tuple[Question, ...] = ()
    watches: tuple[Watch, ...] = ()
    listeners: dict[Any, tuple[Listener, ...]] = field(default_factory=dict)
    readers: dict[Any, tuple[tuple[Any, bool], ...]] = field(default_factory=dict)
    initial: dict[Any, Function] = field(default_factory=dict)
    windows: dict[Any, Function] = field(default_factory=dict)
    kinds: dict[Any, str] = field(default_factory=dict)
    assumptions: tuple[tuple[str, str, Place], ...] = ()
    definitions: Mapping[Any, Any] = field(default_factory=dict)
    """Every declared thing as it was written, under its chosen reading."""
    expressions: Mapping[Place, Expression] = field(default_factory=dict)
    """Every condition and value that was compiled, by the place of its text."""
    chosen: dict[str, str] = field(default_factory=dict)
    """The reading chosen for each definition, where replacements ask for it."""
    looked: set[str] = field(default_factory=set)
    """The names of the terms with alternatives, and of chosen readings, that a run has looked at."""

    def agreement(self, name: str) -> Agreement:
        return self.deal.agreements[name]  # type: ignore[return-value]

    def resolve_party(self, text: str) -> str | None:
        """The party that data names by name or, where that is unambiguous, by a present or former title.

        Any text where the deal has an open class; None where nobody is called that.
        """
        if text in self.parties:
            return text
        titled = [p.name for p in self.parties.values() if text == p.title or any(text == t for _, t in p.former)]
        if len(titled) == 1:
            return titled[0]
        return text if any(party.open for party in self.parties.values()) else None

    def acts_for(self, doer: Any, party: Any) -> bool:
        """Whether an act of ``doer`` counts as one of ``party``: it is the party, a part of it, or a member of the class."""
        known = self.parties.get(doer)
        if known is None:
            named = self.parties.get(party)
            return bool(doer == party or (named and named.open))
        seen = set()
        while known is not None and known.name not in seen:
            if known.name == party:
                return True
            seen.add(known.name)
            known = self.parties.get(known.part_of or "")
        return False
