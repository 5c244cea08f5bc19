"""Contracts and timelines to compare two interpreters on: well-formed ones aimed at critical days, and wild ones.

Everything comes from a seed: the same number always gives the same contract.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

EVENTS = ("e0", "e1", "e2", "e3")
LENGTHS = ("3 days", "0 days", "1 month", "10 days", "2 business days")
STAGES = ("in_force", "breached", "fulfilled", "suspended", "ended", "pending", "displaced", "terminated", "performed")
ENTERED = ("breached", "breached", "fulfilled", "ended", "exercised", "performed", "lapsed", "in_force", "suspended", "cured", "waived")
KINDS = ("obligation",) * 5 + ("prohibition",) * 2 + ("permission", "right", "power", "condition", "recital")
VERBS = ("terminate", "suspend", "suspend", "suspend", "resume", "resume", "waive", "discharge", "complete")
STARTS = (date(2025, 1, 1), date(2025, 1, 31), date(2024, 1, 30), date(2024, 2, 28))


@dataclass(frozen=True)
class Case:
    """A deal (documents as trees of text), the rows of its timeline, and the day at whose end it is read."""

    documents: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    as_of: date
    doubtful: bool = False


class Writer:
    """Writes one contract. With ``doubtful`` some events are unconfirmed or only partly reported."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.start = self.random.choice(STARTS)
        self.names: list[str] = []
        self.conditions: set[str] = set()
        self.doubtful = self.chance(0.2)

    # --- small choices ---------------------------------------------------------------------------------------------

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self, *offsets: int) -> str:
        return (self.start + timedelta(days=self.pick(*offsets))).isoformat()

    def event(self) -> str:
        return str(self.random.choice(EVENTS))

    def about(self, verb: str, *stages: str) -> str:
        """``c1 becomes breached``: an earlier clause and one of its stages, in the words of its kind."""
        name, stage = self.pick(*self.names), self.pick(*stages)
        word = {"fulfilled": "met", "breached": "failed"}.get(stage, stage) if name in self.conditions else stage
        return f"{name} {verb} {word}"

    def trigger(self) -> str:
        event = self.event
        plain = [event(), event(), f"{event()} where q > 1", f"3 days after {event()}", self.day(14, 19, 28), "f becomes true"]
        plain += ["h becomes true", f"e0 or {self.pick('e1', 'e2', 'e3')} where q < 3", f"1 month after {event()}", "(n >= 2) becomes true"]
        chained = [self.about("becomes", *ENTERED) for _ in range(4)] if self.names else []
        chained += [f"2 days after {self.about('becomes', *ENTERED)}"] if self.names else []
        return str(self.pick(*plain, *chained))

    def condition(self) -> str:
        plain = ["f", "h", "not f", "n < 2", "e1", f"today > {self.day(9, 20)}", f"today >= {self.event()}.date + 4 days"]
        about = [f"any({self.about('is', *STAGES)})" for _ in range(3)] if self.names else []
        return str(self.pick(*plain, *about))

    # --- the parts of an agreement ---------------------------------------------------------------------------------

    def agreement(self) -> dict[str, Any]:
        first = self.pick(self.day(0), self.day(0), self.day(4), "e0")
        events: dict[str, Any] = {name: {"by": "party", "id?": "id", "q?": "number"} for name in EVENTS}
        events["pay"] = {"by": "party", "id?": "id", "sum": "money"}
        if self.doubtful and self.chance(0.6):
            events["e1"]["reporting"] = "partial"
        tree: dict[str, Any] = {"agreement": "g", "from": first, "parties": {"ann": "Ann", "bob": "Bob"}, "events": events}
        if self.chance(0.5):
            tree["until"] = self.pick(self.day(40), self.day(59), "e3", "e3 where q > 1", "45 days after e0")
        tree |= self.fluents()
        count = self.random.randint(1, 5)
        clauses: dict[str, Any] = {}
        for number in range(count):
            clauses[f"c{number}"] = self.clause(first)
            if clauses[f"c{number}"]["kind"] == "condition":
                self.conditions.add(f"c{number}")
            self.names.append(f"c{number}")
        tree["clauses"] = clauses
        if self.chance(0.3):
            tree["completed_by"] = self.completion()
        effects = self.effects()
        if effects:
            tree["effects"] = effects
        return tree

    def completion(self) -> str:
        name = self.pick(*self.names)
        done = "met" if name in self.conditions else "fulfilled"
        return str(self.pick(f"any({name} is {done})", "e2", f"every({name} is ({done}, ended, lapsed))", f"{name} becomes performed"))

    def fluents(self) -> dict[str, Any]:
        starts = self.pick("e0", "e1", self.day(9), f"5 days after {self.event()}")
        ends = self.pick("e1", "e2 where q > 2", f"10 days after {self.event()}")
        holds = self.pick("f and not e3", "count(e0) >= 2", "today > e1.date + 7 days", "m > 3", "sum(e2.q where q > 1) > 3", "n > 1 or f")
        kept = self.pick("count", "count", "over")
        measures: dict[str, Any] = {"m": {"sum": "e0.q"}, "n": {"count": self.pick("e0", "e1 where q > 1")}}
        if kept == "over":
            measures["n"]["over"] = self.pick("9 days", "1 month")
        measures["k"] = {"latest": "e2.q", "per": "id"}
        measures["b"] = {"initial": "1", "updates": [{"upon": "e3", "set": "b * 2"}, {"upon": self.trigger_of_day(), "set": "b + 10"}]}
        return {"facts": {"f": {"starts": starts, "ends": ends}, "h": {"holds": holds}}, "measures": measures}

    def trigger_of_day(self) -> str:
        return str(self.pick(self.day(10), "2 days after e1", "f becomes true", "e2 where q > 1"))

    def effects(self) -> list[dict[str, Any]]:
        found = []
        for _ in range(self.pick(0, 1, 1, 2)):
            upon = self.pick(*EVENTS, self.about("becomes", "breached"), f"{self.event()} where q > 1")
            found.append({"upon": upon} | self.effect())
        if self.chance(0.15):
            target = self.pick("agreement", *self.names)
            found.append({"upon": "e3", "extend": target, "by": "10 days"})
        return found

    def effect(self) -> dict[str, Any]:
        verb = self.pick(*VERBS)
        target = self.pick(*self.names) if verb in ("waive", "discharge") else self.pick("agreement", *self.names)
        more: dict[str, Any] = {}
        if target != "agreement" and self.chance(0.4):
            more["key"] = "all"
        if self.chance(0.2):
            more["after"] = self.pick("5 days", "0 days", "1 day")
        if self.chance(0.15):
            more["when"] = self.pick("f", "n < 2")
        return {verb: target} | more

    # --- a clause --------------------------------------------------------------------------------------------------

    def clause(self, first: str) -> dict[str, Any]:
        kind = self.random.choice(KINDS)
        clause: dict[str, Any] = {"kind": kind, "bearer": self.pick("ann", "bob")}
        if self.chance(0.06):
            clause["bearer"] = ["ann", "bob"]
        self.instances(clause, first)
        if kind != "recital":
            self.deed(clause)
            self.limit(clause)
        self.cues(clause)
        self.span(clause)
        if kind in ("permission", "recital", "prohibition", "right") and self.names and self.chance(0.5):
            clause["exception_to"] = self.pick(*self.names)
        if kind == "power":
            self.names.append(self.names[-1] if self.names else "agreement")
            clause["effects"] = [self.power_effect()]
            self.names.pop()
        return clause

    def power_effect(self) -> dict[str, Any]:
        if self.names == ["agreement"]:
            return {self.pick("terminate", "suspend", "complete"): "agreement"}
        return self.effect()

    def instances(self, clause: dict[str, Any], first: str) -> None:
        dice = self.random.random()
        if dice < 0.4:
            clause["for_each"] = self.trigger()
            if clause["for_each"] in EVENTS and clause["bearer"] and self.chance(0.6):
                clause["key"] = "id"
        elif dice < 0.5 and clause["kind"] != "recital":
            clause["every"] = self.pick("month", "10 days", "week")
            if first == "e0":
                clause["first"] = self.day(2)
            if self.chance(0.3):
                clause["times"] = self.pick("1", "3")

    def deed(self, clause: dict[str, Any]) -> None:
        kind = clause["kind"]
        if kind == "obligation" and self.chance(0.15):
            clause["maintain"] = self.condition()
        elif kind == "power" and self.chance(0.4):
            return
        elif kind == "obligation" and self.chance(0.3):
            clause |= {"act": "pay", "paid_with": "sum", "amount": self.pick("USD 10", "USD 5 * (n + 1)", "USD 1 * b")}
            if self.chance(0.2):
                clause["accrues"] = "true"
        else:
            clause["act"] = self.pick(self.event(), self.event(), f"{self.event()} where q > 1")
            if self.chance(0.1):
                clause["performed_by"] = "anyone"

    def limit(self, clause: dict[str, Any]) -> None:
        dice = self.random.random()
        if "maintain" in clause or clause["kind"] == "prohibition":
            return
        if dice < 0.45:
            clause["within"] = self.pick(*LENGTHS)
        elif dice < 0.62:
            dates = (self.day(24), self.day(30))
            clause["due"] = self.pick(*dates, f"5 days after {self.event()}", self.event(), f"1 month after {self.event()}")
        elif dice < 0.68:
            clause["before"] = self.pick(self.day(24), self.event())
        if clause["kind"] == "obligation" and self.chance(0.2):
            clause["cure"] = self.pick("5 days", "any_time", "0 days")

    def cues(self, clause: dict[str, Any]) -> None:
        if "act" not in clause:
            return
        for slot, share in (("waived_by", 0.1), ("discharged_by", 0.1), ("breached_by", 0.06)):
            if self.chance(share) and (slot != "breached_by" or clause["kind"] == "obligation"):
                clause[slot] = self.pick(self.event(), f"{self.event()} where q = 2")
        if self.chance(0.08):
            clause["prior_performance"] = "counts"
        if self.chance(0.12):
            clause["not_before"] = self.day(8, 11)
        if clause["kind"] in ("power", "right", "permission") and self.chance(0.2):
            clause["once"] = self.pick("true", "false")

    def span(self, clause: dict[str, Any]) -> None:
        if self.chance(0.22):
            clause["while"] = self.condition()
        if self.chance(0.2):
            clause["unless"] = self.condition()
        if self.chance(0.2):
            clause["until"] = self.pick(self.day(50), "20 days", "e3", f"10 days after {self.event()}")
        if self.chance(0.15):
            clause["from"] = self.pick(self.day(14), "e1", "2 days after e0")
        if self.chance(0.1):
            clause["survives"] = "true"
        if self.chance(0.12):
            clause["suspension"] = "runs"

    def replaced(self, tree: dict[str, Any]) -> list[dict[str, Any]]:
        """The agreement with its successor; what both use stands in a vocabulary."""
        shared = {"vocabulary": "words", "parties": tree.pop("parties"), "events": tree.pop("events")}
        first = {"agreement": "g", "parties": ["ann", "bob"]} | tree
        what: Any = {"agreement": "g"}
        if self.chance(0.5):
            what["except"] = [self.pick(*self.names)]
        if self.chance(0.25):
            what = {"clauses": [self.pick(*self.names)]}
        second = {"agreement": "later", "from": self.pick(self.day(20), self.day(29), "e3"), "parties": ["ann", "bob"], "replaces": [what]}
        duty = {"kind": "obligation", "bearer": self.pick("ann", "bob"), "act": self.event(), "within": self.pick(*LENGTHS)}
        return [shared, first, second | {"clauses": {"d0": duty}}]

    # --- the timeline ----------------------------------------------------------------------------------------------

    def critical_days(self) -> list[date]:
        """The days around everything that is a little, a month or a fixed date from the start, ends of months included."""
        near = [0, 4, 8, 9, 10, 11, 14, 19, 20, 24, 28, 30, 31, 40, 45, 50, 59]
        days = [self.start + timedelta(days=n + step) for n in near for step in (-1, 0, 1)]
        ends = [d for d in (self.start + timedelta(days=n) for n in range(64)) if (d + timedelta(days=1)).month != d.month]
        return [d for d in (*days, *ends, *ends) if d >= self.start]

    def timeline(self, tree: dict[str, Any]) -> list[dict[str, Any]]:
        critical = self.critical_days()
        days: list[date] = []
        for _ in range(self.random.randint(2, 10)):
            near = [d + timedelta(days=n) for d in days for n in (2, 3, 4, 9, 10, 11, 5, 0, 0)]
            days.append(self.pick(*critical) if not near or self.chance(0.5) else self.pick(*near))
        called = [name for name, clause in tree["clauses"].items() if clause["kind"] == "power" and "act" not in clause]
        rows = []
        for day in sorted(days):
            if called and self.chance(0.2):
                rows.append({"date": day.isoformat(), "exercise": self.pick(*called), "by": self.pick("ann", "bob")})
            else:
                rows.append(self.row(day))
        return rows

    def row(self, day: date) -> dict[str, Any]:
        event = self.pick(*EVENTS, "pay")
        row = {"date": day.isoformat(), "event": event, "by": self.pick("ann", "bob")}
        if self.chance(0.8):
            row["id"] = self.pick("x", "y")
        if event == "pay":
            row["sum"] = self.pick("USD 10", "USD 4", "USD 25")
        elif self.chance(0.7):
            row["q"] = self.pick("1", "2", "3")
        if self.doubtful and self.chance(0.15):
            row["happened"] = "unconfirmed"
        return row


