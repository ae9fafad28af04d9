from __future__ import annotations

import random

from catenet.session.calls.backoff import Backoff


def test_the_bound_doubles_to_its_maximum_and_success_resets_it() -> None:
    backoff = Backoff(0.1, 1.0)
    bounds = []
    for _ in range(6):
        bounds.append(backoff.bound_s())
        backoff.failed()
    assert bounds == [0.0, 0.1, 0.2, 0.4, 0.8, 1.0]
    backoff.succeeded()
    assert backoff.delay_s() == 0.0


def test_delays_are_uniform_below_the_bound() -> None:
    random.seed(1)
    backoff = Backoff(1.0, 1.0)
    backoff.failed()
    delays = [backoff.delay_s() for _ in range(2000)]
    assert 0 <= min(delays) < 0.01
    assert 0.99 < max(delays) <= 1.0
    assert abs(sum(delays) / len(delays) - 0.5) < 0.03


def test_a_thousand_failures_overflow_nothing() -> None:
    backoff = Backoff(0.1, 10.0)
    for _ in range(1000):
        backoff.failed()
    assert backoff.bound_s() == 10.0
