"""Messages on a connection, and when something was last received on it."""

from __future__ import annotations

import asyncio
from typing import Final

from catenet.session.calls.messages import HEAD_BYTES_MAX, LENGTH, ProtocolError

READ_BYTES: Final = 64 << 10


class MessageStream:
    """One connection.  ``heard_s`` is the loop's time at which octets last arrived, ``bytes_max`` limits a body."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bytes_max: int) -> None:
        self._reader: Final = reader
        self._writer: Final = writer
        self._bytes_max: Final = bytes_max
        self._loop: Final = asyncio.get_running_loop()
        self._buffer: Final = bytearray()
        self.heard_s: float = self._loop.time()

    @property
    def peer(self) -> str:
        """The peer's address."""
        return str(self._writer.get_extra_info("peername"))

    async def read(self) -> bytes:
        """The next message.

        Raises :class:`~catenet.session.calls.messages.ProtocolError`, EOFError at the end of the connection, OSError.
        """
        size = LENGTH.size
        while True:
            if len(self._buffer) >= LENGTH.size:
                size = LENGTH.size + self._length()
                if len(self._buffer) >= size:
                    message = bytes(self._buffer[LENGTH.size : size])
                    del self._buffer[:size]
                    return message
            data = await self._reader.read(READ_BYTES)
            if not data:
                raise EOFError("the peer closed the connection")
            self.heard_s = self._loop.time()
            self._buffer.extend(data)

    def _length(self) -> int:
        length: int = LENGTH.unpack_from(self._buffer)[0]
        if not 0 < length <= self._bytes_max + HEAD_BYTES_MAX:
            raise ProtocolError(f"a message of {length} octets; the limit is {self._bytes_max}")
        return length

    def send(self, frame: bytes) -> None:
        """Send a frame, unless the connection is closing."""
        if not self._writer.is_closing():
            self._writer.write(frame)

    async def drain(self) -> None:
        """Wait until the peer keeps up.  Raises OSError if the connection is lost."""
        await self._writer.drain()

    def close(self) -> None:
        """Close the connection once everything is sent."""
        self._writer.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self._writer.transport.abort()
