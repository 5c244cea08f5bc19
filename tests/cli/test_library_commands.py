"""``timeline``, ``coverage`` and ``sources``: a deal at a glance, what exercises it, where it comes from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

VIEWS = """\
vocabulary: views
measures:
  state_of_orders:
    title: What is out
    is: "if busy then 'many' else if delivered_units > 0 then 'some' else 'none_yet'"
  newest_order:
    latest: ordered.order
"""
TABLE = """\
document,row,says,homes,note
letter,1,Deliveries are due in ten days,clause:deliver term:window,
letter,2,The second order,history:2025-02-01,a row of the scenario
"""


@pytest.fixture
def deal(here: Path) -> Path:
    """The deal in a folder, with views, and a scenario beside it."""
    folder = here / "deal"
    folder.mkdir()
    (here / "deal.yaml").rename(folder / "deal.yaml")
    (folder / "views.yaml").write_text(VIEWS, encoding="utf-8")
    for name in ("scenario.yaml", "suite.yaml"):
        text = (here / name).read_text("utf-8").replace("[deal.yaml]", "[deal]")
        (here / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("deal")
def test_a_timeline_reads_the_views_at_the_dates_asked_for(run: Run) -> None:
    ended = run(
        "timeline", "scenario.yaml", "--view", "state_of_orders", "--at", "2025-02-28,2025-01-10", "--format", "csv"
    )
    assert list(csv.reader(io.StringIO(ended.out))) == [
        ["date", "state_of_orders"], ["2025-01-10", "none_yet"], ["2025-02-28", "some"]]  # fmt: skip


@pytest.mark.usefixtures("deal")
def test_a_timeline_goes_beyond_the_day_of_the_scenario(run: Run) -> None:
    ended = run(
        "timeline", "scenario.yaml", "--view", "state_of_orders,newest_order", "--at", "2027-01-01", "--format", "json"
    )
    told = json.loads(ended.out)
    assert told["rows"] == [{"date": "2027-01-01", "state_of_orders": "some", "newest_order": "A2"}]
    assert told["views"][0] == {"name": "state_of_orders", "title": "What is out"}


@pytest.mark.usefixtures("deal")
def test_a_timeline_without_dates_has_a_line_for_every_period_and_one_for_the_last_day(run: Run) -> None:
    ended = run("timeline", "scenario.yaml", "--view", "state_of_orders", "--every", "month", "--format", "markdown")
    assert ended.out.splitlines() == [
        "| date | state\\_of\\_orders |", "| --- | --- |", "| 2025-01-31 | some |", "| 2025-02-28 | some |",
        "| 2025-03-31 | some |"]  # fmt: skip


@pytest.mark.usefixtures("deal")
def test_a_timeline_for_reading_says_what_each_view_asks(run: Run) -> None:
    lines = run("timeline", "scenario.yaml", "--at", "2025-01-10").out.splitlines()
    assert lines == ["Two orders", "", "date        state of orders", "2025-01-10  none yet", "",
                     "state of orders  What is out"]  # fmt: skip


@pytest.mark.usefixtures("deal")
def test_a_timeline_reads_under_the_readings_asked_for(run: Run) -> None:
    ended = run("timeline", "scenario.yaml", "--at", "2025-03-31", "--reading", "busy=deliveries", "--format", "json")
    assert json.loads(ended.out)["rows"][0]["state_of_orders"] == "some"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--view", "state_of_order", "no measure is called 'state_of_order'"),
        ("--at", "2025-02-30", "there is no such date: 2025-02-30"),
        ("--at", "2025-01-10,soon", "'soon' is no date"),
        ("--every", "decade", "there is no 'decade'"),
        ("--reading", "busy=nights", "busy has no reading 'nights'"),
    ],
)
@pytest.mark.usefixtures("deal")
def test_a_timeline_refuses_what_it_cannot_read(run: Run, option: str, value: str, message: str) -> None:
    ended = run("timeline", "scenario.yaml", option, value)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


@pytest.mark.usefixtures("deal")
def test_coverage_names_what_no_scenario_exercises(run: Run) -> None:
    ended = run("coverage", "deal", "scenario.yaml", "--format", "json")
    told = json.loads(ended.out)
    assert told["clauses"] == {"exercised": 1, "all": 3, "missing": ["supply.pay", "supply.no_resale"]}
    # the rejected reading is none that could run
    assert told["readings"] == {"exercised": 0, "all": 2, "missing": ["supply.busy=orders", "supply.busy=deliveries"]}
    assert (ended.code, told["complete"]) == (0, False)


@pytest.mark.usefixtures("deal")
def test_coverage_ends_with_one_where_it_is_checked_and_not_whole(run: Run) -> None:
    ended = run("coverage", "deal", "scenario.yaml", "suite.yaml", "--check")
    assert ended.code == 1
    assert ended.out.splitlines()[:4] == [
        "Exercised by 3 scenarios", "  clauses       1 of 3", "  readings      0 of 2", "  effects       none in this deal"]  # fmt: skip


def test_sources_tell_what_carries_an_item_and_what_backs_a_clause(run: Run, deal: Path) -> None:
    (deal / "traceability.csv").write_text(TABLE, encoding="utf-8")
    ended = run("sources", "scenario.yaml")
    assert ended.code == 0
    assert "| `1` | Deliveries are due in ten days | `clause:deliver`, `term:window` |  |\n" in ended.out
    assert "| `pay` | contract | Pay for what was delivered | `contract` | `letter` |\n" in ended.out


def test_sources_as_json_list_items_and_clauses(run: Run, deal: Path) -> None:
    (deal / "traceability.csv").write_text(TABLE, encoding="utf-8")
    told = json.loads(run("sources", "deal", "--format", "json").out)
    assert told["items"][0]["homes"] == ["clause:deliver", "term:window"]
    assert [row["clause"] for row in told["clauses"]] == ["supply.deliver", "supply.pay", "supply.no_resale"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("letter,3,Nothing,,", "nothing carries row 3 of letter: Nothing"),
        ("letter,3,Something,clause:nowhere,", "there is no clause 'nowhere' to carry row 3 of letter"),
        ("letter,3,A day,history:2025-02-02,", "there is no history '2025-02-02' to carry row 3 of letter"),
        ("letter,1,Again,clause:pay,", "row 1 of letter stands twice"),
        ("letter,3", "this row has not 5 cells"),
    ],
)
def test_sources_refuse_a_table_with_a_gap(run: Run, deal: Path, row: str, message: str) -> None:
    (deal / "traceability.csv").write_text(f"{TABLE}{row}\n", encoding="utf-8")
    ended = run("sources", "scenario.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "deal/traceability.csv:4" in ended.err


def test_a_page_of_a_clause_shows_what_a_reading_says_and_the_line_it_stands_in(run: Run) -> None:
    lines = run("show", "ms_rofr_compute").out.splitlines()
    assert [line.split() for line in lines if line.startswith("  line ")] == [
        ["line", "ms_oai_2019.azure_compute_exclusive", "->", "ms_oai_2023.azure_exclusive_all_workloads", "->",
         "ms_oai_2025_01.ms_rofr_compute", "->", "definitive_2025_10.ms_loses_rofr", "->",
         "amended_2026_04.ms_primary_cloud"]]  # fmt: skip
    page = run("show", "compute_fallback").out
    assert "  cannot               Only that Microsoft cannot meet the need. [seed_004, tc_jan25]\n" in page


def test_a_page_of_a_clause_has_the_readings_that_its_act_turns_on(run: Run) -> None:
    page = json.loads(run("show", "api_azure_exclusive_until_agi", "--format", "json").out)
    assert "definitive_2025_10.api_means" in [row["name"] for row in page["readings"]]


def test_evaluate_shows_a_view_as_the_timeline_does(run: Run, deal: Path) -> None:
    shown = [run(command, str(deal.parent / "scenario.yaml"), "--view", "newest_order").out for command in ("evaluate", "timeline")]
    assert shown[0] == shown[1]
    assert "newest order" in shown[0]
