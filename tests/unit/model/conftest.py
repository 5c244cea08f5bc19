"""Short documents to put one thing right or wrong in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dealcli.diagnostics import Diagnostic
from dealcli.model import validate

Told = Callable[..., list[str]]


def told(problems: list[Diagnostic]) -> list[str]:
    """Problems as ``code route: message``, with ``!`` before the route where the key is meant."""
    lines = []
    for problem in problems:
        route = ".".join(map(str, problem.place.route))
        lines.append(f"{problem.code} {'!' if problem.place.on_key else ''}{route}: {problem.message}")
    return lines


@pytest.fixture
def agreement() -> Told:
    """What is wrong with an agreement that has these sections."""
    return lambda **sections: told(validate({"agreement": "supply_2025", **sections}))


@pytest.fixture
def clause() -> Told:
    """What is wrong with one clause that has these keys, the routes counted from the clause."""

    def problems(keys: dict[str, Any]) -> list[str]:
        found = told(validate({"agreement": "supply_2025", "clauses": {"c": keys}}))
        return [line.replace("clauses.c.", "").replace("clauses.c", "") for line in found]

    return problems


@pytest.fixture
def scenario() -> Told:
    """What is wrong with a scenario that has these keys."""
    return lambda **keys: told(validate({"scenario": "Something happens", **keys}))
