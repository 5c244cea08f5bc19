"""Slicing against brute force: the verdicts on small deals, and those from running every combination of readings.

``DEALCLI_SLICED`` sets how many generated deals are compared, ``DEALCLI_FIRST`` the first seed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from contracts import Case, contract
from dealcli.analysis.cones import Cones
from dealcli.analysis.evaluation import Options, evaluate_once
from dealcli.analysis.readings import judge
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.standings import standings, things
from dealcli.analysis.verdicts import FIELDS
from dealcli.diagnostics import Place, Refused
from dealcli.engine.declare import Text
from dealcli.model import validate

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
DEALS = int(os.environ.get("DEALCLI_SLICED", "60"))
PLAUSIBLE = {"g.window": ("3 days", "10 days"), "g.rough": ("1", "2")}


# --- deals with open questions ---------------------------------------------------------------------------------------


def disputed(seed: int) -> Case:
    """A generated contract with readings and plausible values put into what its clauses look at."""
    case, random = contract(seed), Random(-seed - 1)
    tree = next(tree for tree in case.documents if tree.get("agreement") == "g")
    tree["terms"] = {
        "bound": {"default": "low", "readings": {"low": {"value": "1"}, "high": {"value": "2"}, "top": {"value": "5"}}},
        "mood": {"default": "one", "readings": {"one": {"value": "one"}, "two": {"value": "two", "given": "bound != 'low'"}}},
        "window": {"value": "undisclosed", "plausible": list(PLAUSIBLE["g.window"])},
        "rough": {"value": "undisclosed", "plausible": list(PLAUSIBLE["g.rough"])},
    }
    _read_the_terms(tree, random)
    if random.random() < 0.8:
        starts = tree["facts"]["f"].pop("starts")
        second = {"holds": "e1 or mood = 'two'"} if random.random() < 0.4 else {"starts": random.choice(("e1", "e2 where q > bound"))}
        first: dict[str, Any] = {"starts": starts}
        if "holds" in second and (ends := tree["facts"]["f"].pop("ends", None)):
            first["ends"] = ends
        tree["facts"]["f"] |= {"default": "as_written", "readings": {"as_written": first, "otherwise": second}}
    for clause in tree["clauses"].values():
        if "within" in clause and random.random() < 0.25:
            within = clause.pop("within")
            clause |= {"default": "short", "readings": {"short": {"within": within}, "long": {"within": "1 month"}}}
            break
    for row in case.documents[-1].get("replaces", ()):
        row["when"] = random.choice(("mood = 'one'", "rough = 1", "bound != 'top'"))
    if random.random() < 0.3:
        tree["binding"] = {"default": "yes", "readings": {"yes": {"value": "true"}, "no": {"value": "false"}}}
    return case


def _read_the_terms(tree: Any, random: Random) -> None:
    """Put terms in the place of some constants, and conditions on them behind some triggers."""
    inner = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    for key, value in inner:
        if key in ("terms", "events", "parties", "agreement"):
            continue
        if isinstance(value, dict | list):
            _read_the_terms(value, random)
        elif key == "within" and random.random() < 0.7:
            tree[key] = "window"
        elif key in ("while", "unless") and random.random() < 0.4:
            tree[key] = f"({value}) and mood = 'one'" if key == "while" else f"({value}) or mood = 'two'"
        elif isinstance(value, str) and " q > 1" in value and random.random() < 0.8:
            tree[key] = value.replace(" q > 1", random.choice((" q > bound", " q > rough")))


def scenario_of(case: Case) -> Scenario:
    place = Place("contract.yaml", (), 9)
    rows = tuple((row, place.at("events", n)) for n, row in enumerate(case.rows))
    deal = tuple(Text(tree, Place("contract.yaml", (), n)) for n, tree in enumerate(case.documents))
    return Scenario("disputed", "contract.yaml", place, {"scenario": "disputed", "as_of": case.as_of.isoformat()}, deal, rows, ())


# --- the same by brute force -----------------------------------------------------------------------------------------

Combination = dict[str, str]


def every_combination(scenario: Scenario, questions: Any) -> Iterator[tuple[Combination, Any]]:
    """Every combination of choices with how everything stands under it."""
    names = [question.full for question in questions]
    for picked in product(*(question.choices for question in questions)):
        chosen = dict(zip(names, picked, strict=True))
        if chosen.get("g.mood") == "two" and chosen.get("g.bound") == "low":
            continue
        readings = {name: choice for name, choice in chosen.items() if name not in PLAUSIBLE}
        terms = {name: choice for name, choice in chosen.items() if name in PLAUSIBLE}
        found = evaluate_once(scenario, Options(readings=readings, terms=terms))
        yield chosen, {node: standings(found.run, node, thing) for node, thing in things(found.program)}


def _stands(kind: str, stood: Any, slot: Any, field: str) -> Any:
    if slot in stood:
        return stood[slot].get(field)
    if kind in ("facts", "measures"):
        return next((fields.get(field) for known, fields in stood.items() if known[2] == -1), None)
    return "absent" if field == "stage" and slot[2] != -1 else None


def expected(worlds: list[tuple[Combination, Any]], defaults: Combination, node: Any, slot: Any, field: str) -> dict[str, Any]:
    """The verdict by its definition: over all combinations, one after the other."""
    values: list[tuple[Combination, Any]] = []
    for chosen, stood in worlds:
        standing = _stands(node[0], stood[node], slot, field)
        if standing is not None:
            values.append((chosen, ("none", ()) if standing == "absent" else standing.mark))
    opened = {s.mark for _, stood in worlds for fields in stood[node].values() if (s := fields.get(field)) is not None and s.open}

    def deviation(chosen: Combination) -> frozenset[tuple[str, str]]:
        return frozenset((n, c) for n, c in chosen.items() if n not in PLAUSIBLE and c != defaults[n])

    usual = {mark for chosen, mark in values if not deviation(chosen)}
    everywhere = {mark for _, mark in values}
    one = next(iter(usual)) if len(usual) == 1 else None
    known = "settled" if len(everywhere) == 1 else "contested"
    word = "undetermined" if one is None or one in opened else known
    flips: set[frozenset[tuple[str, str]]] = set()
    if word == "contested":
        flipping = {deviation(chosen) for chosen, mark in values if mark != one}
        for readings in (d for d in flipping if not any(other < d for other in flipping)):
            flips |= {readings | v for v in _needed(readings, [(c, m) for c, m in values if deviation(c) == readings], one)}
    return {"word": word, "flips": flips, "turns_on": _turning(values) if len(everywhere) > 1 else set()}


def _needed(readings: Any, under: list[tuple[Combination, Any]], usual: Any) -> list[frozenset[tuple[str, str]]]:
    """The minimal sets of plausible values that these readings need to change the field."""
    pairs = sorted({(n, c) for chosen, _ in under for n, c in chosen.items() if n in PLAUSIBLE})
    found: list[frozenset[tuple[str, str]]] = []
    for size in range(len(PLAUSIBLE) + 1):
        for some in map(frozenset, combinations(pairs, size)):
            left = [mark for chosen, mark in under if some <= set(chosen.items())]
            if left and usual not in left and not any(known <= some for known in found):
                found.append(some)
    return found


def _turning(values: list[tuple[Combination, Any]]) -> set[str]:
    """The questions on which alone the field turns somewhere."""
    found = set()
    for (one, left), (two, right) in combinations(values, 2):
        differing = [name for name in one if one[name] != two[name]]
        if left != right and len(differing) == 1:
            found.add(differing[0])
    return found


# --- both together ---------------------------------------------------------------------------------------------------


def compared(seed: int) -> Mapping[str, int] | None:
    """The number of verdicts of each kind on one deal, both ways alike; None where the deal does not run in every reading."""
    case = disputed(seed)
    assert not any(validate(tree, "contract.yaml", n) for n, tree in enumerate(case.documents)), seed
    scenario = scenario_of(case)
    try:
        base = evaluate_once(scenario, Options())
        worlds = list(every_combination(scenario, base.program.questions))
    except Refused:
        return None
    judgement = judge(scenario, Options(), [base.as_of])[base.as_of]
    defaults = {q.full: q.default for q in base.program.questions}
    counts = {"settled": 0, "contested": 0, "undetermined": 0, "runs": judgement.runs, "combinations": len(worlds)}
    for node, _ in things(base.program):
        slots = dict.fromkeys(slot for stood in [w[node] for _, w in worlds] for slot in stood if slot[2] != -1)
        for slot, field in product(slots, FIELDS):
            verdict = judgement.of(node, slot).get(field)
            if verdict is None:
                assert all(field not in w[node].get(slot, {}) for _, w in worlds), (seed, node, slot, field)
                continue
            wanted = expected(worlds, defaults, node, slot, field)
            found = {"word": verdict.word, "flips": set(map(frozenset, verdict.contested_by)), "turns_on": set(verdict.turns_on)}
            assert found == wanted, (seed, node, slot, field)
            counts[verdict.word] += 1
    return counts


def test_slicing_says_what_brute_force_says_of_every_field_of_many_deals() -> None:
    total: dict[str, int] = {}
    skipped = 0
    for seed in range(FIRST, FIRST + DEALS):
        counts = compared(seed)
        skipped += counts is None
        for name, number in (counts or {}).items():
            total[name] = total.get(name, 0) + number
    assert skipped < 0.2 * DEALS, skipped
    assert min(total["contested"], total["undetermined"]) > DEALS, total
    assert total["runs"] < 0.8 * total["combinations"], total


def test_what_no_name_reaches_is_outside_a_cone() -> None:
    cones = Cones([{"agreement": "g", "terms": {"a": {"plausible": ["1"]}, "b": {"plausible": ["2"]}},
                    "clauses": {"c": {"within": "a * 1 day"}, "d": {"while": "c is breached and 'b' = 'b'"}}}])  # fmt: skip
    assert ("plausible", "g.a") in cones.reached_from(("clauses", "g.d"))
    assert ("plausible", "g.b") not in cones.reached_from(("clauses", "g.d"))
