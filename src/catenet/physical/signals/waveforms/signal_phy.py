"""The interface of PHYs as waveforms: a frame to samples, and samples to a frame."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from catenet.physical.phys.phy_base import Phy, ratio_of
from catenet.physical.signals.bits import Bits, Levels, Reals

Samples = NDArray[Any]
"""Real (float32 or float64) at baseband, or complex for a radio."""

PREAMBLE: Final = bytes([0x55] * 7 + [0xD5])
"""Seven octets of preamble and the start frame delimiter (IEEE 802.3 clause 3.2.1 and 3.2.2)."""
SFD: Final = 0xD5


class SignalPhy(ABC):
    """A PHY that sends waveforms.  ``mean_power`` is the mean power of a symbol without its DC component.

    A frame's way is :meth:`waveform`, :meth:`conducted` (both: :meth:`arriving`), :meth:`noisy`, :meth:`digitised` and
    :meth:`receive`.

    Unless a PHY has an equaliser, the receiver's filter is matched to a rectangular symbol: it averages the samples of
    a symbol.  Noise of variance ``mean_power · samples_per_symbol / SNR`` per sample then gives the ratio.
    """

    samples_per_symbol: int = 4
    mean_power: float = 1.0
    eye_filter: str = "matched filter"
    """What :meth:`opened` is behind; empty if the receiver has no filter."""

    def __init__(self, phy: Phy) -> None:
        self.phy: Final = phy

    @abstractmethod
    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        """The samples of a frame, with idle line before and after it.

        ``rng`` draws the duration of the idle line before the frame, which the receiver does not know.  Without it the
        first symbol begins at the first sample.
        """

    @abstractmethod
    def receive(self, samples: Samples) -> bytes | None:
        """The octets of the frame in the samples, damaged or not; None if no frame is found in them."""

    def decision_values(self, samples: Samples) -> Reals:
        """The values that are compared with thresholds; the first symbol must begin at the first sample."""
        return averaged(samples, self.samples_per_symbol)

    def opened(self, samples: Samples) -> Samples:
        """Each sample as the decision value of a symbol that begins with it: the line behind the receiver's filter."""
        return np.convolve(samples, np.full(self.samples_per_symbol, 1.0 / self.samples_per_symbol), "valid")

    def symbols_sent(self, octets: int, values: int) -> int:
        """How many of ``values`` decision values are symbols: all, unless the line is silent when idle."""
        return values

    def decided(self, values: Reals) -> Levels:
        """The decided level of each value."""
        return np.where(values > 0.0, 1, -1).astype(np.int8)

    def conducted(self, samples: Samples) -> Samples:
        """The samples at the end of the path, without noise: its shape is that of the medium."""
        return samples

    def faded(self, samples: Samples, rng: Generator) -> Samples:
        """The samples of a frame, times the gain that a fading path has for it."""
        return samples

    def aligned(self, samples: Samples) -> Samples:
        """The samples of the symbols in the phase of a fading path, which the receiver has recovered."""
        return samples

    def arriving(self, octets: bytes, rng: Generator) -> Samples:
        """A frame's waveform at the end of the path, without noise."""
        return self.faded(self.conducted(self.waveform(octets, rng)), rng)

    def digitised(self, samples: Samples) -> Samples:
        """What the receiver's converter makes of them."""
        return samples

    def transmitted(self, samples: Samples, snr_db: float, rng: Generator) -> Samples:
        """A waveform as the receiver has it: over the path, with noise, and converted."""
        return self.received(self.conducted(samples), snr_db, rng)

    def received(self, arriving: Samples, snr_db: float, rng: Generator) -> Samples:
        """What arrives, with noise, and converted."""
        return self.digitised(self.noisy(arriving, snr_db, rng))

    def noisy(self, samples: Samples, snr_db: float, rng: Generator) -> Samples:
        """The samples with white Gaussian noise, for a signal-to-noise ratio at the decision."""
        deviation = self.noise_deviation(snr_db)
        noise = rng.standard_normal(samples.shape, dtype=np.float32)
        noise *= np.float32(deviation)
        noise += samples
        return noise

    def noise_deviation(self, snr_db: float) -> float:
        """The standard deviation of the noise per sample."""
        return math.sqrt(self.mean_power * self.samples_per_symbol / ratio_of(snr_db))

    def carried(self, octets: bytes, snr_db: float, rng: Generator) -> bytes | None:
        """The received frame, after transmission with noise."""
        return self.receive(self.received(self.arriving(octets, rng), snr_db, rng))


def below(rng: Generator | None, bound: int, least: int = 0) -> int:
    """A random number from ``least`` to ``bound`` − 1; ``least`` without a generator."""
    return int(rng.integers(least, bound)) if rng is not None else least


def held(levels: NDArray[Any], samples_per_symbol: int) -> Samples:
    """Levels as a waveform: each is repeated for the samples of a symbol."""
    return np.repeat(levels.astype(np.float32), samples_per_symbol)


def started(samples: Samples, samples_per_symbol: int, rng: Generator | None) -> Samples:
    """Samples of which the first symbol begins up to a symbol later: the receiver's clock has another phase."""
    return np.concatenate((np.full(below(rng, samples_per_symbol), samples[0], samples.dtype), samples))


def averaged(samples: Samples, samples_per_symbol: int, start: int = 0) -> Reals:
    """The output of the matched filter at the end of each whole symbol from ``start`` on."""
    count = (samples.size - start) // samples_per_symbol
    rows = samples[start : start + count * samples_per_symbol].reshape(count, samples_per_symbol)
    return np.asarray(rows.mean(axis=1), np.float64)


def find(bits: Bits, pattern: Bits, start: int = 0, stop: int | None = None) -> int | None:
    """The first position of a pattern in bits, from ``start`` on and before ``stop``; None if there is none."""
    stop = bits.size - pattern.size + 1 if stop is None else min(stop, bits.size - pattern.size + 1)
    if stop <= start:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(bits[: stop + pattern.size - 1], pattern.size)[start:stop]
    places = np.flatnonzero((windows == pattern).all(axis=1))
    return int(places[0]) + start if places.size else None
