"""The queue of a port.

A port offers each frame to its queue.  The queue passes the frame to the channel, which keeps it until its turn comes,
or refuses it.  A drop-tail queue needs no more than that, and no event of its own.

A discipline that chooses the order of frames, or drops them late, keeps them itself, and an event of its own at
``channel.busy_until_ns`` hands the next one to the channel: see :mod:`catenet.link.queues`.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.link.drop_reasons import QUEUE_FULL
from catenet.link.ethernet import Frame
from catenet.link.queues.statistics import QueueStatistics
from catenet.physical.channel import Channel

TAKEN: Final[i64] = 0
"""The channel has the frame."""
WAITS: Final[i64] = -1
"""The queue keeps the frame, and counts it when the channel has it."""
NO_LIMIT: Final = 1 << 60
DEFAULT_FRAMES: Final = 1000
"""The default limit of a port's queue, in frames."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Queue:
    """Stands between a port and its channel."""

    def __init__(self) -> None:
        self.keeps_frames: bool = False

    def offer(self, channel: Channel, frame: Frame) -> i64:
        """Take a frame: :data:`TAKEN`, :data:`WAITS`, or a code of :mod:`~catenet.link.drop_reasons`."""
        raise AssertionError(f"{type(self).__name__} does not say which frames it takes")

    def waiting_frames(self, channel: Channel) -> int:
        """How many frames wait now."""
        channel.update_waiting()
        return channel.waiting_frames

    def install(self, statistics: QueueStatistics) -> None:
        """Count what is sent late, dropped and marked here.  A queue that keeps no frames has nothing to count."""

    def withdraw(self) -> list[Frame]:
        """Give up the frames that are kept here, in the order in which they would have gone."""
        return []

    def carrier_lost(self) -> None:
        """The wire was cut: drop the frames that are kept here.  The channel drops its own."""

    def resume(self) -> None:
        """The channel's rate has changed."""


class QueueAdapter:
    """Replaces the queues that a port is given by others like them."""

    def adapted(self, queue: Queue) -> Queue:
        """The queue that the port uses."""
        raise AssertionError(f"{type(self).__name__} makes no queues")


class DropTail(Queue):
    """First in, first out; what finds the queue full is dropped.

    ``limit_frames`` and ``limit_octets`` bound what waits, each alone or both together.  The frame that is
    being sent does not wait, so a limit of 0 frames is a port without a buffer.  Octets are those of
    frames, header and check sequence included, preamble and gap not.  Raises ValueError on a negative limit.
    """

    def __init__(self, limit_frames: int = NO_LIMIT, limit_octets: int = NO_LIMIT) -> None:
        if limit_frames < 0 or limit_octets < 0:
            raise ValueError(f"the limit of a queue must not be negative: {min(limit_frames, limit_octets)}")
        self.keeps_frames = False
        self.limit_frames: Final[i64] = limit_frames
        self.limit_octets: Final[i64] = limit_octets

    def offer(self, channel: Channel, frame: Frame) -> i64:
        octets = frame.octets
        if channel.busy_until_ns > channel.kernel.now_ns:
            channel.update_waiting()
            frames = channel.waiting_frames
            if frames >= self.limit_frames:
                return QUEUE_FULL
            if channel.waiting_octets - frames * channel.around_octets + octets > self.limit_octets:
                return QUEUE_FULL
        channel.transmit(frame, octets + channel.around_octets)
        return TAKEN
