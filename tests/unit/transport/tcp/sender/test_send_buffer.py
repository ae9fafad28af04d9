from __future__ import annotations

from catenet.transport.tcp.sender.send_buffer import SendBuffer
from catenet.transport.tcp.settings import TcpSettings


def test_what_is_in_flight_takes_room_too() -> None:
    buffer = SendBuffer(TcpSettings(), 1000)
    buffer.append(bytes(300))
    assert buffer.space(in_flight=200) == 500
    assert buffer.space(in_flight=900) == 0


def test_who_waits_is_told_when_a_third_is_free_and_once() -> None:
    buffer = SendBuffer(TcpSettings(), 900)
    buffer.want_writable = True
    buffer.freed(in_flight=601)
    assert (buffer.want_writable, buffer.became_writable) == (True, False)
    buffer.freed(in_flight=600)
    assert (buffer.want_writable, buffer.became_writable) == (False, True)


def test_who_does_not_wait_is_not_told() -> None:
    buffer = SendBuffer(TcpSettings(), 900)
    buffer.freed(in_flight=0)
    assert not buffer.became_writable


def test_it_grows_to_two_congestion_windows_up_to_the_host_s_most() -> None:
    settings = TcpSettings()
    buffer = SendBuffer(settings, 0)
    buffer.fit(10_000)
    assert buffer.limit == settings.send_buffer_octets
    buffer.fit(100_000)
    assert buffer.limit == 200_000
    buffer.fit(settings.send_buffer_max_octets)
    assert buffer.limit == settings.send_buffer_max_octets


def test_a_size_that_was_asked_for_stays() -> None:
    buffer = SendBuffer(TcpSettings(), 5000)
    buffer.fit(100_000)
    assert buffer.limit == 5000
