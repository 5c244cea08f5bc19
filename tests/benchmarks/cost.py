"""How the cost grows: CPU time of whole commands as one thing grows and all else stays, with the exponent it grows by.

    python tests/benchmarks/cost.py [--runs 3]

An exponent of 1 is proportional: ten times as many, ten times the time. It is taken between the last two sizes, after the
time of ``evaluate`` on next to nothing was taken off. Where each more multiplies the time, it is the factor for one more.
Nothing here is collected by the tests.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from table import DEALCLI, WORKLOAD, Machine, cost, last_day, machine_words

PARTIES = "agreement: a\nfrom: 2025-01-01\nparties: {ann: Ann, bob: Bob}\n"
HEAD = "scenario: s\nagreements: [deal.yaml]\nas_of: 2026-12-31\n"


class Axis(NamedTuple):
    """One thing that grows: how a folder is filled for a size, and the command that is run in it."""

    what: str
    command: tuple[str, ...]
    sizes: tuple[int, ...]
    fill: Callable[[Path, int], None]
    multiplies: bool = False


def _written(folder: Path, deal: str, scenario: str = HEAD, rows: Iterator[str] | None = None) -> None:
    (folder / "deal.yaml").write_text(deal, encoding="utf-8")
    (folder / "scenario.yaml").write_text(scenario, encoding="utf-8")
    if rows is not None:
        with (folder / "log.ndjson").open("w", encoding="utf-8") as log:
            log.writelines(f"{row}\n" for row in rows)


def _day(number: int) -> str:
    return f"2025-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"


def of_workload(folder: Path, size: int) -> None:
    """The workload: its contract and a log of so many events."""
    import subprocess

    deal = (WORKLOAD / "agreement.yaml").read_text(encoding="utf-8")
    with (folder / "log.ndjson").open("w", encoding="utf-8") as log:
        subprocess.run([sys.executable, WORKLOAD / "generate.py", str(max(size, 10))], stdout=log, check=True)
    _written(folder, deal, HEAD.replace("2026-12-31", last_day(folder / "log.ndjson")))


def of_clauses(folder: Path, size: int) -> None:
    """So many clauses, each about an event of its own, and 2,000 events among them."""
    events = "".join(f"  e{n}: {{id: id}}\n" for n in range(size))
    clauses = "".join(f"  c{n}: {{kind: obligation, bearer: ann, for_each: e{n}, key: id, act: e{n}, within: 5 days}}\n"
                      for n in range(size))  # fmt: skip
    rows = (f'{{"date": "{_day(n * 336 // 2000)}", "event": "e{n % size}", "id": "i{n}"}}' for n in range(2000))
    _written(folder, f"{PARTIES}events:\n{events}clauses:\n{clauses}", rows=rows)


def of_listening(folder: Path, size: int) -> None:
    """So many clauses that all hear the same event, and 50 events."""
    clauses = "".join(f"  c{n}: {{kind: obligation, bearer: ann, for_each: e, key: id, act: done, within: 5 days}}\n" for n in range(size))
    rows = (f'{{"date": "{_day(n)}", "event": "e", "id": "i{n}"}}' for n in range(50))
    _written(folder, f"{PARTIES}events: {{e: {{id: id}}, done: {{id: id}}}}\nclauses:\n{clauses}", rows=rows)


def of_chain(folder: Path, size: int) -> None:
    """So many clauses, each made by what becomes of the one before it, and 1 event."""
    chain = "".join(f"  c{n}: {{kind: recital, for_each: c{n - 1} becomes in_force}}\n" for n in range(1, size))
    deal = f"{PARTIES}events: {{e: {{id: id}}}}\nclauses:\n  c0: {{kind: recital, for_each: e, key: id}}\n{chain}"
    _written(folder, deal, rows=iter(('{"date": "2025-01-01", "event": "e", "id": "i"}',)))


def of_instances(folder: Path, size: int) -> None:
    """So many instances that are open all at once, and 500 events, each about one of them."""
    clause = "  c: {kind: prohibition, bearer: ann, for_each: e, key: id, act: done}\n"
    deal = f"{PARTIES}events: {{e: {{id: id}}, done: {{id: id}}}}\nclauses:\n{clause}"
    made = [f'{{"date": "2025-01-01", "event": "e", "id": "i{n}"}}' for n in range(size)]
    acts = [f'{{"date": "{_day(n // 2 + 1)}", "event": "done", "id": "i{n * 7919 % size}"}}' for n in range(500)]
    _written(folder, deal, rows=iter((*made, *acts)))


def of_readings(folder: Path, size: int) -> None:
    """So many clauses that are read in two ways, each by itself."""
    clauses = "".join(f"  c{n}:\n    kind: obligation\n    bearer: ann\n    act: done\n    default: early\n    readings:\n"
                      f"      early: {{due: {_day(n)}}}\n      late: {{due: 2026-06-{n % 28 + 1:02}}}\n" for n in range(size))  # fmt: skip
    _written(folder, f"{PARTIES}events: {{done: {{}}}}\nclauses:\n{clauses}")


def of_joined_readings(folder: Path, size: int) -> None:
    """One clause that depends on so many measures, each of which is read in two ways."""
    measures = "".join(f"  m{n}:\n    default: some\n    readings:\n      some: {{is: {n + 1}}}\n      none_: {{is: 0}}\n"
                       for n in range(size))  # fmt: skip
    joined = " + ".join(f"m{n}" for n in range(size))
    clause = f"  c: {{kind: right, bearer: ann, while: {joined} > 3}}\n"
    _written(folder, f"{PARTIES}events: {{done: {{}}}}\nmeasures:\n{measures}clauses:\n{clause}")


LOG = ("--events", "log.ndjson")
EVALUATE = ("evaluate", "scenario.yaml", "--format", "json", "--no-cache")
ONE = ("--readings", "default")
AXES = (
    Axis("events, counted", ("count", "scenario.yaml", *LOG), (10_000, 100_000, 1_000_000), of_workload),
    Axis("events, with their history", (*EVALUATE, *ONE, *LOG), (1_000, 4_000, 16_000), of_workload),
    Axis("clauses, each about its own event", (*EVALUATE, *ONE, *LOG), (10, 100, 1_000, 4_000), of_clauses),
    Axis("clauses that hear every event", (*EVALUATE, *ONE, *LOG), (20, 100, 400), of_listening),
    Axis("clauses in one chain of causes", (*EVALUATE, *ONE, *LOG), (500, 4_000, 32_000), of_chain),
    Axis("instances open at once", (*EVALUATE, *ONE, *LOG), (2_000, 8_000, 32_000), of_instances),
    Axis("readings, each of another clause", (*EVALUATE, "--readings", "all"), (64, 256, 1_024), of_readings),
    Axis("readings on which one clause depends", (*EVALUATE, "--readings", "all"), (6, 8, 10), of_joined_readings, multiplies=True),
)


def seconds(axis: Axis, size: int, machine: Machine, runs: int) -> float:
    """The median CPU time of the command of an axis at a size."""
    with tempfile.TemporaryDirectory(prefix="dealcli-cost-") as name:
        axis.fill(Path(name), size)
        command = [*DEALCLI, *axis.command]
        return median(cost(command, machine.environment, Path(name)).seconds for _ in range(runs))


def measured(axis: Axis, machine: Machine, runs: int, nothing: float) -> str:
    """A row of the table: the seconds at each size, and the exponent."""
    found = {size: seconds(axis, size, machine, runs) for size in axis.sizes}
    low, high = axis.sizes[-2:]
    grown = max(found[high] - nothing, 1e-3) / max(found[low] - nothing, 1e-3)
    how = f"x {grown ** (1 / (high - low)):.1f} each" if axis.multiplies else f"{math.log(grown) / math.log(high / low):.2f}"
    return f"| {axis.what} | {', '.join(f'{size:,}: {time:.2f} s' for size, time in found.items())} | {how} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="axes whose name holds this")
    options = parser.parse_args()
    print(f"{machine_words()}\n\n| what grows | CPU at each size | exponent |\n| --- | --- | ---: |")
    with tempfile.TemporaryDirectory(prefix="dealcli-benchmark-") as folder:
        machine = Machine(Path(folder))
        machine.forget()
        nothing = seconds(Axis("", (*EVALUATE, *ONE), (), of_readings), 1, machine, 3 * options.runs)
        for axis in AXES:
            if options.only in axis.what:
                print(measured(axis, machine, options.runs, nothing), flush=True)


if __name__ == "__main__":
    main()
