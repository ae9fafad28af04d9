"""Unmodified programs behind a translating router: a client fetches, a server is forwarded to, pings come back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from catenet.errors import LabError
from catenet.internet import Internet
from catenet.scenario import load

PAGE = b"x" * 200_000


async def serve(port: int = 80) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readline()
        host, port = writer.get_extra_info("peername")[:2]
        writer.write(f"{asked.decode().strip()} from {host} {port}\n".encode() + PAGE)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", port)
    await server.serve_forever()


async def fetch(address: str, port: int, got: list[str]) -> None:
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(b"hello\n")
    got.append((await reader.readline()).decode().strip())
    assert await reader.read() == PAGE
    writer.close()


def home(fidelity: str = "objects", **options: object) -> Internet:
    net = Internet(seed=3, fidelity=fidelity)
    isp, router, remote = net.router("isp"), net.router("home"), net.router("remote")
    net.link(isp, router, rate="100Mbit/s", delay="5ms", loss="1%", subnets=["203.0.113.0/30"])
    net.link(isp, remote, rate="1Gbit/s", delay="20ms", mtu=1400)
    net.switch("lan", subnets=["192.168.1.0/24"])
    net.link(router, "lan")
    net.hosts("laptop", "nas", at="lan")
    net.host("server", at=remote)
    net.nat(router, outside=isp, **options)  # type: ignore[arg-type]
    return net


@pytest.mark.parametrize("fidelity", ["objects", "bytes"])
def test_two_clients_fetch_from_outside_and_the_server_sees_one_address(fidelity: str) -> None:
    net = home(fidelity)
    net.build()
    got: list[str] = []
    server = net._world.registry.host("server", "test").host
    server.run(serve, service=True)
    for name in ("laptop", "nas"):
        net._world.registry.host(name, "test").host.run(fetch, str(server.addresses[0]), 80, got)
    assert net.run().ok
    seen = [line.split() for line in got]
    assert [words[2] for words in seen] == ["203.0.113.2"] * 2
    assert len({words[3] for words in seen}) == 2
    assert net._world.registry.routers()[1].stack.counters()["NatMappings"] == 2


def test_both_fidelities_give_the_same_run() -> None:
    runs = []
    for fidelity in ("objects", "bytes"):
        net = home(fidelity)
        net.build()
        got: list[str] = []
        server = net._world.registry.host("server", "test").host
        server.run(serve, service=True)
        net._world.registry.host("laptop", "test").host.run(fetch, str(server.addresses[0]), 80, got)
        net.run()
        runs.append((got, int(net._world.kernel.now_ns), int(net._world.kernel.events_fired)))
    assert runs[0] == runs[1]


def test_a_forwarded_server_is_reached_from_outside_and_by_hairpin() -> None:
    net = home(forward={"tcp/8080": "nas:80"})
    net.build()
    got: list[str] = []
    net._world.registry.host("nas", "test").host.run(serve, service=True)
    for name in ("server", "laptop"):
        net._world.registry.host(name, "test").host.run(fetch, "203.0.113.2", 8080, got)
    net.run()
    assert sorted(line.split()[2] for line in got)[1] == "203.0.113.2"
    assert net._world.registry.routers()[1].stack.counters()["NatHairpinned"] > 0


def test_ping_and_traceroute_go_through() -> None:
    net = home()
    net.links["isp-home"].set(loss="0%")
    assert net.ping("laptop", "server", count=3).received == 3
    route = [hop.name for hop in net.traceroute("laptop", net._world.registry.host("server", "test").host.addresses[0])]
    assert [name for name in route if name in ("home", "isp", "remote", "server")] == [
        "home",
        "isp",
        "remote",
        "server",
    ]
    outside = net.traceroute("server", "203.0.113.2")
    assert outside[-1].name == "home"


SCENARIO = """
[routers.isp]
[routers.home]
[[links]]
between = ["isp", "home"]
[hosts.laptop]
at = "home"
[nat.home]
outside = "isp"
forward = { "tcp/80" = "laptop:8080" }
filtering = "address-dependent"
timeouts = { udp = "3min" }
"""


def test_a_scenario_says_it(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    net = load(path).build()
    nat = net._world.registry.routers()[1].stack.translator
    assert nat is not None
    assert nat.named_counters()["NatMappings"] == 0


WRONG = {
    'outside = "isp"': ('outside = "ips"', "did you mean 'isp'"),
    "laptop:8080": ("laptop", "write it like"),
    '"3min"': ('"30s"', "the least is 120 s"),
    "udp =": ("upd =", "did you mean 'udp'"),
    "address-dependent": ("adress-dependent", "is not one of"),
    "[nat.home]": ("[nat.laptop]", "name a router"),
}


@pytest.mark.parametrize("right", WRONG)
def test_a_mistake_is_told(tmp_path: Path, right: str) -> None:
    wrong, told = WRONG[right]
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO.replace(right, wrong))
    with pytest.raises(LabError, match=told):
        load(path).build()
