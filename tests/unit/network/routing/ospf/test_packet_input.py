"""Sealed packets on input: which sequence numbers are taken, and whose they are (RFC 2328 D.5, RFC 7474 3)."""

from __future__ import annotations

import hashlib
import struct

import pytest

from catenet.kernel.pdu import Octets
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.packet_input import verify_packet
from catenet.network.routing.ospf.packets.authentication import Key
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS, OspfPacket
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.packets.ls_request import Request
from tests.unit.network.routing.ospf.tiny_network import Bench, Node

MD5 = Key("md5", b"secret", 1)
EXTENDED = Key("hmac-sha-256", b"secret", 1, extended=True)
SOURCE = 0x0A000002
ACK, ASK = Acknowledgement(2, 0, []), Request(2, 0, [])


class Input:
    """Router 1 on a link whose packets are authenticated with a key, and its neighbour 2 there."""

    def __init__(self, key: Key, network: str = "point-to-point", met: bool = True) -> None:
        self.key = key
        bench = Bench()
        self.node: Node = bench.node()
        bench.join([self.node], network, key=key)
        bench.start()
        self.interface: Interface = self.node.interfaces[0]
        self.neighbour = Neighbour(self.interface.settings, 2, SOURCE, 1)
        if met:
            self.interface.neighbours[self.neighbour.number] = self.neighbour

    def verified(self, packet: OspfPacket, sequence: int, source: int = SOURCE) -> int:
        """0 if the packet is believed, else the reason."""
        authenticated = Octets(self.key.authenticated(packet, sequence, source))
        found = verify_packet(self.node.ospf, self.interface, source, ALL_SPF_ROUTERS, authenticated)
        return found if isinstance(found, int) else 0


@pytest.mark.parametrize(("key", "again"), [(MD5, 0), (EXTENDED, drop_reasons.OLD_SEQUENCE)])
def test_a_number_never_falls_and_where_it_has_64_bits_it_grows(key: Key, again: int) -> None:
    """With 32 bits a router may send several packets under one number; replayed ones of before are not taken."""
    entry = Input(key)
    assert [entry.verified(ACK, number) for number in (5, 6, 6, 5, 7)] == [0, 0, again, drop_reasons.OLD_SEQUENCE, 0]
    assert entry.neighbour.sequences[ACK.type if key.extended else 0] == 7


def test_where_it_has_64_bits_each_kind_of_packet_has_numbers_of_its_own() -> None:
    extended, plain = Input(EXTENDED), Input(MD5)
    assert [extended.verified(ACK, 9), extended.verified(ASK, 5), extended.verified(ASK, 5)] == [
        0,
        0,
        drop_reasons.OLD_SEQUENCE,
    ]
    assert [plain.verified(ACK, 9), plain.verified(ASK, 5)] == [0, drop_reasons.OLD_SEQUENCE]


@pytest.mark.parametrize("network", ["point-to-point", "broadcast"])
def test_one_that_is_not_known_may_begin_anywhere_and_one_that_was_goes_on(network: str) -> None:
    """A neighbour that was lost is remembered by its router id, or where there may be many by its address."""
    entry = Input(EXTENDED, network, met=False)
    assert [entry.verified(ACK, 5), entry.verified(ACK, 5)] == [0, 0]
    sequences = [-1] * 6
    entry.interface.remembered[2 if network == "point-to-point" else SOURCE] = sequences
    assert [entry.verified(ACK, 5), entry.verified(ACK, 5), entry.verified(ACK, 6)] == [0, drop_reasons.OLD_SEQUENCE, 0]
    assert sequences[ACK.type] == 6


def test_a_packet_that_is_not_believed_for_another_reason_moves_no_number() -> None:
    entry = Input(MD5)
    for packet, reason in (
        (Acknowledgement(2, 7, []), drop_reasons.AREA_MISMATCH),
        (Acknowledgement(1, 0, []), drop_reasons.OWN_ROUTER_ID),
    ):
        assert entry.verified(packet, 99) == reason
    assert entry.neighbour.sequences == [-1] * 6
    found = verify_packet(entry.node.ospf, entry.interface, SOURCE, ALL_SPF_ROUTERS, ACK)
    assert found == drop_reasons.AUTHENTICATION_TYPE, "without authentication"
    wrong = Octets(Key("md5", b"other", 1).authenticated(ACK, 99, SOURCE))
    assert verify_packet(entry.node.ospf, entry.interface, SOURCE, ALL_SPF_ROUTERS, wrong) == drop_reasons.WRONG_KEY
    assert entry.verified(ACK, 1) == 0


def test_a_password_has_no_numbers() -> None:
    entry = Input(Key("plain", b"secret"))
    assert [entry.verified(ACK, 9), entry.verified(ACK, 1)] == [0, 0]


@pytest.mark.parametrize("key", [MD5, EXTENDED, Key("plain", b"secret")])
def test_what_is_sealed_and_is_no_packet_is_named(key: Key) -> None:
    """A router with the right key and a fault of its own."""
    authenticated = bytearray(key.authenticated(ACK, 5, SOURCE))
    good = key.verify(bytes(authenticated), SOURCE)
    assert (good.reason, good.packet, good.sequence) == (0, ACK, -1 if key.algorithm == "plain" else 5)
    assert key.verify(bytes(authenticated[:20]), SOURCE).reason == drop_reasons.MALFORMED
    authenticated[1] = 9
    assert key.verify(bytes(authenticated), SOURCE).reason == drop_reasons.UNKNOWN_PACKET


def test_a_sealed_body_that_is_none_is_named_with_its_number() -> None:
    """Seven octets are no whole number of headers."""
    fields = struct.pack(">HBBI", 0, 1, 16, 5)
    covered = bytearray(ACK.emit_with(2, fields, False) + bytes(7))
    covered[2:4] = len(covered).to_bytes(2, "big")
    digest = hashlib.md5(bytes(covered) + b"secret".ljust(16, b"\0"), usedforsecurity=False).digest()
    opened = MD5.verify(bytes(covered) + digest, SOURCE)
    assert (opened.reason, opened.packet, opened.sequence) == (drop_reasons.MALFORMED, None, 5)
