"""Options that a file gives: which file counts, what it may say, and where every value comes from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealcli.cli.command_tree import command_tree
from dealcli.cli.configuration_files import CONFIGURABLE

Run = Callable[..., Any]
ASKING = """\
agreement: loan
title: A loan
from: 2026-01-01
parties: {bank: The bank, firm: The firm}
events:
  lent: {by: party}
  repaid: {by: party}
  called: {by: party}
clauses:
  repay: {kind: obligation, bearer: firm, title: Repay, for_each: lent, act: repaid}
"""
"""A file with a warning, DC601, and a note, DC610."""
SOUND = ASKING.replace("  called: {by: party}\n", "").replace("act: repaid}", "act: repaid, within: 30 days}")


@pytest.fixture
def project(here: Path) -> Path:
    """Two folders with the same file in each, in a folder at which every search ends."""
    (here / ".git").mkdir()
    for name in ("one", "two"):
        (here / name).mkdir()
        (here / name / "loan.yaml").write_text(ASKING, encoding="utf-8")
    return here


def codes(run: Run, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of a check and the codes that it tells, each with its file."""
    ended = run("check", *arguments, "--format", "concise")
    rows = [line.partition(": ") for line in ended.out.splitlines() if "[DC" in line]
    return ended.code, [f"{row[0].partition('/')[0]} {row[2].partition('[')[2][:5]}" for row in rows]


# --- which file counts -------------------------------------------------------------------------------------------------


def test_a_file_gives_what_the_command_line_does_not(run: Run, project: Path) -> None:
    assert codes(run, "one") == (0, ["one DC601", "one DC610"])
    (project / "dealcli.toml").write_text('[check]\nfail-level = "warning"\nignore = ["DC610"]\n', encoding="utf-8")
    assert codes(run, "one") == (1, ["one DC601"])
    assert codes(run, "one", "--fail-level", "error", "--ignore", "DC601") == (0, ["one DC610"])


