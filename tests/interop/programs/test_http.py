"""Our HTTP server for Debian's curl through a TAP device, and our client with Debian's nginx, over a path that loses.

Five routers in a row, 25 ms one way and 1 % of loss in all.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import pytest
from interop_needs import need
from linux_peer import pattern

pytest.importorskip("h2", reason="the extra `services` is not installed")

from catenet.application.http import (
    Client,
    Content,
    HarLog,
    Limits,
    Request,
    Response,
    Server,
    respond,
)
from catenet.application.http.cache import Cache
from catenet.application.http.proxy import ReverseProxy

PATH = {"rate": "100Mbit/s", "delay": "6ms", "loss": "0.25%"}
OCTETS = pattern(300_000)
PAGE = Content(OCTETS, "text/plain", modified_s=1_700_000_000)


async def answer(request: Request) -> Response:
    if request.path == "/upload":
        return Response.text(f"{request.version} {request.method} {len(await request.body.read())}")
    return respond(request, PAGE)


async def serve(port: int, tls: ssl.SSLContext | None) -> None:
    server = await Server(answer, limits=Limits(body_bytes=1 << 20)).start(port=port, tls=tls)
    await server.serve_forever()


@pytest.fixture
def space(world: Any, tmp_path: Path) -> str:
    """Linux at the first of five routers, our server at the last, the authority of its certificate in a file."""
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("server.example").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    routers = world.chain(**PATH)
    host = world.net.host("server", at=routers[-1])
    host.run(serve, 80, None, service=True)
    host.run(serve, 443, tls, service=True)
    space = str(world.attach("linux", at=routers[0]))
    world.open()
    return space


def curl(world: Any, space: str, folder: Path, *words: str, scheme: str = "http") -> tuple[str, bytes]:
    """What curl says of the exchange, and what it got."""
    got = folder / "got"
    port = {"http": 80, "https": 443}[scheme]
    where = ["--cacert", str(folder / "ca.pem"), "--resolve", f"server.example:{port}:{world.address('server', 4)}"]
    show = ["-o", str(got), "-w", "%{http_version} %{http_code} %{num_connects}\\n"]
    told = world.call(space, "curl", "-sS", *where, *show, *words)
    return told.strip(), got.read_bytes() if got.exists() else b""


VERSIONS = [("1.1", "http", "--http1.1"), ("2", "http", "--http2-prior-knowledge"), ("2", "https", "--http2")]


@pytest.mark.slow
@pytest.mark.parametrize(("version", "scheme", "option"), VERSIONS, ids=["HTTP/1.1", "HTTP/2", "HTTP/2 by ALPN"])
def test_curl_gets_ranges_and_uploads(
    world: Any, space: str, tmp_path: Path, version: str, scheme: str, option: str
) -> None:
    need("curl")
    url = f"{scheme}://server.example"

    def ask(*words: str) -> tuple[str, bytes]:
        return curl(world, space, tmp_path, option, *words, scheme=scheme)

    assert ask(f"{url}/page") == (f"{version} 200 1", OCTETS)
    assert ask("-r", "1000-2999", f"{url}/page") == (f"{version} 206 1", OCTETS[1000:3000])
    told, several = ask("-r", "0-9,100-109,-10", f"{url}/page")
    assert told == f"{version} 206 1"
    assert all(part in several for part in (OCTETS[:10], OCTETS[100:110], OCTETS[-10:]))
    (tmp_path / "got").write_bytes(OCTETS[:100_000])
    assert ask("-C", "-", f"{url}/page") == (f"{version} 206 1", OCTETS)
    assert ask("-z", "Wed, 01 Jan 2025 00:00:00 GMT", f"{url}/page")[0] == f"{version} 304 1"
    (tmp_path / "sent").write_bytes(OCTETS)
    assert ask("-T", str(tmp_path / "sent"), f"{url}/upload")[1] == f"{version} PUT 300000".encode()
    chunked = ("-H", "Transfer-Encoding: chunked") if version == "1.1" else ()
    assert ask("-X", "POST", *chunked, "-T", str(tmp_path / "sent"), f"{url}/upload")[1].endswith(b"POST 300000")
    # In HTTP/2 curl does not say how much it will send, and sends so little over the limit that all is on its way when
    # it hears of it: else curl 7.88 may take the RST_STREAM behind the answer (NO_ERROR, RFC 9113 section 8.1) for the
    # failure of its upload, and exit with 92.
    (tmp_path / "sent").write_bytes(bytes((1 << 20) + 10_000))
    silent = ("-H", "Content-Length:") if version == "2" else ()
    assert ask("-T", str(tmp_path / "sent"), *silent, f"{url}/upload")[0] == f"{version} 413 1"
    if option != "--http2-prior-knowledge":  # curl 7.88 sends the preface again on a kept connection, also to nginx
        told, _ = ask(f"{url}/page", "-o", str(tmp_path / "second"), f"{url}/page")
        assert told.split("\n") == [f"{version} 200 1", f"{version} 200 0"]  # one connection for both
    world.outcome()


NGINX = """
daemon off; master_process off; user root; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log {folder}/access.log; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 80; listen 443 ssl http2;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;
    root {folder}/site; keepalive_requests 3;
    location = /moved {{ return 302 /page; }}
  }}
}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "version"), [("http", "1.1"), ("https", "1.1"), ("https", "2")])
def test_our_client_and_nginx(world: Any, tmp_path: Path, scheme: str, version: str) -> None:
    need("nginx")
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page").write_bytes(OCTETS)
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path))
    routers = world.chain(**PATH)
    client = world.net.host("client", at=routers[-1])
    space = world.attach("linux", at=routers[0])
    log = HarLog()
    done: list[tuple[int, str, bytes, list[str]]] = []

    part = {"Range": "bytes=5-9"}
    requests: list[tuple[str, dict[str, str]]]
    requests = [("/page", {}), ("/moved", {}), ("/page", part), ("/page", {}), ("/", {})]

    async def ask() -> None:
        async with Client(tls=tls, http2=version == "2", log=log) as http:
            for target, fields in requests:
                response = await http.get(f"{scheme}://{address}{target}", headers=fields)
                done.append((response.status, response.version, await response.read(), response.redirects))

    world.open()
    address = world.address("linux", 4)
    authority.issue_cert(address).private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    server = world.start(space, "/usr/sbin/nginx", "-c", str(tmp_path / "nginx.conf"))
    try:
        world.until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
        client.run(ask)
        world.until(lambda: len(done) == 5 or bool(world.net._world.processes.failed()))
    finally:
        server.terminate()
        server.wait(10)
    world.outcome()
    assert [status for status, _, _, _ in done] == [200, 200, 206, 200, 403]
    assert {found for _, found, _, _ in done} == {version}
    assert [body for _, _, body, _ in done[:4]] == [OCTETS, OCTETS, OCTETS[5:10], OCTETS]
    assert done[1][3] == [f"{scheme}://{address}/moved"]
    assert [entry["response"]["status"] for entry in log.entries] == [200, 302, 200, 206, 200, 403]
    connections = {entry["connection"] for entry in log.entries}
    assert len(connections) == 2  # nginx closes each after three requests


