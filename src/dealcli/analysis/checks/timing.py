"""Clocks that people read differently: months that begin near the end of one, hours that count from a bare date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from dealcli.analysis.checks.checked import Checked, begins, constant_day, constant_of, field_of, finding, scalars
from dealcli.dates import Duration, NoSuchDay, add_months, parse_date
from dealcli.diagnostics import Diagnostic, Place
from dealcli.engine.program import Clause
from dealcli.language.parser import parse
from dealcli.language.tree import After, Binary, LanguageError, Literal, Node, children
from dealcli.language.triggers import event_types

NEAR_THE_END = 29
"""From this day of a month on, some month has no such day."""
_EXPRESSIONS = frozenset(
    "from until within due before not_before first while unless when holds is starts ends set sum min max latest "
    "amount act for_each upon after at to by maintain count value completed_by".split()
)


def months_near_month_ends(checked: Checked) -> Iterator[Diagnostic]:
    """A number of months from a day that not every month has, where nothing says what is meant."""
    chosen = {agreement.name for agreement in checked.program.agreements if "month_end" in agreement.raw}
    for agreement in checked.program.agreements:
        if agreement.name not in chosen:
            yield from _in_expressions(agreement.raw, agreement.place)
    for clause in checked.program.clauses:
        if clause.agreement not in chosen:
            yield from _in_fields(checked, clause)


def _in_expressions(tree: Mapping[str, Any], place: Place) -> Iterator[Diagnostic]:
    for route, written in scalars(tree):
        keys = {step for step in route if isinstance(step, str)}
        if not keys & _EXPRESSIONS or not any(unit in written for unit in ("month", "year", "quarter")):
            continue
        try:
            node = parse(written)
        except LanguageError:
            continue
        for day, months, part in _sums(node):
            yield _month_end(day, months, place.at(*route).inside(part.start, part.end - part.start))


def _sums(node: Node) -> Iterator[tuple[date, int, Node]]:
    """Every ``date + months`` of an expression that does not keep its day."""
    parts = (node.left, node.right) if isinstance(node, Binary) and node.operator in "+-" else ()
    if isinstance(node, After):
        parts = (node.source, node.delay)
    values = [part.value for part in parts if isinstance(part, Literal)]
    day = next((value for value in values if isinstance(value, date)), None)
    duration = next((value for value in values if isinstance(value, Duration)), None)
    months = _months(duration) * (-1 if isinstance(node, Binary) and node.operator == "-" else 1)
    if day is not None and _shortened(day, months):
        yield day, months, node
    for child in children(node):
        yield from _sums(child)


def _in_fields(checked: Checked, clause: Clause) -> Iterator[Diagnostic]:
    limit = clause.limit if clause.limit is not None and clause.limit.mode == "duration" else None
    months = _months(constant_of(limit.function)) if limit is not None else 0
    if months and not clause.plain:
        days = (day for row in checked.rows if (day := _day_of(row, clause)) and _shortened(day, months))
        if (day := min(days, default=None)) is not None:
            yield _month_end(day, months, field_of(clause, clause.limit_field))
    first = constant_day_of_first(clause) or begins(checked.program, clause)
    if first is None or first.day < NEAR_THE_END:
        return
    if clause.every is not None and _months(constant_of(clause.every)):
        yield _month_end(first, _months(constant_of(clause.every)), field_of(clause, "every"), always=True)
    if clause.plain and _shortened(first, months):
        yield _month_end(first, months, field_of(clause, clause.limit_field))


def _day_of(row: Mapping[str, Any], clause: Clause) -> date | None:
    """The day of a row of a timeline whose event makes an instance of a clause."""
    if str(row.get("event")).rpartition(".")[2] not in {event.name for event in event_types(clause.for_each)}:
        return None
    try:
        return parse_date(str(row.get("date"))[:10])
    except ValueError:
        return None


def constant_day_of_first(clause: Clause) -> date | None:
    """The day from which periods are counted, where it is written as one."""
    value = constant_of(clause.first)
    return value if isinstance(value, date) else None


def _months(duration: Any) -> int:
    """The months of a duration; 0 for one of days, hours or nothing."""
    if not isinstance(duration, Duration):
        return 0
    return sum(abs(count) for kind, count in duration.steps if kind == "month")


def _shortened(day: date, months: int) -> bool:
    """Whether so many months lead from a day to the last one of a shorter month."""
    try:
        return add_months(day, months).day != day.day
    except NoSuchDay:
        return False


def _month_end(day: date, months: int, place: Place, *, always: bool = False) -> Diagnostic:
    steps = f"{months} month{'s' if abs(months) != 1 else ''}"
    if always:
        message = f"periods of {steps} from {day} begin on a day that not every month has"
    else:
        message = f"{steps} from {day} is taken as {add_months(day, months)}, the last day of a shorter month"
    return finding("DC616", "info", message, place, "say what is meant with month_end: last_day or next_day")


def hours_from_dates(checked: Checked) -> Iterator[Diagnostic]:
    """A limit in hours whose events the timelines give by day only."""
    dated = {str(row["event"]).rpartition(".")[2] for row in checked.rows
             if "event" in row and "at" not in row and "T" not in str(row.get("date"))}  # fmt: skip
    for clause in checked.program.clauses:
        duration = constant_of(clause.limit.function) if clause.limit and clause.limit.mode == "duration" else None
        if not isinstance(duration, Duration) or not duration.in_hours:
            continue
        events = [event.name for event in event_types((*clause.for_each, *clause.act)) if event.name in dated]
        if events:
            message = f"'{clause.name}' has a limit of {duration}, and timelines give '{events[0]}' by its day only"
            yield finding("DC617", "info", message, field_of(clause, clause.limit_field),
                          "hours from a date count from the end of that day: give a time, as in 2025-01-10T09:00")  # fmt: skip


def stale_knowledge(checked: Checked) -> Iterator[Diagnostic]:
    """An agreement of which nothing is known up to the day that is asked for."""
    for agreement in checked.program.agreements:
        known, last = agreement.known_through, constant_day(agreement.end)
        if checked.as_of and known and known < checked.as_of and not (last and last <= known):
            days = (checked.as_of - known).days
            message = f"'{agreement.name}' is known through {known} only, {days} day{'s' if days != 1 else ''} before {checked.as_of}"
            yield finding("DC620", "warning", message, agreement.place.at("known_through"), "read the sources again, and move the date")


CHECKS = (months_near_month_ends, hours_from_dates, stale_knowledge)
