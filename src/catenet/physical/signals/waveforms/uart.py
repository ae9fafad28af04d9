"""A UART: octets become characters on a line, and an oversampling receiver finds them in samples.

The receiver looks at the line sixteen times a bit.  A low sample may begin a start bit; three samples around the middle
of a bit decide it, and a start bit that they find high was noise.  A character whose first stop bit is low is a framing
error, one whose parity bit is wrong a parity error: both are dropped.  A framing error with all bits low is a break.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catenet.physical.phys.serial_line import MIDDLE, OVERSAMPLING, CharacterFormat
from catenet.physical.signals.bits import Bits
from catenet.physical.signals.waveforms.signal_phy import Samples, held


@dataclass(frozen=True, slots=True)
class Characters:
    """What a receiver found: the good characters, and how many were dropped.  A break is a framing error too."""

    octets: bytes
    framing_errors: int
    parity_errors: int
    breaks: int


class Uart:
    """Sends and receives characters of one format.  The line is high for a 1 and when it is idle."""

    def __init__(self, form: CharacterFormat | None = None) -> None:
        self.form: Final = CharacterFormat() if form is None else form

    def bits(self, octets: bytes) -> Bits:
        """The bits of characters, one behind the other.  ValueError for one that needs more data bits."""
        form = self.form
        numbers = np.frombuffer(octets, np.uint8)
        if (numbers >> (form.data_bits - 1) > 1).any():
            raise ValueError(f"a character of {form.data_bits} bits is below {1 << form.data_bits}")
        data = np.unpackbits(numbers[:, None], axis=1, bitorder="little")[:, : form.data_bits]
        parts = [np.zeros((numbers.size, 1), np.uint8), data]
        if form.parity_bits:
            parts.append(self._parity(data)[:, None])
        parts.append(np.ones((numbers.size, form.stop_bits), np.uint8))
        return np.asarray(np.concatenate(parts, axis=1).reshape(-1), np.uint8)

    def waveform(self, octets: bytes) -> Samples:
        """The samples of characters: 1 for a 1, −1 for a 0."""
        return held(2.0 * self.bits(octets) - 1.0, OVERSAMPLING)

    def receive(self, samples: Samples) -> Characters:
        """All characters in the samples; the line is idle behind them."""
        form = self.form
        high = np.concatenate((samples > 0, np.ones(form.bits * OVERSAMPLING, np.bool_)))
        votes = high[:-2].astype(np.int8) + high[1:-1] + high[2:] >= 2
        low_at = np.flatnonzero(~high)
        found, place, framing, parity, breaks = bytearray(), 0, 0, 0, 0
        while (next_low := int(np.searchsorted(low_at, place))) < low_at.size:
            start = int(low_at[next_low])
            if votes[start + MIDDLE]:
                place = start + 1
                continue
            bits = votes[start + MIDDLE : start + MIDDLE + form.checked_bits * OVERSAMPLING : OVERSAMPLING]
            place = start + MIDDLE + (form.checked_bits - 1) * OVERSAMPLING + 2
            data = bits[1 : 1 + form.data_bits].astype(np.uint8)
            if bits.size < form.checked_bits:
                continue
            if not bits[-1]:
                framing += 1
                breaks += not bits.any()
                place = _after_break(high, place) if not bits.any() else place
            elif form.parity_bits and bits[1 + form.data_bits] != self._parity(data[None, :])[0]:
                parity += 1
            else:
                found.append(int(np.packbits(data, bitorder="little")[0]))
        return Characters(bytes(found), framing, parity, breaks)

    def _parity(self, data: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The parity bit of each row of data bits: the number of ones becomes even, or odd."""
        odd = np.asarray(data.sum(axis=1) & 1, np.uint8)
        return odd if self.form.parity == "even" else np.asarray(1 - odd, np.uint8)


def _after_break(high: NDArray[np.bool_], place: int) -> int:
    """Where the line is high again: until then no start bit can begin."""
    return place + int(np.argmax(high[place:]))
