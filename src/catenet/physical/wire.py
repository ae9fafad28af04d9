"""A wire: two channels, one for each direction, created and cut together."""

from __future__ import annotations

from typing import Final

from catenet.kernel.kernel import Kernel
from catenet.physical.channel import Channel, Receiver, Tap
from catenet.physical.jitter import Jitter
from catenet.physical.loss import Loss


class Wire:
    """A wire between ``a`` and ``b``, initially the same in both directions.

    The channels are ``forward`` (named ``<a_name>-<b_name>``) and ``backward`` (``<b_name>-<a_name>``); the wire has
    the name of ``forward``.  A setter of the wire sets both channels; use a channel's setter for one direction.  Rate
    in bit/s, delay in nanoseconds.
    """

    def __init__(
        self,
        kernel: Kernel,
        a_name: str,
        b_name: str,
        a: Receiver,
        b: Receiver,
        rate_bit_s: int,
        delay_ns: int,
    ) -> None:
        self.name: Final = f"{a_name}-{b_name}"
        self.forward: Final = self._lay(kernel, self.name, b, rate_bit_s, delay_ns)
        self.backward: Final = self._lay(kernel, f"{b_name}-{a_name}", a, rate_bit_s, delay_ns)

    def _lay(self, kernel: Kernel, name: str, receiver: Receiver, rate_bit_s: int, delay_ns: int) -> Channel:
        """One direction."""
        return Channel(kernel, name, receiver, rate_bit_s, delay_ns)

    @property
    def up(self) -> bool:
        """True if both directions are."""
        return self.forward.up and self.backward.up

    def cut(self) -> None:
        """Cut both directions: frames in the queue and in flight are lost."""
        self.forward.cut()
        self.backward.cut()

    def heal(self) -> None:
        """Restore both directions."""
        self.forward.heal()
        self.backward.heal()

    def set_rate(self, rate_bit_s: int) -> None:
        """Set the rate of both directions."""
        self.forward.set_rate(rate_bit_s)
        self.backward.set_rate(rate_bit_s)

    def set_delay(self, delay_ns: int) -> None:
        """Set the delay of both directions."""
        self.forward.set_delay(delay_ns)
        self.backward.set_delay(delay_ns)

    def set_jitter(self, jitter: Jitter | None) -> None:
        """Give each direction a fresh model of that kind."""
        self.forward.impairments.set_jitter(jitter.fresh() if jitter is not None else None)
        self.backward.impairments.set_jitter(jitter.fresh() if jitter is not None else None)

    def set_loss(self, loss: Loss | None) -> None:
        """Give each direction a fresh model of that kind."""
        self.forward.impairments.set_loss(loss.fresh() if loss is not None else None)
        self.backward.impairments.set_loss(loss.fresh() if loss is not None else None)

    def set_reordering(self, share: float, late_ns: int) -> None:
        """Set the reordering of both directions."""
        self.forward.impairments.set_reordering(share, late_ns)
        self.backward.impairments.set_reordering(share, late_ns)

    def set_duplication(self, share: float) -> None:
        """Set the duplication of both directions."""
        self.forward.impairments.set_duplication(share)
        self.backward.impairments.set_duplication(share)

    def set_bit_errors(self, rate: float) -> None:
        """Set the bit error rate of both directions."""
        self.forward.impairments.set_bit_errors(rate)
        self.backward.impairments.set_bit_errors(rate)

    def add_tap(self, tap: Tap) -> None:
        """Let someone watch both directions, too."""
        self.forward.add_tap(tap)
        self.backward.add_tap(tap)

    def remove_tap(self, tap: Tap) -> None:
        """Undo an :meth:`add_tap`."""
        self.forward.remove_tap(tap)
        self.backward.remove_tap(tap)
