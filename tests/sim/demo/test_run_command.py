"""``catenet run`` and its sisters as processes: exit statuses, files, Ctrl-C, failures, and the template."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catenet.cli.errors import FAILED, INTERRUPTED, OK

PROGRAM = """
import asyncio, os, sys

async def serve():
    server = await asyncio.start_server(answer, port=80)
    await server.serve_forever()

async def answer(reader, writer):
    writer.write(b"x" * 1000)
    writer.close()

async def fetch():
    reader, writer = await asyncio.open_connection("server", 80)
    await reader.read()
    writer.close()

async def deeper(number):
    return 1 / number

async def fail():
    await asyncio.sleep(1)
    await deeper(0)

async def stand_still():
    await asyncio.get_running_loop().create_future()

async def forever():
    while True:
        await asyncio.sleep(0.001)

async def tell():
    with open(os.environ["TOLD"], "w") as file:
        file.write(f"{sys.flags.hash_randomization} {sys.orig_argv[1:3]} {os.getpid()}")
"""

SCENARIO = """
[routers.hub]
[hosts.server]
at = "hub"
[hosts.client]
at = "hub"
[[programs]]
host = "server"
run = "program:serve"
service = true
[[programs]]
host = "client"
run = "program:{run}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path


def scenario(folder: Path, run: str) -> str:
    path = folder / f"{run}.toml"
    path.write_text(SCENARIO.format(run=run))
    return path.name


def catenet(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "catenet", *arguments]
    env = {**os.environ, "COLUMNS": "100", **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=env, timeout=60)


def test_a_run_leaves_its_folder_and_says_where(folder: Path) -> None:
    done = catenet(folder, "run", scenario(folder, "fetch"), "--capture")
    assert (done.returncode, done.stderr) == (OK, "")
    out = folder / "runs" / "fetch"
    assert "runs/fetch/" in done.stdout
    assert sorted(path.name for path in out.iterdir()) == [
        "captures",
        "manifest.json",
        "measurements.tsv",
        "summary.json",
        "trace.tsv",
    ]
    assert sorted(path.name for path in (out / "captures").iterdir()) == [
        "catenet.lua",
        "client-hub.pcapng",
        "server-hub.pcapng",
    ]
    assert "every program finished" in done.stdout


def test_json_on_stdout_is_the_summary_and_nothing_else(folder: Path) -> None:
    done = catenet(folder, "run", scenario(folder, "fetch"), "--json", "--out", "here")
    summary = json.loads(done.stdout)
    assert summary == json.loads((folder / "here" / "summary.json").read_text())
    assert summary["connections"][0]["to_client_bytes"] == 1000
    assert summary["captures"] == {}


def test_a_program_that_fails_is_told_with_its_own_frames(folder: Path) -> None:
    done = catenet(folder, "run", scenario(folder, "fail"))
    assert done.returncode == FAILED
    assert "program program:fail on host client failed at 1.000000 s (seed 0):" in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert done.stderr.count("Traceback") == 1
    assert "in deeper" in done.stderr
    assert "host/process.py" not in done.stderr
    assert "1 program failed" in done.stdout
    assert (folder / "runs" / "fail" / "summary.json").is_file()


def test_a_standstill_says_who_waits_for_what(folder: Path) -> None:
    done = catenet(folder, "run", scenario(folder, "stand_still"))
    assert done.returncode == FAILED
    assert "deadlock" in done.stderr
    assert "program.py" in done.stderr
    assert "Traceback" not in done.stderr
    assert "deadlock" in done.stdout


def test_ctrl_c_stops_cleanly_and_leaves_what_there_is(folder: Path) -> None:
    command = [sys.executable, "-m", "catenet", "run", scenario(folder, "forever"), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        process.stderr.readline()  # the first line of progress: the run is under way
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in err
    summary = json.loads(out)
    assert summary["outcome"] == "interrupted"
    assert summary["virtual_ns"] > 0
    assert [program["state"] for program in summary["programs"]] == ["running", "running"]
    assert (folder / "runs" / "forever" / "summary.json").is_file()


def test_the_hash_seed_is_pinned_and_the_command_stays_the_same(folder: Path) -> None:
    told = folder / "told"
    done = catenet(folder, "run", scenario(folder, "tell"), PYTHONHASHSEED="7", TOLD=str(told))
    assert done.returncode == OK, done.stderr
    assert told.read_text().startswith("0 ['-m', 'catenet'] ")


def test_a_terminal_without_block_characters_is_no_reason_to_fail(folder: Path) -> None:
    done = catenet(folder, "run", scenario(folder, "fetch"), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (OK, "")
    assert "every program finished" in done.stdout


def test_the_template_runs_as_it_is(folder: Path) -> None:
    assert catenet(folder, "new", "start").returncode == OK
    done = catenet(folder, "run", "start/scenario.toml")
    assert (done.returncode, done.stderr) == (OK, "")
    for part in ("rome-paris cut", "rome-paris healed", "echo", "captures/*.pcapng"):
        assert part in done.stdout
    echo = json.loads((folder / "runs" / "start" / "summary.json").read_text())["measurements"]["echo"]["all"]
    assert echo["count"] == 60


def test_ping_and_traceroute(folder: Path) -> None:
    file = scenario(folder, "fetch")
    done = catenet(folder, "ping", file, "client", "server", "-c", "2")
    assert (done.returncode, done.stderr) == (OK, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("PING server (10.")
    assert "2 packets transmitted, 2 received, 0% packet loss" in done.stdout

    found = json.loads(catenet(folder, "ping", file, "client", "server", "--json", "--ip", "6").stdout)
    assert (found["sent"], found["received"]) == (4, 4)
    assert ":" in found["address"]

    done = catenet(folder, "traceroute", file, "client", "server")
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [["1", "hub"], ["2", "server"]]
    traced = json.loads(catenet(folder, "traceroute", file, "client", "server", "--json").stdout)
    assert traced["reached"]
    assert len(traced["hops"]) == 2


def test_ping_of_nobody_fails_as_ping_does(folder: Path) -> None:
    done = catenet(folder, "ping", scenario(folder, "fetch"), "client", "203.0.113.9", "-c", "1")
    assert done.returncode == FAILED
    assert "100% packet loss" in done.stdout
    assert "Unreachable" in done.stdout or "unreachable" in done.stdout
