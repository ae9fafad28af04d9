"""Who may wait for the wire.

A queue is asked about each frame that a port sends.  It gives the frame to the channel, which keeps it
until its turn comes, or it refuses.  A drop-tail queue needs no more than that, and no event of its own.

A discipline that chooses the order of frames, or drops them late, keeps them itself: its ``offer`` stores
the frame, and an event of its own at ``channel.busy_until_ns`` hands the next one to the channel.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.link.ethernet import AROUND_OCTETS, Frame
from catenet.physical.channel import Channel

NO_LIMIT: Final = 1 << 60
DEFAULT_FRAMES: Final = 1000
"""What a port's queue holds until it is given another."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Queue:
    """Stands between a port and its channel."""

    def offer(self, channel: Channel, frame: Frame) -> bool:
        """Take a frame, or refuse it: False."""
        raise AssertionError(f"{type(self).__name__} does not say which frames it takes")

    def waiting_frames(self, channel: Channel) -> int:
        """How many frames wait now."""
        channel.settle()
        return channel.waiting_frames


class DropTail(Queue):
    """First in, first out; what finds the queue full is dropped.

    ``limit_frames`` and ``limit_octets`` bound what waits, each alone or both together.  The frame that is
    being sent does not wait, so a limit of 0 frames is a port without a buffer.  Octets are those of
    frames, header and check sequence included, preamble and gap not.  Raises ValueError on a negative limit.
    """

    def __init__(self, limit_frames: int = NO_LIMIT, limit_octets: int = NO_LIMIT) -> None:
        if limit_frames < 0 or limit_octets < 0:
            raise ValueError(f"the limit of a queue must not be negative: {min(limit_frames, limit_octets)}")
        self.limit_frames: Final[i64] = limit_frames
        self.limit_octets: Final[i64] = limit_octets

    def offer(self, channel: Channel, frame: Frame) -> bool:
        octets = frame.octets
        if channel.busy_until_ns > channel.kernel.now_ns:
            channel.settle()
            frames = channel.waiting_frames
            if frames >= self.limit_frames:
                return False
            if channel.waiting_octets - frames * AROUND_OCTETS + octets > self.limit_octets:
                return False
        channel.transmit(frame, octets + AROUND_OCTETS)
        return True
