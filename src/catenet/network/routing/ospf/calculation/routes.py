"""What the calculation finds: a line of the routing table (RFC 2328 section 11), and that one changed."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.lsa.lsa import ExternalBody, Lsa

INTRA: Final = 1
INTER: Final = 2
EXTERNAL_1: Final = 3
EXTERNAL_2: Final = 4
PATH_TYPES: Final = ("", "intra-area", "inter-area", "external type 1", "external type 2")
"""The names of the path types, the most preferred first (section 11)."""

Hop = tuple[int, int]
"""An interface's number, and the neighbour's address on it; 0 for a network that is on the link itself."""


class OspfRoute:
    """One line of the routing table; what it says is never changed.

    ``path_type`` is :data:`INTRA`, :data:`INTER`, :data:`EXTERNAL_1` or :data:`EXTERNAL_2`.  ``cost`` is all of it, but
    for the last: there it is that of the way to the boundary router, and ``cost2`` the one that was advertised.
    ``hops`` are in order, and shared by routes; none means that the network is this router's own.  ``area_id`` is the
    area that the path leads through.  ``is_discard`` marks the entry for an active range (section 11.1): what no longer
    prefix holds is unreachable.
    """

    def __init__(
        self,
        key: int,
        path_type: int,
        cost: int,
        cost2: int,
        area_id: int,
        hops: tuple[Hop, ...],
        origin: Lsa,
        is_discard: bool = False,
    ) -> None:
        self.key: Final = key
        self.path_type: Final = path_type
        self.cost: Final = cost
        self.cost2: Final = cost2
        self.area_id: Final = area_id
        self.hops: Final = hops
        self.is_discard: Final = is_discard
        self._origin = origin

    @property
    def prefix(self) -> int:
        """The network's address."""
        return self.key >> 6

    @property
    def prefix_len(self) -> int:
        """The network's prefix length."""
        return self.key & 63

    @property
    def origin(self) -> int:
        """The key of the LSA that says so; of several that say the same, of one."""
        return self._origin.key

    @property
    def advertising_router(self) -> int:
        """Who says so."""
        return self._origin.advertising_router

    @property
    def tag(self) -> int:
        """An external route's tag, else 0."""
        body = self._origin.body
        return body.tag if isinstance(body, ExternalBody) else 0

    @property
    def is_internal(self) -> bool:
        """Whether the network is inside the AS."""
        return self.path_type <= INTER

    def is_same(self, other: OspfRoute) -> bool:
        """Whether two lines say the same, the LSAs' sequence numbers aside."""
        return (
            self.cost == other.cost
            and self.path_type == other.path_type
            and self.cost2 == other.cost2
            and self.area_id == other.area_id
            and self.is_discard == other.is_discard
            and (self.hops is other.hops or self.hops == other.hops)
            and (self._origin is other._origin or (self.origin == other.origin and self.tag == other.tag))
        )

    def renew(self, other: OspfRoute) -> None:
        """Take over the LSA's newest instance from a line that says the same."""
        self._origin = other._origin


class RouteChange:
    """A line of the table that is other than before: new (``old`` is None), gone (``new`` is None), or changed.

    ``cause`` is the key of the LSA that brought it about; 0 if it was no LSA but the router's own configuration.
    """

    def __init__(self, key: int, old: OspfRoute | None, new: OspfRoute | None, cause: int) -> None:
        self.key: Final = key
        self.old: Final = old
        self.new: Final = new
        self.cause: Final = cause

    @property
    def prefix(self) -> int:
        """The network's address."""
        return self.key >> 6

    @property
    def prefix_len(self) -> int:
        """The network's prefix length."""
        return self.key & 63


class RouterRoute:
    """The way to an area border router, or to an AS boundary router (section 11: destination type "router")."""

    def __init__(
        self,
        router_id: int,
        area_id: int,
        path_type: int,
        cost: int,
        hops: tuple[Hop, ...],
        is_border: bool,
        is_boundary: bool,
    ) -> None:
        self.router_id: Final = router_id
        self.area_id: Final = area_id
        self.path_type: Final = path_type
        self.cost: Final = cost
        self.hops: Final = hops
        self.is_border: Final = is_border
        self.is_boundary: Final = is_boundary
