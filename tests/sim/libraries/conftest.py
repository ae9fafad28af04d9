"""Two hosts with two routers between them, and certificates: where unmodified libraries meet."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from catenet.host.process import Process
from catenet.internet import Internet

PORT = 8080
RTT_S = 0.0404
"""Two access links of 0.1 ms and a line of 20 ms, there and back."""
ADDRESSES = {4: "192.0.2.10", 6: "2001:db8:2::10"}


class Web:
    """A server and a client, 20 ms apart.  ``tls`` tells whether they speak HTTPS; ``version`` is that of IP."""

    def __init__(self, version: int, tls: tuple[ssl.SSLContext, ssl.SSLContext] | None, **line: Any) -> None:
        self.net = Internet(seed=11)
        near, far = self.net.routers("near", "far")
        self.line = self.net.link(near, far, name="line", **{"rate": "1Gbit/s", "delay": "20ms", **line})
        self.client = self.net.host("client", at=near)
        self.server = self.net.host("server", at=far, addresses=["192.0.2.10/24", "2001:db8:2::10/64"])
        self.version = version
        self.server_tls, self.client_tls = (None, None) if tls is None else tls

    @property
    def address(self) -> str:
        return ADDRESSES[self.version]

    def url(self, path: str = "/", scheme: str = "http", port: int = PORT) -> str:
        secure = "" if self.client_tls is None else "s"
        host = f"[{self.address}]" if self.version == 6 else self.address
        return f"{scheme}{secure}://{host}:{port}{path}"

    def serve(self, program: Callable[..., Any], *args: Any) -> Process:
        return self.server.run(program, *args, service=True)

    def fetch(self, program: Callable[..., Any], *args: Any) -> Any:
        """Run the client's program to its end, and give its result."""
        process = self.client.run(program, *args)
        self.net.run()
        return process.result


def make_tls(folder: Path) -> tuple[Path, Path]:
    """The certificates of an authority and of the server, in files."""
    authority = trustme.CA()
    authority_file, server_file = folder / "authority.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(authority_file))
    server = authority.issue_cert("server", *ADDRESSES.values())
    server.private_key_and_cert_chain_pem.write_to_path(str(server_file))
    return authority_file, server_file


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificates: tuple[Path, Path]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificates[1])
    return server, ssl.create_default_context(cafile=certificates[0])


@pytest.fixture(params=["http-ipv4", "http-ipv6", "https-ipv4", "https-ipv6"])
def web(request: pytest.FixtureRequest, tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Web]:
    """All four ways for a client to meet a server."""
    scheme, _, version = request.param.partition("-ipv")
    made = Web(int(version), tls if scheme == "https" else None)
    yield made
    made.net.close()


@pytest.fixture
def plain() -> Iterator[Web]:
    """HTTP over IPv4: for what does not depend on the way."""
    made = Web(4, None)
    yield made
    made.net.close()


@pytest.fixture
def secure(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Web]:
    """HTTPS over IPv6."""
    made = Web(6, tls)
    yield made
    made.net.close()
