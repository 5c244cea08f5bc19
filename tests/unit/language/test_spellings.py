"""What is suggested for values that are written as people write them elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.declare import Text
from dealcli.engine.timeline import Reader
from dealcli.language.parser import parse
from dealcli.language.spellings import otherwise_written
from dealcli.language.tree import LanguageError


def hint(text: str) -> str:
    with pytest.raises(LanguageError) as refused:
        parse(text)
    return refused.value.hint


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("1 monthly", "month"), ("1 quarterly", "quarter"), ("1 Annually", "year"), ("1 weekly", "week"),
        ("900 EUR", "EUR 900"), ("900EUR", "EUR 900"), ("5 million USD", "USD 5 million"), ("EUR 1,000", "EUR 1_000"),
        ("EUR 1,000.50", "EUR 1_000.50"), ("EUR 900.000,50", "EUR 900_000.50"), ("€900", "EUR 900"), ("900 €", "EUR 900"),
        ("$5 million", "USD 5 million"), ("£ 3", "GBP 3"), ("1,000", "1_000"), ("1,000,000", "1_000_000"),
        ("5 percent", "5%"), ("5 per cent", "5%"), ("1.5 pct", "1.5%"),
        ("30 Days", "30 days"), ("30d", "30 days"), ("1d", "1 day"), ("24h", "24 hours"), ("2 wk", "2 weeks"),
        ("a month", "1 month"), ("thirty days", "30 days"), ("5 working days", "5 business days"),
        ("10 Business Days", "10 business days"), ("7 calendar days", "7 days"),
        ("1 January 2025", "2025-01-01"), ("Dec 31, 2025", "2025-12-31"), ("31.12.2025", "2025-12-31"),
    ],
)  # fmt: skip
def test_a_value_written_otherwise_is_suggested_as_it_is_written_here(text: str, usual: str) -> None:
    assert hint(text) == f"write {usual}"
    assert parse(usual if usual not in ("month", "quarter", "year", "week") else f"1 {usual}")


def test_only_what_stands_at_the_error_is_suggested() -> None:
    assert hint("paid where sum >= 900 EUR and day < 30 days") == "write EUR 900"
    assert hint("lent && 30 days") == "write and"
    assert hint("sum(paid.amount where by == buyer) > EUR 5") == "write a single ="


@pytest.mark.parametrize("text", ["EUR 1,00", "12,5", "1.2.3", "x ,", "March 31", "5 euros", "1,0000", "900 Eur"])
def test_where_it_is_not_clear_what_is_meant_nothing_is_guessed(text: str) -> None:
    assert not hint(text).startswith("write ")


def test_a_long_text_is_looked_at_around_the_error_only() -> None:
    assert otherwise_written("1" * 3000 + " EUR " + "2" * 900, 3002) == ""
    assert otherwise_written("x " * 1500 + "900 EUR", 3004) == "EUR 900"


def found_in(tree: dict[str, Any], rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """The code and hint of each problem of an agreement and of its rows."""
    program, problems = build([Text({"agreement": "g", "parties": {"ann": "Ann"}, **tree}, Place("g.yaml"))])
    reader = Reader(program)
    for number, row in enumerate(rows):
        reader.read(row, Place("rows.yaml", (number,)))
    return [(problem.code, problem.hint) for problem in (*problems, *reader.problems)]


@pytest.mark.parametrize(
    ("field", "written", "usual"),
    [
        ("within", "14", "a length has a unit: 14 days"),
        ("due", "2025-1-5", "a date is written 2025-01-05"),
        ("due", "2026/12/31", "a date is written 2026-12-31"),
    ],
)  # fmt: skip
def test_a_number_where_a_length_or_a_date_belongs_is_told_what_it_may_mean(field: str, written: str, usual: str) -> None:
    clause = {"kind": "obligation", "bearer": "ann", "act": "e", field: written}
    assert found_in({"events": {"e": {"by": "party"}}, "clauses": {"c": clause}}, []) == [("DC304", usual)]


def test_an_amount_of_a_row_is_told_how_amounts_are_written() -> None:
    rows = [{"date": "2025-01-01", "event": "e", "sum": "900 EUR"}]
    assert found_in({"events": {"e": {"sum": "money EUR"}}}, rows) == [("DC406", "write EUR 900")]


def test_every_row_with_an_unknown_event_is_told_the_same() -> None:
    rows = [{"date": "2025-01-01", "event": "paid_out"}] * 2
    assert found_in({"events": {"paid": {}}}, rows) == [("DC401", "did you mean 'paid'?")] * 2
