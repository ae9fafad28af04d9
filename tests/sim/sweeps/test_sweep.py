"""Sweeps as a user runs them: alone, by several processes, killed and begun again, on a Dask cluster."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

import catenet
from catenet.errors import LabError
from catenet.sweeps.journal import FILE
from catenet.sweeps.sweep import sweep
from catenet.sweeps.tables import query

pytestmark = pytest.mark.slow

SCENARIO = """
until = "3s"
[routers]
paris = {}
oslo = {}
[[links]]
between = ["paris", "oslo"]
rate = "10Mbit/s"
delay = "5ms"
[hosts]
server = { at = "oslo" }
client = { at = "paris" }
[[programs]]
host = "server"
run = "program:serve"
service = true
[[programs]]
host = "client"
run = "program:ask"
options = { count = 4 }
"""
PROGRAM = """
import asyncio, catenet

async def serve():
    async def echo(reader, writer):
        while line := await reader.readline():
            writer.write(line)
    async with await asyncio.start_server(echo, None, 7000) as server:
        await server.serve_forever()

async def ask(count):
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("server", 7000)
    for number in range(count):
        begun = loop.time()
        writer.write(b"x\\n")
        await reader.readline()
        catenet.measure("echo", loop.time() - begun)
    catenet.count("asked", count)
