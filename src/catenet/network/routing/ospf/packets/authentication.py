"""Authentication: passwords in clear text (RFC 2328 D.4.2) and keyed digests (D.4.3, RFC 5709, RFC 7474).

A digest covers the whole packet and a sequence number that never decreases, so that forged and old packets are
rejected.  It is appended to the packet, not counted in its length, and replaces the checksum.  Of the header's eight
octets of authentication it uses these::

    zero(2) key id(1) digest length(1) sequence(4)      type 2
    zero(3) digest length(1) key id(4)                  type 3 (RFC 7474 section 3); sequence(8) follows the packet

MD5 is computed over packet and key.  The others are HMACs over the packet and ``Apad`` (RFC 5709 3.3).  In type 3,
``Apad`` begins with the source address of the packet, and the key ends with the id of this protocol, so that a digest
of one protocol is invalid in another (RFC 7474 sections 5 and 6).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.packets.header import (
    AUTHENTICATION_PLACE,
    DIGEST,
    HEADER_OCTETS,
    LONG_DIGEST,
    PASSWORD,
    OspfPacket,
    PacketHeader,
    has_sound_checksum,
    parse_header,
)
from catenet.network.routing.ospf.packets.parse import has_link_data, parse_body

PLAIN: Final = "plain"
MD5: Final = "md5"
ALGORITHMS: Final = (PLAIN, MD5, "hmac-sha-1", "hmac-sha-256", "hmac-sha-384", "hmac-sha-512")
PASSWORD_OCTETS: Final = 8
MD5_KEY_OCTETS: Final = 16
PROTOCOL_ID: Final = b"\x00\x03"
"""The id of OSPFv2 (the registry of Cryptographic Protocol IDs, RFC 7166 and RFC 7474)."""

_DIGEST_OCTETS: Final = {MD5: 16, "hmac-sha-1": 20, "hmac-sha-256": 32, "hmac-sha-384": 48, "hmac-sha-512": 64}
_HASHES: Final = {"hmac-sha-1": "sha1", "hmac-sha-256": "sha256", "hmac-sha-384": "sha384", "hmac-sha-512": "sha512"}
_FIELDS: Final = struct.Struct("!HBBI")
_LONG_FIELDS: Final = struct.Struct("!II")
_LONG_SEQUENCE: Final = struct.Struct("!Q")
_ADDRESS: Final = struct.Struct("!I")
_APAD: Final = b"\x87\x8f\xe1\xf3"


class Key:
    """A shared secret, its algorithm, and its key id.

    ``extended`` is RFC 7474's authentication of type 3, whose sequence numbers have 64 bits, whose key numbers have
    32, and whose digests cover the sender's address.  ``overhead_octets`` is the number of octets added to a packet.

    A secret that is longer than its digest is hashed first, as RFC 5709 requires; BIRD does so only if it is longer
    than the block of its hash.

    Raises ValueError for an algorithm that is not one of :data:`ALGORITHMS`, an empty or too long secret, a number
    that is out of range, or ``extended`` without an HMAC.
    """

    def __init__(self, algorithm: str, secret: bytes, key_id: int = 1, extended: bool = False) -> None:
        _check(algorithm, secret, key_id, extended)
        self.algorithm: Final = algorithm
        self.secret: Final = secret
        self.key_id: Final = key_id
        self.extended: Final = extended
        self.digest_octets: Final = _DIGEST_OCTETS.get(algorithm, 0)
        self.overhead_octets: Final = self.digest_octets + (_LONG_SEQUENCE.size if extended else 0)
        self.authentication_type: Final = _authentication_type(algorithm, extended)

    @property
    def numbers_packets(self) -> bool:
        """Whether packets carry a sequence number."""
        return self.digest_octets != 0

    def authenticated(self, packet: OspfPacket, sequence: int, source: int) -> bytes:
        """The octets of a packet sent from the address ``source``, with authentication."""
        if self.digest_octets == 0:
            return packet.emit_with(PASSWORD, self.secret.ljust(PASSWORD_OCTETS, b"\0"), True)
        if self.extended:
            fields = _LONG_FIELDS.pack(self.digest_octets, self.key_id)
            covered = packet.emit_with(LONG_DIGEST, fields, False) + _LONG_SEQUENCE.pack(sequence)
        else:
            fields = _FIELDS.pack(0, self.key_id, self.digest_octets, sequence & 0xFFFFFFFF)
            covered = packet.emit_with(DIGEST, fields, False)
        return covered + self._digest(covered, source)

    def verify(self, octets: bytes, source: int) -> VerifiedPacket:
        """Verify an authenticated packet from an address; returns its contents, or the reason to reject it."""
        header = parse_header(octets)
        if header.reason != 0:
            return VerifiedPacket(header.reason)
        if header.authentication_type != self.authentication_type:
            return VerifiedPacket(drop_reasons.AUTHENTICATION_TYPE)
        if self.digest_octets == 0:
            return self._verify_password(header, octets)
        return self._verify_digest(header, octets, source)

    def _verify_password(self, header: PacketHeader, octets: bytes) -> VerifiedPacket:
        if not has_sound_checksum(octets, header.length):
            return VerifiedPacket(drop_reasons.CHECKSUM)
        given = octets[AUTHENTICATION_PLACE:HEADER_OCTETS]
        if not hmac.compare_digest(given, self.secret.ljust(PASSWORD_OCTETS, b"\0")):
            return VerifiedPacket(drop_reasons.WRONG_KEY)
        return _parse_verified(header, octets, header.length, -1)

    def _verify_digest(self, header: PacketHeader, octets: bytes, source: int) -> VerifiedPacket:
        if self.extended:
            digest_octets, key_id = _LONG_FIELDS.unpack_from(octets, AUTHENTICATION_PLACE)
            sequence = 0
        else:
            _, key_id, digest_octets, sequence = _FIELDS.unpack_from(octets, AUTHENTICATION_PLACE)
        if key_id != self.key_id or digest_octets & 0xFF != self.digest_octets:
            return VerifiedPacket(drop_reasons.WRONG_KEY)
        end = header.length + self.overhead_octets
        if len(octets) < end:
            return VerifiedPacket(drop_reasons.MALFORMED)
        place = end - self.digest_octets
        if not hmac.compare_digest(octets[place:end], self._digest(octets[:place], source)):
            return VerifiedPacket(drop_reasons.WRONG_KEY)
        if self.extended:
            sequence = _LONG_SEQUENCE.unpack_from(octets, header.length)[0]
        return _parse_verified(header, octets, end, sequence)

    def _digest(self, covered: bytes, source: int) -> bytes:
        if self.algorithm == MD5:
            return hashlib.md5(covered + self.secret.ljust(MD5_KEY_OCTETS, b"\0"), usedforsecurity=False).digest()
        name = _HASHES[self.algorithm]
        secret = self.secret
        pad = _APAD * (self.digest_octets // len(_APAD))
        if self.extended:
            secret += PROTOCOL_ID
            pad = _ADDRESS.pack(source) + pad[len(_APAD) :]
        if len(secret) > self.digest_octets:
            # RFC 5709 3.3 (1): a key longer than the digest is hashed; HMAC itself would do so only beyond its block.
            secret = hashlib.new(name, secret).digest()
        return hmac.new(secret, covered + pad, name).digest()


class VerifiedPacket:
    """``reason`` is 0 and ``packet`` the contents, or ``reason`` is the reason to reject it.

    ``sequence`` is the packet's cryptographic sequence number; -1 if it has none.
    """

    def __init__(self, reason: int, packet: OspfPacket | None = None, sequence: int = -1) -> None:
        self.reason: Final = reason
        self.packet: Final = packet
        self.sequence: Final = sequence


def _parse_verified(header: PacketHeader, octets: bytes, end: int, sequence: int) -> VerifiedPacket:
    if len(octets) > end and not has_link_data(header, octets):
        return VerifiedPacket(drop_reasons.MALFORMED)
    packet = parse_body(header, octets)
    if isinstance(packet, int):
        return VerifiedPacket(packet, None, sequence)
    return VerifiedPacket(0, packet, sequence)


def _authentication_type(algorithm: str, extended: bool) -> int:
    if algorithm == PLAIN:
        return PASSWORD
    return LONG_DIGEST if extended else DIGEST


def _check(algorithm: str, secret: bytes, key_id: int, extended: bool) -> None:
    if algorithm not in ALGORITHMS:
        raise ValueError(f"authentication {algorithm!r} is not one of {', '.join(ALGORITHMS)}")
    if extended and algorithm not in _HASHES:
        raise ValueError(f"authentication {algorithm!r} has no extended sequence numbers; choose an HMAC")
    if not secret:
        raise ValueError("a key must not be empty")
    max_octets = {PLAIN: PASSWORD_OCTETS, MD5: MD5_KEY_OCTETS}.get(algorithm, len(secret))
    if len(secret) > max_octets:
        raise ValueError(f"a key for {algorithm} must have at most {max_octets} octets, not {len(secret)}")
    most = 0xFFFFFFFF if extended else 0xFF
    if not 0 <= key_id <= most:
        raise ValueError(f"a key id must be 0 to {most}, not {key_id}")
