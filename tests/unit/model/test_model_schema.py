"""The JSON Schemas: valid themselves, described throughout, and of one mind with the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from dealcli.language.parser import parse
from dealcli.model import KINDS, Kind, json_schema, validate
from dealcli.model.examples import OF_KEYS, OF_MAPPINGS, OF_MODELS

from .test_model_clauses import FULL
from .test_model_documents import CHANGE_OF_2025


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_and_has_no_address(kind: Kind) -> None:
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in schema


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_of_a_schema_are_sorted(kind: Kind) -> None:
    schema = json_schema(kind)
    assert json.dumps(schema) == json.dumps(schema, sort_keys=True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: Kind) -> None:
    schema = json_schema(kind)
    models = [schema, *schema["$defs"].values()]
    undescribed = [
        (model["title"], key)
        for model in models
        for key, field in model.get("properties", {}).items()
        if not field.get("description", "").strip()
    ]
    assert undescribed == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_may_be_null(kind: Kind) -> None:
    assert not any(
        entry.get("type") == "null" or entry.get("default", 0) is None for entry in objects(json_schema(kind))
    )


def test_the_schema_accepts_what_the_model_accepts() -> None:
    tree = {**CHANGE_OF_2025, "clauses": {**CHANGE_OF_2025["clauses"], "pay": FULL}}
    assert validate(tree) == []
    assert list(Draft202012Validator(json_schema("agreement")).iter_errors(tree)) == []


def test_the_schema_lets_an_editor_read_numbers_and_booleans() -> None:
    tree = {
        "agreement": "a",
        "binding": True,
        "terms": {"t": {"value": 1.5}},
        "clauses": {"c": {"kind": "right", "times": 3}},
    }
    assert list(Draft202012Validator(json_schema("agreement")).iter_errors(tree)) == []


@pytest.mark.parametrize(
    ("kind", "tree"),
    [
        ("agreement", {"agreement": "a", "clauzes": {}}),
        ("agreement", {"agreement": "A"}),
        ("agreement", {"agreement": "a", "terms": {"Bad-Name": {"value": "1"}}}),
        ("agreement", {"agreement": "a", "clauses": {"c": {"kind": "moral"}}}),
        ("vocabulary", {"vocabulary": "v", "parties": ["x"]}),
        ("scenario", {"scenario": "s", "events": [{"event": "x"}]}),
        ("suite", {"suite": "s", "scenarios": []}),
    ],
)
def test_the_schema_refuses_what_the_model_refuses(kind: Kind, tree: dict[str, object]) -> None:
    assert validate(tree) != []
    assert list(Draft202012Validator(json_schema(kind)).iter_errors(tree)) != []


# --- what an editor offers -------------------------------------------------------------------------------------------

PROSE = {"title", "description", "means", "assumed", "rejected", "note", "text", "publisher", "scenario", "suite", "name", "todo"}


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every key of every mapping of a schema: the mapping, the key, its own schema."""
    for model in (schema, *schema["$defs"].values()):
        for key, field in model.get("properties", {}).items():
            yield model["title"], key, field


def is_filled_by_keys(field: dict[str, Any]) -> bool:
    """Whether nothing but a mapping, or a list of mappings or of names, stands behind a key."""
    return "$ref" in field or "items" in field or field.get("type") == "object"


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_offers_its_words_an_example_or_keys_of_its_own(kind: Kind) -> None:
    bare = [
        (model, key)
        for model, key, field in fields(json_schema(kind))
        if key not in PROSE and not is_filled_by_keys(field) and not {"enum", "const", "examples"} & field.keys()
        and not all("$ref" in one or one.get("type") in ("object", "array") for one in field.get("oneOf", [{}]))
    ]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_mapping_has_a_title_and_says_what_it_is(kind: Kind) -> None:
    schema = json_schema(kind)
    assert [one for one in (schema, *schema["$defs"].values()) if "properties" in one and not one.get("title")] == []
    assert [one["title"] for one in (schema, *schema["$defs"].values()) if "properties" in one and not one.get("description")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_fits_its_key(kind: Kind) -> None:
    schema = json_schema(kind)
    wrong = [
        (model, key, example)
        for model, key, field in fields(schema)
        for example in field.get("examples", ())
        if not Draft202012Validator({**field, "$defs": schema["$defs"]}).is_valid(example)
    ]
    assert wrong == []


def test_every_example_of_an_expression_can_be_read() -> None:
    expressions = {"act", "amount", "due", "for_each", "holds", "maintain", "sum", "unless", "upon", "while", "within"}
    for key in expressions:
        for text in OF_KEYS[key]:
            parse(str(text))


def test_no_example_is_given_for_a_key_that_does_not_exist() -> None:
    known = {key for kind in KINDS for _, key, _ in fields(json_schema(kind))}
    assert {*OF_KEYS, *(key for _, key in OF_MODELS)} - known == set()


def models(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schemas of mappings by the names of their models."""
    return {name: one for name, one in schema["$defs"].items() if "properties" in one}


def test_every_example_of_a_whole_mapping_fits_its_model() -> None:
    known = {name: (one, schema["$defs"]) for kind in KINDS for schema in [json_schema(kind)] for name, one in models(schema).items()}
    for name, text in OF_MAPPINGS.items():
        model, definitions = known[name]
        Draft202012Validator({**model, "$defs": definitions}).validate(yaml.load(text, yaml.BaseLoader))


@pytest.mark.parametrize(
    ("tree", "hint"),
    [
        ({"scenario": "s", "events": "5"}, "one a line, such as - {date: 2026-01-31, event: delivered}"),
        ({"scenario": "s", "events": ["delivered"]}, "such as {date: 2026-01-31, event: delivered}"),
        ({"scenario": "s", "expect": {"clause": "pay"}}, "one a line, such as - {clause: pay, is: fulfilled}"),
        ({"agreement": "a", "clauses": {"pay": "obligation"}}, f"such as {OF_MAPPINGS['Clause']}"),
        ({"agreement": "a", "calendar": {"holidays": "2026-01-01"}}, "write [2026-01-01]"),
    ],
)
def test_where_mappings_are_wanted_one_is_shown(tree: dict[str, object], hint: str) -> None:
    (problem,) = validate(tree)
    assert (problem.code, problem.hint) == ("DC203", hint)
