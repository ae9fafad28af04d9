"""Link budgets: the signal-to-noise ratio after a length, from launched power, attenuation and receiver noise."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Final

from catenet.physical.phys.cables import CATEGORIES, REFERENCE_M
from catenet.physical.phys.dispersion import LIGHT_M_S


class Medium(ABC):
    """A transmission medium.  ``velocity_factor`` is the propagation speed divided by the speed of light in vacuum."""

    def __init__(self, name: str, longest_m: float, velocity_factor: float) -> None:
        self.name: Final = name
        self.longest_m: Final = longest_m
        self.velocity_factor: Final = velocity_factor

    @abstractmethod
    def snr_db(self, length_m: float) -> float:
        """The signal-to-noise ratio at the receiver's decision, in dB, after ``length_m`` metres."""

    def delay_ns(self, length_m: float) -> int:
        """The propagation delay, in whole nanoseconds."""
        return round(length_m / (LIGHT_M_S * self.velocity_factor) * 1e9)


class FibreMedium(Medium):
    """Fibre and a receiver; ``sensitivity_dbm`` is the mean power at which the Q factor is ``q_factor``.

    With thermal noise the Q factor is proportional to the optical power (Agrawal, equation 4.6.10), so one optical
    decibel is two electrical ones.  ``attenuation_db_km`` is that of ITU-T G.652.D at the wavelength.
    """

    def __init__(
        self,
        longest_m: float,
        *,
        launched_dbm: float,
        sensitivity_dbm: float,
        attenuation_db_km: float,
        q_factor: float = 7.034,
        dispersion_ps_nm_km: float = 17.0,
        wavelength_nm: float = 1550.0,
    ) -> None:
        super().__init__("fibre", longest_m, 1.0 / 1.4682)
        self.launched_dbm: Final = launched_dbm
        self.sensitivity_dbm: Final = sensitivity_dbm
        self.attenuation_db_km: Final = attenuation_db_km
        self.q_factor: Final = q_factor
        self.dispersion_ps_nm_km: Final = dispersion_ps_nm_km
        self.wavelength_nm: Final = wavelength_nm

    def snr_db(self, length_m: float) -> float:
        received_dbm = self.launched_dbm - self.attenuation_db_km * length_m / 1000.0
        return 20.0 * math.log10(self.q_factor) + 2.0 * (received_dbm - self.sensitivity_dbm)

    def dispersion_ps_nm(self, length_m: float) -> float:
        """The chromatic dispersion of a length."""
        return self.dispersion_ps_nm_km * length_m / 1000.0


class CopperMedium(Medium):
    """A twisted pair: ``shortest_snr_db`` without cable, less the loss at ``frequency_mhz`` (TIA-568-C.2, category 5e).

    The receiver's equaliser compensates for the pair's attenuation, and amplifies the noise by the same factor.
    """

    def __init__(self, longest_m: float, *, shortest_snr_db: float, frequency_mhz: float) -> None:
        super().__init__("a twisted pair", longest_m, 0.64)
        self.shortest_snr_db: Final = shortest_snr_db
        self.loss_db_m: Final = CATEGORIES["cat5e"].attenuation_db(frequency_mhz) / REFERENCE_M

    def snr_db(self, length_m: float) -> float:
        return self.shortest_snr_db - self.loss_db_m * length_m


class AirMedium(Medium):
    """Free space (Friis; ITU-R P.525) and receiver noise kTB at 290 K.  Distances below a metre count as one metre."""

    def __init__(
        self,
        longest_m: float,
        *,
        sent_dbm: float,
        frequency_hz: float,
        bandwidth_hz: float,
        noise_figure_db: float,
    ) -> None:
        super().__init__("air", longest_m, 1.0)
        self._at_1_m_db: Final = sent_dbm - 20.0 * math.log10(4.0 * math.pi * frequency_hz / LIGHT_M_S)
        self._noise_dbm: Final = -173.975 + 10.0 * math.log10(bandwidth_hz) + noise_figure_db

    def snr_db(self, length_m: float) -> float:
        return self._at_1_m_db - 20.0 * math.log10(max(length_m, 1.0)) - self._noise_dbm
