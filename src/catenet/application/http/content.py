"""Answers a request from content of known length: conditions, ranges, HEAD."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator

from catenet.application.http.conditional import evaluate, range_applies
from catenet.application.http.dates import format_date, now
from catenet.application.http.errors import HttpError
from catenet.application.http.headers import Headers
from catenet.application.http.message import Request, Response
from catenet.application.http.negotiated import chosen_coding, compressed, compressed_etag, may_be_compressed
from catenet.application.http.ranges import ByteRange, Unsatisfiable, parse_ranges

PIECE_BYTES = 65536


class Content:
    """A representation in memory.  ``modified_s`` is in seconds since 1970.

    :class:`~catenet.application.http.files.FileContent` reads a file instead.
    """

    def __init__(
        self,
        data: bytes,
        media_type: str = "application/octet-stream",
        *,
        modified_s: float | None = None,
        etag: str | None = None,
    ) -> None:
        self._data = data
        self.size: int = len(data)
        self.media_type = media_type
        self.modified_s: int | None = None if modified_s is None else int(modified_s)
        self.etag: str = etag if etag is not None else strong_etag(data)

    def whole(self) -> bytes:
        """All octets.  Only asked of content that is short enough to be compressed."""
        return self._data

    async def read(self, part: ByteRange) -> AsyncIterator[bytes]:
        """The octets of ``part``, in pieces."""
        for start in range(part.first, part.last + 1, PIECE_BYTES):
            yield self._data[start : min(start + PIECE_BYTES, part.last + 1)]


def strong_etag(data: bytes) -> str:
    """The same for the same octets, on every host and in every run."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def respond(request: Request, content: Content) -> Response:
    """GET and HEAD of ``content``: compressed if the client accepts it, with conditions and ranges.

    RFC 9110 sections 12.5.3, 13 and 14.  Conditions and ranges are those of the representation that is sent.
    """
    if request.method not in {"GET", "HEAD"}:
        refused = Response.text("405 Method Not Allowed\n", 405)
        refused.headers.set("allow", "GET, HEAD")
        return refused
    headers = Headers({"accept-ranges": "bytes"})
    media_type = content.media_type
    if may_be_compressed(media_type, content.size):
        headers.set("vary", "accept-encoding")
        name = chosen_coding(request.headers)
        if name is not None:
            octets, etag = compressed(content.whole(), name), compressed_etag(content.etag, name)
            content = Content(octets, media_type, modified_s=content.modified_s, etag=etag)
            headers.set("content-encoding", name)
    headers.set("etag", content.etag)
    modified_s = content.modified_s
    if modified_s is not None:
        modified_s = min(modified_s, int(now()))  # never later than the message itself: section 8.8.2.1
        headers.set("last-modified", format_date(modified_s))
    status = evaluate(request.method, request.headers, content.etag, modified_s)
    if status == 304:
        headers.remove("content-encoding")
        return Response(304, headers)
    if status is not None:
        raise HttpError(status, "precondition")
    headers.set("content-type", content.media_type)
    wanted = request.headers.get("range")
    if wanted is not None and request.method == "GET" and range_applies(request.headers, content.etag, modified_s):
        try:
            ranges = parse_ranges(wanted, content.size)
        except Unsatisfiable:
            return Response(416, Headers({"content-range": f"bytes */{content.size}"}))
        if ranges is not None:
            return _partial(content, headers, ranges)
    headers.set("content-length", str(content.size))
    whole = ByteRange(0, content.size - 1)
    return Response(200, headers, content.read(whole) if content.size and request.method == "GET" else b"")


def _partial(content: Content, headers: Headers, ranges: list[ByteRange]) -> Response:
    if len(ranges) == 1:
        headers.set("content-range", ranges[0].content_range(content.size))
        headers.set("content-length", str(ranges[0].size))
        return Response(206, headers, content.read(ranges[0]))
    boundary = secrets.token_hex(16)
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {content.media_type}\r\n"
        f"Content-Range: {one.content_range(content.size)}\r\n\r\n".encode("latin-1")
        for one in ranges
    ]
    end = f"\r\n--{boundary}--\r\n".encode()
    size = sum(len(head) + one.size for head, one in zip(heads, ranges, strict=True)) + len(end)
    headers.set("content-type", f"multipart/byteranges; boundary={boundary}")
    headers.set("content-length", str(size))

    async def parts() -> AsyncIterator[bytes]:
        for head, one in zip(heads, ranges, strict=True):
            yield head
            async for piece in content.read(one):
                yield piece
        yield end

    return Response(206, headers, parts())
