"""``dealcli readings``: the open questions of a scenario, and which of them matter at its date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dealcli.cli.options import AsOf, Colour, KnownAsOf, Name, NoCache, Readings, ScenarioFile, Terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dealcli.analysis.evaluation import Options
    from dealcli.analysis.scenario import Scenario
    from dealcli.cli.layout import Room

FORMATS = ("table", "plain", "json")
Every = Annotated[bool, typer.Option("--all", help="List the questions that move nothing, too.")]
Format = Annotated[str | None, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS) + ".")]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    readings: Readings = None,
    terms: Terms = None,
    every: Every = False,
    name: Name = None,
    style: Format = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """List the open questions of a scenario.

    Each with its answers, who gives them, and how many positions turn on it at the scenario's date.
    """
    from dealcli.cli import exits
    from dealcli.cli.opening import Request, opened

    request = Request(scenario, name, as_of, known_as_of, None, terms, readings, style=style, colour=colour)
    _write(_found(*opened(request, context.obj, formats=FORMATS)), style, colour, every)
    return exits.DONE


def _found(scenario: Scenario, options: Options) -> dict[str, Any]:
    """The questions as data. Raises ``Refused`` where the scenario does not run under some reading."""
    from dealcli.analysis.evaluation import evaluate
    from dealcli.analysis.open_questions import open_questions
    from dealcli.analysis.readings import judge
    from dealcli.slotted import replace

    evaluation = evaluate(replace(scenario, expectations=()), options)
    judgement = judge(scenario, options, [evaluation.as_of])[evaluation.as_of]
    head = {"format": "dealcli.readings/1", "scenario": scenario.title, "as_of": str(evaluation.as_of)}
    return {**head, **open_questions(evaluation.program, judgement)}


def _write(found: Mapping[str, Any], style: str | None, colour: str, every: bool) -> None:
    from dealcli.cli.layout import as_json, for_screen
    from dealcli.cli.streams import write_answer

    if style == "json":
        as_json(found)
    else:
        write_answer(_lines(found, for_screen(style, colour), every))


# --- as text ---------------------------------------------------------------------------------------------------------


def _lines(found: Mapping[str, Any], room: Room, every: bool) -> Iterator[str]:
    from dealcli.cli.layout import columns, heading
    from dealcli.output.words import count

    rows = found["questions"]
    moving = [row for row in rows if row["moves"]]
    yield heading(found["scenario"], room)
    yield f"{count(len(rows), 'open question')}. At {found['as_of']} {count(len(moving), 'of them moves', 'of them move')}"
    yield " a position.   * = default\n\n"
    shown = rows if every else moving
    if shown:
        yield from columns([("MOVES", "QUESTION", "CHOICES"), *(_cells(row) for row in shown)], room, "")
    if len(shown) < len(rows):
        yield f"\n{count(len(rows) - len(shown), 'question moves', 'questions move')} no position at this date; --all lists them\n"
    yield from _sources(found, room)
    yield "\n" + _effort(found)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    listed = [f"*{row['default']}"] if row["default"] not in [choice["name"] for choice in row["choices"]] else []
    for choice in row["choices"]:
        star = "*" if choice["name"] == row["default"] else ""
        listed.append(f"{star}{choice['name']}{_standing(choice['standings'])}")
    chosen = f"  (chosen: {row['default']})" if row["fixed"] else ""
    return (str(row["moves"]), row["name"].rpartition(".")[2], "  ".join(listed) + chosen)


def _standing(standings: list[str]) -> str:
    from dealcli.engine.program import STANDINGS

    words = [f"{w} x{standings.count(w)}" if standings.count(w) > 1 else w for w in STANDINGS if w in standings]
    return f" [{', '.join(words)}]" if words else ""


def _sources(found: Mapping[str, Any], room: Room) -> Iterator[str]:
    from dealcli.cli.layout import columns, heading
    from dealcli.output.words import stage_words

    moving = [row for row in found["by_source"] if row["moves"]]
    if not moving:
        return
    yield "\n"
    yield heading("BY SOURCE", room)
    yield from columns(
        [
            (
                f"--according-to {row['source']}",
                "; ".join(f"{p['clause'].rpartition('.')[2]} {stage_words(p['stage'])}" for p in row["moves"]),
            )
            for row in moving
        ],
        room,
    )
    rest = len(found["by_source"]) - len(moving)
    if rest:
        yield f"  the other {rest} that back a reading move no stage\n"


def _effort(found: Mapping[str, Any]) -> str:
    from dealcli.output.words import count, grouped

    text = f"{count(found['runs'], 'run')} covered {grouped(found['combinations'])} combinations"
    text += f"; the most that one thing needed were {found['largest']}.\n"
    for refused in found["refused"]:
        text += f"Not judged: {refused['name']}, too many combinations of {', '.join(refused['questions'])}\n"
    return text