@pytest.mark.slow
def test_our_caching_reverse_proxy_in_front_of_nginx(world: Any, tmp_path: Path) -> None:
    """curl asks our proxy on a simulated host, which asks nginx; a page in the cache outlives nginx."""
    need("nginx", "curl")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page").write_bytes(OCTETS)
    os.utime(tmp_path / "site" / "page", (1_500_000_000, 1_500_000_000))  # so old that it stays fresh (RFC 9111, 4.2.2)
    trustme = pytest.importorskip("trustme")
    routers = world.chain(**PATH)
    host = world.net.host("proxy", at=routers[-1])
    space = world.attach("linux", at=routers[0])

    async def proxy(origin: str) -> None:
        async with ReverseProxy(origin) as reverse:
            server = await Server(Cache(reverse)).start(port=80)
            await server.serve_forever()

    world.open()
    address = world.address("linux", 4)
    trustme.CA().issue_cert(address).private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path))
    host.run(proxy, f"http://{address}", service=True)

    def ask(target: str, *words: str) -> tuple[str, bytes]:
        (tmp_path / "got").unlink(missing_ok=True)
        url = f"http://{world.address('proxy', 4)}{target}"
        told = world.call(space, "curl", "-sS", "-o", str(tmp_path / "got"), "-w", "%{http_code}", *words, url)
        return told.strip(), (tmp_path / "got").read_bytes()

    server = world.start(space, "/usr/sbin/nginx", "-c", str(tmp_path / "nginx.conf"))
    try:
        world.until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
        assert ask("/page") == ("200", OCTETS)
        assert ask("/page") == ("200", OCTETS)
        assert ask("/page", "-r", "1000-2999") == ("206", OCTETS[1000:3000])
        assert ask("/nothing")[0] == "404"
        asked = (tmp_path / "access.log").read_text()
    finally:
        server.terminate()
        server.wait(10)
    assert asked.count('"GET /page HTTP/1.1" 200') == 1, asked
    assert ask("/page") == ("200", OCTETS)
    assert ask("/other")[0] == "502"
    world.outcome()
