"""A simulated socket under TLS: what ``SSLContext.wrap_socket`` returns on a host.

Python's own ``ssl.SSLSocket`` gives OpenSSL a descriptor of the operating system.  This one moves the octets between
OpenSSL's memory and the simulated socket, and behaves as ``ssl`` documents: a call of a non-blocking socket raises
SSLWantReadError or SSLWantWriteError, and is to be repeated with the same arguments.
"""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from catenet.session.sockets.socket import SimSocket

T = TypeVar("T")
FILL_OCTETS: Final = 16_384 + 256
"""Read from the socket at a time: a record of TLS."""
RECORD_OCTETS: Final = 16_384
"""Encrypted at a time."""


class SimTlsSocket(SimSocket):
    """Takes over a socket's descriptor; the arguments are those of ``SSLContext.wrap_socket``."""

    def __init__(
        self,
        context: ssl.SSLContext,
        plain: SimSocket,
        server_side: bool,
        do_handshake_on_connect: bool,
        suppress_ragged_eofs: bool,
        server_hostname: str | bytes | None,
        session: ssl.SSLSession | None,
    ) -> None:
        if server_side and server_hostname:
            raise ValueError("server_hostname can only be specified in client mode")
        if context.check_hostname and not server_side and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        self.context: ssl.SSLContext = context
        self.server_side: bool = server_side
        self.server_hostname: str | bytes | None = server_hostname
        self.do_handshake_on_connect: bool = do_handshake_on_connect
        self.suppress_ragged_eofs: bool = suppress_ragged_eofs
        self._offered = session
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._unsent = b""
        self._accepted = 0
        self._is_done = False
        self._object: ssl.SSLObject | None = None
        timeout, stack, endpoint = plain.gettimeout(), plain._stack, plain.endpoint
        kind = plain.family, plain.type, plain.proto
        super().__init__(stack, *kind, endpoint, plain.detach())
        self.settimeout(timeout)
        try:
            self.getpeername()
        except OSError:
            return
        self._begin()

    def _begin(self) -> None:
        """The connection is there."""
        self._object = self.context.wrap_bio(
            self._incoming, self._outgoing, self.server_side, self.server_hostname, self._offered
        )
        if self.do_handshake_on_connect:
            if self.gettimeout() == 0.0:
                raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
            self.do_handshake()

    def connect(self, address: Any, /) -> None:
        super().connect(address)
        self._begin()

    def accept(self) -> tuple[SimSocket, Any]:
        plain, address = super().accept()
        assert isinstance(plain, SimSocket)
        options = self.do_handshake_on_connect, self.suppress_ragged_eofs
        return SimTlsSocket(self.context, plain, True, *options, None, None), address

    # -- octets of the application

    def do_handshake(self, block: bool = False) -> None:
        """The handshake."""
        if not self._is_done:
            self._until(self._tls().do_handshake)
            self._is_done = True
        self._flush()

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # ssl's own names
        """As ``recv`` or ``recv_into``."""
        tls = self._tls()
        try:
            return self._until(lambda: tls.read(len) if buffer is None else tls.read(len, buffer))
        except ssl.SSLZeroReturnError:
            return b"" if buffer is None else 0
        except ssl.SSLEOFError:
            if not self.suppress_ragged_eofs:
                raise
            return b"" if buffer is None else 0

    def write(self, data: Any) -> int:
        """As ``send``."""
        return self.send(data)

    def recv(self, bufsize: int = 1024, flags: int = 0, /) -> bytes:
        _no_flags("recv", flags)
        received: bytes = self.read(bufsize) if bufsize else b""
        return received

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        _no_flags("recv_into", flags)
        view = memoryview(buffer).cast("B")
        count = nbytes or len(view)
        return int(self.read(count, view)) if count else 0

    def send(self, data: Any, flags: int = 0, /) -> int:
        _no_flags("send", flags)
        view = memoryview(data).cast("B")
        if not len(view):
            return 0
        tls = self._tls()
        if not self._accepted:
            self._flush()
            self._accepted = self._until(lambda: tls.write(view[:RECORD_OCTETS]))
        self._flush()  # if it would block, the call is repeated, and nothing is encrypted twice
        accepted, self._accepted = self._accepted, 0
        return accepted

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        view = memoryview(data).cast("B")
        sent = 0
        while sent < len(view):
            sent += self.send(view[sent:], flags)

    def unwrap(self) -> SimSocket:
        """End TLS, and return the plain socket of the same connection."""
        self._until(self._tls().unwrap)
        self._flush()
        timeout, kind = self.gettimeout(), (self.family, self.type, self.proto)
        plain = SimSocket(self._stack, *kind, self.endpoint, self.detach())
        plain.settimeout(timeout)
        return plain

    def pending(self) -> int:
        """Octets that can be read without the network."""
        return self._tls().pending()

    # -- what is known of the connection

    def getpeercert(self, binary_form: bool = False) -> Any:
        """The peer's certificate."""
        return self._tls().getpeercert(binary_form)

    def cipher(self) -> Any:
        """Name, version and bits of the cipher."""
        return None if self._object is None else self._object.cipher()

    def version(self) -> str | None:
        """The version of TLS."""
        return None if self._object is None else self._object.version()

    def selected_alpn_protocol(self) -> str | None:
        """The protocol chosen by ALPN."""
        return None if self._object is None else self._object.selected_alpn_protocol()

    @property
    def session(self) -> ssl.SSLSession | None:
        """The session, for a later connection."""
        return self._offered if self._object is None else self._object.session

    @property
    def session_reused(self) -> bool | None:
        """Whether an earlier session was resumed."""
        return None if self._object is None else self._object.session_reused

    # -- octets of the network

    def _tls(self) -> ssl.SSLObject:
        if self._object is None:
            raise OSError(errno.ENOTCONN, "the socket is not connected")
        return self._object

    def _until(self, operation: Callable[[], T]) -> T:
        """Repeat a call of OpenSSL as long as it wants octets that are there."""
        while True:
            try:
                return operation()
            except ssl.SSLWantReadError:
                if not self._accepted:  # else the octets of send() wait for room: that call is repeated
                    self._flush()
                self._fill()
            except ssl.SSLError:
                with suppress(OSError):  # the alert, if the network takes it
                    self._flush()
                raise

    def _fill(self) -> None:
        try:
            octets = super().recv(FILL_OCTETS)
        except BlockingIOError:
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "the operation did not complete (read)") from None
        if octets:
            self._incoming.write(octets)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        self._unsent += self._outgoing.read()
        while self._unsent:
            try:
                sent = super().send(self._unsent)
            except BlockingIOError:
                raise ssl.SSLWantWriteError(
                    ssl.SSL_ERROR_WANT_WRITE, "the operation did not complete (write)"
                ) from None
            self._unsent = self._unsent[sent:]


def _no_flags(call: str, flags: int) -> None:
    if flags:
        raise ValueError(f"non-zero flags not allowed in calls to {call}() of a TLS socket")
