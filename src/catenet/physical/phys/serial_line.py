"""A serial line: a UART's characters, and a receiver that takes three samples of each bit."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Final, Literal, Self

from catenet.physical.phys.link_budget import Medium
from catenet.physical.phys.phy_base import q_function, ratio_of
from catenet.physical.phys.two_level import TwoLevelPhy

OVERSAMPLING: Final = 16
MIDDLE: Final = OVERSAMPLING // 2 - 1
"""The first of the three samples that decide a bit."""
LEAST_INTACT: Final = 1e-300
PHASES: Final = 32
"""Of the receiver's clock, over which error rates are averaged."""

Parity = Literal["none", "even", "odd"]


@dataclass(frozen=True, slots=True)
class CharacterFormat:
    """A UART's character: a start bit, ``data_bits`` (5 to 8) from the lowest, a parity bit, ``stop_bits`` (1 or 2).

    Raises ValueError for another format.
    """

    data_bits: int = 8
    parity: Parity = "none"
    stop_bits: int = 1

    def __post_init__(self) -> None:
        if not 5 <= self.data_bits <= 8:
            raise ValueError(f"a character has 5 to 8 data bits, not {self.data_bits}")
        if self.parity not in ("none", "even", "odd"):
            raise ValueError(f"parity is 'none', 'even' or 'odd', not {self.parity!r}")
        if self.stop_bits not in (1, 2):
            raise ValueError(f"a character has 1 or 2 stop bits, not {self.stop_bits}")

    @property
    def parity_bits(self) -> int:
        """1, or 0 without parity."""
        return 0 if self.parity == "none" else 1

    @property
    def bits(self) -> int:
        """All bits of a character."""
        return 1 + self.data_bits + self.parity_bits + self.stop_bits

    @property
    def checked_bits(self) -> int:
        """Those that the receiver looks at: of two stop bits, the first."""
        return self.bits - self.stop_bits + 1


class SerialLine(TwoLevelPhy):
    """Characters of eight data bits.  The signal-to-noise ratio is that of one sample: there is no filter before it.

    Unless ``delimited`` is False, frames are those of SLIP, with an END before and behind; else what is sent delimits
    itself.  ``drift_ppm`` is how much faster the receiver's clock is than the sender's; it starts anew with each start
    bit, so it is the last bits of a character that are read too early or too late.
    """

    drift_ppm: float = 0.0

    def __init__(
        self,
        name: str,
        clause: str,
        baud: int,
        medium: Medium,
        form: CharacterFormat | None = None,
        *,
        delimited: bool = True,
    ) -> None:
        form = CharacterFormat() if form is None else form
        super().__init__(
            name,
            clause,
            baud * form.data_bits // form.bits,
            medium,
            symbols_per_octet=form.checked_bits,
            marks=2 * form.checked_bits if delimited else 0,
        )
        self.baud: Final = baud
        self.form: Final = form
        self.delimited: Final = delimited

    def undelimited(self) -> SerialLine:
        """The same line, for frames that delimit themselves."""
        other = SerialLine(self.name, self.clause, self.baud, self.medium, self.form, delimited=False)
        return other.drifting(self.drift_ppm)

    def drifting(self, drift_ppm: float) -> Self:
        """The same line with a receiver whose clock is so much faster."""
        other = copy.copy(self)
        other.drift_ppm = drift_ppm
        return other

    def symbol_error_rate(self, snr_db: float) -> float:
        """Two or three of three samples on the wrong side: 3q² − 2q³ with q = Q(√SNR)."""
        sample = q_function(math.sqrt(ratio_of(snr_db)))
        return 3.0 * sample**2 - 2.0 * sample**3

    def unit_error_rate(self, snr_db: float) -> float:
        """The error rate of a bit; with a drift the geometric mean over the bits of a character of random data."""
        if not self.drift_ppm:
            return self.symbol_error_rate(snr_db)
        sample = q_function(math.sqrt(ratio_of(snr_db)))
        intact = math.fsum(
            chance * self._intact(shift + (phase + 0.5) / PHASES, sample)
            for shift, chance in self._shifts(sample)
            for phase in range(PHASES)
        )
        return -math.expm1(math.log(max(intact / PHASES, LEAST_INTACT)) / self.form.checked_bits)

    def _shifts(self, sample: float) -> list[tuple[int, float]]:
        """When the start bit is seen, in samples behind its first, and with which chance.

        Any of the samples from the last of a stop bit to the next character may be taken for its first, if it is wrong;
        or its first is wrong, and the second is taken.  What is seen still earlier is no start bit by its vote.
        """
        form, stretch = self.form, 1.0 + self.drift_ppm * 1e-6
        last = MIDDLE + OVERSAMPLING * (form.checked_bits - 1) + 2
        between = max(0, min(int(OVERSAMPLING * form.bits * stretch) - last, MIDDLE + 1))
        early = [(-before, sample * (1.0 - sample) ** (between - before)) for before in range(between, 0, -1)]
        on_time = (1.0 - sample) ** between
        return [*early, (0, on_time * (1.0 - sample)), (1, on_time * sample)]

    def _intact(self, shift: float, sample: float) -> float:
        """The chance that all bits of a character are right whose start bit was seen ``shift`` samples late.

        A sample that is taken in the next or the previous bit is wrong if that bit differs: in half of all cases, but
        the bit behind a stop bit is a start bit, and the bit before a start bit a stop bit.
        """
        stretch, intact, last = 1.0 + self.drift_ppm * 1e-6, 1.0, self.form.checked_bits - 1
        for bit in range(last + 1):
            first = MIDDLE + OVERSAMPLING * bit + shift
            places = [(first + more) / stretch // OVERSAMPLING for more in range(3)]
            others = sum(place != bit for place in places)
            different = 1.0 if (bit == last and places[2] > bit) or (bit == 0 and places[0] < bit) else 0.5
            intact *= 1.0 - different * _outvoted(others, sample) - (1.0 - different) * _outvoted(0, sample)
        return intact


def _outvoted(others: int, sample: float) -> float:
    """The chance that two or three of three samples are wrong, of which ``others`` are of the opposite level."""
    chances = [1.0 - sample] * others + [sample] * (3 - others)
    a, b, c = chances
    return a * b + a * c + b * c - 2.0 * a * b * c
