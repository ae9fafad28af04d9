"""What chromatic dispersion does to on-off keyed light, pattern by pattern (Agrawal, sections 2.4 and 5.4).

Dispersion turns the phase of the field, and a photodiode sees its power: this is not linear in the bits, so each
pattern of neighbours has a power of its own.  The sequence below has each pattern of seven bits once, as in
semi-analytic simulation (Jeruchim, IEEE J. Sel. Areas Commun. 2(1), 1984).
"""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import Final

LIGHT_M_S: Final = 299_792_458.0
PATTERN_BITS: Final = 7
IDEAL: Final = ((0, 0.0), (1, 1.0))


def phase_s2(dispersion_ps_nm: float, wavelength_nm: float) -> float:
    """β₂L in s², from the dispersion of the whole fibre: −DLλ²/(2πc) (Agrawal, section 2.3)."""
    wavelength_m = wavelength_nm * 1e-9
    return -dispersion_ps_nm * 1e-3 * wavelength_m**2 / (2.0 * math.pi * LIGHT_M_S)


@lru_cache(maxsize=64)
def received_powers(
    dispersion_ps_nm: float, wavelength_nm: float, symbol_rate_hz: float, samples_per_symbol: int = 4
) -> tuple[tuple[int, float], ...]:
    """Bits, and the mean received power during each, when a 1 is sent with power 1 and a 0 with none.

    The transmitter is a chirp-free modulator without a rise time; its light has one wavelength.
    """
    if dispersion_ps_nm == 0.0:
        return IDEAL
    bits = de_bruijn(PATTERN_BITS)
    field = [complex(bit) for bit in bits for _ in range(samples_per_symbol)]
    size = len(field)
    half_phase = 0.5 * phase_s2(dispersion_ps_nm, wavelength_nm)
    step = 2.0 * math.pi * symbol_rate_hz * samples_per_symbol / size
    spectrum = _transform(field, -1.0)
    for number in range(size):
        omega = step * (number if number < size // 2 else number - size)
        spectrum[number] *= cmath.exp(1j * half_phase * omega * omega)
    arrived = [abs(value / size) ** 2 for value in _transform(spectrum, 1.0)]
    sums = (sum(arrived[place : place + samples_per_symbol]) for place in range(0, size, samples_per_symbol))
    return tuple(zip(bits, (power / samples_per_symbol for power in sums), strict=True))


def de_bruijn(order: int) -> list[int]:
    """A cyclic sequence that has each pattern of ``order`` bits once, by preferring ones (Martin, 1934)."""
    bits, seen = [0] * order, {(0,) * order}
    while True:
        for bit in (1, 0):
            pattern = (*bits[len(bits) - order + 1 :], bit)
            if pattern not in seen:
                seen.add(pattern)
                bits.append(bit)
                break
        else:
            return bits[: 1 << order]


def _transform(values: list[complex], sign: float) -> list[complex]:
    """The discrete Fourier transform of 2^n values, by halves (Cooley and Tukey, 1965)."""
    size = len(values)
    if size == 1:
        return values
    even, odd = _transform(values[::2], sign), _transform(values[1::2], sign)
    turned = [cmath.exp(sign * 2j * math.pi * place / size) * value for place, value in enumerate(odd)]
    pairs = list(zip(even, turned, strict=True))
    return [a + b for a, b in pairs] + [a - b for a, b in pairs]
