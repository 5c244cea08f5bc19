"""``dealcli coverage``: how much of a deal some scenarios exercise, and what they leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import NoCache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dealcli.analysis.coverage import Coverage
    from dealcli.cli.layout import Room

FORMATS = ("table", "plain", "json")


def command(
    context: typer.Context,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="A file, a folder, a scenario, or builtin:NAME.")],
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIOS...", help="Scenario and suite files, or folders.")
    ],
    check: Annotated[bool, typer.Option("--check", help="End with 1 where something is not exercised.")] = False,
    style: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="table, plain or json.")] = None,
    colour: Annotated[str, typer.Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")] = "auto",
    no_cache: NoCache = False,
) -> int:
    """Count what scenarios exercise of a deal, and name what they leave out.

    A clause needs an expectation that names it. A reading needs a scenario that runs under it with an expectation of
    something that depends on it. Effects, exceptions and replacements must have happened.
    """
    from dealcli.analysis.coverage import coverage
    from dealcli.analysis.evaluation import evaluate
    from dealcli.analysis.scenario import load
    from dealcli.cli import exits
    from dealcli.cli.choices import COLOURS, Choices
    from dealcli.cli.deal import open_deal
    from dealcli.cli.layout import as_json, for_screen
    from dealcli.cli.paths import from_here
    from dealcli.cli.streams import write_answer

    choices = Choices()
    choices.word("--format", style or "plain", FORMATS)
    choices.word("--color", colour, COLOURS)
    choices.refuse()
    program = open_deal(deal, context.obj).program
    loaded = [one for path in scenarios for one in load(from_here(path), context.obj)]
    found = coverage(program, (evaluate(one) for one in loaded))
    if style == "json":
        as_json(
            {"format": "dealcli.coverage/1", "scenarios": len(loaded), "complete": found.complete, **_counts(found)}
        )
    else:
        write_answer(_lines(found, len(loaded), for_screen(style, colour)))
    return exits.DONE if found.complete or not check else exits.ANSWER_IS_NO


def _counts(found: Coverage) -> dict[str, dict[str, object]]:
    return {
        section: {
            "exercised": len(names) - len(found.missing(section)),
            "all": len(names),
            "missing": found.missing(section),
        }
        for section, names in found.sections.items()
    }


def _lines(found: Coverage, scenarios: int, room: Room) -> Iterator[str]:
    from dealcli.cli.layout import columns, heading
    from dealcli.output.words import count

    yield heading(f"Exercised by {count(scenarios, 'scenario')}", room)
    yield from columns([(section, _share(found, section)) for section in found.sections], room)
    for section in found.sections:
        if found.missing(section):
            yield f"\n{heading(f'{section.upper()} NOT EXERCISED', room)}"
            yield from columns([(name,) for name in found.missing(section)], room)


def _share(found: Coverage, section: str) -> str:
    whole, missing = len(found.sections[section]), len(found.missing(section))
    return f"{whole - missing} of {whole}" if whole else "none in this deal"
