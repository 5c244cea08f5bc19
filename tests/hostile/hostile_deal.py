"""A deal in which every text that a person may write is an attack, and the commands that show it in all their formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)> [/bold][red on red] {0} [x](javascript:alert(1)) ]]> --> {{7*7}} {% x %} `x` | %0A'
STARTS = {
    "formula": '=HYPERLINK("http://x.invalid";"x")',
    "command": "::error file=deal.yaml::nothing",
    "older_command": "##[error]nothing ##vso[task.complete]x",
    "stop": "::stop-commands::x",
    "lines": "first\n::error::second\n##[error]third\n=1+1",
    "invisible": "a\u200bb\u00adc\u2060d\U000e0041e",
}
"""Texts that are attacks by how they begin, or by what cannot be seen in them; each ends in markup."""


def _text(name: str) -> str:
    """A hostile text as a YAML scalar in double quotes."""
    return json.dumps(f"{STARTS[name]} {MARKUP}", ensure_ascii=False)


DEAL = f"""\
agreement: supply
title: {_text("formula")}
from: 2025-01-01
until: 2025-12-31
parties: {{seller: {_text("command")}, buyer: {_text("older_command")}}}
sources:
  contract: {{title: {_text("command")}, publisher: {_text("formula")}, published: 2024-12-01, standing: contract, read: direct}}
  letter: {{title: {_text("lines")}, publisher: {_text("invisible")}, published: 2025-02-01, standing: press, read: summary,
    url: "https://x.invalid/\\"><script>"}}
default_source: contract
events:
  ordered: {{by: party, order: id, units: number}}
  delivered: {{by: party, order: id, units: number}}
  paid: {{by: party, order: id, sum: money USD}}
  noted: {{by: party, words: text}}
terms:
  window: {{title: {_text("command")}, value: 10 days}}
  unit_price: {{title: {_text("stop")}, value: USD 5}}
  notice: {{title: {_text("lines")}, value: undisclosed, plausible: [10 days, 30 days]}}
facts:
  busy:
    title: {_text("older_command")}
    default: orders
    readings:
      orders: {{holds: count(ordered) > 2, means: {_text("command")}, sources: [contract]}}
      deliveries: {{holds: count(delivered) > 0, means: {_text("lines")}, sources: [letter]}}
      calls: {{holds: count(paid) > 2, rejected: {_text("stop")}}}
measures:
  delivered_units: {{title: {_text("formula")}, sum: delivered.units}}
  said: {{title: {_text("command")}, latest: noted.words}}
clauses:
  deliver:
    kind: obligation
    bearer: seller
    title: {_text("command")}
    for_each: ordered
    key: order
    act: delivered where units >= ordered.units
    within: window
    against: [letter]
  pay:
    kind: obligation
    bearer: buyer
    title: {_text("formula")}
    for_each: deliver becomes fulfilled
    act: paid
    amount: ordered.units * unit_price
    paid_with: sum
    within: notice
  no_resale:
    kind: prohibition
    bearer: buyer
    title: {_text("lines")}
    while: busy
    act: delivered where by = buyer
  answer:
    kind: obligation
    bearer: buyer
    title: {_text("invisible")}
    act: noted
    due: 2025-02-01
"""

SCENARIO = f"""\
scenario: {_text("command")}
agreements: ["deal.yaml"]
as_of: 2025-03-31
events:
  - {{date: 2025-01-10, event: ordered, by: buyer, order: "=A1", units: 10, note: {_text("lines")}}}
  - {{date: 2025-01-11, event: noted, by: buyer, words: {_text("formula")}, note: {_text("command")}, sources: [letter]}}
  - {{date: 2025-01-12, event: noted, by: buyer, words: {_text("command")}}}
  - {{date: 2025-01-15, event: delivered, by: seller, order: "=A1", units: 10}}
  - {{date: 2025-02-01, event: ordered, by: buyer, order: "::warning::A2", units: 20}}
  - {{date: 2025-02-20, event: delivered, by: seller, order: "::warning::A2", units: 20, hypothetical: true}}
expect:
  - {{clause: deliver, key: "=A1", is: breached}}
  - {{clause: deliver, key: "::warning::A2", is: breached, todo: {_text("stop")}}}
"""

FOLDER = "::error::\u202e\x1b[31m [red]\n<b> %0A =1"
"""The name of the folder that holds it all."""

FORMATS = {
    "evaluate scenario.yaml": "table plain json jsonl markdown csv",
    "evaluate scenario.yaml --all": "table plain markdown",
    "evaluate scenario.yaml --fail-on breached": "plain",
    "explain scenario.yaml no_resale": "table plain markdown json",
    "explain scenario.yaml deliver --key ::warning::A2": "table plain markdown",
    "why-not scenario.yaml answer fulfilled": "table plain markdown json",
    "whatif scenario.yaml --drop 1": "table plain markdown json html",
    "diff scenario.yaml --readings default --as-of 2025-01-20..2025-03-31": "table plain markdown json html",
    "sweep scenario.yaml --vary event[1].units=1..30|step|10 --jobs 1": "table plain markdown json csv",
    "batch scenario.yaml --jobs 1": "",
    "agenda scenario.yaml --as-of 2025-02-05": "table plain markdown json ics",
    "verify-result result.json": "table plain markdown json",
    "report scenario.yaml -o -": "",
    "list deal.yaml": "table plain json",
    "list scenario.yaml": "table plain json",
    "show deliver deal.yaml": "table plain json",
    "show pay scenario.yaml": "table plain json",
    "graph deal.yaml": "mermaid dot svg json",
    "timeline scenario.yaml": "table plain svg",
    "timeline scenario.yaml --view said,delivered_units --every month": "table plain json csv markdown",
    "readings scenario.yaml": "table plain json",
    "sources deal.yaml": "markdown json",
    "coverage deal.yaml scenario.yaml": "table plain json",
    "check .": "full concise json jsonl sarif github junit gitlab markdown",
    "check refused": "full concise json jsonl sarif github junit gitlab markdown",
    "test scenario.yaml": "plain json junit",
    "test scenario.yaml --update": "",
    "config evaluate scenario.yaml": "",
    "evaluate refused": "plain",
}
"""Command lines, each with the formats in which it answers. A folder is written as its place in the list of folders."""


def lay_out(folder: Path) -> Path:
    """Write the deal into a folder of a hostile name. Gives that folder."""
    inside = folder / FOLDER
    (inside / "refused").mkdir(parents=True)
    (inside / "deal.yaml").write_text(DEAL, encoding="utf-8")
    (inside / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    (inside / "refused" / f"{FOLDER}.yaml".replace("\n", "\n\n")).write_text(f"{MARKUP}: [\n", encoding="utf-8")
    (inside / "refused" / "::error::x.yaml").write_text(f"scenario: {_text('command')}\nagreements: [{_text('command')}, {_text('formula')}]\n", encoding="utf-8")
    (inside / "refused" / "y.yaml").write_text(DEAL.replace("bearer: seller", f"bearer: {_text('command')}").replace("kind: prohibition", f"kind: {_text('lines')}"), encoding="utf-8")
    return inside


def lines() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command line, with the format that it asks for."""
    for line, formats in FORMATS.items():
        words = tuple(word.replace("|", " ") for word in line.split())
        for style in formats.split():
            yield style, (*words, "--format", style)
        if not formats:
            yield {"report": "html", "batch": "jsonl"}.get(words[0], "plain"), words
