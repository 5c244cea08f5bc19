"""Small contracts whose outcome was worked out by hand from the language reference, to trust the oracle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from reference import Trace, interpret
from reference_evaluate import Evaluator
from reference_language import parse
from reference_values import Calendar, add_duration, plain
from reference_world import Scope

HEAD = """
agreement: deal
from: 2025-01-01
parties: {ann: Ann, bob: Bob}
events:
  order: {by: party, id: id, 'price?': money, 'what?': text}
  deliver: {by: party, id: id, 'quality?': text}
  pay: {by: party, id: id, sum: money}
  notice: {by: party, 'what?': text}
  shout: {by: party}
  signed: {by: party}
  ended: {by: party}
"""


def run(body: str, events: str, as_of: str, head: str = HEAD, **more: Any) -> Trace:
    documents = [yaml.load(text, Loader=yaml.BaseLoader) for text in (head + body).split("\n---\n")]
    rows = []
    for line in filter(None, (line.strip() for line in events.splitlines())):
        day, what, *rest = line.split(" ", 2)
        row = yaml.load("{" + rest[0] + "}", Loader=yaml.BaseLoader) if rest else {}
        name = {"exercise": what[1:]} if what.startswith("!") else {"event": what}
        rows.append({"date": day, **name, **row})
    return interpret(documents, rows, as_of, **more)


def value_of(text: str) -> Any:
    return plain(Evaluator([], {}, {}).value(parse(text), Scope("")))


# ---------------------------------------------------------------------------------- values


def test_division_stays_exact_until_it_is_shown() -> None:
    assert value_of("10 / 3 * 3") == "10"
    assert value_of("USD 13.5 billion * 20%") == "USD 2700000000"
    assert value_of("round(2.675, 0.01)") == "2.68"
    assert value_of("round(2.5, 1, 'half_even')") == "2"
    assert value_of("1 / 0") is None


def test_a_month_that_lands_on_a_missing_day_ends_on_the_months_last_day() -> None:
    assert value_of("2024-01-31 + 1 month") == "2024-02-29"
    assert value_of("2024-02-29 + 1 year") == "2025-02-28"
    assert value_of("2025-01-30 + 1 month + 10 days") == "2025-03-10"


def test_business_days_skip_the_weekend() -> None:
    friday = parse("2025-01-03 + 2 business days")
    assert plain(Evaluator([], {}, {}).value(friday, Scope(""))) == "2025-01-07"
    assert value_of("business_days(2025-01-03, 2025-01-07)") == "2"


def test_hours_counted_from_a_date_count_from_the_end_of_that_day() -> None:
    assert value_of("2025-01-01 + 72 hours") == "2025-01-04"
    assert value_of("2025-01-01 + 12 hours") == "2025-01-02T12:00:00"
    assert add_duration(parse("2025-01-01")[1], parse("24 hours")[1], Calendar()).isoformat() == "2025-01-02"


def test_every_comparison_with_a_missing_value_is_false() -> None:
    assert value_of("(1 / 0) = 1") == "false"
    assert value_of("(1 / 0) != 1") == "false"
    assert value_of("(1 / 0) = none") == "true"
    assert value_of("if 1 = 2 then 3") is None


# ---------------------------------------------------------------------------------- duties and limits

DELIVERY = """
clauses:
  delivery: {kind: obligation, bearer: ann, for_each: order, key: id, act: deliver, within: 3 days}
"""


def test_a_limit_includes_its_last_day() -> None:
    made = "2025-01-03 order by: bob, id: x\n"
    assert run(DELIVERY, made, "2025-01-06").stage("delivery", "x") == "in_force"
    assert run(DELIVERY, made, "2025-01-07").stage("delivery", "x") == "breached"
    on_the_day = made + "2025-01-06 deliver by: ann, id: x"
    assert run(DELIVERY, on_the_day, "2025-02-01").stage("delivery", "x") == "fulfilled"


def test_late_performance_stays_breached_and_is_marked() -> None:
    t = run(DELIVERY, "2025-01-03 order by: bob, id: x\n2025-01-09 deliver by: ann, id: x", "2025-02-01")
    (p,) = t.of("delivery", "x")
    assert (p["stage"], p["since"], p["performed_late"]) == ("breached", "2025-01-07", True)
    assert ("late_performance", "2025-01-09", "deal.delivery", "x") in t.findings


def test_a_clause_that_nothing_triggered_is_ready_and_pending_before_its_agreement() -> None:
    assert run(DELIVERY, "", "2025-01-01").stage("delivery") == "ready"
    assert run(DELIVERY, "", "2024-12-31").stage("delivery") == "pending"


def test_somebody_elses_act_does_not_perform() -> None:
    t = run(DELIVERY, "2025-01-03 order by: bob, id: x\n2025-01-04 deliver by: bob, id: x", "2025-01-05")
    assert t.stage("delivery", "x") == "in_force"


def test_a_further_occurrence_of_an_open_key_makes_no_instance() -> None:
    t = run(DELIVERY, "2025-01-03 order by: bob, id: x\n2025-01-04 order by: bob, id: x", "2025-01-05")
    assert len(t.of("delivery")) == 1
    assert ("repeated_trigger", "2025-01-04", "deal.delivery", "x") in t.findings


def test_a_key_closed_before_makes_the_next_number() -> None:
    t = run(
        DELIVERY,
        "2025-01-03 order by: bob, id: x\n2025-01-07 notice by: ann\n2025-01-08 order by: bob, id: x",
        "2025-01-09",
    )
    assert [(p["number"], p["stage"]) for p in t.of("delivery")] == [(1, "breached"), (2, "in_force")]


def test_without_a_key_one_act_serves_the_oldest_open_instance() -> None:
    body = "clauses:\n  d: {kind: obligation, bearer: ann, for_each: order, act: deliver, within: 9 days}"
    t = run(
        body,
        "2025-01-03 order by: bob, id: x\n2025-01-04 order by: bob, id: y\n2025-01-05 deliver by: ann, id: y",
        "2025-01-05",
    )
    assert [(p["key"], p["stage"]) for p in t.of("d")] == [("1", "fulfilled"), ("2", "in_force")]


def test_a_clock_from_a_missed_limit_starts_at_the_limit() -> None:
    body = (
        DELIVERY
        + """
  remedy: {kind: obligation, bearer: ann, for_each: delivery becomes breached, key: id, act: pay, within: 14 days}
"""
    )
    made = "2025-01-03 order by: bob, id: x\n"
    (p,) = run(body, made, "2025-01-07").of("remedy")
    assert (p["key"], p["stage"], p["due"]) == ("x", "in_force", "2025-01-20")
    assert run(body, made, "2025-01-21").stage("remedy", "x") == "breached"


def test_before_is_strict_and_the_clock_from_it_runs_from_the_date_as_written() -> None:
    body = """
clauses:
  handover: {kind: obligation, bearer: ann, act: deliver, before: 2025-03-10}
  remedy: {kind: obligation, bearer: ann, for_each: handover becomes breached, act: pay, within: 5 days}
