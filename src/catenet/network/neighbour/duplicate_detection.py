"""Duplicate address detection.

IPv6 sends one solicitation and waits a second (RFC 4862 5.4); IPv4 sends three probes and then two announcements (RFC
5227 2.1 and 2.3).  Meanwhile the address is used as an optimistic one (RFC 4429), so that programs can start at once;
IPv4 is treated alike, beyond RFC 5227.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.streams import Stream
from catenet.kernel.timer import Timer
from catenet.network.interface import OPTIMISTIC, PREFERRED, LocalAddress
from catenet.network.neighbour.neighbour import Resolver

FIRST_DELAY_NS: Final[i64] = NS_PER_S
"""MAX_RTR_SOLICITATION_DELAY (RFC 4862 5.4.2) and PROBE_WAIT (RFC 5227 1.1): the maximum of the initial random delay.
"""
PROBES4: Final[i64] = 3
PROBES6: Final[i64] = 1
PROBE_MIN_NS: Final[i64] = NS_PER_S
PROBE_MAX_NS: Final[i64] = 2 * NS_PER_S
ANNOUNCE_WAIT_NS: Final[i64] = 2 * NS_PER_S
ANNOUNCEMENTS: Final[i64] = 2
ANNOUNCE_INTERVAL_NS: Final[i64] = 2 * NS_PER_S


class AddressProber(Resolver):
    """A resolver that also probes and announces addresses of its own host."""

    def probe(self, own: LocalAddress) -> None:
        """Ask whether another host has an address of ours."""
        raise AssertionError(f"{type(self).__name__} cannot probe")

    def announce(self, own: LocalAddress) -> None:
        """Announce an address."""
        raise AssertionError(f"{type(self).__name__} cannot announce")


class DuplicateDetection(Timer):
    """Detection for one address.  Starts when the link is up; restarts when the link comes back."""

    def __init__(self, kernel: Kernel, stream: Stream, own: LocalAddress, prober: AddressProber) -> None:
        super().__init__(kernel)
        self.stream: Final = stream
        self.own: Final = own
        self.prober: Final = prober
        self.probes: Final[i64] = PROBES4 if own.version == 4 else PROBES6
        self.step: i64 = 0

    def start(self) -> None:
        """Begin, unless another host is known to have the address."""
        if self.own.usable:
            self.own.state = OPTIMISTIC
            self.step = 0
            self.forget()
            self.arm(self.kernel.now_ns + self.stream.below(FIRST_DELAY_NS))

    def expired(self) -> None:
        step = self.step
        self.step += 1
        if step < self.probes:
            self.arm(self.kernel.now_ns + self._wait_ns(step))
            self.prober.probe(self.own)
            return
        if self.own.state != PREFERRED:
            self.own.state = PREFERRED
            self.own.interface.address_preferred(self.own)
        if self.own.version == 4:
            if step + 1 < self.probes + ANNOUNCEMENTS:
                self.arm(self.kernel.now_ns + ANNOUNCE_INTERVAL_NS)
            self.prober.announce(self.own)

    def _wait_ns(self, step: i64) -> i64:
        """The delay after a probe."""
        if self.own.version == 6:
            return self.prober.retransmit_ns
        if step + 1 == self.probes:
            return ANNOUNCE_WAIT_NS
        return PROBE_MIN_NS + self.stream.below(PROBE_MAX_NS - PROBE_MIN_NS)
