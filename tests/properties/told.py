"""What the engine tells of a contract, as plain text that can be compared, and ways to write the same contract otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from both import Refuses, _of_engine
from contracts import Case
from dealcli.dates import NoSuchDay
from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.days import run_timeline
from dealcli.engine.declare import Text
from dealcli.engine.run import DoesNotSettle
from dealcli.engine.run import Run as Engine
from dealcli.engine.shown import show
from dealcli.engine.timeline import Reader, in_order, numbered
from dealcli.language.values import Incalculable

Row = tuple[Any, ...]
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True)
class Told:
    """The history of a run, its findings, and how everything stands at the end; or why there is none."""

    transitions: tuple[Row, ...] = ()
    findings: tuple[Row, ...] = ()
    end: Mapping[Row, Mapping[str, Any]] | None = None
    refusal: str = ""

    @property
    def breaches(self) -> int:
        return sum(row.get("breaches", 0) for row in (self.end or {}).values())

    def position(self, clause: str) -> Mapping[str, Any]:
        """The first position of a clause."""
        return next(row for slot, row in (self.end or {}).items() if slot[:2] == ("position", clause))


def told(case: Case, *, known: date | None = None, stops: Iterable[date] = ()) -> Told:
    """Run a contract as far as it was known on a day, stopping to look at some days."""
    try:
        run = run_case(case, known, stops)
    except (Refuses, DoesNotSettle, NoSuchDay, Incalculable) as why:
        codes = [p.code for p in why.problems] if isinstance(why, Refuses) else []
        return Told(refusal=" ".join([type(why).__name__, *codes]))
    return told_of(run)


def run_case(case: Case, known: date | None = None, stops: Iterable[date] = ()) -> Engine:
    """Build and run. Raises ``Refuses``, ``DoesNotSettle``, ``NoSuchDay``, ``Incalculable``."""
    texts = [Text(tree, Place("contract.yaml", (), number)) for number, tree in enumerate(case.documents)]
    program, problems = build(texts, known_as_of=known)
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise Refuses(errors)
    reader = Reader(program, known)
    read = [reader.read(row, Place("timeline.yaml", ("events", n), 0)) for n, row in enumerate(case.rows)]
    rows = in_order([row for row in read if row is not None], reader)
    if reader.problems:
        raise Refuses(reader.problems)
    return run_timeline(program, numbered(rows), case.as_of, [(day, _of_engine) for day in stops])


def told_of(run: Engine) -> Told:
    state = run.state
    transitions = tuple(
        (str(t.day), t.kind, t.name, t.key, t.cue, show(t.before), show(t.after), t.possible, show(t.bearer)) for t in state.transitions
    )
    findings = tuple((str(f.day), f.kind, f.clause, f.key, f.event) for f in state.findings)
    return Told(transitions, findings, _of_engine(run))


def rows_about(told_: Told, admits: Callable[[str], bool]) -> Told:
    """What is told of things whose name passes."""
    transitions = tuple(row for row in told_.transitions if admits(row[2]))
    findings = tuple(row for row in told_.findings if admits(row[2] or "") and admits(row[4] or ""))
    end = {slot: row for slot, row in (told_.end or {}).items() if admits(slot[2] if slot[0] == "finding" else slot[1])}
    return Told(transitions, findings, end if told_.end is not None else None, told_.refusal)


def without(told_: Told, name: str) -> Told:
    return rows_about(told_, lambda full: full.rpartition(".")[2] != name)


def mapped(value: Any, text: Callable[[str], str]) -> Any:
    """A tree, or what is told, with every text in it rewritten, names of keys included."""
    if isinstance(value, Told):
        return Told(*(mapped(part, text) for part in (value.transitions, value.findings, value.end)), value.refusal)
    if isinstance(value, Mapping):
        return {mapped(key, text): mapped(inner, text) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(mapped(inner, text) for inner in value)
    return text(value) if isinstance(value, str) else value


def rewritten(case: Case, text: Callable[[str], str]) -> Case:
    return replace(case, documents=mapped(case.documents, text), rows=mapped(case.rows, text))


def shifted(days: int) -> Callable[[str], str]:
    """Move every date in a text."""
    return lambda text: DATE.sub(lambda found: str(date.fromisoformat(found[0]) + timedelta(days=days)), text)


def the_agreement(case: Case) -> dict[str, Any]:
    return next(tree for tree in case.documents if tree.get("agreement") == "g")


def the_events(case: Case) -> dict[str, Any]:
    """Where the events of a contract are declared."""
    return next(tree["events"] for tree in case.documents if "events" in tree)  # type: ignore[no-any-return]


def days_of(case: Case) -> list[date]:
    """The days from a little before the first row to the end."""
    first = min([case.as_of, *(date.fromisoformat(row["date"][:10]) for row in case.rows)])
    return [first + timedelta(days=n) for n in range((case.as_of - first).days + 1)]
