"""Small contracts for tests: a few lines of YAML and of timeline become a finished run that can be asked things.

A contract without its own first key gets the heading of a plain agreement between ``a`` and ``b`` from 2025 on.
A line of the timeline is ``2025-03-01 paid, by: a, amount: USD 5``; ``2025-03-01 !leave`` is ``exercise: leave``.
"""

from __future__ import annotations

import textwrap
from datetime import date, datetime
from typing import Any

from dealcli.analysis.expectations import waiting_stage
from dealcli.analysis.findings import all_findings
from dealcli.dates import civil_day
from dealcli.diagnostics import Place
from dealcli.engine import lifecycle
from dealcli.engine.build import build
from dealcli.engine.days import run_timeline
from dealcli.engine.declare import Text
from dealcli.engine.program import Program
from dealcli.engine.records import Moment, Position
from dealcli.engine.run import Run
from dealcli.engine.shown import show
from dealcli.engine.timeline import Reader, in_order, numbered
from dealcli.model import validate
from dealcli.reading.yaml_tree import read_yaml

HEADING = """\
agreement: deal
title: Deal
from: 2025-01-01
parties: {a: Party A, b: Party B}
"""
FIRST_KEYS = ("agreement:", "vocabulary:")


class Contract:
    """The documents of a deal, ready to be run on timelines."""

    def __init__(self, text: str) -> None:
        text = textwrap.dedent(text).lstrip("\n")
        if not text.startswith(FIRST_KEYS):
            text = HEADING + text
        source, problems = read_yaml("contract.yaml", text.encode())
        for document in source.documents:
            problems.extend(validate(document.tree, "contract.yaml", document.index))
        assert not problems, problems
        self.texts = [Text(d.tree, Place("contract.yaml", (), d.index)) for d in source.documents]

    def program(
        self, terms: dict[str, str] | None = None, readings: dict[str, str] | None = None, known: date | None = None
    ) -> Program:
        program, problems = build(self.texts, readings, terms, known)
        assert not [p for p in problems if p.severity == "error"], problems
        return program

    def with_events(
        self,
        *lines: str,
        terms: dict[str, str] | None = None,
        readings: dict[str, str] | None = None,
        known_as_of: str | None = None,
    ) -> Story:
        return Story(self, lines, terms, readings, known_as_of)


