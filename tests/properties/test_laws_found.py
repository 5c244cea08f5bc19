"""What the laws and the second reference found: the smallest contract each.

Each states what the language says. Those marked fail today, and strictly, so that a repair takes the mark away; ``laws.py`` leaves their like out.
"""

from __future__ import annotations

import tempfile
from datetime import date
from typing import Any

import pytest
import yaml

from command_laws import evaluated, written
from contracts import Case
from dealcli.language.values import UNKNOWN
from told import Told, told

EVENTS = {name: {"by": "party", "id?": "id", "q?": "number"} for name in ("e0", "e1", "e2", "e3")} | {"pay": {"by": "party", "sum": "money"}}
FOUND = pytest.mark.xfail(strict=True, reason="doubt that is lost still")


def run(body: str, rows: str, as_of: str, *, start: str = "2025-01-01") -> Told:
    """Rows are written ``01-15 e1 ann q=2 ?`` (``?``: unconfirmed; ``01-15T09:00``: an instant)."""
    tree: dict[str, Any] = {"agreement": "g", "from": start, "parties": {"ann": "Ann", "bob": "Bob"}, "events": EVENTS}
    tree |= yaml.load(body, Loader=yaml.BaseLoader)
    return told(Case([tree], [_row(line.split()) for line in rows.split(",") if line.strip()], date.fromisoformat(as_of)))


def _row(parts: list[str]) -> dict[str, str]:
    row = {"date": f"2025-{parts[0]}", "event": parts[1], "by": parts[2]}
    row |= {"happened": "unconfirmed"} if parts[-1] == "?" else {}
    return row | dict(part.replace("_", " ").split("=") for part in parts[3:] if "=" in part)


def stage(found: Told, clause: str = "c0") -> Any:
    return found.position(f"g.{clause}")["stage"]


def possible(found: Told, clause: str = "c0") -> Any:
    return found.position(f"g.{clause}")["possible"]


def agreement(found: Told) -> Any:
    return (found.end or {})[("agreement", "g")]["stage"]


def value(found: Told, name: str) -> Any:
    return (found.end or {})[("fluent", name)]["value"]


# --- instants and days -----------------------------------------------------------------------------------------------


def test_days_after_an_event_that_has_an_hour_end_with_the_day() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, due: 5 days after e0}}"
    assert stage(run(body, "01-10T09:00 e0 bob", "2025-01-15")) == "in_force"


def test_a_span_of_days_after_an_event_that_has_an_hour_includes_its_last_day() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, act: e1, until: 5 days after e0}}"
    assert stage(run(body, "01-10T09:00 e0 bob, 01-15T17:00 e1 ann", "2025-01-15")) == "breached"


# --- triggers --------------------------------------------------------------------------------------------------------


def test_a_date_written_twice_in_a_trigger_makes_one_instance() -> None:
    body = "clauses: {c0: {kind: recital, bearer: bob, for_each: [2025-01-14, 2025-01-14]}}"
    assert sum(slot[:2] == ("position", "g.c0") for slot in run(body, "", "2025-01-20").end or {}) == 1


def test_days_after_an_event_written_twice_in_a_trigger_make_one_instance() -> None:
    body = "clauses: {c0: {kind: recital, bearer: bob, for_each: 3 days after e0 or 3 days after e0}}"
    assert sum(slot[:2] == ("position", "g.c0") for slot in run(body, "01-10 e0 ann", "2025-01-20").end or {}) == 1


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_limit_that_passes_at_the_event_that_ends_its_displacement_is_missed_the_day_after() -> None:
    body = """
clauses:
  c0: {kind: obligation, bearer: ann, act: e1, due: e0}
  c1: {kind: permission, bearer: ann, exception_to: c0, until: e0}
"""
    assert stage(run(body, "01-10 e0 bob", "2025-01-20")) == "breached"


# --- doubt that is lost ----------------------------------------------------------------------------------------------


