"""Linux behind a simulated router that translates: to Linux outside, and to a simulated host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from interop_needs import need
from simulated_ends import echo, listen

OUTSIDE = "203.0.113.2"


@pytest.fixture
def spaces(world: Any) -> tuple[str, str]:
    """Linux inside, behind ``box``, and Linux outside, at ``far``; a simulated host stands beside it."""
    net = world.net
    near, far, box = net.routers("near", "far", "box")
    net.link(near, box, delay="5ms", subnets=["203.0.113.0/30"])
    net.link(near, far, delay="5ms", mtu=1400)
    net.switch("lan", subnets=["192.168.1.0/24"])
    net.link(box, "lan")
    net.host("server", at=far)
    net.nat(box, outside=near, forward={"tcp/8080": "inside:7000"}, filtering="address-and-port-dependent")
    return world.attach("inside", at="lan"), world.attach("outside", at=far)


def counters(world: Any) -> dict[str, int]:
    return dict(world.net._world.registry.node("box").stack.counters())


def test_a_simulated_server_sees_the_routers_address(world: Any, spaces: tuple[str, str]) -> None:
    need("nc")
    seen: list[str] = []

    async def tell(reader: Any, writer: Any) -> None:
        seen.append(writer.get_extra_info("peername")[0])
        writer.write(b"seen\n")
        writer.close()

    world.net._world.registry.host("server", "test").host.run(listen, tell, 80, service=True)
    world.open()
    assert world.call(spaces[0], "nc", "-N", world.address("server", 4), "80") == "seen\n"
    assert seen == [OUTSIDE]


def test_files_go_through_in_both_directions(world: Any, mib: int, spaces: tuple[str, str], tmp_path: Path) -> None:
    """From inside to Linux outside, and from outside to a port that leads in."""
    need("nc")
    world.open()
    data = tmp_path / "data"
    data.write_bytes(bytes(range(256)) * (mib // 256))
    for sender, receiver, to, port in (
        (spaces[0], spaces[1], world.address("outside", 4), "7000"),
        (spaces[1], spaces[0], OUTSIDE, "8080"),
    ):
        got = tmp_path / f"got-{port}"
        server = world.start(receiver, "bash", "-c", f"nc -l -N 7000 > {got}")
        world.until(lambda space=receiver: ":7000" in world.start(space, "ss", "-Hltn").communicate()[0])
        world.call(sender, "bash", "-c", f"nc -N {to} {port} < {data}")
        world.finish(server)
        assert got.read_bytes() == data.read_bytes()
    assert counters(world)["NatMappings"] == 1


def test_datagrams_with_fragments_and_errors_come_back(world: Any, spaces: tuple[str, str]) -> None:
    world.open()
    world.peer(spaces[1], "answer_datagrams", 7000, 20.0)
    to = world.address("outside", 4)
    assert float(world.finish(world.peer(spaces[0], "big_round_trip", to, 7000, 20_000))) == 20_000
    assert world.finish(world.peer(spaces[0], "datagram_refused", to, 9, 10)).strip() == "ECONNREFUSED"
    assert counters(world)["NatErrors"] >= 1
    assert counters(world)["IpReasmOKs"] >= 2


def test_a_connection_from_outside_is_refused_after_six_seconds(world: Any, spaces: tuple[str, str]) -> None:
    world.open()
    before_ns = world.net._world.kernel.now_ns
    assert world.finish(world.peer(spaces[1], "refused", OUTSIDE, 5000)).strip() == "ECONNREFUSED"
    assert world.net._world.kernel.now_ns - before_ns >= 6_000_000_000


def test_five_hundred_connections_get_a_port_each(world: Any, spaces: tuple[str, str]) -> None:
    world.net._world.registry.host("server", "test").host.run(echo, 5001, service=True)
    world.open()
    peer = world.peer(spaces[0], "many", world.address("server", 4), 5001, 500)
    assert world.finish(peer).strip() == "500"
    assert counters(world)["NatMappings"] == 500
