"""Every shell block of README and manual does what it shows."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .pages import PAGES, PROJECT, all_blocks, blocks
from .transcripts import SET_UP, commands, readers_folder, run, transcript


@pytest.mark.parametrize(
    "page", [p for p in PAGES if any(b.language == "console" for b in blocks(p))], ids=lambda p: p.name
)
def test_every_transcript_is_what_its_commands_print(page: Path) -> None:
    with readers_folder(page) as folder:
        for block in blocks(page):
            if block.language == "console":
                assert transcript(block, folder) == block.text, (
                    f"{block}: run tests/docs/transcripts.py to write it anew"
                )


def test_every_line_of_a_shell_block_is_sound() -> None:
    lines = [command.text for block in all_blocks("sh") for command in commands(block)]
    assert lines
    for line in lines:
        checked = subprocess.run(["bash", "-n", "-c", line], capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_what_follows_a_set_up_line_runs_as_it_stands() -> None:
    """Making the environment and installing is left out; the command that it is for is run."""
    runs = [command.text.split(" && ")[-1] for block in all_blocks("sh") for command in commands(block)]
    with readers_folder(PROJECT / "README.md") as folder:
        for line in runs:
            if line.startswith(".venv/bin/dealcli "):
                output, code = run(line, folder)
                assert code == 0, output
    assert any(line.startswith(".venv/bin/dealcli ") for line in runs)


def test_a_shell_block_is_a_set_up_or_a_transcript() -> None:
    for block in all_blocks("sh", "bash", "shell"):
        assert block.language == "sh"
        assert all(command.text.startswith(SET_UP) for command in commands(block)), f"{block}: show it as console"


def test_the_gate_runs_the_test_line_of_the_readme() -> None:
    line = next(
        line for line in (PROJECT / "README.md").read_text(encoding="utf-8").splitlines() if "-m pytest" in line
    )
    install, _, tests = line.rpartition(" && ")
    assert install.startswith(SET_UP)
    assert tests.startswith(".venv/bin/python -m pytest")
