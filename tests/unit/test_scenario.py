"""Scenario files: what they build, and one clear message for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet import ScenarioError
from catenet.scenario import load

PROGRAM = """\
import asyncio

async def serve(port=7):
    async with await asyncio.start_server(lambda r, w: w.close(), port=port) as server:
        await server.serve_forever()

async def ask(server, *, port=7):
    reader, writer = await asyncio.open_connection(server, port)
    await reader.read()
    writer.close()

def poke(net):
    net.poked = True

def not_a_coroutine():
    pass
"""

GOOD = """\
name = "two cities"
seed = 5
until = "3s"

[routers]
paris = { position = [48.86, 2.35] }
oslo = { position = [59.91, 10.75] }

[switches.lan]
subnets = ["192.0.2.0/24"]

[hosts]
server = { at = "oslo", rate = "100Mbit/s" }
client = { at = "lan", addresses = ["192.0.2.9/24"] }
spare = {}

[defaults.links]
rate = "10Gbit/s"

[[links]]
between = ["paris", "oslo"]
loss = "1%"

[[links]]
between = ["paris", "lan"]
rate = "1Gbit/s"

[[links]]
between = ["spare", "oslo"]
name = "to-spare"

[[programs]]
host = "server"
run = "program:serve"
service = true

[[programs]]
hosts = ["client"]
run = "program:ask"
args = ["server"]
options = { port = 7 }
start = "1s"

[[actions]]
at = "2s"
do = "set"
link = ["oslo", "paris"]
loss = 0

[[actions]]
at = "2.5s"
do = "call"
run = "program:poke"

[capture]
links = ["to-spare"]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "program.py").write_text(PROGRAM)
    path = folder / "scenario.toml"
    path.write_text(text)
    return path


def test_a_good_one_is_built_as_it_says(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, GOOD))
    assert (scenario.name, scenario.until_ns) == ("two cities", 3_000_000_000)
    net = scenario.build()
    assert net.seed == 5
    assert list(net.links) == ["paris-oslo", "paris-lan", "server-oslo", "client-lan", "to-spare"]
    assert net.links["paris-oslo"].wire.forward.rate_bit_s == 10_000_000_000
    assert net.links["paris-lan"].wire.forward.rate_bit_s == 1_000_000_000
    assert net.links["server-oslo"].wire.forward.rate_bit_s == 100_000_000
    assert net.links["paris-oslo"].wire.forward.delay_ns == pytest.approx(6_700_000, rel=0.01)
    run = net.run(until="3s")
    summary = run.summary()
    assert [(program["name"], program["state"]) for program in summary["programs"]] == [
        ("program:serve", "running"),
        ("program:ask", "finished"),
    ]
    assert [entry["what"] for entry in summary["timeline"]] == ["program-finished", "link-set", "called"]
    assert summary["captures"]["to-spare"] > 0
    assert summary["connections"][0]["client"] == "client"


def test_seed_and_captures_can_be_overruled(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, GOOD))
    assert scenario.build(seed=9).seed == 9
    assert list(scenario.build(capture=True)._world.captures.frames()) == list(scenario.build().links)
    assert scenario.build(capture=False)._world.captures.frames() == {}


