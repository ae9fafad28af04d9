"""Wireshark's dissectors read what Linux's side of the device saw, and find no malformed frame and no bad checksum."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from interop_needs import need
from simulated_ends import give, take

CHECKS = ["ip.check_checksum", "tcp.check_checksum", "udp.check_checksum"]
QUOTED = "not icmp and not icmpv6"
"""What an ICMP error quotes is cut short, and so its transport checksum cannot be judged; tshark tries all the same."""
LINUX_ZERO = "tcp.checksum == 0xffff"
"""Where TCP's checksum is zero, Linux writes its other form, all ones (``CSUM_MANGLED_0``), as UDP must and TCP may.

The two are equal in ones' complement (RFC 1624, section 3), and Wireshark calls it wrong: one ACK in 65,536.
"""
WRONG = " or ".join(
    [
        "_ws.malformed",
        *(f"{protocol}.checksum.status == 0" for protocol in ("ip", "icmp", "icmpv6")),
        f"(udp.checksum.status == 0 and {QUOTED})",
        f"(tcp.checksum.status == 0 and {QUOTED} and not {LINUX_ZERO})",
    ]
)


PLAIN = ["tcp.port==5001", "tcp.port==5002", "tcp.port==9", "udp.port==9"]
"""What is said on these ports is no protocol; without a word, tshark would guess one from Linux's random port."""


def frames(capture: Path, wanted: str) -> list[str]:
    plain = [word for port in PLAIN for word in ("-d", f"{port},data")]
    preferences = [word for check in CHECKS for word in ("-o", f"{check}:TRUE")]
    command = [
        "tshark",
        "-r",
        str(capture),
        "-o",
        "tcp.desegment_tcp_streams:FALSE",
        *plain,
        *preferences,
        "-Y",
        wanted,
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize("kind", ["tap", "tun"])
def test_nothing_malformed_and_no_bad_checksum(world: Any, mib: int, tmp_path: Path, kind: str) -> None:
    """TCP both ways with losses, datagrams with fragments, refusals, and all that ARP, ND and ICMP say on the way."""
    need("tshark")
    net = world.net
    routers = world.chain(3, rate="100Mbit/s", delay="1ms", loss="1%", mtu=1400)
    host = net.host("ours", at=routers[-1])
    host.run(take, 5001, service=True)
    host.run(give, 5002, mib, service=True)
    # Without offload every packet is on the device as it would be on a cable.
    space = world.attach("linux", at=routers[0], kind=kind, offload=False)
    world.open()
    capture = tmp_path / "linux.pcapng"
    sniffer = world.start(space, "tshark", "-i", "linux", "-w", str(capture), "-q")
    assert sniffer.stdout is not None
    while "Capturing" not in sniffer.stdout.readline():
        assert sniffer.poll() is None
    time.sleep(0.5)
    for version in (4, 6):
        address = world.address("ours", version)
        world.finish(world.peer(space, "send", address, 5001, mib // 2, "cubic"))
        world.finish(world.peer(space, "fetch", address, 5002))
        world.finish(world.peer(space, "refused", address, 9))
        said = world.finish(world.peer(space, "datagram_refused", address, 9, 4000))
        assert said.strip() == "ECONNREFUSED"
    time.sleep(1.5)  # dumpcap takes what it saw in blocks, and throws away the last one when it is stopped
    sniffer.terminate()
    sniffer.wait()
    assert len(frames(capture, "tcp")) > 500
    assert len(frames(capture, "ip.flags.mf == 1")) >= 2
    assert len(frames(capture, "ipv6.fraghdr.more == 1")) >= 2
    assert len(frames(capture, "icmp.type == 3 or icmpv6.type == 1")) >= 2
    assert frames(capture, WRONG) == []
