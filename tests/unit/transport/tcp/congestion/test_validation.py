"""A congestion window that is not used says nothing of the path (RFC 2861, RFC 7661)."""

from __future__ import annotations

from catenet.transport.tcp.congestion.newreno import NewReno
from catenet.transport.tcp.congestion.window_validation import WindowValidation
from catenet.transport.tcp.settings import TcpSettings

MSS = 1000
MS = 1_000_000


class Sender:
    """A window in congestion avoidance or slow start, and what was used of it; one number a segment."""

    def __init__(self, segments: int, threshold: int = 1 << 30) -> None:
        self.settings = TcpSettings()
        self.control = NewReno(MSS)
        self.control.cwnd_bytes, self.control.ssthresh_bytes = segments * MSS, threshold * MSS
        self.validation = WindowValidation(self.settings)

    def sends(self, segments: int, limited: bool, una: int, nxt: int, now_ms: int = 0, rto_ms: int = 300) -> None:
        self.validation.sent(self.control, segments * MSS, limited, una * MSS, nxt * MSS, now_ms * MS, rto_ms * MS)

    @property
    def limited(self) -> bool:
        return self.validation.limited(self.control)

    @property
    def window(self) -> int:
        return self.control.cwnd_bytes // MSS


def test_in_slow_start_the_window_counts_as_used_if_half_of_it_was() -> None:
    sender = Sender(20)
    sender.sends(10, False, 0, 10)
    assert not sender.limited
    sender.sends(11, False, 0, 11)
    assert sender.limited


def test_in_congestion_avoidance_only_a_full_window_counts() -> None:
    sender = Sender(20, threshold=15)
    sender.sends(19, False, 0, 19)
    assert not sender.limited
    sender.sends(20, True, 0, 20)
    assert sender.limited


def test_the_most_of_a_round_trip_counts_and_not_the_last() -> None:
    """An application that pauses for a moment within a round trip does not stop the window's growth."""
    sender = Sender(20)
    sender.sends(15, False, 0, 15)
    sender.sends(4, False, 11, 15)
    assert sender.limited
    sender.sends(4, False, 15, 19)
    assert not sender.limited, "a round trip later it does"
    full = Sender(20, threshold=15)
    full.sends(20, True, 0, 20)
    full.sends(30, False, 5, 25)
    assert full.limited
    full.sends(5, False, 20, 25)
    assert not full.limited


def test_a_window_that_is_half_used_decays_towards_what_is_used() -> None:
    """After ten minutes of a trickle a burst of the old window would hit a path that nobody has tried since."""
    sender = Sender(100, threshold=50)
    sender.sends(100, True, 0, 100, now_ms=0)
    sender.sends(20, False, 100, 120, now_ms=100)
    sender.sends(20, False, 120, 140, now_ms=299)
    assert sender.window == 100
    sender.sends(20, False, 140, 160, now_ms=300)
    assert sender.window == 60, "half of the way to twenty"
    assert sender.control.ssthresh_bytes == 75 * MSS, "and it may come back fast"
    sender.sends(20, False, 160, 180, now_ms=500)
    assert sender.window == 60
    sender.sends(20, False, 180, 200, now_ms=600)
    assert sender.window == 40


def test_it_does_not_decay_below_the_initial_window_nor_where_that_is_turned_off() -> None:
    sender = Sender(12, threshold=5)
    for turn in range(1, 20):
        sender.sends(1, False, turn, turn + 1, now_ms=1000 * turn)
    assert sender.window == 10
    sender = Sender(100, threshold=50)
    sender.settings.slow_start_after_idle = False
    sender.sends(1, False, 1, 2, now_ms=1000)
    sender.validation.idle(sender.control, 0, 60_000 * MS, 300 * MS, MSS)
    assert sender.window == 100


def test_after_a_pause_the_window_is_halved_for_each_time_out_down_to_the_initial_one() -> None:
    for idle_ms, window in ((300, 100), (301, 50), (600, 50), (601, 25), (901, 12), (1201, 10), (90_000, 10)):
        sender = Sender(100, threshold=50)
        sender.validation.idle(sender.control, 0, idle_ms * MS, 300 * MS, MSS)
        assert sender.window == window, f"after {idle_ms} ms"
    sender = Sender(4, threshold=2)
    sender.validation.idle(sender.control, 0, 90_000 * MS, 300 * MS, MSS)
    assert sender.window == 4, "a pause never makes the window larger"
