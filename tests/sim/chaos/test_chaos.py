"""Random universes: whatever breaks, streams are whole or end in an error, and in the end all is quiet."""

from __future__ import annotations

import pytest

from tests.sim.chaos.random_internet import Universe

SHARE = range(1, 13)
ALL = range(13, 201)
BOTH_WAYS = range(1, 3)


@pytest.mark.parametrize("seed", SHARE)
def test_a_random_universe_keeps_its_promises(seed: int, certificate: str) -> None:
    universe = Universe(seed, certificate)
    universe.run()
    assert sum(universe.ended.values()) > 3


@pytest.mark.parametrize("seed", BOTH_WAYS)
def test_bytes_at_every_hop_give_the_same_universe(seed: int, certificate: str) -> None:
    assert Universe(seed, certificate, "bytes").run() == Universe(seed, certificate).run()


@pytest.mark.long
@pytest.mark.parametrize("seed", ALL)
def test_many_random_universes_keep_their_promises(seed: int, certificate: str) -> None:
    Universe(seed, certificate).run()
