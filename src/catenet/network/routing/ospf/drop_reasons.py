"""Reasons for rejecting a packet, or one LSA of an update (RFC 2328 sections 8.2, 10.5, 10.6, 13).

Each reason is counted by interface and recorded in the trace.  A packet reason discards the whole packet; an LSA
reason discards that LSA, and the rest of its update is processed (section 13 (1), (2)).
"""

from __future__ import annotations

from typing import Final

MALFORMED: Final = 1
VERSION: Final = 2
UNKNOWN_PACKET: Final = 3
CHECKSUM: Final = 4
AUTHENTICATION_TYPE: Final = 5
WRONG_KEY: Final = 6
OLD_SEQUENCE: Final = 7
AREA_MISMATCH: Final = 8
NOT_ON_LINK: Final = 9
NOT_A_NEIGHBOUR: Final = 10
OWN_PACKET: Final = 11
OWN_ROUTER_ID: Final = 12
WRONG_DESTINATION: Final = 13
PASSIVE_HERE: Final = 14
TOO_MANY_NEIGHBOURS: Final = 15
HELLO_MASK: Final = 16
HELLO_INTERVAL: Final = 17
HELLO_DEAD_INTERVAL: Final = 18
HELLO_E_BIT: Final = 19
HELLO_N_BIT: Final = 20
MTU_TOO_BIG: Final = 21
WRONG_STATE: Final = 22
DESCRIPTION_SEQUENCE: Final = 23
BAD_REQUEST: Final = 24
LSA_MALFORMED: Final = 25
LSA_CHECKSUM: Final = 26
LSA_UNKNOWN_TYPE: Final = 27
LSA_AGE: Final = 28
LSA_SEQUENCE: Final = 29
LSA_NOT_FOR_AREA: Final = 30
LSA_TOO_SOON: Final = 31
LSA_OLDER: Final = 32
LSA_FORGED: Final = 33
TOO_MANY_LSAS: Final = 34
BAD_ROUTER_ID: Final = 35

REASONS: Final[dict[int, str]] = {
    MALFORMED: "truncated, or a length or count that does not fit",
    VERSION: "not OSPF version 2",
    UNKNOWN_PACKET: "none of the five kinds of packets",
    CHECKSUM: "a wrong checksum",
    AUTHENTICATION_TYPE: "another kind of authentication",
    WRONG_KEY: "a wrong password or digest, or an unknown key",
    OLD_SEQUENCE: "a cryptographic sequence number that is not above the last",
    AREA_MISMATCH: "a packet of another area",
    NOT_ON_LINK: "a packet from an address that is not on this link",
    NOT_A_NEIGHBOUR: "a packet from a router that said no hello",
    OWN_PACKET: "a packet of this router itself",
    OWN_ROUTER_ID: "another router with this router's id",
    WRONG_DESTINATION: "a packet for the designated routers, and this is none",
    PASSIVE_HERE: "a packet on a passive interface",
    TOO_MANY_NEIGHBOURS: "one neighbour more than are kept",
    HELLO_MASK: "a hello with another network mask",
    HELLO_INTERVAL: "a hello with another hello interval",
    HELLO_DEAD_INTERVAL: "a hello with another dead interval",
    HELLO_E_BIT: "a hello that differs on whether the area takes external routes",
    HELLO_N_BIT: "a hello that differs on whether the area is not so stubby",
    MTU_TOO_BIG: "a description whose MTU is larger than this interface's",
    WRONG_STATE: "a packet that the neighbour's state does not allow",
    DESCRIPTION_SEQUENCE: "a description out of sequence",
    BAD_REQUEST: "a request for an LSA that is not there",
    LSA_MALFORMED: "an LSA that is truncated, or whose counts or masks are wrong",
    LSA_CHECKSUM: "an LSA with a wrong checksum",
    LSA_UNKNOWN_TYPE: "an LSA of an unknown type",
    LSA_AGE: "an LSA older than MaxAge",
    LSA_SEQUENCE: "an LSA with the reserved sequence number 0x80000000",
    LSA_NOT_FOR_AREA: "an LSA of a type that does not enter this area",
    LSA_TOO_SOON: "an LSA less than MinLSArrival after the last instance",
    LSA_OLDER: "an LSA older than the one that is held",
    LSA_FORGED: "a router-LSA whose link state id is not its router's id",
    TOO_MANY_LSAS: "one LSA more than are kept",
    BAD_ROUTER_ID: "a router id that is zero",
}
"""The meanings of reasons in ``network.ospf.drop`` rows."""
REASON_COUNT: Final = 36
