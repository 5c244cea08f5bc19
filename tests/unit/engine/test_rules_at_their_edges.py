"""Rules where they meet: what is doubtful and ends, what is late and forgiven, what is moved twice, what is made by several."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dealcli.dates import NoSuchDay
from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.days import first_day, run_timeline, start
from dealcli.engine.declare import Text
from dealcli.engine.run import Run
from dealcli.engine.shown import show
from dealcli.engine.timeline import Reader, numbered

from .contracts import contract, row_of, story

EVENTS = """
    events:
      act: {by: party, "lot?": id, "amount?": money USD}
      made: {lot: id}
      allowed: {lot: id}
      stop: {title: It stops}
      go: {title: It goes on}
      begin: {title: It begins}
      extra: {title: More time}
      dated: {day: date}
    terms:
      hidden: {value: undisclosed}
      later: {value: 2025-06-01/..}
      nothing: {value: none}
"""
UNSURE = ", happened: unconfirmed"


def after(clauses: str, *lines: str, more: str = "", effects: str = "") -> Any:
    rows = "".join(f"      {line}\n" for line in clauses.strip().splitlines())
    told = "    effects:\n" + "".join(f"      - {line}\n" for line in effects.strip().splitlines()) if effects else ""
    return story(f"{EVENTS}{more}    clauses:\n{rows}{told}", *lines)


DUTY = "it: {kind: obligation, bearer: a, act: act"


# --- effects --------------------------------------------------------------------------------------------------------------


def test_an_effect_of_a_power_whose_condition_is_false_does_not_run() -> None:
    s = after(f"{DUTY}}}\nquit: {{kind: power, bearer: a, act: stop, effects: [{{terminate: it, when: 1 > 2}}]}}", "2025-03-01 stop")
    assert (s.stage("quit", "2025-03-01"), s.stage("it", "2025-03-01")) == ("exercised", "in_force")


def test_what_is_perhaps_resumed_stays_held() -> None:
    for target in ("it", "agreement"):
        s = after(f"{DUTY}}}", "2025-02-01 stop", f"2025-03-01 go{UNSURE}", "2025-04-01 go",
                  effects=f"{{upon: stop, suspend: {target}}}\n{{upon: go, resume: {target}}}")  # fmt: skip
        assert [s.stage("it", day) for day in ("2025-02-01", "2025-04-01")] == ["suspended", "in_force"]
        assert "suspended" in s.possible("it", "2025-03-01")


def test_the_end_of_an_agreement_that_is_over_is_not_extended() -> None:
    s = after(f"{DUTY}}}", "2025-03-01 stop", "2025-04-01 extra", effects="{upon: stop, terminate: agreement}\n{upon: extra, extend: agreement, by: 1 year}")
    assert s.agreement("2025-04-01") == "terminated"


def test_an_effect_may_reach_another_agreement_by_name() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: {a: A, b: B}
        events:
          stop: {title: It stops}
        effects:
          - {upon: stop, terminate: second}
        ---
        agreement: second
        title: Second
        from: 2025-01-01
        """, "2025-03-01 stop")  # fmt: skip
    assert (s.agreement("2025-03-01"), s.agreement("2025-03-01", "second")) == ("in_force", "terminated")


def test_a_limit_that_is_perhaps_moved_lies_at_the_earlier_day_at_least_and_is_unknown_after_an_unknown_move() -> None:
    for by, due in (("3 days", "at least 2025-06-30"), ("hidden", "unknown")):
        s = after(f"{DUTY}, due: 2025-06-30}}", f"2025-03-01 extra{UNSURE}", effects=f"{{upon: extra, extend: it, by: {by}}}")
        assert s.due("it", "2025-03-01") == due


# --- limits ---------------------------------------------------------------------------------------------------------------


def test_a_limit_that_is_an_event_and_was_extended_before_it_passes_so_much_later() -> None:
    s = after(f"{DUTY}, due: stop}}", "2025-02-01 extra", "2025-03-01 stop", effects="{upon: extra, extend: it, by: 5 days}")
    assert [s.stage("it", day) for day in ("2025-03-06", "2025-03-07")] == ["in_force", "breached"]


def test_of_a_limit_in_an_open_interval_that_has_begun_it_is_not_known_whether_it_has_passed() -> None:
    s = after(f"{DUTY}, due: later, for_each: begin}}", "2025-07-01 begin")
    assert s.stage("it", "2025-07-01") == "undetermined"


def test_late_performance_within_a_cure_after_an_unknown_limit_is_perhaps_a_cure() -> None:
    s = after(f"{DUTY}, due: undisclosed, cure: 5 days}}", "2025-03-01 act, by: a")
    assert {"fulfilled", "cured"} & set(s.possible("it", "2025-03-01"))
    s = after(f"{DUTY}, due: undisclosed, cure: any_time}}", "2025-03-01 act, by: a")
    assert set(s.possible("it", "2025-03-01")) == {"fulfilled", "cured"}


def test_a_duty_to_pay_an_amount_that_is_missing_is_missed_like_any_other() -> None:
    s = after(f"{DUTY}, amount: nothing, paid_with: amount, due: 2025-03-01}}")
    assert (s.stage("it", "2025-03-01"), s.stage("it", "2025-03-02")) == ("in_force", "breached")


