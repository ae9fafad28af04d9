"""The interface of RIP to its daemon: all its outputs."""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.network.routing.rip.route import RipRoute
from catenet.network.routing.rip.settings import RipInterface


@mypyc_attr(allow_interpreted_subclasses=True)
class RipCallbacks:
    """The base does nothing; override the methods."""

    def send(self, interface: RipInterface, address: int, port: int, octets: bytes) -> None:
        """Send a datagram from port 520 and ``interface.address``, out of that interface."""

    def use(self, route: RipRoute) -> None:
        """Install this learned route, replacing the one for its prefix."""

    def leave(self, route: RipRoute) -> None:
        """Remove the route from the forwarding table."""

    def changed(self, route: RipRoute, gateway: int, cause: int) -> None:
        """A route of the table changed; ``cause`` is one of :data:`~catenet.network.routing.rip.tracing.CAUSES`."""

    def updated(self, cause: int, routes: int) -> None:
        """An update with so many entries was sent, counted over all interfaces."""

    def dropped(self, interface: RipInterface, source: int, reason: int) -> None:
        """A message or an entry was rejected; reasons: :data:`~catenet.network.routing.rip.drop_reasons.REASONS`."""
