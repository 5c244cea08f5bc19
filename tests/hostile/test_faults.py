"""Whatever the machine fails to do: no file is torn, the old answer stays, the exit code is a documented one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from dealcli import __main__
from dealcli.cli import exits
from faults import A_SHARE, COMMANDS, INPUTS, OLD, SIGNALS, STRIDE, campaign
from one_command import SOURCE, Commands

SWEEP = ("sweep", "scenario.yaml", "--vary", "window=1 days..300 days step 1 day", "--jobs", "2", "--format", "csv", "-o", "out.csv")
REPORT = ("report", "scenario.yaml", "-o", "out.html")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name, text in INPUTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("out.html", "out.csv"):
        (tmp_path / name).write_text(OLD, encoding="utf-8")
    return tmp_path


def environment(**changes: str | None) -> dict[str, str]:
    changed = {**os.environ, "PYTHONPATH": str(SOURCE), "D": f"{sys.executable} -m dealcli", "DEALCLI_NO_CACHE": "1", **changes}
    return {name: value for name, value in changed.items() if value is not None}


def shell(line: str, here: Path, **changes: str | None) -> Ended:
    done = subprocess.run(["bash", "-c", line], cwd=here, capture_output=True, text=True, check=False, timeout=60, env=environment(**changes))
    return Ended(done.returncode, done.stdout, done.stderr)


def started(line: tuple[str, ...], here: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "dealcli", *line], cwd=here, env=environment(), text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip


def finished(line: tuple[str, ...], here: Path) -> Ended:
    process = started(line, here)
    out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out, err)


def is_quiet(err: str) -> bool:
    """Whether nothing of ours is in a traceback: before its first line runs, an interrupt is shown by the interpreter."""
    return "dealcli/cli" not in err and "Exception ignored" not in err and "this is a bug" not in err


@pytest.mark.parametrize("name", COMMANDS)
def test_each_step_of_a_command_may_fail(name: str, commands: Commands) -> None:
    found = list(campaign(commands, name, iter(A_SHARE), STRIDE))
    assert len(found) > 8
    assert [(fault, wrong) for fault, wrong in found if wrong] == []


def test_the_exit_codes_of_the_first_lines_are_those_of_the_others() -> None:
    assert (__main__.COULD_NOT, __main__.INTERRUPTED, __main__.TERMINATED) == (exits.COULD_NOT, exits.INTERRUPTED, exits.TERMINATED)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("way", SIGNALS)
def test_a_signal_at_any_moment_ends_a_command_quietly_and_leaves_the_old_answer_or_the_new_one(way: str, times: int, here: Path) -> None:
    began = time.monotonic()
    assert finished(REPORT, here).code == 0
    took = time.monotonic() - began
    new = (here / "out.html").read_text("utf-8")
    for moment in range(8):
        (here / "out.html").write_text(OLD, encoding="utf-8")
        process = started(REPORT, here)
        time.sleep(took * (moment + 1) / 8)
        for _ in range(times):
            os.killpg(process.pid, getattr(signal, way))
            time.sleep(0.002)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (0, SIGNALS[way], -getattr(signal, way), 1)
        assert process.returncode != 1 or "KeyboardInterrupt" in err
        assert is_quiet(err)
        assert (here / "out.html").read_text("utf-8") in (OLD, new)
        assert not list(here.glob(".*"))


SIGNALLED = """
import os, signal
from dealcli.__main__ import answer_signals
answer_signals()
try:
    os.kill(os.getpid(), signal.{0})
    print("passed over")
except BaseException as ended:
    print(type(ended).__name__, *ended.args)
os.kill(os.getpid(), signal.SIGINT)
print("tidied up", flush=True)
os.kill(os.getpid(), signal.SIGTERM)
print("too late")
"""


@pytest.mark.parametrize(("way", "told"), [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "SystemExit 143")])
def test_a_second_signal_changes_nothing_and_a_third_ends_at_once(way: str, told: str) -> None:
    done = subprocess.run([sys.executable, "-c", SIGNALLED.format(way)], capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGTERM, f"{told}\ntidied up\n", "")


TIDYING_UP = """
import os, signal, time, weakref
from dealcli.__main__ import answer_signals
answer_signals()
class Thing: pass
thing = Thing()
watch = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.{0}))
try:
    del thing
    time.sleep(30)
    print("passed over")
except BaseException as ended:
    print(type(ended).__name__, *ended.args)