def test_an_agreement_whose_end_counts_from_an_unconfirmed_event_has_perhaps_expired() -> None:
    assert agreement(run("until: 10 days after e0\nclauses: {}", "01-05 e0 bob ?", "2025-02-10")) == "undetermined"


def test_an_unconfirmed_extension_leaves_the_end_in_doubt() -> None:
    body = "until: 2025-01-20\nclauses: {}\neffects: [{upon: e3, extend: agreement, by: 10 days}]"
    assert agreement(run(body, "01-10 e3 bob ?", "2025-01-25")) == "undetermined"


def test_a_measure_of_an_agreement_that_has_perhaps_not_begun_has_perhaps_not_moved() -> None:
    body = "measures: {m: {sum: e1.q}}\nclauses: {}"
    assert value(run(body, "01-05 e0 bob ?, 01-10 e1 ann q=3", "2025-01-20", start="e0"), "m") != "3"


def test_a_measure_of_an_agreement_that_has_perhaps_ended_has_perhaps_stayed() -> None:
    body = "measures: {m: {latest: e1.q}}\nclauses: {}\neffects: [{upon: e3, complete: agreement}]"
    assert value(run(body, "01-03 e1 ann q=1, 01-05 e3 bob ?, 01-10 e1 ann q=3", "2025-01-20"), "m") == "unknown"


def test_the_clock_of_an_agreement_that_begins_at_the_latest_today_is_not_that_of_its_first_possible_day() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e2, within: 10 days}}"
    assert stage(run(body, "01-05 e0 bob ?, 01-14 e0 ann, 01-20 e2 ann", "2025-02-10", start="e0")) != "breached"


@FOUND
def test_what_has_perhaps_turned_may_still_turn_later() -> None:
    body = """
measures: {m: {sum: e0.q}}
facts: {h: {holds: m > 3}}
clauses: {c0: {kind: obligation, bearer: ann, for_each: h becomes true, act: e0}}
"""
    assert "in_force" in possible(run(body, "01-05 e0 bob q=3 ?, 01-10 e0 ann q=1", "2025-01-20"))


def test_a_standing_duty_is_perhaps_broken_while_it_perhaps_applies() -> None:
    body = """
facts: {f: {starts: e0}, h: {starts: e1}}
clauses: {c0: {kind: obligation, bearer: ann, maintain: not f, while: h}}
"""
    assert "breached" in possible(run(body, "01-05 e1 bob ?, 01-10 e0 ann", "2025-01-20"))


def test_a_limit_of_unknown_length_passes_perhaps_also_where_the_duty_was_displaced_when_it_began() -> None:
    body = """
facts: {f: {starts: 2025-01-09}}
clauses: {c0: {kind: obligation, bearer: ann, act: e1, within: undisclosed, unless: not f}}
"""
    assert stage(run(body, "02-14 e1 ann", "2025-03-10")) == "undetermined"


def test_a_right_that_was_used_before_a_limit_of_unknown_length_is_perhaps_exercised() -> None:
    body = "clauses: {c0: {kind: right, bearer: ann, act: e1, within: undisclosed}}"
    assert "exercised" in possible(run(body, "01-20 e1 ann", "2025-03-10"))


def test_an_unconfirmed_payment_of_a_missed_debt_within_its_cure_has_perhaps_cured_it() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 5, within: 3 days, cure: any_time}}"
    assert stage(run(body, "01-20 pay ann sum=USD_5 ?", "2025-03-10")) == "undetermined"


def test_an_act_serves_perhaps_the_next_instance_where_the_first_is_perhaps_past_its_limit() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, for_each: e0, act: e1, within: undisclosed}}"
    found = run(body, "01-05 e0 bob, 01-20 e0 bob, 01-20 e1 ann", "2025-01-20")
    last = [row for slot, row in (found.end or {}).items() if slot[:2] == ("position", "g.c0")][-1]
    assert "fulfilled" in last["possible"]


