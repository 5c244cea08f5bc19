"""Each command in a process of its own, with bounds of time and memory and with faults of the system at will.

``python one_command.py`` is a server: it has everything imported, and answers each line of JSON by a fork that runs one
command. What stands in the child is the real command down to the functions of ``os``; only these are exchanged, by ones
that fail the n-th time. Python's own streams are written in C; in a child with a fault they are those of ``_pyio``, which
do all their work by ``os.open``, ``os.read`` and ``os.write``.
"""

from __future__ import annotations

import _pyio
import builtins
import errno
import importlib
import io
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import dealcli

SOURCE = Path(dealcli.__file__).resolve().parent.parent
SECONDS = 60
MEMORY = 2_000_000_000
"""Where a command is stopped; what it may take is for the test to say."""
CALLS: Mapping[str, tuple[str, ...]] = {
    "open": ("open",),
    "read": ("read",),
    "write": ("write",),
    "fsync": ("fsync",),
    "rename": ("replace", "rename", "link"),
    "unlink": ("unlink", "remove", "rmdir"),
    "stat": ("stat", "fstat", "lstat"),
    "list": ("scandir", "listdir"),
    "make": ("mkdir", "chmod", "ftruncate"),
}
"""What is failed, and the functions of ``os`` that do it."""


class Fault(NamedTuple):
    """The ``number``-th call of a kind fails with an error, once or from then on.

    In place of an error: ``short`` does half of a read or write, a signal comes, where it is ``lasting`` a second time before
    the next call, and "" does nothing but count.
    """

    call: str
    number: int = 0
    error: str = ""
    lasting: bool = False


class Ended(NamedTuple):
    """How a command ended: its code (less than 0 for a signal), what it wrote, and what it took: seconds of the processor, megabytes."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: int
    calls: int


class Commands:
    """The server as seen from a test."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), "DEALCLI_NO_CACHE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-X", "utf8", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def run(
        self, *arguments: str, folder: Path, stdin: bytes = b"", fault: Fault | None = None, **environment: str | None
    ) -> Ended:
        """Run one command in a folder. An environment variable of None is not set."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"arguments": arguments, "folder": str(folder), "stdin": stdin.decode("latin-1"), "fault": fault, "environment": environment}
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        self.process.stdin.flush()
        return Ended(*json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.communicate()


# --- in the server ---------------------------------------------------------------------------------------------------


def _load_everything() -> None:
    for module in pkgutil.walk_packages(dealcli.__path__, "dealcli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("csv", "gzip", "jinja2", "rich.console", "rich.table", "rich.text", "rich.theme", "shutil", "tomllib", "yaml"):
        importlib.import_module(name)


def _serve() -> None:
    _load_everything()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as told:
            child = os.fork()
            if child == 0:
                _become(asked, out.fileno(), err.fileno(), told.fileno())
            _, status, used = os.wait4(child, 0)
            seconds = used.ru_utime + used.ru_stime
            code = os.waitstatus_to_exitcode(status)
            texts = [os.pread(file.fileno(), 100_000_000, 0).decode("utf-8", "surrogateescape") for file in (out, err)]
            calls = int(os.pread(told.fileno(), 20, 0) or b"0")
        answer = [code, *texts, seconds, used.ru_maxrss // 1024, calls]
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _become(asked: Mapping[str, Any], out: int, err: int, told: int) -> None:
    """Turn the forked process into the command; it never returns."""
    code = 99
    try:
        source, sink = os.pipe()
        os.write(sink, asked["stdin"].encode("latin-1"))
        os.close(sink)
        for number, stream in ((source, 0), (out, 1), (err, 2)):
            os.dup2(number, stream)
        os.chdir(asked["folder"])
        for name, value in asked["environment"].items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        code = _command(asked["arguments"], asked["fault"], told)
    finally:
        os._exit(code)


def _command(arguments: Sequence[str], fault: Sequence[Any] | None, told: int) -> int:
    streams: Any = _pyio if fault is not None else io
    sys.stdin = streams.TextIOWrapper(streams.BufferedReader(streams.FileIO(0, "r")), encoding="utf-8")
    sys.stdout = streams.TextIOWrapper(streams.BufferedWriter(streams.FileIO(1, "w")), encoding="utf-8")
    sys.stderr = streams.TextIOWrapper(streams.BufferedWriter(streams.FileIO(2, "w")), encoding="utf-8", line_buffering=True)
    pwrite = os.pwrite
    if fault is not None:
        io.open = builtins.open = _pyio.open  # type: ignore[assignment]
        plant(Fault(*fault), lambda number: pwrite(told, b"%d" % number, 0))
    from dealcli.__main__ import answer_signals
    from dealcli.cli.main import main

    answer_signals()
    try:
        main(arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 98
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 97
    # as the interpreter does at its end
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 120
    return code


def plant(fault: Fault, count: Callable[[int], object]) -> None:
    """Exchange the functions of ``os`` that do what the fault says, each call counted."""
    made, fstat, nowhere = 0, os.fstat, os.stat(os.devnull).st_rdev

    def failing(call: Callable[..., Any]) -> Callable[..., Any]:
        def one(*given: Any, **named: Any) -> Any:
            nonlocal made
            made += 1
            count(made)
            if fault.call == "write" and isinstance(given[0], int) and fstat(given[0]).st_rdev == nowhere:
                return call(*given, **named)
            signals = fault.error.startswith("SIG")
            last = fault.number + fault.lasting if signals or not fault.lasting else made
            if not fault.error or not fault.number <= made <= last:
                return call(*given, **named)
            if fault.error == "short":
                return call(given[0], given[1][: max(1, len(given[1]) // 2)] if fault.call == "write" else max(1, given[1] // 2))
            if signals:
                os.kill(os.getpid(), getattr(signal, fault.error))
                return call(*given, **named)
            number = getattr(errno, fault.error)
            raise OSError(number, os.strerror(number))

        return one

    for name in CALLS[fault.call]:
        setattr(os, name, failing(getattr(os, name)))


if __name__ == "__main__":
    _serve()
