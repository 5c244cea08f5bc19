"""Every disagreement that was once found between engine and reference, as the smallest contract that shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from both import engine_days, reference_days
from contracts import Case

EVENTS = {name: {"by": "party", "id?": "id", "q?": "number"} for name in ("e0", "e1", "e2", "e3")}
EVENTS["pay"] = {"by": "party", "sum": "money"}
PARTLY = {"e1": {"by": "party", "reporting": "partial"}}


def stages(body: str, rows: str, day: str, *, start: str = "2025-01-01", events: dict[str, Any] | None = None, field: str = "stage",
           as_of: str = "") -> dict[str, Any]:  # fmt: skip
    """The stage (or another field) of every clause on a day, on which engine and reference agree.

    Rows are written ``01-15 e1 ann q=2`` (``sum=USD_4``); a clause with several instances lists them in order.
    """
    case = _case(body, rows, as_of or day, start, events)
    wanted = date.fromisoformat(day)
    engine, reference = engine_days(case, [wanted])[wanted], reference_days(case)[wanted]
    assert _told(engine, field) == _told(reference, field)
    return _told(engine, field)


def _case(body: str, rows: str, as_of: str, start: str = "2025-01-01", events: dict[str, Any] | None = None) -> Case:
    tree: dict[str, Any] = {"agreement": "g", "from": start, "parties": {"ann": "Ann", "bob": "Bob"}, "events": EVENTS | (events or {})}
    tree |= yaml.load(body, Loader=yaml.BaseLoader)
    return Case([tree], [_row(line.split(), as_of[:4]) for line in rows.splitlines() if line.strip()], date.fromisoformat(as_of))


def _row(parts: list[str], year: str) -> dict[str, str]:
    row = {"date": f"{year}-{parts[0]}", ("exercise" if parts[1][0] == "c" else "event"): parts[1], "by": parts[2]}
    return row | dict(part.replace("_", " ").split("=") for part in parts[3:])


def _told(snapshot: Any, field: str) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for slot, row in snapshot.items():
        if slot[0] in ("position", "agreement") and field in row:
            found.setdefault(slot[1].rpartition(".")[2], []).append("0" if row[field] == "USD 0" else row[field])
        elif slot[0] == "fluent" and field == "value":
            found.setdefault(slot[1], []).append(row["value"])
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


# --- days, spans, limits ---------------------------------------------------------------------------------------------


def test_periods_are_counted_from_the_start_and_never_drift() -> None:
    body = "clauses: {c1: {kind: obligation, bearer: ann, every: week, act: e1}}"
    assert stages(body, "", "2025-02-14", start="2025-01-31")["c1"] == ["breached", "breached", "in_force"]


def test_a_prohibition_by_the_week_ends_with_its_week() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, every: week, act: e2}}"
    assert stages(body, "", "2025-01-08")["c0"] == ["fulfilled", "in_force"]


def test_an_act_of_the_second_week_does_not_break_the_first_week() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, every: week, act: e2}}"
    assert stages(body, "01-09 e2 ann", "2025-01-09")["c0"] == ["fulfilled", "breached"]


def test_periods_begin_when_a_from_that_follows_an_event_is_known() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, every: month, act: e1, from: 2 days after e0}}"
    assert stages(body, "01-13 e0 ann", "2025-01-15")["c0"] == "in_force"


def test_periods_go_on_from_their_first_beginning_when_the_event_comes_again() -> None:
    body = "clauses: {c0: {kind: right, bearer: ann, every: 10 days, from: 2 days after e0}}"
    assert len(stages(body, "01-08 e0 bob\n01-19 e0 ann", "2025-01-30")["c0"]) == 3


def test_a_condition_whose_span_ends_unmet_has_failed() -> None:
    body = "clauses: {c1: {kind: condition, bearer: ann, act: e2, until: 2025-01-20}}"
    assert stages(body, "", "2025-01-21")["c1"] == "failed"


def test_a_date_written_as_a_trigger_makes_an_instance_on_its_day() -> None:
    body = "clauses: {c0: {kind: condition, bearer: bob, for_each: 2025-01-14, act: e2}}"
    assert stages(body, "", "2025-01-14")["c0"] == "in_force"


def test_a_fact_that_starts_on_a_date_starts_on_it() -> None:
    body = "facts: {f: {starts: 2025-01-10}}"
    assert stages(body + "\nclauses: {c0: {kind: recital, bearer: ann}}", "", "2025-01-10", field="value")["f"] == "true"


def test_an_agreement_that_never_began_expires_on_its_last_day() -> None:
    body = "until: 2025-01-10\nclauses: {c0: {kind: obligation, bearer: ann, act: e1}}"
    assert stages(body, "", "2025-01-11", start="e0") == {"g": "expired", "c0": "ended"}


def test_a_span_of_days_counts_from_the_first_day_of_the_agreement() -> None:
    body = "clauses: {c1: {kind: right, bearer: ann, until: 20 days}}"
    assert stages(body, "", "2025-01-21")["c1"] == "in_force"
    assert stages(body, "", "2025-01-22")["c1"] == "ended"


def test_a_span_of_days_does_not_run_before_the_agreement_begins() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e2, until: 20 days}}"
    assert stages(body, "01-02 e1 bob", "2025-02-10", start="e0")["c0"] == "pending"


def test_before_an_event_means_that_the_same_event_is_too_late() -> None:
    body = "clauses: {c0: {kind: condition, bearer: bob, act: e1, before: e1}}"
    assert stages(body, "01-09 e1 bob", "2025-01-09")["c0"] == "failed"


def test_what_has_begun_does_not_begin_again_with_a_later_event() -> None:
    body = "clauses: {c0: {kind: recital, bearer: ann, from: 2 days after e0}}"
    assert stages(body, "01-09 e0 bob\n01-22 e0 bob", "2025-01-22")["c0"] == "in_force"


def test_a_day_before_the_first_row_is_read_as_of_that_day() -> None:
    body = "clauses: {c0: {kind: right, bearer: ann, until: 2025-02-20}}"
    assert stages(body, "", "2025-02-20", start="e0", as_of="2025-04-11")["c0"] == "pending"


def test_a_remedy_does_not_take_the_period_of_what_caused_it_as_its_limit() -> None:
    body = """
