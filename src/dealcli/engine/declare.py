"""The first pass over the documents: every name is declared, with the type that the compiler needs, before any is used."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, tzinfo
from typing import Any, NamedTuple

from dealcli.dates import WEEKDAYS, Calendar, parse_approximate
from dealcli.diagnostics import Place, did_you_mean
from dealcli.engine.definitions import Compiler, Definition, choose, literal_value
from dealcli.engine.program import Agreement, Clause, Question, Source
from dealcli.language.declarations import Attribute, Deal, EventType, Fact, Measure, Party, Term
from dealcli.language.lookups import Band
from dealcli.language.tree import LanguageError
from dealcli.language.types import ANY, TABLE, Type, parse_type
from dealcli.language.values import UNKNOWN

EVENT_FIELDS = ("title", "valid", "reporting", "doer", "sources", "note")


class Text(NamedTuple):
    """One document to build from: its tree, and the place of its root."""

    tree: Mapping[str, Any]
    place: Place


class Declarations:
    """Everything the documents declare, with the reading chosen for each definition that has several."""

    def __init__(self, compiler: Compiler, choices: Mapping[str, str], terms: Mapping[str, str],
                 known_as_of: date | None = None, varied: Collection[str] = ()) -> None:  # fmt: skip
        self.compiler, self.varied = compiler, varied
        self.choices, self.terms, self.known_as_of = choices, terms, known_as_of
        self.deal = Deal()
        self.sources: dict[str, Source] = {}
        self.parties: dict[str, Party] = {}
        self.agreements: list[Agreement] = []
        self.definitions: dict[Any, Definition] = {}
        self.questions: list[Question] = []
        self.assumptions: list[tuple[str, str, Place]] = []
        self.used_choices: set[str] = set()
        self.used_terms: set[str] = set()
        self.order = 0

    def next_order(self) -> int:
        self.order += 1
        return self.order

    # --- documents --------------------------------------------------------------------------------------------------

    def declare(self, texts: Iterable[Text]) -> None:
        texts = list(texts)
        for text in texts:
            if "agreement" in text.tree:
                self._agreement(text)
        for text in texts:
            self._sources(text)
        for text in texts:
            self._contents(text)

    def _agreement(self, text: Text) -> None:
        tree, name = text.tree, str(text.tree["agreement"])
        if name in self.deal.agreements:
            self.compiler.problem("DC303", f"two agreements are called '{name}'", text.place.at("agreement"))
            return
        agreement = Agreement(
            name=name, title=str(tree.get("title") or name), place=text.place, order=self.next_order(), raw=tree,
            calendar=self._calendar(text), zone=self._zone(text),
        )  # fmt: skip
        binding = tree.get("binding", "true")
        agreement.binding = self._binding(binding, f"{name}.binding", text.place.at("binding"), agreement.title)
        known = tree.get("known_through")
        agreement.known_through = self._date(known, text.place.at("known_through")) if known else None
        self.agreements.append(agreement)
        self.deal.agreements[name] = agreement

    def _binding(self, raw: Any, full: str, place: Place, title: str) -> Any:
        """``true``, ``false``, ``undisclosed``, or a choice of readings of these (each with its own ``value`` key)."""
        if isinstance(raw, Mapping):
            definition = self._choose("binding", full, raw, place, f"Is it binding: {title}")
            raw = definition.get("value", definition.get("binding", "true"))
        return UNKNOWN if raw == "undisclosed" else str(raw) != "false"

    def _calendar(self, text: Text) -> Calendar:
        tree = text.tree.get("calendar") or {}
        weekend = frozenset(WEEKDAYS.index(d) for d in tree.get("weekend", ("saturday", "sunday")) if d in WEEKDAYS)
        holidays = (self._date(d, text.place.at("calendar", "holidays", n)) for n, d in enumerate(tree.get("holidays") or ()))
        month_end: Any = text.tree.get("month_end") or "last_day"
        return Calendar(weekend, frozenset(d for d in holidays if d), month_end)

    def _zone(self, text: Text) -> tzinfo:
        name = text.tree.get("timezone")
        if not name or name == "UTC":
            return UTC
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.compiler.problem("DC309", f"there is no time zone '{name}'", text.place.at("timezone"), "such as Europe/Paris")
            return UTC

    def _date(self, raw: Any, place: Place) -> date | None:
        try:
            return date.fromisoformat(str(raw)) if len(str(raw)) == 10 else _chosen(raw)
        except ValueError:
            self.compiler.problem("DC301", f"there is no such date: {raw}", place, expected="a date such as 2030-12-31")
            return None

    # --- sources and parties ----------------------------------------------------------------------------------------

    def _sources(self, text: Text) -> None:
        for name, tree in (text.tree.get("sources") or {}).items():
            published = str(tree.get("published") or "")
            moment = None
            try:
                approximate = parse_approximate(published) if published else None
                moment = approximate.first if approximate else None
            except ValueError:
                self.compiler.problem("DC301", f"there is no such date: {published}", text.place.at("sources", name, "published"))
            source = Source(name, str(tree.get("title") or ""), str(tree.get("publisher") or ""), moment, published,
                            str(tree.get("url") or ""), str(tree.get("standing") or ""), str(tree.get("read") or ""))  # fmt: skip
            known = self.sources.get(name)
            if known is not None and known != source:
                self.compiler.problem("DC303", f"two different sources are called '{name}'", text.place.at("sources", name))
            self.sources[name] = source

    def _contents(self, text: Text) -> None:
        owner = str(text.tree.get("agreement") or "")
        self._parties(text, owner)
        for section, declare in (("events", self._event), ("terms", self._term), ("facts", self._fact),
                                 ("measures", self._measure), ("clauses", self._clause)):  # fmt: skip
            for name, tree in (text.tree.get(section) or {}).items():
                place = text.place.at(section, name)
                if self._taken(name, owner, section, place):
                    continue
                declare(name, tree or {}, place, owner)

    def _taken(self, name: str, owner: str, section: str, place: Place) -> bool:
        kinds: tuple[type, ...] = (Clause,) if section == "clauses" else (EventType, Term, Fact, Measure)
        taken = bool(self.deal.own(owner, name, kinds))
        if taken:
            self.compiler.problem("DC303", f"'{name}' is declared twice", place)
        return taken

    def _parties(self, text: Text, owner: str) -> None:
        parties = text.tree.get("parties") or {}
        if isinstance(parties, list):
            return
        for name, written in parties.items():
            place = text.place.at("parties", name)
            tree = written if isinstance(written, Mapping) else {"title": written}
            former = tuple((str(w.get("until") or ""), str(w.get("title") or "")) for w in tree.get("was") or ())
            party = Party(name=name, title=str(tree.get("title") or name), place=place, order=self.next_order(),
                          part_of=tree.get("part_of"), open=tree.get("open") == "true", former=former)  # fmt: skip
            if name in self.parties:
                known = self.parties[name]
                if (known.title, known.open) != (party.title, party.open):
                    self.compiler.problem("DC303", f"the party '{name}' is declared twice, differently", place)
                continue
            self.parties[name] = party
            self.deal.declare(party)

    # --- named things -----------------------------------------------------------------------------------------------

    def _event(self, name: str, tree: Mapping[str, Any], place: Place, owner: str) -> None:
        attributes: dict[str, Attribute] = {}
        for key, raw in tree.items():
            if key in EVENT_FIELDS:
                continue
            attribute = self._attribute(raw, place.at(key))
            if attribute is not None:
                attributes[key.removesuffix("?")] = Attribute(attribute, key.endswith("?"))
        agreement = self.deal.agreements.get(owner)
        event = EventType(name=name, agreement=owner, title=str(tree.get("title") or ""), place=place,
                          order=self.next_order(), attributes=attributes, partial=tree.get("reporting") == "partial",
                          doer=str(tree.get("doer") or "by"),
                          known_through=getattr(agreement, "known_through", None))  # fmt: skip
        self.definitions[event] = Definition(name, tree, place)
        self.deal.declare(event)

    def _attribute(self, raw: Any, place: Place) -> Type | None:
        if isinstance(raw, list):
            return Type("word", words=tuple(str(word) for word in raw))
        parsed = parse_type(str(raw))
        if parsed is None:
            known = ("party", "id", "text", "number", "percentage", "money", "money USD", "date", "duration", "boolean")
            self.compiler.problem("DC310", f"there is no type '{raw}'", place, did_you_mean(str(raw), known))
        return parsed

    def _term(self, name: str, tree: Mapping[str, Any], place: Place, owner: str) -> None:
        full = f"{owner}.{name}" if owner else name
        definition = self._choose(name, full, tree, place, str(tree.get("title") or name))
        term = Term(name=name, agreement=owner, title=str(definition.get("title") or ""), place=place,
                    order=self.next_order(), choice=definition.chosen, text=str(definition.get("text") or ""),
                    unit=str(definition.get("unit") or ""),
                    open=bool(tree.get("readings") or tree.get("plausible") or full in self.varied))  # fmt: skip
        filled = self._filled(name, full)
        raw = filled if filled is not None else definition.get("value")
        where = definition.place_of("value")
        try:
            term.value, term.type = self.term_value(raw, definition, where)
        except LanguageError as error:
            self.compiler.refuse(error, where)
        if self.known_as_of is not None and filled is None and not self._known(definition, owner):
            term.value = UNKNOWN
        if isinstance(raw, str) and raw.endswith("%"):
            term.unit = term.unit or "%"
        self._plausible(term, tree, filled)
        self._assumed(definition, full)
        self.definitions[term] = definition
        self.deal.declare(term)

    def _filled(self, name: str, full: str) -> str | None:
        for known in (full, name):
            if known in self.terms:
                self.used_terms.add(known)
                return self.terms[known]
        return None

    def term_value(self, raw: Any, definition: Definition, place: Place) -> tuple[Any, Type]:
        """The value of a term: a constant, a list, a mapping, a table of bands; unknown where undisclosed."""
        if isinstance(raw, list):
            if raw and isinstance(raw[0], Mapping):
                return self._bands(raw, place), Type("table", item=self._item_type([r.get("value") for r in raw]))
            return tuple(literal_value(item)[0] for item in raw), Type("list", item=self._item_type(raw))
        if isinstance(raw, Mapping):
            table = {str(key): self.term_value(value, definition, place.at(key))[0] for key, value in raw.items()}
            return table, Type("table", item=self._item_type(list(raw.values())))
        if raw is None:
            return UNKNOWN if definition.get("text") else None, ANY
        value, kind = literal_value(raw)
        if value is UNKNOWN and definition.get("plausible"):
            kind = self._item_type(definition.get("plausible"))
        return value, kind

    @staticmethod
    def _item_type(raws: list[Any]) -> Type:
        kinds = {literal_value(raw)[1] for raw in raws if isinstance(raw, str)}
        return kinds.pop() if len(kinds) == 1 else ANY

    def _bands(self, rows: list[Any], place: Place) -> tuple[Band, ...]:
        bands = []
        for row in rows:
            low, high = row.get("from", row.get("above")), row.get("below", row.get("up_to"))
            bands.append(Band(literal_value(low)[0] if low else None, "from" in row,
                              literal_value(high)[0] if high else None, "up_to" in row,
                              literal_value(row.get("value"))[0]))  # fmt: skip
        for number, (one, two) in enumerate(itertools.pairwise(bands)):
            if one.high is None or one.high != two.low or one.high_included == two.low_included:
                self.compiler.problem("DC311", "these bands leave a gap or overlap", place.at(number + 1),
                                      "each band begins where the one before ends: below 5, then from 5")  # fmt: skip
        return tuple(bands)

    def _plausible(self, term: Term, tree: Mapping[str, Any], filled: str | None) -> None:
        plausible = tree.get("plausible")
        if plausible:
            self.questions.append(Question(term.name, term.full, term.title, tuple(map(str, plausible)), "undisclosed",
                                           filled or "undisclosed", term.place, plausible=True))  # fmt: skip

    def _fact(self, name: str, tree: Mapping[str, Any], place: Place, owner: str) -> None:
        self._fluent(Fact, name, tree, place, owner)

    def _measure(self, name: str, tree: Mapping[str, Any], place: Place, owner: str) -> None:
        self._fluent(Measure, name, tree, place, owner)

    def _fluent(self, kind: type, name: str, tree: Mapping[str, Any], place: Place, owner: str) -> None:
        full = f"{owner}.{name}" if owner else name
        definition = self._choose(name, full, tree, place, str(tree.get("title") or name))
        per = definition.get("per") or ()
        keys = tuple(per) if isinstance(per, list) else tuple(k.strip() for k in per.split(",")) if per else ()
        thing = kind(name=name, agreement=owner, title=str(definition.get("title") or ""), place=place,
                     order=self.next_order(), choice=definition.chosen, keys=keys)  # fmt: skip
        if kind is Measure:
            thing.type = ANY
        self._assumed(definition, full)
        self.definitions[thing] = definition
        self.deal.declare(thing)

    def _clause(self, name: str, tree: Mapping[str, Any], place: Place, owner: str) -> None:
        full = f"{owner}.{name}"
        definition = self._choose(name, full, tree, place, str(tree.get("title") or name))
        clause = Clause(name=name, agreement=owner, title=str(definition.get("title") or name), place=place,
                        order=self.next_order(), choice=definition.chosen, kind=str(definition.get("kind") or ""),
                        raw=definition.tree)  # fmt: skip
        clause.known = self.known_as_of is None or self._known(definition, owner)
        self._assumed(definition, full)
        self.definitions[clause] = definition
        self.deal.declare(clause)

    # --- readings ---------------------------------------------------------------------------------------------------

    def _choose(self, name: str, full: str, tree: Mapping[str, Any], place: Place, title: str) -> Definition:
        readings = tree.get("readings")
        if not readings:
            return choose(name, tree, place, None)
        live = {key: reading for key, reading in readings.items() if "rejected" not in (reading or {})}
        default = self._known_default(tree, live)
        chosen = default
        named = [known for known in (full, name) if known in self.choices]
        self.used_choices.update(named)
        if named:
            chosen = self._checked_choice(self.choices[named[0]], named[0], readings, live, place)
        backing = tuple((key, tuple(reading.get("sources") or ())) for key, reading in live.items() if reading)
        rejected = tuple((k, str(r["rejected"])) for k, r in readings.items() if r and "rejected" in r)
        self.questions.append(Question(name, full, title, tuple(live), str(tree.get("default")), chosen, place,
                                       rejected=rejected, backing=backing))  # fmt: skip
        return choose(name, tree, place, chosen)

    def _checked_choice(self, wanted: str, name: str, readings: Mapping[str, Any], live: Mapping[str, Any], place: Place) -> str:
        if wanted in live:
            return wanted
        if wanted in readings:
            self.compiler.problem("DC312", f"the reading '{wanted}' of {name} was rejected and never runs", place.at("readings", wanted))
        else:
            self.compiler.problem("DC312", f"{name} has no reading '{wanted}'", place.at("readings"), did_you_mean(wanted, live))
        return wanted

    def _known_default(self, tree: Mapping[str, Any], live: Mapping[str, Any]) -> str:
        """The default; where nobody had reported it by the day of knowledge, the first reading that was known then."""
        default = str(tree.get("default"))
        if self.known_as_of is None or self._reported(live.get(default) or {}, tree):
            return default
        return next((key for key, reading in live.items() if self._reported(reading or {}, tree)), default)

    def _reported(self, reading: Mapping[str, Any], tree: Mapping[str, Any]) -> bool:
        return self._known(Definition("", {**tree, **reading}, Place()), "")

    def _known(self, definition: Definition, owner: str) -> bool:
        """Whether one of the dated sources behind a definition had been published; without dated sources it is known."""
        names = definition.get("sources") or self._default_sources(owner)
        dates = [day for n in names if n in self.sources and (day := self.sources[n].published) is not None]
        assert self.known_as_of is not None
        return not dates or min(dates) <= self.known_as_of

    def _default_sources(self, owner: str) -> tuple[str, ...]:
        """The source of what an agreement states without naming one: its default source, or the only one it has."""
        agreement = self.deal.agreements.get(owner)
        raw = agreement.raw if isinstance(agreement, Agreement) else {}
        if raw.get("default_source"):
            return (str(raw["default_source"]),)
        own = tuple(raw.get("sources") or ())
        return own if len(own) == 1 else ()

    def is_known(self, agreement: Agreement) -> bool:
        """Whether an agreement had been reported by the day of knowledge: its default source, else one of its clauses."""
        if self.known_as_of is None:
            return True
        if self._default_sources(agreement.name):
            return self._known(Definition("", {}, Place()), agreement.name)
        return any(clause.known for clause in agreement.clauses) or not agreement.clauses

    def _assumed(self, definition: Definition, full: str) -> None:
        assumed = definition.get("assumed")
        if assumed:
            self.assumptions.append((full, str(assumed), definition.place_of("assumed")))


def _chosen(raw: Any) -> date | None:
    approximate = parse_approximate(str(raw))
    if approximate is None:
        raise ValueError(raw)
    return approximate.chosen


__all__ = ["TABLE", "Declarations", "Text"]
