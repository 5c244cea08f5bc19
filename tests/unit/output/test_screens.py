"""The screen: the story first, what changed, what holds, what is not known, what comes next."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealcli.output.formats import FORMATS
from dealcli.output.telling import screen
from dealcli.output.text import cells
from dealcli.output.view import View

Result = Callable[[str], dict[str, Any]]
FOR_READERS = ("table", "plain", "markdown")


def rendered(style: str, document: dict[str, Any], view: View | None = None) -> str:
    return "".join(FORMATS[style](document, view or View()))


def section(text: str, heading: str) -> list[str]:
    """The lines under a heading, up to the next empty line."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(heading))
    rest = lines[start + 1 :]
    return rest[: rest.index("")] if "" in rest else rest


# --- what is told ----------------------------------------------------------------------------------------------------


def test_the_sections_come_in_the_order_of_a_story(result: Result) -> None:
    headings = [part.heading for part in screen(result("agi_declared"), View()).sections]
    assert headings == [
        "WHAT HAPPENED",
        "ENDED BY THIS",
        "CHANGED BY THIS",
        "STILL IN FORCE",
        "NOT KNOWN",
        "IN A WORD",
        "NOTES",
        "NEXT, IF NOTHING ELSE HAPPENS",
    ]


def test_the_story_of_a_supposed_event_is_told_in_the_dates_that_led_to_it(result: Result) -> None:
    assert section(rendered("plain", result("agi_declared")), "WHAT HAPPENED") == [
        "  2025-10-28   takes effect: Definitive agreement of October 2025",
        "  2025-11-20 * AGI is declared",
        "  2026-01-15 * The expert panel verifies AGI",
    ]


def test_what_ended_is_named_with_its_day_and_its_cause(result: Result) -> None:
    (line,) = [
        line for line in section(rendered("plain", result("agi_declared")), "ENDED BY THIS") if "threshold" in line
    ]
    assert line.split("  ")[1].startswith("x ")
    assert "2025-11-20" in line
    assert line.endswith("AGI is declared")


def test_supposed_events_are_called_hypothetical_at_the_top(result: Result) -> None:
    assert (
        rendered("plain", result("agi_declared")).splitlines()[1]
        == "HYPOTHETICAL: 2 events that no source reports (marked *)"
    )
    assert "HYPOTHETICAL" not in rendered("plain", result("history"))


def test_a_real_timeline_is_told_by_the_beginnings_of_its_agreements(result: Result) -> None:
    lines = section(rendered("plain", result("history")), "WHAT HAPPENED")
    assert all("takes effect: " in line for line in lines[:-1])
    assert lines[-1].endswith("beside them; --all lists them")


def test_what_holds_stands_under_who_is_bound(result: Result) -> None:
    lines = section(rendered("plain", result("history")), "WHAT HOLDS")
    at = lines.index("  Amazon")
    assert "duty: Invest $15 billion at once" in lines[at + 1]


def test_what_changed_is_not_repeated_as_still_in_force(result: Result) -> None:
    text = rendered("plain", result("compute_shortfall"))
    assert any("(hall_a)" in line for line in section(text, "CHANGED BY THIS"))
    assert not any("(hall_a)" in line for line in section(text, "STILL IN FORCE"))


def test_a_breach_is_told_once_with_its_day_its_bearer_and_what_follows(result: Result) -> None:
    text = rendered("plain", result("api_on_another_cloud"))
    lines = section(text, "BREACHED")
    assert len([line for line in lines if line.startswith("  ! ")]) == 3
    assert lines[1] == "      by OpenAI: An OpenAI API is served on a cloud; the clause still binds"
    assert "CHANGED BY THIS" not in text


def test_what_is_not_known_says_what_it_turns_on(result: Result) -> None:
    lines = section(rendered("plain", result("compute_shortfall")), "NOT KNOWN")
    at = next(number for number, line in enumerate(lines) if "hall_b" in line)
    assert lines[at + 1] == "      turns on: ms_oai_2025_01.silence_frees"


def test_positions_open_for_one_reason_are_counted(result: Result) -> None:
    document = result("agi_declared")
    lines = section(rendered("plain", document), "NOT KNOWN")
    alike = [line for line in lines if "earlier agreements" in line]
    assert len(alike) == 1
    assert sum(position["stage"] == "undetermined" for position in document["positions"]) > len(lines)


def test_clauses_with_many_positions_are_counted_by_stage(result: Result) -> None:
    text = rendered("plain", result("road_fines"))
    lines = section(text, "COUNTED BY CLAUSE")
    at = next(number for number, line in enumerate(lines) if line.startswith("  Appeal to the prefecture"))
    assert [line.split() for line in lines[at + 1 : at + 4]] == [
        ["v", "exercised", "12"],
        ["+", "in", "force", "1"],
        ["x", "lapsed", "38"],
    ]
    assert "F030" not in text


def test_everything_is_listed_when_it_is_asked_for(result: Result) -> None:
    document = result("road_fines")
    rows = [line for line in section(rendered("plain", document, View(all=True)), "POSITIONS") if "(F" in line]
    assert len(rows) == len(document["positions"])


