"""Hosts and routers at switches that snoop report all of their groups, as Linux does.

Otherwise such a switch would withhold what goes to their solicited-node groups, and Neighbour Discovery would fail.
"""

from __future__ import annotations

from collections.abc import Iterable

from catenet.lab.model.lans import Lans
from catenet.lab.model.nodes import Switch


def report_groups(switches: Iterable[Switch], lans: Lans) -> None:
    """Let the interfaces of every LAN with a snooping switch report groups of link scope, too."""
    for switch in switches:
        if switch.options.snooping is None:
            continue
        for end in lans.of(switch).ends():
            if end.interface is not None:
                end.interface.report_link_scope()
