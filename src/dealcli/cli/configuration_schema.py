"""The JSON Schema of ``dealcli.toml``, read off the options that a file may give."""

from __future__ import annotations

from typing import Any

from dealcli.cli.command_tree import Parameter, command_tree
from dealcli.cli.configuration_files import CONFIGURABLE


def configuration_schema() -> dict[str, Any]:
    """The schema (draft 2020-12): a table for each command, in it its options."""
    commands = {command.name: command for command in command_tree()}
    tables: dict[str, Any] = {}
    for name, options in CONFIGURABLE.items():
        known = {option: commands[name].option(option) for option in options}
        properties = {option: _property(found) for option, found in known.items() if found is not None}
        about = f"Options of dealcli {name}, where the command line does not give them."
        tables[name] = {"title": name, "description": about, "type": "object", "additionalProperties": False, "properties": properties}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dealcli.toml",
        "description": "Options of dealcli; pyproject.toml holds the same under tool.dealcli.",
        "type": "object",
        "additionalProperties": False,
        "properties": tables,
    }


def _property(option: Parameter) -> dict[str, Any]:
    """The schema of one option."""
    about = {"title": option.name, "description": option.help}
    if not option.takes_value:
        return {**about, "type": "boolean"}
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    if option.is_pair:
        text = {"type": "string", "pattern": f"^({'|'.join(option.words)})=.+$", "examples": [f"{option.words[0]}=-"]}
    elif option.words and option.repeatable:
        text = {"anyOf": [{"enum": list(option.words)}, {"type": "string", "pattern": ","}]}
    elif option.words:
        text = {"enum": list(option.words)}
    elif option.takes_file:
        text["examples"] = [f"{option.name[2:]}.json"]
    return {**about, "anyOf": [text, {"type": "array", "items": text}]} if option.repeatable else {**about, **text}
