"""What a port's discipline sent, dropped and marked, what storm control dropped, and random streams.

It belongs to the port, so that its counts and its streams go on when the discipline is replaced.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.streams import Stream
from catenet.link.drop_reasons import (
    DROP_COUNTERS,
    DROP_TEXT,
    MARK_COUNTERS,
    MARK_TEXT,
    REASONS,
    ROW_DROP,
    ROW_MARK,
)
from catenet.link.ethernet import Frame
from catenet.physical.channel import Channel


class QueueStatistics:
    """Counts by reason; the codes are those of :mod:`catenet.link.drop_reasons`."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.sent_frames: i64 = 0
        self.sent_octets: i64 = 0
        self._subject: Final = kernel.trace.subject(name)
        self._drops: Final = [0] * REASONS
        self._marks: Final = [0] * REASONS
        self._streams: Final[dict[str, Stream]] = {}

    def stream(self, purpose: str) -> Stream:
        """The random stream ``queue:<port>:<purpose>``."""
        stream = self._streams.get(purpose)
        if stream is None:
            stream = self._streams[purpose] = self.kernel.streams.stream(f"queue:{self.name}:{purpose}")
        return stream

    def count_refused(self, reason: i64) -> None:
        """Count a refused frame; the port writes the trace row and informs the capture."""
        self._drops[reason] += 1

    def dropped(self, channel: Channel, frame: Frame, reason: i64) -> None:
        """A frame that waited was dropped."""
        self._drops[reason] += 1
        self.kernel.trace.row(self.kernel.now_ns, ROW_DROP, self._subject, reason, frame.octets)
        tap = channel.tap
        if tap is not None:
            tap.dropped(channel, frame, DROP_TEXT[reason])

    def marked(self, channel: Channel, frame: Frame, reason: i64) -> None:
        """A frame was marked, and waits."""
        self._marks[reason] += 1
        self.kernel.trace.row(self.kernel.now_ns, ROW_MARK, self._subject, reason, frame.octets)
        tap = channel.tap
        if tap is not None:
            tap.marked(channel, frame, MARK_TEXT[reason])

    def counters(self) -> dict[str, int]:
        """Drops and marks by the names of their counters, those above zero."""
        counted = {DROP_COUNTERS[code]: count for code, count in enumerate(self._drops) if count}
        counted.update({MARK_COUNTERS[code]: count for code, count in enumerate(self._marks) if count})
        return counted
