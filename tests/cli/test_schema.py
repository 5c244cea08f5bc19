"""The schemas that programs and editors read: valid themselves, described throughout, and true of what is written and read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dealcli.cli.schema import KINDS
from dealcli.output.rule_pages import rules

Run = Callable[..., Any]


@pytest.fixture
def schema(run: Run) -> Callable[[str], Any]:
    return lambda kind: json.loads(run("schema", kind).out)


def properties(schema: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of every object of a schema."""
    if isinstance(schema, dict):
        yield from ((key, one) for key, one in schema.get("properties", {}).items())
        for key, inner in schema.items():
            yield from properties(inner, key)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_one_and_has_a_title_and_a_description(schema: Callable[[str], Any], kind: str) -> None:
    found = schema(kind)
    Draft202012Validator.check_schema(found)
    assert found["title"]
    assert found["description"].endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_is_described(schema: Callable[[str], Any], kind: str) -> None:
    whole = schema(kind)
    found = list(properties(whole))
    assert found
    for key, one in found:
        shared = whole.get("$defs", {}).get(one.get("$ref", "").rpartition("/")[2], {})
        assert (one.get("description") or shared["description"]).endswith("."), key


def test_what_a_check_finds_fits_the_schema_and_every_key_of_it_is_known(run: Run, here: Path, schema: Callable[[str], Any]) -> None:
    validator = Draft202012Validator(schema("diagnostics"))
    seen: set[str] = set()
    for rule in rules().values():
        if rule.example == "yaml":
            (here / "bad.yaml").write_text(rule.bad, encoding="utf-8")
            told = json.loads(run("check", "bad.yaml", "--format", "json").out)
            validator.validate(told)
            seen |= {problem["code"] for problem in told["diagnostics"]}
    assert len(seen) >= 60
    validator.validate(json.loads(run("check", "deal.yaml", "nowhere.yaml", "--format", "json").out))


def test_a_line_of_jsonl_is_a_diagnostic_of_the_schema(run: Run, schema: Callable[[str], Any]) -> None:
    found = schema("diagnostics")
    validator = Draft202012Validator({**found["$defs"]["diagnostic"], "$defs": found["$defs"]})
    rows = [json.loads(line) for line in run("check", "deal.yaml", "--format", "jsonl").out.splitlines()]
    told = [{key: value for key, value in row.items() if key != "type"} for row in rows if row["type"] == "diagnostic"]
    assert told
    for row in told:
        validator.validate(row)


@pytest.mark.parametrize("key", ["format", "diagnostics", "summary", "exit_code"])
def test_the_schema_of_a_check_misses_what_is_left_out(run: Run, schema: Callable[[str], Any], key: str) -> None:
    told = json.loads(run("check", "deal.yaml", "--format", "json").out)
    del told[key]
    assert not Draft202012Validator(schema("diagnostics")).is_valid(told)


CONFIGURATIONS = (
    '[check]\nfail-level = "warning"\nignore = ["DC602", "DC610"]\noutput = ["sarif=x.sarif", "github=-"]\n',
    '[evaluate]\nall = true\nfail-on = "breached, contested"\nreadings = "all"\n',
    '[test]\noutput = "junit=junit.xml"\n',
    '[test]\noutput = "junit.xml"\n',
    '[check]\nfail-level = "warn"\n',
    '[check]\noutput = ["sarif"]\n',
    '[chekc]\nignore = "DC602"\n',
    '[check]\nignore = ["DC699"]\n',
    "[evaluate]\nall = 1\n",
)


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_the_schema_of_the_configuration_accepts_what_a_command_accepts(
    run: Run, here: Path, schema: Callable[[str], Any], text: str
) -> None:
    (here / ".git").mkdir()
    validator = Draft202012Validator(schema("configuration"))
    (here / "dealcli.toml").write_text(text, encoding="utf-8")
    assert (run("list", "deal.yaml").code == 0) == validator.is_valid(tomllib.loads(text))
