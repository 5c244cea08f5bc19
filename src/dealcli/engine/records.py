"""What the engine keeps while it runs: events, positions, agreements, occurrences, transitions. Small and slotted."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dealcli.dates import add_days
from dealcli.diagnostics import Place
from dealcli.engine import lifecycle
from dealcli.language.declarations import EventType, Fluent
from dealcli.language.values import UNKNOWN, Truth, both
from dealcli.money import show_number
from dealcli.slotted import dataclass, field, replace

if TYPE_CHECKING:
    from dealcli.engine.program import Agreement, Clause

Moment = date | datetime
_UNENDED = frozenset((*lifecycle.UNDECIDED, "new"))


class Event:
    """Something that happened: its type, civil day, instant (where known) and typed attribute values.

    ``certain`` is False for one that is unconfirmed. ``marks`` are the facts and measures that aggregates want to know as
    they stood when it came.
    """

    __slots__ = ("at", "certain", "day", "marks", "place", "recorded", "row", "seq", "type", "values")

    def __init__(self, kind: EventType, day: date, at: datetime | None, values: dict[str, Any], certain: bool = True,
                 place: Place | None = None, row: dict[str, Any] | None = None) -> None:  # fmt: skip
        self.type = kind
        self.day = day
        self.at = at
        self.values = values
        self.certain = certain
        self.seq = 0
        self.marks: tuple[Any, ...] = ()
        self.recorded = False
        self.place = place
        self.row = row

    @property
    def moment(self) -> Moment:
        return self.at or self.day


@dataclass(frozen=True, slots=True)
class Made:
    """An instance of a clause that a chain of causes has made, after those ``before`` it."""

    clause: Clause
    key: tuple[Any, ...]
    before: Made | None


@dataclass(eq=False, slots=True)
class Occurrence:
    """Something that sets things in motion: an event, a change of stage or truth, a day that has come.

    ``certain`` is False where it has only perhaps occurred. ``anchor`` is the moment from which a clock counts that starts
    here. ``made`` is the last of the instances that the chain of causes leading here has made.
    """

    kind: str
    thing: Any
    word: str
    anchor: Moment
    certain: bool = True
    event: Event | None = None
    position: Position | None = None
    names: dict[str, Any] = field(default_factory=dict)
    made: Made | None = None
    cause: Occurrence | None = None

    def then(self, kind: str, thing: Any, word: str = "", **changes: Any) -> Occurrence:
        """An occurrence that this one causes: with its event, position, names and anchor, as far as nothing else is said."""
        return replace(self, kind=kind, thing=thing, word=word, cause=self, **changes)

    def describe(self) -> dict[str, Any]:
        """The occurrence as data for reasons: what kind, what thing, which word."""
        named = (getattr(self.thing, part, "") for part in ("full", "text", "title"))
        name = self.thing if isinstance(self.thing, str) else next(filter(None, named), "")
        row: dict[str, Any] = {"kind": self.kind, "name": name, "word": self.word, "date": str(self.anchor)}
        if self.position is not None and self.position.key_text is not None:
            row["key"] = self.position.key_text
        return row


@dataclass(frozen=True, slots=True)
class Move:
    """What moved a limit or an end since it was written: by a length, to another date, or on to a day that it must reach.

    ``perhaps``: it is not known whether it did.
    """

    by: Any = None
    to: Any = None
    reach: date | None = None
    perhaps: bool = False


@dataclass(eq=False, slots=True)
class Position:
    """One legal position: an instance of a clause for one bearer. ``stages`` are those it may be in (mostly one)."""

    clause: Clause
    seq: int
    names: dict[str, Any]
    made_on: Moment
    # who and which
    key: tuple[Any, ...] = ()
    number: int | None = None
    bearer: Any = None
    counterparty: Any = None
    # where it comes from
    makers: dict[str, Event] = field(default_factory=dict)
    parent: Position | None = None
    offspring: tuple[Position, ...] = ()
    occurrence: Occurrence | None = None
    maker: Event | Occurrence | None = None
    """What made it: the event, or the change of another position."""
    # where it stands
    stages: tuple[str, ...] = ("new",)
    gate: str = ""
    gates: tuple[str, ...] = ()
    since: Moment | None = None
    since_day: date | None = None
    entered: dict[str, Moment] = field(default_factory=dict)
    activated: bool = False
    anchor: Moment = date.min
    over: bool = False
    maybe_over: bool = False
    bound: bool = False
    maybe_bound: bool = False
    maybe_started: bool = False
    """Whether it is not known that it has been activated."""
    anchor_at_latest: Moment | None = None
    """When it was activated, should it not have been at ``anchor``."""
    # its span and its limit
    begun: Any = None
    begun_at: Moment | None = None
    not_before: Any = None
    written: Any = None
    """The limit as it came to stand, before anything moved it; None while it is live or open."""
    limit: Any = None
    limit_moves: tuple[Move, ...] = ()
    limit_passed: bool = False
    """Whether it came while the position was held, and passes once that is resumed."""
    limit_over: Truth = False
    """Whether it has passed, so that what was not done by then is missed."""
    cure_limit: Any = None
    until: Any = None
    until_set: bool = False
    until_moves: tuple[Move, ...] = ()
    suspended_on: date | None = None
    suspended_by: dict[Any, Any] = field(default_factory=dict)
    # what was done
    amount: Any = None
    amount_fixed: bool = False
    paid: Any = 0
    performed_on: Moment | None = None
    performed_late: bool = False
    maybe_performed_late: bool = False
    released: bool = False
    breaches: tuple[dict[str, Any], ...] = ()
    maybe_broken: bool = False
    uses: tuple[dict[str, Any], ...] = ()
    maybe_used: bool = False
    performers: tuple[Any, ...] = ()
    excused: tuple[Occurrence, ...] = ()
    # what it waits for
    watches: dict[Any, Any] | None = None

    def __post_init__(self) -> None:
        self.anchor = self.made_on

    @property
    def key_text(self) -> str | None:
        """The key as it is printed; None for a plain clause."""
        if self.key:
            text = " / ".join(show_key(part) for part in self.key)
            return text if self.number in (None, 1) else f"{text} #{self.number}"
        return str(self.number) if self.number is not None else None

    @property
    def shown(self) -> str:
        return lifecycle.shown(self.stages, self.clause.kind)

    @property
    def limit_strict(self) -> bool:
        """Whether the act has to come before the limit."""
        return self.clause.limit_field == "before"

    @property
    def limit_day(self) -> Any:
        """The last day, or the instant, on which the act is in time; None without a limit."""
        if self.limit_strict and type(self.limit) is date:
            return add_days(self.limit, -1)
        return self.limit

    @property
    def owed(self) -> bool:
        """Whether a breached duty still waits for late performance."""
        late = "breached" in self.stages and not self.performed_late and not self.released
        return late and self.clause.group == "duty"

    @property
    def perhaps_shut(self) -> bool:
        """Whether it is held or displaced, and perhaps does not apply at all: what is done about it is done perhaps."""
        return self.gate in (lifecycle.HELD, lifecycle.DISPLACED_GATE) and lifecycle.SHUT in self.gates

    @property
    def incurred(self) -> Truth:
        """Whether it is a debt that nothing but payment, waiver or discharge ends.

        It was made by an occurrence or a period and once in force, or it is a plain one whose limit has passed.
        """
        if self.clause.amount is None or self.clause.kind != "obligation" or self.stages == ("fulfilled",):
            return False
        if self.clause.plain:
            breached: Truth = self.stages == ("breached",) or (UNKNOWN if "breached" in self.stages else False)
            return both(self.limit_over, breached)
        return self.bound or (UNKNOWN if self.maybe_bound else False)

    @property
    def unended(self) -> bool:
        """Whether it has come to no end yet, as far as is known."""
        return not _UNENDED.isdisjoint(self.stages)

    @property
    def binds_on(self) -> bool:
        """Whether it was broken and goes on binding: a prohibition or standing duty whose span is not over."""
        return "breached" in self.stages and self.clause.group in lifecycle.STANDING and not self.over

    @property
    def undecided(self) -> bool:
        """Whether it may still change: it is open, or a breach of it goes on binding."""
        if not _UNENDED.isdisjoint(self.stages):
            return True
        return not self.over and "breached" in self.stages


def show_key(part: Any) -> str:
    """One part of a key as it is printed."""
    return show_number(part) if type(part).__name__ in ("int", "Fraction") else str(part)


class AgreementState:
    """The stage of an agreement, the causes that suspend it, and its end where one is set."""

    __slots__ = ("agreement", "begun", "begun_at", "ended_on", "heir", "maybe_ended", "moves", "since", "stages", "suspended_by", "until")

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.stages: tuple[str, ...] = ("pending",)
        self.since: Moment | None = None
        self.begun: Any = False
        """Whether it has ever been in force: true, false or unknown."""
        self.begun_at: Moment | None = None
        self.ended_on: Moment | None = None
        """When it ended; None too where that is not known."""
        self.maybe_ended = False
        self.suspended_by: dict[Any, Any] = {}
        self.until: Any = None
        self.moves: tuple[Move, ...] = ()
        self.heir: str = ""

    @property
    def shown(self) -> str:
        return self.stages[0] if len(self.stages) == 1 else "undetermined"


class Cell:
    """The value of a fact or measure that triggers move, for one key, and what it needs to move on."""

    __slots__ = ("certain_total", "inexact", "parts", "since", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.since: Moment | None = None
        self.certain_total: Any = 0
        self.parts: list[tuple[Moment, Any, Any]] = []
        """What falls into a rolling window: when, what, and whether that is certain."""
        self.inexact = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One change in the history: of a position, an agreement, a fact or a measure."""

    moment: Moment
    day: date
    kind: str
    name: str
    key: str | None
    cue: str
    before: Any
    after: Any
    cause: Occurrence
    anchor: Moment
    possible: tuple[str, ...] = ()
    bearer: Any = None
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader should know about the run."""

    kind: str
    severity: str
    day: date | None
    clause: str | None
    key: str | None
    event: str | None
    text: str
    place: Place | None = None
    moment: Moment | None = None


__all__ = ["AgreementState", "Cell", "Event", "Finding", "Fluent", "Moment", "Occurrence", "Position", "Transition"]
