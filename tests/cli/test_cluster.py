"""``--cluster``: the same parts on a dask scheduler with two workers on this machine give the same answer."""

from __future__ import annotations

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
SOURCE = str(Path(dealcli.__file__).resolve().parent.parent)
VARIED = ("scenario.yaml", "--vary", "event[3].date=2025-02-01..2025-03-01 sample 400", "--vary", "window=5 days..16 days step 1 day",
          "--seed", "5", "--format", "csv")  # fmt: skip
ORDERS = """\
scenario: Orders of a log
agreements: [../deal.yaml]
events_from: ../{log}
as_of: 2025-03-31
"""
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
    """A scheduler and two workers, each a process of its own, in a folder where no file of the question is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def begin(self) -> None:
        """Start all of it, and wait until it is there."""
        file = self.folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file),
                   "--idle-timeout", str(3 * MOST_SECONDS))  # fmt: skip
        self.address = str(wait_for(lambda: file.exists() and file.read_text("utf-8") and json.loads(file.read_text("utf-8")))["address"])
        self.workers = [self.start("worker", self.address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--no-dashboard",
                                   "--name", name, "--local-directory", str(self.folder / name), "--death-timeout", str(MOST_SECONDS))
                        for name in ("one", "two")]  # fmt: skip
        program = f"import distributed; c = distributed.Client({self.address!r}); c.wait_for_workers(2); c.close()"
        subprocess.run([sys.executable, "-c", program], check=True, timeout=MOST_SECONDS)

    def start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a part of the cluster."""
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

    def losing_a_worker(self, here: Path, *command: str) -> tuple[int, str]:
        """How a command ends that loses one of its workers in the middle, and what it writes."""
        kept = here / "parts.ndjson"
        options = ("--cluster", self.address, "--resume", str(kept))
        with subprocess.Popen([sys.executable, "-m", "dealcli", *command, *options], cwd=here, env={**os.environ, "PYTHONPATH": SOURCE},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as under_way:  # fmt: skip
            try:
                wait_for(lambda: under_way.poll() is not None or (kept.exists() and len(kept.read_bytes().splitlines()) > 3))
                self.workers[0].kill()
                when_lost = len(kept.read_bytes().splitlines())
                out, err = under_way.communicate(timeout=MOST_SECONDS)
            finally:
                under_way.kill()
        assert err == b""
        assert when_lost < len(kept.read_bytes().splitlines()), "the worker was lost before the end"
        assert self.workers[1].poll() is None
        return under_way.returncode, out.decode("utf-8").replace("\r\n", "\n")


@pytest.fixture
def cluster(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="it comes with dealcli[dask]")
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        found.begin()
        yield found
    finally:
        found.end()


def test_a_sweep_on_a_cluster_that_loses_a_worker_gives_the_answer_of_one_process(run: Run, here: Path, cluster: Cluster) -> None:
    alone = run("sweep", *VARIED, "--jobs", "1").out.replace("\r\n", "\n")
    assert cluster.losing_a_worker(here, "sweep", *VARIED) == (0, alone)


def test_a_batch_on_a_cluster_that_loses_a_worker_gives_the_lines_of_one_process(run: Run, here: Path, cluster: Cluster) -> None:
    scenario = (here / "scenario.yaml").read_text("utf-8").replace("[deal.yaml]", "[../deal.yaml]")
    (here / "log.csv").write_text("date,event,by,order,units\n2025-01-10,ordered,buyer,A1,10\n2025-01-15,delivered,seller,A1,10\n", "utf-8")
    many = here / "many"
    many.mkdir()
    for number in range(300):
        (many / f"{number:03}.yaml").write_text(scenario, "utf-8")
    (many / "010.yaml").write_text(scenario.replace("event: delivered", "event: delivred"), "utf-8")
    (many / "050.yaml").write_text(ORDERS.format(log="log.csv"), "utf-8")
    (many / "051.yaml").write_text(ORDERS.format(log="lag.csv"), "utf-8")
    (many / "052.yaml").write_text("scenario: [", "utf-8")
    alone = run("batch", "many", "--jobs", "1").out
    assert cluster.losing_a_worker(here, "batch", "many") == (1, alone)
    found = [json.loads(line) for line in alone.splitlines()]
    assert [line["item"] for line in found if not line["ok"]] == [11, 52, 53]
    assert found[50]["result"]["summary"]["events"] == 2


def test_a_log_divided_by_its_keys_is_answered_alike_by_a_cluster(run: Run, here: Path, cluster: Cluster) -> None:
    (here / "keyed.yaml").write_text("scenario: One order\nagreements: [deal.yaml]\nas_of: 2025-03-31\n", "utf-8")
    rows = [row for number in range(60) for row in (f"2025-01-10,ordered,buyer,A{number},{'many' if number == 7 else 10}\n",)]
    (here / "log.csv").write_text("date,event,by,order,units\n" + "".join(rows), "utf-8")
    question = ("batch", "keyed.yaml", "--events", "log.csv", "--by", "order")
    alone = run(*question, "--jobs", "1")
    assert (alone.code, alone.out.count('"ok": false'), alone.out.count("\n")) == (1, 1, 60)
    assert run(*question, "--cluster", cluster.address).out == alone.out


def test_a_scheduler_that_is_not_there_is_told(shell: Run, here: Path) -> None:
    pytest.importorskip("distributed", reason="it comes with dealcli[dask]")
    for address in ("tcp://127.0.0.1:9", "tcp://", "xyz://a"):
        ended = shell(f"$D sweep scenario.yaml --vary 'window=5 days|6 days' --cluster {address}")
        assert (ended.code, ended.out) == (2, "")
        assert "error[DC524]" in ended.err


@pytest.mark.parametrize("question", [("sweep", "scenario.yaml", "--vary", "window=5 days|6 days"), ("batch", ".")])
def test_without_distributed_it_says_what_to_install(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, question: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = run(*question, "--cluster", "tcp://127.0.0.1:8786")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC523]" in ended.err
    assert "dealcli[dask]" in ended.err
