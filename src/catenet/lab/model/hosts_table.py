"""The hosts table of an internet: every host's and router's addresses by name, and names by address."""

from __future__ import annotations

from typing import Final

from catenet.lab.model.nodes import Attachment, IpNode
from catenet.lab.model.registry import Registry
from catenet.session.names.hosts_table import Names


class HostNames:
    """Keeps the hosts table up to date."""

    def __init__(self) -> None:
        self.table: Final = Names()
        self._known: Final[dict[str, int]] = {}

    def update(self, registry: Registry) -> None:
        """Add the addresses assigned since the last call, both IPv4 and IPv6 (A and AAAA)."""
        named: list[IpNode | Attachment] = [*registry.ip_nodes(), *registry.attachments()]
        for node in named:
            addresses = node.addresses
            for address in addresses[self._known.get(node.name, 0) :]:
                self.table.add_number(node.name, address.version, int(address))
            self._known[node.name] = len(addresses)

    def replace(self, node: IpNode) -> None:
        """The addresses of a node are others now."""
        if self.table.lookup(node.name) is not None:
            self.table.remove(node.name)
        for address in node.addresses:
            self.table.add_number(node.name, address.version, int(address))
        self._known[node.name] = len(node.addresses)
