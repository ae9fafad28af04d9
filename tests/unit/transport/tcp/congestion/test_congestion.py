from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.transport.tcp import congestion
from catenet.transport.tcp.congestion.cubic import MAX_TICKS, Cubic, cube_root, cubic_offset_bytes, k_ticks
from catenet.transport.tcp.congestion.hystart import HyStart
from catenet.transport.tcp.congestion.newreno import NewReno

MSS = 1448
MS = 1_000_000
SECOND = 1_000_000_000


@pytest.mark.slow
@given(st.integers(0, 1 << 90))
def test_cube_root_is_exact(value: int) -> None:
    root = cube_root(value)
    assert root**3 <= value < (root + 1) ** 3


@pytest.mark.slow
@given(ticks=st.integers(-100_000, 100_000), mss=st.sampled_from([536, 1448, 8948]))
def test_the_cubic_term(ticks: int, mss: int) -> None:
    exact = 0.4 * (ticks / 1024) ** 3 * mss
    assert cubic_offset_bytes(ticks, mss) == pytest.approx(exact, rel=0.002, abs=mss)


@pytest.mark.slow
@given(segments=st.integers(1, 100_000))
def test_k(segments: int) -> None:
    exact = (segments / 0.4) ** (1 / 3)
    assert k_ticks(segments * MSS, MSS) == pytest.approx(exact * 1024, abs=1.01)


@pytest.mark.slow
@pytest.mark.parametrize("w_max", [200, 1000, 5000])
def test_the_window_between_losses_is_the_published_one(w_max: int) -> None:
    control = Cubic(MSS)
    control.cwnd_bytes = w_max * MSS
    control.on_loss(w_max * MSS, 0)
    assert control.cwnd_bytes == w_max * MSS * 7 // 10
    rtt_ns = 100 * MS
    k = (w_max * 0.3 / 0.4) ** (1 / 3)
    now_ns = 0
    epoch_s = 0.1
    while now_ns < (k + 4) * SECOND:
        now_ns += rtt_ns
        cwnd = control.cwnd_bytes
        acked = 0
        while acked < cwnd:
            control.on_ack(2 * MSS, now_ns, rtt_ns, 0, 0)
            acked += 2 * MSS
        # by the end of this round trip the window is that of one round trip on
        t = now_ns / 1e9 - epoch_s + 0.1
        published = 0.4 * (t - k) ** 3 + w_max
        assert control.cwnd_bytes / MSS == pytest.approx(published, rel=0.05), f"at {t:.1f} s"


@pytest.mark.parametrize("elapsed_s", [0.0, 1.0, 5.0])
def test_the_target_is_the_window_one_round_trip_on(elapsed_s: float) -> None:
    """RFC 9438 section 4.4: on a long path, a window that aims at a round trip ago stands still while it may grow."""
    rtt_ns = 500 * MS
    control = Cubic(MSS)
    control.cwnd_bytes = 1000 * MSS
    control.on_loss(1000 * MSS, 0)
    k = (300 / 0.4) ** (1 / 3)
    control.on_ack(MSS, SECOND, rtt_ns, 0, 0)
    cwnd = control.cwnd_bytes = int(0.4 * (elapsed_s - k) ** 3 + 1000) * MSS
    control.credit_bytes = 0
    for _ in range(100):
        control.on_ack(MSS, SECOND + int(elapsed_s * SECOND), rtt_ns, 0, 0)
        control.cwnd_bytes, grown = cwnd, control.cwnd_bytes - cwnd
        target = 0.4 * (elapsed_s + 0.5 - k) ** 3 + 1000
        assert grown == pytest.approx((target * MSS - cwnd) / cwnd * MSS, rel=0.05, abs=1)


def test_fast_convergence_leaves_room() -> None:
    control = Cubic(MSS)
    control.cwnd_bytes = 1000 * MSS
    control.on_loss(1000 * MSS, 0)
    assert control.w_max_bytes == 1000 * MSS
    control.on_loss(700 * MSS, 0)
    assert control.w_max_bytes == 595 * MSS


