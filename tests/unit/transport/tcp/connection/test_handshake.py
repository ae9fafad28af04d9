from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.transport.tcp.settings import TcpSettings

MS = 1_000_000
SECOND = 1_000_000_000


def test_what_the_syn_offers(script: Any) -> None:
    s = script()
    s.c.open_actively(4_294_967_000, 5_000)
    syn = s.expect("S", seq=0)
    assert syn.syn_options is not None
    assert (syn.syn_options.mss, syn.syn_options.window_shift, syn.syn_options.sack_permitted) == (1460, 7, True)
    assert syn.has_timestamps
    assert syn.window == 65_535


def test_syn_is_sent_again_after_1_3_7_15_31_63_and_given_up_after_127_s(script: Any) -> None:
    s = script()
    s.connect()
    for at in (1, 3, 7, 15, 31, 63):
        s.run_until_sent()
        assert s.kernel.now_ns == at * SECOND
        s.expect("S", seq=0)
    s.run(200 * SECOND)
    s.expect_nothing()
    assert s.user.calls == [f"closed {errno.ETIMEDOUT}"]


def test_the_time_of_giving_up(script: Any) -> None:
    s = script()
    s.connect()
    s.run(127 * SECOND - 1)
    assert s.c.state_name == "SYN-SENT"
    s.run(1)
    assert s.c.state_name == "CLOSED"


def test_syn_ack_is_sent_again(script: Any) -> None:
    s = script()
    s.owner.room = False
    s.accept()
    assert s.c.state_name == "SYN-RECEIVED"
    assert s.run_until_sent() == SECOND
    s.expect("SA", seq=0, ack=1)
    s.owner.room = True
    s.inject("A", 1, 1)
    assert s.c.state_name == "ESTABLISHED"


def test_a_repeated_syn_gets_the_syn_ack_again(script: Any) -> None:
    s = script()
    s.owner.room = False
    s.accept()
    s.inject("S", 0)
    s.expect("SA", seq=0, ack=1)


def test_a_peer_without_options_gets_none(script: Any) -> None:
    s = script(timestamps=False, sack=False, shift=-1, mss=0).establish()
    s.c.send(b"x" * 3000)
    first = s.expect("A", seq=1, length=536)
    assert not first.has_timestamps
    assert not s.c.receiver.sack_on
    assert s.c.sender.window_shift == 0
    assert first.window == 65_535


def test_the_peers_segment_size_holds(script: Any) -> None:
    s = script(mss=1000).establish()
    s.c.send(b"x" * 2000)
    s.expect("A", seq=1, length=988)


def test_an_ack_of_something_else_is_reset(script: Any) -> None:
    s = script()
    s.connect()
    s.inject("SA", 0, 77)
    s.expect("R", seq=77)
    assert s.c.state_name == "SYN-SENT"


def test_data_may_be_given_before_the_connection_stands(script: Any) -> None:
    s = script()
    s.connect()
    assert s.c.send(b"early") == 5
    s.expect_nothing()
    s.inject("SA", 0, 1)
    s.expect("A", seq=1, ack=1, length=5)


def test_initial_window_of_ten_segments(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 60_000)
    assert s.drop_sent() == 10


def test_one_segment_after_two_lost_syns(script: Any) -> None:
    s = script()
    s.connect()
    s.run(4 * SECOND)
    s.drop_sent()
    s.c.send(b"x" * 60_000)
    s.inject("SA", 0, 1)
    assert s.drop_sent() == 1


def test_icmp_in_syn_sent_ends_it(script: Any) -> None:
    s = script()
    s.connect()
    s.c.icmp_error(errno.EHOSTUNREACH, 0, 4_294_967_000)
    assert s.user.calls == [f"closed {errno.EHOSTUNREACH}"]


def test_icmp_about_another_segment_is_not_believed(script: Any) -> None:
    s = script()
    s.connect()
    s.c.icmp_error(errno.EHOSTUNREACH, 0, 12_345)
    assert s.c.state_name == "SYN-SENT"


def test_without_window_scaling_ourselves(script: Any) -> None:
    settings = TcpSettings()
    settings.window_scaling = False
    settings.sack = False
    settings.timestamps = False
    s = script(settings=settings).establish()
    assert (s.c.sender.window_shift, s.c.receiver.window.shift) == (0, 0)
    s.inject("A", 1, 1)
    assert s.c.sender.window_bytes == 512


def test_a_syn_ack_that_was_sent_twice_is_no_measure_of_the_round_trip(script: Any) -> None:
    s = script()
    s.connect_passively()
    s.run(SECOND - MS)
    s.inject("S", 0)
    s.expect("SA", seq=0, ack=1)
    s.inject("A", 1, 1)
    assert s.c.state_name == "ESTABLISHED"
    assert s.c.rtt.samples == 0, "which of the two was answered is not known (Karn)"


def test_a_peer_with_absurdly_small_segments_gets_small_ones_but_gets_them(script: Any) -> None:
    s = script(mss=5).establish()
    s.c.refresh_mss(s.kernel.now_ns)
    s.inject("A", 101, 1, b"y" * 100)  # there are SACK blocks to tell of, too
    s.expect("A", ack=1)
    s.c.send(b"x" * 96)
    lengths = []
    while s.wire.sent:
        lengths.append(len(s.expect("A").payload))
    assert sum(lengths) == 96
    assert 0 < max(lengths) <= 48


@pytest.mark.parametrize(("version", "offered", "default"), [(4, 1460, 536), (6, 1440, 1220)])
def test_segment_sizes_of_each_version(script: Any, version: int, offered: int, default: int) -> None:
    """RFC 9293 section 3.7.1: a peer that names no size gets what every network must carry, and is told of ours."""
    s = script(version=version, mss=0, timestamps=False)
    s.c.open_actively(4_294_967_000, 5_000)
    assert s.expect("S").syn_options.mss == offered
    s.inject("SA", 0, 1)
    assert s.c.info().mss == default
    assert s.c.info().advertised_mss == offered


@pytest.mark.parametrize("offered", [-1, 0, 7])
@pytest.mark.parametrize("own", [True, False])
def test_a_syn_ack_scales_windows_only_if_both_want_it(script: Any, offered: int, own: bool) -> None:
    """RFC 7323 section 2.2: a peer that offered nothing takes the field as it stands, and half a megabyte for 4 KiB."""
    settings = TcpSettings()
    settings.window_scaling = own
    s = script(settings=settings, shift=offered)
    answers: list[Any] = []
    s.wire.carry = lambda segment: answers.append(segment) or s.wire.sent.append(segment) or 0
    s.connect_passively()
    assert (answers[0].syn_options.window_shift >= 0) is (own and offered >= 0)


def test_data_that_wait_for_the_handshake_are_not_sent_and_probe_no_window(script: Any) -> None:
    """RFC 9293 section 3.10.2: in SYN-SENT and SYN-RECEIVED, queue the data until ESTABLISHED."""
    s = script()
    s.connect()
    assert s.c.send(b"early") == 5
    s.run(20 * SECOND)
    assert s.drop_sent() == 4
    assert s.steps[-1].endswith("> S seq 0 ack 0 win 65535 len 0")
    s.inject("S", 0)
    s.expect("SA", seq=0, ack=1)
    assert s.c.state_name == "SYN-RECEIVED"
    s.expect_nothing()
    s.inject("SA", 0, 1)
    assert s.expect("A", seq=1, ack=1).payload == b"early"