"""
    assert run(body, "", "2025-03-09").stage("handover") == "in_force"
    t = run(body, "", "2025-03-10")
    assert t.stage("handover") == "breached"
    assert t.of("remedy")[0]["due"] == "2025-03-15"
    assert run(body, "2025-03-09 deliver by: ann, id: x", "2025-03-10").stage("handover") == "fulfilled"


def test_a_due_trigger_passes_at_it_and_an_act_in_the_same_event_is_in_time() -> None:
    body = "clauses:\n  d: {kind: obligation, bearer: ann, act: deliver, due: notice}"
    t = run(body, "2025-01-05 notice by: bob", "2025-01-05")
    assert t.stage("d") == "breached"
    same = "clauses:\n  d: {kind: obligation, bearer: ann, act: notice where what = 'done', due: notice}"
    assert run(same, "2025-01-05 notice by: ann, what: done", "2025-01-05").stage("d") == "fulfilled"


def test_due_is_live_and_moves_with_the_newest_event() -> None:
    body = "clauses:\n  d: {kind: obligation, bearer: ann, act: deliver, due: 5 days after notice}"
    assert run(body, "", "2025-01-30").of("d")[0]["due"] is None
    events = "2025-01-05 notice by: bob\n2025-01-08 notice by: bob"
    (p,) = run(body, events, "2025-01-12").of("d")
    assert (p["stage"], p["due"]) == ("in_force", "2025-01-13")


def test_cure_within_its_time_cures_and_later_does_not() -> None:
    body = DELIVERY.replace("within: 3 days", "within: 3 days, cure: 2 days")
    made = "2025-01-03 order by: bob, id: x\n"
    assert run(body, made + "2025-01-08 deliver by: ann, id: x", "2025-02-01").stage("delivery", "x") == "cured"
    assert run(body, made + "2025-01-09 deliver by: ann, id: x", "2025-02-01").stage("delivery", "x") == "breached"


def test_waiver_forgives_a_breach_and_discharge_does_not() -> None:
    for slot, stage in (("waived_by", "waived"), ("discharged_by", "breached")):
        body = DELIVERY.replace("within: 3 days", f"within: 3 days, {slot}: notice")
        t = run(body, "2025-01-03 order by: bob, id: x\n2025-01-20 notice by: bob", "2025-02-01")
        (p,) = t.of("delivery", "x")
        assert (p["stage"], p["breaches"]) == (stage, ["2025-01-07"])


def test_prior_performance_counts_only_where_it_says_so() -> None:
    body = "clauses:\n  d: {kind: obligation, bearer: ann, from: signed, act: shout, within: 5 days}"
    events = "2025-01-02 shout by: ann\n2025-01-03 signed by: bob"
    assert run(body, events, "2025-01-04").stage("d") == "in_force"
    counts = body.replace("within: 5 days", "within: 5 days, prior_performance: counts")
    assert run(counts, events, "2025-01-04").stage("d") == "fulfilled"
    assert run(counts, "2025-01-02 shout by: ann", "2025-01-04").stage("d") == "pending"


def test_an_act_before_not_before_is_premature() -> None:
    body = "clauses:\n  d: {kind: obligation, bearer: ann, act: shout, not_before: 2025-02-01, due: 2025-03-01}"
    t = run(body, "2025-01-31 shout by: ann", "2025-02-02")
    assert t.stage("d") == "in_force"
    assert t.findings == [("premature_performance", "2025-01-31", "deal.d", None)]


def test_a_condition_whose_limit_passes_fails_and_nobody_breaches() -> None:
    body = "clauses:\n  c: {kind: condition, bearer: ann, act: signed, due: 2025-02-01}"
    assert run(body, "", "2025-02-02").stage("c") == "failed"
    t = run(body, "2025-02-01 signed by: ann", "2025-02-02")
    assert (t.stage("c"), t.findings) == ("met", [])


# ---------------------------------------------------------------------------------- gates


def test_while_false_ends_a_duty_that_may_return() -> None:
    body = """
facts:
  open_shop: {starts: signed, ends: notice}
clauses:
  d: {kind: obligation, bearer: ann, while: open_shop, act: shout, due: 2025-06-01}
"""
    once = "2025-01-05 signed by: bob\n2025-01-10 notice by: bob\n"
    assert run(body, "", "2025-01-04").stage("d") == "pending"
    assert run(body, once, "2025-01-09").stage("d") == "in_force"
    assert run(body, once, "2025-01-10").stage("d") == "ended"
    again = once + "2025-01-20 signed by: bob"
    assert run(body, again, "2025-01-20").stage("d") == "in_force"
    assert run(body, once, "2025-06-02").stage("d") == "ended"  # it was not owed at its limit
    assert run(body, again, "2025-06-02").stage("d") == "breached"


def test_suspension_tolls_the_limit_by_resume_day_minus_suspend_day() -> None:
    body = (
        DELIVERY
        + """
effects:
  - {upon: "notice where what = 'stop'", suspend: agreement}
  - {upon: "notice where what = 'go'", resume: agreement}
"""
    )
    stop = "2025-01-03 order by: bob, id: x\n2025-01-05 notice by: bob, what: stop\n"
    assert run(body, stop, "2025-01-30").stage("delivery", "x") == "suspended"
    go = stop + "2025-01-15 notice by: bob, what: go"
    (p,) = run(body, go, "2025-01-16").of("delivery", "x")
    assert (p["stage"], p["due"]) == ("in_force", "2025-01-16")
    assert run(body, go, "2025-01-17").stage("delivery", "x") == "breached"


def test_suspension_that_runs_breaches_on_resumption() -> None:
    body = (
        DELIVERY.replace("within: 3 days", "within: 3 days, suspension: runs")
        + """
effects:
  - {upon: "notice where what = 'stop'", suspend: delivery, key: all}
  - {upon: "notice where what = 'go'", resume: delivery, key: all}
"""
    )
    events = "2025-01-03 order by: bob, id: x\n2025-01-05 notice by: b, what: stop\n2025-01-15 notice by: b, what: go"
    assert run(body, events, "2025-01-14").stage("delivery", "x") == "suspended"
    (p,) = run(body, events, "2025-01-15").of("delivery", "x")
    assert (p["stage"], p["breaches"]) == ("breached", ["2025-01-15"])


def test_a_displaced_duty_is_due_on_the_day_its_displacement_ends() -> None:
    body = """
facts:
  storm: {starts: shout, ends: notice}
clauses:
  d: {kind: obligation, bearer: ann, act: signed, due: 2025-02-01, unless: storm}
"""
    events = "2025-01-20 shout by: bob\n2025-02-10 notice by: bob\n"
    assert run(body, events, "2025-02-05").stage("d") == "displaced"
    (p,) = run(body, events, "2025-02-10").of("d")
    assert (p["stage"], p["due"]) == ("in_force", "2025-02-10")
    assert run(body, events, "2025-02-11").stage("d") == "breached"
    assert run(body, events + "2025-02-10 signed by: ann", "2025-03-01").stage("d") == "fulfilled"


RIVAL = """
clauses:
  ban: {kind: prohibition, bearer: ann, act: shout}
  leave: {kind: permission, bearer: ann, act: shout, from: 2025-02-01, until: 2025-02-10, exception_to: ban}
