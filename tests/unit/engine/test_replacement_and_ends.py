"""What succeeds what, what outlives its agreement, and which debts stay."""

from __future__ import annotations

import pytest

from .contracts import contract, story

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
