"""A clause, the effects of powers, and what replaces what."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, Tag

from dealcli.model.fields import Name, OpenBoolean, Reference, Text, Times
from dealcli.model.written import (
    BY_SHAPE,
    Backed,
    Choice,
    Condition,
    ConditionGroup,
    OneOrMoreNames,
    OneOrMoreReferences,
    OneOrMoreTexts,
    References,
    Trigger,
    Undisclosed,
    Written,
)


class NamedException(Written):
    """One of several exceptions to a clause."""

    noun: ClassVar[str] = "an exception in unless"

    name: Name = Field(description="What the exception is called.")
    when: Condition = Field(description="While this holds, the clause is displaced.")
    sources: References | None = Field(None, description="The sources that this comes from, by name.")


Exceptions = Annotated[list[NamedException], Field(min_length=1)]
Unless = Annotated[
    Annotated[Text, Tag(":text")] | Annotated[ConditionGroup, Tag(":mapping")] | Annotated[Exceptions, Tag(":list")],
    BY_SHAPE,
]


class OwnEffect(Written):
    """What the exercise of a power does."""

    noun: ClassVar[str] = "an effect"

    terminate: Reference | None = Field(None, description="End this clause, or the agreement.")
    suspend: Reference | None = Field(None, description="Suspend this clause, or the agreement.")
    resume: Reference | None = Field(None, description="Lift the suspension of this clause, or of the agreement.")
    waive: Reference | None = Field(None, description="Waive this clause; past breaches are forgiven.")
    discharge: Reference | None = Field(None, description="Release the bearer of this clause; past breaches stay.")
    complete: Reference | None = Field(None, description="Fulfil this clause, or complete the agreement.")
    extend: Reference | None = Field(
        None, description="Move the limit of this clause, else its end, or the agreement's end."
    )
    assign: Reference | None = Field(None, description="Hand this clause on to another party.")
    key: Text | None = Field(
        None, description="Which instance; all for every one. Left out: the one with the key at hand."
    )
    after: Text | None = Field(None, description="How long after; takes effect at the beginning of that day.")
    at: Text | None = Field(None, description="The date on which it takes effect.")
    when: Condition | None = Field(None, description="Only if this holds, judged at the trigger.")
    by: Text | None = Field(None, description="How far the limit or end is moved.")
    to: Text | None = Field(None, description="The new limit or end; the new party.")
    side: Literal["bearer", "counterparty"] | None = Field(None, description="Which side is handed on.")
    title: Text | None = Field(None, description="What people call this effect.")
    sources: References | None = Field(None, description="The sources that this comes from, by name.")


class Effect(OwnEffect):
    """What a trigger does to clauses or to the agreement."""

    upon: Trigger = Field(description="What sets it off.")


class Replacement(Written):
    """What an agreement or clause succeeds."""

    noun: ClassVar[str] = "a replacement"

    agreement: Name | None = Field(None, description="The agreement that is replaced as a whole.")
    except_: References | None = Field(None, alias="except", description="Its clauses that go on.")
    clauses: References | None = Field(None, description="The clauses that are replaced.")
    when: Condition | None = Field(None, description="The reading under which this is so.")
    sources: References | None = Field(None, description="The sources that this comes from, by name.")


Replaced = Annotated[Annotated[Reference, Tag(":text")] | Annotated[Replacement, Tag(":mapping")], BY_SHAPE]
Replaces = Annotated[
    Annotated[Replacement, Tag(":mapping")] | Annotated[list[Replaced], Field(min_length=1), Tag(":list")],
    BY_SHAPE,
]
OwnEffects = Annotated[
    Annotated[Undisclosed, Tag(":text")] | Annotated[list[OwnEffect], Field(min_length=1), Tag(":list")],
    BY_SHAPE,
]


class ClauseKeys(Backed):
    """One legal position of a bearer towards a counterparty."""

    noun: ClassVar[str] = "a clause"

    kind: Literal["obligation", "prohibition", "permission", "right", "power", "condition", "recital"] | None = Field(
        None, description="What kind of position it is."
    )
    bearer: OneOrMoreTexts | None = Field(
        None, description="Whose position it is: a party, an attribute, or a list of them."
    )
    counterparty: OneOrMoreTexts | None = Field(
        None, description="Towards whom; left out, the other of two parties, or all."
    )
    text: Text | None = Field(None, description="What it says, in your own words.")
    binding: OpenBoolean | None = Field(
        None, description="false: it runs, and nothing about it is a breach of contract."
    )

    for_each: Trigger | None = Field(None, description="What makes an instance: a trigger, or a term that is a list.")
    key: OneOrMoreNames | None = Field(None, description="The attribute or attributes that tell instances apart.")
    every: Text | None = Field(
        None, description="The length of a period, one instance for each: month, 3 months, quarter."
    )
    first: Text | None = Field(None, description="The day from which periods are counted.")
    times: Times | None = Field(None, description="How many periods there are.")

    from_: Trigger | None = Field(None, alias="from", description="When it begins: a date, expression or trigger.")
    until: Trigger | None = Field(None, description="When it ends: a date, expression, trigger or duration.")
    while_: Condition | None = Field(None, alias="while", description="It binds only while this holds.")
    unless: Unless | None = Field(None, description="It is displaced while this holds; or a list of named exceptions.")

    within: Text | None = Field(
        None, description="The time in which to act, counted from activation; its last day included."
    )
    due: Trigger | None = Field(None, description="The day by which to act, included.")
    before: Trigger | None = Field(None, description="The day before which to act.")
    not_before: Trigger | None = Field(None, description="An act earlier than this does not count.")

    act: Trigger | None = Field(None, description="What performs, breaks or exercises it.")
    holds: Condition | None = Field(None, description="What meets a condition, in place of an act.")
    maintain: Condition | None = Field(None, description="A standing duty: breached whenever this is false.")
    performed_by: OneOrMoreTexts | None = Field(
        None, description="Whose act counts: the bearer, anyone, or these parties."
    )
    prior_performance: Literal["ignored", "counts", "undisclosed"] | None = Field(
        None, description="counts: acts before activation are taken as done at activation."
    )
    breached_by: Trigger | None = Field(None, description="What breaches it, such as bad performance.")
    waived_by: Trigger | None = Field(None, description="What waives it.")
    discharged_by: Trigger | None = Field(None, description="What releases the bearer.")
    cure: Text | None = Field(None, description="The time in which late performance cures a breach, or any_time.")
    once: OpenBoolean | None = Field(None, description="Whether one use spends it; true for a power if left out.")

    amount: Text | None = Field(None, description="What is owed.")
    accrues: OpenBoolean | None = Field(None, description="true: the amount is read live until it is paid.")
    paid_with: Name | None = Field(None, description="The act's attribute that holds what was paid.")

    exception_to: OneOrMoreReferences | None = Field(None, description="The clauses that this one excuses from.")
    effects: OwnEffects | None = Field(None, description="What its exercise does.")
    replaces: Replaces | None = Field(None, description="The clauses that it succeeds.")
    restates: OneOrMoreReferences | None = Field(None, description="Clauses it says again; no position of its own.")
    survives: OpenBoolean | None = Field(None, description="true: it goes on when its agreement ends.")
    suspension: Literal["tolls", "runs", "undisclosed"] | None = Field(
        None, description="Whether its limit stands still (tolls) or runs on while it is suspended."
    )


class ClauseReading(ClauseKeys, Choice):
    """One reading of a clause."""

    noun: ClassVar[str] = "a reading of a clause"


class Clause(ClauseKeys):
    """One legal position of a bearer towards a counterparty."""

    default: Name | None = Field(None, description="The reading that is taken unless another is chosen.")
    readings: dict[Name, ClauseReading] | None = Field(None, description="The readings, by name.")
