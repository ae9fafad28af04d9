"""What a server refuses: limits, slow clients, and messages that can be read in two ways (RFC 9112 section 11.2)."""

from __future__ import annotations

import pytest

from catenet.application.http import Limits, Request, Response
from tests.unit.application.http.raw_client import answers, get, talk

POST = "POST / HTTP/1.1\r\nHost: h\r\n"
SMALL = Limits(target_bytes=100, header_bytes=400, header_count=5, body_bytes=10)

SHAPES = [
    (POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "length_and_encoding"),
    (POST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400, "length_and_encoding"),
    (POST + "Transfer-Encoding: chunked, identity\r\n\r\n", 400, "transfer_encoding"),
    (POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n", 400, "transfer_encoding"),
    (POST + "Transfer-Encoding: xchunked\r\n\r\n", 400, "transfer_encoding"),
    (POST + "Transfer-Encoding: chunked, chunked\r\n\r\n", 400, "transfer_encoding"),
    (POST + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "transfer_encoding"),
    (POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, "field_name"),
    (POST + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    (POST + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n", 400, "folded_line"),
    (POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n", 400, "transfer_encoding"),
    (POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, "content_length"),
    (POST + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400, "content_length"),
    (POST + "Content-Length: 3, 3\r\n\r\nabc", 400, "content_length"),
    (POST + "Content-Length: +3\r\n\r\nabc", 400, "content_length"),
    (POST + "Content-Length: -1\r\n\r\n", 400, "content_length"),
    (POST + "Content-Length: 0x3\r\n\r\nabc", 400, "content_length"),
    (POST + "Content-Length:\r\n\r\n", 400, "content_length"),
    (POST + "X: a\nContent-Length: 3\r\n\r\nabc", 400, "bare_line_feed"),
    (POST + "X: a\rContent-Length: 3\r\n\r\nabc", 400, "bare_line_feed"),
    (POST + "X: a\0b\r\n\r\n", 400, "bare_line_feed"),
    ("GET / HTTP/1.1\nHost: h\n\n", 400, "bare_line_feed"),
    (POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\nGET /evil HTTP/1.1\r\n", 400, "body"),
    (POST + "Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n" + "\r\n" * 3, 400, "body"),
    (POST + "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400, "body"),
    (POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400, "body"),
    (POST + "Host: other\r\n\r\n", 400, "head"),
    ("GET / HTTP/1.1\r\nA: b\r\n\r\n", 400, "head"),
    ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request_line"),
    ("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request_line"),
    ("GET /\r\nHost: h\r\n\r\n", 400, "request_line"),
    ("G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request_line"),
    ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505, "version"),
    ("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "method"),
    ("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "method"),
    ("GET /" + "a" * 100 + " HTTP/1.1\r\nHost: h\r\n\r\n", 414, "target_bytes"),
    ("GET /" + "a" * 1000, 414, "target_bytes"),
    (POST + "X: " + "a" * 500 + "\r\n\r\n", 431, "header_bytes"),
    (POST + "X: " + "a" * 500, 431, "header_bytes"),
    (POST + "X: y\r\n" * 5 + "\r\n", 431, "header_count"),
    (POST + "Content-Length: 11\r\n\r\n", 413, "body_bytes"),
    (POST + "Transfer-Encoding: chunked\r\n\r\nb\r\nabcdefghijk\r\n0\r\n\r\n", 413, "body_bytes"),
]


@pytest.mark.parametrize(("octets", "status", "reason"), SHAPES, ids=[f"{s[2]}-{n}" for n, s in enumerate(SHAPES)])
def test_refused_with_the_right_status_counted_and_closed(
    octets: str, status: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    async def handler(request: Request) -> Response:
        seen.append(request.target)
        await request.body.read()
        return Response()

    answer, server = talk(
        octets.encode("latin-1"), b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n", handler=handler, limits=SMALL
    )
    (found,) = answers(answer)
    assert (found[0], found[1]["connection"]) == (status, "close")
    assert server.refused == {reason: 1}
    assert f"{status} {reason}" in caplog.text
    assert "/smuggled" not in seen
    assert "/evil" not in seen


@pytest.mark.slow
def test_slow_head_is_a_408() -> None:
    octets, server = talk(*[part for _ in range(30) for part in (b"X", 1.0)], handler=never)
    assert answers(octets)[0][0] == 408
    assert server.refused == {"head_timeout": 1}


@pytest.mark.parametrize(("pause_s", "reason"), [(25.0, "read_timeout"), (15.0, "body_timeout")])
def test_slow_body_is_a_408(pause_s: float, reason: str) -> None:
    async def read(request: Request) -> Response:
        return Response.text(str(len(await request.body.read())))

    pieces = [part for _ in range(30) for part in (b"x", pause_s)]
    octets, server = talk(POST.encode() + b"Content-Length: 100\r\n\r\n", *pieces, handler=read)
    assert answers(octets)[0][0] == 408
    assert server.refused == {reason: 1}


def test_idle_connection_is_closed_without_an_answer() -> None:
    octets, server = talk(get(last=False), 1000.0)
    assert len(answers(octets)) == 1
    assert server.refused == {"idle_timeout": 1}


async def never(request: Request) -> Response:
    raise AssertionError("the request is not complete")
