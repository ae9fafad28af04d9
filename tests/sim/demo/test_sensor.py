"""``examples/sensor``: a voltage goes through a converter, PPP on a serial line, UDP and Raft, and is read back."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from catenet.scenario import load

SCENARIO = Path(__file__).resolve().parents[3] / "examples" / "sensor" / "scenario.toml"
STEP_V = 4.096 / 4096
READINGS = 350
NOISY = range(150, 250)
"""From 20 s to 30 s; the first reading is taken at 5 s."""


def voltage(time_s: float) -> float:
    return 1.5 * math.sin(2 * math.pi * time_s / 20) + 0.3 * math.sin(2 * math.pi * time_s / 1.7)


@pytest.mark.slow
def test_what_was_sampled_is_what_is_stored(capsys: pytest.CaptureFixture[str]) -> None:
    """Each stored value is within a step of the voltage at its time; only the noisy stretch has gaps."""
    net = load(SCENARIO).build()
    net.run(until="50s")
    said = capsys.readouterr().out
    rows = [
        (int(row[1]), float(row[2]), float(row[3])) for row in re.finditer(r"(\d+) +([\d.]+) s ([+-][\d.]+) V", said)
    ]
    assert f"{len(rows)} readings in the store" in said
    assert all(abs(volts - voltage(time_s)) <= STEP_V for _, time_s, volts in rows)
    assert all(time_s == pytest.approx(number / 10, abs=1e-4) for number, time_s, _ in rows)

    missing = set(range(READINGS)) - {number for number, _, _ in rows}
    assert missing <= set(NOISY)
    serial = net.links["serial"]
    channel = serial.wire.forward if serial.a.node.name == "sensor" else serial.wire.backward
    damaged = channel.lost_signal + channel.impairments.corrupted
    assert 5 <= len(missing) == damaged
    assert sum(end.port.fcs_errors for end in serial.ends) == channel.impairments.corrupted
