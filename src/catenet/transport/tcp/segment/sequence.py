"""Three kinds of number that must not be confused (RFC 9293 section 3.4).

=================  ==============================  =====================  ==========================
name               counts                          starts at              lives
=================  ==============================  =====================  ==========================
sequence number    octets, SYN and FIN, mod 2^32   the ISN (arbitrary)    in a segment's header
absolute number    octets, SYN and FIN, no wrap    0 (the SYN)            everywhere inside the core
stream index       the stream's octets alone       0 (the first octet)    at the user's edge
=================  ==============================  =====================  ==========================

An absolute number fits 63 bits for any stream that a run can carry, so the core compares with ``<``.
Wrapping arithmetic is needed only where a header is read or written, and it is all in this file.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

MODULUS: Final[i64] = 1 << 32
MASK: Final[i64] = 0xFFFFFFFF
HALF: Final[i64] = 1 << 31


def wrap(absolute: i64, isn: i64) -> i64:
    """The sequence number that stands for an absolute number, given the initial sequence number."""
    return (isn + absolute) & MASK


def unwrap(sequence: i64, isn: i64, near: i64) -> i64:
    """The absolute number nearest to ``near`` that a sequence number can stand for.

    It is negative for a sequence number from before the ISN, such as one of an older incarnation.
    """
    delta = (sequence - isn - near) & MASK
    if delta >= HALF:
        delta -= MODULUS
    return near + delta


def difference(later: i64, earlier: i64) -> i64:
    """``later - earlier`` of two numbers modulo 2^32, between -2^31 and 2^31 - 1.

    For what has no absolute number: timestamps (RFC 7323 section 5.2), and the sequence numbers of a
    connection that is already forgotten.
    """
    delta = (later - earlier) & MASK
    if delta >= HALF:
        delta -= MODULUS
    return delta


def stream_index(absolute: i64) -> i64:
    """The index in the stream of the octet with that absolute number: the SYN took number 0."""
    return absolute - 1


def absolute_of_index(index: i64) -> i64:
    """The absolute number of the octet with that index in the stream."""
    return index + 1
