"""``--cluster``: the same parts on a dask scheduler with two workers on this machine give the same answer."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dealcli

Run = Callable[..., Any]
INSTALLED = importlib.util.find_spec("distributed") is not None
needs_dask = pytest.mark.skipif(not INSTALLED, reason="distributed is not installed: it comes with dealcli[dask]")
SOURCE = str(Path(dealcli.__file__).resolve().parent.parent)
VARIED = ("scenario.yaml", "--vary", "event[3].date=2025-02-01..2025-03-01 sample 400", "--vary", "window=5 days..16 days step 1 day",
          "--seed", "5", "--format", "csv")  # fmt: skip
MOST_SECONDS = 120


def wait_for(ready: Callable[[], Any]) -> Any:
    """Look again and again until something is so."""
    pause = threading.Event()
    for _ in range(MOST_SECONDS * 20):
        found = ready()
        if found:
            return found
        pause.wait(0.05)
    raise AssertionError("it did not come about in time")


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.started: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        wait_for(self.file.exists)
        self.workers = [self.start("worker", "--scheduler-file", str(self.file), "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1",
                                   "--no-dashboard", "--name", name, "--local-directory", str(folder / name))
                        for name in ("one", "two")]  # fmt: skip
        self.address = str(json.loads(self.file.read_text("utf-8"))["address"])
        program = f"import distributed; c = distributed.Client({self.address!r}); c.wait_for_workers(2); c.close()"
        subprocess.run([sys.executable, "-c", program], check=True, timeout=MOST_SECONDS)

    def start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a part of the cluster in the folder of the test."""
        process = subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{what}", *options], cwd=self.folder,
                                   env={**os.environ, "PYTHONPATH": SOURCE}, stderr=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)  # fmt: skip
        self.started.append(process)
        return process

    def end(self) -> None:
        """End what was started."""
        for process in reversed(self.started):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(here: Path) -> Iterator[Cluster]:
    found = Cluster(here)
    yield found
    found.end()


@needs_dask
def test_a_sweep_on_a_cluster_that_loses_a_worker_gives_the_answer_of_one_process(run: Run, here: Path, cluster: Cluster) -> None:
    kept = here / "parts.ndjson"
    command = [sys.executable, "-m", "dealcli", "sweep", *VARIED, "--cluster", cluster.address, "--resume", str(kept)]
    with subprocess.Popen(command, cwd=here, env={**os.environ, "PYTHONPATH": SOURCE}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as under_way:  # fmt: skip
        try:
            wait_for(lambda: kept.exists() and len(kept.read_bytes().splitlines()) > 3)
            cluster.workers[0].kill()
            when_lost = len(kept.read_bytes().splitlines())
            out, err = under_way.communicate(timeout=MOST_SECONDS)
        finally:
            under_way.kill()
    assert (under_way.returncode, err) == (0, b"")
    assert when_lost < 60, "the worker was lost before the end"
    assert cluster.workers[1].poll() is None
    assert out.decode("utf-8").replace("\r\n", "\n") == run("sweep", *VARIED, "--jobs", "1").out.replace("\r\n", "\n")


@needs_dask
def test_a_scheduler_that_is_not_there_is_told(shell: Run, here: Path) -> None:
    for address in ("tcp://127.0.0.1:9", "tcp://", "xyz://a"):
        ended = shell(f"$D sweep scenario.yaml --vary 'window=5 days|6 days' --cluster {address}")
        assert (ended.code, ended.out) == (2, "")
        assert "error[DC524]" in ended.err


@pytest.mark.skipif(INSTALLED, reason="distributed is installed")
def test_without_distributed_it_says_what_to_install(run: Run, here: Path) -> None:
    ended = run("sweep", "scenario.yaml", "--vary", "window=5 days|6 days", "--cluster", "tcp://127.0.0.1:8786")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC523]" in ended.err
    assert "dealcli[dask]" in ended.err
