"""Routers with RIPv2: creates their daemons from the options.

A link's ``cost`` is the metric of its interfaces (1 to 15; default 1).  Nothing is sent on links that lead only to a
host.  RIPv2 is a protocol of IPv4: it makes no IPv6 routes.
"""

from __future__ import annotations

from catenet.errors import LabError
from catenet.host.routing.redistribution import RouteTaker
from catenet.host.routing.rip import RipDaemon, RipTaker
from catenet.kernel.kernel import Kernel
from catenet.lab.model.nodes import End, HostNode, Router
from catenet.lab.model.registry import Registry
from catenet.lab.options.rip import RipOptions
from catenet.lab.routing.daemons import RoutingDaemons
from catenet.lab.routing.protocols import is_spoken
from catenet.network.routing.rip.settings import RipInterface


class RipRouting(RoutingDaemons[RipDaemon, RipOptions]):
    """The RIP daemons of one internet."""

    def __init__(self, kernel: Kernel, registry: Registry) -> None:
        super().__init__("rip", kernel, registry)

    def _make(self, router: Router, options: RipOptions) -> RipDaemon:
        return RipDaemon(router.host, options.settings)

    def _can_speak(self, router: Router, end: End, options: RipOptions) -> bool:
        face = end.face(4)
        return face is not None and is_spoken("rip", router, end) and options.networks.holds(int(face.ip))

    def _add_interface(self, router: Router, end: End, daemon: RipDaemon, options: RipOptions) -> None:
        assert end.interface is not None
        daemon.add_interface(end.interface, _configured(router, end, len(daemon.ports), options))

    def _advertise_own(self, router: Router, daemon: RipDaemon, options: RipOptions) -> None:
        for face in router.own_faces:
            if face.version == 4 and options.networks.holds(int(face.ip)):
                daemon.advertise(int(face.network.network_address), face.network.prefixlen)

    def _taker(self, daemon: RipDaemon) -> RouteTaker:
        return RipTaker(daemon)


def _configured(router: Router, end: End, number: int, options: RipOptions) -> RipInterface:
    assert end.link is not None
    assert end.interface is not None
    across = end.link.other(end).node
    networks = [(int(face.ip), face.network.prefixlen) for face in end.faces if face.version == 4]
    silent = isinstance(across, HostNode) or bool({end.link.name, across.name} & set(options.passive))
    given = end.link.given_cost(end)
    cost = 1 if given is None else given
    try:
        return RipInterface(number, end.interface.name, networks, cost, silent, options.key)
    except ValueError as error:
        raise LabError(f"router {router.name}: link {end.link.name}: {error}") from error
