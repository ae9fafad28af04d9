"""Wireshark's dissector reads RIP's messages as they were meant, with and without authentication."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from catenet import Internet

FIELDS: Final = (
    "ip.ttl",
    "udp.checksum.status",
    "rip.version",
    "rip.ip",
    "rip.netmask",
    "rip.next_hop",
    "rip.route_tag",
    "rip.metric",
    "rip.auth.type",
    "rip.auth.passwd",
    "rip.digest_offset",
    "rip.key_id",
    "rip.auth_data_len",
    "_ws.malformed",
)
ROUTES: Final = ["10.0.1.1,192.168.0.0", "255.255.255.255,255.255.0.0", "0.0.0.0,10.0.1.6", "0,77", "1,1"]
"""What ``a`` says first to ``b``: its own address, and a static route through ``b`` itself."""

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def read(capture: Path, *arguments: str) -> list[str]:
    """What tshark prints of a capture, line by line."""
    command = ["tshark", "-r", str(capture), "-o", "udp.check_checksum:TRUE", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("algorithm", "authentication"),
    [
        (None, ["", "", "", "", ""]),
        ("plain", ["2", "secret", "", "", ""]),
        ("md5", ["3", "", "64", "9", "16"]),
        ("hmac-sha-256", ["3", "", "64", "9", "32"]),
    ],
)
def test_messages_are_read_as_they_were_meant(tmp_path: Path, algorithm: str | None, authentication: list[str]) -> None:
    key = {} if algorithm is None else {"authentication": algorithm, "key": "secret", "key_id": 9}
    net = Internet(seed=3)
    a, b = net.routers("a", "b", routing="rip", rip={**key, "redistribute_static": True, "tag": 77})
    net.link(a, b)
    net.route(a, "192.168.0.0/16", "b")
    net.capture()
    capture = net.run(until="40s").report(tmp_path) / "captures" / "a-b.pcapng"
    chosen = [part for field in FIELDS for part in ("-e", field)]
    rows = read(capture, "-Y", "rip.command == 2 && ip.src == 10.0.1.5", "-T", "fields", *chosen)
    assert rows[0].split("\t") == ["1", "1", "2", *ROUTES, *authentication, ""]
    odd = read(capture, "-Y", "_ws.malformed || _ws.expert.severity >= 0x600000", "-T", "fields", "-e", "rip.command")
    # The trailer of a digest that is not MD5's is unknown to this dissector, and it takes it for an entry.
    assert bool(odd) == (algorithm == "hmac-sha-256")
