"""One contract through both interpreters, day by day: what differs, and how interesting the run was.

A million contracts, from the folder of the checkout; every disagreement is printed with its seed, which ``shrink.py`` takes:

    PYTHONPATH=src python tests/properties/both.py --count 1000000 --jobs 8
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import Any

from contracts import Case, contract
from dealcli.analysis.expectations import waiting_stage
from dealcli.analysis.findings import all_findings
from dealcli.diagnostics import Diagnostic, Place
from dealcli.engine import lifecycle
from dealcli.engine.build import build
from dealcli.engine.days import run_timeline
from dealcli.engine.declare import Text
from dealcli.engine.run import DoesNotSettle
from dealcli.engine.run import Run as Engine
from dealcli.engine.shown import show
from dealcli.engine.timeline import Reader, in_order, numbered
from reference import Run as Reference
from reference import dates_in, trace_of
from reference_values import ReferenceRefused

Slot = tuple[Any, ...]
Snapshot = dict[Slot, dict[str, Any]]
Difference = tuple[date, Slot, str, Any, Any]
FINDINGS = ("breach", "late_performance", "premature_performance", "repeated_trigger")
OVER = {"ended", "terminated", "superseded", "pending"}
TAGS = ("breach", "exception", "boundary day", "suspension", "replacement", "unknown")


class Refuses(Exception):
    """The documents or rows have errors, so there is nothing to compare."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        super().__init__("; ".join(f"{p.code} {p.message}" for p in problems[:3]))
        self.problems = problems


# --- the two runs ----------------------------------------------------------------------------------------------------


def reference_days(case: Case) -> dict[date, Snapshot]:
    """What the reference interpreter says at the end of every day up to as-of."""
    run = Reference(case.documents, {}, {})
    run.start()
    events = sorted((run.read_row(row, n) for n, row in enumerate(case.rows)), key=lambda e: e.day)
    first = min([case.as_of, *(d for d in dates_in([case.documents, case.rows]) if d <= case.as_of)])
    run.open_world(first)
    found: dict[date, Snapshot] = {}
    for number in range((case.as_of - first).days + 1):
        day = first + timedelta(days=number)
        run.one_day(day, [e for e in events if e.day == day])
        found[day] = _of_reference(run)
    return found


def _of_reference(run: Reference) -> Snapshot:
    trace = trace_of(run)
    snapshot: Snapshot = {("agreement", name): {"stage": stage} for name, stage in trace.agreements.items()}
    objects = sorted(run.positions, key=lambda p: p.clause.order)
    made = {id(p.clause) for p in objects if not p.ready}
    for position, row in zip(objects, trace.positions, strict=True):
        if position.ready:
            if id(position.clause) not in made:
                waits = trace.agreements.get(position.clause.doc, "")
                if row["stage"] == "pending" and waits not in ("pending", ""):
                    continue
                unsettled = row["stage"] == "ready" and waits in ("suspended", "undetermined", "pending")
                snapshot[("position", row["clause"], None, 0)] = {"stage": waits if unsettled else row["stage"]}
            continue
        fields = ("stage", "possible", "in_force", "since", "due", "paid")
        shown = {name: row[name] for name in fields}
        shown |= {"amount": row["amount_due"], "breaches": len(row["breaches"]), "uses": len(row["uses"])}
        snapshot[_next_slot(snapshot, row["clause"], row["bearer"])] = shown
    for name, value in (*trace.facts.items(), *trace.measures.items()):
        snapshot[("fluent", name)] = {"value": value}
    for (kind, clause), count in Counter((f[0], f[2]) for f in trace.findings).items():
        if kind in FINDINGS:
            snapshot[("finding", kind, clause)] = {"count": count}
    return snapshot


def _next_slot(snapshot: Snapshot, clause: str, bearer: Any) -> Slot:
    """Positions are told apart by clause, bearer and the order in which they were made."""
    number = 1
    while ("position", clause, bearer, number) in snapshot:
        number += 1
    return ("position", clause, bearer, number)


def engine_days(case: Case, days: list[date]) -> dict[date, Snapshot]:
    """What the engine says at the end of each of the days. Raises ``Refuses`` with the errors of documents and rows."""
    found: dict[date, Snapshot] = {}

    def look(day: date) -> Callable[[Engine], None]:
        def checkpoint(run: Engine) -> None:
            found[day] = _of_engine(run)

        return checkpoint

    run_engine(case, [(day, look(day)) for day in days])
    return found


