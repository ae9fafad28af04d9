"""HyStart++: leaving slow start before it overshoots (RFC 9406).

The minimum delay of each round trip is compared with that of the one before.  If it has grown, slow start continues
conservatively for a few rounds, in case the growth was noise; then the threshold is set.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER

MIN_RTT_THRESH_NS: Final[i64] = 4_000_000
MAX_RTT_THRESH_NS: Final[i64] = 16_000_000
MIN_RTT_DIVISOR: Final[i64] = 8
RTT_SAMPLES: Final[i64] = 8
CSS_GROWTH_DIVISOR: Final[i64] = 4
CSS_ROUNDS: Final[i64] = 5


class HyStart:
    """The state of RFC 9406 section 4.2, with its names."""

    def __init__(self) -> None:
        self.window_end: i64 = 0
        self.last_round_min_rtt_ns: i64 = NEVER
        self.current_round_min_rtt_ns: i64 = NEVER
        self.rtt_samples: i64 = 0
        self.conservative: bool = False
        self.css_baseline_min_rtt_ns: i64 = NEVER
        self.css_rounds: i64 = 0

    def on_ack(self, rtt_ns: i64, snd_una: i64, snd_nxt: i64) -> bool:
        """Add an acknowledgment's delay sample.  True if slow start must end."""
        if snd_una > self.window_end:
            self.window_end = snd_nxt
            self.last_round_min_rtt_ns = self.current_round_min_rtt_ns
            self.current_round_min_rtt_ns = NEVER
            self.rtt_samples = 0
            if self.conservative:
                self.css_rounds += 1
                if self.css_rounds >= CSS_ROUNDS:
                    return True
        if rtt_ns > 0:
            if rtt_ns < self.current_round_min_rtt_ns:
                self.current_round_min_rtt_ns = rtt_ns
            self.rtt_samples += 1
        if self.rtt_samples >= RTT_SAMPLES and self.current_round_min_rtt_ns < NEVER:
            self._check_round()
        return False

    def _check_round(self) -> None:
        current = self.current_round_min_rtt_ns
        if self.conservative:
            if current < self.css_baseline_min_rtt_ns:
                self.css_baseline_min_rtt_ns = NEVER
                self.conservative = False
            return
        last = self.last_round_min_rtt_ns
        if last == NEVER:
            return
        threshold = last // MIN_RTT_DIVISOR
        if threshold < MIN_RTT_THRESH_NS:
            threshold = MIN_RTT_THRESH_NS
        elif threshold > MAX_RTT_THRESH_NS:
            threshold = MAX_RTT_THRESH_NS
        if current >= last + threshold:
            self.css_baseline_min_rtt_ns = current
            self.conservative = True
            self.css_rounds = 0