"""
DOCUMENT = Path(__file__).parents[3] / "docs" / "sweeps.md"
FILES = ("runs.parquet", "cells.parquet")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    (tmp_path / "net.toml").write_text(SCENARIO)
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path / "net.toml"


def tables(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


def command(scenario: Path, out: Path, *options: str) -> list[str]:
    axes = ["--set", "link.loss=0:10:5%", "--set", "link.delay=1,20ms"]
    return [sys.executable, "-m", "catenet", "sweep", str(scenario), *axes, "--out", str(out), *options]


def run(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def test_the_number_of_workers_changes_no_octet_of_the_tables(scenario: Path, tmp_path: Path) -> None:
    values = {"link.loss": "0,10%", "link.delay": ["1ms", "20ms"]}
    alone = sweep(scenario, values, seeds=3, workers=1, out=tmp_path / "alone")
    sweep(scenario, values, seeds=3, workers=2, out=tmp_path / "two")
    assert tables(tmp_path / "alone") == tables(tmp_path / "two")
    rtts = {tuple(cell.values()): found for cell, found in alone.estimates("measurements.echo.min_s")}
    assert rtts["0%", "20ms"].low == pytest.approx(0.040, rel=0.05)
    assert rtts["0%", "1ms"].high == pytest.approx(0.0025, rel=0.2)
    columns, rows = query(tmp_path / "two", 'SELECT count(*), sum("counts.asked"), max("link.delay_s") FROM runs')
    assert (len(columns), rows) == (3, [(12, 48, 0.02)])
    frames = [alone.pandas(), alone.polars()]
    assert [len(frame) for frame in frames] == [12, 12]
    assert list(frames[0].columns) == list(frames[1].columns)
    assert set(frames[0]["scenario_sha256"]) != {""}
    assert set(frames[0]["version"]) == {catenet.__version__}


def test_more_seeds_and_values_add_to_what_is_there(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sweep(scenario, {"link.delay": "1,20ms"}, seeds=2, workers=1, out=out)
    before = (out / FILE).read_text().splitlines()
    wider = sweep(scenario, {"link.delay": "1,20,40ms"}, seeds=3, workers=1, out=out)
    after = (out / FILE).read_text().splitlines()
    assert after[: len(before)] == before
    assert (len(before), len(after)) == (1 + 4, 1 + 9)
    assert [found.runs for _, found in wider.estimates("ok")] == [3, 3, 3]


def test_a_cell_ends_when_its_interval_is_narrow(scenario: Path) -> None:
    name = "measurements.echo.mean_s"
    found = sweep(scenario, {"link.loss": "0,20%"}, seeds=25, workers=1, until_ci=0.1, figures=[name])
    narrow, wide = (each for _, each in found.estimates(name))
    runs = [each.runs for _, each in found.estimates("ok")]
    assert (runs[0], narrow.half_width <= 0.1) == (10, True)
    assert runs[1] == 25, "twenty connections of a hundred or so wait for a retransmission: the mean is not known"
    assert wide.half_width > 0.1


def test_changed_files_and_a_failed_program_are_told(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sweep(scenario, {"link.delay": "1ms"}, workers=1, out=out)
    (tmp_path / "program.py").write_text(
        PROGRAM.replace("reader.readline()\n        catenet", "nothing\n        catenet")
    )
    with pytest.raises(LabError, match="files that have changed since"):
        sweep(scenario, {"link.delay": "1ms"}, workers=1, out=out)
    failed = sweep(scenario, {"link.delay": "1ms"}, workers=1)
    (row,) = failed.rows()
    assert (row["ok"], row["outcome"], row["programs.failed"]) == (False, "failed", 1)
    assert "NameError: name 'nothing' is not defined" in row["failure"]


def test_a_sweep_that_is_killed_goes_on_and_no_run_is_lost_or_done_twice(scenario: Path, tmp_path: Path) -> None:
    whole = run(command(scenario, tmp_path / "whole", "--seeds", "3", "--workers", "1", "--json"))
    assert whole.returncode == 0, whole.stderr
    killed = subprocess.Popen(command(scenario, tmp_path / "killed", "--seeds", "3", "--workers", "2"))
    await_lines(tmp_path / "killed" / FILE, 4)
    workers = workers_of(killed.pid)
    assert workers
    killed.kill()
    killed.wait()
    await_end_of(workers)
    again = run(command(scenario, tmp_path / "killed", "--seeds", "3", "--workers", "2", "--json"))
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == json.loads(whole.stdout)
    assert tables(tmp_path / "killed") == tables(tmp_path / "whole")
    lines = (tmp_path / "killed" / FILE).read_text().splitlines()[1:]
    assert len({(str(entry["values"]), entry["seed"]) for entry in map(json.loads, lines)}) == len(lines) == 18


def test_a_lost_worker_is_replaced_and_its_run_done_again(scenario: Path, tmp_path: Path) -> None:
    driver = subprocess.Popen(command(scenario, tmp_path / "lost", "--seeds", "4", "--workers", "2"))
    for kills in range(2):
        await_lines(tmp_path / "lost" / FILE, 3 + 8 * kills)
        for worker in workers_of(driver.pid)[:1]:
            os.kill(worker, signal.SIGKILL)
    assert driver.wait() == 0
    assert run(command(scenario, tmp_path / "whole", "--seeds", "4", "--workers", "1")).returncode == 0
    assert tables(tmp_path / "lost") == tables(tmp_path / "whole")


def test_the_program_of_the_document_runs(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "script.py").write_text(block)
    assert subprocess.run([sys.executable, "-m", "catenet", "new"], cwd=tmp_path, check=False).returncode == 0
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *cells, count = done.stdout.splitlines()
    assert (len(cells), count) == (6, "18")


def test_a_script_without_its_guard_is_told_so(scenario: Path, tmp_path: Path) -> None:
    script = f"import catenet\ncatenet.sweep({str(scenario)!r}, {{'link.delay': '1,2ms'}}, workers=2)\n"
    (tmp_path / "script.py").write_text(script)
    done = run([sys.executable, str(tmp_path / "script.py")])
    assert done.returncode != 0
    assert "needs if __name__ == '__main__': above its call" in done.stderr


def await_lines(path: Path, count: int) -> None:
    """Until a journal has so many lines."""
    deadline_s = time.monotonic() + 250
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline_s, f"{path} does not grow"
        time.sleep(0.01)


def await_end_of(pids: Sequence[int]) -> None:
    """Until these processes have ended."""
    deadline_s = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline_s, f"of {pids} some are left"
        time.sleep(0.05)


def workers_of(pid: int) -> list[int]:
    """The processes that a process has begun for its runs."""
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


class DaskCluster:
    """A scheduler and three workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._folder = folder
        self._scheduler = self._begin("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        self.workers = [self._worker() for _ in range(3)]

    def _begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._folder / "dask.log").open("ab")
        return subprocess.Popen([sys.executable, "-m", "dask", *arguments], stdout=log, stderr=log, cwd=self._folder)

    def _worker(self) -> subprocess.Popen[bytes]:
        only_one = ("--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
        return self._begin("worker", self.address, *only_one)

    def kill_one(self, number: int) -> None:
        """Kill a worker; another takes its place."""
        self.workers[number].kill()
        self.workers[number].wait()
        self.workers[number] = self._worker()

    def close(self) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()


@contextmanager
def dask_cluster(folder: Path) -> Iterator[DaskCluster]:
    pytest.importorskip("distributed")
    cluster = DaskCluster(folder)
    try:
        yield cluster
    finally:
        cluster.close()


def kill_and_compare(scenario: Path, folder: Path, kills: int, seeds: int) -> None:
    """A sweep on a cluster, whose workers and driver are killed in turn: the tables are those of an undisturbed one."""
    options = ["--seeds", str(seeds)]
    whole = run(command(scenario, folder / "whole", *options, "--workers", "1"))
    assert whole.returncode == 0, whole.stderr
    journal, draw = folder / "cluster" / FILE, Random(kills)
    runs = 6 * seeds
    with dask_cluster(folder) as cluster:

        def begun() -> subprocess.Popen[Any]:
            return subprocess.Popen(command(scenario, folder / "cluster", *options, "--cluster", cluster.address))

        driver = begun()
        for kill in range(kills):
            await_lines(journal, 2 + (runs - 6) * kill // kills)
            if draw.random() < 0.3:
                driver.kill()
                driver.wait()
                driver = begun()
            else:
                cluster.kill_one(draw.randrange(3))
        assert driver.wait() == 0
    assert tables(folder / "cluster") == tables(folder / "whole")
    lines = journal.read_text().splitlines()[1:]
    assert len({(str(entry["values"]), entry["seed"]) for entry in map(json.loads, lines)}) == len(lines) == runs


def test_a_cluster_whose_workers_are_killed_finds_the_same(scenario: Path, tmp_path: Path) -> None:
    kill_and_compare(scenario, tmp_path, kills=1, seeds=2)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_twenty_kills_of_workers_and_driver_change_nothing(scenario: Path, tmp_path: Path) -> None:
    kill_and_compare(scenario, tmp_path, kills=20, seeds=60)
