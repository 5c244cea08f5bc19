"""The workload by the agreement file beside this one, counts only: the same line as ``reference.py``.

    python counted.py EVENTS.ndjson AS_OF

What is measured is what ``dealcli evaluate`` does up to its result, without writing a row for each position.
"""

from __future__ import annotations

import gc
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

gc.disable()  # as the command does

from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once  # noqa: E402
from dealcli.analysis.scenario import load  # noqa: E402

WORDS = {"in_force": {"rofr": "open", "permission": "holds", "ip_access": "holds", "revenue_share": "pending"}}


def counted(evaluation: Evaluation) -> dict[str, int]:
    """How many positions of each clause are in each stage, in the words of the reference."""
    found: Counter[str] = Counter()
    for clause, positions in evaluation.run.state.positions_of.items():
        for stage, number in Counter(position.shown for position in positions).items():
            found[f"{clause.name}:{WORDS.get(stage, {}).get(clause.name, stage)}"] += number
    contracted = found.pop("contract:in_force", 0)
    found["prohibition:permitted"] = contracted - found["prohibition:breached"]
    for stage in ("in_force", "ended", "suspended"):
        del found[f"prohibition:{stage}"]
    return {name: number for name, number in found.items() if number}


def main() -> None:
    path, as_of = sys.argv[1:3]
    (scenario,) = load(str(Path(__file__).with_name("scenario.yaml")), {})
    evaluation = evaluate_once(scenario, Options(events=path, as_of=as_of))
    sums: dict[str, Any] = {m.name: evaluation.run.state.fluent(m, ()) for m in evaluation.program.measures}
    line = {"as_of": as_of, "events": evaluation.run.applied, "counts": counted(evaluation), "due": int(sums["due"] or 0),
            "paid": int(sums["paid"] or 0)}  # fmt: skip
    print(json.dumps(line, sort_keys=True, separators=(",", ":")))


if __name__ == "__main__":
    main()