clauses:
  c0: {kind: obligation, bearer: bob, every: 10 days, times: 1, act: e1}
  c1: {kind: obligation, bearer: bob, for_each: c0 becomes breached, act: e2}
"""
    assert stages(body, "", "2025-01-11")["c1"] == "in_force"


def test_a_duty_displaced_over_its_limit_has_the_day_on_which_the_displacement_ends() -> None:
    body = """
clauses:
  c0: {kind: right, bearer: bob, act: e2, within: 3 days}
  c4: {kind: obligation, bearer: ann, act: e1, within: 0 days, unless: any(c0 is in_force)}
"""
    assert stages(body, "", "2025-01-05")["c4"] == "in_force"
    assert stages(body, "", "2025-01-06")["c4"] == "breached"


# --- making instances ------------------------------------------------------------------------------------------------


def test_one_event_that_fits_both_halves_of_a_trigger_makes_one_instance() -> None:
    body = "clauses: {c0: {kind: recital, bearer: bob, for_each: e1 or e1 where q < 3}}"
    assert stages(body, "01-10 e1 ann q=2", "2025-01-10")["c0"] == "in_force"


def test_a_breached_duty_is_not_open_so_the_key_makes_its_next_instance() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, for_each: e0, key: id, act: e2, within: 2 days}}"
    assert stages(body, "01-10 e0 bob id=x\n01-20 e0 bob id=x", "2025-01-20")["c0"] == ["breached", "in_force"]


def test_a_clause_makes_nothing_after_its_last_day() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: bob, for_each: e2, act: e3, until: 10 days after e1}}"
    assert stages(body, "01-02 e1 bob\n01-20 e2 bob", "2025-01-20")["c0"] == "ready"


def test_a_surviving_clause_is_ready_after_its_agreement() -> None:
    body = "until: 2025-01-10\nclauses: {c3: {kind: prohibition, bearer: bob, for_each: e1, act: e2, survives: 'true'}}"
    assert stages(body, "", "2025-01-11")["c3"] == "ready"


def test_the_event_that_begins_an_agreement_makes_its_instances() -> None:
    body = "clauses: {c0: {kind: power, bearer: ann, for_each: e0}}"
    assert stages(body, "01-09 e0 bob", "2025-01-09", start="e0")["c0"] == "in_force"


def test_a_suspended_agreement_makes_suspended_instances() -> None:
    body = "effects: [{upon: e3, suspend: agreement}]\nclauses: {c0: {kind: obligation, bearer: ann, for_each: e1, act: e2}}"
    assert stages(body, "01-05 e3 ann\n01-09 e1 ann", "2025-01-09")["c0"] == "suspended"


def test_terminating_an_instance_that_is_not_there_leaves_the_other_keys_alone() -> None:
    body = "effects: [{upon: e2, terminate: c1}]\nclauses: {c1: {kind: obligation, bearer: ann, for_each: e1, key: id, act: e3}}"
    assert stages(body, "01-05 e2 ann id=x\n01-09 e1 ann id=y", "2025-01-09")["c1"] == "in_force"


# --- gates -----------------------------------------------------------------------------------------------------------


def test_an_exception_needs_no_key_where_no_act_is_at_hand() -> None:
    body = "clauses: {c0: {kind: prohibition, bearer: ann, act: e3, unless: e1}}"
    assert stages(body, "01-09 e1 ann", "2025-01-09")["c0"] == "displaced"


def test_an_exception_that_stands_later_in_the_file_displaces_from_the_first_moment() -> None:
    body = """
clauses:
  c2: {kind: prohibition, bearer: bob, every: 10 days, act: e0}
  c3: {kind: recital, bearer: bob, exception_to: c2}
"""
    assert stages(body, "", "2025-01-11")["c2"] == ["ended", "displaced"]


def test_suspending_an_agreement_that_has_not_begun_does_nothing() -> None:
    body = "effects: [{upon: e3, suspend: agreement}]\nclauses: {c1: {kind: right, bearer: bob, act: e1}}"
    assert stages(body, "01-31 e3 bob", "2025-02-03", start="2025-02-03")["c1"] == "in_force"


def test_what_survives_an_agreement_that_ended_while_suspended_binds() -> None:
    body = """
until: 2025-01-31
effects: [{upon: e2, suspend: agreement}]
clauses: {c1: {kind: prohibition, bearer: ann, act: e1, survives: 'true'}}
"""
    assert stages(body, "01-10 e2 ann", "2025-02-01")["c1"] == "in_force"


def test_a_pending_clause_is_extended_by_its_span() -> None:
    body = """
