"""When a station may send: the process Deference of IEEE 802.3-2018, clause 4.2.8.

A station waits until it hears no carrier, and then for the gap between frames.  A carrier in the first part of the gap
starts it anew, unless the station has just sent itself; one in the second part is ignored, so that all have the same
chance.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.half_duplex.medium import SharedMedium
from catenet.link.half_duplex.signal import MediumStation

LONG_AGO: Final[i64] = -1 << 60


def free_ns(medium: SharedMedium, station: MediumStation, now_ns: i64) -> i64:
    """From when on a station may send, as far as it has heard until now; in the past if nothing holds it up.

    Signals are looked at in the order in which they reach the station.  One that arrives just now is not heard yet.
    """
    timing = medium.timing
    gap_ns, part1_ns = timing.gap_ns, timing.gap_part1_ns
    off_ns: i64 = LONG_AGO
    sent = False
    for on_ns, end_ns, own in heard(medium, station, now_ns):
        if on_ns < off_ns:
            off_ns, sent = max(off_ns, end_ns), sent or own
        elif on_ns >= off_ns + gap_ns or (on_ns < off_ns + part1_ns and not sent) or now_ns > off_ns + gap_ns:
            off_ns, sent = max(off_ns, end_ns), own
    return off_ns + gap_ns


def others_hold_up(medium: SharedMedium, station: MediumStation, now_ns: i64) -> bool:
    """Whether a station hears a signal of another, or the gap after it."""
    gap_ns = medium.timing.gap_ns
    return any(not own and end_ns + gap_ns > now_ns for _, end_ns, own in heard(medium, station, now_ns))


def heard(medium: SharedMedium, station: MediumStation, now_ns: i64) -> list[tuple[int, int, bool]]:
    """When each signal that has reached a station came, when it ends there, and whether it is the station's own."""
    found: list[tuple[int, int, bool]] = []
    for signal in medium.signals:
        own = signal.station is station
        delay_ns: i64 = 0 if own else medium.delay_ns(signal.station, station)
        if signal.start_ns + delay_ns < now_ns:
            found.append((signal.start_ns + delay_ns, signal.end_ns + delay_ns, own))
    found.sort()
    return found
