"""``ssl.SSLContext`` for servers and clients: certificates, versions, ALPN.

Certificates are loaded from memory.  Python's ``ssl`` reads files only, so they are put into a memory file
(``memfd_create``) for that moment.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from catenet.errors import LabError, did_you_mean
from catenet.presentation.tls.openssl_library import refuse_other_protocols
from catenet.presentation.tls.resumption import ResumingContext

TlsVersion = Literal["1.2", "1.3"]
TLS_VERSIONS: Final[tuple[TlsVersion, ...]] = ("1.2", "1.3")
ClientCertificates = Literal["none", "optional", "required"]
NUMBERS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
ALPN_NAME_MAX: Final = 255
"""Octets of a protocol's name (RFC 7301 section 3.1)."""


def server_context(
    shown: str, trusted: str | None, alpn: Sequence[str], versions: Iterable[TlsVersion], *, required: bool
) -> ssl.SSLContext:
    """A server's context; ``shown`` is its certificate and key, ``trusted`` the authority of client certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    set_versions(context, versions)
    load_certificate(context, shown)
    if trusted is not None:
        context.load_verify_locations(cadata=trusted)
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    if alpn:
        context.set_alpn_protocols(check_alpn(alpn))
        refuse_other_protocols(context, alpn)
    return context


def client_context(
    trusted: str, shown: str | None, alpn: Sequence[str], versions: Iterable[TlsVersion]
) -> ssl.SSLContext:
    """A client's context that trusts one authority and checks host names; ``shown`` is its own certificate and key."""
    context = ResumingContext(ssl.PROTOCOL_TLS_CLIENT)
    set_versions(context, versions)
    context.load_verify_locations(cadata=trusted)
    if shown is not None:
        load_certificate(context, shown)
    if alpn:
        context.set_alpn_protocols(check_alpn(alpn))
    return context


def set_versions(context: ssl.SSLContext, versions: Iterable[str]) -> None:
    """Let a context speak these versions.  Raises LabError for unknown ones, or none."""
    given = list(versions)
    for version in given:
        if version not in NUMBERS:
            raise LabError(f"TLS version {version!r} is not one of 1.2, 1.3{did_you_mean(version, NUMBERS)}")
    if not given:
        raise LabError("TLS versions: give at least one of 1.2, 1.3")
    context.minimum_version = min(NUMBERS[version] for version in given)
    context.maximum_version = max(NUMBERS[version] for version in given)


def check_alpn(protocols: Sequence[str]) -> list[str]:
    """The protocols' names.  Raises LabError for one that is not 1 to 255 ASCII characters."""
    for name in protocols:
        if not (name.isascii() and 0 < len(name) <= ALPN_NAME_MAX):
            raise LabError(f"ALPN protocol {name!r} must have 1 to {ALPN_NAME_MAX} ASCII characters, like 'h2'")
    return list(protocols)


def load_certificate(context: ssl.SSLContext, pem: str) -> None:
    """Load a certificate and its key from PEM text."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("certificate"), "w", encoding="ascii") as file:
            file.write(pem)
            file.flush()
            context.load_cert_chain(f"/proc/self/fd/{file.fileno()}")
        return
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
