"""Originations triggered by events and calculations: links, summaries, externals (RFC 2328 12.4).

After each event the stale LSAs are rebuilt, and after each calculation those derived from routes.  Unchanged LSAs are
not sent.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.adjacency.interface import DR, Interface
from catenet.network.routing.ospf.area import Area
from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    E_BIT,
    EXTERNAL,
    NETWORK,
    NSSA,
    ROUTER,
    SUMMARY,
    LsaBody,
    lsa_key,
)
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, FLAG_NT, FLAG_V
from catenet.network.routing.ospf.origination.nssa_translation import (
    is_translator,
    translated_ranges,
    wanted_translations,
)
from catenet.network.routing.ospf.origination.origination import originate, originate_only, withdraw
from catenet.network.routing.ospf.origination.redistribution import External, wanted_as_externals, wanted_nssa_externals
from catenet.network.routing.ospf.origination.self_lsas import network_body, router_body
from catenet.network.routing.ospf.origination.summaries import wanted_nssa_default, wanted_summaries
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.settings import ALWAYS


class OriginationTriggers:
    """Keeps a router's own LSAs up to date.  ``externals`` are the redistributed networks."""

    def __init__(self, router: Router, calculation: Calculation) -> None:
        self.externals: Final[dict[int, External]] = {}
        self.externals_due_ns: i64 = NEVER
        self.translates: bool = False
        """Whether it translates an NSSA's externals."""
        self._router: Final = router
        self._calculation: Final = calculation

    def add_external(self, external: External) -> None:
        """Redistribute an external network; simultaneous ones are advertised together."""
        if not self.externals:
            self.all_stale()
        self.externals[external.key] = external
        self._externals_changed()

    def remove_external(self, key: int) -> None:
        """Stop redistributing it."""
        if self.externals.pop(key, None) is not None:
            if not self.externals:
                self.all_stale()
            self._externals_changed()

    def _externals_changed(self) -> None:
        self.externals_due_ns = self._router.now_ns
        self._router.wake_at(self.externals_due_ns)

    def originate_links(self) -> None:
        """Rebuild changed router-LSAs and network-LSAs."""
        router = self._router
        for area in router.areas.values():
            self._calculation.set_attached(area.area_id, area.is_active)
        for interface in router.interfaces:
            if interface.network_lsa_is_stale:
                interface.network_lsa_is_stale = False
                self._originate_network(interface)
        for area in router.areas.values():
            if area.router_lsa_is_stale:
                area.router_lsa_is_stale = False
                options = area.settings.lsa_options
                body = router_body(area, self._flags(area))
                originate(router, area.scope, ROUTER, router.router_id, options, body)

    def _flags(self, area: Area) -> int:
        """The bits of a router-LSA: a stub area has no boundary routers (section 12.4.1, RFC 3101 B)."""
        flags = 0
        is_border = self._calculation.is_border_router
        through = [link for link in self._router.virtual_links if link.settings.transit_area_id == area.area_id]
        if any(link.has_full_neighbour for link in through):
            flags |= FLAG_V
        if is_border or (through and area.is_active):
            # The ends of a virtual link are recognised by the B bit (16.1 (4)), before the link is up.
            flags |= FLAG_B
        if is_border:
            if area.settings.is_nssa and area.settings.translate == ALWAYS:
                flags |= FLAG_NT
        inside = area.settings.takes_externals or area.settings.is_nssa
        if inside and (self._is_boundary() or (is_border and self._originates_default())):
            flags |= FLAG_E
        return flags

    def _is_boundary(self) -> bool:
        return bool(self.externals) or self.translates or self._router.settings.redistributes

    def _originates_default(self) -> bool:
        """Whether it originates a default route of type 7 somewhere, as a boundary router does."""
        return any(area.settings.is_nssa and area.is_active for area in self._router.areas.values())

    def _originate_network(self, interface: Interface) -> None:
        router = self._router
        area = router.area_of(interface)
        if interface.state == DR and interface.has_full_neighbour:
            body = network_body(router.router_id, interface)
            originate(router, area.scope, NETWORK, interface.address, area.settings.lsa_options, body)
        else:
            withdraw(router, area.scope, lsa_key(NETWORK, interface.address, router.router_id))

    def originate_routes(self) -> None:
        """After a calculation: summaries, externals, translations."""
        router, calculation = self._router, self._calculation
        for area in router.areas.values():
            wanted: dict[int, tuple[int, LsaBody]] = {}
            for key, summary in wanted_summaries(calculation, area.area_id).items():
                wanted[key] = (area.settings.lsa_options, summary)
            originate_only(router, area.scope, [SUMMARY, ASBR_SUMMARY], wanted)
        self.originate_externals()

    def originate_externals(self) -> None:
        """Update LSAs after a change of externals, or of this router's role."""
        self.externals_due_ns = NEVER
        for area in self._router.areas.values():
            if area.settings.is_nssa:
                self._originate_nssa(area)
        self._originate_as_externals()

    def _originate_nssa(self, area: Area) -> None:
        router = self._router
        is_border = self._calculation.is_border_router
        wanted = wanted_nssa_externals(router.router_id, self.externals, area, is_border)
        for key, body in wanted_nssa_default(self._calculation, area.area_id).items():
            wanted[key] = (0, body)
        originate_only(router, area.scope, [NSSA], wanted)

    def _originate_as_externals(self) -> None:
        router, calculation = self._router, self._calculation
        wanted: dict[int, tuple[int, LsaBody]] = {}
        if any(area.settings.takes_externals and area.is_active for area in router.areas.values()):
            for key, body in wanted_translations(calculation, list(self.externals)).items():
                wanted[key] = (E_BIT, body)
            wanted.update(wanted_as_externals(router.router_id, self.externals))
        originate_only(router, router.externals, [EXTERNAL], wanted)
        if calculation.set_external_ranges(translated_ranges(calculation)):
            router.databases_changed = True
        translates = any(
            area.settings.is_nssa and is_translator(calculation, area.area_id) for area in router.areas.values()
        )
        if translates != self.translates:
            self.translates = translates
            self.all_stale()

    def all_stale(self) -> None:
        """Mark all own LSAs stale after a possible change of role."""
        self._router.stale = True
        for area in self._router.areas.values():
            area.router_lsa_is_stale = True
