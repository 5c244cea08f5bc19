"""What names mean inside an instance: its own position, its bearer, the position it stems from, one looked up by key."""

from __future__ import annotations

from typing import Any

import pytest

from .contracts import contract, story

EVENTS = """
    events:
      made: {by: party, lot: id, size: number}
      act: {by: party, lot: id, "amount?": money USD, "level?": number}
      level: {lot: id, level: number}
      bad: {lot: id}
      point: {lot: id, level: number}
      gave: {by: party, amount: money USD}
      stop: {title: It stops}
      go: {title: It goes on}
"""
MADE = ("2025-02-01 made, by: a, lot: X, size: 1", "2025-02-02 made, by: b, lot: Y, size: 2")


def after(clauses: str, *lines: str, more: str = "") -> Any:
    return story(f"{EVENTS}{more}    clauses:\n" + "".join(f"      {line}\n" for line in clauses.strip().splitlines()), *lines)


# --- who ----------------------------------------------------------------------------------------------------------------


def test_the_bearer_may_be_whoever_the_event_that_made_the_instance_names() -> None:
    s = after("it: {kind: obligation, bearer: by, counterparty: made.by, act: act, for_each: made, key: lot}", *MADE)
    assert [(p.bearer, p.counterparty) for p in s.positions("it", "2025-02-02")] == [("a", "a"), ("b", "b")]


def test_the_bearer_of_what_follows_is_named_by_the_events_that_led_to_it() -> None:
    s = after(
        "it: {kind: obligation, bearer: a, act: act, for_each: made, key: lot, due: 2025-03-01}\n"
        "follows: {kind: obligation, bearer: by, act: act, for_each: it becomes breached}", *MADE
    )  # fmt: skip
    assert [p.bearer for p in s.positions("follows", "2025-03-02")] == ["a", "b"]


def test_a_bearer_that_no_event_names_is_nobody() -> None:
    s = after("it: {kind: obligation, bearer: amount_from, act: act, for_each: shown}", "2025-02-01 shown",
              more='      shown: {"amount_from?": party}\n')  # fmt: skip
    assert [p.bearer for p in s.positions("it", "2025-02-01")] == [None]


def test_the_bearer_may_be_the_item_for_which_the_instance_was_made() -> None:
    s = after("it: {kind: obligation, bearer: who, act: act, for_each: both, key: who}", "2025-02-01 act, by: a, lot: X",
              more="    terms:\n      both: {value: [a, b]}\n")  # fmt: skip
    assert [(p.bearer, p.shown) for p in s.positions("it", "2025-02-01")] == [("a", "fulfilled"), ("b", "in_force")]


def test_bearer_and_counterparty_are_names_inside_an_instance() -> None:
    s = after("it: {kind: obligation, bearer: by, act: act where by = counterparty or act where by = bearer and level = 1, performed_by: anyone, "
              "for_each: made, key: lot, counterparty: b}", *MADE, "2025-03-01 act, by: a, lot: X, level: 2", "2025-03-02 act, by: b, lot: X")  # fmt: skip
    assert s.stage("it", "2025-03-01", "X") == "in_force"
    assert s.stage("it", "2025-03-02", "X") == "fulfilled"


def test_a_side_of_a_position_may_be_handed_to_whoever_an_event_names() -> None:
    s = story(f"{EVENTS}    clauses:\n      it: {{kind: obligation, bearer: a, act: act}}\n"
              "    effects:\n      - {upon: made, assign: it, side: bearer, to: made.by}\n", MADE[1])  # fmt: skip
    assert s.position("it", "2025-02-02").bearer == "b"


def test_an_act_of_a_member_of_an_open_class_counts_as_one_of_the_class() -> None:
    s = story("""
        agreement: deal
        title: Deal
        parties: {a: A, buyers: {title: Buyers, open: true}}
        events:
          act: {by: party}
        clauses:
          it: {kind: prohibition, bearer: buyers, act: act}
          other: {kind: prohibition, bearer: a, act: act}
        """, "2025-02-01 act, by: Somebody")  # fmt: skip
    assert (s.stage("it", "2025-02-01"), s.stage("other", "2025-02-01")) == ("breached", "in_force")


