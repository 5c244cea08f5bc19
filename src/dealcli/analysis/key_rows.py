"""Which rows of a log have a say in one position, where a deal lets its keys be looked at one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dealcli.analysis.independence import Dependent, independence
from dealcli.engine.program import Clause, Program
from dealcli.language.declarations import EventType

HasSay = Callable[[Mapping[str, Any]], bool]


def rows_about(program: Program, clause: Clause, key: str | None) -> HasSay | None:
    """Whether a row has a say in the positions of a clause of that key; None where every row may have one."""
    try:
        independent = independence(program)
    except Dependent:
        return None
    family = next((family for family in independent.families if clause in family.clauses), None)
    if family is not None and (key is None or len(family.keys) != 1):
        return None
    wanted = (key, re.sub(r" #\d+$", "", key or ""))
    types = _by_name(program)

    def has_say(row: Mapping[str, Any]) -> bool:
        event = types.get(str(row.get("event")))
        own = independent.family_of.get(event) if event is not None else None
        return own is None or (own is family and str(row.get(own.keys[0])) in wanted)

    return has_say


def _by_name(program: Program) -> dict[str, EventType]:
    """The event types by what a row calls them; a name that several have stands for none."""
    names = [event.name for event in program.events]
    return {event.full: event for event in program.events} | {event.name: event for event in program.events if names.count(event.name) == 1}


__all__ = ["rows_about"]
