"""Checks the head of a request of HTTP/1 before h11 reads it (RFC 9112).

h11 accepts what recipients may tolerate: lines that end with a bare LF, folded lines, a repeated Content-Length, and
Transfer-Encoding beside Content-Length.  A proxy in front may read such a message differently, and then a client can
smuggle a request past it (RFC 9112 section 11.2): here all of these are refused.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from catenet.application.http.errors import HttpError
from catenet.application.http.limits import Limits

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
VERSION = re.compile(rb"HTTP/([0-9])\.[0-9]")
BARE_LF = re.compile(rb"(?<!\r)\n")
AROUND_TARGET_BYTES = 64
"""Space for a method and a version in the request line."""
END = b"\r\n\r\n"


def check_unfinished(buffer: bytes | bytearray, limits: Limits) -> None:
    """Raise HttpError if no continuation could make ``buffer`` a head within ``limits``."""
    line, _, _ = buffer.partition(b"\r\n")
    if BARE_LF.search(buffer) is not None:
        raise HttpError(400, "bare_line_feed", "a line ends with LF, not with CRLF")
    _check_sizes(buffer, line, limits)


def check_head(head: bytes, limits: Limits, methods: AbstractSet[str]) -> None:
    """Raise HttpError unless ``head``, which ends with an empty line, is beyond doubt."""
    request_line, *fields = head[: -len(END)].split(b"\r\n")
    _check_sizes(head, request_line, limits)
    if any(b"\r" in line or b"\n" in line or b"\0" in line for line in (request_line, *fields)):
        raise HttpError(400, "bare_line_feed", "a bare CR, LF or NUL")
    _check_request_line(request_line, limits, methods)
    if len(fields) > limits.header_count:
        raise HttpError(431, "header_count", f"more than {limits.header_count} header fields")
    _check_framing(fields, request_line.endswith(b"HTTP/1.0"))


def _check_sizes(head: bytes | bytearray, request_line: bytes | bytearray, limits: Limits) -> None:
    if len(request_line) > limits.target_bytes + AROUND_TARGET_BYTES:
        raise HttpError(414, "target_bytes", f"the target is longer than {limits.target_bytes} bytes")
    if len(head) > limits.header_bytes:
        raise HttpError(431, "header_bytes", f"the head is longer than {limits.header_bytes} bytes")


def _check_request_line(line: bytes, limits: Limits, methods: AbstractSet[str]) -> None:
    parts = line.split(b" ")
    if len(parts) != 3 or not TOKEN.fullmatch(parts[0]) or not parts[1]:
        raise HttpError(400, "request_line", "the request line is not METHOD TARGET HTTP/1.1")
    version = VERSION.fullmatch(parts[2])
    if version is None:
        raise HttpError(400, "request_line", "the request line has no version")
    if version[1] != b"1":
        raise HttpError(505, "version")
    if len(parts[1]) > limits.target_bytes:
        raise HttpError(414, "target_bytes", f"the target is longer than {limits.target_bytes} bytes")
    if parts[0].decode() not in methods:
        raise HttpError(501, "method")


def _check_framing(fields: list[bytes], old: bool) -> None:
    lengths: list[bytes] = []
    codings: list[bytes] = []
    for field in fields:
        if field[:1] in {b" ", b"\t"}:
            raise HttpError(400, "folded_line", "a header line begins with white space")
        name, colon, value = field.partition(b":")
        if not colon or not TOKEN.fullmatch(name):
            raise HttpError(400, "field_name", "a header line is not NAME: VALUE")
        match name.lower():
            case b"content-length":
                lengths.append(value.strip(b" \t"))
            case b"transfer-encoding":
                codings += [coding.strip(b" \t").lower() for coding in value.split(b",")]
    if len(lengths) > 1 or any(not length.isdigit() for length in lengths):
        raise HttpError(400, "content_length", "Content-Length is not one number")
    if codings:
        _check_codings(codings, bool(lengths), old)


def _check_codings(codings: list[bytes], length_too: bool, old: bool) -> None:
    if length_too:
        raise HttpError(400, "length_and_encoding", "both Content-Length and Transfer-Encoding")
    if codings[-1] != b"chunked" or codings.count(b"chunked") > 1 or old:
        raise HttpError(400, "transfer_encoding", "chunked is not the last transfer coding, once, in HTTP/1.1")
    if len(codings) > 1:
        raise HttpError(501, "transfer_encoding", "chunked is the only transfer coding here")