def test_a_length_counted_from_an_activation_that_is_doubtful_runs_from_both() -> None:
    s = after(f"{DUTY}, while: on, within: 10 days}}", f"2025-02-01 begin{UNSURE}", "2025-02-05 begin", more="    facts:\n      on: {starts: begin}\n")
    assert s.due("it", "2025-02-05") == "at least 2025-02-11"
    assert [s.stage("it", day) for day in ("2025-02-11", "2025-02-12")] == ["in_force", "undetermined"]


def test_a_length_counted_from_a_beginning_that_nobody_knows_is_over_on_no_known_day() -> None:
    s = after(f"{DUTY}, from: hidden, within: 10 days}}")
    assert s.due("it", "2025-01-02") == "at least 2025-01-11"
    assert "breached" not in s.possible("it", "2025-01-11")


def test_a_limit_that_perhaps_runs_may_not_have_started() -> None:
    s = after(f"{DUTY}, from: begin, within: 10 days}}", f"2025-02-01 begin{UNSURE}")
    assert set(s.possible("it", "2025-02-12")) == {"pending", "breached"}


def test_a_limit_may_depend_on_who_bears_it() -> None:
    s = after('it: {kind: obligation, bearer: a, act: act, due: "if bearer = a then 2025-03-01 else 2025-04-01"}')
    assert s.due("it", "2025-01-02") == "2025-03-01"


def test_a_date_beyond_the_calendar_is_refused_when_it_is_read() -> None:
    with pytest.raises(NoSuchDay):
        after(f"{DUTY}, due: 9999-12-31 + 1 day}}").run("2025-01-02")


def test_a_span_may_end_at_one_of_several_occurrences_and_its_end_may_be_unpublished() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: act, until: [stop, 2025-05]}")
    assert [s.stage("it", day) for day in ("2025-05-30", "2025-05-31")] == ["in_force", "fulfilled"]
    s = after("it: {kind: prohibition, bearer: a, act: act, until: stop or go}", "2025-03-01 go")
    assert s.stage("it", "2025-03-01") == "fulfilled"
    s = after("it: {kind: prohibition, bearer: a, act: act, until: undisclosed}\nnot_yet: {kind: prohibition, bearer: a, act: act, until: hidden, from: begin}",
              "2025-03-01 begin")  # fmt: skip
    assert (s.stage("it", "2025-01-02"), s.stage("not_yet", "2025-03-01")) == ("undetermined", "undetermined")
    s = after("it: {kind: prohibition, bearer: a, act: act, until: later, for_each: begin}", "2025-07-01 begin")
    assert s.stage("it", "2025-07-01") == "undetermined"
    s = after("it: {kind: prohibition, bearer: a, act: act, until: 2025-02-01, for_each: begin}", "2025-07-01 begin")
    assert [p.shown for p in s.positions("it", "2025-07-01")] in ([], ["ended"])


def test_whether_a_clause_has_begun_is_unknown_where_its_beginning_or_its_gate_is_not_published() -> None:
    for field in ("from: undisclosed", "while: undisclosed", "from: hidden"):
        assert after(f"{DUTY}, {field}}}").stage("it", "2025-01-02") == "undetermined"


def test_a_length_in_hours_that_is_missed_may_make_what_is_already_over() -> None:
    s = after(f"{DUTY}, for_each: begin, within: 2 hours}}\nnext_one: {{kind: prohibition, bearer: a, act: act, for_each: it becomes breached, until: 2025-03-02}}\n"
              "past: {kind: obligation, bearer: a, act: act, for_each: it becomes breached, due: 2025-03-01}",
              "2025-03-05 begin, at: '10:00'")  # fmt: skip
    assert (s.stage("it", "2025-03-05T12:00+00:00"), s.stage("it", "2025-03-05")) == ("in_force", "breached")
    assert [p.shown for p in s.positions("next_one", "2025-03-05")] in ([], ["ended"], ["fulfilled"])
    assert [p.shown for p in s.positions("past", "2025-03-05")] == ["breached"]


def test_a_span_whose_end_moves_into_the_past_is_over_at_once() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: act, until: dated.day}", "2025-03-01 dated, day: 2025-02-01")
    assert [s.stage("it", day) for day in ("2025-02-28", "2025-03-01")] == ["in_force", "fulfilled"]


# --- doubt ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", ["from: begin", "from: hidden"])
def test_the_periods_of_a_clause_that_has_perhaps_begun_are_perhaps_there(begin: str) -> None:
    s = after(f"{DUTY}, every: month, {begin}}}", f"2025-02-01 begin{UNSURE}")
    assert {p.shown for p in s.positions("it", "2025-03-15")} <= {"undetermined"}


def test_an_act_for_what_is_held_and_perhaps_does_not_apply_perhaps_performs_it() -> None:
    s = after(f"{DUTY}, while: on}}", f"2025-02-01 begin{UNSURE}", "2025-02-02 stop", "2025-02-03 act, by: a",
              more="    facts:\n      on: {starts: begin}\n", effects="{upon: stop, suspend: it}")  # fmt: skip
    assert s.stage("it", "2025-02-03") == "undetermined"
    assert "fulfilled" in s.possible("it", "2025-02-03")


