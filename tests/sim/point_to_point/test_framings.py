"""Links whose packets go without Ethernet: by PPP, Cisco's HDLC, SLIP and COBS."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet, Run
from catenet.lab.observe.link_capture import LINK_TYPES
from catenet.lab.options.types import Fidelity, FramingKind
from catenet.link.ppp.line import PppLine
from catenet.physical.signals.error_rate import ErrorRate
from catenet.record.pcapng import CapturedFrame, PcapngReader
from catenet.scenario import load

FRAMINGS: tuple[FramingKind, ...] = ("ppp", "hdlc", "slip", "cobs")
AWKWARD = bytes(range(256)) * 4 + b"\x7e\x7d\xc0\xdb\x00\xff" * 100


async def echo() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read())
        writer.close()

    await (await asyncio.start_server(serve, port=7)).serve_forever()


async def ask(at_s: float) -> None:
    await asyncio.sleep(at_s)
    reader, writer = await asyncio.open_connection("b", 7)
    writer.write(AWKWARD)
    writer.write_eof()
    assert await reader.read() == AWKWARD


def net_with(framing: Any, *, run_as: Fidelity = "objects", asks_at: tuple[float, ...] = (1.0,), **options: Any) -> Any:
    """Two hosts on a serial line, of which one asks the other, and the link."""
    net = Internet(seed=4, fidelity=run_as)
    a, b = net.hosts("a", "b")
    link = net.link(a, b, phy="serial-115200", framing=framing, **options)
    net.capture()
    b.run(echo, service=True)
    for at_s in asks_at:
        a.run(ask, at_s, name=f"ask-{at_s}")
    return net, link


def frames_of(run: Run, folder: Path) -> tuple[set[int], list[CapturedFrame]]:
    run.report(folder)
    (path,) = folder.rglob("*.pcapng")
    with path.open("rb") as stream:
        reader = PcapngReader(stream)
        frames = list(reader)
        return {interface.link_type for interface in reader.interfaces}, frames


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_program_reaches_another(framing: FramingKind, tmp_path: Path) -> None:
    """The same in both fidelities; there is neither ARP nor Neighbour Discovery; the capture says how it is read."""
    captures = []
    for run_as in ("objects", "bytes"):
        net, _ = net_with(framing, run_as=run_as)
        types, frames = frames_of(net.run(), tmp_path / run_as)
        captures.append(frames)
        assert types == {LINK_TYPES[framing].number}
    assert captures[0] == captures[1]
    heads = {"ppp": (b"\xff\x03", b"\x57", b"\x80"), "hdlc": (b"\x0f\x00\x86\xdd",)}
    assert all(frame.data.startswith(heads.get(framing, (b"\x60",))) for frame in captures[0])
    assert len(captures[0]) > 10


def test_the_line_is_busy_for_what_is_sent_on_it() -> None:
    """No preamble and no gap: 28 octets of ping in IPv4, FCS, flags and the protocol, at ten bits each."""
    net, link = net_with({"kind": "ppp"}, asks_at=())
    net.run(until="1s")
    before = link.wire.forward.counters()
    assert net.ping("a", "b", version=4, count=1, size=0).received == 1
    after = link.wire.forward.counters()
    octets = after["octets"] - before["octets"]
    assert after["frames"] - before["frames"] == 1
    assert 28 + 1 + 2 + 2 <= octets <= 28 + 1 + 2 + 2 + 4, "escapes of the checksum and the identifier aside"
    assert after["busy_ns"] - before["busy_ns"] == -(-octets * 8_000_000_000 // 92_160)


def test_a_cut_takes_ppp_down_and_it_comes_back(tmp_path: Path) -> None:
    net, link = net_with("ppp", asks_at=(1.0, 30.0))
    net.at("10s").cut(link)
    net.at("20s").heal(link)
    run = net.run()
    run.report(tmp_path)
    trace = (tmp_path / "trace.tsv").read_text().splitlines()
    states = [row.split("\t") for row in trace if "ppp.state" in row and "a.eth0" in row and "protocol=LCP" in row]
    told = [(float(row[0]), row[-1].removeprefix("state=")) for row in states]
    assert [state for _, state in told][-4:] == ["Starting", "Req-Sent", "Ack-Sent", "Opened"]
    assert [at_s for at_s, _ in told][-4:-2] == [10.0, 20.0]
    carrier = [row.split("\t") for row in trace if "\tnetwork.carrier\ta\t" in row]
    opened = next(at_s for at_s, state in told[-1:])
    assert [row[-1] for row in carrier] == ["carrier=up", "carrier=down", "carrier=up"]
    assert 0.0 < float(carrier[0][0]) < 1.0
    assert float(carrier[1][0]) == 10.0
    assert opened < float(carrier[2][0]) < opened + 1.0


def test_routers_speak_ospf_over_an_unnumbered_ppp_link() -> None:
    """Multicast and unicast go the same way, to a neighbour without an address of its own on the link."""
    net = Internet(seed=2)
    for name in ("r1", "r2"):
        net.router(name, routing="ospf")
    link = net.link("r1", "r2", phy="serial-115200", framing="ppp", ospf={"unnumbered": True})
    net.host("h1", at="r1")
    net.host("h2", at="r2")
    net.at("60s").cut(link)
    net.at("70s").heal(link)
    net.run(until="50s")
    assert net.ping("h1", "h2", version=4, count=2).received == 2
    net.run(until="65s")
    assert net.ping("h1", "h2", version=4, count=2).received == 0
    net.run(until="130s")
    assert net.ping("h1", "h2", version=4, count=2).received == 2


def test_automatic_routes_cross_a_slip_link() -> None:
    net = Internet(seed=2)
    net.router("r1")
    net.router("r2")
    net.link("r1", "r2", phy="serial-115200", framing="slip")
    net.host("h1", at="r1")
    net.host("h2", at="r2")
    for version in (4, 6):
        assert net.ping("h1", "h2", version=version, count=3).received == 3


def test_echoes_notice_a_line_that_swallows_all() -> None:
    """The wire stays up; PPP does not."""
    net, link = net_with({"kind": "ppp", "echo": "1s"}, asks_at=())
    net.at("10s").set(link, loss=1)
    net.at("30s").set(link, loss=0)
    interface = link.a.interface
    found = []
    for until in ("9s", "20s", "70s"):
        net.run(until=until)
        assert isinstance(interface.line, PppLine)
        found.append((interface.port.carrier, interface.up))
    assert found == [(True, True), (True, False), (True, True)]


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("fidelity", ["model", pytest.param("signal", marks=pytest.mark.slow)])
def test_noise_damages_as_many_frames_as_the_closed_form_says(framing: FramingKind, fidelity: Any) -> None:
    """Flags and escapes are octets like others; what is damaged and not lost fails the check sequence, if there is one.

    Clopper and Pearson's interval at 99.9 % holds the share.
    """
    if fidelity == "signal":
        pytest.importorskip("scipy")
    net, link = net_with(framing, asks_at=(), fidelity=fidelity)
    net.run(until="1s")
    link.set(snr="8dB")
    wires = link.wire.forward, link.wire.backward
    net.ping("a", "b", version=4, count=150, size=200, interval="100ms")
    frames = sum(wire.frames for wire in wires)
    octets = sum(wire.octets for wire in wires) // frames
    damaged = sum(wire.impairments.corrupted + wire.lost_signal for wire in wires)
    interval = ErrorRate(damaged, frames).interval(0.999)
    medium = link.medium
    assert medium is not None
    assert interval.low <= medium.phy.frame_error_rate(octets, 8.0) <= interval.high
    if framing != "slip":
        assert sum(end.port.fcs_errors for end in link.ends) == sum(wire.impairments.corrupted for wire in wires)


def test_a_scenario_has_them_too(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(
        """
