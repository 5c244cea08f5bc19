"""Changing a position: cues and gates go through the lifecycle tables, and every change is noted and made known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dealcli.dates import Duration, add, add_days, civil_day, end_of_day
from dealcli.engine import lifecycle
from dealcli.engine.gates import Gate
from dealcli.engine.program import When
from dealcli.engine.records import Moment, Move, Occurrence, Position, Transition
from dealcli.engine.run import RAN_OUT, WITHIN_DAY, DoesNotSettle, Run
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, AtLeast, Truth

MOST_ENTRIES = 3


def cue(run: Run, position: Position, name: str, occurrence: Occurrence, *, certain: Truth = True, anchor: Moment | None = None,
        also: tuple[str, ...] = (), note: dict[str, Any] | None = None) -> bool:  # fmt: skip
    """Something happens to a position itself. True if its possible stages changed.

    ``certain`` is UNKNOWN where it has only perhaps happened: then what it was stays possible. ``also`` are cues that may
    have come instead. ``anchor`` is the moment a clock counts from that starts here; ``note`` goes with a breach or use.
    """
    before = position.stages
    unseen = _unseen(position)
    after, after_unseen = (_after(position, stages, (name, *also), certain) for stages in (before, unseen))
    if set(after) != set(before) or set(after_unseen) != set(unseen):
        after += after_unseen
    if name == "restored" and position.gate == lifecycle.DOUBTFUL:
        after = list(lifecycle.through_gate(tuple(after), position.gates))
    stages = before if set(after) == set(before) else tuple(dict.fromkeys(after))
    anchor = anchor or occurrence.anchor
    again = _again(position, name, before)
    if stages == before and not again:
        return False
    if name == "broken" and "breached" in stages and len(stages) > 1:
        position.maybe_broken = True
    if stages == ("breached",) and (name == "broken" or before != stages) and name in lifecycle.SAID_BY["breached"]:
        _note_breach(run, position, occurrence, certain, note)
    _enter(run, position, stages, name, occurrence, anchor, again, certain is True and len(stages) == 1)
    return True


def _after(position: Position, stages: tuple[str, ...], names: tuple[str, ...], certain: Truth) -> list[str]:
    after: list[str] = []
    for stage in stages:
        outcomes = [outcome for name in names for outcome in _outcomes(position, name, stage)]
        after.extend(outcomes if certain is True else (stage, *outcomes))
    return after


def _unseen(position: Position) -> tuple[str, ...]:
    """The stage of a position that is held or displaced, but perhaps does not apply at all; it shows once something comes."""
    if not position.perhaps_shut or not {"suspended", "displaced"} & set(position.stages):
        return ()
    return ("pending" if position.maybe_started else lifecycle.DORMANT,)


def _outcomes(position: Position, name: str, stage: str) -> list[str]:
    uses = [False, True] if position.maybe_used and not position.uses else [bool(position.uses)]
    bound = position.bound or stage == "in_force"
    bounds = [False, True] if position.maybe_bound and not bound else [bound]
    breaks = [False, True] if position.maybe_broken and not position.breaches else [bool(position.breaches)]
    clause = position.clause
    group = clause.group
    clock = {"limit": clause.limit, "span_over": clause.end if clause.plain else None}.get(name)
    if clock is not None and clock.mode == "duration" and stage in ("new", "pending"):
        return [stage]  # it has not started
    return [lifecycle.after_cue(group, name, stage, bound=bound, broken=broken, used=used)
            for used in uses for bound in bounds for broken in breaks]  # fmt: skip


def _again(position: Position, name: str, before: tuple[str, ...]) -> str:
    """``breached`` and ``exercised`` occur at every breach and every use, also where the stage stays."""
    if name == "broken" and before == ("breached",) and position.clause.group == "prohibition":
        return "breached"
    return "exercised" if name == "used" else ""


def _note_breach(run: Run, position: Position, occurrence: Occurrence, certain: Truth, note: dict[str, Any] | None) -> None:
    """List a breach on the day on which it shows: the day after a missed limit."""
    if certain is True:
        entry = {"date": str(run.day), "cause": occurrence.describe()}
        position.breaches += (entry | (note or {}),)


def _enter(run: Run, position: Position, stages: tuple[str, ...], name: str, occurrence: Occurrence, anchor: Moment,
           again: str = "", certain: bool = True) -> None:  # fmt: skip
    """Set the stages, note the transition, let it be known, and keep the books of what is open.

    ``again`` is what occurs at this cue although it was so before, ``certain`` whether it certainly occurs.
    """
    clause, state = position.clause, run.state
    before, shown_before = position.stages, position.shown
    said = lifecycle.said(before, stages, clause.kind, name)
    position.stages = stages
    if position.shown != shown_before or not position.since_day:
        position.since, position.since_day = None if run.starting else run.moment, state.today
        _count_entry(run, position, occurrence)
    position.entered.update(dict.fromkeys(said, anchor))
    if run.tells and not run.starting:
        either = lifecycle.possible(stages, clause.kind) if len(stages) > 1 else ()
        run.note(Transition(run.moment, run.day, "position", clause.full, position.key_text, name, shown_before, position.shown,
                            occurrence, anchor, either, position.bearer, clause.agreement))  # fmt: skip
    for word in said:
        announce(run, position, word, occurrence, anchor, len(stages) == 1)
    if again and again not in said:
        position.entered[again] = anchor
        announce(run, position, again, occurrence, anchor, certain)
    if not position.undecided and not position.owed:
        fix_amount(run, position)
        state.open[clause].pop(position.seq, None)
    run.touch("stage", clause, position.names)
    run.touch("outcome", clause, position.names)
    if clause.restless or len(before) > 1 or len(stages) > 1 or position.limit is UNKNOWN:
        run.look_at(position)


def _count_entry(run: Run, position: Position, occurrence: Occurrence) -> None:
    """In one settle a position enters a stage once (a gate may bring it back to where it started)."""
    slot = (position.seq, position.stages)
    run.entered[slot] = run.entered.get(slot, 0) + 1
    if run.entered[slot] > MOST_ENTRIES:
        raise DoesNotSettle(chain_of(occurrence, f"{position.clause.full} becomes {position.shown}"), position.clause)


def chain_of(occurrence: Occurrence | None, last: str) -> list[str]:
    """The links of a chain of causes, oldest first."""
    links = [last]
    while occurrence is not None and len(links) < 12:
        name = getattr(occurrence.thing, "full", "") or occurrence.kind
        links.append(f"{name} becomes {occurrence.word}" if occurrence.word else name)
        occurrence = occurrence.cause
    return list(reversed(links))


def announce(run: Run, position: Position, word: str, occurrence: Occurrence, anchor: Moment, certain: bool) -> None:
    """Let it be known that a position became something, if anybody listens."""
    for heard in (word, "performed") if word in ("fulfilled", "cured", "exercised", "met") else (word,):
        if ("stage", position.clause, heard) in run.program.listeners:
            run.queue.append(occurrence.then("stage", position.clause, heard, anchor=anchor, certain=certain, position=position,
                                             names=dict(position.names)))  # fmt: skip


# --- gates -----------------------------------------------------------------------------------------------------------


def change_gate(run: Run, position: Position, gate: Gate, occurrence: Occurrence) -> bool:
    """Take a position through a new gate. True where that activates it: at the first gate that is not shut."""
    if (gate.name, gate.possible) == (position.gate, position.gates):
        return False
    before, unseen = position.gate, _unseen(position)
    position.gate, position.gates = gate.name, gate.possible
    if before == lifecycle.HELD:
        _resumed(run, position)
    if before == lifecycle.DISPLACED_GATE:
        _undisplaced(run, position)
    first = not position.activated and gate.name != lifecycle.SHUT
    if first:
        position.activated = True
        position.maybe_started = lifecycle.SHUT in gate.possible
        position.anchor = occurrence.anchor
    if gate.name == lifecycle.HELD:
        position.suspended_on = run.day
    stages = lifecycle.through_gate((*position.stages, *unseen), gate.possible if gate.name == lifecycle.DOUBTFUL else (gate.name,))
    if position.stages == ("breached",):
        stages = position.stages
    if gate.name == lifecycle.OPEN and "in_force" in stages:
        position.bound = True
    elif gate.name == lifecycle.DOUBTFUL and lifecycle.OPEN in gate.possible and "in_force" in stages:
        position.maybe_bound = True
    if stages != position.stages:
        _enter(run, position, stages, "gate", occurrence, occurrence.anchor)
    else:
        run.touch("stage", position.clause, position.names)
    return first


def _resumed(run: Run, position: Position) -> None:
    """The clock that stood still goes on: the limit moves by resume day minus suspend day. The end of a span does not."""
    assert position.suspended_on is not None
    days = (run.day - position.suspended_on).days
    position.suspended_on = None
    if position.clause.tolls and position.limit is not None and position.clause.group not in lifecycle.STANDING:
        position.limit_moves += (Move(by=Duration((("day", days),))),)
    elif position.limit_passed:
        position.limit_passed = False
        run.schedule(run.state.today, WITHIN_DAY, (0,), "limit_again", position)


def _undisplaced(run: Run, position: Position) -> None:
    """A limit that was displaced over moves to the end of the day on which the displacement ends; a calendar period does not."""
    limit = position.limit_day if position.clause.group not in lifecycle.STANDING else None
    if limit is not None and not values.is_unknown(limit) and civil_day(limit) < run.day:
        position.limit_moves += (Move(reach=run.day),)


def moved(run: Run, agreement: str, written: Any, moves: tuple[Move, ...], strict: bool = False) -> Any:
    """Where a limit or an end lies after all that moved it; one that is open stays open. ``strict``: its day is no longer in time."""
    moment = written
    for move in moves:
        before, moment = moment, _after_move(run, agreement, moment, move, strict)
        if move.perhaps:
            moment = either_moment(before, moment)
    return moment


def _after_move(run: Run, agreement: str, moment: Any, move: Move, strict: bool) -> Any:
    if move.to is not None:
        return move.to
    if moment is None or moment is UNKNOWN:
        return moment
    if move.reach is not None:
        return _reaching(run, moment, add_days(move.reach, 1) if strict else move.reach)
    if values.is_unknown(move.by):
        return UNKNOWN
    calendar = run.program.deal.agreements[agreement].calendar
    return AtLeast(add(moment.bound, move.by, calendar)) if type(moment) is AtLeast else add(moment, move.by, calendar)


def either_moment(one: Any, other: Any) -> Any:
    """One of two moments, it is not known which: not before the earlier; a missing one never comes."""
    known = [moment for moment in (one, other) if moment is not None]
    if UNKNOWN in known or one == other:
        return one if one == other else UNKNOWN
    bounds = [values.least(moment) for moment in known]
    return AtLeast(min(bounds, key=lambda bound: (civil_day(bound), isinstance(bound, datetime), str(bound))))


def _reaching(run: Run, moment: Any, day: date) -> Any:
    if type(moment) is AtLeast or civil_day(moment) >= day:
        return moment
    return end_of_day(day, run.program.zone) if isinstance(moment, datetime) else day


# --- timers ----------------------------------------------------------------------------------------------------------


def set_timer(run: Run, position: Position) -> None:
    """Put the limit of a position on the agenda: it runs out after its last day, or right after its instant.

    For a prohibition or a standing duty it is the end of a span, which comes after the limits of the same day.
    """
    rank = 1 if position.clause.group in lifecycle.STANDING else 0
    timer(run, position, position.limit_day, rank, "limit", position.limit_strict)


def timer(run: Run, position: Position, limit: Any, rank: int, what: str, strict: bool = False) -> None:
    if limit is None or limit is UNKNOWN:
        return
    clause = position.clause
    moment = values.least(limit)
    if type(limit) is AtLeast and civil_day(moment) < run.state.today:
        return
    if isinstance(moment, datetime):
        local = moment.astimezone(run.program.zone)
        run.schedule(local.date(), WITHIN_DAY, (local, rank, clause.order, position.seq), what, position, limit)
    elif isinstance(moment, date) and moment < date.max:
        order = (moment.toordinal(), rank, clause.order, position.key, position.seq)
        run.schedule(moment + timedelta(days=1), RAN_OUT, _sortable(order), what, position, limit)


def _sortable(order: tuple[Any, ...]) -> tuple[Any, ...]:
    limit, rank, clause, key, seq = order
    return (limit, rank, clause, tuple(str(part) for part in key), seq)


def limit_from(run: Run, position: Position, length: Any, anchor: Moment) -> Any:
    """A limit that counts from an anchor: hours run from an instant (from the end of a day), days from the civil day."""
    if length is None:
        return None
    if values.is_unknown(length):
        return UNKNOWN
    calendar = run.program.deal.agreements[position.clause.agreement].calendar
    if length.in_hours:
        start = anchor if isinstance(anchor, datetime) else end_of_day(anchor, run.program.zone)
        return add(start, length, calendar)
    return add(local_day(run, anchor), length, calendar)


def local_day(run: Run, moment: Moment) -> date:
    """The civil day of a moment in the zone of the deal."""
    return moment.astimezone(run.program.zone).date() if isinstance(moment, datetime) else moment


def moment_from(run: Run, position: Position, when: When) -> Any:
    """A date, or a duration counted from the activation of the position."""
    assert when.function is not None or when.mode == "trigger"
    if when.mode == "trigger":
        return position.not_before
    assert when.function is not None
    value = when.function(Env(run.state, position))
    return limit_from(run, position, value, position.anchor) if when.mode == "duration" else value


def limit_runs_out(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """The limit of a position passes, as far as its gate lets it."""
    clause, gate = position.clause, position.gate
    if clause.group == "recital":
        return
    if clause.group in lifecycle.STANDING:
        end_span(run, position, occurrence, UNKNOWN if values.is_unknown(position.limit) else certain)
        return
    if gate == lifecycle.HELD:
        position.limit_passed = position.limit_passed or not clause.tolls
    written = values.least(position.limit)
    anchor = occurrence.anchor if written is UNKNOWN or written is None else written
    if type(position.limit) is AtLeast or position.limit is UNKNOWN:
        certain = UNKNOWN
    if gate in (lifecycle.HELD, lifecycle.DISPLACED_GATE):
        cue(run, position, "limit", occurrence, certain=certain, anchor=anchor)
        return
    position.limit_over = values.either(position.limit_over, certain)
    paid_up = _paid_up(run, position) if clause.group in lifecycle.DUTIES else False
    if paid_up is True:
        cue(run, position, "performed", occurrence, certain=certain, anchor=anchor)
        return
    also: tuple[str, ...] = ("performed",) if paid_up is UNKNOWN else ()
    before = position.stages
    silent = clause.group in (*lifecycle.DUTIES, "option") and unreported(run, position) and "in_force" in position.stages
    if silent:
        also = ("performed",) if clause.group in lifecycle.DUTIES else ("exercised",)
    if cue(run, position, "limit", occurrence, certain=certain, anchor=anchor, also=also) and silent:
        run.find("unreported", "info", f"{clause.title}: whether it was done in time was not reported", position=position,
                 occurrence=occurrence)  # fmt: skip
    if "breached" in position.stages and position.stages != before and clause.cure is not None:
        cured = _cured_until(run, position, anchor)
        position.cure_limit = either_moment(position.cure_limit, cured) if "breached" in before else cured


def _cured_until(run: Run, position: Position, anchor: Moment) -> Any:
    """The last moment at which a missed limit is cured: not known, or not before some day, where the limit is so."""
    assert position.clause.cure is not None
    if position.limit is UNKNOWN:
        return UNKNOWN
    cured = limit_from(run, position, position.clause.cure(Env(run.state, position)), anchor)
    return AtLeast(cured) if type(position.limit) is AtLeast and isinstance(cured, date) else cured


def end_span(run: Run, position: Position, occurrence: Occurrence, certain: Truth = True) -> None:
    """The position's own ``until`` passes; a debt already incurred stays owed."""
    certain = values.both(certain, values.negate(position.incurred))
    if certain is False:
        return
    cue(run, position, "span_over", occurrence, certain=certain)
    if certain is True and not set(position.stages) & set(lifecycle.UNDECIDED):
        close(run, position)
    else:  # it has perhaps not come, or its clock has perhaps not started
        position.maybe_over = True


