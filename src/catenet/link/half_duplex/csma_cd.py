"""Carrier sense multiple access with collision detection (IEEE 802.3-2018, clauses 4.2.3.2 and 4.2.8).

::

    frame given -> wait for the medium and the gap -> send -> done
                        ^                              |
                        |                          collision: send jam; drop the frame after 16 attempts
                        +---- wait r slots ------------+  (binary exponential backoff)

A collision after the slot time is a late one: the medium is longer than the rules allow.  The frame is sent again, as
the standard has it at 10 and 100 Mbit/s; if its last bit has left before the collision is heard, it is not.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from mypy_extensions import i64

from catenet.kernel.event import Event
from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.kernel.trace import declare
from catenet.link.drop_reasons import EXCESSIVE_COLLISIONS
from catenet.link.ethernet import Frame
from catenet.link.half_duplex.backoff import backoff_slots
from catenet.link.half_duplex.counters import MacCounters
from catenet.link.half_duplex.deference import free_ns, others_hold_up
from catenet.link.half_duplex.listener import ListeningChannel
from catenet.link.half_duplex.medium import SharedMedium
from catenet.link.half_duplex.signal import MediumStation, Signal
from catenet.link.half_duplex.timing import ATTEMPT_LIMIT, GAP_BITS
from catenet.link.port import Port
from catenet.physical.channel import ROW_CUT, ROW_LOST, Channel, Receiver, Transmission
from catenet.physical.impairments import FrameOutcome
from catenet.physical.loss_reasons import (
    LOSS_TEXT,
    LOST_COLLISION,
    LOST_CUT,
    LOST_LATE_COLLISION,
    LOST_RANDOM,
    LOST_SIGNAL,
    NOT_LOST,
)

ROW_COLLISION: Final = declare(0x203, "csma.collision", "attempt", "late")
ROW_BACKOFF: Final = declare(0x204, "csma.backoff", "attempt", "slots")

BUSY_NS: Final[i64] = 1 << 60
"""``busy_until_ns`` while a frame is in the MAC: nobody knows when it will have been sent."""
GAP_OCTETS: Final[i64] = GAP_BITS // 8

IDLE: Final = 0
DEFERS: Final = 1
SENDS: Final = 2
JAMS: Final = 3
BACKS_OFF: Final = 4


class CsmaChannel(Channel):
    """The channel by which a station's port sends to a shared medium.

    ``port`` is told when the channel is free again, ``hearing`` is the station's other channel, and ``place_ns`` as
    :class:`~catenet.link.half_duplex.signal.MediumStation` has it.  Backoff draws from the stream
    ``link:<name>:backoff``.
    """

    def __init__(
        self,
        kernel: Kernel,
        name: str,
        receiver: Receiver,
        medium: SharedMedium,
        port: Port,
        hearing: ListeningChannel,
        place_ns: i64,
    ) -> None:
        super().__init__(kernel, name, receiver, medium.timing.rate_bit_s, 0)
        self.medium: Final = medium
        self.mac: Final = MacCounters()
        self.dropped_excessive: i64 = 0
        self.station: Final = CsmaStation(self, hearing, place_ns)
        self._port: Final = port
        self._state: i64 = IDLE
        self._pdu: Pdu | None = None
        self._pdu_octets: i64 = 0
        self._attempts: i64 = 0
        self._deferred = False
        self._attempt: Attempt | None = None
        self._signal: Signal | None = None
        self._behind: Final[deque[tuple[Pdu, int]]] = deque()
        self._timer: Final = MacTimer(self)
        medium.join(self.station)

    # -- frames in and out of the MAC

    def transmit(self, pdu: Pdu, octets: i64) -> None:
        if not self.up:
            self._refuse(pdu, octets)
            return
        self.frames += 1
        self.octets += octets
        if self._pdu is None:
            self._take(pdu, octets)
            return
        self._behind.append((pdu, octets))
        self.waiting_frames += 1
        self.waiting_octets += octets

    def _take(self, pdu: Pdu, octets: i64) -> None:
        self.busy_until_ns = BUSY_NS
        self._pdu, self._pdu_octets = pdu, octets
        self._attempts = 0
        self._deferred = others_hold_up(self.medium, self.station, self.kernel.now_ns)
        self._contend()

    def _done(self) -> None:
        """The frame was sent, or dropped: on with the next one, or the queue's."""
        self._state = IDLE
        self._pdu = None
        if self._behind:
            pdu, octets = self._behind.popleft()
            self.waiting_frames -= 1
            self.waiting_octets -= octets
            self._take(pdu, octets)
            return
        self.busy_until_ns = self.kernel.now_ns
        self._port.queue.resume()

    # -- the MAC

    def timer_fired(self) -> None:
        """What was waited for: the medium to be free, a collision, the end of the jam, or of the backoff."""
        if self._state == SENDS:
            self._detect_collision()
        elif self._state == JAMS:
            self._end_jam()
        else:
            self._contend()

    def _contend(self) -> None:
        kernel = self.kernel
        free = free_ns(self.medium, self.station, kernel.now_ns)
        if free > kernel.now_ns:
            self._state = DEFERS
            kernel.at(self._timer, free)
        else:
            self._send()

    def medium_changed(self) -> None:
        """A signal ends at another time: the medium may be free earlier, or later."""
        if self._state == DEFERS:
            kernel = self.kernel
            kernel.at(self._timer, max(kernel.now_ns, free_ns(self.medium, self.station, kernel.now_ns)))

    def _send(self) -> None:
        pdu = self._pdu
        assert pdu is not None
        kernel = self.kernel
        now_ns = kernel.now_ns
        end_ns = now_ns + (self._pdu_octets - GAP_OCTETS) * 8 * self.medium.timing.bit_ns
        attempt = Attempt(self, pdu, self._pdu_octets, now_ns)
        self._attempt = attempt
        self._state = SENDS
        kernel.at(attempt, end_ns)
        self._signal = self.medium.begin(self.station, now_ns, end_ns)
        if self._signal.collision_ns >= 0:
            kernel.at(self._timer, self._signal.collision_ns)
        tap = self._tap
        if tap is not None:
            tap.transmitted(self, attempt)

    def collide(self, at_ns: i64) -> None:
        """Another's signal reaches the station at that time, while it sends."""
        signal = self._signal
        if self._state == SENDS and signal is not None and signal.collide(at_ns):
            self.kernel.at(self._timer, at_ns)

    def _detect_collision(self) -> None:
        """Stop sending, but for the rest of the preamble and the jam (clause 4.2.3.2.4)."""
        signal, attempt, timing = self._signal, self._attempt, self.medium.timing
        assert signal is not None
        assert attempt is not None
        kernel = self.kernel
        late = kernel.now_ns - signal.start_ns > timing.slot_ns
        self.mac.collisions += 1
        if late:
            self.mac.late_collisions += 1
        kernel.cancel(attempt)
        attempt.outcome = FrameOutcome(attempt.pdu, LOST_LATE_COLLISION if late else LOST_COLLISION)
        self._attempts += 1
        kernel.trace.row(kernel.now_ns, ROW_COLLISION, self._subject, self._attempts, 1 if late else 0)
        self._state = JAMS
        end_ns = max(kernel.now_ns, signal.start_ns + timing.preamble_ns) + timing.jam_ns
        kernel.at(self._timer, end_ns)
        self.medium.end_at(signal, end_ns)

    def _end_jam(self) -> None:
        signal, pdu = self._end_signal(), self._pdu
        assert pdu is not None
        self.medium.carry_fragment(signal, pdu)
        if self._attempts >= ATTEMPT_LIMIT:
            self.mac.excessive_collisions += 1
            assert isinstance(pdu, Frame), "a port sends frames"
            self.dropped_excessive += 1
            self._port.drop_taken(pdu, EXCESSIVE_COLLISIONS)
            self._done()
            return
        slots = backoff_slots(self._attempts, self.impairments.stream("backoff"))
        self.kernel.trace.row(self.kernel.now_ns, ROW_BACKOFF, self._subject, self._attempts, slots)
        self._state = BACKS_OFF
        self.kernel.after(self._timer, slots * self.medium.timing.slot_ns)

    def sent(self, attempt: Attempt) -> None:
        """The last bit of a frame has left without a collision.  For :class:`Attempt` alone."""
        signal, pdu = self._end_signal(), self._pdu
        assert pdu is not None
        self.mac.sent(self._attempts, self._deferred)
        if self._plain:
            self.delivered_frames += 1
            self.medium.carry(signal, pdu, self._pdu_octets, 0)
        else:
            outcome = attempt.outcome = self.impairments.draw(pdu)
            self._carry_impaired(signal, outcome)
        self._done()

    def _carry_impaired(self, signal: Signal, outcome: FrameOutcome) -> None:
        """What the station's own link does to a frame, it does for all who hear it."""
        row = self.kernel.trace.row
        if outcome.reason != NOT_LOST:
            self.lost_random += 1
            row(signal.start_ns, ROW_LOST, self._subject, LOST_RANDOM, self._pdu_octets)
            return
        pdu = self.impairments.arrived(outcome)
        if pdu is None:
            self.lost_signal += 1
            row(self.kernel.now_ns, ROW_LOST, self._subject, LOST_SIGNAL, self._pdu_octets)
            return
        late_ns = max(0, outcome.jitter_ns) + outcome.late_ns
        self.delivered_frames += 1
        if outcome.duplicated:
            self.medium.carry(signal, pdu.clone(), self._pdu_octets, late_ns)
        self.medium.carry(signal, pdu, self._pdu_octets, late_ns)

    def _end_signal(self) -> Signal:
        signal = self._signal
        assert signal is not None
        self._planned_ns += signal.end_ns - signal.start_ns
        self._signal = None
        self._attempt = None
        return signal

    # -- down

    def cut(self) -> None:
        """Unplug the station: its frames are lost, and what it was sending breaks off."""
        if not self.up:
            return
        now_ns = self.kernel.now_ns
        self.kernel.cancel(self._timer)
        attempt, signal = self._attempt, self._signal
        on_the_way, waiting = (1 if signal is not None else 0), len(self._behind)
        if attempt is not None and signal is not None:
            self.kernel.cancel(attempt)
            if attempt.outcome is None:
                attempt.outcome = FrameOutcome(attempt.pdu, LOST_CUT)
            self.medium.end_at(signal, now_ns)
            self._end_signal()
        elif self._pdu is not None:
            waiting += 1
            self._report_cut(self._pdu)
        for pdu, _ in self._behind:
            self._report_cut(pdu)
        self._behind.clear()
        self._pdu = None
        self._state = IDLE
        self.waiting_frames = 0
        self.waiting_octets = 0
        self.busy_until_ns = now_ns
        self.lost_cut += on_the_way + waiting
        self.kernel.trace.row(now_ns, ROW_CUT, self._subject, on_the_way, waiting)
        self.cuts += 1
        self.up = False
        self.receiver.signal_changed(False)

    def _report_cut(self, pdu: Pdu) -> None:
        if self._tap is not None:
            self._tap.dropped(self, pdu, LOSS_TEXT[LOST_CUT])

    # -- counting

    def lost(self) -> int:
        return super().lost() + self.dropped_excessive

    def busy_ns(self) -> int:
        signal = self._signal
        return self._planned_ns + (self.kernel.now_ns - signal.start_ns if signal is not None else 0)

    def counters(self) -> dict[str, int]:
        return {**super().counters(), **self.mac.as_table()}


