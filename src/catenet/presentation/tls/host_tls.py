"""TLS on one host: contexts by its name, and what it counts and logs."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from catenet.presentation.tls.authority import Authority
from catenet.presentation.tls.contexts import TLS_VERSIONS, ClientCertificates, TlsVersion, check_alpn
from catenet.presentation.tls.failures import reason
from catenet.presentation.tls.internet_tls import InternetTls

LINES_MAX: Final = 100
"""Failures that one host logs; the others are counted only."""
NOTE: Final = "tls-failed"


class HostTls:
    """TLS of one host.  ``note(what, text)`` logs a line."""

    def __init__(self, internet: InternetTls, name: str, note: Callable[[str, str], None]) -> None:
        self.internet: Final = internet
        self.handshakes: int = 0
        self.resumed: int = 0
        self.failed: Final[dict[str, int]] = {}
        self._name: Final = name
        self._note: Final = note
        self._default_contexts: Final[dict[tuple[str, ...], ssl.SSLContext]] = {}

    @property
    def authority(self) -> Authority:
        """The authority that all hosts trust.  Raises MissingExtra without the ``cryptography`` package."""
        return self.internet.authority()

    def server_context(
        self,
        *,
        alpn: Sequence[str] = (),
        versions: Iterable[TlsVersion] = TLS_VERSIONS,
        client_certificates: ClientCertificates = "none",
    ) -> ssl.SSLContext:
        """A context for a server on this host; see :meth:`.Authority.server_context`."""
        return self.authority.server_context(
            self._name, alpn=alpn, versions=versions, client_certificates=client_certificates
        )

    def client_context(
        self, *, alpn: Sequence[str] = (), versions: Iterable[TlsVersion] = TLS_VERSIONS
    ) -> ssl.SSLContext:
        """A context for a client on this host, with the host's certificate; see :meth:`.Authority.client_context`."""
        return self.authority.client_context(self._name, alpn=alpn, versions=versions)

    def default_context(self, alpn: tuple[str, ...] = ()) -> ssl.SSLContext:
        """The context of a client that trusts what its host trusts; always the same one."""
        if alpn not in self._default_contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.internet.trust(context)
            if alpn:
                context.set_alpn_protocols(check_alpn(alpn))
            self._default_contexts[alpn] = context
        return self._default_contexts[alpn]

    def completed(self, connection: ssl.SSLObject) -> None:
        """Notification: a handshake has completed."""
        self.handshakes += 1
        if connection.session_reused:
            self.resumed += 1

    def has_failed(self, connection: ssl.SSLObject, error: ssl.SSLError) -> None:
        """Notification: a handshake has failed, or a connection was ended by an alert."""
        why = reason(error)
        self.failed[why] = self.failed.get(why, 0) + 1
        if sum(self.failed.values()) > LINES_MAX:
            return
        if connection.server_side:
            peer = "a client"
        else:
            peer = f"server {connection.server_hostname}" if connection.server_hostname else "a server"
        self._note(NOTE, f"TLS with {peer}: {why}")

    def counters(self) -> dict[str, Any]:
        """Completed and resumed handshakes, and failed ones by reason; those above zero."""
        counted: dict[str, Any] = {"handshakes": self.handshakes, "resumed": self.resumed, "failed": dict(self.failed)}
        return {name: value for name, value in counted.items() if value}


class TlsMachine:
    """The machine on which a program runs.  A simulated host replaces :meth:`tls` while its programs run."""

    def tls(self) -> HostTls:
        """TLS of the machine."""
        raise RuntimeError("machine_tls() is for programs on a simulated host; elsewhere load your own certificate")


MACHINE: Final = TlsMachine()


def machine_tls() -> HostTls:
    """TLS of the host on which the program runs: ``machine_tls().server_context()``."""
    return MACHINE.tls()
