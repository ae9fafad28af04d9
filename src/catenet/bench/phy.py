"""The cost of a PHY: the dumbbell with and without PHYs, and frames as waveforms.

Links of fidelity ``"model"`` are compared with ideal ones in alternating runs of the dumbbell, by processor time; the
fastest run of each kind counts.  For fidelity ``"signal"``, full frames are sent as waveforms of 10BASE-T over 100 m.
"""

from __future__ import annotations

import time
from typing import Any, Final

from catenet.bench.dumbbell import dumbbell
from catenet.kernel.pdu import Octets
from catenet.kernel.streams import Stream
from catenet.lab.model.link_medium import signal_errors
from catenet.physical.phys.catalogue import PHYS

ROUNDS: Final = 5
SNR_DB: Final = 20.0
LENGTH_M: Final = 100.0
FRAME_OCTETS: Final = 1518
FRAMES: Final = 300


def phy(flows: int = 1, seconds: float = 5.0, *, seed: int = 1) -> dict[str, object]:
    """Measure both fidelities.  Raises MissingExtra without NumPy and SciPy.

    ``model_ratio`` is the processor time per segment with PHYs divided by that without; ``signal_bit_s`` is bits of
    frames per second of processor time.
    """
    ideal = model = float("inf")
    for _ in range(ROUNDS):
        ideal = min(ideal, _us_per_segment(dumbbell(flows, seconds, seed=seed)))
        model = min(model, _us_per_segment(dumbbell(flows, seconds, seed=seed, phy=True)))
    return {
        "bench": "phy",
        "flows": flows,
        "virtual_s": seconds,
        "ideal_us_per_segment": ideal,
        "model_us_per_segment": model,
        "model_ratio": model / ideal,
        "signal_bit_s": _signal_bit_s(seed),
    }


def _us_per_segment(found: dict[str, Any]) -> float:
    """Processor time, which other processes on the machine hardly change."""
    return float(found["cpu_s"]) / int(found["segments"]) * 1e6


def _signal_bit_s(seed: int) -> float:
    errors = signal_errors(PHYS["10base-t"].over(LENGTH_M), SNR_DB, Stream(seed, "bench"))
    frame = Octets(bytes(range(256)) * 5 + bytes(FRAME_OCTETS - 1280))
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(FRAMES // ROUNDS):
            errors.flips(frame)
        fastest = min(fastest, time.process_time() - start)
    return FRAMES // ROUNDS * FRAME_OCTETS * 8 / fastest
