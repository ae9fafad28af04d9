"""The URI that a request is about, as the key of the store, and those that an unsafe request changes."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from catenet.application.http.headers import Headers
from catenet.application.http.message import Request

DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def target_uri(request: Request) -> str:
    """The target URI (RFC 9110 section 7.1), normalized as far as scheme and authority go (section 4.2.3)."""
    if request.target.lower().startswith(("http://", "https://")):
        scheme, _, rest = request.target.partition("://")
        end = min((rest.index(mark) for mark in "/?" if mark in rest), default=len(rest))
        return _uri(scheme, rest[:end], rest[end:])
    return _uri(request.scheme, request.authority, request.target)


def _uri(scheme: str, authority: str, target: str) -> str:
    scheme = scheme.lower()
    authority = authority.lower().removesuffix(DEFAULT_PORTS.get(scheme, "\0"))
    return f"{scheme}://{authority}{target if target.startswith('/') else '/' + target}"


def changed_uris(uri: str, headers: Headers) -> list[str]:
    """What a successful unsafe request changes: its target, and what the response names of the same origin.

    RFC 9111 section 4.4.  Another origin's are left alone: anybody could empty the cache of them.
    """
    changed = [uri]
    for name in ("location", "content-location"):
        value = headers.get(name)
        if value is None:
            continue
        try:
            named = urlsplit(urljoin(uri, value))
        except ValueError:
            continue
        if (named.scheme, named.netloc.lower()) == tuple(urlsplit(uri)[:2]):
            changed.append(_uri(named.scheme, named.netloc, named.path + (f"?{named.query}" if named.query else "")))
    return list(dict.fromkeys(changed))
