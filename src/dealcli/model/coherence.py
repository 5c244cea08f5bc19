"""The rules that tie the keys of one document together and need no other document."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dealcli.diagnostics import Diagnostic, Place, did_you_mean
from dealcli.model import Kind
from dealcli.model.clause_rules import clause_rules, effect_rules, replacement_rules
from dealcli.model.rules import (
    Found,
    Keys,
    Variant,
    exactly_one,
    mappings,
    needs,
    one_needed,
    only_one,
    plainly,
    readings_fit,
    variants,
)
from dealcli.model.words import NAME_RULE, RESERVED_ATTRIBUTES, is_name, quoted

EVENT_KEYS = ("title", "valid", "reporting", "doer")
ROW_KEYS = ("date", "at", "event", "exercise", "note", "reported", "hypothetical", "happened", "sources")
AGGREGATES = ("sum", "min", "max", "first", "latest")
MEASURE_FORMS = ("count", *AGGREGATES, "updates", "is")
SUBJECTS = ("clause", "agreement", "measure", "fact", "finding")
TESTS = (
    "is", "is_not", "verdict", "since", "due", "amount", "paid", "outstanding", "equals", "count", "possible",
    "turns_on", "bearer", "counterparty", "binding",
)  # fmt: skip


def contradictions(kind: Kind, tree: Keys, place: Place) -> list[Diagnostic]:
    """What does not fit together in a document of this kind; each problem once."""
    rules = _definitions if kind in ("vocabulary", "agreement") else _timelines
    return list(dict.fromkeys(rules(tree, place)))


def _definitions(tree: Keys, place: Place) -> Found:
    for name, party in mappings(tree.get("parties")):
        yield from _party(party, place.at("parties", name))
    for name, event in mappings(tree.get("events")):
        yield from _event(event, place.at("events", name))
    sections: tuple[tuple[str, str, Callable[[Variant], Found]], ...] = (
        ("terms", "a term", _term),
        ("facts", "a fact", _fact),
        ("measures", "a measure", _measure),
        ("clauses", "a clause", clause_rules),
    )
    for section, noun, rules in sections:
        for name, thing in mappings(tree.get(section)):
            yield from _with_readings(noun, thing, place.at(section, name), rules)
    binding = tree.get("binding")
    if isinstance(binding, dict):
        yield from _with_readings(
            "binding", binding, place.at("binding"), lambda variant: one_needed(variant, ("value",))
        )
    for index, effect in mappings(tree.get("effects")):
        yield from effect_rules(effect, place.at("effects", index))
    yield from replacement_rules(tree.get("replaces"), place.at("replaces"))


def _with_readings(noun: str, thing: Keys, place: Place, rules: Callable[[Variant], Found]) -> Found:
    yield from readings_fit(noun, thing, place)
    for variant in variants(noun, thing, place):
        yield from rules(variant)


def _party(party: Keys, place: Place) -> Found:
    for key in ("part_of", "was"):
        yield from only_one(plainly("a party", party, place), ("open", key))


def _event(event: Keys, place: Place) -> Found:
    attributes: dict[str, str] = {}
    for key in event:
        if not isinstance(key, str) or key in EVENT_KEYS:
            continue
        attribute = key.removesuffix("?")
        here = place.at(key, on_key=True)
        if attribute in attributes:
            yield Diagnostic("DC216", f"the attribute {quoted(attribute)} is declared twice", here)
        yield from _attribute_name(attribute, here)
        attributes[attribute] = key
    doer = event.get("doer")
    if isinstance(doer, str) and doer not in attributes:
        hint = did_you_mean(doer, attributes)
        yield Diagnostic("DC216", f"{quoted(doer)} is not an attribute of this event", place.at("doer"), hint=hint)


def _attribute_name(attribute: str, place: Place) -> Found:
    if attribute in RESERVED_ATTRIBUTES:
        yield Diagnostic("DC205", f"{quoted(attribute)} is reserved and cannot be an attribute", place, "another name")
    elif not is_name(attribute):
        yield Diagnostic("DC205", f"{quoted(attribute)} is not a name for an attribute", place, NAME_RULE)


def _term(variant: Variant) -> Found:
    yield from exactly_one(variant, ("value", "text"))
    yield from table_rules(variant.keys.get("value"), variant.at("value", on_key=False))
    plausible = variant.keys.get("plausible")
    if isinstance(plausible, list):
        for index, value in enumerate(plausible):
            yield from table_rules(value, variant.at("plausible", on_key=False).at(index))


def table_rules(value: object, place: Place) -> Found:
    """A list of mappings is a table of bands; a mapping is a table of exact keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from table_rules(inner, place.at(key))
    if not isinstance(value, list):
        return
    rows = list(mappings(value))
    if rows and len(rows) < len(value):
        yield Diagnostic("DC217", "a list holds either values or the bands of a table, not both", place)
    for index, row in rows:
        yield from _band(row, place.at(index))
    for index, inner in enumerate(value):
        if isinstance(inner, list):
            yield from table_rules(inner, place.at(index))


