"""From each cause to what it can change: listeners of occurrences, readers of state, and the order of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dealcli.engine.definitions import Compiler
from dealcli.engine.program import Agreement, Clause, Listener, Program, Watch
from dealcli.language.declarations import Fact, Fluent, Measure, Read
from dealcli.language.triggers import Branch

ROLES = ("act", "waived_by", "discharged_by", "breached_by")
Key = tuple[Any, ...]


def index(program: Program, compiler: Compiler) -> None:
    """Fill in ``listeners``, ``readers`` and ``watches`` of a program, and the rank of every gate.

    A problem DC320 names a cycle of conditions within one instant.
    """
    listeners: dict[Key, list[Listener]] = {}
    watches: list[Watch] = []
    for listener in _all_listeners(program):
        _listen(listener, listener.branch, listeners, watches, program)
    program.listeners = {key: tuple(found) for key, found in listeners.items()}
    program.watches = tuple(watches)
    for clause in program.clauses:
        clause.own_watches = tuple(_own_watches(clause))
        clause.restless = _restless(clause, program.agreement(clause.agreement))
    _rank(program, compiler)
    readers: dict[Key, dict[tuple[int, int], tuple[Any, bool]]] = {}
    for owner, reads in _all_readers(program):
        for read in flat_reads(reads):
            known = readers.setdefault((read.kind, read.thing), {})
            slot = (id(owner), owner.order)
            local = read.local and isinstance(owner, Clause) and known.get(slot, (owner, True))[1]
            known[slot] = (owner, local)
    program.readers = {key: tuple(found.values()) for key, found in readers.items()}


def _restless(clause: Clause, agreement: Agreement) -> bool:
    """Whether what a position of the clause has become can move the position itself.

    Its gate is moved by what its conditions read, which has it looked at again; all else that a look reads is named here.
    """
    conditions = (clause.own_watches, clause.holds, clause.maintain, clause.begin, clause.end, agreement.end, clause.cure)
    by_day = clause.limit is not None and clause.limit.mode != "duration"
    return any(conditions) or by_day or clause.accrues or clause.counts_prior or clause.every is not None


def _all_listeners(program: Program) -> Iterable[Listener]:
    for clause in program.clauses:
        for role in ROLES:
            yield from (Listener(role, clause, branch) for branch in getattr(clause, role))
        for role, when in (("from", clause.begin), ("until", clause.end), ("limit", clause.limit), ("not_before", clause.not_before)):
            if when is not None and when.mode == "trigger":
                yield from (Listener(role, clause, branch) for branch in when.branches)
        yield from (Listener("for_each", clause, branch) for branch in clause.for_each)
    for update in sorted(program.updates, key=lambda u: u.order):
        yield from (Listener("update", update, branch) for branch in update.branches)
    for effect in program.effects:
        yield from (Listener("effect", effect, branch) for branch in effect.upon)
    for agreement in program.agreements:
        for role, when in (("begins", agreement.begin), ("expires", agreement.end)):
            if when is not None and when.mode == "trigger":
                yield from (Listener(role, agreement, branch) for branch in when.branches)
        yield from (Listener("completes", agreement, branch) for branch in agreement.completed)


def _listen(listener: Listener, branch: Branch, listeners: dict[Key, list[Listener]], watches: list[Watch],
            program: Program) -> None:  # fmt: skip
    for key in _causes(branch):
        listeners.setdefault(key, []).append(listener)
    scoped = isinstance(listener.owner, Clause) and listener.role != "for_each"
    owner = listener.owner.thing if hasattr(listener.owner, "thing") else listener.owner
    if branch.kind in ("condition", "date") and not scoped:
        watches.append(Watch(branch, branch.reads, getattr(owner, "agreement", ""), order=len(watches)))
    if branch.kind == "fact" and branch.fact is not None and branch.fact.computed is not None:
        if not any(watch.thing is branch.fact for watch in watches):
            watches.append(Watch(branch, branch.fact.reads, branch.fact.agreement, order=len(watches), thing=branch.fact))
    for inner in branch.inner:
        _listen(Listener("delay", (listener, branch), inner), inner, listeners, watches, program)


def _causes(branch: Branch) -> Iterable[Key]:
    if branch.kind == "event":
        yield ("event", branch.event)
    elif branch.kind == "stage":
        yield from (("stage", branch.clause, stage) for stage in branch.stages)
    elif branch.kind == "agreement":
        yield from (("agreement", branch.agreement, stage) for stage in branch.stages)
    elif branch.kind == "fact":
        yield ("fact", branch.fact, branch.value)
    else:
        yield (branch.kind, branch)


def all_reads(clause: Clause) -> frozenset[Read]:
    """Everything a clause looks at: its fields, the conditions and facts in its triggers, and what its effects read."""
    reads = set(clause.reads).union(clause.gate_reads, *(effect.reads for effect in clause.effects))
    for branch in (*clause.for_each, *clause.act, *clause.waived_by, *clause.discharged_by, *clause.breached_by):
        reads |= branch.reads
        if branch.fact is not None:
            reads.add(Read("fact", branch.fact))
    return frozenset(reads)


def moved_for(program: Program, clause: Clause) -> set[Any]:
    """The facts and measures that a clause reads, and those that these are moved by."""
    found: set[Any] = set()
    waiting = list(flat_reads(all_reads(clause)))
    while waiting:
        thing = waiting.pop().thing
        if thing in found:
            continue
        found.add(thing)
        for update in program.updates:
            if update.thing is thing:
                facts = [Read("fact", fact) for branch in update.branches for fact in _facts_of(branch)]
                waiting.extend(flat_reads([*update.reads, *facts]))
    return found


def _facts_of(branch: Branch) -> Iterable[Fact]:
    if branch.fact is not None:
        yield branch.fact
    for inner in branch.inner:
        yield from _facts_of(inner)


def _all_readers(program: Program) -> Iterable[tuple[Any, frozenset[Read]]]:
    for clause in program.clauses:
        reads = set(clause.reads) | {Read("agreement", program.deal.agreements[clause.agreement])}
        for exception in clause.exceptions:
            if not exception.act:
                reads.add(Read("stage", exception, bool(set(exception.keys) & set(clause.keys))))
        for _, branch in clause.own_watches:
            reads |= branch.reads
        yield clause, frozenset(reads)
    for watch in program.watches:
        yield watch, watch.reads
    for agreement in program.agreements:
        yield agreement, agreement.reads


def _own_watches(clause: Clause) -> Iterable[tuple[str, Branch]]:
    """``(condition) becomes true`` and dates inside an instance: in its trigger fields other than ``for_each``."""
    groups: list[tuple[str, tuple[Branch, ...]]] = [(role, getattr(clause, role)) for role in ROLES]
    groups += [(role, when.branches) for role, when in (("from", clause.begin), ("until", clause.end), ("limit", clause.limit)) if when]
    for role, branches in groups:
        yield from ((role, branch) for branch in branches if branch.kind in ("condition", "date"))


def flat_reads(reads: Iterable[Read]) -> set[Read]:
    """Reads with computed facts and measures replaced by what these read; local only where every step is."""
    found: set[Read] = set()
    seen: set[tuple[Any, bool]] = set()
    waiting = [(read, read.local) for read in reads]
    while waiting:
        read, local = waiting.pop()
        if read.kind == "term":
            continue
        if isinstance(read.thing, Fluent) and read.thing.computed is not None:
            if (read.thing, local) not in seen:
                seen.add((read.thing, local))
                waiting.extend((inner, local and inner.local) for inner in read.thing.reads)
            continue
        found.add(Read(read.kind, read.thing, local))
    return found


# --- the order of conditions -----------------------------------------------------------------------------------------


def _rank(program: Program, compiler: Compiler) -> None:
    """Ranks gates so that what is read is settled before its readers; reports a cycle by name."""
    from graphlib import CycleError, TopologicalSorter

    graph: dict[Any, list[Any]] = {}
    for fluent in (*program.facts, *program.measures):
        if fluent.computed is not None:
            graph[fluent] = _edges(fluent.reads)
    for clause in program.clauses:
        needs = _edges(clause.gate_reads)
        needs += [exception for exception in clause.exceptions if not exception.act]
        graph[clause] = needs
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle = error.args[1]
        names = " -> ".join(thing.full for thing in reversed(cycle))
        first = min((t for t in cycle), key=lambda t: t.order)
        compiler.problem("DC320", f"these conditions depend on each other at the same instant: {names}", first.place,
                         "let one of them follow an occurrence (becomes ...), or a fact with starts and ends")  # fmt: skip
        return
    ranks = {thing: number for number, thing in enumerate(order)}
    for clause in program.clauses:
        clause.rank = ranks.get(clause, 0)
    for watch in program.watches:
        depends = [ranks.get(r.thing, 0) for r in watch.reads if isinstance(r.thing, Clause | Fact | Measure)]
        watch.rank = max(depends, default=-1) + 1


def _edges(reads: Iterable[Read]) -> list[Any]:
    things = {read.thing for read in reads if _is_edge(read)}
    return sorted(things, key=lambda thing: thing.order)


def _is_edge(read: Read) -> bool:
    if read.kind == "stage":
        return isinstance(read.thing, Clause)
    return read.kind in ("fact", "measure") and read.thing.computed is not None


__all__ = ["Agreement", "index"]
