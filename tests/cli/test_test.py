"""``dealcli test`` as it stands in a build: what holds, what does not and why, and the number with which it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

Run = Callable[..., Any]

WRONG = """\
scenario: A wrong guess
agreements: [deal.yaml]
as_of: 2025-03-31
events:
  - {date: 2025-01-10, event: ordered, by: buyer, order: A1, units: 10}
  - {date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10}
expect:
  - {at: 2025-01-12, clause: deliver, key: A1, is: in_force}
  - {at: 2025-01-12, clause: deliver, key: A1, is: breached, due: 2025-01-20}
  - {clause: deliver, key: A1, is: breached, due: 2025-01-21}
  - {measure: delivered_units, equals: 10}
"""


@pytest.fixture
def wrong(here: Path) -> str:
    (here / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    return "wrong.yaml"


def test_expectations_that_hold_end_with_0_and_one_line_a_file(run: Run) -> None:
    ended = run("test", "scenario.yaml", "suite.yaml")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "ok          scenario.yaml  1 scenario, 2 expectations",
        "ok          suite.yaml     1 scenario, 1 expectation",
        "3 expectations hold in 2 scenarios of 2 files",
    ]
    assert ended.err == ""


def test_a_failed_expectation_shows_only_what_differs_with_its_place_and_its_reason(run: Run, wrong: str) -> None:
    ended = run("test", wrong)
    assert ended.code == 1
    assert ended.out == (
        "FAILED      wrong.yaml  1 scenario, 4 expectations, 2 failed\n"
        "  wrong.yaml:9:5: 2025-01-12 deliver (key A1)\n"
        "      actual in_force, expected breached\n"
        "      because 2025-01-10: its conditions changed: ordered\n"
        "  wrong.yaml:10:5: 2025-03-31 deliver (key A1)\n"
        "      actual fulfilled / performed, expected breached\n"
        "      due actual 2025-01-20, expected 2025-01-21\n"
        "      because 2025-01-15: it was done: delivered\n"
        "2 of 4 expectations failed in 1 scenario of 1 file\n"
    )


def test_an_expectation_after_the_as_of_date_fails_and_is_not_passed_over(run: Run, here: Path) -> None:
    late = WRONG.replace("at: 2025-01-12, clause: deliver, key: A1, is: in_force", "at: 2026-01-12, clause: deliver, is: met")
    (here / "late.yaml").write_text(late, encoding="utf-8")
    ended = run("test", "late.yaml")
    assert ended.code == 1
    assert "late.yaml:8:5: 2026-01-12 deliver" in ended.out
    assert "not looked at: its day comes after the as-of date" in ended.out


def test_a_folder_is_searched_to_the_bottom_and_agreements_in_it_are_passed_over(run: Run, here: Path) -> None:
    deeper = here / "all" / "deeper"
    deeper.mkdir(parents=True)
    for name in ("deal.yaml", "scenario.yaml"):
        (deeper / name).write_text((here / name).read_text("utf-8"), encoding="utf-8")
    ended = run("test", "all")
    assert ended.code == 0
    assert ended.out.splitlines()[:-1] == ["ok          all/deeper/scenario.yaml  1 scenario, 2 expectations"]


def test_a_file_named_twice_runs_once(run: Run) -> None:
    assert run("test", "suite.yaml", "suite.yaml").out == run("test", "suite.yaml").out


@pytest.mark.parametrize(("pattern", "scenarios"), [("Two", 1), ("never|Two", 2), ("^n", 1)])
def test_run_chooses_scenarios_by_title(run: Run, pattern: str, scenarios: int) -> None:
    ended = run("test", ".", "--run", pattern, "--format", "json")
    assert ended.code == 0
    assert json.loads(ended.out)["summary"]["scenarios"] == scenarios


def test_a_pattern_that_matches_nothing_ends_with_3(run: Run) -> None:
    ended = run("test", ".", "--run", "no such title")
    assert (ended.code, ended.out) == (3, "")
    assert "nothing to run" in ended.err


def test_paths_in_which_nothing_is_expected_end_with_3(run: Run) -> None:
    assert run("test", "deal.yaml").code == 3


def test_a_pattern_that_is_none_ends_with_2(run: Run) -> None:
    ended = run("test", ".", "--run", "(")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC511]" in ended.err


def test_a_file_that_cannot_run_ends_with_2_and_the_others_still_run(run: Run, here: Path, wrong: str) -> None:
    (here / "bad.yaml").write_text("scenario: x\nagreements: [nowhere.yaml]\n", encoding="utf-8")
    ended = run("test", "bad.yaml", wrong, "suite.yaml")
    assert ended.code == 2
    assert ended.out.splitlines()[0] == "cannot run  bad.yaml    1 problem"
    assert "FAILED      wrong.yaml" in ended.out
    assert ended.out.splitlines()[-1].endswith("; 1 file could not be run")
    assert "error[DC101]" in ended.err


def test_a_scenario_that_cannot_run_does_not_keep_the_others_of_its_file(run: Run, here: Path) -> None:
    suite = (here / "suite.yaml").read_text("utf-8")
    (here / "half.yaml").write_text(
        suite + "  - {name: wrong, as_of: 2025-02-28, expect: [{clause: delver, is: breached}]}\n", encoding="utf-8"
    )
    ended = run("test", "half.yaml")
    assert ended.code == 2
    assert "wrong: could not run" in ended.out
    assert "half.yaml:8:56" in ended.err
    assert "1 expectation holds in 2 scenarios of 1 file" in ended.out


def test_json_gives_every_difference_with_line_and_column(run: Run, wrong: str) -> None:
    ended = run("test", wrong, "suite.yaml", "--format", "json")
    assert (ended.code, ended.err) == (1, "")
    told = json.loads(ended.out)
    assert (told["format"], told["status"]) == ("dealcli.test/1", "failed")
    assert told["summary"] == {"files": 2, "scenarios": 2, "expectations": 5, "failed": 2, "todo": 0, "problems": 0}
    failed = told["files"][0]["scenarios"][0]["failed"]
    assert (failed[1]["line"], failed[1]["column"]) == (10, 5)
    assert failed[1]["differences"][1] == {"test": "due", "actual": "2025-01-20", "expected": "2025-01-21"}


def test_junit_has_a_case_for_each_scenario(run: Run, wrong: str, here: Path) -> None:
    (here / "bad.yaml").write_text("scenario: x\nagreements: [nowhere.yaml]\n", encoding="utf-8")
    ended = run("test", "bad.yaml", wrong, "suite.yaml", "--format", "junit")
    report = JUnitXml.fromstring(ended.out.encode())
    assert (report.name, report.tests, report.failures, report.errors, report.skipped) == ("dealcli", 3, 1, 1, 0)
    cases = [case for suite in report for case in suite]
    assert [(case.name, [type(one) for one in case.result]) for case in cases] == [
        ("bad.yaml", [Error]), ("A wrong guess", [Failure]), ("never", []),
    ]  # fmt: skip
    failure = cases[1].result[0]
    assert failure.message == "2 of 4 expectations failed"
    assert "actual in_force, expected breached" in failure.text


AMOUNT = """\
scenario: Paid in part
agreements: [deal.yaml]
as_of: 2025-02-28
events:
  - {date: 2025-01-10, event: ordered, by: buyer, order: A1, units: 10}
  - {date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10}
  - {date: 2025-01-20, event: paid, by: buyer, order: A1, sum: USD 20}
