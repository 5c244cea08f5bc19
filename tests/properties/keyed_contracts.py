"""Contracts whose clauses speak of one key each, and timelines in which many keys are on their way at once.

Most of them are independent as ``dealcli.analysis.independence`` has it; some are not, and must be refused there.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from contracts import Case

EVENTS = ("e0", "e1", "e2", "e3")
KINDS = ("obligation",) * 4 + ("prohibition",) * 3 + ("permission", "right", "right", "power", "condition", "recital")
STAGES = ("in_force", "breached", "fulfilled", "waived", "lapsed", "exercised", "ended", "displaced", "performed", "pending")
START = date(2025, 1, 1)


class KeyedWriter:
    """Writes one contract with clauses kept per ``id``, and a few for the whole deal."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.names: list[str] = []
        self.conditions: set[str] = set()
        self.wild = self.chance(0.15)
        self.plain = self.chance(0.4)
        """Whether every event bears a key and a number and nothing else, so that its rows are plain."""

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def about(self, verb: str) -> str:
        name, stage = self.pick(*self.names), self.pick(*STAGES)
        word = {"fulfilled": "met", "breached": "failed"}.get(stage, stage) if name in self.conditions else stage
        return f"{name} {verb} {word}"

    def narrowed(self, event: str) -> str:
        plain = ("q > 2", "q >= 3 or not f", "k", "not k", "f", "q * 2 = 4")
        where = self.pick(*plain) if self.plain else self.pick("q > 2", "q >= 3 or not f", "k", "not k", "by = ann", "word = 'yes'", "f", "q > 1 and by = bob", "q * 2 = 4", "not h")
        return f"{event} where {where}"

    def trigger(self) -> str:
        event = self.pick(*EVENTS)
        found = [event, event, event, self.narrowed(event), f"{event} or {self.pick(*EVENTS)}", "k becomes true", "k becomes false"]
        if self.names:
            found += [self.about("becomes") for _ in range(4)]
        if self.wild:
            found += [f"3 days after {event}", f"{event} where count(e0) > 2"]
        return str(self.pick(*found))

    def condition(self) -> str:
        found = ["k", "not k", "f", "h", "k and f", "not f or k"]
        if self.names:
            found += [self.about("is") for _ in range(4)] + [f"{self.about('is')} or k"]
        if self.wild:
            found += ["e0", "today > 2025-02-10", "n > 3"]
        return str(self.pick(*found))

    def clause(self) -> dict[str, Any]:
        kind = self.random.choice(KINDS)
        clause: dict[str, Any] = {"kind": kind, "bearer": self.pick("ann", "bob")}
        if self.chance(0.1):
            return clause | {"act": "g0"} | ({"within": "40 days"} if self.chance(0.3) else {}) if kind != "recital" else clause
        clause |= {"for_each": self.trigger(), "key": "id"}
        if kind != "recital":
            clause["act"] = self.pick(self.pick(*EVENTS), self.trigger(), self.narrowed(self.pick(*EVENTS)))
            if self.chance(0.6):
                clause["within"] = self.pick("3 days", "10 days", "0 days", "span", "1 month" if self.wild else "7 days")
        for name, share in (("waived_by", 0.25), ("discharged_by", 0.15), ("breached_by", 0.15), ("until", 0.2)):
            if self.chance(share) and not (kind == "recital" and name != "until"):
                clause[name] = self.pick(self.trigger(), self.trigger(), "g0", "g1 where f")
        if self.chance(0.3):
            clause["while"] = self.condition()
        if self.chance(0.2):
            clause["unless"] = self.condition()
        if kind in ("permission", "right") and self.chance(0.5):
            clause["once"] = "true"
        if kind in ("permission", "recital", "prohibition", "right") and self.names and self.chance(0.4):
            clause["exception_to"] = self.pick(*self.names)
        return clause

    def agreement(self) -> dict[str, Any]:
        kept: dict[str, Any] = {"id": "id", "q": "number"}
        if not self.plain:
            kept = {"by": "party", "id": "id", "q?": "number", "word?": ["yes", "no"]}
        events: dict[str, Any] = {name: dict(kept) for name in EVENTS} | {"g0": {}, "g1": {"by": "party"}}
        if self.chance(0.1):
            events["e1"]["reporting"] = "partial"
        tree: dict[str, Any] = {"agreement": "g", "from": START.isoformat(), "parties": {"ann": "Ann", "bob": "Bob"}, "events": events}
        tree["terms"] = {"span": {"value": "5 days"}}
        tree["facts"] = {
            "f": {"starts": "g0", "ends": "g1"},
            "h": {"holds": "f and agreement is in_force"},
            "k": {"per": "id", "starts": self.pick("e0", "e1 where q > 1", "e3"), "ends": self.pick("e2", "e2 where q > 2")},
        }
        tree["measures"] = {"n": {"count": self.pick("e0", "e1 where k", "e2 where q > 1")}, "m": {"sum": "e1.q", "upon": "e1 where not f"},
                            "o": {"count": "e3", "per": "id"}}  # fmt: skip
        tree["clauses"] = {}
        for number in range(self.random.randint(1, 5)):
            name = f"c{number}"
            tree["clauses"][name] = self.clause()
            if "key" in tree["clauses"][name]:
                self.names.append(name)
            if tree["clauses"][name]["kind"] == "condition":
                self.conditions.add(name)
        if self.chance(0.15):
            tree["effects"] = [{"upon": "g1", self.pick("terminate", "suspend", "complete"): "agreement"}]
        return tree

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        day = START + timedelta(days=self.random.randint(1, 5))
        for _ in range(self.random.randint(5, 60)):
            day += timedelta(days=self.pick(0, 0, 0, 1, 1, 2, 3, 5))
            row: dict[str, Any] = {"date": day.isoformat(), "event": self.pick(*EVENTS, *EVENTS, *EVENTS, "g0", "g1")}
            if row["event"] == "g1" or (row["event"] in EVENTS and not self.plain):
                row["by"] = self.pick("ann", "bob")
            if row["event"] in EVENTS and self.plain:
                row |= {"id": self.pick("x1", "x2", "x3", "x4", "x5"), "q": self.pick("1", "2", "3", "4", "5", "2.5", "unknown")}
            elif row["event"] in EVENTS:
                row["id"] = self.pick("x1", "x2", "x3", "x4", "x5")
                if self.chance(0.7):
                    row["q"] = self.pick("1", "2", "3", "2.5", "unknown" if self.chance(0.1) else "4")
                if self.chance(0.4):
                    row["word"] = self.pick("yes", "no")
            if self.chance(0.02):
                row["happened"] = "unconfirmed"
            found.append(row)
        return found


def keyed_contract(seed: int) -> Case:
    """The contract and timeline of a seed."""
    writer = KeyedWriter(seed)
    tree, rows = writer.agreement(), writer.rows()
    last = date.fromisoformat(rows[-1]["date"])
    return Case([tree], rows, last + timedelta(days=writer.pick(0, 0, 3, 20)))
