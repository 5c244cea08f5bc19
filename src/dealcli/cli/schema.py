"""``dealcli schema``: the JSON Schema of what dealcli reads and of what it answers."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

KINDS = ("evaluation", "diagnostics", "agreement", "vocabulary", "scenario", "suite", "configuration")


def command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS[:-1]) + f" or {KINDS[-1]}.")] = "evaluation",
) -> int:
    """Print a JSON Schema.

    Of what dealcli answers (evaluation; diagnostics, which check finds), of one kind of document that it reads, or of
    its configuration.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.streams import write_answer

    choices = Choices()
    choices.word("", kind, KINDS)
    choices.refuse()
    write_answer(schema_text(kind))
    return exits.DONE


def schema_text(kind: str) -> str:
    """A JSON Schema as it is printed."""
    import json

    return json.dumps(_schema(kind), indent=2, ensure_ascii=False) + "\n"


def _schema(kind: str) -> dict[str, Any]:
    if kind == "configuration":
        from dealcli.cli.configuration_schema import configuration_schema

        return configuration_schema()
    if kind in ("evaluation", "diagnostics"):
        from dealcli.output.schema import diagnostics_schema, evaluation_schema

        return evaluation_schema() if kind == "evaluation" else diagnostics_schema()
    from dealcli.model import Kind, json_schema

    return json_schema(cast(Kind, kind))
