"""Bit error rates over additive white Gaussian noise, in closed form; ``eb_n0`` is a ratio, not in decibels.

Source: Proakis and Salehi, Digital Communications, 5th edition (each function gives the section).  Constellations are
Gray-coded and receivers optimum.
"""

from __future__ import annotations

import math

from scipy.special import erfc, erfcinv


def q_function(x: float) -> float:
    """The tail of the normal distribution, P(X > x) (section 2.3)."""
    return float(0.5 * erfc(x / math.sqrt(2.0)))


def inverse_q_function(probability: float) -> float:
    """The ``x`` whose tail has ``probability``, which must be between 0 and 1."""
    return float(math.sqrt(2.0) * erfcinv(2.0 * probability))


def bpsk(eb_n0: float) -> float:
    """BPSK, antipodal signals: Q(√(2 Eb/N0)) (section 4.2)."""
    return q_function(math.sqrt(2.0 * eb_n0))


def qpsk(eb_n0: float) -> float:
    """QPSK: two BPSK signals in quadrature, so the same rate per bit (section 4.3-2)."""
    return bpsk(eb_n0)


def ook(eb_n0: float) -> float:
    """Coherent on-off keying, where Eb is the mean energy of a bit: Q(√(Eb/N0)) (section 4.3-1)."""
    return q_function(math.sqrt(eb_n0))


def coherent_fsk(eb_n0: float) -> float:
    """Binary orthogonal FSK, coherent: Q(√(Eb/N0)) (section 4.2)."""
    return q_function(math.sqrt(eb_n0))


def noncoherent_fsk(eb_n0: float) -> float:
    """Binary orthogonal FSK, envelope detector: ½ exp(−Eb/2N0) (section 4.5-3)."""
    return 0.5 * math.exp(-eb_n0 / 2.0)


def dpsk(eb_n0: float) -> float:
    """Binary DPSK, each symbol compared with the one before: ½ exp(−Eb/N0) (section 4.5-5)."""
    return 0.5 * math.exp(-eb_n0)


def pam(size: int, eb_n0: float) -> float:
    """M-PAM, exact for every bit of the Gray code (Cho and Yoon, IEEE Trans. Commun. 50(7), 2002).


    The symbol error rate of Proakis, section 4.3-1, gives only an approximation per bit.  Raises ValueError unless M is
    a power of 2.
    """
    if size < 2 or size & (size - 1):
        raise ValueError(f"the number of levels must be a power of 2, not {size}")
    width = size.bit_length() - 1
    scale = math.sqrt(6.0 * width * eb_n0 / (size * size - 1))
    total = 0.0
    for bit in range(1, width + 1):
        half = 1 << (bit - 1)
        for step in range(size - (size >> bit)):
            sign = -1 if (step * half // size) % 2 else 1
            weight = half - math.floor(step * half / size + 0.5)
            total += sign * weight * q_function((2 * step + 1) * scale)
    return 2.0 * total / (size * width)


def qam(size: int, eb_n0: float) -> float:
    """Square M-QAM: two √M-PAM signals in quadrature, each with half of the bits and energy (section 4.3-3)."""
    side = math.isqrt(size)
    if side * side != size:
        raise ValueError(f"a square constellation must have 4, 16, 64 … points, not {size}")
    return pam(side, eb_n0)


def rayleigh_bpsk(eb_n0: float) -> float:
    """BPSK over a flat Rayleigh channel known to the receiver; ``eb_n0`` is the mean (section 13.3)."""
    return 0.5 * (1.0 - math.sqrt(eb_n0 / (1.0 + eb_n0)))


def from_q_factor(q_factor: float) -> float:
    """An optical receiver with Gaussian noise and the optimum threshold: ½ erfc(Q/√2) (Agrawal, section 4.6)."""
    return q_function(q_factor)


def shannon_limit(spectral_efficiency: float) -> float:
    """The minimum Eb/N0, as a ratio, at a spectral efficiency in bit/s/Hz: (2^η − 1)/η, ln 2 at 0 (section 6.5)."""
    if spectral_efficiency < 0:
        raise ValueError(f"the spectral efficiency must not be negative, not {spectral_efficiency}")
    return math.expm1(spectral_efficiency * math.log(2.0)) / spectral_efficiency if spectral_efficiency else math.log(2)


def capacity_bit_s(bandwidth_hz: float, snr: float) -> float:
    """The Shannon capacity of a channel with white Gaussian noise: B log₂(1 + SNR) (section 6.5)."""
    return bandwidth_hz * math.log2(1.0 + snr)
