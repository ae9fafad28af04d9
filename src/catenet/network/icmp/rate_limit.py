"""A token bucket: a burst size, and a rate per second (RFC 4443 2.4 f, RFC 1812 4.3.2.8)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S


class TokenBucket:
    """Holds at most ``burst`` tokens and gains ``per_second``; starts full."""

    def __init__(self, per_second: int, burst: int) -> None:
        self.token_ns: Final[i64] = NS_PER_S // per_second
        self.max_ns: Final[i64] = burst * self.token_ns
        self._saved_ns: i64 = self.max_ns
        self._seen_ns: i64 = 0

    def take(self, now_ns: i64) -> bool:
        """Take one token; False if there is none."""
        saved_ns = self._saved_ns + (now_ns - self._seen_ns)
        if saved_ns > self.max_ns:
            saved_ns = self.max_ns
        self._seen_ns = now_ns
        allowed = saved_ns >= self.token_ns
        self._saved_ns = saved_ns - self.token_ns if allowed else saved_ns
        return allowed