# --- which position -------------------------------------------------------------------------------------------------------


def test_a_clause_that_names_itself_means_the_instance() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act where amount >= outstanding(it), for_each: made, key: lot, amount: USD 5 * made.size}",
              *MADE, "2025-03-01 act, by: a, lot: X, amount: USD 5", "2025-03-01 act, by: a, lot: Y, amount: USD 5")  # fmt: skip
    assert [p.shown for p in s.positions("it", "2025-03-01")] == ["fulfilled", "in_force"]


def test_a_clause_that_an_instance_stems_from_means_the_position_it_stems_from() -> None:
    s = after(
        "it: {kind: obligation, bearer: a, act: act, for_each: made, due: 2025-03-01, amount: USD 5 * made.size, paid_with: amount}\n"
        "follows: {kind: obligation, bearer: a, act: act where level = 1, for_each: it becomes breached, amount: 2 * outstanding(it), paid_with: amount}",
        *MADE,
    )  # fmt: skip
    assert [str(p.amount) for p in s.positions("follows", "2025-03-02")] == ["USD 10", "USD 20"]


def test_a_key_that_bears_the_name_of_an_event_means_the_key_inside_an_instance() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act, for_each: level, key: level, amount: sum(gave.amount * level), paid_with: amount}",
              "2025-01-05 gave, by: a, amount: USD 2", "2025-02-01 level, lot: X, level: 3")  # fmt: skip
    assert s.amount("it", "2025-02-01") == "USD 6"


@pytest.mark.parametrize(("by", "stage"), [("a", "discharged"), ("b", "in_force")])
def test_a_trigger_with_a_key_listens_to_the_position_that_is_looked_up(by: str, stage: str) -> None:
    s = after(
        "both: {kind: obligation, bearer: [a, b], act: act}\n"
        "it: {kind: obligation, bearer: b, act: bad, discharged_by: 'both[a] becomes fulfilled'}", f"2025-03-01 act, by: {by}, lot: X"
    )  # fmt: skip
    assert s.stage("it", "2025-03-01") == stage


def test_a_trigger_on_a_clause_with_several_bearers_listens_to_each_of_them() -> None:
    s = after(
        "both: {kind: obligation, bearer: [a, b], act: act}\n"
        "it: {kind: obligation, bearer: b, act: bad, discharged_by: both becomes fulfilled}", "2025-03-01 act, by: b, lot: X"
    )  # fmt: skip
    assert s.stage("it", "2025-03-01") == "discharged"


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("rent[2] is fulfilled", "true"), ("rent[1] is fulfilled", "false"), ("rent[2025-02] is fulfilled", "true"),
        ("rent[2025-01] is breached", "true"), ("rent[2025-Q1] is in_force", "true"), ("rent[2025-02-10] is fulfilled", "true"),
        ("rent[2025-05-10] is pending", "true"), ("rent['2025-02-01 to 2025-02-28'] is in_force", "false"), ("rent['x'] is pending", "true"),
        ("rent['2025-01/..'] is pending", "true"), ("it['X', 1] is fulfilled", "true"), ("it['X', 2] is pending", "true"), ("it['Z', 1] is pending", "true"),
    ],
)  # fmt: skip
def test_a_position_is_looked_up_by_its_key_its_number_or_a_day_or_month_of_its_period(condition: str, truth: str) -> None:
    s = after(
        "rent: {kind: obligation, bearer: a, act: act where lot = 'rent', every: month}\n"
        "it: {kind: obligation, bearer: a, act: act, for_each: level, key: [lot, level]}",
        "2025-01-05 level, lot: X, level: 1", "2025-02-10 act, by: a, lot: rent", "2025-02-11 act, by: a, lot: X, level: 1",
        more=f'    facts:\n      answer: {{holds: "{condition}"}}\n',
    )  # fmt: skip
    assert s.value("answer", "2025-03-15") == truth


