"""The types of single scalars: each a check, and what the schema says of it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from dealcli.model.scalars import (
    check_boolean,
    check_clock,
    check_day,
    check_moment,
    check_name,
    check_open_boolean,
    check_publication_date,
    check_reference,
    check_text,
    check_times,
    check_true,
    check_url,
    check_whole,
)
from dealcli.model.words import NAME_PATTERN

SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
PLAIN_VALUE: dict[str, Any] = {"type": ["string", "number", "boolean", "array", "object"]}


def _pattern(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


Text = Annotated[str, AfterValidator(check_text), WithJsonSchema(SCALAR)]
Name = Annotated[str, AfterValidator(check_name), WithJsonSchema(_pattern(f"^{NAME_PATTERN}$"))]
Reference = Annotated[
    str, AfterValidator(check_reference), WithJsonSchema(_pattern(rf"^{NAME_PATTERN}(\.{NAME_PATTERN})?$"))
]
Day = Annotated[str, AfterValidator(check_day), WithJsonSchema(_pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
Moment = Annotated[str, AfterValidator(check_moment), WithJsonSchema({"type": ["string", "integer"]})]
PublicationDate = Annotated[
    str, AfterValidator(check_publication_date), WithJsonSchema({"type": ["string", "integer"]})
]
Clock = Annotated[str, AfterValidator(check_clock), WithJsonSchema({"type": "string"})]
Boolean = Annotated[str, AfterValidator(check_boolean), WithJsonSchema({"enum": ["true", "false", True, False]})]
OpenBoolean = Annotated[
    str, AfterValidator(check_open_boolean), WithJsonSchema({"enum": ["true", "false", True, False, "undisclosed"]})
]
True_ = Annotated[str, AfterValidator(check_true), WithJsonSchema({"enum": ["true", True]})]
Whole = Annotated[
    str,
    AfterValidator(check_whole),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]{0,11})$"}),
]
Times = Annotated[str, AfterValidator(check_times), WithJsonSchema({"type": ["string", "integer"]})]
Url = Annotated[str, AfterValidator(check_url), WithJsonSchema(_pattern("^[Hh][Tt][Tt][Pp][Ss]?://"))]
Value = Annotated[Any, WithJsonSchema(PLAIN_VALUE)]
