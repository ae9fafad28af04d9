"""The settings of flow control at a port."""

from __future__ import annotations

from typing import Final

MAX_QUANTA: Final = 0xFFFF
XOFF_SHARE: Final = 0.5
XON_SHARE: Final = 0.25


class PauseSettings:
    """Above the share ``xoff`` of a queue's limit its senders are paused, for ``quanta`` of 512 bit times, again and
    again until it is at the share ``xon``.
    """

    def __init__(self, xoff: float = XOFF_SHARE, xon: float = XON_SHARE, quanta: int = MAX_QUANTA) -> None:
        self.xoff: Final = xoff
        self.xon: Final = xon
        self.quanta: Final = quanta
