"""Wireshark's dissector reads OSPF's packets as they were meant, and finds their checksums right."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import Frame
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.packet import ETHERTYPE_IPV4
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    INITIAL_SEQUENCE,
    NETWORK,
    NSSA,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    NetworkBody,
    RouterBody,
    RouterLink,
    SummaryBody,
)
from catenet.network.routing.ospf.packets.authentication import ALGORITHMS, PLAIN, Key
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS, PROTOCOL
from catenet.network.routing.ospf.packets.parse import (
    Acknowledgement,
    Description,
    Hello,
    OspfPacket,
    Request,
    Update,
)
from catenet.record.pcapng import PcapngWriter

SOURCE: Final = 0x0A000001
MASK: Final = 0xFFFFFF00
LSAS: Final = [
    Lsa(
        ROUTER,
        0x01010101,
        0x01010101,
        2,
        INITIAL_SEQUENCE,
        RouterBody(
            3,
            [
                RouterLink(1, 0x02020202, 0x0A000001, 10),
                RouterLink(2, 0x0A000102, 0x0A000101, 20),
                RouterLink(3, 0x0A000200, MASK, 30),
                RouterLink(4, 0x03030303, 0x0A000301, 40),
            ],
        ),
    ),
    Lsa(NETWORK, 0x0A000102, 0x02020202, 2, 7, NetworkBody(MASK, [0x02020202, 0x01010101])),
    Lsa(SUMMARY, 0x0A000400, 0x02020202, 2, 8, SummaryBody(MASK, 50)),
    Lsa(ASBR_SUMMARY, 0x04040404, 0x02020202, 2, 9, SummaryBody(0, 60)),
    Lsa(EXTERNAL, 0x0A000500, 0x04040404, 2, 10, ExternalBody(MASK, True, 70, 0x0A000009, 99)),
    Lsa(NSSA, 0x0A000600, 0x04040404, 8, 11, ExternalBody(MASK, False, 80, 0x0A00000A, 98)),
]
HEADERS: Final = [lsa.describe(100 + lsa.type) for lsa in LSAS]
PACKETS: Final[list[OspfPacket]] = [
    Hello(0x01010101, 0x05, MASK, 10, 2, 3, 40, SOURCE, 0x0A000002, [0x02020202, 0x03030303]),
    Description(0x01010101, 0x05, 1500, 2, 3, 77, HEADERS),
    Request(0x01010101, 0x05, [lsa.key for lsa in LSAS]),
    Update(0x01010101, 0x05, LSAS, [1, 2, 3, 4, 3600, 6]),
    Acknowledgement(0x01010101, 0x05, HEADERS),
]
ODD: Final = "_ws.malformed || _ws.expert.severity >= 0x600000"

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def capture(tmp_path: Path, payloads: list[Pdu]) -> Path:
    """A capture of packets, each sent by itself."""
    path = tmp_path / "ospf.pcapng"
    with path.open("wb") as stream:
        writer = PcapngWriter(stream)
        writer.add_interface("ospf")
        for number, payload in enumerate(payloads):
            packet = Ipv4Packet(SOURCE, ALL_SPF_ROUTERS, PROTOCOL, payload, hop_limit=1)
            frame = Frame(0x01005E000005, 0x020000000001, ETHERTYPE_IPV4, packet)
            writer.write(0, number, frame.emit())
    return path


def read(path: Path, *arguments: str) -> list[str]:
    """What tshark prints of a capture, line by line."""
    command = ["tshark", "-r", str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def fields(path: Path, *names: str) -> list[list[str]]:
    """What tshark finds in these fields, packet by packet."""
    return [line.split("\t") for line in read(path, "-T", "fields", *(word for name in names for word in ("-e", name)))]


def test_every_kind_of_packet_is_read_as_it_was_meant(tmp_path: Path) -> None:
    path = capture(tmp_path, list(PACKETS))
    assert read(path, "-Y", ODD) == []
    common = ("ospf.msg", "ospf.srcrouter", "ospf.area_id", "ospf.auth.type", "ospf.packet_length")
    assert fields(path, *common) == [
        [str(packet.type), "1.1.1.1", "0.0.0.5", "0", str(packet.wire_length())] for packet in PACKETS
    ]
    text = "\n".join(read(path, "-V"))
    assert text.count("[correct]") == len(PACKETS)  # this dissector does not look at the checksums of LSAs; routers do


def test_the_fields_of_a_hello(tmp_path: Path) -> None:
    path = capture(tmp_path, [PACKETS[0]])
    names = [
        "ospf.hello.network_mask",
        "ospf.hello.hello_interval",
        "ospf.hello.router_dead_interval",
        "ospf.hello.router_priority",
        "ospf.hello.designated_router",
        "ospf.hello.backup_designated_router",
        "ospf.hello.active_neighbor",
    ]
    seen = ["255.255.255.0", "10", "40", "3", "10.0.0.1", "10.0.0.2", "2.2.2.2,3.3.3.3"]
    assert fields(path, *names) == [seen]


def test_the_fields_of_lsas(tmp_path: Path) -> None:
    path = capture(tmp_path, [PACKETS[3]])
    names = {
        "ospf.lsa": "1,2,3,4,5,7",
        "ospf.lsa.age": "1,2,3,4,3600,6",
        "ospf.lsa.id": "1.1.1.1,10.0.1.2,10.0.4.0,4.4.4.4,10.0.5.0,10.0.6.0",
        "ospf.advrouter": "1.1.1.1,2.2.2.2,2.2.2.2,2.2.2.2,4.4.4.4,4.4.4.4",
        "ospf.lsa.seqnum": "0x80000001,0x00000007,0x00000008,0x00000009,0x0000000a,0x0000000b",
        "ospf.v2.router.lsa.flags.b": "1",
        "ospf.v2.router.lsa.flags.e": "1",
        "ospf.lsa.router.linktype": "1,2,3,4",
        "ospf.lsa.router.linkid": "2.2.2.2,10.0.1.2,10.0.2.0,3.3.3.3",
        "ospf.lsa.router.linkdata": "10.0.0.1,10.0.1.1,255.255.255.0,10.0.3.1",
        "ospf.lsa.router.metric0": "10,20,30,40",
        "ospf.lsa.network.netmask": "255.255.255.0",
        "ospf.lsa.network.attchrtr": "2.2.2.2,1.1.1.1",
    }
    assert dict(zip(names, fields(path, *names)[0], strict=True)) == names


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_authentication_is_seen(tmp_path: Path, algorithm: str) -> None:
    key = Key(algorithm, b"secret", 9)
    path = capture(tmp_path, [Octets(key.authenticated(packet, 77, SOURCE)) for packet in PACKETS])
    assert read(path, "-Y", "_ws.malformed") == []
    names = ["ospf.auth.type", "ospf.auth.simple", "ospf.auth.crypt.key_id", "ospf.auth.crypt.data_length"]
    seen = ["1", "secret", "", ""] if algorithm == PLAIN else ["2", "", "9", str(key.digest_octets)]
    assert fields(path, *names) == [seen] * len(PACKETS)
    number = "" if algorithm == PLAIN else "77"
    assert fields(path, "ospf.auth.crypt.seq_nbr") == [[number]] * len(PACKETS)
