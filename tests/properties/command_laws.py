"""Laws about whole commands: what one format, file or machine tells, all others tell.

They take a contract like the laws in ``laws`` and write it to files.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from contracts import Case
from dealcli.cli.main import answer
from dealcli.output.words import stage_words
from laws import Law, Pair

PLANTED = Path(__file__).with_name("planted.py")
PLACES = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8"},
    {"PYTHONHASHSEED": "77", "TZ": "America/Los_Angeles", "LC_ALL": "C"},
)


def written(case: Case, folder: str, expect: list[dict[str, Any]] | None = None, several: bool = False) -> str:
    """Write a contract and its timeline to files; the path of the scenario."""
    names = ["deal.yaml"]
    if several:
        names = [f"{'bca'[n]}.yaml" for n in range(len(case.documents))]
        for name, tree in zip(names, case.documents, strict=True):
            Path(folder, name).write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    else:
        Path(folder, "deal.yaml").write_text(yaml.safe_dump_all(case.documents, sort_keys=False), encoding="utf-8")
    scenario = {"scenario": "S", "agreements": names, "as_of": str(case.as_of), "events": case.rows}
    scenario |= {"expect": expect} if expect else {}
    path = Path(folder, "scenario.yaml")
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    return str(path)


def command(*arguments: str) -> tuple[int, str]:
    """The exit code of a command run in this process, and its standard output."""
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) as out:
        with contextlib.redirect_stderr(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):
            code = answer(arguments)
        out.flush()
        return code, out.buffer.getvalue().decode()  # type: ignore[attr-defined]


def evaluated(path: str, *options: str) -> Any:
    code, text = command("evaluate", path, "--all", "--format", "json", *options)
    return json.loads(text) if code == 0 else None


SHOWN = ("clause", "key", "bearer", "stage", "since", "due")


def every_format_tells_the_same_positions(case: Case, random: Random) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory() as folder:
        path = written(case, folder)
        whole = evaluated(path)
        if whole is None:
            return
        known = [tuple(str(p[name]) if p[name] is not None else "" for name in SHOWN) for p in whole["positions"]]
        amounts = [str((p["amount"] or {}).get("paid") or "") for p in whole["positions"]]
        rows = list(csv.DictReader(io.StringIO(command("evaluate", path, "--all", "--format", "csv")[1])))
        yield [tuple(_told(row[name]) for name in SHOWN) for row in rows], [tuple(map(_told, row)) for row in known]
        yield [row["amount_paid"] for row in rows if row["amount_paid"][:1].isdigit()], [a for a in amounts if a[:1].isdigit()]
        lines = [json.loads(line) for line in command("evaluate", path, "--all", "--format", "jsonl")[1].splitlines()]
        yield [line for line in lines if "bearer" in line], whole["positions"]
        stages = Counter(p["stage"] for p in whole["positions"])
        yield whole["summary"]["by_stage"], dict(sorted(stages.items()))
        plain = command("evaluate", path, "--all", "--format", "plain")[1]
        counted = re.search(r"^\d+ positions?: (.*?)(?:;.*)?$", plain, re.MULTILINE)
        if counted:
            found = dict(reversed(part.split(" ", 1)) for part in counted[1].split(", "))
            yield found, {stage_words(stage): str(n) for stage, n in stages.items()}


def _told(text: str) -> str:
    return "unknown" if text.startswith("{") else text


def the_exit_code_says_what_the_answer_says(case: Case, random: Random) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory() as folder:
        path = written(case, folder)
        whole = evaluated(path)
        if whole is None:
            return
        stages = {p["stage"] for p in whole["positions"]}
        for word in random.sample(["breached", "in_force", "ended", "fulfilled", "undetermined"], 3):
            code, _ = command("evaluate", path, "--all", "--format", random.choice(("plain", "csv", "json")), "--fail-on", word)
            yield (word, code), (word, int(word in stages))


def a_test_fails_in_every_format_where_an_expectation_does(case: Case, random: Random) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory() as folder:
        whole = evaluated(written(case, folder))
        plain = [p for p in (whole or {}).get("positions", ()) if p["key"] is None]
        if not plain:
            return
        chosen = random.choice(plain)
        right = random.random() < 0.5
        stage = chosen["stage"] if right else "breached" if chosen["stage"] != "breached" else "fulfilled"
        row = {"clause": chosen["clause"], "is": stage, "bearer": chosen["bearer"]}
        path = written(case, folder, [row])
        found = {style: command("test", path, "--format", style) for style in ("plain", "json", "junit")}
        yield {style: code for style, (code, _) in found.items()}, dict.fromkeys(found, 0 if right else 1)
        yield json.loads(found["json"][1])["summary"]["failed"], 0 if right else 1
        report = ET.fromstring(found["junit"][1])
        yield (report.get("failures"), len(report.findall(".//failure"))), (str(int(not right)), int(not right))
        yield "FAILED" in found["plain"][1], not right


def files_may_be_split_and_named_as_one_likes(case: Case, random: Random) -> Iterator[Pair]:
    if len(case.documents) < 2:
        return
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as several:
        left, right = evaluated(written(case, one)), evaluated(written(case, several, several=True))
        if left is not None and right is not None:
            yield left["positions"], right["positions"]
            yield [left[name] for name in ("agreements", "measures", "facts", "story")], [
                right[name] for name in ("agreements", "measures", "facts", "story")]  # fmt: skip


def a_day_on_the_command_line_is_one_in_the_scenario(case: Case, random: Random) -> Iterator[Pair]:
    from dataclasses import replace

    from told import days_of

    early = replace(case, as_of=random.choice(days_of(case)))
    with tempfile.TemporaryDirectory() as folder:
        later = evaluated(written(case, folder), "--as-of", str(early.as_of), "--known-as-of", str(case.as_of))
        sooner = evaluated(written(early, folder))
        if later is not None:
            names = ("as_of", "agreements", "positions", "facts", "measures", "summary")
            yield {name: later[name] for name in names}, {name: sooner[name] for name in names} if sooner else None


def the_answer_is_the_same_on_every_machine(case: Case, random: Random) -> Iterator[Pair]:
    style = random.choice(("json", "csv", "plain", "jsonl"))
    with tempfile.TemporaryDirectory() as folder:
        path = written(case, folder)
        arguments = [sys.executable, str(PLANTED), "--run", "evaluate", path, "--all", "--format", style]
        found = [subprocess.run(arguments, capture_output=True, check=False, env=os.environ | place) for place in PLACES]
        yield [(one.returncode, one.stdout) for one in found], [(found[0].returncode, found[0].stdout)] * len(found)


COMMAND_LAWS: tuple[Law, ...] = (
    every_format_tells_the_same_positions,
    the_exit_code_says_what_the_answer_says,
    a_test_fails_in_every_format_where_an_expectation_does,
    files_may_be_split_and_named_as_one_likes,
    a_day_on_the_command_line_is_one_in_the_scenario,
    the_answer_is_the_same_on_every_machine,
)