facts: {f: {starts: e2}}
effects: [{upon: e1, extend: c2, by: 10 days}]
clauses: {c2: {kind: prohibition, bearer: ann, act: e3, while: f, until: 2025-01-20}}
"""
    assert stages(body, "01-05 e1 bob", "2025-01-21")["c2"] == "pending"
    assert stages(body, "01-05 e1 bob", "2025-01-31")["c2"] == "ended"


# --- acts and ends ---------------------------------------------------------------------------------------------------


def test_completion_is_looked_at_after_the_effects_of_the_same_event() -> None:
    body = "completed_by: e2\neffects: [{upon: e2, discharge: c1}]\nclauses: {c1: {kind: obligation, bearer: bob, act: e1}}"
    assert stages(body, "01-10 e2 ann", "2025-01-10") == {"g": "completed", "c1": "discharged"}


def test_completing_a_clause_that_is_pending_fulfils_it() -> None:
    body = "effects: [{upon: e1, complete: c2}]\nclauses: {c2: {kind: obligation, bearer: ann, act: e2, from: 2025-01-20}}"
    assert stages(body, "01-10 e1 ann", "2025-01-20")["c2"] == "fulfilled"


def test_a_right_used_once_and_then_displaced_ends() -> None:
    body = "until: 2025-01-20\nfacts: {f: {starts: 2025-01-10}}\nclauses: {c2: {kind: right, bearer: ann, act: e2, unless: f}}"
    assert stages(body, "01-05 e2 ann", "2025-01-21")["c2"] == "ended"


def test_the_end_of_a_span_is_no_use_of_a_permission() -> None:
    body = """
clauses:
  c0: {kind: permission, bearer: bob, act: e2, until: 2025-01-20}
  c2: {kind: recital, bearer: ann, for_each: c0 becomes exercised}
"""
    assert stages(body, "01-10 e2 bob", "2025-01-21")["c2"] == "in_force"


def test_an_act_before_activation_serves_one_period_only() -> None:
    body = "clauses: {c1: {kind: right, bearer: bob, every: 10 days, act: e3, prior_performance: counts}}"
    assert stages(body, "01-05 e3 bob", "2025-01-11", field="uses")["c1"] == [1, 0]


def test_a_duty_performed_late_can_still_be_waived() -> None:
    body = "clauses: {c3: {kind: obligation, bearer: bob, act: e3, within: 3 days, waived_by: e2}}"
    assert stages(body, "01-10 e3 bob\n01-20 e2 ann", "2025-01-20")["c3"] == "waived"


def test_a_debt_that_never_came_into_force_ends_with_its_span() -> None:
    body = """
facts: {f: {starts: 2025-01-01}}
clauses: {c4: {kind: obligation, bearer: bob, for_each: e1, act: pay, paid_with: sum, amount: USD 10, unless: f, until: 2025-01-20}}
"""
    assert stages(body, "01-05 e1 bob", "2025-01-21")["c4"] == "ended"


# --- doubt -----------------------------------------------------------------------------------------------------------


def test_an_unconfirmed_use_leaves_a_power_undetermined_after_its_limit() -> None:
    body = "clauses: {c1: {kind: power, bearer: bob, act: e2, due: 2025-01-20}}"
    assert stages(body, "01-05 e2 bob happened=unconfirmed", "2025-01-21", field="possible")["c1"] == ["exercised", "lapsed"]


def test_a_limit_that_passes_in_doubt_records_no_breach() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: bob, act: e1, within: 0 days}}"
    assert stages(body, "", "2025-01-02", events=PARTLY)["c0"] == "undetermined"
    assert stages(body, "", "2025-01-02", events=PARTLY, field="breaches")["c0"] == 0


def test_what_has_certainly_happened_is_not_put_in_doubt_by_an_unconfirmed_repetition() -> None:
    body = "facts: {h: {holds: e3}}\nclauses: {c0: {kind: recital, bearer: bob}}"
    assert stages(body, "01-05 e3 bob\n01-10 e3 bob happened=unconfirmed", "2025-01-10", field="value")["h"] == "true"


def test_a_prohibition_that_perhaps_bound_is_perhaps_fulfilled() -> None:
    body = "until: 2025-01-10\nclauses: {c0: {kind: prohibition, bearer: ann, act: e3, unless: e1}}"
    assert stages(body, "", "2025-01-11", events=PARTLY, field="possible")["c0"] == ["ended", "fulfilled"]


# --- measures --------------------------------------------------------------------------------------------------------


def test_a_rolling_window_stands_still_after_its_agreement() -> None:
    body = "until: e3\nmeasures: {n: {count: e1, over: 9 days}}\nclauses: {c0: {kind: recital, bearer: ann}}"
    assert stages(body, "01-14 e1 bob\n01-14 e3 bob", "2025-01-30", field="value")["n"] == "1"


def test_a_month_back_from_the_end_of_february_reaches_the_end_of_january() -> None:
    body = "measures: {n: {count: e1, over: 1 month}}\nclauses: {c0: {kind: recital, bearer: ann}}"
    assert stages(body, "01-31 e1 bob", "2025-02-28", field="value")["n"] == "1"
    assert stages(body, "01-31 e1 bob", "2025-03-01", field="value")["n"] == "0"


def test_a_payment_credited_to_one_period_is_not_credited_to_the_next() -> None:
    body = """
