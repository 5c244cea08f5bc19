"""The smallest contract that still shows a disagreement: ``python tests/properties/shrink.py SEED ...``."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from both import Refuses, differences
from contracts import Case, contract
from dealcli.model import validate
from reference_values import ReferenceRefused

KEPT = ("agreement", "vocabulary", "parties", "kind", "bearer", "by", "sum", "pay", "ann", "bob", "paid_with", "amount", "events", "date", "event", "exercise")


def signature(case: Case) -> Any:
    """What is wrong with a case: what the first disagreement is about, or the error it ends with; None if nothing."""
    if any(p.severity == "error" for n, tree in enumerate(case.documents) for p in validate(tree, "contract.yaml", n)):
        return "invalid"
    try:
        found = differences(case)
    except (Refuses, ReferenceRefused) as refused:
        return type(refused).__name__
    except Exception as error:  # a crash is a disagreement like any other
        return (type(error).__name__, str(error)[:40])
    if not found:
        return None
    _, slot, name, left, right = found[0]
    stages = (str(left), str(right)) if name in ("stage", "value") and not isinstance(left, dict) else ()
    return (slot[0], slot[1] if slot[0] == "finding" else "", name, left is None, right is None, *stages)


def smallest(case: Case) -> Case:
    """Drop rows, clauses and fields as long as the disagreement stays the same."""
    wanted = signature(case)
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(case):
            if signature(smaller) == wanted:
                case, changed = smaller, True
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    for number in reversed(range(len(case.rows))):
        yield replace(case, rows=case.rows[:number] + case.rows[number + 1 :])
    for route in list(_routes(case.documents)):
        trees = copy.deepcopy(case.documents)
        holder: Any = trees
        for step in route[:-1]:
            holder = holder[step]
        if route[-1] in KEPT or route[1:] == ("from",) or len(route) == 1:
            continue
        if route[-1] in ("for_each", "every", "act"):
            for name in ("key", "first", "times") if route[-1] != "act" else ("paid_with", "amount", "accrues"):
                holder.pop(name, None)
        del holder[route[-1]]
        yield replace(case, documents=trees)
    for number, row in enumerate(case.rows):
        for name in row:
            if name not in KEPT:
                rows = [dict(one) for one in case.rows]
                del rows[number][name]
                yield replace(case, rows=rows)


def _routes(tree: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for step in steps:
        yield (*before, step)
        yield from _routes(tree[step], (*before, step))


def main() -> None:
    for seed in map(int, sys.argv[1:]):
        case = smallest(contract(seed))
        print(f"#### seed {seed}, as of {case.as_of}")
        print("\n---\n".join(yaml.safe_dump(tree, sort_keys=False, default_flow_style=None, width=150) for tree in case.documents))
        for row in case.rows:
            print("  -", ", ".join(f"{k}: {v}" for k, v in row.items()))
        try:
            for day, slot, name, left, right in differences(case)[:3]:
                print(f"  >> {day} {slot[1:]} {name}: reference {left}, engine {right}")
        except Exception as error:
            print("  >>", type(error).__name__, error)


if __name__ == "__main__":
    main()
