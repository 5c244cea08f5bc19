"""The stages of one position: SEMANTICS.md 'State of one position' and 'Cues by kind', cell by cell.

`Positions` adds to `Evaluator` what a gate is, what a limit is and what each cue does.  It decides nothing
about when a cue comes; `reference.py` does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from reference_evaluate import Evaluator
from reference_language import Node, parse_tree
from reference_values import (
    MISSING,
    UNKNOWN,
    Calendar,
    Duration,
    EmptySum,
    Money,
    OpenDate,
    ReferenceRefused,
    add_duration,
    arithmetic,
    both,
    compare,
    day_of,
    either,
    has_time,
    is_moment,
    negate,
)
from reference_world import (
    FINAL,
    Agreement,
    Occurrence,
    Position,
    Scope,
)

OPEN = ("in_force", "suspended", "displaced", "undetermined")


def alternatives(node: Node) -> list[Node]:
    return [x for n in node[1] for x in alternatives(n)] if node[0] == "or" else [node]


def end_of(moment: date) -> datetime:
    """For sorting limits: a day counts as its end."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(23, 59, 59, 999999))


def mapped(possible: set[str], table: dict[str, str]) -> set[str]:
    return {table.get(stage, stage) for stage in possible}


class Positions(Evaluator):
    def start_state(self) -> None:
        self.queue: list[Occurrence] = []
        self.transitions: list[tuple[date | None, Position, str, str, str]] = []
        self.findings: list[tuple[str, date, str, str | None]] = []
        self.passing = False  # inside step (i) of a settle
        self.fresh: set[int] = set()
        self.entries: dict[tuple[int, str], int] = {}
        self.anchor: date = date.min
        self.clock: datetime = datetime.min
        self.prelude = True

    # ------------------------------------------------------------------ small questions

    def scope(self, p: Position, occ: Occurrence | None = None) -> Scope:
        return Scope(p.clause.doc, position=p, occurrence=occ)

    def agreement(self, p: Position) -> Agreement | None:
        return self.agreements.get(p.clause.doc)

    def is_occurrence(self, node: Node, doc: str) -> bool:
        """'An event or `becomes` is an occurrence ...; anything that yields a date is a day.'"""
        if node[0] == "where":
            return self.is_occurrence(node[1], doc)
        return node[0] == "becomes" or (node[0] in ("name", "dot") and self.event_kind(node, doc) is not None)

    def is_incurred(self, p: Position) -> bool:
        """'an obligation with `amount` that an occurrence or a period made and that came into force, or a
        plain one whose limit has passed'."""
        if not p.is_debt:
            return False
        made = "for_each" in p.clause.tree or "every" in p.clause.tree
        return p.ever_in_force if made else p.limit_done

    def partial_act(self, p: Position) -> bool:
        node = p.clause.node("act")
        return node is not None and any(self.partial(k) for k in self.kinds_in(node, p.clause.doc))

    def find_at(self, kind: str, p: Position) -> None:
        self.findings.append((kind, self.day, f"{p.clause.doc}.{p.clause.name}", p.shown))

    # ------------------------------------------------------------------ span and limit

    def begun(self, p: Position) -> Any:
        """`from`: 'a `from` whose value is missing has not begun'; once begun it stays begun."""
        node = p.clause.node("from")
        if node is None or p.begun is True:
            return True
        answer: Any = p.begun
        for alt in alternatives(node):
            if alt[0] == "undisclosed":
                answer = either(answer, UNKNOWN)
            elif self.is_occurrence(alt, p.clause.doc):
                happened = self.moment_value(alt, self.scope(p))
                answer = either(answer, UNKNOWN if happened is UNKNOWN else is_moment(happened))
            else:
                answer = either(answer, compare("<=", self.moment_value(alt, self.scope(p)), self.now))
        p.begun = answer
        return answer

    def until(self, p: Position) -> Any:
        """The last day of the span: None for none, UNKNOWN, an OpenDate, or a moment."""
        node = p.clause.node("until")
        found: list[Any] = []
        for alt in alternatives(node) if node is not None else []:
            if alt[0] == "undisclosed":
                return UNKNOWN
            if self.is_occurrence(alt, p.clause.doc):
                continue
            value = self.moment_value(alt, self.scope(p))
            if isinstance(value, Duration):  # 'a duration from the making of the instance'
                start = p.anchor if p.number == 0 else p.made
                value = MISSING if start is None else add_duration(start, value, self.calendar(p.clause.doc))
            found.append(value)
        span = self.moved(found, p.until_moves, p.clause.doc)
        if p.period is not None and p.standing:  # 'period over'
            return self.moved([span, self.moved([p.period.end], p.moves, p.clause.doc)], [], p.clause.doc)
        return span

    def moved(self, found: list[Any], moves: list[tuple[str, Any]], doc: str) -> Any:
        """The earliest of what is written, moved in order: by a length, to a date, or on to a day that it must reach."""
        doubtful = [v for v in found if v is UNKNOWN or isinstance(v, OpenDate)]
        known = [v for v in found if is_moment(v)]
        if doubtful:
            return doubtful[0]
        value: Any = min(known, key=end_of) if known else None
        for how, change in moves:
            before, opened = value, isinstance(value, OpenDate)
            value = value.first if isinstance(value, OpenDate) else value
            if how in ("to", "to?"):
                value = change
            elif value is not None and how in ("by", "by?"):
                value = add_duration(value, change, self.calendar(doc))
            elif value is not None and end_of(value) < end_of(change):
                value = change
            if how.endswith("?") and value != before:  # perhaps so, perhaps as it was: not before the earlier
                ends = [before.first if isinstance(before, OpenDate) else before, value]
                value = OpenDate(day_of(min((end for end in ends if end is not None), key=end_of)))
            elif opened and how != "to" and is_moment(value):
                value = OpenDate(day_of(value))
        return value

    def limit(self, p: Position) -> Any:
        """The last moment at which the act is in time (`before:` moves it to just before)."""
        tree = p.clause.tree
        found: list[Any] = []
        if "within" in tree:
            found = [p.within]
        for slot in ("due", "before"):
            node = p.clause.node(slot)
            for alt in alternatives(node) if node is not None else []:
                if alt[0] == "undisclosed":
                    return UNKNOWN
                if self.is_occurrence(alt, p.clause.doc):
                    continue
                value = self.moment_value(alt, self.scope(p))
                found.append(just_before(value) if slot == "before" else value)
        if p.came is not None:
            found.append(just_before(p.came) if "before" in tree else p.came)
        if not any(slot in tree for slot in ("within", "due", "before")):
            if p.period is not None and not p.standing and p.kind != "recital":
                found.append(p.period.end)  # 'without another limit the period's last day is the limit'
        return self.moved(found, p.moves, p.clause.doc)

    def limit_as_written(self, p: Position, limit: date) -> date:
        """'runs from the due date (as written, also for `before`)'."""
        if "before" in p.clause.tree and p.clause.tree.get("within") is None:
            return limit + (timedelta(seconds=1) if has_time(limit) else timedelta(days=1))
        return limit

    def amount_of(self, p: Position) -> Any:
        """'`accrues: true` reads it live until it is paid, waived or discharged or its agreement ends'."""
        agreement = self.agreement(p)
        live = p.clause.tree.get("accrues") == "true" and not p.final and not p.released and not p.performed
        over = agreement is not None and agreement.over and p.clause.name not in agreement.excepted
        if live and p.activated and not over:
            p.amount = self.value(p.clause.must("amount"), self.scope(p))
        return p.amount

    # ------------------------------------------------------------------ gate

    def linked(self, exception: Position, p: Position) -> bool:
        named = exception.clause.tree.get("exception_to") or []
        for text in named if isinstance(named, list) else [named]:
            if self.reach(parse_tree(text), exception.clause.doc, ("clause",)) is p.clause:
                return all(p.keys.get(k, v) == v for k, v in exception.keys.items() if k != "period")
        return False

    def unless(self, p: Position, occ: Occurrence | None = None) -> Any:
        tree = p.clause.tree.get("unless")
        if tree is None:
            return False
        if isinstance(tree, list) and all(isinstance(item, dict) and "when" in item for item in tree):
            nodes = [p.clause.node(f"unless/{n}/when") for n in range(len(tree))]
        else:
            nodes = [p.clause.node("unless")]
        answers = []
        for node in nodes:
            try:
                answers.append(self.truth(node, self.scope(p, occ)))  # type: ignore[arg-type]
            except ReferenceRefused:
                if occ is not None:
                    raise
                answers.append(False)  # it speaks of the act; without one it excuses nothing
        return either(*answers)

    def displaced(self, p: Position) -> Any:
        """'`unless` true, or an exception without an act in force'."""
        answer = self.unless(p)
        for other in self.positions:
            if other is not p and not other.ready and "act" not in other.clause.tree and self.linked(other, p):
                self.refresh(other)
                answer = either(answer, self.binds(other))
        return answer

    def excused(self, p: Position, occ: Occurrence) -> Any:
        """'a clause that binds and excepts this one, by an act that matches its own `act`'; exceptions may
        have exceptions. `unless` sees the act's attributes."""
        answer = self.unless(p, occ)
        for other in self.positions:
            if other is p or other.ready or "act" not in other.clause.tree or not self.linked(other, p):
                continue
            fits = both(self.binds(other), self.act_matches(other, occ))
            if fits is not False:
                fits = both(fits, negate(self.excused(other, occ)))
            answer = either(answer, fits)
        return answer

    def gate_of(self, p: Position) -> str:
        """'the first [that applies]: shut - held - displaced - doubtful - open'."""
        doubts: set[str] = set(p.maybe)
        agreement = self.agreement(p)
        if agreement is not None:
            kept = p.clause.tree.get("survives") == "true" or self.is_incurred(p) or p.clause.name in agreement.excepted
            if agreement.stage == "pending" or (agreement.over and not (kept and agreement.ever_began)):
                return "shut"
            lasting = agreement.maybe & {"pending", "suspended"}  # what outlives it does not end with it
            doubts |= lasting if kept else {self.ended_as(p, how) for how in agreement.maybe}
            if kept and agreement.held and agreement.stage == "undetermined":
                doubts.add("suspended")  # it is over, or suspended still
        begun = self.begun(p)
        if begun is False:
            return "shut"
        node = p.clause.node("while")
        bound = self.truth(node, self.scope(p)) if node is not None else True
        if bound is False:
            return "shut"
        if p.held_by or (agreement is not None and agreement.stage == "suspended"):
            return "held"
        displaced = self.displaced(p)
        if displaced is True:
            return "displaced"
        if begun is UNKNOWN or bound is UNKNOWN:
            doubts.add("ended" if p.ever_in_force else "pending")
        if displaced is UNKNOWN:
            doubts.add("displaced")
        until = self.until(p)
        if until is UNKNOWN or (isinstance(until, OpenDate) and day_of(self.now) >= until.first):
            doubts.add(self.ended_as(p, "span"))
        p.doubts = doubts
        return "doubtful" if doubts else "open"

    def ended_as(self, p: Position, how: str) -> str:
        """The stage that an end which perhaps came would have led to."""
        if how in ("pending", "suspended", "terminated", "superseded", "waived", "discharged", "fulfilled"):
            return how
        if p.standing:
            return "breached" if p.breaches else "fulfilled"
        if how == "span" and p.kind == "condition":
            return "failed"
        return "exercised" if p.uses else "ended"

    def refresh(self, p: Position) -> None:
        """In step (i) of a settle: read the gate once and apply its cue; elsewhere the state is frozen."""
        if not self.passing or id(p) in self.fresh:
            return
        self.fresh.add(id(p))
        if p.ready:
            agreement = self.agreement(p)
            if not p.final and agreement is not None and not agreement.over:
                self.enter(p, "pending" if agreement.stage == "pending" else "ready", "begins")
            return
        if p.final:
            p.gate = self.gate_of(p) if p.standing else p.gate
            return
        was, p.gate = p.gate, self.gate_of(p)
        self.gate_cue(p, was)
        self.already_past(p)

    def already_past(self, p: Position) -> None:
        raise NotImplementedError

    def gate_cue(self, p: Position, was: str) -> None:
        """The table 'stage \\ gate becomes'."""
        gate = p.gate
        if p.stage == "breached" or p.doubted:
            if p.stage != "breached" and gate != "shut" and not p.activated:
                self.activate(p)  # perhaps made: its clock runs all the same
            if gate == "open" and p.stage != "breached" and not p.final:
                self.came_into_force(p)
            return
        if gate == "shut":
            if p.stage in ("in_force", "suspended", "displaced"):
                self.leave(p)
                self.enter(p, "ended", "gate shut")
            elif p.stage == "undetermined":
                self.shut_in_doubt(p)
            return
        stage = {"open": "in_force", "held": "suspended", "displaced": "displaced", "doubtful": "undetermined"}[gate]
        if stage != p.stage:
            self.leave(p)
        if p.unsure and "pending" not in p.doubts:
            self.started_at_latest(p)
        if stage == "undetermined":
            p.possible = {"in_force"} | p.doubts
        if stage == "suspended" and p.stage != "suspended":
            p.suspended_on = self.day
        self.enter(p, stage, f"gate {gate}")
        if not p.activated:
            p.unsure = gate == "doubtful" and "pending" in p.doubts
            self.activate(p)
        if stage == "in_force" and not p.final:
            self.came_into_force(p)

    def shut_in_doubt(self, p: Position) -> None:
        """'ended, or pending if never in force': both where it is not known whether it ever was."""
        left = mapped(p.possible, dict.fromkeys(("in_force", "suspended", "displaced"), "ended"))
        if len(left) == 1:
            self.enter(p, left.pop(), "gate shut")
        else:
            p.possible = left

    def leave(self, p: Position) -> None:
        """'Suspended (`tolls`) it moves by resume day minus suspend day; displaced over it, to the end of the
        day on which the displacement ends'."""
        if p.stage == "suspended" and p.suspended_on is not None:
            if p.clause.text("suspension", "tolls") == "tolls" and not p.standing and self.limit(p) is not None:
                p.moves.append(("by", Duration(((Fraction((self.day - p.suspended_on).days), "day"),))))
            p.suspended_on = None
        if p.stage == "displaced":
            limit = self.limit(p)
            if is_moment(limit) and end_of(limit) < end_of(self.day):
                p.moves.append(("reach", self.day))

    def activate(self, p: Position) -> None:
        """'Activation happens once ...; `within` counts from its anchor.'"""
        p.activated, p.anchor = True, self.anchor
        if p.clause.node("amount") is not None:
            p.amount = self.value(p.clause.must("amount"), self.scope(p))
        node = p.clause.node("within")
        if node is not None:
            length = self.value(node, self.scope(p))
            p.within = (
                length
                if length in (MISSING, UNKNOWN)
                else add_duration(self.anchor, length, self.calendar(p.clause.doc))
            )
        if p.stage == "in_force":
            self.came_into_force(p)
        if self.limit(p) is UNKNOWN and not p.standing:
            # 'An undisclosed limit ... makes the position `undetermined` (in force, or the miss)'
            self.into_doubt(p, {"in_force", missed(p)})
        if p.clause.text("prior_performance") == "counts":
            self.prior_performance(p)

    def started_at_latest(self, p: Position) -> None:
        """It was perhaps activated before: 'within' counts from then or from now, so it ends not before the first."""
        p.unsure = False
        node = p.clause.node("within")
        length = self.value(node, self.scope(p)) if node is not None else MISSING
        if length in (MISSING, UNKNOWN) or not is_moment(p.within):
            return
        later = add_duration(self.anchor, length, self.calendar(p.clause.doc))
        if later != p.within:
            p.within = OpenDate(day_of(min(p.within, later, key=end_of)))

    def came_into_force(self, p: Position) -> None:
        p.ever_bound = True
        p.ever_in_force = True

    def prior_performance(self, p: Position) -> None:
        """'acts before activation ... are taken as if done at activation in their order, if inside the limits'."""
        limit = self.limit(p)
        for event in list(self.record):
            if p.final or (p.stage == "breached" and not p.standing):
                return
            if p.kind not in ("obligation", "condition") and self.binds(p) is not True:
                return  # what did not bind was neither broken nor used
            again = replace(event, spent={})  # to this clause it was not credited yet
            occ = Occurrence("event", event.moment, event.moment, event=again)
            if is_moment(limit) and compare(">", event.moment, limit):
                continue
            if id(event) in self.used_for(p) or self.too_early(p, event.moment):
                continue
            if self.act_matches(p, occ) is True:
                self.perform(p, occ)
            elif p.gate == "open" and self.slot_matches(p, "breached_by", occ) is True:
                self.breach(p, self.anchor)

    def used_for(self, p: Position) -> set[int]:
        """Events that already served another position of the clause."""
        name = f"{p.clause.doc}.{p.clause.name}"
        return {id(e) for e in self.record if name in e.served}

    # ------------------------------------------------------------------ entering a stage

    def enter(self, p: Position, stage: str, cause: str, fire: bool = True, final: bool = False) -> None:
        p.final = p.final or final or stage in FINAL
        if p.stage == stage:
            return
        if p.final or stage == "breached":
            p.last_due = self.limit(p)
        before, p.stage = p.stage, stage
        p.since = None if self.prelude else self.day
        if stage != "undetermined":
            p.possible = set()
        self.transitions.append((p.since, p, before, stage, cause))
        if stage == "ready" or p.ready:
            return
        count = self.entries.get((id(p), stage), 0) + 1
        self.entries[(id(p), stage)] = count
        if count > 1 and stage != "breached":
            raise ReferenceRefused(f"does not settle: {p.clause.name} enters {stage} twice")
        if fire:
            self.fire(p, stage)

    def fire(self, p: Position, stage: str, event: Any = None) -> None:
        occ = Occurrence("becomes", self.day, self.anchor, position=p, stage=stage)
        if event is not None:
            p.acts = p.acts | {event.kind: event}
        self.queue.append(occ)

    def into_doubt(self, p: Position, possible: set[str]) -> None:
        """An act, a limit or a trigger in doubt: 'a mark which no later gate change clears'."""
        if len(possible) == 1:
            if possible == {"breached"} and p.stage != "breached":
                self.breach(p, self.anchor)
            else:
                self.enter(p, possible.pop(), "settled in every case")
            return
        gained = set(possible) - p.possible - {p.stage}
        p.doubted = True
        self.enter(p, "undetermined", "in doubt", fire=False)
        p.possible = set(possible)
        if gained and not self.prelude:  # a `becomes` that is only possibly true
            occ = Occurrence("becomes", self.day, self.anchor, position=p, stage="undetermined", value=gained)
            self.queue.append(occ)

    # ------------------------------------------------------------------ cues

    def breach(self, p: Position, anchor: date, event: Any = None) -> None:
        p.breaches.append(self.day)
        self.anchor = anchor
        length = p.clause.tree.get("cure")
        if length is not None:
            p.curable = True
            if length != "any_time":
                value = self.value(p.clause.must("cure"), self.scope(p))
                p.cure_until = (
                    value
                    if not isinstance(value, Duration)
                    else add_duration(anchor, value, self.calendar(p.clause.doc))
                )
        if event is not None:
            p.acts = p.acts | {event.kind: event}
        again = p.stage == "breached"
        p.doubted = False
        self.enter(p, "breached", "breach")
        if again:
            self.fire(p, "breached")
        if self.binding(p):
            self.find_at("breach", p)

    def binding(self, p: Position) -> bool:
        tree = self.documents[p.clause.doc]
        return bool(p.clause.tree.get("binding", tree.get("binding", "true")) != "false")

    def limit_passes(self, p: Position, limit: date) -> None:
        """'A missed limit: obligation breached, power, permission, right lapsed (used: exercised), condition
        failed.'"""
        if isinstance(limit, OpenDate):
            self.limit_perhaps_passes(p, limit.first)
            return
        self.anchor = self.limit_as_written(p, limit)
        if p.stage == "breached" and not p.standing:
            p.limit_done = True
            return
        if p.standing:
            self.span_over(p)
            return
        if p.stage in ("pending", "ended"):  # it was not owed then
            p.limit_done = True
            self.enter(p, "ended", "limit passed while shut", final=True)
            return
        p.limit_done = True
        paid_up = p.is_debt and compare(">=", p.paid, self.amount_of(p))
        if paid_up is UNKNOWN and isinstance(p.paid, EmptySum):
            paid_up = False  # something is owed, nothing was paid
        outcome = "fulfilled" if paid_up is True else missed(p)
        if p.stage == "undetermined":
            waiting = {} if "within" in p.clause.tree else {"pending": "ended"}  # its clock has not started
            self.into_doubt(p, mapped(p.possible, {"in_force": outcome} | waiting))
        elif self.partial_act(p) and not paid_up and outcome != "exercised":
            better = done(p) if p.kind in ("obligation", "condition") else "exercised"
            self.into_doubt(p, {outcome, better})
        elif paid_up is UNKNOWN:
            self.into_doubt(p, {"fulfilled", "breached"})
        elif outcome == "breached":
            self.breach(p, self.anchor)
        else:
            self.enter(p, outcome, "limit passed", fire=outcome != "exercised")

    def limit_perhaps_passes(self, p: Position, limit: date) -> None:
        self.anchor, p.limit_done = self.limit_as_written(p, limit), True
        if not p.standing and p.stage != "ended":
            now = p.possible if p.stage == "undetermined" else {p.stage}
            self.into_doubt(p, now | mapped(now, {"in_force": missed(p), "pending": "ended"}))

    def perform(self, p: Position, occ: Occurrence) -> bool:
        """The act of an obligation or condition, or the use of a permission, right or power; True for a use."""
        event = occ.event
        if event is not None:
            event.served[f"{p.clause.doc}.{p.clause.name}"] = True
        if p.kind in ("permission", "right", "power"):
            return self.use(p, occ)
        if p.kind == "prohibition":
            self.breach(p, self.anchor, event)
            return False
        if p.is_debt and not self.pay(p, occ):
            return False
        if p.stage == "breached":
            self.late(p, occ)
        elif p.stage == "undetermined":
            self.into_doubt(p, mapped(p.possible, {"in_force": done(p)}))
        else:
            self.keep_event(p, occ)
            self.enter(p, done(p), "performed")
        return False

    def keep_event(self, p: Position, occ: Occurrence) -> None:
        p.acts = p.acts | occ.events()

    def late(self, p: Position, occ: Occurrence, when: date | None = None) -> None:
        """Breached: 'within the cure: cured; else marked performed, finding late, fires becomes performed'."""
        self.keep_event(p, occ)
        in_time = p.cure_until is None or compare("<=", when or occ.moment, p.cure_until) is True
        if p.curable and in_time:
            self.enter(p, "cured", "cured")
        elif not p.performed:
            p.performed = True
            self.find_at("late_performance", p)
            self.fire(p, "performed")

    def pay(self, p: Position, occ: Occurrence) -> bool:
        """Take what the payment still has; True when the debt is paid. Without `paid_with` an act pays in full."""
        owed = self.amount_of(p)
        paid_with = p.clause.tree.get("paid_with")
        if paid_with is None or occ.event is None:
            p.paid = owed if owed is not MISSING and owed is not UNKNOWN else p.paid
            return True
        rest = self.rest_of(p, occ)
        need = rest if owed is MISSING or owed is UNKNOWN else arithmetic("-", owed, p.paid, Calendar())
        accruing = p.clause.tree.get("accrues") == "true" and p.period is not None and day_of(self.now) <= p.period.end
        if compare("<", need, zero_like(need)) is True:
            need = zero_like(need)  # what was paid beyond it is not paid back
        taken = rest if accruing or compare("<", rest, need) is True else need
        p.paid = arithmetic("+", p.paid, taken, Calendar())
        occ.event.spent[paid_with] = arithmetic("-", rest, taken, Calendar())
        if owed is UNKNOWN and p.stage == "breached" and p.clause.tree.get("cure") is None:
            return False
        if owed is UNKNOWN:
            self.into_doubt(p, {p.stage, "fulfilled"} if p.stage != "undetermined" else p.possible | {"fulfilled"})
            return False
        enough = compare(">=", p.paid, owed) is True and not accruing
        return enough and compare(">", owed, zero_like(owed)) is True

    def rest_of(self, p: Position, occ: Occurrence) -> Any:
        assert occ.event is not None
        paid_with = p.clause.tree["paid_with"]
        if paid_with in occ.event.spent:
            return occ.event.spent[paid_with]
        return self.value(p.clause.must("paid_with"), Scope(p.clause.doc, occurrence=occ))

    def use(self, p: Position, occ: Occurrence) -> bool:
        p.uses.append(self.day)
        if occ.event is not None:
            p.acts = p.acts | {occ.event.kind: occ.event}
        if p.stage == "undetermined":
            used = mapped(p.possible, {"in_force": "exercised"})
            later = used if self.limit(p) is UNKNOWN else set()  # its limit passes from now on at a time unknown
            self.into_doubt(p, used if self.once(p) else p.possible | later)
            return True
        if self.once(p):
            self.enter(p, "exercised", "used")
        else:
            self.fire(p, "exercised")
        return True

    def once(self, p: Position) -> bool:
        return p.clause.text("once", "true" if p.kind == "power" else "false") == "true"

    def doubt_act(self, p: Position) -> None:
        """'An act whose match or excuse is unknown makes the position `undetermined`, finding possible breach,
        and it goes on binding.'"""
        if p.kind == "prohibition":
            self.find_at("possible_breach", p)
            if p.stage in ("in_force", "undetermined"):
                self.into_doubt(p, {"in_force", "breached"})
        elif p.stage == "breached" and p.curable and not p.performed:
            in_cure = p.cure_until is None or compare("<=", self.now, p.cure_until) is True
            self.into_doubt(p, {"breached", "cured"} if in_cure else {"breached"})
        elif p.stage in ("in_force", "undetermined", "suspended", "displaced"):
            better = done(p) if p.kind in ("obligation", "condition") else "exercised" if self.once(p) else p.stage
            old = p.possible if p.stage == "undetermined" else {p.stage}
            if {better} | old != {p.stage}:
                self.into_doubt(p, {better} | old)

    def waive(self, p: Position) -> None:
        if (not p.final or p.stage == "breached") and not p.ready and p.kind != "recital":
            p.doubted = False
            self.amount_of(p)
            self.enter(p, "waived", "waived")

    def discharge(self, p: Position) -> None:
        """'discharge leaves `breached`, marked released'."""
        if p.final or p.ready or p.kind == "recital":
            return
        self.amount_of(p)
        if p.stage == "breached" or (p.standing and p.breaches):
            self.close_broken(p)
        elif p.doubted and p.stage == "undetermined":
            self.into_doubt(p, {s if s == "breached" else "discharged" for s in p.possible})
        else:
            p.doubted = False
            self.enter(p, "discharged", "discharged")

    def close_broken(self, p: Position) -> None:
        """A breach that nothing more is owed on; a standing duty with an interval 'ends breached whatever ends it'."""
        p.released = p.off = True
        self.enter(p, "breached", "ends broken", fire=False)
        p.final = p.standing

    def span_over(self, p: Position) -> None:
        """`until` has passed: the third column; 'never ends an incurred debt; it ends everything else'."""
        if p.final or p.ready or self.is_incurred(p):
            return
        if p.standing:
            self.end_standing(p, "fulfilled")
        elif p.stage == "breached":
            return
        else:
            table = {"condition": "failed"}
            used = p.uses and p.stage == "in_force"
            outcome = "exercised" if used else table.get(p.kind, "ended") if p.activated else "ended"
            self.take_to_end(p, outcome)

    def take_to_end(self, p: Position, outcome: str) -> None:
        self.amount_of(p)  # as it stands now
        if p.stage == "undetermined" and p.doubted:
            possible = {s if s in FINAL or s in ("breached", "none") else outcome for s in p.possible}
            self.into_doubt(p, possible)
            p.final = True
            return
        self.enter(p, outcome, "span over", fire=outcome != "exercised", final=True)

    def end_standing(self, p: Position, unbroken: str) -> None:
        """Prohibition or `maintain`: 'fulfilled if it ever bound and was never broken'."""
        if p.breaches:
            p.off = p.final = True
            self.enter(p, "breached", "ends broken", fire=False)
        elif p.stage == "undetermined" and p.doubted:
            self.into_doubt(p, mapped(p.possible, {"in_force": unbroken}))
            p.final = True
        elif unbroken == "fulfilled" and not p.ever_bound:
            possible = p.stage == "undetermined"
            self.into_doubt(p, {"fulfilled", "ended"}) if possible else self.enter(p, "ended", "span over", final=True)
            p.final = True
        else:
            self.enter(p, unbroken, "span over", final=True)

    def end_position(self, p: Position, how: str) -> None:
        """Its agreement (or it alone) is completed, expired, terminated or superseded."""
        closing = {"completed": "ended", "expired": "ended"}.get(how, how)
        if p.ready:
            if not p.final:
                self.enter(p, closing, how, final=True)
            return
        if p.final or (self.is_incurred(p) and not p.released):
            return
        if p.standing:
            self.end_standing(p, "fulfilled" if closing == "ended" else closing)
        elif p.stage == "breached":
            p.released = p.off = True
        else:
            used = bool(p.uses) and p.stage == "in_force" and closing == "ended"
            self.take_to_end(p, "exercised" if used else closing)

    def complete(self, p: Position, occ: Occurrence) -> None:
        """'Completing a clause fulfils it.'"""
        if p.final or p.ready or p.kind == "recital":
            return
        if p.standing and p.breaches:  # 'with any interval it ends breached whatever ends it'
            self.close_broken(p)
        elif p.stage == "breached":
            self.amount_of(p)
            if not p.performed and not p.released:
                self.late(p, occ, self.now)
        else:
            p.doubted = False
            self.amount_of(p)
            self.enter(p, "met" if p.kind == "condition" else "fulfilled", "completed")

    # ------------------------------------------------------------------ acts

    def slot_matches(self, p: Position, slot: str, occ: Occurrence) -> Any:
        node = p.clause.node(slot)
        return False if node is None else self.match(node, occ, self.scope(p))

    def act_matches(self, p: Position, occ: Occurrence) -> Any:
        if p.kind == "power" and "act" not in p.clause.tree:
            called = occ.sort == "exercise" and occ.event is not None
            if not called or occ.event.kind != (p.clause.doc, "exercise:" + p.clause.name):  # type: ignore[union-attr]
                return False
            answer: Any = self.same_key(occ.event, {k: v for k, v in p.keys.items() if k in occ.event.attrs})  # type: ignore
            if p.shown is not None and occ.event.attrs.get("key") not in (None, p.shown):  # type: ignore[union-attr]
                answer = False
            answer = both(answer, occ.event.certain or UNKNOWN)  # type: ignore[union-attr]
        else:
            answer = self.slot_matches(p, "act", occ)
        return answer if answer is False else both(answer, self.done_by(p, occ))

    def done_by(self, p: Position, occ: Occurrence) -> Any:
        """`performed_by`: 'default the bearer, where the event says who did it; `anyone`; or a list'."""
        event = occ.event
        if event is None:
            return True
        doer = event.attrs.get(self.event_types.get(event.kind, {}).get("doer", "by"), MISSING)
        if doer is MISSING or doer is UNKNOWN:
            return True if doer is MISSING else UNKNOWN
        named = p.clause.tree.get("performed_by", "bearer")
        if named == "anyone":
            return True
        count = len(named) if isinstance(named, list) else 1
        slots = [f"performed_by/{n}" for n in range(count)] if isinstance(named, list) else ["performed_by"]
        allowed = [p.bearer]
        if named != "bearer":
            allowed = [self.value(p.clause.must(slot), self.scope(p, occ)) for slot in slots]
        doers = doer if isinstance(doer, list) else [self.party_named(doer)]
        return any(self.part_of(d, a) for d in doers for a in allowed)

    def too_early(self, p: Position, moment: date) -> Any:
        node = p.clause.node("not_before")
        return False if node is None else compare("<", moment, self.moment_value(node, self.scope(p)))

    def in_time(self, p: Position, moment: date) -> Any:
        """'A date-only event is an instant known to the day: against a limit in hours the verdict is settled
        if the whole day lies on one side.'"""
        limit = self.limit(p)
        if has_time(limit) and not has_time(moment) and day_of(limit) == moment and p.stage == "in_force":
            return UNKNOWN
        return True


def just_before(value: Any) -> Any:
    if not is_moment(value):
        return value
    return value - (timedelta(seconds=1) if has_time(value) else timedelta(days=1))


def missed(p: Position) -> str:
    if p.kind == "condition":
        return "failed"
    if p.kind == "obligation":
        return "breached"
    return "exercised" if p.uses else "lapsed"


def done(p: Position) -> str:
    return "met" if p.kind == "condition" else "fulfilled"


def zero_like(value: Any) -> Any:
    return Money(Fraction(0), value.currency) if isinstance(value, Money) else Fraction(0)
