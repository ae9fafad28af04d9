"""What a scenario file states is parsed when the file is read; building takes the parsed values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from catenet.scenario import load

PARSERS = ("duration_ns", "rate_bit_s", "ratio", "size_bytes", "length_m", "parse_table", "parse_options")
SCENARIO = """\
until = "9s"
reconverge = "0.5s"
[defaults.links]
rate = "2Mbit/s"
back = { loss = "1%" }
[rip]
update = "20s"
hold = ["1s", "2s"]
[ospf]
hello = "2s"
areas = { 0 = { default_cost = 3 } }
[routers]
a = { routing = "ospf", ospf = { dead = "9s" } }
b = { routing = "ospf+rip", rip = { timeout = "90s" } }
c = { routing = "rip" }
[[links]]
between = ["a", "b"]
delay = "7ms"
jitter = { normal = "1ms" }
loss = { burst = "1%" }
reorder = { share = "5%", late = "4ms" }
queue = { octets = "64KiB" }
mtu = "1400B"
back = { length = "200km", rate = "1Mbit/s" }
ospf = { cost = 4, a = { cost = 8 } }
[[links]]
between = ["b", "c"]
[hosts.h]
at = "c"
duplicate = "1%"
[topology]
file = "net.graphml"
delay = "3ms"
[nat.c]
outside = "b"
timeouts = { udp = "3min" }
[[programs]]
host = "h"
run = "asyncio:sleep"
args = [1]
start = "1.5s"
[[actions]]
at = "3s"
do = "set"
link = ["a", "b"]
loss = "2%"
back = { rate = "3Mbit/s" }
"""
GRAPH = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"><node id="x"/>'
    '<node id="y"/><edge source="x" target="y"/></graph></graphml>'
)


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("parsed again")


def test_building_parses_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.graphml").write_text(GRAPH)
    file = tmp_path / "net.toml"
    file.write_text(SCENARIO)
    scenario = load(file)
    for name, module in list(sys.modules.items()):
        # A topology of its own format is parsed as it is laid out, once.
        if name.startswith(("catenet.lab", "catenet.scenario", "catenet.internet")) and not name.endswith("topology"):
            for parser in PARSERS:
                if hasattr(module, parser):
                    monkeypatch.setattr(module, parser, refuse)
    net = scenario.build()
    assert scenario.until_ns == 9_000_000_000
    link = net.links["a-b"]
    assert (int(link.wire.forward.delay_ns), int(link.wire.backward.delay_ns)) == (7_000_000, 1_000_692)
    assert (link.rate_bit_s(link.a), link.rate_bit_s(link.b)) == (2_000_000, 1_000_000)
    hello, dead = 2_000_000_000, 9_000_000_000
    settings = net.ospf.daemons["a"].machine.interfaces[0].settings
    assert (settings.hello_ns, settings.dead_ns, settings.cost) == (hello, dead, 8)
    assert net.rip.daemons["b"].machine.settings.timeout_ns == 90_000_000_000
    assert net.rip.daemons["c"].machine.settings.update_ns == 20_000_000_000
    assert net.links["node-x-node-y"].wire.forward.delay_ns == 3_000_000
    monkeypatch.undo()
    net.run(until="4s")
    assert [each.text for each in net._world.timeline.entries if "loss" in each.text] == [
        "link a-b: loss 2%, back (rate 3Mbit/s)"
    ]
