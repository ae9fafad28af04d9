"""One direction of a wire: a rate, a delay, and what can go wrong on the way.

**Time.** A frame is one kernel event, its arrival.  The channel knows when it will be free
(``busy_until_ns``), so a frame's times are known as soon as it is given::

    start   = the later of now and busy_until       its first bit leaves
    depart  = start + ceil(bits * 10^9 / rate)      its last bit has left; the channel is free again
    arrive  = depart + delay + jitter               the receiver has it

Rounding up to whole nanoseconds means that the channel is never faster than its rate.

**Waiting.** A frame whose first bit has not left yet waits.  That is the sending port's queue; it is kept
here, as a chain of transmissions, because only here is it known when each one starts.
:meth:`Channel.update_waiting` takes off the chain what has started since it was last looked at.

**Change.** Every property may change at any time, and the rule is one: what holds for a frame is what
holds when its first bit leaves.  So a change plans the frames that wait anew, and leaves alone those that
are on the way.  Only a cut takes them all.

**Order.** Frames arrive in the order in which they were given.  Jitter, or a delay that is made shorter,
never lets one overtake: it arrives no earlier than the one before it.  Frames that *reordering* picks are
outside of this: they come late, and hold up nobody.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.event import Event
from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.kernel.trace import declare
from catenet.physical.frame_errors import PhyErrors
from catenet.physical.impairments import FrameOutcome, ImpairedChannel, Impairments
from catenet.physical.jitter import checked_ns
from catenet.physical.loss_reasons import LOST_CUT, LOST_DOWN, LOST_RANDOM, LOST_SIGNAL, NOT_LOST

# A frame that is lost after it had to wait gets its row when the channel is next looked at: the row's time
# is that of its first bit, and may lie before that of the row above it.
ROW_LOST: Final = declare(0x100, "channel.lost", "reason", "octets")
ROW_CUT: Final = declare(0x101, "channel.cut", "frames_on_the_way", "frames_waiting")
ROW_HEALED: Final = declare(0x102, "channel.healed")

PREAMBLE_AND_GAP: Final[i64] = 20
"""Octets of both, on a wire that carries Ethernet (IEEE 802.3-2018, clause 4.2.3.2)."""
BIT_NS: Final[i64] = 8_000_000_000
"""Bits of an octet, times nanoseconds of a second."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Receiver:
    """Who stands at the far end of a channel."""

    def receive(self, pdu: Pdu) -> None:
        """A frame has arrived.  It is :class:`~catenet.kernel.pdu.Octets` if bits of it were flipped."""
        raise AssertionError(f"{type(self).__name__} cannot receive")

    def signal_changed(self, up: bool) -> None:
        """The channel was cut or healed.  Does nothing unless a subclass cares."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Tap:
    """Someone who watches a channel, and the port in front of it."""

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        """The channel has taken a frame.

        Its octets must be read now: the receiver may change the frame.  Its outcome may still change; it is
        final when :meth:`Transmission.is_final` says so.
        """

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        """A frame was refused before the channel took it; the text says why."""

    def refused(self, channel: Channel, pdu: Pdu, text: str) -> None:
        """A frame from the other end was dropped by the port that sends through this channel.  As :meth:`marked`."""

    def marked(self, channel: Channel, pdu: Pdu, text: str) -> None:
        """A frame that the channel will be given was marked; the text says why.  Does nothing unless overridden."""


class _Taps(Tap):
    """Several that watch one channel."""

    def __init__(self, taps: list[Tap]) -> None:
        self.taps: Final = taps

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        for tap in self.taps:
            tap.transmitted(channel, transmission)

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        for tap in self.taps:
            tap.dropped(channel, pdu, text)

    def refused(self, channel: Channel, pdu: Pdu, text: str) -> None:
        for tap in self.taps:
            tap.refused(channel, pdu, text)

    def marked(self, channel: Channel, pdu: Pdu, text: str) -> None:
        for tap in self.taps:
            tap.marked(channel, pdu, text)


class Transmission(Event):
    """One frame's way through a channel; as an event, its arrival."""

    def __init__(self, channel: Channel, pdu: Pdu, octets: i64, start_ns: i64) -> None:
        super().__init__()
        self.channel: Final = channel
        self.pdu: Final = pdu
        self.octets: Final = octets
        self.cuts: Final = channel.cuts
        self.start_ns = start_ns
        self.not_before_ns: i64 = 0
        self.outcome: FrameOutcome | None = None
        self.behind: Transmission | None = None

    def fire(self) -> None:
        channel = self.channel
        if self.cuts != channel.cuts:
            self.outcome = FrameOutcome(self.pdu, LOST_CUT)
            return
        outcome = self.outcome
        if outcome is not None:
            channel.deliver_impaired(outcome)
            return
        channel.delivered_frames += 1
        channel.receiver.receive(self.pdu)

    def loss_reason(self) -> i64:
        """Why the frame is lost, as a code of :mod:`~catenet.physical.loss_reasons`; 0 if it is not."""
        if self.queued and self.cuts != self.channel.cuts:
            return LOST_CUT
        outcome = self.outcome
        return outcome.reason if outcome is not None else NOT_LOST

    def waits(self) -> bool:
        """True while its first bit has not left: what is held in store for it is not yet so, nor counted."""
        return self.start_ns > self.channel.kernel.now_ns

    def is_final(self) -> bool:
        """True when nothing can change the frame's outcome any more: it has arrived, or it is lost for good."""
        reason = self.loss_reason()
        if reason == LOST_RANDOM:
            return self.start_ns < self.channel.kernel.now_ns
        return reason == LOST_CUT or not self.queued


