"""What RIP asks of the program that runs it: all that it does to the world goes through here."""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from catenet.network.routing.rip.route import RipRoute
from catenet.network.routing.rip.settings import RipInterface


@mypyc_attr(allow_interpreted_subclasses=True)
class RipCallbacks:
    """Override what is wanted; by itself it does nothing."""

    def send(self, interface: RipInterface, address: int, port: int, octets: bytes) -> None:
        """Send a datagram from port 520 and ``interface.address``, out of that interface."""

    def use(self, route: RipRoute) -> None:
        """Forward by this learned route, in place of what was used for its prefix."""

    def leave(self, route: RipRoute) -> None:
        """Do not forward by it any more."""

    def changed(self, route: RipRoute, gateway: int, cause: int) -> None:
        """A line of the table changed; ``cause`` is one of :data:`~catenet.network.routing.rip.tracing.CAUSES`."""

    def updated(self, cause: int, routes: int) -> None:
        """An update with so many entries was sent, counted over all interfaces."""

    def dropped(self, interface: RipInterface, source: int, reason: int) -> None:
        """A message or an entry was rejected; reasons: :data:`~catenet.network.routing.rip.drop_reasons.REASONS`."""
