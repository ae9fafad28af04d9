"""Whether a shared cache may store a response (RFC 9111 section 3)."""

from __future__ import annotations

from catenet.application.http.cache.directives import Directives
from catenet.application.http.cache.freshness import HEURISTIC_STATUSES
from catenet.application.http.headers import Headers
from catenet.application.http.message import Request

UNDERSTOOD = HEURISTIC_STATUSES | {302, 303, 307, 400, 403, 451, 500, 502, 503, 504}
"""Final statuses whose rules of caching are followed here, as ``must-understand`` asks."""
DESPITE_AUTHORIZATION = ("must-revalidate", "public", "s-maxage")


def may_store(request: Request, status: int, headers: Headers) -> bool:
    """Whether the response to ``request`` may be stored and given to others."""
    directives = Directives(headers)
    if request.method != "GET" or status < 200 or status in {206, 304}:
        return False
    if "no-store" in Directives(request.headers) or _no_store(status, directives):
        return False
    if "private" in directives or "*" in headers.tokens("vary"):
        return False
    if "authorization" in request.headers and not any(name in directives for name in DESPITE_AUTHORIZATION):
        return False
    told = any(name in directives for name in ("public", "max-age", "s-maxage")) or "expires" in headers
    return told or status in HEURISTIC_STATUSES


def _no_store(status: int, directives: Directives) -> bool:
    if "must-understand" in directives:  # no-store is then for caches that do not know the directive: 5.2.2.3
        return status not in UNDERSTOOD
    return "no-store" in directives
