"""The base of queue disciplines, which keep their frames themselves and pass them to the channel one at a time.

``enqueue`` accepts or refuses a frame, ``dequeue`` selects the next one.  While the channel is sending and frames wait,
one event is scheduled at ``channel.busy_until_ns``; otherwise there is none, and a frame that finds the channel free
costs no event besides its arrival.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.event import Event
from catenet.kernel.streams import Stream
from catenet.link.drop_reasons import NO_CARRIER
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN, WAITS, Queue
from catenet.link.queues.ecn import mark
from catenet.link.queues.fifo import Waiting
from catenet.link.queues.statistics import QueueStatistics
from catenet.physical.channel import Channel


class Release(Event):
    """The channel is free: the next frame may go."""

    def __init__(self, discipline: Discipline) -> None:
        super().__init__()
        self._discipline: Final = discipline

    def fire(self) -> None:
        self._discipline.release()


@mypyc_attr(allow_interpreted_subclasses=True)
class Discipline(Queue):
    """The base class.  ``frames`` and ``octets`` count what waits."""

    def __init__(self) -> None:
        self.keeps_frames = True
        self.frames: i64 = 0
        self.octets: i64 = 0
        self._channel: Channel | None = None
        self._statistics: QueueStatistics | None = None
        self._release: Final = Release(self)
        self.paused_until_ns: i64 = 0

    # -- implemented by each discipline

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        """Accept a frame: :data:`~catenet.link.queue.TAKEN`, or the reason of the refusal."""
        raise AssertionError(f"{type(self).__name__} does not say how it takes a frame")

    def dequeue(self, now_ns: i64) -> Waiting | None:
        """The frame to send now; None if none may be sent."""
        raise AssertionError(f"{type(self).__name__} does not say which frame is next")

    def ready_ns(self, now_ns: i64) -> i64:
        """When the next waiting frame may be sent."""
        return now_ns

    def take_all(self) -> list[Waiting]:
        """Remove all waiting frames, in the order in which they would be sent."""
        raise AssertionError(f"{type(self).__name__} does not say what waits")

    # -- called by the port

    def install(self, statistics: QueueStatistics) -> None:
        """Use these statistics for counters and random streams."""
        self._statistics = statistics

    def offer(self, channel: Channel, frame: Frame) -> i64:
        self._channel = channel
        kernel = channel.kernel
        now_ns = kernel.now_ns
        reason = self.enqueue(frame, now_ns)
        if reason != TAKEN:
            return reason
        if channel.busy_until_ns <= now_ns:
            self.release()
        elif not self._release.queued:
            kernel.at(self._release, channel.busy_until_ns)
        return WAITS

    def waiting_frames(self, channel: Channel) -> int:
        channel.update_waiting()
        return self.frames + channel.waiting_frames

    def resume(self) -> None:
        """The channel's rate has changed, and with it the time at which it becomes free."""
        channel = self._channel
        if channel is not None and self.frames > 0:
            self._arm(channel, channel.kernel.now_ns)

    def pause(self, until_ns: i64) -> None:
        """Hand the channel nothing before a time; one that is over ends the pause."""
        self.paused_until_ns = until_ns
        self.resume()

    def withdraw(self) -> list[Frame]:
        frames = [waiting.frame for waiting in self.take_all()]
        channel = self._channel
        if channel is not None:
            channel.kernel.cancel(self._release)
        return frames

    def carrier_lost(self) -> None:
        for frame in self.withdraw():
            self.drop(frame, NO_CARRIER)

    # -- for disciplines

    def release(self) -> None:
        """Pass the next frame to the channel, if it is free."""
        channel = self._channel
        assert channel is not None
        now_ns = channel.kernel.now_ns
        if channel.busy_until_ns <= now_ns and self.paused_until_ns <= now_ns:
            waiting = self.dequeue(now_ns)
            if waiting is not None:
                frame = waiting.frame
                octets = frame.octets
                statistics = self._statistics
                if statistics is not None:
                    statistics.sent_frames += 1
                    statistics.sent_octets += octets
                channel.transmit(frame, octets + channel.around_octets)
        if self.frames > 0:
            self._arm(channel, now_ns)

    def drop(self, frame: Frame, reason: i64) -> None:
        """Count a dropped frame, which has been removed already."""
        statistics, channel = self._statistics, self._channel
        if statistics is not None and channel is not None:
            statistics.dropped(channel, frame, reason)

    def mark(self, frame: Frame, reason: i64) -> Frame | None:
        """Set Congestion Experienced in a frame and count it; None if its ends do not support ECN."""
        marked = mark(frame)
        statistics, channel = self._statistics, self._channel
        if marked is not None and statistics is not None and channel is not None:
            statistics.marked(channel, marked, reason)
        return marked

    def stream(self, purpose: str) -> Stream:
        """The port's random stream for one purpose; only for a discipline that is installed at a port."""
        statistics = self._statistics
        assert statistics is not None, "install the discipline at a port first"
        return statistics.stream(purpose)

    def _arm(self, channel: Channel, now_ns: i64) -> None:
        at_ns = self.ready_ns(now_ns)
        if at_ns < channel.busy_until_ns:
            at_ns = channel.busy_until_ns
        if at_ns < self.paused_until_ns:
            at_ns = self.paused_until_ns
        channel.kernel.at(self._release, at_ns)
