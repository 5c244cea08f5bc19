"""Each command as people use it: on a terminal, in a pipe, into a file, in a build."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import dealcli
from dealcli import __version__
from dealcli.analysis.findings import all_findings
from dealcli.cli.gate import FINDINGS, STAGES
from dealcli.engine import lifecycle

Run = Callable[..., Any]
FORMATS = ("table", "plain", "json", "jsonl", "markdown", "csv")
EVALUATE = ("evaluate", "scenario.yaml")


# --- evaluate --------------------------------------------------------------------------------------------------------


def test_evaluate_answers_on_standard_output_and_says_nothing_else(run: Run) -> None:
    ended = run(*EVALUATE)
    assert ended.code == 0
    assert ended.out.startswith("Two orders")
    assert "2025-03-31" in ended.out
    assert ended.err == ""


@pytest.mark.parametrize("style", FORMATS)
def test_every_format_gives_an_answer_that_ends_its_last_line(run: Run, style: str) -> None:
    ended = run(*EVALUATE, "--format", style)
    assert ended.code == 0
    assert ended.out.endswith("\n")
    assert "Deliver what was ordered" in ended.out
    assert "\x1b" not in ended.out


def test_a_pipe_gets_plain_lines(run: Run) -> None:
    assert run(*EVALUATE).out == run(*EVALUATE, "--format", "plain").out


def test_the_json_answer_fits_its_schema(run: Run) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(run("schema", "evaluation").out)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(run(*EVALUATE, "--format", "json").out))


def test_as_of_replaces_the_day_of_the_scenario(run: Run) -> None:
    told = json.loads(run(*EVALUATE, "--as-of", "2025-01-12", "--format", "json").out)
    assert told["as_of"] == "2025-01-12"
    assert [p["stage"] for p in told["positions"] if p["clause"] == "supply.deliver"] == ["in_force"]


def test_as_of_takes_a_month_as_its_last_day(run: Run) -> None:
    assert json.loads(run(*EVALUATE, "--as-of", "2025-01", "--format", "json").out)["as_of"] == "2025-01-31"


def test_known_as_of_leaves_out_what_was_reported_later(run: Run) -> None:
    told = json.loads(run(*EVALUATE, "--known-as-of", "2025-01-31", "--format", "json").out)
    assert told["known_as_of"] == "2025-01-31"
    assert [p["key"] for p in told["positions"] if p["clause"] == "supply.deliver"] == ["A1"]


def test_set_fills_in_a_term_and_may_name_its_agreement(run: Run) -> None:
    for name in ("window", "supply.window"):
        told = json.loads(run(*EVALUATE, "--set", f"{name}=20 days", "--format", "json").out)
        dues = [p["due"] for p in told["positions"] if p["clause"] == "supply.deliver"]
        assert dues == ["2025-01-30", "2025-02-21"]


def test_reading_chooses_a_reading(run: Run) -> None:
    told = json.loads(run(*EVALUATE, "--reading", "busy=deliveries", "--format", "json").out)
    assert [r["chosen"] for r in told["readings"] if r["name"] == "supply.busy"] == ["deliveries"]


def test_hypothetical_events_are_compared_with_the_same_run_without_them(run: Run) -> None:
    told = json.loads(run(*EVALUATE, "--reading", "busy=deliveries", "--format", "json").out)
    assert told["scenario"]["hypothetical"] == 1
    assert told["changes"] is not None
    assert json.loads(run("evaluate", "suite.yaml", "--scenario", "never", "--format", "json").out)["changes"] is None


def test_party_goes_by_name_or_by_title(run: Run) -> None:
    by_name, by_title = (run(*EVALUATE, "--party", party, "--format", "csv").out for party in ("buyer", "Buyer"))
    assert by_name == by_title


def test_clause_and_stage_narrow_the_answer(run: Run) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run(*EVALUATE, "--clause", "del*", "--stage", "breached", "--format", "csv").out))
    )
    assert [(row["clause"], row["key"]) for row in rows] == [("supply.deliver", "A2")]
    assert run(*EVALUATE, "--clause", "supply.pay", "--format", "csv").out.count("supply.pay") == 1


def test_a_scenario_of_a_suite_is_chosen_by_its_name(run: Run) -> None:
    told = json.loads(run("evaluate", "suite.yaml", "--scenario", "in time", "--format", "json").out)
    assert told["scenario"]["title"] == "in time"


def test_events_come_from_a_file_or_from_standard_input(run: Run, here: Path) -> None:
    log = b'{"date": "2025-03-01", "event": "ordered", "by": "buyer", "order": "A3", "units": 1}\n'
    (here / "log.ndjson").write_bytes(log)
    from_file = run(*EVALUATE, "--events", "log.ndjson", "--format", "csv")
    assert "A3" in from_file.out
    assert run(*EVALUATE, "--events", "-", "--format", "csv", stdin=log).out == from_file.out


def test_a_path_below_the_working_directory_is_shown_relative(run: Run, here: Path) -> None:
    ended = run("evaluate", str(here / "scenario.yaml"), "--format", "json")
    assert json.loads(ended.out)["scenario"]["path"] == "scenario.yaml"
    assert str(here) not in ended.out


# --- the file of an answer -------------------------------------------------------------------------------------------


def test_an_answer_into_a_file_is_the_same_as_in_a_pipe(run: Run, here: Path) -> None:
    for style in FORMATS:
        assert run(*EVALUATE, "--format", style, "-o", "out").out == ""
        assert (here / "out").read_bytes().decode() == run(*EVALUATE, "--format", style).out


def test_an_answer_into_a_file_leaves_nothing_else_behind(run: Run, here: Path) -> None:
    before = {path.name for path in here.iterdir()}
    run(*EVALUATE, "-o", "out.txt")
    assert {path.name for path in here.iterdir()} == {*before, "out.txt"}


def test_a_file_is_replaced_whole_and_keeps_its_rights(run: Run, here: Path) -> None:
    target = here / "out.txt"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    (here / "link.txt").symlink_to("out.txt")
    assert run(*EVALUATE, "-o", "link.txt").code == 0
    assert (here / "link.txt").is_symlink()
    assert target.read_text(encoding="utf-8").startswith("Two orders")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_file_stays_as_it_is_where_the_answer_is_refused(run: Run, here: Path) -> None:
    target = here / "out.txt"
    target.write_text("old", encoding="utf-8")
    assert run(*EVALUATE, "--party", "nobody", "-o", "out.txt").code == 2
    assert target.read_text(encoding="utf-8") == "old"


# --- exit codes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("breached", 1),
        ("fulfilled,met", 1),
        ("breach", 1),
        ("waived", 0),
        ("contested", 0),
        ("overpayment", 0),
        ("expectation", 0),
    ],
)
def test_fail_on_ends_with_1_where_its_word_is_found(run: Run, words: str, code: int) -> None:
    for style in FORMATS:
        assert run(*EVALUATE, "--fail-on", words, "--format", style).code == code


def test_fail_on_looks_only_at_what_is_shown(run: Run) -> None:
    assert run(*EVALUATE, "--fail-on", "breached,breach", "--clause", "no_resale").code == 0
    assert run(*EVALUATE, "--fail-on", "waived", "--fail-on", "breached", "--clause", "deliver").code == 1


def test_fail_on_expectation_names_the_row_that_does_not_hold(run: Run) -> None:
    ended = run("evaluate", "suite.yaml", "--scenario", "never", "--set", "window=300 days", "--fail-on", "expectation")
    assert (ended.code, "is: breached" in ended.err) == (1, True)


def test_an_expectation_that_does_not_hold_is_no_failure_by_itself(run: Run) -> None:
    assert run("evaluate", "suite.yaml", "--scenario", "never", "--set", "window=300 days").code == 0


def test_every_stage_of_the_lifecycle_may_be_a_gate() -> None:
    known = set(lifecycle.GATES) | {stage for row in lifecycle.GATES.values() for stage in row.values()}
    known -= {"new", lifecycle.DORMANT, lifecycle.NONE}
    assert known <= set(STAGES)


def test_every_finding_of_a_run_may_be_a_gate(here: Path) -> None:
    from dealcli.analysis.evaluation import evaluate
    from dealcli.analysis.scenario import load

    assert {finding.kind for finding in all_findings(evaluate(load("scenario.yaml", {})[0]).run)} <= set(FINDINGS)


def test_a_folder_without_agreements_is_nothing_to_do(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    for command in ("evaluate", "list"):
        ended = run(command, "empty")
        assert (ended.code, ended.out, "DC120" in ended.err) == (3, "", True)


def test_a_scenario_that_names_a_folder_without_agreements_is_wrong_input(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    (here / "scenario.yaml").write_text("scenario: x\nagreements: [empty]\nas_of: 2025-01-01\n", encoding="utf-8")
    assert run(*EVALUATE).code == 2


@pytest.mark.parametrize(("came", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)])
def test_a_signal_that_is_passed_on_as_an_error_is_still_a_signal(
    came: BaseException, code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the making of a class passes on whatever comes while it names its parts."""

    def interrupted(*_: object) -> None:
        raise RuntimeError from came

    monkeypatch.setattr("dealcli.cli.evaluating.load", interrupted)
    ended = run(*EVALUATE)
    assert (ended.code, ended.err) == (code, "")


