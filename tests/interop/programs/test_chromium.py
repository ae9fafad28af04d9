"""Headless Chromium on Linux loads a page from a simulated host by name: our name servers, our HTTP server, our TLS."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from interop_needs import need

pytest.importorskip("h2", reason="the extra `services` is not installed")

from catenet.application.http import Content, HttpError, Request, Response, Server, respond
from catenet.presentation.tls.host_tls import machine_tls

ZONE = """\
$TTL 60
@     SOA   ns hostmaster 1 3600 600 86400 30
      NS    ns
ns    A     192.0.2.1
www   CNAME server.lab.example.
"""
PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="stylesheet" href="/style.css"></head>
<body><h1>A page of a simulated host</h1><p id="told">nothing</p><img src="/dot.svg" id="dot" alt="">
<script src="/script.js"></script></body></html>
"""
SCRIPT = b"""
window.onload = () => {
  const width = document.getElementById('dot').naturalWidth;
  const colour = getComputedStyle(document.getElementById('told')).color;
  document.getElementById('told').textContent = `${location.origin} ${width} ${colour} ${'x'.repeat(3)}`;
};
"""
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><rect width="7" height="7"/></svg>'
FILES = {
    "/": Content(PAGE, "text/html"),
    "/style.css": Content(b"p { color: rgb(1, 2, 3); }", "text/css"),
    "/script.js": Content(SCRIPT, "text/javascript"),
    "/dot.svg": Content(DOT, "image/svg+xml"),
}


class Site:
    """Three routers: Linux at the first, the name servers at the second, the web server at the last."""

    def __init__(self, world: Any, folder: Path, scheme: str) -> None:
        self.world, self.folder, self.scheme = world, folder, scheme
        self.seen: list[tuple[str, str, str]] = []
        routers = world.chain(3, delay="5ms", loss="0.5%")
        world.net.dns(at=routers[1], zones={"shop.test": ZONE})
        world.net.host("server", at=routers[2]).run(self._serve, service=True)
        self.space = str(world.attach("linux", at=routers[0]))
        world.open()
        (folder / "resolv.conf").write_text(f"nameserver {world.address('resolver', 4)}\noptions timeout:10\n")

    async def _serve(self) -> None:
        tls = None
        if self.scheme == "https":
            authority = machine_tls().authority
            tls = authority.server_context(certificate=authority.certificate("www.shop.test"), alpn=["h2", "http/1.1"])
        async with Server(self._answer) as server:
            await server.start(port=443 if tls else 80, tls=tls)
            await server.serve_forever()

    async def _answer(self, request: Request) -> Response:
        self.seen.append((request.version, request.authority, request.path))
        if request.path not in FILES:
            raise HttpError(404, "not_found", request.path)
        return respond(request, FILES[request.path])

    def trust(self, home: Path) -> None:
        """Let Chromium trust the internet's authority: Linux's certificates of a user are in an NSS database."""
        need("certutil")
        database = home / ".pki" / "nssdb"
        database.mkdir(parents=True)
        root = self.folder / "ca.pem"
        root.write_text(self.world.net.tls().certificate_pem)
        for words in (("-N", "--empty-password"), ("-A", "-t", "C,,", "-n", "Catenet", "-i", str(root))):
            subprocess.run(["certutil", "-d", f"sql:{database}", *words], check=True, timeout=60)

    def load(self, home: Path, *options: str) -> str:
        """What Chromium makes of the page: its document after all of it has been loaded."""
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        base = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking")
        browser: Sequence[str] = (
            "chromium", *base, *root, f"--user-data-dir={home / 'profile'}", *options,
            "--dump-dom", f"{self.scheme}://www.shop.test/",
        )  # fmt: skip
        begin = f'mount --bind {self.folder}/resolv.conf /etc/resolv.conf && ip link set lo up && exec "$@"'
        environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
        command = ("unshare", "-m", "sh", "-c", begin, "sh", *browser)
        process = self.world.start(self.space, *command, stderr=subprocess.DEVNULL, env=environment)
        return str(self.world.finish(process, 150))


@pytest.mark.slow
def test_a_page_by_name(world: Any, tmp_path: Path) -> None:
    need("chromium")
    site = Site(world, tmp_path, "http")
    home = tmp_path / "home"
    home.mkdir()
    document = site.load(home)
    assert "http://www.shop.test 7 rgb(1, 2, 3) xxx" in document
    asked = {path for version, authority, path in site.seen if (version, authority) == ("1.1", "www.shop.test")}
    assert asked >= set(FILES)
    world.outcome()


@pytest.mark.long
def test_an_encrypted_page_by_name(world: Any, tmp_path: Path) -> None:
    """Chromium speaks HTTP/2 to a host whose authority it trusts, and shows nothing of one that it does not trust."""
    need("chromium")
    site = Site(world, tmp_path, "https")
    home, stranger = tmp_path / "home", tmp_path / "stranger"
    stranger.mkdir()
    site.trust(home)
    assert "https://www.shop.test 7 rgb(1, 2, 3) xxx" in site.load(home)
    assert {path for version, authority, path in site.seen if (version, authority) == ("2", "www.shop.test")} >= set(
        FILES
    )
    before = len(site.seen)
    assert "A page of a simulated host" not in site.load(stranger)
    assert len(site.seen) == before
    world.outcome()
