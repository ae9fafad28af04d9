"""One host that configures itself: its clients on each link, its addresses in the hosts table, its name servers."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv6Interface
from typing import Final

from catenet.host.dhcp.client import DhcpClientDaemon
from catenet.lab.model.address_plan import Face
from catenet.lab.model.hosts_table import HostNames
from catenet.lab.model.nodes import End, HostNode
from catenet.lab.services.nameservers import Learned, Nameservers
from catenet.network import addresses
from catenet.network.interface import Interface
from catenet.network.router_discovery.host_discovery import DiscoveryWatcher, HostDiscovery
from catenet.network.router_discovery.host_settings import HostSettings


class HostConfiguration(DiscoveryWatcher):
    """``dhcp`` and ``discoveries`` are by interface's name."""

    def __init__(self, node: HostNode, naming: HostNames, nameservers: Nameservers, stable: bool) -> None:
        super().__init__()
        self.node: Final = node
        self.dhcp: Final[dict[str, DhcpClientDaemon]] = {}
        self.discoveries: Final[dict[str, HostDiscovery]] = {}
        self._naming: Final = naming
        self._nameservers: Final = nameservers
        self._stable: Final = stable

    def settle(self) -> None:
        """Begin on each link that is new."""
        for end in self.node.ends:
            interface = end.interface
            if interface is None:
                continue
            if 4 in self.node.configures and interface.name not in self.dhcp:
                self.dhcp[interface.name] = DhcpClientDaemon(self.node.machine, interface, self._publish)
                self.dhcp[interface.name].start()
            if 6 in self.node.configures and interface.name not in self.discoveries:
                settings = HostSettings(stable=self._stable)
                self.discoveries[interface.name] = HostDiscovery(self.node.stack, interface, settings, self)
                self.discoveries[interface.name].start()

    def configuration_changed(self, interface: Interface) -> None:
        self._publish()

    def _publish(self) -> None:
        before = self.node.addresses
        for end in self.node.ends:
            end.faces = [face for face in end.faces if face.version not in self.node.configures]
            end.faces += self._learned(end)
        if self.node.addresses != before:
            self._naming.replace(self.node)
            if self.node.lldp is not None:
                self.node.lldp.set_addresses(self.node.addresses)
        self._nameservers.learn(self.node.machine, self._learned_by_dhcp(), self._advertised())

    def _learned_by_dhcp(self) -> Learned:
        leases = [client.lease for client in self.dhcp.values() if client.lease is not None]
        return Learned(
            tuple(str(server) for lease in leases for server in lease.name_servers),
            tuple(domain for lease in leases for domain in lease.domains),
        )

    def _advertised(self) -> Learned:
        known = [discovery.dns for discovery in self.discoveries.values()]
        return Learned(
            tuple(addresses.text(6, server) for dns in known for server in dns.servers),
            tuple(domain for dns in known for domain in dns.domains),
        )

    def _learned(self, end: End) -> list[Face]:
        """What the interface has by itself; deprecated addresses last, since they are no good for new flows."""
        if end.interface is None:
            return []
        found = [
            own
            for own in end.interface.addresses
            if own.usable and own.version in self.node.configures
            if not (own.version == 6 and addresses.is_link_local(6, own.address))
        ]
        return [
            IPv4Interface((own.address, own.prefix_len))
            if own.version == 4
            else IPv6Interface((own.address, own.prefix_len))
            for own in sorted(found, key=lambda own: (own.version, own.deprecated))
        ]
