from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.connection import tracing
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

MS = 1_000_000
SECOND = 1_000_000_000


def test_data_is_cut_into_segments_and_the_last_is_pushed(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 3000)
    assert not s.expect("A", seq=1, length=1448).flags & 8
    assert not s.expect("A", seq=1449, length=1448).flags & 8
    assert s.expect("A", seq=2897, length=104).flags & 8


def test_nagle_holds_a_second_small_segment(script: Any) -> None:
    s = script().establish()
    s.c.send(b"a")
    s.expect("A", seq=1, length=1)
    s.c.send(b"b")
    s.c.send(b"c")
    s.expect_nothing()
    s.inject("A", 1, 2)
    s.expect("A", seq=2, length=2)


def test_minshall_lets_a_small_segment_follow_full_ones(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 1448)
    s.expect("A", length=1448)
    s.c.send(b"tail")
    s.expect("A", length=4)


def test_no_delay(script: Any) -> None:
    s = script(options=TcpOptions(no_delay=True)).establish()
    s.c.send(b"a")
    s.c.send(b"b")
    s.expect("A", seq=1, length=1)
    s.expect("A", seq=2, length=1)


def test_turning_no_delay_on_sends_what_waits(script: Any) -> None:
    s = script().establish()
    s.c.send(b"a")
    s.c.send(b"b")
    s.expect("A", length=1)
    s.expect_nothing()
    s.c.no_delay = True
    s.expect("A", length=1)


def test_the_fin_rides_on_the_last_data(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 20_000)
    s.c.shut_down_sending()
    s.drop_sent()
    s.inject("A", 1, 1 + 14_480)
    s.expect("A", seq=14_481, length=1448)
    s.expect("A", length=1448)
    s.expect("A", length=1448)
    s.expect("FA", seq=18_825, length=1176)


def test_the_peers_window_holds(script: Any) -> None:
    s = script()
    s.establish()
    s.inject("A", 1, 1, window=23)
    s.c.send(b"x" * 10_000)
    # 23 << 7 is 2944: two full segments, and no silly third one
    assert [len(segment.payload) for segment in s.wire.sent] == [1448, 1448]


def test_a_closed_window_is_probed_and_the_lost_update_found(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, window=0)
    s.c.send(b"x" * 100)
    s.expect_nothing()
    gaps = []
    for _ in range(5):
        gaps.append(s.run_until_sent())
        s.expect("A", seq=0, length=0)
        s.inject("A", 1, 1, window=0)
    assert gaps == [gaps[0] << n for n in range(5)]
    s.inject("A", 1, 1)
    s.expect("A", seq=1, length=100)


def test_a_peer_that_does_not_answer_probes_is_given_up(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, window=0)
    s.c.send(b"x")
    s.run(3600 * SECOND)
    assert s.user.calls[-1] == f"closed {errno.ETIMEDOUT}"


def test_a_window_too_small_for_a_segment_does_not_stop_the_sender(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, window=3)
    s.c.send(b"x" * 10_000)
    s.expect_nothing()
    s.run_until_sent()
    s.expect("A", seq=1, length=384)


