"""Twisted pairs as filters of signals; :mod:`catenet.physical.phys.cables` has the figures of the categories."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.phys.cables import CATEGORIES, LOWEST_MHZ, REFERENCE_M
from catenet.physical.signals.bits import Complexes, Reals
from catenet.physical.signals.decibels import ratio_of


class TwistedPair:
    """A pair of a category, ``length_m`` metres long, in a cable with other pairs.

    The propagation delay is not included: it belongs to the wire.  The √f term is the skin effect, whose phase (in
    radians) equals its loss (in nepers) (Johnson and Graham, High-Speed Signal Propagation, section 2.10), so a pulse
    has a steep front and a long tail.
    """

    def __init__(self, category: str, length_m: float) -> None:
        if category not in CATEGORIES:
            raise ValueError(f"the category of a cable must be one of {', '.join(CATEGORIES)}, not {category!r}")
        if not (length_m >= 0 and math.isfinite(length_m)):
            raise ValueError(f"the length must be finite and not negative, not {length_m} m")
        self.category: Final = CATEGORIES[category]
        self.length_m: Final = length_m

    def attenuation_db(self, frequency_hz: ArrayLike) -> Reals:
        """The loss at each frequency, in dB; 0 at 0 Hz."""
        kind, root = self.category, _root_mhz(frequency_hz)
        above = np.maximum(root, math.sqrt(LOWEST_MHZ))
        at_100_m = kind.root * above + kind.linear * above**2 + kind.inverse_root / above
        lowest = kind.root + kind.linear + kind.inverse_root
        found = np.where(root < math.sqrt(LOWEST_MHZ), lowest * root, at_100_m)
        return np.asarray(found * self.length_m / REFERENCE_M, np.float64)

    def response(self, frequency_hz: ArrayLike) -> Complexes:
        """The transfer function (amplitude); for negative frequencies it is the complex conjugate."""
        frequency = np.asarray(frequency_hz, np.float64)
        skin_db = self.category.root * _root_mhz(frequency) * self.length_m / REFERENCE_M
        phase = -np.sign(frequency) * skin_db * math.log(10.0) / 20.0
        return np.asarray(10.0 ** (-self.attenuation_db(frequency) / 20.0) * np.exp(1j * phase), np.complex128)

    def near_end_crosstalk_db(self, frequency_hz: ArrayLike) -> Reals:
        """Near-end crosstalk loss (NEXT), in dB: it decreases by 15 dB per decade."""
        return np.asarray(self.category.next_db - 15.0 * np.log10(_from_lowest(frequency_hz) / 100.0), np.float64)

    def far_end_crosstalk_db(self, frequency_hz: ArrayLike) -> Reals:
        """Far-end crosstalk loss (FEXT), in dB: equal-level crosstalk, 20 dB per decade, plus the cable's loss."""
        if self.length_m == 0:
            return np.full(np.shape(frequency_hz), np.inf)
        by_length = 10.0 * math.log10(self.length_m / REFERENCE_M)
        equal_level = self.category.elfext_db - 20.0 * np.log10(_from_lowest(frequency_hz) / 100.0) - by_length
        return np.asarray(equal_level + self.attenuation_db(frequency_hz), np.float64)

    def transmit(self, samples: ArrayLike, sample_rate_hz: float) -> Reals:
        """The received signal, as long as the real signal ``samples``, without noise."""
        return _filtered(samples, sample_rate_hz, self.response)

    def near_end_response(self, frequency_hz: ArrayLike) -> Complexes:
        """Near-end crosstalk as a transfer function; coupling is inductive and capacitive, so it leads by 90°."""
        frequency = np.asarray(frequency_hz, np.float64)
        return _coupled(frequency, self.near_end_crosstalk_db(frequency))

    def near_end_noise(self, disturber: ArrayLike, sample_rate_hz: float) -> Reals:
        """Crosstalk from a pair that sends at this end."""
        return _filtered(disturber, sample_rate_hz, self.near_end_response)

    def far_end_noise(self, disturber: ArrayLike, sample_rate_hz: float) -> Reals:
        """Crosstalk from a pair that sends at the other end."""
        return _filtered(disturber, sample_rate_hz, lambda f: _coupled(f, self.far_end_crosstalk_db(f)))


def power_sum_db(losses_db: ArrayLike) -> float:
    """The loss of several disturbers together: their powers add (TIA-568-C.2, power-sum crosstalk)."""
    powers = np.array([ratio_of(-loss) for loss in np.asarray(losses_db, np.float64)])
    return float(-10.0 * np.log10(powers.sum()))


def _root_mhz(frequency_hz: ArrayLike) -> Reals:
    return np.asarray(np.sqrt(np.abs(np.asarray(frequency_hz, np.float64)) / 1e6), np.float64)


def _from_lowest(frequency_hz: ArrayLike) -> Reals:
    return np.asarray(np.maximum(np.abs(np.asarray(frequency_hz, np.float64)) / 1e6, 1e-6), np.float64)


def _coupled(frequency_hz: Reals, loss_db: Reals) -> Complexes:
    return np.asarray(1j * np.sign(frequency_hz) * 10.0 ** (-loss_db / 20.0), np.complex128)


def _filtered(samples: ArrayLike, sample_rate_hz: float, response: Callable[[Reals], Complexes]) -> Reals:
    """Filter a signal; padding to twice its length prevents circular wrap-around."""
    sent = np.asarray(samples, np.float64)
    if sent.size == 0:
        return sent
    size = 2 * sent.size
    frequency = np.asarray(np.fft.rfftfreq(size, 1.0 / sample_rate_hz), np.float64)
    spectrum: Complexes = np.asarray(np.fft.rfft(sent, size), np.complex128)
    spectrum *= response(frequency)
    return np.asarray(np.fft.irfft(spectrum, size)[: sent.size], np.float64)
