"""``dealcli report``: the whole answer as one HTML file that needs nothing else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
DAYS = ["2025-01-05", "2025-01-10", "2025-01-14", "2025-01-15", "2025-02-11", "2025-02-12", "2025-02-15", "2025-03-31"]

DISPUTED = """\
  wait:
    kind: prohibition
    bearer: buyer
    title: No order while busy
    act: ordered where units = 20
    while: busy
"""


class Page(HTMLParser):
    """What a reader of the page meets: tags with their attributes, the text, the data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.data = json.loads(html.unescape(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1]))  # type: ignore[index]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(run: Run, here: Path) -> Callable[..., Page]:
    def made(*options: str) -> Page:
        ended = run("report", "scenario.yaml", *options)
        assert (ended.code, ended.out) == (0, "")
        return Page((here / "report.html").read_text("utf-8"))

    return made


def test_a_report_needs_nothing_but_itself(page: Callable[..., Page]) -> None:
    made = page()
    assert not made.of("img")
    assert not made.of("iframe")
    assert list(made.of("link")) == []
    assert all("src" not in script for script in made.of("script"))
    (policy,) = [meta["content"] for meta in made.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not any("style" in attributes or any(name.startswith("on") for name in attributes) for _, attributes in made.tags)


def test_every_anchor_leads_somewhere_in_the_page(page: Callable[..., Page]) -> None:
    made = page()
    names = [attributes["id"] for _, attributes in made.tags if "id" in attributes]
    assert len(names) == len(set(names))
    inside = [str(link["href"])[1:] for link in made.of("a") if str(link["href"]).startswith("#")]
    assert inside
    assert set(inside) <= set(names)


def lane_on(data: dict[str, Any], lane: str, day: str) -> str:
    return next((stage for start, stage in reversed(data["lanes"][lane]) if start <= day), "none")


@pytest.mark.parametrize("day", DAYS)
def test_the_lanes_say_for_each_day_what_an_evaluation_of_that_day_says(run: Run, page: Callable[..., Page], day: str) -> None:
    data = page("--readings", "default").data
    whole = json.loads(run("evaluate", "scenario.yaml", "--format", "json", "--readings", "default").out)
    then = json.loads(run("evaluate", "scenario.yaml", "--format", "json", "--readings", "default", "--as-of", day).out)
    stages = {(p["clause"], p["key"]): p["stage"] for p in then["positions"]}
    for number, position in enumerate(whole["positions"], 1):
        if f"p{number}" in data["lanes"]:
            expected = stages.get((position["clause"], position["key"]), "none")
            assert lane_on(data, f"p{number}", day) == ("none" if expected in ("pending", "ready") else expected), position["clause"]


def test_what_another_reading_changes_is_in_the_page(run: Run, page: Callable[..., Page], here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8").replace("count(delivered) > 2", "count(delivered) > 1") + DISPUTED
    (here / "deal.yaml").write_text(deal, "utf-8")
    made = page()
    (other,) = made.data["other"]
    assert (other["q"], other["c"]) == ("supply.busy", "deliveries")
    assert {stage for moves in other["lanes"].values() for _, stage in moves} == {"in_force"}
    assert [radio.get("data-number") for radio in made.of("input") if radio.get("type") == "radio"] == [None, "0"]


def test_hostile_titles_and_addresses_are_text(run: Run, page: Callable[..., Page], here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8")
    deal = deal.replace("title: Deliver what was ordered", "title: '</script><script>alert(1)</script><img src=x onerror=alert(2)>'")
    deal = deal.replace("title: The contract,", "title: '\"><b>bold',")
    (here / "deal.yaml").write_text(deal, "utf-8")
    made = page()
    assert len(made.of("script")) == 2
    assert not made.of("img")
    assert sum(tag == "b" for tag, _ in made.tags) == sum(tag == "b" for tag, _ in page().tags)
    assert not [link for link in made.of("a") if not str(link["href"]).startswith(("#", "https://", "http://"))]


def test_the_same_scenario_gives_the_same_bytes_and_standard_output_takes_them(run: Run, here: Path) -> None:
    first = run("report", "scenario.yaml", "-o", "-").out
    assert first == run("report", "scenario.yaml", "-o", "-").out
    assert first.startswith("<!doctype html>")


@pytest.mark.parametrize("name", ["history", "agi_declared"])
def test_the_report_of_the_whole_library_stays_below_300_kb(run: Run, here: Path, name: str) -> None:
    ended = run("report", str(ROOT / "examples" / f"{name}.yaml"), "--readings", "default" if name == "history" else "all")
    assert ended.code == 0
    assert (here / "report.html").stat().st_size < 300_000


def test_two_histories_stand_on_one_timeline(run: Run, here: Path) -> None:
    ended = run("whatif", "scenario.yaml", "--drop", "2", "--format", "html", "-o", "compared.html")
    assert ended.code == 1
    text = (here / "compared.html").read_text("utf-8")
    assert "script-src &#39;none&#39;" in text
    assert "<script" not in text
    assert text.count('<tr class="lane">') == 2 * text.count('scope="rowgroup"')
    assert 'aria-label="in force from 2025-01-10; fulfilled from 2025-01-15"' in text
    assert 'aria-label="in force from 2025-01-10; breached from 2025-01-21"' in text


def test_a_log_from_standard_input_is_told_as_one_from_a_file(run: Run, here: Path) -> None:
    rows = [{"date": "2025-01-10", "event": "ordered", "by": "buyer", "order": "B1", "units": 10},
            {"date": "2025-01-12", "event": "delivered", "by": "seller", "order": "B1", "units": 10}]  # fmt: skip
    (here / "log.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    (here / "logged.yaml").write_text("scenario: Logged\nagreements: [deal.yaml]\nas_of: 2025-03-31\nevents_from: log.ndjson\n", "utf-8")
    from_file = run("report", "logged.yaml", "-o", "-").out
    piped = run("report", "logged.yaml", "--events", "-", "-o", "-", stdin=(here / "log.ndjson").read_bytes()).out
    for text in (from_file, piped):
        assert "in force -&gt; fulfilled" in text
    assert re.sub(r" \[[^]]*\]|<li><code>.*?</li>", "", piped) == re.sub(r" \[[^]]*\]|<li><code>.*?</li>", "", from_file)


# --- the picture at its top ------------------------------------------------------------------------------------------


def picture_of(here: Path) -> str:
    """The words of the picture, one row a line: its title, what is drawn as it is told, the outcome."""
    page = (here / "report.html").read_text("utf-8")
    (section,) = re.findall(r'<section id="picture".*?</section>', page, re.DOTALL)
    rows = re.findall(r"<tr class=.(?:lane|under|party).*?</tr>", section, re.DOTALL)
    return "\n".join(" ".join(re.sub(r"<title>.*?</title>|<text.*?</text>|<[^>]*>", " ", html.unescape(row)).split()) for row in rows)


def test_the_picture_tells_when_exclusivity_ended_what_that_depends_on_and_what_is_owed(run: Run, here: Path) -> None:
    assert run("report", str(ROOT / "examples" / "agi_declared.yaml")).code == 0
    told = picture_of(here).splitlines()
    lane = next(number for number, row in enumerate(told) if row.startswith("OpenAI's API only on Azure"))
    assert told[lane] == (
        "OpenAI's API only on Azure as read here: When the panel verifies AGI. The October statement read as a whole. [official]"
        " x ended 2026-01-15"
    )
    assert told[lane + 1] == "or: When OpenAI declares AGI. [press] x ended 2025-11-20"
    assert told[lane + 2] == "or: At the end of 2032, AGI or not. [press x2] + in force since 2025-10-28"
    owed = told[told.index("Still owed on 2026-01-31") :]
    assert "OpenAI must buy $250 billion of Azure to Microsoft; no payment reported; no last day given USD 250 billion" in owed
    assert owed[-1] == "and 4 amounts of which it is not known whether or how much is owed"


def test_the_picture_of_the_reported_history_says_since_when_the_licence_is_not_exclusive(run: Run, here: Path) -> None:
    assert run("report", str(ROOT / "examples" / "history.yaml"), "--readings", "default").code == 0
    assert "Microsoft's licence to OpenAI's technology non exclusive through 2032 since 2026-04-27 before: exclusive until agi" in (
        picture_of(here)
    )


def test_a_heading_of_the_picture_without_rows_is_left_out(run: Run, here: Path) -> None:
    assert run("report", "scenario.yaml", "--readings", "default").code == 0
    told = picture_of(here).splitlines()
    assert [row for row in told if row in ("What changed", "Breached", "In a word", "Disputed") or row.startswith("Still owed")] == [
        "Breached", "Still owed on 2025-03-31",
    ]  # fmt: skip


def test_what_the_picture_has_no_room_for_is_counted(run: Run, here: Path) -> None:
    assert run("report", str(ROOT / "examples" / "road_fines.yaml"), "--readings", "default").code == 0
    told = picture_of(here).splitlines()
    owed = next(number for number, row in enumerate(told) if row.startswith("Still owed"))
    result = json.loads(run("evaluate", str(ROOT / "examples" / "road_fines.yaml"), "--format", "json").out)
    breached = [row for row in result["positions"] if row["breaches"]]
    assert told[owed - 1] == f"and {len(breached) - 8} more"
    assert re.fullmatch(r"and [0-9]+ more", told[-1])