def test_what_survives_an_end_that_perhaps_came_is_perhaps_no_longer_suspended() -> None:
    body = """
until: e3
clauses: {c0: {kind: permission, bearer: ann, act: e1, survives: true}}
effects: [{upon: e2, suspend: agreement}]
"""
    assert stage(run(body, "01-05 e2 ann, 01-10 e3 bob ?", "2025-01-20")) == "undetermined"


@FOUND
def test_what_is_displaced_and_perhaps_not_begun_is_perhaps_not_performed() -> None:
    body = "facts: {f: {starts: 2025-01-02}}\nclauses: {c0: {kind: obligation, bearer: ann, act: e1, from: e0, unless: f}}"
    assert stage(run(body, "01-05 e0 bob ?, 01-10 e1 ann", "2025-01-20")) == "undetermined"


@FOUND
def test_a_limit_that_perhaps_passed_before_its_agreement_began_was_perhaps_never_owed() -> None:
    body = "clauses: {c0: {kind: permission, bearer: ann, act: e1, due: 3 days after e2}}"
    assert "ended" in possible(run(body, "01-05 e2 bob, 01-20 e2 bob ?, 01-25 e0 bob", "2025-01-26", start="e0"))


@FOUND
def test_the_first_period_of_a_clause_that_has_perhaps_begun_was_perhaps_made_then() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, every: 10 days, first: 2025-01-02, within: 10 days, from: 2 days after e0}}"
    assert run(body, "01-01 e0 bob ?, 01-05 e0 bob", "2025-01-08").position("g.c0")["due"] != "2025-01-17"


@FOUND
def test_an_act_that_also_waives_has_perhaps_waived_what_had_perhaps_not_begun() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, act: e1, waived_by: e1}}"
    assert "waived" in possible(run(body, "01-05 e0 bob ?, 01-10 e1 ann", "2025-01-20", start="e0"))


def test_an_unconfirmed_assignment_leaves_nobody_named() -> None:
    body = """
clauses: {c0: {kind: obligation, bearer: ann, act: e1}}
effects: [{upon: e0, assign: c0, side: bearer, to: e0.by}]
"""
    assert ("position", "g.c0", UNKNOWN, 1) in (run(body, "01-05 e0 bob ?", "2025-01-20").end or {})


def test_a_later_limit_does_not_open_the_cure_of_an_earlier_breach_again() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, due: e2, breached_by: e3, cure: 2 days}}"
    assert stage(run(body, "01-05 e3 bob, 01-20 e2 bob, 01-21 e1 ann", "2025-01-22")) == "breached"


def test_part_of_a_debt_whose_payment_is_unconfirmed_fulfils_nothing() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 5}}"
    assert stage(run(body, "01-20 pay ann sum=USD_4 ?", "2025-01-22")) == "in_force"


def test_a_payment_reaches_perhaps_each_debt_where_it_is_not_known_which_is_due_first() -> None:
    body = """
clauses:
  c0: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 5, due: undisclosed}
  c1: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 5, due: 2025-02-01}
"""
    found = run(body, "01-20 pay ann sum=USD_5", "2025-01-22")
    assert ["fulfilled" in possible(found, clause) and stage(found, clause) == "undetermined" for clause in ("c0", "c1")] == [True, True]


# --- what is told ------------------------------------------------------------------------------------------------------


def test_the_reasons_of_an_instance_that_a_date_made_name_no_address_in_memory() -> None:
    tree = {"agreement": "g", "from": "2025-01-01", "parties": {"ann": "Ann", "bob": "Bob"}, "events": EVENTS}
    tree["clauses"] = {"c0": {"kind": "obligation", "bearer": "ann", "for_each": "2025-01-14", "act": "e1", "within": "3 days"}}
    with tempfile.TemporaryDirectory() as folder:
        assert " at 0x" not in str(evaluated(written(Case([tree], [], date(2025, 2, 1)), folder)))