class Channel(ImpairedChannel):
    """One direction of a wire.

    ``rate_bit_s`` in bit/s, ``delay_ns`` in nanoseconds.  The name names the random streams
    (``link:<name>:loss`` and so on) and must be one of a kind.  Raises ValueError on a rate that is not
    positive or a delay that is negative.
    """

    def __init__(self, kernel: Kernel, name: str, receiver: Receiver, rate_bit_s: int, delay_ns: int) -> None:
        if rate_bit_s <= 0:
            raise ValueError(f"the rate of {name} must be above 0 bit/s, not {rate_bit_s}")
        self.kernel: Final = kernel
        self.name: Final = name
        self.receiver = receiver
        self.rate_bit_s: i64 = rate_bit_s
        self.delay_ns: i64 = checked_ns(delay_ns, f"the delay of {name}")
        self.around_octets: i64 = PREAMBLE_AND_GAP
        """What each frame takes up on the wire besides itself."""
        self.up: bool = True
        self.cuts: i64 = 0
        self.busy_until_ns: i64 = 0
        self.waiting_frames: i64 = 0
        self.waiting_octets: i64 = 0
        self._first_waiting: Transmission | None = None
        self._last_waiting: Transmission | None = None
        self._last_arrival_ns: i64 = 0
        self._plain = True
        self._phy_alone: PhyErrors | None = None
        self._tap: Tap | None = None
        self._subject: Final = kernel.trace.subject(name)
        self.frames: i64 = 0
        self.octets: i64 = 0
        self.delivered_frames: i64 = 0
        self.lost_random: i64 = 0
        self.lost_cut: i64 = 0
        self.lost_down: i64 = 0
        self.lost_signal: i64 = 0
        self._planned_ns: i64 = 0
        # Last: mypyc checks attributes that are set after ``self`` has been passed on, at each access.
        self.impairments: Final = Impairments(kernel.streams, name, self)

    # -- sending

    def transmit(self, pdu: Pdu, octets: i64) -> None:
        """Take a frame, to be sent when those before it are.

        ``octets`` is all that occupies the wire: with preamble, frame check sequence and gap.
        """
        if not self.up:
            self._refuse(pdu, octets)
            return
        if self._first_waiting is not None:
            self.update_waiting()
        kernel = self.kernel
        start_ns = kernel.now_ns
        if self.busy_until_ns > start_ns:
            start_ns = self.busy_until_ns
            transmission = Transmission(self, pdu, octets, start_ns)
            self._append(transmission)
        else:
            transmission = Transmission(self, pdu, octets, start_ns)
        rate = self.rate_bit_s
        sending_ns = (octets * BIT_NS + rate - 1) // rate
        depart_ns = start_ns + sending_ns
        self.busy_until_ns = depart_ns
        self._planned_ns += sending_ns
        self.frames += 1
        self.octets += octets
        if not self._plain:
            phy = self._phy_alone
            if phy is None or not phy.spares(pdu.wire_length()):
                self._transmit_watched(transmission, depart_ns)
                return
        arrive_ns = depart_ns + self.delay_ns
        floor_ns = self._last_arrival_ns
        transmission.not_before_ns = floor_ns
        if arrive_ns < floor_ns:
            arrive_ns = floor_ns
        self._last_arrival_ns = arrive_ns
        kernel.at(transmission, arrive_ns)

    def update_waiting(self) -> None:
        """Bring ``waiting_frames`` and ``waiting_octets`` up to now."""
        now_ns = self.kernel.now_ns
        transmission = self._first_waiting
        while transmission is not None and transmission.start_ns <= now_ns:
            self.waiting_frames -= 1
            self.waiting_octets -= transmission.octets
            if transmission.outcome is not None:
                self._count_if_lost(transmission)
            behind = transmission.behind
            transmission.behind = None
            transmission = behind
        self._first_waiting = transmission
        if transmission is None:
            self._last_waiting = None

    def _append(self, transmission: Transmission) -> None:
        last = self._last_waiting
        if last is None:
            self._first_waiting = transmission
        else:
            last.behind = transmission
        self._last_waiting = transmission
        self.waiting_frames += 1
        self.waiting_octets += transmission.octets

    def _refuse(self, pdu: Pdu, octets: i64) -> None:
        self.lost_down += 1
        self.kernel.trace.row(self.kernel.now_ns, ROW_LOST, self._subject, LOST_DOWN, octets)
        if self._tap is not None:
            self._tap.dropped(self, pdu, "link down")

    def _transmit_watched(self, transmission: Transmission, depart_ns: i64) -> None:
        transmission.outcome = self.impairments.draw(transmission.pdu)
        self._schedule(transmission, depart_ns)
        if transmission.start_ns <= self.kernel.now_ns:
            self._count_if_lost(transmission)
        if self._tap is not None:
            self._tap.transmitted(self, transmission)

    def _schedule(self, transmission: Transmission, depart_ns: i64) -> None:
        floor_ns = self._last_arrival_ns
        transmission.not_before_ns = floor_ns
        delay_ns = self.delay_ns
        outcome = transmission.outcome
        if outcome is not None:
            if outcome.reason != NOT_LOST:
                self.kernel.cancel(transmission)
                return
            delay_ns += outcome.jitter_ns
            if delay_ns < 0:
                delay_ns = 0
            if outcome.late_ns > 0:
                self.kernel.at(transmission, depart_ns + delay_ns + outcome.late_ns)
                return
        arrive_ns = depart_ns + delay_ns
        if arrive_ns < floor_ns:
            arrive_ns = floor_ns
        self._last_arrival_ns = arrive_ns
        self.kernel.at(transmission, arrive_ns)

    def _count_if_lost(self, transmission: Transmission) -> None:
        if transmission.loss_reason() == LOST_RANDOM:
            self.lost_random += 1
            self.kernel.trace.row(transmission.start_ns, ROW_LOST, self._subject, LOST_RANDOM, transmission.octets)

    def deliver_impaired(self, outcome: FrameOutcome) -> None:
        """Deliver a frame with an outcome of its own.  For :class:`Transmission` alone."""
        pdu = self.impairments.arrived(outcome)
        if pdu is None:
            self.lost_signal += 1
            octets = outcome.pdu.wire_length()
            self.kernel.trace.row(self.kernel.now_ns, ROW_LOST, self._subject, LOST_SIGNAL, octets)
            return
        self.delivered_frames += 1
        copy = pdu.clone() if outcome.duplicated else None
        self.receiver.receive(pdu)
        if copy is not None:
            self.receiver.receive(copy)

    # -- changing

    def set_rate(self, rate_bit_s: int) -> None:
        """Set the rate in bit/s.  The frame that is being sent keeps the old one.  ValueError if not positive."""
        if rate_bit_s <= 0:
            raise ValueError(f"the rate of {self.name} must be above 0 bit/s, not {rate_bit_s}; to stop it, cut it")
        self.rate_bit_s = rate_bit_s
        self._replan()

    def set_delay(self, delay_ns: int) -> None:
        """Set the delay in nanoseconds.  ValueError if negative."""
        self.delay_ns = checked_ns(delay_ns, f"the delay of {self.name}")
        self._replan()

    @property
    def tap(self) -> Tap | None:
        """Who watches this channel: one, or all that were added."""
        return self._tap

    def add_tap(self, tap: Tap) -> None:
        """Let someone watch the channel, too; it sees the frames that are given from now on."""
        self._set_taps([*self._taps(), tap])

    def remove_tap(self, tap: Tap) -> None:
        """Undo an :meth:`add_tap`; nothing happens if there was none."""
        self._set_taps([each for each in self._taps() if each is not tap])

    def _taps(self) -> list[Tap]:
        tap = self._tap
        if tap is None:
            return []
        return tap.taps if isinstance(tap, _Taps) else [tap]

    def _set_taps(self, taps: list[Tap]) -> None:
        self._tap = None if not taps else taps[0] if len(taps) == 1 else _Taps(taps)
        self._choose_path()

    def waiting_outcomes(self) -> list[FrameOutcome]:
        return [self._outcome(transmission) for transmission in self._waiting()]

    def impairments_changed(self) -> None:
        self._replan()

    def _waiting(self) -> list[Transmission]:
        self.update_waiting()
        waiting: list[Transmission] = []
        transmission = self._first_waiting
        while transmission is not None:
            waiting.append(transmission)
            transmission = transmission.behind
        return waiting

    def _outcome(self, transmission: Transmission) -> FrameOutcome:
        outcome = transmission.outcome
        if outcome is None:
            outcome = FrameOutcome(transmission.pdu)
            transmission.outcome = outcome
        return outcome

    def _choose_path(self) -> None:
        self._plain = self._tap is None and not self.impairments.any()
        phy = self.impairments.phy_alone() if self._tap is None else None
        self._phy_alone = phy if isinstance(phy, PhyErrors) else None

    def _replan(self) -> None:
        self._choose_path()
        self.update_waiting()
        transmission = self._first_waiting
        if transmission is None:
            return
        free_ns = transmission.start_ns
        self._last_arrival_ns = transmission.not_before_ns
        rate = self.rate_bit_s
        while transmission is not None:
            transmission.start_ns = free_ns
            free_ns += (transmission.octets * BIT_NS + rate - 1) // rate
            self._schedule(transmission, free_ns)
            transmission = transmission.behind
        self._planned_ns += free_ns - self.busy_until_ns
        self.busy_until_ns = free_ns

    # -- down and up

    def cut(self) -> None:
        """Break the channel: what waits and what is on the way is lost, and so is all that is given until healed.

        A frame that waited never began to leave; its ``start_ns`` becomes the time of the cut.
        """
        if not self.up:
            return
        now_ns = self.kernel.now_ns
        waiting = self._waiting()
        on_the_way = self.on_the_way()
        for transmission in waiting:
            self.kernel.cancel(transmission)
            self._outcome(transmission).reason = LOST_CUT
            transmission.start_ns = now_ns
            transmission.behind = None
        self.lost_cut += on_the_way + len(waiting)
        self.kernel.trace.row(now_ns, ROW_CUT, self._subject, on_the_way, len(waiting))
        self.cuts += 1
        self.up = False
        self._first_waiting = None
        self._last_waiting = None
        self.waiting_frames = 0
        self.waiting_octets = 0
        if self.busy_until_ns > now_ns:
            self._planned_ns -= self.busy_until_ns - now_ns
            self.busy_until_ns = now_ns
        self._last_arrival_ns = now_ns
        self.receiver.signal_changed(False)

    def heal(self) -> None:
        """Mend the channel; nothing happens if it is up."""
        if self.up:
            return
        self.up = True
        self.kernel.trace.row(self.kernel.now_ns, ROW_HEALED, self._subject)
        self.receiver.signal_changed(True)

    # -- counting

    def on_the_way(self) -> int:
        """How many frames have begun to leave, and will arrive."""
        self.update_waiting()
        return self.frames - self.waiting_frames - self.delivered_frames - self.lost()

    def lost(self) -> int:
        """How many frames that it took were lost, for whatever reason."""
        return self.lost_random + self.lost_cut + self.lost_signal

    def busy_ns(self) -> int:
        """For how long, up to now, the channel has been sending."""
        ahead_ns = self.busy_until_ns - self.kernel.now_ns
        return self._planned_ns - ahead_ns if ahead_ns > 0 else self._planned_ns

    def counters(self) -> dict[str, int]:
        """All counters by name.  ``octets`` are wire octets: with preamble, check sequence and gap."""
        self.update_waiting()
        return {
            "frames": self.frames,
            "octets": self.octets,
            "delivered_frames": self.delivered_frames,
            "lost_random": self.lost_random,
            "lost_cut": self.lost_cut,
            "lost_down": self.lost_down,
            "lost_signal": self.lost_signal,
            **self.impairments.counters(),
            "busy_ns": self.busy_ns(),
        }
