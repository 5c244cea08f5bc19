"""What clauses and agreements do to each other: replacement, survival, debts, effects, recurrence, instances."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from .contracts import Story, contract, story
from .test_obligation_cells import sentence

# --- replacement ------------------------------------------------------------------------------------------------------

TWO = """
    agreement: old
    title: Old
    from: 2025-01-01
    until: 2025-09-30
    parties: {{a: A, b: B}}
    events:
      act: {{by: party}}
      sold: {{by: party, sale: id}}
      paid: {{by: party, sum: money USD}}
      signed: {{what: text}}
    measures:
      acts: {{count: act}}
    clauses:
      ban: {{kind: prohibition, bearer: a, act: act}}
      kept: {{kind: prohibition, bearer: a, act: act, while: acts >= 0}}
      lasting: {{kind: prohibition, bearer: a, act: act, survives: true}}
      price: {{kind: obligation, bearer: a, for_each: sold, key: sale, act: paid, amount: USD 100, paid_with: sum}}
    ---
    agreement: new
    title: New
    parties: {{a: A, b: B}}
    {begin}
    replaces: {replaces}
    clauses:
      successor: {{kind: prohibition, bearer: a, act: act}}
    """


def test_a_replaced_clause_is_superseded_when_its_successor_begins_with_no_day_between() -> None:
    s = story(TWO.format(begin="from: 2025-06-01", replaces="[old.ban]"), "2025-06-01 act, by: a")
    assert (s.stage("ban", "2025-05-31"), s.stage("successor", "2025-05-31")) == ("in_force", "pending")
    assert s.stage("ban", "2025-06-01") == "superseded"
    assert s.breaches("successor", "2025-06-01") == ["2025-06-01"]
    assert s.breaches("ban", "2025-06-01") == []


def test_what_is_not_replaced_goes_on() -> None:
    s = story(TWO.format(begin="from: 2025-06-01", replaces="[old.ban]"))
    assert s.stage("kept", "2025-06-02") == "in_force"
    assert s.agreement("2025-06-02", "old") == "in_force"


def test_a_replaced_agreement_is_superseded_with_its_clauses() -> None:
    s = story(TWO.format(begin="from: 2025-06-01", replaces="{agreement: old}"))
    assert s.agreement("2025-06-01", "old") == "superseded"
    assert s.stage("ban", "2025-06-01") == "superseded"


def test_clauses_excepted_from_a_replacement_go_on_to_the_end_of_the_old_agreement() -> None:
    s = story(
        TWO.format(begin="from: 2025-06-01", replaces="{agreement: old, except: [kept]}"), "2025-07-01 act, by: a"
    )
    assert s.agreement("2025-06-01", "old") == "superseded"
    assert s.stage("kept", "2025-06-30") == "in_force"
    assert s.breaches("kept", "2025-07-01") == ["2025-07-01"]
    assert s.binds("kept", "2025-09-30") is True
    assert s.binds("kept", "2025-10-01") is False


def test_an_excepted_clause_never_broken_is_fulfilled_at_the_until_of_the_old_agreement() -> None:
    s = story(TWO.format(begin="from: 2025-06-01", replaces="{agreement: old, except: [kept]}"))
    assert s.stage("kept", "2025-09-30") == "in_force"
    assert s.stage("kept", "2025-10-01") == "fulfilled"


def test_the_measures_that_an_excepted_clause_reads_go_on() -> None:
    s = story(
        TWO.format(begin="from: 2025-06-01", replaces="{agreement: old, except: [kept]}"), "2025-07-01 act, by: b"
    )
    assert s.value("acts", "2025-07-01") == "1"


def test_a_surviving_clause_goes_on_when_its_agreement_is_replaced() -> None:
    s = story(TWO.format(begin="from: 2025-06-01", replaces="{agreement: old}"))
    assert s.stage("lasting", "2025-12-01") == "in_force"


def test_a_replaced_clause_makes_no_new_instances_and_its_debts_stay() -> None:
    s = story(
        TWO.format(begin="from: 2025-06-01", replaces="[old.price]"),
        "2025-05-01 sold, by: b, sale: one",
        "2025-07-01 sold, by: b, sale: two",
    )
    assert s.keys("price", "2025-07-01") == ["one"]
    assert s.stage("price", "2025-07-01") == "in_force"


def test_an_agreement_that_begins_on_a_date_begins_before_the_events_of_that_day() -> None:
    s = story(TWO.format(begin="from: 2025-06-01", replaces="[old.ban]"), "2025-06-01 act, by: a")
    assert s.breaches("successor", "2025-06-01") == ["2025-06-01"]


def test_an_agreement_that_begins_with_an_event_begins_at_that_event() -> None:
    text = TWO.format(begin="from: signed where what = 'amendment'", replaces="[old.ban]")
    s = story(text, "2025-06-01 act, by: a", "2025-06-01 signed, what: amendment", "2025-06-01 act, by: a")
    assert s.breaches("ban", "2025-06-01") == ["2025-06-01"]
    assert s.breaches("successor", "2025-06-01") == ["2025-06-01"]
    assert s.stage("ban", "2025-06-01") == "breached"


def test_an_event_that_fails_the_where_of_a_beginning_begins_nothing() -> None:
    text = TWO.format(begin="from: signed where what = 'amendment'", replaces="[old.ban]")
    assert story(text, "2025-06-01 signed, what: letter").agreement("2025-06-01", "new") == "pending"


@pytest.mark.parametrize(("choice", "expected"), [("yes_it_does", "superseded"), ("no_it_does_not", "in_force")])
def test_a_replacement_may_depend_on_a_reading(choice: str, expected: str) -> None:
    text = (
        TWO.format(begin="from: 2025-06-01", replaces="[{clauses: [old.ban], when: \"replaced = 'yes_it_does'\"}]")
        + """
    terms:
      replaced:
        default: yes_it_does
        readings:
          yes_it_does: {value: done}
          no_it_does_not: {value: undone}
    """
    )
    s = story(text, readings={"replaced": choice})
    assert s.stage("ban", "2025-06-01") == expected


def test_a_clause_may_replace_a_clause_of_its_own_agreement_from_its_own_beginning() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          first: {kind: prohibition, bearer: a, act: act}
          second: {kind: prohibition, bearer: a, act: act, from: 2025-06-01, replaces: [first]}
        """)
    assert (s.stage("first", "2025-05-31"), s.stage("second", "2025-05-31")) == ("in_force", "pending")
    assert (s.stage("first", "2025-06-01"), s.stage("second", "2025-06-01")) == ("superseded", "in_force")


