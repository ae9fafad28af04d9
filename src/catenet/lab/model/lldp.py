"""LLDP of a node: what it says of itself, and an agent at each of its ports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catenet.lab.model.address_plan import Address
from catenet.lab.options.lldp import LldpOptions
from catenet.link.lldp.agent import LldpAgent
from catenet.link.lldp.lldp_filter import LldpFilter
from catenet.link.lldp.lldpdu import ADDRESS_IPV4, ADDRESS_IPV6, BRIDGE, ROUTER, STATION, ManagementAddress
from catenet.link.lldp.local_system import LocalPort, LocalSystem
from catenet.link.port import Port

CAPABILITIES: Final = {"switch": BRIDGE, "router": ROUTER, "host": STATION}


class NodeLldp:
    """LLDP of one node; ``agents`` are those of its ports by the name of the link."""

    def __init__(self, name: str, kind: str, options: LldpOptions) -> None:
        self.options: Final = options
        self.system: Final = LocalSystem(name, f"Catenet {kind}", CAPABILITIES[kind])
        self.agents: Final[dict[str, LldpAgent]] = {}

    def add(self, port: Port, name: str, link: str, vid: int) -> None:
        """A new port, before its link is there; ``vid`` is the VLAN of its untagged frames, 0 if it knows none."""
        local = LocalPort(self.system, port, name, link)
        local.vid = vid
        agent = self.agents[link] = LldpAgent(local, self.options.settings)
        LldpFilter(port, agent)

    def set_addresses(self, addresses: Sequence[Address]) -> None:
        """The node's addresses are these; if they are others than before, neighbours are told."""
        told = [ManagementAddress(ADDRESS_IPV4 if ip.version == 4 else ADDRESS_IPV6, ip.packed) for ip in addresses]
        if [each.address for each in told] != [each.address for each in self.system.addresses]:
            self.system.addresses = told
            for agent in self.agents.values():
                agent.local_changed()
