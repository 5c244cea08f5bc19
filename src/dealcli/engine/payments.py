"""Payments: one payment settles once, over the open debts that it matches, oldest first."""

from __future__ import annotations

from typing import Any

from dealcli.engine.judge import Act
from dealcli.engine.matching import age
from dealcli.engine.performance import note_performer, perform, perform_late
from dealcli.engine.records import Event, Occurrence, Position
from dealcli.engine.run import Run
from dealcli.engine.shown import show
from dealcli.language import values
from dealcli.language.values import UNKNOWN

READY = {"in_force", "suspended", "displaced", "breached"}
"""The stages in which a debt takes a payment; in any other the payment is for another debt."""


def apply_payment(run: Run, acts: list[Act], occurrence: Occurrence, taken: set[int] | None = None) -> None:
    """A payment settles once, over the open debts that it matches, oldest first; the rest is an overpayment."""
    event = occurrence.event
    assert event is not None
    closed = [act for act in acts if act.late and not act.position.owed]
    served = {act.position.seq for act in acts if not act.late}
    open_acts = [act for act in acts if act not in closed and not _remedied(act.position, served)]
    queue = [act for act in sorted(open_acts, key=lambda a: (age(a.position), a.position.clause.order))
             if taken is None or act.position.seq not in taken]  # fmt: skip
    sure_order = _order_known(run, queue, event)
    rest: dict[str, Any] = {}
    for act in queue:
        position = act.position
        attribute = position.clause.paid_with
        given = rest.get(attribute, event.values.get(attribute))
        if given is None:
            continue
        if not values.is_unknown(given) and values.amount_number(given) == 0 and attribute in rest:
            continue
        if position.clause.counts_prior:
            run.counted.add((position.clause, event.seq))
        rest[attribute] = _pay(run, act, given, occurrence, sure_order and act.fits is True)
        if taken is not None:
            taken.add(position.seq)
    if occurrence.certain is True:
        _overpaid(run, [*open_acts, *closed], rest, occurrence)


def _order_known(run: Run, queue: list[Act], event: Event) -> bool:
    """Whether it is known which debts a payment reaches: those due first, or all of them; not where a limit is unknown."""
    if len(queue) < 2 or not any(values.is_unknown(act.position.limit) for act in queue):
        return True
    owed: Any = 0
    for act in queue:
        amount = run.state.amount_of(act.position)
        if amount is None:
            return False
        owed = values.add(owed, values.add(amount, act.position.paid, -1))
    given = event.values.get(queue[0].position.clause.paid_with)
    return given is not None and values.compare(">=", given, owed) is True


def _remedied(position: Position, served: set[int]) -> bool:
    """A breached debt with an open remedy that the payment serves gets none of it."""
    if "breached" not in position.stages:
        return False
    waiting = list(position.offspring)
    while waiting:
        other = waiting.pop()
        if "in_force" in other.stages and other.seq in served:
            return True
        waiting.extend(other.offspring)
    return False


def _pay(run: Run, act: Act, given: Any, occurrence: Occurrence, sure: bool) -> Any:
    """Pay towards one debt; what is left over. ``sure``: it is known that the payment, should it have been made, is for this one."""
    position, clause = act.position, act.position.clause
    ready = set(position.stages) <= READY
    amount = run.state.amount_of(position)
    note_performer(position, occurrence)
    owed = values.add(amount, position.paid, -1) if amount is not None else None
    if owed is None or values.is_unknown(owed) or values.is_unknown(given) or not sure:
        known = sure and act.certain is True and not values.is_unknown(given)
        position.paid = values.add(position.paid, given) if known else UNKNOWN
        (perform_late if act.late else perform)(run, position, occurrence, UNKNOWN)
        return values.multiply(given, 0) if owed is None and known else UNKNOWN
    if act.certain is not True:  # should it have been made, this is what it did
        position.paid = UNKNOWN
        run.touch("position", clause, position.names)
        if values.compare(">=", given, owed) is not True:
            return values.multiply(given, 0)
        (perform_late if act.late else perform)(run, position, occurrence, UNKNOWN)
        return values.add(given, owed, -1) if ready else UNKNOWN
    if not _may_settle(run, position):  # paid ahead: it goes on growing until its period is over
        position.paid = values.add(position.paid, given)
        run.touch("position", clause, position.names)
        return values.multiply(given, 0)
    enough = values.compare(">=", given, owed) is True
    position.paid = amount if enough and values.compare(">", owed, values.multiply(owed, 0)) is True else values.add(
        position.paid, given if not enough else values.multiply(given, 0)
    )  # fmt: skip
    left = values.add(given, owed, -1) if enough and values.amount_number(owed) > 0 else (
        given if enough else values.multiply(given, 0)
    )  # fmt: skip
    if "pending" in position.stages:  # perhaps nothing was due yet
        position.paid = UNKNOWN
    run.touch("position", clause, position.names)
    if enough:
        if act.late:
            perform_late(run, position, occurrence)
        else:
            perform(run, position, occurrence)
    return left if ready else UNKNOWN


def _may_settle(run: Run, position: Position) -> bool:
    """A recurring debt that still accrues is settled only once its period is over."""
    period = position.names.get("period")
    return not (position.clause.accrues and isinstance(period, values.Period) and run.state.today <= period.end)


def _overpaid(run: Run, acts: list[Act], rest: dict[str, Any], occurrence: Occurrence) -> None:
    event = occurrence.event
    assert event is not None
    attribute = acts[0].position.clause.paid_with
    left = rest.get(attribute, event.values.get(attribute))
    if left is None or values.is_unknown(left) or values.amount_number(left) <= 0:
        return
    run.find("overpayment", "info", f"{acts[0].position.clause.title}: {show(left)} more than was owed", position=acts[0].position,
             occurrence=occurrence)  # fmt: skip
