"""A baseline: the problems that are known, so that only new ones are told. Lines that move do not make a problem new."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.output.problem_rows import with_fingerprints
from dealcli.output.problems import Sources
from dealcli.output.text import json_text
from dealcli.reading.files import read_bytes, shown_path
from dealcli.slotted import dataclass

FORMAT = "dealcli.baseline/1"
STALE, UNUSABLE = "DC634", "DC123"


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each problem is known, by its fingerprint, and what each is."""

    path: str
    known: Counter[str]
    described: dict[str, str]

    def new_among(self, problems: Iterable[Diagnostic], sources: Sources) -> tuple[Diagnostic, ...]:
        """The problems that are not known, and one for each known one that is there no longer."""
        left = self.known.copy()
        new = []
        for problem, _, fingerprint in with_fingerprints(problems, sources):
            mark = fingerprint.partition(":")[0]
            if left[mark] > 0:
                left[mark] -= 1
            else:
                new.append(problem)
        for mark, number in left.items():
            if number > 0:
                message = f"the baseline lists what is there no longer: {self.described[mark]}"
                new.append(Diagnostic(STALE, message, Place(self.path), hint="write the baseline anew", severity="info"))
        return tuple(new)


def baseline_of(problems: Iterable[Diagnostic], sources: Sources) -> Iterator[str]:
    """A baseline of problems, in reading order."""
    rows: dict[str, dict[str, Any]] = {}
    for problem, _, fingerprint in with_fingerprints(problems, sources):
        mark = fingerprint.partition(":")[0]
        row = rows.setdefault(mark, {"fingerprint": mark, "code": problem.code, "path": problem.place.path,
                                     "message": problem.message, "count": 0})  # fmt: skip
        row["count"] += 1
    yield json_text(json.dumps({"format": FORMAT, "problems": list(rows.values())}, indent=2, ensure_ascii=False)) + "\n"


def read_baseline(path: str) -> Baseline:
    """Read a baseline. Raises ``Refused`` where there is none, or where it cannot be used."""
    shown = shown_path(path)
    content = read_bytes(shown, path)
    try:
        told = json.loads(content)
        rows: list[Any] = told["problems"] if told["format"] == FORMAT else [None]
        known = Counter({str(row["fingerprint"]): int(row["count"]) for row in rows})
        described = {str(row["fingerprint"]): f"{row['code']} in {row['path']}: {row['message']}" for row in rows}
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise Refused(Diagnostic(UNUSABLE, f"'{shown}' is no baseline", Place(shown), hint="write it with --write-baseline")) from None
    return Baseline(shown, known, described)
