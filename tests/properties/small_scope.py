"""Small scope, exhaustively: every contract of at most two clauses over a small vocabulary, on every timeline of at most four
days and three events, through the engine and the reference interpreter.

``python tests/properties/small_scope.py`` compares them all; ``--every N`` every Nth only, ``--first N`` from the Nth on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from itertools import combinations_with_replacement, islice, product
from typing import Any

from both import Difference, Refuses, compared, engine_days, reference_days
from contracts import Case
from dealcli.engine.run import DoesNotSettle
from reference_values import ReferenceRefused

FIRST = date(2025, 1, 1)
DAYS, EVENTS = 4, 3
Clause = dict[str, Any]


def _with(base: Clause, *more: str) -> Iterator[Clause]:
    """The base with each of these fields, written ``name: value, name: value``."""
    for fields in more:
        yield base | dict(field.split(": ", 1) for field in fields.split(", ") if field)


def alone(act: str = "a", other: str = "b") -> list[Clause]:
    """Every clause of the vocabulary that stands by itself."""
    who = {"bearer": "ann"}
    duty, ban = {"kind": "obligation", "act": act} | who, {"kind": "prohibition", "act": act} | who
    found = [
        *_with(duty, "", "within: 0 days", "within: 1 day", "due: 2025-01-02", "before: 2025-01-03", f"due: {other}", "within: 1 day, cure: 1 day",
               "within: 0 days, cure: any_time", f"until: {other}", f"from: {other}, within: 1 day", "from: 2025-01-02, within: 1 day",
               f"for_each: {other}", f"for_each: {other}, within: 1 day", f"within: 1 day, waived_by: {other}",
               f"within: 1 day, discharged_by: {other}", "every: 2 days", f"within: 1 day, unless: {other}", f"within: 1 day, while: {other}",
               f"for_each: {other}, within: 1 day, prior_performance: counts", "not_before: 2025-01-02, within: 2 days", f"due: 1 day after {other}"),
        {"kind": "obligation", "maintain": f"not {other}"} | who,
        *_with(ban, "", f"until: {other}", "until: 2025-01-02", f"from: {other}", f"unless: {other}", f"for_each: {other}", f"waived_by: {other}", f"until: 1 day after {other}", f"act: {act} where count({act}) < 1"),
        *_with({"kind": "permission", "act": act} | who, "", "within: 1 day", f"until: {other}", "once: true", f"for_each: {other}, within: 1 day"),
        *_with({"kind": "right", "act": act} | who, "", "within: 1 day", f"for_each: {other}, once: true"),
        *_with({"kind": "condition", "act": act} | who, "within: 1 day", f"until: {other}", f"due: {other}"),
        {"kind": "power", "act": act, "effects": [{"terminate": "agreement"}]} | who,
        {"kind": "power", "act": act, "within": "1 day", "effects": [{"suspend": "agreement"}]} | who,
    ]  # fmt: skip
    return found


def referring() -> list[Clause]:
    """Every second clause of the vocabulary that refers to the first, x."""
    duty = {"kind": "obligation", "bearer": "ann", "act": "b"}
    return [
        *_with(duty, "for_each: x becomes breached, within: 1 day", "for_each: x becomes fulfilled, within: 0 days", "for_each: x becomes in_force, within: 1 day",
               "within: 1 day, while: any(x is in_force)", "within: 1 day, unless: any(x is in_force)", "until: x becomes fulfilled"),
        {"kind": "prohibition", "bearer": "ann", "act": "b", "while": "any(x is breached)"},
        {"kind": "permission", "bearer": "ann", "act": "a", "exception_to": "x"},
        {"kind": "permission", "bearer": "ann", "act": "b", "exception_to": "x", "within": "1 day"},
        {"kind": "permission", "bearer": "ann", "exception_to": "x", "until": "b"},
        {"kind": "power", "bearer": "ann", "act": "b", "effects": [{"terminate": "x"}]},
        {"kind": "power", "bearer": "ann", "act": "b", "effects": [{"suspend": "x"}]},
        {"kind": "power", "bearer": "ann", "act": "b", "effects": [{"waive": "x"}]},
        {"kind": "power", "bearer": "ann", "act": "b", "effects": [{"complete": "agreement"}]},
    ]  # fmt: skip


def contracts() -> Iterator[dict[str, Any]]:
    """Every agreement of one or two clauses."""
    ones = alone()
    events = {"a": {"by": "party"}, "b": {"by": "party"}}
    pairs = [*((x, None) for x in ones), *product(ones, [*alone("b", "a"), *referring()])]
    for x, y in pairs:
        if y is not None and x["kind"] == "condition":
            y = {name: _of_a_condition(value) if isinstance(value, str) else value for name, value in y.items()}
        if y is not None and (("key" not in x and "for_each" in x) or "every" in x) and any("x" in e.values() for e in y.get("effects", ())):
            y = y | {"effects": [effect | {"key": "all"} for effect in y["effects"]]}
        clauses = {"x": x} | ({"y": y} if y is not None else {})
        yield {"agreement": "g", "from": str(FIRST), "parties": {"ann": "Ann", "bob": "Bob"}, "events": events, "clauses": clauses}


def _of_a_condition(text: str) -> str:
    return text.replace("x becomes fulfilled", "x becomes met").replace("x becomes breached", "x becomes failed").replace("is breached", "is failed")


def timelines() -> list[list[dict[str, str]]]:
    """Every timeline of at most three events of two types on at most four days."""
    found: list[list[dict[str, str]]] = []
    for number in range(EVENTS + 1):
        for days in combinations_with_replacement(range(DAYS), number):
            found.extend([_row(*at) for at in zip(days, names, strict=True)] for names in product("ab", repeat=number))
    return found


def _row(day: int, name: str) -> dict[str, str]:
    return {"date": str(FIRST + timedelta(days=day)), "event": name, "by": "ann"}


def cases() -> Iterator[Case]:
    rows = timelines()
    for tree in contracts():
        for timeline in rows:
            yield case_of(tree, timeline)


def case_of(tree: dict[str, Any], timeline: list[dict[str, str]]) -> Case:
    return Case([tree], timeline, FIRST + timedelta(days=DAYS))


def difference(case: Case) -> Difference | str | None:
    """What the two say differently first; ``refused`` where one of them refuses."""
    try:
        reference = reference_days(case)
        engine = engine_days(case, list(reference))
    except (Refuses, ReferenceRefused, DoesNotSettle) as why:
        return f"refused: {why}"
    found = compared(case, reference, engine)
    return found[0] if found else None


def compare(first: int, every: int) -> tuple[int, int, dict[str, tuple[int, str]]]:
    """Every ``every``-th case from the ``first`` on: how many were compared, how many refused, what differs by contract."""
    count = refused = 0
    differing: dict[str, tuple[int, str]] = {}
    for case in islice(cases(), first, None, every):
        found = difference(case)
        if isinstance(found, str):
            refused += 1
            continue
        count += 1
        if found is not None:
            clauses = str(case.documents[0]["clauses"])
            told = f"{clauses}; {[(row['date'][5:], row['event']) for row in case.rows]}: {found}"
            differing[clauses] = (differing.get(clauses, (0, ""))[0] + 1, differing.get(clauses, (0, told))[1])
    return count, refused, differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    parts = range(chosen.processes)
    with ProcessPoolExecutor(chosen.processes) as workers:
        firsts = [chosen.first + part * chosen.every for part in parts]
        found = list(workers.map(compare, firsts, [chosen.every * chosen.processes] * chosen.processes))
    for _, _, differing in found:
        for times, told in differing.values():
            print(f"{times} times: {told}")
    total = sum(times for _, _, differing in found for times, _ in differing.values())
    print(f"{sum(n for n, _, _ in found)} comparisons, {total} disagreements, {sum(n for _, n, _ in found)} refused")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
