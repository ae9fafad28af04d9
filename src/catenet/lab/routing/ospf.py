"""Routers with OSPFv2: creates their daemons from the options.

A link between two routers is point-to-point; a link to a switch or to Linux is a broadcast network.  A link without
other possible OSPF routers is passive: its network is advertised, and nothing is sent.  The cost of an interface is the
link's ``cost`` if it is given; otherwise the reference bandwidth divided by the link's rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catenet.errors import LabError
from catenet.host.routing.ospf import OspfDaemon, OspfTaker
from catenet.host.routing.redistribution import RouteTaker
from catenet.kernel.kernel import Kernel
from catenet.lab.model.address_plan import Face
from catenet.lab.model.lans import switch_of
from catenet.lab.model.nodes import Attachment, End, LinkBase, Router
from catenet.lab.model.registry import Registry
from catenet.lab.options.ospf import OspfOptions
from catenet.lab.routing.daemons import RoutingDaemons
from catenet.lab.routing.graph import reachable_interfaces
from catenet.lab.routing.ospf_virtual_links import add_virtual_links
from catenet.lab.routing.protocols import address_of, is_spoken
from catenet.network.addresses import text
from catenet.network.routing.ospf.settings import (
    BROADCAST,
    MAX_COST,
    NBMA,
    POINT_TO_POINT,
    AreaSettings,
    InterfaceSettings,
    OspfSettings,
)


class OspfRouting(RoutingDaemons[OspfDaemon, OspfOptions]):
    """The OSPF daemons of one internet."""

    def __init__(self, kernel: Kernel, registry: Registry) -> None:
        super().__init__("ospf", kernel, registry)
        self._ids: Final[dict[int, str]] = {}

    def name_of(self, router_id: int) -> str | None:
        """The name of the router with this id, or the id as text."""
        return self._ids.get(router_id)

    def configure(self) -> None:
        super().configure()
        for name, daemon in self.daemons.items():
            if not daemon.machine.virtual_links and self.options[name].virtual_links:
                add_virtual_links(name, self.daemons, self.options)

    def _make(self, router: Router, options: OspfOptions) -> OspfDaemon:
        redistributes = bool(options.redistribute)
        settings = OspfSettings(self._router_id(router, options), redistributes=redistributes, **options.settings)
        return OspfDaemon(router.host, settings, options.external_distance)

    def _can_speak(self, router: Router, end: End, options: OspfOptions) -> bool:
        assert end.link is not None
        if (end.face(4) is None and not end.link.unnumbered) or not is_spoken("ospf", router, end):
            return False
        address = address_of(router, end)
        return address is None or options.networks.holds(address)

    def _add_interface(self, router: Router, end: End, daemon: OspfDaemon, options: OspfOptions) -> None:
        assert end.interface is not None
        configured = self._configured(router, end, len(daemon.ports))
        _join_area(daemon, configured.area_id, options)
        daemon.add_interface(end.interface, configured)

    def _advertise_own(self, router: Router, daemon: OspfDaemon, options: OspfOptions) -> None:
        areas = daemon.machine.areas
        area_id = options.interface.get("area_id", 0 if 0 in areas else next(iter(areas), 0))
        _join_area(daemon, area_id, options)
        for face in router.own_faces:
            if face.version == 4 and options.networks.holds(int(face.ip)):
                area_of = options.networks.area_of(int(face.ip))
                daemon.add_host(int(face.ip), area_id if area_of is None else area_of)

    def _taker(self, daemon: OspfDaemon) -> RouteTaker:
        return OspfTaker(daemon)

    def _configured(self, router: Router, end: End, number: int) -> InterfaceSettings:
        options = self.options[router.name]
        link, interface, face = end.link, end.interface, end.face(4)
        assert link is not None
        assert interface is not None
        address_here = address_of(router, end)
        area_of = None if address_here is None else options.networks.area_of(address_here)
        by_network = {} if area_of is None else {"area_id": area_of}
        chosen: dict[str, Any] = {**options.interface, **by_network, **_of_end(link, router)}
        chosen["passive"] = chosen.get("passive", False) or _is_silent(end, options)
        chosen.setdefault("network", _network(end))
        chosen.setdefault("cost", _cost(link, end, options))
        if chosen["network"] == NBMA:
            chosen["neighbours"] = [(int(face.ip), self._priority(other)) for other, face in _faces_across(end)]
        if face is None:
            own = next((own for own in router.own_faces if own.version == 4), None)
            if own is None:
                raise LabError(
                    f"router {router.name}: link {link.name}: unnumbered needs an IPv4 address of the router"
                )
            address, length, chosen["unnumbered"] = int(own.ip), 32, True
            interface.borrowed = router.stack.family4.own[address]
        else:
            address, length = int(face.ip), face.network.prefixlen
        try:
            return InterfaceSettings(number, interface.name, address, length, end.port.mtu, **chosen)
        except ValueError as error:
            raise LabError(f"router {router.name}: link {link.name}: {error}") from error

    def _priority(self, end: End) -> int:
        """The router priority of the node at an end in the election of the DR, as far as it is known."""
        options = self.options.get(end.node.name)
        if options is None or end.link is None or not isinstance(end.node, Router):
            return 1
        return int({**options.interface, **_of_end(end.link, end.node)}.get("priority", 1))

    def _router_id(self, router: Router, options: OspfOptions) -> int:
        chosen = options.router_id
        if chosen is None:
            chosen = next((int(address) for address in router.addresses if address.version == 4), 0)
        owner = self._ids.setdefault(chosen, router.name)
        if owner != router.name:
            raise LabError(
                f"router {router.name}: ospf: its id {text(4, chosen)} is that of {owner}; give each its own router_id"
            )
        return chosen


def _join_area(daemon: OspfDaemon, area_id: int, options: OspfOptions) -> None:
    if area_id not in daemon.machine.areas:
        daemon.add_area(options.areas.get(area_id, AreaSettings(area_id)))


def _of_end(link: LinkBase, router: Router) -> Mapping[str, Any]:
    return {} if link.ospf is None else link.ospf.of(router.name)


def _across(end: End) -> list[End]:
    return reachable_interfaces(end, set())


def _faces_across(end: End) -> list[tuple[End, Face]]:
    """The other ends on a link or LAN at which OSPF may run, and their IPv4 addresses."""
    found = []
    for other in _across(end):
        face = other.face(4)
        speaks = isinstance(other.node, Attachment) or (isinstance(other.node, Router) and other.node.speaks("ospf"))
        if face is not None and speaks:
            found.append((other, face))
    return found


def _network(end: End) -> str:
    """The default network type of a link."""
    assert end.link is not None
    many = switch_of(end.link) is not None or any(isinstance(other.node, Attachment) for other in _across(end))
    return BROADCAST if many else POINT_TO_POINT


def _is_silent(end: End, options: OspfOptions) -> bool:
    assert end.link is not None
    across = [other.node for other in _across(end)]
    if not any(isinstance(node, Attachment) or (isinstance(node, Router) and node.speaks("ospf")) for node in across):
        return True
    return bool({end.link.name, *(node.name for node in across)} & set(options.passive))


def _cost(link: LinkBase, end: End, options: OspfOptions) -> int:
    given = link.given_cost(end)
    if given is not None:
        return given
    return max(1, min(MAX_COST, options.reference_bit_s // link.rate_bit_s(end)))
