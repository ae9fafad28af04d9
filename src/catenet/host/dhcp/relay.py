"""The DHCP relay agent of a router: clients' broadcasts go on to servers as unicasts, and replies come back."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp.message import CLIENT_PORT, NO_ADDRESS, REQUEST, SERVER_PORT, DhcpMessage
from catenet.application.dhcp.relay import Relay
from catenet.host.dhcp.port import DhcpPort
from catenet.host.host_base import HostBase
from catenet.network.interface import Interface, InterfaceObserver


class DhcpRelayDaemon(InterfaceObserver):
    """Relays on ``interfaces``, and gets replies on all that are given; ``servers`` are sent every request."""

    def __init__(self, host: HostBase, servers: list[IPv4Address]) -> None:
        super().__init__()
        self.relay: Final = Relay()
        self.servers: Final = servers
        self.clients: Final[list[Interface]] = []
        self._host: Final = host
        self._interfaces: Final[list[Interface]] = []
        self._ports: Final[dict[str, DhcpPort]] = {}
        host.ip.watch(self)

    def add_interface(self, interface: Interface, clients: bool) -> None:
        """Listen on an interface: for requests of clients there, or for replies of servers only."""
        self._interfaces.append(interface)
        if clients:
            self.clients.append(interface)
        self.interface_changed(interface)

    def interface_changed(self, interface: Interface) -> None:
        """A host that loses power loses its sockets, too."""
        if interface not in self._interfaces:
            return
        if not interface.enabled:
            port = self._ports.pop(interface.name, None)
            if port is not None:
                port.close()
        elif interface.name not in self._ports:
            self._ports[interface.name] = DhcpPort(self._host, interface, SERVER_PORT, self._received)

    def _received(self, message: DhcpMessage, port: DhcpPort) -> None:
        if message.op == REQUEST:
            if port.interface in self.clients and port.own and self.relay.request(message, port.own[0]):
                for server in self.servers:
                    port.to_server(message, port.own[0], server)
            return
        if self.relay.reply(message, [address for each in self._ports.values() for address in each.own]):
            out = next(each for each in self._ports.values() if message.giaddr in each.own)
            src = message.giaddr
            if message.broadcast or not int(message.yiaddr):
                out.broadcast(message, src, CLIENT_PORT)
            else:
                message.ciaddr = NO_ADDRESS if int(message.yiaddr) != int(message.ciaddr) else message.ciaddr
                out.to_client(message, src)
