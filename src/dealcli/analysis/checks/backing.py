"""Positions without a source, or against a better one; defaults with less behind them than another reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dealcli.analysis.checks.checked import Checked, field_of, finding, key_of
from dealcli.analysis.traceability import SOURCED
from dealcli.diagnostics import Diagnostic
from dealcli.engine.program import STANDINGS, Program


def without_source(checked: Checked) -> Iterator[Diagnostic]:
    """A clause of a deal with sources that rests on none and is not marked as assumed."""
    if not checked.program.sources:
        return
    for clause in checked.program.clauses:
        if not clause.sources and not clause.assumed:
            yield finding("DC618", "warning", f"'{clause.name}' rests on no source", key_of(clause.place), SOURCED)


def against_better_sources(checked: Checked) -> Iterator[Diagnostic]:
    """A clause that a source of better standing contradicts."""
    for clause in checked.program.clauses:
        own, other = _best(checked.program, clause.sources), _best(checked.program, clause.against)
        if other is not None and (own is None or other < own):
            rests = f"rests on {STANDINGS[own]}" if own is not None else "rests on nothing with a standing"
            message = f"'{clause.name}' {rests}, and a source of better standing ({STANDINGS[other]}) says otherwise"
            yield finding("DC621", "warning", message, field_of(clause, "against"), "make it a reading, and the better one the default")


def weak_defaults(checked: Checked) -> Iterator[Diagnostic]:
    """A default reading whose best source stands below that of another reading."""
    for question in checked.program.questions:
        if question.plausible:
            continue
        standing = {name: _best(checked.program, sources) for name, sources in question.backing}
        default = standing.get(question.default)
        better = [name for name, rank in standing.items() if rank is not None and default is not None and rank < default]
        if better and default is not None:
            message = f"the default reading '{question.default}' of '{question.name}' rests on {STANDINGS[default]}, "
            rank = standing[better[0]]
            message += f"'{better[0]}' on {STANDINGS[rank or 0]}"
            yield finding("DC619", "info", message, question.place.at("default"), "take the reading with the best source, or say why not")


def _best(program: Program, names: Iterable[str]) -> int | None:
    """The rank of the best standing behind something, 0 for a contract; None where nothing has one."""
    ranks = [STANDINGS.index(s.standing) for name in names if (s := program.sources.get(name)) and s.standing in STANDINGS]
    return min(ranks, default=None)


CHECKS = (without_source, against_better_sources, weak_defaults)
