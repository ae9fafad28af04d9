"""The routing protocols of a router, and the links on which each runs.

A single protocol runs on all links, or on those in its networks (:mod:`~catenet.lab.options.network_statements`).  With
several, each runs on links where a neighbour runs it, and all of them on links without other routers: so a border
between two parts of a network needs no further options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Any, Final, get_args

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quoting import quoted
from catenet.lab.model.nodes import End, Node, Router
from catenet.lab.options.network_statements import NetworkStatements
from catenet.lab.options.types import Routing
from catenet.lab.routing.graph import reachable_interfaces
from catenet.network.routing.ospf.settings import MAX_COST
from catenet.network.routing.rip.message import INFINITY

PROTOCOLS: Final = ("ospf", "rip")
MAX_COSTS: Final = {"ospf": MAX_COST, "rip": INFINITY - 1}
"""The maximum metric in a router-LSA (RFC 2328 A.4.2) and on an interface of RIP (RFC 2453 3.9.2)."""
ROUTINGS: Final = get_args(Routing)


def parse_routing(given: object) -> str:
    """Parse a router's ``routing``, with protocols in a fixed order.  Raises :class:`LabError`."""
    if isinstance(given, str) and given in ROUTINGS:
        return given
    parts = given.split("+") if isinstance(given, str) else []
    for alone in ("auto", "static"):
        if alone in parts and len(parts) > 1:
            why = "any router takes static routes" if alone == "static" else "it is for routers that run no protocol"
            raise LabError(f"routing {quoted(given)}: {alone!r} stands alone: {why}; join protocols, as in 'ospf+rip'")
    if not parts or any(part not in PROTOCOLS for part in parts) or len(set(parts)) < len(parts):
        raise LabError(
            f"routing {quoted(given)} is not one of {', '.join(ROUTINGS)}{did_you_mean(str(given), ROUTINGS)}"
        )
    return "+".join(protocol for protocol in PROTOCOLS if protocol in parts)


def check_options(name: str, routing: str, options: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Raise LabError for options of a protocol that a router does not run; ``options`` are by protocol."""
    for protocol, given in options.items():
        if given is not None and protocol not in routing.split("+"):
            raise LabError(
                f"router {name}: {protocol}: these are options of {protocol.upper()}, and its routing is {routing}; "
                f'say "{protocol}"'
            )


def check_costs(owner: str, options: Mapping[str, Any], here: Node, there: Node) -> None:
    """Raise LabError for a link's cost that is out of range of a protocol on it."""
    way = options.get("cost")
    back = options.get("back", {}).get("cost", way)
    for node, other, cost in ((here, there, way), (there, here, back)):
        if cost is None or not isinstance(node, Router):
            continue
        for protocol, most in MAX_COSTS.items():
            spoken = node.routing == protocol or (isinstance(other, Router) and other.speaks(protocol))
            if node.speaks(protocol) and spoken and cost > most:
                raise LabError(
                    f"{owner}: cost: {node.name} speaks {protocol.upper()} there, whose costs are 1 to {most}, "
                    f"not {cost}"
                )


def check_links(router: Router, what: str, names: tuple[str, ...]) -> None:
    """Raise LabError for names that are neither links nor neighbours of a router."""
    links = [(end.link, end.link.other(end).node) for end in router.ends if end.link is not None]
    known = [name for link, node in links for name in (link.name, node.name)]
    for name in names:
        if name not in known:
            raise LabError(f"router {router.name}: {what}: it has no link {name!r}{did_you_mean(name, known)}")


def is_spoken(protocol: str, router: Router, end: End) -> bool:
    """Whether a protocol of a router runs at one of its ends."""
    if router.routing == protocol:
        return True
    across = [other.node for other in reachable_interfaces(end, set()) if isinstance(other.node, Router)]
    return not across or any(other.speaks(protocol) for other in across)


def check_used(protocol: str, routers: Iterable[tuple[Router, NetworkStatements]]) -> None:
    """Raise LabError for a network statement without effect, which matches no address of any router that has it."""
    unused: dict[IPv4Network, str] = {}
    used: set[IPv4Network] = set()
    for router, networks in routers:
        addresses = [int(address) for address in router.addresses if address.version == 4]
        for one in networks.statements:
            if any(address in range(int(one.network[0]), int(one.network[-1]) + 1) for address in addresses):
                used.add(one.network)
            else:
                unused.setdefault(one.network, router.name)
    for network, name in unused.items():
        if network not in used:
            raise LabError(
                f"router {name}: {protocol}: networks: no address of it is in {network}, nor of any other router"
            )


def address_of(router: Router, end: End) -> int | None:
    """The IPv4 address of a router at an end, borrowed on an unnumbered link; None if there is none."""
    face = end.face(4)
    if face is None:
        face = next((own for own in router.own_faces if own.version == 4), None)
    return None if face is None else int(face.ip)
