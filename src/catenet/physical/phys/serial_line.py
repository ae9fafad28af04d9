"""A serial line: a UART's characters, and a receiver that takes three samples of each bit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from catenet.physical.phys.link_budget import Medium
from catenet.physical.phys.phy_base import q_function, ratio_of
from catenet.physical.phys.two_level import TwoLevelPhy

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
    itself.
    """

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
        return SerialLine(self.name, self.clause, self.baud, self.medium, self.form, delimited=False)

    def symbol_error_rate(self, snr_db: float) -> float:
        """Two or three of three samples on the wrong side: 3q² − 2q³ with q = Q(√SNR)."""
        sample = q_function(math.sqrt(ratio_of(snr_db)))
        return 3.0 * sample**2 - 2.0 * sample**3
