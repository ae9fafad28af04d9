"""Why a node has no route: the missing information of its protocols."""

from __future__ import annotations

from catenet.host.routing.ospf import OspfDaemon
from catenet.host.routing.rip import RipDaemon
from catenet.kernel.quantity import duration_text
from catenet.lab.model.nodes import IpNode, Router
from catenet.lab.probe.explain.explanation import Other
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.explain.ospf_paths import Paths
from catenet.lab.report.routing.ospf_lsa import TYPE_NAMES
from catenet.network.addresses import text
from catenet.network.routing.ospf.adjacency.neighbour import FULL, STATES
from catenet.network.routing.ospf.calculation.routes import PATH_TYPES


def why_missing(net: Network, node: IpNode, version: int, address: int) -> list[Other]:
    """For each protocol of a node, why no usable route covers an address."""
    if not isinstance(node, Router):
        return [Other("automatic", "none of its links leads to a router that can be reached")]
    if node.routing == "auto":
        return [Other("automatic", "routing knows no path to it")]
    found = []
    ospf, rip = net.ospf.daemons.get(node.name), net.rip.daemons.get(node.name)
    if (ospf is not None or rip is not None) and version == 6:
        found.append(Other(node.routing, "OSPFv2 and RIPv2 carry IPv4 only; give IPv6 a static route"))
    if ospf is not None and version == 4:
        found += _ospf(net, ospf, address)
    if rip is not None and version == 4:
        found += _rip(net, rip, address)
    found.append(Other("static", "no static route of this router contains it"))
    return found


def _ospf(net: Network, daemon: OspfDaemon, address: int) -> list[Other]:
    machine, now_ns = daemon.machine, int(net.kernel.now_ns)
    due_ns = int(machine.spf_delay.due_ns)
    waiting = []
    for port in daemon.ports:
        for other in port.ospf.neighbours.values():
            if other.state != FULL:
                name = net.ospf.name_of(other.router_id) or text(4, other.router_id)
                waiting.append(f"neighbour {name} on {port.interface.name} is {STATES[int(other.state)]}")
    full = sum(1 for port in daemon.ports for other in port.ospf.neighbours.values() if other.state == FULL)
    found = [Other("ospf", text) for text in waiting]
    if not full and not waiting:
        found.append(Other("ospf", "it has received nothing from a neighbour yet"))
    if due_ns < 1 << 62 and due_ns > now_ns:
        found.append(Other("ospf", f"LSAs have come; routes are calculated in {duration_text(due_ns - now_ns)}"))
    told = ospf_candidates(net, daemon, address)
    if not told:
        lsas = sum(len(scope.database) for scope in machine.scopes())
        found.append(Other("ospf", f"none of the {lsas} LSAs in its database describes a network that contains it"))
    return found + told


def ospf_candidates(net: Network, daemon: OspfDaemon, address: int) -> list[Other]:
    """The LSAs that advertise a network with an address but gave no route in the table, and why."""
    found = []
    calculation = daemon.machine.calculation
    for length in range(32, -1, -1):
        key = address >> (32 - length) << (32 - length + 6) | length
        paths = Paths(calculation, key, net.ospf.name_of)
        for path in paths.all:
            lsa = path.lsa
            what = f"{TYPE_NAMES[lsa.type]}-LSA {text(4, lsa.link_state_id)} of {paths.name(lsa.advertising_router)}"
            why = path.fault or "the network is this router's own, or its link is down"
            found.append(Other(f"ospf {PATH_TYPES[path.path_type]}, {what}", why))
    return found


def _rip(net: Network, daemon: RipDaemon, address: int) -> list[Other]:
    machine, now_ns = daemon.machine, int(net.kernel.now_ns)
    found = []
    if not machine.peers:
        found.append(Other("rip", "it has received nothing from a neighbour yet"))
    for route in machine.table.routes.values():
        if address >> (32 - route.prefix_len) == route.prefix >> (32 - route.prefix_len) and route.dead:
            left = duration_text(int(route.garbage_at_ns) - now_ns)
            found.append(
                Other(f"rip {text(4, route.prefix)}/{route.prefix_len}", f"metric 16: unreachable; forgotten in {left}")
            )
    if not found:
        heard = "1 neighbour" if len(machine.peers) == 1 else f"{len(machine.peers)} neighbours"
        found.append(Other("rip", f"it has heard {heard}, and none advertises a network that contains it"))
    return found