def test_a_clause_that_begins_at_an_event_replaces_at_that_event() -> None:
    s = story(
        """
        events:
          act: {by: party}
          signed: {title: Signed}
        clauses:
          first: {kind: prohibition, bearer: a, act: act}
          second: {kind: prohibition, bearer: a, act: act, from: signed, replaces: [first]}
        """,
        "2025-06-01 signed",
    )
    assert s.stage("first", "2025-05-31") == "in_force"
    assert (s.stage("first", "2025-06-01"), s.stage("second", "2025-06-01")) == ("superseded", "in_force")


def test_a_restating_clause_has_no_position_of_its_own() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          first: {kind: prohibition, bearer: a, act: act}
          again: {kind: prohibition, restates: first}
        """)
    assert s.positions("again", "2025-02-01") == []


# --- ends, survival, debts --------------------------------------------------------------------------------------------

ENDS = contract("""
    until: 2025-12-31
    events:
      act: {by: party}
      sold: {by: party}
      paid: {by: party, sum: money USD}
      kill: {title: Kill}
    clauses:
      plain: {kind: obligation, bearer: a, act: act}
      lasting: {kind: obligation, bearer: a, act: act, survives: true}
      price: {kind: obligation, bearer: a, act: paid, amount: USD 5, paid_with: sum, due: 2025-06-30}
      each: {kind: obligation, bearer: a, act: act, for_each: sold, survives: true}
    effects:
      - {upon: kill, terminate: agreement}
    """)


def test_a_surviving_clause_outlives_its_agreement_and_may_still_be_performed() -> None:
    s = ENDS.with_events("2025-03-01 kill", "2025-04-01 act, by: a")
    assert s.stage("plain", "2025-03-01") == "terminated"
    assert s.stage("lasting", "2025-03-31") == "in_force"
    assert s.stage("lasting", "2025-04-01") == "fulfilled"


def test_a_surviving_clause_outlives_the_expiry_of_its_agreement() -> None:
    assert ENDS.with_events().stage("lasting", "2026-02-01") == "in_force"
    assert ENDS.with_events().stage("plain", "2026-02-01") == "ended"


def test_a_surviving_clause_makes_instances_after_the_end_of_its_agreement() -> None:
    assert ENDS.with_events("2025-03-01 kill", "2025-04-01 sold, by: b").keys("each", "2025-04-01") == ["1"]


def test_a_plain_debt_is_incurred_only_once_its_limit_has_passed() -> None:
    assert ENDS.with_events("2025-03-01 kill").stage("price", "2025-03-01") == "terminated"
    s = ENDS.with_events("2025-08-01 kill", "2025-09-01 paid, by: a, sum: USD 5")
    assert s.stage("price", "2025-08-01") == "breached"
    assert not s.position("price", "2025-08-01").released
    assert s.paid("price", "2025-09-01") == "USD 5"


def test_an_end_never_touches_a_position_already_at_an_end() -> None:
    s = ENDS.with_events("2025-02-01 act, by: a", "2025-03-01 kill")
    assert s.stage("plain", "2025-03-01") == "fulfilled"


# --- effects ----------------------------------------------------------------------------------------------------------

EFFECT = """
    until: 2025-12-31
    events:
      act: {{by: party}}
      x: {{kind_of: text}}
      y: {{kind_of: text}}
      moved: {{to: party}}
    clauses:
      it: {{kind: obligation, bearer: a, counterparty: b, act: act, due: 2025-06-30}}
      span: {{kind: permission, bearer: a, act: act, until: 2025-06-30}}
      met: {{kind: condition, act: act, due: 2025-06-30}}
    effects:
      - {effect}
    """
X = "2025-03-01 x, kind_of: written"


def effect(text: str, *lines: str) -> Story:
    return story(EFFECT.format(effect=text), *lines)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("terminate", "terminated"),
        ("suspend", "suspended"),
        ("waive", "waived"),
        ("discharge", "discharged"),
        ("complete", "fulfilled"),
    ],
)
def test_each_effect_on_a_clause_does_what_it_says(verb: str, expected: str) -> None:
    assert effect(f"{{upon: x, {verb}: it}}", X).stage("it", "2025-03-01") == expected


def test_resuming_ends_a_suspension() -> None:
    s = effect("{upon: x, suspend: it}\n      - {upon: y, resume: it}", X, "2025-03-11 y, kind_of: oral")
    assert s.stage("it", "2025-03-10") == "suspended"
    assert s.stage("it", "2025-03-11") == "in_force"


def test_completing_a_condition_meets_it() -> None:
    assert effect("{upon: x, complete: met}", X).stage("met", "2025-03-01") == "met"


@pytest.mark.parametrize(
    ("verb", "expected"), [("terminate", "terminated"), ("suspend", "suspended"), ("complete", "completed")]
)
def test_each_effect_on_an_agreement_does_what_it_says(verb: str, expected: str) -> None:
    assert effect(f"{{upon: x, {verb}: agreement}}", X).agreement("2025-03-01") == expected


@pytest.mark.parametrize("delay", ["after: 30 days", "at: 2025-03-31"])
def test_a_delayed_effect_takes_effect_at_the_beginning_of_its_day(delay: str) -> None:
    s = effect(f"{{upon: x, terminate: it, {delay}}}", X, "2025-03-31 act, by: a")
    assert s.stage("it", "2025-03-30") == "in_force"
    assert s.stage("it", "2025-03-31") == "terminated"


def test_the_when_of_an_effect_is_judged_when_it_is_triggered() -> None:
    text = "{upon: x, terminate: it, after: 30 days, when: \"kind_of = 'written'\"}"
    assert effect(text, X).stage("it", "2025-03-31") == "terminated"
    assert effect(text, "2025-03-01 x, kind_of: oral").stage("it", "2025-03-31") == "in_force"


@pytest.mark.parametrize(("how", "due"), [("by: 1 month", "2025-07-30"), ("to: 2025-08-15", "2025-08-15")])
def test_extending_a_clause_moves_its_limit(how: str, due: str) -> None:
    assert effect(f"{{upon: x, extend: it, {how}}}", X).due("it", "2025-03-01") == due


def test_extending_a_clause_without_a_limit_moves_its_until() -> None:
    s = effect("{upon: x, extend: span, to: 2025-08-15}", X)
    assert s.stage("span", "2025-08-15") == "in_force"
    assert s.stage("span", "2025-08-16") == "ended"


def test_extending_a_limit_already_missed_does_not_revive_it() -> None:
    s = effect("{upon: x, extend: it, to: 2025-12-15}", "2025-08-01 x, kind_of: written")
    assert s.stage("it", "2025-08-01") == "breached"


@pytest.mark.parametrize(("how", "last"), [("by: 1 year", "2026-12-31"), ("to: 2026-06-30", "2026-06-30")])
def test_extending_an_agreement_moves_its_end(how: str, last: str) -> None:
    s = effect(f"{{upon: x, extend: agreement, {how}}}", X)
    assert s.agreement(last) == "in_force"
    assert s.agreement(str(date.fromisoformat(last) + timedelta(days=1))) == "expired"


@pytest.mark.parametrize("side", ["bearer", "counterparty"])
def test_assigning_puts_another_party_in_the_place_of_one(side: str) -> None:
    s = story(
        f"""
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: {{a: A, b: B, c: C}}
        events:
          act: {{by: party}}
          moved: {{to: party}}
        clauses:
          it: {{kind: obligation, bearer: a, counterparty: b, act: act, due: 2025-06-30}}
        effects:
          - {{upon: moved, assign: it, side: {side}, to: moved.to}}
        """,
        "2025-03-01 moved, to: c",
        "2025-03-02 act, by: c",
    )
    assert getattr(s.position("it", "2025-03-01"), side) == "c"
    assert s.stage("it", "2025-03-02") == {"bearer": "fulfilled", "counterparty": "in_force"}[side]


KEYED = contract("""
    events:
      sold: {by: party, sale: id}
      act: {by: party, sale: id}
      drop: {sale: id}
      drop_all: {title: All}
    clauses:
      it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act, within: 90 days}
    effects:
      - {upon: drop, terminate: it}
      - {upon: drop_all, terminate: it, key: all}
    """)
SALES = ("2025-02-01 sold, by: b, sale: one", "2025-02-02 sold, by: b, sale: two")


def test_an_effect_reaches_the_instance_with_the_key_at_hand() -> None:
    s = KEYED.with_events(*SALES, "2025-03-01 drop, sale: two")
    assert s.stage("it", "2025-03-01", "one") == "in_force"
    assert s.stage("it", "2025-03-01", "two") == "terminated"


def test_an_effect_on_all_keys_reaches_every_instance() -> None:
    s = KEYED.with_events(*SALES, "2025-03-01 drop_all")
    assert [s.stage("it", "2025-03-01", key) for key in ("one", "two")] == ["terminated", "terminated"]


# --- instances --------------------------------------------------------------------------------------------------------


def test_an_act_serves_the_instance_of_its_key() -> None:
    s = KEYED.with_events(*SALES, "2025-03-01 act, by: a, sale: two")
    assert s.stage("it", "2025-03-01", "one") == "in_force"
    assert s.stage("it", "2025-03-01", "two") == "fulfilled"


def test_a_further_occurrence_of_an_open_key_makes_no_instance_and_is_a_finding() -> None:
    s = KEYED.with_events(*SALES, "2025-03-01 sold, by: b, sale: one")
    assert s.keys("it", "2025-03-01") == ["one", "two"]
    assert s.findings("repeated_trigger", "2025-03-01", "it") == 1


@pytest.mark.parametrize(
    "line", ["2025-03-01 act, by: a, sale: one", "2025-06-01 drop, sale: two"], ids=["performed", "breached"]
)
def test_a_further_occurrence_of_a_key_no_longer_open_makes_the_next_number(line: str) -> None:
    s = KEYED.with_events(*SALES, line, "2025-07-01 sold, by: b, sale: one")
    assert s.keys("it", "2025-07-01") == ["one", "two", "one #2"]
    assert s.findings("repeated_trigger", "2025-07-01") == 0


def test_without_a_key_every_occurrence_makes_its_own_numbered_instance() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, within: 30 days}
        """,
        "2025-03-01 made",
        "2025-03-01 made",
    )
    assert s.keys("it", "2025-03-01") == ["1", "2"]


