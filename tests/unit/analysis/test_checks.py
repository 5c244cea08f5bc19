"""The checks of meaning at their edges: what they find, and what looks like it and is meant."""

from __future__ import annotations

from datetime import date

import pytest

from dealcli.analysis.checks import OF_A_DEAL, OF_ALL_TEXTS, Checked
from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.declare import Text
from dealcli.model import validate
from dealcli.reading.yaml_tree import read_yaml

HEAD = """\
agreement: loan
title: A loan
parties: {bank: The bank, firm: The firm}
from: 2026-01-01
until: 2026-12-31
events:
  lent: {by: party, sum: money EUR}
  repaid: {by: party, sum: money EUR}
"""


def found(body: str, head: str = HEAD, rows: tuple[dict[str, str], ...] = (), as_of: date | None = None) -> list[str]:
    """The codes that the checks give for an agreement, each with the last step of the way to its place."""
    source, problems = read_yaml("loan.yaml", (head + body).encode())
    for document in source.documents:
        problems.extend(validate(document.tree, "loan.yaml", document.index))
    texts = [Text(document.tree, Place("loan.yaml", (), document.index)) for document in source.documents]
    program, refused = build(texts)
    assert [*problems, *refused] == []
    checked = Checked(program, rows, as_of)
    every = [one for check in OF_A_DEAL for one in check(checked)]
    every += [one for check in OF_ALL_TEXTS for one in check(texts)]
    return sorted(f"{one.code} {one.place.route[-1]}" for one in every)


def clause(fields: str, name: str = "repay", kind: str = "obligation", act: str = "repaid") -> str:
    return f"  {name}: {{kind: {kind}, bearer: firm, title: Repay, for_each: lent, act: {act}, {fields}}}\n"


SOUND = "clauses:\n" + clause("within: 30 days")
BAN = "  ban: {kind: prohibition, bearer: firm, title: B, act: repaid}\n"


def test_a_sound_agreement_raises_no_question() -> None:
    assert found(SOUND) == []


# --- what nothing reads ----------------------------------------------------------------------------------------------


def test_a_definition_that_only_reads_itself_is_not_read() -> None:
    body = "measures:\n  total:\n    initial: 0\n    updates: [{upon: lent, set: total + 1}]\n"
    assert found(body + SOUND) == ["DC604 total"]


def test_a_name_in_prose_or_in_quotes_is_not_read() -> None:
    body = "terms:\n  window: {value: 30 days}\n  word: {value: cash}\n"
    clauses = clause("within: 30 days, text: The window is word", act="repaid where 'window' = 'word'")
    assert found(f"{body}clauses:\n{clauses}") == ["DC602 window", "DC602 word"]


def test_what_only_another_document_reads_is_read() -> None:
    other = HEAD.replace("agreement: loan", "agreement: other").replace("lent:", "lent_2:").replace("repaid:", "repaid_2:")
    reading = "clauses:\n  pay: {kind: obligation, bearer: firm, title: P, for_each: lent_2, act: repaid_2, within: window}\n"
    assert found("terms:\n  window: {value: 30 days}\n" + SOUND + "---\n" + other + reading) == []


def test_the_other_one_of_two_parties_is_used_by_being_the_other() -> None:
    assert found(SOUND, HEAD.replace("bank: The bank", "lender: The lender")) == []


def test_a_party_that_another_is_part_of_is_used() -> None:
    parties = "{bank: The bank, firm: {title: The firm, part_of: group}, group: The group}"
    body = SOUND.replace("bearer: firm", "bearer: firm, counterparty: bank")
    assert found(body, HEAD.replace("{bank: The bank, firm: The firm}", parties)) == []


# --- limits, powers, exceptions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["within: undisclosed", "due: 2026-06-30", "before: 2026-06-30", "breached_by: lent where sum > EUR 5"])
def test_a_duty_that_something_can_breach_has_an_end(way: str) -> None:
    assert found("clauses:\n" + clause(way)) == []


