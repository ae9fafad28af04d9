"""A certificate authority of an internet: certificates for its hosts, and contexts with them.

Keys, serial numbers and certificates depend on the internet's seed, the authority's name and what a certificate
says, and not on the order in which certificates are made.  Validity is dated in the internet's virtual time.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catenet.errors import LabError, MissingExtra
from catenet.kernel.quantity import shift_ns
from catenet.kernel.quoting import quoted
from catenet.kernel.streams import Streams
from catenet.presentation.tls.contexts import TLS_VERSIONS, ClientCertificates, TlsVersion, client_context
from catenet.presentation.tls.contexts import server_context as make_server_context
from catenet.session.names.hosts_table import Names, wire_form

if TYPE_CHECKING:
    from catenet.presentation.tls.certificates import Issued

When = datetime | str | int | float | timedelta
"""A datetime, ISO 8601 text, or a time from the start of the run that may be negative: ``"-2d"``, seconds."""

NS_PER_S: Final = 1_000_000_000
DAY_S: Final = 86_400
LIFETIME_S: Final = 3_650 * DAY_S
"""Ten years, so that clients that an internet is attached to find its certificates valid, too."""


class Certificate:
    """A certificate with its key, as PEM text.  ``names`` are host names and IP addresses."""

    def __init__(self, issued: Issued, authority_pem: str, names: tuple[str, ...]) -> None:
        self.certificate_pem: Final = issued.certificate_pem
        self.key_pem: Final = issued.key_pem
        self.authority_pem: Final = authority_pem
        self.names: Final = names

    def write(self, folder: str | Path, name: str = "") -> tuple[Path, Path]:
        """Write ``NAME.pem`` and ``NAME.key`` for programs that read files; the key is readable by its owner only.

        ``name`` is by default the certificate's first name.  Raises FileExistsError rather than overwrite a file.
        """
        stem = name or self.names[0].replace("*", "any").replace(":", "-")
        paths = Path(folder, f"{stem}.pem"), Path(folder, f"{stem}.key")
        for path, text in zip(paths, (self.certificate_pem, self.key_pem), strict=True):
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(text, encoding="ascii")
        return paths


class Authority:
    """A certificate authority.

    ``names`` is the internet's hosts table; ``epoch_ns`` is the start of the run in nanoseconds since 1970.  Raises
    :class:`~catenet.errors.MissingExtra` if the ``cryptography`` package is not installed.
    """

    def __init__(self, streams: Streams, names: Names, epoch_ns: int, name: str) -> None:
        self.name: Final = name
        self._streams: Final = streams
        self._names: Final = names
        self._start_s: Final = epoch_ns // NS_PER_S
        self._issued: Final[dict[object, Certificate]] = {}
        self._make_root, self._issue = _certificates()
        first_s, last_s = self._default_validity()
        self._root: Final = self._make_root(streams.stream(f"tls:{name}"), name, first_s, last_s)

    @property
    def certificate_pem(self) -> str:
        """The authority's own certificate, for clients to trust."""
        return self._root.certificate_pem

    def certificate(
        self,
        *names: str,
        not_before: When | None = None,
        not_after: When | None = None,
        usage: str = "",
    ) -> Certificate:
        """A certificate for names of hosts and IP addresses.

        A host's name stands for its present addresses, too; before the internet is built, these are only the ones that
        were given.  ``not_before`` (by default a day before the start of the run) and ``not_after`` (ten years after)
        are datetimes, or times from the start of the run such as ``"90d"``; X.509 has whole seconds.  ``usage`` makes
        another key for the same names.  The same arguments give the same certificate.
        """
        if not names:
            raise LabError("certificate(): give at least one name or address, like certificate('server')")
        domains, addresses = self._subjects(names)
        first_s, last_s = self._default_validity()
        first_s = first_s if not_before is None else self._time_s(not_before, "not_before")
        last_s = last_s if not_after is None else self._time_s(not_after, "not_after")
        if last_s < first_s:
            raise LabError(f"certificate {names[0]}: not_after is before not_before")
        key = domains, addresses, first_s, last_s, usage
        if key not in self._issued:
            stream = self._streams.stream(f"tls:{self.name}:{usage}:{','.join((*domains, *addresses))}")
            issued = self._issue(stream, self._root, domains, addresses, first_s, last_s)
            self._issued[key] = Certificate(issued, self.certificate_pem, (*domains, *addresses))
        return self._issued[key]

    def server_context(
        self,
        *names: str,
        certificate: Certificate | None = None,
        alpn: Sequence[str] = (),
        versions: Iterable[TlsVersion] = TLS_VERSIONS,
        client_certificates: ClientCertificates = "none",
    ) -> ssl.SSLContext:
        """A new context for a server of these names, as :meth:`certificate` understands them.

        ``alpn`` are the protocols that the server speaks, the preferred one first: a client that offers others only is
        refused (RFC 7301 section 3.2), one that offers none is not.  ``client_certificates="required"`` refuses clients
        without a certificate of this authority.
        """
        shown = self.certificate(*names) if certificate is None else certificate
        trusted = None if client_certificates == "none" else self.certificate_pem
        return make_server_context(
            shown.certificate_pem + shown.key_pem, trusted, alpn, versions, required=client_certificates == "required"
        )

    def client_context(
        self,
        name: str | None = None,
        *,
        certificate: Certificate | None = None,
        alpn: Sequence[str] = (),
        versions: Iterable[TlsVersion] = TLS_VERSIONS,
    ) -> ssl.SSLContext:
        """A new context for a client that trusts this authority alone, and resumes sessions.

        With the ``name`` of a host, or with ``certificate``, the client shows a certificate to servers that ask for
        one.
        """
        if certificate is None and name is not None:
            certificate = self.certificate(name)
        shown = None if certificate is None else certificate.certificate_pem + certificate.key_pem
        return client_context(self.certificate_pem, shown, alpn, versions)

    def _default_validity(self) -> tuple[int, int]:
        return self._start_s - DAY_S, self._start_s + LIFETIME_S

    def _time_s(self, when: When, what: str) -> int:
        if isinstance(when, str) and when[:4].isdigit() and when[4:5] == "-":
            try:
                when = datetime.fromisoformat(when)
            except ValueError:
                raise LabError(f"{what} {quoted(when)} is not a time; write it like 2025-01-01T00:00:00Z") from None
        if isinstance(when, datetime):
            return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
        return self._start_s + shift_ns(when) // NS_PER_S

    def _subjects(self, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The host names and the addresses, each once."""
        domains: dict[str, None] = {}
        addresses: dict[str, None] = {}
        for name in names:
            try:
                addresses[str(ipaddress.ip_address(name))] = None
            except ValueError:
                domains[wire_form(name).lower().removesuffix(".")] = None
                for version, number in self._names.lookup(name) or ():
                    made = ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number)
                    addresses[str(made)] = None
        return tuple(domains), tuple(addresses)


def _certificates() -> tuple[Callable[..., Issued], Callable[..., Issued]]:
    try:
        from catenet.presentation.tls.certificates import issue, make_root
    except ImportError as error:
        raise MissingExtra("a certificate authority", "the cryptography package", "services") from error
    return make_root, issue