def test_an_instance_made_before_the_from_of_its_clause_is_pending() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, from: 2025-06-01, within: 10 days}
        """,
        "2025-03-01 made",
    )
    assert s.stage("it", "2025-03-01") == "pending"
    assert s.stage("it", "2025-06-01") == "in_force"
    assert s.due("it", "2025-06-01") == "2025-06-11"


def test_no_instance_is_made_after_until_nor_before_the_agreement_nor_after_it() -> None:
    s = story(
        """
        until: 2025-12-31
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: made, until: 2025-06-30}
          on: {kind: obligation, bearer: a, act: act, for_each: made}
        """,
        "2024-12-31 made",
        "2025-06-30 made",
        "2025-07-01 made",
        "2026-01-01 made",
    )
    assert s.keys("it", "2026-01-02") == ["1"]
    assert s.keys("on", "2026-01-02") == ["1", "2"]


def test_a_list_makes_one_instance_for_each_item() -> None:
    s = story(
        """
        events:
          act: {by: party, place: text}
        terms:
          places: {value: "['north', 'south']"}
        clauses:
          it: {kind: obligation, bearer: a, act: act, for_each: places, key: place, due: 2025-06-30}
        """.replace("\"['north', 'south']\"", "[north, south]"),
        "2025-03-01 act, by: a, place: south",
    )
    assert s.keys("it", "2025-01-01") == ["north", "south"]
    assert [s.stage("it", "2025-03-01", key) for key in ("north", "south")] == ["in_force", "fulfilled"]


def test_a_trigger_hands_on_the_key_of_the_instance_that_caused_it() -> None:
    s = story(
        """
        events:
          sold: {by: party, sale: id}
          act: {by: party, sale: id}
          fix: {by: party, sale: id}
        clauses:
          it: {kind: obligation, bearer: a, for_each: sold, key: sale, act: act, within: 10 days}
          remedy: {kind: obligation, bearer: a, for_each: it becomes breached, key: sale, act: fix, within: 10 days}
        """,
        *SALES,
        "2025-02-05 act, by: a, sale: two",
    )
    assert s.keys("remedy", "2025-03-01") == ["one"]


def test_several_bearers_have_a_position_each() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: [a, b], act: act, due: 2025-06-30}
        """,
        "2025-03-01 act, by: b",
    )
    assert s.stage("it", "2025-03-01", bearer="a") == "in_force"
    assert s.stage("it", "2025-03-01", bearer="b") == "fulfilled"


