"""Python's ``ssl`` inside a host: trust, counters, and the key log of captures.

Default contexts of a host trust the authorities of its internet, and not the real machine's.  Handshakes are counted,
and failed ones logged, by :class:`~catenet.presentation.tls.host_tls.HostTls`.  While links are captured, each
connection's secrets go to the key log of the captures.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self
from weakref import WeakSet

from catenet.host.sandbox.current import present
from catenet.host.sandbox.openssl import OpenSsl
from catenet.host.sandbox.patches import Patch
from catenet.presentation.tls.host_tls import HostTls, TlsMachine
from catenet.presentation.tls.resumption import SessionOwner
from catenet.session.sockets.socket import SimSocket
from catenet.session.sockets.tls_socket import SimTlsSocket

NO_FILE: Final[Any] = None  # typeshed says that it can only be set to text
STORE_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def tls_patches(openssl: OpenSsl | None) -> list[Patch]:
    """The patches for the TLS connections and contexts of a host."""
    return [_wrapping(openssl), _sockets(), *_counting(), *_trusting(), *_machine()]


def _wrapping(openssl: OpenSsl | None) -> Patch:
    """Each connection of a host has no stateless tickets, the host's time, and the key log of the captures."""
    real: Callable[..., ssl.SSLObject] = ssl.SSLContext.wrap_bio

    def wrap_bio(self: ssl.SSLContext, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        here = present()
        if here is None:
            return real(self, *args, **kwargs)
        options = self.options
        # A connection copies the context's settings when it is created, so the context is restored afterwards.
        self.options = options | ssl.OP_NO_TICKET
        KEY_LOG.use(self, here.host.tls.internet.key_log())
        session = kwargs.get("session", args[4] if len(args) > 4 else None)
        if openssl is not None:
            openssl.use(self, here.host.tls.internet)
            openssl.set_validation_time(self, here.wall_ns())
            if session is not None:
                openssl.renew(session)
        try:
            return real(self, *args, **kwargs)
        finally:
            self.options = options
            if openssl is not None:
                openssl.clear_validation_time(self)

    return Patch(ssl.SSLContext, "wrap_bio", wrap_bio)


def _sockets() -> Patch:
    """TLS on a simulated socket, which has no descriptor that OpenSSL could use."""
    real: Callable[..., ssl.SSLSocket] = ssl.SSLContext.wrap_socket

    def wrap_socket(
        self: ssl.SSLContext,
        sock: Any,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> Any:
        options = server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session
        if not isinstance(sock, SimSocket):
            return real(self, sock, *options)
        return SimTlsSocket(self, sock, *options)

    return Patch(ssl.SSLContext, "wrap_socket", wrap_socket)


def _counting() -> list[Patch]:
    """A host counts its handshakes, and logs those that fail."""
    real_handshake, real_read = ssl.SSLObject.do_handshake, ssl.SSLObject.read

    def do_handshake(self: ssl.SSLObject) -> None:
        here = present()
        try:
            real_handshake(self)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            if here is not None:
                here.host.tls.has_failed(self, error)
            raise
        if here is not None:
            here.host.tls.completed(self)

    def read(self: ssl.SSLObject, *args: Any, **kwargs: Any) -> Any:
        try:
            return real_read(self, *args, **kwargs)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLZeroReturnError, ssl.SSLEOFError):
            raise
        except ssl.SSLError as error:
            here = present()
            if here is not None:
                here.host.tls.has_failed(self, error)
            raise

    return [Patch(ssl.SSLObject, "do_handshake", do_handshake), Patch(ssl.SSLObject, "read", read)]


def _trusting() -> list[Patch]:
    """The authorities of the internet take the place of the real machine's."""
    real_load, real_paths = ssl.SSLContext.load_default_certs, ssl.SSLContext.set_default_verify_paths
    real_locations: Callable[..., None] = ssl.SSLContext.load_verify_locations

    def load_default_certs(self: ssl.SSLContext, purpose: Any = ssl.Purpose.SERVER_AUTH) -> None:
        here = present()
        if here is None:
            real_load(self, purpose)
        else:
            here.host.tls.internet.trust(self)

    def set_default_verify_paths(self: ssl.SSLContext) -> None:
        here = present()
        if here is None:
            real_paths(self)
        else:
            here.host.tls.internet.trust(self)

    def load_verify_locations(self: ssl.SSLContext, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        here = present()
        if here is None:
            real_locations(self, cafile, capath, cadata)
            return
        stores = _stores_of_the_machine()
        file, folder = (None if path is None or os.fspath(path) in stores else path for path in (cafile, capath))
        if file is not cafile or folder is not capath:
            here.host.tls.internet.trust(self)
            if file is None and folder is None and cadata is None:
                return
        real_locations(self, file, folder, cadata)

    return [
        Patch(ssl.SSLContext, "load_default_certs", load_default_certs),
        Patch(ssl.SSLContext, "set_default_verify_paths", set_default_verify_paths),
        Patch(ssl.SSLContext, "load_verify_locations", load_verify_locations),
    ]


def _stores_of_the_machine() -> set[object]:
    """Files and folders in which a real machine's programs find authorities; libraries load them by name."""
    certifi: Any = sys.modules.get("certifi")
    named = {os.environ.get(name) for name in STORE_VARIABLES}
    return {*ssl.get_default_verify_paths(), *named, None if certifi is None else certifi.where()}


class DefaultContext(ssl.SSLContext):
    """Stands for a default context that a library made when it was imported: each host has one of its own."""

    def __new__(cls, *_: object) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, real: ssl.SSLContext, alpn: tuple[str, ...]) -> None:
        self._real: Final = real
        self._alpn: Final = alpn

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        here = present()
        context = self._real if here is None else here.host.tls.default_context(self._alpn)
        return context.wrap_bio(*args, **kwargs)


class KeyLog:
    """The contexts whose secrets go to a key log for the length of a run."""

    def __init__(self) -> None:
        self._contexts: Final[WeakSet[ssl.SSLContext]] = WeakSet()

    def use(self, context: ssl.SSLContext, path: Path | None) -> None:
        """Write a context's secrets to a file, unless its program has chosen one."""
        if path is not None and context.keylog_filename is None:
            context.keylog_filename = str(path)
            self._contexts.add(context)

    def take_away(self) -> None:
        """Stop writing: the run has ended."""
        for context in self._contexts:
            context.keylog_filename = NO_FILE
        self._contexts.clear()


KEY_LOG: Final = KeyLog()


def _machine() -> list[Patch]:
    """``machine_tls()`` is TLS of the present host, which also owns the sessions that it may resume."""
    real, real_owner = TlsMachine.tls, SessionOwner.present

    def tls(machine: TlsMachine) -> HostTls:
        here = present()
        return real(machine) if here is None else here.host.tls

    def owner(self: SessionOwner) -> object:
        here = present()
        return real_owner(self) if here is None else here.host.tls

    return [Patch(TlsMachine, "tls", tls), Patch(SessionOwner, "present", owner)]
