"""TLS over a stream transport: ``asyncio.sslproto``, which also sends the alert of a failed handshake.

asyncio closes the connection of a failed handshake without the alert that OpenSSL has written, so its peer learns of a
closed connection only.  RFC 8446 section 6.2 and RFC 5246 section 7.2.2 require the alert.
"""

from __future__ import annotations

import ssl
from asyncio import AbstractEventLoop, sslproto
from typing import Any


class TlsProtocol(sslproto.SSLProtocol):
    """asyncio's TLS protocol, which writes what OpenSSL has left when it fails."""

    def _fatal_error(self, exc: BaseException, message: str = "Fatal error on transport") -> None:
        inner: Any = self
        if isinstance(exc, ssl.SSLError) and inner._transport is not None:
            alert = inner._outgoing.read()
            if alert:
                inner._transport.write(alert)
        fail: Any = super()._fatal_error
        fail(exc, message)


async def start_tls(
    loop: AbstractEventLoop,
    transport: Any,
    protocol: Any,
    sslcontext: Any,
    *,
    server_side: bool,
    server_hostname: str | None,
    ssl_handshake_timeout: float | None,
    ssl_shutdown_timeout: float | None,
) -> Any:
    """``loop.start_tls``: TLS on an open connection; returns the transport for ``protocol``."""
    if not isinstance(sslcontext, ssl.SSLContext):
        raise TypeError(f"sslcontext is expected to be an instance of ssl.SSLContext, got {sslcontext!r}")
    if not getattr(transport, "_start_tls_compatible", False):
        raise TypeError(f"transport {transport!r} is not supported by start_tls()")
    waiter = loop.create_future()
    make: Any = TlsProtocol
    tls = make(
        loop,
        protocol,
        sslcontext,
        waiter,
        server_side,
        server_hostname,
        ssl_handshake_timeout=ssl_handshake_timeout,
        ssl_shutdown_timeout=ssl_shutdown_timeout,
        call_connection_made=False,
    )
    # Nothing may be read before connection_made() has been called.
    transport.pause_reading()
    transport.set_protocol(tls)
    begin = loop.call_soon(tls.connection_made, transport)
    resume = loop.call_soon(transport.resume_reading)
    try:
        await waiter
    except BaseException:
        transport.close()
        begin.cancel()
        resume.cancel()
        raise
    return tls._app_transport
