"""``dealcli check`` as it stands in a build: what it finds and where, the formats, the number with which it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from sarif_kit.validate import validation_errors

from dealcli.output.report import FORMATS

Run = Callable[..., Any]

SOUND = """\
agreement: loan
title: A loan
from: 2026-01-01
parties: {bank: The bank, firm: The firm}
events:
  lent: {by: party}
  repaid: {by: party}
clauses:
  repay: {kind: obligation, bearer: firm, title: Repay, for_each: lent, act: repaid, within: 30 days}
---
scenario: Lent and repaid
as_of: 2026-02-01
events:
  - {date: 2026-01-02, event: lent, by: bank}
"""
LOOSE = SOUND.replace("  repaid: {by: party}\n", "  repaid: {by: party}\n  called: {by: party}\n").replace(", within: 30 days", "")
BROKEN = SOUND.replace("act: repaid", "act: repayed").replace("kind: obligation", "kind: oblgation")


@pytest.fixture
def files(here: Path) -> Path:
    for name in ("deal.yaml", "scenario.yaml", "suite.yaml"):
        (here / name).unlink()
    for name, text in (("sound.yaml", SOUND), ("loose.yaml", LOOSE), ("broken.yaml", BROKEN)):
        (here / name).write_text(text, encoding="utf-8")
    return here


def found(out: str) -> list[str]:
    """Code and place of each line of the concise form."""
    return [f"{m[2]} {m[1]}" for m in re.finditer(r"^(\S+): \w+\[(DC\d+)\]", out, re.MULTILINE)]


def test_a_sound_file_ends_with_0_and_a_word_on_standard_error(run: Run, files: Path) -> None:
    assert run("check", "sound.yaml") == (0, "", "dealcli: no problems in 1 file\n")


def test_questions_about_meaning_are_told_and_end_with_0(run: Run, files: Path) -> None:
    ended = run("check", "loose.yaml", "--format", "concise")
    assert ended.code == 0
    assert found(ended.out) == ["DC601 loose.yaml:8:3", "DC610 loose.yaml:10:3"]
    assert ended.out.endswith("1 warning, 1 note in 1 file\n")


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_the_fail_level_says_from_where_on_it_is_a_no(run: Run, files: Path, level: str, code: int) -> None:
    assert run("check", "loose.yaml", "--fail-level", level).code == code


def test_all_problems_of_all_files_are_found(run: Run, files: Path) -> None:
    (files / "other.yaml").write_text(SOUND.replace("loan", "other").replace("act: repaid", "act: repayed"), encoding="utf-8")
    (files / "torn.yaml").write_text("agreement: torn\nclauses: {a: [\n", encoding="utf-8")
    ended = run("check", "broken.yaml", "other.yaml", "torn.yaml", "--format", "concise")
    assert ended.code == 1
    assert {line.partition(" ")[2].partition(":")[0] for line in found(ended.out)} == {"broken.yaml", "other.yaml", "torn.yaml"}


SEVERAL = """\
agreement: loan
title: A loan
from: 2026-01-01
parties: {bank: The bank, firm: The firm}
events:
  lent: {by: party}
  repaid: {by: party}
terms:
  window: {valu: 3 days}
  fee: {value: 5 EUR}
clauses:
  repay: {kind: obligation, bearer: frm, title: Repay, for_each: lent, act: repaid, within: window}
  other: {kind: oblgation, bearer: firm, title: Other}
  later: {kind: right, bearer: bank, title: Later, for_each: other becomes breached}
  third: {kind: right, bearer: bank, title: Third, for_each: lend}
