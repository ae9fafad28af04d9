"""What commands print, at any width and to anybody: no number is cut, and nobody's going away is a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from rich.cells import cell_len

from catenet import experiments as reproduce
from catenet.bench import spf as bench_spf
from catenet.cli.commands import bench
from catenet.cli.errors import CLOSED_PIPE, FAILED, NOT_WRITTEN, OK
from catenet.cli.main import app, status_of
from catenet.experiments.comparison import Comparison

LONG: Final = "a-name-that-nobody-would-type-twice-if-there-were-a-shorter-one"
NAMES: Final = [f"{letter}{LONG[1:]}" for letter in "abcdef"]
NUMBERS: Final = re.compile(r"\d[\d.,:/]*")

SCENARIO: Final = f"""
name = "an internet of {LONG}"
until = "20s"
seed = 9223372036854775807
[ospf]
hello = "1s"
[routers]
{NAMES[0]} = {{ routing = "ospf" }}
{NAMES[1]} = {{ routing = "ospf" }}
{NAMES[2]} = {{ routing = "ospf" }}
[[links]]
between = ["{NAMES[0]}", "{NAMES[1]}"]
rate = "1Tbit/s"
cost = 65535
[[links]]
between = ["{NAMES[1]}", "{NAMES[2]}"]
rate = "1bit/s"
delay = "1234567.891us"
[[links]]
between = ["{NAMES[0]}", "{NAMES[2]}"]
cost = 65535
[hosts.{NAMES[3]}]
at = "{NAMES[0]}"
[hosts.{NAMES[4]}]
at = "{NAMES[2]}"
"""
SWITCH: Final = 'stp = "rstp"\nlldp = true\nsnooping = { querier = true }\n'
DHCP: Final = """
[routers.ROUTER]
advertise = true
[dhcp.ROUTER]
[hosts.HOST]
at = "ROUTER"
dhcp = true
ipv6 = "slaac"
""".replace("ROUTER", NAMES[0]).replace("HOST", NAMES[1])
STP: Final = "".join(f"[switches.{name}]\n{SWITCH}" for name in NAMES[:3]) + "".join(
    f'[[links]]\nbetween = ["{a}", "{b}"]\nrate = "1Mbit/s"\n'
    for a, b in zip(NAMES[:3], [*NAMES[1:3], NAMES[0]], strict=True)
)
AUTO: Final = f"""
[routers.{NAMES[0]}]
[routers.{NAMES[1]}]
[[links]]
between = ["{NAMES[0]}", "{NAMES[1]}"]
cost = 65535
[hosts.{NAMES[3]}]
at = "{NAMES[0]}"
[hosts.{NAMES[4]}]
at = "{NAMES[1]}"
"""
HISTORY: Final = """\
{"event": "invoke", "process": 0, "time_ns": 123456789012345, "operation": "write", "arguments": [123456789012345678]}
{"event": "return", "process": 0, "time_ns": 123456789012355, "result": null}
{"event": "invoke", "process": 1, "time_ns": 123456789012365, "operation": "read", "arguments": []}
{"event": "return", "process": 1, "time_ns": 923456789012345, "result": 987654321098765432}
"""

COMMANDS: Final = {
    "show routes": (["show", "routes", "ospf.toml", "--at", "15s"], OK),
    "show rip": (["show", "rip", "rip.toml", "--at", "15s"], OK),
    "show stp": (["show", "stp", "stp.toml", "--at", "15s"], OK),
    "show lacp": (["show", "lacp", "stp.toml", "--at", "15s"], OK),
    "show lldp": (["show", "lldp", "stp.toml", "--at", "15s"], OK),
    "show snooping": (["show", "snooping", "stp.toml", "--at", "15s"], OK),
    "show autoconfiguration": (["show", "autoconfiguration", "dhcp.toml", "--at", "15s"], OK),
    "show ospf": (["show", "ospf", "ospf.toml", "--at", "15s"], OK),
    "show ospf interfaces": (["show", "ospf", "interfaces", "ospf.toml", "--at", "15s"], OK),
    "show ospf neighbours": (["show", "ospf", "neighbours", "ospf.toml", "--at", "15s"], OK),
    "show ospf database": (["show", "ospf", "database", "ospf.toml", "--at", "15s"], OK),
    "show ospf routes": (["show", "ospf", "routes", "ospf.toml", "--at", "15s"], OK),
    "ping": (["ping", "auto.toml", NAMES[3], NAMES[4], "--count", "2"], OK),
    "traceroute": (["traceroute", "auto.toml", NAMES[3], NAMES[4]], OK),
    "trace": (["trace", "auto.toml", f"http://{NAMES[4]}/", "--serve"], OK),
    "routes explain": (["routes", "explain", "auto.toml", NAMES[3], NAMES[4], "--tree"], OK),
    "place": (["place", *(f"{name}@{LONG}=2.75" for name in NAMES[:3]), "--key", "user:7", "--copies", "1"], OK),
    "check-history": (["check-history", "history.jsonl", "--model", "register"], FAILED),
    "reproduce": (["reproduce", "rip-silent"], FAILED),
    "signal": (["signal", "100gbase-r", "--length", "40km", "--frames", "1"], OK),
    "signal adc": (["signal", "adc", "--bits", "24", "--jitter", "1ps"], OK),
    "bench spf": (["bench", "spf"], OK),
    "check": (["check", "ospf.toml"], OK),
    "sweep": (["sweep", "auto.toml", "--set", "link.cost=65534,65535", "--seeds", "2", "--workers", "1"], OK),
    "new": (["new", "--force", "first"], OK),
}
ELSEWHERE: Final = {
    "run": "the page is rendered in tests/unit/view/test_layout.py, and below",
    "attach": "its table and its lines are rendered in tests/unit/view/test_layout.py",
    "emulate": "as attach",
    "chaos": "prints lines of a few words",
    "store": "prints lines of a few words",
    "query": "its table is rendered in tests/unit/view/test_sweeps.py",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rip = SCENARIO.replace('"ospf"', '"rip"').replace('[ospf]\nhello = "1s"\n', "").replace("cost = 65535", "")
    texts = {
        "dhcp.toml": DHCP,
        "stp.toml": STP,
        "ospf.toml": SCENARIO,
        "rip.toml": rip,
        "auto.toml": AUTO,
        "history.jsonl": HISTORY,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    runs = (1e9, 5e8, 0.1)
    figure = Comparison(f"{LONG} in all", "123456789.125 s or so", 0.9, 1.1, 987654321.5, unit="s", runs=runs)
    monkeypatch.setitem(reproduce.EXPERIMENTS, "rip-silent", lambda seed: [figure, figure])
    figures = {f"{'x' * 20}_bit_s": 9.99e15, "us_per_look_up": 1e-6, f"{'y' * 30}": 10**18, "share_s": 123456789.0}
    monkeypatch.setattr(bench_spf, "spf", lambda *args, **options: figures)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], arguments: list[str], status: int) -> list[str]:
    capsys.readouterr()
    assert status_of(arguments) == status, capsys.readouterr().err
    return capsys.readouterr().out.splitlines()


def numbers_of(lines: list[str]) -> Counter[str]:
    return Counter(found for line in lines for found in NUMBERS.findall(line))


def test_every_command_is_looked_at() -> None:
    named = {each.name or getattr(each.callback, "__name__", "") for each in app.registered_commands}
    groups = {group.name for group in app.registered_groups}
    covered = {name.split()[0] for name in (*COMMANDS, *ELSEWHERE)}
    assert named | groups == covered
    assert bench.bench_app.registered_commands, "bench commands print all by one function, with one table"


@pytest.mark.slow
@pytest.mark.parametrize("width", ["60", "80", "100"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_number_is_cut(
    name: str, width: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, status = COMMANDS[name]
    monkeypatch.delenv("COLUMNS", raising=False)
    whole = printed(capsys, arguments, status)
    monkeypatch.setenv("COLUMNS", width)
    lines = printed(capsys, arguments, status)
    assert numbers_of(lines) == numbers_of(whole)
    assert [line for line in lines if cell_len(line) > int(width)] == []
    assert re.findall(r"[\d.,]…|…[\d.,]", "\n".join([*lines, *whole])) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", ["60", "80", "100", ""])
def test_the_page_of_a_run_fits(
    width: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    lines = printed(capsys, ["run", "ospf.toml"], OK)
    limit = int(width or "100")
    assert [line for line in lines if cell_len(line) > limit and "runs/" not in line] == []
    assert "9223372036854775807" in " ".join(lines)
    assert re.findall(r"[\d.,]…|…[\d.,]", "\n".join(lines)) == []


def catenet(folder: Path, *arguments: str, to: str) -> subprocess.CompletedProcess[str]:
    """The command in a shell, with its status and its stderr."""
    command = f'{sys.executable} -m catenet "$@" {to}; echo "status ${{PIPESTATUS[0]}}" >&2'
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.run(
        ["bash", "-c", command, "bash", *arguments],
        capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=60,
    )  # fmt: skip


PRINTING: Final = [
    ["run", "auto.toml"],
    ["show", "routes", "auto.toml"],
    ["place", "a", "b", "--json"],
    ["--help"],
]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", PRINTING)
def test_a_full_disk_is_told_in_one_line(arguments: list[str], folder: Path) -> None:
    done = catenet(folder, *arguments, to="> /dev/full")
    told = "catenet: stdout cannot be written: No space left on device\n"
    assert done.stderr == f"{told}status {NOT_WRITTEN}\n"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", PRINTING)
def test_a_reader_that_has_gone_is_told_by_the_status_alone(arguments: list[str], folder: Path) -> None:
    done = catenet(folder, *arguments, to="| true")
    assert done.stderr in (f"status {CLOSED_PIPE}\n", f"status {OK}\n"), "0 if it was quicker than true"
    done = catenet(folder, *arguments, to=">&-")
    assert done.stderr == f"status {OK}\n"


PRINTS: Final = """
import asyncio
async def main():
    for number in range(100_000):
        print("line", number)
    await asyncio.sleep(1)
