"""Everything that is wrong with one document, from its shape to the rules that tie its keys together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pydantic import ValidationError

from dealcli.diagnostics import Diagnostic, Place, Route, did_you_mean
from dealcli.model import KINDS, Kind, kind_of
from dealcli.model.agreement import Agreement, Vocabulary
from dealcli.model.coherence import contradictions
from dealcli.model.scenario import Scenario, Suite
from dealcli.model.translation import subject, translate, value_at
from dealcli.model.words import quoted
from dealcli.model.written import Written


@cache
def document_models() -> dict[Kind, type[Written]]:
    """The model of each kind of document."""
    return {"vocabulary": Vocabulary, "agreement": Agreement, "scenario": Scenario, "suite": Suite}


def problems(tree: object, path: str, document_index: int) -> list[Diagnostic]:
    """Every problem of one document, in the order of ``Diagnostic.sort_key``; at most one of each kind at a place."""
    place = Place(path, (), document_index)
    kind = kind_of(tree)
    if kind is None or not isinstance(tree, dict):
        return [_of_no_kind(tree, place)]
    if nameless := [_nameless(route, place) for route in empty_keys(tree)]:
        return sorted(nameless, key=lambda problem: problem.sort_key)
    document = document_models()[kind]
    found: list[Diagnostic] = []
    try:
        document.model_validate(tree)
    except ValidationError as error:
        found.extend(translate(error, document, tree, place))
    unknown = {problem.place.route for problem in found if problem.code == "DC201"}
    misspelt = {route[:-1] for route in unknown}
    found = [problem for problem in found if not _is_empty(tree, problem)]
    found.extend(_empty(route, place) for route in empty_values(tree) if route not in unknown)
    found.extend(problem for problem in contradictions(kind, tree, place) if not _follows(problem, misspelt))
    found.sort(key=lambda problem: problem.sort_key)
    return found


def _follows(problem: Diagnostic, misspelt: set[Route]) -> bool:
    """Whether a needed key is only missing because it is misspelt, there or beside the reading that lacks it.

    ``misspelt`` are the routes below which an unknown key stands.
    """
    if problem.code not in ("DC202", "DC212"):
        return False
    route = problem.place.route
    definition = route[:-2] if route[-2:-1] == ("readings",) else route
    return route in misspelt or definition in misspelt


def _of_no_kind(tree: object, place: Place) -> Diagnostic:
    expected = "vocabulary, agreement, scenario or suite as the first key"
    if not isinstance(tree, dict) or not tree:
        return Diagnostic("DC200", "a document is a mapping of keys to values", place, expected)
    first = next(iter(tree))
    later = [kind for kind in KINDS if kind in tree]
    hint = f"move {quoted(later[0])} to the top" if later else did_you_mean(str(first), KINDS)
    return Diagnostic(
        "DC200", f"a document cannot begin with {quoted(first)}", place.at(first, on_key=True), expected, hint
    )


def values_of(tree: object) -> Iterator[tuple[Route, object]]:
    """Every value of a tree with its route, however deep."""
    pending: list[tuple[Route, object]] = [((), tree)]
    while pending:
        route, value = pending.pop()
        yield route, value
        if isinstance(value, dict):
            pending.extend(((*route, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            pending.extend(((*route, index), inner) for index, inner in enumerate(value))


def empty_values(tree: object) -> Iterator[Route]:
    """The route of every key and list item that has nothing written after it."""
    return (route for route, value in values_of(tree) if value is None)


def empty_keys(tree: object) -> Iterator[Route]:
    """The route of every mapping that has a value without a key before it."""
    for route, value in values_of(tree):
        if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
            yield tuple(step for step in route if isinstance(step, str | int))


def _nameless(route: Route, place: Place) -> Diagnostic:
    return Diagnostic("DC210", f"{subject(route)} has a value without a key", place.at(*route), "a key before every :")


def _empty(route: Route, place: Place) -> Diagnostic:
    hint = "write a value, or leave the key out"
    if len(route) == 2 and route[0] == "events":
        hint = "write {} for an event without attributes"
    elif route and isinstance(route[-1], int):
        hint = "write a value, or leave the item out"
    return Diagnostic("DC210", f"{subject(route)} is empty", place.at(*route), hint=hint)


def _is_empty(tree: object, problem: Diagnostic) -> bool:
    """Whether a problem only says in other words that there is nothing at its place."""
    return (
        problem.code not in ("DC201", "DC202")
        and not problem.place.on_key
        and value_at(tree, problem.place.route) is None
    )
