"""Reasons why a channel lost a frame: codes for counters and trace rows, and their texts."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

NOT_LOST: Final[i64] = 0
LOST_RANDOM: Final[i64] = 1
LOST_CUT: Final[i64] = 2
LOST_DOWN: Final[i64] = 3
LOST_SIGNAL: Final[i64] = 4
LOST_COLLISION: Final[i64] = 5
LOST_LATE_COLLISION: Final[i64] = 6

LOSS_TEXT: Final[dict[int, str]] = {
    1: "random loss",
    2: "link cut",
    3: "link down",
    4: "no frame found in the signal",
    5: "collision",
    6: "late collision",
}
"""Text of each reason, by code."""
