"""Counts the frames of HTTP/2 that cost the sender little and the receiver much (RFC 9113 section 10.5).

Frames are counted before h2 reads them, so that a flood is not processed first.  Rapid reset is CVE-2023-44487, the
flood of CONTINUATION CVE-2024-27316 and its kin, pings, settings and empty frames CVE-2019-9512, 9515 and 9518.
Two rules that h2 does not keep are checked here, too.
"""

from __future__ import annotations

from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError

from catenet.application.http.limits import Limits

HEAD_BYTES = 9
DATA, RST_STREAM, SETTINGS, PING, CONTINUATION = 0, 3, 4, 6, 9
END_STREAM = ACK = 1


class Flood(Exception):
    """More frames of a kind than a limit allows; ``reason`` is the limit's name."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class BrokenRule(ProtocolError):
    """A frame breaks a rule of RFC 9113; ``code`` is the error's."""

    def __init__(self, code: ErrorCodes, text: str) -> None:
        self.code = code
        super().__init__(text)


class FrameCounter:
    """Follows the frames of one direction of a connection.  ``skip_bytes`` come before the first one."""

    def __init__(self, limits: Limits, skip_bytes: int) -> None:
        self._most = {"resets": limits.resets, "settings": limits.settings, "pings": limits.pings}
        self._most["empty_frames"] = limits.empty_frames
        self._continuations_max = limits.continuations
        self._interval_s = limits.flood_interval_s
        self._skip_bytes = skip_bytes
        self._head = b""
        self._is_first = True
        self._continuations = 0
        self._counts = dict.fromkeys(self._most, 0)
        self._since_s = 0.0

    def feed(self, data: bytes, now_s: float) -> None:
        """Count the frames that begin in ``data``.  Raises Flood and BrokenRule."""
        place = 0
        while place < len(data):
            if self._skip_bytes:
                step = min(self._skip_bytes, len(data) - place)
                self._skip_bytes -= step
            else:
                step = min(HEAD_BYTES - len(self._head), len(data) - place)
                self._head += data[place : place + step]
                if len(self._head) == HEAD_BYTES:
                    length = int.from_bytes(self._head[:3], "big")
                    self._count(self._head[3], self._head[4], length, now_s)
                    self._head, self._skip_bytes = b"", length
            place += step

    def _count(self, kind: int, flags: int, length: int, now_s: float) -> None:
        if self._is_first and kind != SETTINGS:
            raise BrokenRule(ErrorCodes.PROTOCOL_ERROR, "the preface has no SETTINGS (section 3.4)")
        self._is_first = False
        if kind == SETTINGS and flags & ACK and length:
            raise BrokenRule(ErrorCodes.FRAME_SIZE_ERROR, "an acknowledgement holds settings (section 6.5)")
        self._continuations = self._continuations + 1 if kind == CONTINUATION else 0
        if self._continuations > self._continuations_max:
            raise Flood("continuations")
        if kind == RST_STREAM:
            self.count_reset(now_s)
        elif kind == SETTINGS:
            self._add("settings", now_s)
        elif kind == PING:
            self._add("pings", now_s)
        elif kind == DATA and length == 0 and not flags & END_STREAM:
            self._add("empty_frames", now_s)

    def count_reset(self, now_s: float) -> None:
        """A stream was reset: by the peer, or by us for what the peer did, which costs as much (CVE-2025-8671)."""
        self._add("resets", now_s)

    def _add(self, name: str, now_s: float) -> None:
        if now_s - self._since_s > self._interval_s:
            self._since_s = now_s
            self._counts = dict.fromkeys(self._most, 0)
        self._counts[name] += 1
        if self._counts[name] > self._most[name]:
            raise Flood(name)
