"""Signals are optional: an internet neither imports them nor NumPy nor SciPy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("catenet.physical.signals", "numpy", "scipy")


@pytest.mark.slow
def test_an_internet_needs_neither_signals_nor_numpy() -> None:
    code = (
        "import sys, catenet, catenet.scenario, catenet.cli.main, catenet.experiments\n"
        "net = catenet.Internet(seed=1)\n"
        "net.link(net.host('a'), net.host('b'), rate='1Gbit/s', delay='1ms', bit_errors='0.001%')\n"
        "net.run(until='1s')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "[]\n"
