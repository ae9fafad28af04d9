"""Debian's programs, unmodified, to simulated hosts and through simulated routers.

The path is five routers in a row, 50 ms one way and 1 % of loss in all.
"""

from __future__ import annotations

import hashlib
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from interop_needs import need
from linux_peer import pattern

PATH = {"rate": "100Mbit/s", "delay": "12.5ms", "loss": "0.25%"}
PAGE = pattern(300_000)
WEB_SERVER = """
import http.server, socketserver
server = socketserver.ThreadingTCPServer(("", 80), http.server.SimpleHTTPRequestHandler)
print("ready", flush=True)
server.serve_forever()
"""


async def serve_pages(tls: ssl.SSLContext | None, port: int) -> None:
    """An unmodified aiohttp server, with a page that may be asked for in parts."""

    async def page(request: web.Request) -> web.Response:
        part = request.http_range
        if part.start is None and part.stop is None:
            return web.Response(body=PAGE, headers={"Accept-Ranges": "bytes"})
        body = PAGE[part]
        first = part.start if part.start >= 0 else len(PAGE) + part.start
        shown = f"bytes {first}-{first + len(body) - 1}/{len(PAGE)}"
        return web.Response(status=206, body=body, headers={"Content-Range": shown})

    app = web.Application()
    app.router.add_get("/page", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, None, port, ssl_context=tls).start()


@pytest.fixture
def space(world: Any) -> str:
    """Linux at the first of five routers, and a server at the last."""
    routers = world.chain(**PATH)
    world.net.host("server", at=routers[-1])
    return str(world.attach("linux", at=routers[0]))


def url_host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("version", [4, 6])
def test_curl_over_http(world: Any, space: str, version: int, tmp_path: Path) -> None:
    need("curl")
    world.net._world.registry.host("server", "test").host.run(serve_pages, None, 80, service=True)
    world.open()
    url = f"http://{url_host(world.address('server', version))}/page"
    got = tmp_path / "page"
    told = world.call(space, "curl", "-sS", "-o", str(got), "-w", "%{http_code} %{time_connect}", url)
    code, connected_s = told.split()
    assert (code, got.read_bytes() == PAGE) == ("200", True)
    assert float(connected_s) >= 0.1
    told = world.call(space, "curl", "-sS", "-o", str(got), "-r", "1000-2999", "-w", "%{http_code}", url)
    assert (told, got.read_bytes()) == ("206", PAGE[1000:3000])
    got.write_bytes(PAGE[:100_000])
    told = world.call(space, "curl", "-sS", "-C", "-", "-o", str(got), "-w", "%{http_code}", url)
    assert (told, got.read_bytes() == PAGE) == ("206", True)
    world.outcome()


def test_curl_over_https(world: Any, space: str, tmp_path: Path) -> None:
    need("curl")
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("server.example").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    world.net._world.registry.host("server", "test").host.run(serve_pages, tls, 443, service=True)
    world.open()
    got = tmp_path / "page"
    where = f"server.example:443:{world.address('server', 4)}"
    told = world.call(
        space, "curl", "-sS", "--cacert", str(tmp_path / "ca.pem"), "--resolve", where,
        "-o", str(got), "-w", "%{http_code} %{ssl_verify_result}", "https://server.example/page",
    )  # fmt: skip
    assert (told, got.read_bytes() == PAGE) == ("200 0", True)
    world.outcome()


@pytest.fixture
def spaces(world: Any) -> tuple[str, str]:
    """Linux at both ends of five routers."""
    routers = world.chain(**PATH)
    return world.attach("left", at=routers[0]), world.attach("right", at=routers[-1])


def test_curl_through_to_linux(world: Any, spaces: tuple[str, str], tmp_path: Path) -> None:
    need("curl")
    (tmp_path / "page").write_bytes(PAGE)
    world.open()
    process = world.start(spaces[1], sys.executable, "-I", "-c", WEB_SERVER, cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert process.stdout.readline() == "ready\n"
    got = tmp_path / "got"
    world.call(spaces[0], "curl", "-sS", "-o", str(got), f"http://{world.address('right', 4)}/page")
    assert got.read_bytes() == PAGE


@pytest.mark.parametrize("version", [4, 6])
def test_iperf3_over_tcp(world: Any, spaces: tuple[str, str], version: int) -> None:
    need("iperf3")
    world.open()
    world.start(spaces[1], "iperf3", "-s", "-1")
    listening(world, spaces[1], 5201)
    said = world.call(spaces[0], "iperf3", "-c", world.address("right", version), "-t", "5", "-J")
    ended = json.loads(said)["end"]
    assert ended["sum_received"]["bytes"] > 100_000
    assert ended["sum_sent"]["retransmits"] > 0


def test_iperf3_over_udp(world: Any, spaces: tuple[str, str]) -> None:
    need("iperf3")
    world.open()
    world.start(spaces[1], "iperf3", "-s", "-1")
    listening(world, spaces[1], 5201)
    to = world.address("right", 4)
    said = world.call(spaces[0], "iperf3", "-c", to, "-u", "-b", "2M", "-l", "1000", "-t", "5", "-J")
    ended = json.loads(said)["end"]["sum"]
    assert ended["packets"] > 1000
    assert 0.1 < ended["lost_percent"] < 3


def test_nc_both_ways(world: Any, spaces: tuple[str, str]) -> None:
    need("nc")
    world.open()
    process = world.start(spaces[1], "bash", "-c", "echo from the right | nc -N -l 7000")
    listening(world, spaces[1], 7000)
    said = world.call(spaces[0], "bash", "-c", f"echo from the left | nc -N {world.address('right', 4)} 7000")
    assert said == "from the right\n"
    assert world.finish(process) == "from the left\n"


SSHD = """
Port 2222
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
"""


def test_ssh(world: Any, spaces: tuple[str, str], tmp_path: Path) -> None:
    need("ssh", "sshd", "ssh-keygen")
    world.open()
    for key in ("host", "user"):
        world.call(spaces[0], "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / key))
    (tmp_path / "sshd_config").write_text(SSHD.format(folder=tmp_path), encoding="utf-8")
    os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    world.start(spaces[1], "/usr/sbin/sshd", "-D", "-f", str(tmp_path / "sshd_config"))
    listening(world, spaces[1], 2222)
    (tmp_path / "page").write_bytes(PAGE)
    said = world.call(
        spaces[0], "bash", "-c",
        f"ssh -p 2222 -i {tmp_path}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes"
        f" -o LogLevel=ERROR root@{world.address('right', 4)} sha256sum < {tmp_path}/page",
    )  # fmt: skip
    assert said.split()[0] == hashlib.sha256(PAGE).hexdigest()


def listening(world: Any, space: str, port: int) -> None:
    """Wait until somebody listens there."""
    world.until(lambda: f":{port}" in ss(world, space), seconds=20)


def ss(world: Any, space: str) -> str:
    process = world.start(space, "ss", "-Hltn")
    text, _ = process.communicate()
    return str(text)
