"""Contexts of clients that resume sessions (RFC 8446 section 2.2, RFC 5246 section 7.3).

asyncio never hands a session of an earlier connection to a new one.  This context does: it keeps the last session with
each server name, offers it to the next connection, and forgets it at the end of its lifetime.  The lifetime is
measured by the host's clock, in virtual time.  Hosts that share a context share no sessions.
"""

from __future__ import annotations

import ssl
import time
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

SESSIONS_MAX: Final = 100
"""Kept by one context for one owner; the oldest is dropped."""
LOOKS_MAX: Final = 8
"""How often a connection looks for its session: a look copies it, and servers send it first."""


class KeptSession(NamedTuple):
    """A session, and when its lifetime ends by the monotonic clock, in seconds."""

    session: ssl.SSLSession
    end_s: float


class SessionOwner:
    """Whose sessions a context keeps: those of this process.  A simulated host replaces :meth:`present`."""

    def present(self) -> object:
        """The owner of the connections that are made now."""
        return self


OWNER: Final = SessionOwner()


class ResumableObject(ssl.SSLObject):
    """A client's TLS connection that gives its session to the context.

    In TLS 1.3 a server sends the session after the handshake, so it is looked for when data have been read.
    """

    _looks_left = LOOKS_MAX

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002  # ssl's own names
        try:
            return super().read(len, buffer) if buffer is not None else super().read(len)
        finally:
            self._keep()

    def do_handshake(self) -> None:
        super().do_handshake()
        self._keep()

    def _keep(self) -> None:
        if self._looks_left and not self.server_side and isinstance(self.context, ResumingContext):
            self._looks_left = 0 if self.context.keep(self) else self._looks_left - 1


class ResumingContext(ssl.SSLContext):
    """A client's context that keeps sessions by server name."""

    sslobject_class: type[ssl.SSLObject] = ResumableObject

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """As ``ssl.SSLContext.wrap_bio``; without ``session``, the kept one of the server's name is offered."""
        if session is None and isinstance(server_hostname, str):
            session = self._find(server_hostname)
        return super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)

    @property
    def sessions(self) -> dict[str, KeptSession]:
        """The kept sessions of the present owner, by server name."""
        owners: WeakKeyDictionary[object, dict[str, KeptSession]]
        owners = self.__dict__.setdefault("_sessions", WeakKeyDictionary())
        return owners.setdefault(OWNER.present(), {})

    def keep(self, connection: ssl.SSLObject) -> bool:
        """Keep the session of a connection; False if it cannot be resumed, or not yet."""
        session, name = connection.session, connection.server_hostname
        if session is None or name is None or not (session.has_ticket or session.id):
            return False
        if connection.version() == "TLSv1.3" and not session.has_ticket:
            return False
        self.sessions.pop(name, None)
        self.sessions[name] = KeptSession(session, time.monotonic() + _lifetime_s(session))
        if len(self.sessions) > SESSIONS_MAX:
            del self.sessions[next(iter(self.sessions))]
        return True

    def _find(self, name: str) -> ssl.SSLSession | None:
        kept = self.sessions.get(name)
        if kept is None:
            return None
        if time.monotonic() >= kept.end_s:
            del self.sessions[name]
            return None
        return kept.session


def _lifetime_s(session: ssl.SSLSession) -> int:
    """The lifetime in seconds: the server's hint for the ticket, or the library's default."""
    return session.ticket_lifetime_hint or session.timeout
