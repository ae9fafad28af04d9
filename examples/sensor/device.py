"""A sensor: an analogue-to-digital converter samples a voltage, and each reading is sent as a UDP datagram."""

from __future__ import annotations

import asyncio
import random
import time

import numpy as np
from reading import BITS, FULL_SCALE_V, PORT, Reading

from catenet.physical.signals.converters.adc import Adc

NOISE_V = 0.000_05


def voltage(time_s: float) -> float:
    """What the sensor measures: a slow swing and a faster ripple."""
    return float(1.5 * np.sin(2 * np.pi * time_s / 20) + 0.3 * np.sin(2 * np.pi * time_s / 1.7))


async def main(readings: int, every: float) -> None:
    """Take so many readings, one in ``every`` seconds."""
    rng = np.random.default_rng(random.getrandbits(64))
    adc = Adc(BITS, 1 / every, rng, full_scale_v=FULL_SCALE_V, noise_v=NOISE_V)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=("collector", PORT)
    )
    start = time.monotonic()
    for number in range(readings):
        time_s = time.monotonic() - start
        (code,) = adc.codes_of([voltage(time_s)])
        transport.sendto(Reading(number, time_s, int(code)).emit())
        await asyncio.sleep(start + (number + 1) * every - time.monotonic())
    transport.close()
