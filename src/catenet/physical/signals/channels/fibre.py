"""Single-mode fibre: attenuation and chromatic dispersion (Agrawal, Fiber-Optic Communication Systems, chapter 2)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes
from catenet.physical.signals.decibels import ratio_of

LIGHT_M_S: Final = 299_792_458.0


class Fibre:
    """A length of fibre.  The defaults are those of ITU-T G.652.D at 1550 nm.

    A field is the complex envelope of the light; its squared magnitude is the power in watts.
    """

    def __init__(
        self,
        length_km: float,
        *,
        attenuation_db_km: float = 0.2,
        dispersion_ps_nm_km: float = 17.0,
        wavelength_nm: float = 1550.0,
    ) -> None:
        if not (length_km >= 0 and math.isfinite(length_km)):
            raise ValueError(f"the length must be finite and not negative, not {length_km} km")
        if attenuation_db_km < 0 or not 600 <= wavelength_nm <= 2000:
            raise ValueError(
                "the attenuation must not be negative, and the wavelength must be from 600 to 2000 nm, "
                f"not {attenuation_db_km} dB/km and {wavelength_nm} nm"
            )
        self.length_km: Final = length_km
        self.attenuation_db: Final = attenuation_db_km * length_km
        wavelength_m = wavelength_nm * 1e-9
        self.beta2_s2_m: Final = -dispersion_ps_nm_km * 1e-6 * wavelength_m**2 / (2.0 * math.pi * LIGHT_M_S)

    def received_power_w(self, launched_power_w: float) -> float:
        """The received power for a launched power, in watts (2.5.1)."""
        return launched_power_w * ratio_of(-self.attenuation_db)

    def response(self, frequency_hz: ArrayLike) -> Complexes:
        """The transfer function of the field at offsets from the carrier: exp(iβ₂ω²L/2) and the loss (2.4.11)."""
        omega = 2.0 * np.pi * np.asarray(frequency_hz, np.float64)
        phase = 0.5 * self.beta2_s2_m * omega**2 * self.length_km * 1e3
        return np.asarray(np.exp(1j * phase) * math.sqrt(ratio_of(-self.attenuation_db)), np.complex128)

    def transmit(self, field: ArrayLike, sample_rate_hz: float) -> Complexes:
        """The received field; the launched field is treated as periodic (the transform is circular)."""
        launched = np.asarray(field, np.complex128)
        if launched.size == 0:
            return launched
        # Agrawal's fields vary as exp(−iωt): his transform is the conjugate of NumPy's, and the phase is even in ω
        spectrum = np.fft.fft(launched) * self.response(np.fft.fftfreq(launched.size, 1.0 / sample_rate_hz))
        return np.asarray(np.fft.ifft(spectrum), np.complex128)