"""


def test_every_act_against_a_prohibition_is_a_breach_and_it_goes_on_binding() -> None:
    (p,) = run(RIVAL, "2025-01-05 shout by: ann\n2025-01-06 shout by: ann", "2025-01-06").of("ban")
    assert (p["stage"], p["breaches"], p["in_force"]) == ("breached", ["2025-01-05", "2025-01-06"], "true")


def test_a_permission_in_force_excuses_the_matching_act_to_its_last_day() -> None:
    assert run(RIVAL, "2025-02-10 shout by: ann", "2025-03-01").stage("ban") == "in_force"
    assert run(RIVAL, "2025-02-11 shout by: ann", "2025-03-01").stage("ban") == "breached"
    assert run(RIVAL, "2025-01-31 shout by: ann", "2025-03-01").stage("ban") == "breached"


def test_a_prohibition_unbroken_to_the_end_of_its_span_is_fulfilled() -> None:
    body = "clauses:\n  ban: {kind: prohibition, bearer: ann, act: shout, until: 2025-02-01}"
    assert run(body, "", "2025-02-01").stage("ban") == "in_force"
    assert run(body, "", "2025-02-02").stage("ban") == "fulfilled"
    (p,) = run(body, "2025-02-01 shout by: ann\n2025-02-02 shout by: ann", "2025-02-03").of("ban")
    assert (p["stage"], p["breaches"], p["in_force"]) == ("breached", ["2025-02-01"], "false")


def test_an_exception_without_an_act_displaces_what_it_excepts() -> None:
    body = """
clauses:
  ban: {kind: prohibition, bearer: ann, act: shout}
  truce: {kind: recital, bearer: ann, from: 2025-02-01, until: 2025-02-05, exception_to: ban}
"""
    assert run(body, "", "2025-01-31").stage("ban") == "in_force"
    assert run(body, "2025-02-03 shout by: ann", "2025-02-05").stage("ban") == "displaced"
    assert run(body, "", "2025-02-06").stage("ban") == "in_force"


def test_an_exception_may_have_an_exception() -> None:
    body = (
        RIVAL + "  not_sundays: {kind: prohibition, bearer: ann, act: shout, from: 2025-02-05, exception_to: leave}\n"
    )
    assert run(body, "2025-02-04 shout by: ann", "2025-02-20").stage("ban") == "in_force"
    assert run(body, "2025-02-06 shout by: ann", "2025-02-20").stage("ban") == "breached"


# ---------------------------------------------------------------------------------- powers and effects

POWER = """
clauses:
  stop: {kind: power, bearer: bob, from: 2025-02-01, within: 10 days, effects: [{terminate: agreement}]}
  work: {kind: obligation, bearer: ann, act: shout, due: 2025-12-31}
"""


def test_exercising_a_power_runs_its_effects() -> None:
    t = run(POWER, "2025-02-05 !stop by: bob", "2025-02-05")
    assert (t.stage("stop"), t.stage("work"), t.agreements["deal"]) == ("exercised", "terminated", "terminated")


def test_a_power_not_held_has_no_effect_and_is_a_finding() -> None:
    t = run(POWER, "2025-01-05 !stop by: bob", "2025-01-06")
    assert (t.stage("stop"), t.agreements["deal"]) == ("pending", "in_force")
    assert t.findings == [("act_without_effect", "2025-01-05", "deal.stop", None)]
    late = run(POWER, "2025-02-12 !stop by: bob", "2025-02-12")
    assert (late.stage("stop"), late.stage("work")) == ("lapsed", "in_force")


def test_a_used_right_is_exercised_at_the_end_of_its_span_and_an_unused_one_ended() -> None:
    body = "clauses:\n  r: {kind: right, bearer: ann, act: shout, until: 2025-02-01}"
    assert run(body, "2025-01-05 shout by: ann", "2025-02-01").stage("r") == "in_force"
    assert run(body, "2025-01-05 shout by: ann", "2025-02-02").stage("r") == "exercised"
    assert run(body, "", "2025-02-02").stage("r") == "ended"


def test_a_delayed_termination_takes_effect_at_the_beginning_of_its_day() -> None:
    body = "effects:\n  - {upon: notice, terminate: agreement, after: 30 days}\n" + DELIVERY
    made = "2025-01-05 notice by: bob\n2025-02-03 order by: bob, id: x\n2025-02-04 order by: bob, id: y"
    t = run(body, made, "2025-02-04")
    assert [(p["key"], p["stage"]) for p in t.of("delivery")] == [("x", "terminated")]


def test_a_remedy_frees_the_other_side_only_in_the_instance_it_stems_from() -> None:
    body = """
clauses:
  refuse: {kind: permission, bearer: ann, for_each: order, key: id, act: shout, within: 2 days, waived_by: deliver}
  elsewhere: {kind: permission, bearer: bob, for_each: order, key: id, while: "refuse is (waived, lapsed)", act: notice}
"""
    t = run(
        body,
        "2025-01-03 order by: bob, id: x\n2025-01-04 order by: bob, id: y\n2025-01-05 deliver by: ann, id: y",
        "2025-01-05",
    )
    assert (t.stage("refuse", "x"), t.stage("elsewhere", "x")) == ("in_force", "pending")
    assert (t.stage("refuse", "y"), t.stage("elsewhere", "y")) == ("waived", "in_force")


# ---------------------------------------------------------------------------------- money

RENT = """
clauses:
  price: {kind: obligation, bearer: bob, for_each: order, key: id, amount: order.price, act: pay,
    paid_with: sum, within: 10 days}
"""


def test_part_payments_add_up_and_the_last_one_fulfils() -> None:
    made = "2025-01-03 order by: bob, id: x, price: USD 100\n2025-01-04 pay by: bob, id: x, sum: USD 40\n"
    (p,) = run(RENT, made, "2025-01-05").of("price")
    assert (p["stage"], p["amount_due"], p["paid"]) == ("in_force", "USD 100", "USD 40")
    t = run(RENT, made + "2025-01-06 pay by: bob, id: x, sum: USD 70", "2025-01-06")
    assert (t.stage("price", "x"), t.of("price")[0]["paid"]) == ("fulfilled", "USD 100")
    assert t.findings == [("overpayment", "2025-01-06", "deal.price", "x")]


def test_a_payment_runs_over_the_open_debts_in_order_of_limit() -> None:
    body = RENT.replace("key: id, ", "")
    events = """
2025-01-03 order by: bob, id: x, price: USD 100
2025-01-04 order by: bob, id: y, price: USD 50
2025-01-05 pay by: bob, id: z, sum: USD 120
"""
    t = run(body, events, "2025-01-06")
    assert [(p["stage"], p["paid"]) for p in t.of("price")] == [("fulfilled", "USD 100"), ("in_force", "USD 20")]


def test_an_incurred_debt_outlives_its_agreement() -> None:
    body = RENT + "effects:\n  - {upon: notice, terminate: agreement}\n"
    events = "2025-01-03 order by: bob, id: x, price: USD 100\n2025-01-04 notice by: ann"
    assert run(body, events, "2025-01-05").stage("price", "x") == "in_force"
    assert run(body, events, "2025-01-14").stage("price", "x") == "breached"
    paid = events + "\n2025-01-06 pay by: bob, id: x, sum: USD 100"
    assert run(body, paid, "2025-01-14").stage("price", "x") == "fulfilled"


def test_a_recurring_debt_falls_due_on_the_last_day_of_each_period() -> None:
    body = """
clauses:
  rent: {kind: obligation, bearer: bob, every: month, times: 3, amount: USD 10, act: pay, paid_with: sum}
