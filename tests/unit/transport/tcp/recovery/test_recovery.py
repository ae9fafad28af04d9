"""Loss recovery, one acknowledgment at a time (RFC 6675, RFC 6582, RFC 3042, RFC 2883, RFC 3522)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.transport.tcp.recovery.recovery import RECOVERY
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

MS = 1_000_000
SECOND = 1_000_000_000
MSS = 1448


def flight(script: Any, segments: int = 10, **offer: Any) -> Any:
    """A connection with so many full segments outstanding, at number 1."""
    s = script(**offer).establish()
    s.window = 4000
    s.inject("A", 1, 1)
    s.c.sender.mss = s.c.output.mss = s.c.sender.congestion.mss = MSS
    s.c.sender.congestion.cwnd_bytes = segments * MSS
    s.c.send(b"x" * (segments * MSS))
    s.drop_sent()
    s.c.send(b"y" * (20 * MSS))
    s.expect_nothing()
    s.run(10 * MS)
    return s


def edge(segment: int) -> int:
    return 1 + segment * MSS


def test_fast_retransmit_on_the_third_sacked_segment(script: Any) -> None:
    s = flight(script)
    s.inject("A", 1, 1, sack=[edge(1), edge(2)])
    s.expect("A", seq=edge(10), length=MSS)  # limited transmit, RFC 3042
    s.inject("A", 1, 1, sack=[edge(1), edge(3)])
    s.expect("A", seq=edge(11), length=MSS)
    s.inject("A", 1, 1, sack=[edge(1), edge(4)])
    s.expect("A", seq=1, length=MSS)
    assert s.c.info().recovery_state == "recovery"
    assert s.c.info().cwnd_segments == 7  # CUBIC's 0.7
    s.inject("A", 1, edge(4))
    s.inject("A", 1, edge(12))
    assert s.c.info().recovery_state == "open"


def test_two_holes_are_filled_in_one_recovery(script: Any) -> None:
    s = flight(script)
    s.inject("A", 1, 1, sack=[edge(1), edge(3), edge(4), edge(8)])
    sent = [(segment.seq + 296) & 0xFFFFFFFF for segment in s.wire.sent]
    assert sent[:2] == [1, edge(3)]
    s.drop_sent()
    s.inject("A", 1, edge(8))
    assert s.counters.sack_recoveries == 1
    assert s.c.info().total_retransmits == 2


def test_newreno_goes_on_at_a_partial_acknowledgment(script: Any) -> None:
    s = flight(script, sack=False)
    for _ in range(2):
        s.inject("A", 1, 1)
        s.expect("A", length=MSS)
    s.inject("A", 1, 1)
    s.expect("A", seq=1, length=MSS)
    s.inject("A", 1, edge(3))
    s.expect("A", seq=edge(3), length=MSS)
    assert s.c.info().recovery_state == "recovery"
    s.inject("A", 1, edge(12))
    assert s.c.info().recovery_state == "open"
    assert s.counters.reno_recoveries == 1


def test_window_updates_are_no_duplicates(script: Any) -> None:
    s = flight(script, sack=False)
    for window in (3000, 2000, 3500, 2500):
        s.inject("A", 1, 1, window=window)
    assert s.c.info().total_retransmits == 0


def test_a_time_out_sends_all_again_in_slow_start(script: Any) -> None:
    s = flight(script)
    s.run_until_sent()
    s.expect("A", seq=1, length=MSS)
    assert s.c.info().cwnd_segments == 1
    assert s.c.info().recovery_state == "loss"
    echo = s.last_ts()
    s.inject("A", 1, edge(1), echo=echo)
    s.expect("A", seq=edge(1))
    s.expect("A", seq=edge(2))
    s.expect_nothing()
    s.inject("A", 1, edge(10), echo=echo)
    assert s.c.info().recovery_state == "open"


def test_what_was_sacked_is_not_sent_again_after_a_time_out(script: Any) -> None:
    s = flight(script)
    s.inject("A", 1, 1, sack=[edge(8), edge(10)])
    s.drop_sent()
    s.run_until_sent()
    s.expect("A", seq=1)
    echo = s.last_ts()
    s.inject("A", 1, edge(8), echo=echo, sack=[edge(8), edge(10)])
    sent = [(segment.seq + 296) & 0xFFFFFFFF for segment in s.wire.sent]
    assert edge(8) not in sent
    assert edge(9) not in sent


def test_eifel_undoes_a_spurious_time_out(script: Any) -> None:
    s = flight(script)
    original = s.last_ts()
    s.run_until_sent()
    s.expect("A", seq=1)
    s.inject("A", 1, edge(1), echo=original)
    assert s.c.info().recovery_state == "open"
    assert s.c.info().cwnd_segments >= 10
    assert s.c.info().lost_segments == 0
    assert s.counters.full_undos == 1


def test_a_duplicate_report_undoes_a_spurious_retransmission(script: Any) -> None:
    s = flight(script)
    s.inject("A", 1, 1, sack=[edge(1), edge(4)])
    s.drop_sent()
    assert s.c.info().recovery_state == "recovery"
    s.run(MS)
    s.inject("A", 1, edge(4))
    s.inject("A", 1, edge(4), sack=[1, edge(1)])
    assert s.c.info().recovery_state == "open"
    assert s.c.info().cwnd_segments >= 10
    assert s.counters.dsack_undos + s.counters.full_undos == 1


def test_reordering_raises_the_threshold(script: Any) -> None:
    s = flight(script, 20)
    s.inject("A", 1, 1, sack=[edge(1), edge(3)])
    s.inject("A", 1, edge(3))
    s.drop_sent()
    s.inject("A", 1, edge(3), sack=[edge(9), edge(10)])
    s.inject("A", 1, edge(3), sack=[edge(9), edge(10), edge(4), edge(5)])
    assert s.c.info().reordering_segments == 6
    assert s.c.info().total_retransmits == 0
    assert s.c.info().reordering_seen == 2


def test_round_trips_are_measured_from_segments_sent_once(script: Any) -> None:
    s = flight(script)
    before = s.c.rtt.samples
    s.run_until_sent()
    s.expect("A", seq=1)
    s.run(3 * MS)
    s.inject("A", 1, edge(1), echo=s.last_ts())
    assert s.c.rtt.samples == before + 1
    assert s.c.rtt.latest_ns == 3 * MS


def test_karn_without_timestamps(script: Any) -> None:
    s = flight(script, timestamps=False)
    before = s.c.rtt.samples
    s.run_until_sent()
    s.expect("A", seq=1)
    backed_off = s.c.rtt.rto_ns()
    s.inject("A", 1, edge(1))
    assert s.c.rtt.samples == before
    assert s.c.rtt.rto_ns() == backed_off


def test_reneging_is_survived(script: Any) -> None:
    s = flight(script)
    s.inject("A", 1, 1, sack=[edge(1), edge(10)])
    s.drop_sent()
    s.inject("A", 1, edge(1))
    s.drop_sent()
    s.run_until_sent()
    assert s.counters.sack_reneging == 1
    s.expect("A", seq=edge(1))


def test_the_timer_runs_while_anything_is_outstanding(script: Any) -> None:
    s = flight(script)
    assert s.c.sender.deadline_ns() < 1 << 62
    s.inject("A", 1, edge(10))
    s.drop_sent()
    assert s.c.sender.deadline_ns() < 1 << 62
    while s.c.unacked:
        s.inject("A", 1, s.c.sender.snd_nxt)
    assert s.c.sender.deadline_ns() == 1 << 62


def test_a_time_out_because_all_acknowledgments_were_lost_is_no_mistake(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 5 * 1448)
    first_ts = s.wire.sent[0].ts_value
    s.drop_sent()
    s.run_until_sent()
    s.drop_sent()
    cwnd_bytes = s.c.sender.congestion.cwnd_bytes
    # three had arrived, whose acknowledgments were lost; the answer to the duplicate echoes the original
    s.inject("A", 1, 1 + 3 * 1448, echo=first_ts, sack=[1, 1449])
    assert s.counters.full_undos == 0
    assert s.c.sender.congestion.cwnd_bytes <= cwnd_bytes + 2 * 1448
    s.expect("A", seq=1 + 3 * 1448, length=1448)


def raise_threshold(s: Any) -> None:
    """Reordering over six segments, so that six SACKed segments mean a loss from now on."""
    s.inject("A", 1, 1, sack=[edge(1), edge(3)])
    s.inject("A", 1, edge(3))
    s.drop_sent()
    s.inject("A", 1, edge(3), sack=[edge(9), edge(10)])
    s.inject("A", 1, edge(3), sack=[edge(9), edge(10), edge(4), edge(5)])
    assert s.c.info().reordering_segments == 6
    s.inject("A", 1, edge(10))
    s.drop_sent()


def test_a_time_out_takes_back_a_threshold_that_was_too_high(script: Any) -> None:
    """Reordering that is over must not cost a time-out at each loss from then on."""
    s = flight(script, 20)
    raise_threshold(s)
    s.inject("A", 1, edge(10), sack=[edge(11), edge(14)])
    assert s.c.info().total_retransmits == 0, "three are not enough while six are needed"
    s.drop_sent()
    s.run_until_sent()
    s.expect("A", seq=edge(10), length=MSS)
    assert s.c.info().recovery_state == "loss"
    assert s.c.info().reordering_segments == 3
    s.inject("A", 1, s.c.sender.snd_nxt, echo=s.last_ts())
    s.c.send(b"z" * (10 * MSS))
    first = s.c.sender.snd_una
    s.c.sender.congestion.cwnd_bytes = 10 * MSS
    s.inject("A", 1, first)
    s.drop_sent()
    s.inject("A", 1, first, sack=[first + MSS, first + 4 * MSS])
    s.expect("A", seq=first, length=MSS)
    assert s.c.info().recovery_state == "recovery"


def test_a_time_out_that_nothing_foretold_leaves_the_threshold(script: Any) -> None:
    """Where nothing was SACKed the threshold was not at fault, and reordering goes on."""
    s = flight(script, 20)
    raise_threshold(s)
    before = s.c.info().reordering_segments
    s.run_until_sent()
    assert s.c.info().recovery_state == "loss"
    assert s.c.info().reordering_segments == before


def test_a_time_out_within_a_recovery_lowers_nothing_a_second_time(script: Any) -> None:
    """The loss was found at the threshold as it is, and halved the window (RFC 5681 section 4.3: once per window)."""
    s = flight(script, 20)
    raise_threshold(s)
    s.inject("A", 1, edge(10), sack=[edge(11), edge(19)])
    s.drop_sent()
    assert s.c.info().recovery_state == "recovery"
    reordering, threshold = s.c.info().reordering_segments, s.c.sender.congestion.ssthresh_bytes
    s.run_until_sent()
    s.expect("A", seq=edge(10), length=MSS)
    assert s.c.info().recovery_state == "loss"
    assert s.c.info().reordering_segments == reordering > 3
    assert s.c.sender.congestion.ssthresh_bytes == threshold
    assert s.c.sender.congestion.cwnd_bytes == MSS


def test_a_time_out_of_the_next_window_lowers_the_threshold_again(script: Any) -> None:
    """While nothing is acknowledged it is one loss, however often the timer expires."""
    s = flight(script, 16)
    thresholds = []
    for _ in range(3):
        s.run_until_sent()
        s.drop_sent()
        thresholds.append(s.c.sender.congestion.ssthresh_bytes // MSS)
    s.inject("A", 1, edge(1), echo=s.last_ts())
    s.drop_sent()
    s.run_until_sent()
    thresholds.append(s.c.sender.congestion.ssthresh_bytes // MSS)
    assert thresholds == [11, 11, 11, 2]


def test_a_retransmission_that_is_lost_is_found_by_those_sent_after_it(script: Any) -> None:
    """Four segments are lost, and the first is lost again: the other three tell, and no time-out is waited for."""
    s = flight(script, 20)
    s.inject("A", 1, 1, sack=[edge(4), edge(20)])
    again = [(segment.seq + 296) & 0xFFFFFFFF for segment in s.wire.sent]
    assert again[:4] == [1, edge(1), edge(2), edge(3)]
    s.drop_sent()
    s.run(10 * MS)
    s.inject("A", 1, 1, sack=[edge(1), edge(20)])
    s.expect("A", seq=1, length=MSS)
    assert s.counters.lost_retransmits == 1
    assert s.c.info().recovery_state == "recovery"


def test_one_octet_that_came_out_of_order_is_disorder_already(script: Any) -> None:
    """What a person sees of a connection says that something is missing, however little came after it."""
    s = script(options=TcpOptions(no_delay=True)).establish()
    s.c.send(b"x" * 2)
    s.c.send(b"y")
    s.drop_sent()
    assert s.c.info().recovery_state == "open"
    s.inject("A", 1, 1, sack=[3, 4])
    assert s.c.info().recovery_state == "disorder"
    s.inject("A", 1, 4)
    assert s.c.info().recovery_state == "open"


@pytest.mark.parametrize(
    ("echo", "resend_ts", "undo_mark", "original"),
    [
        (999, 1000, 1, True),
        (1000, 1000, 1, False),
        (1001, 1000, 1, False),
        (0xFFFFFFFF, 3, 1, True),
        (-1, 1000, 1, False),
        (999, -1, 1, False),
        (999, 1000, -1, False),
        (-1, -1, 1, False),
    ],
)
def test_only_an_echo_from_before_the_retransmission_answers_the_original(
    script: Any, echo: int, resend_ts: int, undo_mark: int, original: bool
) -> None:
    """RFC 3522 section 3.2; -1 is for what there is not.  Else a real loss would be taken for a late answer."""
    recovery = script().establish().c.sender.recovery
    recovery.resend_ts, recovery.undo_mark = resend_ts, undo_mark
    assert recovery._echo_of_original(echo) is original


def test_where_all_acknowledgments_were_lost_an_old_echo_alone_undoes_nothing(script: Any) -> None:
    """RFC 3522 section 3.2, steps 5 and 6: unless a duplicate was reported before, and none is now."""
    recovery = script().establish().c.sender.recovery
    assert not recovery._acks_were_not_lost(100, 100)
    assert recovery._acks_were_not_lost(99, 100)
    recovery.on_dsack(1, 100, 100)
    assert not recovery._acks_were_not_lost(99, 100)
    recovery.dsack_now = False
    assert recovery._acks_were_not_lost(100, 100)


@pytest.mark.parametrize(("lost", "resent", "again"), [(False, False, True), (True, False, True), (True, True, False)])
def test_a_partial_acknowledgment_sends_the_next_segment_once(
    script: Any, lost: bool, resent: bool, again: bool
) -> None:
    """RFC 6582 section 3.2, step 3: one that is under way again already is not sent a third time."""
    s = flight(script, sack=False)
    recovery = s.c.sender.recovery
    first = s.c.sender.queue.first()
    first.lost, first.resent, recovery.state = lost, resent, RECOVERY
    recovery._partial_ack()
    assert recovery.resend_at_once is again
    assert (recovery.scoreboard.next_lost() is first) is again


@pytest.mark.parametrize("threshold", [1, 2, 3, 5])
@pytest.mark.parametrize("sack", [True, False])
def test_so_many_that_arrived_above_mean_a_loss_as_are_set(script: Any, threshold: int, sack: bool) -> None:
    """tcp_reordering, RFC 6675's DupThresh: on a path that never reorders, one is enough."""
    settings = TcpSettings()
    settings.reordering = threshold
    s = flight(script, settings=settings, sack=sack)
    for arrived in range(1, threshold + 1):
        assert s.c.info().total_retransmits == 0
        s.inject("A", 1, 1, sack=[edge(1), edge(1 + arrived)] if sack else None)
    assert s.c.info().total_retransmits == 1
    assert s.c.info().recovery_state == "recovery"


