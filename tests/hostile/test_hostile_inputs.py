"""Every hostile input has its documented answer, in bounded time and memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostile_inputs import GROUPS, Hostile
from one_command import Commands

SECONDS = 10
"""Twice what is promised, for slow machines."""
MEGABYTES = 512


@pytest.mark.parametrize("hostile", [one for group in GROUPS.values() for one in group], ids=lambda one: one.name[:60])
def test_a_hostile_input_has_its_documented_answer(hostile: Hostile, commands: Commands, tmp_path: Path) -> None:
    hostile.lay_out(tmp_path)
    environment = {"HOME": str(tmp_path)} | {k: str(tmp_path) if v == "." else v for k, v in hostile.environment.items()}
    ended = commands.run(*hostile.line, folder=tmp_path, **environment)
    told = (ended.code, ended.err[:600])
    assert ended.code == hostile.exit_code, told
    assert "Traceback" not in ended.err
    assert "bug" not in ended.err
    assert f"error[{hostile.code}" in ended.err if hostile.exit_code == 2 else "error[" not in ended.err, told
    assert hostile.says in ended.out
    assert ended.seconds < SECONDS
    assert ended.megabytes < MEGABYTES


def test_a_message_shows_no_line_of_a_file_that_is_no_yaml(commands: Commands, tmp_path: Path) -> None:
    for hostile in GROUPS["paths"]:
        if hostile.name in ("secret.txt as an agreement", "/etc/passwd as an agreement", "environment.yaml as an agreement"):
            folder = tmp_path / hostile.name.replace("/", "_")
            folder.mkdir()
            hostile.lay_out(folder)
            ended = commands.run(*hostile.line, folder=folder, SECRET="sesame")
            assert "root:" not in ended.err
            assert "sesame" not in ended.err
            assert "another kind" not in ended.err
