"""What an editor and a type checker know of the public interface, from a user's own project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jedi
import pytest

SOURCE = Path(__file__).parents[2] / "src"

PROGRAM = """\
import catenet

net = catenet.Internet(seed=7)
paris, oslo = net.routers("paris", "oslo")
server = net.host("server", at=oslo)
line = net.link(paris, oslo)
"""

CALLS = [
    ("net.link(paris, oslo, ra", {"rate"}),
    ("net.link(paris, oslo, de", {"delay"}),
    ("net.host('client', at=paris, lo", {"loss"}),
    ("net.hosts('one', 'two', ji", {"jitter"}),
    ("net.router('rome', ro", {"routing"}),
    ("net.ping(paris, oslo, co", {"count"}),
    ("net.traceroute(paris, oslo, ma", {"max_hops"}),
    ("net.at('1s').set(line, du", {"duplicate"}),
    ("net.at('1s').clock(server, dr", {"drift"}),
    ("net.at('1s').disk(server, sl", {"slow"}),
    ("net.at('1s').nemesis(until='9s', ki", {"kinds"}),
    ("net.nat(paris, outside=line, fi", {"filtering"}),
    ("net.attach('linux', na", {"namespace"}),
    ("net.topology('map.gml', ke", {"keys"}),
    ("line.set(re", {"reorder"}),
    ("net.run(un", {"until"}),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> jedi.Project:
    return jedi.Project(tmp_path_factory.mktemp("project"), added_sys_path=[str(SOURCE)])


@pytest.mark.slow
@pytest.mark.parametrize(("call", "expected"), CALLS)
def test_an_editor_completes_the_options_of_a_call(project: jedi.Project, call: str, expected: set[str]) -> None:
    found = jedi.Script(PROGRAM + call, project=project).complete()
    assert expected <= {each.name.rstrip("=") for each in found if each.name.endswith("=")}


@pytest.mark.slow
def test_an_editor_shows_what_can_be_done_and_no_inner_field(project: jedi.Project) -> None:
    found = {each.name for each in jedi.Script(PROGRAM + "net.", project=project).complete()}
    shown = {name for name in found if not name.startswith("_")}
    assert {"link", "host", "at", "run", "ping", "links", "trace"} <= shown
    assert shown.isdisjoint({"kernel", "registry", "processes", "timeline", "naming", "journals", "captures"})
    assert {"addresses", "run", "crash"} <= {
        each.name for each in jedi.Script(PROGRAM + "server.", project=project).complete()
    }


RIGHT = """\
import catenet
from datetime import timedelta


def pair(net: catenet.Internet, a: catenet.Router, b: catenet.Router) -> catenet.Link:
    return net.link(a, b, delay=timedelta(milliseconds=40), loss={"burst": "1%"}, back={"rate": "1Mbit/s"})


def asked(net: catenet.Internet, host: catenet.Host, switch: catenet.Switch) -> catenet.PingResult:
    when: catenet.At = net.at("1s")
    line = net.link(host, switch)
    when.cut(line).heal(host, switch)
    hops: list[catenet.Hop] = net.traceroute(host, str(host.addresses[0]), max_hops=3)
    print(hops, host.addresses[0].version)
    return net.ping(host, "server", count=3)


async def main() -> None: ...


def ran(net: catenet.Internet, host: catenet.Host) -> catenet.Run:
    process: catenet.Process = host.run(main)
    print(process.state)
    return net.run()
"""

WRONG = [
    'net.link("a", "b", dely="40ms")',
    'net.link("a", "b", delay=[40])',
    'net.link("a", "b", loss={"brust": "1%"})',
    'net.router("a", routing="osfp")',
    'net.router("a", ospf={"helo": "1s"})',
    'net.at("1s").set("a", "b", dely="40ms")',
    'net.at("1s").cut("a", "b", "c")',
    'net.at("1s").disk("a", slov=10)',
    'net.ping("a", "b", cuont=3)',
    'catenet.Internet(fidelity="byte")',
]


@pytest.mark.slow
def test_a_type_checker_takes_what_is_right_and_refuses_what_is_not(tmp_path: Path) -> None:
    """In a project of a user's own, which sees types because of ``py.typed``."""
    assert (SOURCE / "catenet" / "py.typed").is_file()
    lines = ["import catenet", "", "net = catenet.Internet()", *WRONG]
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent", "right.py", "wrong.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    refused = {
        int(line.split(":")[1]) for line in done.stdout.splitlines() if line.startswith("wrong.py") and "error" in line
    }
    assert [line for line in done.stdout.splitlines() if line.startswith("right.py")] == []
    assert refused == set(range(4, 4 + len(WRONG)))
