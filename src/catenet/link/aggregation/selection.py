"""Which ports of an aggregate may work together (IEEE 802.1AX-2014, 6.4.14).

Ports work together if the same system is across, with the same key.  A port whose partner cannot be aggregated, or does
not speak LACP, works alone.  Of several such groups one is selected: the one that is selected already, unless it has no
port left, or is a port without LACP while others have it; else the one with most ports, then of the lowest port.
"""

from __future__ import annotations

from collections.abc import Sequence

from catenet.link.aggregation.lacp_port import PORT_DISABLED, RX_DEFAULTED, RX_EXPIRED, LacpPort
from catenet.link.aggregation.lacpdu import AGGREGATION

Group = tuple[int, int, int, int]
"""The partner's system priority, system and key; and the port, for one that works alone."""


def group_of(port: LacpPort) -> Group | None:
    """The link aggregation group of a port; None while it is not known."""
    if port.receive_state == PORT_DISABLED or (port.receive_state == RX_EXPIRED and port.partner.system == 0):
        return None
    partner = port.partner
    alone = 0 if partner.state & AGGREGATION else port.actor.port
    return partner.system_priority, partner.system, partner.key, alone


def select(ports: Sequence[LacpPort], current: Group | None) -> Group | None:
    """Set each port's ``selected`` and ``ready``; ``current`` and the result are the group that is selected."""
    members: dict[Group, list[LacpPort]] = {}
    for port in ports:
        group = group_of(port)
        if group is not None:
            members.setdefault(group, []).append(port)
    chosen = _choice(members, current)
    for port in ports:
        port.selected = chosen is not None and group_of(port) == chosen
    return chosen


def _choice(members: dict[Group, list[LacpPort]], current: Group | None) -> Group | None:
    speaking = {group: ports for group, ports in members.items() if ports[0].receive_state != RX_DEFAULTED}
    candidates = speaking or members
    if current is not None and current in candidates:
        return current
    best: Group | None = None
    for group, ports in candidates.items():
        if best is None or len(ports) > len(candidates[best]):
            best = group
    return best
