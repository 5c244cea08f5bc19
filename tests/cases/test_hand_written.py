"""The contract of the benchmarks, as an agreement file and as a program written by hand for it, over the same logs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dealcli

WORKLOAD = Path(__file__).resolve().parents[1] / "benchmarks" / "workload"
SOURCE = Path(dealcli.__file__).resolve().parent.parent


def ran(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, WORKLOAD / program, *arguments], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("more", [("--seed", "1"), ("--seed", "2"), ("--span", "90"), ("--agi", "2"), ("--agi", "0.1")])
def test_the_agreement_file_and_the_program_written_by_hand_count_the_same(tmp_path: Path, more: tuple[str, str]) -> None:
    rows = ran("generate.py", "3000", *more)
    (tmp_path / "log.ndjson").write_text(rows, encoding="utf-8")
    as_of = json.loads(rows.splitlines()[-1])["date"]
    asked = (str(tmp_path / "log.ndjson"), as_of)
    assert ran("counted.py", *asked) == ran("reference.py", *asked)


def test_a_log_has_as_many_rows_as_asked_for_in_the_order_of_their_dates() -> None:
    rows = [json.loads(line) for line in ran("generate.py", "500").splitlines()]
    assert len(rows) == 500
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
