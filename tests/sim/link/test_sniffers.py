"""Programs on hosts that see others' frames: on a hub, at a mirror's destination, and on lines."""

from __future__ import annotations

import asyncio
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

from catenet import Host, Internet
from catenet.errors import LabError, ScenarioError
from catenet.lab.model.nodes import HostNode
from catenet.lab.options.types import Fidelity, FramingKind
from catenet.record.pcapng import PcapngReader
from catenet.scenario import load

ETH_P_ALL, IPV6 = 0x0003, 0x86DD
SOL_PACKET, ADD, STATISTICS = 263, 1, 6
PROMISC = 1
Told = tuple[bytes, Any]


def host(net: Internet, name: str) -> Host:
    node = net._world.registry.node(name)
    assert isinstance(node, HostNode)
    return node.host


async def sniff(told: list[Told], promiscuous: bool = False, name: str = "eth0", cooked: bool = False) -> None:
    """Keep all frames, as an asyncio program does that knows nothing of the simulation."""
    kind = socket.SOCK_DGRAM if cooked else socket.SOCK_RAW
    with socket.socket(socket.AF_PACKET, kind, socket.htons(ETH_P_ALL)) as sock:
        sock.setblocking(False)
        sock.bind((name, ETH_P_ALL))
        if promiscuous:
            request = struct.pack("iHH8s", socket.if_nametoindex(name), PROMISC, 0, b"")
            sock.setsockopt(SOL_PACKET, ADD, request)
        loop = asyncio.get_running_loop()
        while True:
            told.append(await loop.sock_recvfrom(sock, 65_535))


async def echo() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(100))
        writer.close()

    async with await asyncio.start_server(serve, port=7):
        await asyncio.sleep(3)


async def ask(at_s: float = 1.0, words: bytes = b"a secret") -> None:
    await asyncio.sleep(at_s)
    reader, writer = await asyncio.open_connection("b", 7)
    writer.write(words)
    assert await reader.read(100) == words
    writer.close()


def talk(net: Internet, *, words: bytes = b"a secret") -> None:
    host(net, "b").run(echo)
    host(net, "a").run(ask, 1.0, words)


def on_a_hub(run_as: Fidelity = "objects", **options: Any) -> tuple[Internet, Host]:
    net = Internet(fidelity=run_as)
    net.segment("hub", kind="hub")
    net.host("a")
    net.host("b")
    third = net.host("c", **options)
    for name in "abc":
        net.link(name, "hub")
    return net, third


def on_a_mirror(run_as: Fidelity = "objects", **options: Any) -> tuple[Internet, Host]:
    net = Internet(fidelity=run_as)
    net.switch("sw", mirror={"ports": ["a"], "to": "c"})
    net.host("a", at="sw")
    net.host("b", at="sw")
    return net, net.host("c", at="sw", **options)


PLACES = pytest.mark.parametrize("place", [on_a_hub, on_a_mirror])


def others(told: list[Told]) -> list[bytes]:
    return [data for data, address in told if address[2] == socket.PACKET_OTHERHOST]


@PLACES
@pytest.mark.parametrize("run_as", ["objects", "bytes"])
def test_a_promiscuous_sniffer_sees_others_frames(place: Any, run_as: Fidelity) -> None:
    net, third = place(run_as)
    told: list[Told] = []
    third.run(sniff, told, True, service=True)
    talk(net)
    net.run()
    with_words = [data for data in others(told) if b"a secret" in data]
    assert len(with_words) == 2
    a, b = (int(host(net, name).ip.interfaces[1].mac).to_bytes(6, "big") for name in "ab")
    assert [data[:12] for data in with_words] == [b + a, a + b]


@PLACES
def test_without_promiscuity_it_sees_none(place: Any) -> None:
    net, third = place()
    told: list[Told] = []
    third.run(sniff, told, service=True)
    talk(net)
    net.run()
    assert others(told) == []
    assert socket.PACKET_OUTGOING in {address[2] for _, address in told}


