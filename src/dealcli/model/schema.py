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
from dealcli.model.examples import examples_of
from dealcli.model.validation import document_models


class PlainSchema(GenerateJsonSchema):
    """Without titles made up from field names; a key that may be left out may not be empty."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        models = tuple(one.__name__ for one in schema["cls"].__mro__)
        for key, field in made.get("properties", {}).items():
            if not _decided(field) and (examples := examples_of(models, key)):
                field["examples"] = list(examples)
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made


def _decided(field: JsonSchemaValue) -> bool:
    """Whether a field is a list of words, or is filled with fields of its own."""
    return "enum" in field or "const" in field or "$ref" in field or "items" in field or field.get("type") == "object"


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of one kind of document, its keys sorted."""
    made = document_models()[kind].model_json_schema(schema_generator=PlainSchema)
    made["$schema"] = GenerateJsonSchema.schema_dialect
    ordered: dict[str, Any] = json.loads(json.dumps(made, sort_keys=True))
    return ordered
