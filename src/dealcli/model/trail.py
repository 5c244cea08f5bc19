"""From the location that pydantic gives to the route in the document, and to the model that is reached."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Tag

from dealcli.diagnostics import Route
from dealcli.model.written import Written


class Trail(NamedTuple):
    """Where a location leads: the route without tags, the model above its last step, the type of what is there."""

    route: Route
    model: type[Written]
    annotation: Any
    on_key: bool = False


def follow(document: type[Written], location: tuple[str | int, ...], key_is_last: bool) -> Trail:
    """Follow ``location`` through the types of ``document``, leaving out the tags.

    ``key_is_last`` says that the last step is a key that the model does not have, and so never a marker.
    """
    route: list[str | int] = []
    model, annotation = document, _bare(document)
    for index, step in enumerate(location):
        is_last = index == len(location) - 1
        if is_last and step == "[key]" and not key_is_last and get_origin(annotation) is dict:
            return Trail(tuple(route), model, str, on_key=True)
        branches = tagged(annotation)
        if branches and step in branches:
            annotation = _bare(branches[step])
            model = annotation if _is_model(annotation) else model
            continue
        if not (
            get_origin(annotation) is dict
            and index == len(location) - 2
            and location[-1] == "[key]"
            and not key_is_last
        ):
            annotation = _below(annotation, step)
        route.append(step)
        if not is_last and _is_model(annotation):
            model = annotation
    return Trail(tuple(route), model, annotation)


def tagged(annotation: Any) -> dict[str | int, Any]:
    """The branches of a union by their tags; empty for anything else."""
    if get_origin(annotation) not in (Union, UnionType):
        return {}
    branches: dict[str | int, Any] = {}
    for member in get_args(annotation):
        for mark in getattr(member, "__metadata__", ()):
            if isinstance(mark, Tag):
                branches[mark.tag] = member
    return branches


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a model as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _below(annotation: Any, step: str | int) -> Any:
    if _is_model(annotation):
        for name, field in annotation.model_fields.items():
            if step == (field.alias or name):
                return _bare(field.annotation)
        extra = _extra(annotation)
        return _bare(get_args(extra)[1]) if get_origin(extra) is dict else None
    arguments = get_args(annotation)
    if get_origin(annotation) is list:
        return _bare(arguments[0])
    return _bare(arguments[1]) if get_origin(annotation) is dict else None


@cache
def _extra(model: type[BaseModel]) -> Any:
    """The type of the keys of a model that are names of the document."""
    return get_type_hints(model, include_extras=True).get("__pydantic_extra__")


def _bare(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and without the possibility of being left out."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType) and not tagged(annotation):
            members = [member for member in get_args(annotation) if member is not NoneType]
            if len(members) != 1:
                return annotation
            annotation = members[0]
        else:
            return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