@PLACES
def test_a_host_that_was_declared_promiscuous(place: Any) -> None:
    net, third = place(promiscuous=True)
    told: list[Told] = []
    third.run(sniff, told, service=True)
    talk(net)
    net.run()
    assert sum(b"a secret" in data for data in others(told)) == 2


def test_objects_and_octets_are_the_same() -> None:
    def told(run_as: Fidelity) -> list[Told]:
        net, third = on_a_hub(run_as)
        got: list[Told] = []
        third.run(sniff, got, True, service=True)
        talk(net)
        net.run()
        return got

    assert told("objects") == told("bytes")


def test_the_stack_ignores_others_frames() -> None:
    def counted(promiscuous: bool) -> tuple[dict[str, int], list[str]]:
        net, third = on_a_hub(promiscuous=promiscuous)
        talk(net)
        net.run()
        counters = third.ip.counters()
        return counters, [name for name in counters if counters[name]]

    (plain, _), (promiscuous, _) = counted(False), counted(True)
    for name in ("IpInDelivers", "IpInReceives", "IpOutRequests", "IcmpOutMsgs", "Ip6InDelivers", "Ip6OutRequests"):
        assert promiscuous.get(name, 0) == plain.get(name, 0), name


def test_a_capture_is_the_same_with_a_sniffer_and_without(tmp_path: Path) -> None:
    def captured(name: str, sniffs: bool) -> bytes:
        net, _ = on_a_hub()
        net.capture("a-hub")
        told: list[Told] = []
        if sniffs:
            host(net, "a").run(sniff, told, service=True)
        talk(net)
        net.run().report(tmp_path / name)
        (file,) = (tmp_path / name).rglob("a-hub.pcapng")
        if sniffs:
            sent = [data for data, address in told if address[2] == socket.PACKET_OUTGOING]
            frames = [frame.data for frame in PcapngReader(file.open("rb")) if frame.interface == 0]
            assert len(sent) > 5
            assert all(any(frame.startswith(data) for frame in frames) for data in sent)
        return file.read_bytes()

    assert captured("with", True) == captured("without", False)


def test_a_frame_that_collides_is_heard_once() -> None:
    net, _ = on_a_hub()
    told: list[list[Told]] = [[], []]
    payload = bytes(1000)

    async def flood(name: str) -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0) as sock:
            for _ in range(50):
                sock.sendto(payload, ("eth0", 0x88B5, 0, 0, b"\xff" * 6))

    for name, kept in zip("ab", told, strict=True):
        host(net, name).run(sniff, kept, service=True)
        host(net, name).run(flood, name, start="1s")
    links = net.run(until="3s").summary()["links"]
    assert min(link["directions"][0]["half_duplex"]["collisions"] for link in links[:2]) > 0
    for kept in told:
        sent = [data for data, address in kept if address[1:3] == (0x88B5, socket.PACKET_OUTGOING)]
        assert len(sent) == 50


def test_a_host_that_loses_power_is_promiscuous_no_longer() -> None:
    net, third = on_a_hub()
    told: list[Told] = []
    third.run(sniff, told, True, service=True)
    net.run(until="1s")
    port = third.ip.interfaces[1].port
    assert port.promiscuous
    third.crash()
    assert not port.promiscuous
    third.restart()
    net.run(until="2s")
    assert port.promiscuity == 1
    before = len(told)
    talk(net)
    net.run()
    assert sum(b"a secret" in data for data in others(told[before:])) == 2


def test_a_link_that_comes_later() -> None:
    net, third = on_a_hub()
    told: list[Told] = []
    seen: list[str] = []

    async def everywhere() -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as sock:
            sock.setblocking(False)
            loop = asyncio.get_running_loop()
            while True:
                told.append(await loop.sock_recvfrom(sock, 65_535))
                seen.append(told[-1][1][0])

    third.run(everywhere, service=True)
    net.run(until="1s")
    net.host("d")
    net.link("c", "d")
    net.run(until="5s")
    assert set(seen) == {"eth0", "eth1"}


