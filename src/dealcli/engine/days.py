"""The order of things: what ran out, what begins, then each event; a day at a time, and only days on which something is due."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from dealcli.dates import NoSuchDay, civil_day
from dealcli.engine import lifecycle
from dealcli.engine.apply import apply, apply_act, use_power
from dealcli.engine.change import end_span, limit_runs_out
from dealcli.engine.effects import carry_out, end_agreement, end_clause, fix_amounts
from dealcli.engine.judge import Act, Judgement, judge, leave_out_repeated
from dealcli.engine.making import begin_period, make_plain
from dealcli.engine.program import Agreement, Clause, Program
from dealcli.engine.records import Event, Moment, Occurrence, Position
from dealcli.engine.run import BEGINS, DATES, PERIODS, RAN_OUT, WITHIN_DAY, Run
from dealcli.engine.settle import first_periods, look_at_agreement, look_at_recurring, look_at_watch, settle
from dealcli.engine.timeline import Exercise
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN
from dealcli.slotted import replace

Checkpoint = Callable[[Run], None]


def run_timeline(program: Program, rows: Iterable[Event | Exercise], as_of: Moment,
                 checkpoints: Iterable[tuple[Moment, Checkpoint]] = (), begun: Run | None = None) -> Run:  # fmt: skip
    """Everything that has come to hold by the end of ``as_of``. Rows must be in order; later ones are not looked at.

    A checkpoint is called with the run as it stands at the end of its day. A run that was ``begun`` goes on with rows and
    checkpoints of later days. Raises ``DoesNotSettle`` and ``NoSuchDay``.
    """
    run = begun or Run(program)
    rows = iter(rows)
    row = next(rows, None)
    stops = [*sorted(checkpoints, key=lambda stop: _order(run, stop[0])), (as_of, None)]
    if begun is None:
        days = [civil_day(moment) for moment, _ in stops] + ([row.day] if row else [])
        start(run, first_day(program, days))
    for moment, checkpoint in stops:
        if _order(run, moment) > _order(run, as_of):
            continue
        day = _day(run, moment)
        while row is not None and _reaches(row, moment, day):
            to_day(run, row.day)
            one_row(run, row)
            row = next(rows, None)
        end_of(run, moment, day)
        if checkpoint is not None:
            checkpoint(run)
    return run


def _day(run: Run, moment: Moment) -> date:
    return moment.astimezone(run.program.zone).date() if isinstance(moment, datetime) else moment


def _order(run: Run, moment: Moment) -> tuple[date, bool, str]:
    """Dates after the instants of their day: an as-of date is the end of that day."""
    instant = isinstance(moment, datetime)
    return (_day(run, moment), not instant, moment.isoformat() if instant else "")


def _reaches(row: Event | Exercise, moment: Moment, day: date) -> bool:
    if row.day != day or not isinstance(moment, datetime) or row.at is None:
        return row.day <= day
    return row.at <= moment


# --- the start -------------------------------------------------------------------------------------------------------


def first_day(program: Program, days: list[date]) -> date:
    """A day before anything can happen: the earliest of the first event and of all dates that are written down."""
    state = Run(program).state
    # what follows today is no earlier than all else: counted from the year 1, every day since then would be gone through
    state.today = min(days)
    env = Env(state)
    functions = [a.begin.function for a in program.agreements if a.begin and a.begin.function]
    functions += [w.branch.function for w in program.watches if w.branch.kind == "date" and w.branch.function]
    for clause in program.clauses:
        functions += [w.function for w in (clause.begin, clause.limit) if w and w.mode == "value" and w.function and clause.plain]
        functions += [clause.first] if clause.first else []
    for function in functions:
        try:
            day = function(env)
        except (AttributeError, NoSuchDay, TypeError):
            continue
        day = values.least(day)
        if isinstance(day, date):
            days.append(civil_day(day))
    earliest = min(days)
    return earliest - timedelta(days=1) if earliest > date.min else earliest


def start(run: Run, first: date) -> None:
    run.state.today = first
    run.moment = first
    run.cause = Occurrence("start", None, "", first)
    make_plain(run)
    for agreement in run.program.agreements:
        look_at_agreement(run, agreement)
    for watch in run.program.watches:
        run.look_at(watch)
    settle(run, run.cause)
    run.starting = False


# --- days ------------------------------------------------------------------------------------------------------------


def to_day(run: Run, day: date) -> None:
    """Run everything that falls due before the events of ``day``: earlier days wholly, then what ran out and what begins."""
    while run.agenda and run.agenda[0][:2] <= (day, BEGINS):
        due, part = run.agenda[0][:2]
        if part == RAN_OUT:
            _ran_out(run, due)
        elif part == BEGINS:
            _begins(run, due)
        else:
            _instant(run, due)
    if run.state.today < day:
        run.state.today, run.state.now = day, None
        run.state.version += 1


def end_of(run: Run, moment: Moment, day: date) -> None:
    """Go to the end of a day, or to an instant of it."""
    to_day(run, day)
    while run.agenda and run.agenda[0][:2] <= (day, WITHIN_DAY):
        entry = run.agenda[0]
        if entry[1] == WITHIN_DAY and isinstance(moment, datetime) and isinstance(entry[2][0], datetime) and entry[2][0] >= moment:
            return
        if entry[1] == RAN_OUT:
            _ran_out(run, entry[0])
        else:
            _instant(run, day)


def _ran_out(run: Run, day: date) -> None:
    """Part one: what ran out with the day before, each with its own settle; ``today`` still stands at that day."""
    run.state.today, run.state.now = max(day - timedelta(days=1), run.state.today), None
    run.state.version += 1
    run.moment = day
    _, _, _, _, what, about = heapq.heappop(run.agenda)
    _fall_due(run, what, about)


def _begins(run: Run, day: date) -> None:
    """Part two: everything that begins on a day, then one settle."""
    run.state.today, run.state.now = day, None
    run.state.version += 1
    run.moment = day
    cause = Occurrence("day", None, "", day)
    run.cause = cause
    while run.agenda and run.agenda[0][:2] == (day, BEGINS):
        run.cause = cause
        rank = run.agenda[0][2][0]
        if rank == DATES:
            _dates_come(run, day)
        else:
            if rank > PERIODS:
                first_periods(run)
            _, _, _, _, what, about = heapq.heappop(run.agenda)
            _begin(run, what, about)
    settle(run, cause)


def _dates_come(run: Run, day: date) -> None:
    """Dates and ``N days after`` occur at once: all are judged before anything changes; what ends a fact goes first."""
    came: list[tuple[Judgement, Occurrence]] = []
    while run.agenda and run.agenda[0][:2] == (day, BEGINS) and run.agenda[0][2][0] == DATES:
        _, _, _, _, what, about = heapq.heappop(run.agenda)
        if what == "delay":
            listener, later = about
            came.append((judge(run, later, [listener]), later))
        else:
            run.wakes.discard((about[0], day))
            came.extend((judge(run, occurrence), occurrence) for occurrence in look_at_watch(run, about[0]))
    came.sort(key=lambda pair: (not any(update.word == "ends" for update, _ in pair[0].updates), not pair[1].certain))
    done: set[tuple[Any, ...]] = set()
    for found, occurrence in came:
        leave_out_repeated(found, occurrence, done)
        apply(run, found, occurrence)


def _begin(run: Run, what: str, about: tuple[Any, ...]) -> None:
    if what == "look":
        thing = about[0]
        run.wakes.discard((thing, run.state.today))
        if isinstance(thing, Agreement):
            look_at_agreement(run, thing)
        elif isinstance(thing, Clause):
            look_at_recurring(run, thing)
        else:
            run.look_at(thing)
    elif what == "period":
        begin_period(run, *about)
    else:
        effect, occurrence, certain = about
        carry_out(run, effect, replace(occurrence, kind="effect", anchor=run.state.today, cause=occurrence), certain)


def _instant(run: Run, day: date) -> None:
    """A limit that is an instant of this day, strictly after it."""
    run.state.today = max(run.state.today, day)
    run.state.version += 1
    _, _, order, _, what, about = heapq.heappop(run.agenda)
    if isinstance(order[0], datetime):
        run.state.now = run.moment = order[0]
    _fall_due(run, what, about)


def _fall_due(run: Run, what: str, about: tuple[Any, ...]) -> None:
    if what == "expire":
        agreement, day = about
        state = run.state.agreements[agreement]
        if state.until == day and set(state.stages) - set(lifecycle.AGREEMENT_OVER):
            certain = UNKNOWN if values.is_unknown(day) else True
            occurrence = Occurrence("until", agreement, "", civil_day(values.least(day)), certain is True)
            end_agreement(run, agreement, "expired", occurrence, certain)
            settle(run, occurrence)
        elif state.until == day and state.stages == ("superseded",):
            _end_excepted(run, agreement, Occurrence("until", agreement, "", civil_day(day)))
        return
    position = about[0]
    occurrence = Occurrence(what, position.clause, "", _written(position, about), position=position, names=dict(position.names))
    run.cause = occurrence
    if (what == "limit" and about[1] == position.limit_day and position.undecided) or (what == "limit_again" and position.undecided):
        limit_runs_out(run, position, occurrence)
    elif what == "until" and about[1] == position.until and position.undecided:
        end_span(run, position, occurrence, UNKNOWN if values.is_unknown(position.until) else True)
    else:
        return
    settle(run, occurrence)


def _end_excepted(run: Run, agreement: Agreement, occurrence: Occurrence) -> None:
    """Clauses excepted from a replacement go on to the last day of the old agreement."""
    for clause in agreement.clauses:
        if clause in run.state.excepted and not clause.survives:
            fix_amounts(run, clause)
            end_clause(run, clause, "agreement_over", occurrence, True)
        run.state.excepted.discard(clause)
    last = civil_day(occurrence.anchor)
    run.state.kept_moving.update((thing, last) for thing in run.state.kept_moving if getattr(thing, "agreement", "") == agreement.name)
    settle(run, occurrence)


def _written(position: Position, about: tuple[Any, ...]) -> Moment:
    """The limit as it was written (``before`` names the day after the last one)."""
    limit = position.limit if len(about) < 2 or about[1] == position.limit_day else about[1]
    limit = values.least(limit)
    return limit if isinstance(limit, date) else position.anchor


# --- events ----------------------------------------------------------------------------------------------------------


def one_row(run: Run, row: Event | Exercise) -> None:
    """Part three: one event, judged against the state as it is before it."""
    if row.at is not None:
        _instants_before(run, row.day, row.at)
        run.state.now = row.at
    run.moment = row.moment
    run.applied += 1
    run.state.version += 1
    if isinstance(row, Exercise):
        _exercise(run, row)
    else:
        one_event(run, row)


def _instants_before(run: Run, day: date, at: datetime) -> None:
    while run.agenda and run.agenda[0][:2] == (day, WITHIN_DAY):
        order, about = run.agenda[0][2], run.agenda[0][5]
        strict = bool(about) and isinstance(about[0], Position) and about[0].limit_strict
        if isinstance(order[0], datetime) and (order[0] > at or (order[0] == at and not strict)):
            return
        _instant(run, day)


def one_event(run: Run, event: Event) -> None:
    """Judge one event against the frozen state, append it to the record, apply what it does, settle."""
    state = run.state
    occurrence = Occurrence("event", event.type, "", event.moment, event.certain, event)
    run.cause = occurrence
    env = Env(state, None, event)
    if event.type.valid is not None and event.type.valid(env) is False:
        run.find("impossible_event", "warning", f"{event.type.title or event.type.name}: not possible as things stand; it has no effect",
                 occurrence=occurrence)  # fmt: skip
        return
    event.marks = tuple(mark(env) for mark in event.type.marks)
    found = judge(run, occurrence)
    state.record(event)
    run.touch("event", event.type, event.values)
    apply(run, found, occurrence)
    _tell_misses(run, found, occurrence)
    _tell_conflicts(run, found, occurrence)
    settle(run, occurrence)


_MISSED = {
    "where": "it does not match", "party": "it was done by somebody else", "not_before": "it came too early",
}  # fmt: skip


def _tell_misses(run: Run, found: Judgement, occurrence: Occurrence) -> None:
    """What looked like an act and was none, where the event served nothing else."""
    for kind, position, clause, why in found.misses:
        if kind == "premature_performance":
            run.find(kind, "warning", f"{clause.title}: done too early to count", position=position, occurrence=occurrence)
        elif kind == "act_without_effect" and not found.acts and not found.payments:
            run.find(kind, "warning", f"{clause.title}: used while {why.replace('_', ' ')}; it has no effect", position=position,
                     occurrence=occurrence)  # fmt: skip
    if found.served or any(kind == "act_without_effect" for kind, *_ in found.misses):
        return
    for kind, position, clause, why in found.misses:
        if kind == "near_miss" and clause.kind != "prohibition":
            run.find(kind, "info", f"{clause.title}: looked like its act, but {_MISSED.get(why, why)}", position=position,
                     occurrence=occurrence)  # fmt: skip
    if not found.misses and not found.noticed and not occurrence.thing.read:
        run.find("unused_event", "info", f"{occurrence.thing.title or occurrence.thing.name}: no clause looks at it", occurrence=occurrence)


def _tell_conflicts(run: Run, found: Judgement, occurrence: Occurrence) -> None:
    """One event that one position requires or permits and another forbids, neither an exception to the other."""
    forbidden = [act.position for act in found.acts if act.position.clause.group == "prohibition" and act.certain is True]
    allowed = [act.position for act in (*found.acts, *found.payments) if act.position.clause.group in ("duty", "option")]
    for position in forbidden:
        for other in allowed:
            related = other.clause in position.clause.exceptions or position.clause in other.clause.exceptions
            if not related:
                verb = "requires" if other.clause.group == "duty" else "allows"
                run.find("conflict", "warning", f"{position.clause.title}: forbids what '{other.clause.title}' {verb}", position=position,
                         occurrence=occurrence)  # fmt: skip


def _exercise(run: Run, row: Exercise) -> None:
    """A line ``exercise: power``: the power that is held is used, and its effects run; else a finding says so."""
    clause, state = row.clause, run.state
    occurrence = Occurrence("exercise", clause, "", row.moment)
    run.cause = occurrence
    positions = [p for p in state.positions_of[clause] if _asked(p, row)]
    held = [p for p in positions if state.binds(p) is not False and _by(run, p, row)]
    if not held:
        shown = positions[-1].shown if positions else "not there"
        run.find("act_without_effect", "warning", f"{clause.title}: used while {shown.replace('_', ' ')}; it has no effect", clause=clause,
                 position=positions[-1] if positions else None, occurrence=occurrence)  # fmt: skip
        return
    position = held[0]
    certain = state.binds(position)
    apply_act(run, Act(position, certain), occurrence)
    if row.by is not None and row.by not in position.performers:
        position.performers += (row.by,)
    use_power(run, position, occurrence, certain)
    settle(run, occurrence)


def _asked(position: Position, row: Exercise) -> bool:
    asked = {k: v for k, v in row.key.items() if k != "key"}
    if any(str(position.names.get(name)) != str(value) for name, value in asked.items() if name in position.clause.keys):
        return False
    return "key" not in row.key or position.key_text == str(row.key["key"])


def _by(run: Run, position: Position, row: Exercise) -> bool:
    return row.by is None or position.clause.anyone or run.program.acts_for(row.by, position.bearer)
