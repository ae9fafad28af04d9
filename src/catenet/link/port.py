"""Ports: where a station meets a wire.

Out: :meth:`Port.send` asks the queue, and the queue gives the frame to the channel.  In: the far channel
calls :meth:`Port.receive`, which checks what came as octets, keeps what is not addressed here from the
station, and hands up the rest.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.kernel.trace import declare
from catenet.link.drop_reasons import BAD_FCS, DROP_TEXT, NO_CARRIER, QUEUE_FULL, ROW_DROP, TOO_LONG
from catenet.link.ethernet import AROUND_OCTETS, FCS_OCTETS, HEADER_OCTETS, Frame
from catenet.link.framing.encoding import Encoding
from catenet.link.mac import BROADCAST, GROUP_BIT
from catenet.link.queue import DEFAULT_FRAMES, TAKEN, WAITS, DropTail, Queue, QueueAdapter
from catenet.link.queues.statistics import QueueStatistics
from catenet.physical.channel import Channel, Receiver

ROW_CARRIER: Final = declare(0x201, "port.carrier", "up")

ETHERNET_MTU: Final = 1500


@mypyc_attr(allow_interpreted_subclasses=True)
class Station:
    """What stands behind a port: a host's interface, a switch."""

    def receive_frame(self, port: Port, frame: Frame) -> None:
        """A good frame has come in.  It is the station's own from here."""
        raise AssertionError(f"{type(self).__name__} cannot receive frames")

    def carrier_changed(self, port: Port, up: bool) -> None:
        """The port's wire was cut or healed.  Does nothing unless a subclass cares."""

    def mtu_changed(self, port: Port) -> None:
        """The port's MTU was set to something else.  Does nothing unless a subclass cares."""