"""
    t = run(body, "2025-01-20 pay by: bob, id: a, sum: USD 10", "2025-03-01")
    assert [(p["key"], p["stage"], p["due"]) for p in t.of("rent")] == [
        ("1", "fulfilled", "2025-01-31"),
        ("2", "breached", "2025-02-28"),
        ("3", "in_force", "2025-03-31"),
    ]


# ---------------------------------------------------------------------------------- facts and measures


def test_facts_have_inertia_and_the_start_wins_over_the_end_in_one_event() -> None:
    body = """
facts:
  wet: {starts: shout, ends: [shout, notice]}
measures:
  shouts: {count: shout}
  total: {sum: pay.sum}
  of_order: {sum: pay.sum, per: id}
  mood: {initial: "'calm'", updates: [{upon: shout, set: "'loud'"}]}
"""
    t = run(
        body,
        "2025-01-02 shout by: ann\n2025-01-03 pay by: b, id: x, sum: USD 3\n2025-01-04 pay by: b, id: y, sum: USD 4",
        "2025-01-04",
    )
    assert t.facts == {"wet": "true"}
    assert t.measures == {
        "shouts": "1",
        "total": "USD 7",
        "of_order[x]": "USD 3",
        "of_order[y]": "USD 4",
        "mood": "loud",
    }
    before = run(body, "2024-12-30 shout by: ann", "2024-12-31")
    assert (before.facts["wet"], before.measures["shouts"], before.measures["mood"]) == ("false", "0", None)


def test_a_rolling_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    body = "measures:\n  recent: {count: shout, over: 7 days}\n"
    events = "2025-01-02 shout by: ann\n2025-01-05 shout by: ann"
    assert run(body, events, "2025-01-08").measures["recent"] == "2"
    assert run(body, events, "2025-01-09").measures["recent"] == "1"


def test_a_fact_by_condition_turns_with_today() -> None:
    body = """
facts:
  stale: {holds: today > signed + 10 days}
clauses:
  redo: {kind: obligation, bearer: ann, for_each: stale becomes true, act: shout, within: 2 days}
"""
    assert run(body, "2025-01-03 signed by: ann", "2025-01-13").facts["stale"] == "false"
    t = run(body, "2025-01-03 signed by: ann", "2025-01-14")
    assert (t.facts["stale"], t.of("redo")[0]["due"]) == ("true", "2025-01-16")


# ---------------------------------------------------------------------------------- standing duties, ends

MAINTAIN = """
facts:
  insured: {starts: signed, ends: notice}
clauses:
  keep: {kind: obligation, bearer: ann, from: 2025-01-10, until: 2025-03-01, maintain: insured}
"""


def test_a_standing_duty_is_breached_in_every_interval_in_which_it_fails() -> None:
    events = "2025-01-05 signed by: ann\n2025-01-20 notice by: ann\n2025-01-25 signed by: ann\n"
    assert run(MAINTAIN, events, "2025-01-24").stage("keep") == "breached"
    (p,) = run(MAINTAIN, events, "2025-01-26").of("keep")
    assert (p["stage"], p["breaches"]) == ("in_force", ["2025-01-20"])
    assert run(MAINTAIN, events, "2025-03-02").stage("keep") == "breached"
    assert run(MAINTAIN, "2025-01-05 signed by: ann", "2025-03-02").stage("keep") == "fulfilled"
    assert run(MAINTAIN, "", "2025-01-10").stage("keep") == "breached"


def test_a_duty_due_on_the_last_day_of_the_agreement_is_breached_not_swept_away() -> None:
    head = HEAD.replace("from: 2025-01-01", "from: 2025-01-01\nuntil: 2025-02-01")
    body = """
clauses:
  last: {kind: obligation, bearer: ann, act: shout, due: 2025-02-01}
  later: {kind: obligation, bearer: ann, act: shout, due: 2025-02-02}
  ban: {kind: prohibition, bearer: ann, act: notice}
  secret: {kind: prohibition, bearer: ann, act: notice, survives: true}
"""
    t = run(body, "", "2025-02-02", head=head)
    assert [t.stage(c) for c in ("last", "later", "ban", "secret")] == ["breached", "ended", "fulfilled", "in_force"]
    assert t.agreements["deal"] == "expired"


def test_completed_by_is_looked_at_last_in_a_settle() -> None:
    head = HEAD.replace("from: 2025-01-01", "from: 2025-01-01\ncompleted_by: work is fulfilled")
    body = """
clauses:
  work: {kind: obligation, bearer: ann, act: shout}
  bonus: {kind: obligation, bearer: bob, for_each: work becomes fulfilled, amount: USD 5, within: 5 days}
  ban: {kind: prohibition, bearer: ann, act: notice}
"""
    t = run(body, "2025-01-05 shout by: ann", "2025-01-05", head=head)
    assert t.agreements["deal"] == "completed"
    assert (t.stage("work"), t.stage("bonus"), t.stage("ban")) == ("fulfilled", "in_force", "fulfilled")


def test_a_successor_supersedes_at_its_beginning_and_excepted_clauses_go_on() -> None:
    body = """
clauses:
  pay_up: {kind: obligation, bearer: bob, act: shout, due: 2025-12-31}
  ban: {kind: prohibition, bearer: ann, act: notice}
---
agreement: second
from: signed
parties: {cat: Cat, dan: Dan}
replaces: {agreement: deal, except: [ban]}
clauses:
  fresh: {kind: obligation, bearer: cat, act: deal.shout}