def test_files_are_passed_over_where_none_is_wanted(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[list]\nformat = "json"\n[check]\nignore = ["DC601"]\n[evaluate]\nall = true\n', "utf-8")
    assert run("list", "deal.yaml").out.startswith("{")
    assert not run("--no-config", "list", "deal.yaml").out.startswith("{")
    assert "[DC601]" in run("--no-config", "check", "one").out
    assert "dealcli.toml" not in run("--no-config", "config").out
    (project / "dealcli.toml").write_text("[chekc", encoding="utf-8")
    assert run("--no-config", "check", "one").code == 0


def test_the_table_of_a_shared_file_counts_as_a_file_of_its_own(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.dealcli.check]\nfail-level = "info"\n', encoding="utf-8")
    assert codes(run, "one")[0] == 1
    (project / "dealcli.toml").write_text('[check]\nignore = ["DC601"]\n', encoding="utf-8")
    assert codes(run, "one") == (0, ["one DC610"])


def test_a_shared_file_without_the_table_is_passed_over(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[check]\nfail-level = "info"\n', encoding="utf-8")
    for text in ('[project]\nname = "dealcli"\n', "this is no TOML"):
        (project / "one" / "pyproject.toml").write_text(text, encoding="utf-8")
        assert codes(run, "one")[0] == 1


def test_the_file_nearest_to_the_input_counts_and_no_other_is_added(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[check]\nfail-level = "info"\nignore = ["DC601"]\n', encoding="utf-8")
    (project / "two" / "dealcli.toml").write_text('[check]\nignore = ["DC610"]\n', encoding="utf-8")
    assert codes(run, "one") == (1, ["one DC610"])
    assert codes(run, "two") == (0, ["two DC601"])
    assert codes(run, "two/loan.yaml") == (0, ["two DC601"])


def test_codes_are_ignored_by_the_file_nearest_to_each_input_and_the_level_is_that_of_all(run: Run, project: Path) -> None:
    (project / "two" / "dealcli.toml").write_text('[check]\nfail-level = "info"\nignore = ["DC610"]\n', encoding="utf-8")
    assert codes(run, "one", "two") == (0, ["one DC601", "one DC610", "two DC601"])
    assert codes(run, "one", "two", "--ignore", "DC601") == (0, ["one DC610", "two DC610"])


def test_a_configuration_of_any_input_is_refused_where_it_cannot_be_used(run: Run, project: Path) -> None:
    (project / "two" / "loan.yaml").write_text(SOUND, encoding="utf-8")
    (project / "two" / "dealcli.toml").write_text("[chekc]\n", encoding="utf-8")
    ended = run("check", "one", "two")
    assert (ended.code, ended.out) == (2, "")
    assert "two/dealcli.toml:1:2" in ended.err


def test_the_search_ends_at_the_folder_of_the_repository(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[check]\nfail-level = "info"\n', encoding="utf-8")
    (project / "one" / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    assert codes(run, "one")[0] == 0
    assert codes(run, "two")[0] == 1


def test_what_comes_with_dealcli_is_read_with_the_options_of_the_working_folder(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[list]\nformat = "json"\n', encoding="utf-8")
    assert json.loads(run("list", "builtin:microsoft_openai").out)["format"] == "dealcli.list/1"


def test_files_of_a_configuration_stand_beside_it(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "one" / "dealcli.toml").write_text(
        '[check]\nbaseline = "known.json"\noutput = ["json=out/found.json", "concise=-"]\n', encoding="utf-8"
    )
    (project / "one" / "out").mkdir()
    monkeypatch.chdir(project / "two")
    assert run("check", "../one/loan.yaml").code == 2
    assert run("check", "../one/loan.yaml", "--write-baseline", "../one/known.json").code == 0
    assert run("check", "../one/loan.yaml").out == ""
    assert run("check", "../one/loan.yaml", "--write-baseline", "../one/known.json").code == 0
    assert run("check", "../one/loan.yaml").out == ""
    assert json.loads((project / "one" / "out" / "found.json").read_text("utf-8"))["format"] == "dealcli.diagnostics/1"
    assert list((project / "two").iterdir()) == [project / "two" / "loan.yaml"]


def test_an_output_without_its_format_is_one_problem(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[check]\noutput = ["found.sarif"]\n', encoding="utf-8")
    ended = run("check", "one")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error[DC542]: 'found.sarif' does not say which format goes where\n --> dealcli.toml:2:12\n")
    assert ended.err.endswith("1 error in 1 file\n")


def test_a_configuration_reaches_no_hidden_file(run: Run, project: Path) -> None:
    (project / "way").symlink_to(".git", target_is_directory=True)
    for file in (".git/config", ".bashrc", "one/../.git/config", "way/config"):
        (project / "dealcli.toml").write_text(f'[test]\noutput = "json={file}"\n', encoding="utf-8")
        ended = run("test", "suite.yaml")
        assert (ended.code, ended.out) == (2, "")
        assert f"error[DC543]: '{file}' is hidden" in ended.err
    assert list((project / ".git").iterdir()) == []


def test_a_configuration_reaches_no_file_outside_its_folder(run: Run, project: Path) -> None:
    (project / "two" / "out").symlink_to(project, target_is_directory=True)
    for file in ("../x.json", "/x.json", "a/../../x.json", "out/x.json"):
        (project / "two" / "dealcli.toml").write_text(f'[check]\noutput = "json={file}"\n', encoding="utf-8")
        ended = run("check", "two/loan.yaml")
        assert (ended.code, ended.out) == (2, "")
        assert "error[DC543]" in ended.err
    assert not (project / "x.json").exists()


# --- what it may say ---------------------------------------------------------------------------------------------------


def test_every_option_that_a_file_may_give_is_one_of_the_command() -> None:
    commands = {command.name: command for command in command_tree()}
    unknown = [(name, option) for name, options in CONFIGURABLE.items() for option in options if commands[name].option(option) is None]
    assert unknown == []


def test_everything_wrong_is_told_at_once_with_what_was_meant(run: Run, project: Path) -> None:
    text = '[chekc]\nx = 1\n[check]\n"ignore" = [\n  "DC601",\n  "DC66",\n]\nas-of = "2026-01-01"\n'
    (project / "dealcli.toml").write_text(text + '[evaluate]\nfail-on = "breached, contestd"\n', encoding="utf-8")
    ended = run("check", "one")
    assert (ended.code, ended.out) == (2, "")
    told = [line.split()[-1] for line in ended.err.splitlines() if "-->" in line]
    assert told == ["dealcli.toml:1:2", "dealcli.toml:6:4", "dealcli.toml:8:1", "dealcli.toml:10:22"]
    for hint in ("did you mean 'check'?", "write it on the command line", "did you mean 'contested'?"):
        assert hint in ended.err


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tool.dealcli.check.fail-level = 'wrong'\n", "1:34"),
        ("[tool]\ndealcli = {check = {fail-level = 'wrong'}}\n", "2:35"),
        ("[tool.dealcli]\ncheck.fail-level = '''\nwrong'''\n", "3:1"),
        ("# fail-level = 1\n[a]\nfail-level = 'x'\n[tool.dealcli.check]\nfail-level = 'wrong'\n", "5:15"),
    ],
)
def test_a_value_is_found_however_it_is_written(run: Run, project: Path, text: str, place: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    ended = run("check", "one")
    assert ended.code == 2
    assert f"--> pyproject.toml:{place}\n" in ended.err


UNUSABLE = (
    b"\xff", b"a = \x00", b"x = [" * 5000, b"[check", b"check = 3", b"[check]\nignore = [1]", b'[check]\nbaseline = "a\\u0000"',
)  # fmt: skip


@pytest.mark.parametrize("text", UNUSABLE)
def test_a_file_that_cannot_be_used_is_refused_in_words(run: Run, project: Path, text: bytes) -> None:
    (project / "dealcli.toml").write_bytes(text)
    ended = run("check", "one")
    assert (ended.code, ended.out) == (2, "")
    assert "dealcli.toml:1:" in ended.err or "dealcli.toml:2:" in ended.err


def test_a_place_in_a_huge_file_is_not_looked_for_without_end(run: Run, project: Path) -> None:
    rows = "".join(f"# ignore = {number}\n  'DC601',\n" for number in range(20_000))
    (project / "dealcli.toml").write_text(f"[check]\nignore = [\n{rows}'DC699']\n", encoding="utf-8")
    ended = run("check", "one")
    assert ended.code == 2
    assert "error[DC501]: 'ignore' knows no 'DC699'\n --> dealcli.toml:" in ended.err


# --- where it comes from ------------------------------------------------------------------------------------------------


def origins(run: Run, *line: str) -> dict[str, tuple[str, str]]:
    """What ``config`` shows: for each option its value and its origin."""
    rows = [line.split("  ") for line in run("config", *line).out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return {name: (value, origin) for name, value, origin in cells}


def test_config_shows_each_value_with_its_origin(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text('[check]\nfail-level = "info"\nignore = ["DC601", "DC610"]\n', encoding="utf-8")
    found = origins(run, "check", "one", "--format", "json")
    assert found["check.fail-level"] == ("info", "dealcli.toml:2")
    assert found["check.ignore"] == ("DC601, DC610", "dealcli.toml:3")
    assert found["check.format"] == ("json", "command line")
    assert found["check.baseline"] == ("(not set)", "default")
    assert origins(run, "check", "one", "--fail-level", "error")["check.fail-level"] == ("error", "command line")


def test_config_without_a_command_shows_all_that_a_file_may_give(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.dealcli]\ntimeline = {every = "month"}\n', encoding="utf-8")
    found = origins(run)
    assert set(found) == {f"{name}.{option}" for name, options in CONFIGURABLE.items() for option in options}
    assert found["timeline.every"] == ("month", "pyproject.toml:2")
    assert found["check.fail-level"] == ("error", "default")


def test_config_as_json_tells_the_same(run: Run, project: Path) -> None:
    (project / "dealcli.toml").write_text("[evaluate]\nall = true\n", encoding="utf-8")
    told = json.loads(run("config", "--format", "json", "evaluate", "scenario.yaml", "--color", "never").out)
    rows = {row["option"]: row for row in told["options"]}
    assert rows["all"]["value"] is True
    assert rows["all"]["origin"] == {"kind": "file", "path": "dealcli.toml", "line": 2}
    assert rows["color"]["origin"] == {"kind": "command_line"}
    assert rows["format"]["origin"] == {"kind": "default"}


def test_config_runs_nothing(run: Run, project: Path) -> None:
    assert run("config", "check", "one", "--output", "json=found.json").code == 0
    assert not (project / "found.json").exists()
    assert run("config", "evaluate", "nowhere.yaml").code == 0


def test_config_knows_every_command_and_no_other(run: Run, project: Path) -> None:
    assert run("config", "docs").code == 0
    ended = run("config", "chekc")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean 'check'?" in ended.err
    assert run("config", "check").code == 2
