"""The workload by the agreement file beside this one, counts only: the same line as ``reference.py``.

    python counted.py EVENTS.ndjson AS_OF [--causes] [--standard-library]

What is measured is what ``dealcli count`` does, in other words, with its documents remembered from an earlier run; with
``--causes`` the run of ``dealcli evaluate``, which keeps every change with its cause, is counted, and with
``--standard-library`` msgspec is as if it were not installed.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import Counter
from typing import Any

gc.disable()  # as the command does

from dealcli.analysis.counting import counted_run  # noqa: E402
from dealcli.analysis.counts import Counts, counts_of  # noqa: E402
from dealcli.analysis.evaluation import evaluate_once  # noqa: E402
from dealcli.analysis.options import Options  # noqa: E402
from dealcli.analysis.scenario import load  # noqa: E402
from dealcli.reading.sound import SourceFiles  # noqa: E402

WORDS = {"in_force": {"rofr": "open", "permission": "holds", "ip_access": "holds", "revenue_share": "pending"}}


def counted(counts: Counts) -> dict[str, int]:
    """How many positions of each clause are in each stage, in the words of the reference."""
    found: Counter[str] = Counter()
    for clause, stages in counts.stages.items():
        for stage, number in stages.items():
            found[f"{clause.name}:{WORDS.get(stage, {}).get(clause.name, stage)}"] += number
    contracted = found.pop("contract:in_force", 0)
    found["prohibition:permitted"] = contracted - found["prohibition:breached"]
    for stage in ("in_force", "ended", "suspended"):
        del found[f"prohibition:{stage}"]
    return {name: number for name, number in found.items() if number}


def main() -> None:
    path, as_of, *asked = sys.argv[1:]
    if "--standard-library" in asked:
        sys.modules["msgspec"] = None  # type: ignore[assignment]
    (scenario,) = load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "scenario.yaml"), SourceFiles())
    options = Options(events=path, as_of=as_of)
    counts = counted_run(evaluate_once(scenario, options).run) if "--causes" in asked else counts_of(scenario, options)[0]
    sums: dict[str, Any] = {measure.name: value for measure, value in counts.measures.items()}
    line = {"as_of": as_of, "events": counts.events, "counts": counted(counts), "due": int(sums["due"] or 0),
            "paid": int(sums["paid"] or 0)}  # fmt: skip
    print(json.dumps(line, sort_keys=True, separators=(",", ":")))
    gc.freeze()  # as the command does


if __name__ == "__main__":
    main()
