"""A token bucket: frames are sent at ``rate`` on average, with bursts of up to ``burst`` octets (``tc-tbf(8)``).

Tokens are nanoseconds of transmission, as in Linux: a frame of ``n`` octets costs ``8 n / rate``.  The second bucket,
of ``peakrate`` and ``mtu``, limits the rate within a burst.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import ABOVE_BURST, OVERLIMIT
from catenet.link.ethernet import Frame
from catenet.link.queue import TAKEN
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.fifo import Fifo, Waiting

BIT_NS: Final[i64] = 8_000_000_000


class Bucket:
    """A bucket of ``depth_octets`` that is filled at ``rate_bit_s``."""

    def __init__(self, rate_bit_s: int, depth_octets: int) -> None:
        self.rate_bit_s: Final[i64] = rate_bit_s
        self.depth_octets: Final[i64] = depth_octets
        self.depth_ns: Final[i64] = self.cost_ns(depth_octets)
        self._tokens_ns: i64 = self.depth_ns
        self._filled_ns: i64 = 0

    def cost_ns(self, octets: i64) -> i64:
        """The cost of a frame, in nanoseconds."""
        return (octets * BIT_NS + self.rate_bit_s - 1) // self.rate_bit_s

    def short_ns(self, octets: i64, now_ns: i64) -> i64:
        """The time until the bucket has enough tokens; 0 or less if it has."""
        return self.cost_ns(octets) - self._at(now_ns)

    def take(self, octets: i64, now_ns: i64) -> None:
        """Remove the tokens of a frame."""
        self._tokens_ns = self._at(now_ns) - self.cost_ns(octets)
        self._filled_ns = now_ns

    def _at(self, now_ns: i64) -> i64:
        return min(self.depth_ns, self._tokens_ns + now_ns - self._filled_ns)


class TokenBucket(Discipline):
    """First in, first out, at most ``limit_octets``; the head waits until the buckets have its tokens."""

    def __init__(self, bucket: Bucket, limit_octets: int, peak: Bucket | None = None) -> None:
        super().__init__()
        self.limit_octets: Final[i64] = limit_octets
        self.bucket: Final = bucket
        self.peak: Final = peak
        self._fifo: Final = Fifo()

    def enqueue(self, frame: Frame, now_ns: i64) -> i64:
        waiting = Waiting(frame, now_ns)
        peak = self.peak
        if waiting.octets > self.bucket.depth_octets or (peak is not None and waiting.octets > peak.depth_octets):
            return ABOVE_BURST
        if self._fifo.octets + waiting.octets > self.limit_octets:
            return OVERLIMIT
        self._fifo.push(waiting)
        self.frames += 1
        self.octets += waiting.octets
        return TAKEN

    def dequeue(self, now_ns: i64) -> Waiting | None:
        head = self._fifo.head
        if head is None or self.ready_ns(now_ns) > now_ns:
            return None
        self.bucket.take(head.octets, now_ns)
        if self.peak is not None:
            self.peak.take(head.octets, now_ns)
        self.frames -= 1
        self.octets -= head.octets
        return self._fifo.pop()

    def ready_ns(self, now_ns: i64) -> i64:
        head = self._fifo.head
        if head is None:
            return now_ns
        short_ns = self.bucket.short_ns(head.octets, now_ns)
        if self.peak is not None:
            short_ns = max(short_ns, self.peak.short_ns(head.octets, now_ns))
        return now_ns + max(0, short_ns)

    def take_all(self) -> list[Waiting]:
        self.frames = self.octets = 0
        return self._fifo.take_all()
