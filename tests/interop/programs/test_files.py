"""Files between Linux's TCP and ours, both ways: every octet arrives, whatever the path does."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from linux_peer import pattern
from simulated_ends import after_the_question, echo, give, push, take

LINUX = ["cubic", "reno", "bbr"]
LOSSES = ["0%", "1%", "5%"]
ALL = list(itertools.product([4, 6], LINUX, LOSSES))
SHARE = [(4, "cubic", "0%"), (6, "reno", "1%"), (4, "bbr", "5%")]
ALL_OUT = list(itertools.product([4, 6], ["cubic", "reno"], LOSSES))
SHARE_OUT = [(6, "cubic", "0%"), (4, "reno", "1%"), (6, "cubic", "5%")]
WHOLE = 100 * 1024 * 1024


def rows(share: list[tuple[int, str, str]], whole: list[tuple[int, str, str]]) -> list[Any]:
    """A share with small files, and everything with the size that is promised."""
    small = [pytest.param(*row, 0, id=f"ipv{row[0]}-{row[1]}-{row[2]}") for row in share]
    large = [pytest.param(*row, WHOLE, id=f"100MiB-ipv{row[0]}-{row[1]}-{row[2]}", marks=LONG) for row in whole]
    return small + large


LONG = [pytest.mark.long, pytest.mark.timeout(900)]


def lay(world: Any, loss: str) -> str:
    """Linux, a router, and a host behind a link of 100 Mbit/s that loses and reorders."""
    available = Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text(encoding="ascii")
    world.available = available.split()
    router = world.net.router("middle")
    reorder = {} if loss == "0%" else {"reorder": {"share": "1%", "late": "2ms"}}
    world.net.host("ours", at=router, rate="200Mbit/s", delay="1ms", loss=loss, queue="2000 frames", **reorder)
    return str(world.attach("linux", at=router))


def seconds(octets: int) -> float:
    return 60.0 if octets < WHOLE else 800.0


@pytest.mark.parametrize(("version", "congestion", "loss", "octets"), rows(SHARE, ALL))
def test_linux_sends(world: Any, mib: int, version: int, congestion: str, loss: str, octets: int) -> None:
    space = lay(world, loss)
    if congestion not in world.available:
        pytest.skip(f"this kernel has no {congestion}")
    octets = octets or mib
    world.net._world.registry.host("ours", "test").host.run(take, 5001, service=True)
    world.open()
    peer = world.peer(space, "send", world.address("ours", version), 5001, octets, congestion)
    assert world.finish(peer, seconds(octets)).strip() == hashlib.sha256(pattern(octets)).hexdigest()


@pytest.mark.parametrize(("version", "congestion", "loss", "octets"), rows(SHARE_OUT, ALL_OUT))
def test_we_send(world: Any, mib: int, version: int, congestion: str, loss: str, octets: int) -> None:
    space = lay(world, loss)
    octets = octets or mib
    world.open()
    host = world.net._world.registry.host("ours", "test").host
    host.tcp.default_congestion = "newreno" if congestion == "reno" else congestion
    peer = world.peer(space, "receive", 5001)
    host.run(push, world.address("linux", version), 5001, octets)
    assert world.finish(peer, seconds(octets)).strip() == hashlib.sha256(pattern(octets)).hexdigest()
    world.outcome()


def test_both_ends_offer_window_scaling_sack_and_timestamps(world: Any, mib: int, tmp_path: Path) -> None:
    """Seen in the capture of the link: in both SYNs, and blocks of SACK from both sides after losses."""
    space = lay(world, "3%")
    host = world.net._world.registry.host("ours", "test").host
    host.run(take, 5001, service=True)
    host.run(give, 5002, mib, service=True)
    world.net.capture("ours-middle")
    world.open()
    peers = [world.peer(space, "send", world.address("ours", 4), 5001, mib, "cubic")]
    peers.append(world.peer(space, "fetch", world.address("ours", 4), 5002))
    for peer in peers:
        world.finish(peer)
    world.net.result("finished").report(tmp_path)
    fields = [
        "ip.src",
        "tcp.options.wscale.shift",
        "tcp.options.sack_perm",
        "tcp.options.timestamp.tsval",
        "tcp.options.sack_le",
    ]
    capture = tmp_path / "captures" / "ours-middle.pcapng"
    syns = tshark(capture, "tcp.flags.syn == 1", fields)
    assert {row[0] for row in syns} == {world.address("linux", 4), world.address("ours", 4)}
    for row in syns:
        assert all(row[1:4]), row
    sacks = tshark(capture, "tcp.options.sack_le", fields)
    assert {row[0] for row in sacks} == {world.address("linux", 4), world.address("ours", 4)}


def tshark(capture: Path, wanted: str, fields: list[str]) -> list[list[str]]:
    from interop_needs import need

    need("tshark")
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields"]
    command += [word for field in fields for word in ("-e", field)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in found.stdout.splitlines()]


@pytest.mark.parametrize("version", [4, 6])
def test_linux_closes_one_side(world: Any, mib: int, version: int) -> None:
    space = lay(world, "0%")
    world.net._world.registry.host("ours", "test").host.run(after_the_question, 5001, mib, service=True)
    world.open()
    peer = world.peer(space, "half_close", world.address("ours", version), 5001)
    assert world.finish(peer).strip() == hashlib.sha256(pattern(mib)).hexdigest()


@pytest.mark.parametrize("version", [4, 6])
def test_we_close_one_side(world: Any, mib: int, version: int) -> None:
    space = lay(world, "0%")
    world.open()
    peer = world.peer(space, "receive_and_answer", 5001, mib)
    found: list[str] = []
    world.net._world.registry.host("ours", "test").host.run(ask, world.address("linux", version), 5001, found)
    world.finish(peer)
    world.until(lambda: bool(found))
    assert found == [hashlib.sha256(pattern(mib)).hexdigest()]


async def ask(address: str, port: int, found: list[str]) -> None:
    """Say all there is to say, close our side, and read on."""
    import asyncio

    reader, writer = await asyncio.open_connection(address, port)
    writer.write(b"question")
    writer.write_eof()
    found.append(hashlib.sha256(await reader.read()).hexdigest())


@pytest.mark.parametrize("version", [4, 6])
def test_five_hundred_at_once_from_linux(world: Any, version: int) -> None:
    space = lay(world, "0%")
    world.net._world.registry.host("ours", "test").host.run(echo, 5001, service=True)
    world.open()
    peer = world.peer(space, "many", world.address("ours", version), 5001, 500)
    assert world.finish(peer).strip() == "500"


@pytest.mark.parametrize("version", [4, 6])
def test_five_hundred_at_once_from_us(world: Any, version: int) -> None:
    space = lay(world, "0%")
    world.open()
    peer = world.peer(space, "echo", 5001, 500)
    right: list[int] = []
    world.net._world.registry.host("ours", "test").host.run(many, world.address("linux", version), 5001, 500, right)
    world.finish(peer)
    world.until(lambda: len(right) == 500)
    assert sorted(right) == list(range(500))


async def many(address: str, port: int, count: int, right: list[int]) -> None:
    import asyncio

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection(address, port)
        writer.write(number.to_bytes(4, "big"))
        right.append(int.from_bytes(await reader.readexactly(4), "big"))
        writer.close()

    await asyncio.gather(*(one(number) for number in range(count)))


def lay_narrow(world: Any) -> tuple[str, Any]:
    """Linux and our host, with a link of MTU 1280 between the routers between them."""
    near, far = world.net.routers("near", "far")
    world.net.link(near, far, rate="1Gbit/s", delay="1ms", mtu=1280)
    host = world.net.host("ours", at=far)
    host.run(take, 5001, service=True)
    return world.attach("linux", at=near), host


@pytest.mark.parametrize("version", [4, 6])
def test_linux_finds_an_mtu_of_1280_in_mid_path(world: Any, mib: int, version: int) -> None:
    space, _ = lay_narrow(world)
    world.open()
    address = world.address("ours", version)
    peer = world.peer(space, "send", address, 5001, mib, "cubic")
    assert world.finish(peer).strip() == hashlib.sha256(pattern(mib)).hexdigest()
    route = json.loads(world.call(space, "ip", "-j", "route", "get", address))
    assert route[0]["metrics"][0]["mtu"] == 1280


@pytest.mark.parametrize("version", [4, 6])
def test_we_find_an_mtu_of_1280_in_mid_path(world: Any, mib: int, version: int) -> None:
    space, host = lay_narrow(world)
    world.open()
    sink = world.peer(space, "receive", 5003)
    host.run(push, world.address("linux", version), 5003, mib)
    assert world.finish(sink).strip() == hashlib.sha256(pattern(mib)).hexdigest()
    assert host.ip.path_mtu(version, world.number("linux", version)) == 1280
