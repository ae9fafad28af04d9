"""The transport of a TCP connection."""

from __future__ import annotations

import asyncio
import socket
import warnings
from asyncio.constants import _SendfileMode
from asyncio.trsock import TransportSocket
from collections import deque
from collections.abc import Iterable
from typing import Any

from catenet.session.loop.server import Server
from catenet.session.loop.socket_loop import SocketLoop
from catenet.session.loop.transport import READ_OCTETS, SocketTransport
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.socket_base import Octets
from catenet.session.sockets.watch import unwatch_reader, unwatch_writer, watch_reader, watch_writer

WRITES_BEFORE_WARNING = 5
BYTES_LIKE = (bytes, bytearray, memoryview)


class StreamTransport(SocketTransport):
    """Writes are passed to the connection at once as far as it accepts them; the rest is buffered here.

    While reading is paused nothing is read from the connection, so its receive window closes.
    """

    _start_tls_compatible = True
    _sendfile_compatible = _SendfileMode.TRY_NATIVE

    def __init__(
        self,
        loop: SocketLoop,
        sock: SimSocket,
        protocol: Any,
        waiter: asyncio.Future[Any] | None = None,
        extra: dict[str, Any] | None = None,
        server: Server | None = None,
    ) -> None:
        super().__init__(loop, sock, protocol, extra, server)
        self._buffer: deque[memoryview] | None = None
        self._buffered_octets = 0
        self._eof_written = False
        self._sendfile: asyncio.Future[None] | None = None
        self._writes_in_vain = 0
        self._buffered_protocol = isinstance(protocol, asyncio.BufferedProtocol)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            self._endpoint.set_option(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.start(waiter, self._begin_reading)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name in self._extra:
            return self._extra[name]
        if name == "socket":
            self._extra[name] = TransportSocket(self._sock)
        elif name == "sockname":
            self._extra[name] = self._endpoint.sockname()
        return self._extra.get(name, default)

    def set_protocol(self, protocol: Any) -> None:
        self._buffered_protocol = isinstance(protocol, asyncio.BufferedProtocol)
        super().set_protocol(protocol)

    # -- reading

    def _begin_reading(self) -> None:
        if not self._closing and not self._paused:
            watch_reader(self._loop, self._endpoint, self._read)

    def is_reading(self) -> bool:
        return not self._closing and not self._paused

    def pause_reading(self) -> None:
        if self.is_reading():
            self._paused = True
            unwatch_reader(self._endpoint)

    def resume_reading(self) -> None:
        if not self._closing and self._paused:
            self._paused = False
            self._begin_reading()

    def _read(self) -> None:
        if self._lost:
            return
        if self._buffered_protocol:
            self._read_into_buffer()
        else:
            self._read_data()

    def _receive(self, most: int) -> bytes | None:
        try:
            return self._endpoint.recv(most)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError as error:
            self._fatal_error(error, "Fatal read error on socket transport")
            return None

    def _read_data(self) -> None:
        data = self._receive(READ_OCTETS)
        if data is None:
            return
        if not data:
            self._read_eof()
            return
        try:
            self._protocol.data_received(data)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal error: protocol.data_received() call failed.")

    def _read_into_buffer(self) -> None:
        try:
            buffer = self._protocol.get_buffer(-1)
            if not len(buffer):
                raise RuntimeError("get_buffer() returned an empty buffer")
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal error: protocol.get_buffer() call failed.")
            return
        view = memoryview(buffer).cast("B")
        data = self._receive(len(view))
        if data is None:
            return
        if not data:
            self._read_eof()
            return
        view[: len(data)] = data
        try:
            self._protocol.buffer_updated(len(data))
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal error: protocol.buffer_updated() call failed.")

    def _read_eof(self) -> None:
        try:
            keep_open = self._protocol.eof_received()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal error: protocol.eof_received() call failed.")
            return
        if keep_open:
            unwatch_reader(self._endpoint)
        else:
            self.close()

    # -- writing

    def get_write_buffer_size(self) -> int:
        return self._buffered_octets

    def _discard_buffer(self) -> None:
        self._buffer = None
        self._buffered_octets = 0

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        if not isinstance(data, BYTES_LIKE):
            raise TypeError(f"data argument must be a bytes-like object, not {type(data).__name__!r}")
        if self._eof_written:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self._sendfile is not None:
            raise RuntimeError("unable to write; sendfile is in progress")
        if not data:
            return
        if self._lost:
            self._write_in_vain()
            return
        octets = data if isinstance(data, bytes) else memoryview(data).cast("B")
        sent = 0
        if not self._buffer:
            sent = self._send(octets)
            if sent < 0 or sent == len(octets):
                return
            watch_writer(self._loop, self._endpoint, self._write_more)
        rest = memoryview(octets)[sent:]
        if not isinstance(data, bytes):
            rest = memoryview(bytes(rest))
        if self._buffer is None:
            self._buffer = deque()
        self._buffer.append(rest)
        self._buffered_octets += len(rest)
        self._maybe_pause_protocol()

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        self.write(b"".join(list_of_data))

    def _write_in_vain(self) -> None:
        if self._writes_in_vain >= WRITES_BEFORE_WARNING:
            warnings.warn("socket.send() raised exception.", RuntimeWarning, stacklevel=3)
        self._writes_in_vain += 1

    def _send(self, data: Octets) -> int:
        """The number of octets that the connection accepted; -1 if it is broken."""
        try:
            return self._endpoint.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal write error on socket transport")
            return -1

    def _write_more(self) -> None:
        while self._buffer:
            first = self._buffer[0]
            sent = self._send(first)
            if sent < 0:
                return
            self._buffered_octets -= sent
            if sent < len(first):
                self._buffer[0] = first[sent:]
                break
            self._buffer.popleft()
        self._maybe_resume_protocol()
        if not self._buffer and not self._lost:
            self._all_written()

    def _all_written(self) -> None:
        unwatch_writer(self._endpoint)
        if self._sendfile is not None and not self._sendfile.done():
            self._sendfile.set_result(None)
        if self._closing:
            self._lose(None)
        elif self._eof_written:
            self._shut_down()

    async def send_file(self, file: Any, offset: int, count: int | None) -> int:
        """Send a file after earlier writes, reading it block by block; returns the number of octets sent.

        Until it is done the transport reads nothing, and :meth:`write` raises RuntimeError, as asyncio's own does.
        ConnectionError if the connection is lost before it begins, OSError if it is lost meanwhile.
        """
        if self._sendfile is not None:
            raise RuntimeError("sendfile is already in progress")
        reading = self.is_reading()
        self.pause_reading()
        self._sendfile = self._loop.create_future()
        try:
            if self._buffer:
                await self._sendfile
            return await self._loop.sock_sendfile(self._sock, file, offset, count)
        finally:
            self._sendfile = None
            if reading:
                self.resume_reading()

    def _lose(self, error: BaseException | None) -> None:
        super()._lose(error)
        if self._sendfile is not None and not self._sendfile.done():
            self._sendfile.set_exception(error or ConnectionError("Connection is closed by peer"))

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        if self._closing or self._eof_written:
            return
        self._eof_written = True
        if not self._buffer:
            self._shut_down()

    def _shut_down(self) -> None:
        try:
            self._endpoint.shutdown(socket.SHUT_WR)
        except OSError as error:
            self._fatal_error(error, "Fatal write error on socket transport")
