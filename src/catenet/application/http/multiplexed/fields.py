"""Header fields as HTTP/2 and 3 carry them: pseudo-header fields, and none that belong to a connection."""

from __future__ import annotations

from collections.abc import Iterable

from catenet.application.http.headers import Headers

Fields = list[tuple[bytes, bytes]]
OF_CONNECTIONS = ("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade")
"""RFC 9113 section 8.2.2: a message with one of these is malformed."""


def split_fields(fields: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], Headers]:
    """The pseudo-header fields, and the others; pieces of ``cookie`` are joined (section 8.2.3)."""
    pseudo: dict[str, str] = {}
    headers = Headers()
    cookies = []
    for name, value in fields:
        if name.startswith(b":"):
            pseudo[name.decode("latin-1")] = value.decode("latin-1")
        elif name == b"cookie":
            cookies.append(value.decode("latin-1"))
        else:
            headers.add(name.decode("latin-1"), value.decode("latin-1"))
    if cookies:
        headers.add("cookie", "; ".join(cookies))
    return pseudo, headers


def request_fields(method: str, scheme: str, target: str, headers: Headers) -> Fields:
    """A request: ``Host`` becomes ``:authority``."""
    authority = headers.get("host") or ""
    pseudo = [(":method", method), (":authority", authority)]
    if method != "CONNECT":
        pseudo += [(":scheme", scheme), (":path", target)]
    return [
        *_encode(pseudo),
        *_encode((name, value) for name, value in headers if name not in {*OF_CONNECTIONS, "host"}),
    ]


def response_fields(status: int, headers: Headers) -> Fields:
    """A response."""
    rest = ((name, value) for name, value in headers if name not in OF_CONNECTIONS)
    return [(b":status", str(status).encode()), *_encode(rest)]


def _encode(fields: Iterable[tuple[str, str]]) -> Fields:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
