"""What a leader knows of a follower, and how much it may send ahead."""

from __future__ import annotations

import pytest

from catenet.application.consensus.entry import Membership, Snapshot
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, InFlight, Progress


def test_what_is_in_flight_is_limited_by_count_and_octets() -> None:
    flight = InFlight(3, 100)
    flight.add(1, 10)
    flight.add(2, 95)
    assert flight.full()
    flight.acknowledge(2)
    assert (flight.count, flight.octets, flight.full()) == (0, 0, False)
    for index in (3, 4, 5):
        flight.add(index, 1)
    assert flight.full()
    with pytest.raises(AssertionError):
        flight.add(6, 1)
    flight.acknowledge(4)
    assert flight.count == 1


def known(match: int, next_: int, state: int) -> Progress:
    progress = Progress(match, next_, InFlight(2, 0), False, True)
    progress.state = state
    return progress


def test_a_probe_waits_for_its_answer() -> None:
    progress = known(0, 5, PROBE)
    progress.sent(0, 0, 0)
    assert not progress.paused()
    progress.sent(1, 10, 0)
    assert progress.paused()
    assert progress.reject(4, 2)
    assert (progress.next, progress.paused()) == (3, False)
    assert not progress.reject(4, 1), "an old answer"


def test_replication_is_optimistic_until_the_limit() -> None:
    progress = known(4, 5, REPLICATE)
    progress.sent(2, 10, 4)
    assert (progress.next, progress.paused()) == (7, False)
    progress.sent(1, 10, 4)
    assert progress.paused()
    assert progress.acknowledge(6)
    assert not progress.paused()
    assert not progress.acknowledge(6)
    assert not progress.reject(5, 0), "what has matched cannot mismatch"
    assert progress.reject(7, 0)
    assert progress.next == 7


def test_after_a_snapshot_the_next_probe_follows_it() -> None:
    progress = known(1, 3, PROBE)
    progress.become_snapshot(Snapshot(9, 2, Membership((1,)), b"abc"))
    assert (progress.state, progress.paused()) == (SNAPSHOT, True)
    progress.become_probe()
    assert (progress.state, progress.next, progress.snapshot) == (PROBE, 10, None)


def test_round_trips_are_smoothed() -> None:
    progress = known(0, 1, PROBE)
    progress.measure(800)
    assert (progress.rtt_ns, progress.rtt_var_ns) == (800, 400)
    progress.measure(1600)
    assert (progress.rtt_ns, progress.rtt_var_ns) == (900, 500)
