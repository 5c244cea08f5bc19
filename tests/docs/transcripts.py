"""The shell blocks of the manual as transcripts: run in a copy of what a reader has. Run this file to write them anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import dealcli

if __package__:
    from .pages import PAGES, PROJECT, Block, blocks
else:
    from pages import PAGES, PROJECT, Block, blocks  # type: ignore[import-not-found,no-redef]

SET_UP = "python3 -m venv "
_FILE = re.compile(r"# (\w+\.yaml)\n")


class Command(NamedTuple):
    """A command and the output shown under it."""

    text: str
    shown: str


def commands(block: Block) -> list[Command]:
    """The commands of a block: in ``console`` after a dollar sign with their output, in ``sh`` one a line."""
    if block.language == "sh":
        return [Command(line, "") for line in block.text.splitlines() if line.strip()]
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [Command(*part.split("\n", 1)) for part in parts]


@contextmanager
def readers_folder(page: Path) -> Iterator[Path]:
    """A folder with the examples, the clauses, and every file that a block of the page gives a name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("examples", "clauses"):
            shutil.copytree(PROJECT / part, folder / part)
        for block in blocks(page):
            if block.language == "yaml" and (named := _FILE.match(block.text)):
                (folder / named[1]).write_text(block.text, encoding="utf-8")
        program = folder / ".venv" / "bin" / "dealcli"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dealcli "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        yield folder


def run(command: str, folder: Path, previous: int = 0) -> tuple[str, int]:
    """What a command prints, standard error included, and its exit code; ``previous`` is the code of the one before."""
    environment = {
        "PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(dealcli.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        ["bash", "-c", f"(exit {previous})\n{command}"],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.stdout.decode(), done.returncode


def transcript(block: Block, folder: Path) -> str:
    """A console block as it is when its commands are run now."""
    told, code = "", 0
    for command in commands(block):
        output, code = run(command.text, folder, code)
        told += f"$ {command.text}\n{output}"
    return told


def written_anew(page: Path) -> str:
    """The page with the output of every console block as it is now."""
    text = page.read_text(encoding="utf-8")
    with readers_folder(page) as folder:
        for block in blocks(page):
            if block.language == "console":
                text = text.replace(f"```console\n{block.text}```", f"```console\n{transcript(block, folder)}```")
    return text


if __name__ == "__main__":
    for one in PAGES:
        one.write_text(written_anew(one), encoding="utf-8")
