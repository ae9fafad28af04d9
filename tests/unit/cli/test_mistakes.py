"""What is wrong in a file or on the command line: one message on stderr, exit status 2, no traceback, nothing run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from catenet.cli.errors import MISTAKE
from catenet.cli.main import status_of

GOOD = """
seed = 1
until = "1s"

[routers.paris]
[routers.oslo]

[[links]]
between = ["paris", "oslo"]
rate = "1Gbit/s"
delay = "14ms"

[hosts.server]
at = "oslo"
[hosts.client]
at = "paris"

[[programs]]
host = "client"
run = "program:main"

[[actions]]
at = "500ms"
do = "cut"
link = ["paris", "oslo"]
"""

PROGRAM = """
async def main(times=1):
    pass

def not_async():
    pass
"""

UNLOCATED = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key attr.name="label" attr.type="string" for="node" id="l"/>
<graph edgedefault="undirected">
<node id="0"><data key="l">Here</data></node>
<node id="1"><data key="l">There</data></node>
<edge source="0" target="1"/>
</graph></graphml>
"""

TOPOLOGY = 'until = "1s"\n[topology]\nfile = "{file}"\n'

MISTAKES = {
    "unknown key": (GOOD.replace("delay =", "dealy ="), ["dealy", "delay", ":11:"]),
    "unknown table": (GOOD + "[weather]\n", ["weather"]),
    "wrong unit": (GOOD.replace('"14ms"', '"14 furlongs"'), ["furlongs", "ms"]),
    "no unit": (GOOD.replace('"1Gbit/s"', '"1"'), ["rate", "Gbit/s"]),
    "negative": (GOOD.replace('"14ms"', '"-14ms"'), ["-14ms"]),
    "loss above one": (GOOD.replace('delay = "14ms"', 'delay = "14ms"\nloss = "120%"'), ["120%"]),
    "link to nowhere": (GOOD.replace('["paris", "oslo"]\nrate', '["paris", "olso"]\nrate'), ["olso", "oslo"]),
    "host at nowhere": (GOOD.replace('at = "oslo"', 'at = "moon"'), ["moon"]),
    "duplicate address": (
        GOOD.replace('at = "oslo"', 'at = "oslo"\naddresses = ["192.0.2.2/24"]').replace(
            'at = "paris"', 'at = "paris"\naddresses = ["192.0.2.2/24"]'
        ),
        ["192.0.2"],
    ),
    "duplicate address on a LAN": (
        GOOD
        + """
        [switches.lan]
        subnets = ["198.51.100.0/24"]
        [hosts.one]
        at = "lan"
        addresses = ["198.51.100.7/24"]
        [hosts.other]
        at = "lan"
        addresses = ["198.51.100.7/24"]
        """,
        ["198.51.100.7", "one", "other"],
    ),
    "duplicate name": (GOOD + "[switches.client]\n", ["client"]),
    "duplicate table": (GOOD + "[hosts.client]\n", ["hosts.client", "twice"]),
    "not an address": (GOOD.replace('at = "oslo"', 'at = "oslo"\naddresses = ["192.0.2.400/24"]'), ["192.0.2.400"]),
    "not TOML": (GOOD + "this is not TOML\n", ["TOML"]),
    "program that is not there": (GOOD.replace("program:main", "nowhere:main"), ["nowhere"]),
    "function that is not there": (GOOD.replace("program:main", "program:mian"), ["mian", "main"]),
    "function that is no coroutine": (GOOD.replace("program:main", "program:not_async"), ["async def"]),
    "wrong arguments": (GOOD.replace('"program:main"', '"program:main"\noptions = { tmies = 3 }'), ["tmies"]),
    "program on nothing": (GOOD.replace('host = "client"\nrun', 'host = "ghost"\nrun'), ["ghost"]),
    "action on no link": (GOOD.replace('link = ["paris", "oslo"]', 'link = ["paris", "server"]'), ["paris", "server"]),
    "action that is none": (GOOD.replace('do = "cut"', 'do = "burn"'), ["burn", "cut"]),
    "wrong type": (GOOD.replace("seed = 1", 'seed = "one"'), ["seed", "one"]),
    "start that is no time": ('start = "noon"\n' + GOOD, ["start", "noon", "2025-01-01T00:00:00Z"]),
    "half a position": (GOOD.replace("[routers.paris]", "[routers.paris]\nposition = [1.0]"), ["[1.0]", "2 elements"]),
    "duplicate key": (GOOD.replace("seed = 1", "seed = 1\nseed = 2"), ["seed = 2", "same value twice"]),
    "one bracket": (GOOD.replace("[[links]]", "[links]"), ["[[links]]"]),
    "one bracket, twice": (GOOD + "[actions]\n[actions]\n", ["[[actions]]"]),
    "missing topology": (TOPOLOGY.format(file="gone.graphml"), ["gone.graphml"]),
    "topology without coordinates": (TOPOLOGY.format(file="unlocated.graphml"), ["coordinates", "here"]),
    "topology of another kind": (TOPOLOGY.format(file="program.py"), ["program.py"]),
    "capture of nothing": (GOOD + '[capture]\nlinks = ["paris-rome"]\n', ["paris-rome"]),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "unlocated.graphml").write_text(UNLOCATED)
    return tmp_path


