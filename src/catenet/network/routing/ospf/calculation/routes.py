"""The results of the calculation: routing table entries (RFC 2328 section 11), and their changes."""

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
"""An interface's number, and the neighbour's address on it; 0 for a directly attached network."""


class OspfRoute:
    """A routing table entry; its contents are immutable.

    ``path_type`` is :data:`INTRA`, :data:`INTER`, :data:`EXTERNAL_1` or :data:`EXTERNAL_2`.  ``cost`` is the total
    cost; with :data:`EXTERNAL_2` it is the cost to the boundary router, and ``cost2`` the advertised cost.  ``hops``
    are in order, and shared by routes; an empty tuple means an address of this router itself.  ``area_id`` is the area
    of the path.  ``is_discard`` marks the entry of an active range (section 11.1), which makes addresses without a
    longer prefix unreachable.
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
        assert cost2 == 0 or path_type == EXTERNAL_2, "only type 2 has a cost of its own outside (section 11)"
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
        """The key of the LSA that the route comes from; of several equal ones, the first."""
        return self._origin.key

    @property
    def advertising_router(self) -> int:
        """The router id of the router that advertises the LSA."""
        return self._origin.advertising_router

    @property
    def tag(self) -> int:
        """An external route's tag; 0 for other routes."""
        body = self._origin.body
        return body.tag if isinstance(body, ExternalBody) else 0

    @property
    def is_internal(self) -> bool:
        """Whether the network is inside the AS."""
        return self.path_type <= INTER

    def is_same(self, other: OspfRoute) -> bool:
        """Whether two entries are equal, apart from the LSAs' sequence numbers."""
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
        """Take the LSA's newest instance from an equal entry."""
        self._origin = other._origin


class RouteChange:
    """A changed routing table entry: added (``old`` is None), removed (``new`` is None), or replaced.

    ``cause`` is the key of the LSA that caused the change; 0 if the router's own configuration caused it.
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
    """The route to an area border router or an AS boundary router (section 11: destination type "router")."""

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
