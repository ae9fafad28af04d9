"""What PHYs of on-off keyed light have in common as waveforms: fibre, photodiode and converter."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator
from scipy import fft

from catenet.physical.phys.optical import OpticalPhy
from catenet.physical.phys.phy_base import Phy
from catenet.physical.signals.bits import Bits
from catenet.physical.signals.channels.fibre import Fibre
from catenet.physical.signals.channels.photodetector import Photodetector
from catenet.physical.signals.converters.receiver_converter import ReceiverConverter
from catenet.physical.signals.synchronization.symbol_phase import symbol_phase
from catenet.physical.signals.waveforms.signal_phy import Samples, SignalPhy, averaged

RESPONSIVITY_A_W: Final = 0.8


class OpticalSignal(SignalPhy):
    """Light for a 1, none for a 0; waveforms are scaled so that these are 1 and −1.

    A 1 has more noise than a 0, so the optimum threshold of the receiver is not half-way.
    """

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        assert isinstance(phy, OpticalPhy)
        self.optical: Final = phy
        self.samples_per_symbol = phy.converter.samples_per_symbol
        self._converter: Final = ReceiverConverter(phy.converter)
        length_km, fibre = phy.length_m / 1000.0, phy.fibre
        self._fibre: Final = Fibre(
            length_km,
            attenuation_db_km=0.0,  # the ratio says how much power arrives
            dispersion_ps_nm_km=fibre.dispersion_ps_nm_km,
            wavelength_nm=fibre.wavelength_nm,
        )

    def conducted(self, samples: Samples) -> Samples:
        """The power at the end of the fibre, scaled in the same way: the squared magnitude of the field."""
        if not self.optical.length_m:
            return samples
        lit = np.resize(samples > 0, fft.next_fast_len(samples.size))
        field = self._fibre.transmit(lit, self.optical.symbol_rate_hz * self.samples_per_symbol)[: samples.size]
        return np.asarray(2.0 * (field.real**2 + field.imag**2) - 1.0, np.float32)

    def noisy(self, samples: Samples, snr_db: float, rng: Generator) -> Samples:
        """The photodiode's current minus the threshold, scaled by half the current of a 1."""
        found = self.optical.detection(snr_db)
        # averaging the samples of a symbol reduces the noise bandwidth to half the symbol rate
        bandwidth_hz = self.optical.bandwidth_hz * self.samples_per_symbol
        detector = Photodetector(rng, responsivity_a_w=RESPONSIVITY_A_W, bandwidth_hz=bandwidth_hz)
        power_w = (samples.astype(np.float64) + 1.0) * (found.one_a / 2.0 / RESPONSIVITY_A_W)
        current_a = detector.detect(np.maximum(power_w, 0.0))
        return np.asarray((current_a - found.threshold_a) * (2.0 / found.one_a))

    def bits_of(self, samples: Samples) -> Bits:
        """The decided bits, after clock recovery."""
        phase = symbol_phase(samples, self.samples_per_symbol)
        return (averaged(samples, self.samples_per_symbol, phase) > 0).astype(np.uint8)

    def digitised(self, samples: Samples) -> Samples:
        return self._converter.digitise(samples)