def contract(seed: int) -> Case:
    """A well-formed contract with a timeline aimed at its critical days; one in seven is replaced by a second agreement."""
    writer = Writer(seed)
    tree = writer.agreement()
    documents = [tree]
    rows = writer.timeline(tree)
    if writer.chance(0.15):
        documents = writer.replaced(tree)
    return Case(documents, rows, writer.start + timedelta(days=70), writer.doubtful)


# --- wild documents --------------------------------------------------------------------------------------------------

SCRAPS: tuple[Any, ...] = (
    "", None, "e0", "c0", "c0 becomes breached", "f", "m", "10 days", "2025-02-31", "2025-01-20", "0001-01-01", "9999-12-31", "USD 10", "GBP 1",
    "1 / 0", "m / 0", "e0 and", "((((", "'", "not not f", "9999999 years after e0", "e0.q ^ 99", "count(e0 over 1 month)", "x" * 300, "agreement",
    "undisclosed", "2025-01/..", "2025-01", "any(c0 is breached)", "c0 is in_force", "today", "true", "none", "-5 days", "99999999999 days", "e0.date",
    ["e0", "e1"], [], {}, {"e0": "e1"}, {"all": ["f", "e0"]}, ["2025-01-01"], "\u202e", "1e9", "10%", "month", "if f then e0", "max()", "sum(e0.q, 2)",
)  # fmt: skip


def wild(seed: int) -> Case:
    """A contract with values taken from another one under the same key, or replaced by scraps that hardly ever fit."""
    case, random = contract(seed), Random(-seed - 1)
    others = [holder for holder in _holders(contract(seed + 1).documents) if isinstance(holder, dict)]
    for holder in _holders(case.documents):
        for name in list(holder) if isinstance(holder, dict) and random.random() < 0.4 else ():
            same = [other[name] for other in others if isinstance(other.get(name), str)]
            if same and isinstance(holder[name], str) and name not in ("agreement", "vocabulary"):
                holder[name] = random.choice(same)
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 4))):
        holders = list(_holders(case.documents)) + ([*case.rows] if random.random() < 0.3 else [])
        holder = random.choice(holders)
        where = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if random.random() < 0.15 and isinstance(holder, dict):
            holder[str(random.choice(("kind", "act", "until", "zzz", "effects", "for_each")))] = holder.pop(where)
        else:
            holder[where] = deepcopy(random.choice(SCRAPS))
    return case


def _holders(tree: Any) -> list[Any]:
    """Every mapping and list with something in it."""
    inner = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return ([tree] if inner else []) + [holder for one in inner for holder in _holders(one)]