"""
    before = run(body, "", "2025-03-01")
    assert (before.stage("deal.pay_up"), before.stage("second.fresh")) == ("in_force", "pending")
    t = run(body, "2025-03-01 signed by: ann\n2025-03-02 notice by: ann", "2025-03-02")
    assert t.agreements == {"deal": "superseded", "second": "in_force"}
    assert [t.stage(c) for c in ("pay_up", "ban", "fresh")] == ["superseded", "breached", "in_force"]


def test_an_agreement_extended_by_a_year_expires_a_year_later() -> None:
    head = HEAD.replace("from: 2025-01-01", "from: 2025-01-01\nuntil: 2025-02-01")
    body = "effects:\n  - {upon: notice, extend: agreement, by: 1 year}\nclauses: {}\n"
    assert run(body, "", "2025-02-02", head=head).agreements["deal"] == "expired"
    assert run(body, "2025-02-01 notice by: bob", "2026-02-01", head=head).agreements["deal"] == "in_force"
    assert run(body, "2025-02-01 notice by: bob", "2026-02-02", head=head).agreements["deal"] == "expired"


# ---------------------------------------------------------------------------------- unknown, approximate, several


def test_an_unconfirmed_act_leaves_the_duty_undetermined() -> None:
    events = "2025-01-03 order by: bob, id: x\n2025-01-05 deliver by: ann, id: x, happened: unconfirmed"
    (p,) = run(DELIVERY, events, "2025-01-06").of("delivery", "x")
    assert (p["stage"], p["possible"]) == ("undetermined", ["fulfilled", "in_force"])
    (p,) = run(DELIVERY, events, "2025-01-07").of("delivery", "x")
    assert (p["stage"], p["possible"]) == ("undetermined", ["breached", "fulfilled"])


def test_a_possible_breach_goes_on_binding_and_a_certain_one_settles_it() -> None:
    doubt = "2025-01-05 shout by: ann, happened: unconfirmed\n"
    t = run(RIVAL, doubt, "2025-01-06")
    (p,) = t.of("ban")
    assert (p["stage"], p["possible"], p["in_force"]) == ("undetermined", ["breached", "in_force"], "true")
    assert t.findings == [("possible_breach", "2025-01-05", "deal.ban", None)]
    assert run(RIVAL, doubt + "2025-01-07 shout by: ann", "2025-01-07").stage("ban") == "breached"


def test_an_act_reported_only_in_part_may_have_happened() -> None:
    head = HEAD.replace("  deliver: {", "  deliver: {reporting: partial, ")
    made = "2025-01-03 order by: bob, id: x"
    assert run(DELIVERY, made, "2025-01-06", head=head).stage("delivery", "x") == "in_force"
    (p,) = run(DELIVERY, made, "2025-01-07", head=head).of("delivery", "x")
    assert (p["stage"], p["possible"]) == ("undetermined", ["breached", "fulfilled"])


def test_an_approximate_date_is_by_default_its_last_possible_day() -> None:
    body = "clauses:\n  ban: {kind: prohibition, bearer: ann, act: shout, from: 2025-03, until: 2026-11-24/..}"
    assert run(body, "", "2025-03-30").stage("ban") == "pending"
    assert run(body, "", "2025-03-31").stage("ban") == "in_force"
    assert run(body, "", "2026-11-23").stage("ban") == "in_force"
    assert run(body, "", "2026-11-24").stage("ban") == "undetermined"


def test_an_undisclosed_limit_leaves_the_position_undetermined_from_activation() -> None:
    body = DELIVERY.replace("within: 3 days", "within: undisclosed")
    (p,) = run(body, "2025-01-03 order by: bob, id: x", "2025-01-03").of("delivery", "x")
    assert (p["stage"], p["possible"]) == ("undetermined", ["breached", "in_force"])


def test_each_bearer_of_a_list_has_a_position() -> None:
    body = "clauses:\n  d: {kind: obligation, bearer: [ann, bob], act: shout, due: 2025-02-01}"
    t = run(body, "2025-01-05 shout by: bob", "2025-02-02")
    assert (t.stage("d", bearer="ann"), t.stage("d", bearer="bob")) == ("breached", "fulfilled")


def test_an_instant_limit_lapses_right_after_its_instant() -> None:
    body = DELIVERY.replace("3 days", "2 hours")
    made = "2025-01-03T10:00 order by: bob, id: x\n"
    assert (
        run(body, made + "2025-01-03T12:00 deliver by: ann, id: x", "2025-01-03").stage("delivery", "x") == "fulfilled"
    )
    assert (
        run(body, made + "2025-01-03T12:01 deliver by: ann, id: x", "2025-01-03").stage("delivery", "x") == "breached"
    )
    assert run(body, made, "2025-01-03").stage("delivery", "x") == "breached"
    doubt = run(body, made + "2025-01-03 deliver by: ann, id: x", "2025-01-03").of("delivery", "x")[0]
    assert (doubt["stage"], doubt["possible"]) == ("undetermined", ["breached", "fulfilled"])


def test_a_delayed_trigger_fires_on_its_day_with_the_event_still_at_hand() -> None:
    body = """
clauses:
  chase: {kind: obligation, bearer: ann, for_each: 5 days after order where price > USD 10, key: id,
    act: shout, within: 1 day}
"""
    events = "2025-01-03 order by: bob, id: x, price: USD 20\n2025-01-03 order by: bob, id: y, price: USD 5"
    assert run(body, events, "2025-01-07").stage("chase") == "ready"
    t = run(body, events, "2025-01-08")
    assert [(p["key"], p["due"]) for p in t.of("chase")] == [("x", "2025-01-09")]


def test_a_list_term_makes_one_instance_an_item() -> None:
    body = """
terms:
  staff: {value: [ann, bob]}
clauses:
  oath: {kind: obligation, bearer: who, for_each: staff, key: who, act: shout, due: 2025-02-01}
"""
    t = run(body, "2025-01-05 shout by: bob", "2025-02-02")
    assert (t.stage("oath", "ann"), t.stage("oath", "bob")) == ("breached", "fulfilled")


def test_an_impossible_event_has_no_effect() -> None:
    head = HEAD.replace("sum: money}", "sum: money, valid: sum > USD 0}")
    t = run(
        RENT,
        "2025-01-03 order by: bob, id: x, price: USD 5\n2025-01-04 pay by: bob, id: x, sum: USD 0",
        "2025-01-04",
        head=head,
    )
    assert t.findings == [("impossible_event", "2025-01-04", "deal.pay", None)]


# ---------------------------------------------------------------------------------- contracts that others published

PRINTER = """
agreement: printer
from: 2011-01-01
parties: {seller: Seller, buyer: Buyer}
completed_by:
  any(half1 is performed) and (any(half2 is performed) or any(fine is fulfilled)) and any(giving_back is lapsed)
events:
  delivered: {by: party}
  paid: {by: party, sum: money}
  returned: {by: party}
  refunded: {by: party, sum: money}
clauses:
  deliver: {kind: obligation, bearer: seller, act: delivered, due: 2011-01-11}
  half1: {kind: obligation, bearer: buyer, for_each: delivered, amount: EUR 100, act: paid,
    paid_with: sum, within: 0 days}
  half2:
    kind: obligation
    bearer: buyer
    for_each: delivered
    amount: EUR 100
    act: paid
    paid_with: sum
    within: 30 days
    discharged_by: returned
  fine: {kind: obligation, bearer: buyer, for_each: half2 becomes breached, amount: EUR 100 + 10% of EUR 200, act: paid,
    paid_with: sum, within: 14 days}
  giving_back: {kind: right, bearer: buyer, for_each: delivered, act: returned, within: 14 days, once: true}
  refund: {kind: obligation, bearer: seller, for_each: giving_back becomes exercised,
    amount: sum(paid.sum), act: refunded,
    paid_with: sum, within: 7 days}
"""
GOT = "2011-01-06 delivered by: seller\n2011-01-06 paid by: buyer, sum: EUR 100\n"


def printer(events: str, as_of: str) -> Trace:
    return run("", events, as_of, head=PRINTER)


def test_the_printer_paid_in_two_halves_completes_the_contract() -> None:
    t = printer(GOT + "2011-01-31 paid by: buyer, sum: EUR 100", "2011-02-01")
    assert [t.stage(c) for c in ("deliver", "half1", "half2", "giving_back")] == [
        "fulfilled",
        "fulfilled",
        "fulfilled",
        "lapsed",
    ]
    assert t.agreements["printer"] == "completed"


def test_a_missed_half_brings_the_fine_which_takes_the_payment_before_the_breached_half() -> None:
    t = printer(GOT, "2011-02-06")
    (fine,) = t.of("fine")
    assert (t.stage("half2"), fine["stage"], fine["amount_due"], fine["due"]) == (
        "breached",
        "in_force",
        "EUR 120",
        "2011-02-19",
    )
    assert printer(GOT, "2011-02-20").stage("fine") == "breached"
    paid = printer(GOT + "2011-02-19 paid by: buyer, sum: EUR 120", "2011-02-19")
    assert (paid.stage("half2"), paid.stage("fine"), paid.agreements["printer"]) == (
        "breached",
        "fulfilled",
        "completed",
    )


def test_a_return_in_time_ends_the_second_half_and_starts_the_refund() -> None:
    back = GOT + "2011-01-20 returned by: buyer\n"
    t = printer(back + "2011-01-27 refunded by: seller, sum: EUR 100", "2011-02-10")
    assert [t.stage(c) for c in ("giving_back", "refund", "half2")] == ["exercised", "fulfilled", "discharged"]
    assert printer(back, "2011-01-28").stage("refund") == "breached"
    late = printer(GOT + "2011-01-21 returned by: buyer", "2011-01-22")
    assert (late.stage("giving_back"), late.stage("refund")) == ("lapsed", "ready")


MEAT = """
agreement: meat
from: 2022-10-28
parties: {seller: Seller, buyer: Buyer}
completed_by: payment is fulfilled and delivery is fulfilled or any(late_payment is fulfilled) and delivery is fulfilled
events:
  paid: {by: party}
  delivered: {by: party}
  paid_late: {by: party, sum: money}