class Attempt(Transmission):
    """One attempt to send a frame; as an event, the time at which its last bit leaves."""

    def __init__(self, channel: CsmaChannel, pdu: Pdu, octets: i64, start_ns: i64) -> None:
        super().__init__(channel, pdu, octets, start_ns)
        self._sender: Final = channel

    def fire(self) -> None:
        self._sender.sent(self)


class MacTimer(Event):
    """What the MAC waits for."""

    def __init__(self, channel: CsmaChannel) -> None:
        super().__init__()
        self._channel: Final = channel

    def fire(self) -> None:
        self._channel.timer_fired()


class CsmaStation(MediumStation):
    """A station as the medium sees it: what it sends by, and what it hears by."""

    def __init__(self, sending: CsmaChannel, hearing: ListeningChannel, place_ns: i64) -> None:
        super().__init__(place_ns)
        self._sending: Final = sending
        self._hearing: Final = hearing

    def collide(self, at_ns: i64) -> None:
        self._sending.collide(at_ns)

    def medium_changed(self) -> None:
        self._sending.medium_changed()

    def listens(self) -> bool:
        return self._hearing.up

    def hear(self, pdu: Pdu, octets: i64) -> None:
        self._hearing.hear(pdu, octets)

    def hear_fragment(self, on_ns: i64, off_ns: i64) -> None:
        self._hearing.hear_fragment(on_ns, off_ns)
