"""Two clauses of one party of which one forbids what the other requires or permits."""

from __future__ import annotations

from collections.abc import Iterator

from dealcli.analysis.checks.checked import Checked, apart, field_of, finding, owner
from dealcli.analysis.checks.wording import never_together, ways
from dealcli.diagnostics import Diagnostic
from dealcli.engine.program import Clause, Program
from dealcli.language.declarations import EventType
from dealcli.language.tree import Node

REQUIRES = ("obligation", "permission", "right", "power")


def possible_conflicts(checked: Checked) -> Iterator[Diagnostic]:
    """One clause requires or permits what another forbids to the same party, and neither excepts the other."""
    forbidding = [clause for clause in checked.program.clauses if clause.kind == "prohibition" and clause.act]
    for clause in checked.program.clauses:
        if clause.kind not in REQUIRES or not clause.act:
            continue
        for other in forbidding:
            shared = _shared(clause, other)
            if shared and set(clause.bearer_names) & set(other.bearer_names) - {""} and not _reconciled(checked.program, clause, other):
                yield _conflict(clause, other, min(shared))


def _shared(clause: Clause, other: Clause) -> set[str]:
    """The events that may be an act of both clauses, by name."""
    found: set[str] = set()
    for own, wanted in _ways(clause):
        for theirs, forbidden in _ways(other):
            if not never_together(wanted, forbidden):
                found.update(event.name for event in set(own) & set(theirs))
    return found


def _ways(clause: Clause) -> Iterator[tuple[tuple[EventType, ...], tuple[Node, ...]]]:
    """Each way to act with its events and what it demands of them, as far as that is written in the act."""
    written = ways(clause.raw.get("act"))
    for number, branch in enumerate(clause.act):
        yield branch.events, written[number] if len(written) == len(clause.act) else ()


def _conflict(clause: Clause, other: Clause, event: str) -> Diagnostic:
    conditions = any(one.gate_while or one.exclusions or any(branch.where for branch in one.act) for one in (clause, other))
    verb = "requires" if clause.kind == "obligation" else "permits"
    message = f"'{clause.name}' {verb} '{event}', which '{other.name}' forbids to the same party"
    message += ", perhaps at the same time" if conditions else ""
    return finding("DC615", "info" if conditions else "warning", message, field_of(clause, "act"),
                   f"add exception_to: {other.name}, or conditions that keep them apart",
                   ((field_of(other, "act"), f"forbidden by '{other.name}'"),))  # fmt: skip


def _reconciled(program: Program, clause: Clause, other: Clause) -> bool:
    """Whether one excepts, replaces or outlives the other, their spans do not meet, or one binds only while the other does not."""
    if clause.restates or other.restates or clause in other.exception_to:
        return True
    if any(other is one or _succeeds(program, one, other) for one in clause.exception_to):
        return True
    if apart(program, clause, other) or _opposed(clause, other) or _opposed(other, clause):
        return True
    return _succeeds(program, clause, other) or _succeeds(program, other, clause)


def _opposed(clause: Clause, other: Clause) -> bool:
    """Whether a clause binds only while a condition holds, and the other only while it does not."""
    wanted, written = clause.raw.get("while"), other.raw
    if not isinstance(wanted, str):
        return False
    return wanted == written.get("unless") or written.get("while") in (f"not {wanted}", f"not ({wanted})")


def _succeeds(program: Program, heir: Clause, old: Clause) -> bool:
    """Whether a clause or its agreement comes after the other, directly or by steps."""
    heirs = {one for one in (heir, owner(program, heir)) if one is not owner(program, old)}
    seen: set[object] = set()
    waiting: list[object] = [old, owner(program, old)]
    while waiting:
        one = waiting.pop()
        if one in heirs:
            return True
        if one in seen:
            continue
        seen.add(one)
        waiting.extend(getattr(one, "replaced_by", ()))
        waiting.extend(a for a in program.agreements if any(r.agreement is one for r in a.replaces))
    return False


CHECKS = (possible_conflicts,)
