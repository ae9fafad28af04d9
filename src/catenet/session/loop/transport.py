"""The common part of stream and datagram transports: state, errors, and write flow control.

Every method behaves as asyncio's documentation and its selector transports define. ``_protocol_paused``,
``_force_close``, ``_start_tls_compatible`` and ``_sendfile_compatible`` have the names that ``asyncio.sslproto`` and
``loop.sendfile`` require.
"""

from __future__ import annotations

import asyncio
from asyncio.constants import _SendfileMode
from asyncio.transports import _FlowControlMixin
from collections.abc import Callable
from typing import Any

from catenet.session.loop.server import Server
from catenet.session.loop.socket_loop import SocketLoop
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.watch import unwatch_reader, unwatch_writer

HIGH_WATER_OCTETS = 64 * 1024
READ_OCTETS = 256 * 1024


class SocketTransport(_FlowControlMixin):
    """A transport over one simulated socket.  ``loop.sendfile`` accepts only subclasses of the mixin."""

    _sendfile_compatible: Any = _SendfileMode.UNSUPPORTED

    def __init__(
        self,
        loop: SocketLoop,
        sock: SimSocket,
        protocol: Any,
        extra: dict[str, Any] | None,
        server: Server | None = None,
    ) -> None:
        # asyncio's own __init__ sets what is not used here
        self._loop: SocketLoop = loop
        self._sock = sock
        self._endpoint = sock.endpoint
        self._protocol = protocol
        self._server = server
        self._closing = False
        self._lost = False
        self._paused = False
        self._protocol_paused = False
        self._high_octets, self._low_octets = HIGH_WATER_OCTETS, HIGH_WATER_OCTETS // 4
        self._extra: dict[str, Any] = {} if extra is None else extra
        if "peername" not in self._extra:
            self._extra["peername"] = peername(sock)
        loop.hold_transport(self, sock)
        if server is not None:
            server.attach(self)

    def start(self, waiter: asyncio.Future[Any] | None, reading: Callable[[], None]) -> None:
        """Call ``connection_made``, then start reading, then wake the waiter."""
        self._loop.call_soon(self._protocol.connection_made, self)
        self._loop.call_soon(reading)
        if waiter is not None:
            self._loop.call_soon(_wake, waiter)

    def __repr__(self) -> str:
        state = "closed" if self._sock.fileno() == -1 else "closing" if self._closing else "open"
        peer = self._extra["peername"]
        return f"<{type(self).__name__} {state} {self.get_extra_info('sockname')}{f' to {peer}' if peer else ''}>"

    def waits_for(self) -> str:
        """The transport's peer, and what it may wait for."""
        return f"{self._endpoint.waits_for()}; {self.get_write_buffer_size()} octets wait to be sent"

    def get_protocol(self) -> Any:
        return self._protocol

    def set_protocol(self, protocol: Any) -> None:
        self._protocol = protocol

    def is_closing(self) -> bool:
        return self._closing

    def get_write_buffer_size(self) -> int:
        return 0

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return self._low_octets, self._high_octets

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if high is None:
            high = HIGH_WATER_OCTETS if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            raise ValueError(f"high ({high!r}) must be >= low ({low!r}) must be >= 0")
        self._high_octets, self._low_octets = high, low
        self._maybe_pause_protocol()

    def _maybe_pause_protocol(self) -> None:
        if self.get_write_buffer_size() > self._high_octets and not self._protocol_paused:
            self._protocol_paused = True
            self._call_flow_control("pause_writing")

    def _maybe_resume_protocol(self) -> None:
        if self._protocol_paused and self.get_write_buffer_size() <= self._low_octets:
            self._protocol_paused = False
            self._call_flow_control("resume_writing")

    def _call_flow_control(self, method: str) -> None:
        try:
            getattr(self._protocol, method)()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._report(error, f"protocol.{method}() failed")

    def _report(self, error: BaseException, message: str) -> None:
        self._loop.call_exception_handler(
            {"message": message, "exception": error, "transport": self, "protocol": self._protocol}
        )

    def _discard_buffer(self) -> None:
        """Drop unsent data."""

    def close(self) -> None:
        """Close after all written data are sent."""
        if self._closing:
            return
        self._closing = True
        unwatch_reader(self._endpoint)
        if not self.get_write_buffer_size():
            self._lose(None)

    def abort(self) -> None:
        """Close now; unsent data are lost."""
        self._force_close(None)

    def _fatal_error(self, error: BaseException, message: str = "Fatal error on transport") -> None:
        if not isinstance(error, OSError):
            self._report(error, message)
        self._force_close(error)

    def _force_close(self, error: BaseException | None) -> None:
        if self._lost:
            return
        self._discard_buffer()
        self._closing = True
        self._lose(error)

    def _lose(self, error: BaseException | None) -> None:
        """Schedule ``connection_lost``, once."""
        self._lost = True
        unwatch_reader(self._endpoint)
        unwatch_writer(self._endpoint)
        self._loop.call_soon(self._call_connection_lost, error)

    def _call_connection_lost(self, error: BaseException | None) -> None:
        try:
            self._protocol.connection_lost(error)
        finally:
            self._loop.drop_transport(self, self._sock)
            self._sock.close()
            server, self._server = self._server, None
            if server is not None:
                server.detach(self)


def _wake(waiter: asyncio.Future[Any]) -> None:
    if not waiter.cancelled():
        waiter.set_result(None)


def peername(sock: SimSocket) -> Any:
    """The peer's address; None if there is no peer."""
    try:
        return sock.getpeername()
    except OSError:
        return None
