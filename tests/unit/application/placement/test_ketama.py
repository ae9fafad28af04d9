"""Ketama, against an implementation that others use."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.application.placement import KetamaRing, Node

SERVERS = [f"10.0.1.{number}:11211" for number in range(1, 9)]
KEYS = [f"user:{number}" for number in range(2000)]


@pytest.fixture
def uhashring() -> Any:
    return pytest.importorskip("uhashring")


@pytest.mark.parametrize("weights", [[1] * 8, [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 100]])
def test_the_same_points_and_the_same_servers_as_uhashring(weights: list[int], uhashring: Any) -> None:
    other = uhashring.HashRing(dict(zip(SERVERS, weights, strict=True)), hash_fn="ketama")
    ring = KetamaRing([Node(name, weight) for name, weight in zip(SERVERS, weights, strict=True)])
    assert ring.points() == other.get_points()
    assert [ring.place(key) for key in KEYS] == [other.get_node(key) for key in KEYS]


def test_known_points() -> None:
    """MD5 is the standard library's, so these few say that the octets are taken in ketama's order."""
    ring = KetamaRing(["10.0.1.1:11211"])
    assert len(ring.points()) == 160
    assert ring.position("foo") == 0xDB18BDAC  # MD5 of foo begins with ac bd 18 db
