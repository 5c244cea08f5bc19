"""Completion scripts: what a TAB offers, in the shells that are here, without starting Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealcli.cli.command_tree import Command, Parameter, command_tree
from dealcli.cli.completion import SHELLS

Run = Callable[..., Any]
Complete = Callable[..., set[str]]
BASH = shutil.which("bash")
COMMANDS = [command for command in command_tree() if command.name]
VALUED = [(command, option) for command in COMMANDS for option in command.options if option.takes_value]
SHOW = '\n_dealcli\nprintf "%s\\n" "${COMPREPLY[@]}"\n'


@pytest.fixture
def in_bash(run: Run, here: Path) -> Complete:
    """What bash offers where readline has split a line into words and the last is being written."""
    script = run("completion", "bash").out

    def complete(*words: str) -> set[str]:
        quoted = " ".join(f"'{word}'" for word in ("dealcli", *words))
        line = f"{script}\nCOMP_WORDS=({quoted}) COMP_CWORD={len(words)}{SHOW}"
        assert BASH is not None
        done = subprocess.run([BASH, "--norc", "-u", "-c", line], capture_output=True, check=True, cwd=here, env={"PATH": "/nowhere"})
        assert done.stderr == b""
        return set(done.stdout.decode().split())

    return complete


# --- bash --------------------------------------------------------------------------------------------------------------


def test_a_first_word_is_a_command(in_bash: Complete) -> None:
    assert in_bash("") == {command.name for command in COMMANDS}
    assert in_bash("sc") == {"schema"}


def test_a_dash_offers_the_options_of_the_command(in_bash: Complete) -> None:
    check = next(command for command in COMMANDS if command.name == "check")
    assert in_bash("check", "deal.yaml", "-") == {name for option in check.options for name in option.names}
    assert in_bash("--v") == {"--version"}


@pytest.mark.parametrize(("command", "option"), VALUED, ids=lambda one: one.name)
def test_an_option_offers_the_words_that_it_knows_and_files_where_it_takes_one(
    in_bash: Complete, here: Path, command: Command, option: Parameter
) -> None:
    files = {path.name for path in here.iterdir()} if option.takes_file and not option.is_pair else set()
    expected = {f"{word}=" if option.is_pair else word for word in option.words} | files
    for name in option.names:
        assert in_bash(command.name, name, "") == expected
        assert in_bash(command.name, name, "=", "") == in_bash(command.name, name, "=") == expected


def test_what_stands_before_the_word_decides_and_not_its_number(in_bash: Complete) -> None:
    assert in_bash("rule", "--format", "json", "DC61") == in_bash("rule", "DC61")
    assert in_bash("rule", "--format", "=", "json", "DC61") == in_bash("rule", "DC61")
    assert in_bash("check", "--output", "sarif", "=", "x", "d") == {"deal.yaml"}
    assert "DC615" in in_bash("rule", "DC61")
    assert in_bash("rule", "DC615", "") == set()


def test_behind_a_format_and_its_sign_stands_a_file(in_bash: Complete) -> None:
    assert in_bash("check", "-o", "sarif", "=", "sui") == {"suite.yaml"}
    assert in_bash("check", "-o", "sarif", "=") == {"deal.yaml", "scenario.yaml", "suite.yaml"}


def test_an_argument_offers_files_and_what_the_library_holds(in_bash: Complete) -> None:
    assert in_bash("evaluate", "") == {"deal.yaml", "scenario.yaml", "suite.yaml"}
    assert in_bash("list", "b") == {"builtin:microsoft_openai"}
    assert in_bash("show", "") == set()


@pytest.mark.skipif(sys.platform == "win32" or BASH is None, reason="needs a terminal and bash")
def test_a_tab_at_a_terminal_completes_the_line(run: Run, here: Path) -> None:
    import pty

    (here / "completion.bash").write_text(run("completion", "bash").out, encoding="utf-8")
    main, other = pty.openpty()
    shell = subprocess.Popen([BASH or "", "--norc", "-i"], stdin=other, stdout=other, stderr=other, cwd=here,
                             env={"PATH": os.defpath, "TERM": "dumb", "HOME": str(here), "PS1": ""}, start_new_session=True)  # fmt: skip
    os.close(other)
    try:
        os.write(main, b"dealcli() { printf '<%s>' \"$@\"; echo; }; . ./completion.bash\n")
        os.write(main, b"dealcli che\t sc\t --fail-level w\t\nexit\n")
        told = b""
        while b"exit" not in told.partition(b"<check>")[2]:
            told += os.read(main, 4096)
    finally:
        shell.wait(timeout=30)
        os.close(main)
    assert b"<check><scenario.yaml><--fail-level><warning>" in told


# --- every shell ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_can_be_read_by_its_shell(run: Run, here: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    (here / "script").write_text(run("completion", shell).out, encoding="utf-8")
    checked = subprocess.run([program, "-n", "script"], capture_output=True, check=False, cwd=here)
    assert (checked.returncode, checked.stderr) == (0, b"")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_names_every_command_and_option(run: Run, shell: str) -> None:
    script = run("completion", shell).out
    said = set(re.findall(r"[a-z][a-z-]*", script))
    for command in COMMANDS:
        assert command.name in said
        assert {name.lstrip("-") for option in command.options for name in option.names if name.startswith("--")} <= said


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not here")
def test_fish_offers_what_bash_offers(run: Run, here: Path, in_bash: Complete) -> None:
    (here / "script.fish").write_text(run("completion", "fish").out, encoding="utf-8")
    lines = ("rule DC61", "check --fail-level ", "check --format s", "check --output sa", "schema ", "sc")
    for words in (line.split(" ") for line in lines):
        line = f"source script.fish; complete -C 'dealcli {' '.join(words)}'"
        told = subprocess.run(["fish", "--no-config", "-c", line], capture_output=True, check=True, cwd=here, text=True).stdout
        assert {row.partition("\t")[0] for row in told.splitlines()} == in_bash(*words)


ZSH = shutil.which("zsh")


@pytest.mark.skipif(ZSH is None, reason="zsh is not here")
def test_a_tab_at_a_terminal_of_zsh_completes_the_line(run: Run, here: Path) -> None:
    import pty

    (here / "functions").mkdir()
    (here / "functions" / "_dealcli").write_text(run("completion", "zsh").out, encoding="utf-8")
    main, other = pty.openpty()
    shell = subprocess.Popen([ZSH or "", "-f", "-i"], stdin=other, stdout=other, stderr=other, cwd=here,
                             env={"PATH": os.defpath, "TERM": "dumb", "HOME": str(here), "PS1": ""}, start_new_session=True)  # fmt: skip
    os.close(other)
    told = b""
    try:
        os.write(main, b"fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; bindkey -e; echo ready; ")
        os.write(main, b"dealcli() { printf '<%s>' \"$@\"; echo; }\n")
        while b"\nready" not in told:
            told += os.read(main, 4096)
        os.write(main, b"dealcli che\tsc\t--fail-level w\t--output sari\tx -o json=su\t\nexit\n")
        while b"exit" not in told.partition(b"<check>")[2]:
            told += os.read(main, 4096)
    finally:
        shell.wait(timeout=30)
        os.close(main)
    assert b"<check><scenario.yaml><--fail-level><warning><--output><sarif=x><-o><json=suite.yaml>" in told


# --- never stale -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "option"), VALUED, ids=lambda one: one.name)
def test_the_words_offered_are_those_that_the_command_itself_names(run: Run, command: Command, option: Parameter) -> None:
    arguments = ["scenario.yaml" if one.takes_file else (one.words or ("deliver",))[0] for one in command.arguments]
    wrong = "none_of_them=x" if option.is_pair else "none_of_them"
    told = run(command.name, option.name, wrong, *arguments).err
    assert bool(option.words) == ("error[DC501]: there is no" in told)
    if known := re.search(r"error\[DC501\]: .*\n +--> .*\n +=? *expected: one of (.*)\n", told):
        assert option.words == tuple(known[1].split(", "))


@pytest.mark.parametrize("name", ["schema", "docs", "completion"])
def test_the_words_of_an_argument_are_those_that_the_command_itself_names(run: Run, name: str) -> None:
    (argument,) = next(command for command in COMMANDS if command.name == name).arguments
    known = re.search(r"expected: one of (.*)\n", run(name, "none_of_them").err)
    assert known is not None
    assert argument.words == tuple(known[1].split(", "))


def test_no_word_needs_quotes_in_a_shell() -> None:
    words = {word for command in COMMANDS for one in command.parameters for word in one.words}
    assert [word for word in words if not re.fullmatch(r"[A-Za-z0-9_:.-]+", word)] == []


def test_an_unknown_shell_ends_with_2(run: Run) -> None:
    ended = run("completion", "tcsh")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC501]: there is no 'tcsh'" in ended.err