def test_undetermined_is_true_of_what_may_be_in_several_stages() -> None:
    s = story(f"{EVENTS}    facts:\n      one: {{holds: it is undetermined}}\n      all: {{holds: agreement is undetermined}}\n"
              "    clauses:\n      it: {kind: prohibition, bearer: a, act: bad, performed_by: anyone}\n    effects:\n      - {upon: stop, terminate: agreement}\n",
              "2025-02-01 bad, lot: X, happened: unconfirmed", "2025-03-01 stop, happened: unconfirmed")  # fmt: skip
    assert [s.value("one", day) for day in ("2025-01-31", "2025-02-01")] == ["false", "true"]
    assert [s.value("all", day) for day in ("2025-02-28", "2025-03-01")] == ["false", "true"]


def test_positions_of_another_clause_that_share_a_part_of_the_key_are_those_of_an_instance() -> None:
    s = after(
        "part: {kind: obligation, bearer: a, act: act, for_each: level, key: [lot, level]}\n"
        "it: {kind: obligation, bearer: a, act: bad, for_each: made, key: lot, amount: 'USD 1 * count(part is in_force)'}",
        "2025-01-05 level, lot: X, level: 1", "2025-01-06 level, lot: X, level: 2", "2025-01-06 level, lot: Y, level: 1", *MADE,
    )  # fmt: skip
    assert (s.amount("it", "2025-02-02", "X"), s.amount("it", "2025-02-02", "Y")) == ("USD 2", "USD 1")


# --- facts and measures ---------------------------------------------------------------------------------------------------


def test_a_fact_that_holds_per_key_turns_once_for_each_key() -> None:
    s = after("it: {kind: obligation, bearer: a, act: bad, for_each: much becomes true, key: lot}",
              "2025-02-01 act, by: a, lot: X, amount: USD 3", "2025-02-02 act, by: a, lot: Y, amount: USD 1", "2025-02-03 act, by: a, lot: X, amount: USD 3",
              more="    facts:\n      much: {per: lot, holds: sum(act.amount) > USD 5 or count(level) > 0}\n")  # fmt: skip
    assert (s.keys("it", "2025-02-02"), s.keys("it", "2025-02-03")) == ([], ["X"])


@pytest.mark.parametrize(("word", "values"), [("first", "3 3 3"), ("latest", "3 1 5"), ("min", "3 1 1"), ("max", "3 3 5"), ("sum", "3 4 9")])
def test_a_measure_joins_what_it_was_moved_by(word: str, values: str) -> None:
    rows = [f"2025-02-0{day} point, lot: X, level: {level}" for day, level in ((1, 3), (2, 1), (3, 5))]
    s = after("it: {kind: obligation, bearer: a, act: act}", *rows, more=f"    measures:\n      m: {{{word}: point.level}}\n")
    assert " ".join(s.value("m", f"2025-02-0{day}") for day in (1, 2, 3)) == values
    s = after("it: {kind: obligation, bearer: a, act: act}", *rows, more=f"    measures:\n      m: {{{word}: point.level, over: 2 days}}\n")
    window = {"first": "3 3 1", "latest": "3 1 5", "min": "3 1 1", "max": "3 3 5", "sum": "3 4 6"}[word]
    assert " ".join(s.value("m", f"2025-02-0{day}") for day in (1, 2, 3)) == window


@pytest.mark.parametrize("over", ["", ", over: 5 days"])
@pytest.mark.parametrize(
    ("word", "value"), [("sum", "at least 3"), ("count", "at least 1"), ("max", "unknown"), ("first", "3"), ("latest", "unknown")]
)
def test_a_measure_that_is_perhaps_moved_is_known_from_below_or_not_at_all(word: str, value: str, over: str) -> None:
    rows = ("2025-02-01 point, lot: X, level: 3", "2025-02-02 point, lot: X, level: 5, happened: unconfirmed")
    what = "point" if word == "count" else "point.level"
    s = after("it: {kind: obligation, bearer: a, act: act}", *rows, more=f"    measures:\n      m: {{{word}: {what}{over}}}\n")
    assert s.value("m", "2025-02-02") == value