"""


def test_what_is_wrong_in_one_definition_hides_nothing_in_the_others(run: Run, files: Path) -> None:
    (files / "several.yaml").write_text(SEVERAL, encoding="utf-8")
    assert found(run("check", "several.yaml", "--format", "concise").out) == [
        "DC201 several.yaml:9:12", "DC301 several.yaml:10:18", "DC302 several.yaml:12:37", "DC204 several.yaml:13:17",
        "DC302 several.yaml:15:62",
    ]  # fmt: skip


def test_a_name_whose_definition_has_a_wrong_shape_is_not_told_to_be_missing(run: Run, files: Path) -> None:
    sound = SEVERAL.replace("frm", "firm").replace("lend}", "lent}").replace("5 EUR", "EUR 5")
    (files / "several.yaml").write_text(sound, encoding="utf-8")
    (files / "later.yaml").write_text("scenario: L\nagreements: [several.yaml]\nas_of: 2026-01-31\n", encoding="utf-8")
    assert found(run("check", "several.yaml", "--format", "concise").out) == ["DC201 several.yaml:9:12", "DC204 several.yaml:13:17"]
    assert found(run("check", "later.yaml", "--format", "concise").out) == ["DC201 several.yaml:9:12", "DC204 several.yaml:13:17"]
    event = sound.replace("lent: {by: party}", "lent: 5").replace("valu:", "value:").replace("oblgation", "obligation, act: repaid")
    (files / "several.yaml").write_text(event, encoding="utf-8")
    assert found(run("check", "several.yaml", "--format", "concise").out) == ["DC203 several.yaml:6:9"]


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize(("file", "code"), [("sound.yaml", 0), ("loose.yaml", 0), ("broken.yaml", 1), ("nowhere.yaml", 2)])
def test_the_exit_code_is_the_same_in_every_format(run: Run, files: Path, style: str, file: str, code: int) -> None:
    ended = run("check", file, "--format", style)
    assert ended.code == code
    assert "\x1b" not in ended.out


def test_a_folder_without_yaml_ends_with_3(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    ended = run("check", "empty")
    assert (ended.code, ended.out) == (3, "")


def test_a_missing_path_is_a_problem_of_its_own_and_the_others_are_checked(run: Run, files: Path) -> None:
    ended = run("check", "nowhere.yaml", "loose.yaml", "--format", "concise")
    assert ended.code == 2
    assert "DC101 nowhere.yaml" in found(ended.out)
    assert "DC601 loose.yaml:8:3" in found(ended.out)


def test_agreements_of_a_folder_form_one_deal(run: Run, here: Path) -> None:
    folder = here / "deal"
    folder.mkdir()
    events = "events:\n  lent: {by: party}\n  repaid: {by: party}\n"
    (folder / "words.yaml").write_text(f"vocabulary: words\n{events}", encoding="utf-8")
    (folder / "loan.yaml").write_text(SOUND.partition("---")[0].replace(events, ""), encoding="utf-8")
    assert run("check", "deal").code == 0
    assert run("check", "deal/loan.yaml").code == 0, "an agreement of its own is completed by its folder"


def test_rows_and_expectations_are_checked_without_running(run: Run, files: Path) -> None:
    late = SOUND.replace("event: lent, by: bank", "event: lent, by: bnk") + "expect:\n  - {clause: repy, is: fulfilled}\n"
    (files / "late.yaml").write_text(late, encoding="utf-8")
    ended = run("check", "late.yaml", "--format", "concise")
    assert ended.code == 1
    assert found(ended.out) == ["DC407 late.yaml:14:41", "DC302 late.yaml:16:14"]


def test_a_scenario_is_checked_with_the_deal_that_it_names(run: Run, here: Path) -> None:
    assert run("check", "scenario.yaml", "suite.yaml").code == 0
    (here / "deal.yaml").write_text((here / "deal.yaml").read_text("utf-8").replace("act: paid", "act: payed"), encoding="utf-8")
    ended = run("check", "scenario.yaml", "--format", "concise")
    assert (ended.code, found(ended.out)) == (1, ["DC302 deal.yaml:52:10"])


def test_problems_of_files_that_were_only_named_are_no_questions_about_meaning(run: Run, here: Path) -> None:
    assert "deal.yaml" not in run("check", "scenario.yaml", "--format", "concise").out
    assert "deal.yaml" in run("check", ".", "--format", "concise").out


def test_knowledge_is_stale_only_where_a_day_is_given(run: Run, here: Path) -> None:
    known = SOUND.replace("parties:", "known_through: 2026-03-01\nparties:")
    (here / "known.yaml").write_text(known, encoding="utf-8")
    assert "DC620" not in run("check", "known.yaml").out
    ended = run("check", "known.yaml", "--as-of", "2026-03-31", "--format", "concise")
    assert found(ended.out) == ["DC620 known.yaml:4:16"]
    assert "30 days before 2026-03-31" in ended.out


def test_several_outputs_are_written_at_once(run: Run, files: Path) -> None:
    ended = run("check", "broken.yaml", "-o", "sarif=x.sarif", "-o", "github=-", "--output", "junit=x.xml")
    assert ended.code == 1
    assert ended.out.startswith("::error file=broken.yaml,line=9,")
    told = json.loads((files / "x.sarif").read_text("utf-8"))
    assert validation_errors(told) == []
    assert told["runs"][0]["invocations"][0]["exitCode"] == 1
    assert JUnitXml.fromfile(str(files / "x.xml")).failures == ended.out.count("::error")


@pytest.mark.parametrize(("file", "code"), [("sound.yaml", 0), ("loose.yaml", 0), ("broken.yaml", 1), ("nowhere.yaml", 2)])
def test_every_log_of_a_check_fits_the_schema_of_the_standard(run: Run, files: Path, file: str, code: int) -> None:
    told = json.loads(run("check", file, "--format", "sarif").out)
    assert validation_errors(told) == []
    assert told["runs"][0]["invocations"][0]["exitCode"] == code


@pytest.mark.parametrize(
    "options",
    [
        ("--output", "sarif"),
        ("--output", "serif=x"),
        ("--output", "sarif=x", "--output", "json=x"),
        ("--format", "json", "--output", "github=-"),
        ("--fail-level", "never"),
        ("--as-of", "soon"),
    ],
)
def test_options_that_make_no_sense_end_with_2_and_write_nothing(run: Run, files: Path, options: tuple[str, ...]) -> None:
    ended = run("check", "sound.yaml", *options)
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC5" in ended.err
    assert not (files / "x").exists()


def test_the_summary_of_a_job_gets_a_table(run: Run, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(files / "summary.md"))
    run("check", "loose.yaml", "--format", "github")
    assert "| `loose.yaml:8:3` | DC601 | warning |" in (files / "summary.md").read_text("utf-8")


def test_json_lines_begin_with_a_start_and_end_with_the_exit_code(run: Run, files: Path) -> None:
    rows = [json.loads(line) for line in run("check", "loose.yaml", "--format", "jsonl").out.splitlines()]
    assert [row["type"] for row in rows] == ["start", "diagnostic", "diagnostic", "end"]
    assert rows[-1]["exit_code"] == 0
    assert (rows[1]["code"], rows[1]["place"]["line"], rows[1]["place"]["column"]) == ("DC601", 8, 3)


def test_a_check_gives_the_same_bytes_twice(run: Run, files: Path) -> None:
    assert run("check", ".", "--format", "sarif") == run("check", ".", "--format", "sarif")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("readings: {bsy: orders}", "DC506 scenario.yaml:4:12"),
        ("readings: {busy: calls}", "DC506 scenario.yaml:4:18"),
        ("terms: {windw: 3 days}", "DC506 scenario.yaml:4:9"),
        ("without: [suply]", "DC506 scenario.yaml:4:11"),
        ("events_from: log.ndjson", "DC101 scenario.yaml:4:14"),
        ("events_from: bad.ndjson", "DC401 bad.ndjson:2:1"),
    ],
)
def test_what_a_scenario_names_is_looked_up(run: Run, here: Path, line: str, expected: str) -> None:
    text = (here / "scenario.yaml").read_text("utf-8").replace("events:", f"{line}\nevents:", 1)
    (here / "scenario.yaml").write_text(text, encoding="utf-8")
    row = '{"date": "2025-03-01", "event": "cancelled", "by": "buyer", "order": "A9"}\n'
    (here / "bad.ndjson").write_text(row + row.replace("cancelled", "canceled"), encoding="utf-8")
    ended = run("check", "scenario.yaml", "--format", "concise")
    assert (ended.code, found(ended.out)) == (1, [expected])