clauses: {c0: {kind: obligation, bearer: ann, every: week, act: pay, paid_with: sum, amount: USD 10, prior_performance: counts}}
"""
    assert stages(body, "01-05 pay ann sum=USD_4", "2025-01-08", field="paid")["c0"] == ["USD 4", "0"]


def test_a_clause_with_two_bearers_is_suspended_as_a_whole() -> None:
    body = """
effects: [{upon: c0 becomes breached, suspend: c0}]
clauses: {c0: {kind: prohibition, bearer: [ann, bob], every: week, act: e1}}
"""
    assert "in_force" not in stages(body, "01-09 e1 bob", "2025-01-09")["c0"]


# --- the order of one day --------------------------------------------------------------------------------------------


def test_a_date_that_moves_a_measure_comes_before_what_begins_to_bind_on_that_day() -> None:
    body = """
measures: {b: {initial: '1', updates: [{upon: 2025-01-11, set: b + 10}]}}
clauses: {c0: {kind: obligation, bearer: bob, act: pay, paid_with: sum, amount: USD 1 * b, while: today > 2025-01-10}}
"""
    assert stages(body, "", "2025-01-11", field="amount")["c0"] == "USD 11"


def test_a_duty_due_on_the_last_day_of_the_period_it_depends_on_is_breached() -> None:
    body = """
clauses:
  c0: {kind: prohibition, bearer: ann, every: 10 days, times: 1, act: e1}
  c2: {kind: obligation, bearer: bob, every: 10 days, times: 1, act: e2, while: any(c0 is in_force)}
"""
    assert stages(body, "", "2025-01-11")["c2"] == "breached"


def test_an_act_in_time_before_the_instance_was_made_counts_though_the_limit_is_past() -> None:
    body = "clauses: {c1: {kind: condition, bearer: bob, for_each: e3, act: e1, before: 2025-01-25, prior_performance: counts}}"
    assert stages(body, "01-20 e1 bob\n01-28 e3 bob", "2025-01-28")["c1"] == "met"


def test_a_standing_duty_once_broken_is_not_broken_again_by_its_end() -> None:
    body = """
clauses:
  c0: {kind: obligation, bearer: bob, maintain: today >= e2.date + 4 days, until: 2025-02-18}
  c1: {kind: recital, bearer: bob, for_each: c0 becomes breached}
"""
    assert stages(body, "01-22 e2 bob", "2025-02-19")["c1"] == "in_force"


def test_a_broken_prohibition_that_binds_on_is_extended() -> None:
    body = "effects: [{upon: e3, extend: c0, by: 10 days}]\nclauses: {c0: {kind: prohibition, bearer: ann, act: e2, until: 2025-02-18}}"
    rows = "01-29 e2 ann\n02-11 e3 bob"
    assert stages(body, rows, "2025-02-19", field="in_force")["c0"] == "true"
    assert stages(body, rows, "2025-03-01", field="in_force")["c0"] == "false"


def test_a_fact_that_ends_and_starts_on_one_day_becomes_nothing() -> None:
    body = """
facts: {f: {starts: 5 days after e2, ends: 10 days after e0}}
clauses: {c4: {kind: recital, bearer: bob, for_each: f becomes true}}
"""
    assert stages(body, "01-02 e2 ann\n01-16 e0 ann\n01-21 e2 bob", "2025-01-26")["c4"] == "in_force"


def test_a_clause_that_has_ended_for_a_while_does_not_end_again_when_its_limit_passes() -> None:
    body = """
facts: {f: {starts: e0, ends: e3}}
clauses:
  c0: {kind: permission, bearer: bob, due: 2025-01-20, while: f}
  c2: {kind: recital, bearer: bob, for_each: c0 becomes ended}
"""
    assert stages(body, "01-05 e0 bob\n01-10 e3 ann", "2025-01-21")["c2"] == "in_force"


# --- what moves a limit or an end ------------------------------------------------------------------------------------


def test_an_extension_reaches_a_limit_that_is_not_known_yet() -> None:
    body = "effects: [{upon: e1, extend: c0, by: 10 days}]\nclauses: {c0: {kind: right, bearer: bob, due: 5 days after e3}}"
    assert stages(body, "01-05 e1 ann\n01-10 e3 ann", "2025-01-25")["c0"] == "in_force"
    assert stages(body, "01-05 e1 ann\n01-10 e3 ann", "2025-01-26")["c0"] == "lapsed"


def test_an_extension_reaches_the_end_of_an_agreement_that_is_not_known_yet() -> None:
    body = "until: 20 days after e0\neffects: [{upon: e3, extend: agreement, by: 10 days}]\nclauses: {c0: {kind: recital, bearer: bob}}"
    assert stages(body, "01-03 e3 bob\n01-05 e0 bob", "2025-02-04")["g"] == "in_force"
    assert stages(body, "01-03 e3 bob\n01-05 e0 bob", "2025-02-05")["g"] == "expired"


def test_an_extended_period_of_a_standing_duty_ends_later() -> None:
    body = """
facts: {f: {starts: 2025-01-01}}
effects: [{upon: e3, extend: c0, by: 10 days}]
clauses: {c0: {kind: obligation, bearer: bob, every: 10 days, times: 1, maintain: f}}
"""
    assert stages(body, "01-03 e3 bob", "2025-01-20")["c0"] == "in_force"
    assert stages(body, "01-03 e3 bob", "2025-01-21")["c0"] == "fulfilled"


def test_a_limit_that_a_displacement_moved_is_still_live() -> None:
    body = """
