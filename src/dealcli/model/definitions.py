"""What an agreement and a vocabulary both declare: parties, sources, events, terms, facts and measures."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, Tag

from dealcli.model.fields import Day, Name, PublicationDate, Reference, Text, True_, Url, Value
from dealcli.model.written import BY_SHAPE, Backed, Choice, Condition, References, Texts, Trigger, Written


class FormerTitle(Written):
    """A title that a party bore until some day."""

    noun: ClassVar[str] = "an earlier title of a party"

    until: Day = Field(description="The last day on which the party bore this title.")
    title: Text = Field(description="The title it bore.")


class Party(Written):
    """Someone who can bear a position."""

    noun: ClassVar[str] = "a party"

    title: Text | None = Field(None, description="What people call the party.")
    part_of: Reference | None = Field(
        None, description="The party that this one is a part of; its acts count as the whole's."
    )
    was: Annotated[list[FormerTitle], Field(min_length=1)] | None = Field(None, description="Titles it bore before.")
    open: True_ | None = Field(None, description="true for an open class: its members are named only by the events.")


class Source(Written):
    """Where a definition comes from."""

    noun: ClassVar[str] = "a source"

    title: Text = Field(description="The title of the document.")
    publisher: Text | None = Field(None, description="Who published it.")
    published: PublicationDate | None = Field(None, description="When it was published; may be approximate.")
    url: Url | None = Field(None, description="Its web address.")
    standing: Literal["contract", "official", "filing", "court", "press", "leak", "inference"] = Field(
        description="What kind of document it is, best first."
    )
    read: Literal["direct", "reproduction", "summary", "unread"] | None = Field(None, description="How it was read.")
    against: References | None = Field(None, description="Sources that contradict it.")


AttributeType = Annotated[Annotated[Text, Tag(":text")] | Annotated[Texts, Tag(":list")], BY_SHAPE]


class Event(Written):
    """Something that can happen. Every further key is an attribute with its type; a ? after it makes it optional."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, AttributeType]
    noun: ClassVar[str] = "an event"

    title: Text | None = Field(None, description="What people call the event.")
    valid: Condition | None = Field(
        None, description="Without this an occurrence is impossible: a finding, without effect."
    )
    reporting: Literal["partial"] | None = Field(
        None, description="partial: not having been reported does not mean that it did not happen."
    )
    doer: Name | None = Field(None, description="The attribute that says who did it; by where this is left out.")


class TermKeys(Backed):
    """A named constant."""

    noun: ClassVar[str] = "a term"

    value: Value = Field(
        None,
        description="A number, money, percentage, duration, date, word, boolean, list or table; none; or undisclosed.",
    )
    text: Text | None = Field(None, description="A definition in words, in place of a value.")
    unit: Text | None = Field(None, description="What a bare number counts.")
    plausible: Annotated[list[Value], Field(min_length=1)] | None = Field(
        None, description="Values that it may have, where no source gives one."
    )


class TermReading(TermKeys, Choice):
    """One reading of a term."""

    noun: ClassVar[str] = "a reading of a term"


class Term(TermKeys):
    """A named constant."""

    default: Name | None = Field(None, description="The reading that is taken unless another is chosen.")
    readings: dict[Name, TermReading] | None = Field(None, description="The readings, by name.")


class FactKeys(Backed):
    """Something that is true or false over time."""

    noun: ClassVar[str] = "a fact"

    starts: Trigger | None = Field(None, description="What makes it true.")
    ends: Trigger | None = Field(None, description="What makes it false again.")
    holds: Condition | None = Field(None, description="A condition that it stands for, in place of starts and ends.")
    per: Name | None = Field(None, description="The key for each of which there is one fact.")


class FactReading(FactKeys, Choice):
    """One reading of a fact."""

    noun: ClassVar[str] = "a reading of a fact"


class Fact(FactKeys):
    """Something that is true or false over time."""

    default: Name | None = Field(None, description="The reading that is taken unless another is chosen.")
    readings: dict[Name, FactReading] | None = Field(None, description="The readings, by name.")


class Update(Written):
    """How a measure changes."""

    noun: ClassVar[str] = "an update of a measure"

    upon: Trigger = Field(description="When the measure changes.")
    set: Text = Field(description="Its new value; the measure's own name is the value before.")


class MeasureKeys(Backed):
    """A value over time."""

    noun: ClassVar[str] = "a measure"

    count: Trigger | None = Field(None, description="How often this occurred.")
    sum: Text | None = Field(None, description="The sum of this over the occurrences.")
    min: Text | None = Field(None, description="The least of this over the occurrences.")
    max: Text | None = Field(None, description="The greatest of this over the occurrences.")
    first: Text | None = Field(None, description="This at the first occurrence.")
    latest: Text | None = Field(None, description="This at the latest occurrence.")
    upon: Trigger | None = Field(
        None, description="The occurrences looked at; implied where the expression names one event."
    )
    over: Text | None = Field(None, description="A rolling window: only this long back.")
    initial: Text | None = Field(None, description="The value before the first update.")
    updates: Annotated[list[Update], Field(min_length=1)] | None = Field(
        None, description="How the value changes; the first that matches is taken."
    )
    is_: Text | None = Field(None, alias="is", description="An expression that it stands for at any time.")
    per: Name | None = Field(None, description="The key for each of which there is one measure.")


class MeasureReading(MeasureKeys, Choice):
    """One reading of a measure."""

    noun: ClassVar[str] = "a reading of a measure"


class Measure(MeasureKeys):
    """A value over time."""

    default: Name | None = Field(None, description="The reading that is taken unless another is chosen.")
    readings: dict[Name, MeasureReading] | None = Field(None, description="The readings, by name.")
