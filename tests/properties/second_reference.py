"""A second reference for small contracts: the core of the language as an event calculus, solved by clingo.

``python tests/properties/second_reference.py --count 50000`` compares that many seeded contracts with the engine, day by day.
Every contract must have exactly one stable model: none, or several, would be a hole in the language.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import clingo
from clingo import Symbol, SymbolType

from both import engine_days
from contracts import Case

RULES = Path(__file__).with_name("event_calculus.lp")
FIRST = date(2025, 1, 30)
HORIZON = 14
SLOTS, FIRST_EVENT = 12, 7
BATCH = 50
EVENTS, PARTIES = ("a", "b", "d", "e"), ("ann", "bob")
BECOMES = {"obligation": ("breached", "fulfilled"), "prohibition": ("breached",), "permission": ("exercised", "lapsed"), "right": ("exercised", "lapsed")}


class Small:
    """One small contract, written twice: as a case for the engine and as facts for the solver."""

    def __init__(self, seed: int) -> None:
        self.random, self.number = Random(seed), seed
        self.facts: list[str] = [f"horizon({seed},{HORIZON})."]
        self.clauses: dict[str, dict[str, Any]] = {}
        tree: dict[str, Any] = {"agreement": "g", "from": self.day(0), "parties": {"ann": "Ann", "bob": "Bob"}}
        if self.chance(0.3):
            last = self.random.randint(3, HORIZON)
            tree["until"] = self.day(last)
            self.fact("agreement_until", last)
        tree["events"] = {name: {"by": "party"} for name in EVENTS}
        for number in range(self.random.randint(1, 4)):
            self.clause(f"c{number}")
        self.case = Case([tree | {"clauses": self.clauses}], self.timeline(), FIRST + timedelta(days=HORIZON))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self, number: int) -> str:
        return str(FIRST + timedelta(days=number))

    def fact(self, name: str, *arguments: Any) -> None:
        self.facts.append(f"{name}({','.join(map(str, (self.number, *arguments)))}).")

    def clause(self, name: str) -> None:
        random = self.random
        kind = random.choice(("obligation", "obligation", "prohibition", "permission", "right"))
        act, bearer = random.choice(EVENTS), random.choice(PARTIES)
        clause: dict[str, Any] = {"kind": kind, "bearer": bearer, "act": act}
        taken = {act} | self.beginning(name, clause)
        if kind in ("permission", "right") and self.chance(0.4):
            clause["once"] = "true"
            self.fact("once", name)
        if kind != "prohibition" and self.chance(0.7):
            self.limit(name, clause)
        if self.chance(0.4):
            self.end(name, clause, sorted(set(EVENTS) - taken))
        banned = [other for other, c in self.clauses.items() if c["kind"] == "prohibition"]
        if kind == "permission" and banned and self.chance(0.6):
            clause["exception_to"] = random.choice(banned)
            self.fact("exception_to", name, clause["exception_to"])
            if self.chance(0.7):
                clause["act"], clause["bearer"] = (self.clauses[clause["exception_to"]][field] for field in ("act", "bearer"))
                if clause.get("until") == clause["act"]:
                    del clause["until"]
                    self.facts = [fact for fact in self.facts if not fact.startswith(f"until_event({self.number},{name},")]
        self.fact("kind", name, kind)
        self.fact("act", name, clause["act"])
        self.fact("bearer", name, clause["bearer"])
        self.clauses[name] = clause

    def beginning(self, name: str, clause: dict[str, Any]) -> set[str]:
        """How a clause begins; the events named in it."""
        random = self.random
        dice = random.random()
        plain = [other for other, c in self.clauses.items() if "for_each" not in c]
        if dice < 0.25:
            clause["for_each"] = random.choice(EVENTS)
            self.fact("for_each_event", name, clause["for_each"])
            return {clause["for_each"]}
        if dice < 0.5 and plain:
            other = random.choice(plain)
            word = random.choice(BECOMES[self.clauses[other]["kind"]])
            clause["for_each"] = f"{other} becomes {word}"
            self.fact("for_each_becomes", name, other, word)
            return set()
        self.fact("plain", name)
        if self.chance(0.3):
            self.fact("has_from", name)
            if self.chance(0.5):
                number = random.randint(0, 6)
                clause["from"] = self.day(number)
                self.fact("from_date", name, number)
            else:
                clause["from"] = random.choice(EVENTS)
                self.fact("from_event", name, clause["from"])
                return {clause["from"]}
        return set()

    def limit(self, name: str, clause: dict[str, Any]) -> None:
        number = self.random.choice((0, 1, 2, 3, 5))
        if self.chance(0.3) and "for_each" not in clause:
            clause["due"] = self.day(number)
            self.fact("due", name, number)
        else:
            clause["within"] = f"{number} days"
            self.fact("within", name, number)

    def end(self, name: str, clause: dict[str, Any], events: list[str]) -> None:
        number = self.random.choice((0, 1, 2, 4, 7))
        form = self.random.choice(("date", "days", "event"))
        if form == "event" and events:
            clause["until"] = self.random.choice(events)
            self.fact("until_event", name, clause["until"])
        elif form == "days":
            clause["until"] = f"{number} days"
            self.fact("until_days", name, number)
        else:
            clause["until"] = self.day(number)
            self.fact("until_date", name, number)

    def timeline(self) -> list[dict[str, Any]]:
        days = sorted(self.random.choices(range(HORIZON - 2), k=self.random.randint(0, 7)))
        rows = []
        for number, day in enumerate(days):
            slot = FIRST_EVENT + days[:number].count(day)
            if slot < SLOTS:
                event, by = self.random.choice(EVENTS), self.random.choice(PARTIES)
                rows.append({"date": self.day(day), "event": event, "by": by})
                self.fact("happens", event, by, day * SLOTS + slot)
        return rows


Told = dict[tuple[str, int, int], str]


def solved(contracts: list[Small]) -> dict[int, tuple[Told, dict[str, list[int]]]]:
    """For each contract the stage of each instance (clause, its order, day), and its breaches and uses by clause.

    Raises ``AssertionError`` where there is not exactly one stable model.
    """
    control = clingo.Control(["0", "--warn=none"])
    control.load(str(RULES))
    control.add("base", [], "\n".join(fact for contract in contracts for fact in contract.facts))
    control.ground([("base", [])])
    models: list[list[Symbol]] = []
    with control.solve(yield_=True) as handle:  # type: ignore[union-attr]
        models.extend(list(model.symbols(shown=True)) for model in handle)
    assert len(models) == 1, f"{len(models)} stable models"
    rows: dict[int, dict[str, list[Any]]] = {contract.number: {"shown": [], "breach": [], "used": []} for contract in contracts}
    for symbol in models[0]:
        number, *rest = (a.number if a.type == SymbolType.Number else str(a) for a in symbol.arguments)
        rows[number][symbol.name].append(rest)
    return {number: _told(found) for number, found in rows.items()}


def _told(found: dict[str, list[Any]]) -> tuple[Told, dict[str, list[int]]]:
    made: dict[str, list[int]] = {}
    for clause, instance, _, _ in sorted(found["shown"], key=lambda row: row[1]):
        if instance not in made.setdefault(clause, []):
            made[clause].append(instance)
    told = {(clause, made[clause].index(instance), day): stage for clause, instance, stage, day in found["shown"]}
    counts = {clause: [sum(row[0] == clause for row in found[name]) for name in ("breach", "used")] for clause in made}
    return told, counts


def of_the_engine(contract: Small) -> tuple[Told, dict[str, list[int]]]:
    days = [FIRST + timedelta(days=number) for number in range(HORIZON + 1)]
    found = engine_days(contract.case, days)
    told: Told = {}
    counts: dict[str, list[int]] = {}
    for number, day in enumerate(days):
        for slot, row in found[day].items():
            if slot[0] == "position" and slot[3]:
                clause = slot[1].rpartition(".")[2]
                told[(clause, slot[3] - 1, number)] = row["stage"]
                if day == days[-1]:
                    known = counts.setdefault(clause, [0, 0])
                    known[0] += row["breaches"]
                    known[1] += row["uses"]
    return told, counts


def differences(seeds: range) -> list[str]:
    """What the solver and the engine say differently of the contracts of these seeds."""
    found = []
    for start in range(seeds.start, seeds.stop, BATCH):
        contracts = [Small(seed) for seed in range(start, min(start + BATCH, seeds.stop))]
        answers = solved(contracts)
        for contract in contracts:
            said, engine = answers[contract.number], of_the_engine(contract)
            if said != engine:
                slots = [slot for slot in sorted({**said[0], **engine[0]}, key=lambda s: (s[2], s)) if said[0].get(slot) != engine[0].get(slot)]
                what = [(slot, said[0].get(slot), engine[0].get(slot)) for slot in slots[:1]] or [said[1], engine[1]]
                found.append(f"seed {contract.number}: solver, engine: {what}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    stop = chosen.first + chosen.count
    ranges = [range(start, min(start + 500, stop)) for start in range(chosen.first, stop, 500)]
    with ProcessPoolExecutor(chosen.processes) as workers:
        found = [line for lines in workers.map(differences, ranges) for line in lines]
    print("\n".join(found[:20]))
    print(f"{chosen.count} comparisons, {len(found)} disagreements")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
