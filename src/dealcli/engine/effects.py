"""What effects do: terminate, suspend, resume, waive, discharge, complete, extend, assign; and how agreements go."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealcli.dates import civil_day
from dealcli.engine import lifecycle
from dealcli.engine.change import close, cue, fix_amount
from dealcli.engine.index import moved_for
from dealcli.engine.making import make
from dealcli.engine.performance import cure_perhaps, perform_late
from dealcli.engine.program import Agreement, Clause, Effect, Replacement
from dealcli.engine.records import Move, Occurrence, Position, Transition
from dealcli.engine.run import BEGINS, EFFECTS, RAN_OUT, Run
from dealcli.engine.shown import party_name
from dealcli.language import values
from dealcli.language.operators import shift
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, Truth


def run_effect(run: Run, effect: Effect, occurrence: Occurrence, certain: Truth = True) -> None:
    """Carry out an effect now, or at the beginning of the day that its ``after`` or ``at`` names; never where there is none.

    On a day that is not known it has perhaps taken effect: from now on, or from the first day on which it can.
    """
    day = _takes_effect(run, effect, occurrence)
    if day is None:
        return
    if values.is_unknown(day):
        certain = values.both(certain, UNKNOWN)
    earliest = values.least(day)
    if earliest is not UNKNOWN and civil_day(earliest) > run.state.today:
        run.schedule(civil_day(earliest), BEGINS, (EFFECTS,), "effect", effect, occurrence, certain)
    else:
        carry_out(run, effect, occurrence, certain)


def _takes_effect(run: Run, effect: Effect, occurrence: Occurrence) -> Any:
    """The moment at which an effect is due, missing and unknown like any other value."""
    env = Env(run.state, occurrence.position, occurrence.event, occurrence.names)
    if effect.at is not None:
        return effect.at(env)
    if effect.after is None:
        return run.state.today
    return shift(civil_day(occurrence.anchor), effect.after(env), run.program.deal.agreements[effect.agreement].calendar)


def carry_out(run: Run, effect: Effect, occurrence: Occurrence, certain: Truth = True) -> None:
    target = effect.target
    env = Env(run.state, occurrence.position, occurrence.event, occurrence.names)
    if isinstance(target, Clause):
        _on_clause(run, effect, target, env, occurrence, certain)
    else:
        _on_agreement(run, effect, target, env, occurrence, certain)  # type: ignore[arg-type]


# --- clauses ---------------------------------------------------------------------------------------------------------


def _targets(run: Run, effect: Effect, clause: Clause, occurrence: Occurrence) -> list[Position]:
    """The positions an effect is aimed at: all, or those with the key at hand, or the one related to its cause."""
    state = run.state
    everything = list(state.positions_of[clause])
    if effect.all_keys or clause.plain:
        return everything
    bound: dict[str, Any] = {}
    if occurrence.position is not None:
        for event in occurrence.position.makers.values():
            bound.update(event.values)
        bound.update(occurrence.position.names)
    bound.update(occurrence.names)
    if occurrence.event is not None:
        bound.update({k: occurrence.event.values.get(k) for k in clause.keys if k in occurrence.event.type.attributes})
    keys = tuple(key for key in clause.keys if bound.get(key) is not None)
    if clause.keys:
        return list(state.positions(clause, keys, tuple(bound[key] for key in keys))) if keys else []
    env = Env(state, occurrence.position, occurrence.event, occurrence.names)
    related = next((p for p in reversed(everything) if _stems_from(p, occurrence.position)), None) or state.related(env, clause, ())
    if related is None:
        return []
    return [p for p in everything if (p.key, p.number) == (related.key, related.number)]


def _stems_from(position: Position | None, source: Position | None) -> bool:
    while position is not None and position is not source:
        position = position.parent
    return position is not None


_CLAUSE_CUES = {"terminate": "terminated", "waive": "waived", "discharge": "discharged", "complete": "completed"}


def _on_clause(run: Run, effect: Effect, clause: Clause, env: Env, occurrence: Occurrence, certain: Truth) -> None:
    positions = _targets(run, effect, clause, occurrence)
    wide = effect.all_keys or clause.plain
    if effect.verb in ("suspend", "resume"):
        _suspend_clause(run, effect, clause, positions, wide, certain)
    for position in positions:
        if effect.verb in _CLAUSE_CUES:
            end_position(run, position, _CLAUSE_CUES[effect.verb], occurrence, certain)
        elif effect.verb == "extend":
            _extend(run, effect, position, env, certain)
        elif effect.verb == "assign":
            _assign(run, effect, position, env, occurrence, certain)
    if effect.verb == "terminate" and not clause.plain and (effect.all_keys or not clause.keys):
        run.state.close(clause, "terminated", certain is True)


def end_position(run: Run, position: Position, name: str, occurrence: Occurrence, certain: Truth = True) -> None:
    """Waive, discharge, terminate, complete or supersede one position; an incurred debt survives all but the first two."""
    if name in ("terminated", "superseded", "agreement_over"):
        certain = values.both(certain, values.negate(position.incurred))
        if certain is False:
            return
    late = "breached" in position.stages
    if position.clause.group == "recital" and name in ("waived", "discharged", "completed"):
        return
    if name == "completed" and position.stages == ("breached",) and position.owed:
        perform_late(run, position, occurrence, certain)
        return
    changed = cue(run, position, name, occurrence, certain=certain)
    if name == "completed":
        cure_perhaps(run, position, occurrence, certain)
    if certain is not True:
        position.maybe_over = True
        return
    if name == "completed" and changed:
        position.performed_on = occurrence.anchor
    position.released = position.released or late
    close(run, position)


def _suspend_clause(run: Run, effect: Effect, clause: Clause, positions: list[Position], wide: bool, certain: Truth) -> None:
    """Suspend or resume instances; where it is the whole clause, those that are made later are suspended from the beginning."""
    cause = (effect.place.path, effect.place.route)
    causes = [position.suspended_by for position in positions]
    if wide:
        causes.append(run.state.suspended.setdefault(clause, {}))
    for known in causes:
        if effect.verb == "suspend":
            known[cause] = values.either(known.get(cause, False), certain)
        elif certain is True:
            known.clear()
    for position in positions:
        run.look_at(position)


def _extend(run: Run, effect: Effect, position: Position, env: Env, certain: Truth) -> None:
    """Move the limit of a position, else its ``until``; one already past is not revived."""
    if not (position.unended or position.binds_on):
        return
    clause = position.clause
    if clause.limit is not None or (clause.every is not None and not clause.limit_field):
        position.limit_moves += _moves(effect, env, certain)
    else:
        position.until_moves += _moves(effect, env, certain)
    run.look_at(position)


def _moves(effect: Effect, env: Env, certain: Truth) -> tuple[Move, ...]:
    by, to = effect.by and effect.by(env), effect.to and effect.to(env)
    return () if by is None and to is None else (Move(by, to, perhaps=certain is not True),)


def _assign(run: Run, effect: Effect, position: Position, env: Env, occurrence: Occurrence, certain: Truth) -> None:
    party = effect.to(env) if effect.to is not None else None
    before = getattr(position, effect.side)
    if party is None or party == before:
        return
    party = party if certain is True else UNKNOWN
    setattr(position, effect.side, party)
    run.note(Transition(run.moment, run.day, "party", position.clause.full, position.key_text, f"assign {effect.side}",
                        party_name(before), party_name(party), occurrence, occurrence.anchor, (), position.bearer,
                        position.clause.agreement))  # fmt: skip
    run.touch("position", position.clause, position.names)


# --- agreements ------------------------------------------------------------------------------------------------------

_AGREEMENT_CUES = {"terminate": "terminated", "complete": "completed"}


def _on_agreement(run: Run, effect: Effect, agreement: Agreement, env: Env, occurrence: Occurrence, certain: Truth) -> None:
    state = run.state.agreements[agreement]
    cause = (effect.place.path, effect.place.route)
    if effect.verb in _AGREEMENT_CUES:
        end_agreement(run, agreement, _AGREEMENT_CUES[effect.verb], occurrence, certain)
    elif effect.verb == "suspend" and not {"in_force", "suspended"} & set(state.stages):
        return
    elif effect.verb == "suspend":
        certain = UNKNOWN if "pending" in state.stages else certain
        state.suspended_by[cause] = values.either(state.suspended_by.get(cause, False), certain)
        move_agreement(run, agreement, "suspended", occurrence, certain)
    elif effect.verb == "resume":
        if certain is True:
            state.suspended_by.clear()
        move_agreement(run, agreement, "resumed", occurrence, certain)
    elif effect.verb == "extend":
        if state.shown not in lifecycle.AGREEMENT_OVER:
            state.moves += _moves(effect, env, certain)
            run.look_at(agreement)
    else:  # waived or discharged
        for clause in agreement.clauses:
            for position in list(run.state.positions_of[clause]):
                end_position(run, position, _CLAUSE_CUES[effect.verb], occurrence, certain)


def move_agreement(run: Run, agreement: Agreement, name: str, occurrence: Occurrence, certain: Truth = True) -> bool:
    """Take an agreement through its table. True if its stage changed."""
    state = run.state.agreements[agreement]
    before = state.shown
    moved = [lifecycle.AGREEMENT[name].get(stage, stage) for stage in state.stages]
    stages = tuple(dict.fromkeys(moved if certain is True else [s for pair in zip(state.stages, moved, strict=True) for s in pair]))
    if stages == state.stages:
        return False
    state.stages = stages
    if set(stages) <= set(lifecycle.AGREEMENT_OVER):
        state.suspended_by.clear()
    state.since = None if run.starting else run.moment
    if not run.starting:
        run.note(Transition(run.moment, run.day, "agreement", agreement.name, None, name, before, state.shown,
                            occurrence, occurrence.anchor, stages if len(stages) > 1 else (), None, agreement.name))  # fmt: skip
    for stage in stages:
        if stage != before and ("agreement", agreement, stage) in run.program.listeners:
            run.queue.append(Occurrence("agreement", agreement, stage, occurrence.anchor, len(stages) == 1, occurrence.event,
                                        cause=occurrence))  # fmt: skip
    run.touch("agreement", agreement)
    for fluent in (*run.program.facts, *run.program.measures):
        if fluent.agreement == agreement.name:
            run.touch("measure", fluent)
    return True


def begin_agreement(run: Run, agreement: Agreement, occurrence: Occurrence, certain: Truth = True) -> None:
    """An agreement comes into force; what it replaces ends in the same instant; its recurring and listed clauses start."""
    state = run.state.agreements[agreement]
    unended = not any(stage in lifecycle.AGREEMENT_OVER for stage in state.stages)
    if not move_agreement(run, agreement, "begins", occurrence, certain):
        return
    state.begun = values.either(state.begun, certain if unended else UNKNOWN)
    if state.begun_at is None:
        state.begun_at = occurrence.anchor
    for replacement in agreement.replaces:
        replace(run, replacement, agreement.name, occurrence, certain)
    for clause in agreement.clauses:
        begin_clause(run, clause, occurrence, certain)
    if state.until is UNKNOWN:
        run.look_at(agreement)


def begin_clause(run: Run, clause: Clause, occurrence: Occurrence, certain: Truth = True) -> None:
    """What a clause does when its agreement begins: it succeeds others, starts to recur, makes one instance per item."""
    if clause.begin is None and clause.known:
        for replacement in clause.replaces:
            replace(run, replacement, clause.full, occurrence, certain)
    if clause.every is not None:
        run.look_at(clause)
    for item in clause.items or ():
        names = {clause.keys[0]: item} if clause.keys else {"item": item}
        make(run, clause, Occurrence("item", clause, "", occurrence.anchor, certain is True, names=names, cause=occurrence), certain)


def end_agreement(run: Run, agreement: Agreement, name: str, occurrence: Occurrence, certain: Truth = True) -> None:
    """An agreement ends; its positions end with it, except those that survive and debts already incurred."""
    stages = run.state.agreements[agreement].stages
    again = certain is not True and name in stages and len(stages) > 1  # what has since come into force perhaps ends now
    if not move_agreement(run, agreement, name, occurrence, certain) and not again:
        return
    if certain is not True:
        run.state.agreements[agreement].maybe_ended = True
    else:
        own = run.state.agreements[agreement]
        own.ended_on = occurrence.anchor if not own.maybe_ended else None
        for clause in agreement.clauses:
            if clause not in run.state.excepted:
                fix_amounts(run, clause)
    if name == "superseded":
        return
    word = "terminated" if name == "terminated" else "agreement_over"
    for clause in agreement.clauses:
        if not clause.survives and clause not in run.state.excepted:
            end_clause(run, clause, word, occurrence, certain)


def fix_amounts(run: Run, clause: Clause) -> None:
    """What accrues grows no more."""
    for position in run.state.positions_of[clause] if clause.accrues else ():
        fix_amount(run, position)


def end_once_begun(run: Run, agreement: Agreement, name: str, occurrence: Occurrence, certain: Truth) -> None:
    """An agreement ends by what only ends one that has begun: perhaps, where it has only perhaps begun."""
    stages = run.state.agreements[agreement].stages
    if stages != ("pending",):
        end_agreement(run, agreement, name, occurrence, UNKNOWN if "pending" in stages else certain)


def end_clause(run: Run, clause: Clause, word: str, occurrence: Occurrence, certain: Truth) -> None:
    """End what is open of a clause, and let it make no more instances."""
    for position in list(run.state.open[clause].values()):
        end_position(run, position, word, occurrence, certain)
    if not clause.plain:
        run.state.close(clause, {"agreement_over": "ended"}.get(word, word), certain is True)


def succeed(run: Run, clause: Clause, occurrence: Occurrence) -> None:
    """A clause with a ``from`` of its own begins: what it replaces ends in the same instant."""
    for replacement in clause.replaces:
        replace(run, replacement, clause.full, occurrence, occurrence.certain or UNKNOWN)


def replace(run: Run, replacement: Replacement, heir: str, occurrence: Occurrence, certain: Truth = True) -> None:
    """What begins succeeds what it replaces: no day with both, none with neither."""
    if replacement.when is not None:
        certain = values.both(certain, replacement.when(Env(run.state)))
    if certain is False:
        return
    clauses = list(replacement.clauses)
    old: Agreement | None = replacement.agreement  # type: ignore[assignment]
    if old is not None and run.state.agreement_is(old, lifecycle.AGREEMENT_OVER) is not True:
        run.state.excepted.update(replacement.excepted)
        for clause in replacement.excepted:
            run.state.kept_moving.update((thing, None) for thing in moved_for(run.program, clause))
        run.state.agreements[old].heir = heir
        end_agreement(run, old, "superseded", occurrence, certain)
        clauses += [c for c in old.clauses if c not in replacement.excepted and not c.survives]
    for clause in clauses:
        end_clause(run, clause, "superseded", occurrence, certain)


# --- ends that are dates ---------------------------------------------------------------------------------------------


def schedule_end(run: Run, agreement: Agreement, day: Any) -> None:
    """Put the last day of an agreement on the agenda: it expires when that day is over."""
    if day is None or day is UNKNOWN:
        return
    last = civil_day(values.least(day))
    if last < date.max:
        from dealcli.dates import add_days

        run.schedule(add_days(last, 1), RAN_OUT, (last.toordinal(), 2, agreement.order, (), 0), "expire", agreement, day)
