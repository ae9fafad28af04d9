"""The times of LLDP (IEEE 802.1AB-2016, 9.2.5), with the standard's recommended values."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

SECOND_NS: Final[i64] = 1_000_000_000
INTERVAL_S: Final = 30
HOLD: Final = 4
FAST_INTERVAL_S: Final = 1
FAST_COUNT: Final = 4
CREDIT_MAX: Final = 5
LONGEST_TTL_S: Final = 65_535


class LldpSettings:
    """msgTxInterval, msgTxHold, msgFastTx, txFastInit and txCreditMax."""

    def __init__(
        self,
        interval_s: int = INTERVAL_S,
        hold: int = HOLD,
        fast_interval_s: int = FAST_INTERVAL_S,
        fast_count: int = FAST_COUNT,
        credit_max: int = CREDIT_MAX,
    ) -> None:
        self.interval_s: Final = interval_s
        self.hold: Final = hold
        self.fast_interval_s: Final = fast_interval_s
        self.fast_count: Final = fast_count
        self.credit_max: Final = credit_max

    @property
    def ttl_s(self) -> int:
        """The time to live that is sent (9.2.5.22)."""
        return min(LONGEST_TTL_S, self.interval_s * self.hold + 1)
