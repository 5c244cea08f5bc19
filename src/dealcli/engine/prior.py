"""Earlier performance that counts: acts before a position was active are taken as if done at its activation."""

from __future__ import annotations

from dealcli.engine import lifecycle
from dealcli.engine.apply import apply_act
from dealcli.engine.change import cue, moment_from
from dealcli.engine.judge import Act
from dealcli.engine.matching import PERFORMABLE, holds_where, matches
from dealcli.engine.payments import apply_payment
from dealcli.engine.records import Event, Occurrence, Position
from dealcli.engine.run import Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.triggers import Branch
from dealcli.language.values import UNKNOWN


def count_prior(run: Run, position: Position) -> None:
    """Acts before activation are taken as if done at activation, in their order, if inside the limits."""
    clause = position.clause
    found: list[tuple[int, Event, Branch, str]] = []
    for role in ("act", "breached_by"):
        for branch in getattr(clause, role):
            for kind in branch.events:
                keys = tuple(key for key in clause.keys if key in kind.attributes)
                given = tuple(position.names.get(key) for key in keys)
                found.extend((e.seq, e, branch, role) for e in run.state.occurrences(kind, keys, given))
    for _, event, branch, role in sorted(found, key=lambda entry: entry[0]):
        if not _reachable(run, position):
            return
        earlier = Occurrence("event", event.type, "", position.anchor, event.certain, event, cause=run.cause)
        truth, _ = matches(run, position, branch, earlier) if role == "act" else (
            holds_where(branch, Env(run.state, position, event)), ""
        )  # fmt: skip
        truth = values.both(truth, event.certain or UNKNOWN)
        if truth is False or not _inside(run, position, event) or (clause, event.seq) in run.counted:
            continue
        if role == "breached_by":
            cue(run, position, "broken", earlier, certain=truth)
        elif clause.money:
            apply_payment(run, [Act(position, truth)], earlier)
        else:
            apply_act(run, Act(position, truth), earlier)


def _reachable(run: Run, position: Position) -> bool:
    """Whether an earlier act can still serve it; what does not bind is neither used nor broken."""
    if position.clause.group in lifecycle.DUTIES:
        return any(stage in PERFORMABLE for stage in position.stages)
    return run.state.binds(position) is not False


def _inside(run: Run, position: Position, event: Event) -> bool:
    """Whether an earlier act was inside the position's limits (``not_before`` and the limit itself)."""
    limit = position.limit_day
    if limit is not None and not values.is_unknown(limit) and values.compare(">", event.moment, limit) is True:
        return False
    start = position.clause.not_before
    return start is None or values.compare("<", event.moment, moment_from(run, position, start)) is not True
