"""The JSON Schema of each kind of document, for editors and for the reference page.

A scalar is text to dealcli whatever it looks like; an editor reads ``12`` as a number and ``true`` as a boolean. So the
schema lets both through. Rules across several keys are not in it: ``validate`` knows those.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dealcli.model import Kind
from dealcli.model.validation import document_models


class PlainSchema(GenerateJsonSchema):
    """Without titles made up from field names; a key that may be left out may not be empty."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of one kind of document, its keys sorted."""
    made = document_models()[kind].model_json_schema(schema_generator=PlainSchema)
    made["$schema"] = GenerateJsonSchema.schema_dialect
    ordered: dict[str, Any] = json.loads(json.dumps(made, sort_keys=True))
    return ordered
