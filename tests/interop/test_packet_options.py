"""Packet sockets against Linux's: errors and values call by call, and what they receive of each kind of frame."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from tests.interop import packet_calls

SETUP = """
ip link add eth0 type veth peer name eth1 && ip link set lo up &&
for each in eth0 eth1; do echo 1 > /proc/sys/net/ipv6/conf/$each/disable_ipv6; ip link set $each up || exit 1; done
exec "$@"
"""


@pytest.fixture(scope="module")
def linux() -> Any:
    """What a namespace of its own tells, in which the two ends of a cable are."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("unshare or ip is not installed")
    program = [sys.executable, str(Path(packet_calls.__file__))]
    ran = subprocess.run(
        ["unshare", "--net", "--map-root-user", "sh", "-c", SETUP, "sh", *program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if ran.returncode and not ran.stdout and "Traceback" not in ran.stderr:
        pytest.skip(f"no namespace with a veth pair: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def on_a_host(function: Any, *args: Any) -> Any:
    """What a function gives on a host, as JSON keeps it."""
    net = Internet()
    host = net.host("a")
    net.host("b")
    net.link("a", "b")
    got: list[Any] = []

    async def main() -> None:
        got.append(function(*args))

    host.run(main)
    net.run()
    return json.loads(json.dumps(got[0]))


def test_kinds(linux: Any) -> None:
    assert on_a_host(packet_calls.kinds) == linux["kinds"]


@pytest.mark.parametrize("seed", range(packet_calls.SEEDS))
def test_calls(linux: Any, seed: int) -> None:
    expected = linux["calls"][seed]
    got = on_a_host(packet_calls.calls, seed)
    assert len(got) == len(expected) == 151
    different = [(at, *pair) for at, pair in enumerate(zip(got, expected, strict=True)) if pair[0] != pair[1]]
    assert different == []


@pytest.mark.parametrize("sender", ["a", "b"])
def test_frames(linux: Any, sender: str) -> None:
    net = Internet()
    a, b = net.host("a"), net.host("b")
    net.link("a", "b")
    mac = int(a.ip.interfaces[1].mac).to_bytes(6, "big")
    got: list[Any] = []

    async def listen() -> None:
        made = packet_calls.listeners()
        await asyncio.sleep(1)
        got.extend(packet_calls.heard(made, mac))

    async def send() -> None:
        with packet_calls.socket.socket(packet_calls.socket.AF_PACKET, packet_calls.socket.SOCK_RAW, 0) as sock:
            sock.bind(("eth0", 0))
            packet_calls.outgoing(sock, mac)

    a.run(listen)
    (a if sender == "a" else b).run(send, start="500ms")
    net.run()
    expected = linux["sent" if sender == "a" else "received"]
    assert len(expected) > 20
    assert json.loads(json.dumps(got)) == expected
