"""Fields that belong to one connection, and Via (RFC 9110 sections 7.6.1 and 7.6.3)."""

from __future__ import annotations

from catenet.application.http.headers import Headers

OF_CONNECTIONS = (
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
FOR_ALL = {"authorization", "cache-control", "content-length", "content-type", "cookie", "host", "set-cookie", "via"}
"""Never taken for connection options: a client could remove by this what the origin relies on (section 7.6.1)."""


def end_to_end(headers: Headers) -> Headers:
    """A copy without the fields of the connection, and those that ``Connection`` names."""
    named = [name for name in headers.tokens("connection") if name not in FOR_ALL]
    passed = headers.copy()
    passed.remove(*OF_CONNECTIONS, *named)
    return passed


def is_websocket(headers: Headers) -> bool:
    """Whether a message asks for WebSocket, or agrees to it.

    No other upgrade passes: after ``Upgrade: h2c``, requests of HTTP/2 would go past the proxy in the tunnel.
    """
    return "upgrade" in headers.tokens("connection") and headers.tokens("upgrade") == ["websocket"]


def add_via(headers: Headers, version: str, name: str) -> None:
    """``version`` is that of the message as it was received, ``name`` the proxy's pseudonym."""
    before = headers.get("via")
    mine = f"{version} {name}"
    headers.set("via", mine if before is None else f"{before}, {mine}")


def passed_before(headers: Headers, name: str) -> bool:
    """Whether a proxy called ``name`` has had the message already."""
    return any(name.lower() == element.split()[1] for element in headers.tokens("via") if len(element.split()) > 1)
