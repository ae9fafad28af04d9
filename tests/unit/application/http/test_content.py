"""Ranges and conditions (RFC 9110 sections 13 and 14), and files."""

from __future__ import annotations

import hashlib
import os
from email.parser import BytesParser
from pathlib import Path

import pytest

from catenet.application.http import Content, Files, Request, Response, respond
from catenet.application.http.dates import format_date, parse_date
from catenet.application.http.ranges import ByteRange, Unsatisfiable, parse_ranges
from catenet.presentation.compression import coding
from tests.unit.application.http.raw_client import answers, get, talk

DATA = bytes(range(100))
NOON = 1735732800  # 2025-01-01T12:00:00Z: later than the host's clock
EARLIER = 1704067200


async def page(request: Request) -> Response:
    return respond(request, Content(DATA, "text/plain", modified_s=EARLIER, etag='"one"'))


def ask(*fields: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    octets, _ = talk(get("/", *fields, method=method), handler=page)
    return answers(octets, method)[0]


@pytest.mark.parametrize(
    ("value", "ranges"),
    [
        ("bytes=0-0", [(0, 0)]),
        ("bytes=10-", [(10, 99)]),
        ("bytes=-10", [(90, 99)]),
        ("bytes=-1000", [(0, 99)]),
        ("bytes=90-1000", [(90, 99)]),
        ("bytes=0-1, 5-6 ,-1", [(0, 1), (5, 6), (99, 99)]),
        ("bytes=0-1,200-", [(0, 1)]),
        ("items=0-1", None),
        ("bytes=5-1", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=0-99,0-99", None),
        ("bytes=" + ",".join(["0-0"] * 17), None),
    ],
)
def test_ranges(value: str, ranges: list[tuple[int, int]] | None) -> None:
    wanted = None if ranges is None else [ByteRange(*one) for one in ranges]
    assert parse_ranges(value, 100) == wanted


@pytest.mark.parametrize("value", ["bytes=100-", "bytes=-0", "bytes=100-200,300-"])
def test_ranges_beyond_the_end(value: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_ranges(value, 100)


def test_one_range() -> None:
    status, fields, body = ask("Range: bytes=10-19")
    assert (status, body, fields["content-range"]) == (206, DATA[10:20], "bytes 10-19/100")


def test_several_ranges_are_a_multipart_body() -> None:
    status, fields, body = ask("Range: bytes=0-1, 50-59, -3")
    assert status == 206
    message = BytesParser().parsebytes(b"Content-Type: " + fields["content-type"].encode() + b"\r\n\r\n" + body)
    parts = message.get_payload()
    assert isinstance(parts, list)
    assert [part["content-range"] for part in parts] == ["bytes 0-1/100", "bytes 50-59/100", "bytes 97-99/100"]
    assert [part.get_payload(decode=True) for part in parts] == [DATA[:2], DATA[50:60], DATA[97:]]


def test_range_beyond_the_end_is_a_416() -> None:
    status, fields, _ = ask("Range: bytes=100-")
    assert (status, fields["content-range"]) == (416, "bytes */100")


def test_head_ignores_ranges() -> None:
    status, fields, _ = ask("Range: bytes=0-1", method="HEAD")
    assert (status, fields["content-length"]) == (200, "100")


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"one"', 206),
        ('"two"', 200),
        ('W/"one"', 200),
        (format_date(EARLIER), 206),
        (format_date(EARLIER + 1), 200),
    ],
)
def test_if_range(condition: str, status: int) -> None:
    assert ask("Range: bytes=0-1", f"If-Range: {condition}")[0] == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (['If-None-Match: "one"'], 304),
        (['If-None-Match: W/"one"'], 304),
        (['If-None-Match: "two", "one"'], 304),
        (["If-None-Match: *"], 304),
        (['If-None-Match: "two"'], 200),
        ([f"If-Modified-Since: {format_date(EARLIER)}"], 304),
        ([f"If-Modified-Since: {format_date(EARLIER - 1)}"], 200),
        (["If-Modified-Since: yesterday"], 200),
        (['If-None-Match: "two"', f"If-Modified-Since: {format_date(NOON)}"], 200),
        (['If-Match: "one"'], 200),
        (['If-Match: W/"one"'], 412),
        (['If-Match: "two"'], 412),
        ([f"If-Unmodified-Since: {format_date(EARLIER)}"], 200),
        ([f"If-Unmodified-Since: {format_date(EARLIER - 1)}"], 412),
        (['If-None-Match: "one"', "Range: bytes=0-1"], 304),
    ],
)
def test_conditions(fields: list[str], status: int) -> None:
    found = ask(*fields)
    assert found[0] == status
    if status == 304:
        assert found[1]["etag"] == '"one"'
        assert found[2] == b""
        assert "content-length" not in found[1]


