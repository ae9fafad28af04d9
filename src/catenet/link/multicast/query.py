"""Membership queries (RFC 3376 section 4.1, RFC 3810 section 5.1) and the older ones (RFC 1112, 2236, 2710).

======= ========= =========================================================
octets of         field
------- --------- ---------------------------------------------------------
IGMP    MLD
======= ========= =========================================================
1       1         type: 0x11 in IGMP, 130 in MLD
1       1         IGMP: maximum response code, in 1/10 s; MLD: code, 0
2       2         checksum
0       4         MLD: maximum response code, in ms (2 octets); reserved
4       16        group; 0 asks for all groups
1       1         S flag (8) and querier's robustness variable (3 bits)
1       1         querier's query interval code, in s
2       2         number of sources
4 each  16 each   sources
======= ========= =========================================================

What an older version sends ends after the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S
from catenet.link.multicast.group_record import address_octets, parse_addresses

IGMP_QUERY: Final = 0x11
MLD_QUERY: Final = 130
NS_PER_DS: Final[i64] = 100_000_000
NS_PER_MS: Final[i64] = 1_000_000
SUPPRESS_FLAG: Final[i64] = 8
MAX_ROBUSTNESS: Final[i64] = 7
IGMP1_RESPONSE_NS: Final[i64] = 100 * NS_PER_DS
"""An IGMPv1 query has no response time: it is 10 s (RFC 2236 section 4)."""

CODE_BITS: Final[i64] = 4
"""The mantissa's bits of the 8-bit codes of IGMPv3."""
MLD_CODE_BITS: Final[i64] = 12


class Query:
    """A query of ``generation`` 1, 2 or 3 of IGMP, 1 or 2 of MLD; ``version`` is that of IP.

    ``group`` 0 asks for all groups.  ``suppress`` tells other routers to leave their timers alone.  ``robustness`` 0
    and ``interval_ns`` 0 say nothing.
    """

    def __init__(
        self,
        version: i64,
        generation: i64,
        response_ns: i64,
        group: int = 0,
        sources: Sequence[int] = (),
        suppress: bool = False,
        robustness: i64 = 0,
        interval_ns: i64 = 0,
    ) -> None:
        self.version: Final[i64] = version
        self.generation: Final[i64] = generation
        self.response_ns: Final[i64] = response_ns
        self.group: Final = group
        self.sources: Final = tuple(sources)
        self.suppress: Final = suppress
        self.robustness: Final[i64] = robustness
        self.interval_ns: Final[i64] = interval_ns

    def emit(self) -> bytes:
        """The message; its checksum is 0."""
        group = self.group.to_bytes(int(address_octets(self.version)), "big")
        if self.version == 4:
            code = 0 if self.generation == 1 else _byte_code(self.response_ns // NS_PER_DS, self.generation == 3)
            message = bytes([IGMP_QUERY, int(code), 0, 0]) + group
            return message if self.generation < 3 else message + self._tail()
        units = self.response_ns // NS_PER_MS
        told: i64 = encoded(units, MLD_CODE_BITS) if self.generation == 2 else min(units, 0xFFFF)
        message = bytes([MLD_QUERY, 0, 0, 0]) + int(told).to_bytes(2, "big") + bytes(2) + group
        return message if self.generation < 2 else message + self._tail()

    def _tail(self) -> bytes:
        flags = (SUPPRESS_FLAG if self.suppress else 0) | (self.robustness if self.robustness <= MAX_ROBUSTNESS else 0)
        width = int(address_octets(self.version))
        head = bytes([int(flags), int(encoded(self.interval_ns // NS_PER_S, CODE_BITS))])
        sources = b"".join([source.to_bytes(width, "big") for source in self.sources])
        return head + len(self.sources).to_bytes(2, "big") + sources


def parse_query(version: i64, data: bytes) -> Query | None:
    """A query from its message; None if it is of no version's length (RFC 3376 section 7.1, RFC 3810 section 8.1)."""
    short: i64 = 8 if version == 4 else 24
    size: i64 = len(data)
    if size != short and size < short + 4:
        return None
    width = address_octets(version)
    group = int.from_bytes(data[short - width : short], "big")
    if size == short:
        return _older(version, data, group)
    sources: i64 = data[short + 2] << 8 | data[short + 3]
    end = short + 4 + width * sources
    if size < end:
        return None
    return Query(
        version,
        3 if version == 4 else 2,
        decoded(data[1], CODE_BITS) * NS_PER_DS
        if version == 4
        else decoded(i64(data[4]) << 8 | data[5], MLD_CODE_BITS) * NS_PER_MS,
        group,
        parse_addresses(version, data[short + 4 : end]),
        data[short] & SUPPRESS_FLAG != 0,
        data[short] & MAX_ROBUSTNESS,
        decoded(data[short + 1], CODE_BITS) * NS_PER_S,
    )


def _older(version: i64, data: bytes, group: int) -> Query:
    if version == 6:
        return Query(6, 1, (i64(data[4]) << 8 | data[5]) * NS_PER_MS, group)
    tenths: i64 = data[1]
    return Query(4, 1, IGMP1_RESPONSE_NS, group) if tenths == 0 else Query(4, 2, tenths * NS_PER_DS, group)


def encoded(value: i64, mantissa_bits: i64) -> i64:
    """The code of a number: itself, or, with the high bit set, a mantissa and an exponent of 3 bits, rounded down.

    (RFC 3376 section 4.1.1, RFC 3810 section 5.1.3.)  What is too large for it becomes the largest.
    """
    linear: i64 = 1 << (mantissa_bits + 3)
    if value < linear:
        return value
    hidden: i64 = 1 << mantissa_bits
    exponent: i64 = 0
    while exponent < 7 and value >> (exponent + 3) >= 2 * hidden:
        exponent += 1
    mantissa = min(value >> (exponent + 3), 2 * hidden - 1)
    return linear | exponent << mantissa_bits | (mantissa - hidden)


def decoded(code: i64, mantissa_bits: i64) -> i64:
    """The number that a code means."""
    linear: i64 = 1 << (mantissa_bits + 3)
    if code < linear:
        return code
    hidden: i64 = 1 << mantissa_bits
    exponent = (code >> mantissa_bits) & 7
    return (code & (hidden - 1) | hidden) << (exponent + 3)


def _byte_code(tenths: i64, floating: bool) -> i64:
    """IGMPv2 has a plain number, and 0 would be IGMPv1."""
    return encoded(tenths, CODE_BITS) if floating else max(1, min(tenths, 255))