def test_a_bearer_may_be_named_by_the_event_that_made_the_instance() -> None:
    s = story(
        """
        events:
          sold: {by: party}
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: sold.by, act: act, for_each: sold}
        """,
        "2025-03-01 sold, by: b",
        "2025-03-02 act, by: a",
        "2025-03-03 act, by: b",
    )
    assert s.position("it", "2025-03-01").bearer == "b"
    assert s.stage("it", "2025-03-02") == "in_force"
    assert s.stage("it", "2025-03-03") == "fulfilled"


# --- recurring --------------------------------------------------------------------------------------------------------

MONTHLY = contract("""
    events:
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, every: month, first: 2025-01-31, times: 4}
    """)


def test_periods_are_counted_from_the_first_and_never_step_by_step() -> None:
    s = MONTHLY.with_events()
    assert [s.due("it", "2025-12-01", key) for key in ("1", "2", "3", "4")] == [
        "2025-02-27",
        "2025-03-30",
        "2025-04-29",
        "2025-05-30",
    ]


def test_the_last_day_of_a_period_is_its_limit() -> None:
    s = MONTHLY.with_events("2025-02-27 act, by: a")
    assert s.stage("it", "2025-02-27", "1") == "fulfilled"
    assert s.stage("it", "2025-03-30", "2") == "in_force"
    assert s.stage("it", "2025-03-31", "2") == "breached"