def test_a_debt_that_was_perhaps_not_due_yet_is_perhaps_not_what_a_payment_was_for() -> None:
    s = after(f"{DUTY}, amount: USD 5, paid_with: amount, from: begin}}", f"2025-02-01 begin{UNSURE}", "2025-02-02 act, by: a, amount: USD 5")
    assert (s.stage("it", "2025-02-02"), s.paid("it", "2025-02-02")) == ("undetermined", "unknown")


def test_a_standing_duty_that_is_perhaps_kept_again_is_undetermined() -> None:
    more = "    facts:\n      kept: {starts: go, ends: stop}\n"
    s = after("it: {kind: obligation, bearer: a, maintain: kept}", "2025-01-01 go", "2025-02-01 stop", f"2025-03-01 go{UNSURE}", more=more)
    assert [s.stage("it", day) for day in ("2025-02-01", "2025-03-01")] == ["breached", "undetermined"]
    s = after("it: {kind: obligation, bearer: a, maintain: kept, while: on}", "2025-01-01 go", "2025-01-01 begin", "2025-02-01 stop", f"2025-02-02 extra{UNSURE}",
              "2025-03-01 go", more=f"{more}      on: {{starts: begin, ends: extra}}\n")  # fmt: skip
    assert s.breaches("it", "2025-03-01") == ["2025-02-01"]


def test_a_fact_that_is_unknown_may_turn_once_more() -> None:
    more = "    facts:\n      on: {starts: go, ends: stop}\n    measures:\n      rises: {count: on becomes true}\n      falls: {count: on becomes false}\n"
    s = after(f"{DUTY}}}", f"2025-02-01 go{UNSURE}", f"2025-02-02 stop{UNSURE}", "2025-02-03 stop", more=more)
    assert [s.value("on", f"2025-02-0{day}") for day in (1, 2, 3)] == ["unknown", "unknown", "false"]
    assert (s.value("rises", "2025-02-03"), s.value("falls", "2025-02-03")) == ("at least 0", "at least 0")


# --- instances --------------------------------------------------------------------------------------------------------------


def test_a_key_may_come_from_the_event_that_made_what_makes_the_instance() -> None:
    s = after(f"{DUTY}, for_each: made, due: 2025-03-01}}\nnext_one: {{kind: obligation, bearer: a, act: act, for_each: it becomes breached, key: lot}}",
              "2025-02-01 made, lot: X", "2025-02-02 made, lot: Y")  # fmt: skip
    assert s.keys("next_one", "2025-03-02") == ["X", "Y"]


def test_an_event_whose_optional_key_is_absent_counts_for_none() -> None:
    s = after("it: {kind: obligation, bearer: a, act: stop, for_each: act, key: lot}", "2025-02-01 act, by: a", "2025-02-02 act, by: a, lot: X",
              more="    facts:\n      paid: {per: lot, starts: act}\n      much: {per: lot, holds: count(act) > 0}\n    measures:\n      n: {is: count(paid)}\n"
                   "      all: {is: count(much)}\n")  # fmt: skip
    assert (s.keys("it", "2025-02-02"), s.value("n", "2025-02-02"), s.value("all", "2025-02-02")) == (["X"], "1", "1")


def test_a_name_of_an_event_means_the_newest_where_another_one_made_the_instance() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act, for_each: made or go, due: made.date + 10 days}", "2025-02-01 made, lot: X", "2025-02-05 go",
              "2025-02-07 made, lot: Y")  # fmt: skip
    assert [show(p.limit_day) for p in s.positions("it", "2025-02-07")] == ["2025-02-11", "2025-02-17", "2025-02-17"]


def test_a_beginning_for_one_key_begins_the_instances_of_that_key() -> None:
    s = after("it: {kind: obligation, bearer: a, act: stop, for_each: made, key: lot, from: act}", "2025-02-01 act, by: a, lot: X",
              "2025-02-02 made, lot: X", "2025-02-02 made, lot: Y")  # fmt: skip
    assert (s.stage("it", "2025-02-02", "X"), s.stage("it", "2025-02-02", "Y")) == ("in_force", "pending")


def test_a_where_that_is_false_for_an_instance_leaves_it_as_it_is() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act, for_each: made, key: lot, waived_by: act where by = b, until: act where amount > USD 5, "
              "from: begin where 1 > 2 or made}", "2025-02-02 made, lot: X", "2025-02-03 act, by: b, lot: Y, amount: USD 1",
              "2025-02-04 begin")  # fmt: skip
    assert s.stage("it", "2025-02-04", "X") in ("in_force", "pending")


def test_an_end_for_one_key_leaves_the_clause_open_for_others() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: stop, for_each: made, key: lot, until: act}", "2025-02-01 made, lot: X",
              "2025-02-02 act, by: a, lot: X", "2025-02-03 made, lot: Y")  # fmt: skip
    assert (s.stage("it", "2025-02-03", "X"), s.stage("it", "2025-02-03", "Y")) == ("fulfilled", "in_force")


