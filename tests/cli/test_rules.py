"""The register of codes: each has its page, and each file or command shown on a page does what the page says."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dealcli
from dealcli.analysis.examination import examine_files
from dealcli.diagnostics import Diagnostic
from dealcli.output.problems import in_reading_order, span_of
from dealcli.output.rule_pages import FOLDER, Rule, rules
from dealcli.reading.sources import SourceFile

Run = Callable[..., Any]
Record = Callable[[str, Any], None]
PACKAGE = Path(dealcli.__file__).parent
RULES = list(rules().values())
KNOWN = (
    "agreement: known\ntitle: A loan\nfrom: 2025-01-01\nknown_through: 2025-06-30\nparties: {bank: B, firm: F}\n"
    "clauses:\n  report: {kind: recital, bearer: firm, title: Reports}\n"
)
OLD = """{"format": "dealcli.baseline/1", "problems": [
  {"fingerprint": "0123456789abcdef", "code": "DC602", "path": "known.yaml", "message": "the term 'x' is not used", "count": 1}]}
"""
IGNORED = KNOWN.replace("agreement: known", "agreement: ignored").replace(
    "clauses:",
    'terms:\n  later: {value: 3}  # dealcli: ignore[DC602] until=2026-06-30 reason="for the next draft"\nclauses:',
).replace("known_through: 2025-06-30\n", "")
TIMELINE = next(rule.good for rule in RULES if rule.code == "DC401")


def shown(kind: str) -> list[Rule]:
    """The rules whose page shows a bad example of a kind."""
    return [rule for rule in RULES if rule.example == kind]


def found_in(text: str) -> tuple[list[Diagnostic], dict[str, SourceFile]]:
    Path("bad.yaml").write_text(text, encoding="utf-8")
    sources: dict[str, SourceFile] = {}
    return in_reading_order(examine_files(["bad.yaml"], sources).problems, sources), sources


def test_every_code_of_the_program_has_its_page_and_no_page_is_without_a_code() -> None:
    used = {code for path in PACKAGE.rglob("*.py") for code in re.findall(r'"(DC[0-9]{3})"', path.read_text("utf-8"))}
    assert used == set(rules())


def test_every_page_says_what_why_and_how_to_fix_it() -> None:
    for rule in RULES:
        assert rule.title, rule.code
        assert rule.what.endswith("."), rule.code
        assert rule.why.endswith("."), rule.code
        assert rule.fix.endswith("."), rule.code
        assert bool(rule.bad) == bool(rule.good), rule.code


def test_the_pages_stand_in_the_order_of_their_codes() -> None:
    for page in sorted(FOLDER.glob("*.md")):
        codes = re.findall(r"^## (DC[0-9]{3})", page.read_text("utf-8"), re.MULTILINE)
        assert codes == sorted(set(codes))
        assert {code[2] for code in codes} == {page.name[0]}


def test_every_question_about_meaning_has_a_file_that_raises_it() -> None:
    assert [rule.code for rule in RULES if rule.code.startswith("DC6") and not rule.bad] == []


@pytest.mark.parametrize("rule", shown("yaml"), ids=lambda rule: rule.code)
def test_a_bad_file_has_its_problem_at_the_line_and_column_shown(rule: Rule, here: Path) -> None:
    problems, sources = found_in(rule.bad)
    places = [(span.line, span.column) for p in problems if p.code == rule.code and (span := span_of(p.place, sources))]
    assert rule.at in places
    assert {p.severity for p in problems if p.code == rule.code} <= {rule.severity, "warning", "info"}


@pytest.mark.parametrize("rule", shown("yaml"), ids=lambda rule: rule.code)
def test_a_good_file_can_be_used_and_no_longer_has_the_problem(rule: Rule, here: Path) -> None:
    problems, _ = found_in(rule.good)
    assert [p for p in problems if p.severity == "error" or p.code == rule.code] == []


@pytest.mark.parametrize("rule", shown("evaluate"), ids=lambda rule: rule.code)
def test_a_problem_that_shows_when_it_runs_is_at_the_line_and_column_shown(rule: Rule, run: Run, here: Path, recorded: Record) -> None:
    (here / "bad.yaml").write_text(rule.bad, encoding="utf-8")
    assert run("check", "bad.yaml").code == 0
    ended = run("evaluate", "bad.yaml")
    assert ended.code == 2
    assert rule.at is not None
    assert re.search(rf"error\[{rule.code}\].*\n +--> bad.yaml:{rule.at[0]}:{rule.at[1]}\n", ended.err)
    recorded(rule.code, ended)
    (here / "good.yaml").write_text(rule.good, encoding="utf-8")
    assert run("evaluate", "good.yaml").code == 0


@pytest.mark.parametrize("rule", [*shown("json"), *shown("csv")], ids=lambda rule: rule.code)
def test_a_bad_log_has_its_problem_at_the_line_and_column_shown(rule: Rule, run: Run, here: Path, recorded: Record) -> None:
    name = "log.csv" if rule.example == "csv" else "log.ndjson"
    (here / "timeline.yaml").write_text(TIMELINE, encoding="utf-8")
    (here / name).write_text(rule.bad, encoding="utf-8")
    ended = run("evaluate", "timeline.yaml", "--events", name)
    assert ended.code == 2
    assert rule.at is not None
    assert re.search(rf"error\[{rule.code}\].*\n +--> {name}:{rule.at[0]}:{rule.at[1]}\n", ended.err)
    recorded(rule.code, ended)
    (here / name).write_text(rule.good, encoding="utf-8")
    assert run("evaluate", "timeline.yaml", "--events", name).code == 0


@pytest.mark.parametrize("rule", shown("toml"), ids=lambda rule: rule.code)
def test_a_bad_configuration_has_its_problem_at_the_line_and_column_shown(rule: Rule, run: Run, here: Path, recorded: Record) -> None:
    (here / "known.yaml").write_text(KNOWN, encoding="utf-8")
    (here / "dealcli.toml").write_text(rule.bad, encoding="utf-8")
    ended = run("check", "known.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert rule.at is not None
    assert re.search(rf"error\[{rule.code}\].*\n +--> dealcli.toml:{rule.at[0]}:{rule.at[1]}\n", ended.err)
    recorded(rule.code, ended)
    (here / "dealcli.toml").write_text(rule.good, encoding="utf-8")
    assert run("check", "known.yaml").code == 0


@pytest.mark.parametrize("rule", shown("console"), ids=lambda rule: rule.code)
def test_a_bad_command_is_told_its_code_and_a_good_one_runs(rule: Rule, run: Run, here: Path, recorded: Record) -> None:
    (here / "known.yaml").write_text(KNOWN, encoding="utf-8")
    (here / "ignored.yaml").write_text(IGNORED, encoding="utf-8")
    (here / "old.json").write_text(OLD, encoding="utf-8")
    bad, good = (shlex.split(text.strip().removeprefix("$ dealcli ")) for text in (rule.bad, rule.good))
    ended = run(*bad)
    recorded(rule.code, ended)
    assert run(*good).code == 0


def test_rules_lists_every_code_once(run: Run) -> None:
    assert [line.split()[0] for line in run("rules").out.splitlines()] == list(rules())
    told = json.loads(run("rules", "--format", "json").out)
    assert [row["code"] for row in told["rules"]] == list(rules())


def test_the_gallery_shows_every_page_with_what_is_said_of_its_bad_file(run: Run) -> None:
    page = run("rules", "--format", "markdown").out
    parts = re.split(r"^### (DC[0-9]{3}) ", page, flags=re.MULTILINE)
    assert parts[1::2] == list(rules())
    for rule, text in zip(RULES, parts[2::2], strict=True):
        assert f"({rule.severity}) {rule.title}\n" in text
        assert f"\nWhy: {rule.why}\n" in text
        if rule.example == "yaml" and rule.at is not None:
            line, column = rule.at
            told = rf"```yaml\n{re.escape(rule.bad)}```\n\n```text\n(?:.*\n)*?\w+\[{rule.code}\]: .*\n +--> deal.yaml:{line}:{column}\n"
            assert re.search(told, text), rule.code


def test_rule_explains_a_code_in_either_case(run: Run) -> None:
    ended = run("rule", "dc615")
    assert ended.code == 0
    assert ended.out.startswith("# DC615 (warning) Two clauses that may conflict\n\n")
    assert "\nFix: Add exception_to:" in ended.out
    assert run("rule", "DC615").out == ended.out


def test_the_beginning_of_several_codes_explains_them_all(run: Run) -> None:
    told = json.loads(run("rule", "DC6", "--format", "json").out)
    assert {row["code"] for row in told["rules"]} == {code for code in rules() if code.startswith("DC6")}


def test_an_unknown_code_ends_with_2(run: Run) -> None:
    ended = run("rule", "DC6151")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC513]" in ended.err