@pytest.mark.parametrize(
    "text", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_three_forms_of_dates(text: str) -> None:
    assert parse_date(text) == 784111777


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "sub").mkdir(parents=True)
    (root / "index.html").write_text("<p>home")
    (root / "sub" / "index.html").write_text("<p>sub")
    (root / "a b.css").write_text("p {}")
    (root / ".secret").write_text("secret")
    (tmp_path / "outside").write_text("outside")
    (root / "link").symlink_to(tmp_path / "outside")
    return root


@pytest.mark.parametrize(
    ("target", "status", "body"),
    [
        ("/", 200, b"<p>home"),
        ("/?q=1", 200, b"<p>home"),
        ("/sub/", 200, b"<p>sub"),
        ("/sub", 301, b""),
        ("/a%20b.css", 200, b"p {}"),
        ("/none", 404, None),
        ("/.secret", 404, None),
        ("/../outside", 404, None),
        ("/%2e%2e/outside", 404, None),
        ("/sub/%2e%2e%2f%2e%2e%2foutside", 404, None),
        ("/link", 404, None),
        ("/a%00b", 404, None),
        ("/index.html/", 404, None),
        ("*", 404, None),
    ],
)
def test_files(site: Path, target: str, status: int, body: bytes | None) -> None:
    octets, _ = talk(get(target), handler=Files(site))
    found = answers(octets)[0]
    assert found[0] == status
    assert body is None or found[2] == body
    assert b"outside" not in found[2]
    assert b"secret" not in found[2]


def test_file_later_than_the_hosts_clock_was_modified_now_and_has_a_digest_as_tag(site: Path) -> None:
    os.utime(site / "index.html", (NOON, NOON))
    octets, _ = talk(get("/", last=False), get("/sub", last=False), get("/a%20b.css"), handler=Files(site))
    home, moved, style = answers(octets)
    assert home[1]["last-modified"] == home[1]["date"] == "Wed, 01 Jan 2025 00:00:00 GMT"
    assert home[1]["etag"] == f'"{hashlib.sha256(b"<p>home").hexdigest()[:32]}"'
    assert moved[1]["location"] == "/sub/"
    assert (home[1]["content-type"], style[1]["content-type"]) == ("text/html", "text/css")


def test_other_methods_are_not_allowed() -> None:
    octets, _ = talk(get("/", method="DELETE"), handler=page)
    assert (answers(octets)[0][0], answers(octets)[0][1]["allow"]) == (405, "GET, HEAD")


TEXT = b"compressible text; " * 100


def ask_text(*fields: str, media_type: str = "text/plain", data: bytes = TEXT) -> tuple[int, dict[str, str], bytes]:
    async def handler(request: Request) -> Response:
        return respond(request, Content(data, media_type, modified_s=EARLIER))

    octets, _ = talk(get("/", *fields), handler=handler)
    return answers(octets)[0]


@pytest.mark.parametrize(
    ("accepted", "name"),
    [("gzip", "gzip"), ("deflate, gzip;q=0.5", "deflate"), ("gzip;q=0", None), ("identity", None), ("unknown", None)],
)
def test_text_is_compressed_as_the_client_accepts_it(accepted: str, name: str | None) -> None:
    status, fields, body = ask_text(f"Accept-Encoding: {accepted}")
    assert (status, fields.get("content-encoding"), fields["vary"]) == (200, name, "accept-encoding")
    assert (TEXT if name is None else coding(name).compress(TEXT)) == body
    assert (name is None) == (len(body) == len(TEXT))
    if name is not None:
        assert coding(name).decompress(body) == TEXT


@pytest.mark.slow
def test_each_coding_has_a_tag_of_its_own_and_ranges_are_of_what_is_sent() -> None:
    plain, packed = ask_text(), ask_text("Accept-Encoding: gzip")
    assert plain[1]["etag"] != packed[1]["etag"]
    status, fields, _ = ask_text("Accept-Encoding: gzip", f"If-None-Match: {packed[1]['etag']}")
    assert (status, fields["etag"], "content-encoding" in fields) == (304, packed[1]["etag"], False)
    assert ask_text(f"If-None-Match: {packed[1]['etag']}")[0] == 200
    status, fields, body = ask_text("Accept-Encoding: gzip", "Range: bytes=2-5")
    assert (status, body, fields["content-encoding"]) == (206, packed[2][2:6], "gzip")


@pytest.mark.parametrize(("media_type", "data"), [("image/png", TEXT), ("text/plain", b"short")])
def test_what_does_not_become_shorter_is_sent_as_it_is(media_type: str, data: bytes) -> None:
    _, fields, body = ask_text("Accept-Encoding: gzip", media_type=media_type, data=data)
    assert (fields.get("content-encoding"), fields.get("vary"), body) == (None, None, data)


def test_files_are_compressed_too(site: Path) -> None:
    (site / "long.css").write_bytes(TEXT)
    octets, _ = talk(get("/long.css", "Accept-Encoding: gzip"), handler=Files(site))
    _, fields, body = answers(octets)[0]
    assert (fields["content-encoding"], coding("gzip").decompress(body)) == ("gzip", TEXT)