@pytest.mark.parametrize("way", ["until: 2026-06-30", "while: count(lent) > 0"])
def test_the_end_of_a_span_breaches_nothing(way: str) -> None:
    assert found("clauses:\n" + clause(way)) == ["DC610 repay"]


def test_a_duty_that_does_not_bind_is_no_duty_without_end() -> None:
    assert found("clauses:\n" + clause("binding: false")) == []


def test_a_period_is_a_limit() -> None:
    body = "clauses:\n  repay: {kind: obligation, bearer: firm, title: R, every: month, act: repaid}\n"
    body += "  lend: {kind: right, bearer: bank, title: L, act: lent}\n"
    assert found(body) == []


def test_an_exception_without_an_act_displaces_whatever_it_excepts() -> None:
    body = SOUND + "  holiday: {kind: permission, bearer: firm, title: H, exception_to: repay}\n"
    assert found(body) == []


def test_an_exception_that_is_over_before_what_it_excepts_begins_excepts_nothing() -> None:
    late = SOUND.replace("within", "from: 2026-06-01, within")
    holiday = "  holiday: {kind: permission, bearer: firm, title: H, exception_to: repay, until: 2026-05-31}\n"
    assert found(late + holiday) == ["DC612 exception_to"]
    assert found(late + holiday.replace("05-31", "06-01")) == []


@pytest.mark.parametrize(
    ("act", "codes"),
    [("repaid where by = bank", 1), ("[repaid where by = bank, lent where by = bank and sum > EUR 3]", 1), ("repaid where by = firm", 0),
     ("[repaid where by = bank, lent]", 0), ("repaid where (by = bank or by = firm)", 0), ("repaid where by = branch", 0)],
)  # fmt: skip
def test_a_power_whose_act_is_that_of_another_is_usable_by_nobody(act: str, codes: int) -> None:
    head = HEAD.replace("firm: The firm}", "firm: The firm, branch: {title: B, part_of: firm}}")
    body = SOUND + f"  end: {{kind: power, bearer: firm, title: E, act: {act}}}\n"
    assert [one for one in found(body, head) if "DC605" not in one] == ["DC611 act"] * codes
    assert "DC611 act" not in found(body.replace("title: E", "title: E, performed_by: anyone"), head)


def test_an_exception_from_a_standing_duty_by_an_act_excuses_nothing() -> None:
    body = SOUND + (
        "  solvent: {kind: obligation, bearer: firm, title: S, maintain: count(lent) < 3}\n"
        "  grace: {kind: permission, bearer: firm, title: G, exception_to: solvent, act: repaid}\n"
    )
    assert "DC612 exception_to" in found(body)


# --- stages that others wait for ------------------------------------------------------------------------------------

OPEN = "clauses:\n" + clause("binding: true")


@pytest.mark.parametrize("waits", ["for_each: repay becomes breached", "from: repay becomes breached", "while: any(repay is breached)"])
def test_what_waits_for_the_breach_of_a_duty_without_limit_is_never_in_force(waits: str) -> None:
    fine = f"  fine: {{kind: right, bearer: bank, title: F, {waits}}}\n"
    route = waits.partition(":")[0]
    assert found(OPEN + fine) == ["DC610 repay", f"DC613 {route}"]
    assert "DC613" not in str(found(SOUND + fine))
    assert "DC613" not in str(found(OPEN.replace("binding: true", "breached_by: lent where sum > EUR 5") + fine))


def test_one_way_to_be_made_is_enough() -> None:
    fine = "  fine: {kind: right, bearer: bank, title: F, for_each: [repay becomes breached, lent]}\n"
    assert found(OPEN + fine) == ["DC610 repay"]


@pytest.mark.parametrize(("kind", "stage"), [("right", "lapsed"), ("condition", "failed")])
def test_what_waits_for_a_limit_that_is_not_there_is_never_in_force(kind: str, stage: str) -> None:
    first = f"clauses:\n  first: {{kind: {kind}, bearer: firm, title: F, for_each: lent, act: repaid}}\n"
    second = f"  second: {{kind: right, bearer: bank, title: T, for_each: first becomes {stage}}}\n"
    assert found(first + second) == ["DC613 for_each"]
    assert found(first.replace("act: repaid", "act: repaid, within: 3 days") + second) == []


