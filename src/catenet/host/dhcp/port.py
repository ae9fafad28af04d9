"""A UDP port of DHCP on one interface: messages in and out, also where there are no addresses yet."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp.message import CLIENT_PORT, SERVER_PORT, DhcpMessage, parse
from catenet.host.host_base import HostBase
from catenet.network.addresses import BROADCAST
from catenet.network.interface import Interface
from catenet.transport.udp import UdpUser


class DhcpPort(UdpUser):
    """Port 67 or 68 of one interface; ``received`` gets each well-formed message.  Raises OSError if it is taken."""

    def __init__(
        self, host: HostBase, interface: Interface, port: int, received: Callable[[DhcpMessage, DhcpPort], None]
    ) -> None:
        super().__init__()
        self.interface: Final = interface
        self.malformed: int = 0
        self._host: Final = host
        self._received: Final = received
        self._socket: Final = host.udp.open(self, 4)
        self._socket.interface = interface
        self._socket.broadcast = True
        errno = host.udp.bind(self._socket, 0, port)
        if errno:
            raise OSError(errno, f"DHCP of {host.name}: UDP port {port} on {interface.name} is taken")

    @property
    def own(self) -> list[IPv4Address]:
        """The interface's IPv4 addresses."""
        return [IPv4Address(address) for address, _ in self.interface.ipv4]

    def close(self) -> None:
        """Release the port."""
        self._socket.close()

    def readable(self) -> None:
        while (arrival := self._socket.receive()) is not None:
            message = parse(arrival.data)
            if message is None:
                self.malformed += 1
            else:
                self._received(message, self)

    def broadcast(self, message: DhcpMessage, src: IPv4Address, port: int) -> None:
        """Send to all on the link."""
        self._host.udp.transmit_on_link(self._socket, message.emit(), int(src), BROADCAST, port)

    def to_server(self, message: DhcpMessage, src: IPv4Address, server: IPv4Address) -> None:
        """Send from an address of this host to a server, which may be beyond routers."""
        self._send(message, src, server, SERVER_PORT)

    def to_client(self, message: DhcpMessage, src: IPv4Address) -> None:
        """Send a reply to a client on the link, as RFC 2131 4.1 says.

        One without an address is sent to its MAC: it could not answer ARP.
        """
        if int(message.ciaddr):
            self._send(message, src, message.ciaddr, CLIENT_PORT)
        elif message.broadcast or not int(message.yiaddr):
            self.broadcast(message, src, CLIENT_PORT)
        else:
            address = int(message.yiaddr)
            self.interface.neighbours(4).entry(address).heard(int.from_bytes(message.chaddr, "big"))
            self._host.udp.transmit_on_link(self._socket, message.emit(), int(src), address, CLIENT_PORT)

    def to_relay(self, message: DhcpMessage, src: IPv4Address) -> None:
        """Send a reply to the relay agent of the client's link."""
        self._send(message, src, message.giaddr, SERVER_PORT)

    def _send(self, message: DhcpMessage, src: IPv4Address, dst: IPv4Address, port: int) -> None:
        self._host.udp.send_from(self._socket, message.emit(), int(src), int(dst), port)
