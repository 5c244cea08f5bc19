"""Performing a duty: in time, late, within the cure; and who did it."""

from __future__ import annotations

from dealcli.engine.change import cue, fix_amount
from dealcli.engine.records import Occurrence, Position
from dealcli.engine.run import Run
from dealcli.language import values
from dealcli.language.values import UNKNOWN, Truth


def note_performer(position: Position, occurrence: Occurrence) -> None:
    event = occurrence.event
    doer = event.values.get(event.type.doer) if event is not None else None
    if doer is not None and doer is not UNKNOWN and doer not in position.performers:
        position.performers += (doer,)


def perform(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """The act was done in time: the duty is fulfilled, the condition met."""
    if certain is True:
        position.performed_on = occurrence.anchor
        fix_amount(run, position)
    cue(run, position, "performed", occurrence, certain=certain)
    cure_perhaps(run, position, occurrence, certain)


def cure_perhaps(run: Run, position: Position, occurrence: Occurrence, certain: Truth) -> None:
    """What was done may have come too late, where it is not known whether the limit had passed; within the cure it cures."""
    in_cure = _in_cure(run, position) if "breached" in position.stages and len(position.stages) > 1 else False
    if in_cure is not False:
        cue(run, position, "cured", occurrence, certain=values.both(certain, in_cure))


def _in_cure(run: Run, position: Position) -> Truth:
    limit = position.cure_limit
    return position.clause.cure_any_time if limit is None else values.compare("<=", run.moment, limit)


def perform_late(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """Late performance stays a breach, marked performed late; within the cure it cures."""
    clause = position.clause
    in_cure = _in_cure(run, position)
    if position.maybe_over:  # should it have been released, nothing more is done by it
        certain = values.both(certain, UNKNOWN)
    sure = certain is True and position.stages == ("breached",)
    position.maybe_performed_late = position.maybe_performed_late or not sure
    if sure:
        position.performed_on = occurrence.anchor
        position.performed_late = in_cure is not True
        fix_amount(run, position)
    if in_cure is not False:
        cue(run, position, "cured", occurrence, certain=values.both(certain, in_cure))
        return
    if sure:
        run.find("late_performance", "info", f"{clause.title}: performed late", position=position, occurrence=occurrence)
        position.entered["performed"] = occurrence.anchor
    if ("stage", clause, "performed") in run.program.listeners:
        run.queue.append(occurrence.then("stage", clause, "performed", certain=sure, position=position,
                                         names=dict(position.names)))  # fmt: skip
    run.touch("outcome", clause, position.names)
    if not position.undecided:
        run.state.open[clause].pop(position.seq, None)
