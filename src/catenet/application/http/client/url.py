"""URLs of HTTP, and the origin that a connection leads to (RFC 9110 section 4.3)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlsplit

from catenet.application.http.errors import ClientError

PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Where a server is.  ``host`` is a name or an address, without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The value of ``Host``: without the port if it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def split_url(url: str) -> tuple[Origin, str]:
    """Origin and target of ``url``.  Raises ClientError if it is no URL of HTTP."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ClientError(f"{url!r} is not a URL: {error}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise ClientError(f"{url!r} is not a URL of HTTP: write http://HOST/PATH or https://HOST/PATH")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if "?" in url.partition("#")[0]:
        target += f"?{parts.query}"  # also an empty query, which makes another URI (RFC 3986 section 6.2.3)
    return Origin(parts.scheme, parts.hostname, port or PORTS[parts.scheme]), target.replace(" ", "%20")
