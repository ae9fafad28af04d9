"""RIP of a router: interfaces, neighbours, routing table, and rejected packets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catenet.host.routing.rip import RipDaemon
from catenet.kernel.kernel import NEVER
from catenet.lab.report.routing.names import chosen, owners
from catenet.network.addresses import text
from catenet.network.routing.rip import drop_reasons
from catenet.network.routing.rip.route import RipRoute

if TYPE_CHECKING:
    from catenet.lab.world.world import World


def rip(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """RIP of one router, or of all that run it: interfaces, neighbours, routing table, and rejected packets.

    Raises LabError for a router that does not run RIP.
    """
    daemons = chosen(net, net.rip.daemons, name, "rip")
    names = owners(net)
    return [_daemon(name, daemon, names, int(net.kernel.now_ns)) for name, daemon in daemons.items()]


def _daemon(name: str, daemon: RipDaemon, names: dict[str, str], now_ns: int) -> dict[str, Any]:
    machine = daemon.machine
    return {
        "router": name,
        "interfaces": [
            {
                "name": interface.name,
                "address": text(4, interface.address),
                "up": interface.up,
                "metric": interface.cost,
                "passive": interface.passive,
                "authentication": None if interface.key is None else interface.key.algorithm,
            }
            for interface in machine.interfaces
        ],
        "neighbours": [
            {
                "address": text(4, peer.address),
                "node": names.get(text(4, peer.address)),
                "interface": peer.interface.name,
                "heard_s_ago": (now_ns - int(peer.heard_ns)) / 1e9,
                "messages": int(peer.messages),
                "bad_entries": int(peer.bad_entries),
            }
            for peer in machine.peers.values()
        ],
        "table": [
            _rip_route(route, names, now_ns)
            for route in sorted(machine.table.routes.values(), key=lambda route: (route.prefix, route.prefix_len))
        ],
        "drops": {drop_reasons.REASONS[reason]: count for reason, count in enumerate(machine.drops) if count},
    }


def _rip_route(route: RipRoute, names: dict[str, str], now_ns: int) -> dict[str, Any]:
    flushed_in_s = None if route.garbage_at_ns >= NEVER else (int(route.garbage_at_ns) - now_ns) / 1e9
    return {
        "prefix": f"{text(4, route.prefix)}/{route.prefix_len}",
        "metric": route.metric,
        "tag": route.tag,
        "connected": route.given,
        "hops": [
            {
                "gateway": text(4, hop.gateway),
                "node": names.get(text(4, hop.gateway)),
                "interface": hop.interface.name,
                "times_out_in_s": (int(hop.deadline_ns) - now_ns) / 1e9,
            }
            for hop in route.hops
        ],
        "flushed_in_s": flushed_in_s,
    }
