"""The head of an HTTP/1.1 message (RFC 9112), field by field."""

from __future__ import annotations

from collections.abc import Iterator

from catenet.lab.probe.request.headers.header import Field, Header


def head(octets: bytes, *, request: bool) -> Header:
    """The first line and the fields of a message."""
    return Header("HTTP request" if request else "HTTP response", "RFC 9112", octets, tuple(_fields(octets, request)))


def _fields(octets: bytes, request: bool) -> Iterator[Field]:
    place = 0
    for line in octets.split(b"\r\n"):
        if place == 0:
            yield from _first_line(line, request)
        elif b":" in line:
            name, _, value = line.partition(b":")
            yield _field(name.decode("latin-1"), 8 * place, line, value.strip().decode("latin-1"), "")
        place += len(line) + 2


def _first_line(line: bytes, request: bool) -> Iterator[Field]:
    names = ("method", "request-target", "HTTP-version") if request else ("HTTP-version", "status-code", "reason")
    keys = (
        ("http.request.method", "http.request.uri", "http.request.version")
        if request
        else ("http.response.version", "http.response.code", "http.response.phrase")
    )
    place = 0
    for name, key, word in zip(names, keys, line.split(b" ", 2), strict=False):
        yield _field(name, 8 * place, word, word.decode("latin-1"), key)
        place += len(word) + 1


def _field(name: str, bit: int, octets: bytes, text: str, key: str) -> Field:
    return Field(name, bit, 8 * len(octets), None, text, key)