def run_engine(case: Case, checkpoints: Any = ()) -> Engine:
    """Build and run. Raises ``Refuses`` with the errors of documents and rows."""
    program, problems = build([Text(tree, Place("contract.yaml", (), n)) for n, tree in enumerate(case.documents)])
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise Refuses(errors)
    reader = Reader(program, None)
    read = [reader.read(row, Place("contract.yaml", ("events", n), 9)) for n, row in enumerate(case.rows)]
    rows = in_order([row for row in read if row is not None], reader)
    if reader.problems:
        raise Refuses(reader.problems)
    return run_timeline(program, numbered(rows), case.as_of, checkpoints)


def _of_engine(run: Engine) -> Snapshot:
    state = run.state
    snapshot: Snapshot = {("agreement", a.name): {"stage": s.shown} for a, s in state.agreements.items()}
    for clause, positions in state.positions_of.items():
        if not positions and not clause.restates:
            snapshot[("position", clause.full, None, 0)] = {"stage": waiting_stage(run, clause)}
        for p in positions:
            binds = state.binds(p)
            snapshot[_next_slot(snapshot, clause.full, p.bearer)] = {
                "stage": p.shown,
                "possible": list(lifecycle.possible(p.stages, clause.kind)) if len(p.stages) > 1 else [],
                "in_force": show(binds),
                "since": str(p.since)[:10],
                "due": None if p.limit_day is None else show(p.limit_day),
                "amount": show(state.amount_of(p)),
                "paid": show(p.paid),
                "breaches": 0 if clause.kind == "condition" else len(p.breaches),
                "uses": len(p.uses),
            }
    for thing in (*run.program.facts, *run.program.measures):
        for key, value in state.fluent_values(thing):
            name = thing.name if not key else f"{thing.name}[{', '.join(map(str, key))}]"
            snapshot[("fluent", name)] = {"value": show(value)}
    for (kind, name), count in Counter((f.kind, f.clause) for f in all_findings(run)).items():
        if kind in FINDINGS:
            snapshot[("finding", kind, name)] = {"count": count}
    return snapshot


# --- what differs ----------------------------------------------------------------------------------------------------


def differences(case: Case) -> list[Difference]:
    """What the two say differently on the first day on which they do. Raises ``Refuses``."""
    return told_apart(case)[1]


def told_apart(case: Case) -> tuple[dict[date, Snapshot], list[Difference]]:
    """The days of the reference, and what differs on the first day on which something does.

    Raises ``Refuses`` where the documents have errors: a circle of conditions is refused by the engine before anything runs,
    by the reference only when it does not settle. That one of them alone does not settle is a disagreement.
    """
    refused: dict[str, str] = {}
    reference: dict[date, Snapshot] = {}
    engine: dict[date, Snapshot] = {}
    try:
        reference = reference_days(case)
    except ReferenceRefused as error:
        refused["reference"] = str(error)
    try:
        engine = engine_days(case, list(reference) or [case.as_of])
    except DoesNotSettle as error:
        refused["engine"] = str(error)
    if len(refused) == 2:
        raise Refuses([])
    if refused:
        return reference, [(case.as_of, ("settling",), "settles", refused.get("reference"), refused.get("engine"))]
    return reference, compared(case, reference, engine)


def compared(case: Case, reference: dict[date, Snapshot], engine: dict[date, Snapshot]) -> list[Difference]:
    """A doubtful case is compared up to the first doubt: from then on the reference is only as exact as the words."""
    for day, said in reference.items():
        rows = (*said.values(), *engine[day].values())
        if case.doubtful and any(row.get("stage") == "undetermined" or "unknown" in (row.get("value"), row.get("paid")) for row in rows):
            return []
        found = list(_on_one_day(day, said, engine[day]))
        if found:
            return found
    return []


