"""``dealcli agenda``: what comes by itself, and what each party has from a day on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def early(here: Path) -> tuple[str, ...]:
    """The day on which the first order is open and nothing has been delivered."""
    return ("agenda", "scenario.yaml", "--as-of", "2025-01-12")


def told(run: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json").out)
    return found


def test_deadlines_and_what_follows_from_them_stand_by_date(run: Run, early: tuple[str, ...]) -> None:
    shown = run(*early).out
    dates = shown[shown.index("WHAT COMES BY ITSELF") :].split("\n\n")[0].splitlines()
    assert "  2025-01-20   last day to act: Deliver what was ordered (A1) - Seller" in dates
    assert "  2025-01-21 ! breached: Deliver what was ordered (A1) - Seller (its limit passed)" in dates
    assert "  2025-12-31   last day: Supply of parts" in dates


def test_events_after_the_day_are_left_out_of_the_forecast(run: Run, early: tuple[str, ...]) -> None:
    """The scenario delivers on 15 January; on the 12th nobody knows that."""
    found = told(run, *early)
    assert [row["to"] for row in found["dates"] if row.get("clause") == "supply.deliver" and row["what"] == "change"] == ["breached"]


def test_each_party_must_must_not_may_and_can(run: Run, early: tuple[str, ...]) -> None:
    found = told(run, *early)
    held = {row["party"]: row for row in found["holds"]}
    assert [(row["clause"], row["key"], row["due"]) for row in held["seller"]["must"]] == [("supply.deliver", "A1", "2025-01-20")]
    assert held["buyer"]["must"] == held["buyer"]["must_not"] == []


def test_one_party_sees_its_own_dates_and_those_it_can_count_on(run: Run, early: tuple[str, ...]) -> None:
    found = told(run, *early, "--party", "Buyer")
    assert found["party"] == "buyer"
    assert [row["party"] for row in found["holds"]] == ["buyer"]
    assert any(row.get("clause") == "supply.deliver" for row in found["dates"])
    refused = run(*early, "--party", "byer")
    assert refused.code == 2
    assert "did you mean 'buyer'?" in refused.err


def test_the_last_day_can_be_given(run: Run, early: tuple[str, ...]) -> None:
    found = told(run, *early, "--until", "2025-01-20")
    assert [row["date"] for row in found["dates"]] == ["2025-01-20"]
    assert run(*early, "--until", "soon").code == 2


def test_an_end_that_may_come_later_is_not_told_as_an_end(run: Run, here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8").replace("    while: busy\n", "    until: 2025-06-30/..\n")
    (here / "deal.yaml").write_text(deal, "utf-8")
    assert "2025-06-30   its end is not known from here on: No resale while busy" in run("agenda", "scenario.yaml").out
    lines = unfolded(run("agenda", "scenario.yaml", "--format", "ics").out)
    assert "SUMMARY:End not known from here on: No resale while busy" in lines
    assert not any(line.startswith("SUMMARY:Ends: No resale") for line in lines)


def test_what_is_overdue_is_still_owed(run: Run, here: Path) -> None:
    found = told(run, "agenda", "scenario.yaml", "--as-of", "2025-02-15")
    (seller,) = [row for row in found["holds"] if row["party"] == "seller"]
    assert [(row["clause"], row["key"]) for row in seller["overdue"]] == [("supply.deliver", "A2")]


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_calendar_file_has_one_whole_day_for_each_date(run: Run, early: tuple[str, ...]) -> None:
    text = run(*early, "--format", "ics").out
    lines = unfolded(text)
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") >= 3
    begin = lines.index("SUMMARY:Last day: Deliver what was ordered (A1)")
    assert lines[begin - 2 : begin] == ["DTSTART;VALUE=DATE:20250120", "DTEND;VALUE=DATE:20250121"]
    assert text == run(*early, "--format", "ics").out
    assert len({line for line in lines if line.startswith("UID:")}) == lines.count("BEGIN:VEVENT")


def test_no_title_breaks_out_of_a_calendar_file(run: Run, here: Path, early: tuple[str, ...]) -> None:
    hostile = '"Deliver\\nEND:VEVENT\\nBEGIN:VALARM; now, \\\\ and ' + "\u00e9" * 90 + '"'
    deal = (here / "deal.yaml").read_text("utf-8").replace("title: Deliver what was ordered", f"title: {hostile}")
    (here / "deal.yaml").write_text(deal, "utf-8")
    text = run(*early, "--format", "ics").out
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "BEGIN:VALARM" not in unfolded(text)
    assert any("Deliver END:VEVENT BEGIN:VALARM\\; now\\, \\\\ and" in line for line in unfolded(text))


def test_every_layout_of_the_agenda_says_the_same(run: Run, early: tuple[str, ...]) -> None:
    for style in ("plain", "table", "markdown"):
        assert "Deliver what was ordered (A1)" in run(*early, "--format", style).out