class Story:
    """A contract with a timeline; asked about a day, it runs to the end of that day (once)."""

    def __init__(
        self,
        contract: Contract,
        lines: tuple[str, ...],
        terms: dict[str, str] | None,
        readings: dict[str, str] | None,
        known_as_of: str | None,
    ) -> None:
        self.known = date.fromisoformat(known_as_of) if known_as_of else None
        self.contract, self.lines, self.terms, self.readings = contract, lines, terms, readings
        self.runs: dict[str, Run] = {}

    def run(self, on: str) -> Run:
        if on not in self.runs:
            program = self.contract.program(self.terms, self.readings, self.known)
            reader = Reader(program, self.known)
            rows = [
                reader.read(row_of(line), Place("timeline.yaml", ("events", n))) for n, line in enumerate(self.lines)
            ]
            assert not reader.problems, reader.problems
            ordered = in_order([row for row in rows if row is not None], reader)
            assert not reader.problems, reader.problems
            as_of: Moment = date.fromisoformat(on) if len(on) == 10 else datetime.fromisoformat(on)
            self.runs[on] = run_timeline(program, numbered(ordered), as_of)
        return self.runs[on]

    # --- positions --------------------------------------------------------------------------------------------------

    def positions(self, clause: str, on: str, key: str | None = None, bearer: str | None = None) -> list[Position]:
        run = self.run(on)
        [found] = [c for c in run.program.clauses if clause in (c.name, c.full)]
        positions = run.state.positions_of[found]
        return [p for p in positions if (key is None or p.key_text == key) and (bearer is None or p.bearer == bearer)]

    def position(self, clause: str, on: str, key: str | None = None, bearer: str | None = None) -> Position:
        found = self.positions(clause, on, key, bearer)
        assert len(found) == 1, [(p.key_text, p.bearer, p.shown) for p in found]
        return found[0]

    def stage(self, clause: str, on: str, key: str | None = None, bearer: str | None = None) -> str:
        """The printed stage; of a clause without positions the word that it shows instead."""
        if not self.positions(clause, on, key, bearer):
            run = self.run(on)
            [found] = [c for c in run.program.clauses if clause in (c.name, c.full)]
            return waiting_stage(run, found)
        return self.position(clause, on, key, bearer).shown

    def possible(self, clause: str, on: str, key: str | None = None) -> tuple[str, ...]:
        position = self.position(clause, on, key)
        return lifecycle.possible(position.stages, position.clause.kind)

    def binds(self, clause: str, on: str, key: str | None = None) -> Any:
        return self.run(on).state.binds(self.position(clause, on, key))

    def due(self, clause: str, on: str, key: str | None = None) -> str:
        return str(show(self.position(clause, on, key).limit_day))

    def since(self, clause: str, on: str, key: str | None = None) -> str:
        since = self.position(clause, on, key).since
        assert since is not None
        return str(civil_day(since))

    def breaches(self, clause: str, on: str, key: str | None = None) -> list[str]:
        return [breach["date"] for breach in self.position(clause, on, key).breaches]

    def uses(self, clause: str, on: str, key: str | None = None) -> list[str]:
        return [use["date"] for use in self.position(clause, on, key).uses]

    def keys(self, clause: str, on: str) -> list[str | None]:
        return [p.key_text for p in self.positions(clause, on)]

    def amount(self, clause: str, on: str, key: str | None = None) -> str:
        position = self.position(clause, on, key)
        return str(show(self.run(on).state.amount_of(position)))

    def paid(self, clause: str, on: str, key: str | None = None) -> str:
        return str(show(self.position(clause, on, key).paid))

    def history(self, clause: str, on: str) -> list[tuple[str, str, str]]:
        """(day, stage before, stage after) of each change of a clause's positions that shows."""
        found = [
            t
            for t in self.run(on).state.transitions
            if t.kind == "position" and clause in (t.name, t.name.split(".")[-1])
        ]
        return [(str(t.day), t.before, t.after) for t in found if t.before != t.after]

    # --- the rest ---------------------------------------------------------------------------------------------------

    def agreement(self, on: str, name: str = "deal") -> str:
        run = self.run(on)
        return next(state.shown for a, state in run.state.agreements.items() if a.name == name)

    def value(self, name: str, on: str, *key: Any) -> str:
        """The value of a fact or measure as it is printed."""
        run = self.run(on)
        [found] = [f for f in (*run.program.facts, *run.program.measures) if f.name == name]
        return str(show(run.state.fluent(found, key)))

    def findings(self, kind: str, on: str, clause: str | None = None) -> int:
        found = [f for f in all_findings(self.run(on)) if f.kind == kind]
        return len([f for f in found if clause is None or (f.clause or "").split(".")[-1] == clause])


def row_of(line: str) -> dict[str, Any]:
    """One line of a timeline as the tree of its row."""
    day, _, rest = line.partition(" ")
    name, _, attributes = rest.partition(",")
    kind = "exercise" if name.startswith("!") else "event"
    text = f"vocabulary: x\nrow: {{date: '{day}', {kind}: {name.lstrip('!')}, {attributes}}}\n"
    source, problems = read_yaml("timeline.yaml", text.encode())
    assert not problems, problems
    row: dict[str, Any] = source.documents[0].tree["row"]
    return row


def contract(text: str) -> Contract:
    return Contract(text)


def story(text: str, *lines: str, **choices: Any) -> Story:
    return Contract(text).with_events(*lines, **choices)
