"""The interface of the loop to transports and servers: registration while they are open, and creation of transports."""

from __future__ import annotations

from typing import Any

from catenet.kernel import Kernel
from catenet.session.environment import Environment
from catenet.session.loop.sock_calls import SockCalls
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.socket_base import Endpoint
from catenet.session.stack import SocketStack


class SocketLoop(SockCalls):
    """A loop that registers its open transports and listening sockets."""

    def __init__(self, kernel: Kernel, name: str, environment: Environment | None, sockets: SocketStack) -> None:
        self.sockets = sockets
        self._transports: dict[Endpoint, Any] = {}
        self._listeners: dict[Endpoint, None] = {}
        super().__init__(kernel, name, environment)
        self.sockets.in_turn = self.in_turn

    def hold_transport(self, transport: Any, sock: SimSocket) -> None:
        """Register the transport that owns a socket."""
        self._transports[sock.endpoint] = transport

    def drop_transport(self, transport: Any, sock: SimSocket) -> None:
        """Forget it."""
        self._transports.pop(sock.endpoint, None)

    def hold_listener(self, sock: SimSocket) -> None:
        """Register a listening socket."""
        self._listeners[sock.endpoint] = None

    def drop_listener(self, sock: SimSocket) -> None:
        """Forget it."""
        self._listeners.pop(sock.endpoint, None)

    def transport_of(self, endpoint: Endpoint) -> Any:
        return self._transports.get(endpoint)

    def open_ends(self) -> list[str]:
        """What each transport and listening socket waits for."""
        lines = [f"transport waits for {transport.waits_for()}" for transport in self._transports.values()]
        return lines + [f"server waits for {endpoint.waits_for()}" for endpoint in self._listeners]

    def make_transport(
        self, sock: SimSocket, protocol: Any, waiter: Any, extra: Any, server: Any, tls: dict[str, Any] | None
    ) -> Any:
        """A transport for an accepted connection, with TLS if ``tls`` has its settings."""
        raise AssertionError(f"{type(self).__name__} does not say how it makes a transport")
