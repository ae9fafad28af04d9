"""Storm control: limits the broadcasts, multicasts and frames to unknown stations that a port accepts.

Each kind of traffic has a token bucket of its own.  A frame passes if the bucket is not empty, and consumes tokens of
its length, or one.  Frames to bridges, such as BPDUs, are never dropped.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.drop_reasons import STORM_BROADCAST, STORM_MULTICAST, STORM_UNKNOWN_UNICAST
from catenet.link.ethernet import AROUND_OCTETS, Frame
from catenet.link.mac import BROADCAST, GROUP_BIT
from catenet.link.port import Port
from catenet.link.station_filter import StationFilter
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.reserved import is_reserved
from catenet.link.switching.vlan_bridge import Bridge

BITS: Final = "bit/s"
FRAMES: Final = "frames/s"
SHARE: Final = "share"
SECOND_NS: Final = 1e9
DEFAULT_BURST_NS: Final = 10_000_000


class StormLimit:
    """A limit: ``value`` in :data:`BITS`, :data:`FRAMES`, or as a :data:`SHARE` of the port's rate.

    Bits include preamble and inter-frame gap, so that a share of 1 is the full rate of the link.
    """

    def __init__(self, kind: str, value: float) -> None:
        self.kind: Final = kind
        self.value: Final = value


class StormSettings:
    """The limits of a port, None for no limit.  The burst is a time: traffic at the limit for that long may pass."""

    def __init__(
        self,
        broadcast: StormLimit | None = None,
        multicast: StormLimit | None = None,
        unknown_unicast: StormLimit | None = None,
        burst_ns: int = DEFAULT_BURST_NS,
    ) -> None:
        self.broadcast: Final = broadcast
        self.multicast: Final = multicast
        self.unknown_unicast: Final = unknown_unicast
        self.burst_ns: Final = burst_ns


class StormBucket:
    """The token bucket of one limit; it is initially full."""

    def __init__(self, port: BridgePort, limit: StormLimit, burst_ns: int) -> None:
        self._port: Final = port
        self._limit: Final = limit
        self._counts_frames: Final = limit.kind == FRAMES
        self._burst_s: Final = burst_ns / SECOND_NS
        self._tokens: float = 0.0
        self._filled_ns: i64 = -1

    def takes(self, octets: i64, now_ns: i64) -> bool:
        """Whether a frame of this length may pass now; if so, consumes its tokens."""
        rate = self._rate()
        depth = max(1.0, rate * self._burst_s)
        if self._filled_ns < 0:
            self._tokens = depth
        else:
            self._tokens = min(depth, self._tokens + rate * (float(now_ns - self._filled_ns) / SECOND_NS))
        self._filled_ns = now_ns
        if self._tokens <= 0.0:
            return False
        self._tokens -= 1.0 if self._counts_frames else float((octets + AROUND_OCTETS) * 8)
        return True

    def _rate(self) -> float:
        limit = self._limit
        return limit.value * self._port.rate_bit_s() if limit.kind == SHARE else limit.value


class StormControl(StationFilter):
    """Filters the frames from one port to its bridge."""

    def __init__(self, bridge: Bridge, port: BridgePort, settings: StormSettings) -> None:
        super().__init__(port)
        self._bridge: Final = bridge
        self._bridge_port: Final = port
        self._broadcast: Final = _bucket(port, settings.broadcast, settings.burst_ns)
        self._multicast: Final = _bucket(port, settings.multicast, settings.burst_ns)
        self._unknown_unicast: Final = _bucket(port, settings.unknown_unicast, settings.burst_ns)

    def receive_frame(self, port: Port, frame: Frame) -> None:
        dst = frame.dst
        bucket: StormBucket | None = None
        reason = STORM_UNKNOWN_UNICAST
        if dst & GROUP_BIT == 0:
            bucket = self._unknown_unicast
            if bucket is not None and self._bridge.knows(self._bridge_port, frame):
                bucket = None
        elif dst == BROADCAST:
            bucket, reason = self._broadcast, STORM_BROADCAST
        elif not is_reserved(dst):
            bucket, reason = self._multicast, STORM_MULTICAST
        if bucket is None or bucket.takes(frame.octets, port.kernel.now_ns):
            self.inner.receive_frame(port, frame)
        else:
            port.refuse(frame, reason)


def _bucket(port: BridgePort, limit: StormLimit | None, burst_ns: int) -> StormBucket | None:
    return None if limit is None else StormBucket(port, limit, burst_ns)