facts: {f: {starts: 2025-01-08, ends: e1}}
clauses: {c0: {kind: right, bearer: bob, due: 5 days after e0, unless: f}}
"""
    rows = "01-05 e0 ann\n01-15 e1 ann\n01-15 e0 ann"
    assert stages(body, rows, "2025-01-20")["c0"] == "in_force"
    assert stages(body, rows, "2025-01-21")["c0"] == "lapsed"


def test_the_period_of_a_prohibition_is_not_tolled() -> None:
    body = "effects: [{upon: e1, suspend: c0}, {upon: e3, resume: c0}]\nclauses: {c0: {kind: prohibition, bearer: bob, every: 10 days, times: 1, act: e2}}"
    assert stages(body, "01-03 e1 ann\n01-06 e3 ann", "2025-01-11")["c0"] == "fulfilled"


def test_the_first_event_that_is_a_limit_counts_also_while_a_duty_is_suspended() -> None:
    body = "effects: [{upon: e1, suspend: agreement}]\nclauses: {c0: {kind: condition, bearer: bob, act: e2, due: e0}}"
    assert stages(body, "01-09 e1 ann\n01-09 e0 ann\n01-13 e0 ann", "2025-01-13", field="due")["c0"] == "2025-01-09"


# --- recurring clauses -----------------------------------------------------------------------------------------------


def test_a_recurring_clause_whose_span_has_passed_does_not_revive() -> None:
    body = "clauses: {c2: {kind: right, bearer: bob, every: month, until: 10 days after e2}}"
    assert stages(body, "01-06 e2 bob\n01-29 e2 bob", "2025-02-05")["c2"] == "ended"


def test_an_event_that_begins_a_clause_and_ends_its_agreement_makes_no_period() -> None:
    body = "effects: [{upon: e1, terminate: agreement}]\nclauses: {c3: {kind: prohibition, bearer: ann, every: week, act: e0, from: e1}}"
    assert stages(body, "01-24 e1 bob", "2025-01-24") == {"g": "terminated", "c3": "terminated"}


def test_periods_start_with_the_agreement_where_the_clause_could_have_begun_before() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, every: 10 days, act: e2, from: e1}}"
    assert stages(body, "01-01 e1 ann\n01-03 e0 bob", "2025-01-03", start="e0", field="due")["c0"] == "2025-01-12"


def test_periods_are_counted_from_the_day_on_which_the_clause_at_last_begins() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, every: 10 days, act: e2, from: 2 days after e0}}"
    assert stages(body, "01-05 e0 ann\n01-06 e0 ann", "2025-01-08", field="due")["c0"] == "2025-01-17"


def test_effects_of_an_event_do_not_reach_the_period_that_begins_with_it() -> None:
    body = "effects: [{upon: e0, discharge: c1}]\nclauses: {c1: {kind: prohibition, bearer: ann, every: month, act: e1}}"
    assert stages(body, "01-12 e0 bob", "2025-01-12", start="e0")["c1"] == "in_force"


def test_a_delayed_termination_reaches_the_period_that_begins_on_its_day() -> None:
    body = """
effects: [{upon: e1, terminate: agreement, after: 5 days}]
clauses: {c0: {kind: obligation, bearer: ann, every: week, act: pay, paid_with: sum, amount: USD 10}}
"""
    assert stages(body, "01-03 e1 bob", "2025-01-08")["c0"] == ["breached", "terminated"]


# --- which instance an effect reaches --------------------------------------------------------------------------------


def test_an_effect_without_the_key_at_hand_reaches_no_instance_of_a_keyed_clause() -> None:
    body = "effects: [{upon: e1, terminate: c0}]\nclauses: {c0: {kind: prohibition, bearer: bob, for_each: e0, key: id, act: e3}}"
    assert stages(body, "01-05 e0 ann id=x\n01-10 e1 bob", "2025-01-10")["c0"] == "in_force"
    assert stages(body, "01-05 e0 ann id=x\n01-10 e1 bob id=x", "2025-01-10")["c0"] == "terminated"


def test_a_clause_that_takes_over_the_key_of_another_is_keyed_too() -> None:
    body = """
effects: [{upon: e1, terminate: c1}]
clauses:
  c0: {kind: obligation, bearer: bob, for_each: e2, key: id, act: e0, within: 3 days}
  c1: {kind: obligation, bearer: bob, for_each: c0 becomes breached, act: e3}
"""
    assert stages(body, "01-05 e2 bob id=x\n01-07 e1 ann\n01-07 e2 bob id=y", "2025-01-09")["c1"] == "in_force"


def test_an_extension_reaches_the_instance_of_every_bearer() -> None:
    body = """
effects: [{upon: e3, extend: c1, by: 10 days}]
clauses: {c1: {kind: prohibition, bearer: [ann, bob], every: week, times: 1, act: e2}}
"""
    assert stages(body, "01-04 e3 bob", "2025-01-08")["c1"] == ["in_force", "in_force"]


def test_a_condition_that_reads_a_keyed_clause_reads_every_key_where_no_act_is_at_hand() -> None:
    body = """
clauses:
  c1: {kind: power, bearer: bob, for_each: e1, key: id, effects: [{suspend: agreement}]}
  c2: {kind: condition, bearer: ann, act: e1, unless: any(c1 is in_force)}
