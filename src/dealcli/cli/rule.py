"""``dealcli rule``: what a code means, why it matters and how to fix it, offline."""

from __future__ import annotations

from typing import Annotated

import typer

from dealcli.cli.rules import FORMATS, as_row

NO_CODE = "DC513"
"""The code of a code that does not exist."""


def command(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code such as DC302, or the beginning of several: DC6.")],
    style: Annotated[str, typer.Option("--format", metavar="FORMAT", help="plain or json.")] = "plain",
) -> int:
    """Explain a code: what it means, why it matters, a file that has the problem and one that has not."""
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.layout import as_json
    from dealcli.cli.streams import write_answer
    from dealcli.output.rule_pages import rules

    choices = Choices()
    choices.word("--format", style, FORMATS)
    found = [rule for rule in rules().values() if code and rule.code.startswith(code.upper())]
    if not found:
        from dealcli.diagnostics import did_you_mean

        choices.problem(NO_CODE, "", f"there is no code '{code}'", did_you_mean(code.upper(), rules()))
    choices.refuse()
    if style == "json":
        as_json({"format": "dealcli.rules/1", "rules": [as_row(rule) for rule in found]})
    else:
        write_answer("\n\n".join(f"# {rule.code} ({rule.severity}) {rule.title}\n\n{rule.text}" for rule in found) + "\n")
    return exits.DONE
