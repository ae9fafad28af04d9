"""A receiver at the end of a twisted pair, in closed form: what its equaliser, its converter and crosstalk cost.

Symbols at the rate 1/T, each a pulse of N samples, pass the pair.  With P for the pulse's transform, H for the pair's
response and G = PH, the samples of one symbol's matched filter have the spectrum Φ(θ) = 1/N Σ |G((θ + 2πk)/N)|², k from
0 to N − 1.  The zero-forcing equaliser with the least noise is G*/Φ; it amplifies the variance of white noise by the
mean of 1/Φ over θ (Proakis, section 9.4-1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from catenet.physical.phys.cables import CATEGORIES, REFERENCE_M

PAIR: Final = CATEGORIES["cat5e"]
POINTS: Final = 128


class PairFigures(NamedTuple):
    """``noise_gain`` is the variance at the decision for white noise of variance 1 per sample.

    ``sample_power`` is the mean power of a received sample; ``crosstalk`` is the power at the decision that comes from
    the pair on which this side sends.
    """

    noise_gain: float
    sample_power: float
    crosstalk: float


def line_spectrum(theta: float, mean_power: float, correlation: complex) -> float:
    """The power of symbols at θ, from 0 to π, whose autocorrelation is P Re ρ^k: P Re (1/(1 − ρz) + 1/(1 − ρ*z) − 1).

    z is exp(−iθ).
    """
    turn = complex(math.cos(theta), -math.sin(theta))
    sums = 1.0 / (1.0 - correlation * turn) + 1.0 / (1.0 - correlation.conjugate() * turn)
    return mean_power * (sums.real - 1.0)


def pair_figures(
    pulse: tuple[float, ...], symbol_rate_hz: float, length_m: float, *, mean_power: float, correlation: complex
) -> PairFigures:
    """The figures of ``length_m`` metres, for symbols with the spectrum of :func:`line_spectrum`."""
    noise = power = crosstalk = 0.0
    count = len(pulse)
    for number in range(POINTS):
        theta = math.pi * (number + 0.5) / POINTS
        lines = list(_lines(theta, pulse, symbol_rate_hz, length_m))
        folded = sum(received for received, _ in lines) / count
        noise += 1.0 / folded
        symbol = line_spectrum(theta, mean_power, correlation)
        power += symbol * folded / count
        crosstalk += symbol * sum(received * coupled for received, coupled in lines) / count / count / folded**2
    return PairFigures(noise / POINTS, power / POINTS, crosstalk / POINTS)


def _lines(
    theta: float, pulse: tuple[float, ...], symbol_rate_hz: float, length_m: float
) -> Iterator[tuple[float, float]]:
    """|G|², and the power of a pulse that is coupled in, at each frequency that is folded to θ."""
    count = len(pulse)
    for fold in range(count):
        omega = (theta + 2.0 * math.pi * fold) / count
        omega = omega if omega <= math.pi else omega - 2.0 * math.pi
        sent = abs(sum(value * complex(math.cos(omega * at), -math.sin(omega * at)) for at, value in enumerate(pulse)))
        frequency_mhz = abs(omega) / (2.0 * math.pi) * symbol_rate_hz * count / 1e6
        loss_db = PAIR.attenuation_db(frequency_mhz) * length_m / REFERENCE_M
        near_end = 10.0 ** (-PAIR.near_end_crosstalk_db(frequency_mhz) / 10.0)
        yield sent**2 * 10.0 ** (-loss_db / 10.0), sent**2 * near_end
