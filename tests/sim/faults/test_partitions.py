"""Partitions: who hears whom, with links and routes untouched."""

from __future__ import annotations

import socket
from itertools import permutations
from typing import Any

import pytest

import catenet
from catenet.lab.faults import partitions

NAMES = ["a", "b", "c", "d", "e"]
PORT = 9


def five() -> tuple[catenet.Internet, list[Any]]:
    net = catenet.Internet(seed=1)
    left, right = net.routers("left", "right")
    net.link(left, right, delay="5ms")
    return net, [net.host(name, at=left if name < "c" else right) for name in NAMES]


def heard(net: catenet.Internet, when: str) -> set[tuple[str, str]]:
    """Who hears whom, by one datagram from each to each, just after a time."""
    found: set[tuple[str, str]] = set()

    def make(name: str) -> Any:
        async def listen() -> None:
            import asyncio

            loop = asyncio.get_running_loop()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                sock.bind(("0.0.0.0", PORT))
                for other in NAMES:
                    if other != name:
                        sock.sendto(name.encode(), (other, PORT))
                while True:
                    data = await loop.sock_recv(sock, 100)
                    found.add((data.decode(), name))

        return listen

    for name in NAMES:
        net._world.registry.host(name, "test").host.run(make(name), service=True, start=when)
    return found


ALL = set(permutations(NAMES, 2))


@pytest.mark.parametrize(
    ("declare", "apart"),
    [
        (lambda moment: moment.partition(["a", "b"], ["c", "d", "e"]), partitions.between("ab", "cde")),
        (lambda moment: moment.partition(["a", "b"], ["d", "e"]), partitions.between("ab", "de")),
        (lambda moment: moment.partition_one_way(["a"], ["b", "c"]), [("a", "b"), ("a", "c")]),
        (lambda moment: moment.partition_ring(*NAMES), [p for p in ALL if abs(ord(p[0]) - ord(p[1])) in (2, 3)]),
        (lambda moment: moment.partition(["a"], ["b"]).partition(["a"], ["c"]), partitions.between("a", "b")
            + partitions.between("a", "c")),
        (lambda moment: moment.partition(["a"], ["b"]).heal_partition(), []),
    ],
    ids=["full", "bridge", "one way", "ring", "two at once", "healed"],
)  # fmt: skip
def test_who_hears_whom(declare: Any, apart: list[tuple[str, str]]) -> None:
    net, _ = five()
    declare(net.at("1s"))
    found = heard(net, "2s")
    net.run(until="3s")
    assert found == ALL - set(apart)
    assert all(link.up for link in net.links.values())
    net.close()


def test_a_healed_partition_lets_all_through() -> None:
    net, _ = five()
    net.at("1s").partition(["a", "b"], ["c", "d", "e"])
    net.at("2s").heal_partition()
    found = heard(net, "2.5s")
    net.run(until="3s")
    assert found == ALL
    assert [entry.text for entry in net._world.timeline.entries] == ["partition: a, b | c, d, e", "partitions healed"]
    net.close()


def test_a_partition_from_a_router_lets_transit_through() -> None:
    net, (a, *_) = five()
    net.at("0s").partition(["a"], ["left", "right"])
    net.run(until="1s")
    assert net.ping(a, "e", count=2).received == 2
    assert net.ping(a, "left", count=1, timeout="1s").received == 0


@pytest.mark.parametrize("count", [4, 5, 6, 7])
def test_in_a_ring_everyone_hears_a_majority_and_no_two_the_same(count: int) -> None:
    nodes = [f"n{number}" for number in range(count)]
    apart = set(partitions.ring(nodes))
    assert all((other, one) in apart for one, other in apart)
    hears = [frozenset(other for other in nodes if (other, one) not in apart) for one in nodes]
    assert all(len(heard) > count // 2 for heard in hears)
    assert all(len(heard) < count for heard in hears)
    assert len(set(hears)) == count


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (lambda moment: moment.partition(["a"]), "at least two groups"),
        (lambda moment: moment.partition("a", "b"), r"'a' is not a group of nodes; write a list like \['a'\]"),
        (lambda moment: moment.partition(["a", "b"], ["b"]), "b is in two groups"),
        (lambda moment: moment.partition(["a"], ["x"]), "no host, router or switch 'x'"),
        (lambda moment: moment.partition_ring("a", "b", "c"), "at least four nodes"),
        (lambda moment: moment.crash("left"), "crash: left is a router, not a host"),
        (lambda moment: moment.crash(), "crash.* needs a host"),
        (lambda moment: moment.clock("a"), "needs a step or a drift"),
        (lambda moment: moment.clock("a", drift="fast"), "'fast' is not a drift"),
        (lambda moment: moment.disk("a", stuck=1), "stuck of a disk is true or false"),
        (lambda moment: moment.nemesis(until="0s"), "has no time"),
        (lambda moment: moment.nemesis(until="9s", kinds=["fire"]), "no kind of fault 'fire'"),
    ],
)
def test_a_mistake_is_told_when_it_is_declared(declare: Any, said: str) -> None:
    net, _ = five()
    with pytest.raises(ValueError, match=said):
        declare(net.at("1s"))
