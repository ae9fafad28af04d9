"""Asks the origin whether a stored response is still current (RFC 9111 section 4.3)."""

from __future__ import annotations

from dataclasses import replace

from catenet.application.http.cache.stored import StoredResponse
from catenet.application.http.conditional import weak_match
from catenet.application.http.headers import Headers
from catenet.application.http.message import Request

OF_CACHES = ("if-none-match", "if-modified-since", "if-range", "range")
"""Conditions that a cache evaluates itself (section 4.3.2), and ranges."""
OF_ORIGINS = ("if-match", "if-unmodified-since")
"""Conditions that only the origin evaluates."""


def is_plain(request: Request) -> bool:
    """Whether it asks for a whole representation, whatever the client has."""
    return not any(name in request.headers for name in (*OF_CACHES, *OF_ORIGINS))


def validating(request: Request, stored: StoredResponse | None) -> Request:
    """``request`` with the validators of ``stored`` instead of its own conditions (section 4.3.1)."""
    if stored is None:
        return request
    headers = request.headers.copy()
    headers.remove(*OF_CACHES)
    etag, modified = stored.etag, stored.headers.get("last-modified")
    if etag is not None:
        headers.set("if-none-match", etag)
    if modified is not None:
        headers.set("if-modified-since", modified)
    return replace(request, headers=headers)


def confirms(stored: StoredResponse, headers: Headers) -> bool:
    """Whether a 304 with ``headers`` is about ``stored``, and not about another version (section 4.3.4)."""
    etag = headers.get("etag")
    if etag is not None and stored.etag is not None:
        return weak_match(etag, stored.etag)
    modified = headers.get("last-modified")
    return modified is None or modified == stored.headers.get("last-modified")


def same_as_head(stored: StoredResponse, headers: Headers) -> bool:
    """Whether the answer to a HEAD is that of ``stored`` (section 4.3.5)."""
    names = ("etag", "last-modified", "content-length")
    return all(headers.get(name) in {None, stored.headers.get(name)} for name in names)
