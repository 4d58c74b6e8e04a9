"""The same command on a Dask cluster: a real scheduler and real workers, as processes on
loopback."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import psutil
import pytest

from ccexpert.errors import CcexpertError
from ccexpert.fleet.blocks import Block, cut
from ccexpert.fleet.cluster import Dask
from ccexpert.fleet.workers import Setup
from tests.fleet import expert, hosts, hosts_file, waits_for
from tests.kit import ccexpert

HOST = "127.0.0.1"


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "dask", *map(str, arguments)]


class Cluster:
    """A scheduler and two workers, each under a nanny that replaces it."""

    def __init__(self, folder: Path) -> None:
        self._started: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self._start("scheduler", "--host", HOST, "--port", "0", "--no-dashboard",
                    "--scheduler-file", file)  # fmt: skip
        waits_for(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        self.nanny = self._start("worker", self.address, "--host", HOST, "--nworkers", "2",
                                 "--nthreads", "1", "--no-dashboard",
                                 "--local-directory", folder)  # fmt: skip

    def _start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        started = subprocess.Popen(
            command(*arguments), stdout=quiet, stderr=quiet, start_new_session=True
        )
        self._started.append(started)
        return started

    def workers(self) -> list[psutil.Process]:
        found = []
        for child in psutil.Process(self.nanny.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just been replaced
                if "spawn_main" in " ".join(child.cmdline()):
                    found.append(child)
        return found

    def stop(self) -> None:
        for process in reversed(self._started):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()


def test_a_cluster_says_the_same_in_the_same_order(tmp_path: Path, cluster: Cluster) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 5000)
    on_cluster = ccexpert("fleet", path, "-f", "jsonl", "--scheduler", cluster.address)
    assert on_cluster.returncode == 0, on_cluster.stderr
    assert on_cluster.stdout == ccexpert("fleet", path, "-f", "jsonl", "--jobs", "1").stdout
    assert "5000 documents" in on_cluster.stderr


def test_a_worker_that_is_killed_in_the_middle_loses_no_host(
    tmp_path: Path, cluster: Cluster
) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 1500)
    setup = Setup((), (), "en", expert().base.digest)
    outcomes = Dask(cluster.address).outcomes(setup, cut([str(path)], 8192), lambda block: None)
    found = [next(outcomes)[1].records]
    busy = max(cluster.workers(), key=lambda worker: sum(worker.cpu_times()[:2]))
    busy.kill()
    found += [outcome.records for _, outcome in outcomes]
    assert hosts("".join(found)) == [f"host-{i:05}" for i in range(1500)]
    waits_for(lambda: len(cluster.workers()) == 2)
    assert busy.pid not in {worker.pid for worker in cluster.workers()}


def test_a_scheduler_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    path = hosts_file(tmp_path / "hosts.jsonl", 1)
    soon = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    done = ccexpert("fleet", path, "--scheduler", "tcp://127.0.0.1:9", env=soon)
    assert (done.returncode, done.stdout) == (66, "")
    assert len(done.stderr.splitlines()) == 1
    assert "no Dask scheduler answers" in done.stderr


def test_an_answer_that_is_no_result_is_an_error_of_the_cluster() -> None:
    """Such as that of a worker with another version."""
    answered = Future[object]()
    answered.set_result({"records": []})
    with pytest.raises(CcexpertError, match="something that is no result"):
        Dask("tcp://x:8786")._outcome(Block(0, ()), answered)