def _on_one_day(day: date, reference: Snapshot, engine: Snapshot) -> Iterator[Difference]:
    for slot in dict.fromkeys([*reference, *engine]):
        left, right = reference.get(slot), engine.get(slot)
        if slot[-1] == 0 and (left is None or right is None or {left["stage"], right["stage"]} <= OVER):
            continue  # how a clause without instances waits or is over is compared only where both say more
        if left is None or right is None:
            if not (slot[0] == "fluent" and _plain((left or right or {})["value"]) in ("none", "false", "0")):
                yield day, slot, "missing", left, right
        else:
            for name in left:
                if name in right and not _same(name, left, right):
                    yield day, slot, name, left[name], right[name]


def _same(name: str, left: dict[str, Any], right: dict[str, Any]) -> bool:
    if name in ("since", "due") and left[name] is None:
        return True  # the reference does not say: in place from the start, or due at an event
    if name == "due" and left["stage"] not in lifecycle.UNDECIDED:
        return True  # what a limit was after the end is no longer of interest
    return _plain(left[name], name) == _plain(right[name], name)


def _plain(value: Any, name: str = "") -> Any:
    if name == "paid" and value in (None, "none", "USD 0"):
        return "0"
    return "none" if value is None else value


# --- how interesting a run was ---------------------------------------------------------------------------------------


def tags(case: Case, days: dict[date, Snapshot]) -> set[str]:
    """Which of ``TAGS`` a run has, read off the reference's snapshots."""
    found = set()
    dates = {date.fromisoformat(row["date"][:10]) for row in case.rows}
    written = {day + timedelta(days=n) for day in dates_in(case.documents) for n in (-1, 0, 1)}
    found |= {"boundary day"} if dates & written else set()
    for snapshot in days.values():
        for slot, row in snapshot.items():
            stage = row.get("stage")
            found |= {"breach"} if row.get("breaches") else set()
            found |= {{"displaced": "exception", "suspended": "suspension", "superseded": "replacement",
                       "undetermined": "unknown"}.get(str(stage), "")}  # fmt: skip
            due = row.get("due")
            if slot[0] == "position" and due and due != "unknown":
                limit = date.fromisoformat(due[:10])
                found |= {"boundary day"} if dates & {limit + timedelta(days=n) for n in (-1, 0, 1)} else set()
    return found - {""}


# --- the command -----------------------------------------------------------------------------------------------------


def compare_many(seeds: range, report: Callable[[int, list[Difference]], None]) -> Counter[str]:
    """Compare the contracts of all seeds; counts of ``compared``, ``different``, ``refused``, ``interesting`` and each tag."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        case = contract(seed)
        try:
            reference, found = told_apart(case)
        except Refuses:
            counts["refused"] += 1
            continue
        except Exception as error:  # a crash is reported with its seed, like any other disagreement
            counts["different"] += 1
            report(seed, [(case.as_of, ("crash",), type(error).__name__, None, str(error))])
            continue
        counts["compared"] += 1
        if found:
            counts["different"] += 1
            report(seed, found)
        seen = tags(case, reference)
        counts.update(seen)
        counts["interesting"] += bool(seen)
    return counts


def summary(counts: Counter[str]) -> str:
    """One line: how many were compared, how many differ, the share of interesting runs and of each tag."""
    whole = max(counts["compared"], 1)
    shares = ", ".join(f"{tag} {100 * counts[tag] // whole} %" for tag in TAGS)
    return (f"{counts['compared']} comparisons, {counts['different']} disagreements, {counts['refused']} refused; "
            f"interesting {100 * counts['interesting'] // whole} % ({shares})")  # fmt: skip


CHUNK = 250


def _chunk(seeds: range) -> tuple[Counter[str], list[str]]:
    lines: list[str] = []

    def report(seed: int, found: list[Difference]) -> None:
        day, slot, name, left, right = found[0]
        lines.append(f"seed {seed}: {day} {slot[1:]} {name}: reference {left}, engine {right}")

    return compare_many(seeds, report), lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="how many contracts")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes share the work")
    chosen = parser.parse_args()
    last = chosen.first + chosen.count
    chunks = [range(start, min(start + CHUNK, last)) for start in range(chosen.first, last, CHUNK)]
    total: Counter[str] = Counter()
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for counts, lines in pool.map(_chunk, chunks):
            total.update(counts)
            print(*lines, sep="\n", end="\n" if lines else "", flush=True)
    print(summary(total))
    return 1 if total["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