def test_an_exception_with_another_key_is_found_by_the_act() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: act}\nmay: {kind: permission, bearer: a, act: act, for_each: made, key: lot, exception_to: it}",
              "2025-02-01 made, lot: X", "2025-02-02 act, by: a, lot: X", "2025-02-03 act, by: a, lot: Y")  # fmt: skip
    assert s.breaches("it", "2025-02-03") == ["2025-02-03"]
    assert s.findings("conflict", "2025-02-03") == 0


def test_an_event_that_one_clause_requires_and_another_forbids_is_a_conflict_unless_one_excepts_the_other() -> None:
    text = f"{DUTY}}}\nno: {{kind: prohibition, bearer: a, act: act}}"
    assert after(text, "2025-02-01 act, by: a").findings("conflict", "2025-02-01") == 1
    assert after(text.replace("}\nno", ", exception_to: no}\nno"), "2025-02-01 act, by: a").findings("conflict", "2025-02-01") == 0
    assert after(f"{text[:-1]}, exception_to: it}}", "2025-02-01 act, by: a").findings("conflict", "2025-02-01") == 0
    condition = text.replace("kind: obligation", "kind: condition")
    assert after(condition, "2025-02-01 act, by: a").findings("conflict", "2025-02-01") == 0


def test_what_recurs_and_survives_its_agreement_goes_on_after_its_end() -> None:
    s = after(f"{DUTY}, every: month, survives: true}}\nends: {{kind: obligation, bearer: a, act: act, every: month}}", "2025-02-10 stop",
              effects="{upon: stop, terminate: agreement}")  # fmt: skip
    assert (s.keys("it", "2025-04-15"), s.keys("ends", "2025-04-15")) == (["1", "2", "3", "4"], ["1", "2"])


def test_a_clause_whose_agreement_has_perhaps_ended_and_then_has_makes_no_more_periods() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: {a: A, b: B}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month}
        ---
        agreement: second
        title: Second
        from: 2025-01-01
        events:
          act: {by: party}
          stop: {title: It stops}
        effects:
          - {upon: stop, terminate: deal}
        """, f"2025-02-10 stop{UNSURE}", "2025-03-10 stop")  # fmt: skip
    assert (s.keys("it", "2025-06-15"), s.agreement("2025-06-15")) == (["1", "2", "3"], "terminated")


def test_instances_may_be_made_by_each_of_a_list_of_triggers() -> None:
    s = after(f"{DUTY}, for_each: [made, go]}}", "2025-02-01 made, lot: X", "2025-02-05 go")
    assert len(s.positions("it", "2025-02-05")) == 2


def test_a_clause_may_replace_another_one_of_its_agreement() -> None:
    s = after(f"{DUTY}}}\nheir: {{kind: obligation, bearer: a, act: act, replaces: [it]}}")
    assert (s.stage("it", "2025-01-02"), s.stage("heir", "2025-01-02")) == ("superseded", "in_force")


def test_what_an_excepted_clause_listens_to_goes_on_moving() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: {a: A, b: B}
        events:
          act: {by: party}
          go: {title: It goes on}
        facts:
          on: {starts: go}
        measures:
          one: {is: count(go)}
          two: {is: one + one}
          three: {is: two + one}
        clauses:
          it: {kind: obligation, bearer: a, act: act, waived_by: on becomes true, while: three < 9}
        ---
        agreement: new
        title: New
        from: 2025-03-01
        replaces: {agreement: deal, except: [deal.it]}
        """, "2025-03-10 go")  # fmt: skip
    assert (s.stage("it", "2025-03-09"), s.stage("it", "2025-03-10")) == ("in_force", "waived")


def test_what_accrues_grows_until_its_agreement_ends() -> None:
    s = after(f"{DUTY}, amount: 'USD 1 * days(2025-01-01, today)', accrues: true, paid_with: amount, due: 2025-01-10}}", "2025-02-01 stop",
              effects="{upon: stop, terminate: agreement}")  # fmt: skip
    assert [s.amount("it", day) for day in ("2025-01-31", "2025-02-01", "2025-03-01")] == ["USD 30", "USD 31", "USD 31"]


