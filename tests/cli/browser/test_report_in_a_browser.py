"""The report in a real browser: what a reader sees of it, and can do with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chromium import DESK, DESK_AT_NIGHT, EXAMPLES, PHONE, PHONE_AT_NIGHT, ROOT, WITHOUT_SCRIPTS, Reader

Run = Callable[..., Any]
Open = Callable[..., Any]
DAYS = ["2025-01-05", "2025-01-09", "2025-01-10", "2025-01-14", "2025-01-15", "2025-02-01", "2025-02-11", "2025-02-12", "2025-02-14",
        "2025-02-15", "2025-02-20", "2025-03-31"]  # fmt: skip
YEARS = ["2019-08-01", "2020-12-31", "2022-06-30", "2023-03-01", "2024-12-31", "2025-01-21", "2025-09-30", "2025-10-28", "2025-12-01",
         "2026-02-28", "2026-04-27", "2026-10-31"]  # fmt: skip
AHEAD = ("pending", "ready")
"""Stages of a result in which a picture has nothing to show yet."""


def moved_to(page: Any, day: str) -> None:
    """Move the slider to a day, as a finger does."""
    page.evaluate(
        """day => {
        const slider = document.getElementById("day");
        const first = JSON.parse(document.getElementById("data").textContent).first;
        slider.value = Math.round((Date.parse(day) - Date.parse(first)) / 864e5);
        slider.dispatchEvent(new Event("input", {bubbles: true}));
    }""",
        day,
    )
    assert page.locator("#date").inner_text() == day


def shown(page: Any) -> dict[str, str]:
    """The stage beside each lane, by the position it belongs to."""
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('tr[data-id]')].map(row => [row.dataset.id, row.dataset.now]))"
    )
    return found


def standing(document: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, str]:
    """The stages of a result, by the places that another result gives its positions."""
    stages: dict[tuple[str, ...], list[str]] = {}
    for position in then["positions"]:
        named = (position["clause"], position["key"], position["bearer"])
        stages.setdefault(named, []).append("none" if position["stage"] in AHEAD else position["stage"])
    found = {}
    for number, position in enumerate(document["positions"], 1):
        left = stages.get((position["clause"], position["key"], position["bearer"]))
        found[f"p{number}"] = left.pop(0) if left else "none"
    return found


def told(run: Run, *question: str, over: str = "default") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("evaluate", *question, "--format", "json", "--readings", over).out)
    return document


# --- slider and switches ---------------------------------------------------------------------------------------------


def test_slider_and_switch_show_for_each_day_what_an_evaluation_of_that_day_says(run: Run, disputed: Path, opened: Open) -> None:
    page = opened(disputed)
    whole = told(run, "scenario.yaml")
    for choice, switch in (("orders", page.locator("input[type=radio]").first), ("deliveries", page.locator("input[data-number]"))):
        switch.check()
        for day in DAYS:
            moved_to(page, day)
            expected = standing(whole, told(run, "scenario.yaml", "--as-of", day, "--reading", f"supply.busy={choice}"))
            lanes = shown(page)
            assert lanes
            assert lanes == {lane: expected[lane] for lane in lanes}, (choice, day)


def test_the_slider_shows_the_history_of_the_library_as_evaluations_do(
    run: Run, example: Callable[[str], Path], opened: Open
) -> None:
    scenario = str(ROOT / "examples" / "history.yaml")
    page, whole = opened(example("history")), told(run, scenario)
    for day in YEARS:
        moved_to(page, day)
        expected = standing(whole, told(run, scenario, "--as-of", day))
        lanes = shown(page)
        assert len(lanes) > 100
        assert {lane: (stage, expected[lane]) for lane, stage in lanes.items() if stage != expected[lane]} == {}, day


def test_a_link_may_name_the_day_and_the_reading_that_the_page_opens_with(disputed: Path, opened: Open) -> None:
    page = opened(disputed, DESK, "#on=2025-02-21&read=0")
    assert page.locator("#date").inner_text() == "2025-02-21"
    assert page.locator("input[data-number]").is_checked()


def test_the_buttons_go_from_one_change_to_the_next(disputed: Path, opened: Open) -> None:
    page = opened(disputed)
    seen = []
    while page.locator("#day").input_value() != "0":
        page.locator("#earlier").click()
        seen.append(page.locator("#date").inner_text())
    assert {"2025-01-10", "2025-01-15", "2025-02-12"} <= set(seen)
    assert seen == sorted(seen, reverse=True)


# --- search and filters ----------------------------------------------------------------------------------------------


def visible(page: Any) -> set[str]:
    found = page.evaluate("() => [...document.querySelectorAll('tr[data-id]')].filter(r => r.offsetParent !== null).map(r => r.dataset.id)")
    return set(found)


def test_search_and_filters_leave_the_lanes_that_fit_and_count_them(run: Run, disputed: Path, opened: Open) -> None:
    page = opened(disputed)
    rows = {f"p{number}": row for number, row in enumerate(told(run, "scenario.yaml", over="all")["positions"], 1)}
    everything = visible(page)

    def left(fits: Callable[[Mapping[str, Any]], bool]) -> set[str]:
        found = {lane for lane in everything if fits(rows[lane])}
        assert found
        assert found < everything
        assert page.locator("#count").inner_text() == f"{len(found)} of {len(everything)} positions"
        return found

    page.locator("#search").fill("DELIVER WHAT")
    assert visible(page) == left(lambda row: row["clause"] == "supply.deliver")
    page.locator("#search").fill("")
    for name, value, field in (("party", "buyer", "bearer"), ("kind", "prohibition", "kind"), ("stage", "fulfilled", "stage")):
        page.locator(f"#{name}").select_option(value)
        assert visible(page) == left(lambda row, field=field, value=value: row[field] == value)  # type: ignore[misc]
        page.locator(f"#{name}").select_option("")
    assert visible(page) == everything
    page.locator("#verdict").select_option("contested")
    assert visible(page) == left(lambda row: row["verdict"] == "contested")


# --- everybody can read it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_report_of_an_example_opens_from_its_file_and_never_scrolls_sideways(
    example: Callable[[str], Path], opened: Open, name: str
) -> None:
    for reader in (PHONE, DESK):
        page = opened(example(name), reader)
        assert page.locator("h1").inner_text()
        assert page.locator("tr[data-id]").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= reader.width


@pytest.mark.parametrize("reader", [PHONE, PHONE_AT_NIGHT, DESK, DESK_AT_NIGHT])
def test_axe_finds_no_fault_in_a_report(example: Callable[[str], Path], opened: Open, reader: Reader) -> None:
    page = opened(example("agi_declared"), reader)
    page.locator("details").evaluate_all("all => all.slice(0, 12).concat(all.slice(-2)).forEach(one => { one.open = true; })")
    assert faults(page) == []


def faults(page: Any) -> list[str]:
    """What axe-core has to say against a page, each with the first place of it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['impact']}: {one['help']}: {one['nodes'][0]['html']}" for one in found]


