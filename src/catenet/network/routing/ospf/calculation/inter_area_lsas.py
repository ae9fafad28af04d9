"""Summary-LSAs (types 3 and 4), AS-external-LSAs (5) and NSSA-LSAs (7), by advertising router.

They do not affect the shortest-path tree; when it changes, the LSAs of the routers that moved are examined again (RFC
2328 16.5 and 16.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catenet.network.routing.ospf.calculation.topology import AreaTopology
from catenet.network.routing.ospf.lsa.lsa import ASBR_SUMMARY, ExternalBody, Lsa, SummaryBody
from catenet.network.routing.ospf.lsa.prefixes import network_key


class InterAreaLsa:
    """One LSA, and the area in which it is flooded; None for AS scope.

    ``key`` is the network that it describes, or the router for type 4.
    """

    def __init__(self, lsa: Lsa, key: int, area: AreaTopology | None) -> None:
        self.lsa: Final = lsa
        self.key: Final = key
        self.area: Final = area


class InterAreaLsas:
    """The LSAs of one type in one area (or, with None, in the AS)."""

    def __init__(self, area: AreaTopology | None) -> None:
        self.area: Final = area
        self._by_router: Final[dict[int, dict[int, InterAreaLsa]]] = {}

    def put(self, lsa: Lsa) -> InterAreaLsa | None:
        """Add an LSA; None if its mask is invalid."""
        key = subject_of(lsa)
        if key < 0:
            return None
        advertisement = InterAreaLsa(lsa, key, self.area)
        self._by_router.setdefault(lsa.advertising_router, {})[lsa.link_state_id] = advertisement
        return advertisement

    def drop(self, lsa: Lsa) -> InterAreaLsa | None:
        """Remove an LSA; returns its entry, None if it had none."""
        known = self._by_router.get(lsa.advertising_router)
        if known is None:
            return None
        advertisement = known.pop(lsa.link_state_id, None)
        if not known:
            del self._by_router[lsa.advertising_router]
        return advertisement

    def of(self, router_id: int) -> Iterable[InterAreaLsa]:
        """The LSAs of an advertising router."""
        known = self._by_router.get(router_id)
        return [] if known is None else list(known.values())

    def all(self) -> list[InterAreaLsa]:
        """The LSAs of all routers."""
        return [advertisement for known in self._by_router.values() for advertisement in known.values()]


def subject_of(lsa: Lsa) -> int:
    """The ``key`` of an LSA's :class:`InterAreaLsa`; -1 if its mask is invalid."""
    body = lsa.body
    if lsa.type == ASBR_SUMMARY:
        return lsa.link_state_id
    if isinstance(body, SummaryBody):
        return network_key(lsa.link_state_id, body.mask)
    assert isinstance(body, ExternalBody)
    return network_key(lsa.link_state_id, body.mask)
