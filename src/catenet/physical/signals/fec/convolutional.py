"""Convolutional codes and their decoder (Viterbi, IEEE Trans. IT 13(2), 1967; Proakis, sections 8.1 and 8.2)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Bits, Reals, checked_bits


class Convolutional:
    """A code of rate 1/n: each input bit gives n bits, the sums of those of the last K bits that a generator selects.

    The most significant bit of each of the ``generators`` is for the newest bit.  The default is K = 7, 171 and 133
    octal (IEEE 802.11 clause 17.3.5.6; CCSDS 131.0-B).  Encoding starts in state 0, and K − 1 zeros end it there.
    """

    def __init__(self, constraint_length: int = 7, generators: tuple[int, ...] = (0o171, 0o133)) -> None:
        if not 2 <= constraint_length <= 12:
            raise ValueError(f"the constraint length must be from 2 to 12, not {constraint_length}")
        if not generators or not all(0 < generator < 1 << constraint_length for generator in generators):
            raise ValueError(f"generators of constraint length {constraint_length} must have 1 to that many bits")
        self.constraint_length: Final = constraint_length
        self.generators: Final = generators
        self._memory: Final = constraint_length - 1
        states, registers = 1 << self._memory, np.arange(1 << constraint_length)
        outputs = np.array([np.bitwise_count(registers & each) & 1 for each in generators], np.uint8).T
        self._outputs: Final = outputs
        into = np.arange(states)
        # the register is the newest bit and then the state; a state's two predecessors differ in the oldest bit
        pasts = ((into[:, None] << 1) & (states - 1)) | np.arange(2)
        self._pasts: Final = pasts
        self._branches: Final = (into[:, None] >> (self._memory - 1) << self._memory) | pasts

    def encode(self, bits: ArrayLike) -> Bits:
        """The code word: one bit per generator for each input bit and for each of the K − 1 zeros at the end."""
        given = checked_bits(bits)
        padded = np.concatenate((np.zeros(self._memory, np.uint8), given, np.zeros(self._memory, np.uint8)))
        steps = given.size + self._memory
        registers = np.zeros(steps, np.int64)
        for age in range(self.constraint_length):
            start = self._memory - age
            registers |= padded[start : start + steps].astype(np.int64) << (self._memory - age)
        return np.asarray(self._outputs[registers], np.uint8).reshape(-1)

    def decode_hard(self, bits: ArrayLike) -> Bits:
        """The message whose code word differs from the received bits in the fewest positions."""
        received = checked_bits(bits, multiple_of=len(self.generators))
        return self._decode(1.0 - 2.0 * received.astype(np.float64))

    def decode_soft(self, values: ArrayLike) -> Bits:
        """The most likely message for received values, where 0 was sent as +1 and 1 as −1.

        The scale is arbitrary: the values may be log-likelihood ratios, log P(0) / P(1); 0 is an erased bit.
        """
        received = np.asarray(values, np.float64)
        if received.ndim != 1 or received.size % len(self.generators):
            raise ValueError(f"the number of values must be a multiple of {len(self.generators)}, not {received.size}")
        return self._decode(received)

    def _decode(self, values: Reals) -> Bits:
        """Viterbi's algorithm, all states at once; the survivors are traced back from state 0."""
        steps = values.reshape(-1, len(self.generators))
        if steps.shape[0] < self._memory:
            raise ValueError(f"a word must have at least the {self._memory} steps of its end, not {steps.shape[0]}")
        signs = 1.0 - 2.0 * self._outputs.astype(np.float64)
        metric = np.full(self._pasts.shape[0], -np.inf)
        metric[0] = 0.0
        choices = np.zeros((steps.shape[0], metric.size), np.bool_)
        every = signs @ steps.T
        for step in range(steps.shape[0]):
            candidates = metric[self._pasts] + every[self._branches, step]
            choices[step] = candidates[:, 1] > candidates[:, 0]
            metric = candidates.max(axis=1)
        return self._traced(choices)

    def _traced(self, choices: NDArray[np.bool_]) -> Bits:
        found, state = np.zeros(choices.shape[0], np.uint8), 0
        for step in range(choices.shape[0] - 1, -1, -1):
            found[step] = state >> (self._memory - 1)
            state = int(self._pasts[state, int(choices[step, state])])
        return found[: choices.shape[0] - self._memory]
