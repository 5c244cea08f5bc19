"""What a row of a timeline says, typed by what its event declares; and what is told where it does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.declare import Text
from dealcli.engine.records import Event
from dealcli.engine.shown import show
from dealcli.engine.timeline import Exercise, Reader, in_order

DEAL = {
    "agreement": "deal", "title": "Deal", "parties": {"a": {"title": "Party A", "was": [{"until": "2020-01-01", "title": "Old A"}]}, "b": "B"},
    "timezone": "Europe/Paris",
    "events": {
        "done": {
            "by?": "party", "word?": ["red", "green"], "name?": "text", "yes?": "boolean", "size?": "number", "fee?": "money USD",
            "sum?": "money", "span?": "duration", "day?": "date", "when?": "datetime", "many?": "list of number",
            "lines?": "list of {item: text, size: number}", "box?": "{item: text, size: number}",
        },
        "needed": {"size": "number"}, "shared": {},
    },
    "clauses": {
        "leave": {"kind": "power", "bearer": "a"}, "act": {"kind": "power", "bearer": "a", "act": "done"},
        "duty": {"kind": "obligation", "bearer": "a", "act": "done"}, "again": {"kind": "power", "bearer": "a"},
    },
}  # fmt: skip
OTHER: dict[str, Any] = {
    "agreement": "other", "title": "Other", "events": {"shared": {}},
    "clauses": {"again": {"kind": "power", "bearer": "a"}},
}  # fmt: skip


def reader(**changes: Any) -> Reader:
    program, problems = build([Text({**tree, **changes}, Place("deal.yaml", (), n)) for n, tree in enumerate((DEAL, OTHER))])
    assert problems == []
    return Reader(program)


def read(**row: Any) -> Event | Exercise | None:
    found = reader()
    event = found.read({"date": "2025-02-01", "event": "done", **row}, Place("timeline.yaml"))
    assert found.problems == []
    return event


def value(name: str, written: Any) -> str:
    event = read(**{name: written})
    assert isinstance(event, Event)
    return show(event.values.get(name))


def problem(**row: Any) -> tuple[str, str, str]:
    """The code, message and hint (or what is expected) of the one problem of a row."""
    found = reader()
    found.read({"date": "2025-02-01", **row}, Place("timeline.yaml"))
    [one] = found.problems
    return one.code, one.message, one.hint or one.expected


@pytest.mark.parametrize(
    ("name", "written", "shown"),
    [
        ("by", "a", "a"), ("by", "Party A", "a"), ("by", "Old A", "a"), ("by", "unknown", "unknown"),
        ("word", "red", "red"), ("name", "12", "12"), ("name", "unknown", "unknown"), ("yes", "true", "true"), ("yes", "false", "false"),
        ("size", "12", "12"), ("size", "-3", "-3"), ("size", "0", "0"), ("size", "007", "7"), ("size", "20%", "0.2"),
        ("size", "1234567890123456", "1234567890123456"),
        ("fee", "5", "USD 5"), ("fee", "USD 5", "USD 5"), ("fee", "-USD 5", "USD -5"), ("sum", "EUR 5", "EUR 5"),
        ("span", "3 days", "3 days"), ("day", "2025-01-31", "2025-01-31"), ("day", "2025-01", "2025-01-31"),
        ("when", "2025-01-31T10:00", "2025-01-31T10:00:00+01:00"), ("when", "2025-01-31 10:00Z", "2025-01-31T11:00:00+01:00"),
        ("many", ["1", "2"], "1, 2"), ("many", [], ""), ("many", ["1", "unknown"], "1, unknown"),
        ("lines", [{"item": "bolt", "size": "2"}], "item: bolt, size: 2"), ("box", {"item": "bolt"}, "item: bolt"),
        ("box", {"item": "bolt", "size": None}, "item: bolt, size: none"), ("size", None, "none"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_the_type_of_its_attribute(name: str, written: Any, shown: str) -> None:
    assert value(name, written) == shown


@pytest.mark.parametrize(
    ("name", "written", "code", "message", "hint"),
    [
        ("by", "c", "DC407", "no party is called 'c'", "known here: a, b"),
        ("word", "rde", "DC406", "'rde' is none of red, green", "did you mean 'red'?"),
        ("word", ["red"], "DC406", "a word is needed here", ""),
        ("name", {"x": "1"}, "DC406", "a text is needed here", ""),
        ("yes", "no", "DC406", "'no' is neither true nor false", "write true or false"),
        ("size", "twelve", "DC406", "'twelve' is no number", "such as 1200.50 or 20%"),
        ("size", "3 days", "DC406", "'3 days' is no number", "such as 1200.50 or 20%"),
        ("size", "1 + 2", "DC406", "'1 + 2' is no number", "such as 1200.50 or 20%"),
        ("size", "a $ b", "DC406", "'a $ b' is no number", "such as 1200.50 or 20%"),
        ("size", ["1"], "DC406", "a number is needed here", ""),
        ("fee", "EUR 5", "DC406", "'EUR 5' is no amount in USD", "such as USD 5 million"),
        ("fee", "5 USD", "DC406", "'5 USD' is no amount in USD", "write USD 5"),
        ("sum", "5", "DC406", "'5' is no amount of money", "such as USD 5 million"),
        ("span", "3", "DC406", "'3' is no duration", "such as 30 days"),
        ("day", "2025-02-30", "DC405", "there is no such date: 2025-02-30", ""),
        ("day", "soon", "DC405", "'soon' is no date", "a date such as 2030-12-31, or 2030-12-31T17:00Z"),
        ("day", "2025-01-01X10:00", "DC405", "'2025-01-01X10:00' is no date", "a date such as 2030-12-31, or 2030-12-31T17:00Z"),
        ("day", "2025-02-01/2025-01-01", "DC405", "there is no such date: 2025-02-01/2025-01-01", "the interval 2025-02-01/2025-01-01 runs backwards"),
        ("when", "2025-01-31T25:00", "DC405", "there is no such date: 2025-01-31T25:00", ""),
        ("when", "0001-01-01T00:00+10:00", "DC405", "there is no such date: 0001-01-01T00:00+10:00", ""),
        ("many", "1", "DC406", "a list of number is needed here", ""),
        ("box", "bolt", "DC406", "a record {item: text, size: number} is needed here", ""),
        ("box", {"itme": "bolt"}, "DC402", "there is no field 'itme'", "did you mean 'item'?"),
        ("lines", [{"size": "x"}], "DC406", "'x' is no number", "such as 1200.50 or 20%"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_is_expected(name: str, written: Any, code: str, message: str, hint: str) -> None:
    found = problem(event="done", **{name: written})
    assert (found[:2], found[2] if hint else "") == ((code, message), hint)


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ({"event": "doen"}, "DC401", "no event is called 'doen'"),
        ({"event": "shared"}, "DC303", "'shared' could mean deal.shared or other.shared"),
        ({"event": "done", "sise": "1"}, "DC402", "the event done has no attribute 'sise'"),
        ({"event": "needed"}, "DC403", "the event needed needs 'size'"),
        ({"event": "done", "date": "2025-01-01/.."}, "DC405", "an event has no open interval as its date"),
        ({"exercise": "laeve"}, "DC404", "no power is called 'laeve'"),
        ({"exercise": "again"}, "DC404", "'again' is in several agreements"),
        ({"exercise": "duty"}, "DC404", "'duty' is a obligation, only a power is exercised"),
        ({"exercise": "act"}, "DC404", "'act' is exercised by its act"),
    ],
)
def test_a_row_that_names_nothing_that_is_declared_is_told(row: dict[str, str], code: str, message: str) -> None:
    assert problem(**row)[:2] == (code, message)


def test_an_unknown_event_is_told_at_each_of_its_rows() -> None:
    found = reader()
    for _ in range(2):
        found.read({"date": "2025-02-01", "event": "doen"}, Place("timeline.yaml"))
    assert [one.hint for one in found.problems] == ["did you mean 'done'?"] * 2


def test_a_thing_of_one_of_several_agreements_is_named_with_it() -> None:
    event, power = read(event="other.shared"), reader().read({"date": "2025-02-01", "exercise": "other.again"}, Place("timeline.yaml"))
    assert isinstance(event, Event)
    assert isinstance(power, Exercise)
    assert (event.type.full, power.clause.full) == ("other.shared", "other.again")


def test_a_row_of_exercise_says_who_uses_the_power_and_on_which_key() -> None:
    power = reader().read({"date": "2025-02-01", "exercise": "leave", "by": "Party A", "lot": "7", "note": "x"}, Place("timeline.yaml"))
    assert isinstance(power, Exercise)
    assert (power.by, power.key, str(power.moment)) == ("a", {"lot": "7"}, "2025-02-01")


def test_a_note_is_no_event() -> None:
    assert reader().read({"date": "2025-02-01", "note": "something else"}, Place("timeline.yaml")) is None


def test_a_time_of_day_belongs_to_the_zone_of_the_deal_unless_it_says_otherwise() -> None:
    late = read(at="23:30+00:00")
    assert isinstance(late, Event)
    assert (str(late.day), str(late.at)) == ("2025-02-02", "2025-02-02 00:30:00+01:00")
    alone = reader().read({"at": "2025-02-01T10:00", "event": "done"}, Place("timeline.yaml"))
    assert isinstance(alone, Event)
    assert str(alone.at) == "2025-02-01 10:00:00+01:00"


def test_an_uncertain_date_is_taken_as_its_last_day_and_noted() -> None:
    found = reader()
    for date in ("2025-02", "2025-02-03", "2025-02-03/2025-02-03"):
        found.read({"date": date, "event": "done"}, Place("timeline.yaml"))
    assert [(text, chosen) for _, text, chosen in found.approximate] == [("2025-02", "2025-02-28")]


def test_rows_stand_in_the_order_of_their_days_and_the_times_of_one_day_in_the_order_written() -> None:
    found = reader()
    written = ("2025-02-02", "2025-02-01T12:00", "2025-02-01", "2025-02-01T11:00", "2025-02-03T09:00")
    rows = [row for date in written if (row := found.read({"date": date, "event": "done"}, Place("timeline.yaml", ("events", 0))))]
    assert [str(row.at or row.day)[:16] for row in in_order(rows, found)] == [
        "2025-02-01 12:00", "2025-02-01", "2025-02-01 11:00", "2025-02-02", "2025-02-03 09:00"]  # fmt: skip
    assert [one.code for one in found.problems] == ["DC408"]


def test_where_the_deal_has_an_open_class_of_parties_anybody_may_be_named() -> None:
    found = reader(parties={"buyers": {"title": "Buyers", "open": "true"}, "a": "A"})
    event = found.read({"date": "2025-02-01", "event": "done", "by": "Somebody"}, Place("timeline.yaml"))
    assert isinstance(event, Event)
    assert (event.values["by"], found.problems) == ("Somebody", [])
