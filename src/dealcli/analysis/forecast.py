"""What comes if nothing else happens: the same run carried on past its day, with no event after that day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dealcli.analysis.agenda import agenda
from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once
from dealcli.dates import civil_day
from dealcli.engine.records import Transition
from dealcli.slotted import replace

LONGEST = 20
"""A forecast goes no further than so many years, unless it is told to."""


def forecast(evaluation: Evaluation, options: Options, until: date | None = None) -> tuple[date, list[Transition]]:
    """The last day of the forecast, and every transition after the day of the evaluation that comes by itself.

    Left to itself it ends with the last date that lies ahead. Its own log is read again; standard input cannot be.
    """
    end = until or _last_date(evaluation)
    through = evaluation.as_of
    if civil_day(through) >= end:
        return end, []
    scenario = replace(evaluation.scenario, expectations=())
    ahead = evaluate_once(scenario, replace(options, as_of=str(end), happened_by=through))
    return end, [t for t in ahead.run.state.transitions if _after(t.moment, through)]


def _last_date(evaluation: Evaluation) -> date:
    """The last day on which something is known to be due, and the day after, on which a missed limit shows."""
    as_of = civil_day(evaluation.as_of)
    dates = [str(row["date"])[:10] for row in agenda(evaluation.run, as_of) if row["what"] != "period"]
    furthest = date(min(as_of.year + LONGEST, date.max.year), 12, 31)
    return min(max([date.fromisoformat(day) for day in dates] or [as_of]), furthest)


def _after(moment: Any, as_of: Any) -> bool:
    if isinstance(moment, datetime) and isinstance(as_of, datetime):
        return moment > as_of
    return civil_day(moment) > civil_day(as_of)


__all__ = ["forecast"]
