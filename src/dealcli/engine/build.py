"""The second pass: with every name known, the fields of clauses, facts, measures and effects are compiled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, did_you_mean
from dealcli.engine.clauses import ClauseCompiler
from dealcli.engine.declare import Declarations, Text
from dealcli.engine.definitions import Compiler, Definition, constant, find_clause
from dealcli.engine.index import index
from dealcli.engine.outline import Outline
from dealcli.engine.program import Agreement, Clause, Effect, Program, Replacement, Update, When
from dealcli.language.aggregates import joined_by
from dealcli.language.declarations import Deal, EventType, Fact, Fluent, Measure, Term
from dealcli.language.scope import Env, Scope
from dealcli.language.triggers import Branch, event_types
from dealcli.language.types import ANY, ID, NUMBER, Type
from dealcli.slotted import replace

Slice = Collection[tuple[str, str]]
"""Some things of a deal: ``events facts measures clauses agreement`` and their full names."""
AGGREGATES = ("sum", "min", "max", "first", "latest")


def build(texts: Iterable[Text], choices: Mapping[str, str] | None = None, terms: Mapping[str, str] | None = None,
          known_as_of: date | None = None, without: Iterable[str] = (),
          varied: Collection[str] = (), only: Slice | None = None) -> tuple[Program, list[Diagnostic]]:  # fmt: skip
    """Validated documents (vocabularies and agreements) to a program, and everything that is wrong with them.

    ``choices`` picks a reading by the name of its definition, ``terms`` fills in the values of terms. The agreements named
    in ``without`` stay known by name and never begin. Terms that are ``varied``, by their full names, may be given other
    values of their type in the program. The program must not be run while there are errors among the problems.

    With ``only`` some things, of which nothing depends on others, the rest is known by name and does nothing.
    """
    compiler = Compiler()
    declared = Declarations(compiler, choices or {}, terms or {}, known_as_of, varied)
    declared.declare(texts)
    builder = _Builder(declared, compiler, only)
    program = builder.program()
    for agreement in program.agreements:
        if not declared.is_known(agreement):
            agreement.begin = When("value", function=constant(None))
    for name in without:
        if name not in declared.deal.agreements:
            compiler.problem("DC302", f"no agreement is called '{name}'", Place(), did_you_mean(name, declared.deal.agreements))
        else:
            program.agreement(name).begin = When("value", function=constant(None))
    for clause in builder.left_out:
        clause.known = False
    _unused_choices(declared, compiler)
    return program, sorted(compiler.problems, key=lambda d: d.sort_key)


def _unused_choices(declared: Declarations, compiler: Compiler) -> None:
    known = {n for q in declared.questions if not q.plausible for n in (q.name, q.full)}
    for name in declared.choices:
        if name not in declared.used_choices:
            compiler.problem("DC312", f"nothing called '{name}' has readings", Place(), did_you_mean(name, known))
    names = {t.name for ts in declared.deal.names.values() for t in ts if isinstance(t, Term)}
    for name in declared.terms:
        if name not in declared.used_terms:
            compiler.problem("DC302", f"no term is called '{name}'", Place(), did_you_mean(name, names))


class _Builder:
    def __init__(self, declared: Declarations, compiler: Compiler, only: Slice | None = None) -> None:
        self.declared, self.compiler, self.only = declared, compiler, only
        self.deal: Deal = declared.deal
        things = [t for ts in self.deal.names.values() for t in ts]
        things.sort(key=lambda t: t.order)
        self.events = [t for t in things if isinstance(t, EventType)]
        self.fluents = [t for t in things if isinstance(t, Fluent)]
        self.clauses = [t for t in things if isinstance(t, Clause)]
        self.terms = [t for t in things if isinstance(t, Term)]
        self.updates: list[Update] = []
        self.effects: list[Effect] = []
        self.initial: dict[Any, Any] = {}
        self.kinds: dict[Any, str] = {}
        self.chosen = {q.name: q.chosen for q in declared.questions if not q.plausible}
        self.kept_fluents = [t for t in self.fluents if self._wanted("facts" if isinstance(t, Fact) else "measures", t.full)]
        self.left_out = [clause for clause in self.clauses if not self._wanted("clauses", clause.full)]

    def _wanted(self, section: str, full: str) -> bool:
        return self.only is None or (section, full) in self.only

    def program(self) -> Program:
        outline = Outline(self.declared)
        outline.draw(self.clauses)
        clauses = ClauseCompiler(self.declared, self.compiler, outline)
        for event in self.events:
            if self._wanted("events", event.full):
                self._valid(event)
        for thing in self.kept_fluents:
            self._fluent_type(thing)
        self._types_of_fluents()
        for thing in self.kept_fluents:
            self._fluent(thing)
        for clause in self.clauses:
            clauses.about(clause)
            if self._wanted("clauses", clause.full):
                clauses.compile(clause)
        for agreement in self.declared.agreements:
            agreement.clauses = tuple(c for c in self.clauses if c.agreement == agreement.name)
            if self._wanted("agreement", agreement.name):
                self._agreement(agreement, clauses)
        self._link_exceptions()
        self._check_given()
        first = (self.declared.agreements[0].zone if self.declared.agreements else None) or UTC
        program = Program(
            self.deal, tuple(self.declared.agreements), tuple(self.clauses),
            tuple(t for t in self.fluents if isinstance(t, Fact)), tuple(t for t in self.fluents if isinstance(t, Measure)),
            tuple(self.terms), tuple(self.events), self.declared.parties, self.declared.sources, tuple(self.updates),
            tuple(self.effects), first, tuple(self.declared.questions), initial=self.initial, kinds=self.kinds,
            windows={u.thing: u.window for u in self.updates if u.window is not None},
            assumptions=tuple(self.declared.assumptions), definitions=self.declared.definitions,
            expressions=self.compiler.expressions, chosen=self.chosen,
        )  # fmt: skip
        index(program, self.compiler)
        return program

    # --- events, facts, measures ------------------------------------------------------------------------------------

    def _valid(self, event: EventType) -> None:
        definition = self.declared.definitions[event]
        scope = Scope(self.deal, event.agreement, at_hand=(event,))
        event.valid = self.compiler.condition(definition.get("valid"), definition.place_of("valid"), scope)

    def _key_types(self, keys: tuple[str, ...]) -> dict[str, Type]:
        found: dict[str, Type] = {}
        for key in keys:
            kinds = [e.attributes[key].type for e in self.events if key in e.attributes]
            found[key] = kinds[0] if kinds else ID
        return found

    def _fluent_type(self, thing: Fluent) -> None:
        """The type of a measure before its expressions are compiled, as far as its form tells."""
        definition = self.declared.definitions[thing]
        if isinstance(thing, Fact):
            return
        if definition.get("count") is not None:
            thing.type = NUMBER

    def _types_of_fluents(self) -> None:
        """A first pass for the types alone: a measure may be read before the place where it is declared."""
        real, self.compiler = self.compiler, Compiler()
        for thing in self.kept_fluents:
            self._fluent(thing)
        self.compiler = real
        self.updates.clear()
        self.initial.clear()
        for event in self.events:
            event.marks.clear()

    def _fluent(self, thing: Fluent) -> None:
        definition = self.declared.definitions[thing]
        computed = "holds" if isinstance(thing, Fact) else "is"
        if definition.get(computed) is not None:
            self._computed(thing, definition, computed)
        elif isinstance(thing, Fact):
            for word in ("starts", "ends"):
                self._moved(thing, definition, word, word)
        else:
            self._measure(thing, definition)  # type: ignore[arg-type]

    def _computed(self, thing: Fluent, definition: Definition, word: str) -> None:
        keys = self._key_types(thing.keys)
        scope = Scope(self.deal, thing.agreement, keys=keys)
        place = definition.place_of(word)
        if word == "holds":
            thing.computed = self.compiler.condition(definition.get(word), place, scope)
        else:
            typed = self.compiler.value(definition.get(word), place, scope)
            if typed:
                thing.computed, thing.type = typed.function, typed.type
        thing.reads = frozenset(scope.reads)

    def _moved(self, thing: Any, definition: Definition, field: str, word: str) -> None:
        raw = definition.get(field)
        if raw is None:
            return
        place = definition.place_of(field)
        scope = Scope(self.deal, thing.agreement)
        branches = self.compiler.trigger(raw, place, scope)
        self._check_keys(thing, branches, place)
        self.updates.append(Update(thing, word, branches, order=thing.order, reads=frozenset(scope.reads)))

    def _check_keys(self, thing: Fluent, branches: tuple[Branch, ...], place: Place) -> None:
        for key in thing.keys:
            for branch in branches:
                source = branch
                while source.inner:
                    source = source.inner[0]
                events = branch.events
                known = (source.fact.keys if source.fact else source.clause.keys if source.clause else ())
                if key not in known and not any(key in event.attributes for event in events):
                    self.compiler.problem("DC305", f"'{thing.name}' is kept per {key}, which this trigger does not bring", place)

    def _measure(self, thing: Measure, definition: Definition) -> None:
        self.kinds[thing] = "updates"
        if definition.get("count") is not None:
            self.kinds[thing] = "count"
            self._moved(thing, definition, "count", "count")
            self._window(thing, definition)
            return
        for word in AGGREGATES:
            if definition.get(word) is not None:
                self.kinds[thing] = word
                self._aggregate(thing, definition, word)
                return
        self._updates(thing, definition)

    def _aggregate(self, thing: Measure, definition: Definition, word: str) -> None:
        scope = Scope(self.deal, thing.agreement)
        upon = definition.get("upon")
        place = definition.place_of("upon" if upon is not None else word)
        if upon is None:
            events = self._named_events(str(definition.get(word)), thing.agreement)
            if len(events) != 1:
                self.compiler.problem("DC305", f"say upon which occurrence '{thing.name}' moves", place, "add upon: <trigger>")
                return
            branches: tuple[Branch, ...] = (Branch("event", event=events[0]),)
            events[0].read = True
        else:
            branches = self.compiler.trigger(upon, place, scope)
        self._check_keys(thing, branches, place)
        inner = scope.but(at_hand=event_types(branches))
        typed = self.compiler.value(definition.get(word), definition.place_of(word), inner)
        if typed:
            thing.type = typed.type
            if word == "sum" and typed.type.name not in ("number", "money", "any"):
                self.compiler.problem("DC304", f"a {typed.type} is not summed", definition.place_of(word))
            self.updates.append(Update(thing, word, branches, joined_by(word, typed), order=thing.order, reads=frozenset(scope.reads)))
        self._window(thing, definition)

    def _named_events(self, text: str, agreement: str) -> list[EventType]:
        from dealcli.language.parser import parse
        from dealcli.language.tree import LanguageError, names_in

        try:
            named = [self.deal.named(node, agreement, (EventType,)) for node in names_in(parse(text))]
        except LanguageError:
            return []
        return list(dict.fromkeys(event for event in named if event is not None))

    def _window(self, thing: Measure, definition: Definition) -> None:
        raw = definition.get("over")
        if raw is None:
            return
        window = self.compiler.function(raw, definition.place_of("over"), Scope(self.deal, thing.agreement), "duration")
        self.updates = [replace(u, window=window) if u.thing is thing else u for u in self.updates]

    def _updates(self, thing: Measure, definition: Definition) -> None:
        scope = Scope(self.deal, thing.agreement)
        initial = self.compiler.value(definition.get("initial"), definition.place_of("initial"), scope)
        if initial:
            self.initial[thing] = initial.function
            thing.type = initial.type if initial.type.name != "none" else ANY
        for number, row in enumerate(definition.get("updates") or ()):
            place = definition.place_of("updates").at(number)
            branches = self.compiler.trigger(row.get("upon"), place.at("upon"), scope)
            self._check_keys(thing, branches, place)
            inner = scope.but(at_hand=event_types(branches), own=(thing.name, thing.type))
            typed = self.compiler.value(row.get("set"), place.at("set"), inner)
            if typed:
                if thing.type is ANY and typed.type.name != "none":
                    thing.type = typed.type
                self.updates.append(Update(thing, "set", branches, typed.function, order=thing.order, reads=frozenset(scope.reads)))

    # --- agreements -------------------------------------------------------------------------------------------------

    def _agreement(self, agreement: Agreement, clauses: ClauseCompiler) -> None:
        tree, place = agreement.raw, agreement.place
        parties = tree.get("parties") or {}
        agreement.parties = tuple(parties)
        agreement.sources = tuple((tree.get("default_source") and [str(tree["default_source"])]) or ())
        self._default_source(tree, place)
        scope = Scope(self.deal, agreement.name)
        agreement.begin = self.compiler.when(tree.get("from"), place.at("from"), scope, "trigger", "value")
        agreement.end = self.compiler.when(tree.get("until"), place.at("until"), scope, "trigger", "value")
        self._completion(agreement, tree.get("completed_by"), place.at("completed_by"), scope)
        agreement.replaces = self._replacements(tree.get("replaces"), place.at("replaces"), agreement.name)
        agreement.reads = frozenset(scope.reads)
        rows = tree.get("effects") or ()
        self.effects.extend(e for n, row in enumerate(rows)
                            if (e := clauses.effect(row, place.at("effects", n), scope, None)) is not None)  # fmt: skip
        for clause in agreement.clauses:
            definition = self.declared.definitions[clause]
            clause.replaces = self._replacements(definition.get("replaces"), definition.place_of("replaces"), agreement.name)
            for target in clause.replaces:
                for old in target.clauses:
                    old.replaced_by.append(clause)
            clause.restates = self._clause_list(definition.get("restates"), definition.place_of("restates"), agreement.name)
            for old in clause.restates:
                old.restated_by.append(clause)
        for replacement in agreement.replaces:
            for old in replacement.clauses:
                old.replaced_by.append(agreement)

    def _default_source(self, tree: Mapping[str, Any], place: Place) -> None:
        name = tree.get("default_source")
        if name and name not in self.declared.sources:
            hint = did_you_mean(str(name), self.declared.sources)
            self.compiler.problem("DC302", f"no source is called '{name}'", place.at("default_source"), hint)

    def _completion(self, agreement: Agreement, raw: Any, place: Place, scope: Scope) -> None:
        """``completed_by`` takes a trigger or a condition; a mapping is a condition, a list a trigger, a text is tried."""
        if raw is None:
            return
        if isinstance(raw, str):
            attempt = Compiler()
            branches = attempt.trigger(raw, place, scope.but(reads=set()))
            if branches and not attempt.problems:
                agreement.completed = self.compiler.trigger(raw, place, scope)
                return
        elif isinstance(raw, list):
            agreement.completed = self.compiler.trigger(raw, place, scope)
            return
        agreement.completed_when = self.compiler.condition(raw, place, scope)

    def _replacements(self, raw: Any, place: Place, owner: str) -> tuple[Replacement, ...]:
        if raw is None:
            return ()
        rows = raw if isinstance(raw, list) else [raw]
        if all(isinstance(row, str) for row in rows):
            return (Replacement(place, self._clause_list(rows, place, owner)),)
        found = []
        for number, row in enumerate(rows):
            here = place.at(number) if isinstance(raw, list) else place
            if isinstance(row, str):
                found.append(Replacement(here, self._clause_list([row], here, owner)))
                continue
            found.append(self._replacement(row, here, owner))
        return tuple(found)

    def _replacement(self, row: Mapping[str, Any], place: Place, owner: str) -> Replacement:
        scope = Scope(self.deal, owner, choices=self.chosen)
        when = self.compiler.condition(row.get("when"), place.at("when"), scope) if row.get("when") is not None else None
        agreement = None
        if row.get("agreement"):
            agreement = self.deal.agreements.get(str(row["agreement"]))
            if agreement is None:
                hint = did_you_mean(str(row["agreement"]), self.deal.agreements)
                self.compiler.problem("DC302", f"no agreement is called '{row['agreement']}'", place.at("agreement"), hint)
        inside = agreement.name if agreement else owner
        clauses = self._clause_list(row.get("clauses"), place.at("clauses"), owner)
        excepted = self._clause_list(row.get("except"), place.at("except"), inside)
        return Replacement(place, clauses, agreement, excepted, when, tuple(row.get("sources") or ()))

    def _clause_list(self, raw: Any, place: Place, owner: str) -> tuple[Clause, ...]:
        names = [raw] if isinstance(raw, str) else raw or ()
        found = []
        for number, name in enumerate(names):
            here = place if isinstance(raw, str) else place.at(number)
            clause = self.compiler_clause(str(name), owner, here)
            if clause is not None:
                found.append(clause)
        return tuple(found)

    def compiler_clause(self, name: str, owner: str, place: Place) -> Clause | None:
        return find_clause(self.deal, self.compiler, name, owner, place)

    def _check_given(self) -> None:
        """A reading with ``given:`` exists only where the readings chosen for other definitions make it true."""
        choices = {name: q.chosen for q in self.declared.questions if not q.plausible for name in (q.name, q.full)}
        for definition in self.declared.definitions.values():
            given = definition.get("given")
            if given is None:
                continue
            place = definition.place_of("given")
            condition = self.compiler.condition(given, place, Scope(self.deal, "", choices=choices))
            if condition is not None and condition(Env(None)) is False:
                message = f"the reading '{definition.chosen}' of {definition.name} does not exist here: {given}"
                self.compiler.problem("DC312", message, place,
                                      "choose another reading of it, or of what it depends on")  # fmt: skip

    def _link_exceptions(self) -> None:
        for clause in self.clauses:
            definition = self.declared.definitions[clause]
            targets = self._clause_list(definition.get("exception_to"), definition.place_of("exception_to"), clause.agreement)
            clause.exception_to = targets
            for target in targets:
                target.exceptions.append(clause)
