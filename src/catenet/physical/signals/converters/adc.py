"""An analogue-to-digital converter with jitter, noise, dither, nonlinearity, clipping and oversampling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Reals
from catenet.physical.signals.converters.decimator import Decimator
from catenet.physical.signals.converters.quantiser import Kind, Quantiser

Signal: TypeAlias = Callable[[Reals], Reals]
"""A voltage as a function of time, for an array of seconds."""
Dither = Literal["none", "rectangular", "triangular"]


class Adc:
    """N bits over ±``full_scale_v`` at ``sample_rate_hz``.

    - ``jitter_s``: standard deviation of the aperture time (IEEE 1241, section 4.11);
    - ``noise_v``: standard deviation of the noise at the input;
    - ``dither``: non-subtractive dither, uniform over one LSB (rectangular) or the sum of two such (triangular)
      (Lipshitz, Wannamaker and Vanderkooy, J. Audio Eng. Soc. 40(5), 1992);
    - ``threshold_errors_lsb``: the error of each of the 2^N − 1 thresholds, in LSB (integral nonlinearity);
    - ``oversampling``: the ratio by which samples are taken faster, before they are filtered and decimated.
    """

    def __init__(
        self,
        bits: int,
        sample_rate_hz: float,
        rng: Generator,
        *,
        full_scale_v: float = 1.0,
        kind: Kind = "mid-rise",
        jitter_s: float = 0.0,
        noise_v: float = 0.0,
        dither: Dither = "none",
        threshold_errors_lsb: ArrayLike | None = None,
        oversampling: int = 1,
    ) -> None:
        if not sample_rate_hz > 0:
            raise ValueError(f"the sample rate must be positive, not {sample_rate_hz} Hz")
        if jitter_s < 0 or noise_v < 0:
            raise ValueError(f"jitter and noise must not be negative, not {jitter_s} s and {noise_v} V")
        if dither not in ("none", "rectangular", "triangular"):
            raise ValueError(f"dither must be 'none', 'rectangular' or 'triangular', not {dither!r}")
        self.quantiser: Final = Quantiser(bits, full_scale=full_scale_v, kind=kind)
        self.sample_rate_hz: Final = sample_rate_hz
        self._rng: Final = rng
        self._jitter_s: Final = jitter_s
        self._noise_v: Final = noise_v
        self._dither: Final = dither
        self._decimator: Final = Decimator(oversampling)
        self.thresholds_v: Final = self._thresholds(threshold_errors_lsb)

    def _thresholds(self, errors_lsb: ArrayLike | None) -> Reals | None:
        if errors_lsb is None:
            return None
        errors, ideal = np.asarray(errors_lsb, np.float64), self.quantiser.thresholds
        if errors.shape != ideal.shape:
            raise ValueError(
                f"a converter of {self.quantiser.bits} bits needs {ideal.size} threshold errors, not {errors.size}"
            )
        found = np.asarray(ideal + errors * self.quantiser.step, np.float64)
        if (np.diff(found) < 0).any():
            raise ValueError("thresholds must be in ascending order: adjacent errors may decrease by at most one LSB")
        return found

    def codes(self, signal: Signal, count: int) -> NDArray[np.int64]:
        """``count`` codes from 0 s on, at the sampling rate before decimation."""
        rate_hz = self.sample_rate_hz * self._decimator.ratio
        time_s = np.arange(count) / rate_hz
        if self._jitter_s:
            time_s = time_s + self._jitter_s * self._rng.standard_normal(count)
        return self.codes_of(signal(time_s))

    def codes_of(self, voltages: ArrayLike) -> NDArray[np.int64]:
        """The codes of sampled voltages, with noise, dither and threshold errors."""
        given = np.asarray(voltages, np.float64)
        if self._noise_v:
            given = given + self._noise_v * self._rng.standard_normal(given.shape)
        for _ in range(("none", "rectangular", "triangular").index(self._dither)):
            given = given + (self._rng.random(given.shape) - 0.5) * self.quantiser.step
        if self.thresholds_v is None:
            return self.quantiser.codes(given)
        return np.asarray(np.searchsorted(self.thresholds_v, given, side="right"), np.int64)

    def sample(self, signal: Signal, count: int) -> Reals:
        """``count`` voltages at ``sample_rate_hz``; with oversampling they are filtered, with steps below one LSB."""
        ratio = self._decimator.ratio
        codes = self.codes(signal, (count - 1) * ratio + 1 + self._decimator.settling_samples if count else 0)
        return self._decimator.decimate(self.quantiser.values(codes))
