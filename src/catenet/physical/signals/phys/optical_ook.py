"""On-off keying of light, received by a photodiode with shot and thermal noise (Agrawal, chapter 4); 8b/10b framing."""

from __future__ import annotations

from catenet.physical.signals.phys.thousand_base_x import ThousandBaseX


class OpticalOok(ThousandBaseX):
    """A line like 1000BASE-X, over more than a hundred kilometres."""
