"""Prints the milliseconds of CPU that the full history of the library takes to run, once its documents are a program."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import process_time

from dealcli.analysis.evaluation import Evaluation, evaluate
from dealcli.analysis.scenario import load
from dealcli.engine.days import run_timeline

ROOT = Path(__file__).resolve().parents[2]
RUNS = 15


def once(found: Evaluation) -> float:
    began = process_time()
    run_timeline(found.program, found.rows, found.as_of)
    return (process_time() - began) * 1000


if __name__ == "__main__":
    (scenario,) = load(str(ROOT / "examples" / "history.yaml"), {})
    evaluation = evaluate(scenario)
    print(f"{median(once(evaluation) for _ in range(RUNS)):.1f}")