def test_tab_and_keys_reach_and_move_everything(disputed: Path, opened: Open) -> None:
    page = opened(disputed)
    wanted = {"day", "earlier", "later", "search", "party", "kind", "stage", "verdict", "SUMMARY", "A", "radio"}
    reached: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.update(page.evaluate("() => { const e = document.activeElement; return [e.id, e.tagName, e.type ?? '']; }"))
        if page.evaluate("document.activeElement === document.body"):
            break
    assert wanted <= reached
    page.locator("#day").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.locator("#date").inner_text() == "2025-01-02"
    assert page.locator("#day").get_attribute("aria-valuetext") == "2025-01-02"
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("input[data-number]").is_checked()
    page.locator("details.pos summary").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("details.pos[open] >> nth=0")


def test_a_lane_leads_to_its_position_which_opens(disputed: Path, opened: Open) -> None:
    page = opened(disputed)
    page.locator("tr[data-id] a").first.click()
    page.wait_for_selector("details.pos:target[open] .src", state="visible")


def test_without_scripts_everything_can_be_read(disputed: Path, opened: Open) -> None:
    page = opened(disputed, WITHOUT_SCRIPTS)
    assert not page.locator("#controls").is_visible()
    assert page.locator("tr[data-id] .stage").all_inner_texts()
    first = page.locator("details.pos").first
    first.locator("summary").click()
    assert first.locator(".src").is_visible()


# --- on paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [DESK, WITHOUT_SCRIPTS])
def test_printing_gives_pages_with_every_position_whole(run: Run, disputed: Path, opened: Open, tmp_path: Path, reader: Reader) -> None:
    from pypdf import PdfReader

    printed = tmp_path / "printed.pdf"
    opened(disputed, reader).pdf(path=printed, format="A4")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(printed).pages]
    whole = " ".join(pages)
    assert all(heading in whole for heading in ("The answer in words", "The timeline", "Every position, and why", "Sources"))
    for position in told(run, "scenario.yaml")["positions"]:
        title = position["title"] + (f" ({position['key']})" if position["key"] else "")
        assert any(title in page and f"{position['clause']}; sources:" in page for page in pages), position["clause"]


# --- texts of others -------------------------------------------------------------------------------------------------

EVIL = "<img src=x onerror=alert(1)><script>document.title=2</script>"


def test_hostile_titles_and_sources_are_text(run: Run, here: Path, opened: Open) -> None:
    deal = (here / "deal.yaml").read_text("utf-8")
    deal = deal.replace("title: Deliver what was ordered", f"title: '{EVIL}'")
    deal = deal.replace("{title: The contract, publisher: Both", f"{{title: '{EVIL}', publisher: '{EVIL}'")
    deal = deal.replace("seller: Seller", f"seller: '{EVIL}'").replace("title: More than two orders are out", f"title: '{EVIL}'")
    (here / "deal.yaml").write_text(deal, "utf-8")
    assert run("report", "scenario.yaml").code == 0
    page = opened(here / "report.html")
    assert page.title() == "Two orders (as of 2025-03-31)"
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    assert "<img src=x onerror=alert(1)>" in page.locator("#timeline").inner_text()
    assert "<img src=x onerror=alert(1)>" in page.locator("#sources").inner_text()
    assert page.locator("a:not([href^='#']):not([href^='http'])").count() == 0


# --- the other pages -------------------------------------------------------------------------------------------------

OTHERS = {
    "whatif": ("scenario.yaml", "--drop", "2"),
    "sweep": ("scenario.yaml", "--vary", "event[3].date=2025-02-01..2025-03-01 step 1 week"),
}


@pytest.mark.parametrize("command", OTHERS)
def test_a_comparison_and_a_sweep_read_well_for_everybody(run: Run, here: Path, opened: Open, command: str) -> None:
    assert run(command, *OTHERS[command], "--format", "html", "-o", "page.html").code in (0, 1)
    for reader in (PHONE, PHONE_AT_NIGHT, DESK, DESK_AT_NIGHT):
        page = opened(here / "page.html", reader)
        assert page.locator("tr.lane").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= reader.width
        assert faults(page) == []
