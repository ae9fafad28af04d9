"""Address translation in an internet: the routers that translate, and their inside and outside links.

Translators are installed when addresses are known; :mod:`catenet.network.nat.nat` implements them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.errors import LabError, did_you_mean, named
from catenet.kernel.quantity import duration_ns
from catenet.kernel.quoting import quoted
from catenet.lab.model.address_plan import parse_address
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import End, Router
from catenet.lab.model.registry import Registry
from catenet.network.nat.nat import Nat
from catenet.network.nat.table import (
    ADDRESS_AND_PORT_DEPENDENT,
    ADDRESS_DEPENDENT,
    ENDPOINT_INDEPENDENT,
    FIRST_HIGH_PORT,
    NatTimeouts,
)
from catenet.network.packet import PROTOCOL_TCP, PROTOCOL_UDP

FILTERING: Final = {
    "endpoint-independent": ENDPOINT_INDEPENDENT,
    "address-dependent": ADDRESS_DEPENDENT,
    "address-and-port-dependent": ADDRESS_AND_PORT_DEPENDENT,
}
"""The names of RFC 4787 section 5."""
PROTOCOLS: Final = {"tcp": PROTOCOL_TCP, "udp": PROTOCOL_UDP}
TIMEOUTS: Final[dict[str, tuple[str, int]]] = {
    "tcp_established": ("tcp_established_ns", 7440),
    "tcp_transitory": ("tcp_transitory_ns", 240),
    "udp": ("udp_ns", 120),
    "icmp": ("icmp_ns", 60),
}
"""The internal name of each timeout, and the minimum that the RFCs permit, in seconds."""

_FORWARDED: Final = re.compile(r"(tcp|udp)/(\d{1,5})")
_TARGET: Final = re.compile(r"(.+):(\d{1,5})")


def parse_timeouts(given: Any, where: str = "") -> NatTimeouts:
    """Parse the timeouts of idle translations; raises :class:`LabError`, which begins with ``where``."""
    if not isinstance(given, Mapping):
        raise LabError(f"{where}timeouts: {quoted(given)} is not a table of {', '.join(TIMEOUTS)}")
    parsed = {}
    for key, value in given.items():
        if key not in TIMEOUTS:
            raise LabError(f"{where}unknown timeout {key!r}{did_you_mean(key, TIMEOUTS)}")
        name, min_s = TIMEOUTS[key]
        parsed[name] = named(duration_ns, value, f"{where}timeouts: {key}")
        if parsed[name] < min_s * 1_000_000_000:
            raise LabError(f"{where}a timeout {key} of {value!r} is too short; the least is {min_s} s")
    return NatTimeouts(**parsed)


class Gateway:
    """The declaration of a router that translates."""

    def __init__(
        self,
        registry: Registry,
        router: Router,
        outside: object,
        inside: Sequence[object],
        filtering: str,
        hairpin: bool,
        forward: Mapping[str, str],
        ports: Sequence[int],
        timeouts: NatTimeouts,
    ) -> None:
        self._owner: Final = f"nat {router.name}"
        self._registry: Final = registry
        self._router: Final = router
        self._outside: Final = self._end(outside)
        self._inside: Final = [self._end(each) for each in inside]
        if self._outside in self._inside:
            raise LabError(f"{self._owner}: {self._label(self._outside)} is both inside and outside")
        if filtering not in FILTERING:
            hint = did_you_mean(filtering, FILTERING)
            raise LabError(f"{self._owner}: filtering {filtering!r} is not one of {', '.join(FILTERING)}{hint}")
        self._filtering: Final = FILTERING[filtering]
        self._hairpin: Final = hairpin
        self._ports: Final = self._range(ports)
        self._timeouts: Final = timeouts
        self._forward: Final = [self._forwarded(port, target) for port, target in forward.items()]

    def install(self) -> None:
        """Install the translator, once.  Addresses must be known."""
        if self._router.stack.translator is not None:
            return
        address = self._outside.face(4)
        outside = self._outside.interface
        if address is None or outside is None:
            raise LabError(f"{self._owner}: {self._label(self._outside)} has no IPv4 address to translate to")
        ends = self._inside or [end for end in self._router.ends if end is not self._outside]
        inside = [end.interface for end in ends if end.interface is not None]
        nat = Nat(
            self._router.stack,
            int(address.ip),
            outside,
            inside,
            self._filtering,
            self._hairpin,
            self._timeouts,
            *self._ports,
        )
        for protocol, port, (to, to_port) in self._forward:
            target = self._target(to)
            try:
                nat.table.fix(protocol, port, target, to_port)
            except ValueError as error:
                raise LabError(f"{self._owner}: forward: {error}") from None
        self._router.stack.translator = nat

    def _end(self, which: object) -> End:
        """The router's end of a link, given by the link or by the neighbour on it."""
        if isinstance(which, Link) or (isinstance(which, str) and which in self._registry.links):
            link = self._registry.link(which)
            for end in link.ends:
                if end.node is self._router:
                    return end
            raise LabError(f"{self._owner}: link {link.name} does not lead to {self._router.name}")
        links = self._registry.between(self._router, which)
        if len(links) > 1:
            names = ", ".join(link.name for link in links)
            raise LabError(f"{self._owner}: several links lead there; name one of {names}")
        return next(end for end in links[0].ends if end.node is self._router)

    def _label(self, end: End) -> str:
        return f"link {end.link.name}" if end.link is not None else end.node.name

    def _range(self, ports: Sequence[int]) -> tuple[int, int]:
        if len(ports) != 2 or not FIRST_HIGH_PORT <= ports[0] <= ports[1] <= 0xFFFF:
            raise LabError(
                f"{self._owner}: ports {list(ports)} must be the first and the last, within {FIRST_HIGH_PORT} to 65535"
            )
        return ports[0], ports[1]

    def _forwarded(self, port: str, target: str) -> tuple[int, int, tuple[str, int]]:
        what, to = _FORWARDED.fullmatch(str(port)), _TARGET.fullmatch(str(target))
        if what is None or to is None or not 0 < int(what[2]) < 65_536 or not 0 < int(to[2]) < 65_536:
            raise LabError(f'{self._owner}: forward {port!r} = {target!r}: write it like "tcp/8080" = "server:80"')
        return PROTOCOLS[what[1]], int(what[2]), (to[1], int(to[2]))

    def _target(self, to: str) -> int:
        """The IPv4 address of a node, or a literal address."""
        if to not in self._registry.nodes and to.replace(".", "").isdigit():
            address = parse_address(to, f"{self._owner}: forward")
        else:
            node = self._registry.node(to)
            own = [each for each in node.addresses if each.version == 4]
            if not own:
                raise LabError(f"{self._owner}: forward: {to} has no IPv4 address")
            address = own[0]
        return int(address)
