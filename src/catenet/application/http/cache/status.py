"""The field Cache-Status: what the cache did with a request (RFC 9211)."""

from __future__ import annotations

from catenet.application.http.headers import Headers


def add_status(headers: Headers, name: str, *parameters: str) -> None:
    """Add what the cache called ``name`` did; the cache nearest to the client is the last (section 2)."""
    before = headers.get("cache-status")
    mine = "; ".join((name, *parameters))
    headers.set("cache-status", mine if before is None else f"{before}, {mine}")
