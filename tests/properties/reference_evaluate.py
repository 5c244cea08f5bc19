"""How an expression, a function and a condition are read (LANGUAGE.md section 3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from reference_language import Node, parse
from reference_values import (
    MISSING,
    UNKNOWN,
    AtLeast,
    Calendar,
    Duration,
    EmptySum,
    Money,
    OpenDate,
    Period,
    PeriodName,
    ReferenceRefused,
    Table,
    add_duration,
    arithmetic,
    both,
    compare,
    day_of,
    either,
    has_time,
    is_moment,
    negate,
    plain,
    round_to,
)
from reference_world import (
    GATED,
    Agreement,
    Definition,
    Event,
    Key,
    Position,
    Scope,
    World,
    ancestors,
)


class Evaluator(World):
    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Any:
        sort = node[0]
        if sort == "value":
            return node[1]
        if sort == "none":
            return MISSING
        if sort == "undisclosed":
            return UNKNOWN
        if sort == "today":
            return self.now
        if sort == "name":
            return self.named_value(node[1], scope)
        if sort == "dot":
            return self.dotted(node, scope)
        if sort == "index":
            return self.looked_up(node, scope)
        if sort == "call":
            return self.called(node[1], node[2], scope)
        if sort == "neg":
            return arithmetic("*", Fraction(-1), self.value(node[1], scope), self.calendar_of(scope))
        if sort == "arith":
            a, b = self.moment_value(node[2], scope), self.moment_value(node[3], scope)
            return arithmetic(node[1], a, b, self.calendar_of(scope))
        if sort == "after":
            moment = self.moment_value(node[2], scope)
            return arithmetic("+", moment, self.value(node[1], scope), self.calendar_of(scope))
        if sort == "if":
            chosen = self.truth(node[1], scope)
            if chosen is UNKNOWN:
                yes, no = self.value(node[2], scope), self.value(node[3], scope)
                return yes if yes is not MISSING and yes == no else UNKNOWN
            return self.value(node[2] if chosen else node[3], scope)
        if sort == "group":
            return tuple(self.value(n, scope) for n in node[1])
        if sort in ("where", "becomes"):
            return self.moment_value(node, scope)
        return self.truth(node, scope)

    def calendar_of(self, scope: Scope) -> Calendar:
        return self.calendar(scope.doc) if scope.doc in self.documents else Calendar()

    def moment_value(self, node: Node, scope: Scope) -> Any:
        """The instant of an event or trigger by its newest occurrence; of anything else, its value."""
        if node[0] == "or":
            moments = [self.moment_value(n, scope) for n in node[1]]
            known = [m for m in moments if is_moment(m)]
            if any(m is UNKNOWN for m in moments):
                return UNKNOWN
            return max(known, key=lambda m: (day_of(m), str(m))) if known else MISSING
        if node[0] == "where" and self.event_kind(node, scope.doc):
            for event in reversed(self.known_events(scope)):
                fit = self.fits(node, event, scope)
                if fit is not False:
                    return event.moment if fit else UNKNOWN
            return MISSING
        if node[0] == "becomes":
            for entered in reversed(self.entered):
                if self.match(node, entered, scope) is True:
                    return entered.anchor
            return MISSING
        value = self.value(node, scope)
        return value.moment if isinstance(value, Event) else value

    def named_value(self, name: str, scope: Scope) -> Any:
        event = scope.element or (scope.occurrence.own_event() if scope.occurrence else None)
        if event is not None and event.kind in self.event_types and name in self.attributes(event.kind):
            return event.attrs.get(name, MISSING)
        if event is not None and event.kind not in self.event_types and name in event.attrs:
            return event.attrs[name]
        position = scope.position
        if position is not None:
            if name in ("bearer", "counterparty"):
                return getattr(position, name) or MISSING
            if name == "period":
                return position.period or MISSING
            if name in position.keys:
                return position.keys[name]
        if name in dict(scope.keys):
            return dict(scope.keys)[name]
        found = self.find(scope.doc, name, ("event", "term", "fact", "measure"))
        if isinstance(found, tuple):
            return self.event_by_name(found, scope)
        if found is not None:
            return self.defined_value(found, scope)
        if name in self.parties():
            return name
        raise ReferenceRefused(f"no name {name} in {scope.doc}")

    def defined_value(self, d: Definition, scope: Scope, key: Key | None = None) -> Any:
        if d.sort == "term":
            return self.term_value(d)
        if key is None:
            key = self.fluent_key(d, scope)
        if scope.element is not None:  # 'have the value they had at the element'
            rows = scope.element.frozen.get(d.id, {})
            return rows.get(key, rows.get(None, self.fluent(d, key)))
        return self.fluent(d, key)

    def per(self, d: Definition) -> list[str]:
        names = d.tree.get("per")
        return [] if names is None else list(names) if isinstance(names, list) else [names]

    def fluent_key(self, d: Definition, scope: Scope) -> Key | None:
        """Inside an instance its key; else 'the event at hand supplies the key it bears'."""
        names = self.per(d)
        if not names:
            return None
        supplied: dict[str, Any] = {}
        if scope.occurrence is not None:
            supplied |= scope.occurrence.keys()
        if scope.element is not None:
            supplied |= scope.element.attrs
        supplied |= scope.key_values()
        if all(n in supplied for n in names):
            return tuple(str(plain(supplied[n])) for n in names)
        return None

    def term_value(self, d: Definition) -> Any:
        if d.name in self.own_values or f"{d.doc}.{d.name}" in self.own_values:
            return self.constant(self.own_values.get(d.name, self.own_values.get(f"{d.doc}.{d.name}")), d.doc)
        if "value" not in d.tree:
            return MISSING
        return self.constant(d.tree["value"], d.doc)

    def constant(self, tree: Any, doc: str) -> Any:
        """number, money, percentage, duration, date, word, boolean, list, mapping, table, none, undisclosed"""
        if isinstance(tree, dict):
            return Table(exact={k: self.constant(v, doc) for k, v in tree.items()})
        if isinstance(tree, list):
            if tree and all(isinstance(item, dict) and "value" in item for item in tree):
                return Table(bands=[{k: self.constant(v, doc) for k, v in row.items()} for row in tree])
            return [self.constant(item, doc) for item in tree]
        try:
            node = parse(tree)
        except ReferenceRefused:
            return tree
        if node[0] == "name" and self.find(doc, node[1], ("term", "measure", "fact", "event")) is None:
            return node[1]
        return self.value(node, Scope(doc))

    def dotted(self, node: Node, scope: Scope) -> Any:
        qualified = self.reach(node, scope.doc, ("term", "fact", "measure", "event"))
        if isinstance(qualified, tuple):
            return self.event_by_name(qualified, scope)
        if qualified is not None:
            return self.defined_value(qualified, scope)
        base = self.value(node[1], scope)
        name = node[2]
        if base is MISSING or base is UNKNOWN:
            return base
        if isinstance(base, Event):
            if name == "date":
                return base.day
            if name == "at":
                return base.moment
            return base.attrs.get(name, MISSING)
        if isinstance(base, (Period, PeriodName)):
            return getattr(base, name)
        if isinstance(base, dict):
            return base.get(name, MISSING)
        raise ReferenceRefused(f"nothing called {name} there")

    def looked_up(self, node: Node, scope: Scope) -> Any:
        keys = [self.value(n, scope) for n in node[2]]
        d = self.reach(node[1], scope.doc, ("fact", "measure"))
        if isinstance(d, Definition):
            if any(k is MISSING or k is UNKNOWN for k in keys):
                return MISSING if MISSING in keys else UNKNOWN
            return self.defined_value(d, scope, tuple(str(plain(k)) for k in keys))
        kind = self.event_kind(node[1], scope.doc)
        if kind:
            ids = [n for n, t in self.attributes(kind).items() if t == "id"]
            for event in reversed(self.known_events(scope)):
                if event.kind == kind and event.attrs.get(ids[0]) == keys[0]:
                    return event if event.certain else UNKNOWN
            return MISSING
        base = self.value(node[1], scope)
        return self.in_table(base, keys[0])

    def in_table(self, base: Any, key: Any) -> Any:
        if base is MISSING or key is MISSING:
            return MISSING
        if base is UNKNOWN or key is UNKNOWN or isinstance(key, AtLeast):
            return UNKNOWN
        if isinstance(base, Table) and base.exact:
            return base.exact.get(str(plain(key)), MISSING)
        if isinstance(base, Table):
            tests = {"below": "<", "up_to": "<=", "from": ">=", "above": ">"}
            for row in base.bands:
                if all(compare(op, key, row[n]) is True for n, op in tests.items() if n in row):
                    return row["value"]
            return MISSING
        raise ReferenceRefused("only tables, events, facts and measures are looked up")

    # ------------------------------------------------------------------ functions

    def called(self, name: str, args: list[tuple[Node, Node | None]], scope: Scope) -> Any:
        nodes = [a for a, _ in args]
        if name in ("any", "every"):
            return self.over_positions(name, nodes[0], scope)
        if name in ("due", "started", "amount", "paid", "outstanding") and len(nodes) == 1:
            found = self.clause_positions(nodes[0], scope)
            if found is not None:
                return self.about(name, found[-1]) if found else MISSING
        if name == "count" and nodes[0][0] == "is" and self.clause_positions(nodes[0][1], scope) is not None:
            return self.over_positions("count", nodes[0], scope)
        if name in ("sum", "count", "first", "latest") or (name in ("min", "max") and len(nodes) == 1):
            return self.aggregate(name, args, scope)
        values = [self.value(n, scope) for n in nodes]
        if name in ("min", "max"):
            return self.extreme(name, values)
        if any(v is MISSING for v in values):
            return MISSING
        if any(v is UNKNOWN or isinstance(v, (OpenDate, AtLeast)) for v in values):
            return UNKNOWN
        return self.plain_function(name, values, scope)

    def plain_function(self, name: str, values: list[Any], scope: Scope) -> Any:
        first = values[0]
        if name == "abs":
            if isinstance(first, Money):
                return Money(abs(first.amount), first.currency)
            return abs(first)
        if name in ("round", "floor", "ceil"):
            step = values[1] if len(values) > 1 else Fraction(1)
            step = step.amount if isinstance(step, Money) else step
            return round_to(first, step, values[2] if len(values) > 2 else "half_up" if name == "round" else name)
        if name == "day":
            return day_of(first)
        if name == "currency":
            return first.currency
        if name == "money":
            return Money(first, values[1])
        if name in ("start_of", "end_of"):
            return edge_of(name, values[0], day_of(values[1]))
        a, b = values
        if name == "hours":  # 'in `hours` a date is its beginning'
            start, end = (x if has_time(x) else datetime.combine(x, datetime.min.time()) for x in (a, b))
            return Fraction((end - start) // timedelta(hours=1))
        return units_between(name, day_of(a), day_of(b), self.calendar_of(scope))

    def extreme(self, name: str, values: list[Any]) -> Any:
        """min and max skip what is missing."""
        known = [v for v in values if v is not MISSING]
        if any(v is UNKNOWN or isinstance(v, AtLeast) for v in known):
            return UNKNOWN
        best: Any = MISSING
        for v in known:
            if best is MISSING or compare("<" if name == "min" else ">", v, best):
                best = v
        return best

    def over_positions(self, name: str, node: Node, scope: Scope) -> Any:
        if node[0] != "is":
            raise ReferenceRefused(f"{name} takes `clause is stage`")
        found = self.clause_positions(node[1], scope, every=True) or []
        answers = [self.stage_answer(p, node[2], node[3]) for p in found if not p.ready]
        if name == "any":
            return either(*answers)
        if name == "every":
            return both(*answers)
        known = Fraction(sum(1 for a in answers if a is True))
        return UNKNOWN if UNKNOWN in answers else known

    def about(self, name: str, p: Position) -> Any:
        if name == "due":
            limit = self.limit(p)
            return MISSING if limit is None else limit
        if name == "started":
            return MISSING if p.anchor is None else p.anchor
        owed = self.amount_of(p)
        if name == "amount":
            return owed
        if name == "paid":
            return p.paid
        return arithmetic("-", owed, p.paid, Calendar())

    def aggregate(self, name: str, args: list[tuple[Node, Node | None]], scope: Scope) -> Any:
        node, over = args[0]
        if name == "sum" and len(args) == 2:  # sum(delivery.lines, quantity * unit_price)
            return self.sum_of_records(node, args[1][0], scope)
        condition = None
        if node[0] == "where":
            node, condition = node[1], node[2]
        keyed = self.reach(node, scope.doc, ("measure", "fact"))
        if isinstance(keyed, Definition) and self.per(keyed):
            rows = {k: v for k, v in self.all_values(keyed).items() if k is not None}
            return self.fold(name, list(rows.values()), False)
        kinds = self.kinds_in(node, scope.doc)
        if len(kinds) != 1:
            raise ReferenceRefused(f"{name}() runs over one event")
        kind = kinds.pop()
        base: Node = ("dot", ("name", kind[0]), kind[1])
        low = None
        if over is not None:
            low = add_duration(self.now, self.value(over, scope), self.calendar_of(scope), -1)
        values, doubt = [], self.partial(kind)
        for event in self.known_events(scope):
            if event.kind != kind:
                continue
            fit = self.fits(base if condition is None else ("where", base, condition), event, scope)
            if low is not None:
                fit = both(fit, compare(">", event.moment, low))
            if fit is UNKNOWN:
                doubt = True
            elif fit:
                values.append(
                    event
                    if self.event_kind(node, scope.doc)
                    else self.value(node, scope.but(element=event, position=None, occurrence=None))
                )
        return self.fold(name, values, doubt)

    def fold(self, name: str, values: list[Any], doubt: bool) -> Any:
        if name == "count":
            total: Any = Fraction(sum(1 for v in values if v is not False and v is not MISSING))
        elif name == "sum":
            total = EmptySum()
            for v in values:
                if v is not MISSING:
                    total = v if isinstance(total, EmptySum) else arithmetic("+", total, v, Calendar())
        elif name in ("min", "max"):
            total = self.extreme(name, values)
        else:
            known = [v for v in values if v is not MISSING]
            total = MISSING if not known else known[0] if name == "first" else known[-1]
        if doubt:
            return AtLeast(total) if name in ("count", "sum") else UNKNOWN
        return total

    def sum_of_records(self, node: Node, each: Node, scope: Scope) -> Any:
        rows = self.value(node, scope)
        if rows is MISSING or rows is UNKNOWN:
            return EmptySum() if rows is MISSING else UNKNOWN
        values = []
        for row in rows:
            made_up = Event(("", "exercise:record"), self.day, row, -1)
            values.append(self.value(each, scope.but(element=made_up)))
        return self.fold("sum", values, False)

    def kinds_in(self, node: Any, doc: str) -> set[tuple[str, str]]:
        """The events that an expression names."""
        if not isinstance(node, (tuple, list)) or not node:
            return set()
        kind = self.event_kind(tuple(node), doc) if node[0] in ("name", "dot") else None
        if kind:
            return {kind}
        return set().union(*[self.kinds_in(n, doc) for n in node if isinstance(n, (tuple, list))])

    # ------------------------------------------------------------------ conditions

    def truth(self, node: Node, scope: Scope) -> Any:
        sort = node[0]
        if sort == "and":
            return both(*[self.truth(n, scope) for n in node[1]])
        if sort == "or":
            return either(*[self.truth(n, scope) for n in node[1]])
        if sort == "not":
            return negate(self.truth(node[1], scope))
        if sort == "cmp":
            return self.comparison(node, scope)
        if sort == "is":
            return self.is_answer(node, scope)
        if sort == "where" or (sort in ("name", "dot") and self.names_event(node, scope)):
            return self.happened(node, scope)
        value = self.value(node, scope)
        if isinstance(value, Event):
            return True if value.certain else UNKNOWN
        return False if value is MISSING else value

    def names_event(self, node: Node, scope: Scope) -> bool:
        event = scope.element or (scope.occurrence.own_event() if scope.occurrence else None)
        if node[0] == "name" and event is not None and event.kind in self.event_types:
            if node[1] in self.attributes(event.kind):
                return False
        return self.event_kind(node, scope.doc) is not None

    def comparison(self, node: Node, scope: Scope) -> Any:
        op, left, right = node[1], node[2], node[3]
        if right[0] == "none" and op in ("=", "!="):
            value = self.value(left, scope)
            return UNKNOWN if value is UNKNOWN else (value is MISSING) == (op == "=")
        if op == "in":
            choices = self.value(right, scope)
            return (
                either(*[compare("=", self.value(left, scope), c) for c in choices])
                if choices is not MISSING
                else False
            )
        a, b = self.moment_value(left, scope), self.moment_value(right, scope)
        return compare(op, a, b)

    def is_answer(self, node: Node, scope: Scope) -> Any:
        left, stages, negated = node[1], node[2], node[3]
        if left[0] == "call":  # any(x) is stage
            return self.over_positions(left[1], ("is", left[2][0][0], stages, negated), scope)
        if stages in (("true",), ("false",)):
            answer = self.truth(left, scope)
            if answer is not UNKNOWN:
                answer = answer == (stages[0] == "true")
            return negate(answer) if negated else answer
        agreement = self.agreement_named(left, scope.doc)
        if agreement is not None:
            answer = agreement.stage in stages
            return negate(answer) if negated else answer
        found = self.clause_positions(left, scope)
        if found is None:
            raise ReferenceRefused(f"{left} is not a clause")
        if not found:  # 'With no instance only `is pending` and `is ready` are true'
            answer = "pending" in stages or "ready" in stages
            return not answer if negated else answer
        if len(found) > 1:
            raise ReferenceRefused(f"several instances of {found[0].clause.name}: any, every or count")
        return self.stage_answer(found[0], stages, negated)

    def agreement_named(self, node: Node, doc: str) -> Agreement | None:
        if node == ("name", "agreement"):
            return self.agreements.get(doc)
        if node[0] == "name" and self.find(doc, node[1], ("clause", "fact")) is None:
            return self.agreements.get(node[1])
        return None

    def clause_positions(self, node: Node, scope: Scope, every: bool = False) -> list[Position] | None:
        """The instance another clause's name means here; None when the node names no clause."""
        if node[0] == "index":
            found = self.clause_positions(node[1], scope.but(position=None), every=True)
            if found is None:
                return None
            key = self.value(node[2][0], scope)
            return self.selected(found, key)[-1:]
        clause = self.reach(node, scope.doc, ("clause",))
        if clause is None:
            return None
        found = [p for p in self.positions if p.clause is clause and not p.ready]
        if every:
            keys = {k: v for k, v in scope.key_values().items() if k != "period"}
            shared = [p for p in found if all(p.keys.get(k, v) == v for k, v in keys.items())]
            return shared if scope.position is not None else found
        return self.related(found, scope)

    def selected(self, found: list[Position], key: Any) -> list[Position]:
        if isinstance(key, PeriodName):
            return [p for p in found if p.period and p.period.start <= key.end and key.start <= p.period.start]
        if is_moment(key):
            return [p for p in found if p.period and p.period.start <= day_of(key) <= p.period.end]
        text = str(plain(key))
        return [p for p in found if p.shown == text or p.bearer == text or (str(p.number) == text and p.shown is None)]

    def related(self, found: list[Position], scope: Scope) -> list[Position]:
        """'the instance it stems from, else the one made by the same event, else the newest with the same key'"""
        position = scope.position
        if position is None:
            keys = dict(scope.keys)
            fitting = [p for p in found if all(p.keys.get(k, v) == v for k, v in keys.items())]
            return fitting
        own = [p for p in found if p is position]
        stem = [p for p in found if p in ancestors(position)]
        twins = [p for p in found if p.cause is not None and p.cause is position.cause]
        same = [p for p in found if all(p.keys.get(k, v) == v for k, v in position.keys.items())]
        for choice in (own, stem, twins, same):
            if choice:
                newest = choice[-1]
                mates = [p for p in choice if p.number == newest.number and p.keys == newest.keys]
                mine = [p for p in mates if p.bearer == position.bearer]
                return mine or mates
        return []

    def stage_answer(self, p: Position, stages: tuple[str, ...], negated: bool) -> Any:
        answer = either(*[self.one_stage(p, s) for s in stages])
        return negate(answer) if negated else answer

    def one_stage(self, p: Position, stage: str) -> Any:
        if stage in GATED:
            self.refresh(p)
        if stage == "in_force":
            return self.binds(p)
        if stage == "performed":
            return p.stage in ("fulfilled", "cured", "exercised", "met") or p.performed
        if p.stage == "undetermined" and stage != "undetermined":
            return UNKNOWN if stage in p.possible else False
        return p.stage == stage

    def binds(self, p: Position) -> Any:
        """'`binds` = gate open and (stage in_force, or stage breached, or undetermined by a doubted act, for
        a prohibition or a `maintain` duty)'."""
        if p.ready or p.off or p.final:
            return False
        if p.gate == "doubtful":  # the table: a breach that goes on binding is off where its gate is doubtful
            return False if p.stage == "breached" else UNKNOWN
        if p.gate != "open":
            return False
        if p.stage == "in_force" or (p.standing and p.stage in ("breached", "undetermined")):
            return True
        if p.stage == "undetermined":
            return UNKNOWN if "in_force" in p.possible else False
        return False


def edge_of(name: str, unit: str, day: date) -> date:
    if unit == "week":
        start = day - timedelta(days=day.weekday())
        return start if name == "start_of" else start + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = (day.month - 1) // months * months + 1
    start = date(day.year, first, 1)
    if name == "start_of":
        return start
    index = start.year * 12 + first - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def units_between(name: str, a: date, b: date, cal: Calendar) -> Fraction:
    """Whole units in (a, b]."""
    if name == "days":
        return Fraction((b - a).days)
    if name == "business_days":
        if b < a:
            return -units_between(name, b, a, cal)
        return Fraction(sum(1 for n in range(1, (b - a).days + 1) if cal.is_business(a + timedelta(days=n))))
    if name == "months":
        if b < a:
            return -units_between(name, b, a, cal)
        count = 0
        while day_of(add_duration(a, Duration(((Fraction(count + 1), "month"),)), cal)) <= b:
            count += 1
        return Fraction(count)
    raise ReferenceRefused(f"no function {name}")