def test_a_bug_is_one_line_with_its_place_and_exit_code_4(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealcli.cli.evaluating.load", None)
    ended = run(*EVALUATE)
    line = r"dealcli: this is a bug in dealcli: TypeError at dealcli/cli/evaluating\.py:\d+; please report .*\n"
    assert (ended.code, ended.out) == (4, "")
    assert re.fullmatch(line, ended.err)
    monkeypatch.setenv("DEALCLI_DEBUG", "1")
    assert "Traceback" in run(*EVALUATE).err


@contextmanager
def _hearing_interruptions() -> Iterator[None]:
    """A test run in the background ignores interruptions, and what it starts would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interruption_ends_with_130_and_says_nothing(here: Path) -> None:
    line = b'{"date": "2025-03-01", "event": "cancelled", "by": "buyer", "order": "A9"}\n'
    arguments = [sys.executable, "-m", "dealcli", *EVALUATE, "--events", "-"]
    environment = {**os.environ, "PYTHONPATH": str(Path(dealcli.__file__).parent.parent)}
    pipe = subprocess.PIPE
    with _hearing_interruptions():
        running = subprocess.Popen(arguments, cwd=here, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
    with running:
        assert running.stdin is not None
        # more than a pipe holds: once all of it is written, the log is being read
        running.stdin.write(line * 10_000)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (130, b"", b"")


# --- list ------------------------------------------------------------------------------------------------------------


def test_list_shows_what_a_deal_is_made_of(run: Run) -> None:
    for path in ("deal.yaml", "scenario.yaml", "suite.yaml"):
        ended = run("list", path)
        assert (ended.code, ended.err) == (0, "")
        for word in (
            "AGREEMENTS (1)",
            "Deliver what was ordered",
            "sum: money USD",
            "*orders [contract]",
            "rejected: nobody",
            "USD 5",
        ):
            assert word in ended.out


def test_list_gives_only_the_sections_that_are_asked_for(run: Run) -> None:
    told = json.loads(run("list", "deal.yaml", "--only", "clauses,terms", "--format", "json").out)
    assert list(told) == ["format", "clauses", "terms"]
    assert [(c["name"], c["kind"], c["bearer"], c["standing"], c["line"]) for c in told["clauses"]] == [
        ("deliver", "obligation", "seller", "contract", 38),
        ("pay", "obligation", "buyer", "contract", 47),
        ("no_resale", "prohibition", "buyer", "contract", 57),
    ]


def test_list_of_the_library_needs_no_file(run: Run) -> None:
    ended = run("list", "builtin:microsoft_openai", "--only", "agreements")
    assert (ended.code, "definitive_2025_10" in ended.out) == (0, True)


# --- show ------------------------------------------------------------------------------------------------------------


def test_show_tells_everything_about_one_clause(run: Run) -> None:
    ended = run("show", "pay", "deal.yaml")
    assert (ended.code, ended.err) == (0, "")
    for word in (
        "Pay for what was delivered",
        "obligation of buyer towards seller; seller has a claim",
        "for_each  deliver becomes fulfilled",
        "within  30 days",
        "supply.deliver",
        "SOURCES AGAINST IT",
        "press",
        "summary",
        "deal.yaml:47",
    ):
        assert word in ended.out


def test_show_names_what_names_the_clause(run: Run) -> None:
    told = json.loads(run("show", "supply.deliver", "scenario.yaml", "--format", "json").out)
    assert told["named_by"] == [{"name": "supply.pay", "how": ["for_each"]}]
    assert told["place"] == {"path": "deal.yaml", "line": 38, "column": 3}


def test_show_tells_the_readings_a_clause_turns_on(run: Run) -> None:
    told = json.loads(run("show", "no_resale", "deal.yaml", "--format", "json").out)
    assert [(r["name"], r["default"], [c["name"] for c in r["choices"]]) for r in told["readings"]] == [
        ("supply.busy", "orders", ["orders", "deliveries"])
    ]


def test_show_looks_into_the_library_where_no_deal_is_named(run: Run) -> None:
    assert run("show", "ms_ip_research").code == 0


def test_every_clause_of_the_library_can_be_shown(run: Run) -> None:
    from dealcli.cli.clause_page import clause_page, page_lines
    from dealcli.cli.deal import open_deal
    from dealcli.cli.layout import Room

    deal = open_deal("builtin:microsoft_openai", {})
    for clause in deal.program.clauses:
        assert clause.title in " ".join(" ".join(page_lines(clause_page(deal, clause), Room())).split())


# --- schema, docs, help ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["evaluation", "agreement", "vocabulary", "scenario", "suite"])
def test_schema_prints_a_json_schema(run: Run, kind: str) -> None:
    from jsonschema import Draft202012Validator

    ended = run("schema", kind)
    assert (ended.code, ended.err) == (0, "")
    Draft202012Validator.check_schema(json.loads(ended.out))


def test_docs_lists_its_pages_and_prints_each(run: Run) -> None:
    listed = run("docs")
    assert (listed.code, listed.err) == (0, "")
    for line in listed.out.splitlines():
        page = run("docs", line.split()[0])
        assert page.code == 0
        assert page.out.strip()


def test_version_and_help_answer_on_standard_output(run: Run) -> None:
    assert run("--version") == (0, f"dealcli {__version__}\n", "")
    for arguments in (
        ("--help",),
        ("-h",),
        *((name, "--help") for name in ("evaluate", "list", "show", "schema", "docs")),
    ):
        ended = run(*arguments)
        assert (ended.code, ended.err) == (0, "")
        assert "Example" in ended.out


def test_no_command_shows_the_help_as_a_usage_error(run: Run) -> None:
    ended = run()
    assert (ended.code, ended.out) == (2, "")
    assert "evaluate" in ended.err


def test_a_scenario_may_name_its_one_agreement_without_brackets(run: Run, here: Path) -> None:
    listed = run("evaluate", "scenario.yaml")
    text = (here / "scenario.yaml").read_text(encoding="utf-8")
    (here / "scenario.yaml").write_text(text.replace("[deal.yaml]", "deal.yaml"), encoding="utf-8")
    assert run("evaluate", "scenario.yaml") == listed
    assert run("check", "scenario.yaml").code == 0


def test_an_agreement_named_without_brackets_that_is_missing_is_told_once_and_in_its_place(run: Run, here: Path) -> None:
    text = (here / "scenario.yaml").read_text(encoding="utf-8")
    (here / "scenario.yaml").write_text(text.replace("[deal.yaml]", "dael.yaml"), encoding="utf-8")
    for command, code in (("evaluate", 2), ("check", 1)):
        ended = run(command, "scenario.yaml")
        assert ended.code == code
        assert (ended.out + ended.err).count("'dael.yaml' does not exist") == 1
        assert "scenario.yaml:2:13" in ended.out + ended.err


def test_a_condition_that_came_true_is_named_by_its_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    told = json.loads(run("evaluate", "examples/road_fines.yaml", "--readings", "default", "--format", "json").out)
    causes = [step["cause"] for position in told["positions"] for step in position["because"] if step["cause"]]
    named = {cause["name"] for cause in causes if cause["kind"] == "condition"}
    assert "(received[fine] >= create_fine.amount) becomes true" in named
