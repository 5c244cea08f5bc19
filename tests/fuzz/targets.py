"""What is fuzzed: the reader, expressions in a deal that runs, and whole scenario files. Each takes any bytes.

A target returns for every input; what it raises is a crash. Inputs that once crashed stand in ``found/``, one file each,
in the folder of their target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from dealcli.analysis.evaluation import Options, evaluate_once
from dealcli.analysis.scenario import Scenario, load
from dealcli.cli.evaluating import result_of
from dealcli.diagnostics import Refused
from dealcli.engine import making
from dealcli.engine.declare import Text
from dealcli.output.formats import FORMATS
from dealcli.output.problems import render_problems
from dealcli.output.text import safe
from dealcli.output.view import View
from dealcli.reading.yaml_tree import read_yaml
from dealcli.slotted import replace

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOUND = HERE / "found"
SHARES = {"reader": 3_000, "expressions": 1_000, "scenarios": 400}
"""So many inputs of each target are a bounded share of all there could be."""
LONGEST = 4096
"""Bytes of an input: crashes hide in short ones, and long ones cost time."""

making.MOST_PERIODS = 500
"""A bound of the program, lowered: what takes long by its length is tested elsewhere, and here only delays what is new."""

DEAL = """\
agreement: supply
title: Supply
from: 2025-01-01
until: 2025-12-31
parties: {seller: Seller, buyer: Buyer}
sources: {letter: {title: A letter, publisher: Buyer, published: 2025-02-01, standing: press, read: direct}}
events:
  ordered: {by: party, order: id, units: number}
  delivered: {by: party, order: id, units: number, day?: date}
  paid: {by: party, order: id, sum: money USD}
  noted: {by: party, words: text}
terms:
  window: {value: 10 days}
  price: {value: USD 5}
  notice: {value: undisclosed, plausible: [10 days, 30 days]}
  rate: {value: [{below: 100, value: 3%}, {from: 100, value: 2%}]}
facts:
  busy: {holds: count(ordered) > 2}
  open: {starts: ordered, ends: delivered}
measures:
  units: {sum: delivered.units, per: order}
  said: {latest: noted.words}
clauses:
  deliver: {kind: obligation, bearer: seller, for_each: ordered, key: order, act: delivered where units >= ordered.units, within: window}
  pay: {kind: obligation, bearer: buyer, for_each: deliver becomes fulfilled, act: paid, amount: ordered.units * price, paid_with: sum,
    within: 30 days}
  stop: {kind: power, bearer: buyer, effects: [{terminate: supply}], from: 2025-02-01}
  rest: {kind: prohibition, bearer: buyer, while: busy, act: delivered where by = buyer}
---
scenario: Two orders
as_of: 2025-03-31
events:
  - {date: 2025-01-10, event: ordered, by: buyer, order: A1, units: 10}
  - {date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10, day: 2025-01-14}
  - {date: 2025-01-20, event: noted, by: buyer, words: so}
  - {date: 2025-02-01, event: ordered, by: buyer, order: A2, units: 20}
  - {date: 2025-02-03T10:00, event: paid, by: buyer, order: A1, sum: USD 20}
  - {date: 2025-02-20, event: delivered, by: seller, order: A2, units: 20}
