"""Authentication: passwords in clear text (RFC 2453 section 4.1) and keyed digests (RFC 2082, RFC 4822).

A digest covers the whole message and a sequence number that never decreases, so that forged and old messages are
rejected.  It is in a trailer after the entries::

    0xFFFF 0x0001 digest                  the trailer
    0xFFFF 0x0003 length(2) key id(1) digest length(1) sequence(4) zero(8)      the first entry

MD5 is computed over message, trailer header and key (RFC 2082 3.2.1).  The others are HMACs, computed with ``Apad`` in
place of the digest (RFC 4822 3.2).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final

from catenet.network.routing.rip import drop_reasons
from catenet.network.routing.rip.message import (
    ENTRY_OCTETS,
    FAMILY_AUTHENTICATION,
    HEADER_OCTETS,
    MAX_ENTRIES,
    MAX_OCTETS,
)

PASSWORD: Final = 2
DIGEST: Final = 3
PLAIN: Final = "plain"
MD5: Final = "md5"
ALGORITHMS: Final = (PLAIN, MD5, "hmac-sha-1", "hmac-sha-256", "hmac-sha-384", "hmac-sha-512")
PASSWORD_OCTETS: Final = 16

_DIGEST_OCTETS: Final = {MD5: 16, "hmac-sha-1": 20, "hmac-sha-256": 32, "hmac-sha-384": 48, "hmac-sha-512": 64}
_HASHES: Final = {"hmac-sha-1": "sha1", "hmac-sha-256": "sha256", "hmac-sha-384": "sha384", "hmac-sha-512": "sha512"}
_HEAD: Final = struct.Struct("!HHHBBIII")
_PASSWORD: Final = struct.Struct("!HH16s")
_TRAILER_HEAD: Final = b"\xff\xff\x00\x01"
_APAD: Final = b"\x87\x8f\xe1\xf3"


class Key:
    """A shared secret, its algorithm, and its key id (0 to 255, for digests).

    Raises ValueError for an algorithm that is not one of :data:`ALGORITHMS`, an empty secret, a password of more
    than 16 octets, or a number out of range.
    """

    def __init__(self, algorithm: str, secret: bytes, key_id: int = 1) -> None:
        if algorithm not in ALGORITHMS:
            raise ValueError(f"authentication {algorithm!r} is not one of {', '.join(ALGORITHMS)}")
        if not secret:
            raise ValueError("a key must not be empty")
        if algorithm in (PLAIN, MD5) and len(secret) > PASSWORD_OCTETS:
            raise ValueError(f"a key for {algorithm} must have at most {PASSWORD_OCTETS} octets, not {len(secret)}")
        if not 0 <= key_id <= 255:
            raise ValueError(f"a key id must be 0 to 255, not {key_id}")
        self.algorithm: Final = algorithm
        self.secret: Final = secret
        self.key_id: Final = key_id
        self.digest_octets: Final = _DIGEST_OCTETS.get(algorithm, 0)

    @property
    def numbers_messages(self) -> bool:
        """Whether messages carry a sequence number."""
        return self.digest_octets != 0

    def authenticated(self, message: bytes, sequence: int) -> bytes:
        """Add authentication to a message."""
        header, entries = message[:HEADER_OCTETS], message[HEADER_OCTETS:]
        if self.digest_octets == 0:
            return header + _PASSWORD.pack(FAMILY_AUTHENTICATION, PASSWORD, self.secret) + entries
        length = len(message) + ENTRY_OCTETS
        head = _HEAD.pack(
            FAMILY_AUTHENTICATION, DIGEST, length, self.key_id, self.digest_octets, sequence & 0xFFFFFFFF, 0, 0
        )
        covered = header + head + entries + _TRAILER_HEAD
        return covered + self._digest(covered)

    def _digest(self, covered: bytes) -> bytes:
        if self.algorithm == MD5:
            return hashlib.md5(covered + self.secret.ljust(PASSWORD_OCTETS, b"\0"), usedforsecurity=False).digest()
        name = _HASHES[self.algorithm]
        secret = self.secret
        if len(secret) > self.digest_octets:
            # RFC 4822 3.1: a key longer than the digest is hashed; HMAC itself would do so only beyond its block.
            secret = hashlib.new(name, secret).digest()
        return hmac.new(secret, covered + _APAD * (self.digest_octets // 4), name).digest()

    def verify(self, octets: bytes) -> VerifiedMessage:
        """Verify an authenticated message; returns its contents, or the reason to reject it."""
        if len(octets) < HEADER_OCTETS + ENTRY_OCTETS or octets[4:6] != b"\xff\xff":
            return VerifiedMessage(drop_reasons.NOT_AUTHENTICATED)
        kind = octets[6] << 8 | octets[7]
        if kind == PASSWORD:
            return self._verify_password(octets)
        if kind != DIGEST:
            return VerifiedMessage(drop_reasons.AUTHENTICATION_TYPE)
        return self._verify_digest(octets)

    def _verify_password(self, octets: bytes) -> VerifiedMessage:
        if self.algorithm != PLAIN:
            return VerifiedMessage(drop_reasons.AUTHENTICATION_TYPE)
        if not hmac.compare_digest(octets[8:24], self.secret.ljust(PASSWORD_OCTETS, b"\0")):
            return VerifiedMessage(drop_reasons.WRONG_KEY)
        return VerifiedMessage(0, octets[:HEADER_OCTETS] + octets[24:])

    def _verify_digest(self, octets: bytes) -> VerifiedMessage:
        if self.digest_octets == 0:
            return VerifiedMessage(drop_reasons.AUTHENTICATION_TYPE)
        _, _, length, key_id, digest_octets, sequence, _, _ = _HEAD.unpack_from(octets, HEADER_OCTETS)
        end = length + len(_TRAILER_HEAD)
        if length < HEADER_OCTETS + ENTRY_OCTETS or end > len(octets) or octets[length:end] != _TRAILER_HEAD:
            return VerifiedMessage(drop_reasons.MALFORMED)
        if key_id != self.key_id or not self._is_length(digest_octets):
            return VerifiedMessage(drop_reasons.WRONG_KEY)
        if len(octets) != end + self.digest_octets:
            return VerifiedMessage(drop_reasons.MALFORMED)
        if not hmac.compare_digest(octets[end:], self._digest(octets[:end])):
            return VerifiedMessage(drop_reasons.WRONG_KEY)
        return VerifiedMessage(0, octets[:HEADER_OCTETS] + octets[24:length], sequence)

    def _is_length(self, digest_octets: int) -> bool:
        """Whether the digest length in a message is right.

        BIRD and other implementations include the trailer's header with MD5, a possible reading of RFC 2082.
        """
        if self.algorithm == MD5 and digest_octets == self.digest_octets + len(_TRAILER_HEAD):
            return True
        return digest_octets == self.digest_octets


class VerifiedMessage:
    """``reason`` is 0 and ``message`` the message without authentication, or ``reason`` is the reason to reject it.

    ``sequence`` is the message's number; -1 if it has none.
    """

    def __init__(self, reason: int, message: bytes = b"", sequence: int = -1) -> None:
        self.reason: Final = reason
        self.message: Final = message
        self.sequence: Final = sequence


def room(key: Key | None) -> int:
    """The number of routes per message: 25, or 24 with authentication."""
    return MAX_ENTRIES if key is None else MAX_ENTRIES - 1


def max_octets(key: Key | None) -> int:
    """The maximum length of a neighbour's message, in octets."""
    if key is None or not key.numbers_messages:
        return MAX_OCTETS
    return MAX_OCTETS + len(_TRAILER_HEAD) + key.digest_octets


def verify_unauthenticated(octets: bytes) -> VerifiedMessage:
    """Accept a message on a router without authentication.

    A message with authentication is rejected (RFC 2453 section 4.1).
    """
    if len(octets) >= HEADER_OCTETS + ENTRY_OCTETS and octets[4:6] == b"\xff\xff":
        return VerifiedMessage(drop_reasons.UNWANTED_AUTHENTICATION)
    return VerifiedMessage(0, octets)
