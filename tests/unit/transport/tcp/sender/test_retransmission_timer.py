"""RFC 6298 section 5, rule by rule."""

from __future__ import annotations

import pytest

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.sender.retransmission_timer import RetransmissionTimer
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.settings import TcpSettings

MS = 1_000_000


@pytest.fixture
def timer() -> RetransmissionTimer:
    rtt = RttEstimator(TcpSettings())
    rtt.sample(100 * MS)  # a time-out of 300 ms
    return RetransmissionTimer(rtt)


def test_it_starts_when_data_goes_out(timer: RetransmissionTimer) -> None:
    assert timer.deadline_ns == NEVER
    timer.start(1000 * MS)
    assert timer.deadline_ns == 1300 * MS


def test_it_stops_when_all_is_acknowledged_and_starts_anew_when_some_is(timer: RetransmissionTimer) -> None:
    timer.start(0)
    timer.new_data_acknowledged(outstanding=True, now_ns=100 * MS)
    assert timer.deadline_ns == 400 * MS
    timer.new_data_acknowledged(outstanding=False, now_ns=200 * MS)
    assert timer.deadline_ns == NEVER


def test_it_backs_off_until_a_new_sample_and_remembers_what_timed_out_first(timer: RetransmissionTimer) -> None:
    for retries, (now_ms, sent_ms) in enumerate([(300, 0), (900, 300), (2100, 900)], start=1):
        timer.expired(sent_ms * MS)
        timer.start(now_ms * MS)
        assert timer.retries == retries
        assert timer.deadline_ns == (now_ms + (300 << retries)) * MS
        assert timer.unanswered_since_ns == 0
    timer.rtt.sample(100 * MS)
    timer.new_data_acknowledged(outstanding=True, now_ns=3000 * MS)
    assert timer.retries == 0
    assert timer.deadline_ns == 3300 * MS


def test_an_acknowledgment_of_a_retransmission_is_no_sample_and_leaves_the_time_out_backed_off(
    timer: RetransmissionTimer,
) -> None:
    timer.expired(0)
    timer.new_data_acknowledged(outstanding=True, now_ns=1000 * MS)
    assert timer.deadline_ns == 1600 * MS


def test_a_closed_window_ends_the_count_and_not_the_backing_off(timer: RetransmissionTimer) -> None:
    timer.expired(0)
    timer.alive()
    timer.start(1000 * MS)
    assert (timer.retries, timer.deadline_ns) == (0, 1600 * MS)
