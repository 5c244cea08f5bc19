"""pydantic's errors in our own words, at a route in the document. Its raw text is never shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dealcli.diagnostics import Diagnostic, Place, Route, did_you_mean
from dealcli.model import KINDS
from dealcli.model.examples import OF_MAPPINGS
from dealcli.model.trail import Trail, follow, keys_of, tagged
from dealcli.model.words import is_name, quoted
from dealcli.model.written import Written

SHAPES = {":text": "text", ":list": "a list", ":mapping": "a mapping"}
NOT_HERE = {
    ("an effect", "upon"): "the exercise of the power sets it off; effects with a trigger stand at top level",
    ("a vocabulary", "clauses"): "a vocabulary has no clauses of its own",
    ("a vocabulary", "effects"): "a vocabulary has no effects of its own",
    ("a vocabulary", "from"): "a vocabulary has no dates of its own",
    ("a vocabulary", "until"): "a vocabulary has no dates of its own",
}


def translate(error: ValidationError, document: type[Written], tree: object, place: Place) -> list[Diagnostic]:
    """Each error as a problem at its place."""
    found = []
    for detail in error.errors(include_url=False, include_input=False):
        trail = follow(document, detail["loc"], key_is_last=detail["type"] == "extra_forbidden")
        found.append(_word(detail, trail, value_at(tree, trail.route), place))
    return found


def value_at(tree: object, route: Route) -> object:
    """What stands at a route of the tree; None where the route leads nowhere."""
    for step in route:
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def subject(route: Route) -> str:
    """What a route leads to, as a message calls it: ``'due'``, ``item 2 of 'sources'``, ``the document``."""
    if not route:
        return "the document"
    if isinstance(route[-1], int):
        items = " of ".join(f"item {step + 1}" for step in reversed(route) if isinstance(step, int))
        names = [step for step in route if isinstance(step, str)]
        return f"{items} of {quoted(names[-1])}" if names and len(route) == len(names) + 1 else items
    return quoted(route[-1])


def _word(detail: ErrorDetails, trail: Trail, value: object, place: Place) -> Diagnostic:
    context = dict(detail.get("ctx") or {})
    here = place.at(*trail.route, on_key=trail.on_key)
    if detail["type"].startswith("DC"):
        return Diagnostic(detail["type"], context["message"], here, context["expected"], context["hint"])
    return _WORDS.get(detail["type"], _unforeseen)(context, trail, value, here)


def _unknown_key(context: dict[str, Any], trail: Trail, value: object, place: Place) -> Diagnostic:
    key = str(trail.route[-1])
    known = keys_of(trail.model)
    hint = NOT_HERE.get((trail.model.noun, key)) or did_you_mean(key, known)
    if key in ("means", "given", "rejected") and "readings" in known:
        hint = f"'{key}' belongs to one reading, under readings"
    if value is None and not is_name(key):
        hint = "inside {} a comma ends the text: put an expression that has one in quotes"
    elif key in KINDS and f"{key}s" not in known:
        hint = "begin a new document with a line of ---"
    message = f"unknown key {quoted(key)} in {trail.model.noun}"
    return Diagnostic("DC201", message, place.at(on_key=True), hint=hint)


def _missing_key(context: dict[str, Any], trail: Trail, value: object, place: Place) -> Diagnostic:
    parent = Place(place.path, trail.route[:-1], place.document)
    return Diagnostic("DC202", f"{trail.model.noun} needs the key {quoted(trail.route[-1])}", parent)


def _wrong_shape(context: dict[str, Any], trail: Trail, value: object, place: Place) -> Diagnostic:
    expected = _shapes_of(trail)
    written = "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"
    message = f"{subject(trail.route)} is {written} where {expected} is wanted"
    return Diagnostic("DC203", message, place, expected, _shape_hint(expected, value, _mapping_in(trail.annotation)))


def _mapping_in(annotation: Any) -> str:
    """An example of the mappings that a list, or the place itself, holds; empty where there is none."""
    item = get_args(annotation)[0] if getattr(annotation, "__origin__", None) is list else annotation
    return OF_MAPPINGS.get(getattr(item, "__name__", ""), "")


def _shapes_of(trail: Trail) -> str:
    branches = tagged(trail.annotation)
    if branches:
        names = [SHAPES.get(str(tag), str(tag)) for tag in branches]
        return " or ".join(names) if len(names) < 3 else ", ".join(names[:-1]) + " or " + names[-1]
    origin = getattr(trail.annotation, "__origin__", trail.annotation)
    if origin is list:
        return "a list"
    is_mapping = origin is dict or (isinstance(origin, type) and issubclass(origin, Written))
    return "a mapping" if is_mapping else "text"


def _shape_hint(expected: str, value: object, mapping: str) -> str:
    if isinstance(value, dict) and value.keys() & {"all", "any", "not"}:
        return "all, any and not join conditions; a list joins triggers"
    if mapping and not isinstance(value, list):
        return f"one a line, such as - {mapping}" if expected == "a list" else f"such as {mapping}"
    if expected == "a list" and isinstance(value, str) and len(value) <= 40:
        return f"write [{value}]"
    if "text" in expected and isinstance(value, dict):
        return "put text that begins with { in quotes" if value else ""
    if "text" in expected and isinstance(value, list):
        return "put text that begins with [ in quotes"
    return ""


def _unknown_word(context: dict[str, Any], trail: Trail, value: object, place: Place) -> Diagnostic:
    words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    if not isinstance(value, str):
        return _wrong_shape(context, trail, value, place)
    hint = did_you_mean(value, words)
    message = f"{quoted(value)} is not a possible word for {subject(trail.route)}"
    return Diagnostic("DC204", message, place, _one_of(words), hint if hint.startswith("did") else "")


def _one_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _too_short(context: dict[str, Any], trail: Trail, value: object, place: Place) -> Diagnostic:
    return Diagnostic("DC210", f"{subject(trail.route)} is an empty list", place, hint="leave the key out")


def _unforeseen(context: dict[str, Any], trail: Trail, value: object, place: Place) -> Diagnostic:
    message = f"{subject(trail.route)} does not have the form that {trail.model.noun} wants"
    return Diagnostic("DC203", message, place, _shapes_of(trail))


_WORDS: dict[str, Callable[[dict[str, Any], Trail, object, Place], Diagnostic]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "string_type": _wrong_shape,
    "list_type": _wrong_shape,
    "dict_type": _wrong_shape,
    "model_type": _wrong_shape,
    "union_tag_invalid": _wrong_shape,
    "union_tag_not_found": _wrong_shape,
    "literal_error": _unknown_word,
    "too_short": _too_short,
}
