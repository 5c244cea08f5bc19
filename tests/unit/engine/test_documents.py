"""What a deal declares: what is refused and in which words, and what a definition means in each of its forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.declare import Text
from dealcli.engine.program import Program
from dealcli.engine.shown import party_name, show
from dealcli.language.values import Period

from .contracts import story

DEAL = """
agreement: deal
title: Deal
from: 2025-01-01
parties: {a: Party A, b: Party B}
sources:
  paper: {title: A paper, published: 2025-01-01, standing: official}
events:
  act: {by: party, lot: id, amount: money USD, size: number}
  plain: {title: It happens}
"""


def built(more: str = "", second: str = "", **choices: Any) -> tuple[Program, list[tuple[str, str, str]]]:
    """A deal with more in it, and beside a second document: the program, and what is wrong with it."""
    tree, added = yaml.load(DEAL, yaml.BaseLoader), yaml.load(more, yaml.BaseLoader) or {}
    for section, things in added.items():
        known = tree.get(section)
        tree[section] = {**known, **things} if isinstance(known, dict) else things
    trees = [tree, *([yaml.load(second, yaml.BaseLoader)] if second else [])]
    program, problems = build([Text(one, Place("deal.yaml", (), n)) for n, one in enumerate(trees)], **choices)
    return program, [(problem.code, problem.message, problem.hint or problem.expected) for problem in problems]


def wrong(more: str = "", second: str = "", **choices: Any) -> tuple[str, str, str]:
    [problem] = built(more, second, **choices)[1]
    return problem


DUTY = "kind: obligation, bearer: a"


@pytest.mark.parametrize(
    ("more", "second", "code", "message", "hint"),
    [
        ("", "{agreement: deal, title: Again}", "DC303", "two agreements are called 'deal'", ""),
        ("timezone: Mars/Crater", "", "DC309", "there is no time zone 'Mars/Crater'", "such as Europe/Paris"),
        ("known_through: 2025-02-30", "", "DC301", "there is no such date: 2025-02-30", "a date such as 2030-12-31"),
        ("known_through: soon", "", "DC301", "there is no such date: soon", "a date such as 2030-12-31"),
        ("sources: {post: {title: Post, published: 2025-02-30}}", "", "DC301", "there is no such date: 2025-02-30", ""),
        ("", "{vocabulary: words, sources: {paper: {title: Another}}}", "DC303", "two different sources are called 'paper'", ""),
        ("", "{vocabulary: words, parties: {a: Somebody else}}", "DC303", "the party 'a' is declared twice, differently", ""),
        ("facts: {plain: {starts: act}}", "", "DC303", "'plain' is declared twice", ""),
        ("default_source: papre", "", "DC302", "no source is called 'papre'", "did you mean 'paper'?"),
        ("events: {other: {size: nubmer}}", "", "DC310", "there is no type 'nubmer'", "did you mean 'number'?"),
        ("terms: {t: {value: 2025-02-30}}", "", "DC301", "there is no such date: 2025-02-30", ""),
        ("terms: {t: {value: 2025-02-30/..}}", "", "DC301", "there is no such date: 2025-02-30/..", "day is out of range for month"),
        ("terms: {t: {value: 1 +}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        ("terms: {t: {value: today + 3 days}}", "", "DC301", "a constant is needed here", "a number, an amount, a duration, a date or a word"),
        ("terms: {t: {value: 9999-12-31 + 1 day}}", "", "DC301", "a constant is needed here", "a number, an amount, a duration, a date or a word"),
        ("terms: {t: {value: 10 ^ 10 ^ 10}}", "", "DC301", "a number of more than 78,643 digits", ""),
        ("terms: {t: {value: [{below: 5, value: 1}, {from: 6, value: 2}]}}", "", "DC311", "these bands leave a gap or overlap", "each band begins where the one before ends: below 5, then from 5"),
        ("terms: {t: {value: [{up_to: 5, value: 1}, {from: 5, value: 2}]}}", "", "DC311", "these bands leave a gap or overlap", "each band begins where the one before ends: below 5, then from 5"),
        ("terms: {t: {value: [{from: 5, value: 1}, {from: 6, value: 2}]}}", "", "DC311", "these bands leave a gap or overlap", "each band begins where the one before ends: below 5, then from 5"),
        ("facts: {f: {per: lot, starts: plain}}", "", "DC305", "'f' is kept per lot, which this trigger does not bring", ""),
        ("measures: {m: {sum: 1 +}}", "", "DC305", "say upon which occurrence 'm' moves", "add upon: <trigger>"),
        (f"clauses: {{c: {{{DUTY}, act: act, for_each: 1 +}}}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        ("facts: {f: {per: lot, starts: 3 days after plain}}", "", "DC305", "'f' is kept per lot, which this trigger does not bring", ""),
        ("measures: {m: {sum: 1 + 2}}", "", "DC305", "say upon which occurrence 'm' moves", "add upon: <trigger>"),
        ("measures: {m: {sum: '1 +', upon: act}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        ("measures: {m: {sum: act.lot}}", "", "DC304", "a id is not summed", ""),
        ("measures: {m: {initial: 1 +, updates: [{upon: act, set: 2}]}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        ("measures: {m: {initial: 1, updates: [{upon: act, set: 2 +}]}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        ("effects: [{upon: act, assign: agreement, side: bearer, to: act.by}]", "", "DC304", "a clause is needed here, this is an agreement",
         "write an effect for each clause"),
        ("replaces: [c]", "", "DC302", "no clause is called 'c'", ""),
        ("replaces: {agreement: daal, except: []}", "", "DC302", "no agreement is called 'daal'", "did you mean 'deal'?"),
        (f"clauses: {{c: {{{DUTY}, act: act, sources: [papre]}}}}", "", "DC302", "no source is called 'papre'", "did you mean 'paper'?"),
        (f"clauses: {{c: {{{DUTY}, act: act, for_each: plain, key: lot}}}}", "", "DC305", "the key 'lot' is no attribute of what makes the instances", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, for_each: 3 days after plain, key: lot}}}}", "", "DC305", "the key 'lot' is no attribute of what makes the instances", ""),
        ("clauses: {c: {kind: obligation, bearer: z, act: act}}", "", "DC302", "no party is called 'z'", ""),
        ("clauses: {c: {kind: obligation, bearer: [a, z], act: act}}", "", "DC302", "no party is called 'z'", ""),
        ("clauses: {c: {kind: obligation, bearer: act.size, act: act}}", "", "DC304", "a party is needed here, this is a number", ""),
        ("clauses: {c: {kind: obligation, bearer: latest(act.), act: act}}", "", "DC301", "expected a name after the point", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, unless: [{{when: 1 +}}]}}}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, while: {{not: 1 +}}}}}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, while: {{all: [1 +]}}}}}}", "", "DC301", "expected a value, a name or a bracket, found the end", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, due: 3 days}}}}", "", "DC304", "a date or an occurrence is needed here, this is a duration", "a length of time is written within: 5 days, or 5 days after something"),
        (f"clauses: {{c: {{{DUTY}, act: act, due: 5}}}}", "", "DC304", "an occurrence or a date is needed here, this is a number", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, due: USD 5}}}}", "", "DC304", "an occurrence or a date is needed here, this is a money USD", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, due: true}}}}", "", "DC304", "an occurrence or a date is needed here, this is a boolean", "something occurs when: (true) becomes true"),
        (f"clauses: {{c: {{{DUTY}, act: act, due: 2025-02-30/2025-03-01}}}}", "", "DC301", "there is no such date: 2025-02-30/2025-03-01", "day is out of range for month"),
        (f"clauses: {{c: {{{DUTY}, act: plain, amount: USD 5, paid_with: amuont}}}}", "", "DC302", "the event plain has no attribute 'amuont'", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, amount: USD 5, paid_with: amuont}}}}", "", "DC302", "the event act has no attribute 'amuont'", "did you mean 'amount'?"),
        (f"clauses: {{c: {{{DUTY}, act: act, amount: EUR 5, paid_with: amount}}}}", "", "DC306", "an amount in EUR is not paid in USD", ""),
        (f"clauses: {{c: {{{DUTY}, act: act, amount: 5, paid_with: amount}}}}", "", "DC306", "a plain number is not paid in money", "write the currency on both sides: USD 5"),
        (f"clauses: {{c: {{{DUTY}, act: act, amount: USD 5, paid_with: size}}}}", "", "DC306", "a plain number is not paid in money", "write the currency on both sides: USD 5"),
        ("effects: [{upon: act, terminate: c}]", "", "DC302", "no clause is called 'c'", ""),
        ("effects: [{upon: act, terminate: deal.c}]", "", "DC302", "deal declares no 'c'", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(more: str, second: str, code: str, message: str, hint: str) -> None:
    found = wrong(more, second)
    assert (found[:2], found[2] if hint else "") == ((code, message), hint)


def test_a_payment_field_needs_no_amount_that_compiles() -> None:
    assert wrong(f"clauses: {{c: {{{DUTY}, act: act, amount: 1 +, paid_with: amount}}}}")[0] == "DC301"


def test_conditions_that_depend_on_each_other_at_one_instant_are_refused_by_name() -> None:
    code, message, hint = wrong(f"clauses: {{c: {{{DUTY}, act: act, while: d is in_force}}, d: {{{DUTY}, act: act, unless: c is in_force}}}}")
    assert (code, hint) == ("DC320", "let one of them follow an occurrence (becomes ...), or a fact with starts and ends")
    assert message.startswith("these conditions depend on each other at the same instant: deal.")


# --- choices ------------------------------------------------------------------------------------------------------------

READINGS = """
facts:
  over:
    default: early
    readings:
      early: {starts: 2025-02-01}
      late: {starts: 2025-03-01, given: "how = 'strict'"}
      never: {starts: 2099-01-01, rejected: nobody says so}