def test_an_agreement_that_has_perhaps_begun_begins_once() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: begin
        parties: {a: A, b: B}
        events:
          begin: {title: It begins}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
        """, f"2025-02-01 begin{UNSURE}", "2025-02-05 begin")  # fmt: skip
    assert [s.agreement(day) for day in ("2025-01-31", "2025-02-01", "2025-02-05")] == ["pending", "undetermined", "in_force"]


def test_bad_performance_that_only_perhaps_happened_is_listed_as_no_breach() -> None:
    s = after(f"{DUTY}, breached_by: stop}}", f"2025-02-01 stop{UNSURE}")
    assert (s.stage("it", "2025-02-01"), s.breaches("it", "2025-02-01")) == ("undetermined", [])


def test_a_limit_misses_what_has_an_amount_and_no_payment() -> None:
    s = after(f"{DUTY}, amount: USD 5, due: 2025-03-01}}")
    assert s.stage("it", "2025-03-02") == "breached"


def test_a_recital_has_no_act_and_no_limit() -> None:
    s = after("it: {kind: recital, text: We mean well, act: act, due: 2025-02-01}", "2025-01-15 act, by: a")
    assert [s.stage("it", day) for day in ("2025-01-15", "2025-02-02")] == ["in_force", "in_force"]


def test_a_trigger_narrowed_by_where_counts_only_where_that_holds() -> None:
    s = after("it: {kind: obligation, bearer: a, act: stop, not_before: act where amount > USD 5, waived_by: go where count(made) > 0}\n"
              "due_by: {kind: obligation, bearer: a, act: stop, before: act where amount > USD 5}",
              "2025-02-01 act, by: a, amount: USD 1", "2025-02-02 stop", "2025-02-03 go")  # fmt: skip
    assert s.findings("premature_performance", "2025-02-02") == 1
    assert (s.stage("it", "2025-02-03"), s.stage("due_by", "2025-02-03")) == ("in_force", "fulfilled")


def test_an_exception_may_have_an_exception() -> None:
    text = ("it: {kind: prohibition, bearer: a, act: act}\nmay: {kind: permission, bearer: a, act: act, exception_to: it}\n"
            "but: {kind: prohibition, bearer: a, act: act where amount > USD 5, exception_to: may}")  # fmt: skip
    s = after(text, "2025-02-01 act, by: a, amount: USD 1", "2025-02-02 act, by: a, amount: USD 9")
    assert s.breaches("it", "2025-02-02") == ["2025-02-02"]


def test_an_exception_made_for_a_key_excuses_the_instance_of_that_key() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: act, for_each: made, key: lot}\n"
              "may: {kind: permission, bearer: a, act: act, for_each: allowed, key: lot, exception_to: it}",
              "2025-02-01 made, lot: X", "2025-02-01 made, lot: Y", "2025-02-02 allowed, lot: X", "2025-02-03 act, by: a, lot: X",
              "2025-02-04 act, by: a, lot: Y", more="")  # fmt: skip
    assert (s.breaches("it", "2025-02-04", "X"), s.breaches("it", "2025-02-04", "Y")) == ([], ["2025-02-04"])


def test_a_further_breach_that_only_perhaps_happened_is_not_listed() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: act}", "2025-02-01 act, by: a", f"2025-02-02 act, by: a{UNSURE}", "2025-02-03 act, by: a")
    assert s.breaches("it", "2025-02-03") == ["2025-02-01", "2025-02-03"]


def test_an_exception_for_another_act_excuses_nothing_and_none_is_needed_where_an_unless_excuses() -> None:
    text = "it: {kind: prohibition, bearer: a, act: act, unless: by = b}\nmay: {kind: permission, bearer: a, act: stop, exception_to: it}"
    s = after(text, "2025-02-01 act, by: a")
    assert s.breaches("it", "2025-02-01") == ["2025-02-01"]
    excused = after(text.replace("by = b", "by = a"), "2025-02-01 act, by: a")
    assert excused.breaches("it", "2025-02-01") == []


def test_a_debt_that_was_incurred_outlasts_an_agreement_whose_end_is_not_published() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-01-01
        until: undisclosed
        parties: {a: A, b: B}
        events:
          made: {title: It is made}
          act: {by: party, amount: money USD}
        clauses:
          debt: {kind: obligation, bearer: a, act: act, for_each: made, amount: USD 5, paid_with: amount, due: 2025-06-30}
          plain: {kind: obligation, bearer: a, act: act}
        """, "2025-02-01 made")  # fmt: skip
    assert (s.stage("plain", "2025-02-02"), "in_force" in s.possible("debt", "2025-02-02")) == ("undetermined", True)


def test_what_turns_from_true_to_unknown_has_perhaps_become_false_and_not_true_again() -> None:
    s = after(f"{DUTY}}}", "2025-02-01 act, by: b", f"2025-02-10 go{UNSURE}", more="    facts:\n      much: {holds: count(act) > 0 and not stopped}\n"
              "      stopped: {starts: go}\n    measures:\n      rises: {count: much becomes true}\n      falls: {count: much becomes false}\n")  # fmt: skip
    assert (s.value("rises", "2025-02-10"), s.value("falls", "2025-02-10")) == ("1", "at least 0")


def test_a_certain_breach_is_no_possible_one() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: act}", "2025-02-01 act, by: a")
    assert (s.findings("breach", "2025-02-01"), s.findings("possible_breach", "2025-02-01")) == (1, 0)


def test_an_event_from_which_something_only_counts_later_is_not_unused() -> None:
    s = after(f"{DUTY}}}", "2025-02-01 stop", "2025-02-02 go", effects="{upon: 30 days after stop, terminate: it}")
    assert s.findings("unused_event", "2025-02-02") == 1


def test_a_condition_inside_an_instance_that_was_unknown_and_holds_has_perhaps_become_true_before() -> None:
    s = after(f"{DUTY}, for_each: made, key: lot, waived_by: (count(begin) > 0) becomes true}}", "2025-02-01 made, lot: X",
              f"2025-02-02 begin{UNSURE}", "2025-02-03 begin")  # fmt: skip
    assert [s.stage("it", f"2025-02-0{day}") for day in (1, 2)] == ["in_force", "undetermined"]


