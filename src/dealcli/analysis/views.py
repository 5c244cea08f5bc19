"""Views: measures of words, read at one date after another. One line a date answers the same questions for each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dealcli.analysis.evaluation import Evaluation, Options, evaluate
from dealcli.analysis.scenario import Scenario
from dealcli.dates import civil_day, end_of
from dealcli.engine.program import Program
from dealcli.engine.run import Run
from dealcli.engine.shown import show
from dealcli.language.declarations import Measure
from dealcli.language.values import is_unknown
from dealcli.slotted import dataclass, replace

PERIODS = ("year", "quarter", "month")


@dataclass(frozen=True, slots=True)
class Timeline:
    """The words of some views at some dates. A value is None where a measure has none, ``unknown`` where nobody knows."""

    scenario: str
    views: tuple[tuple[str, str], ...]
    rows: tuple[tuple[date, tuple[str | None, ...]], ...]


def views_of(program: Program) -> list[Measure]:
    """The measures of words that are not kept per key, in the order of the files."""
    return [m for m in program.measures if m.type.name in ("text", "word") and not m.keys]


def timeline(
    scenario: Scenario, names: Sequence[str], dates: Sequence[date], options: Options | None = None
) -> Timeline:
    """The named measures at the end of each date, in the order of the dates. Raises ``Refused``, and KeyError for a name.

    The dates may lie before or after the scenario's own as-of date: the run goes on to the last of them.
    """
    days = sorted(set(dates))
    read: dict[date, tuple[str | None, ...]] = {}
    titles: list[tuple[str, str]] = []

    def look(run: Run) -> None:
        measures = [named_measure(run.program, name) for name in names]
        titles[:] = [(measure.full, measure.title) for measure in measures]
        read[run.state.today] = tuple(_word(run.state.fluent(measure, ())) for measure in measures)

    evaluate(scenario, replace(options or Options(), as_of=str(days[-1])), looks=[(day, look) for day in days])
    return Timeline(scenario.title, tuple(titles), tuple((day, read[day]) for day in days))


def through(scenario: Scenario, options: Options, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each measure of words of a run with the days from which it says what, null for nothing; those that never say a word are left out."""
    last = civil_day(evaluation.as_of)
    days = sorted({last, *(t.day for t in evaluation.run.state.transitions if t.day <= last)})
    found = timeline(scenario, [measure.full for measure in views_of(evaluation.program)], days, options)
    rows = []
    for number, (name, title) in enumerate(found.views):
        says = [(str(day), words[number]) for day, words in found.rows]
        kept = [says[0], *(after for before, after in itertools.pairwise(says) if after[1] != before[1])]
        if any(word is not None for _, word in kept):
            rows.append({"name": name, "title": title, "says": kept})
    return rows


def named_measure(program: Program, name: str) -> Measure:
    """A measure by its name, or by ``agreement.name``. Raises KeyError where there is none, or several."""
    found = [m for m in program.measures if name in (m.name, m.full)]
    if len(found) != 1 or found[0].keys:
        raise KeyError(name)
    return found[0]


def _word(value: Any) -> str | None:
    if is_unknown(value):
        return "unknown"
    return None if value is None else show(value)


def periods(evaluation: Evaluation, unit: str) -> list[date]:
    """The last day of every year, quarter or month from the first change of a run up to its as-of date, and that date."""
    last = civil_day(evaluation.as_of)
    changes = (t.day for t in evaluation.run.state.transitions)
    return list(_ends(min(changes, default=last), last, unit))


def _ends(first: date, last: date, unit: str) -> Iterator[date]:
    day = end_of(unit, first)
    while day < last:
        yield day
        day = end_of(unit, day + timedelta(days=1))
    yield last


def table(found: Timeline, *, head: str = "date") -> Iterable[list[str]]:
    """A timeline as rows of cells, the names of the views first."""
    yield [head, *(name for name, _ in found.views)]
    for day, words in found.rows:
        yield [str(day), *(word or "-" for word in words)]


__all__ = ["PERIODS", "Timeline", "named_measure", "periods", "table", "through", "timeline", "views_of"]
