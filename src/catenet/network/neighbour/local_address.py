"""An address of this host, and how sure it is that nobody else has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

if TYPE_CHECKING:
    from catenet.network.interface import Interface

OPTIMISTIC: Final[i64] = 0
"""Used, with care, while detection runs (RFC 4429)."""
PREFERRED: Final[i64] = 1
DUPLICATE: Final[i64] = 2
"""Another host has it: not used."""


class OwnAddress:
    """One address of one interface."""

    def __init__(self, interface: Interface, version: i64, address: int, prefix_len: int, detect: bool) -> None:
        self.interface: Final = interface
        self.version: Final[i64] = version
        self.address: Final = address
        self.prefix_len: Final = prefix_len
        self.detect: Final = detect
        self.state: i64 = OPTIMISTIC if detect else PREFERRED
        self.defended_ns: i64 = -1

    @property
    def usable(self) -> bool:
        """True unless it is known to be another's too."""
        return self.state != DUPLICATE