REMEDY = "  fine: {kind: right, bearer: bank, title: F, while: any(repay is breached)}\n"


@pytest.mark.parametrize(
    ("duty", "condition", "codes"),
    [
        ("within: 3 days", "any(repay is breached)", 1), ("within: 3 days, cure: 5 days", "any(repay is breached)", 0),
        ("within: 3 days, cure: any_time", "any(repay is breached)", 0), ("within: 3 days", "any(repay is cured)", 0),
        ("within: 3 days", "any(repay is breached) and count(lent) > 1", 1),
        ("within: 3 days", "any(repay is breached) and not every(repay is performed)", 0),
        ("within: 3 days", "any(repay is breached) or count(lent) > 1", 0),
        ("within: 3 days", "{all: [any(repay is breached), count(lent) > 1]}", 1),
        ("within: 3 days", "{any: [any(repay is breached), count(lent) > 1]}", 0),
    ],
)  # fmt: skip
def test_a_remedy_goes_on_after_late_performance_unless_a_cure_or_more_ends_it(duty: str, condition: str, codes: int) -> None:
    fine = f"  fine:\n    kind: right\n    bearer: bank\n    title: F\n    while: {condition}\n"
    assert found("clauses:\n" + clause(duty) + fine) == ["DC622 while"] * codes


def test_a_broken_prohibition_needs_no_cure() -> None:
    fine = "  fine: {kind: right, bearer: bank, title: F, while: ban is breached}\n"
    lend = "  lend: {kind: right, bearer: bank, title: L, act: lent}\n"
    assert found("clauses:\n" + BAN + fine + lend) == []


# --- spans and successions -------------------------------------------------------------------------------------------


def test_a_clause_of_one_day_is_in_force() -> None:
    assert found("clauses:\n" + clause("from: 2026-06-01, until: 2026-06-01, within: 3 days")) == []


def test_a_clause_that_ends_before_its_agreement_begins_is_never_in_force() -> None:
    assert found("clauses:\n" + clause("until: 2025-12-31, within: 3 days")) == ["DC613 until"]


def test_a_clause_that_begins_after_its_agreement_is_in_force_only_if_it_survives() -> None:
    assert found("clauses:\n" + clause("from: 2027-01-01, within: 3 days")) == ["DC613 from"]
    assert found("clauses:\n" + clause("from: 2027-01-01, within: 3 days, survives: true")) == []


def test_an_agreement_that_ends_before_it_begins_is_never_in_force() -> None:
    assert "DC613 until" in found(SOUND, HEAD.replace("until: 2026-12-31", "until: 2025-12-31"))


@pytest.mark.parametrize(("first", "codes"), [("2026-12-31", 1), ("2027-01-01", 0), ("2027-01-02", 1), ("2026-06-01", 0)])
def test_a_successor_begins_on_the_day_after_or_cuts_short_on_purpose(first: str, codes: int) -> None:
    heir = f"---\nagreement: heir\ntitle: H\nfrom: {first}\nreplaces: {{agreement: loan}}\nparties: {{bank: The bank, firm: The firm}}\n"
    heir += "clauses:\n  said: {kind: recital, bearer: firm, title: S}\n"
    assert found(SOUND + heir) == ["DC614 replaces"] * codes


# --- conflicts -------------------------------------------------------------------------------------------------------


def test_two_parties_do_not_conflict() -> None:
    assert found(SOUND + BAN.replace("bearer: firm", "bearer: bank")) == []


def test_an_exception_on_either_side_settles_a_conflict() -> None:
    assert found(SOUND + BAN) == ["DC615 act"]
    assert found(SOUND.replace("within", "exception_to: ban, within") + BAN) == []
    assert found(SOUND + BAN.replace("act:", "exception_to: repay, act:")) == []


