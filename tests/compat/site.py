"""Two hosts, 30 ms apart, on a link that loses one frame in a hundred: where unmodified libraries meet."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import trustme

from catenet import Run
from catenet.internet import Internet

ADDRESS = "192.0.2.10"
"""The server's address; its name is ``server``."""
BODY = bytes(range(256)) * 1200
"""300 kB: more than two hundred segments, of which some are lost."""
TEXT = "0123456789abcdef" * 18_750
"""As much, in characters."""


class Certificates(NamedTuple):
    """Files: the certificate of the authority, and the server's key with its certificates."""

    authority: Path
    server: Path


def make_certificates(folder: Path) -> Certificates:
    """An authority, and a certificate of it for the server."""
    made = Certificates(folder / "authority.pem", folder / "server.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.authority))
    certificate = authority.issue_cert("server", ADDRESS)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(made.server))
    return made


class Site:
    """What a row's programs get: addresses are of the internet, certificates are files, ``folder`` is empty."""

    def __init__(self, certificates: Certificates, folder: Path) -> None:
        self.authority = str(certificates.authority)
        self.certificate = str(certificates.server)
        self.folder = folder

    def server_tls(self, *alpn: str) -> ssl.SSLContext:
        """The server's context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.set_alpn_protocols(list(alpn))
        return context

    def client_tls(self, *alpn: str) -> ssl.SSLContext:
        """A context that trusts the authority, and nobody else."""
        context = ssl.create_default_context(cafile=self.authority)
        context.set_alpn_protocols(list(alpn))
        return context


Program = Callable[[Site], Awaitable[object]]


class Row(NamedTuple):
    """A library, and the exchange that shows that it works: ``serve`` runs until the end, and ``ask`` checks.

    ``packages`` are those whose versions count: the library first.  ``tls`` says what protects the exchange; empty if
    nothing does.  ``note`` is for the reader of the page.
    """

    packages: tuple[str, ...]
    exchange: str
    tls: str
    serve: Program
    ask: Program
    note: str = ""


def meet(row: Row, certificates: Certificates, folder: Path, *, seed: int = 12, record: bool = False) -> Run:
    """Run a row to its end, with captures if ``record``.  Raises ProgramFailed if an end of it failed."""
    site = Site(certificates, folder)
    with Internet(seed=seed) as net:
        client, server = net.host("client"), net.host("server")
        addresses = {"client": ["192.0.2.1/24", "2001:db8::1/64"], "server": [f"{ADDRESS}/24", "2001:db8::10/64"]}
        net.link(client, server, rate="100Mbit/s", delay="30ms", loss="1%", addresses=addresses)
        if record:
            net.capture()
        server.run(row.serve, site, service=True)
        client.run(row.ask, site, start="1s")
        done = net.run()
        if record:
            done.report(folder / "run")
        return done
