"""Segments that should not be believed (RFC 9293 section 3.10.7.4, RFC 5961, RFC 7323 section 5)."""

from __future__ import annotations

import errno
from typing import Any

SECOND = 1_000_000_000


def test_a_reset_at_the_exact_number_is_believed(script: Any) -> None:
    s = script().establish()
    s.inject("R", 1)
    assert s.user.calls[-1] == f"closed {errno.ECONNRESET}"


def test_a_reset_elsewhere_in_the_window_is_challenged(script: Any) -> None:
    s = script().establish()
    s.inject("R", 100)
    s.expect("A", seq=1, ack=1)
    assert s.c.state_name == "ESTABLISHED"
    assert s.counters.challenge_acks == 1


def test_a_reset_outside_the_window_is_ignored(script: Any) -> None:
    s = script().establish()
    s.inject("R", 1 << 30)
    s.expect_nothing()
    assert s.c.state_name == "ESTABLISHED"


def test_a_syn_is_challenged(script: Any) -> None:
    s = script().establish()
    s.inject("S", 5)
    s.expect("A", seq=1, ack=1)
    assert s.c.state_name == "ESTABLISHED"


def test_an_ack_of_the_future_is_challenged_and_its_data_dropped(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 5000, b"evil")
    s.expect("A", seq=1, ack=1)
    assert s.c.available == 0


def test_an_ack_of_the_far_past_is_challenged(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, -200_000_000, b"evil")
    s.expect("A", seq=1, ack=1)
    assert s.c.available == 0


def test_challenges_are_limited_for_the_whole_host(script: Any) -> None:
    s = script().establish()
    answers = []
    s.owner.may_challenge = lambda now_ns: len(answers) < 3
    for _ in range(10):
        s.inject("R", 100)
        answers += s.wire.sent
        s.drop_sent()
    assert len(answers) == 3


def test_segments_without_data_from_outside_are_answered_every_half_second(script: Any) -> None:
    s = script().establish()
    for _ in range(5):
        s.inject("A", 1 << 30, 1)
    assert s.drop_sent() == 1
    s.run(SECOND)
    s.inject("A", 1 << 30, 1)
    assert s.drop_sent() == 1


def test_paws_rejects_an_old_timestamp(script: Any) -> None:
    s = script().establish()
    s.run(SECOND)
    s.inject("A", 1, 1, b"new")
    s.drop_sent()
    s.inject("A", 4, 1, b"old", ts=s.clock() - 500)
    s.expect("A", ack=4)
    assert s.c.available == 3
    assert s.counters.paws_rejected == 1


def test_an_overtaken_bare_ack_is_ignored_silently(script: Any) -> None:
    s = script().establish()
    s.run(SECOND)
    s.inject("A", 1, 1)
    s.inject("A", 1, 1, ts=s.clock() - 500)
    s.expect_nothing()
    assert s.counters.paws_rejected == 0


def test_paws_forgets_after_24_days(script: Any) -> None:
    s = script().establish()
    s.run(25 * 24 * 3600 * SECOND)
    s.inject("A", 1, 1, b"x", ts=77_000 - 500)
    assert s.c.available == 1


def test_a_segment_without_timestamps_is_dropped_once_they_are_agreed(script: Any) -> None:
    s = script().establish()
    s.inject("A", 1, 1, b"x", timestamps=False)
    s.expect_nothing()
    assert s.c.available == 0


def test_a_segment_without_ack_is_dropped(script: Any) -> None:
    s = script().establish()
    s.inject("P", 1, 0, b"x")
    s.expect_nothing()
    assert s.c.available == 0


def test_data_after_the_fin_is_ignored(script: Any) -> None:
    s = script().establish()
    s.inject("FA", 1, 1)
    s.drop_sent()
    s.inject("A", 2, 1, b"too late")
    assert s.c.recv(100) == b""


def test_half_open_connection_is_found_by_the_reset(script: Any) -> None:
    # the peer has rebooted, and answers our data with a RST of our own ACK's number
    s = script().establish()
    s.c.send(b"hello?")
    s.expect("A", seq=1, length=6)
    s.inject("R", 1, timestamps=False)
    assert s.user.calls[-1] == f"closed {errno.ECONNRESET}"


def test_what_is_sacked_beyond_what_was_sent_is_ignored(script: Any) -> None:
    s = script().establish()
    s.c.send(b"x" * 3000)
    s.drop_sent()
    s.inject("A", 1, 1, sack=[1449, 50_000])
    assert s.c.info().sacked_segments == 0


def test_too_small_a_path_is_not_believed(script: Any) -> None:
    s = script().establish()
    s.wire.mtu = 10
    s.c.refresh_mss(s.kernel.now_ns)
    assert s.c.info().mss == 88 - 12
