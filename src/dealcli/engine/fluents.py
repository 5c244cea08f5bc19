"""Moving facts and measures: triggers set them, and they stay as they are in between."""

from __future__ import annotations

from typing import Any

from dealcli.engine.program import Update
from dealcli.engine.records import Cell, Event, Occurrence, Transition
from dealcli.engine.run import Run
from dealcli.language import values
from dealcli.language.declarations import Fact, Fluent
from dealcli.language.events import key_values
from dealcli.language.folds import extreme
from dealcli.language.scope import Env
from dealcli.language.values import UNKNOWN, AtLeast, Truth


def apply_updates(run: Run, updates: list[tuple[Update, Truth]], occurrence: Occurrence) -> None:
    """Move every fact and measure that an occurrence moves, each judged by the values before."""
    groups: dict[tuple[Fluent, tuple[Any, ...]], list[tuple[Update, Truth]]] = {}
    for update, certain in updates:
        key = key_of(update.thing, occurrence)
        may = False if key is None else _may_move(run, update.thing)
        if key is not None and may is not False:
            groups.setdefault((update.thing, key), []).append((update, values.both(certain, may)))
    moves = [(thing, key, _moved(run, thing, key, group, occurrence)) for (thing, key), group in groups.items()]
    for thing, key, move in moves:
        if move is not None:
            _set(run, thing, key, move, occurrence)


def key_of(thing: Fluent, occurrence: Occurrence) -> tuple[Any, ...] | None:
    """The key values that an occurrence bears; None where it bears none of one."""
    found = key_values(Env(None, event=occurrence.event, names=occurrence.names), thing.keys)
    return None if None in found else found


def _may_move(run: Run, thing: Fluent) -> Truth:
    """Facts and measures with triggers move only while their agreement is in force or suspended.

    Those of which a clause goes on that was excepted from a replacement move on as well.
    """
    agreement = run.program.deal.agreements.get(thing.agreement)
    if agreement is None:
        return True
    kept = run.state.kept_moving.get(thing, run.day) is None
    return run.state.agreement_is(agreement, ("in_force", "suspended", *(("superseded",) if kept else ())))  # type: ignore[arg-type]


def _cell(run: Run, thing: Fluent, key: tuple[Any, ...]) -> Cell:
    cell = run.state.cells.get((thing, key))
    return cell if cell is not None else Cell(run.state.initial(thing))


def _moved(run: Run, thing: Fluent, key: tuple[Any, ...], group: list[tuple[Update, Truth]],
           occurrence: Occurrence) -> tuple[Cell, Any] | None:  # fmt: skip
    cell = _cell(run, thing, key)
    if isinstance(thing, Fact):
        return cell, _fact(cell.value, group)
    update, certain = group[0]
    env = Env(run.state, occurrence.position, occurrence.event, dict(occurrence.names), cell.value)
    if update.word == "set":
        assert update.function is not None
        value = update.function(env)
        return cell, value if certain is True or value == cell.value else UNKNOWN
    value = 1 if update.word == "count" else update.function(env) if update.function else None
    if value is None:
        return None
    if update.window is not None:
        cell.parts.append((occurrence.anchor, value, certain))
    return cell, _aggregated(run, cell, update, value, certain)


class RunningSum:
    """A sum or a count without a key while nothing but events moves it: each adds what it bears."""

    __slots__ = ("_env", "_function", "_place", "_run")

    def __init__(self, run: Run, update: Update) -> None:
        self._run, self._function, self._place = run, update.function, (update.thing, ())
        self._env = Env(run.state, names={})

    def add(self, event: Event) -> bool:
        """Take what an event bears; False, and nothing done, where that is not known exactly."""
        env, cell = self._env, _cell(self._run, *self._place)
        env.event, env.own = event, cell.value
        value = 1 if self._function is None else self._function(env)
        if value is None:
            return True
        if cell.inexact or values.is_unknown(value):
            return False
        cell.value = cell.certain_total = values.add(cell.certain_total, value)
        cell.since = event.day
        self._run.state.cells[self._place] = cell
        self._run.state.version += 1
        return True


