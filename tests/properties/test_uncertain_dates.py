"""Uncertain dates against brute force: the verdicts on small deals, and those from running every day of every date.

``DEALCLI_DATED`` sets how many generated deals are compared, ``DEALCLI_FIRST`` the first seed.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest

from contracts import contract
from dealcli.analysis.evaluation import Options, evaluate_once
from dealcli.analysis.readings import judge
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.standings import WAITING, standings, things
from dealcli.diagnostics import Refused
from dealcli.slotted import replace
from test_readings_brute_force import scenario_of

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
DEALS = int(os.environ.get("DEALCLI_DATED", "40"))
OPEN = Options()


def blurred(seed: int) -> tuple[Scenario, list[tuple[int, list[date]]]]:
    """A generated deal of which one or two rows are known only to a stretch of days, with these days."""
    random = Random(seed)
    scenario = scenario_of(contract(seed))
    rows = list(scenario.rows)
    dated = [n for n, (row, _) in enumerate(rows) if "at" not in row and "date" in row and ("event" in row or "exercise" in row)]
    chosen = []
    for number in random.sample(dated, min(len(dated), random.choice((1, 1, 2)))):
        row, place = rows[number]
        day = date.fromisoformat(str(row["date"])[:10])
        days = [day + timedelta(step) for step in range(-random.randint(0, 6), random.randint(1, 6))]
        rows[number] = ({**row, "date": f"{days[0]}/{days[-1]}"}, place)
        if len(days) > 1:
            chosen.append((number, days))
        else:
            rows[number] = (row, place)
    return replace(scenario, rows=tuple(rows)), chosen


def on_days(scenario: Scenario, numbers: list[int], days: tuple[date, ...]) -> Scenario:
    rows = list(scenario.rows)
    for number, day in zip(numbers, days, strict=True):
        rows[number] = ({**rows[number][0], "date": str(day)}, rows[number][1])
    return replace(scenario, rows=tuple(rows))


def marks(scenario: Scenario) -> dict[Any, Any]:
    found = evaluate_once(scenario, OPEN)
    return {(node, slot, name): (standing.mark, standing.open) for node, thing in things(found.program)
            for slot, fields in standings(found.run, node, thing).items() for name, standing in fields.items()}  # fmt: skip


def stands(world: dict[Any, Any], node: Any, slot: Any, name: str) -> Any:
    """A field in one world; a key of a fact or measure that was never seen has the initial value."""
    kept = node[0] in ("facts", "measures")
    return world.get((node, slot, name), world.get((node, WAITING, name)) if kept else None)


def disagreements(seed: int) -> list[str]:
    """Fields that brute force finds to turn on the days, and the judgement calls settled; or the other way round."""
    scenario, chosen = blurred(seed)
    numbers = [number for number, _ in chosen]
    try:
        moment = evaluate_once(scenario, OPEN).as_of
        worlds = [marks(on_days(scenario, numbers, days)) for days in product(*(days for _, days in chosen))]
        judgement = judge(scenario, OPEN, [moment], most=100_000)[moment]
    except Refused:
        return []
    found = []
    for node, slots in judgement.verdicts.items():
        for slot, fields in slots.items():
            for name, verdict in fields.items():
                seen = {one for world in worlds if (one := stands(world, node, slot, name)) is not None}
                if name == "stage" and any((node, slot, name) not in world for world in worlds) and slot[2] >= 0:
                    seen.add(("absent", False))
                expected = "settled" if len(seen) == 1 and not next(iter(seen))[1] else "undetermined"
                if seen and verdict.word != expected:
                    found.append(f"{seed} {node[1]} {slot} {name}: {verdict.word}, by brute force {expected} {sorted(map(str, seen))[:3]}")
    return found


@pytest.mark.parametrize("seed", range(FIRST, FIRST + DEALS))
def test_a_verdict_on_uncertain_dates_is_that_of_running_every_day(seed: int) -> None:
    assert disagreements(seed) == []
