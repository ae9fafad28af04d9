"""A photodiode with shot noise and thermal noise, and the Q factor (Agrawal, sections 4.4 and 4.6)."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Reals

ELECTRON_C: Final = 1.602176634e-19
BOLTZMANN_J_K: Final = 1.380649e-23


class Decision(NamedTuple):
    """The Q factor of an on-off signal, and the optimum decision threshold in amperes."""

    q_factor: float
    threshold_a: float


class Photodetector:
    """A p–i–n photodiode with a load resistor: current R P, and Gaussian noise within ``bandwidth_hz``."""

    def __init__(
        self,
        rng: Generator,
        *,
        responsivity_a_w: float = 0.8,
        bandwidth_hz: float = 7.5e9,
        load_ohm: float = 50.0,
        temperature_k: float = 300.0,
        dark_current_a: float = 0.0,
    ) -> None:
        if not (responsivity_a_w > 0 and bandwidth_hz > 0 and load_ohm > 0):
            raise ValueError("responsivity, bandwidth and load resistance must be positive")
        if temperature_k < 0 or dark_current_a < 0:
            raise ValueError("temperature and dark current must not be negative")
        self._rng: Final = rng
        self.responsivity_a_w: Final = responsivity_a_w
        self.bandwidth_hz: Final = bandwidth_hz
        self.dark_current_a: Final = dark_current_a
        self.thermal_variance_a2: Final = 4.0 * BOLTZMANN_J_K * temperature_k * bandwidth_hz / load_ohm

    def current_a(self, power_w: ArrayLike) -> Reals:
        """The mean current for an optical power."""
        return np.asarray(self.responsivity_a_w * np.asarray(power_w, np.float64), np.float64)

    def noise_variance_a2(self, power_w: ArrayLike) -> Reals:
        """Shot noise 2q(RP + I_d)Δf and thermal noise 4kTΔf/R_L."""
        shot = 2.0 * ELECTRON_C * (self.current_a(power_w) + self.dark_current_a) * self.bandwidth_hz
        return np.asarray(shot + self.thermal_variance_a2, np.float64)

    def detect(self, power_w: ArrayLike) -> Reals:
        """Currents with noise, independent from sample to sample."""
        power = np.asarray(power_w, np.float64)
        if power.size and power.min() < 0:
            raise ValueError("optical power must not be negative")
        noise = self._rng.standard_normal(power.shape) * np.sqrt(self.noise_variance_a2(power))
        return np.asarray(self.current_a(power) + noise, np.float64)

    def decision(self, power_one_w: float, power_zero_w: float = 0.0) -> Decision:
        """Q = (I₁ − I₀)/(σ₁ + σ₀), and the threshold (σ₀I₁ + σ₁I₀)/(σ₀ + σ₁)."""
        currents = self.current_a([power_one_w, power_zero_w])
        deviations = np.sqrt(self.noise_variance_a2([power_one_w, power_zero_w]))
        threshold = (deviations[1] * currents[0] + deviations[0] * currents[1]) / deviations.sum()
        return Decision(float((currents[0] - currents[1]) / deviations.sum()), float(threshold))

    def power_for(self, q_factor: float) -> float:
        """The power of a 1 (a 0 has none) that gives a Q factor, in watts, in closed form.

        From RP = Q(σ₁ + σ₀) with σ₁² = σ₀² + 2qRPΔf: RP = 2Q(σ₀ + QqΔf).
        """
        dark = math.sqrt(float(self.noise_variance_a2(0.0)))
        current = 2.0 * q_factor * (dark + q_factor * ELECTRON_C * self.bandwidth_hz)
        return current / self.responsivity_a_w