def test_an_excepted_debt_that_accrues_goes_on_growing_and_another_one_does_not() -> None:
    s = story("""
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: {a: A, b: B}
        events:
          act: {by: party, amount: money USD}
          made: {title: It is made}
        clauses:
          kept: {kind: obligation, bearer: a, act: act, for_each: made, amount: 'USD 1 * days(2025-01-01, today)', accrues: true, paid_with: amount}
          left: {kind: obligation, bearer: a, act: act, for_each: made, amount: 'USD 1 * days(2025-01-01, today)', accrues: true, paid_with: amount}
        ---
        agreement: new
        title: New
        from: 2025-02-01
        replaces: {agreement: deal, except: [deal.kept]}
        """, "2025-01-05 made")  # fmt: skip
    assert (s.amount("kept", "2025-03-01"), s.amount("left", "2025-03-01")) == ("USD 59", "USD 31")


# --- what is late, forgiven and over -------------------------------------------------------------------------------------------


def test_a_breach_may_be_performed_late_after_its_span_is_over_and_only_once() -> None:
    s = after(f"{DUTY}, due: 2025-02-01, until: 2025-02-10}}", "2025-02-15 act, by: a", "2025-02-16 act, by: a")
    assert (s.stage("it", "2025-02-16"), s.findings("late_performance", "2025-02-16")) == ("breached", 1)


def test_late_performance_of_what_was_perhaps_released_is_perhaps_nothing() -> None:
    s = after(f"{DUTY}, due: 2025-02-01, cure: any_time}}", f"2025-02-10 stop{UNSURE}", "2025-02-11 act, by: a", effects="{upon: stop, terminate: it}")
    assert s.stage("it", "2025-02-11") == "undetermined"


def test_a_payment_after_everything_is_paid_is_an_overpayment_and_a_part_of_a_forgiven_debt_none() -> None:
    s = after(f"{DUTY}, amount: USD 5, paid_with: amount, waived_by: stop}}", "2025-02-01 act, by: a, amount: USD 5", "2025-02-02 act, by: a, amount: USD 5")
    assert (s.findings("overpayment", "2025-02-01"), s.findings("overpayment", "2025-02-02")) == (0, 1)


def test_a_payment_that_only_perhaps_happened_perhaps_pays_and_is_no_overpayment() -> None:
    for paid, stage, shown in (("USD 5", "undetermined", "unknown"), ("USD 2", "in_force", "unknown"), ("USD 9", "undetermined", "unknown")):
        s = after(f"{DUTY}, amount: USD 5, paid_with: amount}}", f"2025-02-01 act, by: a, amount: {paid}{UNSURE}")
        assert (s.stage("it", "2025-02-01"), s.paid("it", "2025-02-01"), s.findings("overpayment", "2025-02-01")) == (stage, shown, 0)


def test_what_was_paid_before_a_debt_that_accrues_came_into_force_is_kept() -> None:
    s = after(f"{DUTY}, amount: 'USD 1 * days(2025-01-01, today)', accrues: true, paid_with: amount}}",
              "2025-01-05 act, by: a, amount: USD 2", "2025-01-20 act, by: a, amount: USD 17")  # fmt: skip
    assert [(s.stage("it", day), s.paid("it", day)) for day in ("2025-01-06", "2025-01-20")] == [("in_force", "USD 2"), ("fulfilled", "USD 19")]


def test_a_payment_for_a_breached_debt_goes_to_its_remedy_first() -> None:
    s = after(f"{DUTY}, amount: USD 5, paid_with: amount, due: 2025-02-01}}\n"
              "remedy: {kind: obligation, bearer: a, act: act, paid_with: amount, amount: USD 6, for_each: it becomes breached}",
              "2025-02-10 act, by: a, amount: USD 6")  # fmt: skip
    assert (s.stage("it", "2025-02-10"), s.paid("it", "2025-02-10"), s.stage("remedy", "2025-02-10")) == ("breached", "0", "fulfilled")


def test_a_recurring_debt_that_accrues_is_paid_ahead_until_its_period_is_over() -> None:
    s = after(f"{DUTY}, amount: 'USD 1 * days(period.start, min(today, period.end))', accrues: true, paid_with: amount, every: month}}",
              "2025-01-11 act, by: a, amount: USD 10")  # fmt: skip
    assert (s.stage("it", "2025-01-11", "1"), s.paid("it", "2025-01-11", "1")) == ("in_force", "USD 10")


def test_a_recital_is_neither_forgiven_nor_missed() -> None:
    s = after("it: {kind: recital, text: We mean well}", "2025-02-01 stop", "2025-02-02 go", effects="{upon: stop, waive: it}\n{upon: go, discharge: it}")
    assert s.stage("it", "2025-02-02") == "in_force"


# --- facts and measures ----------------------------------------------------------------------------------------------------------


def test_a_window_of_an_agreement_that_is_perhaps_over_is_known_from_below_or_not_at_all() -> None:
    more = "    measures:\n      n: {count: act, over: 30 days}\n      m: {max: act.amount, over: 30 days}\n"
    s = after(f"{DUTY}}}", "2025-02-01 act, by: a, amount: USD 5", f"2025-02-02 stop{UNSURE}", more=more, effects="{upon: stop, terminate: agreement}")
    assert (s.value("n", "2025-02-01"), s.value("m", "2025-02-01")) == ("1", "USD 5")
    assert (s.value("n", "2025-02-02"), s.value("m", "2025-02-02")) == ("at least 0", "unknown")


