"""Responses from the store: with Age, conditions and ranges (RFC 9111 sections 4.3.2 and 5.1)."""

from __future__ import annotations

from collections.abc import AsyncIterable

from catenet.application.http.cache.stored import StoredResponse
from catenet.application.http.cache.validation import OF_CACHES
from catenet.application.http.content import PIECE_BYTES, Content, respond
from catenet.application.http.dates import parse_date
from catenet.application.http.headers import Headers
from catenet.application.http.message import Request, Response
from catenet.application.http.ranges import ByteRange

NO_TAG = "none"
"""For a response without an entity tag: no tag, so that no condition matches it."""
NOT_IN_304 = ("content-encoding", "content-language", "content-length", "content-range", "content-type")


def from_store(request: Request, stored: StoredResponse, now_s: float) -> Response:
    """The answer to GET or HEAD: the whole, a range, or 304."""
    headers = stored.headers.copy()
    headers.set("age", str(int(stored.age_s(now_s))))
    conditions = Headers([field for field in request.headers if field[0] in OF_CACHES])
    if stored.status != 200 or not len(conditions):
        if stored.status != 204:
            headers.set("content-length", str(len(stored.body)))
        return Response(stored.status, headers, _whole(stored) if request.method == "GET" else b"")
    made = respond(Request(request.method, request.target, conditions), _content(stored))
    if made.status == 304:
        headers.remove(*NOT_IN_304)
        return Response(304, headers)
    if made.status == 416:
        headers.remove(*NOT_IN_304, "etag", "last-modified")
    media_type = made.headers.get("content-type") or ""
    if media_type.startswith("multipart/byteranges"):
        headers.set("content-type", media_type)
    for name in ("content-range", "content-length"):
        if (value := made.headers.get(name)) is not None:
            headers.set(name, value)
    return Response(made.status, headers, made.body)


def _whole(stored: StoredResponse) -> bytes | AsyncIterable[bytes]:
    """In pieces if it is long: a server gives the client time for each."""
    size_bytes = len(stored.body)
    return stored.body if size_bytes <= PIECE_BYTES else _content(stored).read(ByteRange(0, size_bytes - 1))


def _content(stored: StoredResponse) -> Content:
    """Without Last-Modified, the Date counts (section 4.3.2)."""
    modified = parse_date(stored.headers.get("last-modified") or "")
    media_type = stored.headers.get("content-type") or "application/octet-stream"
    modified_s = stored.made_s if modified is None else modified
    return Content(stored.body, media_type, modified_s=modified_s, etag=stored.etag or NO_TAG)
