"""The counts of a contract as its situations give them, and as the engine gives them, at the end of some days of its timeline.

    PYTHONPATH=src python tests/properties/counted_alike.py --count 100000 --first 0
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from both import Refuses
from contracts import Case
from dealcli.analysis.counting import Counting, Counts, counted_run, with_waiting
from dealcli.analysis.independence import Dependent
from dealcli.analysis.situations import Change, change_of
from dealcli.analysis.streaming import Streaming
from dealcli.dates import NoSuchDay
from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.days import run_timeline
from dealcli.engine.declare import Text
from dealcli.engine.program import Program
from dealcli.engine.records import Event
from dealcli.engine.run import DoesNotSettle, Run
from dealcli.engine.timeline import Reader, in_order, numbered
from dealcli.language.values import Incalculable
from dealcli.reading.log_rows import Naming
from dealcli.reading.logs import Block
from keyed_contracts import keyed_contract

DAYS_APART = 7
LINES_AT_ONCE = 4
Told = dict[str, Any]


def told(counts: Counts) -> Told:
    """Counts under the names of things, so that those of two programs can be compared."""
    return {
        "events": counts.events,
        "stages": {clause.full: dict(sorted(stages.items())) for clause, stages in counts.stages.items() if stages},
        "breaches": {clause.full: number for clause, number in counts.breaches.items() if number},
        "whole": [{thing.full: str(value) for thing, value in found.items()} for found in (counts.agreements, counts.facts, counts.measures)],
    }  # fmt: skip


def _ready(case: Case) -> tuple[Program, list[Event]]:
    program, problems = build([Text(tree, Place("contract.yaml", (), n)) for n, tree in enumerate(case.documents)])
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise Refuses(errors)
    reader = Reader(program)
    read = [reader.read(row, Place("contract.yaml", ("events", n), 9)) for n, row in enumerate(case.rows)]
    rows = in_order([row for row in read if row is not None], reader)
    if reader.problems:
        raise Refuses(reader.problems)
    return program, [row for row in rows if isinstance(row, Event)]


def by_engine(case: Case) -> dict[date, Told]:
    """What the engine says at the end of some days on which something happens, and of the last."""
    program, rows = _ready(case)
    found: dict[date, Told] = {}

    def look(run: Run) -> None:
        found[run.state.today] = told(with_waiting(counted_run(run), run))

    days = sorted({row.day for row in rows if row.day < case.as_of})[::DAYS_APART]
    run = run_timeline(program, numbered(rows), case.as_of, [(day, look) for day in days])
    return found | {case.as_of: told(with_waiting(counted_run(run), run))}


class Heard:
    """Takes every change that is told, and counts those that are alike."""

    def __init__(self) -> None:
        self.changes: Counter[Any] = Counter()

    def tell(self, day: date, key: str | None, changes: tuple[Change, ...]) -> None:
        self.changes.update((day, f"{key}{one.numbered}", one._replace(numbered="")) for one in changes)


def history_by_engine(case: Case) -> Counter[Any]:
    """Every change with its day and key, as the engine notes it."""
    program, rows = _ready(case)
    heard = Heard()
    for one in run_timeline(program, numbered(rows), case.as_of).state.transitions:
        if one.kind != "measure":
            heard.tell(one.day, one.key, (change_of(one, one.key),))
    return heard.changes


def by_situations(case: Case, day: date, heard: Heard | None = None) -> Told:
    """What situations say at the end of a day. Raises ``Dependent`` where they say nothing."""
    program, rows = _ready(case)
    counting = Counting(program, [rows[0].day], heard)
    for row in rows:
        if row.day <= day:
            counting.event(row)
    return told(counting.counts(day))


def by_stream(case: Case, typed: bool, forms: Counter[str]) -> Told:
    """What is counted of the same rows as a log, as far as these are plain without making events of them."""
    program, _ = _ready(case)
    rows = [{name: int(value) if value.isdecimal() else value for name, value in row.items()} for row in case.rows]
    streaming = Streaming(program, Reader(program), (), case.as_of, Naming({}, {}))

    def blocks() -> Iterator[Block]:
        for first in range(0, len(rows), LINES_AT_ONCE):
            some = rows[first : first + LINES_AT_ONCE]
            objects = streaming.typed("\n".join(map(json.dumps, some)).encode()) if typed else None
            block = Block(some, "decoded") if objects is None else Block(objects, "typed")
            forms[block.form] += 1
            yield block

    return told(streaming.blocks(blocks()))


def differences(case: Case, forms: Counter[str]) -> list[str]:
    """What differs at which day; ``forms`` counts how the blocks of the log were taken. Raises ``Dependent`` where situations say nothing at the last day."""
    heard = Heard()
    counted = by_situations(case, case.as_of, heard)
    streamed = [by_stream(case, typed, forms) for typed in (False, True)]
    expected, found = history_by_engine(case), heard.changes
    untold = [f"history: engine {expected - found}, situations {found - expected}"] if expected != found else []
    untold += [f"stream: {one} != {counted}" for one in streamed if one != counted]
    return untold + [f"{day}: {expected} != {found}" for day, expected in by_engine(case).items() if (found := by_situations(case, day)) != expected]


def compared(seeds: Iterable[int]) -> tuple[Counter[str], list[str]]:
    """How many contracts were compared, refused by the documents, or cannot be told key by key, and how their logs were taken; and what differs."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    for seed in seeds:
        try:
            different = differences(keyed_contract(seed), counts)
        except Dependent as why:
            counts["dependent"] += 1
            counts[str(why).partition(": ")[2] or str(why).partition(" ")[2]] += 1
        except (Refuses, DoesNotSettle, NoSuchDay, Incalculable):
            counts["refused"] += 1
        else:
            counts["compared"] += 1
            found.extend(f"seed {seed}: {one}" for one in different[:1])
    return counts, found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    counts, found = compared(range(options.first, options.first + options.count))
    print("\n".join([*(f"{number:7,} {what}" for what, number in counts.most_common()), *found]))


if __name__ == "__main__":
    main()
