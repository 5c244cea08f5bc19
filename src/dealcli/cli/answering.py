"""What ``evaluate`` does between reading its options and ending: check, find the answer, select, write."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dealcli.analysis.options import Options
from dealcli.cli import exits
from dealcli.cli.choices import COLOURS, EXTENTS, Choices
from dealcli.cli.gate import CONTESTED, GATES, found_by
from dealcli.cli.known_answers import Question, known_answer, remember_answer
from dealcli.cli.known_names import check_view
from dealcli.cli.request import Request
from dealcli.cli.streams import (
    COLUMNS_WITHOUT_TERMINAL,
    columns_of,
    in_colour,
    is_terminal,
    not_over,
    tell,
    write_answer,
)
from dealcli.output.formats import FORMATS
from dealcli.output.view import View

if TYPE_CHECKING:
    from dealcli.reading.sound import SourceFiles

AS_FAR_AS_CHEAP = "cheap"


def evaluate_and_show(path: str, request: Request, sources: SourceFiles) -> int:
    """Answer one request. Returns the exit code; raises ``Refused`` where it cannot be answered."""
    sources.forget = request.no_cache
    style = request.style or ("table" if request.output is None and is_terminal(sys.stdout) else "plain")
    options, gates = _checked(request, style)
    over = request.over or ("all" if CONTESTED in gates else AS_FAR_AS_CHEAP)
    result = _result(Question(path, request.name, options, request.according_to, over), sources)
    view = check_view(result, _view(request, style))
    not_over(request.output, [*sources, request.events])
    write_answer(FORMATS[style](result, view), request.output)
    return _verdict(result, view, gates)


def _result(question: Question, sources: SourceFiles) -> dict[str, Any]:
    """The result, from an earlier run where nothing that it was made from has changed."""
    known = known_answer(question, sources)
    if known is not None:
        return known
    from dealcli.cli.evaluating import answer

    result, scenario = answer(question, sources)
    remember_answer(question, result, scenario, sources)
    return result


def _checked(request: Request, style: str) -> tuple[Options, tuple[str, ...]]:
    choices = Choices()
    choices.word("--format", style, FORMATS)
    choices.word("--color", request.colour, COLOURS)
    as_of = choices.day("--as-of", request.as_of, instant=True)
    known = choices.day("--known-as-of", request.known_as_of, instant=False)
    terms = choices.pairs("--set", request.terms, "--set term=value")
    choices.values("--set", terms)
    readings = choices.pairs("--reading", request.readings, "--reading name=choice")
    if request.over is not None:
        choices.word("--readings", request.over, EXTENTS)
    gates = choices.words("--fail-on", request.fail_on, GATES)
    choices.refuse()
    return Options(as_of, known, request.events, terms, readings), gates


def _view(request: Request, style: str) -> View:
    width = columns_of(request.output) if style == "table" else COLUMNS_WITHOUT_TERMINAL
    colour = in_colour(request.colour, sys.stdout if request.output is None else None)
    return View(request.party, request.clause, request.stage, request.every, width, colour)


def _verdict(result: Mapping[str, Any], view: View, gates: tuple[str, ...]) -> int:
    """Whether something was found that the request does not want, told on standard error."""
    found = [(word, names) for word in gates if (names := found_by(word, result, view))]
    for word, names in found:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        tell(f"--fail-on {word}: {names[0]}{more}")
    return exits.ANSWER_IS_NO if found else exits.DONE
