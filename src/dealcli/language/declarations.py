"""What names stand for: the things a deal declares, with what the compiler must know of each before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from functools import cache
from typing import Any

from dealcli.dates import PLAIN_CALENDAR, Calendar
from dealcli.diagnostics import Place, did_you_mean
from dealcli.language import tree
from dealcli.language.tree import LanguageError, Name, Node
from dealcli.language.types import ANY, BOOLEAN, Type
from dealcli.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an event; ``optional`` where it may be absent."""

    type: Type
    optional: bool = False


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Declared:
    """Something with a name. ``agreement`` is empty for a vocabulary; ``order`` is that of the files."""

    name: str
    agreement: str = ""
    title: str = ""
    place: Place = field(default_factory=Place)
    order: int = 0
    choice: str = ""
    """The reading that was chosen, where the thing has readings."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.full}>"

    @property
    def full(self) -> str:
        return _full_name(self.agreement, self.name)


@cache
def _full_name(agreement: str, name: str) -> str:
    """The two joined, once: every change of a position bears the name of its clause."""
    return f"{agreement}.{name}" if agreement else name


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Party(Declared):
    part_of: str | None = None
    open: bool = False
    former: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class EventType(Declared):
    """``marks`` are facts and measures that aggregates over these events need as they stood at each event."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    partial: bool = False
    doer: str = "by"
    known_through: Any = None
    valid: Callable[[Any], Any] | None = None
    marks: list[Callable[[Any], Any]] = field(default_factory=list)
    kept: bool = False
    """Whether all occurrences are kept, because some aggregate or look-up with a condition reads them."""
    kept_by: set[tuple[str, ...]] = field(default_factory=set)
    newest_by: set[tuple[str, ...]] = field(default_factory=set)
    read: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(name for name, attribute in self.attributes.items() if attribute.type.name == "id")


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Term(Declared):
    value: Any = None
    type: Type = ANY
    text: str = ""
    unit: str = ""
    open: bool = False
    """Whether it has alternatives: then a run notes that it looked at it."""


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Fluent(Declared):
    """A fact or a measure. ``keys`` are the names of what it is kept per."""

    keys: tuple[str, ...] = ()
    type: Type = BOOLEAN
    computed: Callable[[Any], Any] | None = None
    """``holds:`` or ``is:``, read at any time; None for one that triggers move."""
    reads: frozenset[Read] = frozenset()


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Fact(Fluent):
    pass


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Measure(Fluent):
    pass


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class ClauseName(Declared):
    """What the compiler knows of a clause: its kind, the names of its key, whether it has several positions."""

    kind: str = ""
    keys: tuple[str, ...] = ()
    plain: bool = True
    several_bearers: bool = False
    makers: frozenset[str] = frozenset()


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class AgreementName(Declared):
    calendar: Calendar = PLAIN_CALENDAR
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Something an expression looks at. ``local`` where only the part with the reader's own key matters."""

    kind: str
    thing: Any
    local: bool = False


VALUES = (EventType, Fact, Measure, Term, Party)


class Deal:
    """All declarations of the agreements of one scenario, looked up by name."""

    def __init__(self) -> None:
        self.agreements: dict[str, AgreementName] = {}
        self.names: dict[str, list[Declared]] = {}

    def declare(self, thing: Declared) -> None:
        self.names.setdefault(thing.name, []).append(thing)

    def find(self, name: str, agreement: str, kinds: tuple[type, ...]) -> list[Declared]:
        """The own agreement's definition, else all of that name in the deal."""
        found = [thing for thing in self.names.get(name, ()) if isinstance(thing, kinds)]
        own = [thing for thing in found if thing.agreement == agreement]
        return own or found

    def events_named(self, names: Iterable[str]) -> list[EventType]:
        """The event types with these full names, in the order of the files."""
        found = [t for full in names for t in self.names.get(full.rpartition(".")[2], ()) if isinstance(t, EventType) and t.full == full]
        return sorted(found, key=lambda event: (event.order, event.full))

    def resolve(self, name: str, agreement: str, kinds: tuple[type, ...], node: Node | tuple[int, int],
                what: str = "name") -> Any:  # fmt: skip
        """The one thing of that name. Raises ``LanguageError`` where there is none, or several."""
        found = self.find(name, agreement, kinds)
        if len(found) == 1:
            return found[0]
        if found:
            listed = " or ".join(sorted(thing.full if thing.agreement else f"{name} (vocabulary)" for thing in found))
            raise LanguageError(f"'{name}' could mean {listed}", node, code="DC303", hint="write agreement.name")
        known = {thing.name for things in self.names.values() for thing in things if isinstance(thing, kinds)}
        raise LanguageError(f"no {what} is called '{name}'", node, code="DC302", hint=did_you_mean(name, known))

    def own(self, agreement: str, name: str, kinds: tuple[type, ...]) -> list[Declared]:
        """What the agreement itself (``""``: a vocabulary) declares under that name."""
        return [t for t in self.names.get(name, ()) if t.agreement == agreement and isinstance(t, kinds)]

    def named(self, node: Node, agreement: str, kinds: tuple[type, ...], what: str = "name") -> Any:
        """The one thing that ``name`` or ``agreement.name`` stands for, or None. Raises ``LanguageError`` for several."""
        if isinstance(node, Name) and self.find(node.name, agreement, kinds):
            return self.resolve(node.name, agreement, kinds, node, what)
        if isinstance(node, tree.Attribute) and isinstance(node.base, Name) and node.base.name in self.agreements:
            return next(iter(self.own(node.base.name, node.name, kinds)), None)
        return None

    def called(self, full: str, kinds: tuple[type, ...]) -> Any:
        """The thing with this full name, or None."""
        agreement, _, name = full.rpartition(".")
        return next(iter(self.own(agreement, name, kinds)), None)

    def inside(self, agreement: str, name: str, kinds: tuple[type, ...], node: Node) -> Any:
        """``agreement.name``. Raises ``LanguageError`` where the agreement declares no such thing."""
        own = self.own(agreement, name, kinds)
        if own:
            return own[0]
        known = {t.name for ts in self.names.values() for t in ts if t.agreement == agreement and isinstance(t, kinds)}
        raise LanguageError(f"{agreement} declares no '{name}'", node, code="DC302", hint=did_you_mean(name, known))
