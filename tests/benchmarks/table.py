"""One table of ratios, all measured in one run on one machine: what a command costs beside an empty program, and what
many events cost beside a program written by hand for the same contract; and what many runs of a sweep cost.

    python tests/benchmarks/table.py [--runs 15] [--sizes 10000,100000,1000000]

Times are CPU times of whole processes (user and system, children included), medians of ``--runs``; a log of more than
50,000 events is run fewer times, as the table says. Modules are compiled beforehand, as an installed package has them.
Nothing here is collected by the tests, and no test asserts a time.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORKLOAD = HERE / "workload"
BARE = [sys.executable, "-c", "pass"]
DEALCLI = [sys.executable, "-m", "dealcli"]
HISTORY = [*DEALCLI, "evaluate", "examples/history.yaml"]
MOST_WITH_CAUSES = 100_000
"""A longer log is not run with the causes of all changes, which would take minutes."""
ONE_RUN = ["--readings", "default"]
YEARS = "2026-01-01..2030-12-31 sample 25000"
SWEEP = [*DEALCLI, "sweep", "examples/agi_declared.yaml", "--as-of", "2033-01-01", "--seed", "7", "--format", "json",
         "--vary", f"event[2].date={YEARS}", "--vary", f"event[3].date={YEARS}",
         "--vary", "exclusivity_over=verified|declared|y2030|y2032"]  # fmt: skip
"""When AGI is declared, when it is verified, and what ends exclusivity: 100,000 runs."""
TWO_MINUTES_OF_TWO_CORES = 240


class Cost(NamedTuple):
    """What a process took: CPU seconds, the most memory in MB, and what it wrote."""

    seconds: float
    megabytes: float
    out: str


def cost(command: list[str], environment: dict[str, str], folder: Path = ROOT) -> Cost:
    """Run a process in a folder to its end. Raises ``RuntimeError`` where it fails."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.PIPE)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command}: {process.stderr.read().decode() if process.stderr else ''}")
        if process.stderr is not None:
            process.stderr.close()
        out.seek(0)
        scale = 1e6 if sys.platform == "darwin" else 1e3
        return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / scale, out.read().decode())