def close(run: Run, position: Position) -> None:
    """Nothing more is asked of the position: a breached prohibition stops binding."""
    position.over = True
    fix_amount(run, position)
    if not position.owed:  # a breach stays with its cure
        run.state.open[position.clause].pop(position.seq, None)
    run.touch("stage", position.clause, position.names)


def fix_amount(run: Run, position: Position) -> None:
    """What is due grows no more: it stays as it stands now."""
    if not position.amount_fixed:
        position.amount = run.state.amount_of(position)
        position.amount_fixed = True


def unreported(run: Run, position: Position) -> bool:
    """Whether the act may have happened without having been reported."""
    return any(run.state.is_partial(event) for branch in position.clause.act for event in branch.events)


def _paid_up(run: Run, position: Position) -> Truth:
    """An amount that was paid in full, or of which nothing was due, is not missed; one of which nothing was paid is."""
    if position.clause.amount is None:
        return False
    amount, paid = run.state.amount_of(position), position.paid
    if amount is None:
        return False
    if values.is_unknown(amount) or values.is_unknown(paid):
        return UNKNOWN if position.clause.money and (values.is_unknown(paid) or values.amount_number(paid) != 0) else False
    if not position.clause.money and values.amount_number(amount) != 0:
        return False
    return values.compare(">=", paid, amount)
