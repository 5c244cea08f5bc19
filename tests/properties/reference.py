"""A naive reference interpreter of dealcli agreements: the oracle of the property tests.

Written from LANGUAGE.md and SEMANTICS.md alone; it imports nothing of the package.  Day by day, every
question is decided again by scanning lists: no index, no heap, nothing incremental.

Covered (sections of LANGUAGE.md):
 1. exact numbers; one deal of agreements and vocabularies; names: own definition first, else the only one.
 2. parties (part_of, titles in data, open classes), counterparty of two; events (typed attributes, `valid`,
    `doer`, `reporting: partial`, `happened: unconfirmed`, the value `unknown`); terms, tables, `undisclosed`;
    facts (`starts`/`ends`, `holds`), measures (count, sum, min, max, first, latest, `over`, initial/updates, is),
    `per`; the chosen reading of a definition; every clause kind, `maintain`; `for_each` (events, `becomes`,
    delayed, dates, a term that is a list), `key`, `every`/`first`/`times`; `from until while unless`,
    `within due before not_before`; `act performed_by prior_performance breached_by waived_by discharged_by cure
    once`; `amount accrues paid_with`; `exception_to`, `effects` (terminate suspend resume waive discharge complete
    extend assign; when, after, at, key: all), `replaces`, `survives`, `suspension`; ends of agreements;
    `completed_by`; incurred debts.
 3. expressions, triggers, conditions, names of events, keys, functions, tables, missing, unknown.
 4. spans and limits include their last day; the clock from a missed limit; hours; approximate dates (as the
    default choice), open intervals; the order of one day; settle; one act, payments.
 5. the tables of SEMANTICS.md, the cells marked (r) included.
 7. breach, possible_breach, act_without_effect, overpayment,
    late_performance, premature_performance, repeated_trigger, impossible_event.
Not covered: supervaluation over readings and plausible values, verdicts, `given:`, time zones, two clocks,
known_through, `restates` (no position is made), fractional powers, cycles of conditions (documents are taken to be
valid), 'at most one instance of a key along a chain of causes', the other findings, the agenda, evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from reference_positions import OPEN, alternatives, end_of, just_before, mapped, zero_like
from reference_triggers import Triggers, listed, parse_once
from reference_values import (
    MISSING,
    UNKNOWN,
    Duration,
    Money,
    OpenDate,
    ReferenceRefused,
    add_duration,
    both,
    compare,
    day_of,
    either,
    has_time,
    is_moment,
    negate,
    parse_instant,
    plain,
)
from reference_world import (
    Agreement,
    Definition,
    Event,
    Key,
    Occurrence,
    Position,
    Scope,
    ancestors,
)

EFFECTS = ("suspend", "resume", "waive", "discharge", "terminate", "complete")


@dataclass
class Trace:
    positions: list[dict[str, Any]]
    history: list[tuple[str | None, str, str | None, str, str]]
    agreements: dict[str, str]
    facts: dict[str, str]
    measures: dict[str, Any]
    findings: list[tuple[str, str, str, str | None]]
    transitions: list[tuple[str | None, str, str | None, str, str, str]] = field(default_factory=list)

    def stage(self, clause: str, key: str | None = None, bearer: str | None = None) -> str:
        found = self.of(clause, key, bearer)
        if len(found) != 1:
            raise ReferenceRefused(f"{len(found)} positions of {clause}[{key}]")
        return str(found[0]["stage"])

    def of(self, clause: str, key: str | None = None, bearer: str | None = None) -> list[dict[str, Any]]:
        return [
            p
            for p in self.positions
            if (p["clause"] == clause or p["clause"].endswith("." + clause))
            and key in (None, p["key"])
            and bearer in (None, p["bearer"])
        ]


class Run(Triggers):
    # ------------------------------------------------------------------ an occurrence

    def process(self, occ: Occurrence) -> None:
        """Freeze; judge everything; apply; run effects; make instances."""
        self.anchor, self.moment = occ.anchor, occ.anchor if occ.sort != "event" else occ.moment
        self.schedule(occ)
        fluents = self.fluent_changes(occ)
        acts = self.collect_acts(occ)
        cues = self.collect_cues(occ, {id(p) for p, _, _ in acts})
        rules = self.collect_effects(occ)
        made = self.collect_instances(occ)
        ended = [d for d in self.of("clause") if self.span_ends(d, occ)]
        agreements = self.collect_agreements(occ)
        if occ.sort in ("event", "exercise") and occ.event is not None:
            self.record.append(occ.event)
        used = [(p, certain) for p, how, certain in acts if self.apply_act(p, how, occ)]
        for p, cue, certain in cues:
            self.apply_cue(p, cue, certain, occ)
        for change in fluents:
            self.change_fluent(*change)
        for agreement, what, certain in agreements:
            self.agreement_cue(agreement, what, certain)
        for p, certain in used:
            self.run_power(p, occ, certain)
        for d, slot, tree, certain in rules:
            self.effect(tree, slot, d, occ, None, certain)
        for d in ended:
            self.close_clause(d, "ended")
        for d, certain in made:  # an event that begins the agreement makes its instances too
            if "key" in d.tree or self.may_make(d):
                self.make(d, occ, certain)
        self.moment = None

    def collect_instances(self, occ: Occurrence) -> list[tuple[Definition, Any]]:
        found = []
        for d in self.of("clause"):
            node = d.node("for_each")
            if node is None or self.list_of(d) is not None:
                continue
            hit = self.match(node, occ, Scope(d.doc, occurrence=occ))
            if hit is not False:
                found.append((d, hit))
        return found

    def span_ends(self, d: Definition, occ: Occurrence) -> bool:
        """'not after `until`': an occurrence that bears no key of a clause ends all that it would still make."""
        node = d.node("until")
        if node is None or ("for_each" not in d.tree and "every" not in d.tree):
            return False
        borne = set(occ.keys()) | (set(self.attributes(occ.event.kind)) if occ.sort == "event" and occ.event else set())
        if any(name in borne for name in self.keys_named(d)):
            return False
        scope = Scope(d.doc, occurrence=occ)
        return any(self.match(x, occ, scope) is True for x in alternatives(node) if self.is_occurrence(x, d.doc))

    def close_clause(self, d: Definition, stage: str) -> None:
        """A `for_each` or `every` clause that makes no more instances; where it made none, this is its stage."""
        if id(d) in self.closed:
            return
        self.closed.add(id(d))
        for p in self.positions:
            if p.clause is d and p.ready and not p.final:
                self.enter(p, stage, "closed", final=True)

    def collect_agreements(self, occ: Occurrence) -> list[tuple[Agreement, str, Any]]:
        found: list[tuple[Agreement, str, Any]] = []
        for a in self.agreements.values():
            scope = Scope(a.name, occurrence=occ)
            for slot, stages in (
                ("from", ("pending", "undetermined")),
                ("until", ("in_force", "suspended", "undetermined")),
            ):
                node = a.definition.node(slot)
                if node is None or a.stage not in stages:
                    continue
                for alt in alternatives(node):
                    if self.is_occurrence(alt, a.name) or (slot == "from" and self.has_trigger(alt, a.name)):
                        hit = self.match(alt, occ, scope)
                        if hit is not False:
                            found.append((a, slot, hit))
            node = a.definition.node("completed_by")
            if node is not None and self.has_trigger(node, a.name) and a.stage not in ("pending",) and not a.over:
                hit = self.match(node, occ, scope)
                if hit is not False:
                    found.append((a, "completed_by", hit))
        return found

    def agreement_cue(self, a: Agreement, what: str, certain: Any) -> None:
        if certain is UNKNOWN:  # 'what it would begin, end ... has a doubtful gate from then on'
            self.doubt_agreement(a, {"from": "pending", "until": "expired"}.get(what, "completed"))
        elif what == "from":
            self.begin(a)
        elif what == "until":
            self.end_agreement(a, "expired")
        else:
            self.completing.add(a.name)

    # ------------------------------------------------------------------ acts

    def by_limit(self, p: Position) -> tuple[Any, ...]:
        """'earliest limit, those without last; then first made, then list or file order'."""
        limit = self.limit(p)
        last = end_of(limit) if is_moment(limit) else datetime.max
        return (last, p.made_index, p.clause.order, self.positions.index(p))

    def collect_acts(self, occ: Occurrence) -> list[tuple[Position, str, Any]]:
        if occ.sort in ("date", "agreement"):
            return []
        found: list[tuple[Position, str, Any]] = []
        debts: list[tuple[Position, Any]] = []
        for d in self.of("clause"):
            if "act" not in d.tree and d.tree["kind"] != "power":
                continue
            hits = [(p, self.act_matches(p, occ)) for p in self.positions if p.clause is d and not p.ready]
            hits = [(p, hit) for p, hit in hits if hit is not False]
            if d.tree["kind"] == "prohibition":
                found += self.against(hits, occ)
            elif d.tree["kind"] == "obligation" and "amount" in d.tree and "paid_with" in d.tree:
                debts += hits
            else:
                found += self.one_act(d, hits, occ)
        return found + self.payments(debts, occ)

    def against(self, hits: list[tuple[Position, Any]], occ: Occurrence) -> list[tuple[Position, str, Any]]:
        """'every act while it binds is one breach'; 'every instance of a prohibition'."""
        found = []
        for p, hit in hits:
            binds = UNKNOWN if p.gate == "doubtful" else self.binds(p)
            broken = both(hit, binds, negate(self.excused(p, occ)))
            if p.final or p.off or broken is False:
                continue
            found.append((p, "perform" if broken is True else "doubt", broken))
        return found

    def one_act(
        self, d: Definition, hits: list[tuple[Position, Any]], occ: Occurrence
    ) -> list[tuple[Position, str, Any]]:
        """'One act without money serves the oldest open instance of each clause it matches.'"""
        option = d.tree["kind"] in ("permission", "right", "power")
        if option:
            held = [
                (p, hit if d.tree["kind"] == "power" else both(hit, negate(self.excused(p, occ)))) for p, hit in hits
            ]
            ready = [(p, h) for p, h in held if h is not False and p.stage in ("in_force", "undetermined")]
        else:
            ready = [(p, h) for p, h in hits if p.stage in OPEN]
        ready.sort(key=lambda row: self.by_limit(row[0]))
        served: list[tuple[Position, str, Any]] = []
        for p, hit in ready:
            early = self.too_early(p, occ.moment)
            if early is True:
                self.find_at("premature_performance", p)
                continue
            doubts = both(negate(early), self.in_time(p, occ.moment))
            if "before" in d.tree and self.due_now(p, occ, "before"):
                continue
            hit = UNKNOWN if served else both(hit, doubts)
            served.append((p, "perform" if hit is True else "doubt", hit))
            stages = p.possible if p.stage == "undetermined" else {p.stage}
            able = {"in_force"} if option else {"in_force", "suspended", "displaced"}
            if doubts is True and self.would_fit(p, occ) is True and stages <= able:
                break  # else it is perhaps the next one that it serves
        if served:
            return served
        if option:
            self.unheld(d, hits, occ)
            return []
        broken = [(p, h) for p, h in hits if p.stage == "breached" and not p.released and not p.performed and h is True]
        broken.sort(key=lambda row: self.by_limit(row[0]))
        return [(p, "perform", h) for p, h in broken[:1]] if "maintain" not in d.tree else []

    def would_fit(self, p: Position, occ: Occurrence) -> Any:
        """Whether it would be the act of that position, had it certainly happened."""
        event = occ.event
        if event is None or event.certain is True:
            return True if occ.stage == "undetermined" else self.act_matches(p, replace(occ, certain=True))
        known, event.certain = event.certain, True
        try:
            return self.act_matches(p, replace(occ, certain=True))
        finally:
            event.certain = known

    def unheld(self, d: Definition, hits: list[tuple[Position, Any]], occ: Occurrence) -> None:
        """'attempted without holding it the effects do not run, a finding says so' (power, right)."""
        if d.tree["kind"] == "permission":
            return
        if hits:
            held = any(p.stage in ("in_force", "undetermined") for p, _ in hits)
            if not held and hits[-1][1] is True:
                self.find_at("act_without_effect", hits[-1][0])
            return
        for p in [p for p in self.positions if p.clause is d and p.ready]:
            try:
                if self.act_matches(p, occ) is True:
                    self.find_at("act_without_effect", p)
            except ReferenceRefused:
                return

    def payments(self, debts: list[tuple[Position, Any]], occ: Occurrence) -> list[tuple[Position, str, Any]]:
        """'Payments settle once: over the bearer's open debts in the deal whose act matches, in the same order'."""
        open_debts = [(p, h) for p, h in debts if p.stage in OPEN]
        broken = [
            (p, h)
            for p, h in debts
            if p.stage == "breached"
            and not p.released
            and not p.performed
            and not any(p in ancestors(remedy) for remedy, _ in open_debts)
        ]
        rows = sorted(open_debts + broken, key=lambda row: self.by_limit(row[0]))
        found: list[tuple[Position, str, Any]] = []
        for p, hit in rows:
            if p.stage != "breached" and self.too_early(p, occ.moment) is True:
                self.find_at("premature_performance", p)
                continue
            hit = both(hit, self.in_time(p, occ.moment))
            found.append((p, "pay" if hit is True else "doubt", hit))
        if debts and not any(how == "doubt" for _, how, _ in found):
            last = max((p for p, _ in debts), key=lambda p: (p.made_index, p.clause.order))
            found.append((found[-1][0] if found else last, "rest", True))
        return found

    def apply_act(self, p: Position, how: str, occ: Occurrence) -> bool:
        if how == "doubt":
            self.doubt_act(p)
            return p.kind in ("permission", "right", "power")
        if how == "perform":
            return self.perform(p, occ)
        rest = self.rest_of(p, occ)
        positive = compare(">", rest, zero_like(rest)) is True
        if how == "rest":
            if positive:
                self.find_at("overpayment", p)
            return False
        amount = self.amount_of(p)
        if positive and not (isinstance(amount, Money) and amount.currency != rest.currency):
            self.perform(p, occ)
        return False

    # ------------------------------------------------------------------ other cues

    def due_now(self, p: Position, occ: Occurrence, slot: str) -> bool:
        node = p.clause.node(slot)
        for alt in alternatives(node) if node is not None else []:
            if self.is_occurrence(alt, p.clause.doc) and self.match(alt, occ, self.scope(p)) is True:
                return True
        return False

    def collect_cues(self, occ: Occurrence, acted: set[int]) -> list[tuple[Position, str, Any]]:
        """'an instance takes at most one, in that order'."""
        found: list[tuple[Position, str, Any]] = []
        for p in self.positions:
            used = id(p) in acted  # what can be used again still meets its limit
            forgivable = p.stage == "breached" and p.kind != "condition"
            if p.ready or (p.final and not forgivable) or (used and (p.kind not in ("permission", "right", "power") or self.once(p))):
                continue
            cues = ("due", "before") if used else ("waived_by", "discharged_by", "breached_by", "due", "before", "until")
            for slot in cues[:1] if p.final else cues:
                node = p.clause.node(slot)
                if node is None or (slot == "breached_by" and (p.kind not in ("obligation", "prohibition") or p.gate != "open")):
                    continue
                if slot in ("until", "due", "before"):
                    own = [n for n in alternatives(node) if self.is_occurrence(n, p.clause.doc)]
                    hit = either(*[self.match(n, occ, self.scope(p)) for n in own])
                else:
                    hit = self.match(node, occ, self.scope(p))
                if hit is not False:
                    found.append((p, slot, hit))
                    if slot not in ("due", "before"):  # 'a duty due on the last day is breached, not swept away'
                        break
        return found

    def apply_cue(self, p: Position, slot: str, certain: Any, occ: Occurrence) -> None:
        if certain is UNKNOWN:
            if slot == "breached_by" and p.stage == "in_force":
                self.find_at("possible_breach", p)
                self.into_doubt(p, {"in_force", "breached"})
            else:
                outcome = {"waived_by": "waived", "discharged_by": "discharged", "until": self.ended_as(p, "span")}
                p.maybe.add(outcome.get(slot, "in_force"))
        elif slot == "waived_by":
            self.keep_event(p, occ)
            self.waive(p)
        elif slot == "discharged_by":
            self.keep_event(p, occ)
            self.discharge(p)
        elif slot == "until":
            self.keep_event(p, occ)
            self.span_over(p)
        elif slot == "breached_by":
            self.badly_performed(p, occ)
        elif p.came is None and p.stage != "breached":
            self.keep_event(p, occ)
            p.came = occ.moment
            past = compare("<=", self.limit(p), occ.moment) is True  # else it was extended beforehand
            if past and (p.gate in ("open", "doubtful") or p.stage in ("pending", "ended")):
                self.limit_passes(p, just_before(occ.moment) if slot == "before" else occ.moment)
                p.limit_done = True
                self.anchor = occ.anchor

    def badly_performed(self, p: Position, occ: Occurrence) -> None:
        if p.gate != "open" or p.stage not in ("in_force", "undetermined", "breached"):
            return
        if p.stage == "undetermined":
            self.into_doubt(p, {"breached" if s == "in_force" else s for s in p.possible})
        elif p.stage == "in_force" or p.standing:
            self.keep_event(p, occ)
            self.breach(p, occ.anchor)

    # ------------------------------------------------------------------ effects

    def collect_effects(self, occ: Occurrence) -> list[tuple[Definition, str, dict[str, Any], Any]]:
        found = []
        for a in self.agreements.values():
            if a.over:
                continue
            for n, tree in enumerate(a.tree.get("effects") or []):
                slot = f"effects/{n}"
                scope = Scope(a.name, occurrence=occ)
                hit = self.match(a.definition.must(slot + "/upon"), occ, scope)
                if hit is not False and "when" in tree:
                    hit = both(hit, self.truth(a.definition.must(slot + "/when"), scope))
                if hit is not False:
                    found.append((a.definition, slot, tree, hit))
        return found

    def run_power(self, p: Position, occ: Occurrence, used: Any) -> None:
        tree = p.clause.tree.get("effects") or []
        for n, effect in enumerate(tree if isinstance(tree, list) else [tree]):
            certain = both(used, UNKNOWN if p.stage == "undetermined" else True)
            slot = f"effects/{n}" if isinstance(tree, list) else "effects"
            if "when" in effect:
                certain = both(certain, self.truth(p.clause.must(slot + "/when"), self.scope(p, occ)))
            if certain is not False:
                self.effect(effect, slot, p.clause, occ, p, certain)

    def effect(
        self, tree: dict[str, Any], slot: str, d: Definition, occ: Occurrence, p: Position | None, certain: Any
    ) -> None:
        """'after: 30 days (or at: <date>); takes effect at the beginning of that day'."""
        day = None
        scope = Scope(d.doc, position=p, occurrence=occ)
        if "after" in tree:
            day = day_of(add_duration(occ.anchor, self.value(d.must(slot + "/after"), scope), self.calendar(d.doc)))
        elif "at" in tree:
            day = self.moment_value(d.must(slot + "/at"), scope)
            if not is_moment(day):
                return
        if day is not None and day_of(day) > day_of(self.now):
            self.postponed.append((day_of(day), tree, slot, d, occ, (p, certain)))
        else:
            self.take_effect(tree, slot, d, occ, p, certain)

    def take_effect(
        self, tree: dict[str, Any], slot: str, d: Definition, occ: Occurrence, p: Position | None, certain: Any
    ) -> None:
        verb = next(v for v in (*EFFECTS, "extend", "assign") if v in tree)
        agreement = self.target_agreement(tree[verb], d.doc)
        scope = Scope(d.doc, position=p, occurrence=occ)
        if agreement is not None:
            self.agreement_effect(agreement, verb, tree, slot, d, scope, certain)
            return
        for target in self.targets(tree, slot, verb, d, occ, p, certain):
            if certain is UNKNOWN and verb == "resume":
                continue
            if certain is UNKNOWN and verb == "extend":
                self.extend(target, tree, slot, d, scope, perhaps=True)
            elif certain is UNKNOWN and verb == "assign":
                if getattr(target, tree.get("side", "bearer")) != str(self.value(d.must(slot + "/to"), scope)):
                    setattr(target, tree.get("side", "bearer"), UNKNOWN)
            elif certain is UNKNOWN:
                done = {"suspend": "suspended", "complete": "fulfilled", "waive": "waived"}
                target.maybe.add(done.get(verb, verb + "d"))
            else:
                self.position_effect(target, verb, tree, slot, d, scope, occ)

    def target_agreement(self, name: str, doc: str) -> Agreement | None:
        if name == "agreement":
            return self.agreements.get(doc)
        return self.agreements.get(name) if not self.find(doc, name, ("clause",)) else None

    def agreement_effect(
        self, a: Agreement, verb: str, tree: dict[str, Any], slot: str, d: Definition, scope: Scope, certain: Any
    ) -> None:
        if certain is UNKNOWN:
            if verb == "terminate" or (verb == "complete" and a.stage != "pending"):
                self.doubt_agreement(a, verb + "d")
            elif verb == "suspend":
                a.maybe.add("suspended")
            elif verb == "extend" and not a.over:
                a.moves.append(self.extension(tree, slot, d, scope, perhaps=True))
        elif verb == "terminate":
            self.end_agreement(a, "terminated")
        elif verb == "complete" and a.stage in ("in_force", "suspended"):
            self.end_agreement(a, "completed")
        elif verb == "suspend" and a.stage == "in_force":
            self.set_agreement(a, "suspended")
        elif verb == "resume" and a.stage == "undetermined":
            a.held = False
        elif verb == "resume" and a.stage == "suspended":
            self.set_agreement(a, "in_force")
        elif verb == "extend" and not a.over:
            a.moves.append(self.extension(tree, slot, d, scope, perhaps=False))
        elif verb in ("waive", "discharge"):
            for p in list(self.positions):
                if p.clause.doc == a.name:
                    self.waive(p) if verb == "waive" else self.discharge(p)

    def targets(
        self, tree: dict[str, Any], slot: str, verb: str, d: Definition, occ: Occurrence, p: Position | None, certain: Any
    ) -> list[Position]:
        """'the instance with the key at hand; `key: all` for all of them'."""
        clause = self.reach(d.must(f"{slot}/{verb}"), d.doc, ("clause",))
        if clause is None:
            raise ReferenceRefused(f"nothing to {verb}: {tree[verb]}")
        found = [x for x in self.positions if x.clause is clause and not x.ready]
        recurring = "for_each" in clause.tree or "every" in clause.tree
        if verb == "terminate" and recurring and certain is True:
            if tree.get("key") == "all" or not self.is_keyed(clause):
                self.close_clause(clause, "terminated")
        if verb in ("suspend", "resume") and recurring and certain is True and tree.get("key") == "all":
            (self.suspended.add if verb == "suspend" else self.suspended.discard)(id(clause))
        if tree.get("key") == "all" or all(x.number == 0 for x in found):
            return found
        if "key" in tree:
            key = self.value(d.must(slot + "/key"), Scope(d.doc, position=p, occurrence=occ))
            return self.selected(found, key)
        source = p or occ.position
        made_by = {k: v for e in (source.events.values() if source else ()) for k, v in e.attrs.items()}
        supplied = made_by | occ.keys() | (p.keys if p else {})
        kin = [x for x in found if source is not None and (x is source or x in ancestors(source) or source in ancestors(x))]
        keyed = [x for x in found if set(x.keys) - {"period"} and all(supplied.get(k) == v for k, v in x.keys.items() if k != "period")]
        twins = [x for x in found if source is not None and x.cause is not None and x.cause is source.cause]
        chosen = keyed or kin[-1:] or twins[-1:]
        if not chosen and not self.is_keyed(clause):
            chosen = found[-1:]
        return [x for x in found if any(x.made_index == y.made_index for y in chosen)]  # an instance is all its bearers

    def is_keyed(self, d: Definition) -> bool:
        return bool(self.keys_named(d))

    def keys_named(self, d: Definition, seen: tuple[str, ...] = ()) -> list[str]:
        """`key`, or the key of the other clause that a trigger hands on."""
        node = d.node("for_each")
        while node is not None and node[0] in ("after", "where"):
            node = node[2] if node[0] == "after" else node[1]
        if "key" in d.tree or node is None or node[0] != "becomes" or d.name in seen:
            return listed(d.tree.get("key"))
        source = self.reach(node[1], d.doc, ("clause",))
        return self.keys_named(source, (*seen, d.name)) if isinstance(source, Definition) else []

    def position_effect(
        self, p: Position, verb: str, tree: dict[str, Any], slot: str, d: Definition, scope: Scope, occ: Occurrence
    ) -> None:
        if verb == "terminate":
            self.end_position(p, "terminated")
        elif verb == "suspend":
            p.held_by.add("clause")
        elif verb == "resume":
            p.held_by.discard("clause")
        elif verb == "waive":
            self.waive(p)
        elif verb == "discharge":
            self.discharge(p)
        elif verb == "complete":
            self.complete(p, occ)
        elif verb == "assign":
            to = self.value(d.must(slot + "/to"), scope)
            setattr(p, tree.get("side", "bearer"), str(to))
        elif verb == "extend":
            self.extend(p, tree, slot, d, scope)

    def extend(
        self, p: Position, tree: dict[str, Any], slot: str, d: Definition, scope: Scope, perhaps: bool = False
    ) -> None:
        limited = p.period is not None or any(s in p.clause.tree for s in ("within", "due", "before"))
        (p.moves if limited else p.until_moves).append(self.extension(tree, slot, d, scope, perhaps))

    def extension(
        self, tree: dict[str, Any], slot: str, d: Definition, scope: Scope, perhaps: bool
    ) -> tuple[str, Any]:
        """By how much or to what day, and whether that is certain."""
        how = "to" if "to" in tree else "by"
        node = d.must(f"{slot}/{how}")
        change = self.moment_value(node, scope) if how == "to" else self.value(node, scope)
        return (how + "?" if perhaps else how, change)

    # ------------------------------------------------------------------ agreements

    def doubt_agreement(self, a: Agreement, how: str) -> None:
        """Perhaps begun, or perhaps over: 'an agreement may be `undetermined`'."""
        a.maybe.add(how)
        if not a.over and a.stage != "undetermined":
            a.held = a.stage == "suspended"
            a.stage, a.since = "undetermined", self.day

    def set_agreement(self, a: Agreement, stage: str) -> None:
        a.stage, a.since = stage, None if self.prelude else self.day
        self.queue.append(Occurrence("agreement", self.day, self.anchor, subject=a, stage=stage))

    def begin(self, a: Agreement) -> None:
        if a.stage not in ("pending", "undetermined") or a.began is not None:
            return
        a.maybe.discard("pending")
        a.began = None if self.prelude else self.day
        a.ever_began = True
        self.set_agreement(a, "in_force")
        self.begin_measures(a.name)
        for item in listed(a.tree.get("replaces")):
            self.replace(item, a.name)

    def replace(self, item: Any, doc: str) -> None:
        """'excepted clauses of a replaced agreement go on ..., which itself is `superseded`'."""
        item = {"clauses": [item]} if isinstance(item, str) else item
        if "when" in item and self.truth(parse_once(item["when"]), Scope(doc)) is not True:
            return
        if "agreement" in item:
            old = self.agreements[item["agreement"]]
            if old.over:
                return  # there is nothing left to succeed
            old.excepted = {text.rpartition(".")[2] for text in listed(item.get("except"))}
            self.end_agreement(old, "superseded")
        for text in listed(item.get("clauses")):
            clause = self.reach(parse_once(text), doc, ("clause",))
            if clause is None:
                continue
            self.replaced.add(id(clause))
            for p in list(self.positions):
                if p.clause is clause:
                    self.end_position(p, "superseded")

    def clause_successors(self) -> None:
        """'A replaced clause ... is `superseded` at the moment its successor begins.'"""
        for d in self.of("clause"):
            if "replaces" not in d.tree or id(d) in self.successors:
                continue
            agreement = self.agreements.get(d.doc)
            started = agreement is None or agreement.stage in ("in_force", "suspended")
            probe = Position(d, 0, "", None, {}, None, {}, [], None, self.day, 0)
            if started and self.begun(probe) is True:
                self.successors.add(id(d))
                for item in listed(d.tree["replaces"]):
                    self.replace(item, d.doc)

    def end_agreement(self, a: Agreement, how: str) -> None:
        if a.over:
            return
        for p in self.positions:
            if p.clause.doc == a.name:
                self.amount_of(p)  # 'reads it live until ... its agreement ends'
        self.set_agreement(a, how)
        a.ended = day_of(self.now)
        for p in list(self.positions):
            if p.clause.doc == a.name and p.clause.name not in a.excepted and p.clause.tree.get("survives") != "true":
                self.end_position(p, how)

    def agreement_until(self, a: Agreement) -> Any:
        node = a.definition.node("until")
        found: list[Any] = []
        for alt in alternatives(node) if node is not None else []:
            if alt[0] == "undisclosed":
                return UNKNOWN
            if not self.is_occurrence(alt, a.name):
                value = self.moment_value(alt, Scope(a.name))
                if isinstance(value, Duration):
                    value = add_duration(a.began, value, self.calendar(a.name)) if a.began else MISSING
                found.append(value)
        return self.moved(found, a.moves, a.name)

    def complete_agreements(self) -> bool:
        """'`completed_by:` a trigger or condition, looked at last in a settle'."""
        changed = False
        for a in self.agreements.values():
            node = a.definition.node("completed_by")
            if node is None or a.stage not in ("in_force", "suspended", "undetermined"):
                continue
            done = a.name in self.completing
            if not done and not self.has_trigger(node, a.name):
                answer = self.truth(node, Scope(a.name))
                if answer is UNKNOWN and a.stage != "undetermined":
                    self.doubt_agreement(a, "completed")
                    changed = True
                done = answer is True
            self.completing.discard(a.name)
            if done:
                self.end_agreement(a, "completed")
                changed = True
        return changed

    # ------------------------------------------------------------------ settle

    def settle(self) -> None:
        for _ in range(5000):
            self.step()
            if self.queue:
                occ = self.queue.pop(0)
                self.entered.append(occ)
                self.process(occ)
            elif not self.complete_agreements():
                return
        raise ReferenceRefused("does not settle")

    def step(self) -> None:
        """(i) recompute facts, measures, gates once, bottom-up; apply gate cues, queue each `becomes`."""
        self.unknown_ends()
        self.clause_successors()
        self.make_lists()
        self.make_periods()
        self.passing, self.fresh = True, set()
        for p in list(self.positions):
            self.refresh(p)
        self.passing = False
        for p in list(self.positions):
            self.standing_duty(p)
        self.turn_facts()

    def unknown_ends(self) -> None:
        """An agreement whose end is unknown has perhaps ended; one open to the future, from its first day on."""
        for a in self.agreements.values():
            until = self.agreement_until(a) if a.stage in ("in_force", "suspended") else None
            if until is UNKNOWN or (isinstance(until, OpenDate) and day_of(self.now) > until.first):
                self.doubt_agreement(a, "expired")

    def standing_duty(self, p: Position) -> None:
        """`maintain` and a condition's `holds`."""
        if p.ready or p.final or p.off or p.gate not in ("open", "doubtful"):
            return
        if "maintain" in p.clause.tree and p.stage == "undetermined" and "in_force" in p.possible:
            if self.truth(p.clause.must("maintain"), self.scope(p)) is False:  # broken if it was made at all
                self.into_doubt(p, mapped(p.possible, {"in_force": "breached"}))
        if "maintain" in p.clause.tree and p.stage in ("in_force", "breached"):
            kept = self.truth(p.clause.must("maintain"), self.scope(p))
            if kept is False and p.stage == "in_force":
                self.breach(p, self.anchor)
            elif kept is True and p.stage == "breached":
                self.enter(p, "in_force", "interval closes")
                self.fire(p, "cured")
            elif kept is UNKNOWN and p.stage == "in_force":
                self.find_at("possible_breach", p)
                self.into_doubt(p, {"in_force", "breached"})
            elif kept is UNKNOWN:
                self.into_doubt(p, {"in_force", "breached"})
        if p.kind == "condition" and "holds" in p.clause.tree and p.stage == "in_force":
            if self.truth(p.clause.must("holds"), self.scope(p)) is True:
                self.enter(p, "met", "holds")

    def already_past(self, p: Position) -> None:
        """'An instance whose limit is past when it is made is breached then': nothing sees it as in force."""
        anchor = self.anchor
        for row in self.ran_out(day_of(self.now), self.clock):
            if row[2] is p:
                self.run_out(row)
        self.anchor = anchor

    def turn_facts(self) -> None:
        for d in self.of("fact"):
            for key, value in self.all_values(d).items():
                self.turn(("fact", d.id, key), value, False, d, key, None)
        for node, d, p in list(self.watch_nodes()):
            if p is not None and p.final:
                continue
            self.turn(("watch", id(node), id(p)), self.truth(node[1], Scope(d.doc, position=p)), False, node, None, p)

    def turn(
        self, slot: tuple[Any, ...], value: Any, before: Any, subject: Any, key: Key | None, p: Position | None
    ) -> None:
        old = self.turned.get(slot, before)
        if old is value:
            return
        self.turned[slot] = value
        self.queue.append(Occurrence("turns", self.day, self.anchor, subject=subject, value=value, key=key, listener=p, stage=plain(old)))

    # ------------------------------------------------------------------ what ran out

    def passed(self, moment: Any, before: date, clock: datetime) -> bool:
        if not is_moment(moment):
            return False
        return bool(moment < clock if has_time(moment) else moment < before)

    def ran_out(self, before: date, clock: datetime) -> list[tuple[tuple[Any, ...], str, Any, Any]]:
        """Limits, spans and agreements whose last day is before `before` (whose instant is before `clock`):
        'in order of limit; at the same limit first due and cure, then `until`, then agreements'."""
        rows: list[tuple[tuple[Any, ...], str, Any, Any]] = []
        for n, p in enumerate(self.positions):
            if p.ready or p.final:
                continue
            limit = self.limit(p)
            can = p.gate in ("open", "doubtful", "shut") and p.stage not in ("suspended", "displaced")
            can = can and (p.stage != "breached" or p.is_debt)  # 'a plain one whose limit has passed'
            moment = limit.first if isinstance(limit, OpenDate) else limit
            if can and not p.limit_done and p.kind not in ("recital",) and self.passed(moment, before, clock):
                rows.append(((end_of(moment), 0, p.clause.order, n), "limit", p, limit))
            until = self.until(p)
            if not p.off and not (p.is_debt and self.is_incurred(p)) and not (p.stage == "breached" and not p.standing):
                if self.passed(until, before, clock):
                    rows.append(((end_of(until), 1, p.clause.order, n), "until", p, until))
        for a in self.agreements.values():
            until = self.agreement_until(a)
            if (not a.over or a.excepted) and self.passed(until, before, clock):
                rows.append(((end_of(until), 2, a.order, 0), "agreement", a, until))
        return sorted(rows, key=lambda row: row[0])

    def run_out(self, row: tuple[tuple[Any, ...], str, Any, Any]) -> None:
        _, what, subject, moment = row
        self.anchor = moment
        if what == "limit":
            self.limit_passes(subject, moment)
        elif what == "until":
            self.span_over(subject)
        elif not subject.over:
            self.end_agreement(subject, "expired")
        else:  # excepted clauses go on to the `until` of the old agreement
            subject.were_excepted, subject.excepted, subject.kept_until = subject.excepted, set(), day_of(moment)
            for p in list(self.positions):
                if p.clause.doc == subject.name and p.clause.tree.get("survives") != "true":
                    self.end_position(p, "expired")

    def exhaust(self, before: date, clock: datetime) -> None:
        for _ in range(5000):
            rows = self.ran_out(before, clock)
            if not rows:
                return
            self.entries = {}
            self.run_out(rows[0])
            self.settle()
        raise ReferenceRefused("limits do not run out")

    # ------------------------------------------------------------------ the days

    def open_world(self, first: date) -> None:
        self.day = first - timedelta(days=1)
        self.now, self.anchor = self.day, self.day
        for doc in self.documents:
            if doc not in self.agreements:
                self.begin_measures(doc)
        for a in self.agreements.values():
            if "from" not in a.tree:  # 'an agreement without `from` is in force at all times'
                self.begin(a)
        self.settle()
        self.prelude = False

    def one_day(self, day: date, events: list[Event]) -> None:
        self.day, self.now = day, day - timedelta(days=1)
        midnight = datetime.combine(day, time())
        self.clock = midnight
        self.exhaust(day, midnight)  # `today` and every gate still stand as at the end of the day before
        self.what_begins(day)
        for event in events:
            self.entries = {}
            if has_time(event.moment):
                self.now = self.clock = event.moment  # type: ignore[assignment]
                self.exhaust(day, self.clock)
            self.do_event(event)
        self.clock = midnight + timedelta(days=1)
        self.exhaust(day, self.clock)

    def what_begins(self, day: date) -> None:
        """'agreement `from`, replacements, clause `from`, date triggers, `N days after`, `every`, conditions on
        `today` that turn, delayed effects. Settle.'"""
        self.now, self.anchor, self.entries = day, day, {}
        for a in self.agreements.values():
            node = a.definition.node("from")
            for alt in alternatives(node) if node is not None and a.stage == "pending" else []:
                if alt[0] == "undisclosed":
                    self.doubt_agreement(a, "pending")
                elif not self.has_trigger(alt, a.name):
                    value = self.moment_value(alt, Scope(a.name))
                    if isinstance(value, OpenDate) and value.first <= day:
                        self.doubt_agreement(a, "pending")
                    elif is_moment(value) and day_of(value) <= day:
                        self.begin(a)
        at_once = [Occurrence("date", day, day), *(occ for when, occ in self.delayed if when == day)]
        changes = [change for occ in at_once for change in self.fluent_changes(occ)]
        self.starting = {(d.id, key) for d, key, _, value in changes if d.sort == "fact" and value is True}
        for occ in at_once:
            self.entered.append(occ)
            self.process(occ)
        self.starting = set()
        self.make_periods()
        self.anchor = day
        for when, tree, slot, d, occ, (p, certain) in [row for row in self.postponed if row[0] == day]:
            self.take_effect(tree, slot, d, occ, p, certain)
        self.settle()

    def do_event(self, event: Event) -> None:
        exercise = event.kind[1].startswith("exercise:")
        occ = Occurrence("exercise" if exercise else "event", event.moment, event.moment, event=event)
        valid = None if exercise else self.event_types[event.kind].get("valid")
        if valid is not None:
            possible = self.truth(parse_once(valid), Scope(event.kind[0], occurrence=occ))
            if possible is False:  # 'an impossible occurrence is a finding and has no effect'
                self.findings.append(("impossible_event", self.day, ".".join(event.kind), None))
                return
            event.certain = event.certain and possible is True
        for d in self.definitions:
            if d.sort in ("fact", "measure"):
                event.frozen[d.id] = self.all_values(d)
        self.process(occ)
        self.settle()


