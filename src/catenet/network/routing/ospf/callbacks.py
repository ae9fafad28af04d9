"""The interface of OSPF to its daemon: all its outputs."""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.kernel.pdu import Pdu
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.calculation.routes import RouteChange
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.lsa.lsa import Lsa


@mypyc_attr(allow_interpreted_subclasses=True)
class OspfCallbacks:
    """The base does nothing; override the methods."""

    def send(self, interface: Interface, dst: int, packet: Pdu) -> None:
        """Send a packet of protocol 89 from ``interface.address``, out of that interface, with a hop limit of 1."""

    def replace_routes(self, changes: list[RouteChange]) -> None:
        """The routing table changed: install each ``new`` in place of ``old``."""

    def route_changed(self, change: RouteChange, received_from: int) -> None:
        """One route changed; ``change.cause`` is an LSA's key, ``received_from`` the router id of its sender.

        ``received_from`` is :data:`~catenet.network.routing.ospf.database.database.OWN` for an LSA of this router
        itself.
        """

    def interface_changed(self, interface: Interface, old: int, event: int) -> None:
        """An interface's state, designated router or backup has changed."""

    def neighbour_changed(self, neighbour: Neighbour, old: int, event: int) -> None:
        """A neighbour's state has changed."""

    def lsa_installed(self, area_id: int, entry: Entry) -> None:
        """An LSA of a neighbour was installed in the database."""

    def lsa_originated(self, area_id: int, lsa: Lsa, cause: int) -> None:
        """An own LSA was originated; ``cause`` is one of :data:`~catenet.network.routing.ospf.tracing.CAUSES`."""

    def lsa_flushed(self, area_id: int, lsa: Lsa, cause: int) -> None:
        """An LSA is at MaxAge; ``cause`` is one of :data:`~catenet.network.routing.ospf.tracing.CAUSES`."""

    def calculated(self, lsas: int, routes: int) -> None:
        """Routes were calculated: ``lsas`` changed LSAs were processed, and ``routes`` routes changed."""

    def dropped(self, interface: Interface, source: int, reason: int) -> None:
        """A packet or an LSA was rejected; reasons: :data:`~catenet.network.routing.ospf.drop_reasons.REASONS`."""
