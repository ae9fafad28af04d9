"""A serial line: the characters of a UART (:mod:`.uart`), and frames among them as SLIP has it (RFC 1055).

A line for frames that delimit themselves, such as PPP's, carries their octets as they are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.phys import slip
from catenet.physical.phys.phy_base import Phy
from catenet.physical.phys.serial_line import MIDDLE, OVERSAMPLING, SerialLine
from catenet.physical.signals.bits import Reals
from catenet.physical.signals.waveforms.signal_phy import Samples, SignalPhy, below
from catenet.physical.signals.waveforms.uart import Uart

IDLE_MAX_BITS: Final = 20


class SerialLineSignal(SignalPhy):
    """High for a 1 and when idle, low for a 0."""

    samples_per_symbol = OVERSAMPLING
    eye_filter = ""

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        assert isinstance(phy, SerialLine)
        self.line: Final = phy
        self.uart: Final = Uart(phy.form)
        self.delimited: Final = phy.delimited

    def noise_deviation(self, snr_db: float) -> float:
        """The deviation of the noise in a single sample, which the receiver does not average."""
        return super().noise_deviation(snr_db) / OVERSAMPLING**0.5

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        sent = slip.encode(octets) if self.delimited else octets
        idle = np.ones(below(rng, IDLE_MAX_BITS * OVERSAMPLING, OVERSAMPLING), np.float32)
        behind = np.ones(self.uart.form.bits * OVERSAMPLING, np.float32)
        return np.concatenate((idle, self.uart.waveform(sent), behind))

    def arriving(self, octets: bytes, rng: Generator) -> Samples:
        """What the line is when the receiver's clock takes its samples; with a drift there are more, or fewer."""
        sent = self.conducted(self.waveform(octets, rng))
        if not self.line.drift_ppm:
            return sent
        stretch = 1.0 + self.line.drift_ppm * 1e-6
        taken = np.arange(int(sent.size * stretch)) / stretch + rng.random()
        return np.asarray(sent[np.minimum(taken.astype(np.intp), sent.size - 1)])

    def opened(self, samples: Samples) -> Samples:
        return np.roll(samples, OVERSAMPLING // 2)

    def decision_values(self, samples: Samples) -> Reals:
        """The sum of the signs of three samples around the middle of a bit: from −3 to 3."""
        rows = np.sign(samples[: samples.size // OVERSAMPLING * OVERSAMPLING].reshape(-1, OVERSAMPLING))
        return np.asarray(rows[:, MIDDLE : MIDDLE + 3].sum(axis=1), np.float64)

    def receive(self, samples: Samples) -> bytes | None:
        """The first packet of SLIP, or all good characters; a framing or parity error drops its octet."""
        received = self.uart.receive(samples).octets
        if self.delimited:
            packets = slip.decode(received)
            return packets[0] if packets else None
        return received or None
