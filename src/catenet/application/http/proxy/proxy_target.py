"""Targets of requests: a whole URI for a forward proxy, an authority for CONNECT (RFC 9112 section 3.2)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from catenet.application.http.client.url import Origin
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Request

ABSOLUTE = re.compile(r"(https?)://([^/?#@\s]+)([/?][^#\s]*)?", re.IGNORECASE)
ORIGIN_FORM = re.compile(r"/[^#\s]*")
AUTHORITY = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:@/?#\s\[\]]+)):(\d{1,5})")


class ProxyTarget(NamedTuple):
    """Where a request goes: ``base`` is scheme and authority, ``target`` what the origin gets."""

    base: str
    authority: str
    target: str


def parse_target(request: Request) -> ProxyTarget:
    """Raises HttpError 400 unless the request is one for a proxy."""
    uri = request.target
    if request.version == "2" and uri.startswith("/"):
        uri = f"{request.scheme}://{request.authority}{uri}"
    found = ABSOLUTE.fullmatch(uri)
    if found is None:
        raise HttpError(400, "target", "the target is to be http://HOST/PATH")
    path = found[3] or ("*" if request.method == "OPTIONS" else "/")
    return ProxyTarget(f"{found[1].lower()}://{found[2]}", found[2], path if path[0] in "/*" else f"/{path}")


def as_origin(request: Request) -> Request:
    """``request`` as an origin server gets it: the authority of a whole URI is its Host (RFC 9112 section 3.2.2).

    Raises HttpError 400 for a target that, behind an authority, would make another one.
    """
    if ORIGIN_FORM.fullmatch(request.target):
        return request
    if request.target == "*" and request.method == "OPTIONS":
        return request
    _, authority, target = parse_target(request)
    headers = request.headers.copy()
    headers.set("host", authority)
    return replace(request, target=target, headers=headers)


def parse_authority(target: str) -> Origin:
    """The place that CONNECT leads to.  Raises HttpError 400."""
    found = AUTHORITY.fullmatch(target)
    if found is None or not 0 < int(found[3]) < 65536:
        raise HttpError(400, "target", "the target of CONNECT is HOST:PORT")
    return Origin("http", found[1] or found[2], int(found[3]))