"""
FIELDS = (
    ("facts", "busy", "holds"), ("facts", "open", "starts"), ("terms", "window", "value"), ("measures", "units", "sum"),
    ("clauses", "deliver", "act"), ("clauses", "deliver", "for_each"), ("clauses", "pay", "amount"), ("clauses", "pay", "within"),
    ("clauses", "rest", "while"), ("clauses", "stop", "from"), ("clauses", "stop", "until"),
)  # fmt: skip
"""Where an expression is put, by the first byte of an input."""
WORDS = (
    "ordered delivered paid noted busy open units said window price notice rate deliver pay stop rest seller buyer supply letter and or not is "
    "becomes true false none today after before where of in if then else count( sum( any( every( min( max( days( months( first( latest( within "
    "exists( in_force breached fulfilled performed unknown undisclosed 10 0 1 -1 0.5 3% USD EUR days months years hours business 2025-02-28 "
    "2024-02-29 2025-01-10T10:00 9999-12-31 0001-01-01 = != < <= > >= + - * / ^ ( ) [ ] { } : , . ' \" # | > & * ! % @ ` ? -"
).split()  # fmt: skip


def _reader(content: bytes) -> None:
    """Bytes to documents, and the problems as they are shown."""
    source, problems = read_yaml("x.yaml", content)
    for line in render_problems(problems, {"x.yaml": source}):
        shown = line.rstrip("\n").replace(" ::: ", " --- ", 1)
        assert safe(shown) == shown, "text that is not made safe"
    assert problems or source.documents


class _Expressions:
    """A deal that runs, in which one text is exchanged."""

    def __init__(self, folder: Path) -> None:
        (folder / "x.yaml").write_text(DEAL, encoding="utf-8")
        (self.scenario,) = load(str(folder / "x.yaml"), {})

    def __call__(self, content: bytes) -> None:
        field, text = FIELDS[content[0] % len(FIELDS)] if content else FIELDS[0], content[1:].decode("utf-8", "replace")
        try:
            evaluate_once(self._with(field, text), Options())
        except Refused:
            return

    def _with(self, route: tuple[str, str, str], text: str) -> Scenario:
        section, name, key = route
        (deal,) = self.scenario.deal
        tree: Mapping[str, Any] = deal.tree
        changed = {**tree, section: {**tree[section], name: {**tree[section][name], key: text}}}
        return replace(self.scenario, deal=(Text(changed, deal.place),))


class _Scenarios:
    """Whole files: read, checked, built, run, judged and shown."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "x.yaml")

    def __call__(self, content: bytes) -> None:
        Path(self.path).write_bytes(content)
        sources: dict[str, Any] = {}
        try:
            for scenario in load(self.path, sources)[:1]:
                result = result_of(scenario, Options(), "cheap")
                for style in ("plain", "json"):
                    for _ in FORMATS[style](result, View()):
                        pass
        except Refused as refused:
            for _ in render_problems(refused.diagnostics, sources):
                pass


TARGETS: Mapping[str, Callable[[Path], Callable[[bytes], None]]] = {
    "reader": lambda folder: _reader,
    "expressions": _Expressions,
    "scenarios": _Scenarios,
}
"""Each is made with a folder of its own."""


def seeds(name: str) -> list[bytes]:
    """Inputs to begin with: our own clauses, examples and published cases, and everything that once crashed."""
    files = sorted(path for folder in ("clauses", "examples", "tests/cases", "tests/docs/choices") for path in (ROOT / folder).rglob("*.yaml"))
    contents = [path.read_bytes() for path in files]
    found = [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]
    if name == "expressions":
        lines = {line.partition(b": ")[2].strip(b'{}" ') for content in contents for line in content.splitlines()}
        return [*found, *(bytes([number % 256]) + line for number, line in enumerate(sorted(lines)) if 3 < len(line) < 200)]
    return [*found, DEAL.encode(), *(content for content in contents if len(content) <= LONGEST)]


def mutated(begin: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Inputs made from others by chance: bytes turned, pieces cut, doubled or moved in from another, words put in."""
    random = Random(seed)
    for _ in range(count):
        content = bytearray(random.choice(begin))
        for _ in range(random.choice((1, 1, 2, 3, 5, 8))):
            _mutate(content, random, begin)
        yield bytes(content[:LONGEST])


def _mutate(content: bytearray, random: Random, others: list[bytes]) -> None:
    at = random.randrange(len(content) + 1)
    end = min(len(content), at + random.choice((1, 1, 2, 4, 16, 64)))
    match random.randrange(6):
        case 0:
            content[at:end] = bytes(random.randrange(256) for _ in range(end - at))
        case 1:
            del content[at:end]
        case 2:
            content[at:at] = content[at:end] * random.choice((1, 2, 50))
        case 3:
            content[at:end] = random.choice(WORDS).encode()
        case 4:
            content[at:at] = f" {random.choice(WORDS)} ".encode()
        case _:
            other = random.choice(others)
            start = random.randrange(len(other) + 1)
            content[at:end] = other[start : start + random.choice((4, 16, 64))]
