"""One small deal to evaluate expressions in, built from text and run over a few events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from dealcli.diagnostics import Place
from dealcli.engine.build import build
from dealcli.engine.days import run_timeline
from dealcli.engine.declare import Text
from dealcli.engine.shown import show
from dealcli.engine.timeline import Reader, in_order, numbered

DEAL = """
agreement: supply
from: 2025-01-01
parties: {buyer: Buyer, seller: Seller}
calendar: {weekend: [saturday, sunday], holidays: [2025-12-25]}
events:
  ordered: {by: party, order: id, place: text, quantity: number}
  paid: {by: party, order: id, amount: money USD, "kind?": [cash, card]}
  wired: {amount: money}
  delivered: {order: id, lines: "list of {item: text, quantity: number, price: number}", "marks?": list of number}
  signed: {}
  rumoured: {reporting: partial, size: number}
  measured: {level: number, "span?": duration, "on?": date, "moment?": datetime}
terms:
  window: {value: 30 days}
  notice: {value: 1 month}
  hidden: {value: undisclosed}
  fee: {value: USD 5}
  zones: {value: {north: 5, south: 7, "2": 9}}
  rates: {value: [{below: 1000, value: 3%}, {from: 1000, up_to: 2000, value: 2%}]}
  sizes: {value: [1, 2, 3]}
facts:
  big_order: {starts: ordered where quantity > 10, ends: signed}
  settled: {per: order, starts: paid}
measures:
  orders: {count: ordered}
  owed: {per: order, sum: paid.amount}
clauses:
  pay:
    {kind: obligation, bearer: buyer, counterparty: seller, for_each: ordered, key: order, act: paid, within: 30 days}
  keep_quiet: {kind: prohibition, bearer: seller, act: signed}
"""


class Deal:
    """The deal above after some events: ``value`` and ``holds`` read expressions in it, ``refused`` what is wrong."""

    def __init__(self, *rows: str, as_of: str = "2025-12-31", more: str = "") -> None:
        self.rows = [yaml.load(row, yaml.BaseLoader) for row in rows]
        self.as_of, self.tree = date.fromisoformat(as_of), yaml.load(DEAL, yaml.BaseLoader)
        for section, things in (yaml.load(more, yaml.BaseLoader) or {}).items():
            known = self.tree.get(section)
            self.tree[section] = {**known, **things} if isinstance(known, dict) else things

    def _with(self, section: str, definition: dict[str, Any]) -> dict[str, Any]:
        return {**self.tree, section: {**self.tree.get(section, {}), "answer": definition}}

    def run(self, tree: dict[str, Any]) -> Any:
        """The state at the end of the timeline; fails where the documents or the rows are refused."""
        program, problems = build([Text(tree, Place("deal.yaml"))])
        assert [problem.message for problem in problems] == []
        reader = Reader(program)
        rows = [reader.read(row, Place("deal.yaml", ("events", n))) for n, row in enumerate(self.rows)]
        assert [problem.message for problem in reader.problems] == []
        return run_timeline(program, numbered(in_order([row for row in rows if row], reader)), self.as_of).state

    def _answer(self, section: str, definition: dict[str, Any], key: tuple[Any, ...] = ()) -> str:
        state = self.run(self._with(section, definition))
        (thing,) = [t for t in (*state.program.facts, *state.program.measures) if t.name == "answer"]
        return show(state.fluent(thing, key))

    def value(self, expression: str) -> str:
        return self._answer("measures", {"is": expression})

    def holds(self, condition: str) -> str:
        return self._answer("facts", {"holds": condition})

    def times(self, trigger: str) -> str:
        """How often a trigger occurred."""
        return self._answer("measures", {"count": trigger})

    def _refused(self, section: str, key: str, text: str) -> list[tuple[str, str, str, str]]:
        _, problems = build([Text(self._with(section, {key: text}), Place("deal.yaml"))])
        return [(p.code, p.message, text[p.place.offset or 0 :][: p.place.length], p.hint) for p in problems]

    def wrong_value(self, text: str) -> tuple[str, str, str, str]:
        """Code, message, the stretch of the text that is pointed at, and the hint of the one problem."""
        (problem,) = self._refused("measures", "is", text)
        return problem

    def wrong_condition(self, text: str) -> tuple[str, str, str, str]:
        (problem,) = self._refused("facts", "holds", text)
        return problem

    def wrong_trigger(self, text: str) -> tuple[str, str, str, str]:
        (problem,) = self._refused("measures", "count", text)
        return problem


@pytest.fixture
def after() -> Callable[..., Deal]:
    """The deal after the given rows of a timeline."""
    return Deal


@pytest.fixture
def deal() -> Deal:
    """The deal before anything happened."""
    return Deal()
