"""Values as text: one way to write an amount, a date, a duration, a truth, a missing or unknown value."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from dealcli.dates import Duration
from dealcli.language.values import UNKNOWN, AtLeast, Period
from dealcli.money import Money, show_number


def party_name(party: Any) -> str | None:
    """A bearer or counterparty as it is printed: several after one another, ``unknown`` where nobody says who it is."""
    if isinstance(party, tuple):
        return ", ".join(filter(None, map(party_name, party)))
    return None if party is None else show(party)


def show(value: Any) -> str:
    """A value as a reader sees it."""
    if value is None:
        return "none"
    if value is UNKNOWN:
        return "unknown"
    if type(value) is AtLeast:
        return f"at least {show(value.bound)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Fraction):
        return show_number(value)
    if isinstance(value, Period):
        return f"{value.start} to {value.end}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Money | Duration | date | str):
        return str(value)
    if isinstance(value, tuple | list):
        return ", ".join(show(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {show(item)}" for key, item in value.items())
    kind = getattr(value, "type", None)
    return getattr(kind, "name", str(value))