def test_a_topology_in_toml(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text('[routers]\na = {}\nb = {}\n[[links]]\nbetween = ["a", "b"]\n')
    net = load(write(tmp_path, '[topology]\nfile = "net.toml"\nmtu = 9000\n[hosts.h]\nat = "a"\n')).build()
    assert list(net.links) == ["a-b", "h-a"]
    assert net.links["a-b"].a.port.mtu == 9000
    (tmp_path / "net.toml").write_text('[routers]\na = {}\n[[links]]\nbetween = ["a", "c"]\n')
    with pytest.raises(ScenarioError, match=r"net\.toml:3: links #1: there is no host, router or switch 'c'"):
        load(write(tmp_path, '[topology]\nfile = "net.toml"\n')).build()


def test_static_routes(tmp_path: Path) -> None:
    text = """\
[routers]
a = { routing = "static" }
b = { routing = "static" }
[hosts]
left = { at = "a" }
right = { at = "b" }
[[links]]
between = ["a", "b"]
[[routes]]
router = "a"
prefix = "default"
via = "b"
[[routes]]
router = "b"
prefix = "10.0.0.0/8"
via = "10.0.1.5"
"""
    net = load(write(tmp_path, text)).build()
    assert net.ping("left", "right").loss == 0
    assert net.ping("left", "right", version=6, count=1).loss == 1


MISTAKES = [
    ("sead = 7", ":1: sead: unknown key 'sead'; did you mean 'seed'?"),
    ('[hosts.h]\nat = "a"\nrat = "1Gbit/s"\n[routers.a]', ":3: hosts.h.rat: unknown key 'rat'; did you mean 'rate'?"),
    ('[routers.a]\n[hosts.h]\nat = "a"\nrate = "1 parsec"', ":4: hosts.h.rate: rate '1 parsec' has the unknown unit"),
    ('until = "soon"', ":1: until: 'soon' is not a duration; write it like '14ms'"),
    ('seed = "x"', ":1: seed: 'x' must be a whole number"),
    ('seed = "5"', ":1: seed: '5' must be a whole number"),
    ('[[programs]]\nhost = "h"\nrun = "a:b"\nservice = "yes"', ":4: programs #1.service: 'yes' must be true or false"),
    ('[routers]\na = { position = ["1", 2] }', ":2: routers.a.position #1: '1' must be a number"),
    ('fidelity = "byte"', ":1: fidelity: 'byte' is not one of 'objects' or 'bytes'"),
    (
        '[routers.a]\n[[links]]\nbetween = ["a", "nowhere"]',
        ":2: links #1: there is no host, router or switch 'nowhere'",
    ),
    ('[[links]]\nrate = "1Gbit/s"', ":1: links #1: the key 'between' is missing"),
    ('[[links]]\nbetween = ["a"]', ":2: links #1.between: "),
    ("[hosts.h]\n[routers.h]", ":1: hosts.h: host h: there is a router of that name already"),
    ("[hosts.h]\n[hosts.h]", ":2: [hosts.h] occurs twice"),
    ("# \u2028\x85\n[hosts.h]\n[hosts.h]", ":3: [hosts.h] occurs twice"),
    (
        '[hosts.h]\nat = "pari"\n[routers.paris]',
        ":1: hosts.h: there is no host, router or switch 'pari'; did you mean 'paris'?",
    ),
    ("[hosts.h]\nrate = 1", ":1: hosts.h: rate: these are options of the access link"),
    ('[hosts."h h"]', ":1: hosts.h h: 'h h' cannot be a name"),
    (
        "[switches.s]\n[hosts]\n"
        'a = { at = "s", addresses = ["192.0.2.1/24"] }\nb = { at = "s", addresses = ["192.0.2.1/24"] }',
        "the address 192.0.2.1 is already that of a",
    ),
    ('[topology]\nfile = "no.graphml"', ":2: topology.file: "),
    ('[topology]\nfile = "no.graphml"', "there is no such topology file"),
    ('[topology]\nfile = "bare.gml"', "the node a has no coordinates"),
    ('[hosts.h]\n[[programs]]\nhost = "h"\nrun = "programm:ask"', ":4: programs #1.run: there is no module 'programm'"),
    (
        '[hosts.h]\n[[programs]]\nhost = "h"\nrun = "program:aks"',
        ":4: programs #1.run: the module program has no function 'aks'; did you mean 'ask'?",
    ),
    (
        '[hosts.h]\n[[programs]]\nhost = "h"\nrun = "program:not_a_coroutine"',
        "is not a coroutine function; begin it with 'async def'",
    ),
    (
        '[hosts.h]\n[[programs]]\nhost = "h"\nrun = "program:ask"',
        "does not take these arguments: missing a required argument: 'server'",
    ),
    (
        '[hosts.h]\n[[programs]]\nhost = "h"\nrun = "broken:ask"',
        "the module 'broken' cannot be imported: ZeroDivisionError",
    ),
    (
        '[hosts.h]\n[[programs]]\nhost = "h"\nrun = "ask"',
        ''':4: programs #1.run: 'ask' must be text like "module:function"''',
    ),
    ('[[programs]]\nhost = "h"\nrun = "program:serve"', ":1: programs #1: there is no host, router or switch 'h'"),
    ('[routers.r]\n[[programs]]\nhost = "r"\nrun = "program:serve"', "program: r is a router, not a host"),
    ('[[programs]]\nrun = "program:serve"', ":1: programs #1: a program needs either host"),
    ('[[actions]]\nat = "1s"\ndo = "cut"\nlink = "x-y"', ":1: actions #1: there is no link 'x-y'"),
    ('[[actions]]\nat = "1s"\ndo = "snip"', ":3: actions #1.do: 'snip' is not one of"),
    ('[[actions]]\nat = "1s"\ndo = "set"\nlink = "x"', "needs something to set"),
    ('[[actions]]\nat = "1s"\ndo = "cut"\nlink = "x"\nloss = 1', "loss: only do = "),
    ('[[actions]]\nat = "1s"\ndo = "cut"\nlink = 3', ":4: actions #1.link: 3 is not a link"),
    ('[capture]\nlinks = ["x"]', ":2: capture.links: there is no link 'x'"),
    ("[capture]\nlinks = 3", ":2: capture.links: 3 is not what to capture"),
    ("a = [", "scenario.toml: not TOML: invalid value"),
    ("a == 3", ":1: not TOML: invalid value"),
    (
        '[[routes]]\nrouter = "a"\nprefix = "10.0.0.0/8"\nvia = "c"\n[routers]\na = {}\nc = {}',
        "route of a to 10.0.0.0/8: c is not next to it",
    ),
    ("hosts = 3", ":1: hosts: 3 must be a table"),
    ("[routers]\na = { position = [99, 0] }", ":2: routers.a: latitude 99"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES, ids=range(len(MISTAKES)))
def test_every_mistake_is_one_message(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bare.gml").write_text(
        'graph [ node [ id 0 label "a" ] node [ id 1 label "b" ] edge [ source 0 target 1 ] ]'
    )
    (tmp_path / "broken.py").write_text("1 / 0")
    path = write(tmp_path, text)
    with pytest.raises(ScenarioError) as caught:
        load(path).build()
    message = str(caught.value)
    assert message.startswith(str(path))
    assert said in message
    assert "\n" not in message


def test_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    write(tmp_path, "")
    with pytest.raises(ScenarioError, match=r"there is no such file; did you mean 'scenario.toml'"):
        load(tmp_path / "scenari.toml")
    with pytest.raises(ScenarioError, match="that is a folder"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe9'")
    with pytest.raises(ScenarioError, match="not UTF-8 text at byte 8"):
        load(tmp_path / "latin.toml")


def test_two_runs_do_not_share_a_programs_globals(tmp_path: Path) -> None:
    path = write(tmp_path, '[hosts.h]\n[[programs]]\nhost = "h"\nrun = "counting:main"\n')
    (tmp_path / "counting.py").write_text(
        "runs = 0\nasync def main():\n    global runs\n    runs += 1\n    assert runs == 1\n"
    )
    for _ in range(2):
        load(path).build().run()


def test_a_default_delay_is_for_links_that_cannot_be_measured(tmp_path: Path) -> None:
    text = """\
[routers]
a = { position = [0, 0] }
b = { position = [0, 1] }
c = {}
[defaults.links]
delay = "7ms"
[[links]]
between = ["a", "b"]
[[links]]
between = ["b", "c"]
[[links]]
between = ["a", "c"]
length = "1km"
"""
    links = load(write(tmp_path, text)).build().links
    assert [link.wire.forward.delay_ns for link in links.values()] == [556_360, 7_000_000, 5003]
