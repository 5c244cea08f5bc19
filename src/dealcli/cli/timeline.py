"""``dealcli timeline``: a deal at a glance, one line a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import NoCache

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from dealcli.analysis.scenario import Scenario
    from dealcli.analysis.views import Timeline
    from dealcli.cli.choices import Choices
    from dealcli.cli.layout import Room
    from dealcli.reading.sources import SourceFile

FORMATS = ("table", "plain", "json", "csv", "markdown")


def command(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario or suite file.")],
    view: Annotated[
        list[str] | None,
        typer.Option(metavar="NAMES", help="Measures to read, with commas; left out, every measure of words."),
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option(metavar="DATES", help="The dates, with commas: 2022-06-01,2024-03-01.")
    ] = None,
    every: Annotated[
        str, typer.Option(metavar="PERIOD", help="year, quarter or month, where no dates are given.")
    ] = "year",
    readings: Annotated[
        list[str] | None, typer.Option("--reading", metavar="NAME=CHOICE", help="Choose a reading. Repeatable.")
    ] = None,
    name: Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Which scenario of a suite.")] = None,
    style: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS) + ".")] = None,
    colour: Annotated[str, typer.Option("--color", "--colour", metavar="WHEN", help="auto, always or never.")] = "auto",
    no_cache: NoCache = False,
) -> int:
    """Read the views of a deal at one date after another.

    A view is a measure of words: it answers one question about the deal, such as who decides, for any day.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import COLOURS, Choices

    choices = Choices()
    choices.word("--format", style or "plain", FORMATS)
    choices.word("--color", colour, COLOURS)
    _write(_read(context.obj, scenario, name, (view, at, every, readings), choices), style, colour)
    return exits.DONE


Asked = tuple["list[str] | None", "list[str] | None", str, "list[str] | None"]
"""The options that say what is read: views, dates, the period in place of dates, readings."""


def _read(sources: dict[str, SourceFile], path: str, name: str | None, asked: Asked, choices: Choices) -> Timeline:
    """The timeline that was asked for. Raises ``Refused`` where an option or the scenario cannot be used."""
    from dealcli.analysis.evaluation import Options, evaluate
    from dealcli.analysis.scenario import load
    from dealcli.analysis.views import PERIODS, periods, timeline
    from dealcli.cli.evaluating import chosen_scenario
    from dealcli.cli.known_names import check_names
    from dealcli.cli.paths import from_here

    view, at, every, readings = asked
    choices.word("--every", every, PERIODS)
    pairs = choices.pairs("--reading", readings or (), "--reading name=choice")
    dates = _dates(at or (), choices)
    choices.refuse()
    chosen = chosen_scenario(load(from_here(path), sources), path, name)
    check_names(chosen, {}, pairs)
    options = Options(readings=pairs)
    names = _names(chosen, view)
    return timeline(chosen, names, dates or periods(evaluate(chosen, options), every), options)


def _dates(texts: Sequence[str], choices: Choices) -> list[date]:
    """Dates with commas between them. What is none of them is a problem of the choices."""
    from dealcli.dates import parse_date

    words = [word.strip() for text in texts for word in text.split(",")]
    for word in words:
        choices.day("--at", word, instant=False)
    if choices.problems:
        return []
    return [day for word in words if (day := parse_date(word)) is not None]


def _names(scenario: Scenario, wanted: Sequence[str] | None) -> list[str]:
    """The measures asked for, or all measures of words. Raises ``Refused`` for a name that no measure has."""
    from dealcli.analysis.views import named_measure, views_of
    from dealcli.cli.choices import UNKNOWN_NAME, Choices
    from dealcli.diagnostics import did_you_mean
    from dealcli.engine.build import build

    program, _ = build(scenario.deal, without=scenario.tree.get("without") or ())
    choices = Choices()
    names = [word.strip() for text in wanted or () for word in text.split(",")] or [m.full for m in views_of(program)]
    for word in names:
        try:
            named_measure(program, word)
        except KeyError:
            known = [m.name for m in program.measures if not m.keys]
            choices.problem(UNKNOWN_NAME, "--view", f"no measure is called '{word}'", did_you_mean(word, known))
    if not names:
        choices.problem(UNKNOWN_NAME, "--view", "this deal has no measure of words", "name a measure with --view")
    choices.refuse()
    return names


def _write(found: Timeline, style: str | None, colour: str) -> None:
    from dealcli.analysis.views import table
    from dealcli.cli.layout import as_json, for_screen
    from dealcli.cli.streams import write_answer

    if style == "json":
        rows = [
            {"date": str(day), **dict(zip((n for n, _ in found.views), words, strict=True))}
            for day, words in found.rows
        ]
        views = [{"name": name, "title": title} for name, title in found.views]
        as_json({"format": "dealcli.timeline/1", "scenario": found.scenario, "views": views, "rows": rows})
    elif style == "csv":
        import csv
        import io

        written = io.StringIO()
        csv.writer(written).writerows(table(found))
        write_answer([written.getvalue()])
    elif style == "markdown":
        cells = list(table(found))
        write_answer(f"| {' | '.join(row)} |\n" for row in [cells[0], ["---"] * len(cells[0]), *cells[1:]])
    else:
        write_answer(_lines(found, for_screen(style, colour)))


def _lines(found: Timeline, room: Room) -> Iterator[str]:
    """A table where it fits; else a block for each date. The questions stand below."""
    from dealcli.analysis.views import table
    from dealcli.cli.layout import columns, heading

    rows = [[cell.replace("_", " ") if n else cell for n, cell in enumerate(row)] for row in table(found)]
    width = sum(max(map(len, column)) + 2 for column in zip(*rows, strict=True))
    yield heading(found.scenario, room)
    yield "\n"
    if room.width is None or width <= room.width:
        yield from columns(rows, room, "")
    else:
        for row in rows[1:]:
            yield heading(row[0], room)
            yield from columns(list(zip(rows[0][1:], row[1:], strict=True)), room)
    yield "\n"
    yield from columns([(name.replace("_", " "), title) for name, title in found.views if title], room, "")
