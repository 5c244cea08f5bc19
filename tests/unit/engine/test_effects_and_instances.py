"""What effects do, which instances there are, and which of them an event reaches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from .contracts import Story, contract, story
from .test_obligation_cells import sentence

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