def received(told: list[Told]) -> list[bytes]:
    return [data for data, address in told if address[2] == socket.PACKET_HOST]


def test_asyncio_s_other_ways_to_read_and_send() -> None:
    """A transport, and a reader that is called back."""
    net, third = on_a_hub()
    told: list[Told] = []
    heard: list[int] = []

    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            told.append((data, addr))
            self.transport.sendto(b"echo", ("eth0", 0x88B6, 0, 0, addr[4]))

    async def answer() -> None:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x88B5))
        sock.setblocking(False)
        await asyncio.get_running_loop().create_datagram_endpoint(Echo, sock=sock)
        await asyncio.sleep(10)

    async def call() -> None:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, socket.htons(0x88B6))
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def read() -> None:
            heard.append(sock.recv_into(bytearray(100)))
            done.set()

        loop.add_reader(sock, read)
        sock.sendto(b"call", ("eth0", 0x88B5, 0, 0, b"\xff" * 6))
        await done.wait()
        sock.close()

    third.run(answer, service=True)
    host(net, "a").run(call, start="1s")
    net.run()
    assert heard == [46]
    assert [(data[:4], address[0], address[1]) for data, address in told] == [(b"call", "eth0", 0x88B5)]


HARDWARE = {"ppp": 512, "hdlc": 513, "slip": 256, "cobs": 519}


@pytest.mark.parametrize("framing", HARDWARE)
@pytest.mark.parametrize("cooked", [False, True])
def test_on_a_line_there_are_packets(framing: FramingKind, cooked: bool) -> None:
    """Without addresses, and with a header only of Cisco's HDLC; what opens PPP is not among them."""
    net = Internet()
    a, b = net.host("a"), net.host("b")
    net.link("a", "b", framing=framing)
    told: dict[str, list[Told]] = {"a": [], "b": []}
    a.run(sniff, told["a"], False, "eth0", cooked, service=True)
    b.run(sniff, told["b"], False, "eth0", cooked, service=True)

    async def send_again() -> None:
        kind = socket.SOCK_DGRAM if cooked else socket.SOCK_RAW
        await asyncio.sleep(5)
        with socket.socket(socket.AF_PACKET, kind, 0) as sock:
            sock.bind(("eth0", IPV6))
            assert sock.getsockname() == ("eth0", IPV6, 0, HARDWARE[framing], b"")
            sock.send(received(told["b"])[0])
            await asyncio.sleep(1)

    talk(net)
    a.run(send_again)
    net.run()
    header = b"\x0f\x00\x86\xdd" if framing == "hdlc" and not cooked else b""
    for kept in told.values():
        assert len(kept) > 5
        assert {address[3:] for _, address in kept} == {(HARDWARE[framing], b"")}
        assert {address[1] for _, address in kept} == {IPV6}
        assert {data[: len(header) + 1] for data, _ in kept} == {header + b"\x60"}
        assert {address[2] for _, address in kept} == {socket.PACKET_HOST, socket.PACKET_OUTGOING}
    assert received(told["b"]).count(received(told["b"])[0]) == 2


def test_from_a_file(tmp_path: Path) -> None:
    text = '[switches.sw]\nmirror = { ports = "all", to = "c" }\n[hosts.a]\nat = "sw"\n[hosts.c]\nat = "sw"\n'
    file = tmp_path / "scenario.toml"
    file.write_text(text + "promiscuous = true\n")
    scenario = load(file)
    net = scenario.build()
    assert host(net, "c").ip.interfaces[1].port.promiscuous
    assert not host(net, "a").ip.interfaces[1].port.promiscuous
    file.write_text(text + 'promiscuous = "yes"\n')
    with pytest.raises(ScenarioError, match="promiscuous"):
        load(file)


def test_a_mistake() -> None:
    with pytest.raises(LabError, match="host h: promiscuous is true or false, not 'yes'"):
        Internet().host("h", promiscuous="yes")  # type: ignore[arg-type]
