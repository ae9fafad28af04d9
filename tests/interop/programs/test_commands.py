"""``catenet attach`` and ``catenet emulate`` as a person uses them, and what is left when they are gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from interop_needs import NUMBERS, need

import catenet
from catenet.tap import missing
from catenet.tap.namespace import exists

PROGRAM = """
import asyncio
async def serve():
    async def answer(reader, writer):
        await reader.readline()
        writer.write(b"HTTP/1.0 200 OK\\r\\n\\r\\nhello\\n")
        writer.close()
    await (await asyncio.start_server(answer, None, 80)).serve_forever()
async def fail():
    await asyncio.sleep(0.5)
    raise RuntimeError("on purpose")
"""
SCENARIO = """
[routers.paris]
[routers.oslo]
[[links]]
between = ["paris", "oslo"]
delay = "10ms"
[hosts.server]
at = "oslo"
addresses = ["192.0.2.2/24"]
[attach.linux]
at = "paris"
namespace = "{space}"
[[programs]]
host = "server"
run = "{run}"
service = true
"""


class Command:
    """One ``catenet`` that runs."""

    def __init__(self, folder: Path, *words: str) -> None:
        package = str(Path(catenet.__file__).resolve().parents[1])
        environment = {**os.environ, "PYTHONPATH": package}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "catenet", *words], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def read_until(self, text: str) -> str:
        assert self.process.stdout is not None
        read = ""
        while text not in read:
            line = self.process.stdout.readline()
            assert line, f"{text!r} does not come after {read!r}"
            read += line
        return read

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def space() -> Iterator[str]:
    """A namespace's name; nothing of that name may be left."""
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    name = f"cat{os.getpid()}-{next(NUMBERS)}"
    yield name
    assert not exists(name)


def scenario(folder: Path, space: str, run: str = "program:serve") -> None:
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "scenario.toml").write_text(SCENARIO.format(space=space, run=run), encoding="utf-8")


def curl(space: str, *words: str) -> subprocess.CompletedProcess[str]:
    need("curl", "ip")
    command = ["ip", "netns", "exec", space, "curl", "-sS", "--max-time", "5", *words, "http://192.0.2.2/"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_attach_is_used_and_commanded(tmp_path: Path, space: str) -> None:
    scenario(tmp_path, space)
    command = Command(tmp_path, "attach", "scenario.toml", "--out", "left")
    shown = command.read_until("server")
    assert f"in the namespace {space}" in shown
    assert "192.0.2.2" in shown
    command.type("capture paris-oslo")
    command.read_until("is now captured")
    assert curl(space).stdout == "hello\n"
    command.type("cut paris oslo")
    command.read_until("is cut")
    assert curl(space, "--max-time", "1").returncode != 0
    command.type("heal paris-oslo")
    command.read_until("is up")
    command.type("sett paris-oslo loss 2%")
    assert "did you mean 'set'" in command.read_until("sett")
    command.type("quit")
    status, out, err = command.end()
    assert (status, err) == (0, "")
    assert "quit after" in out
    summary = json.loads((tmp_path / "left" / "summary.json").read_text(encoding="utf-8"))
    assert [entry["what"] for entry in summary["timeline"] if entry["what"] != "routes-changed"] == [
        "link-cut",
        "link-healed",
    ]
    assert [(each["client"], each["server"]) for each in summary["connections"]] == [("linux", "server")]
    assert summary["captures"]["paris-oslo"] > 0
    assert (tmp_path / "left" / "captures" / "paris-oslo.pcapng").stat().st_size > 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_a_report(tmp_path: Path, space: str, number: signal.Signals, status: int) -> None:
    scenario(tmp_path, space)
    command = Command(tmp_path, "attach", "scenario.toml")
    command.read_until("server")
    time.sleep(0.5)
    command.process.send_signal(number)
    ended, out, err = command.end()
    assert (ended, err) == (status, "")
    assert "interrupted after" in out
    assert json.loads((tmp_path / "runs" / "scenario" / "summary.json").read_text())["outcome"] == "interrupted"


def test_json_and_a_time_limit(tmp_path: Path, space: str) -> None:
    scenario(tmp_path, space)
    command = Command(tmp_path, "attach", "scenario.toml", "--until", "1s", "--json", "--time-scale", "2")
    status, out, err = command.end()
    summary = json.loads(out)
    assert (status, summary["outcome"]) == (0, "until")
    assert 1e9 <= summary["virtual_ns"] < 1.5e9
    assert summary["lag"]["turns"] > 0
    assert f"in the namespace {space}" in err


def test_a_program_that_fails_is_told_at_the_end(tmp_path: Path, space: str) -> None:
    scenario(tmp_path, space, "program:fail")
    status, _, err = Command(tmp_path, "attach", "scenario.toml", "--until", "1s").end()
    assert status == 1
    assert "on purpose" in err


def test_what_a_killed_one_left_is_removed_by_the_next(tmp_path: Path, space: str) -> None:
    scenario(tmp_path, space)
    command = Command(tmp_path, "attach", "scenario.toml")
    command.read_until("server")
    command.process.kill()
    command.end()
    assert exists(space)
    assert Command(tmp_path, "attach", "scenario.toml", "--until", "0.2s").end()[0] == 0


MISTAKES = {
    '[attach.linux]\nat = "paris"': ('[attach.linux]\nat = "pariss"', "did you mean 'paris'"),
    'namespace = "{space}"': ('namespace = "{space}"\nkind = "tab"', "not one of"),
    "[attach.linux]": ("[attach.a-name-that-is-far-too-long]", "at most 15"),
    'at = "paris"\nnamespace': ('at = "server"\nnamespace', "a router or a switch"),
}


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_is_told_before_anything_is_made(tmp_path: Path, space: str, right: str) -> None:
    wrong, told = MISTAKES[right]
    text = SCENARIO.replace(right, wrong).format(space=space, run="program:serve")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    status, _, err = Command(tmp_path, "attach", "scenario.toml").end()
    assert status == 2
    assert told in err


def test_emulate_joins_two_namespaces(tmp_path: Path, space: str) -> None:
    need("nc", "ip")
    other = f"{space}-b"
    command = Command(tmp_path, "emulate", "--delay", "20ms", "--subnet", "192.0.2.0/24", space, other)
    command.read_until(other)
    listening = ["ip", "netns", "exec", other, "nc", "-l", "-N", "7000"]
    server = subprocess.Popen(listening, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    time.sleep(0.3)
    client = ["ip", "netns", "exec", space, "nc", "-N", "192.0.2.2", "7000"]
    subprocess.run(client, input="over the wire\n", text=True, timeout=10, check=True)
    assert server.communicate(timeout=10)[0] == "over the wire\n"
    command.type("set wire loss 100%")
    assert "wire: loss 100%" in command.read_until("100%")
    command.type("quit")
    status, _, err = command.end()
    assert (status, err) == (0, "")
    assert not exists(other)
