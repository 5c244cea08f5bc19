"""A result as CSV (RFC 4180, lines end with CR LF): one position a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dealcli.output.text import csv_line
from dealcli.output.view import DocumentTree, Entry, View

Column = Callable[[Entry], Any]


def _plain(name: str) -> Column:
    return lambda position: position[name]


def _amount(name: str) -> Column:
    return lambda position: (position["amount"] or {}).get(name)


def _first_breach(position: Entry) -> Any:
    return position["breaches"][0]["date"] if position["breaches"] else None


POSITION = ("clause", "key", "kind", "title", "bearer", "counterparty", "stage", "possible", "in_force", "since", "due",
            "until")  # fmt: skip
CIRCUMSTANCES = ("performed_late", "released", "binding", "confidence", "reading", "verdict", "turns_on", "sources")
COLUMNS: Mapping[str, Column] = {
    **{name: _plain(name) for name in POSITION},
    "amount_due": _amount("due"),
    "amount_paid": _amount("paid"),
    "amount_outstanding": _amount("outstanding"),
    "currency": _amount("currency"),
    "breaches": lambda position: len(position["breaches"]),
    "first_breach": _first_breach,
    **{name: _plain(name) for name in CIRCUMSTANCES},
}


def render(document: DocumentTree, view: View) -> Iterable[str]:
    """A head, then the positions that the view shows."""
    yield csv_line(COLUMNS)
    for position in document["positions"]:
        if view.admits(position):
            yield csv_line(_cell(column(position)) for column in COLUMNS.values())


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, Mapping):
        return f"at least {value['at_least']}" if value.get("at_least") else "unknown"
    return value
