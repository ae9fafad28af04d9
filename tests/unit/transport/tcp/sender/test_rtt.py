from __future__ import annotations

from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.settings import TcpSettings

MS = 1_000_000


def estimator(min_rto_ms: int = 200) -> RttEstimator:
    settings = TcpSettings()
    settings.min_rto_ns = min_rto_ms * MS
    return RttEstimator(settings)


def test_before_any_sample_the_time_out_is_one_second() -> None:
    assert estimator().rto_ns() == 1000 * MS


def test_first_and_second_sample_follow_rfc_6298() -> None:
    rtt = estimator(0)
    rtt.sample(100 * MS)
    assert (rtt.srtt_ns, rtt.rttvar_ns, rtt.rto_ns()) == (100 * MS, 50 * MS, 300 * MS)
    rtt.sample(180 * MS)
    # rttvar = 3/4 * 50 + 1/4 * |100 - 180|, srtt = 7/8 * 100 + 1/8 * 180
    assert rtt.rttvar_ns == 57_500_000
    assert rtt.srtt_ns == 110 * MS
    assert rtt.rto_ns() == 340 * MS


def test_the_lower_bound_is_on_the_variance() -> None:
    rtt = estimator()
    for _ in range(100):
        rtt.sample(24 * MS)
    assert rtt.rto_ns() == 224 * MS


def test_backing_off_doubles_and_a_sample_ends_it() -> None:
    rtt = estimator()
    rtt.sample(100 * MS)
    base = rtt.rto_ns()
    rtt.backoff = 3
    assert rtt.rto_ns() == 8 * base
    rtt.backoff = 40
    assert rtt.rto_ns() == 120_000 * MS
    rtt.sample(100 * MS)
    assert rtt.rto_ns() == base


def test_the_smallest_is_kept() -> None:
    rtt = estimator()
    assert rtt.min_or_zero_ns() == 0
    for sample in (30, 20, 40):
        rtt.sample(sample * MS)
    assert rtt.min_or_zero_ns() == 20 * MS


def test_a_syn_that_was_sent_again_leaves_a_safe_time_out_until_there_is_a_sample() -> None:
    """RFC 6298 section 5.7: the answer may be to either SYN, so its time says nothing."""
    rtt = estimator()
    rtt.fall_back(3000 * MS)
    assert rtt.rto_ns() == 3000 * MS
    rtt.sample(100 * MS)
    rtt.fall_back(3000 * MS)
    assert rtt.rto_ns() == 300 * MS
