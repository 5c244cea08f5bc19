"""With what earlier runs remembered, every command gives the bytes that it gives without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer.main

from dealcli.analysis.options import Options
from dealcli.cli.app import app
from dealcli.cli.evaluating import answer
from dealcli.cli.known_answers import Question, known_answer, remember_answer
from dealcli.reading.sound import SourceFiles

from .conftest import Run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.yaml"))


@pytest.fixture
def memory(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own, switched on; it is made when something is remembered."""
    for name, value in (("XDG_CACHE_HOME", "c"), ("XDG_STATE_HOME", "s")):
        monkeypatch.setenv(name, str(here / "memory" / value))
    monkeypatch.delenv("DEALCLI_NO_CACHE")
    return here / "memory" / "c" / "dealcli"


def kept(memory: Path) -> int:
    return len(list(memory.iterdir())) if memory.exists() else 0


@pytest.mark.parametrize("example", EXAMPLES)
def test_first_later_and_uncached_runs_give_the_same_bytes(
    run: Run, memory: Path, example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    asked = ("evaluate", f"examples/{example}", "--readings", "default", "--format", "json")
    assert run(*asked) == run(*asked) == run(*asked, "--no-cache")
    assert kept(memory) > 1


def test_an_answer_judged_over_the_readings_is_recalled_whole(run: Run, memory: Path) -> None:
    asked = ("evaluate", "scenario.yaml", "--readings", "all", "--format", "json", "--fail-on", "contested")
    first, number = run(*asked), kept(memory)
    assert run(*asked) == first == run(*asked, "--no-cache")
    assert kept(memory) == number == 3


def test_the_answer_is_kept_once_for_all_ways_to_show_it(run: Run, memory: Path) -> None:
    for more in ((), ("--format", "json"), ("--party", "buyer"), ("--all",), ("--fail-on", "breached"), ("-o", "out.txt")):
        run("evaluate", "scenario.yaml", *more)
    assert kept(memory) == 3  # two files and one answer


@pytest.mark.parametrize(
    "more",
    [
        ("--as-of", "2025-01-12"),
        ("--known-as-of", "2025-01-12"),
        ("--set", "window=1 days"),
        ("--reading", "busy=deliveries"),
        ("--readings", "default"),
        ("--readings", "all"),
        ("--according-to", "letter"),
    ],
)
def test_another_question_has_another_answer(run: Run, memory: Path, more: tuple[str, ...]) -> None:
    run("evaluate", "scenario.yaml", "--format", "json")
    asked = run("evaluate", "scenario.yaml", "--format", "json", *more)
    assert kept(memory) == 4
    assert asked == run("evaluate", "scenario.yaml", "--format", "json", *more, "--no-cache")


def test_each_scenario_of_a_suite_has_its_own_answer(run: Run, memory: Path) -> None:
    for _ in range(2):
        answers = [run("evaluate", "suite.yaml", "--scenario", name).out for name in ("in time", "never")]
        assert answers[0] != answers[1]


@pytest.mark.parametrize("file", ["deal.yaml", "scenario.yaml"])
def test_a_changed_file_is_read_anew(run: Run, memory: Path, here: Path, file: str) -> None:
    before = run("evaluate", "scenario.yaml")
    text = (here / file).read_text(encoding="utf-8")
    (here / file).write_text(text.replace("10 days", "2 days").replace("2025-01-15", "2025-02-15"), encoding="utf-8")
    after = run("evaluate", "scenario.yaml")
    assert after != before
    assert after == run("evaluate", "scenario.yaml", "--no-cache")
    (here / file).write_text(text, encoding="utf-8")
    assert run("evaluate", "scenario.yaml") == before


def test_a_file_that_appears_in_a_folder_or_goes_from_it_is_noticed(run: Run, memory: Path, here: Path) -> None:
    (here / "deal").mkdir()
    (here / "deal.yaml").rename(here / "deal" / "deal.yaml")
    text = (here / "scenario.yaml").read_text(encoding="utf-8")
    (here / "scenario.yaml").write_text(text.replace("deal.yaml", "deal"), encoding="utf-8")
    before = run("evaluate", "scenario.yaml", "--format", "json")
    (here / "deal" / "more.yaml").write_text("agreement: more\nparties: {seller: S}\n", encoding="utf-8")
    more = run("evaluate", "scenario.yaml", "--format", "json")
    assert more != before
    assert more == run("evaluate", "scenario.yaml", "--format", "json", "--no-cache")
    (here / "deal" / "more.yaml").unlink()
    assert run("evaluate", "scenario.yaml", "--format", "json") == before
    (here / "deal" / "deal.yaml").unlink()
    assert run("evaluate", "scenario.yaml").code == 2


def test_the_same_names_in_another_folder_are_other_files(
    run: Run, memory: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("evaluate", "scenario.yaml")
    (here / "sub").mkdir()
    for file in ("deal.yaml", "scenario.yaml"):
        text = (here / file).read_text(encoding="utf-8").replace("10 days", "2 days")
        (here / "sub" / file).write_text(text, encoding="utf-8")
    monkeypatch.chdir(here / "sub")
    assert run("evaluate", "scenario.yaml") != before


def test_what_was_changed_while_the_answer_was_sought_is_not_taken_for_what_it_was_made_from(memory: Path, here: Path) -> None:
    question = Question("scenario.yaml", None, Options(), None, "default")
    sources = SourceFiles()
    result, scenario = answer(question, sources)
    text = (here / "deal.yaml").read_text(encoding="utf-8")
    for changed in (text.replace("10 days", "2 days"), None):
        if changed is None:
            (here / "deal.yaml").unlink()
        else:
            (here / "deal.yaml").write_text(changed, encoding="utf-8")
        remember_answer(question, result, scenario, sources)
        assert known_answer(question, SourceFiles()) is None
    (here / "deal.yaml").write_text(text, encoding="utf-8")
    assert known_answer(question, SourceFiles()) is None
    remember_answer(question, result, scenario, sources)
    assert known_answer(question, SourceFiles()) == result


def test_a_remembered_answer_is_written_over_no_file_that_it_is_made_from(run: Run, memory: Path, here: Path) -> None:
    (here / "dealcli.toml").write_text('[evaluate]\nformat = "json"\n', encoding="utf-8")
    before = {path: path.read_bytes() for path in here.iterdir() if path.is_file()}
    run("evaluate", "scenario.yaml")
    for file in ("deal.yaml", "scenario.yaml", "dealcli.toml"):
        first = run("evaluate", "scenario.yaml", "-o", file, "--no-cache")
        assert (first.code, "made from this very file" in first.err) == (2, True)
        assert run("evaluate", "scenario.yaml", "-o", file) == first
        assert {path: path.read_bytes() for path in here.iterdir() if path.is_file()} == before
    assert kept(memory) == 3


def test_an_answer_is_remembered_with_a_configuration_too(run: Run, memory: Path, here: Path) -> None:
    plain = run("evaluate", "scenario.yaml")
    (here / "dealcli.toml").write_text('[evaluate]\nformat = "json"\nreadings = "all"\n', encoding="utf-8")
    first = run("evaluate", "scenario.yaml")
    assert (first.out[:1], kept(memory)) == ("{", 4)
    assert run("evaluate", "scenario.yaml") == first == run("evaluate", "scenario.yaml", "--no-cache")
    assert run("--no-config", "evaluate", "scenario.yaml") == plain


def test_an_answer_from_a_log_is_sought_anew_each_time(run: Run, memory: Path, here: Path) -> None:
    row = '{"date": "2025-01-20", "event": "ordered", "by": "buyer", "order": "A9", "units": 1}\n'
    (here / "log.ndjson").write_text(row, encoding="utf-8")
    before = run("evaluate", "scenario.yaml", "--events", "log.ndjson", "--format", "json")
    text = (here / "scenario.yaml").read_text(encoding="utf-8")
    (here / "logged.yaml").write_text(text + "events_from: log.ndjson\n", encoding="utf-8")
    logged = run("evaluate", "logged.yaml", "--format", "json")
    (here / "log.ndjson").write_text(row.replace("A9", "A8"), encoding="utf-8")
    assert run("evaluate", "scenario.yaml", "--events", "log.ndjson", "--format", "json") != before
    assert run("evaluate", "logged.yaml", "--format", "json") != logged
    assert kept(memory) == 3  # the three documents


def test_an_answer_that_reads_the_time_zones_of_the_machine_is_not_kept(run: Run, memory: Path, here: Path) -> None:
    text = (here / "deal.yaml").read_text(encoding="utf-8")
    (here / "deal.yaml").write_text(text.replace("title: Supply of parts", "timezone: Europe/Paris"), encoding="utf-8")
    assert run("evaluate", "scenario.yaml").code == 0
    assert kept(memory) == 2


def test_with_no_cache_nothing_is_recalled_and_nothing_kept(run: Run, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (("evaluate", "scenario.yaml"), ("list", "deal.yaml"), ("show", "deliver", "deal.yaml"), ("test", "."),
                    ("readings", "scenario.yaml"), ("check", "."), ("sources", "deal.yaml"), ("timeline", "scenario.yaml"),
                    ("coverage", "deal.yaml", "."), ("explain", "scenario.yaml", "deliver"), ("agenda", "scenario.yaml"),
                    ("whatif", "scenario.yaml", "--set", "window=1 days"), ("diff", "scenario.yaml", "scenario.yaml"),
                    ("why-not", "scenario.yaml", "deliver", "waived"), ("report", "scenario.yaml"), ("graph", "deal.yaml"),
                    ("timeline", "scenario.yaml", "--every", "month"),
                    ("verify-result", "result.json")):  # fmt: skip
        assert run(*command, "--no-cache").err.startswith("usage") is False
        monkeypatch.setenv("DEALCLI_NO_CACHE", "1")
        run(*command)
        monkeypatch.delenv("DEALCLI_NO_CACHE")
        assert not memory.exists(), command


@pytest.mark.parametrize("command", [("list", "deal.yaml"), ("show", "deliver", "deal.yaml"), ("check", "."), ("test", "."),
                                     ("readings", "scenario.yaml"), ("coverage", "deal.yaml", "scenario.yaml")])  # fmt: skip
def test_every_command_says_the_same_from_remembered_documents(run: Run, memory: Path, command: tuple[str, ...]) -> None:
    run("evaluate", "scenario.yaml")
    assert kept(memory) == 3
    assert run(*command) == run(*command, "--no-cache")


def test_a_problem_in_remembered_documents_is_shown_at_its_line(run: Run, memory: Path, here: Path) -> None:
    text = (here / "deal.yaml").read_text(encoding="utf-8")
    (here / "deal.yaml").write_text(text.replace("act: delivered where units", "act: delivered where unit"), encoding="utf-8")
    first = run("evaluate", "scenario.yaml")
    assert kept(memory) == 2
    assert first.code == 2
    assert "deal.yaml:44:26" in first.err
    assert run("evaluate", "scenario.yaml") == first


def test_a_file_with_a_problem_is_never_remembered(run: Run, memory: Path, here: Path) -> None:
    (here / "deal.yaml").write_text("agreement: supply\nclauses: {pay: {kind: duty}}\n", encoding="utf-8")
    first = run("evaluate", "scenario.yaml")
    assert (first.code, first) == (2, run("evaluate", "scenario.yaml"))
    assert kept(memory) == 1


def test_an_edited_memory_changes_no_answer(run: Run, memory: Path) -> None:
    before = run("evaluate", "scenario.yaml", "--format", "json")
    for entry in memory.iterdir():
        entry.write_bytes(entry.read_bytes().replace(b"fulfilled", b"breached ").replace(b"10 days", b"99 days"))
    assert run("evaluate", "scenario.yaml", "--format", "json") == before


def test_where_nothing_can_be_remembered_nobody_is_told(shell: Run, here: Path) -> None:
    (here / "file").write_text("", encoding="utf-8")
    usual = shell("$D evaluate scenario.yaml")
    for environment in ({"HOME": ""}, {"HOME": "/dev/null"}, {"XDG_CACHE_HOME": str(here / "file")}, {"XDG_STATE_HOME": "/proc"}):
        assert shell("$D evaluate scenario.yaml", **{"DEALCLI_NO_CACHE": "", "HOME": str(here), **environment}) == usual


def test_eight_first_runs_at_once_all_give_the_answer(shell: Run, here: Path) -> None:
    line = "for n in 1 2 3 4 5 6 7 8; do $D evaluate scenario.yaml -o out.$n || touch failed & done; wait; cat out.1; ls failed"
    ended = shell(line, DEALCLI_NO_CACHE="", XDG_CACHE_HOME=str(here / "c"), XDG_STATE_HOME=str(here / "s"))
    answers = {(here / f"out.{number}").read_text(encoding="utf-8") for number in range(1, 9)}
    assert answers == {ended.out}
    assert not (here / "failed").exists()
    assert len(os.listdir(here / "c" / "dealcli")) == 3


def test_every_command_that_reads_deals_can_do_without_the_cache() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert {name for name, command in commands.items() if "no_cache" not in {option.name for option in command.params}} == {
        "rules", "rule", "schema", "docs", "completion", "config", "init",
    }  # fmt: skip
