"""A shared medium: a bus of coaxial cable, or cables around a repeater (a hub).

A signal that a station sends reaches every other one after the delay between the two.  A station hears a carrier while
any signal is at its place.  Where two signals overlap, neither can be read; what a station sends itself counts.

Nothing is scheduled but collisions and arrivals: the medium keeps the signals of the last moments, and computes from
them what a station hears when that matters.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.event import Event
from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.link.ethernet import MIN_OCTETS
from catenet.link.half_duplex.signal import MediumStation, Signal
from catenet.link.half_duplex.timing import JAM_BITS, PREAMBLE_BITS, Timing
from catenet.physical.bit_errors import flipped

JAM_OCTETS: Final[i64] = JAM_BITS // 8


class SharedMedium:
    """The medium.  ``star``: stations have cables to a repeater, which delays each signal by ``repeater_ns``.

    Raises ValueError for a rate other than 10 and 100 Mbit/s.
    """

    def __init__(self, kernel: Kernel, name: str, rate_bit_s: int, star: bool = False, repeater_ns: int = 0) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.timing: Final = Timing(rate_bit_s)
        self.star: Final = star
        self.repeater_ns: Final[i64] = repeater_ns
        self.stations: Final[list[MediumStation]] = []
        self.signals: Final[list[Signal]] = []
        self.longest_delay_ns: i64 = 0
        self._longest_signal_ns: i64 = 0
        self._noise: Final[Stream] = kernel.streams.stream(f"medium:{name}:overlap")

    def join(self, station: MediumStation) -> None:
        """Plug a station in."""
        for other in self.stations:
            self.longest_delay_ns = max(self.longest_delay_ns, self.delay_ns(station, other))
        self.stations.append(station)

    def delay_ns(self, one: MediumStation, other: MediumStation) -> i64:
        """How long a signal takes from one station to another."""
        if self.star:
            return one.place_ns + other.place_ns + self.repeater_ns
        apart_ns = one.place_ns - other.place_ns
        return apart_ns if apart_ns > 0 else -apart_ns

    def begin(self, station: MediumStation, start_ns: i64, end_ns: i64) -> Signal:
        """A station begins to send now.  Whoever will collide is told when."""
        self._longest_signal_ns = max(self._longest_signal_ns, end_ns - start_ns)
        self._forget(start_ns)
        signal = Signal(station, start_ns, end_ns)
        for other in self.signals:
            if other.station is station:
                continue
            delay_ns = self.delay_ns(other.station, station)
            heard_ns = other.start_ns + delay_ns
            if heard_ns < end_ns and other.end_ns + delay_ns > start_ns:
                signal.collide(max(heard_ns, start_ns))
            if start_ns + delay_ns < other.end_ns:
                other.station.collide(start_ns + delay_ns)
        self.signals.append(signal)
        return signal

    def end_at(self, signal: Signal, end_ns: i64) -> None:
        """A signal ends earlier than it was to, or with its jam later."""
        signal.end_ns = end_ns
        for station in self.stations:
            if station is not signal.station:
                station.medium_changed()

    def carry(self, signal: Signal, pdu: Pdu, octets: i64, late_ns: i64) -> None:
        """A frame was sent whole: it arrives at all the others, ``late_ns`` later than its signal."""
        into: MediumStation | None = None
        for station in self.stations:
            if station is signal.station or not station.listens():
                continue
            if into is not None:
                self._arrive(signal, into, pdu.clone(), octets, late_ns)
            into = station
        if into is not None:
            self._arrive(signal, into, pdu, octets, late_ns)

    def carry_fragment(self, signal: Signal, pdu: Pdu) -> None:
        """A frame was cut off by a collision: what others hear is too short, or has a wrong check sequence."""
        sent: i64 = ((signal.end_ns - signal.start_ns) // self.timing.bit_ns - PREAMBLE_BITS) // 8
        if sent >= MIN_OCTETS:
            data = pdu.emit()[: max(0, sent - JAM_OCTETS)] + b"\x55" * JAM_OCTETS
            self.carry(signal, Octets(data), sent, 0)
            return
        for station in self.stations:
            if station is signal.station or not station.listens():
                continue
            delay_ns = self.delay_ns(signal.station, station)
            on_ns, off_ns = signal.start_ns + delay_ns, signal.end_ns + delay_ns
            if not self._sends(station, on_ns, off_ns):
                station.hear_fragment(on_ns, off_ns)

    def damaged(self, signal: Signal, station: MediumStation, pdu: Pdu) -> Pdu:
        """What a station reads of a signal: the frame, or its octets with the bits that other signals hid."""
        delay_ns = self.delay_ns(signal.station, station)
        on_ns, off_ns = signal.start_ns + delay_ns, signal.end_ns + delay_ns
        first_ns, last_ns = off_ns, on_ns
        for other in self.signals:
            if other is signal:
                continue
            apart_ns = self.delay_ns(other.station, station) if other.station is not station else 0
            from_ns, until_ns = max(other.start_ns + apart_ns, on_ns), min(other.end_ns + apart_ns, off_ns)
            if from_ns < until_ns:
                first_ns, last_ns = min(first_ns, from_ns), max(last_ns, until_ns)
        if first_ns >= last_ns:
            return pdu
        first = (first_ns - on_ns) // self.timing.bit_ns - PREAMBLE_BITS
        last = (last_ns - on_ns) // self.timing.bit_ns - PREAMBLE_BITS
        return self._hidden(pdu, first, last)

    def _hidden(self, pdu: Pdu, first: i64, last: i64) -> Octets:
        """Half of the bits from ``first`` to ``last`` are read wrong, one at least."""
        most = pdu.wire_length() * 8
        low, high = min(max(0, first), most - 1), min(max(1, last), most)
        high = max(high, low + 1)
        flips = [place for place in range(low, high) if self._noise.bits(1)]
        return flipped(pdu, flips or [low])

    def _arrive(self, signal: Signal, station: MediumStation, pdu: Pdu, octets: i64, late_ns: i64) -> None:
        arrival = Arrival(self, signal, station, pdu, octets, late_ns)
        self.kernel.at(arrival, signal.end_ns + self.delay_ns(signal.station, station))

    def _sends(self, station: MediumStation, on_ns: i64, off_ns: i64) -> bool:
        for signal in self.signals:
            if signal.station is station and signal.start_ns < off_ns and signal.end_ns > on_ns:
                return True
        return False

    def _forget(self, now_ns: i64) -> None:
        """Forget signals that nobody hears any more, nor overlap one that somebody does."""
        timing = self.timing
        memory_ns = self._longest_signal_ns + 2 * self.longest_delay_ns + timing.gap_ns + timing.slot_ns
        signals = self.signals
        while signals and signals[0].end_ns + memory_ns < now_ns:
            signals.pop(0)


class Arrival(Event):
    """The last bit of a signal reaches a station."""

    def __init__(
        self, medium: SharedMedium, signal: Signal, station: MediumStation, pdu: Pdu, octets: i64, late_ns: i64
    ) -> None:
        super().__init__()
        self._medium: Final = medium
        self._signal: Final = signal
        self._station: Final = station
        self._pdu = pdu
        self._octets: Final[i64] = octets
        self._late_ns: i64 = late_ns
        self._read = False

    def fire(self) -> None:
        if not self._read:
            self._read = True
            self._pdu = self._medium.damaged(self._signal, self._station, self._pdu)
            if self._late_ns > 0:
                self._medium.kernel.after(self, self._late_ns)
                return
        if self._station.listens():
            self._station.hear(self._pdu, self._octets)