"""
    assert stages(body, "01-05 e1 bob id=x", "2025-01-05")["c2"] == "displaced"


# --- completing and earlier acts -------------------------------------------------------------------------------------


def test_completing_a_breached_duty_within_its_cure_cures_it() -> None:
    body = "effects: [{upon: e0, complete: c0}]\nclauses: {c0: {kind: obligation, bearer: ann, act: e2, within: 3 days, cure: 5 days}}"
    assert stages(body, "01-06 e0 bob", "2025-01-06")["c0"] == "cured"
    assert stages(body, "01-20 e0 bob", "2025-01-20")["c0"] == "breached"


def test_completing_a_standing_duty_that_was_broken_leaves_the_breach() -> None:
    body = """
facts: {f: {starts: e1}}
effects: [{upon: e0, complete: c3}]
clauses: {c3: {kind: obligation, bearer: ann, maintain: f}}
"""
    assert stages(body, "01-05 e1 bob\n01-10 e0 ann", "2025-01-10") == {"g": "in_force", "c3": "breached"}
    assert stages(body, "01-05 e1 bob\n01-10 e0 ann", "2025-01-10", field="in_force")["c3"] == "false"


def test_an_earlier_act_does_not_use_a_right_that_is_displaced_from_the_beginning() -> None:
    body = """
clauses:
  c0: {kind: right, bearer: bob, for_each: e0, act: e1, prior_performance: counts}
  c1: {kind: recital, bearer: ann, exception_to: c0}
"""
    assert stages(body, "01-05 e1 bob\n01-08 e0 ann", "2025-01-08", field="uses")["c0"] == 0


def test_an_unconfirmed_act_after_the_limit_is_not_told_as_late_performance() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e0, within: 0 days}}"
    events = engine_days(_case(body, "01-10 e0 ann happened=unconfirmed", "2025-01-10"), [date(2025, 1, 10)])[date(2025, 1, 10)]
    assert ("finding", "late_performance", "g.c0") not in events


def test_a_right_that_must_be_used_before_an_event_is_not_used_by_it() -> None:
    body = "clauses: {c2: {kind: permission, bearer: bob, act: e3, before: e3}}"
    assert stages(body, "01-21 e3 bob", "2025-01-21")["c2"] == "lapsed"


def test_a_breach_that_is_over_with_its_agreement_can_still_be_waived() -> None:
    body = "completed_by: e2\nclauses: {c3: {kind: prohibition, bearer: ann, act: e2, waived_by: e1}}"
    assert stages(body, "01-05 e2 ann\n01-20 e1 ann", "2025-01-20")["c3"] == "waived"


# --- remedies, twins, amounts ----------------------------------------------------------------------------------------


def test_every_breach_of_a_keyed_prohibition_has_its_own_remedy() -> None:
    body = """
clauses:
  c0: {kind: prohibition, bearer: ann, for_each: e0, key: id, act: e1}
  c1: {kind: obligation, bearer: ann, for_each: c0 becomes breached, act: e3}
"""
    assert stages(body, "01-05 e0 bob id=x\n01-08 e1 ann id=x\n01-09 e1 ann id=x", "2025-01-10")["c1"] == ["in_force", "in_force"]


def test_an_effect_reaches_the_instance_that_the_same_event_made() -> None:
    body = """
effects: [{upon: c0 becomes breached, discharge: c1}]
clauses:
  c0: {kind: obligation, bearer: bob, for_each: e3, act: e2, within: 0 days}
  c1: {kind: prohibition, bearer: bob, for_each: e0 or e3, act: e2 where q > 1}
"""
    assert stages(body, "01-10 e3 ann\n01-10 e0 ann", "2025-01-11")["c1"] == ["discharged", "in_force"]


def test_a_limit_that_comes_on_the_last_day_of_a_displacement_is_missed_on_the_next() -> None:
    body = """
facts: {f: {starts: 2025-01-01, ends: e1}}
clauses: {c2: {kind: obligation, bearer: bob, act: e2, due: e1, unless: f}}
"""
    assert stages(body, "01-05 e1 ann", "2025-01-05")["c2"] == "in_force"
    assert stages(body, "01-05 e1 ann", "2025-01-06")["c2"] == "breached"


def test_an_effect_after_a_day_takes_place_when_the_next_day_begins() -> None:
    body = """
effects: [{upon: c0 becomes failed, waive: c0, after: 1 day}]
clauses: {c0: {kind: condition, bearer: [ann, bob], act: e2, within: 10 days}}
"""
    assert stages(body, "", "2025-01-12")["c0"] == ["failed", "failed"]


def test_bad_performance_of_a_breached_duty_does_not_open_its_cure_again() -> None:
    body = "clauses: {c1: {kind: obligation, bearer: ann, act: e3, within: 0 days, cure: 5 days, breached_by: e0}}"
    assert stages(body, "01-20 e0 bob\n01-22 e3 ann", "2025-01-22")["c1"] == "breached"


def test_instances_of_a_clause_suspended_for_all_are_resumed_one_by_one() -> None:
    body = """
effects: [{upon: e1, suspend: c1, key: all}, {upon: e3, resume: c1}]
clauses: {c1: {kind: permission, bearer: ann, for_each: e0, key: id}}
"""
    rows = "01-05 e0 bob id=x\n01-06 e1 bob\n01-07 e0 bob id=y\n01-08 e3 ann id=y"
    assert stages(body, rows, "2025-01-08")["c1"] == ["suspended", "in_force"]


def test_an_act_that_is_too_early_for_two_periods_is_told_for_both() -> None:
    body = "clauses: {c4: {kind: permission, bearer: bob, every: 10 days, act: e1, within: 10 days, not_before: 2025-01-20}}"
    snapshot = engine_days(_case(body, "01-11 e1 bob", "2025-01-11"), [date(2025, 1, 11)])[date(2025, 1, 11)]
    assert snapshot["finding", "premature_performance", "g.c4"] == {"count": 2}
    assert stages(body, "01-11 e1 bob", "2025-01-11", field="uses")["c4"] == [0, 0]


def test_a_debt_that_was_never_owed_grows_no_more_once_it_has_ended() -> None:
    body = """
