"""The views of a deal at one date after another, a line a date: how ``dealcli timeline`` reads measures of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dealcli.cli.choices import Choices
from dealcli.slotted import dataclass, replace

if TYPE_CHECKING:
    from datetime import date

    from dealcli.analysis.scenario import Scenario
    from dealcli.analysis.views import Timeline
    from dealcli.cli.layout import Room
    from dealcli.cli.opening import Request
    from dealcli.reading.sources import SourceFile

FORMATS = ("table", "plain", "json", "csv", "markdown")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which views are read on which dates; left out: every view, and the end of every year."""

    view: Sequence[str] | None
    at: Sequence[str] | None
    every: str | None


def show_views(request: Request, asked: Asked, sources: dict[str, SourceFile], choices: Choices | None = None) -> int:
    """Read the views that were asked for and write them.

    Raises ``Refused`` where an option or the scenario cannot be used; what is wrong already stands in ``choices``.
    """
    from dealcli.cli import exits

    _write(_read(request, asked, choices or Choices(), sources), request)
    return exits.DONE


def _read(request: Request, asked: Asked, choices: Choices, sources: dict[str, SourceFile]) -> Timeline:
    from dealcli.analysis.evaluation import evaluate, with_log
    from dealcli.analysis.views import PERIODS, periods, timeline
    from dealcli.cli.opening import opened

    every = choices.word("--every", asked.every or "year", PERIODS)
    dates = _dates(asked.at or (), choices)
    scenario, options = opened(request, sources, choices, FORMATS)
    plain, options = with_log(scenario, options), replace(options, events=None)
    names = _names(plain, asked.view)
    return timeline(plain, names, dates or periods(evaluate(plain, options), every), options)


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
    from dealcli.cli.choices import UNKNOWN_NAME
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


def _write(found: Timeline, request: Request) -> None:
    from dealcli.analysis.views import table
    from dealcli.cli.layout import Room, as_json_text, for_screen
    from dealcli.cli.streams import write_answer
    from dealcli.output.text import csv_line, markdown

    if request.style == "json":
        rows = [
            {"date": str(day), **dict(zip((n for n, _ in found.views), words, strict=True))}
            for day, words in found.rows
        ]
        views = [{"name": name, "title": title} for name, title in found.views]
        told = {"format": "dealcli.timeline/1", "scenario": found.scenario, "views": views, "rows": rows}
        write_answer(as_json_text(told), request.output)
    elif request.style == "csv":
        write_answer(map(csv_line, table(found)), request.output)
    elif request.style == "markdown":
        cells = [list(map(markdown, row)) for row in table(found)]
        write_answer((f"| {' | '.join(row)} |\n" for row in [cells[0], ["---"] * len(cells[0]), *cells[1:]]), request.output)
    else:
        room = for_screen(request.style, request.colour) if request.output is None else Room()
        write_answer(_lines(found, room), request.output)


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


__all__ = ["FORMATS", "Asked", "show_views"]