def test_periods_begin_one_after_the_other_as_many_times_as_said() -> None:
    s = MONTHLY.with_events()
    assert s.keys("it", "2025-02-27") == ["1"]
    assert s.keys("it", "2025-02-28") == ["1", "2"]
    assert s.keys("it", "2026-01-01") == ["1", "2", "3", "4"]


def test_without_a_first_day_periods_count_from_the_start() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: quarter}
        """)
    assert s.due("it", "2025-01-01", "1") == "2025-03-31"
    assert s.keys("it", "2025-04-01") == ["1", "2"]


def test_a_period_that_ends_before_the_clause_begins_is_not_made() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month, first: 2024-11-15}
        """)
    assert s.keys("it", "2025-01-01") == ["2"]
    assert s.due("it", "2025-01-01", "2") == "2025-01-14"


def test_no_period_begins_after_the_end_of_its_agreement_or_clause() -> None:
    s = story("""
        until: 2025-04-15
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month}
          short: {kind: obligation, bearer: a, act: act, every: month, until: 2025-02-15}
        """)
    assert s.keys("it", "2026-01-01") == ["1", "2", "3", "4"]
    assert s.keys("short", "2026-01-01") == ["1", "2"]


def test_a_recurring_debt_of_a_period_that_began_stays_owed_after_the_end() -> None:
    s = story("""
        until: 2025-02-15
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, every: month, amount: USD 10, paid_with: sum}
        """)
    assert s.stage("it", "2025-02-20", "2") == "in_force"
    assert s.stage("it", "2025-03-01", "2") == "breached"