clauses:
  payment: {kind: obligation, bearer: buyer, amount: USD 3, act: paid, due: 2022-10-28}
  delivery: {kind: obligation, bearer: seller, act: delivered, due: 2022-10-31}
  late_payment: {kind: obligation, bearer: buyer, for_each: payment becomes breached, amount: 1.02 * amount(payment),
    act: paid_late, paid_with: sum}
  stop: {kind: power, bearer: seller, for_each: payment becomes breached, effects: [{suspend: delivery}]}
  resume: {kind: power, bearer: buyer, for_each: late_payment becomes fulfilled, while: delivery is suspended,
    effects: [{resume: delivery}]}
  leave: {kind: power, bearer: buyer, for_each: delivery becomes breached, effects: [{terminate: agreement}]}
"""


def test_the_meat_sale_suspends_and_resumes_its_delivery() -> None:
    stop = "2022-10-29 !stop by: seller\n"
    t = run("", stop, "2022-10-29", head=MEAT)
    assert [t.stage(c) for c in ("payment", "late_payment", "delivery", "stop")] == [
        "breached",
        "in_force",
        "suspended",
        "exercised",
    ]
    assert t.of("late_payment")[0]["amount_due"] == "USD 3.06"
    paid = stop + "2022-10-30 paid_late by: buyer, sum: USD 3.06\n"
    t = run("", paid, "2022-10-30", head=MEAT)
    assert (t.stage("late_payment"), t.stage("resume")) == ("fulfilled", "in_force")
    resumed = paid + "2022-10-30 !resume by: buyer\n"
    t = run("", resumed, "2022-10-30", head=MEAT)
    assert (t.stage("resume"), t.stage("delivery"), t.of("delivery")[0]["due"]) == (
        "exercised",
        "in_force",
        "2022-11-01",
    )
    t = run("", resumed + "2022-10-31 delivered by: seller", "2022-10-31", head=MEAT)
    assert (t.agreements["meat"], t.stage("delivery")) == ("completed", "fulfilled")


def test_terminating_the_meat_sale_leaves_the_breach_and_ends_the_rest() -> None:
    head = MEAT.replace("act: paid, due: 2022-10-28", "act: paid, due: 2022-11-15")
    t = run("", "2022-11-02 !leave by: buyer", "2022-11-02", head=head)
    assert t.agreements["meat"] == "terminated"
    assert [t.stage(c) for c in ("delivery", "payment", "leave")] == ["breached", "terminated", "exercised"]


def test_each_step_of_the_restaurant_follows_within_ten_days_of_the_one_before() -> None:
    head = """
agreement: restaurant
from: 2025-01-02
completed_by: any(pay is fulfilled)
parties: {patron: Patron, house: House}
events:
  order: {by: party, item: text}
  ask_bill: {by: party}
  show_bill: {by: party, total: number}
  paid: {by: party, total: number}
clauses:
  beer: {kind: obligation, bearer: patron, from: 2025-01-02, act: order where item = 'beer', within: 10 days}
  potato: {kind: obligation, bearer: patron, for_each: beer becomes fulfilled,
    act: order where item = 'potato', within: 10 days}
  ask: {kind: obligation, bearer: patron, for_each: potato becomes fulfilled, act: ask_bill, within: 10 days}
  show: {kind: obligation, bearer: house, for_each: ask becomes fulfilled, within: 10 days,
    act: show_bill where total = 10 * count(order where item = 'beer') + 2 * count(order where item = 'potato')}
  pay: {kind: obligation, bearer: patron, for_each: show becomes fulfilled,
    act: paid where total = show_bill.total, within: 10 days}
"""
    steps = """
2025-01-03 order by: patron, item: beer
2025-01-13 order by: patron, item: potato
2025-01-21 ask_bill by: patron
2025-01-31 show_bill by: house, total: 12
"""
    assert run("", steps, "2025-01-31", head=head).stage("pay") == "in_force"
    t = run("", steps + "2025-02-10 paid by: patron, total: 12", "2025-02-10", head=head)
    assert (t.stage("pay"), t.agreements["restaurant"]) == ("fulfilled", "completed")
    assert run("", steps + "2025-02-10 paid by: patron, total: 11", "2025-02-10", head=head).stage("pay") == "in_force"
    assert run("", steps + "2025-02-12 paid by: patron, total: 12", "2025-02-12", head=head).stage("pay") == "breached"


def test_each_taxpayer_pays_in_parts_and_an_impossible_payment_is_refused() -> None:
    head = """
vocabulary: tax
parties: {taxpayers: {open: true}, office: Office}
events:
  assessed: {taxpayer: party, sum: money}
  paid: {taxpayer: party, sum: money, doer: taxpayer, valid: sum <= remaining}
measures:
  remaining:
    per: taxpayer
    is: sum(assessed.sum) - sum(paid.sum)
---
agreement: taxes
parties: [taxpayers, office]
from: 2025-01-01
clauses:
  pay: {kind: obligation, bearer: assessed.taxpayer, for_each: assessed, key: taxpayer,
    amount: assessed.sum, act: paid, paid_with: sum}
"""
    events = """
2025-01-01 assessed taxpayer: alice, sum: EUR 500
2025-01-01 assessed taxpayer: bob, sum: EUR 300
2025-01-02 paid taxpayer: bob, sum: EUR 300
2025-01-03 paid taxpayer: alice, sum: EUR 200
2025-01-05 paid taxpayer: alice, sum: EUR 900
"""
    t = run("", events, "2025-01-06", head=head)
    assert (t.stage("pay", "bob"), t.stage("pay", "alice")) == ("fulfilled", "in_force")
    assert t.measures == {"remaining[alice]": "EUR 300", "remaining[bob]": "EUR 0"}
    assert t.findings == [("impossible_event", "2025-01-05", "tax.paid", None)]


# ---------------------------------------------------------------------------------- more of the language

ROFR = """
agreement: rofr_2025
from: 2025-01-21
until: 2030-12-31
parties: {microsoft: Microsoft, openai: OpenAI}
events:
  compute_requested: {by: party, request: id, 'capacity_mw?': number}
  capacity_accepted: {by: party, request: id}
  capacity_declined: {by: party, request: id}
  third_party_contracted: {by: party, request: id, provider: text}
clauses:
  first_refusal:
    kind: power
    bearer: microsoft
    for_each: compute_requested
    key: request
    act: capacity_accepted
    within: 30 days
    waived_by: capacity_declined
  go_elsewhere:
    kind: permission
    bearer: openai
    for_each: compute_requested
    key: request
    while: first_refusal is (waived, lapsed)
    act: third_party_contracted
    exception_to: no_rival_cloud
  no_rival_cloud: {kind: prohibition, bearer: openai, act: third_party_contracted}