"""


@pytest.mark.parametrize(("way", "told"), [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "SystemExit 143")])
def test_a_signal_that_comes_while_python_tidies_up_is_answered_all_the_same(way: str, told: str) -> None:
    done = subprocess.run([sys.executable, "-c", TIDYING_UP.format(way)], capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{told}\n", "")


def test_a_signal_that_is_to_be_passed_over_is_passed_over() -> None:
    ended = shell(f"trap '' INT; {sys.executable} -c '{SIGNALLED.format('SIGINT')}'", Path.cwd())
    assert (ended.code, ended.out) == (143, "passed over\ntidied up\n")


def test_an_interrupt_ends_all_processes_of_a_sweep_quietly(here: Path) -> None:
    began = time.monotonic()
    assert finished(SWEEP, here).code == 0
    took = time.monotonic() - began
    new = (here / "out.csv").read_text("utf-8")
    for moment in range(6):
        (here / "out.csv").write_text(OLD, encoding="utf-8")
        process = started(SWEEP, here)
        time.sleep(took * (moment + 2) / 8)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (0, 130)
        assert err == ""
        assert (here / "out.csv").read_text("utf-8") in (OLD, new)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that make parts for another one."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="needs the processes of Linux")
def test_a_worker_that_is_killed_is_told_and_the_work_goes_on_from_there(here: Path) -> None:
    line = (*SWEEP, "--resume", "out.parts")
    process = started(line, here)
    began = time.monotonic()
    while len(workers_of(process)) < 2 and time.monotonic() - began < 30:
        time.sleep(0.01)
    os.kill(workers_of(process)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "error[DC524]" in err
    assert (here / "out.csv").read_text("utf-8") == OLD
    assert finished(line, here).code == 0
    resumed = (here / "out.csv").read_text("utf-8")
    assert finished(SWEEP, here).code == 0
    assert resumed == (here / "out.csv").read_text("utf-8")


def test_eight_writers_of_one_file_leave_one_whole_answer(here: Path) -> None:
    memory = {"DEALCLI_NO_CACHE": None, "HOME": str(here), "XDG_CACHE_HOME": None, "XDG_STATE_HOME": None}
    several = " ".join(f"$D report scenario.yaml -o out.html & p{n}=$!;" for n in range(8)) + " ".join(f"wait $p{n} || exit 9;" for n in range(8))
    assert shell(several, here, **memory).code == 0
    together = (here / "out.html").read_text("utf-8")
    assert shell("$D report scenario.yaml -o out.html", here).code == 0
    assert together == (here / "out.html").read_text("utf-8")
    assert not list(here.rglob("*.part"))


def test_eight_writers_of_one_folder_make_one_whole_project(here: Path) -> None:
    ended = shell("for n in 1 2 3 4 5 6 7 8; do $D init new & done; wait; $D check new && $D test new", here)
    assert ended.code == 0, ended
    assert is_quiet(ended.err)


@pytest.mark.parametrize("limit", ["ulimit -f 1", "mount -t tmpfs -o size=20k none room && cp *.yaml out.html room && cd room",
                                   "mount -t tmpfs -o size=400k none room && cp *.yaml out.html room && mount -o remount,ro room && cd room"])  # fmt: skip
def test_a_disk_without_room_leaves_the_old_answer(limit: str, here: Path) -> None:
    (here / "room").mkdir()
    mounts = limit.startswith("mount")
    if mounts and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    line = f"{limit} && $D report scenario.yaml -o out.html; echo $?; cat out.html; ls -A | grep -c part"
    ended = shell(f"unshare -m bash -c '{line}'" if mounts else line, here)
    assert ended.out == f"2\n{OLD}0\n"
    assert "error[DC510]" in ended.err


def test_too_few_files_or_too_little_memory_are_told(here: Path) -> None:
    for limit in ("ulimit -n 4", "ulimit -v 32000", "ulimit -v 45000"):
        ended = shell(f"{limit}; exec $D report scenario.yaml -o out.html", here)
        began = any(own in ended.err for own in ("src/dealcli/", "dealcli: ", "error["))  # not the name of a folder above
        assert ended.code in (0, 2) or not began, (limit, ended)
        assert is_quiet(ended.err)


@pytest.mark.parametrize("line", [line for line in COMMANDS.values() if " -o out." in line][:4])
def test_a_folder_that_is_gone_or_is_a_file_is_told(line: str, here: Path) -> None:
    command = line.replace("|", r"\ ")
    gone = shell(f"mkdir sub; cd sub; rmdir ../sub; $D {command}", here)
    assert (gone.code, gone.out) == (2, "")
    assert is_quiet(gone.err)
    file = shell(f"$D {command.replace(' -o out.', ' -o deal.yaml/out.')}", here)
    assert (file.code, file.out) == (2, "")
    assert "error[DC510]" in file.err


def test_without_a_home_a_command_gives_the_same_answer(here: Path) -> None:
    nowhere = {"HOME": None, "XDG_CACHE_HOME": None, "XDG_STATE_HOME": None, "TMPDIR": "/none", "DEALCLI_NO_CACHE": None}
    assert shell("$D evaluate scenario.yaml", here, **nowhere) == shell("$D evaluate scenario.yaml", here)
    for home in ("/dev/null", "/proc", "/none/none", "", "relative"):
        assert shell("$D evaluate scenario.yaml", here, **{**nowhere, "HOME": home}) == shell("$D evaluate scenario.yaml", here)


def test_a_full_standard_error_changes_no_exit_code_of_a_command_that_is_done(here: Path) -> None:
    for line in ("check deal.yaml", "report scenario.yaml", "test none.yaml", "check deal.yaml --write-baseline b.json", "--nonsense"):
        assert shell(f"$D {line} 2>/dev/full", here).code == shell(f"$D {line}", here).code, line