facts: {f: {starts: 2025-01-01, ends: e2}}
measures: {b: {initial: '1', updates: [{upon: e1, set: b + 10}]}}
clauses: {c0: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 1 * b, accrues: 'true', within: 3 days, while: f}}
"""
    assert stages(body, "01-03 e2 ann\n01-10 e1 ann", "2025-01-10", field="amount")["c0"] == "USD 1"


def test_what_happens_now_is_no_part_of_the_state_by_which_it_is_judged() -> None:
    body = "facts: {h: {holds: count(e0) >= 2}}\nclauses: {c0: {kind: right, bearer: ann, act: e0 where q > 1, unless: h}}"
    assert stages(body, "01-02 e0 bob\n01-02 e0 ann q=2", "2025-01-02", field="uses")["c0"] == 1


def test_a_duty_due_at_the_event_that_ends_its_span_is_missed() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, due: e3, until: e3}}"
    assert stages(body, "01-20 e3 ann", "2025-01-20")["c0"] == "breached"


def test_what_accrues_stands_as_the_event_that_ends_it_leaves_it() -> None:
    body = """
measures: {n: {count: e0}}
effects: [{upon: e0, terminate: c1}]
clauses: {c1: {kind: obligation, bearer: bob, act: pay, paid_with: sum, amount: USD 5 * (n + 1), accrues: 'true'}}
"""
    assert stages(body, "01-15 e0 ann", "2025-01-15", field="amount")["c1"] == "USD 10"


def test_a_limit_that_becomes_known_when_a_suspension_ends_moves_with_it() -> None:
    body = """
clauses: {c0: {kind: right, bearer: bob, due: 1 month after e2, survives: true}}
effects: [{upon: e2, complete: agreement}, {upon: e0, suspend: agreement}]
"""
    assert stages(body, "02-13 e0 bob\n03-02 e2 bob", "2025-03-03", start="e0", field="due")["c0"] == "2025-04-19"


def test_what_an_event_adds_is_due_also_where_it_completes_the_debt() -> None:
    body = """
measures: {b: {initial: 1, updates: [{upon: e3, set: b * 2}]}}
clauses: {c0: {kind: obligation, bearer: bob, act: pay, paid_with: sum, amount: USD 1 * b, accrues: true}}
effects: [{upon: e3, complete: c0}]
"""
    assert stages(body, "01-06 e3 bob", "2025-01-07", field="amount")["c0"] == "USD 2"


def test_a_delayed_completion_comes_within_a_cure_only_on_its_own_day() -> None:
    body = """
clauses: {c1: {kind: obligation, bearer: ann, act: e0, within: 10 days, cure: 0 days}}
effects: [{upon: e2, complete: c1, after: 5 days}]
"""
    assert stages(body, "01-07 e2 bob", "2025-01-12")["c1"] == "breached"


def test_an_earlier_breach_does_not_count_while_the_duty_is_suspended() -> None:
    body = """
clauses: {c4: {kind: obligation, bearer: ann, act: e1, breached_by: e3, prior_performance: counts}}
effects: [{upon: e0, suspend: c4}]
"""
    assert stages(body, "01-01 e0 bob\n01-02 e3 ann", "2025-01-05", start="2025-01-03")["c4"] == "suspended"


def test_what_was_paid_beyond_a_debt_that_grew_less_is_not_paid_back() -> None:
    body = """
clauses: {c2: {kind: obligation, bearer: bob, every: 10 days, act: pay, paid_with: sum, amount: USD 1, accrues: true, within: 0 days}}
"""
    assert stages(body, "01-06 pay bob sum=USD_4\n01-15 pay bob sum=USD_10", "2025-01-15", field="paid")["c2"][0] == "USD 4"


def test_a_suspension_on_the_day_on_which_a_recurring_clause_begins_reaches_its_first_period() -> None:
    body = """
clauses: {c2: {kind: power, bearer: bob, every: month, from: 2025-01-13}}
effects: [{upon: e1, suspend: c2, after: 5 days}]
"""
    assert stages(body, "01-08 e1 bob", "2025-01-13")["c2"] == "suspended"


def test_a_limit_that_was_past_already_passes_when_its_suspension_ends() -> None:
    body = """
clauses: {c1: {kind: condition, bearer: ann, every: 10 days, act: e2, due: 1 month after e3}}
effects: [{upon: e1, resume: agreement}, {upon: e0, suspend: agreement}]
"""
    assert stages(body, "01-05 e3 ann\n01-18 e0 bob\n03-02 e1 ann", "2025-03-02")["c1"][-1] == "failed"


def test_what_moves_the_measures_of_an_excepted_clause_goes_on_with_it() -> None:
    old = {"agreement": "g", "from": "2025-01-01", "parties": {"ann": "Ann", "bob": "Bob"}, "events": EVENTS}
    old |= yaml.load("""
