"""A radio similar to IEEE 802.11 clause 17 at 12 Mbit/s: OFDM, QPSK, rate 1/2, and a training field.

A scrambler keeps the peaks of the waveform low, whatever the data are; the padding is scrambled, too.  Not modelled:
pilots, the signal field (the length is sent instead of the service field), and the clipping of amplifiers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from catenet.physical.phys.phy_base import Phy, ratio_of
from catenet.physical.phys.radio import RadioPhy
from catenet.physical.signals.bits import Bits, Reals, bits_of, bits_of_numbers, numbers_of, octets_of
from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.channels.radio import Rician
from catenet.physical.signals.converters.receiver_converter import ReceiverConverter
from catenet.physical.signals.fec.convolutional import Convolutional
from catenet.physical.signals.fec.interleaver import BlockInterleaver
from catenet.physical.signals.line_codes.prbs import Prbs
from catenet.physical.signals.modulation.ofdm import Ofdm
from catenet.physical.signals.modulation.qam import Qpsk
from catenet.physical.signals.waveforms.signal_phy import Samples, SignalPhy, below

SYMBOL_BITS: Final = 96
QUIET_MAX_SAMPLES: Final = 160
LENGTH_BITS: Final = 16
_USED: Final = np.array([*range(1, 25), *range(40, 64)])


def scrambling_sequence() -> Bits:
    """One period of the scrambler 1 + x^4 + x^7, from all ones (clause 17.3.5.5)."""
    register, sequence = [1] * 7, np.zeros(127, np.uint8)
    for place in range(127):
        bit = register[3] ^ register[6]
        sequence[place] = bit
        register = [bit, *register[:6]]
    return sequence


class Radio(SignalPhy):
    """The receiver correlates with the training field, and reads the length from the first OFDM symbol.

    Fading is flat: all subcarriers of a frame have the same gain.  The training field tells its phase.
    """

    samples_per_symbol = 80

    def __init__(self, phy: Phy) -> None:
        super().__init__(phy)
        assert isinstance(phy, RadioPhy)
        self.radio: Final = phy
        self._converter: Final = ReceiverConverter(phy.converter)
        self._ofdm: Final = Ofdm(64, 16, _USED)
        self._qpsk: Final = Qpsk()
        self._code: Final = Convolutional()
        self._interleaver: Final = BlockInterleaver(16, SYMBOL_BITS // 16)
        self._scrambling: Final = scrambling_sequence()
        self._training: Final = self._ofdm.modulate(self._qpsk.modulate(Prbs(7).bits(SYMBOL_BITS)))

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        """Silence; the training field; a symbol with the length, repeated; the frame; silence."""
        header = np.resize(self._code.encode(bits_of_numbers([len(octets)], LENGTH_BITS)), SYMBOL_BITS)
        coded = self._code.encode(bits_of(octets) ^ np.resize(self._scrambling, 8 * len(octets)))
        padded = np.concatenate((coded, self._scrambling[: -coded.size % SYMBOL_BITS]))
        data = self._ofdm.modulate(self._qpsk.modulate(self._interleaver.interleave(np.concatenate((header, padded)))))
        quiet = np.zeros(below(rng, QUIET_MAX_SAMPLES), np.complex128)
        return np.concatenate((quiet, self._training, data, np.zeros(QUIET_MAX_SAMPLES, np.complex128)))

    def faded(self, samples: Samples, rng: Generator) -> Samples:
        fading = self.radio.fading
        return samples if fading is None else samples * Rician(fading.k_factor, rng).gains(1)

    def aligned(self, samples: Samples) -> Samples:
        return samples if self.radio.fading is None else self.in_phase(samples, 0)

    def in_phase(self, samples: Samples, start: int) -> Samples:
        """The samples behind a training field that begins at ``start``, turned by the phase that it has."""
        data = start + self._training.size
        gain = np.vdot(self._training, samples[start:data])
        return np.asarray(samples[data:] * np.exp(-1j * np.angle(gain)))

    def decision_values(self, samples: Samples) -> Reals:
        """In-phase and quadrature values, alternating, of the training field and the symbols after it."""
        block = self.samples_per_symbol
        points = self._ofdm.demodulate(samples[: samples.size // block * block])
        return np.asarray(np.stack((points.real, points.imag), axis=1).reshape(-1), np.float64)

    def symbols_sent(self, octets: int, values: int) -> int:
        return values - QUIET_MAX_SAMPLES // self.samples_per_symbol * SYMBOL_BITS

    def noisy(self, samples: Samples, snr_db: float, rng: Generator) -> Samples:
        return Awgn(1.0 / ratio_of(snr_db), rng).transmit(samples)

    def digitised(self, samples: Samples) -> Samples:
        """In phase and in quadrature."""
        return self._converter.digitise(samples)

    def receive(self, samples: Samples) -> bytes | None:
        likeness = np.abs(np.correlate(samples[: QUIET_MAX_SAMPLES + 2 * self._training.size], self._training, "valid"))
        data = self.in_phase(samples, int(np.argmax(likeness)))
        block = self.samples_per_symbol
        values = self._values(data[: data.size // block * block])
        coded_length = 2 * (LENGTH_BITS + 6)
        header = values[:SYMBOL_BITS]
        octets = int(
            numbers_of(
                self._code.decode_soft(header[:coded_length] + header[coded_length : 2 * coded_length]), LENGTH_BITS
            )[0]
        )
        steps = 2 * (8 * octets + 6)
        if octets == 0 or SYMBOL_BITS + steps > values.size:
            return None
        bits = self._code.decode_soft(values[SYMBOL_BITS:][:steps])
        return octets_of(bits ^ np.resize(self._scrambling, bits.size))

    def _values(self, samples: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Soft values of all bits, positive for a 0."""
        points = self._ofdm.demodulate(samples)
        zero = self._qpsk.modulate(np.array([0, 0], np.uint8))[0]
        axes = np.stack((points.real * np.sign(zero.real), points.imag * np.sign(zero.imag)), axis=1).reshape(-1)
        return np.asarray(self._interleaver.deinterleave(axes), np.float64)
