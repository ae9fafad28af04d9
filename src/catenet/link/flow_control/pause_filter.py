"""Flow control at the ports of a switch, and at the ports across (IEEE 802.3-2018, annex 31B).

When a frame is added to a queue that is too full, the port that it came in by is paused.  It stays paused, by pause
frames that are repeated before their time is over, until no such queue is left.  Pause frames wait for no other frame
but the one that is being sent.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.timer import Timer
from catenet.link.ethernet import Frame
from catenet.link.flow_control.pausable import PausableFifo, Thresholds
from catenet.link.flow_control.pause_frame import ETHERTYPE, MAC_CONTROL, pause_frame, quanta_ns, quanta_of
from catenet.link.flow_control.settings import PauseSettings
from catenet.link.flow_control.tracing import ROW_PAUSED, ROW_SENT
from catenet.link.port import Port
from catenet.link.queue import DropTail, Queue, QueueAdapter
from catenet.link.queues.discipline import Discipline
from catenet.link.station_filter import StationFilter


class FlowControl:
    """What the ports of one switch share: by which of them the frame came in that is being relayed now."""

    def __init__(self) -> None:
        self.ingress: PauseFilter | None = None


class PauseFilter(StationFilter):
    """One port.  With ``flow``, its queue pauses those who fill it, and it can be paused for others' queues.

    Without, as at a host, the port only obeys.
    """

    def __init__(self, port: Port, settings: PauseSettings, flow: FlowControl | None = None) -> None:
        super().__init__(port)
        self.port: Final = port
        self.settings: Final = settings
        self.pauses_sent: int = 0
        self.pauses_received: int = 0
        self._flow: Final = flow
        self._held_by: Final[list[FullQueue]] = []
        self._repeat: Final = _Repeat(self)
        self._subject: Final = port.kernel.trace.subject(port.name)
        port.join(int(MAC_CONTROL))
        port.queue_adapter = _Adapter(None if flow is None else FullQueue(flow), settings)

    def receive_frame(self, port: Port, frame: Frame) -> None:
        if frame.ethertype == ETHERTYPE and (frame.dst == MAC_CONTROL or frame.dst == port.mac):
            self._obey(quanta_of(frame))
            return
        flow = self._flow
        if flow is None:
            self.inner.receive_frame(port, frame)
            return
        flow.ingress = self
        self.inner.receive_frame(port, frame)
        flow.ingress = None

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.inner.carrier_changed(port, up)
        if not up:
            self._held_by.clear()
            self._repeat.stop()
            self._pause_until(0)

    # -- pausing others

    def hold(self, queue: FullQueue) -> None:
        """A queue is too full because of this port."""
        if queue not in self._held_by:
            self._held_by.append(queue)
            if len(self._held_by) == 1:
                self.ask_for_pause()

    def let_go(self, queue: FullQueue) -> None:
        """A queue has drained."""
        if queue in self._held_by:
            self._held_by.remove(queue)
            if not self._held_by:
                self._repeat.stop()
                self._send(0)

    def ask_for_pause(self) -> None:
        """Send a pause, and once more before half of it is over."""
        channel = self.port.channel
        if channel is not None and self.port.carrier:
            self._send(self.settings.quanta)
            self._repeat.arm(self.port.kernel.now_ns + quanta_ns(self.settings.quanta, channel.rate_bit_s) // 2)

    def _send(self, quanta: int) -> None:
        self.pauses_sent += 1
        kernel = self.port.kernel
        kernel.trace.row(kernel.now_ns, ROW_SENT, self._subject, quanta)
        self.port.send_control(pause_frame(int(self.port.mac), quanta))

    # -- being paused

    def _obey(self, quanta: int) -> None:
        channel = self.port.channel
        if quanta < 0 or channel is None:
            return
        self.pauses_received += 1
        kernel = self.port.kernel
        kernel.trace.row(kernel.now_ns, ROW_PAUSED, self._subject, quanta)
        self._pause_until(kernel.now_ns + quanta_ns(quanta, channel.rate_bit_s))

    def _pause_until(self, until_ns: i64) -> None:
        queue = self.port.queue
        if isinstance(queue, Discipline):
            queue.pause(until_ns)


class FullQueue(Thresholds):
    """The queue of one port, and the ports that are paused because of it."""

    def __init__(self, flow: FlowControl) -> None:
        self._flow: Final = flow
        self._paused: Final[list[PauseFilter]] = []

    def too_full(self) -> None:
        ingress = self._flow.ingress
        if ingress is not None and ingress not in self._paused:
            self._paused.append(ingress)
        if ingress is not None:
            ingress.hold(self)

    def drained(self) -> None:
        paused = list(self._paused)
        self._paused.clear()
        for port in paused:
            port.let_go(self)


class _Adapter(QueueAdapter):
    """Makes the queues of a port pausable."""

    def __init__(self, thresholds: Thresholds | None, settings: PauseSettings) -> None:
        self._thresholds: Final = thresholds
        self._settings: Final = settings

    def adapted(self, queue: Queue) -> Queue:
        if isinstance(queue, DropTail):
            return PausableFifo(queue, self._thresholds, self._settings.xoff, self._settings.xon)
        return queue


class _Repeat(Timer):
    """Repeats a pause while it is needed."""

    def __init__(self, filter_: PauseFilter) -> None:
        super().__init__(filter_.port.kernel)
        self._filter: Final = filter_

    def expired(self) -> None:
        self._filter.ask_for_pause()