terms:
  how: {default: strict, readings: {strict: {value: 1}, loose: {value: 2}}}
  wait: {value: undisclosed, plausible: [3 days, 5 days]}
"""


@pytest.mark.parametrize(
    ("choices", "message", "hint"),
    [
        ({"over": "erly"}, "over has no reading 'erly'", "did you mean 'early'?"),
        ({"deal.over": "never"}, "the reading 'never' of deal.over was rejected and never runs", ""),
        ({"ovr": "early"}, "nothing called 'ovr' has readings", "did you mean 'over'?"),
        ({"over": "late", "how": "loose"}, "the reading 'late' of over does not exist here: how = 'strict'", "choose another reading of it, or of what it depends on"),
    ],
)  # fmt: skip
def test_a_reading_that_does_not_exist_is_refused(choices: dict[str, str], message: str, hint: str) -> None:
    found = built(READINGS, choices=choices)[1]
    assert [(code, told, said) for code, told, said in found if code == "DC312"] == [("DC312", message, hint)]
    assert built(READINGS, choices={"over": "late", "how": "strict"})[1] == []


def test_a_term_that_is_not_there_is_not_filled_in() -> None:
    assert wrong(READINGS, terms={"wiat": "3 days"}) == ("DC302", "no term is called 'wiat'", "did you mean 'wait'?")
    for name in ("wait", "deal.wait"):
        program, problems = built(READINGS, terms={name: "3 days"})
        assert ([show(t.value) for t in program.terms if t.name == "wait"], problems) == (["3 days"], [])


def test_an_undisclosed_term_has_the_type_of_its_plausible_values() -> None:
    assert {t.name: str(t.type) for t in built(READINGS)[0].terms} == {"how": "number", "wait": "duration"}


def test_an_agreement_that_is_left_out_is_known_by_name_and_never_begins() -> None:
    program, problems = built(f"clauses: {{c: {{{DUTY}, act: act}}}}", without=("deal",))
    assert problems == []
    assert program.agreements[0].begin is not None
    assert program.agreements[0].begin.function is not None
    assert program.agreements[0].begin.function(None) is None  # type: ignore[arg-type]
    assert wrong(without=("daal",)) == ("DC302", "no agreement is called 'daal'", "did you mean 'deal'?")


def test_a_binding_force_with_readings_is_that_of_the_reading_chosen() -> None:
    more = 'binding: {default: yes_, readings: {yes_: {value: "true"}, no_: {value: "false"}, open_: {value: undisclosed}}}'
    assert [show(built(more, choices={"binding": name})[0].agreements[0].binding) for name in ("yes_", "no_", "open_")] == ["true", "false", "unknown"]
    assert show(built("binding: undisclosed")[0].agreements[0].binding) == "unknown"


def test_what_nobody_had_published_by_the_day_of_knowledge_is_not_known_then() -> None:
    more = """