def test_clauses_of_different_times_do_not_conflict() -> None:
    early = SOUND.replace("within", "until: 2026-03-31, within")
    assert found(early + BAN.replace("act:", "from: 2026-04-01, act:")) == []
    assert found(early + BAN.replace("act:", "from: 2026-03-31, act:")) == ["DC615 act"]


@pytest.mark.parametrize(
    ("permitted", "forbidden", "codes"),
    [
        ("sum < EUR 500", "sum >= EUR 500", 0), ("sum <= EUR 500", "sum >= EUR 500", 1), ("sum < EUR 500", "sum < EUR 900", 1),
        ("sum = EUR 5", "sum > EUR 5", 0), ("sum = EUR 5", "sum != EUR 5", 0), ("sum < EUR 5", "sum > USD 9", 1),
        ("way = 'cash'", "way = 'card'", 0), ("way = 'cash'", "way != 'cash'", 0), ("way in ('cash', 'card')", "way = 'wire'", 0),
        ("way in ('cash', 'card')", "way != 'cash'", 1), ("early", "not early", 0), ("early = true", "not early", 0),
        ("early and way = 'cash'", "way = 'card'", 0), ("early or way = 'cash'", "way = 'card'", 1),
        ("by = firm", "by = bank", 1),
    ],
)  # fmt: skip
def test_acts_that_no_event_can_both_be_do_not_conflict(permitted: str, forbidden: str, codes: int) -> None:
    head = HEAD.replace("repaid: {by: party, sum: money EUR}", "repaid: {by: party, sum: money, way: [cash, card, wire], early: boolean}")
    body = f'clauses:\n  may: {{kind: permission, bearer: firm, title: M, for_each: lent, act: "repaid where ({permitted})"}}\n'
    body += BAN.replace("act: repaid", f'act: "repaid where {forbidden}"')
    assert found(body, head) == ["DC615 act"] * codes


def test_one_way_to_act_is_enough_for_a_conflict() -> None:
    head = HEAD.replace("sum: money EUR}\n  repaid", "sum: money EUR}\n  deferred: {by: party}\n  repaid")
    body = "clauses:\n  may: {kind: permission, bearer: firm, title: M, for_each: lent, act: [repaid where sum < EUR 5, deferred]}\n"
    assert found(body + BAN.replace("act: repaid", "act: repaid where sum > EUR 9"), head) == []
    assert found(body + BAN.replace("act: repaid", "act: [repaid where sum > EUR 9, deferred]"), head) == ["DC615 act"]


@pytest.mark.parametrize("other", ["unless: busy", "while: not busy", "while: not (busy)"])
def test_clauses_of_which_one_binds_only_while_the_other_does_not_do_not_conflict(other: str) -> None:
    body = "facts:\n  busy: {holds: count(lent) > 3}\n" + SOUND.replace("within", "while: busy, within")
    assert found(body + BAN.replace("act:", f"{other}, act:")) == []
    assert found(body + BAN.replace("act:", "while: busy, act:")) == ["DC615 act"]


def test_what_has_been_replaced_does_not_conflict_with_what_comes_later() -> None:
    parties = "parties: {bank: The bank, firm: The firm}\n"
    heir = f"---\nagreement: heir\ntitle: H\nfrom: day\n{parties}terms:\n  day: {{value: 2026-06-01}}\nclauses:\n"
    heir += "  rule: {kind: prohibition, bearer: firm, title: R, act: lent, replaces: [ban]}\n"
    later = f"---\nagreement: later\ntitle: L\nfrom: 2026-07-01\n{parties}clauses:\n"
    later += "  may: {kind: permission, bearer: firm, title: M, act: repaid}\n"
    body = "clauses:\n" + BAN
    assert found(body + heir + later) == []
    assert found(body + heir + later.replace("2026-07-01", "2026-05-01")) == ["DC615 act"]
    assert found(body + heir.replace("replaces: [ban]", "survives: true") + later) == ["DC615 act"]