"""


def test_the_right_of_first_refusal_opens_the_way_to_a_rival_request_by_request() -> None:
    asked = "2025-02-01 compute_requested by: openai, request: a\n2025-02-02 compute_requested by: openai, request: b\n"
    declined = asked + "2025-02-05 capacity_declined by: microsoft, request: a\n"
    a = "2025-02-06 third_party_contracted by: OpenAI, request: a, provider: oracle\n"
    assert run("", declined + a, "2025-02-06", head=ROFR).stage("no_rival_cloud") == "in_force"
    b = a.replace("request: a", "request: b")
    t = run("", declined + b, "2025-02-06", head=ROFR)
    assert (t.stage("no_rival_cloud"), t.stage("first_refusal", "b")) == ("breached", "in_force")
    lapsed = run("", asked, "2025-03-04", head=ROFR)
    assert [lapsed.stage("first_refusal", k) for k in "ab"] == ["lapsed", "in_force"]
    assert [lapsed.stage("go_elsewhere", k) for k in "ab"] == ["in_force", "pending"]
    taken = run("", asked + "2025-03-03 capacity_accepted by: microsoft, request: a", "2025-03-04", head=ROFR)
    assert taken.stage("first_refusal", "a") == "exercised"


def test_instances_before_the_from_of_their_clause_are_made_pending() -> None:
    body = DELIVERY.replace("within: 3 days", "from: 2025-02-01, within: 3 days").replace("delivery:", "d:")
    events = "2025-01-05 order by: bob, id: x"
    assert run(body, events, "2025-01-31").stage("d", "x") == "pending"
    (p,) = run(body, events, "2025-02-01").of("d")
    assert (p["stage"], p["due"]) == ("in_force", "2025-02-04")


def test_an_until_counted_from_the_making_ends_an_instance_and_not_a_debt() -> None:
    body = """
clauses:
  help: {kind: obligation, bearer: ann, for_each: order, key: id, act: deliver, until: 5 days}
  price: {kind: obligation, bearer: bob, for_each: order, key: id, amount: order.price, act: pay,
    paid_with: sum, until: 5 days}
"""
    t = run(body, "2025-01-05 order by: bob, id: x, price: USD 1", "2025-01-10")
    assert (t.stage("help", "x"), t.stage("price", "x")) == ("in_force", "in_force")
    t = run(body, "2025-01-05 order by: bob, id: x, price: USD 1", "2025-01-11")
    assert (t.stage("help", "x"), t.stage("price", "x")) == ("ended", "in_force")


def test_an_accruing_amount_is_read_live_until_it_is_paid() -> None:
    body = """
clauses:
  price:
    kind: obligation
    bearer: bob
    for_each: order
    key: id
    amount: USD 1 * days(order.date, today)
    accrues: true
    act: pay
    paid_with: sum
"""
    made = "2025-01-05 order by: bob, id: x\n"
    assert run(body, made, "2025-01-09").of("price")[0]["amount_due"] == "USD 4"
    paid = made + "2025-01-10 pay by: bob, id: x, sum: USD 5"
    (p,) = run(body, paid, "2025-01-20").of("price")
    assert (p["stage"], p["amount_due"]) == ("fulfilled", "USD 5")
    short = made + "2025-01-10 pay by: bob, id: x, sum: USD 4"
    assert run(body, short, "2025-01-20").of("price")[0]["stage"] == "in_force"


def test_tables_have_exact_keys_or_bands_and_no_value_outside() -> None:
    body = """
terms:
  rate: {value: [{below: 1000, value: 3%}, {from: 1000, up_to: 2000, value: 2.9%}]}
  zone: {value: {north: 5, south: 7}}
measures:
  low: {is: 'rate[999]'}
  high: {is: 'rate[1000]'}
  off: {is: 'rate[2001]'}
  south: {is: "zone['south']"}
  west: {is: "zone['west']"}
"""
    assert run(body, "", "2025-01-02").measures == {
        "low": "0.03",
        "high": "0.029",
        "off": None,
        "south": "7",
        "west": None,
    }


def test_facts_in_an_aggregate_have_the_value_they_had_at_the_element() -> None:
    body = """
facts:
  winter: {starts: signed, ends: notice}
measures:
  winter_shouts: {is: count(shout where winter)}
"""
    events = """
2025-01-02 shout by: ann
2025-01-03 signed by: ann
2025-01-04 shout by: ann
2025-01-05 notice by: ann
2025-01-06 shout by: ann
"""
    assert run(body, events, "2025-01-07").measures["winter_shouts"] == "1"


def test_a_fact_and_a_measure_stop_where_their_agreement_ends() -> None:
    head = HEAD.replace("from: 2025-01-01", "from: 2025-01-01\nuntil: 2025-01-10")
    body = "measures:\n  n: {count: shout}\nfacts:\n  f: {starts: shout, ends: notice}\n"
    t = run(
        body, "2025-01-10 shout by: ann\n2025-01-11 shout by: ann\n2025-01-12 notice by: ann", "2025-01-13", head=head
    )
    assert (t.measures["n"], t.facts["f"]) == ("1", "true")


def test_a_clause_replaced_by_another_is_superseded_when_that_one_begins() -> None:
    body = """
clauses:
  old: {kind: obligation, bearer: ann, act: shout, due: 2025-12-31}
  new: {kind: obligation, bearer: ann, from: signed, act: shout, due: 2026-12-31, replaces: [old]}
"""
    assert run(body, "", "2025-03-01").stage("old") == "in_force"
    t = run(body, "2025-03-01 signed by: ann", "2025-03-01")
    assert (t.stage("old"), t.stage("new")) == ("superseded", "in_force")


def test_an_assigned_claim_has_the_new_counterparty() -> None:
    head = HEAD.replace("parties: {ann: Ann, bob: Bob}", "parties: {ann: Ann, bob: Bob, cat: Cat}")
    body = """
clauses:
  d: {kind: obligation, bearer: ann, counterparty: bob, act: shout}
effects:
  - {upon: signed, assign: d, side: counterparty, to: signed.by}
"""
    assert run(body, "", "2025-01-02", head=head).of("d")[0]["counterparty"] == "bob"
    assert run(body, "2025-01-02 signed by: cat", "2025-01-02", head=head).of("d")[0]["counterparty"] == "cat"


def test_a_clause_extended_has_its_limit_moved() -> None:
    body = """
clauses:
  d: {kind: obligation, bearer: ann, from: 2025-01-05, act: shout, within: 10 days}
effects:
  - {upon: notice, extend: d, by: 1 month}
