"""What ``catenet signal PHY`` measures: waveform, eye, decisions, spectrum, and error rates against closed forms."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.random import Generator
from scipy.signal import welch

from catenet.physical.phys.fading import Fading
from catenet.physical.phys.phy_base import Phy
from catenet.physical.phys.radio import RadioPhy
from catenet.physical.signals.bits import Levels, Reals
from catenet.physical.signals.error_rate import MIN_ERRORS, ErrorRate, MeanRate
from catenet.physical.signals.waveforms.catalogue import waveforms_of
from catenet.physical.signals.waveforms.signal_phy import Samples, SignalPhy

SHOWN_SYMBOLS: Final = 32
EYE_SYMBOLS: Final = 400
COUNTED_OCTETS: Final = 8_000
"""In one waveform, when symbols are counted: many at once cost less each."""
SYMBOLS_MAX: Final = 2_000_000
CURVE_DB: Final = (-6.0, -4.0, -2.0, 0.0)
"""The ratios, below the one that is asked for, at which the curve is measured."""
FADED_OCTETS: Final = 200
"""In one waveform of a fading path, which has one gain for it: so many that its header counts little."""
FADED_WAVEFORMS_MAX: Final = 4_000
RARE: Final = 2e-5
"""A rate below it is not counted: 100 errors would take more than five million symbols."""


class Traces(NamedTuple):
    """What a picture shows.  Samples are of the line; ``decisions`` are at the receiver's decision.

    ``eye`` has a row for two symbols, behind ``eye_filter``, if the receiver has one; of a signal in quadrature it is
    the magnitude of all samples.
    """

    sent: Samples
    received: Samples
    eye: Samples
    eye_filter: str
    samples_per_symbol: int
    decisions: Reals
    decided: Levels
    in_quadrature: bool
    frequency: Reals
    density_db: Reals


class FrameCounts(NamedTuple):
    """Frames that did not arrive as they were sent, and those of them that the receiver did not find."""

    damaged: int
    not_found: int


class PhyMeasurement:
    """One PHY at one signal-to-noise ratio; ``octets`` is the length of the frames, check sequence included."""

    def __init__(self, phy: Phy, snr_db: float, octets: int, seed: int) -> None:
        self.signal: Final[SignalPhy] = waveforms_of(phy)
        self.phy: Final = phy
        self.snr_db: Final = snr_db
        self.octets: Final = octets
        self._seed: Final = seed

    @property
    def fading(self) -> Fading | None:
        """That of the path; None if it does not fade."""
        return self.phy.fading if isinstance(self.phy, RadioPhy) else None

    def symbol_errors(self, snr_db: float) -> ErrorRate | MeanRate | None:
        """Symbols until 100 of them are wrong; None where that would take too long."""
        if self.fading is not None:
            return self._faded_symbol_errors(snr_db)
        if self.phy.symbol_error_rate(snr_db) < RARE:
            return None
        rng = self._rng(1, snr_db)
        clean = self.signal.waveform(rng.bytes(COUNTED_OCTETS))
        arriving = self.signal.conducted(clean)
        sent = self.signal.decided(self.signal.decision_values(arriving))
        count, wrong, total = self.signal.symbols_sent(COUNTED_OCTETS, sent.size), 0, 0
        while wrong < MIN_ERRORS and total < SYMBOLS_MAX:
            values = self.signal.decision_values(self.signal.received(arriving, snr_db, rng))
            wrong += int((self.signal.decided(values) != sent)[:count].sum())
            total += count
        return ErrorRate(wrong, total)

    def _faded_symbol_errors(self, snr_db: float) -> MeanRate | None:
        """Waveforms, each with a gain of its own, until 100 have errors: the symbols of one fade together."""
        signal, rng = self.signal, self._rng(1, snr_db)
        clean = signal.waveform(rng.bytes(FADED_OCTETS))
        sent = signal.decided(signal.decision_values(signal.aligned(clean)))
        count, with_errors = signal.symbols_sent(FADED_OCTETS, sent.size), 0
        shares: list[float] = []
        while with_errors < MIN_ERRORS and len(shares) < FADED_WAVEFORMS_MAX:
            arrived = signal.received(signal.faded(signal.conducted(clean), rng), snr_db, rng)
            wrong = signal.decided(signal.decision_values(signal.aligned(arrived))) != sent
            shares.append(float(wrong[:count].mean()))
            with_errors += shares[-1] > 0.0
        if with_errors < MIN_ERRORS:
            return None
        return MeanRate(float(np.mean(shares)), float(np.std(shares)) / len(shares) ** 0.5)

    def frames(self, count: int) -> FrameCounts:
        """Sends frames of random octets."""
        rng, damaged, not_found = self._rng(2, self.snr_db), 0, 0
        for _ in range(count):
            octets = rng.bytes(self.octets)
            received = self.signal.carried(octets, self.snr_db, rng)
            damaged += received != octets
            not_found += received is None
        return FrameCounts(damaged, not_found)

    def traces(self) -> Traces:
        """A frame's waveform without and with noise, and what follows from it."""
        rng, signal = self._rng(3, self.snr_db), self.signal
        clean = signal.waveform(rng.bytes(self.octets))
        noisy = signal.received(signal.faded(signal.conducted(clean), rng), self.snr_db, rng)
        per_symbol = signal.samples_per_symbol
        begin = clean.size // 3 // per_symbol * per_symbol
        shown = slice(begin, begin + SHOWN_SYMBOLS * per_symbol)
        complex_samples = np.iscomplexobj(noisy)
        opened = signal.opened(noisy)
        eye = np.abs(noisy) if complex_samples else _eye(opened[per_symbol // 2 :][begin:], per_symbol)
        values = signal.decision_values(signal.aligned(noisy))
        values = values[: signal.symbols_sent(self.octets, values.size)]
        frequency, density = welch(
            noisy,
            fs=1.0 if complex_samples else float(per_symbol),
            nperseg=min(512, noisy.size),
            detrend=False,
            return_onesided=False,
        )
        order = np.argsort(frequency) if complex_samples else np.flatnonzero(frequency >= 0.0)
        density_db = 10.0 * np.log10(np.maximum(density[order], 1e-12 * density.max()))
        return Traces(
            np.asarray(clean[shown]),
            np.asarray(noisy[shown]),
            np.asarray(eye),
            signal.eye_filter,
            per_symbol,
            values,
            signal.decided(values),
            complex_samples,
            np.asarray(frequency[order]),
            np.asarray(density_db),
        )

    def curve(self) -> list[dict[str, Any]]:
        """Symbol error rates at some ratios up to the one asked for: by the closed form, and counted."""
        return [
            {
                "snr_db": self.snr_db + step,
                "symbol_error_rate": self.phy.symbol_error_rate(self.snr_db + step),
                **rate_entries("measured", self.symbol_errors(self.snr_db + step)),
            }
            for step in CURVE_DB
        ]

    def _rng(self, *purpose: float) -> Generator:
        return np.random.default_rng([self._seed, *(round(1000 * value) & 0xFFFFFFFF for value in purpose)])


def measure(phy: Phy, snr_db: float, octets: int, frames: int, seed: int) -> tuple[dict[str, Any], Traces]:
    """All figures of a PHY, ready for JSON, and the traces of a picture."""
    measurement = PhyMeasurement(phy, snr_db, octets, seed)
    counts = measurement.frames(frames)
    figures = {
        "phy": phy.name,
        "clause": phy.clause,
        "rate_bit_s": phy.rate_bit_s,
        "snr_db": snr_db,
        "fading": None if measurement.fading is None else _fading_text(measurement.fading),
        "theory": [(x, phy.symbol_error_rate(x)) for x in np.linspace(snr_db - 8.0, snr_db + 4.0, 49).tolist()],
        "symbols": measurement.curve(),
        "frames": {
            "octets": octets,
            "sent": frames,
            "damaged": counts.damaged,
            "not_found": counts.not_found,
            "frame_error_rate": phy.frame_error_rate(octets, snr_db),
            **rate_entries("measured", ErrorRate(counts.damaged, frames)),
        },
    }
    return figures, measurement.traces()


def _eye(samples: Samples, per_symbol: int) -> Samples:
    """Stretches of two symbols, a row each, from one symbol to the next."""
    count = min(EYE_SYMBOLS, samples.size // per_symbol - 2)
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * per_symbol + 1)
    return np.asarray(windows[::per_symbol][:count])


def _fading_text(fading: Fading) -> str:
    """As on the command line: ``rayleigh``, or ``rician=6dB``."""
    return f"rician={10.0 * math.log10(fading.k_factor):g}dB" if fading.k_factor else "rayleigh"


def rate_entries(name: str, rate: ErrorRate | MeanRate | None) -> dict[str, Any]:
    """A measured rate with its interval at 99 %; None where nothing was counted."""
    if rate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    low, high = rate.interval()
    return {name: rate.rate, f"{name}_low": low, f"{name}_high": high}
