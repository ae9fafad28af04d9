"""Election policies and the elector that asks them."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus.election_timeout import CAMPAIGN, WAIT, TimeoutElector
from catenet.application.consensus.timing import Adaptive, ElectionPolicy, Fixed, Randomised

MS = 1_000_000


def test_fixed_is_fixed_and_randomised_is_not() -> None:
    stream = Random(1)
    assert {Fixed(100, 10).timeout_ns(stream) for _ in range(10)} == {100}
    drawn = {Randomised(100, 200, 10).timeout_ns(stream) for _ in range(1000)}
    assert min(drawn) == 100
    assert max(drawn) == 199


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fixed(10, 10),
        lambda: Fixed(10, 0),
        lambda: Randomised(10, 10, 1),
        lambda: Adaptive(10, 15, 1),
        lambda: Adaptive(10, 100, 1, false_alarm=0.0),
    ],
)
def test_policies_that_make_no_sense(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]


def heard(policy: ElectionPolicy, stream: Random, loss: float, rtt_ns: int, rounds: int = 3000) -> None:
    """So many heartbeats, some of them lost."""
    for round_ in range(1, rounds):
        if stream.random() >= loss:
            policy.heartbeat_heard(round_, rtt_ns)


def adaptive() -> Adaptive:
    return Adaptive(100 * MS, 10_000 * MS, 50 * MS, false_alarm=1e-4)


@pytest.mark.parametrize("loss", [0.05, 0.2, 0.5])
def test_adaptive_measures_loss(loss: float) -> None:
    policy = adaptive()
    heard(policy, Random(3), loss, 0)
    assert policy.loss == pytest.approx(loss, abs=0.17)


def test_adaptive_waits_longer_where_more_is_lost_and_on_longer_paths() -> None:
    waits = []
    for loss, rtt_ns in ((0.0, MS), (0.0, 200 * MS), (0.3, MS), (0.6, MS)):
        policy = adaptive()
        heard(policy, Random(3), loss, rtt_ns)
        waits.append(min(policy.timeout_ns(Random(number)) for number in range(100)))
    assert waits[0] < waits[1] < waits[2] < waits[3]
    assert waits[0] >= 100 * MS


def test_adaptive_stays_within_its_limits() -> None:
    policy = adaptive()
    heard(policy, Random(3), 0.97, 5_000 * MS)
    assert all(100 * MS <= policy.timeout_ns(Random(number)) <= 10_000 * MS for number in range(100))


def test_rounds_of_another_leader_are_no_loss() -> None:
    policy = adaptive()
    policy.heartbeat_heard(900, 0)
    policy.leader_changed()
    policy.heartbeat_heard(1, 0)
    policy.heartbeat_heard(2, 0)
    assert policy.loss == 0.0


def test_the_elector_campaigns_after_silence_and_not_while_leading() -> None:
    elector = TimeoutElector(Fixed(100, 10), Random(1))
    assert elector.tick(99, leading=False, eligible=True) == WAIT
    assert elector.tick(100, leading=True, eligible=True) == WAIT
    assert elector.tick(100, leading=False, eligible=False) == WAIT
    assert elector.tick(100, leading=False, eligible=True) == CAMPAIGN
    assert elector.deadline_ns() == 200
    elector.heard(150)
    assert (elector.deadline_ns(), elector.within_lease(249), elector.within_lease(250)) == (250, True, False)


def test_a_handicap_is_waited_on_top() -> None:
    assert TimeoutElector(Fixed(100, 10), Random(1), handicap_ns=40).deadline_ns() == 140