def _band(row: Keys, place: Place) -> Found:
    band = plainly("a band of a table", row, place)
    known = ("up_to", "below", "from", "above", "value")
    for key in row:
        if key not in known:
            hint = did_you_mean(str(key), known)
            yield Diagnostic(
                "DC201", f"unknown key {quoted(key)} in a band of a table", place.at(key, on_key=True), hint=hint
            )
    if "value" not in row:
        yield Diagnostic("DC202", "a band of a table needs the key 'value'", place)
    yield from one_needed(band, ("up_to", "below", "from", "above"))
    yield from only_one(band, ("up_to", "below"))
    yield from only_one(band, ("from", "above"))
    yield from table_rules(row.get("value"), place.at("value"))


def _fact(variant: Variant) -> Found:
    yield from exactly_one(variant, ("starts", "holds"))
    yield from only_one(variant, ("holds", "ends"))


def _measure(variant: Variant) -> Found:
    yield from exactly_one(variant, MEASURE_FORMS)
    yield from needs(variant, "updates", ("initial",))
    yield from needs(variant, "initial", ("updates",))
    yield from needs(variant, "upon", AGGREGATES)
    yield from needs(variant, "over", ("count", *AGGREGATES))


def _timelines(tree: Keys, place: Place) -> Found:
    yield from _timeline(tree, place)
    names: dict[str, Place] = {}
    for index, scenario in mappings(tree.get("scenarios")):
        here = place.at("scenarios", index)
        yield from _timeline(scenario, here)
        name = scenario.get("name")
        if isinstance(name, str) and name in names:
            message = f"two scenarios are called {quoted(name)}"
            yield Diagnostic("DC216", message, here.at("name"), related=((names[name], "the first one"),))
        elif isinstance(name, str):
            names[name] = here.at("name")


def _timeline(tree: Keys, place: Place) -> Found:
    for index, row in mappings(tree.get("events")):
        yield from _row(row, place.at("events", index))
    for index, row in mappings(tree.get("expect")):
        yield from _expectation(row, place.at("expect", index))
    for name, value in _entries(tree.get("terms")):
        yield from table_rules(value, place.at("terms", name))


def _entries(container: object) -> Iterator[tuple[str, object]]:
    return iter(container.items()) if isinstance(container, dict) else iter(())


def _row(row: Keys, place: Place) -> Found:
    written = plainly("a timeline row", row, place)
    yield from one_needed(written, ("event", "exercise", "note"))
    yield from only_one(written, ("event", "exercise"))
    date = row.get("date")
    if "at" in row and isinstance(date, str) and ("T" in date or len(date) != len("2025-01-31")):
        yield Diagnostic("DC211", "'at' needs a date that is a whole day", place.at("at", on_key=True))
    only_a_note = "note" in row and "event" not in row and "exercise" not in row
    for key in row:
        if key in ROW_KEYS or not isinstance(key, str):
            continue
        here = place.at(key, on_key=True)
        if only_a_note:
            hint = did_you_mean(key, ROW_KEYS)
            yield Diagnostic("DC201", f"unknown key {quoted(key)} in a note", here, "a note has no attributes", hint)
        else:
            yield from _attribute_name(key, here)


def _expectation(row: Keys, place: Place) -> Found:
    written = plainly("an expectation", row, place)
    yield from one_needed(written, SUBJECTS)
    yield from only_one(written, [key for key in SUBJECTS if key != "clause"] if "finding" in row else SUBJECTS)
    if not any(test in row for test in TESTS):
        hint = "count: 1, or count: 0 for none" if "finding" in row else ""
        yield Diagnostic("DC212", "an expectation needs a test", place, "any of " + ", ".join(TESTS), hint)
