"""The manual cannot rot: every block on it is read by the engine, and every table is drawn from what it describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dealcli.analysis.evaluation import evaluate
from dealcli.analysis.scenario import load
from dealcli.cli import exits
from dealcli.cli.gate import FINDINGS
from dealcli.language.functions import NAMES
from dealcli.model.agreement import Agreement
from dealcli.model.clause import Clause
from dealcli.model.scenario import Expectation
from dealcli.model.words import RESERVED_ATTRIBUTES

from .lifecycle_tables import PAGE, all_tables, brought_up_to_date
from .pages import MANUAL, PROJECT, Block, all_blocks, deal_of, section, setting

YAML = all_blocks("yaml")
CHOICES = sorted((Path(__file__).parent / "choices").glob("*.yaml"))


@pytest.mark.parametrize("block", [b for b in YAML if "refused" not in b.words], ids=str)
def test_every_block_of_yaml_is_accepted(block: Block) -> None:
    assert deal_of(block, setting()).refusals() == []


@pytest.mark.parametrize("block", [b for b in YAML if "refused" in b.words], ids=str)
def test_a_block_shown_as_refused_is_refused_with_its_code(block: Block) -> None:
    assert deal_of(block, setting()).refusals() == list(block.words[1:])


@pytest.mark.parametrize("block", [b for b in YAML if "\nscenario:" in b.text or "\nsuite:" in b.text], ids=str)
def test_every_scenario_of_the_manual_ends_as_it_expects(block: Block) -> None:
    deal = deal_of(block, setting())
    assert deal.timelines
    assert deal.unmet() == []


@pytest.mark.parametrize("path", CHOICES, ids=lambda path: path.stem)
def test_every_choice_holds(path: Path) -> None:
    (scenario,) = load(str(path), {})
    outcomes = evaluate(scenario).outcomes
    assert len(outcomes) == len(scenario.expectations)
    assert [(dict(one.row), one.differences) for one in outcomes if one.fails] == []


def test_every_choice_is_on_the_page_and_every_one_on_the_page_is_run() -> None:
    written = re.findall(r"^- (.+)$", section(PAGE, "## Choices made where a text allows several"), re.MULTILINE)
    run = [scenario.title for path in CHOICES for scenario in load(str(path), {})]
    assert sorted(written) == sorted(run)


def test_the_tables_of_the_lifecycle_are_those_of_the_engine() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert brought_up_to_date(page) == page
    assert len({table.partition("\n")[0] for table in all_tables()}) == len(all_tables())


def named_in(heading: str, column: int = 1) -> set[str]:
    """The words in backticks in one column of the tables of a section."""
    found: set[str] = set()
    for line in section(PAGE, heading).splitlines():
        cells = line.split("|")
        if line.startswith("|") and len(cells) > column:
            found.update(re.findall(r"`([a-z_]+)`", cells[column]))
    return found


def test_every_field_of_a_clause_is_in_the_table() -> None:
    fields = {field.alias or name for name, field in Clause.model_fields.items()}
    assert fields - named_in("## Clauses, field by field") == set()


def test_every_key_of_an_agreement_is_in_the_table() -> None:
    fields = {field.alias or name for name, field in Agreement.model_fields.items()} - {"agreement"}
    assert fields - named_in("## Documents and files") == set()


def test_every_function_is_in_the_table() -> None:
    assert set(NAMES) - named_in("## Expressions and triggers") == set()


def test_every_kind_of_finding_is_in_the_table() -> None:
    assert named_in("## Findings") == set(FINDINGS)


def test_every_exit_code_is_in_the_table() -> None:
    shown = set(re.findall(r"^\| (\d+) \|", section(PAGE, "## Exit codes"), re.MULTILINE))
    assert shown == {str(code) for name, code in vars(exits).items() if name.isupper()}


def test_every_reserved_name_and_every_test_of_an_expectation_is_named() -> None:
    page = PAGE.read_text(encoding="utf-8")
    lists = [set(words.split()) for words in re.findall(r"`([a-z_ ]+)`", page)]
    assert set(RESERVED_ATTRIBUTES) in lists
    tests = {field.alias or name for name, field in Expectation.model_fields.items()}
    assert tests - {"clause", "agreement", "measure", "fact", "finding", "at", "key", "todo"} in lists


def test_every_page_named_by_another_is_there() -> None:
    for page in (PROJECT / "README.md", *MANUAL.glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