def test_a_window_in_hours_ends_at_an_instant() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act}", "2025-02-01 bad, at: '10:00', lot: X", "2025-02-01 bad, lot: Y",
              more="    facts:\n      recent: {holds: count(bad over 24 hours) > 0}\n      often: {holds: count(bad over 24 hours) > 1}\n")  # fmt: skip
    assert s.value("often", "2025-02-01T12:00+00:00") == "true"
    assert s.value("recent", "2025-02-01") == "true"


def test_a_day_counted_from_a_thing_with_several_stages_is_that_of_the_last_one_it_entered() -> None:
    s = after("it: {kind: prohibition, bearer: a, act: bad, performed_by: anyone, waived_by: stop}",
              "2025-02-01 bad, lot: X", "2025-02-05 bad, lot: X", "2025-03-01 stop",
              more='    measures:\n      m: {is: "1 day after it becomes (breached, waived)"}\n      n: {is: 1 day after it becomes breached}\n'
                   "      none_yet: {is: 1 day after it becomes terminated}\n")  # fmt: skip
    assert [s.value("m", day) for day in ("2025-02-10", "2025-03-02")] == ["2025-02-06", "2025-03-02"]
    assert (s.value("n", "2025-03-02"), s.value("none_yet", "2025-03-02")) == ("2025-02-06", "none")


def test_the_day_a_fact_turned_is_unknown_while_nobody_knows_whether_it_did() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act}", "2025-02-01 stop, happened: unconfirmed", "2025-03-01 go",
              more="    facts:\n      stopped: {starts: stop, ends: go}\n    measures:\n      m: {is: 1 day after stopped becomes true}\n"
                   "      ended: {is: 1 day after stopped becomes false}\n")  # fmt: skip
    assert [s.value("m", day) for day in ("2025-01-31", "2025-02-02", "2025-03-02")] == ["none", "unknown", "none"]
    assert s.value("ended", "2025-03-02") == "2025-03-02"


def test_what_is_still_owed_is_never_less_than_nothing_and_nothing_once_forgiven() -> None:
    text = ("it: {kind: obligation, bearer: a, act: act, paid_with: amount, amount: USD 5, discharged_by: stop}")
    more = "    measures:\n      m: {is: outstanding(it)}\n      p: {is: paid(it)}\n"
    paid = ("2025-02-01 act, by: a, lot: X, amount: USD 2", "2025-02-02 act, by: a, lot: X, amount: USD 9")
    s = after(text, *paid, more=more)
    assert [(s.value("m", day), s.value("p", day)) for day in ("2025-01-31", "2025-02-01", "2025-02-02")] == [
        ("USD 5", "0"), ("USD 3", "USD 2"), ("USD 0", "USD 5")]  # fmt: skip
    assert after(text, paid[0], "2025-02-02 stop", more=more).value("m", "2025-02-02") == "USD 0"
    unknown = after(text.replace("USD 5", "undisclosed"), paid[0], more=more)
    assert unknown.value("m", "2025-02-01") == "unknown"


def test_of_a_clause_without_a_position_nothing_is_due() -> None:
    s = after("it: {kind: obligation, bearer: a, act: act, for_each: made, key: lot, amount: USD 5, paid_with: amount}", MADE[0],
              more="    measures:\n      m: {is: \"outstanding(it['Z'])\"}\n      x: {is: \"amount(it['X'])\"}\n")  # fmt: skip
    assert (s.value("m", "2025-02-01"), s.value("x", "2025-02-01")) == ("none", "USD 5")


def test_a_run_to_an_instant_takes_the_rows_of_that_day_up_to_then() -> None:
    s = contract(f"{EVENTS}    measures:\n      m: {{count: level}}\n").with_events(
        "2025-02-01 level, lot: X, level: 1", "2025-02-01 level, at: '10:00', lot: X, level: 2", "2025-02-01 level, at: '12:00', lot: X, level: 3"
    )
    assert [s.value("m", f"2025-02-01T{hour}:00+00:00") for hour in ("09", "10", "11", "12")] == ["1", "2", "2", "3"]
    assert (s.value("m", "2025-01-31"), s.value("m", "2025-02-01")) == ("0", "3")
