"""Fail each step of each command in turn: ``python tests/hostile/faults.py``, or some commands by their names.

The n-th opening, reading, writing, syncing, renaming, removing, listing or asking of a file fails, for n = 1, 2, ... until
a command runs through without having met the fault; once, or from the n-th on; or a signal comes just before it, or before it and the next one. Whatever
fails: no file is half written, an old answer stays until the whole new one is there, inputs stay as they are, nothing is
left behind but where removing is what fails, the exit code is a documented one, no traceback shows, and the next run gives what this one should have given.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from one_command import Commands, Ended, Fault

HERE = Path(__file__).parent
DEAL = """\
agreement: supply
title: Supply of parts
from: 2025-01-01
until: 2025-12-31
parties: {seller: Seller, buyer: Buyer}
events:
  ordered: {by: party, order: id, units: number}
  delivered: {by: party, order: id, units: number}
terms:
  window: {value: 10 days}
clauses:
  deliver: {kind: obligation, bearer: seller, for_each: ordered, key: order, act: delivered where units >= ordered.units, within: window}
"""
SCENARIO = """\
scenario: Two orders
agreements: [deal.yaml]
as_of: 2025-03-31
events:
  - {date: 2025-01-10, event: ordered, by: buyer, order: A1, units: 10}
  - {date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10}
expect:
  - {clause: deliver, key: A1, is: breached}
