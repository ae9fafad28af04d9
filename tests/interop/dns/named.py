"""Debian's bind9 on the loopback device, with the zone files that our server has."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

ADDRESS = "127.0.0.1"
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"

OPTIONS = """
options {{
    directory "{folder}"; pid-file none; session-keyfile none; dnssec-validation no; recursion {recursion};
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; minimal-responses no-auth; minimal-any yes;
    allow-transfer {{ any; }}; notify {notify}; rrset-order {{ order none; }}; empty-zones-enable no;
    allow-notify {{ any; }}; ixfr-from-differences yes; max-udp-size 1232; edns-udp-size 1232; cookie-secret
    "00112233445566778899aabbccddeeff"; answer-cookie no; serial-query-rate 1000; max-refresh-time 5;
    zero-no-soa-ttl no;
}};
controls {{ }};
"""


def need(*programs: str) -> None:
    """Skip, by name, what is not installed."""
    for program in programs:
        if shutil.which(program, path=PATH) is None:
            pytest.skip(f"{program} is not installed (tests/interop/install-peers)")


def free_port() -> int:
    with socket.socket() as tcp:
        tcp.bind((ADDRESS, 0))
        return int(tcp.getsockname()[1])


class Named:
    """A running bind9."""

    def __init__(self, port: int, server: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._server = server

    def reload(self) -> None:
        """Read the zone files again."""
        self._server.send_signal(signal.SIGHUP)

    def ask(self, octets: bytes, *, tcp: bool = False) -> bytes:
        """The response to a request's octets, over UDP or TCP."""
        kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
        with socket.socket(socket.AF_INET, kind) as sock:
            sock.settimeout(10)
            sock.connect((ADDRESS, self.port))
            if not tcp:
                sock.send(octets)
                return sock.recv(65_535)
            sock.sendall(len(octets).to_bytes(2, "big") + octets)
            with sock.makefile("rb") as file:
                return file.read(int.from_bytes(file.read(2), "big"))


@contextmanager
def running_named(
    folder: Path, zones: Mapping[str, str], statements: str = "", *, recursion: bool = False, notify: str = "no"
) -> Iterator[Named]:
    """bind9 with zones by origin; ``statements`` are further ones of named.conf."""
    need("named")
    port = free_port()
    options = OPTIONS.format(folder=folder, port=port, recursion="yes" if recursion else "no", notify=notify)
    blocks = [options, statements]
    for number, (origin, text) in enumerate(zones.items()):
        (folder / f"{number}.zone").write_text(text)
        blocks.append(f'zone "{origin}" {{ type primary; file "{number}.zone"; check-names ignore; }};')
    (folder / "named.conf").write_text("\n".join(blocks))
    with (folder / "named.log").open("w") as log:
        server = subprocess.Popen(
            ["named", "-g", "-n", "1", "-c", str(folder / "named.conf")],
            stdout=log,
            stderr=log,
            env={**os.environ, "PATH": PATH},
        )
        try:
            named = Named(port, server)
            _wait(named, server, folder / "named.log")
            yield named
        finally:
            server.terminate()
            server.wait(10)


def _wait(named: Named, server: subprocess.Popen[bytes], log: Path) -> None:
    query = dns.message.make_query("version.bind", "TXT", "CH")
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            dns.query.udp(query, ADDRESS, timeout=0.2, port=named.port)
        except (dns.exception.Timeout, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"named does not start: {log.read_text()[-1500:]}")