def test_a_window_of_a_vocabulary_or_of_an_excepted_clause_goes_on() -> None:
    s = story("""
        vocabulary: words
        parties: {a: A, b: B}
        events:
          act: {by: party}
        measures:
          all: {count: act, over: 30 days}
        ---
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: [a, b]
        measures:
          kept: {count: act, over: 30 days}
          lost: {count: act, over: 30 days}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, unless: kept < 2}
        ---
        agreement: new
        title: New
        from: 2025-03-01
        parties: [a, b]
        replaces: {agreement: deal, except: [deal.it]}
        """, "2025-02-20 act, by: b", "2025-03-10 act, by: b")  # fmt: skip
    assert [s.value(name, "2025-03-10") for name in ("all", "kept", "lost")] == ["2", "2", "1"]
    assert [s.value(name, "2025-04-01") for name in ("all", "kept", "lost")] == ["1", "1", "1"]


def test_a_fact_that_holds_may_trigger_several_things_and_stop_holding() -> None:
    s = after(f"{DUTY}, waived_by: much becomes true, discharged_by: much becomes false}}\nother: {{kind: obligation, bearer: a, act: stop, waived_by: much becomes true}}",
              "2025-02-01 act, by: b", "2025-02-10 go", more="    facts:\n      much: {holds: count(act) > 0 and not stopped}\n      stopped: {starts: go}\n"
              "    measures:\n      rises: {count: much becomes true}\n      falls: {count: much becomes false}\n      dips: {count: '(count(act) > 0 and not stopped) becomes false'}\n")  # fmt: skip
    assert (s.stage("it", "2025-02-10"), s.stage("other", "2025-02-10")) == ("waived", "waived")
    assert [s.value(name, "2025-02-10") for name in ("rises", "falls", "dips")] == ["1", "1", "1"]


def test_a_condition_inside_an_instance_that_holds_when_it_is_made_becomes_true_only_where_earlier_performance_counts() -> None:
    for prior, stage in (("ignored", "in_force"), ("counts", "waived")):
        s = after(f"{DUTY}, for_each: made, key: lot, prior_performance: {prior}, waived_by: (count(begin) > 0) becomes true}}",
                  "2025-02-01 begin", "2025-02-02 made, lot: X")  # fmt: skip
        assert s.stage("it", "2025-02-02") == stage
    s = after(f"{DUTY}, for_each: made, key: lot, waived_by: (count(begin) > 0) becomes true}}", "2025-02-01 made, lot: X", "2025-02-02 begin")
    assert s.stage("it", "2025-02-02") == "waived"


def test_a_date_inside_a_trigger_that_is_missing_never_comes_and_one_that_is_unknown_perhaps_has() -> None:
    s = after(f"{DUTY}, waived_by: stop.date}}", "2025-02-01 begin")
    assert s.stage("it", "2025-12-31") == "in_force"
    assert after(f"{DUTY}, waived_by: hidden}}").possible("it", "2025-01-02") == ("in_force", "waived")


def test_a_keyed_thing_read_under_its_own_key_is_that_of_the_instance() -> None:
    s = after("it: {kind: obligation, bearer: a, act: stop, for_each: made, key: lot, waived_by: '(paid[lot]) becomes true'}",
              "2025-02-01 made, lot: X", "2025-02-01 made, lot: Y", "2025-02-02 act, by: a, lot: Y",
              more="    facts:\n      paid: {per: lot, starts: act}\n    measures:\n      sizes: {is: 'count(made where paid[lot])'}\n")  # fmt: skip
    assert (s.stage("it", "2025-02-02", "X"), s.stage("it", "2025-02-02", "Y")) == ("in_force", "waived")


def test_bands_begin_where_they_say() -> None:
    more = "    measures:\n" + "".join(f"      {name}: {{is: 'band[{key}]'}}\n" for name, key in (("p", 4), ("q", 5), ("r", 9), ("t", 10)))
    s = story(EVENTS + "      band: {value: [{from: 5, up_to: 9, value: low}, {above: 9, below: 10, value: high}]}\n" + more)
    assert [s.value(name, "2025-01-02") for name in ("p", "q", "r", "t")] == ["none", "low", "low", "none"]


def test_an_event_is_shown_by_its_name() -> None:
    s = after(f"{DUTY}}}", "2025-02-01 stop", more="    measures:\n      m: {is: latest(stop)}\n")
    assert s.value("m", "2025-02-01") == "stop"


def test_when_a_clause_without_a_position_entered_a_stage_is_missing() -> None:
    s = after(f"{DUTY}, for_each: made, key: lot}}", more="    measures:\n      m: {is: \"1 day after it['X'] becomes fulfilled\"}\n")
    assert s.value("m", "2025-02-01") == "none"


def test_a_position_of_a_party_that_bears_none_is_none() -> None:
    s = after("it: {kind: obligation, bearer: [a], act: act}", more="    facts:\n      f: {holds: 'it[b] is pending'}\n")
    assert s.value("f", "2025-02-01") == "true"


