"""SND.WND, SND.WL1 and SND.WL2 (RFC 9293 sections 3.3.1 and 3.10.7.4)."""

from __future__ import annotations

from catenet.transport.tcp.segment.segment import ACK, TcpSegment
from catenet.transport.tcp.sender.send_sequence import SendSequence


def window(size: int) -> TcpSegment:
    return TcpSegment(80, 1000, 0, 0, ACK, size, b"")


def test_a_newer_segment_moves_the_edge_even_to_the_left() -> None:
    send = SendSequence()
    assert send.update_window(window(1000), 1, 1)
    assert (send.edge, send.window_bytes) == (1001, 1000)
    assert send.update_window(window(400), 1, 101)
    assert (send.edge, send.window_bytes, send.largest_window_bytes) == (501, 400, 1000)


def test_a_segment_that_was_overtaken_brings_no_old_window_back() -> None:
    send = SendSequence()
    send.update_window(window(1000), 10, 5)
    assert not send.update_window(window(9), 9, 6)
    assert not send.update_window(window(9), 10, 4)
    assert send.edge == 1005


def test_the_same_window_again_is_no_change() -> None:
    send = SendSequence()
    send.update_window(window(1000), 1, 1)
    assert not send.update_window(window(1000), 1, 1)
    assert send.update_window(window(999), 1, 2), "the edge stays, the window does not"


def test_the_window_is_scaled() -> None:
    send = SendSequence()
    send.window_shift = 7
    send.update_window(window(10), 1, 1)
    assert send.window_bytes == 1280
