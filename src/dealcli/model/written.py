"""The base of every model, and the shapes that several of them share: triggers, conditions, lists of names.

Where a field takes more than one shape, the shape of what was written picks the branch. The tags begin with ``:`` so
that they look like no key; ``trail`` takes them out of the route.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from dealcli.model.fields import Name, Reference, Text
from dealcli.model.scalars import refusal


def shape(value: object) -> str | None:
    """The tag of the branch that a written value belongs to; None for an empty one."""
    if isinstance(value, str):
        return ":text"
    if isinstance(value, list):
        return ":list"
    return ":mapping" if isinstance(value, dict) else None


BY_SHAPE = Discriminator(shape)


class Written(BaseModel):
    """What a person writes: frozen, strict, without unknown keys. ``noun`` is what messages call it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", protected_namespaces=())
    noun: ClassVar[str] = "this mapping"


class ConditionGroup(Written):
    """Conditions joined by one of all, any, not."""

    noun: ClassVar[str] = "a condition"

    all: Annotated[list[Condition], Field(min_length=1)] | None = Field(None, description="Every one of these holds.")
    any: Annotated[list[Condition], Field(min_length=1)] | None = Field(
        None, description="At least one of these holds."
    )
    not_: Condition | None = Field(None, alias="not", description="This does not hold.")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise refusal("DC211", "a condition is joined in one way at a time", "exactly one of all, any, not")
        return self


Texts = Annotated[list[Text], Field(min_length=1)]
Names = Annotated[list[Name], Field(min_length=1)]
References = Annotated[list[Reference], Field(min_length=1)]

Condition = Annotated[Annotated[Text, Tag(":text")] | Annotated[ConditionGroup, Tag(":mapping")], BY_SHAPE]
Trigger = Annotated[Annotated[Text, Tag(":text")] | Annotated[Texts, Tag(":list")], BY_SHAPE]
TriggerOrCondition = Annotated[
    Annotated[Text, Tag(":text")] | Annotated[Texts, Tag(":list")] | Annotated[ConditionGroup, Tag(":mapping")],
    BY_SHAPE,
]
OneOrMoreTexts = Trigger
OneOrMoreNames = Annotated[Annotated[Name, Tag(":text")] | Annotated[Names, Tag(":list")], BY_SHAPE]
OneOrMoreReferences = Annotated[Annotated[Reference, Tag(":text")] | Annotated[References, Tag(":list")], BY_SHAPE]
Undisclosed = Literal["undisclosed"]

ConditionGroup.model_rebuild()


class Backed(Written):
    """Keys that say where a definition comes from."""

    title: Text | None = Field(None, description="What people call it.")
    sources: References | None = Field(None, description="The sources that this comes from, by name.")
    against: References | None = Field(None, description="Sources that contradict it.")
    assumed: Text | None = Field(None, description="Why this is assumed, where no source gives it.")


class Choice(Written):
    """Keys that only a reading has."""

    means: Text | None = Field(None, description="What it says, in words.")
    given: Condition | None = Field(None, description="Outside this condition the reading does not exist.")
    rejected: Text | None = Field(None, description="Why this reading is listed and never run.")