def test_what_holds_in_one_of_several_readings_is_noted_as_looked_at() -> None:
    text = contract(f"{EVENTS}    facts:\n      f: {{default: x, readings: {{x: {{holds: 1 > 0}}, y: {{holds: 1 > 2}}}}}}\n"
                    "    clauses:\n      it: {kind: obligation, bearer: a, act: act, while: f}\n")  # fmt: skip
    for reading, stage in (("x", "in_force"), ("y", "pending")):
        s = text.with_events(readings={"f": reading})
        assert (s.stage("it", "2025-01-02"), s.run("2025-01-02").program.looked) == (stage, {"deal.f"})


def test_the_events_on_record_are_told_by_type_and_key() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act, for_each: made, key: lot, while: act}", "2025-02-01 act, by: a, lot: X",
              f"2025-02-02 act, by: a, lot: Y{UNSURE}")  # fmt: skip
    assert {(kind.name, keys) for kind, keys in s.run("2025-02-02").state.on_record()} == {("act", ("lot",))}


def test_a_line_of_exercise_may_leave_out_who_uses_the_power() -> None:
    s = after("quit: {kind: power, bearer: a, once: false}", "2025-02-01 !quit", "2025-02-02 !quit, by: a", "2025-02-03 !quit, by: a", "2025-02-04 !quit, by: b")
    assert (s.uses("quit", "2025-02-04"), s.position("quit", "2025-02-04").performers) == (["2025-02-01", "2025-02-02", "2025-02-03"], ("a",))
    assert s.findings("act_without_effect", "2025-02-04") == 1


def test_a_clause_that_is_made_by_the_same_event_is_meant_by_name_else_the_newest() -> None:
    s = after("one: {kind: obligation, bearer: a, act: stop, for_each: made}\nit: {kind: obligation, bearer: a, act: act, for_each: made or go, "
              "within: 3 days, amount: if one is in_force then USD 1 else USD 2}", "2025-02-01 go", "2025-02-02 made, lot: X", "2025-02-03 go")  # fmt: skip
    assert [str(p.amount) for p in s.positions("it", "2025-02-03")] == ["USD 2", "USD 1", "USD 1"]


def test_every_stage_that_a_clause_of_a_kind_may_come_to_is_known() -> None:
    from dealcli.engine.lifecycle import reachable

    assert {"fulfilled", "breached", "cured"} <= set(reachable("duty", "obligation"))
    assert {"met", "failed"} <= set(reachable("condition", "condition"))
    assert "breached" not in reachable("option", "power")
    assert {"exercised", "lapsed"} <= set(reachable("option", "power"))


# --- running ---------------------------------------------------------------------------------------------------------------------


def test_a_run_may_go_on_and_be_looked_at_on_the_way_and_need_not_keep_its_history() -> None:
    text = contract(f"{EVENTS}    facts:\n      on: {{starts: act, ends: stop}}\n    measures:\n      n: {{count: act}}\n")
    program, problems = build(text.texts)
    assert problems == []
    reader = Reader(program)
    rows = list(numbered(row for line in ("2025-02-01 act, by: a", "2025-03-01 act, by: a") if (row := reader.read(row_of(line), Place("x")))))
    seen: list[str] = []
    [count] = program.measures

    def look(run: Run) -> None:
        seen.append(show(run.state.fluent(count, ())))

    stops = [(date(2025, 2, 15), look), (date(2025, 1, 15), look), (date(2026, 1, 1), look)]
    run = run_timeline(program, rows[:1], date(2025, 2, 20), stops)
    assert (seen, [t.name for t in run.state.transitions if t.kind == "fact"]) == (["0", "1"], ["deal.on"])
    assert show(run_timeline(program, rows[1:], date(2025, 3, 20), begun=run).state.fluent(count, ())) == "2"
    silent = Run(program)
    silent.tells = False
    start(silent, first_day(program, [date(2025, 2, 1)]))
    run_timeline(program, rows, date(2025, 3, 20), begun=silent)
    assert ([t for t in silent.state.transitions if t.kind == "fact"], show(silent.state.fluent(count, ()))) == ([], "2")


def test_a_day_until_which_reports_are_known_may_be_a_month() -> None:
    tree = {"agreement": "deal", "title": "Deal", "known_through": "2025-03", "events": {"act": {}}, "facts": {"f": {"holds": "act"}}}
    program, problems = build([Text(tree, Place("deal.yaml"))])
    assert (problems, program.agreements[0].known_through) == ([], date(2025, 3, 31))
    [fact] = program.facts
    found = [show(run_timeline(program, (), date(2025, month, day)).state.fluent(fact, ())) for month, day in ((3, 31), (4, 1))]
    assert found == ["false", "unknown"]


def test_an_agreement_that_is_over_is_not_extended() -> None:
    s = after(f"{DUTY}}}", "2025-02-01 stop", "2025-02-02 stop", effects="{upon: stop, terminate: agreement}\n{upon: stop, extend: agreement, by: 1 month}")
    assert s.stage("it", "2025-02-28") == "terminated"