def test_inside_a_recurring_clause_its_period_can_be_asked() -> None:
    s = story("""
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: act, every: month, due: period.end + 10 days}
        """)
    assert s.due("it", "2025-01-01", "1") == "2025-02-10"


# --- money ------------------------------------------------------------------------------------------------------------

PAYMENTS = contract("""
    events:
      sold: {by: party, sum: money USD}
      paid: {by: party, sum: money USD}
    clauses:
      it: {kind: obligation, bearer: a, act: paid, for_each: sold, amount: sold.sum, paid_with: sum, within: 30 days}
    """)
OWED = ("2025-02-01 sold, by: b, sum: USD 100", "2025-02-02 sold, by: b, sum: USD 50")


def test_a_payment_settles_the_oldest_debt_first_and_the_rest_goes_to_the_next() -> None:
    s = PAYMENTS.with_events(*OWED, "2025-02-10 paid, by: a, sum: USD 120")
    assert s.stage("it", "2025-02-10", "1") == "fulfilled"
    assert s.stage("it", "2025-02-10", "2") == "in_force"
    assert s.paid("it", "2025-02-10", "2") == "USD 20"
    assert s.findings("overpayment", "2025-02-10") == 0


def test_what_is_left_of_a_payment_is_an_overpayment() -> None:
    s = PAYMENTS.with_events(*OWED, "2025-02-10 paid, by: a, sum: USD 151")
    assert s.stage("it", "2025-02-10", "2") == "fulfilled"
    assert s.findings("overpayment", "2025-02-10") == 1


def test_a_breached_debt_is_settled_by_a_late_payment_and_stays_breached() -> None:
    s = PAYMENTS.with_events(OWED[0], "2025-04-01 paid, by: a, sum: USD 100")
    assert s.stage("it", "2025-04-01") == "breached"
    assert s.paid("it", "2025-04-01") == "USD 100"
    assert s.findings("late_performance", "2025-04-01") == 1


def test_a_payment_by_another_pays_nothing() -> None:
    s = PAYMENTS.with_events(*OWED, "2025-02-10 paid, by: b, sum: USD 100")
    assert s.stage("it", "2025-02-10", "1") == "in_force"
    assert s.paid("it", "2025-02-10", "1") == "0"


def test_payments_go_over_the_debts_of_several_clauses_by_earliest_limit() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          later: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-07-31}
          earlier: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30}
        """,
        "2025-03-01 paid, by: a, sum: USD 15",
    )
    assert s.stage("earlier", "2025-03-01") == "fulfilled"
    assert s.paid("later", "2025-03-01") == "USD 5"


def test_a_breached_debt_with_an_open_remedy_of_the_same_act_gets_none_of_a_payment() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-06-30}
          fine:
            kind: obligation
            bearer: a
            act: paid
            amount: USD 15
            paid_with: sum
            for_each: it becomes breached
            within: 30 days
        """,
        "2025-07-10 paid, by: a, sum: USD 15",
    )
    assert s.stage("fine", "2025-07-10") == "fulfilled"
    assert s.paid("it", "2025-07-10") == "0"


