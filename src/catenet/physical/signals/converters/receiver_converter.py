"""The converter at a receiver's input: automatic gain, then an ADC with one step for all codes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catenet.physical.phys.converter import Converter


class ReceiverConverter:
    """Samples to codes; the codes are given back as amplitudes at the input, without the gain.

    The gain is that of a loop that has settled: the full scale is ``loading`` times the root mean square of what comes.
    Codes are mid-rise, so there is a threshold at 0; beyond the full scale they are clipped.  Complex samples have a
    converter for each axis, with one gain.
    """

    def __init__(self, converter: Converter) -> None:
        self.converter: Final = converter
        self._codes: Final = 1 << converter.bits

    def digitise(self, samples: NDArray[Any]) -> NDArray[Any]:
        """The amplitude of each sample's code."""
        axes = samples.view(samples.real.dtype)
        flat = axes.reshape(-1)
        full_scale = self.converter.loading * float(np.sqrt(np.dot(flat, flat) / max(flat.size, 1)))
        if full_scale == 0.0:
            return samples
        step = 2.0 * full_scale / self._codes
        found = axes * axes.dtype.type(1.0 / step)
        np.floor(found, out=found)
        np.clip(found, -self._codes // 2, self._codes // 2 - 1, out=found)
        found += axes.dtype.type(0.5)
        found *= axes.dtype.type(step)
        return np.asarray(found.view(samples.dtype))
