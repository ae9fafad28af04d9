"""A route: a prefix, its next hops, and the error of a rejecting route."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network import addresses
from catenet.network.interface import Interface

UNICAST: Final[i64] = 0
BLACKHOLE: Final[i64] = 1
"""Drop silently (on the host itself: EINVAL, as in Linux)."""
UNREACHABLE: Final[i64] = 2
"""Drop, and send host unreachable."""
PROHIBIT: Final[i64] = 3
"""Drop, and send administratively prohibited."""

KIND_NAMES: Final = ("unicast", "blackhole", "unreachable", "prohibit")


class NextHop:
    """A next hop: an interface, and a gateway (0: the destination itself)."""

    def __init__(self, interface: Interface, gateway: int = 0) -> None:
        self.interface: Final = interface
        self.gateway: Final = gateway


class Route:
    """An entry of the table.  Of several routes to one prefix, the one with the lowest ``metric`` is used."""

    def __init__(
        self,
        version: i64,
        prefix: int,
        prefix_len: int,
        kind: i64,
        hops: list[NextHop],
        metric: int = 0,
    ) -> None:
        self.version: Final[i64] = version
        self.prefix: Final = prefix & addresses.mask(version, prefix_len)
        self.prefix_len: Final = prefix_len
        self.kind: Final[i64] = kind
        self.hops: Final = hops
        self.metric: Final = metric

    def is_usable(self, need_carrier: bool) -> bool:
        """Whether it can be used: a rejecting route always, another one if one of its next hops can be used."""
        if self.kind != UNICAST:
            return True
        return any(hop.interface.enabled and (hop.interface.up or not need_carrier) for hop in self.hops)

    def live_hops(self, need_carrier: bool) -> list[NextHop]:
        """The hops that can be used; with ``need_carrier`` those through a dead link cannot."""
        return [hop for hop in self.hops if hop.interface.enabled and (hop.interface.up or not need_carrier)]

    def __str__(self) -> str:
        prefix = f"{addresses.text(int(self.version), self.prefix)}/{self.prefix_len}"
        next_hops = [
            (f"via {addresses.text(int(self.version), hop.gateway)} " if hop.gateway else "")
            + f"dev {hop.interface.name}"
            for hop in self.hops
        ]
        kind = "" if self.kind == UNICAST else KIND_NAMES[self.kind] + " "
        return kind + " ".join([prefix, *next_hops])
