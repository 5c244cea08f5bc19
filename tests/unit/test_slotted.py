"""Classes of fields: what the standard library's dataclasses promise, as far as the package uses it."""

from __future__ import annotations

import copy
import pickle
from typing import ClassVar

import pytest

from dealcli.slotted import asdict, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    noun: ClassVar[str] = "a point"


@dataclass(frozen=True, slots=True)
class Labelled(Point):
    label: str = "p"


@dataclass(slots=True)
class Basket:
    items: list[int] = field(default_factory=list)
    secret: str = field(default="s", repr=False)


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Identified:
    name: str
    size: int = 0

    def __post_init__(self) -> None:
        self.size += 1


@dataclass(frozen=True)
class Open:
    name: str


def test_fields_are_given_by_place_or_name_and_have_defaults() -> None:
    assert [(p.x, p.y) for p in (Point(1), Point(1, 3), Point(y=4, x=1))] == [(1, 2), (1, 3), (1, 4)]


@pytest.mark.parametrize("wrong", [{}, {"x": 1, "z": 1}])
def test_a_missing_or_unknown_field_is_refused_at_the_first_object_and_later(wrong: dict[str, int]) -> None:
    for _ in range(2):
        with pytest.raises(TypeError):
            Point(**wrong)


def test_a_field_that_is_no_field_takes_no_room() -> None:
    assert (Point.noun, Point.__slots__) == ("a point", ("x", "y"))
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_a_class_without_slots_takes_further_attributes() -> None:
    thing = Open("a")
    thing.more = 1  # type: ignore[attr-defined]
    assert thing == Open("a")


def test_objects_of_one_class_with_equal_fields_are_equal_and_hash_alike() -> None:
    assert Point(1) == Point(1, 2)
    assert hash(Point(1)) == hash(Point(1, 2))
    assert Point(1) != Point(2)
    assert Point(1) != Labelled(1)
    assert len({Point(1), Point(1), Point(2)}) == 2


def test_what_may_change_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(Basket())


def test_without_eq_an_object_equals_only_itself() -> None:
    one = Identified(name="a")
    assert one == one  # noqa: PLR0124 - the rule itself
    assert one != Identified(name="a")
    assert len({one}) == 1


def test_a_default_that_is_made_is_made_for_each_object() -> None:
    one, other = Basket(), Basket()
    one.items.append(1)
    assert other.items == []


def test_a_child_has_the_fields_of_its_parent_before_its_own() -> None:
    assert Labelled(1, 2, "q") == Labelled(x=1, label="q")
    assert Labelled.__match_args__ == ("x", "y", "label")
    assert Labelled.__slots__ == ("label",)


def test_an_object_is_shown_by_its_fields_but_those_that_are_not_to_be_shown() -> None:
    assert repr(Labelled(1)) == "Labelled(x=1, y=2, label='p')"
    assert repr(Basket([1])) == "Basket(items=[1])"


def test_fields_by_name_only_take_no_values_by_place() -> None:
    with pytest.raises(TypeError):
        Identified("a")  # type: ignore[misc]
    assert Identified.__match_args__ == ()


def test_what_a_class_does_after_its_fields_are_set_is_done() -> None:
    assert Identified(name="a", size=2).size == 3


def test_replacing_leaves_the_first_object_as_it_was() -> None:
    one = Labelled(1)
    assert (replace(one, y=5), one) == (Labelled(1, 5, "p"), Labelled(1))


def test_a_field_that_does_not_exist_cannot_be_replaced() -> None:
    with pytest.raises(TypeError):
        replace(Point(1), z=1)


def test_objects_match_by_their_fields() -> None:
    match Labelled(1, 2, "q"):
        case Labelled(x, y, label):
            assert (x, y, label) == (1, 2, "q")


def test_objects_can_be_copied_and_sent_to_another_process() -> None:
    for thing in (Point(1), Labelled(1), Open("a")):
        assert pickle.loads(pickle.dumps(thing)) == thing
        assert copy.deepcopy(thing) == thing


def test_an_object_becomes_plain_data_with_what_is_inside_it() -> None:
    basket = Basket([1, 2])
    assert asdict({"points": (Point(1), Labelled(3, label="q")), "basket": basket}) == {
        "points": [{"x": 1, "y": 2}, {"x": 3, "y": 2, "label": "q"}],
        "basket": {"items": [1, 2], "secret": "s"},
    }
    assert asdict(basket)["items"] is not basket.items
