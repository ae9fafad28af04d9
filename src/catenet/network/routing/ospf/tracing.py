"""The trace rows of OSPF: the causes of changes of routes, neighbours and LSAs.

Each change of a route names the LSA that caused it, and the neighbour that sent the packet with that LSA.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.kernel.trace import Row, declare

ROUTE: Final = declare(0x320, "network.ospf.route", "prefix", "change")
"""See :func:`route_change`."""
DROP: Final = declare(0x321, "network.ospf.drop", "reason", "source")
NEIGHBOUR: Final = declare(0x322, "network.ospf.neighbour", "neighbour", "change")
"""See :func:`state_change`."""
INTERFACE: Final = declare(0x323, "network.ospf.interface", "interface", "change")
"""See :func:`state_change`; the interface is identified by its number."""
INSTALLED: Final = declare(0x324, "network.ospf.installed", "lsa", "instance")
ORIGINATED: Final = declare(0x325, "network.ospf.originated", "lsa", "instance")
FLUSHED: Final = declare(0x326, "network.ospf.flushed", "lsa", "instance")
"""See :func:`lsa_event`, for all three."""
CALCULATED: Final = declare(0x327, "network.ospf.calculated", "lsas", "routes")

NEW: Final = 1
CHANGED: Final = 2
REFRESHED: Final = 3
RECLAIMED: Final = 4
NOT_WANTED: Final = 5
NOT_OURS: Final = 6
AGED: Final = 7
WRAPPED: Final = 8
HEARD: Final = 9

CAUSES: Final[dict[int, str]] = {
    NEW: "originated for the first time",
    CHANGED: "what it says has changed",
    REFRESHED: "the last one was sent half an hour ago",
    RECLAIMED: "an older life of this router is still heard of",
    NOT_WANTED: "there is nothing to say any more",
    NOT_OURS: "it bears this router's name, and this router has nothing like it to say",
    AGED: "its age came to MaxAge without a refresh",
    WRAPPED: "the sequence numbers are used up, and begin again",
    HEARD: "a neighbour sent it",
}
"""Why an LSA is originated, flushed or installed."""


class RouteChange(NamedTuple):
    """A row of kind :data:`ROUTE`, unpacked.

    ``path_type`` and ``gateway`` are 0 if the route was removed.  ``ls_type``, ``link_state_id`` and
    ``advertising_router`` identify the LSA that caused it, ``received_from`` the neighbour that sent it (0: this
    router).
    """

    time_ns: int
    subject: int
    prefix: int
    prefix_len: int
    path_type: int
    cost: int
    gateway: int
    hops: int
    ls_type: int
    link_state_id: int
    advertising_router: int
    received_from: int


class StateChange(NamedTuple):
    """A row of kind :data:`NEIGHBOUR` or :data:`INTERFACE`, unpacked.

    ``number`` is a neighbour's router id, or an interface's number; ``interface`` is the number in both.
    """

    time_ns: int
    subject: int
    number: int
    interface: int
    old: int
    new: int
    event: int


class LsaEvent(NamedTuple):
    """A row about an LSA, unpacked.  ``area_id`` is -1 for the whole AS, ``received_from`` 0 for this router."""

    time_ns: int
    subject: int
    ls_type: int
    link_state_id: int
    advertising_router: int
    area_id: int
    sequence: int
    received_from: int
    cause: int


def pack_prefix(prefix: int, prefix_len: int) -> int:
    """Address and length in one number."""
    return prefix << 6 | prefix_len


def pack_route(path_type: int, cost: int, gateway: int, hops: int, cause_key: int, received_from: int) -> int:
    """The present route, and its cause (the LSA's key and the sender), in one number."""
    now = ((path_type << 32 | cost) << 32 | gateway) << 16 | min(hops, 0xFFFF)
    return (now << 68 | cause_key) << 32 | received_from


def route_change(row: Row) -> RouteChange:
    """Unpack a row of kind :data:`ROUTE`."""
    b = row.b
    now = b >> 100
    return RouteChange(
        row.time_ns,
        row.subject,
        row.a >> 6,
        row.a & 0x3F,
        now >> 80,
        now >> 48 & 0xFFFFFFFF,
        now >> 16 & 0xFFFFFFFF,
        now & 0xFFFF,
        b >> 96 & 0xF,
        b >> 64 & 0xFFFFFFFF,
        b >> 32 & 0xFFFFFFFF,
        b & 0xFFFFFFFF,
    )


def pack_states(interface: int, old: int, new: int, event: int) -> int:
    """A state change in one number."""
    return interface << 24 | old << 16 | new << 8 | event


def state_change(row: Row) -> StateChange:
    """Unpack a row of kind :data:`NEIGHBOUR` or :data:`INTERFACE`."""
    b = row.b
    return StateChange(row.time_ns, row.subject, row.a, b >> 24, b >> 16 & 0xFF, b >> 8 & 0xFF, b & 0xFF)


def pack_instance(area_id: int, sequence: int, received_from: int, cause: int) -> int:
    """The area, sequence number, sender and cause of an instance of an LSA, in one number."""
    return (((area_id + 1) << 32 | sequence & 0xFFFFFFFF) << 32 | received_from) << 8 | cause


def lsa_event(row: Row) -> LsaEvent:
    """Unpack a row of kind :data:`INSTALLED`, :data:`ORIGINATED` or :data:`FLUSHED`."""
    sequence = row.b >> 40 & 0xFFFFFFFF
    return LsaEvent(
        row.time_ns,
        row.subject,
        row.a >> 64,
        row.a >> 32 & 0xFFFFFFFF,
        row.a & 0xFFFFFFFF,
        (row.b >> 72) - 1,
        sequence - (1 << 32) if sequence >> 31 else sequence,
        row.b >> 8 & 0xFFFFFFFF,
        row.b & 0xFF,
    )
