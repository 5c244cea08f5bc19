"""Clauses that are never in force, duties that nothing can breach, powers that nobody can use, exceptions to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from dealcli.analysis.checks.checked import Checked, apart, begins, constant_day, ends, field_of, finding, key_of, owner
from dealcli.analysis.checks.stages import can_be_put_off
from dealcli.analysis.checks.wording import ways
from dealcli.diagnostics import Diagnostic, Place
from dealcli.engine.program import Agreement, Clause, Program
from dealcli.language.tree import Binary, Name, Node
from dealcli.language.triggers import Branch, event_types


def never_in_force(checked: Checked) -> Iterator[Diagnostic]:
    """A span that is over before it begins, alone or together with that of the agreement."""
    for agreement in checked.program.agreements:
        first, last = constant_day(agreement.begin), constant_day(agreement.end)
        if first and last and last < first:
            message = f"'{agreement.name}' is never in force: its last day {last} comes before its first day {first}"
            yield finding("DC613", "warning", message, agreement.place.at("until"))
    for clause in checked.program.clauses:
        first, last = begins(checked.program, clause), ends(checked.program, clause)
        own = clause.begin is not None or clause.end is not None
        if first and last and last < first and own:
            message = f"'{clause.name}' is never in force: its last day {last} comes before its first day {first}"
            yield finding("DC613", "warning", message, field_of(clause, "until" if clause.end else "from"))
        elif clause.end is not None and first is None and last is not None:
            yield from _over_before_the_agreement(checked.program, clause)


def _over_before_the_agreement(program: Program, clause: Clause) -> Iterator[Diagnostic]:
    last, start = constant_day(clause.end), constant_day(owner(program, clause).begin)
    if last and start and last < start:
        message = f"'{clause.name}' is never in force: its last day {last} comes before its agreement begins on {start}"
        yield finding("DC613", "warning", message, field_of(clause, "until"))


def unbreachable(checked: Checked) -> Iterator[Diagnostic]:
    """A binding duty to act that has no limit and that nothing breaches: it can be put off for ever."""
    for clause in checked.program.clauses:
        if can_be_put_off(clause) and clause.binding is not False and not clause.restates:
            message = f"'{clause.name}' can be put off for ever: it has no limit, and nothing breaches it"
            yield finding("DC610", "info", message, key_of(clause.place), "add within:, due: or before:, or breached_by:")


def unusable(checked: Checked) -> Iterator[Diagnostic]:
    """A power that no one bears, or whose exercise is not published."""
    for clause in checked.program.clauses:
        if clause.kind != "power":
            continue
        if not clause.bearers:
            yield finding("DC611", "warning", f"nobody can exercise '{clause.name}': nobody bears it", key_of(clause.place))
        elif clause.act_undisclosed and not clause.act:
            message = f"nobody can exercise '{clause.name}': what exercises it is not disclosed"
            yield finding("DC611", "info", message, field_of(clause, "act"), "leave act: out to exercise it by 'exercise:' in a timeline")
        elif strangers := _others(checked.program, clause):
            message = f"nobody can exercise '{clause.name}': its act is always that of {' or '.join(strangers)}, who does not bear it"
            yield finding("DC611", "warning", message, field_of(clause, "act"), "let the bearer do it, or name others in performed_by:")


def _others(program: Program, clause: Clause) -> list[str]:
    """The parties, none of them a bearer, of whom every way to exercise a power asks that they act; empty if one asks nobody."""
    written = ways(clause.raw.get("act"))
    if clause.anyone or clause.performed_by is not None or "" in clause.bearer_names or len(written) != len(clause.act):
        return []
    found = [_doer(program, branch, conditions) for branch, conditions in zip(clause.act, written, strict=True)]
    if any(name is None or any(program.acts_for(name, bearer) for bearer in clause.bearer_names) for name in found):
        return []
    return list(dict.fromkeys(name for name in found if name))


def _doer(program: Program, branch: Branch, conditions: tuple[Node, ...]) -> str | None:
    """The party that an act must be done by, where its conditions name one."""
    for node in conditions:
        match node:
            case Binary(operator="=", left=Name(name=doer), right=Name(name=party)) if branch.event and doer == branch.event.doer:
                return party if party in program.parties else None
    return None


def exceptions_to_nothing(checked: Checked) -> Iterator[Diagnostic]:
    """An exception with an act that is never one of the acts of what it excepts."""
    for clause in checked.program.clauses:
        acts = set(event_types(clause.act))
        for target in clause.exception_to:
            if apart(checked.program, clause, target):
                yield _excepts_nothing(clause, target, "they are never in force together", "correct one of their spans")
            if not acts or target.act_undisclosed or acts & set(event_types(target.act)):
                continue
            names = ", ".join(event.name for event in event_types(target.act))
            why = f"its act is never one of {names}" if names else f"'{target.name}' has no act that could be excused"
            yield _excepts_nothing(clause, target, why, "name the same event in act:, or leave act: out to displace the whole clause")


def _excepts_nothing(clause: Clause, target: Clause, why: str, hint: str) -> Diagnostic:
    message = f"'{clause.name}' is an exception to nothing of '{target.name}': {why}"
    return finding("DC612", "warning", message, field_of(clause, "exception_to"), hint, ((key_of(target.place), f"'{target.name}'"),))


def broken_successions(checked: Checked) -> Iterator[Diagnostic]:
    """A successor that begins days after the old one ended, or on its last day."""
    program = checked.program
    heirs: list[Agreement | Clause] = [*program.agreements, *program.clauses]
    for heir in heirs:
        first = begins(program, heir)
        for replacement in heir.replaces if first else ():
            old_ones: list[Agreement | Clause] = list(replacement.clauses)
            if replacement.agreement is not None:
                old_ones.append(program.agreement(replacement.agreement.name))
            for old in old_ones:
                yield from _succession(program, heir, old, replacement.place)


def _succession(program: Program, heir: Agreement | Clause, old: Agreement | Clause, place: Place) -> Iterator[Diagnostic]:
    first, last = begins(program, heir), ends(program, old)
    if first is None or last is None:
        return
    related = ((key_of(old.place) if old.place.route else old.place.at("until"), f"the last day of '{old.name}' is {last}"),)
    days = (first - last).days - 1
    if days > 0:
        span = f"{last + timedelta(1)} to {first - timedelta(1)}" if days > 1 else str(last + timedelta(1))
        message = f"'{heir.name}' begins on {first}, '{old.name}' ends on {last}: neither is in force on {span}"
        yield finding("DC614", "warning", message, place, "begin on the day after the last one", related)
    elif first == last:
        message = f"'{heir.name}' begins on the last day of '{old.name}', {last}, which is cut off"
        yield finding("DC614", "warning", message, place, "a last day is included: begin on the day after it", related)


CHECKS = (never_in_force, unbreachable, unusable, exceptions_to_nothing, broken_successions)
