"""A connection of HTTP/2 at the client (RFC 9113)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, Event, RemoteSettingsChanged, ResponseReceived
from h2.exceptions import ProtocolError

from catenet.application.http.client.answer import NotProcessed
from catenet.application.http.client.multiplexed import MultiplexedClient
from catenet.application.http.http2.connection import Http2Connection
from catenet.application.http.http2.floods import Flood
from catenet.application.http.multiplexed.stream import Stream


class Http2ClientConnection(MultiplexedClient, Http2Connection):
    """Sends requests over one connection of TCP or TLS."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        scheme: str,
        on_close: Callable[[MultiplexedClient], None],
    ) -> None:
        MultiplexedClient.__init__(self, scheme, on_close)
        self.attach(reader, writer, client_side=True)
        self._settings_known = False
        self.begin()
        self._pumping = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        error: Exception = ConnectionResetError("the server closed the connection")
        try:
            await self.pump()
        except (OSError, ProtocolError, Flood, TimeoutError) as found:
            error = found
        finally:
            self.writer.close()
            self.has_ended(error)

    def may_open(self) -> bool:
        return self.h2.open_outbound_streams < self._streams_max()

    def next_number(self) -> int:
        return self.h2.get_next_available_stream_id()

    def _streams_max(self) -> int:
        """What the server allows; until it has told, what it is to allow at least (RFC 9113 section 6.5.2)."""
        return self.h2.remote_settings.max_concurrent_streams if self._settings_known else 100

    def other_event(self, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            self.head_arrived(event.stream_id or 0, event.headers or [])
        elif isinstance(event, RemoteSettingsChanged):
            self._settings_known = True
        elif isinstance(event, ConnectionTerminated):
            self._goodbye(event.last_stream_id or 0)
        self._slot.set()

    def _goodbye(self, last: int) -> None:
        """GOAWAY: streams after ``last`` were not processed, and may be sent again (RFC 9113 section 6.8)."""
        for number in [number for number in self.streams if number > last]:
            self.streams.pop(number).fail(NotProcessed("the server did not process the request"))
        self._on_close(self)

    def reset_error(self, code: int) -> Exception:
        if code == ErrorCodes.REFUSED_STREAM:  # RFC 9113 section 8.7
            return NotProcessed("the server did not process the request")
        return super().reset_error(code)

    def cancel(self, stream: Stream) -> None:
        try:
            self.h2.reset_stream(stream.number, ErrorCodes.CANCEL)
            self.flush_now()
        except ProtocolError:
            return  # it has ended already

    def close(self) -> None:
        if not self._pumping.done():
            try:
                self.h2.close_connection()
                self.flush_now()
            except ProtocolError:
                pass  # it has ended already
            self._pumping.cancel()
