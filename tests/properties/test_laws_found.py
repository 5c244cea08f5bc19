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


def test_what_has_perhaps_turned_may_still_turn_later() -> None:
    body = """
measures: {m: {sum: e0.q}}
facts: {h: {holds: m > 3}}
clauses: {c0: {kind: obligation, bearer: ann, for_each: h becomes true, act: e0}}
"""
    found = run(body, "01-05 e0 bob q=3 ?, 01-10 e0 ann q=1", "2025-01-20")
    assert possible(found) == ["fulfilled", "none"]
    assert (found.end or {})[("position", "g.c0", "ann", 2)]["possible"] == ["in_force", "none"]


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


def test_what_is_displaced_and_perhaps_not_begun_is_perhaps_not_performed() -> None:
    body = "facts: {f: {starts: 2025-01-02}}\nclauses: {c0: {kind: obligation, bearer: ann, act: e1, from: e0, unless: f}}"
    assert stage(run(body, "01-05 e0 bob ?, 01-10 e1 ann", "2025-01-20")) == "undetermined"


def test_a_limit_that_perhaps_passed_before_its_agreement_began_was_perhaps_never_owed() -> None:
    body = "clauses: {c0: {kind: permission, bearer: ann, act: e1, due: 3 days after e2}}"
    found = run(body, "01-05 e2 bob ?, 01-25 e0 bob", "2025-01-26", start="e0")
    assert possible(found) == ["ended", "in_force", "lapsed"]
    found = run(body, "01-05 e2 bob ?, 01-25 e0 bob", "2025-01-06", start="e0")
    assert possible(found) == ["ended", "pending"]


@pytest.mark.parametrize("limit", ["due", "until"])
def test_an_undisclosed_limit_or_end_is_looked_at_from_the_beginning_of_the_agreement_on(limit: str) -> None:
    body = f"clauses: {{c0: {{kind: obligation, bearer: ann, act: e1, {limit}: undisclosed}}}}"
    assert stage(run(body, "01-25 e0 bob", "2025-01-24", start="e0")) == "pending"
    assert "in_force" in possible(run(body, "01-25 e0 bob", "2025-01-26", start="e0"))


def test_an_end_that_perhaps_came_before_its_agreement_began_leaves_nothing_to_keep() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, act: e1, until: 3 days after e2}}"
    assert possible(run(body, "01-05 e2 bob ?, 01-25 e0 bob", "2025-01-26", start="e0")) == ["ended", "fulfilled", "in_force"]


def test_what_is_displaced_and_perhaps_not_begun_was_perhaps_never_owed_when_its_limit_passes() -> None:
    body = "facts: {f: {starts: e2}}\nclauses: {c0: {kind: obligation, bearer: ann, act: e1, from: e0, unless: f, due: 2025-01-10}}"
    assert possible(run(body, "01-04 e2 bob, 01-05 e0 bob ?", "2025-01-11")) == ["displaced", "ended"]


def test_what_perhaps_begins_perhaps_replaces() -> None:
    body = """
clauses:
  c0: {kind: obligation, bearer: ann, act: e1}
  c1: {kind: obligation, bearer: ann, act: e3, from: 2 days after e0, replaces: c0}
"""
    assert possible(run(body, "01-05 e0 bob ?", "2025-01-20")) == ["in_force", "superseded"]


def test_the_first_period_of_a_clause_that_has_perhaps_begun_was_perhaps_made_then() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, every: 10 days, first: 2025-01-02, within: 10 days, from: 2 days after e0}}"
    assert run(body, "01-01 e0 bob ?, 01-05 e0 bob", "2025-01-08").position("g.c0")["due"] != "2025-01-17"


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


def test_a_fact_that_is_unknown_has_perhaps_turned_again_when_it_perhaps_starts_again() -> None:
    body = """
facts: {f: {starts: e0, ends: e2}}
measures: {b: {initial: 1, updates: [{upon: f becomes true, set: b + 10}]}}
"""
    assert (run(body, "01-05 e0 bob, 01-10 e2 bob ?", "2025-01-20").end or {})[("fluent", "b")]["value"] == "11"
    assert (run(body, "01-05 e0 bob, 01-10 e2 bob ?, 01-12 e0 bob", "2025-01-20").end or {})[("fluent", "b")]["value"] == "unknown"
    assert (run(body, "01-05 e0 bob, 01-10 e2 bob ?, 01-12 e0 bob ?", "2025-01-20").end or {})[("fluent", "b")]["value"] == "unknown"


@pytest.mark.parametrize("start", ["2025-01-02", "2025-01-08"])
def test_a_span_ends_perhaps_over_what_never_applied_where_it_was_displaced_and_perhaps_had_not_begun(start: str) -> None:
    body = f"facts: {{f: {{starts: {start}}}}}\nclauses: {{c0: {{kind: condition, bearer: ann, act: e1, unless: not f, until: 2025-01-20}}}}"
    assert possible(run(body, "01-05 e0 bob ?", "2025-01-21", start="e0")) == ["ended", "failed"]


def test_a_debt_that_was_perhaps_in_force_perhaps_outlives_its_agreement() -> None:
    body = """
facts: {f: {starts: e1}}
clauses: {c0: {kind: obligation, bearer: ann, for_each: e0, act: pay, paid_with: sum, amount: USD 10, while: f, due: 2025-01-25}}
effects: [{upon: e2, terminate: agreement}]
"""
    found = possible(run(body, "01-05 e0 bob, 01-06 e1 bob ?, 01-10 e2 bob", "2025-01-30"))
    assert {"breached", "terminated"} <= set(found)


