"""Packets of other routers, captured: they are read as they were meant, and given back octet by octet."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf.lsa.lsa import (
    EXTERNAL,
    NETWORK,
    ROUTER,
    ExternalBody,
    Lsa,
    LsaHeader,
    NetworkBody,
    RouterBody,
    RouterLink,
    lsa_key,
)
from catenet.network.routing.ospf.packets.authentication import Key
from catenet.network.routing.ospf.packets.parse import (
    Acknowledgement,
    Description,
    Hello,
    OspfPacket,
    Request,
    Update,
    parse_packet,
)

ONE, TWO = 0x01010101, 0x02020202
A, B = 0x0A000001, 0x0A000002
MASK = 0xFFFFFF00
OUTSIDE = 0xC0A80100

FRR: list[tuple[str, OspfPacket]] = [
    (
        "020100300101010100000000f6c100000000000000000000ffffff000001020100000004000000000000000002020202",
        Hello(ONE, 0, MASK, 1, 2, 1, 4, 0, 0, [TWO]),
    ),
    (
        "020200480101010100000000e39a0000000000000000000005dc02002f28c6d9000002010101010101010101800000027db60024"
        "00040205c0a801000101010180000001d07f0024",
        Description(
            ONE,
            0,
            1500,
            2,
            0,
            0x2F28C6D9,
            [
                LsaHeader(ROUTER, ONE, ONE, 2, 2 - (1 << 31), 0x7DB6, 0, 36),
                LsaHeader(EXTERNAL, OUTSIDE, ONE, 2, 1 - (1 << 31), 0xD07F, 4, 36),
            ],
        ),
    ),
    (
        "02030030020202020000000032140000000000000000000000000001010101010101010100000005c0a8010001010101",
        Request(TWO, 0, [lsa_key(ROUTER, ONE, ONE), lsa_key(EXTERNAL, OUTSIDE, ONE)]),
    ),
    (
        "020400600202020200000000cebe000000000000000000000000000200010201020202020202020280000003be5f0024"
        "020000010a0000020a0000020200000a000102020a000002020202028000000135050020ffffff000101010102020202",
        Update(
            TWO,
            0,
            [
                Lsa(ROUTER, TWO, TWO, 2, 3 - (1 << 31), RouterBody(2, [RouterLink(2, B, B, 10)])),
                Lsa(NETWORK, B, TWO, 2, 1 - (1 << 31), NetworkBody(MASK, [ONE, TWO])),
            ],
            [1, 1],
        ),
    ),
    (
        "02040064010101010000000054350000000000000000000000000002000102010101010101010101800000027db60024"
        "020000010a000000ffffff000300000a00050205c0a801000101010180000001d07f0024ffffff0080000014"
        "0000000000000000",
        Update(
            ONE,
            0,
            [
                Lsa(ROUTER, ONE, ONE, 2, 2 - (1 << 31), RouterBody(2, [RouterLink(3, 0x0A000000, MASK, 10)])),
                Lsa(EXTERNAL, OUTSIDE, ONE, 2, 1 - (1 << 31), ExternalBody(MASK, True, 20, 0, 0)),
            ],
            [1, 5],
        ),
    ),
    (
        "0205006801010101000000004125000000000000000000000001020102020202020202028000000231fa0024"
        "00050205c0a802000202020280000001a7a3002400010201020202020202020280000003be5f0024"
        "000102020a000002020202028000000135050020",
        Acknowledgement(
            ONE,
            0,
            [
                LsaHeader(ROUTER, TWO, TWO, 2, 2 - (1 << 31), 0x31FA, 1, 36),
                LsaHeader(EXTERNAL, 0xC0A80200, TWO, 2, 1 - (1 << 31), 0xA7A3, 5, 36),
                LsaHeader(ROUTER, TWO, TWO, 2, 3 - (1 << 31), 0xBE5F, 1, 36),
                LsaHeader(NETWORK, B, TWO, 2, 1 - (1 << 31), 0x3505, 1, 32),
            ],
        ),
    ),
]
"""From FRR 8.4.4: two routers on a broadcast link, each with one external route."""

BIRD: list[tuple[str, int, int, str]] = [
    (
        "md5",
        A,
        0x6B045BE3,
        "0204004c010101010000000000000002000009106b045be300000001000142010101010101010101800000027157003002000002"
        "020202020a0000010100000a0a000000ffffff000300000aee958fb5ec9237556b050597686e7eac",
    ),
    (
        "hmac-sha-256",
        A,
        0x6B045BEA,
        "02020020010101010000000000000002000009206b045bea05dc42075ce7b153"
        "be2901a2cbc25360c148a67aaf7af839ec404865228fe6161a7f47665c07f859",
    ),
    (
        "hmac-sha-256",
        B,
        0x6B045BEA,
        "0201002c020202020000000000000002000009206b045beaffffff0000010201000000040000000000000000"
        "a815ac2ae08217bf3d910a056ff87cce8729d378f183cca2fc2a7d4e33772033",
    ),
]
"""From BIRD 2.0.12, with the key 9, ``secret``: algorithm, sender, sequence and octets."""


@pytest.mark.parametrize(("octets", "meant"), FRR, ids=lambda value: type(value).__name__)
def test_packets_of_frr(octets: str, meant: OspfPacket) -> None:
    given = parse_packet(bytes.fromhex(octets))
    assert given == meant
    assert meant.emit().hex() == octets


@pytest.mark.parametrize(("algorithm", "source", "sequence", "octets"), BIRD)
def test_packets_of_bird(algorithm: str, source: int, sequence: int, octets: str) -> None:
    key = Key(algorithm, b"secret", 9)
    opened = key.verify(bytes.fromhex(octets), source)
    assert (opened.reason, opened.sequence) == (0, sequence)
    assert opened.packet is not None
    assert key.authenticated(opened.packet, sequence, source).hex() == octets
