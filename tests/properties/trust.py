"""Each promise with how it is checked, how often, and the result, as a table: ``python tests/properties/trust.py``.

``--scale 10`` checks ten times as much. A row fails where anything disagrees; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

HERE = Path(__file__).parent
TESTS = HERE.parent
sys.path += [str(TESTS / folder) for folder in ("hostile", "fuzz")]


class Row(NamedTuple):
    """One line of the table."""

    promise: str
    checked: str
    count: str
    result: str
    holds: bool


def _comparison(scale: int) -> tuple[str, str, bool]:
    from both import compare_many

    counts = compare_many(range(600 * scale), lambda seed, found: None)
    share = 100 * counts["interesting"] // max(counts["compared"], 1)
    return f"{counts['compared']} contracts, {share} % of them interesting", f"{counts['different']} disagreements", not counts["different"]


def _small_scope(scale: int) -> tuple[str, str, bool]:
    from small_scope import compare, contracts, timelines

    whole = sum(1 for _ in contracts()) * len(timelines())
    count, refused, differing = compare(0, max(997 // scale, 1))
    return f"{count} of {whole} cases", f"{len(differing)} disagreements, {refused} refused", not differing and not refused


def _event_calculus(scale: int) -> tuple[str, str, bool]:
    if find_spec("clingo") is None:
        return "0 contracts", "not run: clingo is not installed", False
    from second_reference import differences

    found = differences(range(300 * scale))
    return f"{300 * scale} contracts", f"{len(found)} disagreements", not found


def _laws(scale: int) -> tuple[str, str, bool]:
    from command_laws import COMMAND_LAWS
    from laws import LAWS, broken

    count = failed = 0
    for law in (*LAWS, *COMMAND_LAWS):
        for seed in range((30 if law in LAWS else 2) * scale):
            compared, pair = broken(law, seed)
            count += compared
            failed += pair is not None
    return f"{len(LAWS) + len(COMMAND_LAWS)} laws, {count} comparisons", f"{failed} broken", not failed


def _planted(scale: int) -> tuple[str, str, bool]:
    from planted import BUGS, confirmed, witnesses

    missed = [name for name in confirmed(witnesses("bugs")) if name]
    return f"{len(BUGS)} wrong meanings", f"{len(BUGS) - len(missed)} caught", not missed


def _wild(scale: int) -> tuple[str, str, bool]:
    from contracts import wild
    from test_against_reference import _runs

    count = 600 * scale
    crashed = []
    for seed in range(count):
        try:
            _runs(wild(seed), seed)
        except AssertionError:
            crashed.append(seed)
    return f"{count} damaged documents", f"{len(crashed)} crashes", not crashed


def _tests(*paths: str) -> Callable[[int], tuple[str, str, bool]]:
    def run(scale: int) -> tuple[str, str, bool]:
        arguments = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", *(str(TESTS / path) for path in paths)]
        scales = {"DEALCLI_SLICED": str(60 * scale), "DEALCLI_SWEPT": str(40 * scale)}
        ran = subprocess.run(arguments, capture_output=True, text=True, check=False, env=os.environ | scales)
        last = ran.stdout.strip().splitlines()[-1]
        counts = {word.rstrip("s"): int(number) for number, word in (part.split(" ")[:2] for part in last.split(" in ")[0].split(", "))}
        told = f"{counts.get('failed', 0)} fail" + (f", {counts['xfailed']} known and open" if "xfailed" in counts else "")
        return f"{sum(counts.values())} cases", told, ran.returncode == 0

    return run


def _readings(scale: int) -> tuple[str, str, bool]:
    _, told, holds = _tests("properties/test_readings_brute_force.py")(scale)
    return f"{60 * scale} deals", told, holds


def _sweeps(scale: int) -> tuple[str, str, bool]:
    _, told, holds = _tests("properties/test_sweeps_brute_force.py")(scale)
    return f"{40 * scale} deals", told, holds


def _hostile(scale: int) -> tuple[str, str, bool]:
    from hostile_inputs import GROUPS

    _, told, holds = _tests("hostile/test_hostile_inputs.py")(scale)
    return f"{sum(map(len, GROUPS.values()))} inputs", told, holds


def _fuzzed(scale: int) -> tuple[str, str, bool]:
    from targets import SHARES, TARGETS, mutated, seeds

    crashed = []
    for name, make in TARGETS.items():
        with TemporaryDirectory() as folder:
            target = make(Path(folder))
            for content in mutated(seeds(name), SHARES[name] * scale, scale):
                try:
                    target(content)
                except Exception:
                    crashed.append(content)
    return f"{sum(SHARES.values()) * scale} inputs", f"{len(crashed)} crashes", not crashed


def _faults(scale: int) -> tuple[str, str, bool]:
    from faults import A_SHARE, COMMANDS, STRIDE, campaign, every_kind
    from one_command import Commands

    commands = Commands()
    stride, kinds = max(STRIDE // scale, 1), A_SHARE if scale == 1 else tuple(every_kind())
    found = [wrong for name in COMMANDS for _, wrong in campaign(commands, name, iter(kinds), stride)]
    commands.close()
    failed = sum(1 for wrong in found if wrong)
    return f"{len(found)} faults in {len(COMMANDS)} commands", f"{failed} not survived", not failed


CHECKS: tuple[tuple[str, str, Callable[[int], tuple[str, str, bool]]], ...] = (
    ("The verdict is what the language says", "a second interpreter, written from the text alone, day by day", _comparison),
    ("It is so in every small case", "all contracts of at most two clauses on all timelines of at most four days and three events", _small_scope),
    ("The core of the language has one meaning", "a third one, as rules of logic that a solver completes in exactly one way", _event_calculus),
    ("What does not matter changes nothing", "laws: the same deal written, dated, ordered or asked otherwise", _laws),
    ("The checks would see a wrong meaning", "wrong meanings planted on purpose, one at a time", _planted),
    ("Every choice of readings is looked at", "all combinations, one run each, against the short way", _readings),
    ("A run of a sweep is a run like any other", "each run of a sweep, against the whole deal run from its beginning", _sweeps),
    ("What was once wrong stays right", "every disagreement ever found, as a small contract", _tests("properties/test_found.py", "properties/test_laws_found.py")),
    ("Published contracts give their published answers", "cases with the answers printed beside them", _tests("cases")),
    ("Any document ends with a result or a reason", "contracts damaged by chance", _wild),
    ("A hostile input has its documented answer", "bombs, crowds, tricks of dates, paths, files and characters, in bounded time and memory", _hostile),
    ("No bytes make a program error", "inputs made by a seed out of our own files, for reader, expressions and scenarios", _fuzzed),
    ("What others wrote stays text", "a deal of nothing but attacks, through every command and format", _tests("hostile/test_inert.py")),
    ("There is one way out for each kind of output", "a look at every call in the source", _tests("hostile/test_roads.py")),
    ("Whatever fails, no file is torn", "the n-th step of a command fails, or a signal comes before it, for every n", _faults),
    ("No machine is too full, and no moment too bad", "full disks, gone folders, eight at once, killed workers, signals at any moment", _tests("hostile/test_faults.py")),
)  # fmt: skip


def table(scale: int) -> list[Row]:
    return [Row(promise, checked, *check(scale)) for promise, checked, check in CHECKS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    chosen = parser.parse_args()
    print("| promise | how it is checked | count | result |\n| --- | --- | --- | --- |", flush=True)
    holds = True
    for promise, checked, check in CHECKS:
        row = Row(promise, checked, *check(chosen.scale))
        print(f"| {row.promise} | {row.checked} | {row.count} | {row.result} |", flush=True)
        holds = holds and row.holds
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