def test_what_perhaps_performed_late_has_perhaps_been_performed() -> None:
    body = """
clauses:
  c0: {kind: obligation, bearer: ann, maintain: any(c1 is performed), while: e2}
  c1: {kind: obligation, bearer: ann, act: e1, due: 2025-01-03}
"""
    assert possible(run(body, "01-05 e1 ann ?, 01-10 e2 bob", "2025-01-20")) == ["breached", "in_force"]


def test_a_standing_duty_that_is_kept_again_is_perhaps_displaced_by_then() -> None:
    body = """
facts: {f: {starts: 2025-01-08}}
clauses: {c0: {kind: obligation, bearer: ann, maintain: f, unless: e3}}
"""
    assert possible(run(body, "01-05 e3 bob ?", "2025-01-20")) == ["breached", "displaced", "in_force"]


def test_a_right_that_is_used_after_its_agreement_has_perhaps_ended_was_perhaps_used() -> None:
    body = "clauses: {c0: {kind: right, bearer: ann, act: e1}}\nuntil: e2"
    assert possible(run(body, "01-05 e2 bob ?, 01-10 e1 ann, 01-15 e2 bob", "2025-01-20")) == ["ended", "exercised"]
    assert possible(run(body, "01-05 e2 bob ?, 01-10 e1 ann, 01-15 e2 bob ?", "2025-01-20")) == ["ended", "exercised", "in_force"]


def test_a_payment_before_a_debt_has_certainly_begun_has_perhaps_paid_nothing() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 10, due: 2025-01-25}}"
    found = run(body, "01-05 e0 bob ?, 01-08 pay ann sum=USD_10, 01-20 e0 bob", "2025-01-30", start="e0")
    assert possible(found) == ["breached", "fulfilled"]


def test_a_span_that_counts_from_a_beginning_that_is_not_known_has_perhaps_not_ended() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, act: e1, until: 20 days}}"
    found = possible(run(body, "01-01 e0 bob ?, 01-25 e0 bob", "2025-01-30", start="e0"))
    assert found == ["fulfilled", "in_force"]


def test_of_a_clause_that_recurs_from_a_day_that_was_not_known_it_is_not_known_which_periods_there_are() -> None:
    for begin in ("e0", "2 days after e0"):
        body = f"clauses: {{c0: {{kind: obligation, bearer: ann, act: e1, every: 10 days, times: 1, from: {begin}}}}}"
        found = run(body, "01-05 e0 bob ?, 01-10 e0 bob", "2025-01-25")
        assert "none" in possible(found), begin


def test_a_clause_that_has_perhaps_ended_makes_perhaps_no_more_instances() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, every: 10 days, first: 2025-01-12, until: 2 days after e0}}"
    assert "none" in possible(run(body, "01-05 e0 bob ?", "2025-01-13"))


def test_a_clause_that_had_perhaps_ended_and_then_ends_for_certain_makes_no_more() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, for_each: e1, act: e3, until: e2}}"
    assert stage(run(body, "01-05 e2 bob ?, 01-10 e2 bob, 01-12 e1 bob", "2025-01-20")) == "ended"


def test_what_is_kept_again_after_it_was_perhaps_broken_is_perhaps_performed() -> None:
    body = """
facts: {f: {starts: e0, ends: e1}}
clauses: {c0: {kind: obligation, bearer: ann, maintain: not f}}
completed_by: c0 becomes performed
"""
    assert agreement(run(body, "01-05 e0 bob ?, 01-10 e1 bob", "2025-01-20")) == "undetermined"


def test_an_exception_that_is_perhaps_in_force_perhaps_takes_an_act_out_of_a_right() -> None:
    body = """
clauses:
  c0: {kind: right, bearer: ann, act: e1, once: true}
  c1: {kind: prohibition, bearer: ann, act: e1, from: e0, exception_to: c0}
"""
    assert possible(run(body, "01-05 e0 bob ?, 01-10 e1 ann", "2025-01-20")) == ["exercised", "in_force"]


def test_a_limit_that_perhaps_passed_while_it_was_displaced_has_perhaps_passed_afterwards() -> None:
    body = """
facts: {f: {starts: 2025-01-08, ends: 2025-01-18}}
clauses: {c0: {kind: obligation, bearer: ann, act: e1, within: 10 days, while: e0, unless: f}}
"""
    found = possible(run(body, "01-02 e0 bob ?, 01-05 e0 bob", "2025-01-25"))
    assert found == ["breached", "in_force"]


def test_what_an_event_perhaps_does_to_a_position_it_perhaps_leaves_to_the_next_role() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, waived_by: e3 where q > 1, breached_by: e3}}"
    found = possible(run(body, "01-05 e3 bob q=unknown", "2025-01-20"))
    assert found == ["breached", "in_force", "waived"]


@pytest.mark.parametrize("begin", ["2 days after e0", "2025-01-05/.."])
def test_a_length_that_counts_from_a_day_that_is_not_known_ends_not_before(begin: str) -> None:
    body = f"clauses: {{c0: {{kind: obligation, bearer: ann, act: e1, within: 10 days, from: {begin}}}}}"
    found = run(body, "01-05 e0 bob ?", "2025-01-16")
    assert found.position("g.c0")["due"] == "at least 2025-01-15"
    assert possible(found) == ["breached", "in_force", "pending"]


def test_what_is_displaced_and_perhaps_not_begun_stays_displaced_where_nothing_comes_of_an_act() -> None:
    body = "facts: {f: {starts: 2025-01-02}}\nclauses: {c0: {kind: prohibition, bearer: ann, act: e1, breached_by: e3, from: e0, unless: f}}"
    assert stage(run(body, "01-05 e0 bob ?, 01-10 e3 ann", "2025-01-20")) == "displaced"
