"""Reasons for rejecting a message, or one of its entries (RFC 2453 section 3.9.2).

Each reason is counted by interface and recorded in the trace, since silent drops make routing hard to debug.
"""

from __future__ import annotations

from typing import Final

from catenet.network import addresses
from catenet.network.routing.rip.message import FAMILY_IPV4, INFINITY, Entry, mask_of, prefix_len_of

MALFORMED: Final = 1
WRONG_VERSION: Final = 2
WRONG_COMMAND: Final = 3
WRONG_PORT: Final = 4
NOT_A_NEIGHBOUR: Final = 5
OWN_MESSAGE: Final = 6
NOT_AUTHENTICATED: Final = 7
UNWANTED_AUTHENTICATION: Final = 8
AUTHENTICATION_TYPE: Final = 9
WRONG_KEY: Final = 10
OLD_SEQUENCE: Final = 11
BAD_FAMILY: Final = 12
BAD_METRIC: Final = 13
BAD_MASK: Final = 14
BAD_DESTINATION: Final = 15
NEXT_HOP_HERE: Final = 16
SILENT_HERE: Final = 17
TOO_MANY_NEIGHBOURS: Final = 18

REASONS: Final[dict[int, str]] = {
    MALFORMED: "truncated, too long, or not made of whole entries",
    WRONG_VERSION: "not RIP version 2",
    WRONG_COMMAND: "neither a request nor a response",
    WRONG_PORT: "a response that did not come from port 520",
    NOT_A_NEIGHBOUR: "a response from an address that is not on this link",
    OWN_MESSAGE: "a message of this router itself",
    NOT_AUTHENTICATED: "no authentication, and it is wanted",
    UNWANTED_AUTHENTICATION: "authentication, and none is wanted",
    AUTHENTICATION_TYPE: "another kind of authentication",
    WRONG_KEY: "a wrong password or digest, or an unknown key",
    OLD_SEQUENCE: "a sequence number lower than the last",
    BAD_FAMILY: "an entry of an unknown address family",
    BAD_METRIC: "an entry whose metric is not 1 to 16",
    BAD_MASK: "an entry whose mask is none, or that has host bits",
    BAD_DESTINATION: "an entry for an address that is no unicast network",
    NEXT_HOP_HERE: "an entry whose next hop is this router",
    SILENT_HERE: "a router's request on a passive interface",
    TOO_MANY_NEIGHBOURS: "one neighbour more than are kept",
}
"""The meanings of reasons in ``network.rip.drop`` rows."""
REASON_COUNT: Final = 19


def entry_fault(entry: Entry) -> int:
    """The fault of an advertised route; 0 for none."""
    if entry.family != FAMILY_IPV4:
        return BAD_FAMILY
    if not 1 <= entry.metric <= INFINITY:
        return BAD_METRIC
    return network_fault(entry.address, prefix_len_of(entry.mask))


def network_fault(address: int, prefix_len: int) -> int:
    """The fault of an advertised network; 0 for none.  A non-contiguous mask has a negative length."""
    if prefix_len < 0 or address & ~mask_of(prefix_len) & 0xFFFFFFFF != 0:
        return BAD_MASK
    if address == 0:
        return 0 if prefix_len == 0 else BAD_DESTINATION
    return 0 if _is_unicast(address) else BAD_DESTINATION


def _is_unicast(address: int) -> bool:
    """Not net 0, not net 127, not class D or E."""
    first = address >> 24
    return 1 <= first <= 223 and not addresses.is_loopback(4, address)
