"""Authentication: what was authenticated opens, and nothing forged, torn or for another key does."""

from __future__ import annotations

import hashlib
import hmac
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.lsa import L_BIT
from catenet.network.routing.ospf.packets.authentication import ALGORITHMS, MD5, PLAIN, Key
from catenet.network.routing.ospf.packets.parse import Hello, OspfPacket, parse_packet
from tests.unit.network.routing.ospf.packet_strategies import authentication_keys, packets, words

SOURCE = 0x0A000001
APAD = bytes.fromhex("878fe1f3")
HELLO = Hello(0x01010101, 0, 0xFFFFFF00, 10, 2, 1, 40, SOURCE, 0, [0x02020202])
SIZE = 48
HASHES = {"hmac-sha-1": "sha1", "hmac-sha-256": "sha256", "hmac-sha-384": "sha384", "hmac-sha-512": "sha512"}


@pytest.mark.slow
@given(packets, authentication_keys(), words, words)
def test_what_was_sealed_opens(packet: OspfPacket, key: Key, sequence: int, source: int) -> None:
    octets = key.authenticated(packet, sequence, source)
    assert len(octets) == packet.wire_length() + key.overhead_octets
    opened = key.verify(octets, source)
    assert opened.reason == 0
    assert opened.packet == packet
    assert opened.sequence == (sequence if key.numbers_packets else -1)
    assert parse_packet(octets) == drop_reasons.AUTHENTICATION_TYPE


@pytest.mark.slow
@given(packets, authentication_keys(), st.data())
def test_no_flipped_bit_of_a_digested_packet_is_believed(packet: OspfPacket, key: Key, data: st.DataObject) -> None:
    octets = bytearray(key.authenticated(packet, 77, SOURCE))
    bit = data.draw(st.integers(0, len(octets) * 8 - 1))
    octets[bit >> 3] ^= 0x80 >> (bit & 7)
    opened = key.verify(bytes(octets), SOURCE)
    assert opened.reason != 0
    assert opened.packet is None


def test_a_password_stands_in_the_header_and_the_checksum_does_not_cover_it() -> None:
    octets = Key(PLAIN, b"secret").authenticated(HELLO, 0, SOURCE)
    assert octets[14:24] == b"\x00\x01secret\0\0"
    assert octets[24:] == HELLO.emit()[24:]
    other = Key(PLAIN, b"other").authenticated(HELLO, 0, SOURCE)
    assert octets[12:14] == other[12:14] != b"\0\0"
    assert Key(PLAIN, b"other").verify(octets, SOURCE).reason == drop_reasons.WRONG_KEY


def test_md5_is_over_packet_and_key() -> None:
    octets = Key(MD5, b"secret", 9).authenticated(HELLO, 0x01020304, SOURCE)
    assert octets[12:24].hex(" ", 4) == "00000002 00000910 01020304"
    assert octets[2:4] == SIZE.to_bytes(2, "big")
    assert octets[SIZE:] == hashlib.md5(octets[:SIZE] + b"secret".ljust(16, b"\0")).digest()


@pytest.mark.parametrize("algorithm", HASHES)
@pytest.mark.parametrize("secret", [b"secret", b"long" * 40])
def test_hmacs_are_over_packet_and_apad(algorithm: str, secret: bytes) -> None:
    octets = Key(algorithm, secret, 9).authenticated(HELLO, 0x01020304, SOURCE)
    name = HASHES[algorithm]
    size = hashlib.new(name).digest_size
    assert octets[14:24] == struct.pack("!HHBBI", 2, 0, 9, size, 0x01020304)
    key = secret if len(secret) <= size else hashlib.new(name, secret).digest()
    assert octets[SIZE:] == hmac.new(key, octets[:SIZE] + APAD * (size // 4), name).digest()


@pytest.mark.parametrize("algorithm", HASHES)
def test_the_extended_digest_covers_sequence_source_and_protocol(algorithm: str) -> None:
    octets = Key(algorithm, b"secret", 0x01020304, extended=True).authenticated(HELLO, 0xA_0000000B, SOURCE)
    name = HASHES[algorithm]
    size = hashlib.new(name).digest_size
    assert octets[14:24] == struct.pack("!HII", 3, size, 0x01020304)
    assert octets[SIZE : SIZE + 8].hex() == "0000000a0000000b"
    pad = bytes.fromhex("0a000001") + APAD * (size // 4 - 1)
    key = b"secret\x00\x03"
    assert octets[SIZE + 8 :] == hmac.new(key, octets[: SIZE + 8] + pad, name).digest()


def test_an_extended_digest_is_not_believed_from_another_address() -> None:
    key = Key("hmac-sha-256", b"secret", extended=True)
    octets = key.authenticated(HELLO, 1, SOURCE)
    assert key.verify(octets, SOURCE + 1).reason == drop_reasons.WRONG_KEY
    assert Key("hmac-sha-256", b"secret").verify(octets, SOURCE).reason == drop_reasons.AUTHENTICATION_TYPE


def test_what_is_wrong_is_named() -> None:
    key = Key(MD5, b"secret", 9)
    octets = key.authenticated(HELLO, 1, SOURCE)
    assert key.verify(HELLO.emit(), SOURCE).reason == drop_reasons.AUTHENTICATION_TYPE
    assert Key(MD5, b"wrong", 9).verify(octets, SOURCE).reason == drop_reasons.WRONG_KEY
    assert Key(MD5, b"secret", 8).verify(octets, SOURCE).reason == drop_reasons.WRONG_KEY
    assert Key("hmac-sha-256", b"secret", 9).verify(octets, SOURCE).reason == drop_reasons.WRONG_KEY
    assert key.verify(octets[:-1], SOURCE).reason == drop_reasons.MALFORMED
    assert key.verify(octets + b"more", SOURCE).reason == drop_reasons.MALFORMED
    assert key.verify(octets[:20], SOURCE).reason == drop_reasons.MALFORMED
    plain = Key(PLAIN, b"secret").authenticated(HELLO, 1, SOURCE)
    assert Key(PLAIN, b"secret").verify(plain[:-1] + b"\x03", SOURCE).reason == drop_reasons.CHECKSUM


def test_data_for_the_link_follows_the_digest() -> None:
    packet = Hello(1, 0, 0xFFFFFF00, 10, L_BIT, 1, 40, 0, 0, [])
    key = Key("hmac-sha-1", b"secret")
    assert (
        key.verify(key.authenticated(packet, 1, SOURCE) + bytes.fromhex("fff60003 00010004 00000001"), SOURCE).packet
        == packet
    )


@pytest.mark.parametrize(
    ("algorithm", "secret", "key_id", "extended", "message"),
    [
        ("rot13", b"x", 1, False, "is not one of"),
        (PLAIN, b"", 1, False, "must not be empty"),
        (PLAIN, b"123456789", 1, False, "at most 8 octets, not 9"),
        (MD5, b"x" * 17, 1, False, "at most 16 octets, not 17"),
        (MD5, b"x", 256, False, "0 to 255"),
        (MD5, b"x", 1, True, "choose an HMAC"),
        ("hmac-sha-256", b"x", 1 << 32, True, "0 to 4294967295"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    algorithm: str, secret: bytes, key_id: int, extended: bool, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Key(algorithm, secret, key_id, extended)


def test_overheads() -> None:
    assert [Key(name, b"secret").overhead_octets for name in ALGORITHMS] == [0, 16, 20, 32, 48, 64]
    assert Key("hmac-sha-512", b"secret", extended=True).overhead_octets == 72
