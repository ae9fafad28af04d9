"""A serial line: start bit, eight data bits from the lowest, stop bit; frames delimited as SLIP has it (RFC 1055).

The receiver looks at the line sixteen times a bit, as a UART does: a low sample may begin a start bit; three samples
around the middle decide it, and each bit after it; a stop bit that is low is a framing error.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.signals.bits import Reals
from catenet.physical.signals.phys.signal_phy import Samples, SignalPhy, below, held

OVERSAMPLING: Final = 16
BITS: Final = 10
IDLE_MOST_BITS: Final = 20
END: Final = 0xC0
ESC: Final = 0xDB
_ESCAPES: Final = {END: bytes([ESC, 0xDC]), ESC: bytes([ESC, 0xDD])}


class SerialLineSignal(SignalPhy):
    """High for a 1 and when idle, low for a 0."""

    samples_per_symbol = OVERSAMPLING

    def noise_deviation(self, snr_db: float) -> float:
        """Each sample is decided alone."""
        return super().noise_deviation(snr_db) / OVERSAMPLING**0.5

    def waveform(self, octets: bytes, rng: Generator | None = None) -> Samples:
        sent = np.frombuffer(bytes([END]) + slip_escaped(octets) + bytes([END]), np.uint8)
        bits = np.unpackbits(sent[:, None], axis=1, bitorder="little")
        characters = np.concatenate(
            (np.zeros((sent.size, 1), np.uint8), bits, np.ones((sent.size, 1), np.uint8)), axis=1
        ).reshape(-1)
        idle = np.ones(below(rng, IDLE_MOST_BITS * OVERSAMPLING, OVERSAMPLING), np.float32)
        return np.concatenate(
            (idle, held(2.0 * characters - 1.0, OVERSAMPLING), np.ones(BITS * OVERSAMPLING, np.float32))
        )

    def decision_values(self, samples: Samples) -> Reals:
        """The sum of votes of the three samples around the middle of a bit: from −3 to 3."""
        rows = np.sign(samples[: samples.size // OVERSAMPLING * OVERSAMPLING].reshape(-1, OVERSAMPLING))
        middle = OVERSAMPLING // 2 - 1
        return np.asarray(rows[:, middle : middle + 3].sum(axis=1), np.float64)

    def receive(self, samples: Samples) -> bytes | None:
        """What stands between the first two ENDs with something between them; framing errors drop their octet."""
        received = self.characters(samples)
        for packet in received.split(bytes([END])):
            if packet:
                return slip_unescaped(packet)
        return None

    def characters(self, samples: Samples) -> bytes:
        """The octets of all characters with a start bit and a stop bit."""
        high = np.concatenate((samples > 0, np.ones(BITS * OVERSAMPLING, np.bool_)))
        votes = high[:-2].astype(np.int8) + high[1:-1] + high[2:] >= 2
        low_at = np.flatnonzero(~high)
        found, place = bytearray(), 0
        middle = OVERSAMPLING // 2 - 1
        while True:
            next_low = int(np.searchsorted(low_at, place))
            if next_low == low_at.size:
                return bytes(found)
            start = int(low_at[next_low])
            if votes[start + middle]:
                place = start + 1
                continue
            bits = votes[start + middle : start + middle + BITS * OVERSAMPLING : OVERSAMPLING]
            place = start + middle + (BITS - 1) * OVERSAMPLING + 2
            if bits.size == BITS and bits[-1]:
                found.append(int(np.packbits(bits[1:9], bitorder="little")[0]))


def slip_escaped(octets: bytes) -> bytes:
    """END and ESC within a packet become two octets each."""
    return b"".join(_ESCAPES.get(octet, bytes([octet])) for octet in octets)


def slip_unescaped(packet: bytes) -> bytes:
    """The packet again; what is no escape behind an ESC stays as it is (RFC 1055, the program's protocol violation)."""
    return packet.replace(_ESCAPES[END], bytes([END])).replace(_ESCAPES[ESC], bytes([ESC]))