@pytest.mark.parametrize("ending", ["waived_by", "discharged_by"])
def test_a_breached_debt_that_was_waived_or_discharged_gets_none_of_a_payment(ending: str) -> None:
    s = story(
        f"""
        events:
          paid: {{by: party, sum: money USD}}
          let_go: {{title: Let go}}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: paid
            amount: USD 10
            paid_with: sum
            due: 2025-06-30
            {ending}: let_go
          other: {{kind: obligation, bearer: a, act: paid, amount: USD 10, paid_with: sum, due: 2025-12-31}}
        """,
        "2025-07-05 let_go",
        "2025-07-10 paid, by: a, sum: USD 10",
    )
    assert s.stage("other", "2025-07-10") == "fulfilled"
    assert s.paid("it", "2025-07-10") == "0"


def test_the_amount_is_read_when_the_position_first_comes_into_force() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
          up: {title: Up}
        measures:
          price: {initial: USD 10, updates: [{upon: up, set: USD 20}]}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: price, paid_with: sum, due: 2025-06-30}
          live: {kind: obligation, bearer: a, act: paid, amount: price, paid_with: sum, due: 2025-06-30, accrues: true}
        """,
        "2025-02-01 up",
    )
    assert s.amount("it", "2025-02-01") == "USD 10"
    assert s.amount("live", "2025-02-01") == "USD 20"


def test_without_paid_with_any_matching_act_pays_in_full() -> None:
    s = story(
        """
        events:
          paid: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 10, due: 2025-06-30}
        """,
        "2025-02-01 paid, by: a",
    )
    assert s.stage("it", "2025-02-01") == "fulfilled"


def test_an_amount_of_zero_fulfils_nothing_before_the_limit_and_is_not_missed_at_it() -> None:
    s = story("""
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it: {kind: obligation, bearer: a, act: paid, amount: USD 0, paid_with: sum, due: 2025-06-30}
        """)
    assert s.stage("it", "2025-06-30") == "in_force"
    assert s.stage("it", "2025-07-01") == "fulfilled"


def test_an_accruing_debt_of_a_period_is_not_settled_before_the_period_is_over() -> None:
    s = story(
        """
        events:
          sold: {sum: money USD}
          paid: {by: party, sum: money USD}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: paid
            every: month
            amount: sum(sold.sum where sold.date >= period.start and sold.date <= period.end)
            accrues: true
            paid_with: sum
            due: period.end + 10 days
        """,
        "2025-01-05 sold, sum: USD 10",
        "2025-01-10 paid, by: a, sum: USD 10",
        "2025-01-20 sold, sum: USD 5",
        "2025-02-05 paid, by: a, sum: USD 5",
    )
    assert s.stage("it", "2025-01-10", "1") == "in_force"
    assert s.amount("it", "2025-01-20", "1") == "USD 15"
    assert s.stage("it", "2025-02-05", "1") == "fulfilled"


# --- oldest first -----------------------------------------------------------------------------------------------------

MANY = contract("""
    events:
      made: {by: party, last?: date}
      act: {by: party}
    clauses:
      it: {kind: obligation, bearer: a, act: act, for_each: made, due: made.last}
    """)


def test_one_act_serves_the_open_instance_with_the_earliest_limit() -> None:
    s = MANY.with_events(
        "2025-02-01 made, by: b, last: 2025-09-30", "2025-02-02 made, by: b, last: 2025-06-30", "2025-03-01 act, by: a"
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["in_force", "fulfilled"]


def test_instances_without_a_limit_are_served_last() -> None:
    s = MANY.with_events("2025-02-01 made, by: b", "2025-02-02 made, by: b, last: 2025-06-30", "2025-03-01 act, by: a")
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["in_force", "fulfilled"]


def test_of_equal_limits_the_first_made_is_served() -> None:
    s = MANY.with_events(*(f"2025-02-0{day} made, by: b, last: 2025-06-30" for day in (1, 2)), "2025-03-01 act, by: a")
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["fulfilled", "in_force"]


def test_an_open_instance_is_served_before_a_breached_one() -> None:
    s = MANY.with_events(
        "2025-02-01 made, by: b, last: 2025-02-10",
        "2025-02-02 made, by: b, last: 2025-06-30",
        "2025-03-01 act, by: a",
        "2025-03-02 act, by: a",
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["breached", "fulfilled"]
    assert s.findings("late_performance", "2025-03-01") == 0
    assert s.findings("late_performance", "2025-03-02") == 1


def test_one_act_serves_one_instance_of_each_clause_it_matches() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          one: {kind: obligation, bearer: a, act: act}
          two: {kind: obligation, bearer: a, act: act}
        """,
        "2025-03-01 act, by: a",
    )
    assert [s.stage(name, "2025-03-01") for name in ("one", "two")] == ["fulfilled", "fulfilled"]


