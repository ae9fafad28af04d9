"""Linux learns the path's MTU from what our router says, and we learn it from Linux's."""

from __future__ import annotations

import errno
import json
import socket
import subprocess
import time
from typing import Any

import pytest

FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
LEVEL = {4: (socket.IPPROTO_IP, 10, 2), 6: (socket.IPPROTO_IPV6, 23, 2)}
"""Level, IP_MTU_DISCOVER (IPV6_MTU_DISCOVER), IP_PMTUDISC_DO: Linux's numbers."""


def too_big(sock: socket.socket, address: str) -> int:
    """Send datagrams that do not fit until the error about one comes back."""
    for _ in range(100):
        try:
            sock.sendto(bytes(1400), (address, 9))
        except OSError as error:
            return error.errno or 0
        time.sleep(0.02)
    return 0


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("attached", ["tap"], indirect=True)
def test_linux_believes_our_router(attached: Any, version: int) -> None:
    attached.stretch(mtu=1280)
    sock = attached.socket(FAMILY[version], socket.SOCK_DGRAM)
    sock.setsockopt(*LEVEL[version])
    with sock:
        assert attached.drive(too_big, sock, attached.beyond[version]) == errno.EMSGSIZE
    command = ["ip", "-j", "-n", attached.namespace, "route", "get", attached.beyond[version]]
    (route,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert {name: value for metric in route["metrics"] for name, value in metric.items()}["mtu"] == 1280