class Port(Receiver):
    """One port.

    It hands up frames for its own address, for everybody, and for groups: those of :meth:`join` only, once
    ``all_groups`` is False.  A ``promiscuous`` port hands up everything; where several may want either, they are
    counted by :meth:`change_promiscuity` and :meth:`change_all_groups`.  With ``bytes_fidelity`` every frame is emitted
    on arrival and parsed again, as if it had been bits all along.
    """

    def __init__(self, kernel: Kernel, name: str, mac: int, station: Station) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.mac: i64 = mac
        self.station = station
        self._queue: Queue = DropTail(DEFAULT_FRAMES)
        self._statistics: QueueStatistics | None = None
        self.queue_adapter: QueueAdapter | None = None
        self.channel: Channel | None = None
        self.encoding: Encoding | None = None
        """How frames are made of octets, where they are not Ethernet's."""
        self.carrier: bool = False
        self.bytes_fidelity = False
        self.promiscuous: bool = False
        self.all_groups: bool = True
        self._groups: Final[dict[int, int]] = {}
        self._promiscuity: i64 = 0
        self._wanted_all_groups: i64 = 0
        self._mtu: i64 = ETHERNET_MTU
        self._subject: Final = kernel.trace.subject(name)
        self.in_frames: i64 = 0
        self.in_octets: i64 = 0
        self.in_not_addressed: i64 = 0
        self._out_frames: i64 = 0
        self._out_octets: i64 = 0
        self.dropped_queue_full: i64 = 0
        self.dropped_no_carrier: i64 = 0
        self.dropped_too_long: i64 = 0
        self.fcs_errors: i64 = 0

    def attach(self, channel: Channel) -> None:
        """Send through this channel from now on.  The carrier comes up with it."""
        self.channel = channel
        channel.around_octets = AROUND_OCTETS if self.encoding is None else 0
        self._set_carrier(channel.up)

    @property
    def mtu(self) -> int:
        """The longest payload, in octets, that may leave here."""
        return self._mtu

    @mtu.setter
    def mtu(self, mtu: int) -> None:
        if mtu != self._mtu:
            self._mtu = mtu
            self.station.mtu_changed(self)

    @property
    def queue(self) -> Queue:
        """Who may wait for the wire.  Frames that wait in one that is replaced are offered to the new one."""
        return self._queue

    @queue.setter
    def queue(self, queue: Queue) -> None:
        waiting = self._queue.withdraw()
        if self.queue_adapter is not None:
            queue = self.queue_adapter.adapted(queue)
        self._queue = queue
        if queue.keeps_frames:
            if self._statistics is None:
                self._statistics = QueueStatistics(self.kernel, self.name)
            queue.install(self._statistics)
        channel = self.channel
        if channel is not None:
            for frame in waiting:
                self._offer(channel, frame)

    def drop_taken(self, frame: Frame, reason: i64) -> None:
        """Count, trace and tell a frame that the channel had taken, and could not send for the reason."""
        channel = self.channel
        assert channel is not None, "a channel has taken it"
        if self._statistics is None:
            self._statistics = QueueStatistics(self.kernel, self.name)
        self._statistics.dropped(channel, frame, reason)

    @property
    def out_frames(self) -> int:
        """Frames that the channel has taken."""
        statistics = self._statistics
        return self._out_frames if statistics is None else self._out_frames + statistics.sent_frames

    @property
    def out_octets(self) -> int:
        """Octets of those frames, check sequence included."""
        statistics = self._statistics
        return self._out_octets if statistics is None else self._out_octets + statistics.sent_octets

    def join(self, group: int) -> None:
        """Hand up frames to a group's address.  Joined twice, it must be left twice."""
        self._groups[group] = self._groups.get(group, 0) + 1

    def leave(self, group: int) -> None:
        """Undo one :meth:`join`.  Raises KeyError if there was none."""
        count = self._groups[group] - 1
        if count > 0:
            self._groups[group] = count
        else:
            del self._groups[group]

    @property
    def promiscuity(self) -> int:
        """How many want every frame."""
        return self._promiscuity

    def change_promiscuity(self, step: int) -> None:
        """One more (1) wants every frame, or one less (-1)."""
        self._promiscuity += step
        self.promiscuous = self._promiscuity > 0

    def change_all_groups(self, step: int) -> None:
        """One more (1) wants the frames to all groups, or one less (-1)."""
        self._wanted_all_groups += step
        self.all_groups = self._wanted_all_groups > 0

    def send(self, frame: Frame) -> bool:
        """Send a frame.  False if it was dropped: the queue refused it, there is no carrier, or it is too long."""
        channel = self.channel
        if channel is None or not self.carrier:
            return self.drop(frame, NO_CARRIER)
        octets = frame.octets
        if octets - (HEADER_OCTETS + FCS_OCTETS) > self._mtu and octets - frame.overhead_octets() > self._mtu:
            return self.drop(frame, TOO_LONG)
        outcome = self._queue.offer(channel, frame)
        if outcome != TAKEN:
            return outcome == WAITS or self.drop(frame, outcome)
        self._out_frames += 1
        self._out_octets += octets
        return True

    def send_control(self, frame: Frame) -> None:
        """Send a frame before all that wait, unless there is no carrier.  The queue must keep its frames itself."""
        channel = self.channel
        if channel is not None and self.carrier:
            self._out_frames += 1
            self._out_octets += frame.octets
            channel.transmit(frame, frame.octets + AROUND_OCTETS)

    def receive(self, pdu: Pdu) -> None:
        if isinstance(pdu, Frame) and not self.bytes_fidelity:
            frame = pdu
        else:
            encoding = self.encoding
            parsed = Frame.parse(pdu.emit()) if encoding is None else encoding.parse(pdu.emit())
            if parsed is None:
                self._count_bad_fcs(pdu)
                return
            frame = parsed
        self.in_frames += 1
        self.in_octets += frame.octets
        if frame.dst != self.mac and not self._wants(frame.dst):
            self.in_not_addressed += 1
            return
        self.station.receive_frame(self, frame)

    def refuse(self, frame: Frame, reason: i64) -> None:
        """Drop a frame that has come in."""
        statistics = self._statistics
        if statistics is None:
            statistics = self._statistics = QueueStatistics(self.kernel, self.name)
        statistics.count_refused(reason)
        self.kernel.trace.row(self.kernel.now_ns, ROW_DROP, self._subject, reason, frame.octets)
        channel = self.channel
        if channel is not None:
            tap = channel.tap
            if tap is not None:
                tap.refused(channel, frame, DROP_TEXT[reason])

    def signal_changed(self, up: bool) -> None:
        if self.channel is not None:
            self._set_carrier(up)

    def counters(self) -> dict[str, int]:
        """All counters by name.  Octets are those of frames, check sequence included.

        Those of a discipline's drops and marks are there once they are above zero.
        """
        counters: dict[str, int] = {
            "in_frames": self.in_frames,
            "in_octets": self.in_octets,
            "in_not_addressed": self.in_not_addressed,
            "out_frames": self.out_frames,
            "out_octets": self.out_octets,
            "dropped_queue_full": self.dropped_queue_full,
            "dropped_no_carrier": self.dropped_no_carrier,
            "dropped_too_long": self.dropped_too_long,
            "fcs_errors": self.fcs_errors,
        }
        statistics = self._statistics
        if statistics is not None:
            for name, count in statistics.counters().items():
                counters[name] = counters.get(name, 0) + count
        return counters

    def _offer(self, channel: Channel, frame: Frame) -> None:
        """Offer a frame that was accepted before."""
        outcome = self._queue.offer(channel, frame)
        if outcome == TAKEN:
            self._out_frames += 1
            self._out_octets += frame.octets
        elif outcome != WAITS:
            self.drop(frame, outcome)

    def _wants(self, dst: i64) -> bool:
        if self.promiscuous or dst == BROADCAST:
            return True
        return dst & GROUP_BIT != 0 and (self.all_groups or dst in self._groups)

    def _set_carrier(self, up: bool) -> None:
        if up == self.carrier:
            return
        self.carrier = up
        if not up:
            self._queue.carrier_lost()
        self.kernel.trace.row(self.kernel.now_ns, ROW_CARRIER, self._subject, 1 if up else 0)
        self.station.carrier_changed(self, up)

    def drop(self, frame: Frame, reason: i64) -> bool:
        """Count a frame that is not sent, by a code of :mod:`~catenet.link.drop_reasons`.  False."""
        if reason == QUEUE_FULL:
            self.dropped_queue_full += 1
        elif reason == NO_CARRIER:
            self.dropped_no_carrier += 1
        elif reason == TOO_LONG:
            self.dropped_too_long += 1
        elif self._statistics is not None:
            self._statistics.count_refused(reason)
        self.kernel.trace.row(self.kernel.now_ns, ROW_DROP, self._subject, reason, frame.octets)
        channel = self.channel
        if channel is not None:
            tap = channel.tap
            if tap is not None:
                tap.dropped(channel, frame, DROP_TEXT[reason])
        return False

    def _count_bad_fcs(self, pdu: Pdu) -> None:
        self.fcs_errors += 1
        self.kernel.trace.row(self.kernel.now_ns, ROW_DROP, self._subject, BAD_FCS, pdu.wire_length())