until = "5s"
[hosts]
a = {}
b = {}
[[links]]
between = ["a", "b"]
phy = "serial-115200"
framing = { kind = "ppp", accm = "0x000a0000", echo = "2s" }
"""
    )
    net = load(path).build()
    net.run(until="5s")
    line = net.links["a-b"].a.interface.line
    assert isinstance(line, PppLine)
    assert line.session.usable
    assert (line.session.lcp.peer_accm, line.session.settings.echo_ns) == (0xA0000, 2_000_000_000)


def test_lldp_is_not_spoken_where_there_is_no_ethernet(tmp_path: Path) -> None:
    """IEEE 802.1AB's frames are Ethernet's: a router sends them on its other links."""
    net = Internet(seed=4)
    for name in ("r1", "r2"):
        net.router(name, lldp=True)
    line = net.link("r1", "r2", phy="serial-115200", framing="ppp")
    net.link("r1", "r2", name="ethernet")
    net.capture(line)
    net.run(until="40s")
    types, frames = frames_of(net.result(), tmp_path)
    assert types == {50}
    assert all(not frame.data.startswith(b"\x01\x80\xc2") for frame in frames)
    assert {
        name for name, node in net._world.registry.nodes.items() if node.lldp and list(node.lldp.agents) == ["ethernet"]
    } == {"r1", "r2"}
