"""Making instances, matching triggers, and facts and measures that move (LANGUAGE.md sections 2 and 3).

`Triggers` adds to `Positions` what an occurrence is matched against; `reference.py` runs the days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from reference_language import Node, parse_tree
from reference_positions import OPEN, Positions, alternatives, end_of
from reference_values import (
    MISSING,
    UNKNOWN,
    Duration,
    OpenDate,
    Period,
    ReferenceRefused,
    add_duration,
    both,
    compare,
    day_of,
    either,
    is_moment,
    plain,
)
from reference_world import Definition, Key, Occurrence, Position, Scope


class Triggers(Positions):
    moment: date | None = None

    def start(self) -> None:
        self.start_state()
        self.turned: dict[tuple[Any, ...], Any] = {}
        self.elements: dict[tuple[str, str], dict[Key | None, list[tuple[date, Any]]]] = {}
        self.delayed: list[tuple[date, Occurrence]] = []
        self.postponed: list[tuple[date, dict[str, Any], str, Definition, Occurrence, Any]] = []
        self.replaced: set[int] = set()
        self.successors: set[int] = set()
        self.completing: set[str] = set()
        self.closed: set[int] = set()
        self.suspended: set[int] = set()
        self.started: dict[int, date] = {}
        self.starting: set[tuple[tuple[str, str], Key | None]] = set()  # facts that start on a day on which something ends them
        self.making = 0
        for d in self.of("clause"):
            if "restates" in d.tree:
                continue
            plain_clause = "for_each" not in d.tree and "every" not in d.tree
            self.add_positions(d, None, {}, None, 0, ready=not plain_clause)

    # ------------------------------------------------------------------ making instances

    def add_positions(
        self,
        d: Definition,
        occ: Occurrence | None,
        keys: dict[str, Any],
        shown: str | None,
        number: int,
        ready: bool = False,
        period: Period | None = None,
    ) -> list[Position]:
        scope = Scope(d.doc, occurrence=occ, keys=tuple(keys.items()))
        made = []
        for bearer in self.who(d, "bearer", scope, ready):
            other = self.who(d, "counterparty", scope, ready) if "counterparty" in d.tree else []
            p = Position(
                d,
                number,
                bearer,
                other[0] if other else self.counterparty_of(d.doc, bearer),
                keys,
                shown,
                occ.events() if occ else {},
                [occ.position] if occ and occ.position else [],
                (occ.own_event() or occ) if occ else None,
                occ.anchor if occ else self.day,
                self.making,
                ready=ready,
                period=period,
            )
            if occ and occ.origin and occ.origin.position:
                p.parents.append(occ.origin.position)
            made.append(p)
        self.positions += made
        return made

    def who(self, d: Definition, side: str, scope: Scope, ready: bool) -> list[str]:
        """'a party, a party-typed attribute of the event that made the instance, or a list'."""
        tree = d.tree.get(side, "")
        found: list[str] = []
        for n, text in enumerate(tree if isinstance(tree, list) else [tree]):
            if text in self.parties() or ready or text == "":
                found.append(text)
                continue
            value = self.value(d.must(f"{side}/{n}" if isinstance(tree, list) else side), scope)
            found += [str(v) for v in value] if isinstance(value, list) else [str(plain(value))]
        return found[:1] if ready else found

    def may_make(self, d: Definition, keys: dict[str, Any] | None = None) -> bool:
        """'`for_each` and `every` make instances only while the agreement is in force (or over, if the clause
        `survives`) and not after `until`'; 'a replaced clause makes no new instances'."""
        agreement = self.agreements.get(d.doc)
        if id(d) in self.replaced or id(d) in self.closed:
            return False
        if agreement is not None and agreement.stage not in ("in_force", "suspended", "undetermined"):
            excepted = agreement.over and agreement.ever_began and (d.tree.get("survives") == "true" or d.name in agreement.excepted)
            if not excepted:
                return False
        node = d.node("until")
        for alt in alternatives(node) if node is not None else []:
            if alt[0] == "undisclosed" or self.is_occurrence(alt, d.doc):
                continue
            try:
                last = self.moment_value(alt, Scope(d.doc, keys=tuple((keys or {}).items())))
            except ReferenceRefused:
                continue  # it speaks of the instance
            if is_moment(last) and end_of(last) < end_of(self.now):
                if "every" in d.tree:
                    self.close_clause(d, "ended")  # what has ended does not revive with a later event
                return False
        return True

    def close_clause(self, d: Definition, stage: str) -> None:
        raise NotImplementedError

    def make(self, d: Definition, occ: Occurrence, certain: Any) -> None:
        self.making += 1
        shown, keys = None, dict(occ.position.keys) if occ.position else {}
        named = d.tree.get("key")
        mine = [p for p in self.positions if p.clause is d and not p.ready]
        if named is not None:
            names = named if isinstance(named, list) else [named]
            supplied = occ.keys()
            if any(supplied.get(n, MISSING) is MISSING for n in names):
                return
            keys = {n: supplied[n] for n in names}
            if not self.may_make(d, keys):
                return
            shown = ", ".join(str(plain(v)) for v in keys.values())
            if any(p.shown == shown and self.still_open(p) for p in mine):
                self.findings.append(("repeated_trigger", self.day, f"{d.doc}.{d.name}", shown))
                return
        elif occ.position is not None and occ.position.keys:
            shown = occ.position.shown
        if shown is None:
            shown = str(len({p.made_index for p in mine}) + 1)
        number = len({p.number for p in mine if p.shown == shown}) + 1
        self.register(d, self.add_positions(d, occ, keys, shown, number), certain)

    def still_open(self, p: Position) -> bool:
        """'while an instance of that key is open (a breached duty is not)'; what goes on binding is."""
        return p.stage in ("pending", *OPEN) or (p.stage == "breached" and p.standing and not p.off and not p.final)

    def register(self, d: Definition, made: list[Position], certain: Any = True) -> None:
        self.positions = [p for p in self.positions if not (p.ready and p.clause is d)]
        for p in made:
            if id(d) in self.suspended:
                p.held_by.add("clause")
            agreement = self.agreement(p)
            if certain is UNKNOWN or (agreement is not None and agreement.stage == "undetermined"):
                self.into_doubt(p, {"none", "in_force"})
            self.read_watches(p)

    def make_lists(self) -> None:
        """'a term that is a list: one per item, which is the value of `key`'."""
        for d in self.of("clause"):
            items = self.list_of(d)
            if (
                items is not None
                and self.may_make(d)
                and not any(p.clause is d and not p.ready for p in self.positions)
            ):
                self.making += 1
                occ = Occurrence("date", self.day, self.anchor)
                made = []
                for n, item in enumerate(items):
                    made += self.add_positions(d, occ, {d.text("key", "item"): item}, str(plain(item)), 1)
                self.register(d, made)

    def list_of(self, d: Definition) -> list[Any] | None:
        node = d.node("for_each")
        if node is None or node[0] not in ("name", "dot"):
            return None
        term = self.reach(node, d.doc, ("term",))
        value = self.term_value(term) if isinstance(term, Definition) else None
        return value if isinstance(value, list) else None

    def make_periods(self) -> None:
        """'counted from `first` (else from the start), never step by step; a period that ends before the
        clause begins is not made'."""
        for d in self.of("clause"):
            if "every" not in d.tree or not self.may_make(d):
                continue
            start = self.start_of(d)
            if start is None:
                continue
            first = self.moment_value(d.must("first"), Scope(d.doc)) if "first" in d.tree else start
            if not is_moment(first):
                continue
            for period in self.periods(d, day_of(first)):
                begun = [p for p in self.positions if p.clause is d and p.period and p.period.number == period.number]
                if begun or not period.start <= day_of(self.now) <= period.end or period.end < start:
                    continue
                self.making += 1
                occ = Occurrence("date", self.day, max(period.start, day_of(self.now)))
                number = str(period.number)
                made = self.add_positions(d, occ, {"period": number}, number, period.number, period=period)
                self.register(d, made)

    def start_of(self, d: Definition) -> date | None:
        agreement = self.agreements.get(d.doc)
        began = day_of(agreement.began) if agreement and agreement.began else None
        node = d.node("from")
        if node is None:
            return began or (date(1, 1, 1) if "first" in d.tree else None)
        own = self.started.get(id(d)) or self.moment_value(node, Scope(d.doc))
        if not is_moment(own):
            return None
        if compare("<=", own, self.now) is True:
            self.started.setdefault(id(d), own)  # what has begun has begun
        return max(day_of(own), began) if began else day_of(own)

    def periods(self, d: Definition, first: date) -> Iterator[Period]:
        text = d.tree["every"]
        length = self.value(d.must("every"), Scope(d.doc)) if text[:1].isdigit() else Duration(((Fraction(1), text),))
        count = 0
        cal = self.calendar(d.doc)
        times = int(d.tree["times"]) if "times" in d.tree else None
        while times is None or count < times:
            start = day_of(add_duration(first, length.times(Fraction(count)), cal))
            if start > day_of(self.now):
                return
            after = day_of(add_duration(first, length.times(Fraction(count + 1)), cal))
            yield Period(count + 1, start, after - timedelta(days=1))
            count += 1

    # ------------------------------------------------------------------ triggers

    def match(self, node: Node, occ: Occurrence, scope: Scope) -> Any:
        """Whether an occurrence is one of this trigger: true, false or unknown."""
        sort = node[0]
        if sort == "or":
            return either(*[self.match(n, occ, scope) for n in node[1]])
        if sort == "where":
            base = self.match(node[1], occ, scope)
            if base is False:
                return False
            return both(base, self.truth(node[2], scope.but(occurrence=occ)))
        if sort == "after" and self.has_trigger(node[2], scope.doc):
            hit = occ.sort == "delayed" and any(n is node for n in occ.nodes) and occ.listener is scope.position
            return occ.certain if hit else False
        if sort == "becomes":
            return self.becomes_matches(node, occ, scope)
        if sort in ("name", "dot") and self.event_kind(node, scope.doc):
            if occ.sort != "event" or occ.event is None or occ.event.kind != self.event_kind(node, scope.doc):
                return False
            return both(self.same_key(occ.event, scope.key_values()), occ.event.certain or UNKNOWN)
        if occ.sort == "date" and sort != "undisclosed":
            value = self.moment_value(node, scope)
            if isinstance(value, OpenDate):
                return UNKNOWN if value.first == occ.moment else False
            return is_moment(value) and day_of(value) == occ.moment
        return False

    def has_trigger(self, node: Node, doc: str) -> bool:
        if node[0] == "or":
            return any(self.has_trigger(n, doc) for n in node[1])
        if node[0] == "after":
            return self.has_trigger(node[2], doc)
        return self.is_occurrence(node, doc)

    def becomes_matches(self, node: Node, occ: Occurrence, scope: Scope) -> Any:
        subject, stages = node[1], node[2]
        if stages in (("true",), ("false",)):
            return self.turn_matches(node, occ, scope, stages[0] == "true")
        agreement = self.agreement_named(subject, scope.doc)
        if agreement is not None:
            return occ.sort == "agreement" and occ.subject is agreement and occ.stage in stages
        if occ.sort != "becomes" or occ.position is None:
            return False
        bare = subject[1] if subject[0] == "index" else subject
        clause = self.reach(bare, scope.doc, ("clause",))
        if clause is None:
            raise ReferenceRefused(f"{subject} is not a clause")
        if occ.position.clause is not clause:
            return False
        if subject[0] == "index" and occ.position not in (self.clause_positions(subject, scope) or []):
            return False
        if scope.position is not None and subject[0] != "index":
            if occ.position not in (self.clause_positions(subject, scope) or []):
                return False
        if occ.stage == "undetermined" and isinstance(occ.value, set):
            return (
                UNKNOWN
                if any(s in occ.value for s in stages) and "undetermined" not in stages
                else "undetermined" in stages
            )
        if "performed" in stages and occ.stage in ("fulfilled", "cured", "performed", "exercised", "met"):
            return True
        return occ.stage in stages

    def turn_matches(self, node: Node, occ: Occurrence, scope: Scope, wanted: bool) -> Any:
        if occ.sort != "turns":
            return False
        fact = self.reach(node[1], scope.doc, ("fact",))
        if fact is not None:
            names = self.per(fact)
            inside = scope.key_values()
            keyed = dict(zip(names, occ.key or ()))
            same = occ.subject is fact and all(str(plain(inside[n])) == v for n, v in keyed.items() if n in inside)
        else:
            same = occ.subject is node and occ.listener is scope.position
        if not same:
            return False
        if occ.value is UNKNOWN:
            return UNKNOWN if occ.stage != str(wanted).lower() else False
        if occ.value is not wanted:
            return False
        return UNKNOWN if occ.stage == "unknown" else True  # one that was unknown has perhaps turned before

    def listeners(self) -> Iterator[tuple[Definition, str, Position | None]]:
        """Every place in the deal where a trigger is written."""
        for agreement in self.agreements.values():
            for slot in ("from", "until", "completed_by"):
                yield agreement.definition, slot, None
        for doc, tree in self.documents.items():
            for n, _ in enumerate(tree.get("effects") or []):
                yield self.agreements[doc].definition, f"effects/{n}/upon", None
        for d in self.of("fact"):
            yield d, "starts", None
            yield d, "ends", None
        for d in self.of("measure"):
            yield d, "count", None
            yield d, "upon", None
            for n, _ in enumerate(d.tree.get("updates") or []):
                yield d, f"updates/{n}/upon", None
        for d in self.of("clause"):
            yield d, "for_each", None
        for p in self.positions:
            for slot in ("act", "waived_by", "discharged_by", "breached_by", "from", "until", "due", "before"):
                if not p.ready:
                    yield p.clause, slot, p

    def trigger_nodes(self, node: Node | None) -> Iterator[Node]:
        if node is None:
            return
        yield node
        if node[0] == "or":
            for n in node[1]:
                yield from self.trigger_nodes(n)
        elif node[0] == "where":
            yield from self.trigger_nodes(node[1])
        elif node[0] == "after":
            yield from self.trigger_nodes(node[2])

    def watch_nodes(self) -> Iterator[tuple[Node, Definition, Position | None]]:
        """Every `(condition) becomes true` of the deal that is not simply a fact's."""
        for d, slot, p in self.listeners():
            if slot == "for_each" and self.list_of(d) is not None:
                continue
            for node in self.trigger_nodes(d.node(slot)):
                if node[0] == "becomes" and node[2] in (("true",), ("false",)):
                    if self.reach(node[1], d.doc, ("fact",)) is None:
                        yield node, d, p

    def read_watches(self, p: Position) -> None:
        """'a condition in an instance is first read when the instance is made and becomes true only after
        that, unless `prior_performance: counts`'."""
        if p.clause.text("prior_performance") == "counts":
            return
        for node, d, owner in list(self.watch_nodes()):
            if owner is p:
                self.turned[("watch", id(node), id(p))] = self.truth(node[1], self.scope(p))

    def schedule(self, occ: Occurrence) -> None:
        """`30 days after <trigger>`: remember the day for each listener whose inner trigger this is. One trigger that
        names the same day after the same occurrence twice has one occurrence there."""
        for d, slot, p in list(self.listeners()):
            known: dict[date, Occurrence] = {}
            for node in self.trigger_nodes(d.node(slot)):
                if node[0] != "after" or not self.has_trigger(node[2], d.doc):
                    continue
                scope = Scope(d.doc, position=p, occurrence=occ)
                hit = self.match(node[2], occ, scope)
                if hit is False:
                    continue
                length = self.value(node[1], scope)
                if not isinstance(length, Duration):
                    continue
                day = day_of(add_duration(occ.anchor, length, self.calendar(d.doc)))
                if day in known:
                    known[day].nodes.append(node)
                    known[day].certain = either(known[day].certain, hit)
                    continue
                later = known[day] = Occurrence(
                    "delayed", day, day, nodes=[node], listener=p, certain=hit, origin=occ, position=occ.position
                )
                if day <= day_of(self.now):
                    self.queue.append(later)
                else:
                    self.delayed.append((day, later))

    # ------------------------------------------------------------------ facts and measures

    def moving(self, d: Definition) -> Any:
        """'Those with triggers move only while their agreement is in force or suspended (a vocabulary's always)'."""
        agreement = self.agreements.get(d.doc)
        if agreement is None or self.kept(d, agreement, agreement.excepted):
            return True
        return UNKNOWN if agreement.stage == "undetermined" else agreement.stage in ("in_force", "suspended")

    def kept(self, d: Definition, agreement: Any, excepted: set[str]) -> bool:
        """'excepted clauses of a replaced agreement go on ..., with the facts and measures they read'."""
        clauses = [c for c in self.of("clause") if c.doc == agreement.name and c.name in excepted]
        return any(d in self.read_by(c.tree, c.doc, ()) for c in clauses)

    def read_by(self, tree: Any, doc: str, seen: tuple[str, ...]) -> list[Definition]:
        """The facts and measures whose names stand in a text, and those whose names stand in theirs."""
        names = set(re.findall(r"[a-z][a-z0-9_]*", repr(tree))) - set(seen)
        direct = [d for d in self.definitions if d.sort in ("fact", "measure") and d.name in names and d.doc == doc]
        return direct + [x for d in direct for x in self.read_by(d.tree, d.doc, (*seen, *(d.name for d in direct)))]

    def keys_of(self, d: Definition) -> list[Key | None]:
        names = self.per(d)
        if not names:
            return [None]
        found: list[Key | None] = [None]
        held = [e.attrs for e in self.record] + [p.keys for p in self.positions]
        for attrs in held:
            if all(n in attrs and attrs[n] is not UNKNOWN for n in names):
                key = tuple(str(plain(attrs[n])) for n in names)
                if key not in found:
                    found.append(key)
        return found

    def all_values(self, d: Definition) -> dict[Key | None, Any]:
        computed = "holds" in d.tree or "is" in d.tree
        keys = [key for key in self.keys_of(d) if not (key is None and computed and self.per(d))]
        return {key: self.fluent(d, key) for key in keys}

    def key_scope(self, d: Definition, key: Key | None) -> Scope:
        return Scope(d.doc, keys=tuple(zip(self.per(d), key)) if key is not None else ())

    def fluent(self, d: Definition, key: Key | None) -> Any:
        tree = d.tree
        if "holds" in tree:
            return self.truth(d.must("holds"), self.key_scope(d, key))
        if "is" in tree:
            return self.value(d.must("is"), self.key_scope(d, key))
        rows = self.fluents.get(d.id, {})
        if d.sort == "fact":
            return rows.get(key, rows.get(None, False))
        agreement = self.agreements.get(d.doc)
        if "initial" in tree and not rows and agreement is not None and "pending" in agreement.maybe:
            return UNKNOWN
        if "updates" in tree or "initial" in tree:
            return rows.get(key, rows.get(None, MISSING))
        return self.folded(d, key)

    def folded(self, d: Definition, key: Key | None) -> Any:
        rows = self.elements.get(d.id, {})
        elements = rows.get(key, rows.get(None, []))
        if "over" in d.tree:  # a rolling window (t - d, t]; it freezes with its agreement
            agreement = self.agreements.get(d.doc)
            now = self.now
            if agreement and agreement.ended and not self.kept(d, agreement, agreement.excepted):
                now = agreement.kept_until if self.kept(d, agreement, agreement.were_excepted) else agreement.ended
            low = add_duration(now, self.value(d.must("over"), Scope(d.doc)), self.calendar(d.doc), -1)
            elements = [(at, v) for at, v in elements if compare(">", at, low) is True]
        name = next(n for n in ("count", "sum", "min", "max", "first", "latest") if n in d.tree)
        values = [v for _, v in elements]
        if name in ("first", "latest"):
            known = [v for v in values if v is not MISSING]
            if known and UNKNOWN not in (known[0] if name == "first" else known[-1],):
                return known[0] if name == "first" else known[-1]
        if name != "count" and UNKNOWN in values:
            return UNKNOWN
        node = d.node("upon") or d.node(name)
        doubt = any(self.partial(k) for k in self.kinds_in(node, d.doc)) or UNKNOWN in values
        return self.fold(name, [v for v in values if v is not UNKNOWN], doubt)

    def measure_rule(self, d: Definition) -> tuple[Node, Node | None]:
        """The trigger and the value of a count, sum, min, max, first or latest."""
        if "count" in d.tree:
            return d.node("count"), None  # type: ignore[return-value]
        name = next(n for n in ("sum", "min", "max", "first", "latest") if n in d.tree)
        node = d.node(name)
        assert node is not None
        upon = d.node("upon")
        if upon is not None:
            return upon, node
        kinds = self.kinds_in(node[1] if node[0] == "where" else node, d.doc)
        if len(kinds) != 1:
            raise ReferenceRefused(f"measure {d.name} needs `upon`")
        kind = kinds.pop()
        event: Node = ("dot", ("name", kind[0]), kind[1])
        return (("where", event, node[2]), node[1]) if node[0] == "where" else (event, node)

    def moved_keys(self, d: Definition, occ: Occurrence) -> list[Key | None]:
        names = self.per(d)
        if not names:
            return [None]
        supplied = occ.keys()
        if all(n in supplied for n in names):
            return [tuple(str(plain(supplied[n])) for n in names)]
        event = occ.own_event()
        if event is not None and any(n in self.attributes(event.kind) for n in names if event.kind in self.event_types):
            return []
        return self.keys_of(d)

    def fluent_changes(self, occ: Occurrence) -> list[tuple[Definition, Key | None, str, Any]]:
        """What an occurrence does to facts and measures, judged on the frozen state."""
        changes: list[tuple[Definition, Key | None, str, Any]] = []
        for d in self.definitions:
            if d.sort not in ("fact", "measure") or self.moving(d) is False or "holds" in d.tree or "is" in d.tree:
                continue
            for key in self.moved_keys(d, occ):
                scope = Scope(d.doc, occurrence=occ, keys=self.key_scope(d, key).keys)
                if d.sort == "fact":
                    changes += self.fact_changes(d, key, occ, scope)
                elif "updates" in d.tree or "initial" in d.tree:
                    changes += self.update_changes(d, key, occ, scope)
                else:
                    trigger, value = self.measure_rule(d)
                    hit = both(self.match(trigger, occ, scope), self.moving(d))
                    if hit is not False:
                        element = True if value is None else self.value(value, scope)
                        if hit is UNKNOWN and element is MISSING:
                            continue  # it would change nothing
                        changes.append((d, key, "element", UNKNOWN if hit is UNKNOWN else element))
        return changes

    def fact_changes(self, d: Definition, key: Key | None, occ: Occurrence, scope: Scope) -> list[Any]:
        changes = []
        now = self.fluent(d, key)
        for slot, value in (("ends", False), ("starts", True)):  # 'both at once: ends, then starts'
            node = d.node(slot)
            hit = both(self.match(node, occ, scope), self.moving(d)) if node is not None else False
            if slot == "ends" and (d.id, key) in self.starting:
                continue
            if hit is True:
                changes.append((d, key, "set", value))
                now = value
            elif hit is UNKNOWN and now is not value:
                changes.append((d, key, "set", UNKNOWN))
        return changes

    def update_changes(self, d: Definition, key: Key | None, occ: Occurrence, scope: Scope) -> list[Any]:
        for n, _ in enumerate(d.tree.get("updates") or []):  # first match
            hit = both(self.match(d.must(f"updates/{n}/upon"), occ, scope), self.moving(d))
            if hit is not False:
                value = self.value(d.must(f"updates/{n}/set"), scope)
                return [(d, key, "set", value if hit is True else UNKNOWN)]
        return []

    def change_fluent(self, d: Definition, key: Key | None, how: str, value: Any) -> None:
        if how == "set":
            self.fluents.setdefault(d.id, {})[key] = value
        else:
            rows = self.elements.setdefault(d.id, {})
            if key not in rows:
                rows[key] = list(rows.get(None, []))
            rows[key].append((self.day if self.moment is None else self.moment, value))

    def begin_measures(self, doc: str) -> None:
        for d in self.of("measure"):
            if d.doc == doc and "initial" in d.tree:
                self.fluents.setdefault(d.id, {})[None] = self.value(d.must("initial"), Scope(doc))


def listed(tree: Any) -> list[Any]:
    return [] if tree is None else list(tree) if isinstance(tree, list) else [tree]


ONCE: dict[str, Node] = {}


def parse_once(tree: Any) -> Node:
    text = repr(tree)
    if text not in ONCE:
        ONCE[text] = parse_tree(tree)
    return ONCE[text]
