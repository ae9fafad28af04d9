"""A stack's own random numbers: the same, whichever is asked for first."""

from __future__ import annotations

import pytest

from catenet.kernel.streams import Stream
from catenet.network.ip.random_ids import RandomIds


def made() -> RandomIds:
    return RandomIds(Stream(7, "host:oslo:network"))


@pytest.mark.parametrize("first", ["stream", "seed", "identification"])
def test_the_order_of_asking_changes_nothing(first: str) -> None:
    draws = made()
    if first == "stream":
        assert draws.stream().below(1000) == 481
    elif first == "identification":
        assert draws.next_identification4() == 22431
    assert (draws.hash_seed(4), draws.hash_seed(6)) == (2126923671, 1734758741)
    assert draws.next_identification6() == 858354196
    assert draws.next_identification4() == (22432 if first == "identification" else 22431)
    if first != "stream":
        assert draws.stream().below(1000) == 481


def test_whoever_asks_first_gets_the_same() -> None:
    """A host's first cut IPv6 packet has a number that nobody can guess, whether or not it has sent IPv4 before."""
    assert made().next_identification6() == 858354196
    assert (made().hash_seed(4), made().hash_seed(6)) == (2126923671, 1734758741)
    assert made().next_identification4() == 22431


def test_identifications_wrap_round() -> None:
    draws = made()
    first = [draws.next_identification4() for _ in range(65_536)]
    assert sorted(first) == list(range(65_536))
    assert draws.next_identification4() == first[0]
