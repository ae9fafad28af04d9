"""What a connection and its host count (``ss -ti``, ``netstat -s``): each event once, in scripted conversations."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.settings import TcpOptions

MS = 1_000_000
SECOND = 1_000_000_000
MSS = 1448


def counted(counters: TcpCounters) -> dict[str, int]:
    """All that is not zero."""
    return {name: value for name in vars_of(counters) if (value := int(getattr(counters, name)))}


def vars_of(counters: TcpCounters) -> list[str]:
    return [name for name in dir(counters) if not name.startswith("_") and not callable(getattr(counters, name))]


def test_a_syn_that_is_sent_three_times(script: Any) -> None:
    s = script()
    s.connect()
    for _ in range(2):
        s.run_until_sent()
        s.expect("S", seq=0)
    assert s.kernel.now_ns == 3 * SECOND
    s.run(10 * MS)
    s.inject("SA", 0, 1)
    s.expect("A")
    assert counted(s.counters) == {
        "active_opens": 1, "current_established": 1, "timeouts": 2, "retransmitted_segments": 2, "out_segments": 4,
    }  # fmt: skip
    info = s.c.info()
    assert (info.total_retransmits, info.retransmits, info.backoff) == (2, 0, 0)
    assert (info.segments_out, info.segments_in) == (4, 1)
    assert (info.rto_ns, info.srtt_ns, info.min_rtt_ns) == (3 * SECOND, 0, 0), "RFC 6298 section 5.7"
    assert info.cwnd_segments == 1, "RFC 5681 section 3.1: one segment if the SYN was lost more than once"


@pytest.mark.parametrize(("resends", "segments"), [(0, 10), (1, 10), (2, 1)])
def test_the_first_window_after_a_lost_syn(script: Any, resends: int, segments: int) -> None:
    s = script()
    s.connect()
    for _ in range(resends):
        s.run_until_sent()
        s.expect("S")
    s.inject("SA", 0, 1)
    assert s.c.info().cwnd_segments == segments


def test_a_syn_that_nobody_answers(script: Any) -> None:
    s = script()
    s.connect()
    waits = []
    for _ in range(6):
        waits.append(s.run_until_sent() // SECOND)
        s.expect("S")
    assert waits == [1, 2, 4, 8, 16, 32]
    s.run(65 * SECOND)
    assert s.user.calls == ["closed 110"]
    assert counted(s.counters) == {
        "active_opens": 1, "timeouts": 6, "retransmitted_segments": 6, "out_segments": 7, "attempt_fails": 1,
        "aborts_on_timeout": 1,
    }  # fmt: skip


def test_ten_segments_of_which_one_is_lost(script: Any) -> None:
    s = script().establish(10 * MS)
    s.window = 4000
    s.inject("A", 1, 1)
    s.c.send(b"x" * (10 * MSS))
    assert s.drop_sent() == 10
    s.run(10 * MS)
    s.inject("A", 1, 1, sack=[1 + MSS, 1 + 10 * MSS])
    s.expect("A", seq=1, length=MSS)
    info = s.c.info()
    assert (info.unacked_segments, info.sacked_segments, info.lost_segments) == (10, 9, 0)
    assert (info.retransmitted_segments, info.total_retransmits, info.recovery_state) == (1, 1, "recovery")
    s.run(10 * MS)
    s.inject("A", 1, 1 + 10 * MSS)
    info = s.c.info()
    assert (info.unacked_segments, info.sacked_segments, info.lost_segments) == (0, 0, 0)
    assert (info.retransmitted_segments, info.recovery_state) == (0, "open")
    assert (info.bytes_sent, info.bytes_retransmitted, info.bytes_acked) == (10 * MSS, MSS, 10 * MSS)
    assert (info.data_segments_out, info.segments_out, info.segments_in) == (11, 13, 4)
    assert info.delivered_segments == 10
    assert info.srtt_ns == 10 * MS, "what was sent twice says nothing (Karn)"
    assert counted(s.counters) == {
        "active_opens": 1, "current_established": 1, "out_segments": 13, "original_data_sent": 10,
        "out_octets": 10 * MSS, "retransmitted_segments": 1, "fast_retransmits": 1, "sack_recoveries": 1,
    }  # fmt: skip


def test_a_time_out_and_what_is_sent_again_after_it(script: Any) -> None:
    s = script().establish(10 * MS)
    s.window = 4000
    s.inject("A", 1, 1)
    s.c.send(b"x" * (4 * MSS))
    s.drop_sent()
    start = s.kernel.now_ns
    s.run_until_sent()
    assert s.kernel.now_ns - start == 210 * MS, "srtt + 200 ms (the variance's lower bound)"
    s.expect("A", seq=1)
    info = s.c.info()
    assert (info.backoff, info.retransmits, info.rto_ns) == (1, 1, 420 * MS)
    assert (info.lost_segments, info.retransmitted_segments, info.cwnd_segments) == (3, 1, 1)
    s.run_until_sent()
    s.expect("A", seq=1)
    assert (s.c.info().backoff, s.c.info().retransmits) == (2, 2)
    s.inject("A", 1, 1 + MSS, echo=s.last_ts())
    s.expect("A", seq=1 + MSS)
    s.expect("A", seq=1 + 2 * MSS)
    s.inject("A", 1, 1 + 4 * MSS)
    info = s.c.info()
    assert (info.backoff, info.retransmits, info.total_retransmits) == (0, 0, 4)
    assert counted(s.counters) == {
        "active_opens": 1, "current_established": 1, "out_segments": 10, "original_data_sent": 4,
        "out_octets": 4 * MSS, "retransmitted_segments": 4, "slow_start_retransmits": 4, "timeouts": 2,
    }  # fmt: skip


def test_what_arrives(script: Any) -> None:
    s = script().establish(10 * MS)
    s.inject("A", 1, 1, b"x" * 100)
    s.inject("A", 201, 1, b"x" * 100)
    s.inject("A", 1, 1, b"x" * 100)
    s.inject("A", 101, 1, b"x" * 100)
    s.run(5 * MS)
    info = s.c.info()
    assert (info.bytes_received, info.data_segments_in, info.segments_in) == (300, 3, 5)
    assert info.out_of_order_segments == 1
    assert info.last_data_received_ns == 10 * MS
    found = counted(s.counters)
    assert found.pop("out_segments") == 2 + s.drop_sent()
    assert found == {
        "active_opens": 1, "current_established": 1, "in_octets": 300, "out_of_order_queued": 1, "dsacks_sent": 1,
    }  # fmt: skip


def test_a_close_before_the_answer_is_quiet(script: Any) -> None:
    """Who has closed a connection that was never there is told nothing, and the peer hears nothing."""
    s = script()
    s.connect()
    s.c.close()
    assert s.c.state_name == "CLOSED"
    assert s.user.calls == []
    s.expect_nothing()
    s.run(100 * SECOND)
    s.expect_nothing()
    assert counted(s.counters) == {"active_opens": 1, "out_segments": 1, "attempt_fails": 1}


def test_a_peer_that_offers_nothing_gets_nothing(script: Any) -> None:
    """A SYN without options: 536 octets a segment, a window that is not scaled, no SACK, no timestamps."""
    s = script(mss=0, shift=-1, sack=False, timestamps=False)
    s.connect()
    s.inject("SA", 0, 1, window=1000)
    s.expect("A")
    s.window = 1000
    info = s.c.info()
    assert (info.mss, info.send_window_shift, info.receive_window_shift) == (536, 0, 0)
    assert not info.sack
    assert not info.timestamps
    s.inject("A", 1, 1, b"x" * 10)
    assert s.expect("A").window > 60_000
    s.c.send(b"x" * 5000)
    assert sum(len(segment.payload) for segment in s.wire.sent) == 536, "the window takes one full segment"


def test_keepalives_and_probes_are_counted(script: Any) -> None:
    s = script(
        options=TcpOptions(
            keepalive=True, keepalive_idle_ns=10 * SECOND, keepalive_interval_ns=2 * SECOND, keepalive_count=3
        )
    ).establish()
    s.run(60 * SECOND)
    assert s.drop_sent() == 4, "three questions, and a RST"
    assert counted(s.counters) == {
        "active_opens": 1, "out_segments": 6, "keepalives": 3, "out_resets": 1, "aborts_on_timeout": 1,
        "established_resets": 1,
    }  # fmt: skip


@pytest.mark.parametrize("sacked", [False, True])
def test_the_delivery_rate_is_what_arrived_in_the_time_that_it_took(script: Any, sacked: bool) -> None:
    """A sender that paces itself by a wrong rate fills queues, or leaves the path empty."""
    s = script().establish(10 * MS)
    s.window = 4000
    s.inject("A", 1, 1)
    s.run(100 * MS)
    s.c.send(b"x" * (10 * MSS))
    s.drop_sent()
    s.run(20 * MS)
    if sacked:
        s.inject("A", 1, 1, sack=[1 + 5 * MSS, 1 + 10 * MSS])
        assert s.c.info().delivery_rate_bytes_s == pytest.approx(5 * MSS / 0.02, rel=1e-3)
    else:
        s.inject("A", 1, 1 + 10 * MSS)
        assert s.c.info().delivery_rate_bytes_s == pytest.approx(10 * MSS / 0.02, rel=1e-3)