def test_a_party_sees_its_own_side(result: Result) -> None:
    text = rendered("plain", result("history"), View(party="amazon"))
    assert "Only: party amazon" in text
    assert any("Invest $15 billion" in line for line in section(text, "HELD OR OWED BY AMAZON"))
    assert all("can demand: " in line for line in section(text, "AMAZON TOWARDS OTHERS"))


def test_a_choice_that_nothing_fits_says_so(result: Result) -> None:
    text = rendered("plain", result("history"), View(stage="cured"))
    assert "No position is like that." in text
    assert "0 positions of " in text


def test_expectations_are_counted_and_those_that_fail_are_shown(result: Result) -> None:
    document = result("history")
    assert "Expectations: all 111 hold\n" in rendered("plain", document)
    document["expectations"] = {"total": 3, "holding": 2, "todo": 0, "failed": [
        {"row": {"clause": "deal.pay", "is": "breached"}, "at": "2026-01-01", "path": "p",
         "differences": [{"test": "is", "expected": "breached", "actual": "in_force"}]}]}  # fmt: skip
    text = rendered("plain", document)
    assert "Expectations: 2 of 3 hold\n" in text
    assert section(text, "NOT AS EXPECTED") == [
        "  ! clause deal.pay, at 2026-01-01",
        "      is: is in_force, expected breached",
    ]


def test_a_reading_that_was_chosen_is_named(result: Result) -> None:
    assert "the default answer to each of" in rendered("plain", result("agi_declared"))
    text = rendered("plain", result("agi_declared_read_as_declared"))
    assert "the default of each open question, except" in text


# --- how it is laid out ----------------------------------------------------------------------------------------------


def test_a_table_fits_its_width(example: dict[str, Any]) -> None:
    for width in (60, 80, 96):
        lines = rendered("table", example, View(width=width)).splitlines()
        assert [line for line in lines if cells(line) > width and "dealcli " not in line] == []


def test_a_screen_of_plain_titles_is_plain_ascii(example: dict[str, Any]) -> None:
    assert rendered("table", example).isascii()
    assert rendered("plain", example).isascii()


def test_a_table_without_colour_has_no_escape_sequences(example: dict[str, Any]) -> None:
    assert "\x1b" not in rendered("table", example)


def test_colour_adds_nothing_but_colour(result: Result) -> None:
    import re

    coloured = rendered("table", result("agi_declared"), View(colour=True))
    assert "\x1b[31m" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    plain = rendered("table", result("agi_declared"))
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_plain_lines_are_never_cut(result: Result) -> None:
    document = result("history")
    long = "word " * 100 + "end"
    held = next(
        position
        for position in document["positions"]
        if position["stage"] == "in_force" and position["kind"] == "right"
    )
    held["title"] = long
    assert long in rendered("plain", document, View(width=40))


def test_the_table_and_the_plain_lines_say_the_same(result: Result) -> None:
    document = result("agi_declared")
    words = [
        text.replace("-" * 96, "").split()
        for text in (rendered("plain", document), rendered("table", document, View(width=300)))
    ]
    assert {word.strip("()-") for word in words[0]} == {word.strip("()-") for word in words[1]}


@pytest.mark.parametrize("style", FOR_READERS)
def test_a_hostile_title_stays_text(result: Result, style: str) -> None:
    document = result("agi_declared")
    for position in document["positions"]:
        position["title"] = "[red]x[/red] \x1b[2J :smile: \u202e<b>"
    document["scenario"]["title"] = "\x1b]0;owned\x07[/]"
    text = rendered(style, document)
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert "\u202e" not in text
    assert "smile" in text
    assert ("&lt;b&gt;" if style == "markdown" else "[red]x[/red]") in text


def test_a_markdown_row_has_as_many_cells_as_its_head(example: dict[str, Any]) -> None:
    columns = 0
    for line in rendered("markdown", example, View(all=True)).splitlines():
        cells_of_row = line.replace("\\|", "").count("|")
        if line.startswith("| "):
            columns = columns or cells_of_row
            assert cells_of_row == columns, line
        else:
            columns = 0


def test_a_screen_is_the_same_whatever_surrounds_it() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from conftest import _evaluated\n"
        "from dealcli.output.formats import FORMATS\n"
        "from dealcli.output.view import View\n"
        "for style in FORMATS: sys.stdout.writelines(FORMATS[style](_evaluated('compute_shortfall'), View()))\n"
    )
    surroundings = (
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "COLUMNS": "40", "FORCE_COLOR": "1"},
        {
            "PYTHONHASHSEED": "2",
            "TZ": "America/Lima",
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "TTY_COMPATIBLE": "1",
            "TERM": "dumb",
        },
    )
    run = [sys.executable, "-c", script]
    outputs = [subprocess.check_output(run, env={**os.environ, **more}) for more in surroundings]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000


def test_a_table_without_room_for_its_columns_sets_them_under_their_row() -> None:
    from dealcli.output.as_table import lay_out
    from dealcli.output.screen import Row, Screen, Section

    row = Row("+", ("A title of some length", "in force", "2025-01-01", "2025-12-31", "Seller"))
    shown = Screen("T", "as of", (), (Section("POSITIONS", ("stage", "since", "until", "whose"), (row,)),))
    lines = "".join(lay_out(shown, 50, colour=False)).splitlines()
    assert "  +  A title of some length" in lines
    assert "      stage in force; since 2025-01-01; until" in lines
    assert max(map(len, lines)) <= 50