def test_cubic_is_no_slower_than_reno_on_a_short_path() -> None:
    control = Cubic(MSS)
    control.cwnd_bytes = 20 * MSS
    control.on_loss(20 * MSS, 0)
    for turn in range(100):
        for _ in range(control.cwnd_bytes // MSS):
            control.on_ack(MSS, turn * MS, MS, 0, 0)
    # alpha is 9/17 until the old window, then 1
    assert control.cwnd_bytes >= 90 * MSS


def test_undo_restores_window_and_epoch() -> None:
    control = Cubic(MSS)
    control.cwnd_bytes = 100 * MSS
    control.on_loss(100 * MSS, 0)
    control.undo()
    assert control.cwnd_bytes == 100 * MSS
    assert control.w_max_bytes == 0
    assert control.in_slow_start()


def test_a_time_out_leaves_one_segment_and_lowers_the_threshold_once() -> None:
    control = NewReno(MSS)
    control.cwnd_bytes = 40 * MSS
    control.on_timeout(30 * MSS, 0, True)
    assert (control.cwnd_bytes, control.ssthresh_bytes) == (MSS, 15 * MSS)
    control.on_timeout(MSS, 0, False)
    assert (control.cwnd_bytes, control.ssthresh_bytes) == (MSS, 15 * MSS)


def test_reno_grows_by_one_segment_each_round_trip() -> None:
    control = NewReno(MSS)
    control.ssthresh_bytes = control.cwnd_bytes = 20 * MSS
    for _ in range(10):
        control.on_ack(2 * MSS, 0, 0, 0, 0)
    assert control.cwnd_bytes == 21 * MSS


def test_slow_start_counts_octets_and_at_most_two_segments_an_ack() -> None:
    control = NewReno(MSS)
    control.on_ack(MSS, 0, 0, 0, 0)
    assert control.cwnd_bytes == 11 * MSS
    control.on_ack(7 * MSS, 0, 0, 0, 0)
    assert control.cwnd_bytes == 13 * MSS


def test_slow_start_stops_at_the_threshold() -> None:
    control = NewReno(MSS)
    control.ssthresh_bytes = 11 * MSS
    control.on_ack(2 * MSS, 0, 0, 0, 0)
    assert control.cwnd_bytes == 11 * MSS


def test_hystart_turns_conservative_when_delay_grows_and_ends_after_five_rounds() -> None:
    hystart = HyStart()
    number = 0

    def one_round(rtt_ns: int) -> bool:
        nonlocal number
        over = False
        number += 100
        for _ in range(10):
            over = hystart.on_ack(rtt_ns, number, number + 99) or over
        return over

    assert not one_round(20 * MS)
    assert not one_round(20 * MS)
    assert not hystart.conservative
    assert not one_round(25 * MS)
    assert hystart.conservative
    rounds = 0
    while not one_round(26 * MS):
        rounds += 1
    assert rounds == 4


def test_hystart_goes_back_when_the_delay_was_noise() -> None:
    hystart = HyStart()
    for number, rtt in ((1, 20), (2, 20), (3, 25), (4, 20)):
        for _ in range(10):
            hystart.on_ack(rtt * MS, number * 100, number * 100 + 99)
    assert not hystart.conservative


def test_names() -> None:
    assert congestion.names()[:2] == ["cubic", "reno"]
    assert congestion.make("newreno", MSS).name == "reno"
    with pytest.raises(KeyError):
        congestion.make("vegas", MSS)


def test_a_window_that_was_never_filled_is_not_what_is_reduced() -> None:
    """RFC 9438 section 4.6: the flight counts; else a mostly idle flow would send a burst into a full queue."""
    for flight, segments in ((40, 28), (100, 70), (300, 70)):
        control = Cubic(MSS)
        control.cwnd_bytes = 100 * MSS
        control.on_loss(flight * MSS, 0)
        assert control.cwnd_bytes == segments * MSS


def test_an_undone_reduction_leaves_the_epoch_as_it_was() -> None:
    """A false alarm in the middle of the climb does not begin it anew."""
    control = Cubic(MSS)
    control.cwnd_bytes = 100 * MSS
    control.on_loss(100 * MSS, 0)
    for turn in range(1, 30):
        control.on_ack(2 * MSS, turn * 100 * MS, 100 * MS, 0, 0)
    before = (control.w_max_bytes, control.k, control.epoch_ns, control.origin_bytes, control.w_est_bytes)
    control.on_loss(80 * MSS, 3 * SECOND)
    control.on_ack(2 * MSS, 4 * SECOND, 100 * MS, 0, 0)
    control.undo()
    assert before == (control.w_max_bytes, control.k, control.epoch_ns, control.origin_bytes, control.w_est_bytes)


def test_two_segments_are_the_least() -> None:
    for make in (Cubic, NewReno):
        control = make(MSS)
        control.on_loss(MSS, 0)
        assert control.ssthresh_bytes == control.cwnd_bytes == 2 * MSS
        control.on_timeout(MSS, 0, True)
        assert (control.ssthresh_bytes, control.cwnd_bytes) == (2 * MSS, MSS)


def test_an_idle_pause_does_not_count_as_growth() -> None:
    control = Cubic(MSS)
    control.cwnd_bytes = 100 * MSS
    control.on_loss(100 * MSS, 0)
    control.on_ack(2 * MSS, 100 * MS, 100 * MS, 0, 0)
    before = control.cwnd_bytes
    control.on_idle(60 * SECOND)
    control.on_ack(2 * MSS, 60 * SECOND, 100 * MS, 0, 0)
    assert control.cwnd_bytes - before <= MSS


def test_another_segment_size_keeps_the_number_of_segments() -> None:
    control = NewReno(1000)
    control.cwnd_bytes = 7500
    control.change_mss(500)
    assert (control.mss, control.cwnd_bytes) == (500, 3500)
    control.cwnd_bytes = 100
    control.change_mss(1000)
    assert control.cwnd_bytes == 1000, "one segment may always be sent"


def rounds_of(hystart: HyStart, *rtts_ms: float) -> list[bool]:
    """A round of ten acknowledgments at each of these delays; whether it is conservative after each."""
    found = []
    for number, rtt_ms in enumerate(rtts_ms, 1):
        for _ in range(10):
            hystart.on_ack(int(rtt_ms * MS), number * 100, number * 100 + 99)
        found.append(hystart.conservative)
    return found


@pytest.mark.parametrize(
    ("base_ms", "step_ms"), [(20, 4.0), (100, 12.5), (40, 5.0), (300, 16.0)], ids=["4 ms", "an eighth", "", "16 ms"]
)
def test_hystart_s_threshold_is_an_eighth_from_4_to_16_ms(base_ms: float, step_ms: float) -> None:
    """RFC 9406 section 4.2: jitter below it does not end slow start, a queue above it does."""
    assert rounds_of(HyStart(), base_ms, base_ms + step_ms - 0.001) == [False, False]
    assert rounds_of(HyStart(), base_ms, base_ms + step_ms) == [False, True]


def test_hystart_needs_eight_samples_of_a_round() -> None:
    for samples, conservative in ((7, False), (8, True)):
        hystart = HyStart()
        rounds_of(hystart, 20)
        for _ in range(samples):
            hystart.on_ack(60 * MS, 200, 299)
        assert hystart.conservative is conservative


def test_in_conservative_slow_start_the_window_grows_a_quarter_as_fast() -> None:
    control = Cubic(MSS)
    hystart = control.hystart
    assert hystart is not None
    rounds_of(hystart, 20, 40)
    before = control.cwnd_bytes
    control.on_ack(2 * MSS, 0, 40 * MS, 200, 299)
    assert control.cwnd_bytes - before == MSS // 2
    for number in range(3, 8):
        control.on_ack(2 * MSS, 0, 40 * MS, number * 100, number * 100 + 99)
    assert control.hystart is None
    assert control.ssthresh_bytes == control.cwnd_bytes


def test_the_cube_of_a_very_long_time_stays_within_63_bits() -> None:
    most = cubic_offset_bytes(MAX_TICKS, 1448)
    assert most > cubic_offset_bytes(MAX_TICKS - 100, 1448) > 0
    assert cubic_offset_bytes(MAX_TICKS + 1, 1448) == most
    assert cubic_offset_bytes(-(1 << 50), 1448) == -most
