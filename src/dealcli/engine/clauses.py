"""Compiling clauses: every field, once there is an outline of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealcli.diagnostics import Place, did_you_mean
from dealcli.engine.declare import Declarations
from dealcli.engine.definitions import UNDISCLOSED, Compiler, Definition, constant, find_clause
from dealcli.engine.outline import Outline
from dealcli.engine.program import Clause, Effect, Exclusion, Function
from dealcli.language.compiler import compile_value
from dealcli.language.declarations import Term
from dealcli.language.scope import Scope
from dealcli.language.triggers import Branch, event_types
from dealcli.language.types import PARTY, Type
from dealcli.language.values import UNKNOWN

VERBS = ("terminate", "suspend", "resume", "waive", "discharge", "complete", "extend", "assign")


class ClauseCompiler:
    """Compiles clauses of one deal, of which there is an outline."""

    def __init__(self, declared: Declarations, compiler: Compiler, outline: Outline) -> None:
        self.declared, self.compiler, self.deal, self.outline = declared, compiler, declared.deal, outline

    # --- fields -----------------------------------------------------------------------------------------------------

    def compile(self, clause: Clause) -> None:
        definition = self.declared.definitions[clause]
        scope = Scope(self.deal, clause.agreement, makers=clause.makers, keys=self.outline.types_of_keys(clause), clause=clause,
                      in_instance=True, recurring=definition.get("every") is not None)  # fmt: skip
        self._instances(clause, definition, scope)
        self._parties(clause, definition, scope)
        self._doing(clause, definition, scope)
        gate = scope.but(reads=set())
        self._span(clause, definition, gate)
        for field in ("maintain", "holds"):
            setattr(clause, field, self.compiler.condition(definition.get(field), definition.place_of(field), scope))
        self._limit(clause, definition, scope)
        self._money(clause, definition, scope)
        clause.gate_reads = frozenset(gate.reads)
        clause.reads = frozenset(scope.reads | gate.reads)
        at_hand = event_types(clause.act)
        rows = definition.get("effects") or ()
        place = definition.place_of("effects")
        effects = (self.effect(row, place.at(n), scope.but(at_hand=at_hand, reads=set()), clause) for n, row in enumerate(rows))
        clause.effects = tuple(effect for effect in effects if effect is not None)

    def about(self, clause: Clause) -> None:
        """Read what a clause says of itself: its sources, whether it binds, outlives its agreement, is used once."""
        definition = self.declared.definitions[clause]
        clause.text = str(definition.get("text") or "")
        raw = self.deal.agreements[clause.agreement].raw  # type: ignore[attr-defined]
        default = raw.get("default_source") or (next(iter(raw["sources"])) if len(raw.get("sources") or ()) == 1 else None)
        clause.sources = self._source_list(definition, "sources") or ((str(default),) if default else ())
        clause.against = self._source_list(definition, "against")
        clause.assumed = str(definition.get("assumed") or "")
        binding = definition.get("binding")
        inherited = self.deal.agreements[clause.agreement].binding  # type: ignore[attr-defined]
        clause.binding = inherited if binding is None else UNKNOWN if binding == UNDISCLOSED else str(binding) == "true"
        clause.survives = definition.get("survives") == "true"
        clause.tolls = definition.get("suspension") != "runs"
        once = definition.get("once")
        clause.once = clause.kind == "power" if once is None else once == "true"

    def _source_list(self, definition: Definition, key: str) -> tuple[str, ...]:
        names = definition.get(key) or ()
        names = [names] if isinstance(names, str) else names
        for number, name in enumerate(names):
            if name not in self.declared.sources:
                self.compiler.problem("DC302", f"no source is called '{name}'", definition.place_of(key).at(number),
                                      did_you_mean(name, self.declared.sources))  # fmt: skip
        return tuple(names)

    def _instances(self, clause: Clause, definition: Definition, scope: Scope) -> None:
        raw = definition.get("for_each")
        if raw is not None:
            clause.items = self._items(raw, clause)
            if clause.items is None:
                outer = Scope(self.deal, clause.agreement)
                clause.for_each = self.compiler.trigger(raw, definition.place_of("for_each"), outer)
                self._check_keys(clause, definition)
        if definition.get("every") is not None:
            place = definition.place_of("every")
            raw_every = str(definition.get("every"))
            text = raw_every if raw_every[:1].isdigit() else f"1 {raw_every}"
            clause.every = self.compiler.function(text, place, scope, "duration")
            clause.first = self.compiler.function(definition.get("first"), definition.place_of("first"), scope, "date", "instant")
            times = definition.get("times")
            clause.times = int(times) if times and str(times).isdigit() else None

    def _items(self, raw: Any, clause: Clause) -> tuple[Any, ...] | None:
        """The items of a term that is a list, where ``for_each`` names one."""
        if not isinstance(raw, str):
            return None
        found = self.deal.find(raw.strip(), clause.agreement, (Term,))
        if len(found) == 1 and isinstance(found[0], Term) and type(found[0].value) is tuple:
            return found[0].value
        return None

    def _check_keys(self, clause: Clause, definition: Definition) -> None:
        for key in clause.keys:
            for branch in clause.for_each:
                source = branch
                while source.inner:
                    source = source.inner[0]
                handed = source.clause.keys if source.clause else source.fact.keys if source.fact else ()
                makers = source.clause.makers if source.clause else frozenset()
                events = [*branch.events, *self.deal.events_named(makers)]
                if key not in handed and not any(key in event.attributes for event in events):
                    place = definition.place_of("key")
                    self.compiler.problem("DC305", f"the key '{key}' is no attribute of what makes the instances", place)
                    return

    # --- parties ----------------------------------------------------------------------------------------------------

    def _parties(self, clause: Clause, definition: Definition, scope: Scope) -> None:
        clause.bearers, clause.bearer_names = self._party_list(definition, "bearer", clause, scope)
        if definition.get("counterparty") is not None:
            clause.counterparties, clause.counterparty_names = self._party_list(definition, "counterparty", clause, scope)
        else:
            self._other_party(clause)

    def _other_party(self, clause: Clause) -> None:
        """With exactly two parties to the agreement the counterparty is the other one."""
        raw = self.deal.agreements[clause.agreement].raw.get("parties") or ()  # type: ignore[attr-defined]
        names = tuple(raw)
        if len(names) == 2 and len(clause.bearer_names) == 1 and clause.bearer_names[0] in names:
            other = names[1] if clause.bearer_names[0] == names[0] else names[0]
            clause.counterparties, clause.counterparty_names = (constant(other),), (other,)

    def _party_list(self, definition: Definition, key: str, clause: Clause, scope: Scope) -> tuple[tuple[Function, ...], tuple[str, ...]]:
        raw = definition.get(key)
        if raw is None:
            return (), ()
        many = raw if isinstance(raw, list) else [raw]
        functions: list[Function] = []
        names: list[str] = []
        for number, one in enumerate(many):
            place = definition.place_of(key).at(number) if isinstance(raw, list) else definition.place_of(key)
            function, name = self._party(str(one), place, clause, scope)
            if function is not None:
                functions.append(function)
                names.append(name)
        return tuple(functions), tuple(names)

    def _party(self, raw: str, place: Place, clause: Clause, scope: Scope) -> tuple[Function | None, str]:
        if raw in self.declared.parties:
            return constant(raw), raw
        if raw in scope.keys:
            return (lambda env: env.names.get(raw)), ""
        events = [event for event in self.deal.events_named(clause.makers) if raw in event.attributes]
        if events:
            order = [event.full for event in events]
            return (lambda env: _made_attribute(env.instance, order, raw)), ""
        if "." in raw or "(" in raw:
            typed = self.compiler.value(raw, place, scope)
            if typed is not None and typed.type != PARTY and typed.type.name not in ("any", "id", "text"):
                self.compiler.problem("DC304", f"a party is needed here, this is a {typed.type}", place)
            return (typed.function if typed else None), ""
        known = [*self.declared.parties, *(name for event in self.deal.events_named(clause.makers) for name in event.attributes)]
        self.compiler.problem("DC302", f"no party is called '{raw}'", place, did_you_mean(raw, known))
        return None, ""

    # --- span, limit, doing, money ----------------------------------------------------------------------------------

    def _span(self, clause: Clause, definition: Definition, scope: Scope) -> None:
        clause.begin = self.compiler.when(definition.get("from"), definition.place_of("from"), scope, "trigger", "value")
        clause.end = self.compiler.when(
            definition.get("until"), definition.place_of("until"), scope, "trigger", "value", "duration"
        )
        clause.gate_while = self.compiler.condition(definition.get("while"), definition.place_of("while"), scope)
        clause.exclusions = self._exclusions(clause, definition, scope)

    def _exclusions(self, clause: Clause, definition: Definition, scope: Scope) -> tuple[Exclusion, ...]:
        raw = definition.get("unless")
        if raw is None:
            return ()
        place = definition.place_of("unless")
        seeing = scope.but(at_hand=event_types(clause.act))
        if not isinstance(raw, list):
            condition = self.compiler.condition(raw, place, seeing)
            return (Exclusion(condition),) if condition else ()
        found = []
        for number, row in enumerate(raw):
            condition = self.compiler.condition(row.get("when"), place.at(number, "when"), seeing)
            if condition:
                found.append(Exclusion(condition, str(row.get("name") or ""), tuple(row.get("sources") or ())))
        return tuple(found)

    def _limit(self, clause: Clause, definition: Definition, scope: Scope) -> None:
        for field, modes in (("within", ("duration",)), ("due", ("trigger", "value")), ("before", ("trigger", "value"))):
            if definition.get(field) is not None:
                clause.limit_field = field
                clause.limit = self.compiler.when(definition.get(field), definition.place_of(field), scope, *modes)
        clause.not_before = self.compiler.when(
            definition.get("not_before"), definition.place_of("not_before"), scope, "value", "duration", "trigger"
        )
        cure = definition.get("cure")
        clause.cure_any_time = cure == "any_time"
        if cure is not None and not clause.cure_any_time:
            clause.cure = self.compiler.function(cure, definition.place_of("cure"), scope, "duration")

    def _doing(self, clause: Clause, definition: Definition, scope: Scope) -> None:
        for field in ("act", "breached_by", "waived_by", "discharged_by"):
            raw = definition.get(field)
            if raw == UNDISCLOSED:
                clause.act_undisclosed = clause.act_undisclosed or field == "act"
                continue
            setattr(clause, field, self.compiler.trigger(raw, definition.place_of(field), scope.but(reads=set())))
        clause.counts_prior = definition.get("prior_performance") == "counts"
        if clause.counts_prior:
            for event in event_types(clause.act + clause.breached_by):
                event.kept = True
                event.kept_by.add(scope.shared_keys(event.attributes))
        performers = definition.get("performed_by")
        clause.anyone = performers == "anyone"
        if performers is not None and not clause.anyone:
            clause.performed_by = self._party_list(definition, "performed_by", clause, scope)[0]

    def _money(self, clause: Clause, definition: Definition, scope: Scope) -> None:
        amount = self.compiler.value(definition.get("amount"), definition.place_of("amount"), scope, "money", "number")
        clause.amount = amount.function if amount else None
        clause.accrues = definition.get("accrues") == "true"
        clause.paid_with = str(definition.get("paid_with") or "")
        if clause.paid_with:
            for event in event_types(clause.act):
                if clause.paid_with not in event.attributes:
                    self.compiler.problem("DC302", f"the event {event.name} has no attribute '{clause.paid_with}'",
                                          definition.place_of("paid_with"), did_you_mean(clause.paid_with, event.attributes))  # fmt: skip
                elif amount is not None:
                    self._same_currency(amount.type, event.attributes[clause.paid_with].type, definition.place_of("amount"))

    def _same_currency(self, owed: Type, paid: Type, place: Place) -> None:
        if owed.name == paid.name == "money" and owed.words and paid.words and owed.words != paid.words:
            self.compiler.problem("DC306", f"an amount in {owed.words[0]} is not paid in {paid.words[0]}", place)
        elif {owed.name, paid.name} == {"number", "money"}:
            money = owed if owed.name == "money" else paid
            example = money.words[0] if money.words else "USD"
            self.compiler.problem("DC306", "a plain number is not paid in money", place, f"write the currency on both sides: {example} 5")

    # --- effects ----------------------------------------------------------------------------------------------------

    def effect(self, row: Mapping[str, Any], place: Place, scope: Scope, owner: Clause | None) -> Effect | None:
        """One row of ``effects``: of a power (``owner``), or of an agreement with its own ``upon``."""
        verb = next(word for word in VERBS if row.get(word) is not None)
        target = self._target(str(row[verb]), place.at(verb), scope.agreement)
        if target is None:
            return None
        if verb == "assign" and not isinstance(target, Clause):
            self.compiler.problem("DC304", "a clause is needed here, this is an agreement", place.at(verb),
                                  "write an effect for each clause")  # fmt: skip
            return None
        upon: tuple[Branch, ...] = ()
        if owner is None:
            upon = self.compiler.trigger(row.get("upon"), place.at("upon"), scope)
            scope = scope.but(at_hand=event_types(upon))
        effect = Effect(verb, target, place, scope.agreement, upon, owner, all_keys=row.get("key") == "all",
                        side=str(row.get("side") or "bearer"), title=str(row.get("title") or ""),
                        sources=tuple(row.get("sources") or ()))  # fmt: skip
        effect.when = self.compiler.condition(row.get("when"), place.at("when"), scope)
        effect.after = self.compiler.function(row.get("after"), place.at("after"), scope, "duration")
        effect.at = self.compiler.function(row.get("at"), place.at("at"), scope, "date", "instant")
        effect.by = self.compiler.function(row.get("by"), place.at("by"), scope, "duration")
        effect.to = self._to(verb, row, place, scope)
        effect.reads = frozenset(scope.reads)
        return effect

    def _to(self, verb: str, row: Mapping[str, Any], place: Place, scope: Scope) -> Function | None:
        raw = row.get("to")
        if raw is None:
            return None
        if verb == "extend":
            return self.compiler.function(raw, place.at("to"), scope, "date", "instant")
        if raw in self.declared.parties:
            return constant(raw)
        return self.compiler.function(raw, place.at("to"), scope)

    def _target(self, name: str, place: Place, owner: str) -> Any:
        if name == "agreement":
            return self.deal.agreements[owner]
        if name in self.deal.agreements and not self.deal.find(name, owner, (Clause,)):
            return self.deal.agreements[name]
        return find_clause(self.deal, self.compiler, name, owner, place)


def _made_attribute(position: Any, makers: list[str], attribute: str) -> Any:
    """A party-typed attribute of the event that made the position."""
    for full in makers:
        event = position.makers.get(full)
        if event is not None and event.values.get(attribute) is not None:
            return event.values[attribute]
    return None


__all__ = ["ClauseCompiler", "compile_value"]
