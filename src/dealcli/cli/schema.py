"""``dealcli schema``: the JSON Schema of what dealcli reads and of what it answers."""

from __future__ import annotations

from typing import Annotated

import typer

KINDS = ("evaluation", "agreement", "vocabulary", "scenario", "suite")


def command(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="evaluation, agreement, vocabulary, scenario or suite.")
    ] = "evaluation",
) -> int:
    """Print a JSON Schema.

    Of the JSON answer (evaluation), or of one kind of document that dealcli reads.
    """
    import json
    from typing import cast

    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.streams import write_answer

    choices = Choices()
    choices.word("", kind, KINDS)
    choices.refuse()
    if kind == "evaluation":
        from dealcli.output.schema import evaluation_schema

        made = evaluation_schema()
    else:
        from dealcli.model import Kind, json_schema

        made = json_schema(cast(Kind, kind))
    write_answer([json.dumps(made, indent=2, ensure_ascii=False), "\n"])
    return exits.DONE
