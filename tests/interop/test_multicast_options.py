"""Groups and sources of sockets: our errors are Linux's, option by option, in long random sequences."""

from __future__ import annotations

import random
import socket
import struct
from typing import Any

import pytest

from catenet import Internet

LEVELS = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
GROUPS = {4: ["239.7.7.1", "239.7.7.2", "10.0.0.1"], 6: ["ff05::71", "ff05::72", "2001:db8::1"]}
SOURCES = {4: [f"10.1.1.{n}" for n in range(1, 14)], 6: [f"2001:db8::{n:x}" for n in range(1, 14)]}
LOOPBACK = 1
"""The index of ``lo``, here and there."""
JOIN, BLOCK, UNBLOCK, LEAVE, JOIN_SOURCE, LEAVE_SOURCE, FILTER = range(42, 49)


def stored(version: int, address: str) -> bytes:
    packed = socket.inet_pton(FAMILIES[version], address)
    start = struct.pack("=HH", FAMILIES[version], 0) + (bytes(4) if version == 6 else b"")
    return (start + packed).ljust(128, b"\0")


def step(draw: random.Random, version: int) -> tuple[int, bytes]:
    """One option and its value."""
    group = draw.choices(GROUPS[version], [6, 3, 1])[0]
    begin = struct.pack("=II", LOOPBACK, 0) + stored(version, group)
    name = draw.choice(
        [JOIN, LEAVE, JOIN_SOURCE, JOIN_SOURCE, JOIN_SOURCE, LEAVE_SOURCE, BLOCK, BLOCK, UNBLOCK, FILTER]
    )
    if name in (JOIN, LEAVE):
        return name, begin
    if name == FILTER:
        sources = draw.sample(SOURCES[version], draw.randrange(12))
        tail = struct.pack("=II", draw.randrange(2), len(sources))
        return name, begin + tail + b"".join(stored(version, source) for source in sources)
    return name, begin + stored(version, draw.choice(SOURCES[version]))


def errors(sock: Any, version: int, steps: list[tuple[int, bytes]]) -> list[int]:
    told = []
    for name, value in steps:
        try:
            sock.setsockopt(LEVELS[version], name, value)
            told.append(0)
        except OSError as error:
            told.append(error.errno or -1)
    return told


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("seed", range(5))
def test_linux_says_the_same(version: int, seed: int) -> None:
    draw = random.Random(seed)
    steps = [step(draw, version) for _ in range(200)]
    with socket.socket(FAMILIES[version], socket.SOCK_DGRAM) as real:
        expected = errors(real, version, steps)
    net = Internet()
    host = net.host("a")
    got: list[int] = []

    async def main() -> None:
        with socket.socket(FAMILIES[version], socket.SOCK_DGRAM) as ours:
            got.extend(errors(ours, version, steps))

    host.run(main)
    net.run()
    assert len(set(expected)) >= 4
    different = [
        (at, steps[at][0], ours, linux)
        for at, (ours, linux) in enumerate(zip(got, expected, strict=True))
        if ours != linux
    ]
    assert different == []