@pytest.fixture
def good(folder: Path) -> Path:
    path = folder / "good.toml"
    path.write_text(GOOD)
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message, once it is certain that there is one, and nothing else."""
    status = status_of(arguments)
    captured = capsys.readouterr()
    assert status == MISTAKE, captured.err
    assert captured.out == ""
    assert captured.err.startswith("catenet: ")
    assert captured.err.count("catenet: ") == 1
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_scenario(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, parts = MISTAKES[name]
    path = folder / "scenario.toml"
    path.write_text(text)
    message = told(capsys, "run", str(path), "--out", str(folder / "out"))
    assert str(path) in message or "topology" in name
    assert [part for part in parts if part not in message] == []
    assert len(message) < 600
    assert not (folder / "out").exists(), "nothing is to be run or left behind"


@pytest.mark.slow
def test_a_scenario_that_is_not_there(folder: Path, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "good.toml" in told(capsys, "run", str(folder / "goood.toml"))
    assert "folder" in told(capsys, "run", str(folder))
    assert f"did you mean '{good}'" in told(capsys, "run", str(folder.parent / "good.toml"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--until", "10 parsecs"], "--until"),
        (["--until", "soon"], "soon"),
        (["--out", "good.toml/inner"], "--out"),
        (["--seed", "1.5"], "--seed"),
    ],
)
def test_a_wrong_option_of_run(
    arguments: list[str],
    part: str,
    good: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(good.parent)
    assert part in told(capsys, "run", str(good), *arguments)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ping", "traceroute"])
def test_a_probe_of_who_is_not_there(command: str, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean 'server'" in told(capsys, command, str(good), "client", "sever")
    assert "did you mean 'client'" in told(capsys, command, str(good), "cleint", "server")
    assert "--at" in told(capsys, command, str(good), "client", "server", "--at", "late")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [("delay =", "dealy =", 11), ('do = "cut"\nlink = ["paris",', 'do = "cut"\nlink = ["client",', 22)],
    ids=["seen in the file", "seen once all is built"],
)
def test_a_mistake_is_the_same_for_the_whole_process(good: Path, right: str, wrong: str, line: int) -> None:
    good.write_text(GOOD.replace(right, wrong))
    command = [sys.executable, "-m", "catenet", "run", str(good), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=good.parent)
    assert (done.returncode, done.stdout) == (MISTAKE, "")
    assert done.stderr.startswith(f"catenet: {good}:{line}: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (good.parent / "runs").exists()
