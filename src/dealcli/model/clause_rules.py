"""The rules that tie the keys of a clause together, those of its effects, and of what it replaces."""

from __future__ import annotations

from dealcli.diagnostics import Diagnostic, Place
from dealcli.model.rules import Found, Keys, Variant, exactly_one, mappings, needs, one_needed, only_one, plainly
from dealcli.model.words import quoted

BORNE_KINDS = ("obligation", "prohibition", "permission", "right", "power")
VERBS = ("terminate", "suspend", "resume", "waive", "discharge", "complete", "extend", "assign")


def clause_rules(variant: Variant) -> Found:
    """What holds for a clause under one of its readings."""
    for index, effect in mappings(variant.keys.get("effects")):
        yield from effect_rules(effect, variant.at("effects", on_key=False).at(index))
    yield from replacement_rules(variant.keys.get("replaces"), variant.at("replaces", on_key=False))
    yield from only_one(variant, ("within", "due", "before"))
    yield from needs(variant, "key", ("for_each",))
    yield from needs(variant, "first", ("every",))
    yield from needs(variant, "times", ("every",))
    yield from needs(variant, "accrues", ("amount",))
    yield from needs(variant, "paid_with", ("amount",))
    yield from needs(variant, "paid_with", ("act",))
    if "restates" not in variant.keys:
        yield from _kind_rules(variant)


def _kind_rules(variant: Variant) -> Found:
    """What each kind of position is made of."""
    if "kind" not in variant.keys:
        yield Diagnostic("DC202", f"{variant.noun} needs the key 'kind'", variant.place, "what kind of position it is")
        return
    kind = variant.keys["kind"]
    if kind in BORNE_KINDS and "bearer" not in variant.keys:
        yield Diagnostic("DC202", f"{variant.noun} needs the key 'bearer'", variant.place, f"whose {kind} it is")
    wanted = {
        "obligation": ("act", "amount", "maintain"),
        "prohibition": ("act", "breached_by"),
        "condition": ("act", "holds"),
    }
    if isinstance(kind, str) and kind in wanted:
        article = "an" if kind[0] == "o" else "a"
        named = Variant(f"{article} {kind}", variant.keys, variant.place, variant.beside, variant.inside)
        yield from one_needed(named, wanted[kind])
    yield from only_one(variant, ("maintain", "act"))
    yield from only_one(variant, ("maintain", "amount"))
    yield from _belongs_to(variant, "maintain", "obligation")
    yield from _belongs_to(variant, "holds", "condition")
    yield from _belongs_to(variant, "effects", "power")


def _belongs_to(variant: Variant, key: str, owner: str) -> Found:
    kind = variant.keys["kind"]
    if key in variant.keys and isinstance(kind, str) and kind != owner:
        article = "an" if owner[0] == "o" else "a"
        yield Diagnostic(
            "DC213", f"{quoted(key)} is only for {article} {owner}, and this is {quoted(kind)}", variant.at(key)
        )


def effect_rules(effect: Keys, place: Place) -> Found:
    """An effect does one thing, at one time, and says all that this thing needs."""
    written = plainly("an effect", effect, place)
    yield from exactly_one(written, VERBS)
    yield from only_one(written, ("after", "at"))
    yield from needs(written, "by", ("extend",))
    yield from needs(written, "to", ("extend", "assign"))
    yield from needs(written, "side", ("assign",))
    if "extend" in effect:
        yield from exactly_one(written, ("by", "to"))
    if "assign" in effect:
        yield from one_needed(written, ("to",))
        yield from one_needed(written, ("side",))


def replacement_rules(replaces: object, place: Place) -> Found:
    """A replacement names an agreement or clauses."""
    if isinstance(replaces, dict):
        yield from _replacement(replaces, place)
    for index, replacement in mappings(replaces if isinstance(replaces, list) else None):
        yield from _replacement(replacement, place.at(index))


def _replacement(replacement: Keys, place: Place) -> Found:
    written = plainly("a replacement", replacement, place)
    yield from exactly_one(written, ("agreement", "clauses"))
    yield from needs(written, "except", ("agreement",))
