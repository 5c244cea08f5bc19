"""Clauses that wait for a stage that another clause never reaches, and remedies that outlast what they remedy."""

from __future__ import annotations

from collections.abc import Iterator

from dealcli.analysis.checks.checked import Checked, field_of, finding, key_of
from dealcli.analysis.checks.wording import demands_of
from dealcli.diagnostics import Diagnostic
from dealcli.engine.program import Clause, Program
from dealcli.language.tree import Attribute, Call, Is, Name, Node, children
from dealcli.language.triggers import Branch

OPTIONS = ("permission", "right", "power")


def never_reached(checked: Checked) -> Iterator[Diagnostic]:
    """A clause that is made by, begins with, or binds while another is at a stage that it cannot reach."""
    for clause in checked.program.clauses:
        waiting = {"for_each": clause.for_each, "from": clause.begin.branches if clause.begin else ()}
        for name, branches in waiting.items():
            if branches and all(_never_occurs(branch) for branch in branches):
                yield _for_nothing(clause, name, branches[0].clause, branches[0].stages[0])
        for other, stage in _demanded(checked.program, clause):
            if _never(other, stage):
                yield _for_nothing(clause, "while", other, stage)


def _for_nothing(clause: Clause, name: str, other: object, stage: str) -> Diagnostic:
    assert isinstance(other, Clause)
    message = f"'{clause.name}' is never in force: '{other.name}' cannot become {stage}"
    hint = f"give '{other.name}' a limit" + (", or breached_by:" if stage == "breached" else "")
    return finding("DC613", "warning", message, field_of(clause, name), hint, ((key_of(other.place), f"'{other.name}'"),))


def _never_occurs(branch: Branch) -> bool:
    if branch.kind != "stage" or not isinstance(branch.clause, Clause):
        return False
    return all(_never(branch.clause, stage) for stage in branch.stages)


def _never(clause: Clause, stage: str) -> bool:
    """Whether nothing can bring a clause to a stage: no limit that passes, no act that breaks it."""
    if clause.limit is not None or clause.every is not None:
        return False
    match stage:
        case "breached":
            return can_be_put_off(clause)
        case "lapsed":
            return clause.kind in OPTIONS
        case "failed":
            return clause.kind == "condition" and clause.end is None and not clause.breached_by
    return False


def can_be_put_off(clause: Clause) -> bool:
    """Whether a clause is a duty to act that has no limit and that nothing breaches."""
    duty = clause.kind == "obligation" and clause.group == "duty" and clause.every is None
    return duty and clause.limit is None and not clause.breached_by


def unending_remedies(checked: Checked) -> Iterator[Diagnostic]:
    """A clause that binds while another is breached, which late performance does not end: a breach stays without a cure."""
    for clause in checked.program.clauses:
        for other, stage in _demanded(checked.program, clause):
            curable = other.cure is not None or other.cure_any_time
            if stage == "breached" and other.kind == "obligation" and other.group == "duty" and not curable and not _never(other, stage):
                message = f"'{clause.name}' goes on when '{other.name}' is performed late: without a cure it stays breached"
                yield finding("DC622", "info", message, field_of(clause, "while"),
                              f"give '{other.name}' a cure:, such as cure: any_time, or ask for what is still owed",
                              ((key_of(other.place), f"'{other.name}'"),))  # fmt: skip


def _demanded(program: Program, clause: Clause) -> Iterator[tuple[Clause, str]]:
    """The clauses that must be at one stage for a clause to bind, each with that stage.

    Nothing where the same condition says more of it: whether it was performed, or what is owed.
    """
    demands = list(demands_of(clause.raw.get("while")))
    for node in demands:
        asked = node.arguments[0].value if isinstance(node, Call) and node.name == "any" and len(node.arguments) == 1 else node
        if not isinstance(asked, Is) or asked.negated or len(asked.stages) != 1:
            continue
        other = _named(program, clause, asked.subject)
        if other is not None and not any(_mentions(more, other.name) for more in demands if more is not node):
            yield other, asked.stages[0]


def _named(program: Program, clause: Clause, node: Node) -> Clause | None:
    match node:
        case Name(name=name):
            found = [one for one in program.clauses if one.name == name]
            own = [one for one in found if one.agreement == clause.agreement]
            return own[0] if own else found[0] if len(found) == 1 else None
        case Attribute(base=Name(name=agreement), name=name):
            return next((one for one in program.clauses if one.full == f"{agreement}.{name}"), None)
    return None


def _mentions(node: Node, name: str) -> bool:
    return getattr(node, "name", "") == name or any(_mentions(child, name) for child in children(node))


CHECKS = (never_reached, unending_remedies)