def dates_in(tree: Any) -> Iterator[date]:
    """Every day written anywhere that could matter, to know where to begin."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name not in ("sources", "title", "text", "calendar", "note"):
                yield from dates_in(value)
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from dates_in(item)
    elif isinstance(tree, str):
        for found in re.finditer(r"(?<!\d)(\d{4}-\d{2})(-\d{2})?(?!\d)", tree):
            try:
                yield date.fromisoformat(found[1] + (found[2] or "-01"))
            except ValueError:
                continue


def interpret(
    documents: list[dict[str, Any]],
    timeline: list[dict[str, Any]],
    as_of: str,
    terms: dict[str, Any] | None = None,
    readings: dict[str, str] | None = None,
) -> Trace:
    """The legal positions at the end of `as_of`, with the whole history."""
    run = Run(documents, terms or {}, readings or {})
    run.start()
    last = day_of(parse_instant(as_of))
    rows = [row for row in timeline if "event" in row or "exercise" in row]
    events = sorted((run.read_row(row, n) for n, row in enumerate(rows)), key=lambda e: e.day)
    events = [e for e in events if e.day <= last]
    days = [d for d in dates_in([documents, rows]) if d <= last]
    first = min([*days, last])
    run.open_world(first)
    day = first
    while day <= last:
        run.one_day(day, [e for e in events if e.day == day])
        day += timedelta(days=1)
    return trace_of(run)


def trace_of(run: Run) -> Trace:
    positions = []
    for p in sorted(run.positions, key=lambda p: p.clause.order):
        bound = run.binds(p)
        due = p.last_due if p.final or (p.stage == "breached" and not p.standing) else run.limit(p)
        positions.append(
            {
                "clause": f"{p.clause.doc}.{p.clause.name}",
                "key": p.shown,
                "number": p.number,
                "kind": p.kind,
                "bearer": p.bearer,
                "counterparty": p.counterparty,
                "stage": p.stage,
                "possible": sorted(p.possible) if p.stage == "undetermined" else [],
                "in_force": "unknown" if bound is UNKNOWN else "true" if bound else "false",
                "since": plain(p.since),
                "due": None if p.ready or due is None else plain(due),
                "breaches": [d.isoformat() for d in p.breaches],
                "uses": [d.isoformat() for d in p.uses],
                "amount_due": plain(run.amount_of(p)),
                "paid": plain(p.paid),
                "released": p.released,
                "performed_late": p.performed,
            }
        )
    transitions = [
        (plain(day), f"{p.clause.doc}.{p.clause.name}", p.shown, p.bearer, before, after)
        for day, p, before, after, _ in run.transitions
    ]
    last_of_day: dict[tuple[Any, ...], str] = {}
    for day, p, _, after, _ in run.transitions:
        last_of_day[(plain(day), f"{p.clause.doc}.{p.clause.name}", p.shown, p.bearer, id(p))] = after
    history: list[tuple[str | None, str, str | None, str, str]] = []
    before_day: dict[int, str] = {}
    for (day, clause, key, bearer, who), stage in last_of_day.items():
        if before_day.get(who) != stage:
            history.append((day, clause, key, bearer, stage))
        before_day[who] = stage
    facts: dict[str, Any] = {}
    measures: dict[str, Any] = {}
    for d in run.definitions:
        if d.sort in ("fact", "measure"):
            for key, value in run.all_values(d).items():
                if key is None and run.per(d):
                    continue
                alone = len([x for x in run.definitions if x.sort == d.sort and x.name == d.name]) == 1
                name = d.name if alone else f"{d.doc}.{d.name}"
                name = name if key is None else f"{name}[{', '.join(key)}]"
                shown = plain(value)
                (facts if d.sort == "fact" else measures)[name] = (shown or "false") if d.sort == "fact" else shown
    findings = [(kind, day.isoformat(), clause, key) for kind, day, clause, key in run.findings]
    return Trace(
        positions, history, {a.name: a.stage for a in run.agreements.values()}, facts, measures, findings, transitions
    )
