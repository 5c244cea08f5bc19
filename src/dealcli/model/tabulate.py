"""The models as plain data, for ``shapes``. ``python -m dealcli.model.tabulate`` writes the file after a change of them."""

from __future__ import annotations

import json
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import MinLen
from pydantic import AfterValidator, Tag
from pydantic.fields import FieldInfo

from dealcli.model.validation import document_models
from dealcli.model.written import ConditionGroup, Written

FILE = Path(__file__).with_name("shapes.json")
ONE_KEY = (ConditionGroup,)
"""The models that take exactly one of their keys; the only rule of a model that is not in its fields."""


def tables() -> dict[str, Any]:
    """The shape of every model that a document can hold."""
    found: dict[str, Any] = {}
    for kind, model in document_models().items():
        found[kind] = _model(model, found)
    return found


def _model(model: type[Written], found: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    made: dict[str, Any] = {
        "keys": {field.alias or name: _shape(hints[name], found) for name, field in model.model_fields.items()},
        "needs": [field.alias or name for name, field in model.model_fields.items() if field.is_required()],
    }
    if model.model_config.get("extra") == "allow":
        made["others"] = _shape(get_args(hints["__pydantic_extra__"])[1], found)
    if issubclass(model, ONE_KEY):
        made["one_key"] = True
    return made


def _shape(annotation: Any, found: dict[str, Any]) -> Any:
    """One annotation as a shape; models that it names are put into ``found``. Raises ``TypeError`` for an unknown form."""
    marks: tuple[Any, ...] = ()
    if get_origin(annotation) is Annotated:
        annotation, *written = get_args(annotation)
        marks = tuple(written)
    origin, arguments = get_origin(annotation), [a for a in get_args(annotation) if a is not NoneType]
    checks = [mark.func.__name__.removeprefix("check_") for mark in marks if isinstance(mark, AfterValidator)]
    if checks:
        return checks[0]
    if annotation is Any:
        return "value"
    if isinstance(annotation, type) and issubclass(annotation, Written):
        return _reference(annotation, found)
    if origin is Literal:
        return {"words": arguments}
    if origin is list:
        return {"list": _shape(arguments[0], found), "least": _least(marks)}
    if origin is dict:
        return {"map": [_shape(arguments[0], found), _shape(arguments[1], found)]}
    if origin in (Union, UnionType):
        return _union(arguments, found)
    raise TypeError(f"no shape is known for {annotation!r}")


def _reference(model: type[Written], found: dict[str, Any]) -> str:
    if model.__name__ not in found:
        found[model.__name__] = {}
        found[model.__name__].update(_model(model, found))
    return model.__name__


def _union(members: list[Any], found: dict[str, Any]) -> Any:
    """The branches by the shape of what is written; a union with nothing but ``None`` is its other member."""
    if len(members) == 1:
        return _shape(members[0], found)
    branches = {}
    for member in members:
        tags = [mark.tag for mark in get_args(member)[1:] if isinstance(mark, Tag)]
        branches[str(tags[0]).removeprefix(":")] = _shape(member, found)
    return branches


def _least(marks: tuple[Any, ...]) -> int:
    flat = [inner for mark in marks for inner in (mark.metadata if isinstance(mark, FieldInfo) else (mark,))]
    return max((mark.min_length for mark in flat if isinstance(mark, MinLen)), default=0)


if __name__ == "__main__":
    FILE.write_text(json.dumps(tables(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