def test_an_act_breaks_every_instance_of_a_prohibition() -> None:
    s = story(
        """
        events:
          made: {title: Made}
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: a, act: act, for_each: made}
        """,
        "2025-02-01 made",
        "2025-02-02 made",
        "2025-03-01 act, by: a",
    )
    assert [s.stage("it", "2025-03-01", key) for key in ("1", "2")] == ["breached", "breached"]


# --- who does it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("performed_by", "by", "expected"),
    [
        ("", "b", "in_force"),
        ("performed_by: anyone, ", "b", "fulfilled"),
        ("performed_by: [b], ", "b", "fulfilled"),
        ("performed_by: [b], ", "a", "in_force"),
    ],
    ids=sentence,
)
def test_an_act_counts_where_it_was_done_by_whoever_may_perform(performed_by: str, by: str, expected: str) -> None:
    s = story(
        f"""
        events:
          act: {{by: party}}
        clauses:
          it: {{kind: obligation, bearer: a, act: act, {performed_by}due: 2025-06-30}}
        """,
        f"2025-03-01 act, by: {by}",
    )
    assert s.stage("it", "2025-03-01") == expected


def test_an_event_that_does_not_say_who_did_it_counts_for_the_bearer() -> None:
    s = story(
        """
        events:
          act: {title: Act}
        clauses:
          it: {kind: obligation, bearer: a, act: act}
        """,
        "2025-03-01 act",
    )
    assert s.stage("it", "2025-03-01") == "fulfilled"


def test_an_act_of_a_part_counts_as_an_act_of_the_whole() -> None:
    s = story(
        """
        agreement: deal
        title: Deal
        from: 2025-01-01
        parties: {a: A, b: B, a_sub: {title: Subsidiary, part_of: a}}
        events:
          act: {by: party}
        clauses:
          it: {kind: obligation, bearer: a, counterparty: b, act: act}
        """,
        "2025-03-01 act, by: a_sub",
    )
    assert s.stage("it", "2025-03-01") == "fulfilled"


# --- prior performance ------------------------------------------------------------------------------------------------


def test_part_payments_before_activation_count_where_prior_performance_counts() -> None:
    s = story(
        """
        events:
          paid: {by: party, sum: money USD}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: paid
            amount: USD 10
            paid_with: sum
            from: 2025-03-01
            prior_performance: counts
        """,
        "2025-02-01 paid, by: a, sum: USD 4",
        "2025-03-05 paid, by: a, sum: USD 6",
    )
    assert s.paid("it", "2025-03-01") == "USD 4"
    assert s.stage("it", "2025-03-05") == "fulfilled"


def test_an_earlier_bad_act_breaches_at_activation_where_prior_performance_counts() -> None:
    s = story(
        """
        events:
          act: {by: party}
          bad: {title: Bad}
        clauses:
          it: {kind: obligation, bearer: a, act: act, from: 2025-03-01, breached_by: bad, prior_performance: counts}
        """,
        "2025-02-01 bad",
    )
    assert s.stage("it", "2025-03-01") == "breached"


def test_an_earlier_act_outside_the_limits_does_not_count() -> None:
    s = story(
        """
        events:
          act: {by: party}
        clauses:
          it:
            kind: obligation
            bearer: a
            act: act
            from: 2025-03-01
            not_before: 2025-02-15
            prior_performance: counts
        """,
        "2025-02-01 act, by: a",
    )
    assert s.stage("it", "2025-03-01") == "in_force"
