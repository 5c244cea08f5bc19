"""Faults planted one by one in a project that has none: each is found, at the character where it was planted, and nothing else.

An ``@`` in the right column stands before the character at which the fault is shown; it is not part of the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealcli.output.rule_pages import rules

Run = Callable[..., Any]
AGREEMENT, SCENARIO, SUITE = "clauses/supply.yaml", "scenarios/late_delivery.yaml", "scenarios/suite.yaml"

FAULTS = [
    # files and YAML
    ("DC110", AGREEMENT, "agreement: supply\ntitle", "agreement supply\n@title"),
    ("DC111", AGREEMENT, "    act: paid\n", "    act: paid\n    @act: delivered\n"),
    ("DC113", AGREEMENT, "    bearer: seller", "    bearer: @&s seller"),
    ("DC113", AGREEMENT, "    bearer: seller", "    bearer: @*s"),
    ("DC112", AGREEMENT, "    bearer: seller", "    bearer: @!!str seller"),
    ("DC110", AGREEMENT, "    bearer: seller", "@\tbearer: seller"),
    ("DC106", AGREEMENT, "title: Supply of parts", "title: Supply@\u202e of parts"),
    ("DC114", AGREEMENT, "    kind: obligation\n    bearer: buyer", "    @<<: {kind: obligation}\n    bearer: buyer"),
    ("DC110", AGREEMENT, "parties: {seller: The seller, buyer: The buyer}", "parties: @{seller: The seller, buyer: The buyer"),
    ("DC110", AGREEMENT, "title: Supply of parts", 'title: @"Supply of parts'),
    ("DC101", SCENARIO, "agreements: [../clauses]", "agreements: [@../clases]"),
    # the shape of documents
    ("DC200", AGREEMENT, "agreement: supply", "@agrement: supply"),
    ("DC205", AGREEMENT, "agreement: supply", "agreement: @Supply"),
    ("DC205", AGREEMENT, "agreement: supply", "agreement: @and"),
    ("DC201", AGREEMENT, "    within: 30 days", "    @witin: 30 days"),
    ("DC202", AGREEMENT, "    kind: obligation\n    bearer: buyer", "    @bearer: buyer"),
    ("DC204", AGREEMENT, "    kind: obligation\n    bearer: buyer", "    kind: @obligaton\n    bearer: buyer"),
    ("DC206", AGREEMENT, "published: 2025-12-15", "published: @2025-02-30"),
    ("DC206", AGREEMENT, "published: 2025-12-15", "published: @soon"),
    ("DC204", AGREEMENT, "standing: contract", "standing: @contrct"),
    ("DC211", AGREEMENT, "    within: 30 days", "    within: 30 days\n    @due: 2026-03-01"),
    ("DC207", AGREEMENT, "    within: 30 days", "    within: 30 days\n    survives: @yes"),
    ("DC213", AGREEMENT, "    within: 30 days", "    within: 30 days\n    @times: 2"),
    ("DC201", AGREEMENT, "    within: 30 days", "    within: 30 days\n    @url: x"),
    ("DC210", AGREEMENT, "title: Pay for what was delivered", "title: @''"),
    ("DC210", AGREEMENT, "    within: 30 days", "    within:@ "),
    ("DC213", AGREEMENT, "    act: paid\n    amount: delivered.units * unit_price\n    paid_with",
     "    amount: delivered.units * unit_price\n    @paid_with"),
    ("DC213", AGREEMENT, "    act: paid\n    amount: delivered.units * unit_price\n    paid_with: amount\n",
     "    act: paid\n    @paid_with: amount\n"),
    ("DC213", AGREEMENT, "    for_each: delivered\n    key: order\n", "    @key: order\n"),
    ("DC203", AGREEMENT, "    within: 30 days", "    within: @[30 days]"),
    ("DC213", AGREEMENT, "    cure: 7 days\n", "    cure: 7 days\n    @holds: count(paid) > 1\n"),
    ("DC214", AGREEMENT, "    cure: 7 days\n", "    cure: 7 days\n    @default: one\n"),
    ("DC206", AGREEMENT, "until: 2026-12-31\n", "until: 2026-12-31\nknown_through: @2026\n"),
    ("DC204", AGREEMENT, "until: 2026-12-31\n", "until: 2026-12-31\nmonth_end: @last\n"),
    ("DC204", AGREEMENT, "until: 2026-12-31\n", "until: 2026-12-31\ncalendar: {weekend: [saturday, @sonday]}\n"),
    ("DC210", AGREEMENT, "until: 2026-12-31\n", "until: 2026-12-31\neffects: @[]\n"),
    ("DC206", SCENARIO, "as_of: 2026-03-31", "as_of: @2026-02-29"),
    ("DC206", SCENARIO, "date: 2026-01-12", "date: @2026-01-32"),
    ("DC201", SCENARIO, "outstanding: EUR 2000}", "@outstandng: EUR 2000}"),
    ("DC212", SCENARIO, "  - {clause: deliver, key: A2, is: cured}", "  - @{clause: deliver, key: A2}"),
    ("DC200", SUITE, "suite: One order, and how it may go", "@suit: One order"),
    ("DC202", SUITE, "  - name: nothing is delivered\n    as_of", "  - @as_of"),
    ("DC208", SUITE, "count: 0}\n  - name: too", "count: @none}\n  - name: too"),
    # names, types and expressions
    ("DC302", AGREEMENT, "within: delivery_time", "within: @delivery_tme"),
    ("DC302", AGREEMENT, "    bearer: seller", "    bearer: @sellr"),
    ("DC302", AGREEMENT, "for_each: ordered", "for_each: @orderd"),
    ("DC302", AGREEMENT, "ordered.units\n", "@ordered.unit\n"),
    ("DC305", AGREEMENT, "key: order\n    act: delivered", "key: @ordr\n    act: delivered"),
    ("DC302", AGREEMENT, "paid_with: amount", "paid_with: @amunt"),
    ("DC306", AGREEMENT, "delivered.units * unit_price", "@delivered.units + unit_price"),
    ("DC301", AGREEMENT, "delivered.units * unit_price", "delivered.units *@"),
    ("DC301", AGREEMENT, "delivered.units * unit_price", "delivered.units * (unit_price@"),
    ("DC304", AGREEMENT, "units >= ordered.units", "@units >= unit_price"),
    ("DC301", AGREEMENT, "within: 30 days", "within: 30 @dys"),
    ("DC304", AGREEMENT, "within: 30 days", "within: @EUR 30"),
    ("DC301", AGREEMENT, "value: 14 days", "value: 14 @dayz"),
    ("DC310", AGREEMENT, "delivered: {by: party,", "delivered: {by: party, place: @txt,"),
    ("DC302", AGREEMENT, "within: 30 days", "within: 30 days\n    while: @units = 3"),
    ("DC302", AGREEMENT, "within: 30 days", "within: 30 days\n    while: count(@refused) > 1"),
    ("DC302", AGREEMENT, "within: 30 days", "within: 30 days\n    while: @cnt(paid) > 1"),
    ("DC302", AGREEMENT, "within: 30 days", "within: 30 days\n    while: @deliver is fulfiled"),
    ("DC302", AGREEMENT, "within: 30 days", "within: 30 days\n    exception_to: @delivr"),
    ("DC302", AGREEMENT, "within: 30 days", "within: 30 days\n    sources: [@contrat]"),
    ("DC309", AGREEMENT, "until: 2026-12-31\n", "until: 2026-12-31\ntimezone: @Europe/Pariss\n"),
    ("DC301", AGREEMENT, "until: 2026-12-31", "until: @2026-13-01"),
    ("DC304", AGREEMENT, "until: 2026-12-31", "until: @12 months"),
    ("DC302", SCENARIO, "clause: pay, key: A1", "clause: @paid, key: A1"),
    ("DC302", SCENARIO, "is: cured", "is: @curred"),
    ("DC301", SCENARIO, "as_of: 2026-03-31", "as_of: 2026-03-31\nterms: {delivery_time: 31 @dayz}"),
    ("DC302", SCENARIO, "clause: pay, key: A2, is: breached", "finding: breach, clause: @pays, key: A2, count: 1"),
    ("DC302", SUITE, "{finding: breach, count: 0}", "{finding: @breech, count: 0}"),
    # timelines
    ("DC401", SCENARIO, "event: paid", "event: @payd"),
    ("DC407", SCENARIO, "by: buyer, order: A1, amount: EUR 4000", "by: @byer, order: A1, amount: EUR 4000"),
    ("DC406", SCENARIO, "amount: EUR 4000}", "amount: @USD 4000}"),
    ("DC406", SCENARIO, "amount: EUR 4000}", "amount: @many}"),
    ("DC402", SCENARIO, "amount: EUR 4000}", "amount: EUR 4000, @sum: 1}"),
    ("DC403", SCENARIO, "{date: 2026-02-02, event: ordered, by: buyer, order: A2, units: 50}",
     "@{date: 2026-02-02, event: ordered, by: buyer, units: 50}"),
    ("DC410", SUITE, "suite: One order, and how it may go\nagreements: [../clauses]", "@suite: One order, and how it may go"),
    # names in options of a scenario
    ("DC506", SCENARIO, "as_of: 2026-03-31", "as_of: 2026-03-31\nterms: {@delivery_tim: 3 days}"),
    ("DC506", SCENARIO, "as_of: 2026-03-31", "as_of: 2026-03-31\nreadings: {@deliver: strict}"),
    ("DC506", SCENARIO, "as_of: 2026-03-31", "as_of: 2026-03-31\nwithout: [@supplies]"),
    # meaning
    ("DC602", AGREEMENT, "terms:\n", "terms:\n  @unread: {value: 3}\n"),
    ("DC601", AGREEMENT, "events:\n", "events:\n  @unseen: {by: party}\n"),
    ("DC610", AGREEMENT, "  pay:\n", "  @repay: {kind: obligation, bearer: buyer, act: paid}\n  pay:\n"),
]  # fmt: skip


@pytest.fixture
def project(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert run("init", "project", "--ci", "none").code == 0
    monkeypatch.chdir(here / "project")
    return here / "project"


def planted(project: Path, file: str, right: str, wrong: str) -> tuple[int, int]:
    """Plant one fault, and say at which line and column."""
    text = (project / file).read_text("utf-8")
    assert right in text
    marked = text.replace(right, wrong, 1)
    before, _, after = marked.partition("@")
    (project / file).write_bytes((before + after).encode())
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def found(run: Run) -> list[tuple[str, str, int, int]]:
    told = json.loads(run("check", ".", "--format", "json").out)
    return [(one["code"], one["place"]["path"], one["place"]["line"], one["place"]["column"]) for one in told["diagnostics"]]


def test_the_project_has_no_fault_before_one_is_planted(run: Run, project: Path) -> None:
    assert found(run) == []
    assert len(FAULTS) >= 80
    assert len({code for code, *_ in FAULTS}) >= 35


@pytest.mark.parametrize(("code", "file", "right", "wrong"), FAULTS, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(FAULTS)])
def test_a_planted_fault_is_found_where_it_stands_and_nothing_else_is(
    run: Run, project: Path, code: str, file: str, right: str, wrong: str
) -> None:
    line, column = planted(project, file, right, wrong)
    assert found(run) == [(code, file, line, column)]


def test_faults_in_several_files_are_all_found_at_once(run: Run, project: Path) -> None:
    chosen = [next(one for one in FAULTS if one[1] == file and one[0] in codes)
              for file, codes in ((AGREEMENT, {"DC201"}), (SCENARIO, {"DC206"}), (SUITE, {"DC208"}))]  # fmt: skip
    expected = [(code, file, *planted(project, file, right, wrong)) for code, file, right, wrong in chosen]
    assert found(run) == expected


def test_a_planted_fault_ends_a_check_with_1_where_it_is_an_error_or_a_warning(run: Run, project: Path) -> None:
    for level in ("error", "warning", "info"):
        code, file, right, wrong = next(one for one in FAULTS if rules()[one[0]].severity == level)
        sound = (project / file).read_text("utf-8")
        planted(project, file, right, wrong)
        assert run("check", ".").code == (level != "info"), code
        (project / file).write_text(sound, encoding="utf-8")
