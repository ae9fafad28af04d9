"""Compressed representations of content, as ``Accept-Encoding`` asks for them (RFC 9110 section 12.5.3)."""

from __future__ import annotations

from catenet.application.http.headers import Headers
from catenet.presentation.compression import available, coding
from catenet.presentation.encoding import negotiate

COMPRESSIBLE = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")
"""Other media types are compressed already, or not known."""
BYTES_MIN, BYTES_MAX = 256, 1 << 20
"""Shorter content does not become shorter; longer content is sent as it is, piece by piece."""


def may_be_compressed(media_type: str, size_bytes: int) -> bool:
    """Whether a compressed representation exists: then answers vary with ``Accept-Encoding``."""
    return BYTES_MIN <= size_bytes <= BYTES_MAX and media_type.startswith(COMPRESSIBLE)


def chosen_coding(headers: Headers) -> str | None:
    """The coding that the client prefers; None for the content as it is."""
    accepted = headers.get("accept-encoding")
    if accepted is None:
        return None
    name = negotiate(accepted, available())
    return None if name == "identity" else name


def compressed(data: bytes, name: str) -> bytes:
    """``data`` in a coding of :func:`chosen_coding`."""
    return coding(name).compress(data)


def compressed_etag(etag: str, name: str) -> str:
    """The tag of that representation: other octets have another tag (RFC 9110 section 8.8.3.3)."""
    return f'{etag[:-1]}-{name}"'