"""


@pytest.mark.slow
def test_a_program_that_prints_to_nobody_does_not_fail_by_it(folder: Path) -> None:
    (folder / "prints.py").write_text(PRINTS)
    (folder / "prints.toml").write_text('[hosts.a]\n[[programs]]\nhost = "a"\nrun = "prints:main"\n')
    done = catenet(folder, "run", "prints.toml", to="| head -1")
    assert (done.stdout, done.stderr) == ("line 0\n", f"status {CLOSED_PIPE}\n")
    assert '"state": "finished"' in (folder / "runs" / "prints" / "summary.json").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["run", "ospf.toml", "--out", "out"], ["run", "auto.toml", "--capture", "--out", "out"]]
)
def test_a_report_that_does_not_fit_on_the_disk_leaves_the_last_one(arguments: list[str], folder: Path) -> None:
    assert catenet(folder, *arguments, to="").stderr == f"status {OK}\n"
    before = {path: path.read_bytes() for path in sorted((folder / "out").rglob("*")) if path.is_file()}
    limited = f'ulimit -f 1; trap \'\' XFSZ; {sys.executable} -m catenet "$@"; echo "status $?" >&2'
    done = subprocess.run(
        ["bash", "-c", limited, "bash", *arguments, "--seed", "2"],
        capture_output=True, text=True, check=False, cwd=folder, timeout=60,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    lines = done.stderr.splitlines()
    assert lines[-1] == f"status {NOT_WRITTEN}", done.stderr
    assert len(lines) == 2
    assert "File too large" in lines[0]
    assert {path: path.read_bytes() for path in sorted((folder / "out").rglob("*")) if path.is_file()} == before
