"""What is suggested for values that are written as people write them elsewhere."""

from __future__ import annotations

import pytest

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
