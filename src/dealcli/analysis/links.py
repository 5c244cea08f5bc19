"""Which definitions name which clause: read off the compiled program, so that a word in a text does not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dealcli.engine.program import Clause, Program, Replacement, When
from dealcli.language.declarations import Fact, Measure, Read, Term
from dealcli.language.triggers import Branch

Link = tuple[object, str]
"""What is named, and by which field."""

TRIGGERS = ("for_each", "act", "breached_by", "waived_by", "discharged_by")
TIMES = (("begin", "from"), ("end", "until"), ("limit", ""), ("not_before", "not_before"))


def links(program: Program, clause: Clause) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a clause names, and what names it: clauses, facts and measures, each with how."""
    outward = [
        (full, how)
        for target, how in _named_by(clause)
        if (full := getattr(target, "full", "")) and target is not clause
    ]
    inward = [(other.full, how) for other in program.clauses if other is not clause
              for target, how in _named_by(other) if target is clause]  # fmt: skip
    inward += [
        (thing.full, "reads it")
        for thing in (*program.facts, *program.measures)
        if any(r.thing is clause for r in thing.reads)
    ]
    for update in program.updates:
        if any(target is clause for target in _of_branches(update.branches)):
            inward.append((update.thing.full, f"moved by it ({update.word})"))
    for effect in program.effects:
        if effect.target is clause:
            inward.append((effect.agreement, f"may {effect.verb} it"))
    for agreement in program.agreements:
        inward += [
            (agreement.name, "replaces it") for target in _of_replacements(agreement.replaces) if target is clause
        ]
    return sorted(set(outward)), sorted(set(inward))


def _named_by(clause: Clause) -> Iterator[Link]:
    """Everything that the fields of a clause name."""
    for field in TRIGGERS:
        yield from ((target, field) for target in _of_branches(getattr(clause, field)))
    for field, name in TIMES:
        when: When | None = getattr(clause, field)
        if when is not None:
            yield from (
                (target, name or clause.limit_field)
                for target in (*_of_branches(when.branches), *_of_reads(when.reads))
            )
    yield from ((target, "reads") for target in _of_reads(clause.reads | clause.gate_reads))
    yield from ((target, "exception_to") for target in clause.exception_to)
    yield from ((target, "restates") for target in clause.restates)
    yield from ((target, "replaces") for target in _of_replacements(clause.replaces))
    yield from ((effect.target, effect.verb) for effect in clause.effects)


def _of_reads(reads: Iterable[Read]) -> Iterator[object]:
    return (read.thing for read in reads if isinstance(read.thing, Clause | Fact | Measure | Term))


def _of_branches(branches: Iterable[Branch]) -> Iterator[object]:
    for branch in branches:
        yield from (thing for thing in (branch.clause, branch.fact) if thing is not None)
        yield from _of_reads(branch.reads)
        yield from _of_branches(branch.inner)


def _of_replacements(replacements: Iterable[Replacement]) -> Iterator[Clause]:
    for replacement in replacements:
        yield from replacement.clauses


# --- between clauses -------------------------------------------------------------------------------------------------

MADE = {"for_each": "makes", "act": "is done by", "breached_by": "breaks", "waived_by": "waives", "discharged_by": "discharges",
        "from": "begins", "until": "ends", "within": "limits", "due": "limits", "before": "limits", "not_before": "delays",
        "reads": "decides"}  # fmt: skip
"""What a clause does to another that names it in a field."""


class Edge(NamedTuple):
    """One clause that acts on another: what it does to it."""

    source: Clause
    target: Clause
    how: str


def edges(program: Program) -> list[Edge]:
    """Which clause makes, decides, excepts, replaces or ends which, in the order of the clauses; each pair once for each way."""
    found: dict[Edge, None] = {}
    for clause in program.clauses:
        for target, field in _named_by(clause):
            if not isinstance(target, Clause) or target is clause:
                continue
            if field in MADE:
                found[Edge(target, clause, MADE[field])] = None
            else:
                found[Edge(clause, target, "is an exception to" if field == "exception_to" else field)] = None
    decided = {(edge.source, edge.target) for edge in found if edge.how != "decides"}
    return [edge for edge in found if edge.how != "decides" or (edge.source, edge.target) not in decided]