def running_sum(run: Run, update: Update, certain: Truth) -> RunningSum | None:
    """How a measure that nothing looks at is moved until the whole deal changes; None where every event has to be looked at."""
    thing = update.thing
    exact = update.word in ("count", "sum") and update.window is None and not thing.keys
    if not exact or certain is not True or thing in run.state.kept_moving or _may_move(run, thing) is not True:
        return None
    return None if _cell(run, thing, ()).inexact or run.state.counts_partial(thing) else RunningSum(run, update)


def _fact(old: Truth, group: list[tuple[Update, Truth]]) -> Truth:
    """``ends``, then ``starts``; what only perhaps occurred leaves it unknown unless it was so already."""
    truth = old
    for word, outcome in (("ends", False), ("starts", True)):
        certainties = [certain for update, certain in group if update.word == word]
        if True in certainties:
            truth = outcome
        elif certainties and truth is not outcome:
            truth = UNKNOWN
    return truth


def _aggregated(run: Run, cell: Cell, update: Update, value: Any, certain: Truth) -> Any:
    old = cell.value
    if update.word in ("count", "sum"):
        if certain is not True or values.is_unknown(value):
            cell.inexact = True
            least = values.least(value)
            value = 0 if least is UNKNOWN or (certain is not True and values.amount_number(least) > 0) else least
        cell.certain_total = values.add(cell.certain_total, value)
        inexact = cell.inexact or run.state.counts_partial(update.thing)
        return AtLeast(cell.certain_total) if inexact else cell.certain_total
    if update.word == "first" and old is not None:
        return old
    if certain is not True or values.is_unknown(value):
        return UNKNOWN
    return value if update.word in ("first", "latest") or old is None else extreme(update.word, [old, value])


def _set(run: Run, thing: Fluent, key: tuple[Any, ...], move: tuple[Cell, Any], occurrence: Occurrence) -> None:
    cell, value = move
    old = cell.value
    run.state.cells[(thing, key)] = cell
    run.state.version += 1
    if value == old and not cell.parts and type(value) is type(old):
        if value is UNKNOWN and isinstance(thing, Fact):  # it may have been what it now perhaps ceased to be
            run.turned.setdefault((thing, key), (old, occurrence))
        return
    cell.value = value
    run.touch("fact" if isinstance(thing, Fact) else "measure", thing, dict(zip(thing.keys, key, strict=True)))
    if isinstance(thing, Fact):
        run.turned.setdefault((thing, key), (old, occurrence))
    else:
        _note(run, thing, key, old, occurrence)


def _note(run: Run, thing: Fluent, key: tuple[Any, ...], old: Any, occurrence: Occurrence) -> None:
    cell = run.state.cells[(thing, key)]
    cell.since = occurrence.anchor
    if not run.tells:
        return
    kind = "fact" if isinstance(thing, Fact) else "measure"
    text = " / ".join(str(part) for part in key) or None
    run.note(Transition(run.moment, run.day, kind, thing.full, text, "set", old, cell.value, occurrence,
                        occurrence.anchor, agreement=thing.agreement))  # fmt: skip


def tell_turns(run: Run) -> None:
    """Say which facts became true or false. One that ended and started at once is true as before and became nothing.

    One that was unknown has perhaps turned before, and perhaps now.
    """
    turned, run.turned = run.turned, {}
    for (fact, key), (old, occurrence) in turned.items():
        value = run.state.cells[(fact, key)].value
        if value == old and value is not UNKNOWN:
            continue
        if value != old:
            _note(run, fact, key, old, occurrence)
        for word, truth, mover in (("true", True, "starts"), ("false", False, "ends")):
            said = value is truth or (value is UNKNOWN and old is not truth and any(
                update.thing is fact and update.word == mover for update in run.program.updates))  # fmt: skip
            if said and ("fact", fact, truth) in run.program.listeners:
                names = dict(zip(fact.keys, key, strict=True))
                run.queue.append(occurrence.then("fact", fact, word, certain=UNKNOWN not in (old, value), names=names))