class Machine:
    """Where commands run: a home of their own, in which nothing is remembered unless it was remembered here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "DEALCLI_NO_CACHE")}
        self.environment = {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
                            "HOME": str(folder / "home"), "XDG_CACHE_HOME": "", "XDG_STATE_HOME": ""}  # fmt: skip

    def forget(self) -> None:
        shutil.rmtree(self.folder / "home", ignore_errors=True)
        (self.folder / "home").mkdir()

    def ratio(self, command: list[str], beside: list[str], runs: int, before: Callable[[], None] = lambda: None) -> tuple[float, float]:
        """Median CPU time of one command over that of another, the two in turns; and that of the first, in seconds."""
        first, second = [], []
        for _ in range(runs):
            before()
            first.append(cost(command, self.environment).seconds)
            second.append(cost(beside, self.environment).seconds)
        return median(first) / median(second), median(first)


Row = tuple[str, str, str, str]


def start_up(machine: Machine, runs: int) -> Iterator[Row]:
    """What a command costs from start to exit, over ``python -c pass``."""

    def row(what: str, goal: str, command: list[str], before: Callable[[], None] = lambda: None) -> Row:
        before()
        cost(command, machine.environment)
        found, seconds = machine.ratio(command, BARE, runs, before)
        return (what, f"{found:.1f}", goal, f"{seconds * 1000:.0f} ms")

    dates = iter(range(1, 10_000))
    yield row("dealcli --version", "1.5", [*DEALCLI, "--version"])
    yield row("dealcli --help", "8", [*DEALCLI, "--help"])
    for style, goal in (("plain", "14"), ("json", "14"), ("table", "-")):
        yield row(f"evaluate history, {style}, first run", goal, [*HISTORY, *ONE_RUN, "--format", style], machine.forget)
    machine.forget()
    for style, goal in (("plain", "7"), ("json", "7"), ("table", "11")):
        yield row(f"evaluate history, {style}, later run", goal, [*HISTORY, *ONE_RUN, "--format", style])
    asked = [*HISTORY, *ONE_RUN, "--as-of", "2026-01-01"]

    def another_day() -> None:
        asked[-1] = f"2026-{next(dates) % 12 + 1:02}-{next(dates) % 28 + 1:02}"
        for answer in (machine.folder / "home" / ".cache" / "dealcli").iterdir():
            if answer.stat().st_size > 200_000:
                answer.unlink()

    yield row("evaluate history, plain, another question", "-", asked, another_day)
    machine.forget()
    yield row("evaluate history over its readings, later run", "7", HISTORY)
    taken = cost([sys.executable, str(HERE / "history_run.py")], machine.environment).out.strip()
    yield ("the run of history itself, after start-up", f"{taken} ms", "15 ms", "")


WAYS = (("the standard library", ["--standard-library"], "1.2 from 100,000"), ("msgspec", [], "0.5 from 100,000"))
"""By what a log is decoded, what the program is told of that, and the goal."""


def throughput(machine: Machine, runs: int, sizes: list[int]) -> Iterator[Row]:
    """What the workload costs by its agreement file, over the program written by hand; the answers must be the same."""
    ways = WAYS if importlib.util.find_spec("msgspec") else WAYS[:1]
    taken: dict[int, list[float]] = {}
    for size in sizes:
        log = machine.folder / f"{size}.ndjson"
        with log.open("w", encoding="utf-8") as stream:
            subprocess.run([sys.executable, WORKLOAD / "generate.py", str(size)], stdout=stream, check=True)
        as_of = last_day(log)
        commands = [[sys.executable, str(WORKLOAD / name), str(log), as_of, *how]
                    for name, how in (("reference.py", []), *(("counted.py", how) for _, how, _ in ways))]  # fmt: skip
        turns = runs if size <= 50_000 else max(1, min(runs, 700_000 // size))
        for command in commands:
            cost(command, machine.environment)  # compiled and remembered, as the command finds it on any later run
        costs = [[cost(command, machine.environment) for command in commands] for _ in range(turns)]
        if len({one.out for turn in costs for one in turn}) > 1:
            raise RuntimeError(f"{size} events: the answers differ\n" + "".join(one.out for one in costs[0]))
        each = list(zip(*costs, strict=True))
        taken[size] = [median(one.seconds for one in found) for found in each]
        memory = [max(one.megabytes for one in found) for found in each]
        for number, (how, _, goal) in enumerate(ways, 1):
            ratio, more = taken[size][number] / taken[size][0], memory[number] / memory[0]
            yield (f"{size:,} events, counts only, by {how} ({turns} runs)", f"{ratio:.2f}", goal, f"{taken[size][number] * 1000:.0f} ms")
            yield (f"{size:,} events, most memory, by {how}", f"{more:.2f}", "1.3", f"{memory[number]:.0f} MB")
        yield from _with_reasons(machine, log, as_of, size, turns, taken[size][1])
        log.unlink()
    if len(sizes) > 1:
        low, high = sizes[0], sizes[-1]
        for number, who in enumerate(("the program written by hand", *(f"dealcli by {how}" for how, _, _ in ways))):
            exponent = math.log(taken[high][number] / taken[low][number]) / math.log(high / low)
            yield (f"growth exponent, {low:,} to {high:,}, {who}", f"{exponent:.2f}", "1.05" if number else "-", "")


def _with_reasons(machine: Machine, log: Path, as_of: str, size: int, turns: int, counting: float) -> Iterator[Row]:
    """What reasons cost over counting by the standard library: those of one position, and the causes of every change of all."""
    asked = [*DEALCLI, "explain", str(WORKLOAD / "scenario.yaml"), "prohibition", "--key", "r1", "--events", str(log), "--as-of", as_of]
    one = median(cost(asked, machine.environment).seconds for _ in range(turns))
    yield (f"{size:,} events, one position explained, over counts only", f"{one / counting:.1f}", "2", f"{one:.1f} s")
    told = [*DEALCLI, "count", str(WORKLOAD / "scenario.yaml"), "--events", str(log), "--as-of", as_of, "--history", f"{log}.history"]
    history = median(cost(told, machine.environment).seconds for _ in range(turns))
    yield (f"{size:,} events, every change written with its cause, over counts only", f"{history / counting:.1f}", "2", f"{history:.1f} s")
    Path(f"{log}.history").unlink()
    if size <= MOST_WITH_CAUSES:
        whole = cost([sys.executable, str(WORKLOAD / "counted.py"), str(log), as_of, "--causes"], machine.environment)
        yield (f"{size:,} events, as evaluate runs it, over counts only", f"{whole.seconds / counting:.1f}", "-",
               f"{whole.seconds:.1f} s, {whole.megabytes:.0f} MB")  # fmt: skip


def sweeps(machine: Machine) -> Iterator[Row]:
    """What 100,000 runs of the question of AGI cost, over two minutes of two cores."""
    found = cost(SWEEP, machine.environment)
    if '"runs": 100000,' not in found.out or '"refused": 0,' not in found.out:
        raise RuntimeError(f"these are not 100,000 runs: {found.out[:1000]}")
    yield ("100,000 runs of a sweep, over two minutes of two cores (1 run)", f"{found.seconds / TWO_MINUTES_OF_TWO_CORES:.2f}", "1",
           f"{found.seconds:.0f} s, {found.megabytes:.0f} MB")  # fmt: skip


def last_day(log: Path) -> str:
    """The date of the last row of a log."""
    with log.open("rb") as stream:
        stream.seek(-200, os.SEEK_END)
        return stream.read().splitlines()[-1].decode()[9:19]


def machine_words() -> str:
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, {model}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="lengths of the logs; empty for none")
    parser.add_argument("--only", choices=("start-up", "throughput", "sweeps"))
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",") if size]
    print(f"{machine_words()}\n\n| what | ratio | goal | CPU |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="dealcli-benchmark-") as folder:
        machine = Machine(Path(folder))
        machine.forget()
        throughputs = throughput(machine, options.runs, sizes)
        for name, rows in (("start-up", start_up(machine, options.runs)), ("throughput", throughputs), ("sweeps", sweeps(machine))):
            for row in rows if options.only in (None, name) else ():
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
