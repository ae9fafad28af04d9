"""Groups and sources of a program's sockets: who gets what, in IPv4 and IPv6."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any

import pytest

from catenet.network import addresses
from catenet.network.multicast.source_filter import ANY_SOURCE, NOTHING, SourceFilter

Pair = Any
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
LEVELS = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
GROUPS = {4: "239.7.7.1", 6: "ff05::71"}
ALPHA = {4: "10.0.0.1", 6: "2001:db8::1"}
OTHER = {4: "10.0.0.9", 6: "2001:db8::9"}
JOIN, BLOCK, UNBLOCK, LEAVE, JOIN_SOURCE, LEAVE_SOURCE, FILTER = range(42, 49)
EXCLUDE, INCLUDE = 0, 1


def stored(version: int, address: str) -> bytes:
    packed = socket.inet_pton(FAMILIES[version], address)
    return (struct.pack("=HH", FAMILIES[version], 0) + (bytes(4) if version == 6 else b"") + packed).ljust(128, b"\0")


def request(version: int, *places: str) -> bytes:
    return struct.pack("=II", 0, 0) + b"".join(stored(version, each) for each in places)


def receiver(pair: Pair, version: int) -> Any:
    sock = pair.beta.sockets.make_socket(FAMILIES[version], socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", 5000))
    sock.setblocking(False)
    return sock


def sent(pair: Pair, version: int) -> None:
    sender = pair.alpha.sockets.make_socket(FAMILIES[version], socket.SOCK_DGRAM)
    sender.sendto(b"news", (GROUPS[version], 5000))
    pair.kernel.run(until_ns=pair.kernel.now_ns + 100_000_000)


def got(sock: Any) -> int:
    count = 0
    while True:
        try:
            sock.recv(100)
        except BlockingIOError:
            return count
        count += 1


def interface_filter(pair: Pair, version: int) -> SourceFilter:
    filtered: SourceFilter = pair.beta.sockets.ip.interfaces[1].filter_of(addresses.parse(GROUPS[version])[1])
    return filtered


@pytest.mark.parametrize("version", [4, 6])
def test_each_socket_has_its_own_filter(pair: Pair, version: int) -> None:
    group, level = GROUPS[version], LEVELS[version]
    any_source, from_alpha, from_other, without_alpha = (receiver(pair, version) for _ in range(4))
    any_source.setsockopt(level, JOIN, request(version, group))
    from_alpha.setsockopt(level, JOIN_SOURCE, request(version, group, ALPHA[version]))
    from_other.setsockopt(level, JOIN_SOURCE, request(version, group, OTHER[version]))
    without_alpha.setsockopt(level, JOIN, request(version, group))
    without_alpha.setsockopt(level, BLOCK, request(version, group, ALPHA[version]))
    sent(pair, version)
    assert [got(each) for each in (any_source, from_alpha, from_other, without_alpha)] == [1, 1, 0, 0]
    without_alpha.setsockopt(level, UNBLOCK, request(version, group, ALPHA[version]))
    from_alpha.setsockopt(level, LEAVE_SOURCE, request(version, group, ALPHA[version]))
    any_source.setsockopt(level, LEAVE, request(version, group))
    sent(pair, version)
    assert got(without_alpha) == 1
    assert got(any_source) == 1  # as on Linux: the host hears the group, and this socket never refused it
    any_source.setsockopt(level, 49 if version == 4 else 29, 0)
    sent(pair, version)
    assert got(any_source) == 0
    assert any_source.getsockopt(level, 49 if version == 4 else 29) == 0


@pytest.mark.parametrize("version", [4, 6])
def test_the_interface_has_the_merged_filter(pair: Pair, version: int) -> None:
    group, level = GROUPS[version], LEVELS[version]
    source, other = (addresses.parse(each[version])[1] for each in (ALPHA, OTHER))
    first, second = receiver(pair, version), receiver(pair, version)
    first.setsockopt(level, JOIN_SOURCE, request(version, group, ALPHA[version]))
    assert interface_filter(pair, version) == SourceFilter(False, [source])
    second.setsockopt(level, JOIN, request(version, group))
    assert interface_filter(pair, version) == ANY_SOURCE
    value = request(version, group) + struct.pack("=II", EXCLUDE, 2)
    second.setsockopt(level, FILTER, value + stored(version, ALPHA[version]) + stored(version, OTHER[version]))
    assert interface_filter(pair, version) == SourceFilter(True, [other])
    second.setsockopt(level, FILTER, request(version, group) + struct.pack("=II", INCLUDE, 0))
    assert interface_filter(pair, version) == SourceFilter(False, [source])
    first.close()
    assert interface_filter(pair, version) == NOTHING


def test_the_options_of_ipv4_alone(pair: Pair) -> None:
    sock = receiver(pair, 4)
    group, any_interface = socket.inet_aton(GROUPS[4]), bytes(4)
    alpha, other = (socket.inet_aton(each[4]) for each in (ALPHA, OTHER))
    sock.setsockopt(socket.IPPROTO_IP, 39, group + any_interface + alpha)
    sock.setsockopt(socket.IPPROTO_IP, 39, group + socket.inet_aton("10.0.0.2") + other)
    assert interface_filter(pair, 4).sources == (0x0A000001, 0x0A000009)
    sock.setsockopt(socket.IPPROTO_IP, 40, group + any_interface + alpha)
    assert interface_filter(pair, 4) == SourceFilter(False, [0x0A000009])
    sock.setsockopt(socket.IPPROTO_IP, 41, group + any_interface + struct.pack("=II", EXCLUDE, 1) + alpha)
    assert interface_filter(pair, 4) == SourceFilter(True, [0x0A000001])
    sock.setsockopt(socket.IPPROTO_IP, 38, group + any_interface + other)
    sock.setsockopt(socket.IPPROTO_IP, 37, group + any_interface + alpha)
    assert interface_filter(pair, 4) == SourceFilter(True, [0x0A000009])


@pytest.mark.parametrize(
    ("option", "value", "error"),
    [
        (JOIN, 5, errno.EINVAL),
        (JOIN, bytes(100), errno.EINVAL),
        (JOIN, request(6, GROUPS[6]), errno.EADDRNOTAVAIL),
        (JOIN, request(4, "10.0.0.7"), errno.EINVAL),
        (JOIN, struct.pack("=II", 9, 0) + stored(4, GROUPS[4]), errno.ENODEV),
        (BLOCK, request(4, GROUPS[4], ALPHA[4]), errno.EINVAL),
        (LEAVE, request(4, GROUPS[4]), errno.EADDRNOTAVAIL),
        (FILTER, request(4, GROUPS[4]) + struct.pack("=II", 2, 0), errno.EINVAL),
        (FILTER, request(4, GROUPS[4]) + struct.pack("=II", 0, 3), errno.EINVAL),
        (FILTER, request(4, GROUPS[4]) + struct.pack("=II", 0, 11) + 11 * stored(4, ALPHA[4]), errno.ENOBUFS),
        (49, 2, errno.EINVAL),
        (99, 0, errno.ENOPROTOOPT),
    ],
)
def test_mistakes(pair: Pair, option: int, value: Any, error: int) -> None:
    with pytest.raises(OSError) as caught:
        receiver(pair, 4).setsockopt(socket.IPPROTO_IP, option, value)
    assert caught.value.errno == error


def test_a_socket_joins_twenty_groups(pair: Pair) -> None:
    sock = receiver(pair, 4)
    for number in range(20):
        sock.setsockopt(socket.IPPROTO_IP, JOIN, request(4, f"239.0.0.{number}"))
    with pytest.raises(OSError) as caught:
        sock.setsockopt(socket.IPPROTO_IP, JOIN, request(4, "239.0.0.20"))
    assert caught.value.errno == errno.ENOBUFS


def test_a_socket_that_turns_to_ipv6_alone_keeps_its_groups(pair: Pair) -> None:
    sock = pair.beta.sockets.make_socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(LEVELS[6], JOIN, request(6, GROUPS[6]))
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    with pytest.raises(OSError):
        sock.setsockopt(LEVELS[6], JOIN, request(6, GROUPS[6]))
    sock.close()
    assert interface_filter(pair, 6) == NOTHING