sources: {old: {title: Old, published: 2020-01-01}, new: {title: New, published: 2026-01-01}, undated: {title: Undated}}
terms: {old: {value: 1, sources: [old]}, new: {value: 1, sources: [new]}, both: {value: 1, sources: [new, old]}, undated: {value: 1, sources: [undated]}}
"""
    def values(known: str, default: str) -> dict[str, str]:
        program, _ = built(f"{more}default_source: {default}\n", known_as_of=date.fromisoformat(known))
        return {term.name: show(term.value) for term in program.terms} | {"begins": "no" if program.agreements[0].begin is None or
            program.agreements[0].begin.text == "" else "yes"}  # fmt: skip

    assert values("2025-12-31", "old") == {"old": "1", "new": "unknown", "both": "1", "undated": "1", "begins": "yes"}
    assert values("2025-12-31", "new")["begins"] == "no"
    assert values("2026-01-01", "new") == {"old": "1", "new": "1", "both": "1", "undated": "1", "begins": "yes"}


def test_a_term_that_is_filled_in_is_known_whatever_had_been_published() -> None:
    more = "sources: {new: {title: New, published: 2026-01-01}}\nterms: {t: {value: 1, sources: [new]}}"
    for terms, value in (({}, "unknown"), ({"t": "2"}, "2")):
        program, _ = built(more, terms=terms, known_as_of=date(2025, 12, 31))
        assert [show(term.value) for term in program.terms] == [value]


def test_a_clause_rests_on_its_own_sources_else_on_the_default_one_else_on_the_only_one() -> None:
    clauses = f"clauses: {{own: {{{DUTY}, act: act, sources: [other]}}, none_said: {{{DUTY}, act: act}}}}\n"
    second = "sources: {other: {title: Another}}\n"
    assert [c.sources for c in built(f"{clauses}{second}default_source: other")[0].clauses] == [("other",), ("other",)]
    assert [c.sources for c in built(clauses + second)[0].clauses] == [("other",), ()]
    assert [c.sources for c in built(clauses.replace("[other]", "[paper]"))[0].clauses] == [("paper",), ("paper",)]


def test_the_counterparty_of_one_of_two_parties_is_the_other_one() -> None:
    clauses = f"clauses: {{one: {{{DUTY}, act: act}}, two: {{kind: obligation, bearer: b, act: act}}, both: {{kind: obligation, bearer: [a, b], act: act}}}}"
    assert [c.counterparty_names for c in built(clauses)[0].clauses] == [("b",), ("a",), ()]
    assert [c.counterparty_names for c in built(f"{clauses}\nparties: {{c: A third}}")[0].clauses] == [(), (), ()]


def test_a_party_that_two_documents_declare_alike_is_one() -> None:
    program, problems = built(f"clauses: {{c: {{{DUTY}, act: act where by = a}}}}", "{vocabulary: words, parties: {a: Party A}}")
    assert (problems, len(program.deal.names["a"])) == ([], 1)


def test_a_question_bears_the_title_of_what_has_readings() -> None:
    more = READINGS.replace("default: early", "title: When it is over\n    default: early")
    assert [q.title for q in built(more)[0].questions] == ["how", "", "When it is over"]


# --- forms --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown", "kind"),
    [
        ("3%", "0.03", "number"), ("none", "none", "none"), ("2025-03", "2025-03-31", "date"), ("2025-03/..", "at least 2025-03-01", "date"),
        ("cash", "cash", "word"), ("two words", "two words", "word"), ("Annex A", "Annex A", "word"), ("yes, and no", "yes, and no", "word"),
        ("[1, 2]", "1, 2", "list of number"), ("{x: 1, y: 2}", "x: 1, y: 2", "table"), ("undisclosed", "unknown", "any"),
    ],
)  # fmt: skip
def test_the_value_of_a_term_is_typed_as_it_is_written(value: str, shown: str, kind: str) -> None:
    quoted = value if value[0] in "[{" else f"'{value}'"
    program, problems = built(f"terms: {{t: {{value: {quoted}}}}}")
    assert ([(show(term.value), str(term.type)) for term in program.terms], problems) == ([(shown, kind)], [])


def test_a_percentage_is_a_number_that_is_shown_as_such_unless_it_has_a_unit() -> None:
    terms = built("terms: {rate: {value: 3%}, other: {value: 3%, unit: points}, figure: {value: 3}}")[0].terms
    assert [term.unit for term in terms] == ["%", "points", ""]


def test_a_term_in_words_is_there_and_has_no_value() -> None:
    assert [show(t.value) for t in built("terms: {t: {text: What we mean}, u: {title: Nothing}}")[0].terms] == ["unknown", "none"]


def test_a_measure_without_a_first_value_has_the_type_of_what_is_set() -> None:
    program, problems = built("measures: {m: {updates: [{upon: act, set: act.amount}]}, n: {initial: none, updates: [{upon: act, set: act.size}]}}")
    assert ([str(measure.type) for measure in program.measures], problems) == (["money USD", "number"], [])


def test_of_what_is_known_to_the_program_only_what_is_wanted_is_compiled() -> None:
    more = f"clauses: {{c: {{{DUTY}, act: act, due: 1 +}}, d: {{{DUTY}, act: act}}}}\nmeasures: {{m: {{count: act}}, n: {{is: 1 +}}}}"
    assert [code for code, _, _ in built(more)[1]] == ["DC301", "DC301"]
    only = {("clauses", "deal.d"), ("agreement", "deal"), ("measures", "deal.m")}
    program, problems = built(more, only=only)
    assert ([clause.known for clause in program.clauses], problems) == ([False, True], [])
    assert [update.thing.name for update in program.updates] == ["m"]
    assert built("events: {x: {valid: 1 +}}", only=set())[1] == []


def test_values_and_parties_are_written_in_one_way() -> None:
    assert show(Period(1, date(2025, 1, 1), date(2025, 1, 31))) == "2025-01-01 to 2025-01-31"
    assert party_name(("a", None, "b")) == "a, b"
    assert party_name(None) is None


def test_completion_is_by_a_trigger_a_list_of_triggers_or_a_condition() -> None:
    for completed in ("plain", "[act, plain]", "count(plain) > 0", "{all: [count(plain) > 0, not (count(plain) > 1)]}"):
        quoted = completed if completed[0] in "[{" else f'"{completed}"'
        s = story(f"{DEAL}completed_by: {quoted}\n", "2025-03-01 plain")
        assert (s.agreement("2025-02-28"), s.agreement("2025-03-01")) == ("in_force", "completed")


def test_a_condition_may_be_a_mapping_of_all_any_and_not() -> None:
    for condition, truth in (("all: [true, 1 > 0]", "true"), ("all: [true, 1 > 2]", "false"), ("any: [1 > 2, 1 > 0]", "true"),
                             ("any: [1 > 2, false]", "false"), ("not: 1 > 2", "true"), ("not: {any: [true]}", "false"),
                             ("any: [hidden > 1, 1 > 2]", "unknown"), ("all: [hidden > 1, 1 > 0]", "unknown"),
                             ("any: [hidden > 1, 1 > 0]", "true"), ("all: [hidden > 1, 1 > 2]", "false")):  # fmt: skip
        s = story(f"{DEAL}terms: {{hidden: {{value: undisclosed}}}}\nfacts: {{f: {{holds: {{{condition}}}}}}}\n")
        assert s.value("f", "2025-03-01") == truth, condition


def test_what_is_replaced_is_named_one_by_one_in_a_list_or_with_conditions() -> None:
    clauses = "clauses:\n  c: {kind: obligation, bearer: a, act: act}\n  d: {kind: obligation, bearer: a, act: act}\n  e: {kind: obligation, bearer: a, act: act}\n"
    for written, stages in (("[deal.c, deal.d]", "superseded superseded in_force"),
                            ("[deal.c, {clauses: [deal.e], when: 1 > 0}]", "superseded in_force superseded"),
                            ("{clauses: [deal.d], when: 1 > 2}", "in_force in_force in_force")):  # fmt: skip
        s = story(f"{DEAL}{clauses}---\nagreement: new\ntitle: New\nfrom: 2025-03-01\nreplaces: {written}\n")
        assert " ".join(s.stage(name, "2025-03-01") for name in "cde") == stages


def test_what_an_excepted_clause_reads_goes_on_moving() -> None:
    s = story(
        f"{DEAL}measures:\n  m: {{count: act where f}}\n  n: {{count: act}}\nfacts:\n  f: {{starts: 3 days after plain}}\n"
        "clauses:\n  c: {kind: obligation, bearer: a, act: act where m + n > 5, while: m < 9 and n < 9 and not f or f}\n"
        "---\nagreement: new\ntitle: New\nfrom: 2025-03-01\nreplaces: {agreement: deal, except: [deal.c]}\n",
        "2025-02-01 plain", "2025-02-10 act, by: a, lot: X, amount: 1, size: 1", "2025-03-10 act, by: a, lot: X, amount: 1, size: 1",
    )  # fmt: skip
    assert (s.value("n", "2025-03-10"), s.value("m", "2025-03-10"), s.stage("c", "2025-03-10")) == ("2", "2", "in_force")