def test_an_exception_to_a_successor_is_none_to_be_made_to_what_it_succeeded() -> None:
    body = "clauses:\n" + BAN + "  rule: {kind: prohibition, bearer: firm, title: R, act: repaid, from: lent, replaces: [ban]}\n"
    body += "  may: {kind: permission, bearer: firm, title: M, act: repaid, exception_to: rule}\n"
    assert found(body) == []
    assert found(body.replace(", replaces: [ban]", "")) == ["DC615 act"]


# --- clocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "codes"),
    [("2026-01-31 + 1 month", 1), ("2026-01-31 + 2 months", 0), ("2026-01-28 + 1 month", 0), ("2026-03-31 - 1 month", 1),
     ("2028-02-29 + 1 year", 1), ("1 month after 2026-01-31", 1), ("2026-01-31 + 30 days", 0),
     ("9999-12-31 + 1 month", 0), ("2026-01-31 - 3000 years", 0)],
)  # fmt: skip
def test_only_months_that_lose_their_day_are_asked_about(until: str, codes: int) -> None:
    body = "clauses:\n" + clause(f"until: {until}, within: 3 days")
    assert found(body) == ["DC616 until"] * codes


def test_months_from_an_event_at_the_end_of_one_are_asked_about() -> None:
    body = "clauses:\n" + clause("within: 3 months")
    rows = ({"date": "2026-03-31T10:00Z", "event": "loan.lent"}, {"date": "2026-01-31", "event": "lent"}, {"date": "soon", "event": "lent"})
    assert found(body, rows=rows) == ["DC616 within"]
    assert found(body, rows=({"date": "2026-03-31", "event": "repaid"}, {"date": "2026-03-30", "event": "lent"})) == []
    assert found(body, HEAD + "month_end: last_day\n", rows=rows) == []


def test_periods_from_the_end_of_a_month_are_asked_about_unless_the_agreement_says() -> None:
    body = "clauses:\n  repay: {kind: obligation, bearer: firm, title: R, every: month, first: 2026-01-31, act: repaid}\n"
    body += "  lend: {kind: right, bearer: bank, title: L, act: lent}\n"
    assert found(body) == ["DC616 every"]
    assert found(body, HEAD + "month_end: last_day\n") == []


def test_hours_are_asked_about_only_where_a_row_has_no_time() -> None:
    body = "clauses:\n" + clause("within: 48 hours")
    assert found(body) == []
    assert found(body, rows=({"date": "2026-01-05T10:00Z", "event": "lent"},)) == []
    assert found(body, rows=({"date": "2026-01-05", "at": "10:00Z", "event": "lent"},)) == []
    assert found(body, rows=({"date": "2026-01-05", "event": "lent"},)) == ["DC617 within"]


@pytest.mark.parametrize(("as_of", "codes"), [(None, 0), (date(2026, 3, 1), 0), (date(2026, 3, 2), 1)])
def test_knowledge_is_stale_after_its_last_day(as_of: date | None, codes: int) -> None:
    assert found(SOUND, HEAD + "known_through: 2026-03-01\n", as_of=as_of) == ["DC620 known_through"] * codes


# --- sources ---------------------------------------------------------------------------------------------------------

SOURCES = "sources:\n  paper: {title: P, publisher: X, standing: contract}\n  talk: {title: T, publisher: Y, standing: press}\n"


def test_an_assumption_needs_no_source() -> None:
    cited = "  said: {kind: recital, bearer: firm, title: S, sources: [paper, talk]}\n"
    assert found(SOURCES + SOUND + cited) == ["DC618 repay"]
    assert found(SOURCES + SOUND.replace("within", "assumed: usual, within") + cited) == []


def test_a_source_against_counts_only_where_it_stands_above_what_is_for() -> None:
    assert found(SOURCES + SOUND.replace("within", "sources: [paper], against: [talk], within")) == []
    assert found(SOURCES + SOUND.replace("within", "sources: [talk], against: [paper], within")) == ["DC621 against"]
