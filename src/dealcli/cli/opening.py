"""From the options that commands share to a scenario ready to run, and from a document to its screen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dealcli.analysis.evaluation import Options
from dealcli.analysis.scenario import Scenario, load
from dealcli.cli.choices import COLOURS, EXTENTS, Choices
from dealcli.cli.known_names import backed_by, check_names
from dealcli.cli.layout import as_json_text
from dealcli.cli.paths import from_here
from dealcli.cli.streams import columns_of, in_colour, is_terminal, not_over, write_answer
from dealcli.output.layouts import LAYOUTS, lay_out
from dealcli.output.screen import Screen
from dealcli.reading.sources import SourceFile
from dealcli.slotted import dataclass, replace

FORMATS = (*LAYOUTS, "json")


@dataclass(frozen=True, slots=True)
class Request:
    """What was written on the command line about a scenario and about the form of the answer."""

    path: str
    name: str | None = None
    as_of: str | None = None
    known_as_of: str | None = None
    events: str | None = None
    terms: Sequence[str] | None = None
    readings: Sequence[str] | None = None
    according_to: str | None = None
    style: str | None = None
    output: str | None = None
    colour: str = "auto"


def check_words(style: str | None = None, colour: str = "auto", over: str | None = None,
                formats: Sequence[str] = FORMATS) -> None:  # fmt: skip
    """Raise ``Refused`` for a word that an option about the form of the answer does not know, before anything is read."""
    choices = Choices()
    choices.word("--format", style or "plain", formats)
    choices.word("--color", colour, COLOURS)
    if over is not None:
        choices.word("--readings", over, EXTENTS)
    choices.refuse()


def opened(request: Request, sources: dict[str, SourceFile], choices: Choices | None = None,
           formats: Sequence[str] = FORMATS) -> tuple[Scenario, Options]:  # fmt: skip
    """The scenario and the options of its runs.

    Raises ``Refused`` with everything that is wrong with an option, the problems in ``choices`` among it, or the files.
    """
    from dealcli.cli.evaluating import chosen_scenario

    choices = choices or Choices()
    choices.word("--format", request.style or "plain", formats)
    choices.word("--color", request.colour, COLOURS)
    as_of = choices.day("--as-of", request.as_of, instant=True)
    known = choices.day("--known-as-of", request.known_as_of, instant=False)
    terms = choices.pairs("--set", request.terms or (), "--set term=value")
    choices.values("--set", terms)
    readings = choices.pairs("--reading", request.readings or (), "--reading name=choice")
    choices.refuse()
    scenario = chosen_scenario(load(from_here(request.path), sources), request.path, request.name)
    check_names(scenario, terms, readings)
    not_over(request.output, [*sources, request.events])
    options = Options(as_of, known, request.events, terms, readings)
    return scenario, options if request.according_to is None else according_to(request.according_to, scenario, options)


def according_to(source: str, scenario: Scenario, options: Options) -> Options:
    """The options with the readings that a source backs, and what these take beside them; what was chosen stays so."""
    from dealcli.analysis.questions import existing

    written = {name: choice for name, choice in (scenario.tree.get("readings") or {}).items() if name not in options.readings}
    return replace(options, readings=existing(scenario, {**written, **backed_by(scenario, source), **options.readings}))


def write_document(document: Mapping[str, Any], screen: Callable[[Mapping[str, Any]], Screen], request: Request) -> None:
    """Write a document as JSON, or as its screen in the layout that was asked for."""
    on_screen = request.output is None and is_terminal(sys.stdout)
    style = request.style or ("table" if on_screen else "plain")
    if style == "json":
        write_answer(as_json_text(document), request.output)
        return
    if style == "ics":
        from dealcli.output.as_ics import calendar

        write_answer(calendar(document), request.output)
        return
    width = columns_of(request.output)
    colour = in_colour(request.colour, sys.stdout if request.output is None else None)
    write_answer(lay_out(screen(document), style, width, colour), request.output)