facts: {f: {starts: 2025-01-08, ends: e1}}
measures: {b: {initial: 1, updates: [{upon: f becomes true, set: b + 10}]}}
clauses: {c1: {kind: obligation, bearer: bob, act: pay, paid_with: sum, amount: USD 1 * b}}
""", yaml.BaseLoader)  # fmt: skip
    heir = {"agreement": "later", "from": "2025-01-19", "parties": ["ann", "bob"], "replaces": [{"agreement": "g", "except": ["c1"]}]}
    case = Case([old, heir], [_row(["01-30", "e1", "bob"], "2025")], date(2025, 2, 1))
    engine, reference = engine_days(case, [case.as_of])[case.as_of], reference_days(case)[case.as_of]
    assert engine[("fluent", "f")]["value"] == reference[("fluent", "f")]["value"] == "false"


def test_the_week_of_a_prohibition_is_not_longer_because_it_was_displaced_at_its_end() -> None:
    body = """
clauses:
  c0: {kind: condition, bearer: bob, every: week, act: e0}
  c1: {kind: prohibition, bearer: bob, every: week, act: e2, unless: any(c0 is in_force)}
"""
    assert stages(body, "", "2025-01-08")["c1"] == ["fulfilled", "displaced"]


def test_an_unconfirmed_second_suspension_takes_nothing_from_the_first() -> None:
    body = """
clauses: {c2: {kind: power, bearer: ann, unless: e1}}
effects: [{upon: e2, suspend: agreement}]
"""
    assert stages(body, "01-12 e2 ann\n02-16 e2 ann happened=unconfirmed\n03-06 e1 bob", "2025-03-07")["c2"] == "suspended"


def test_a_late_payment_serves_the_debt_where_the_open_remedy_is_owed_by_somebody_else() -> None:
    body = """
clauses:
  c2: {kind: obligation, bearer: bob, act: pay, paid_with: sum, amount: USD 5, within: 10 days}
  c3: {kind: obligation, bearer: ann, for_each: 2 days after c2 becomes breached, act: pay, paid_with: sum, amount: USD 5}
"""
    assert stages(body, "01-15 pay bob sum=USD_25", "2025-01-16", field="paid")["c2"] == "USD 5"


def test_an_agreement_that_has_not_begun_is_not_perhaps_completed() -> None:
    body = "clauses: {c2: {kind: obligation, bearer: ann, for_each: e0, act: e2}}\neffects: [{upon: e3, complete: agreement}]"
    assert stages(body, "01-10 e3 bob happened=unconfirmed", "2025-01-20", start="e0")["g"] == "pending"


def test_the_first_period_of_an_agreement_begins_before_a_delayed_effect_of_that_day() -> None:
    body = "clauses: {c1: {kind: prohibition, bearer: bob, every: month, act: e0}}\neffects: [{upon: e2, complete: agreement, after: 1 day}]"
    assert stages(body, "02-02 e2 ann", "2025-02-04", start="2025-02-03") == {"g": "completed", "c1": "ended"}


def test_judged_by_an_act_unless_looks_at_events_of_the_key_that_the_act_bears() -> None:
    body = "clauses: {c1: {kind: prohibition, bearer: bob, act: e2, unless: today >= e3.date + 4 days}}"
    assert stages(body, "02-12 e3 bob id=y\n02-22 e3 bob\n02-24 e2 bob id=y", "2025-02-24")["c1"] == "in_force"


def test_the_event_that_turned_a_fact_is_not_the_event_of_what_stems_from_it() -> None:
    body = """
facts: {f: {starts: e0, ends: e2}}
clauses:
  c0: {kind: obligation, bearer: bob, for_each: f becomes true, act: e0 where q > 1, within: 1 month}
  c1: {kind: recital, bearer: ann, for_each: 2 days after c0 becomes breached, unless: today >= e0.date + 4 days}
"""
    assert stages(body, "02-01 e0 ann\n02-14 e2 bob\n03-12 e0 bob", "2025-03-12")["c1"] == "in_force"


def test_a_plain_debt_that_was_broken_without_a_missed_limit_is_released_with_its_agreement() -> None:
    body = "until: 2025-02-10\nclauses: {c1: {kind: obligation, bearer: ann, act: pay, paid_with: sum, amount: USD 5, breached_by: e1}}"
    assert stages(body, "01-10 e1 bob\n03-02 pay ann sum=USD_10", "2025-03-02", field="paid")["c1"] == "0"
    body = body.replace("breached_by", "due: 2025-01-20, breached_by")
    assert stages(body, "01-10 e1 bob\n03-02 pay ann sum=USD_10", "2025-03-02", field="paid")["c1"] == "USD 5"


def test_an_event_that_breaks_nothing_yet_still_ends_the_span() -> None:
    body = "clauses: {c0: {kind: obligation, bearer: ann, act: e1, breached_by: e3, while: e1, until: e3}}"
    assert stages(body, "01-26 e3 bob", "2025-01-27")["c0"] == "ended"


def test_the_event_at_which_something_was_due_is_handed_on_to_what_its_breach_makes() -> None:
    body = """
clauses:
  c1: {kind: obligation, bearer: ann, for_each: e1, act: e2, before: e0}
  c2: {kind: obligation, bearer: ann, for_each: c1 becomes breached, act: e2, from: 2 days after e0}
"""
    assert stages(body, "03-09 e1 bob\n03-10 e0 bob\n03-12 e0 bob", "2025-03-11")["c2"] == "pending"
    assert stages(body, "03-09 e1 bob\n03-10 e0 bob\n03-12 e0 bob", "2025-03-12")["c2"] == "in_force"
