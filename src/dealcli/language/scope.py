"""Where an expression stands: which events are at hand, which keys are bound, what it looked at."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from dealcli.dates import PLAIN_CALENDAR, Calendar
from dealcli.language.declarations import ClauseName, Deal, EventType, Read
from dealcli.language.types import Type
from dealcli.slotted import dataclass, field, replace


class Env:
    """What a compiled expression is given when it runs.

    ``instance`` is the position it is read for, ``event`` the event at hand, ``element`` the one an aggregate looks at,
    ``names`` the bound key values, ``own`` a measure's value before an update.
    """

    __slots__ = ("element", "event", "instance", "names", "own", "run")

    def __init__(self, run: Any, instance: Any = None, event: Any = None, names: Any = None, own: Any = None) -> None:
        self.run = run
        self.instance = instance
        self.event = event
        self.element: Any = None
        self.names: dict[str, Any] = names if names is not None else (instance.names if instance is not None else {})
        self.own = own


@dataclass(slots=True)
class Scope:
    """The static side of ``Env``. ``reads`` collects what the compiled expression looks at."""

    deal: Deal
    agreement: str = ""
    at_hand: tuple[EventType, ...] = ()
    element: EventType | None = None
    element_named: bool = False
    element_is_row: bool = False
    """Whether ``element`` is the row of a list, which has no moment of its own."""
    makers: frozenset[str] = frozenset()
    keys: dict[str, Type] = field(default_factory=dict)
    clause: ClauseName | None = None
    in_instance: bool = False
    own: tuple[str, Type] | None = None
    recurring: bool = False
    dates_only: bool = False
    choices: dict[str, str] | None = None
    """Chosen readings by name, where names stand for them (in ``given:`` and ``when:`` of a replacement)."""
    reads: set[Read] = field(default_factory=set)
    functions: dict[int, Any] | None = None
    """Where it is wanted, the function of every node that was compiled, by the node's identity."""

    def but(self, **changes: Any) -> Scope:
        """A copy with some fields changed that collects into the same ``reads``."""
        return replace(self, **changes)

    @property
    def calendar(self) -> Calendar:
        named = self.deal.agreements.get(self.agreement)
        return named.calendar if named else PLAIN_CALENDAR

    @property
    def zone(self) -> tzinfo:
        """The time zone of the agreement that the expression stands in."""
        named = self.deal.agreements.get(self.agreement)
        return named.zone if named is not None and named.zone is not None else self.deal_zone

    @property
    def deal_zone(self) -> tzinfo:
        """The zone in which the days of the deal are counted: that of its first agreement."""
        first = next(iter(self.deal.agreements.values()), None)
        return first.zone if first is not None and first.zone is not None else UTC

    def binds(self, key: str) -> bool:
        """Whether a key of that name has a value here: the instance's, else an attribute of every event at hand."""
        return key in self.keys or (bool(self.at_hand) and all(key in event.attributes for event in self.at_hand))

    def shared_keys(self, declared: tuple[str, ...] | dict[str, Any]) -> tuple[str, ...]:
        """The bound keys that another thing bears as well: a fluent's or clause's keys, or an event's attributes.

        Between two events only attributes of type ``id`` are keys; other attributes of the same name are chance.
        """
        if isinstance(declared, tuple):
            return tuple(key for key in declared if self.binds(key))
        if self.keys or not self.at_hand:
            return tuple(key for key in self.keys if key in declared)
        first, *others = self.at_hand
        return tuple(k for k in first.ids if k in declared and all(k in event.ids for event in others))

    def bindings(self, keys: tuple[str, ...]) -> set[tuple[str, ...]]:
        """The keys that may be bound together when the expression is read: without the event at hand those of the instance."""
        return {keys, tuple(key for key in keys if key in self.keys)}
