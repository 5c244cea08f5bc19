"""The models as plain data answer as the models do, and a sound document never loads them."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealcli.model import kind_of, validate
from dealcli.model.shapes import fits, shapes
from dealcli.model.tabulate import FILE, tables
from dealcli.model.validation import problems
from dealcli.reading.yaml_tree import read_yaml

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("clauses/**/*.yaml"), *ROOT.glob("examples/*.yaml"), *ROOT.glob("tests/cases/**/*.yaml")])
TREES = [document.tree for file in FILES for document in read_yaml(file.name, file.read_bytes())[0].documents]
SCRAPS: list[Any] = [
    "", None, "x", "yes", "true", "2025-13-01", "2025-01", "undisclosed", "3", "-1", "or", "a.b", "monday", [], {},
    ["a"], [None], {"a": "b"}, {"not": "x", "all": ["y"]}, {"all": []}, {"date": "2025-01-01"}, {None: "a"},
]  # fmt: skip
KEYS = ["given", "from", "from_", "is", "noun", "readings", "zz"]


def spots(tree: Any) -> list[tuple[Any, Any]]:
    """Every container of a tree with each of its keys or positions."""
    found, waiting = [], [tree]
    while waiting:
        container = waiting.pop()
        members = container.items() if isinstance(container, dict) else enumerate(container)
        for step, member in members:
            found.append((container, step))
            if isinstance(member, dict | list):
                waiting.append(member)
    return found


def test_the_shapes_are_those_of_the_models() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == tables(), "run python -m dealcli.model.tabulate"


def test_two_models_of_one_name_would_be_one_shape_so_every_name_is_used_once() -> None:
    from dealcli.model.written import Written

    def below(model: type[Written]) -> list[type[Written]]:
        return [model, *(deeper for child in model.__subclasses__() for deeper in below(child))]

    used = {model for model in below(Written) if model.__name__ in shapes()}
    assert len({model.__name__ for model in used}) == len(used)


def test_every_published_document_fits_its_shape() -> None:
    unfit = [tree for tree in TREES if not fits(str(kind_of(tree)), tree)]
    assert len(TREES) > 50
    assert unfit == []


@given(st.data())
def test_a_changed_document_has_the_problems_that_the_models_find(data: st.DataObject) -> None:
    tree = copy.deepcopy(data.draw(st.sampled_from(TREES)))
    for _ in range(data.draw(st.integers(1, 2))):
        places = spots(tree)
        if not places:
            break
        container, step = places[data.draw(st.integers(0, len(places) - 1))]
        change = data.draw(st.sampled_from(["put", "leave out", "add"]))
        if change == "put":
            container[step] = copy.deepcopy(data.draw(st.sampled_from(SCRAPS)))
        elif change == "leave out":
            del container[step]
        elif isinstance(container, dict):
            container[data.draw(st.sampled_from(KEYS))] = copy.deepcopy(data.draw(st.sampled_from(SCRAPS)))
    assert validate(tree, "deal.yaml", 1) == problems(tree, "deal.yaml", 1)


@pytest.mark.parametrize("tree", [{"agreement": "a", "terms": {"x": {"value": 5}}}, {"agreement": 5}])
def test_what_is_no_text_is_left_to_the_models(tree: dict[str, Any]) -> None:
    assert not fits("agreement", tree)


def test_a_tree_deeper_than_the_stack_is_left_to_the_models() -> None:
    value: Any = "x"
    for _ in range(100_000):
        value = [value]
    assert not fits("agreement", {"agreement": "a", "terms": {"x": {"value": value}}})
    while isinstance(value, list):
        value = value.pop()


def test_a_sound_document_is_checked_without_pydantic() -> None:
    program = (
        "import sys; from dealcli.model import validate; "
        "assert validate({'agreement': 'a', 'terms': {'x': {'value': '3'}}}) == []; "
        "print(sorted(name for name in sys.modules if name.partition('.')[0].startswith('pydantic')))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
