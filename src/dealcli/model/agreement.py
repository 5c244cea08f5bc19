"""The two documents that define things: an agreement, and the vocabulary that several agreements share."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, Tag

from dealcli.model.clause import Clause, Effect, Replaces
from dealcli.model.definitions import Event, Fact, Measure, Party, Source, Term
from dealcli.model.fields import Boolean, Day, Name, Reference, Text
from dealcli.model.written import (
    BY_SHAPE,
    Backed,
    Choice,
    References,
    Trigger,
    TriggerOrCondition,
    Written,
)

WrittenParty = Annotated[Annotated[Text, Tag(":text")] | Annotated[Party, Tag(":mapping")], BY_SHAPE]
Parties = Annotated[
    Annotated[dict[Name, WrittenParty], Tag(":mapping")] | Annotated[References, Tag(":list")], BY_SHAPE
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class HolidayCalendar(Written):
    """Which days are no business days."""

    noun: ClassVar[str] = "a calendar"

    weekend: list[Weekday] | None = Field(None, description="The days of the week on which nobody works.")
    holidays: list[Day] | None = Field(None, description="Further days on which nobody works.")


class BindingKeys(Backed):
    """Whether an agreement binds."""

    noun: ClassVar[str] = "binding"

    value: Boolean | None = Field(None, description="Whether the agreement binds.")


class BindingReading(BindingKeys, Choice):
    """One reading of whether an agreement binds."""

    noun: ClassVar[str] = "a reading of binding"


class Binding(BindingKeys):
    """Whether an agreement binds, with its sources or readings."""

    default: Name | None = Field(None, description="The reading that is taken unless another is chosen.")
    readings: dict[Name, BindingReading] | None = Field(None, description="The readings, by name.")


WrittenBinding = Annotated[Annotated[Boolean, Tag(":text")] | Annotated[Binding, Tag(":mapping")], BY_SHAPE]


class Shared(Written):
    """What may be defined for one agreement or for several."""

    title: Text | None = Field(None, description="What people call it.")
    sources: dict[Name, Source] | None = Field(None, description="Where the definitions come from, by name.")
    default_source: Reference | None = Field(
        None, description="The source of every definition that names none; implied where there is only one."
    )
    events: dict[Name, Event] | None = Field(None, description="What can happen, by name.")
    terms: dict[Name, Term] | None = Field(None, description="Named constants.")
    facts: dict[Name, Fact] | None = Field(None, description="What is true or false over time, by name.")
    measures: dict[Name, Measure] | None = Field(None, description="Values over time, by name.")


class Vocabulary(Shared):
    """Definitions that several agreements share; no dates or clauses of its own."""

    noun: ClassVar[str] = "a vocabulary"

    vocabulary: Name = Field(description="The name of the vocabulary.")
    parties: dict[Name, WrittenParty] | None = Field(None, description="The parties, by name.")


class Agreement(Shared):
    """One instrument."""

    noun: ClassVar[str] = "an agreement"

    agreement: Name = Field(description="The name of the agreement.")
    parties: Parties | None = Field(None, description="Its parties by name, or a list of parties of a vocabulary.")
    binding: WrittenBinding | None = Field(None, description="false: nothing in it is a breach of contract.")
    from_: Trigger | None = Field(None, alias="from", description="When it begins: a date, expression or trigger.")
    until: Trigger | None = Field(None, description="When it ends; its last day is included.")
    completed_by: TriggerOrCondition | None = Field(None, description="What completes it.")
    replaces: Replaces | None = Field(None, description="What it succeeds.")
    timezone: Text | None = Field(
        None, description="The time zone of its days, such as Europe/London; UTC if left out."
    )
    calendar: HolidayCalendar | None = Field(None, description="Its own days of rest, for business days.")
    month_end: Literal["last_day", "next_day", "error"] | None = Field(
        None, description="What a month does that lands on a missing day; last_day if left out."
    )
    known_through: Day | None = Field(
        None, description="After this day the absence of an event is not known to be an absence."
    )
    clauses: dict[Name, Clause] | None = Field(None, description="Its clauses, by name.")
    effects: Annotated[list[Effect], Field(min_length=1)] | None = Field(
        None, description="What ends, suspends or changes clauses or the agreement."
    )
