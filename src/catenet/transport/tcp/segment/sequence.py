"""Three kinds of numbers that must not be confused (RFC 9293 section 3.4).

=================  ==============================  =====================  ==========================
name               counts                          starts at              lives
=================  ==============================  =====================  ==========================
sequence number    octets, SYN and FIN, mod 2^32   the ISN (arbitrary)    in a segment's header
absolute number    octets, SYN and FIN, no wrap    0 (the SYN)            everywhere inside the core
stream index       the stream's octets alone       0 (the first octet)    at the user's edge
=================  ==============================  =====================  ==========================

An absolute number of any possible stream fits 63 bits, so the core compares with ``<``.  Modular arithmetic is needed
only where a header is parsed or emitted, and all of it is in this file.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

MODULUS: Final[i64] = 1 << 32
MASK: Final[i64] = 0xFFFFFFFF
HALF: Final[i64] = 1 << 31


def wrap(absolute: i64, isn: i64) -> i64:
    """The sequence number of an absolute number, given the initial sequence number."""
    return (isn + absolute) & MASK


def unwrap(sequence: i64, isn: i64, near: i64) -> i64:
    """The absolute number of a sequence number, nearest to ``near``.

    It is negative for a sequence number from before the ISN, such as one of an older incarnation.
    """
    delta = (sequence - isn - near) & MASK
    if delta >= HALF:
        delta -= MODULUS
    return near + delta


def difference(later: i64, earlier: i64) -> i64:
    """``later - earlier`` of two numbers modulo 2^32, between -2^31 and 2^31 - 1.

    It is used for timestamps (RFC 7323 section 5.2), and for sequence numbers in TIME-WAIT, which have no absolute
    number.
    """
    delta = (later - earlier) & MASK
    if delta >= HALF:
        delta -= MODULUS
    return delta
