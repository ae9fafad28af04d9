"""Orthogonal frequency-division multiplexing with a cyclic prefix (Proakis, section 11.2; IEEE 802.11 clause 17.3)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes


class Ofdm:
    """Symbols of another modulation on ``subcarriers`` N at once, each block preceded by its last ``prefix`` samples.

    ``used`` are the subcarriers that carry symbols, all if it is left out (64 of which 52 are used in 802.11).  The
    transform is orthonormal, so a symbol keeps its energy; the prefix costs (N + prefix) / N more, which
    :attr:`overhead` tells.  A channel shorter than the prefix is a factor for each subcarrier.
    """

    def __init__(self, subcarriers: int = 64, prefix: int = 16, used: ArrayLike | None = None) -> None:
        if subcarriers < 2 or not 0 <= prefix <= subcarriers:
            raise ValueError(
                f"at least 2 subcarriers and a prefix of at most as many samples, not {subcarriers} and {prefix}"
            )
        self.subcarriers: Final = subcarriers
        self.prefix: Final = prefix
        self.used: Final = np.arange(subcarriers) if used is None else np.unique(np.asarray(used, np.intp))
        if self.used.size == 0 or self.used[0] < 0 or self.used[-1] >= subcarriers:
            raise ValueError(f"a used subcarrier is from 0 to {subcarriers - 1}, and there is at least one")

    @property
    def overhead(self) -> float:
        """The energy that is sent for each unit of the symbols' energy."""
        return (self.subcarriers + self.prefix) / self.subcarriers

    def modulate(self, symbols: ArrayLike) -> Complexes:
        """The samples of whole blocks: ValueError unless the symbols fill them."""
        rows = np.asarray(symbols, np.complex128)
        if rows.ndim != 1 or rows.size % self.used.size:
            raise ValueError(f"{rows.size} symbols do not fill blocks of {self.used.size} used subcarriers")
        grid = np.zeros((rows.size // self.used.size, self.subcarriers), np.complex128)
        grid[:, self.used] = rows.reshape(-1, self.used.size)
        blocks = np.fft.ifft(grid, axis=1, norm="ortho")
        return np.concatenate((blocks[:, self.subcarriers - self.prefix :], blocks), axis=1).reshape(-1)

    def demodulate(self, samples: ArrayLike, response: ArrayLike | None = None) -> Complexes:
        """The symbols of received blocks, divided by the channel's ``response`` at each subcarrier if it is given."""
        received, length = np.asarray(samples, np.complex128), self.subcarriers + self.prefix
        if received.ndim != 1 or received.size % length:
            raise ValueError(f"{received.size} samples are no multiple of a block's {length}")
        grid = np.fft.fft(received.reshape(-1, length)[:, self.prefix :], axis=1, norm="ortho")
        if response is not None:
            grid = grid / np.asarray(response, np.complex128)
        return grid[:, self.used].reshape(-1)

    def response_of(self, taps: ArrayLike) -> Complexes:
        """The factor of each subcarrier in a channel of these taps, no longer than the prefix and one sample."""
        impulse = np.asarray(taps, np.complex128)
        if impulse.size > self.prefix + 1:
            raise ValueError(f"a channel of {impulse.size} taps reaches over the prefix of {self.prefix} samples")
        folded = np.zeros(self.subcarriers, np.complex128)
        np.add.at(folded, np.arange(impulse.size) % self.subcarriers, impulse)
        return np.asarray(np.fft.fft(folded), np.complex128)