def test_retransmissions_double_and_are_given_up_after_15(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x")
    s.expect("A", seq=1)
    gaps = []
    while s.c.state_name != "CLOSED":
        start = s.kernel.now_ns
        s.kernel.step()
        if s.wire.sent:
            s.expect("A", seq=1, length=1)
            gaps.append(s.kernel.now_ns - start)
    assert len(gaps) == 15
    assert gaps[:4] == [gaps[0] << n for n in range(4)]
    assert max(gaps) == 120 * SECOND
    assert s.user.calls[-1] == f"closed {errno.ETIMEDOUT}"


def test_user_timeout(script: Any) -> None:
    s = script(options=TcpOptions(user_timeout_ns=5 * SECOND)).establish()
    s.run(3600 * SECOND)
    sent_ns = s.kernel.now_ns
    s.c.send(b"x")
    s.run(5 * SECOND - 1)
    assert s.c.state_name == "ESTABLISHED", "how long nothing was heard before does not count"
    s.run(1)
    assert s.c.state_name == "CLOSED"
    assert s.kernel.now_ns == sent_ns + 5 * SECOND
    assert s.user.calls[-1] == f"closed {errno.ETIMEDOUT}"


def test_a_soft_error_is_told_when_it_is_given_up(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x")
    s.c.icmp_error(errno.EHOSTUNREACH, 0, (4_294_967_000 + 1) & 0xFFFFFFFF)
    assert s.c.state_name == "ESTABLISHED"
    s.run(2000 * SECOND)
    assert s.user.calls[-1] == f"closed {errno.EHOSTUNREACH}"


def test_too_big_is_cut_and_sent_again(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 2896)
    s.drop_sent()
    s.wire.mtu = 1000
    s.c.icmp_error(errno.EMSGSIZE, 1000, (4_294_967_000 + 1) & 0xFFFFFFFF)
    sizes = [len(segment.payload) for segment in s.wire.sent]
    assert max(sizes) == 1000 - 40 - 12
    assert sum(sizes) == 2896
    s.drop_sent()
    s.inject("A", 1, 2897)
    assert s.c.unacked == 0


def test_keepalive_asks_and_gives_up(script: Any) -> None:
    options = TcpOptions(
        keepalive=True, keepalive_idle_ns=10 * SECOND, keepalive_interval_ns=2 * SECOND, keepalive_count=3
    )
    s = script(options=options).establish()
    start = s.kernel.now_ns
    for after in (10, 12, 14):
        s.run_until_sent()
        assert s.kernel.now_ns - start == after * SECOND
        s.expect("A", seq=0, length=0)
    s.run_until_sent()
    s.expect("RA")
    assert s.user.calls[-1] == f"closed {errno.ETIMEDOUT}"


def test_an_answered_keepalive_starts_anew(script: Any) -> None:
    s = script(options=TcpOptions(keepalive=True, keepalive_idle_ns=10 * SECOND)).establish()
    for _ in range(5):
        assert s.run_until_sent() == 10 * SECOND
        s.expect("A", seq=0, length=0)
        s.inject("A", 1, 1)


def test_the_send_buffer_is_finite_and_writable_tells_of_space(script: Any) -> None:
    s = script(options=TcpOptions(send_buffer_octets=30_000)).establish()
    assert s.c.send(b"x" * 50_000) == 30_000
    assert s.c.send(b"x") == 0
    s.drop_sent()
    s.inject("A", 1, 1449)
    assert "writable" not in s.user.calls
    s.inject("A", 1, 10_137)
    assert s.user.calls.count("writable") == 1
    assert s.c.send_space() == 10_136


def test_a_peer_with_room_for_one_octet_gets_one_at_once(script: Any) -> None:
    """RFC 9293 section 3.8.6.2.1: half of its largest window may go; else each octet waited for a probe."""
    s = script(shift=0)
    s.connect()
    s.run(10 * MS)
    s.inject("SA", 0, 1, window=1)
    s.expect("A", seq=1, ack=1)
    s.window = 1
    s.c.send(b"abc")
    for number in (1, 2):
        s.expect("A", seq=number, length=1)
        s.inject("A", 1, number + 1)


def test_a_peer_that_had_no_window_from_the_start_is_probed(script: Any) -> None:
    """Half of a window that was never there is nothing: no data go out before the peer has room."""
    s = script(shift=0)
    s.connect()
    s.run(10 * MS)
    s.inject("SA", 0, 1, window=0)
    s.expect("A", seq=1, ack=1)
    s.c.send(b"abc")
    s.expect_nothing()
    s.run_until_sent()
    s.expect("A", seq=0, length=0)
    s.inject("A", 1, 1, window=100)
    s.expect("A", seq=1, length=3)


@pytest.mark.slow
def test_the_send_buffer_grows_with_the_window(script: Any) -> None:
    s = script().establish()
    s.window = 40_000
    acked = 1
    s.inject("A", 1, 1)
    before = s.c.send_buffer_octets
    for _ in range(8):
        while s.c.send(b"x" * 65_536):
            pass
        s.drop_sent()
        end = s.c.sender.snd_nxt
        while acked < end:
            acked = min(acked + 2896, end)
            s.inject("A", 1, acked)
    assert s.c.send_buffer_octets > 4 * before


def test_the_window_decays_in_idle_time(script: Any) -> None:
    s = script().establish()
    congestion = s.c.sender.congestion
    congestion.cwnd_bytes = 100 * 1448
    s.run(10 * SECOND)
    s.c.send(b"x" * 80_000)
    assert s.drop_sent() == 10
    assert congestion.ssthresh_bytes >= 75 * 1448


def test_it_does_not_if_told_so(script: Any) -> None:
    settings = TcpSettings()
    settings.slow_start_after_idle = False
    s = script(settings=settings).establish()
    s.c.sender.congestion.cwnd_bytes = 40 * 1448
    s.run(10 * SECOND)
    s.c.send(b"x" * 80_000)
    assert s.drop_sent() == 40


def test_a_window_that_is_not_used_does_not_grow(script: Any) -> None:
    s = script().establish()
    for turn in range(50):
        s.c.send(b"x" * 100)
        s.drop_sent()
        s.run(MS)
        s.inject("A", 1, 1 + (turn + 1) * 100)
    assert s.c.info().cwnd_segments == 10


def test_sending_after_the_end(script: Any) -> None:
    s = script().establish()
    s.inject("RA", 1, 1)
    with pytest.raises(BrokenPipeError):
        s.c.send(b"x")


def test_changing_the_congestion_control_keeps_the_window(script: Any) -> None:
    s = script().establish()
    s.c.sender.congestion.cwnd_bytes = 33 * 1448
    s.c.set_congestion("reno")
    assert s.c.congestion == "reno"
    assert s.c.info().cwnd_segments == 33
    with pytest.raises(KeyError):
        s.c.set_congestion("nonesuch")


def test_a_peer_that_shrinks_its_window_to_nothing_but_answers_is_not_given_up(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x")
    s.expect("A", seq=1)
    for _ in range(40):
        s.run_until_sent()
        s.expect("A", seq=1)
        s.inject("A", 1, 1, window=0)
    assert s.c.state_name == "ESTABLISHED"
    s.inject("A", 1, 2)
    assert s.c.unacked == 0


def test_an_error_that_passed_is_not_told_later(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x")
    s.c.icmp_error(errno.EHOSTUNREACH, 0, (4_294_967_000 + 1) & 0xFFFFFFFF)
    s.inject("A", 1, 2)
    s.c.send(b"y")
    s.run(2000 * SECOND)
    assert s.user.calls[-1] == f"closed {errno.ETIMEDOUT}"


def answer_probes(s: Any, until_ns: int) -> None:
    """The peer keeps its window closed, and says so whenever it is asked."""
    while s.kernel.next_time_ns() <= until_ns:
        s.kernel.step()
        while s.wire.sent:
            if s.expect("A").flags and s.c.state_name != "CLOSED":
                s.inject("A", 1, 1, window=0)


def test_the_user_timeout_covers_a_window_that_stays_closed(script: Any) -> None:
    s = script(options=TcpOptions(user_timeout_ns=7 * SECOND)).establish()
    s.inject("A", 1, 1, window=0)
    s.run(60 * SECOND)
    began_ns = s.kernel.now_ns
    s.c.send(b"x")
    answer_probes(s, began_ns + 7 * SECOND - 1)
    assert s.c.state_name == "ESTABLISHED"
    answer_probes(s, began_ns + 7 * SECOND)
    assert s.c.state_name == "CLOSED"
    assert s.kernel.now_ns == began_ns + 7 * SECOND
    assert s.user.calls[-1] == f"closed {errno.ETIMEDOUT}"


def test_a_closed_window_holds_what_its_user_has_left_for_minutes_not_for_ever(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, window=0)
    s.c.send(b"x")
    s.c.close()
    answer_probes(s, 120 * SECOND)
    assert s.c.state_name == "FIN-WAIT-1"
    answer_probes(s, 900 * SECOND)
    assert s.c.state_name == "CLOSED"
    assert s.kernel.next_time_ns() > 900 * SECOND


def test_segments_grow_again_when_the_path_takes_more(script: Any) -> None:
    s = script().establish()
    s.wire.mtu = 1000
    s.c.send(b"x" * 100)
    s.c.icmp_error(errno.EMSGSIZE, 1000, (4_294_967_000 + 1) & 0xFFFFFFFF)
    s.drop_sent()
    s.inject("A", 1, 101)
    s.c.send(b"x" * 948)
    s.expect("A", length=948)
    s.wire.mtu = 1500
    s.run(2 * SECOND)
    s.drop_sent()
    s.inject("A", 1, 1049)
    s.c.send(b"x" * 1448)
    s.expect("A", length=1448)


def test_keepalive_may_be_turned_on_when_the_peer_has_finished(script: Any) -> None:
    s = script(options=TcpOptions(keepalive_idle_ns=10 * SECOND)).establish()
    s.inject("FA", 1, 1)
    s.drop_sent()
    s.c.set_keepalive(True)
    assert s.run_until_sent() == 10 * SECOND
    s.expect("A", seq=0, ack=2, length=0)


def test_what_just_fits_the_window_is_sent_though_it_is_little(script: Any) -> None:
    """A peer whose window is as large as the rest gets the rest, and nothing waits for a probe."""
    s = script(shift=0)
    s.window = 10_000
    s.establish()
    s.inject("A", 1, 1, window=10_000)
    s.c.sender.congestion.cwnd_bytes = 1 << 20
    s.c.send(b"x" * 9_900)
    s.drop_sent()
    s.inject("A", 1, 9_901, window=100)
    s.c.send(b"y" * 100)
    s.expect("A", seq=9_901, length=100)


def test_a_probe_that_sends_data_leaves_no_second_timer(script: Any) -> None:
    """Else the peer would be probed beside the retransmissions."""
    s = script().establish()
    s.inject("A", 1, 1, window=3)
    s.c.send(b"x" * 10_000)
    s.run_until_sent()
    s.expect("A", seq=1, length=384)
    assert s.c.sender.persist.deadline_ns == NEVER
    s.run_until_sent()
    s.expect("A", seq=1, length=384)
    assert s.counters.window_probes == 1


def test_an_echo_of_nothing_is_no_round_trip(script: Any) -> None:
    """RFC 7323 section 3.2: a field of zero is none; taken for a time, it would be one of days."""
    s = script().establish()
    s.c.send(b"x")
    s.run_until_sent()
    s.drop_sent()
    s.run_until_sent()
    s.drop_sent()
    before_ns = s.c.rtt.rto_ns()
    s.inject("A", 1, 2, echo=0)
    assert s.c.unacked == 0
    assert s.c.rtt.rto_ns() <= before_ns


def test_after_an_answer_as_many_probes_go_unanswered_as_before(script: Any) -> None:
    counts = []
    for answers in (0, 1):
        s = script().establish()
        s.inject("A", 1, 1, window=0)
        s.c.send(b"x")
        for _ in range(answers):
            s.run_until_sent()
            s.drop_sent()
            s.inject("A", 1, 1, window=0)
        probes = s.counters.window_probes
        s.run(3600 * SECOND)
        assert s.c.state_name == "CLOSED"
        counts.append(s.counters.window_probes - probes)
    assert counts[0] == counts[1]


def test_progress_tells_that_the_neighbour_is_there_once_a_second(script: Any) -> None:
    """RFC 4861 section 7.3.1: without it the neighbour would be asked again while data flows."""
    s = script().establish()
    told: list[int] = []
    s.wire.confirm = lambda: told.append(s.kernel.now_ns // MS)
    for turn in range(31):
        s.c.send(b"x")
        s.drop_sent()
        s.inject("A", 1, 2 + turn)
        s.run(100 * MS)
    assert told == [10, 1010, 2010, 3010]


def test_a_time_out_is_in_the_trace(script: Any) -> None:
    s = script().establish()
    s.kernel.trace.listening = True
    s.c.send(b"x")
    s.drop_sent()
    s.run_until_sent()
    rows = [row for row in s.kernel.trace.rows() if row.kind == tracing.TIMEOUT]
    assert [(row.time_ns, row.a, row.b) for row in rows] == [(s.kernel.now_ns, 1, s.c.rtt.rto_ns())]


def test_a_segment_that_is_too_long_for_the_way_out_is_cut_and_sent_again(script: Any) -> None:
    """The host knows of the smaller path by itself, from another connection: no router tells of it again."""
    s = script().establish()
    s.wire.mtu, s.wire.errno = 1000, errno.EMSGSIZE
    s.c.send(b"x" * 1000)
    assert s.c.sender.mss == 948
    assert s.c.output.soft_error == errno.EMSGSIZE, "the second time it is too long for another reason"
    s.wire.errno = 0
    s.drop_sent()
    s.run_until_sent()
    s.expect("A", seq=1, length=948)


def test_an_acknowledgment_of_nothing_new_does_not_tell_that_the_neighbour_is_there(script: Any) -> None:
    """RFC 4861 section 7.3.1: it may be an old one, and says nothing of the way from here."""
    s = script().establish()
    told: list[int] = []
    s.wire.confirm = lambda: told.append(s.kernel.now_ns)
    s.run(5 * SECOND)
    s.inject("A", 1, 1)
    s.inject("A", 1, 1, b"x")
    assert told == []
    s.c.send(b"y")
    s.inject("A", 2, 2)
    assert told == [s.kernel.now_ns]


def test_a_keepalive_waits_while_data_is_outstanding(script: Any) -> None:
    """RFC 9293 MUST-26: its retransmissions tell whether the peer is there."""
    s = script(options=TcpOptions(keepalive=True, keepalive_idle_ns=SECOND // 2, keepalive_count=1)).establish()
    s.c.send(b"x")
    s.run(100 * SECOND)
    assert (s.c.state_name, s.counters.keepalives) == ("ESTABLISHED", 0)
    s.drop_sent()
    s.inject("A", 1, 2)
    assert s.run_until_sent() == SECOND // 2
    s.expect("A", seq=1, length=0)
    assert s.counters.keepalives == 1


def test_a_probe_takes_one_segment_and_no_more(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, window=0)
    s.c.send(b"x" * 10_000)
    s.c.sender.edge = s.c.sender.snd_nxt + 5000
    s.run_until_sent()
    s.expect("A", seq=1, length=1448)
