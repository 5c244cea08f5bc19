"""The two documents that run things: a scenario, and a suite of them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, Tag

from dealcli.model.fields import Boolean, Clock, Day, Moment, Name, Reference, Text, Value, Whole
from dealcli.model.written import BY_SHAPE, OneOrMoreTexts, References, Texts, Written


class TimelineRow(Written):
    """Something that happened. Every further key is an attribute of the event."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Value]
    noun: ClassVar[str] = "a timeline row"

    date: Moment = Field(description="When it happened: a day, an instant, or an approximate date.")
    at: Clock | None = Field(None, description="The time of day, where date is a day.")
    event: Reference | None = Field(None, description="The event that happened.")
    exercise: Reference | None = Field(None, description="The power that was exercised, where it has no act.")
    note: Text | None = Field(None, description="Background that no clause looks at.")
    reported: Moment | None = Field(None, description="When it became known; the date itself if left out.")
    hypothetical: Boolean | None = Field(None, description="true: supposed, not reported.")
    happened: Literal["unconfirmed"] | None = Field(None, description="unconfirmed: it perhaps happened.")
    sources: References | None = Field(None, description="The sources that report it, by name.")


class EventLog(Written):
    """A file of events."""

    noun: ClassVar[str] = "an event log"

    file: Text = Field(description="The path of an NDJSON or CSV file, which may be gzip; - is standard input.")
    fields: dict[Name, Text] | None = Field(None, description="Which column holds date, event or an attribute.")
    rename: dict[Text, Reference] | None = Field(None, description="What a name in the log is called here.")


class Expectation(Written):
    """What must be so at a date."""

    noun: ClassVar[str] = "an expectation"

    clause: Reference | None = Field(None, description="The clause asked about.")
    agreement: Reference | None = Field(None, description="The agreement asked about.")
    measure: Reference | None = Field(None, description="The measure asked about.")
    fact: Reference | None = Field(None, description="The fact asked about.")
    finding: Name | None = Field(None, description="The kind of finding asked about.")
    at: Day | None = Field(None, description="The day at whose end it must be so; as_of if left out.")
    key: OneOrMoreTexts | None = Field(None, description="The instance asked about.")
    bearer: Text | None = Field(None, description="The bearer of the position.")
    is_: OneOrMoreTexts | None = Field(
        None, alias="is", description="The stage, or one of several; for a fact true, false, unknown."
    )
    is_not: OneOrMoreTexts | None = Field(None, description="Stages that it must not have.")
    verdict: Literal["settled", "contested", "undetermined"] | None = Field(None, description="How sure the answer is.")
    since: Text | None = Field(None, description="The day since when.")
    due: Text | None = Field(None, description="The limit.")
    amount: Text | None = Field(None, description="What is owed.")
    paid: Text | None = Field(None, description="What was paid.")
    outstanding: Text | None = Field(None, description="What is still owed.")
    equals: Value = Field(None, description="The value of the measure; none for no value.")
    count: Whole | None = Field(None, description="How many there are.")
    possible: OneOrMoreTexts | None = Field(None, description="The stages that are possible.")
    turns_on: OneOrMoreTexts | None = Field(None, description="What the answer turns on.")
    counterparty: Text | None = Field(None, description="The counterparty of the position.")
    binding: Boolean | None = Field(None, description="Whether it binds.")
    todo: Text | None = Field(None, description="Why this is known not to hold yet; fails where it holds all the same.")


AgreementPaths = Annotated[Annotated[Text, Tag(":text")] | Annotated[Texts, Tag(":list")], BY_SHAPE]
Choices = dict[Reference, Text]
Values = dict[Reference, Value]


class Scenario(Written):
    """A timeline, and what is expected of it."""

    noun: ClassVar[str] = "a scenario"

    scenario: Text = Field(description="What the scenario is about, in words.")
    title: Text | None = Field(None, description="What people call it.")
    description: Text | None = Field(None, description="More about it.")
    agreements: AgreementPaths | None = Field(
        None, description="Files, folders or builtin:NAME, relative to this file."
    )
    without: References | None = Field(None, description="Agreements left out: an alternative history.")
    as_of: Day | None = Field(None, description="The day at whose end positions are reported.")
    known_as_of: Day | None = Field(None, description="Only what had been reported by this day is taken into account.")
    terms: Values | None = Field(None, description="Values filled in for terms.")
    readings: Choices | None = Field(None, description="The reading chosen for a definition.")
    events: list[TimelineRow] | None = Field(None, description="What happened.")
    events_from: Annotated[Annotated[Text, Tag(":text")] | Annotated[EventLog, Tag(":mapping")], BY_SHAPE] | None = (
        Field(None, description="A file of further events.")
    )
    expect: list[Expectation] | None = Field(None, description="What must be so.")


class SuiteScenario(Written):
    """One scenario of a suite."""

    noun: ClassVar[str] = "a scenario of a suite"

    name: Text = Field(description="The name of the scenario.")
    events: list[TimelineRow] | None = Field(None, description="What happened, merged into the shared events by date.")
    terms: Values | None = Field(None, description="Values filled in for terms.")
    readings: Choices | None = Field(None, description="The reading chosen for a definition.")
    as_of: Day | None = Field(None, description="The day at whose end positions are reported.")
    expect: list[Expectation] | None = Field(None, description="What must be so.")


class Suite(Written):
    """Scenarios that share agreements and events."""

    noun: ClassVar[str] = "a suite"

    suite: Text = Field(description="What the suite is about, in words.")
    title: Text | None = Field(None, description="What people call it.")
    description: Text | None = Field(None, description="More about it.")
    agreements: AgreementPaths | None = Field(
        None, description="Files, folders or builtin:NAME, relative to this file."
    )
    events: list[TimelineRow] | None = Field(None, description="What happened in every scenario.")
    terms: Values | None = Field(None, description="Values filled in for terms in every scenario.")
    readings: Choices | None = Field(None, description="The reading chosen in every scenario.")
    scenarios: Annotated[list[SuiteScenario], Field(min_length=1)] = Field(description="The scenarios.")
