"""PPP with somebody else's: Slirp, a PPP peer in user space that needs no ``/dev/ppp``, on a pseudo-terminal."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4
from catenet.link.framing.octet_stuffing import DEFAULT_ACCM, OctetDeframer, encode
from catenet.link.ppp import packet
from catenet.link.ppp.automaton import OPENED, STOPPED
from catenet.link.ppp.lcp import LCP
from catenet.link.ppp.packet import ControlPacket
from catenet.link.ppp.session import PppSettings
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv4 import Ipv4Packet, parse
from catenet.physical.channel import Channel, Receiver
from tests.unit.link.ppp.two_ends import End

SLIRP_ADDRESS = 0x0A000202
OURS = 0x0A00020F
"""What Slirp gives to a peer without an address: 10.0.2.15."""
PATIENCE_S = 20.0


class Terminal(Receiver):
    """Writes what arrives to the other side of a pseudo-terminal."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def receive(self, pdu: Pdu) -> None:
        os.write(self.descriptor, pdu.emit())


class Bench:
    """One end of our PPP, whose peer is Slirp; virtual time follows the clock."""

    def __init__(self, descriptor: int) -> None:
        self.kernel = Kernel(1)
        self.end = End(self.kernel, "ours", 0, 1, PppSettings(for_peer=SLIRP_ADDRESS))
        self.end.port.attach(Channel(self.kernel, "ours>slirp", Terminal(descriptor), 10_000_000, 0))
        self.descriptor = descriptor
        self.deframer = OctetDeframer()
        self.heard: list[bytes] = []

    def until(self, seen: object) -> None:
        """Run until a condition holds.  Fails if it never does."""
        assert callable(seen)
        start, base_ns = time.monotonic(), int(self.kernel.now_ns)
        while not seen():
            assert time.monotonic() - start < PATIENCE_S, (self.end.states(), self.heard)
            self.kernel.run(base_ns + int((time.monotonic() - start) * 1e9))
            if select.select([self.descriptor], [], [], 0.02)[0]:
                for frame in self.deframer.feed(os.read(self.descriptor, 4096)):
                    self.heard.append(frame)
                    self.end.port.receive(Octets(encode(frame)))

    def ipcp_is_open(self) -> bool:
        return bool(self.end.session.ipcp.state == OPENED)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    program = shutil.which("slirp-fullbolt")
    if program is None:
        pytest.skip("slirp is not installed")
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    slirp = subprocess.Popen(
        [program, "ppp"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    )
    os.close(theirs)
    try:
        yield Bench(ours)
    finally:
        slirp.kill()
        slirp.wait()
        os.close(ours)


@pytest.mark.slow
def test_lcp_and_ipcp_open_and_a_ping_is_answered(bench: Bench) -> None:
    """Each end gives the other its address; Van Jacobson's compression and CCP, which Slirp wants, are refused."""
    bench.until(bench.ipcp_is_open)
    session = bench.end.session
    assert session.lcp.state == OPENED
    assert (session.ipcp.address, session.ipcp.peer_address) == (OURS, SLIRP_ADDRESS)
    assert bench.end.above.assigned == [OURS]
    assert (session.lcp.peer_pfc, session.lcp.peer_acfc, session.lcp.peer_accm) == (True, True, DEFAULT_ACCM)

    request = IcmpMessage(4, 8, 0, 7 << 16 | 1, b"is anybody there?")
    bench.end.line.send(IPV4, Ipv4Packet(OURS, SLIRP_ADDRESS, 1, request, 64))
    bench.until(lambda: bench.end.above.packets)
    ethertype, octets = bench.end.above.packets[0]
    reply = parse(octets)
    assert ethertype == IPV4
    assert reply is not None
    assert (reply.src, reply.dst) == (SLIRP_ADDRESS, OURS)
    assert reply.payload.emit()[0] == 0
    assert reply.payload.emit().endswith(b"is anybody there?")
    assert bench.end.port.fcs_errors == 0


@pytest.mark.slow
def test_slirp_answers_echoes_and_lets_go(bench: Bench) -> None:
    bench.until(bench.ipcp_is_open)
    lcp = bench.end.session.lcp
    lcp.ask_for_echo()
    assert lcp.echoes_missed == 1
    bench.until(lambda: lcp.echoes_missed == 0)
    lcp.receive(ControlPacket(packet.TERMINATE_REQUEST, 1, b"").emit())
    assert lcp.protocol == LCP
    assert bench.end.session.ipcp.state != OPENED
    bench.until(lambda: lcp.state in (OPENED, STOPPED))