@pytest.mark.parametrize(
    ("window", "threshold", "flight_size", "left"),
    [(100, 100, 60, 61), (100, 100, 20, 50), (100, 12, 3, 10), (8, 4, 3, 8), (30, 60, 29, 30), (30, 60, 20, 30)],
)
def test_after_a_recovery_no_burst_is_sent_where_little_is_under_way(
    script: Any, window: int, threshold: int, flight_size: int, left: int
) -> None:
    """RFC 6582 section 3.2, step 3: what is under way and one more; but half of the threshold, or the first window."""
    recovery = script().establish().c.sender.recovery
    congestion = recovery.congestion
    congestion.cwnd_bytes, congestion.ssthresh_bytes = window * congestion.mss, threshold * congestion.mss
    recovery.state = RECOVERY
    recovery._leave(1, 1 + flight_size * congestion.mss)
    assert congestion.cwnd_bytes == left * congestion.mss
    assert congestion.ssthresh_bytes == threshold * congestion.mss


def test_a_recovery_that_is_over_holds_no_segment_any_more(script: Any) -> None:
    """Each loss would keep its segments in memory as long as the connection lives."""
    s = flight(script)
    s.inject("A", 1, 1, sack=[edge(1), edge(4)])
    s.drop_sent()
    s.inject("A", 1, int(s.c.sender.recovery.point))
    assert s.c.info().recovery_state == "open"
    scoreboard = s.c.sender.scoreboard
    assert (scoreboard.to_resend.first(), scoreboard.resent.first()) == (None, None)


def test_without_timestamps_the_late_answer_to_a_time_out_is_no_proof_that_nothing_was_lost(script: Any) -> None:
    s = flight(script, timestamps=False)
    s.run_until_sent()
    s.inject("A", 1, edge(2))
    assert s.counters.full_undos == 0
    assert s.c.info().recovery_state == "loss"


def test_the_threshold_of_reordering_has_a_limit(script: Any) -> None:
    """Else a peer could make its losses be found by time-outs alone."""
    recovery = script().establish().c.sender.recovery
    most = recovery.settings.reordering_max
    recovery._raise_reordering(5 * recovery.congestion.mss)
    assert recovery.reordering == 5
    recovery._raise_reordering(4 * recovery.congestion.mss + 1)
    assert recovery.reordering == 5
    recovery._raise_reordering(5 * recovery.congestion.mss + 1)
    assert recovery.reordering == 6
    recovery._raise_reordering((most + 1) * recovery.congestion.mss)
    assert recovery.reordering == most
