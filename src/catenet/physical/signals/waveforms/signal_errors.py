"""Frame errors of a link with fidelity ``"signal"``: every frame is sent as a waveform with noise, and received."""

from __future__ import annotations

from typing import Final

import numpy as np

from catenet.kernel.pdu import Pdu
from catenet.kernel.streams import Stream
from catenet.physical.frame_errors import FrameErrors
from catenet.physical.signals.waveforms.signal_phy import SignalPhy

KEPT_OCTETS: Final = 1 << 24


class SignalErrors(FrameErrors):
    """The errors of a PHY at a signal-to-noise ratio; the generator is seeded from the channel's random stream."""

    def __init__(self, phy: SignalPhy, snr_db: float, stream: Stream) -> None:
        _keep_freed_memory()
        self.phy: Final = phy
        self.snr_db: Final = snr_db
        self._rng: Final = np.random.Generator(np.random.PCG64(stream.bits(64)))

    def flips(self, pdu: Pdu) -> list[int] | None:
        """A frame whose length has changed counts as not found."""
        sent = pdu.emit()
        received = self.phy.carried(sent, self.snr_db, self._rng)
        if received == sent:
            return None
        if received is None or len(received) != len(sent):
            return []
        wrong = np.unpackbits(np.frombuffer(sent, np.uint8) ^ np.frombuffer(received, np.uint8))
        return [int(place) for place in np.flatnonzero(wrong)]


def _keep_freed_memory() -> None:
    """Let glibc's allocator reuse the arrays of a frame: pages that each frame maps anew cost a third of its time.

    An allocation of this size is a mapping of its own.  Once it is freed, memory up to twice its size stays with the
    process (mallopt(3), M_MMAP_THRESHOLD); none of its pages is ever touched.  Other allocators are not affected.
    """
    np.empty(KEPT_OCTETS, np.uint8)
