from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import dealcli
from dealcli.cli.main import main

SOURCE = Path(dealcli.__file__).resolve().parent.parent

DEAL = """\
agreement: supply
title: Supply of parts
from: 2025-01-01
until: 2025-12-31
parties: {seller: Seller, buyer: Buyer}
sources:
  contract: {title: The contract, publisher: Both, published: 2024-12-01, standing: contract, read: direct}
  letter: {title: A letter, publisher: Buyer, published: 2025-02-01, standing: press, read: summary}
default_source: contract
events:
  ordered: {by: party, order: id, units: number}
  delivered: {by: party, order: id, units: number}
  paid: {by: party, order: id, sum: money USD}
  cancelled: {by: party, order: id}
terms:
  window:
    title: Time to deliver
    value: 10 days
  unit_price:
    value: USD 5
  notice:
    value: undisclosed
    plausible: [10 days, 30 days]
  rate:
    value: [{below: 100, value: 3%}, {from: 100, value: 2%}]
facts:
  busy:
    title: More than two orders are out
    default: orders
    readings:
      orders: {holds: count(ordered) > 2, sources: [contract]}
      deliveries: {holds: count(delivered) > 2, sources: [letter]}
      calls: {holds: count(paid) > 2, rejected: nobody holds this}
measures:
  delivered_units:
    sum: delivered.units
clauses:
  deliver:
    kind: obligation
    bearer: seller
    title: Deliver what was ordered
    for_each: ordered
    key: order
    act: delivered where units >= ordered.units
    within: window
    waived_by: cancelled
  pay:
    kind: obligation
    bearer: buyer
    title: Pay for what was delivered
    for_each: deliver becomes fulfilled
    act: paid
    amount: ordered.units * unit_price
    paid_with: sum
    within: 30 days
    against: [letter]
  no_resale:
    kind: prohibition
    bearer: buyer
    title: No resale while busy
    while: busy
    act: delivered where by = buyer
"""

SCENARIO = """\
scenario: Two orders
agreements: [deal.yaml]
as_of: 2025-03-31
events:
  - {date: 2025-01-10, event: ordered, by: buyer, order: A1, units: 10}
  - {date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10}
  - {date: 2025-02-01, event: ordered, by: buyer, order: A2, units: 20}
  - {date: 2025-02-20, event: delivered, by: seller, order: A2, units: 20, hypothetical: true}
expect:
  - {clause: deliver, key: A1, is: fulfilled}
  - {clause: deliver, key: A2, is: breached}
"""

SUITE = """\
suite: Orders
agreements: [deal.yaml]
events:
  - {date: 2025-01-10, event: ordered, by: buyer, order: A1, units: 10}
scenarios:
  - {name: in time, as_of: 2025-02-28, events: [{date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10}]}
  - {name: never, as_of: 2025-02-28, expect: [{clause: deliver, is: breached}]}
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a deal, a scenario and a suite."""
    for name, text in (("deal.yaml", DEAL), ("scenario.yaml", SCENARIO), ("suite.yaml", SUITE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "DEALCLI_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process."""

    def one(*arguments: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, told.out, told.err)

    return one


@pytest.fixture
def recorded() -> Callable[[str, Ended], None]:
    """Hold the first problem with a code, as it was shown, against the one on record.

    ``DEALCLI_GOLDEN=write`` writes the record anew; the difference is the review.
    """

    def one(code: str, ended: Ended) -> None:
        shown = re.search(rf"^(?:error|warning|info)\[{code}\].*?\n\n", ended.out + ended.err, re.MULTILINE | re.DOTALL)
        assert shown is not None, ended
        assert ended.code in (1, 2, 3)
        kept = Path(__file__).with_name("golden") / "messages" / f"{code}.txt"
        if os.environ.get("DEALCLI_GOLDEN") == "write":
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(shown[0].rstrip("\n") + "\n", encoding="utf-8")
        assert shown[0].rstrip("\n") + "\n" == kept.read_text("utf-8")

    return one


@pytest.fixture
def shell(here: Path) -> Run:
    """Run a command line of a shell, in which $D is dealcli."""

    def one(line: str, stdin: bytes = b"", **environment: str) -> Ended:
        kept = {
            k: v
            for k, v in os.environ.items()
            if k not in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "DEALCLI_DEBUG")
        }
        done = subprocess.run(
            ["bash", "-c", line], input=stdin, capture_output=True, cwd=here, timeout=60, check=False,
            env={**kept, "PYTHONPATH": str(SOURCE), "D": f"{sys.executable} -m dealcli", **environment},
        )  # fmt: skip
        return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return one
