"""The receive window: what is told of it, when, and how the buffer grows."""

from __future__ import annotations

from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.window import ReceiveWindow
from catenet.transport.tcp.settings import TcpSettings

MS = 1_000_000
MSS = 1000


def window(octets: int = 0, **chosen: int) -> ReceiveWindow:
    settings = TcpSettings()
    for name, value in chosen.items():
        setattr(settings, name, value)
    return ReceiveWindow(settings, TcpCounters(), octets)


def test_a_window_scale_that_the_largest_buffer_needs_and_no_larger() -> None:
    """RFC 7323 section 2.3: a larger one loses precision, a smaller one rate."""
    assert window().offered_shift == 7, "6 MiB in 16 bits"
    assert window(65_535).offered_shift == 0
    assert window(65_536).offered_shift == 1
    assert window(1 << 30).offered_shift == 14


def test_a_syn_s_window_is_not_scaled() -> None:
    made = window(1_000_000)
    assert made.field_for_syn(1) == 65_535
    assert made.edge == 65_536
    assert window(500).field_for_syn(1) == 500


def test_small_steps_are_not_told() -> None:
    """Silly window syndrome (RFC 9293 section 3.8.6.2.2): the edge moves by a segment, or half of the buffer."""
    made = window(10_000)
    assert made.field(1, 0, MSS) == 10_000
    assert made.field(5_001, 5_000, MSS) == 5_000
    assert made.field(5_001, 4_001, MSS) == 5_000, "999 octets more are not worth telling"
    assert made.field(5_001, 4_000, MSS) == 6_000
    small = window(1_000)
    small.field(1, 0, MSS)
    assert small.field(1_001, 501, MSS) == 0
    assert small.field(1_001, 500, MSS) == 500, "half of a small buffer is"


def test_an_update_is_due_when_the_window_has_doubled() -> None:
    made = window(10_000)
    made.field(1, 0, MSS)
    assert not made.update_is_due(9_001, 8_001, MSS)
    assert made.update_is_due(9_001, 8_000, MSS)
    assert not made.update_is_due(5_001, 1_000, MSS)
    assert made.update_is_due(5_001, 0, MSS)
    tiny = window(3_000)
    tiny.field(1, 0, MSS)
    assert not tiny.update_is_due(3_001, 2_001, MSS)
    assert tiny.update_is_due(3_001, 2_000, MSS)


def test_a_scaled_window_never_takes_back_what_was_told() -> None:
    made = window(100_000)
    made.shift = 4
    assert made.field(1, 0, MSS) == 6_250
    told = made.edge
    for received in range(1, 3_000, 7):
        made.field(1 + received, received, MSS)
        assert made.edge >= told
        told = made.edge


def test_closing_and_opening_are_counted() -> None:
    made = window(1_000)
    made.field(1, 0, MSS)
    for _ in range(2):
        assert made.field(1_001, 1_000, MSS) == 0
    assert made.is_zero
    assert (made.counters.to_zero_window, made.counters.from_zero_window) == (1, 0)
    assert made.field(1_001, 0, MSS) == 1_000
    assert (made.counters.to_zero_window, made.counters.from_zero_window) == (1, 1)


def test_the_buffer_grows_when_more_was_read_in_a_round_trip_than_before() -> None:
    """Twice what was read, and room for the peer's window to grow meanwhile, as Linux's tcp_rcv_space_adjust()."""
    made = window()
    made.begin(1, MSS, 0)
    made.measure_by_echo(10 * MS)
    made.read(40_000, MSS, 9 * MS)
    assert made.limit == 65_536, "not before a round trip is over"
    made.read(0, MSS, 10 * MS)
    wanted = 2 * 40_000 + 16 * MSS
    assert made.limit == wanted + 2 * (wanted * 30_000 // 10_000)
    before = made.limit
    made.read(40_000, MSS, 20 * MS)
    assert made.limit == before, "no more than in the round trip before"
    made.read(40_001, MSS, 30 * MS)
    assert made.limit == before, "what is wanted is there already"
    made.read(6_000_000, MSS, 40 * MS)
    assert made.limit == 6 << 20


def test_a_buffer_that_was_given_a_size_keeps_it() -> None:
    for made in (window(20_000), window()):
        made.resize(20_000)
        made.begin(1, MSS, 0)
        made.measure_by_echo(10 * MS)
        made.read(1_000_000, MSS, 100 * MS)
        assert made.limit == 20_000


def test_the_receiver_s_round_trip_by_echoes() -> None:
    made = window()
    assert made.rtt_ns == 0
    for sample, smoothed in ((100, 100), (180, 110), (60, 60), (60, 60), (68, 61)):
        made.measure_by_echo(sample * MS)
        assert made.rtt_ns == smoothed * MS


def test_the_receiver_s_round_trip_by_full_windows() -> None:
    made = window(10_000)
    made.field(1, 0, MSS)
    made.begin(1, MSS, 100 * MS)
    made.measure_by_window(10_000, 130 * MS)
    assert made.rtt_ns == 0, "the window is not full yet"
    made.measure_by_window(10_001, 140 * MS)
    assert made.rtt_ns == 40 * MS
    made.field(10_001, 0, MSS)
    made.measure_by_window(20_001, 170 * MS)
    assert made.rtt_ns == 30 * MS
    made.field(20_001, 0, MSS)
    made.measure_by_window(30_001, 270 * MS)
    assert made.rtt_ns == 30 * MS, "a sender that paused makes it seem longer than it is"


def test_no_measure_no_growth() -> None:
    made = window()
    made.begin(1, MSS, 0)
    made.read(1_000_000, MSS, 1_000 * MS)
    assert made.limit == 65_536
