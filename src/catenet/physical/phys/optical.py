"""PHYs of on-off keyed light: a fibre's dispersion, and a photodiode with shot and thermal noise."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from catenet.physical.phys.converter import Converter
from catenet.physical.phys.dispersion import received_powers
from catenet.physical.phys.link_budget import FibreMedium
from catenet.physical.phys.phy_base import q_function, ratio_of
from catenet.physical.phys.two_level import TwoLevelPhy

ELECTRON_C: Final = 1.602176634e-19
BOLTZMANN_J_K: Final = 1.380649e-23
LOAD_OHM: Final = 50.0
TEMPERATURE_K: Final = 300.0


class Detection(NamedTuple):
    """The current of a 1 without dispersion, the decision threshold, and the thermal variance, in amperes."""

    one_a: float
    threshold_a: float
    thermal_a2: float


class OpticalPhy(TwoLevelPhy):
    """Light for a 1, none for a 0, at ``symbol_rate_hz``.

    The signal-to-noise ratio is the square of the Q factor that the received power gives without dispersion and with an
    ideal converter.  Dispersion and converter are penalties of the closed form.
    """

    converter: Converter = Converter()

    def __init__(
        self,
        name: str,
        clause: str,
        rate_bit_s: int,
        fibre: FibreMedium,
        *,
        symbols_per_octet: float,
        marks: int,
        symbol_rate_hz: float,
    ) -> None:
        super().__init__(name, clause, rate_bit_s, fibre, symbols_per_octet=symbols_per_octet, marks=marks)
        self.fibre: Final = fibre
        self.symbol_rate_hz: Final = symbol_rate_hz

    @property
    def bandwidth_hz(self) -> float:
        """The noise bandwidth of a filter that averages over a symbol."""
        return self.symbol_rate_hz / 2.0

    def detection(self, snr_db: float) -> Detection:
        """Currents for a ratio: I₁ = 2Q(σ₀ + QqΔf), and the threshold σ₀I₁/(σ₀ + σ₁) (Agrawal, section 4.6.1)."""
        q_factor = math.sqrt(ratio_of(snr_db))
        thermal_a2 = 4.0 * BOLTZMANN_J_K * TEMPERATURE_K * self.bandwidth_hz / LOAD_OHM
        zero_a = math.sqrt(thermal_a2)
        one_a = 2.0 * q_factor * (zero_a + q_factor * ELECTRON_C * self.bandwidth_hz)
        noise_a = math.sqrt(thermal_a2 + 2.0 * ELECTRON_C * one_a * self.bandwidth_hz)
        return Detection(one_a, zero_a * one_a / (zero_a + noise_a), thermal_a2)

    def symbol_error_rate(self, snr_db: float) -> float:
        """The mean over all patterns of Q(|I − I_threshold|/σ), with σ² of thermal, shot and quantisation noise."""
        one_a, threshold_a, thermal_a2 = self.detection(snr_db)
        shot_a = 2.0 * ELECTRON_C * self.bandwidth_hz
        per_symbol = self.converter.samples_per_symbol
        signal_a2 = ((one_a - threshold_a) ** 2 + threshold_a**2) / 2.0
        fixed_a2 = thermal_a2 + self.converter.noise_share() * (
            signal_a2 / per_symbol + thermal_a2 + shot_a * one_a / 2.0
        )
        powers = received_powers(
            self.fibre.dispersion_ps_nm(self.length_m), self.fibre.wavelength_nm, self.symbol_rate_hz, per_symbol
        )
        rates = []
        for bit, power in powers:
            distance_a = (power * one_a - threshold_a) * (1.0 if bit else -1.0)
            rates.append(q_function(distance_a / math.sqrt(fixed_a2 + shot_a * power * one_a)))
        return math.fsum(rates) / len(rates)
