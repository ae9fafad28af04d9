"""What PHYs on twisted pairs have in common as waveforms: the pair, the converter and the equaliser."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catenet.physical.phys.copper import CopperPhy
from catenet.physical.phys.phy_base import Phy, ratio_of
from catenet.physical.signals.bits import Reals
from catenet.physical.signals.channels.copper import TwistedPair
from catenet.physical.signals.channels.fast_filter import FastFilter
from catenet.physical.signals.converters.receiver_converter import ReceiverConverter
from catenet.physical.signals.synchronization.fractional_equaliser import FractionalEqualiser
from catenet.physical.signals.waveforms.signal_phy import Samples, SignalPhy, held

CATEGORY: Final = "cat5e"
PULSE_SYMBOLS: Final = 64
"""How much of a received pulse the equaliser is made for."""


class CopperSignal(SignalPhy):
    """A pair of category 5e; behind it a zero-forcing equaliser that has settled since link-up.

    The equaliser looks at ``span_symbols`` symbols before and after each.  A level is held for ``level_samples``.
    """

    span_symbols: int = 4
    level_samples: int = 4
    eye_filter = "equaliser"

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        assert isinstance(phy, CopperPhy)
        self.copper: Final = phy
        self.mean_power = phy.mean_power
        self.samples_per_symbol = len(phy.pulse)
        self.sample_rate_hz: Final = phy.symbol_rate_hz * len(phy.pulse)
        self.pair: Final = TwistedPair(CATEGORY, phy.length_m)
        self._path: Final = FastFilter(self.pair.response, self.sample_rate_hz)
        self._held_path: Final = FastFilter(self.pair.response, self.sample_rate_hz, self.level_samples)
        self._coupling: Final = FastFilter(self.pair.near_end_response, self.sample_rate_hz)
        self._converter: Final = ReceiverConverter(phy.converter)
        self.equaliser: Final = self._equaliser()

    def _equaliser(self) -> FractionalEqualiser:
        pulse = np.zeros(PULSE_SYMBOLS * self.samples_per_symbol, np.float32)
        pulse[: self.samples_per_symbol] = self.copper.pulse
        if not self.pair.length_m:
            return FractionalEqualiser(self.copper.pulse, self.samples_per_symbol, 0)
        return FractionalEqualiser(self.conducted(pulse), self.samples_per_symbol, self.span_symbols)

    def conducted(self, samples: Samples) -> Samples:
        return self._path.transmit(samples) if self.pair.length_m else samples

    def conducted_levels(self, levels: NDArray[Any]) -> Samples:
        """What :meth:`conducted` makes of levels, each of which is held for ``level_samples``."""
        return self._held_path.transmit(levels) if self.pair.length_m else held(levels, self.level_samples)

    def crosstalk(self, own: Samples) -> Samples:
        """What is heard of a signal on the pair on which this side sends."""
        return self._coupling.transmit(own)

    def noise_deviation(self, snr_db: float) -> float:
        """The deviation of a sample's noise that gives the ratio behind the equaliser."""
        return math.sqrt(self.mean_power / (ratio_of(snr_db) * self.equaliser.noise_gain))

    def digitised(self, samples: Samples) -> Samples:
        return self._converter.digitise(samples)

    def opened(self, samples: Samples) -> Samples:
        return self.equaliser.filtered(samples)

    def decision_values(self, samples: Samples) -> Reals:
        return self.equaliser.equalise(samples)