"""
LOG = '{"date": "2025-02-10", "event": "ordered", "by": "buyer", "order": "B1", "units": 1}\n' * 2
INPUTS: Mapping[str, str] = {"deal.yaml": DEAL, "scenario.yaml": SCENARIO, "log.ndjson": LOG, "list.csv": "scenario\nscenario.yaml\n"}
OLD = "the old answer\n"
COMMANDS: Mapping[str, str] = {
    "evaluate": "evaluate scenario.yaml -o out.txt",
    "evaluate with memory": "evaluate scenario.yaml",
    "evaluate a log": "evaluate scenario.yaml --events log.ndjson --format json -o out.json",
    "report": "report scenario.yaml -o out.html",
    "check": "check deal.yaml scenario.yaml --output sarif=out.sarif --output junit=out.xml",
    "a baseline": "check deal.yaml scenario.yaml --write-baseline out.json",
    "a build": "check deal.yaml --format github",
    "update": "test scenario.yaml --update",
    "why-not": "why-not scenario.yaml deliver breached --key A1 --tries 20 --save out.yaml -o out.txt",
    "whatif": "whatif scenario.yaml --drop 2 --save out.yaml -o out.txt",
    "sweep": "sweep scenario.yaml --vary window=1|days..9|days|step|4|days --jobs 1 --resume out.parts --format csv -o out.csv",
    "batch": "batch list.csv --jobs 1 --resume out.parts -o out.ndjson",
    "batch by key": "batch scenario.yaml --by order --events log.ndjson --jobs 1 -o out.ndjson",
    "agenda": "agenda scenario.yaml --format ics -o out.ics",
    "init": "init new",
}
"""Every command that writes; a blank inside a word is written as a bar."""
STARTED = ("out.parts",)
"""Files that grow by whole lines and are not there at first."""
ERRORS: Mapping[str, tuple[str, ...]] = {
    "open": ("EMFILE", "EACCES"), "read": ("EIO", "short"), "write": ("ENOSPC", "EIO", "short"), "fsync": ("EIO",),
    "rename": ("EACCES", "ENOSPC"), "unlink": ("EACCES",), "stat": ("EIO", "EACCES"), "list": ("EIO",), "make": ("EACCES", "ENOSPC"),
}  # fmt: skip
EACH = 5
"""The first steps of a kind are tried one by one in any case."""
SIGNALS: Mapping[str, int] = {"SIGINT": 130, "SIGTERM": 143}
"""A signal, and how a command ends by it."""


A_SHARE = (
    *(Fault(call, 0, ERRORS[call][0]) for call in ("open", "write", "fsync", "rename")),
    Fault("write", 0, "ENOSPC", lasting=True), Fault("write", 0, "short"), Fault("write", 0, "SIGINT", lasting=True), Fault("rename", 0, "SIGTERM"),
)  # fmt: skip
"""The kinds of fault that the ordinary tests try, where there are many steps at every ``STRIDE``-th."""
STRIDE = 61


class Run(NamedTuple):
    """How a command ended, and all files that were there afterwards."""

    ended: Ended
    files: Mapping[str, bytes]


class Bench:
    """A command, what it does without a fault, and whether it keeps its promises with one."""

    def __init__(self, commands: Commands, name: str) -> None:
        self.commands, self.name = commands, name
        self.line = [word.replace("|", " ") for word in COMMANDS[name].split()]
        self.outputs = [word.rpartition("=")[2] for word in self.line if word.rpartition("=")[2].startswith("out.")]
        self.folder = Path(tempfile.mkdtemp())
        self._lay_out()
        self.right = self._run(None)
        assert self.right.ended.code in (0, 1), self.right.ended

    def broken(self, fault: Fault) -> tuple[bool, str]:
        """Whether the command met the fault, and what is wrong with what it then did: empty where nothing is."""
        self._lay_out()
        run = self._run(fault)
        met = run.ended.calls >= fault.number
        wrong = "; ".join(self._wrong(run, fault))
        if met and not wrong and self.name != "init":
            self._forgive()
            again = self._run(None)
            files, right = (
                {file: content for file, content in run.files.items() if not _may_be_left(file, fault) and file not in STARTED}
                for run in (again, self.right)
            )
            if (again.ended.code, again.ended.out) != (self.right.ended.code, self.right.ended.out) or files != right:
                wrong = f"the next run is another: {again.ended.code} {again.ended.err[-200:]}"
        return met, wrong

    def _lay_out(self) -> None:
        shutil.rmtree(self.folder)
        (self.folder / "home").mkdir(parents=True)
        for name, text in INPUTS.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        for name in self.outputs:
            if name not in STARTED:
                (self.folder / name).write_text(OLD, encoding="utf-8")

    def _forgive(self) -> None:
        """What may lie about before the next run: a summary that only grows, expectations that were updated."""
        (self.folder / "home" / "summary.md").unlink(missing_ok=True)
        if self.name == "update":
            (self.folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")

    def _run(self, fault: Fault | None) -> Run:
        home = self.folder / "home"
        environment = {"HOME": str(home), "XDG_CACHE_HOME": None, "XDG_STATE_HOME": None, "CI": None, "TMPDIR": str(home),
                       "GITHUB_STEP_SUMMARY": str(home / "summary.md") if self.name == "a build" else None,
                       "DEALCLI_NO_CACHE": None if self.name == "evaluate with memory" else "1"}  # fmt: skip
        ended = self.commands.run(*self.line, folder=self.folder, fault=fault, **environment)
        files = {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        return Run(ended, {name: content for name, content in files.items() if not name.startswith("home/") or name.endswith((".part", ".md"))})

    def _wrong(self, run: Run, fault: Fault) -> Iterator[str]:
        ended = run.ended
        if ended.code not in (0, 1, 2, 3, SIGNALS.get(fault.error, 0)):
            yield f"exit code {ended.code}: {ended.err[-300:]}"
        if any(word in ended.err for word in ("Traceback", "this is a bug", "Exception ignored")):
            yield f"told as a bug: {ended.err[-300:]}"
        reported = self._reported(run)
        if ended.code in (0, 1) and fault.call != "write" and ended.out != self.right.ended.out and not reported:
            yield "another answer, with an exit code that says that all is well"
        if ended.code in (2, 3) and not ended.err and fault.call != "write" and not reported:
            yield "refused without a word"
        yield from self._wrong_files(run, fault)

    def _reported(self, run: Run) -> bool:
        """Whether the fault is part of the answer, as that of a file among many is, and the answer is a whole one."""
        answers = {"out": run.ended.out, **{name: run.files.get(name, b"").decode() for name in self.outputs}}
        return any(re.search("DC10[13]|DC527", text) for text in answers.values()) and all(_whole(name, text) for name, text in answers.items())

    def _wrong_files(self, run: Run, fault: Fault) -> Iterator[str]:
        done = run.ended.code in (0, 1)
        for name, content in self.right.files.items():
            old = OLD if name in self.outputs else INPUTS.get(name)
            allowed = {content} | ({old.encode()} if old is not None and not done else set())
            found = run.files.get(name)
            if found is None and (old is not None or done) and name not in STARTED and not name.startswith("home/"):
                yield f"{name} is gone"
            if found is not None and found not in allowed and name not in STARTED and not name.startswith("home/") and not self._reported(run):
                yield f"{name} is neither old nor new"
        strange = [file for file in run.files.keys() - self.right.files.keys() if not _may_be_left(file, fault)]
        if strange:
            yield f"left behind: {sorted(strange)}"


def _whole(name: str, text: str) -> bool:
    """Whether a file of a form that shows it is not cut short."""
    try:
        match name.rpartition(".")[2]:
            case "json" | "sarif":
                json.loads(text)
            case "xml":
                ET.fromstring(text)
            case "ndjson":
                assert text.endswith("\n")
                assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
    except (ValueError, ET.ParseError, AssertionError):
        return text == OLD
    return True


def _may_be_left(file: str, fault: Fault) -> bool:
    """Whether a file is a draft that nothing could remove."""
    return file.endswith(".part") and fault.call == "unlink"


def every_kind() -> Iterator[Fault]:
    """All kinds of fault, without their numbers."""
    for call, errors in ERRORS.items():
        for error in (*errors, *SIGNALS):
            yield Fault(call, 0, error)
            if error != "short":
                yield Fault(call, 0, error, lasting=True)


def campaign(commands: Commands, name: str, kinds: Iterator[Fault], stride: int = 1) -> Iterator[tuple[Fault, str]]:
    """Every fault of some kinds at every step of a command, each with what is wrong then; after some steps, at every ``stride``-th."""
    bench = Bench(commands, name)
    for kind in kinds:
        number, met = 0, True
        while met:
            number += 1 if number < EACH else stride
            fault = kind._replace(number=number)
            met, wrong = bench.broken(fault)
            if met or wrong:
                yield fault, wrong
    shutil.rmtree(bench.folder)


def main() -> int:
    commands = Commands()
    total = failed = 0
    for name in sys.argv[1:] or COMMANDS:
        count = 0
        for fault, wrong in campaign(commands, name, every_kind()):
            count += 1
            if wrong:
                failed += 1
                print(f"{name}: {fault}: {wrong}", flush=True)
        print(f"{name}: {count} faults", flush=True)
        total += count
    print(f"{total} faults, {failed} not survived")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