"""
    assert run(body, "2025-01-10 notice by: bob", "2025-01-20").of("d")[0]["due"] == "2025-02-15"
    assert run(body, "2025-01-16 notice by: bob", "2025-01-20").stage("d") == "breached"


def test_the_notice_given_on_the_last_day_expires_before_a_termination_on_the_next() -> None:
    head = HEAD.replace("from: 2025-01-01", "from: 2025-01-01\nuntil: 2025-02-01")
    body = "effects:\n  - {upon: notice, terminate: agreement, after: 1 day}\nclauses: {}\n"
    assert run(body, "2025-02-01 notice by: bob", "2025-02-02", head=head).agreements["deal"] == "expired"
    assert run(body, "2025-01-31 notice by: bob", "2025-02-02", head=head).agreements["deal"] == "terminated"


def test_a_quarterly_period_is_counted_from_its_first_day_never_step_by_step() -> None:
    body = "clauses:\n  report: {kind: obligation, bearer: ann, every: month, first: 2025-01-31, act: shout}"
    t = run(body, "2025-03-05 shout by: ann", "2025-03-31")
    assert [(p["key"], p["due"], p["stage"]) for p in t.of("report")] == [
        ("1", "2025-02-27", "breached"),
        ("2", "2025-03-30", "fulfilled"),
        ("3", "2025-04-29", "in_force"),
    ]


def test_a_party_acts_through_its_part() -> None:
    head = HEAD.replace(
        "parties: {ann: Ann, bob: Bob}", "parties: {ann: Ann, bob: Bob, arm: {title: Arm, part_of: ann}}"
    )
    body = "clauses:\n  d: {kind: obligation, bearer: ann, act: shout}"
    assert run(body, "2025-01-02 shout by: Arm", "2025-01-02", head=head).stage("d") == "fulfilled"


def test_a_chain_of_steps_runs_within_one_settle() -> None:
    body = """
clauses:
  one: {kind: condition, bearer: ann, act: signed}
  two: {kind: recital, bearer: ann, while: one is met}
  three: {kind: prohibition, bearer: ann, while: two is in_force, act: shout}
  four: {kind: obligation, bearer: ann, for_each: three becomes in_force, act: notice, within: 1 day}
"""
    t = run(body, "2025-01-05 signed by: ann\n2025-01-05 shout by: ann", "2025-01-05")
    assert [t.stage(c) for c in ("one", "two", "three", "four")] == ["met", "in_force", "breached", "in_force"]


def test_what_begins_today_begins_before_the_events_of_today() -> None:
    body = "clauses:\n  ban: {kind: prohibition, bearer: ann, from: 2025-01-05, act: shout}"
    assert run(body, "2025-01-05 shout by: ann", "2025-01-05").stage("ban") == "breached"
    begun = "clauses:\n  ban: {kind: prohibition, bearer: ann, from: signed, act: shout}"
    t = run(begun, "2025-01-05 shout by: ann\n2025-01-05 signed by: ann", "2025-01-05")
    assert t.stage("ban") == "in_force"


def test_a_power_used_on_unconfirmed_report_leaves_the_agreement_undetermined() -> None:
    t = run(POWER, "2025-02-05 !stop by: bob, happened: unconfirmed", "2025-02-05")
    assert (t.stage("stop"), t.agreements["deal"], t.stage("work")) == ("undetermined", "undetermined", "undetermined")


def test_a_duty_owed_perhaps_is_perhaps_missed() -> None:
    made = "2025-01-03 order by: bob, id: x, happened: unconfirmed"
    (p,) = run(DELIVERY, made, "2025-01-06").of("delivery")
    assert (p["stage"], p["possible"]) == ("undetermined", ["in_force", "none"])
    (p,) = run(DELIVERY, made, "2025-01-07").of("delivery")
    assert (p["stage"], p["possible"]) == ("undetermined", ["breached", "none"])


def test_a_minimum_known_from_below_is_known_once_reached() -> None:
    head = HEAD.replace("  shout: {", "  shout: {reporting: partial, ")
    body = "facts:\n  loud: {holds: count(shout) >= 2}\n  quiet: {holds: not shout}\n"
    assert run(body, "", "2025-01-02", head=head).facts == {"loud": "unknown", "quiet": "unknown"}
    events = "2025-01-02 shout by: ann\n2025-01-02 shout by: ann"
    assert run(body, events, "2025-01-02", head=head).facts == {"loud": "true", "quiet": "false"}


def test_positions_are_looked_up_by_period_bearer_and_key_and_counted() -> None:
    body = """
clauses:
  rent: {kind: obligation, bearer: bob, every: month, times: 2, amount: USD 10, act: pay, paid_with: sum}
  oath: {kind: obligation, bearer: [ann, bob], act: shout, due: 2025-02-01}
  home: {kind: obligation, bearer: ann, for_each: order, key: id, act: deliver, within: 5 days}
facts:
  january: {holds: 'rent[2025-01] is fulfilled'}
  february: {holds: 'rent[2025-02-10] is breached'}
  bobs: {holds: 'oath[bob] is fulfilled'}
  some: {holds: any(oath is fulfilled)}
  all_did: {holds: every(oath is fulfilled)}
  x_late: {holds: "home['x'] is breached"}
measures:
  late: {is: count(home is breached)}
  left: {is: "outstanding(rent[2])"}
"""
    events = """
2025-01-05 shout by: bob
2025-01-06 pay by: bob, id: a, sum: USD 10
2025-01-07 order by: bob, id: x
2025-01-08 order by: bob, id: y
2025-01-13 deliver by: ann, id: y
2025-02-03 pay by: bob, id: a, sum: USD 4
"""
    t = run(body, events, "2025-03-01")
    assert t.facts == {
        "january": "true", "february": "true", "bobs": "true", "some": "true", "all_did": "false", "x_late": "true",
    }  # fmt: skip
    assert t.measures == {"late": "1", "left": "USD 6"}


def test_a_perhaps_ended_agreement_leaves_a_position_in_force_or_terminated() -> None:
    body = "effects:\n  - {upon: notice, terminate: agreement}\n" + DELIVERY
    events = "2025-01-03 order by: bob, id: x\n2025-01-04 notice by: bob, happened: unconfirmed"
    t = run(body, events, "2025-01-05")
    assert t.agreements["deal"] == "undetermined"
    assert t.of("delivery", "x")[0]["possible"] == ["in_force", "terminated"]
    assert run(body, events + "\n2025-01-05 notice by: bob", "2025-01-05").stage("delivery", "x") == "terminated"


def test_an_agreement_without_from_is_in_force_at_all_times() -> None:
    head = HEAD.replace("from: 2025-01-01\n", "")
    body = "clauses:\n  ban: {kind: prohibition, bearer: ann, act: shout}"
    t = run(body, "2019-05-01 shout by: ann", "2019-05-01", head=head)
    assert (t.agreements["deal"], t.stage("ban")) == ("in_force", "breached")


def test_a_sum_over_the_records_of_an_event_multiplies_line_by_line() -> None:
    head = HEAD.replace(
        "  signed: {by: party}", '  signed: {by: party, lines: "list of {quantity: number, price: money}"}'
    )
    body = "measures:\n  worth: {latest: 'sum(signed.lines, quantity * price)', upon: signed}"
    events = "2025-01-02 signed by: ann, lines: [{quantity: 2, price: USD 3}, {quantity: 1, price: USD 4.50}]"
    assert run(body, events, "2025-01-02", head=head).measures["worth"] == "USD 10.5"


def test_a_chosen_reading_stands_in_for_the_definition() -> None:
    body = """
facts:
  over:
    default: strict
    readings:
      strict: {starts: signed}
      loose: {starts: notice}
"""
    events = "2025-01-02 notice by: bob"
    assert run(body, events, "2025-01-02").facts["over"] == "false"
    assert run(body, events, "2025-01-02", readings={"over": "loose"}).facts["over"] == "true"
