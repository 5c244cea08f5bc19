"""Whether a tree has the shape that the models ask for, answered without loading them.

The shapes are the models once more as plain data, in ``shapes.json``; ``tabulate`` writes them from the models, and a
test holds the two together. A tree that does not fit is looked at again by the models, which alone say what is wrong.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from dealcli.model import scalars

Shape = Any
"""A name of a check or a model; or a mapping with one of the keys words, list, map, text (or another branch)."""

CHECKS = {name.removeprefix("check_"): check for name, check in vars(scalars).items() if name.startswith("check_")}
BRANCHES: dict[type, str] = {str: "text", list: "list", dict: "mapping"}


@cache
def shapes() -> dict[str, Any]:
    """The shape of every model by its name; that of a kind of document by the kind."""
    # without pathlib, which nothing else on the way of a sound document needs
    file = os.path.join(os.path.dirname(__file__), "shapes.json")  # noqa: PTH118, PTH120
    with open(file, encoding="utf-8") as stream:  # noqa: PTH123
        known: dict[str, Any] = json.load(stream)
    return known


def fits(kind: str, tree: object) -> bool:
    """Whether a tree is sound as a document of this kind, rules across its keys aside. Never true of one that is not."""
    try:
        return _is_model(shapes()[kind], tree)
    except RecursionError:
        return False


def _is(shape: Shape, value: object) -> bool:
    if type(shape) is str:
        if shape in CHECKS:
            return _passes(shape, value)
        return _is_whole(value) if shape == "value" else _is_model(shapes()[shape], value)
    if "words" in shape:
        return type(value) is str and value in shape["words"]
    if "list" in shape and "least" in shape:
        return type(value) is list and len(value) >= shape["least"] and all(_is(shape["list"], item) for item in value)
    if "map" in shape:
        name, inner = shape["map"]
        return type(value) is dict and all(_passes(name, key) and _is(inner, member) for key, member in value.items())
    branch = shape.get(BRANCHES.get(type(value)))
    return branch is not None and _is(branch, value)


def _is_model(model: dict[str, Any], value: object) -> bool:
    if type(value) is not dict or not all(needed in value for needed in model["needs"]):
        return False
    keys, others = model["keys"], model.get("others")
    for key, member in value.items():
        shape = keys.get(key, others)
        if shape is None or type(key) is not str or not _is(shape, member):
            return False
    return len(value) == 1 if model.get("one_key") else True


def _passes(name: str, value: object) -> bool:
    """Whether a text passes one of the checks of ``scalars``."""
    if type(value) is not str:
        return False
    try:
        CHECKS[name](value)
    except ValueError:
        return False
    return True


def _is_whole(value: object) -> bool:
    """Whether a value of no particular shape has nothing empty in it."""
    if type(value) is dict:
        return all(type(key) is str and _is_whole(member) for key, member in value.items())
    if type(value) is list:
        return all(map(_is_whole, value))
    return type(value) is str