expect:
  - {clause: pay, amount: USD 40, outstanding: USD 20, due: 2025-03-01}
"""


def test_an_amount_that_differs_is_told_and_updated_as_it_is_written(run: Run, here: Path, outside: None) -> None:
    (here / "amount.yaml").write_text(AMOUNT, encoding="utf-8")
    told = run("test", "amount.yaml").out
    assert "      amount actual USD 50, expected USD 40\n      outstanding actual USD 30, expected USD 20\n" in told
    assert "due actual 2025-02-14, expected 2025-03-01\n" in told
    assert run("test", "amount.yaml", "--update").code == 0
    assert (here / "amount.yaml").read_text("utf-8") == (
        AMOUNT.replace("amount: USD 40", "amount: USD 50").replace("outstanding: USD 20", "outstanding: USD 30")
        .replace("due: 2025-03-01", "due: 2025-02-14")
    )  # fmt: skip
    assert run("test", "amount.yaml").code == 0


def test_the_exit_code_is_the_same_in_every_format(run: Run, wrong: str) -> None:
    assert {run("test", wrong, "--format", style).code for style in ("plain", "json", "junit")} == {1}


def test_a_report_goes_into_a_file_beside_what_the_log_shows(run: Run, here: Path, wrong: str) -> None:
    ended = run("test", wrong, "--output", "junit=report.xml", "-o", "json=report.json")
    assert ended == run("test", wrong)
    assert JUnitXml.fromfile(str(here / "report.xml")).failures == 1
    assert json.loads((here / "report.json").read_text("utf-8"))["summary"]["failed"] == 2


@pytest.mark.parametrize("outputs", [("report.xml",), ("tap=x",), ("json=x", "junit=x")])
def test_a_report_needs_its_format_and_a_file_of_its_own(run: Run, here: Path, wrong: str, outputs: tuple[str, ...]) -> None:
    ended = run("test", wrong, *(word for output in outputs for word in ("--output", output)))
    assert (ended.code, ended.out) == (2, "")
    assert not (here / "x").exists()


# --- update ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


def test_update_shows_the_difference_and_writes_only_what_differs(run: Run, here: Path, wrong: str, outside: None) -> None:
    ended = run("test", wrong, "--update")
    assert ended.code == 0
    changed = [line for line in ended.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == [
        "-  - {at: 2025-01-12, clause: deliver, key: A1, is: breached, due: 2025-01-20}",
        "-  - {clause: deliver, key: A1, is: breached, due: 2025-01-21}",
        "+  - {at: 2025-01-12, clause: deliver, key: A1, is: in_force, due: 2025-01-20}",
        "+  - {clause: deliver, key: A1, is: fulfilled, due: 2025-01-20}",
    ]
    assert ended.err == "dealcli: 2 expectations updated in 1 file\n"
    assert run("test", wrong).code == 0
    assert (here / wrong).read_text("utf-8").splitlines()[:8] == WRONG.splitlines()[:8]


def test_update_changes_nothing_where_all_holds(run: Run, here: Path, outside: None) -> None:
    before = (here / "suite.yaml").read_bytes()
    assert run("test", "suite.yaml", "--update").code == 0
    assert (here / "suite.yaml").read_bytes() == before


def test_what_cannot_be_said_in_one_text_is_left_to_the_author(run: Run, here: Path, outside: None) -> None:
    text = WRONG.replace("key: A1, is: in_force", "key: A1, is_not: in_force")
    (here / "not.yaml").write_text(text, encoding="utf-8")
    ended = run("test", "not.yaml", "--update")
    assert ended.code == 1
    assert ended.err == "dealcli: 2 expectations updated in 1 file; 1 must be changed by hand\n"
    assert "is_not: in_force" in (here / "not.yaml").read_text("utf-8")


@pytest.mark.parametrize("word", ["true", "1", "yes"])
def test_update_refuses_in_continuous_integration(run: Run, here: Path, wrong: str, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("CI", word)
    ended = run("test", wrong, "--update")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC514]" in ended.err
    assert (here / wrong).read_text("utf-8") == WRONG


def test_update_writes_nothing_where_something_cannot_run(run: Run, here: Path, wrong: str, outside: None) -> None:
    (here / "bad.yaml").write_text("scenario: x\nagreements: [nowhere.yaml]\n", encoding="utf-8")
    assert run("test", wrong, "bad.yaml", "--update").code == 2
    assert (here / wrong).read_text("utf-8") == WRONG


# --- what is to do ---------------------------------------------------------------------------------------------------

TODO = WRONG.replace("due: 2025-01-20}", "due: 2025-01-20, todo: the notice is not modelled}").replace(
    "due: 2025-01-21}", "due: 2025-01-21, todo: the extension is not modelled}"
)


@pytest.fixture
def to_do(here: Path) -> Path:
    (here / "todo.yaml").write_text(TODO, encoding="utf-8")
    return here / "todo.yaml"


def test_what_is_to_do_is_listed_with_its_reason_and_does_not_fail(run: Run, to_do: Path) -> None:
    ended = run("test", "todo.yaml")
    assert ended.code == 0
    assert ended.out == (
        "ok          todo.yaml  1 scenario, 4 expectations, 2 todo\n"
        "  todo.yaml:9:5: 2025-01-12 deliver (key A1): todo: the notice is not modelled\n"
        "  todo.yaml:10:5: 2025-03-31 deliver (key A1): todo: the extension is not modelled\n"
        "2 expectations hold in 1 scenario of 1 file; 2 todo\n"
    )


def test_what_is_to_do_fails_as_soon_as_it_holds(run: Run, to_do: Path) -> None:
    to_do.write_text(TODO.replace("is: breached, due: 2025-01-21", "is: fulfilled, due: 2025-01-20"), encoding="utf-8")
    ended = run("test", "todo.yaml")
    assert ended.code == 1
    assert ended.out == (
        "FAILED      todo.yaml  1 scenario, 4 expectations, 1 failed, 1 todo\n"
        "  todo.yaml:10:5: 2025-03-31 deliver (key A1)\n"
        "      todo actual holds, expected does not hold yet\n"
        "      because 2025-01-15: it was done: delivered\n"
        "  todo.yaml:9:5: 2025-01-12 deliver (key A1): todo: the notice is not modelled\n"
        "1 of 4 expectations failed in 1 scenario of 1 file; 1 todo\n"
    )


def test_what_is_to_do_after_the_as_of_date_is_still_to_do(run: Run, to_do: Path) -> None:
    later = TODO.replace("at: 2025-01-12, clause: deliver, key: A1, is: breached", "at: 2026-01-12, clause: deliver, is: met")
    to_do.write_text(later, encoding="utf-8")
    ended = run("test", "todo.yaml")
    assert ended.code == 0
    assert "todo.yaml:9:5: 2026-01-12 deliver: todo: the notice is not modelled" in ended.out


def test_a_build_server_is_told_what_is_to_do_as_skipped(run: Run, to_do: Path) -> None:
    report = JUnitXml.fromstring(run("test", "todo.yaml", "--format", "junit").out.encode())
    assert (report.tests, report.failures, report.errors, report.skipped) == (3, 0, 0, 2)
    passing, *skipped = (case for suite in report for case in suite)
    assert (passing.name, passing.result) == ("A wrong guess", [])
    assert [(type(one), one.message) for case in skipped for one in case.result] == [
        (Skipped, "the notice is not modelled"), (Skipped, "the extension is not modelled"),
    ]  # fmt: skip


def test_a_program_is_told_what_is_to_do(run: Run, to_do: Path) -> None:
    told = json.loads(run("test", "todo.yaml", "--format", "json").out)
    assert (told["status"], told["summary"]["failed"], told["summary"]["todo"]) == ("ok", 0, 2)
    assert [row["line"] for row in told["files"][0]["scenarios"][0]["todo"]] == [9, 10]


def test_what_is_to_do_is_not_updated_and_what_holds_is_left_to_the_author(run: Run, to_do: Path, outside: None) -> None:
    assert run("test", "todo.yaml", "--update").code == 0
    assert to_do.read_text("utf-8") == TODO
    text = TODO.replace("is: breached, due: 2025-01-21", "is: fulfilled, due: 2025-01-20")
    to_do.write_text(text, encoding="utf-8")
    ended = run("test", "todo.yaml", "--update")
    assert (ended.code, to_do.read_text("utf-8")) == (1, text)
    assert "1 must be changed by hand" in ended.err


def test_evaluate_counts_what_is_to_do_apart(run: Run, to_do: Path) -> None:
    ended = run("evaluate", "todo.yaml", "--fail-on", "expectation")
    assert ended.code == 0
    assert "Expectations: 2 of 4 hold, 2 todo" in ended.out
    to_do.write_text(TODO.replace("is: breached, due: 2025-01-21", "is: fulfilled, due: 2025-01-20"), encoding="utf-8")
    ended = run("evaluate", "todo.yaml", "--fail-on", "expectation")
    assert ended.code == 1
    assert "todo: is holds, expected does not hold yet" in ended.out


def test_to_do_alone_expects_nothing(run: Run, to_do: Path) -> None:
    to_do.write_text(TODO.replace("key: A1, is: in_force", "key: A1, todo: later"), encoding="utf-8")
    ended = run("check", "todo.yaml")
    assert ended.code == 1
    assert "error[DC212]: an expectation needs a test\n --> todo.yaml:8:5\n" in ended.out
