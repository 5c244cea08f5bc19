"""``dealcli rules``: every code that a message can bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from dealcli.output.rule_pages import Rule

FORMATS = ("plain", "json")
OF_THE_LIST = (*FORMATS, "markdown")


def command(
    style: Annotated[str, typer.Option("--format", metavar="FORMAT", help="plain, json or markdown.")] = "plain",
) -> int:
    """List every code that a message can bear. As Markdown: every page, with what is said of its bad file."""
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.layout import Room, as_json, columns
    from dealcli.cli.streams import write_answer
    from dealcli.output.rule_pages import rules

    choices = Choices()
    choices.word("--format", style, OF_THE_LIST)
    choices.refuse()
    if style == "json":
        as_json({"format": "dealcli.rules/1", "rules": [as_row(rule) for rule in rules().values()]})
    elif style == "markdown":
        from dealcli.cli.gallery import gallery

        write_answer(gallery())
    else:
        write_answer(columns([(rule.code, rule.severity, rule.title) for rule in rules().values()], Room(), indent=""))
    return exits.DONE


def as_row(rule: Rule) -> dict[str, Any]:
    """A rule as plain data."""
    return {
        "code": rule.code,
        "severity": rule.severity,
        "family": rule.family,
        "title": rule.title,
        "what": rule.what,
        "why": rule.why,
        "fix": rule.fix,
        "bad": rule.bad or None,
        "good": rule.good or None,
    }
