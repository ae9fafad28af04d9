"""Configurations of QUIC for HTTP/3: certificates, what is trusted, limits, and where secrets are logged."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

from aioquic.h3.connection import H3_ALPN
from aioquic.quic.configuration import QuicConfiguration
from aioquic.tls import load_pem_private_key, load_pem_x509_certificates
from cryptography.hazmat.primitives.asymmetric import ec

from catenet.application.http.http3.tls import RepeatableKey
from catenet.presentation.tls.host_tls import machine_tls

WINDOW_BYTES = 1 << 20
"""Of a stream, and of the connection: what may be on its way, or wait here for its reader."""
INITIAL_RTT_S = 0.333
"""Assumed before the first measurement (RFC 9002 section 6.2.2)."""


class KeyLog:
    """Appends secrets to a file in the format of ``SSLKEYLOGFILE``, as aioquic writes them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, text: str) -> None:
        with self._path.open("a", encoding="ascii") as file:
            file.write(text)

    def flush(self) -> None:
        """Nothing is kept back."""


def key_log() -> KeyLog | None:
    """Of the captures of a simulated host; elsewhere the file that ``SSLKEYLOGFILE`` names; None without one."""
    try:
        path = machine_tls().internet.key_log()
    except RuntimeError:
        named = os.environ.get("SSLKEYLOGFILE")
        path = Path(named) if named else None
    return None if path is None else KeyLog(path)


def server_configuration(certificate_pem: str, key_pem: str, idle_timeout_s: float) -> QuicConfiguration:
    """For a server with this chain of certificates.  Raises ValueError if it is not PEM, or not the key's."""
    configuration = _configuration(is_client=False, idle_timeout_s=idle_timeout_s)
    configuration.certificate, *configuration.certificate_chain = load_pem_x509_certificates(certificate_pem.encode())
    key: Any = load_pem_private_key(key_pem.encode())
    if key.public_key() != configuration.certificate.public_key():
        raise ValueError("the key is not the certificate's")
    configuration.private_key = RepeatableKey(key) if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return configuration


def client_configuration(host: str, tls: ssl.SSLContext, idle_timeout_s: float) -> QuicConfiguration:
    """For a client that trusts what ``tls`` does."""
    configuration = _configuration(is_client=True, idle_timeout_s=idle_timeout_s)
    configuration.server_name = host
    configuration.verify_mode = tls.verify_mode
    trusted = tls.get_ca_certs(binary_form=True)
    if trusted:
        configuration.cadata = "".join(ssl.DER_cert_to_PEM_cert(one) for one in trusted).encode("ascii")
    return configuration


def _configuration(*, is_client: bool, idle_timeout_s: float) -> QuicConfiguration:
    return QuicConfiguration(
        is_client=is_client,
        alpn_protocols=H3_ALPN,
        idle_timeout=idle_timeout_s,
        max_data=WINDOW_BYTES,
        max_stream_data=WINDOW_BYTES,
        initial_rtt=INITIAL_RTT_S,
        secrets_log_file=key_log(),  # type: ignore[arg-type]  # it is written and flushed only
    )
