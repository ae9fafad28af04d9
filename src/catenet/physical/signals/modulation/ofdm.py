"""Orthogonal frequency-division multiplexing with a cyclic prefix (Proakis, section 11.2; IEEE 802.11 clause 17.3)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes


class Ofdm:
    """Symbols of another modulation on N ``subcarriers``; each block is preceded by its last ``prefix`` samples.

    ``used`` lists the subcarriers that carry symbols, by default all (802.11 uses 52 of 64).  The transform is
    orthonormal, so symbols keep their energy; the prefix increases the energy by the factor :attr:`overhead`,
    (N + prefix) / N.  A channel shorter than the prefix multiplies each subcarrier by a constant.
    """

    def __init__(self, subcarriers: int = 64, prefix: int = 16, used: ArrayLike | None = None) -> None:
        if subcarriers < 2 or not 0 <= prefix <= subcarriers:
            raise ValueError(
                f"OFDM needs at least 2 subcarriers and a prefix of at most that length, not {subcarriers} and {prefix}"
            )
        self.subcarriers: Final = subcarriers
        self.prefix: Final = prefix
        self.used: Final = np.arange(subcarriers) if used is None else np.unique(np.asarray(used, np.intp))
        if self.used.size == 0 or self.used[0] < 0 or self.used[-1] >= subcarriers:
            raise ValueError(f"at least one subcarrier must be used, and each must be from 0 to {subcarriers - 1}")

    @property
    def overhead(self) -> float:
        """The transmitted energy divided by the energy of the symbols."""
        return (self.subcarriers + self.prefix) / self.subcarriers

    def modulate(self, symbols: ArrayLike) -> Complexes:
        """The samples of whole blocks.  Raises ValueError unless the symbols fill whole blocks."""
        rows = np.asarray(symbols, np.complex128)
        if rows.ndim != 1 or rows.size % self.used.size:
            raise ValueError(
                f"the number of symbols must be a multiple of the {self.used.size} used subcarriers, not {rows.size}"
            )
        grid = np.zeros((rows.size // self.used.size, self.subcarriers), np.complex128)
        grid[:, self.used] = rows.reshape(-1, self.used.size)
        blocks = np.fft.ifft(grid, axis=1, norm="ortho")
        return np.concatenate((blocks[:, self.subcarriers - self.prefix :], blocks), axis=1).reshape(-1)

    def demodulate(self, samples: ArrayLike, response: ArrayLike | None = None) -> Complexes:
        """The symbols of received blocks, divided by the channel's ``response`` at each subcarrier if given."""
        received, length = np.asarray(samples, np.complex128), self.subcarriers + self.prefix
        if received.ndim != 1 or received.size % length:
            raise ValueError(f"the number of samples must be a multiple of {length} (a block), not {received.size}")
        grid = np.fft.fft(received.reshape(-1, length)[:, self.prefix :], axis=1, norm="ortho")
        if response is not None:
            grid = grid / np.asarray(response, np.complex128)
        return grid[:, self.used].reshape(-1)

    def response_of(self, taps: ArrayLike) -> Complexes:
        """The channel's factor for each subcarrier; the channel must have at most ``prefix`` + 1 taps."""
        impulse = np.asarray(taps, np.complex128)
        if impulse.size > self.prefix + 1:
            raise ValueError(
                f"with a prefix of {self.prefix} samples a channel must have at most {self.prefix + 1} taps,"
                f" not {impulse.size}"
            )
        folded = np.zeros(self.subcarriers, np.complex128)
        np.add.at(folded, np.arange(impulse.size) % self.subcarriers, impulse)
        return np.asarray(np.fft.fft(folded), np.complex128)
