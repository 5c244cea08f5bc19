"""What the checks of meaning look at: a deal as a program, with the timelines beside it; and what they all need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from dealcli.dates import civil_day
from dealcli.diagnostics import Diagnostic, Place, Severity
from dealcli.engine.program import Agreement, Clause, Function, Program, Replacement, When
from dealcli.language.scope import Env
from dealcli.slotted import dataclass

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A deal to be checked, and the event rows written for it. ``as_of`` is the day for which it must be up to date, if any."""

    program: Program
    rows: Rows = ()
    as_of: date | None = None


def finding(code: str, severity: Severity, message: str, place: Place, hint: str = "",
            related: tuple[tuple[Place, str], ...] = ()) -> Diagnostic:  # fmt: skip
    """A problem of meaning: the deal can be evaluated, and is perhaps not what was meant."""
    return Diagnostic(code, message, place, hint=hint, severity=severity, related=related)


def key_of(place: Place) -> Place:
    """The name of a definition, and not its whole text."""
    return Place(place.path, place.route, place.document, on_key=True)


def field_of(clause: Clause, name: str) -> Place:
    """The key of a field of a clause, where its chosen reading or the clause itself writes it."""
    route = (*clause.place.route, "readings", clause.choice) if clause.choice else clause.place.route
    own = Place(clause.place.path, (*route, name), clause.place.document, on_key=True)
    return own if name in clause.raw else key_of(clause.place)


def constant_day(when: When | None) -> date | None:
    """The day of a begin, end or limit that is written as one, or as terms; None where it depends on what happens."""
    if when is None or when.mode != "value" or when.function is None or any(read.kind != "term" for read in when.reads):
        return None
    value = constant_of(when.function)
    return civil_day(value) if isinstance(value, date | datetime) else None


def constant_of(function: Function | None) -> Any:
    """The value of an expression that looks at nothing; None where it does."""
    if function is None:
        return None
    try:
        return function(Env(None))
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError):
        return None


def owner(program: Program, clause: Clause) -> Agreement:
    """The agreement that a clause stands in."""
    return program.agreement(clause.agreement)


def begins(program: Program, thing: Clause | Agreement) -> date | None:
    """The day on which a clause or agreement begins, where it is written as one; a clause's own, else its agreement's."""
    own = constant_day(thing.begin)
    if own is None and isinstance(thing, Clause) and thing.begin is None and thing.plain:
        return constant_day(owner(program, thing).begin)
    return own


def ends(program: Program, thing: Clause | Agreement) -> date | None:
    """The last day of a clause or agreement, where it is written as one; a clause's own, else its agreement's."""
    own = constant_day(thing.end)
    if own is None and isinstance(thing, Clause) and thing.end is None and not thing.survives:
        return constant_day(owner(program, thing).end)
    return own


def first_day(program: Program, clause: Clause) -> date | None:
    """The day before which no instance of a clause is in force, where it is written as one."""
    return begins(program, clause) or begins(program, owner(program, clause))


def last_day(program: Program, clause: Clause) -> date | None:
    """The last day of a clause: as it is written, or the day before something certain replaces it."""
    heirs: list[Agreement | Clause] = [*program.agreements, *program.clauses]
    first = [begins(program, heir) for heir in heirs if any(_replaced(clause, one) for one in heir.replaces)]
    days = [ends(program, clause), *(day - timedelta(1) for day in first if day)]
    return min((day for day in days if day), default=None)


def _replaced(clause: Clause, replacement: Replacement) -> bool:
    """Whether a replacement that depends on nothing ends a clause, by itself or with its agreement."""
    whole = replacement.agreement is not None and replacement.agreement.name == clause.agreement
    return replacement.when is None and (clause in replacement.clauses or (whole and clause not in replacement.excepted))


def apart(program: Program, one: Clause, other: Clause) -> bool:
    """Whether one of two clauses is over, as far as that is written, before the other begins."""
    first, last = [first_day(program, clause) for clause in (one, other)], [last_day(program, clause) for clause in (one, other)]
    return any(end and begin and end < begin for end, begin in zip(last, reversed(first), strict=True))


def scalars(tree: Any, route: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a tree with the way to it."""
    members: Iterable[tuple[str | int, Any]]
    if isinstance(tree, Mapping):
        members = tree.items()
    elif isinstance(tree, list):
        members = enumerate(tree)
    else:
        if isinstance(tree, str):
            yield route, tree
        return
    for step, value in members:
        yield from scalars(value, (*route, step))
