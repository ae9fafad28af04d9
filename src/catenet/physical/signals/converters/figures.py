"""The figures of a converter's datasheet, from the spectrum of a sampled sine (IEEE Std 1241-2010, section 4.4).

All powers are those of bins of a discrete Fourier transform.  Coherent sampling (an odd whole number of cycles) is
best.  Otherwise a window is needed; its main lobe counts towards each tone.
"""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Reals
from catenet.physical.signals.decibels import decibels_of

Window = Literal["none", "blackman-harris"]
HARMONICS: Final = 6
"""The harmonics up to this order are separated from noise."""
_LOBES: Final = {"none": 0, "blackman-harris": 4}
_BLACKMAN_HARRIS: Final = (0.35875, -0.48829, 0.14128, -0.01168)
"""The minimum four-term window, −92 dB (Harris, Proc. IEEE 66(1), 1978)."""


class Figures(NamedTuple):
    """SNR, SINAD, ENOB, SFDR and THD.

    ``snr_db`` excludes harmonics, ``sinad_db`` treats everything except DC as noise, ``sfdr_db`` compares with the
    highest other bin, ``thd_db`` is the power of the harmonics divided by that of the fundamental.
    """

    snr_db: float
    sinad_db: float
    enob_bits: float
    sfdr_db: float
    thd_db: float
    fundamental_bin: int


def spectrum_of(samples: ArrayLike, window: Window = "none") -> Reals:
    """The power in each bin from 0 to half the sample rate: a sine of amplitude A in one bin is A²/2 there."""
    given = np.asarray(samples, np.float64)
    if given.ndim != 1 or given.size < 16:
        raise ValueError("a spectrum needs at least 16 samples, in an array of one dimension")
    weights = np.ones(given.size)
    if window == "blackman-harris":
        phase = 2.0 * np.pi * np.arange(given.size) / given.size
        weights = np.asarray(sum(a * np.cos(k * phase) for k, a in enumerate(_BLACKMAN_HARRIS)))
    power = np.abs(np.fft.rfft(given * weights)) ** 2 / (given.size * np.sum(weights**2))
    last = -1 if given.size % 2 == 0 else power.size
    power[1:last] *= 2.0
    return np.asarray(power, np.float64)


def figures(samples: ArrayLike, *, window: Window = "none") -> Figures:
    """The figures; the fundamental is the highest bin except DC.  Raises ValueError for an unknown window."""
    if window not in _LOBES:
        raise ValueError(f"the window must be 'none' or 'blackman-harris', not {window!r}")
    size, lobe = np.asarray(samples).size, _LOBES[window]
    power = spectrum_of(samples, window)
    power[: lobe + 1] = 0.0
    peak = int(np.argmax(power))
    fundamental = _take(power, peak, lobe)
    highest = _around(power, int(np.argmax(power)), lobe)
    total = float(power.sum())
    places = [_folded(peak * order, size) for order in range(2, HARMONICS + 1)]
    harmonics = sum(_take(power, place, lobe) for place in places if place > lobe)
    noise = float(power.sum())
    sinad = _ratio_db(fundamental, total)
    return Figures(
        _ratio_db(fundamental, noise),
        sinad,
        (sinad - decibels_of(1.5)) / (20.0 * math.log10(2.0)),
        _ratio_db(fundamental, highest),
        -_ratio_db(fundamental, harmonics),
        peak,
    )


def coherent_frequency_hz(wanted_hz: float, sample_rate_hz: float, count: int) -> float:
    """The nearest frequency with an odd whole number of cycles in ``count`` samples."""
    cycles = wanted_hz * count / sample_rate_hz
    odd = 2 * round((cycles - 1.0) / 2.0) + 1
    return max(odd, 1) * sample_rate_hz / count


def jitter_snr_db(frequency_hz: float, jitter_s: float) -> float:
    """The maximum SNR of a sine sampled with a jittered clock: −20 log₁₀(2πfσ) (section 4.11; for 2πfσ ≪ 1)."""
    return -20.0 * math.log10(2.0 * math.pi * frequency_hz * jitter_s)


def _folded(place: int, size: int) -> int:
    """The bin to which a bin above half the sample rate is aliased."""
    place %= size
    return min(place, size - place)


def _around(power: Reals, place: int, lobe: int) -> float:
    return float(power[max(place - lobe, 0) : place + lobe + 1].sum())


def _take(power: Reals, place: int, lobe: int) -> float:
    """Remove a tone from the spectrum; returns its power."""
    found = _around(power, place, lobe)
    power[max(place - lobe, 0) : place + lobe + 1] = 0.0
    return found


def _ratio_db(signal: float, rest: float) -> float:
    return math.inf if rest <= 0.0 else decibels_of(signal / rest)
