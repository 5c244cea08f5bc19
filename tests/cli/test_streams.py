"""What the streams, the terminal and the file system do to an answer."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealcli.cli.streams import in_colour, write_file
from dealcli.diagnostics import Refused

Run = Callable[..., Any]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "pipe"),
    [
        ("auto", {}, True, False),
        ("auto", {"NO_COLOR": "1"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": ""}, True, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_the_option_goes_before_the_environment_and_that_before_the_terminal(
    choice: str, environment: dict[str, str], terminal: bool, pipe: bool
) -> None:
    assert in_colour(choice, Terminal(), environment) is terminal
    assert in_colour(choice, io.StringIO(), environment) is pipe


def test_colour_never_means_no_escape_and_always_means_some(run: Run) -> None:
    arguments = ("evaluate", "scenario.yaml", "--format", "table")
    assert "\x1b" not in run(*arguments, "--color", "never").out
    assert "\x1b" in run(*arguments, "--color", "always").out
    assert "\x1b" in run("list", "deal.yaml", "--format", "table", "--color", "always").out


def test_a_terminal_gets_a_table_of_its_width(here: Path, shell: Run) -> None:
    line = "import os, pty; pty.spawn(os.environ['D'].split() + ['evaluate', 'scenario.yaml'])"
    ended = shell(f'{sys.executable} -c "{line}"', TERM="xterm", COLUMNS="70")
    assert "\x1b[" in ended.out
    assert "-" * 70 in ended.out.replace("\r", "")


def test_a_closed_pipe_is_no_error(shell: Run) -> None:
    ended = shell("set -o pipefail; $D evaluate scenario.yaml --format json | head -1")
    assert ended == (0, "{\n", "")
    for command in ("list deal.yaml", "show pay deal.yaml", "schema agreement", "--help", "docs language"):
        ended = shell(f"set -o pipefail; $D {command} | true")
        assert (command, ended) == (command, (0, "", ""))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "line",
    [
        "$D evaluate scenario.yaml > /dev/full",
        "$D list deal.yaml > /dev/full",
        "$D evaluate scenario.yaml -o /dev/full",
    ],
)
def test_a_full_disk_is_told_in_one_sentence(shell: Run, line: str) -> None:
    ended = shell(line)
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC510]" in ended.err
    assert "the disk is full" in ended.err
    assert "Traceback" not in ended.err
    assert "Exception ignored" not in ended.err


def test_a_closed_standard_output_is_told(shell: Run) -> None:
    ended = shell("$D evaluate scenario.yaml >&-")
    assert (ended.code, "DC510" in ended.err) == (2, True)


def test_a_closed_or_full_standard_error_changes_no_exit_code(shell: Run) -> None:
    assert shell("$D evaluate missing.yaml 2>&-").code == 2
    assert shell("$D evaluate missing.yaml 2>/dev/full").code == 2


def test_a_writer_that_fails_half_way_leaves_the_old_file(here: Path) -> None:
    def half() -> Any:
        yield "half"
        raise OSError(28, "full")

    (here / "out.txt").write_text("old", encoding="utf-8")
    names = set(os.listdir(here))
    with pytest.raises(Refused, match="the disk is full"):
        write_file(half(), "out.txt")
    assert (here / "out.txt").read_text(encoding="utf-8") == "old"
    assert set(os.listdir(here)) == names


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="everything may be read and written by root")
def test_what_may_not_be_read_or_written_is_told(run: Run, here: Path) -> None:
    (here / "deal.yaml").chmod(0)
    assert "DC103" in run("list", "deal.yaml").err
    (here / "deal.yaml").chmod(0o644)
    (here / "shut").mkdir(0o555)
    assert "DC510" in run("evaluate", "scenario.yaml", "-o", "shut/out").err


def test_help_and_version_load_nothing_heavy(shell: Run) -> None:
    heavy = "{'pydantic', 'rich', 'yaml', 'jinja2', 'importlib.metadata'}"
    for arguments in (
        ["--help"],
        ["evaluate", "--help"],
        ["list", "--help"],
        ["show", "--help"],
        ["--version"],
        ["docs"],
    ):
        line = (
            f"import sys; sys.argv = ['dealcli', *{arguments!r}]\nimport dealcli.__main__ as m\n"
            "try:\n    m.run()\nexcept SystemExit:\n    pass\n"
            f"print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
        )
        ended = shell(f'{sys.executable} -c "$LINE"', LINE=line)
        assert (arguments, ended.err) == (arguments, "[]\n")


def test_only_a_table_loads_rich(shell: Run) -> None:
    line = (
        "import sys; sys.argv = ['dealcli', 'evaluate', 'scenario.yaml']\nimport dealcli.__main__ as m\n"
        "try:\n    m.run()\nexcept SystemExit:\n    pass\nprint('rich' in sys.modules, file=sys.stderr)"
    )
    assert shell(f'{sys.executable} -c "$LINE"', LINE=line).err == "False\n"


def test_no_answer_is_written_over_a_file_that_it_is_made_from(run: Run, here: Path) -> None:
    before = {name: (here / name).read_bytes() for name in ("deal.yaml", "scenario.yaml")}
    for arguments in (
        ("evaluate", "scenario.yaml", "--format", "csv", "-o", "./deal.yaml"),
        ("report", "scenario.yaml", "-o", "scenario.yaml"),
        ("explain", "scenario.yaml", "deliver", "--key", "A1", "-o", "deal.yaml"),
        ("whatif", "scenario.yaml", "--drop", "2", "--save", "scenario.yaml"),
        ("graph", "deal.yaml", "-o", "deal.yaml"),
    ):
        ended = run(*arguments)
        assert ended.code == 2, arguments
        assert "error[DC510]" in ended.err
    assert before == {name: (here / name).read_bytes() for name in before}
