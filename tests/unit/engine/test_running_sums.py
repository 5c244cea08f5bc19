"""A sum that is added up event by event is what the engine makes of the same events; where it cannot be, that is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.days import run_timeline
from dealcli.engine.declare import Text
from dealcli.engine.fluents import running_sum
from dealcli.engine.program import Update
from dealcli.engine.records import Event
from dealcli.engine.run import Run
from dealcli.language.values import UNKNOWN, Truth

DEAL = """
agreement: deal
from: '2025-01-01'
until: '2025-06-30'
parties: {a: A, b: B}
events:
  paid: {id: id, 'n?': number}
  heard: {reporting: partial}
measures:
  times: {count: paid}
  total: {sum: paid.n}
  each: {sum: paid.n, per: id}
  last: {latest: paid.n, upon: paid}
  month: {sum: paid.n, over: 30 days}
  rumours: {count: heard}
clauses: {it: {kind: permission, bearer: a}}
"""
DAY = date(2025, 2, 1)


def started(day: date = DAY) -> tuple[Run, dict[str, Update]]:
    program, problems = build([Text(yaml.safe_load(DEAL), Place(""))])
    assert problems == []
    run = run_timeline(program, [], day)
    return run, {update.thing.name: update for update in program.updates}


def paid(run: Run, **values: Any) -> Event:
    return Event(next(event for event in run.program.events if event.name == "paid"), DAY, None, {"id": "x", **values})


def test_what_events_bear_is_added_and_what_is_missing_adds_nothing() -> None:
    run, updates = started()
    total, times = running_sum(run, updates["total"], True), running_sum(run, updates["times"], True)
    assert total is not None
    assert times is not None
    for values in ({"n": 3}, {}, {"n": 4}):
        assert total.add(paid(run, **values))
        assert times.add(paid(run, **values))
    assert [run.state.fluent(updates[name].thing, ()) for name in ("total", "times")] == [7, 3]


def test_a_value_that_nobody_knows_is_left_to_the_engine() -> None:
    run, updates = started()
    total = running_sum(run, updates["total"], True)
    assert total is not None
    assert not total.add(paid(run, n=UNKNOWN))
    assert run.state.fluent(updates["total"].thing, ()) == 0


@pytest.mark.parametrize(("name", "certain", "day"), [
    ("total", UNKNOWN, DAY), ("each", True, DAY), ("last", True, DAY), ("month", True, DAY), ("rumours", True, DAY), ("total", True, date(2025, 8, 1)),
])  # fmt: skip
def test_every_other_measure_is_left_to_the_engine(name: str, certain: Truth, day: date) -> None:
    run, updates = started(day)
    assert running_sum(run, updates[name], certain) is None
