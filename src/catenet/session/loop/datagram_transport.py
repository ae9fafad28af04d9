"""The transport of a UDP socket."""

from __future__ import annotations

import asyncio
from asyncio.trsock import TransportSocket
from collections import deque
from typing import Any

from catenet.session.loop.socket_loop import SocketLoop
from catenet.session.loop.transport import READ_OCTETS, SocketTransport
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.watch import unwatch_writer, watch_reader, watch_writer


class DatagramTransport(SocketTransport, asyncio.DatagramTransport):
    """Sends and receives datagrams; ICMP errors are passed to ``protocol.error_received``."""

    def __init__(
        self,
        loop: SocketLoop,
        sock: SimSocket,
        protocol: Any,
        address: Any = None,
        waiter: asyncio.Future[Any] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(loop, sock, protocol, extra)
        self._extra["socket"] = TransportSocket(sock)
        self._extra["sockname"] = sock.getsockname()
        self._address = address
        self._waiting: deque[tuple[bytes, Any]] = deque()
        self._waiting_octets = 0
        self.start(waiter, self._begin_reading)

    def _begin_reading(self) -> None:
        if not self._closing:
            watch_reader(self._loop, self._endpoint, self._read)

    def get_write_buffer_size(self) -> int:
        return self._waiting_octets

    def _discard_buffer(self) -> None:
        self._waiting.clear()
        self._waiting_octets = 0

    def _read(self) -> None:
        if self._lost:
            return
        try:
            data, address = self._endpoint.recvfrom(READ_OCTETS)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._protocol.error_received(error)
        else:
            self._protocol.datagram_received(data, address)

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send a datagram, to ``addr`` or to the endpoint's remote address."""
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"data argument must be a bytes-like object, not {type(data).__name__!r}")
        if self._address is not None:
            if addr not in (None, self._address):
                raise ValueError(f"Invalid address: must be None or {self._address}")
            addr = self._address
        if self._lost and self._address is not None:
            return
        if self._waiting or not self._send(bytes(data), addr):
            if not self._waiting:
                watch_writer(self._loop, self._endpoint, self._send_more)
            self._waiting.append((bytes(data), addr))
            self._waiting_octets += len(data)
            self._maybe_pause_protocol()

    def _send(self, data: bytes, addr: Any) -> bool:
        """Send a datagram; False if the socket would block."""
        try:
            if self._extra["peername"] is not None or addr is None:
                self._endpoint.send(data)
            else:
                self._endpoint.sendto(data, addr)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            self._protocol.error_received(error)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal write error on datagram transport")
        return True

    def _send_more(self) -> None:
        while self._waiting:
            data, addr = self._waiting[0]
            if not self._send(data, addr):
                break
            self._waiting.popleft()
            self._waiting_octets -= len(data)
        self._maybe_resume_protocol()
        if not self._waiting:
            unwatch_writer(self._endpoint)
            if self._closing:
                self._lose(None)
