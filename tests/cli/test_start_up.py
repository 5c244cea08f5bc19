"""What a command loads before it answers: the set of heavy modules of each, and the plain command lines of ``evaluate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from hypothesis import given
from hypothesis import strategies as st
from typer.exceptions import TyperException

from dealcli.cli.app import app
from dealcli.cli.request import REPEATABLE, WITH_VALUE, WITHOUT_VALUE, Request, plainly_asked

from .conftest import Run

HEAVY = (
    "typer", "rich", "pydantic", "yaml", "importlib.metadata", "importlib.resources", "dataclasses", "inspect", "email",
    "logging", "pathlib", "difflib", "tempfile", "zoneinfo", "socket", "multiprocessing", "unittest", "dealcli.engine.build",
    "dealcli.analysis.readings", "dealcli.model.validation", "dealcli.model.coherence", "msgspec",
)  # fmt: skip
ENGINE = {"dealcli.engine.build"}
READ = {"yaml", "dealcli.model.coherence"}
RICH = {"rich", "dataclasses", "inspect"}
EVALUATE = "evaluate scenario.yaml --readings default"

LOADED: tuple[tuple[str, bool, set[str]], ...] = (
    ("--version", False, set()),
    (EVALUATE, False, READ | ENGINE),
    (EVALUATE + " --format json", False, READ | ENGINE),
    (EVALUATE + " --format table", False, READ | ENGINE | RICH),
    (EVALUATE, True, set()),
    (EVALUATE + " --format json", True, set()),
    (EVALUATE + " --format csv --party buyer", True, set()),
    (EVALUATE + " --as-of 2025-02-01", True, ENGINE),
)
"""A command line, whether the same was asked before, and which of the heavy modules it may load."""
NEVER = ("importlib.resources", "logging", "socket", "multiprocessing", "unittest", "dealcli.model.validation", "pydantic", "msgspec")


def loaded(line: str, here: Path, shell: Run) -> set[str]:
    program = (
        f"import sys; sys.argv = ['dealcli', *{line.split()!r}]\n"
        "from dealcli.__main__ import run\n"
        "try:\n"
        "    run()\n"
        "except SystemExit as ended:\n"
        "    assert not ended.code, ended.code\n"
        "sys.stderr.write('\\n'.join(sys.modules))\n"
    )
    (here / "program.py").write_text(program, encoding="utf-8")
    ended = shell(f"{sys.executable} program.py", DEALCLI_NO_CACHE="", XDG_CACHE_HOME=str(here / "c"), XDG_STATE_HOME=str(here / "s"))
    assert ended.code == 0, ended.err
    return set(ended.err.split()) & set(HEAVY)


@pytest.mark.parametrize(("line", "asked_before", "modules"), LOADED)
def test_evaluate_loads_what_it_needs_and_nothing_else(
    shell: Run, here: Path, line: str, asked_before: bool, modules: set[str]
) -> None:
    if asked_before:
        loaded(EVALUATE, here, shell)
    assert loaded(line, here, shell) == modules


@pytest.mark.parametrize("line", ["--help", "list deal.yaml", "show deliver deal.yaml", "readings scenario.yaml", "test .",
                                  "check .", "sources deal.yaml", "rules", "docs"])  # fmt: skip
def test_no_command_loads_what_only_wrong_documents_need(shell: Run, here: Path, line: str) -> None:
    assert loaded(line, here, shell) & set(NEVER) == set()


WORKLOAD = Path(__file__).parents[1] / "benchmarks" / "workload" / "scenario.yaml"


@pytest.mark.parametrize(("command", "rows", "loads"), [("count", 20_000, True), ("count", 1_000, False), ("evaluate", 1_000, False)])
def test_a_faster_decoder_is_loaded_to_count_a_long_log_and_never_else(
    shell: Run, here: Path, command: str, rows: int, loads: bool
) -> None:
    line = '{"date":"2025-02-03","type":"compute_requested","id":"r%d","mw":5}\n'
    (here / "log.ndjson").write_text("".join(line % number for number in range(rows)), encoding="utf-8")
    assert ("msgspec" in loaded(f"{command} {WORKLOAD} --events log.ndjson", here, shell)) == loads


def test_help_loads_the_option_parser_and_nothing_of_a_deal(shell: Run, here: Path) -> None:
    assert loaded("--help", here, shell) & (READ | ENGINE | {"rich", "pydantic"}) == set()


# --- the plain command lines -----------------------------------------------------------------------------------------


def parsed(arguments: list[str]) -> tuple[str, dict[str, Any]] | None:
    """What the option parser makes of the arguments of ``evaluate``; None where it refuses them."""
    command = typer.main.get_command(app).commands["evaluate"]  # type: ignore[attr-defined]
    try:
        said = dict(command.make_context("evaluate", list(arguments), obj=None).params)
    except (TyperException, typer.Exit):
        return None
    for name in REPEATABLE.values():
        said[name] = tuple(said[name] or ())
    return said.pop("scenario"), said


def test_every_option_of_evaluate_is_plain_but_views_and_help() -> None:
    command = typer.main.get_command(app).commands["evaluate"]  # type: ignore[attr-defined]
    options = {word: option.name for option in command.params for word in option.opts if word.startswith("-")}
    assert options.pop("--view") == "view"
    assert options == WITH_VALUE | REPEATABLE | WITHOUT_VALUE


WORDS = st.sampled_from([
    *WITH_VALUE, *REPEATABLE, *WITHOUT_VALUE, "a.yaml", "b.yaml", "x=1", "y=2", "", "-", "--", "--view", "--help", "-h", "-x",
    "--nonsense", "--as-of=2025-01-01", "--set=z=3", "--all=1", "--format=", "-ofile", "2025-01-01", "-1",
])  # fmt: skip


@given(st.lists(WORDS, max_size=6))
def test_what_is_plainly_asked_is_what_the_option_parser_understands(words: list[str]) -> None:
    plain = plainly_asked(["evaluate", *words])
    if plain is None:
        return
    said = parsed(words)
    assert said is not None
    assert said[1].pop("view") in (None, [], ())
    request = plain[1]
    assert (plain[0], {name: getattr(request, name) for name in said[1]}) == said


def test_the_option_parser_is_asked_where_a_line_is_not_plain() -> None:
    for words in ([], ["evaluate"], ["list", "a.yaml"], ["evaluate", "a.yaml", "--help"], ["evaluate", "a.yaml", "--as-of"],
                  ["evaluate", "a.yaml", "--as-of", "--all"], ["evaluate", "a.yaml", "b.yaml"], ["evaluate", "a.yaml", "--view", "x"],
                  ["evaluate", "--", "a.yaml"], ["evaluate", ""]):  # fmt: skip
        assert plainly_asked(words) is None
    assert plainly_asked(["evaluate", "a.yaml", "--set", "x=1", "--set=y=2", "--all"]) == (
        "a.yaml",
        Request(terms=("x=1", "y=2"), every=True),
    )


OWN, SHARED = "dealcli.toml", "pyproject.toml"


@pytest.mark.parametrize(
    ("file", "text", "loads_parser"),
    [
        (OWN, '[evaluate]\nformat = "json"\n', True),
        (SHARED, '[tool.dealcli.evaluate]\nformat = "json"\n', True),
        (SHARED, '[tool]\ndealcli = {evaluate = {format = "json"}}\n', True),
        (SHARED, '[project]\nname = "x"\n', False),
        (SHARED, '[project]\ndependencies = ["dealcli"]\n', False),
        (OWN, '[check]\nfail-level = "error"\n', False),
        (SHARED, '[tool.dealcli.check]\nfail-level = "error"\n', False),
        (OWN, "", False),
    ],
)
def test_the_option_parser_is_loaded_where_the_nearest_configuration_speaks_of_evaluate(
    shell: Run, here: Path, file: str, text: str, loads_parser: bool
) -> None:
    (here / ".git").mkdir()
    (here / file).write_text(text, encoding="utf-8")
    assert ("typer" in loaded("evaluate scenario.yaml", here, shell)) == loads_parser
    assert shell("$D evaluate scenario.yaml").out.startswith("{") == loads_parser
    assert not shell("$D --no-config evaluate scenario.yaml").out.startswith("{")
    assert not shell("$D evaluate scenario.yaml --format plain").out.startswith("{")


def test_a_nearer_configuration_without_evaluate_hides_one_further_up(shell: Run, here: Path) -> None:
    (here / "sub").mkdir()
    for name in ("deal.yaml", "scenario.yaml"):
        (here / name).rename(here / "sub" / name)
    (here / OWN).write_text('[evaluate]\nformat = "json"\n', encoding="utf-8")
    assert shell("$D evaluate sub/scenario.yaml").out.startswith("{")
    (here / "sub" / OWN).write_text("[check]\n", encoding="utf-8")
    assert not shell("$D evaluate sub/scenario.yaml").out.startswith("{")


@pytest.mark.parametrize("text", ['[evalaute]\nformat = "json"\n', "[evaluate", "evaluate = 1\n", "[evaluate]\nformat = 1\n"])
def test_what_is_wrong_in_a_configuration_of_evaluate_is_told(shell: Run, here: Path, text: str) -> None:
    (here / OWN).write_text(text, encoding="utf-8")
    ended = shell("$D evaluate scenario.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert f"--> {OWN}:1:" in ended.err or f"--> {OWN}:2:" in ended.err
