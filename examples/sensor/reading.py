"""A reading as it is sent and stored: its number, when it was taken, and the converter's code."""

from __future__ import annotations

import struct
from typing import NamedTuple

PORT = 5005
BITS = 12
FULL_SCALE_V = 2.048
STEP_V = 2 * FULL_SCALE_V / (1 << BITS)
"""One step of the converter: 1 mV."""

_FORM = struct.Struct("!IdH")


class Reading(NamedTuple):
    """``time_s`` is the sensor's clock, since its program began."""

    number: int
    time_s: float
    code: int

    @property
    def volts(self) -> float:
        """The middle of the step that the code stands for."""
        return (self.code + 0.5) * STEP_V - FULL_SCALE_V

    @property
    def key(self) -> bytes:
        """Its key in the store."""
        return b"reading/%06d" % self.number

    def emit(self) -> bytes:
        """As octets."""
        return _FORM.pack(*self)

    @classmethod
    def parse(cls, data: bytes) -> Reading:
        """From octets."""
        return cls(*_FORM.unpack(data))
