"""The clause library of the Microsoft-OpenAI partnership: complete, traceable, and right at every date of the check table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from dealcli.analysis.coverage import SECTIONS, Coverage, coverage
from dealcli.analysis.evaluation import Options, evaluate
from dealcli.analysis.scenario import Scenario, load, load_deal
from dealcli.analysis.traceability import LEFT_OUT, OPEN, Item, gaps, page, read_table
from dealcli.analysis.views import timeline, views_of
from dealcli.engine.build import build
from dealcli.engine.program import Program
from dealcli.output.text import markdown, markdown_code, markdown_link

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "clauses" / "microsoft_openai"
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
SUITES = sorted((ROOT / "tests" / "cases" / "library").glob("*.yaml"))

# What each article says, item by item; and what the questions are that no source answers.
ARTICLES = {"seed_000": 11, "seed_001": 14, "seed_002": 11, "seed_003": 9, "seed_004": 15}
OPEN_QUESTIONS = 24

VIEWS = ("compute_regime", "api_hosting", "ms_licence", "oai_share", "ms_share", "agi_decider")
TABLE = (
    ("2022-06-01", "azure_exclusive", "not_stated", "all_models_except_agi", "agreed_2021", "agreed_2021", "unknown"),
    ("2024-03-01", "azure_exclusive", "azure_exclusive", "pre_agi", "percentage_reported", "about_20_percent_reported",
     "board"),
    ("2025-03-01", "first_refusal", "azure_exclusive", "pre_agi_through_2030", "through_2030",
     "about_20_percent_reported", "board"),
    ("2025-10-01", "first_refusal", "azure_exclusive", "pre_agi_through_2030", "through_2030",
     "about_20_percent_reported", "board"),
    ("2025-12-01", "free_choice", "azure_except_national_security", "exclusive_until_agi_through_2032",
     "until_agi_verified", "about_20_percent_reported", "panel"),
    ("2026-06-01", "primary_partner", "any_cloud_azure_first", "non_exclusive_through_2032", "through_2030_capped",
     "ended", "nobody"),
    ("2031-06-01", "unknown", "unknown", "non_exclusive_through_2032", "ended", "ended", "nobody"),
    ("2033-01-01", "unknown", "unknown", "ended", "ended", "ended", "nobody"),
)  # fmt: skip


@pytest.fixture(scope="module")
def program() -> Program:
    built, problems = build(load_deal(str(LIBRARY), {}))
    assert problems == []
    return built


@pytest.fixture(scope="module")
def history() -> Scenario:
    return load(str(ROOT / "examples" / "history.yaml"), {})[0]


@pytest.fixture(scope="module")
def items() -> list[Item]:
    found, problems = read_table("traceability.csv", (LIBRARY / "traceability.csv").read_text("utf-8"))
    assert problems == []
    return found


def covered(program: Program, files: Iterable[Path]) -> Coverage:
    return coverage(program, (evaluate(scenario) for file in files for scenario in load(str(file), {})))


@pytest.fixture(scope="module")
def whole(program: Program) -> Coverage:
    return covered(program, [*EXAMPLES, *SUITES])


@pytest.mark.parametrize("section", SECTIONS)
def test_every_part_of_the_library_is_exercised(whole: Coverage, section: str) -> None:
    assert whole.missing(section) == []


def test_coverage_counts_what_is_there(whole: Coverage) -> None:
    counts = {section: len(names) for section, names in whole.sections.items()}
    assert counts == {"clauses": 124, "readings": 62, "effects": 0, "exceptions": 5, "replacements": 75}


def test_one_scenario_does_not_exercise_everything(program: Program) -> None:
    found = covered(program, [ROOT / "examples" / "azure_first.yaml"])
    assert "amended_2026_04.azure_first_ship" not in found.missing("clauses")
    assert "amended_2026_04.first_exception=both" not in found.missing("readings")
    assert "amended_2026_04.first_exception=either" in found.missing("readings")
    # no expectation of this scenario depends on what AGI was in 2024
    assert "ms_oai_2023.agi_test=charter_board" in found.missing("readings")


def test_the_views_answer_the_six_questions_at_every_date_of_the_check_table(history: Scenario) -> None:
    found = timeline(history, VIEWS, [date.fromisoformat(row[0]) for row in TABLE])
    assert tuple((str(day), *words) for day, words in found.rows) == TABLE


def test_the_views_are_all_measures_of_words(program: Program) -> None:
    assert tuple(measure.name for measure in views_of(program)) == VIEWS


def test_who_decides_turns_on_the_readings(history: Scenario) -> None:
    profit = Options(readings={"agi_test": "profit_over_100b", "agi_after_april": "checkpoint"})
    found = timeline(history, ["agi_decider"], [date(2024, 3, 1), date(2026, 6, 1)], profit)
    assert [words for _, words in found.rows] == [("board_with_profit_test",), ("panel_without_effect",)]


def test_everything_that_was_read_has_a_home_and_every_clause_a_source(
    program: Program, items: list[Item], history: Scenario
) -> None:
    assert gaps(program, items, frozenset(str(row["date"]) for row, _ in history.rows)) == []


def test_every_item_of_the_articles_is_in_the_table(items: list[Item]) -> None:
    rows = [(item.document, item.row) for item in items if item.document not in (LEFT_OUT, OPEN)]
    assert rows == [(seed, f"{seed[5:]}-{n}") for seed, last in ARTICLES.items() for n in range(1, last + 1)]
    questions = [item.row for item in items if item.document == OPEN]
    assert questions == [f"open-{n}" for n in range(1, OPEN_QUESTIONS + 1)]


def test_what_is_left_out_says_why(items: list[Item]) -> None:
    left_out = [item for item in items if item.document == LEFT_OUT]
    assert [item.row for item in left_out if not item.note] == []
    assert len(left_out) == 5


def test_the_page_of_sources_is_the_generated_one(program: Program, items: list[Item]) -> None:
    written = (LIBRARY / "SOURCES.md").read_text("utf-8")
    assert written == "".join(page(program, items, markdown_code, markdown, markdown_link)), "write it anew with dealcli sources"


def test_a_row_without_a_home_and_a_home_that_does_not_exist_are_gaps(program: Program) -> None:
    text = "document,row,says,homes,note\na,1,one,,\na,1,two,clause:nowhere history:1999-01-01,\na,2,three,term:end_2030,\n"
    items, _ = read_table("table.csv", text)
    assert [(p.code, p.place.line) for p in gaps(program, items, frozenset({"2000-01-01"}))] == [
        ("DC431", 2), ("DC434", 3), ("DC432", 3), ("DC432", 3)]  # fmt: skip


@pytest.mark.parametrize("text", ["row,says\n1,one\n", "document,row,says,homes,note\na,1,one\n"])
def test_a_table_of_another_shape_is_refused(text: str) -> None:
    assert [problem.code for problem in read_table("table.csv", text)[1]] == ["DC430"]
