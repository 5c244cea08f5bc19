"""The few forms that rules across keys take: only one of these, one of these is needed, this one needs that one.

They look at plain mappings, so that a document is told all its problems at once, whatever else is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, did_you_mean, nearest
from dealcli.model.words import quoted
from dealcli.slotted import dataclass, field

Keys = Mapping[str, Any]
Found = Iterator[Diagnostic]


@dataclass(frozen=True)
class Variant:
    """A definition as it stands under one reading: the keys beside ``readings`` and the keys inside the reading."""

    noun: str
    keys: Keys
    place: Place
    beside: Place
    inside: Keys = field(default_factory=dict)

    def at(self, key: str, on_key: bool = True) -> Place:
        """Where ``key`` is written."""
        return (self.place if key in self.inside else self.beside).at(key, on_key=on_key)


def plainly(noun: str, keys: Keys, place: Place) -> Variant:
    """A mapping that has no readings."""
    return Variant(noun, keys, place, place)


def variants(noun: str, thing: Keys, place: Place) -> Iterator[Variant]:
    """A definition under each of its readings; the definition itself where it has none."""
    readings = thing.get("readings")
    if not isinstance(readings, dict) or not readings:
        yield plainly(noun, thing, place)
        return
    beside = {key: value for key, value in thing.items() if key not in ("default", "readings")}
    for name, reading in mappings(readings):
        inside = place.at("readings", name)
        yield Variant(f"the reading {quoted(name)}", {**beside, **reading}, inside, place, reading)


def mappings(container: object) -> Iterator[tuple[Any, Keys]]:
    """The entries of a mapping or list that are mappings themselves, each with its key or index."""
    entries: Any = ()
    if isinstance(container, dict):
        entries = container.items()
    elif isinstance(container, list):
        entries = enumerate(container)
    return ((step, entry) for step, entry in entries if isinstance(entry, dict))


def only_one(variant: Variant, choices: Sequence[str]) -> Found:
    """At most one of ``choices`` is written."""
    present = [key for key in variant.keys if key in choices]
    for key in present[1:]:
        message = f"{quoted(key)} cannot stand beside {quoted(present[0])}"
        yield Diagnostic("DC211", message, variant.at(key), f"only one of {', '.join(choices)}")


def one_needed(variant: Variant, choices: Sequence[str]) -> Found:
    """At least one of ``choices`` is written."""
    if any(key in variant.keys for key in choices):
        return
    listed = quoted(choices[0]) if len(choices) == 1 else "one of " + ", ".join(choices)
    close = [key for key in variant.keys if nearest(str(key), choices, 1)]
    hint = f"{quoted(close[0])}: {did_you_mean(str(close[0]), choices)}" if close else ""
    yield Diagnostic("DC212", f"{variant.noun} needs {listed}", variant.place, hint=hint)


def exactly_one(variant: Variant, choices: Sequence[str]) -> Found:
    """One of ``choices`` is written, and no other."""
    yield from one_needed(variant, choices)
    yield from only_one(variant, choices)


def needs(variant: Variant, key: str, companions: Sequence[str]) -> Found:
    """Where ``key`` is written, one of ``companions`` is too."""
    if key in variant.keys and not any(companion in variant.keys for companion in companions):
        wanted = " or ".join(quoted(companion) for companion in companions)
        yield Diagnostic("DC213", f"{quoted(key)} means nothing without {wanted}", variant.at(key))


def readings_fit(noun: str, thing: Keys, place: Place) -> Found:
    """``default`` and ``readings`` stand together, the default can be run, and no key is both beside and inside."""
    readings, default = thing.get("readings"), thing.get("default")
    if "readings" not in thing:
        if "default" in thing:
            yield Diagnostic("DC214", "'default' means nothing without 'readings'", place.at("default", on_key=True))
        return
    if not isinstance(readings, dict):
        return
    if not readings:
        yield Diagnostic("DC214", f"{noun} has no reading", place.at("readings"), "at least one reading")
        return
    if "default" not in thing:
        hint = "for example default: " + str(next(iter(readings)))
        yield Diagnostic(
            "DC214", f"{noun} with readings needs 'default'", place, "the reading that is taken first", hint
        )
    elif isinstance(default, str):
        yield from _default_fits(default, readings, place)
    for name, reading in mappings(readings):
        for key in reading:
            if key in thing:
                message = f"{quoted(key)} stands both beside the readings and inside {quoted(name)}"
                here, there = place.at("readings", name, key, on_key=True), place.at(key, on_key=True)
                yield Diagnostic("DC215", message, here, "one of the two", related=((there, "it stands here too"),))


def _default_fits(default: str, readings: Keys, place: Place) -> Found:
    if default not in readings:
        hint = did_you_mean(default, readings)
        yield Diagnostic("DC214", f"{quoted(default)} is not one of the readings", place.at("default"), hint=hint)
    elif isinstance(readings[default], dict) and "rejected" in readings[default]:
        message = f"the default {quoted(default)} is rejected, and a rejected reading is never run"
        yield Diagnostic("DC214", message, place.at("default"), "a reading that is not rejected")
