"""Freeing long chains: compiled classes must survive the interpreter's trashcan (docs/adr/0006)."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import pytest

FREE_A_CHAIN = """
from catenet.kernel import Kernel, Octets
from catenet.link.ethernet import Frame
from catenet.physical.channel import Channel, Receiver

for _ in range(20):
    kernel = Kernel()
    channel = Channel(kernel, "wire", Receiver(), 1000, 10)
    for _ in range(500):
        channel.transmit(Frame(1, 2, 0x800, Octets(bytes(100))), 122)
    del kernel, channel
    import gc
    gc.collect()
    junk = [bytes(n) for n in range(500)]
print("freed")
"""


@pytest.mark.slow
def test_a_long_chain_of_waiting_frames_is_freed() -> None:
    """In a process of its own, with the allocator's checks on: a bad free ends it."""
    env = {**os.environ, "PYTHONMALLOC": "debug"}
    ran = subprocess.run([sys.executable, "-c", FREE_A_CHAIN], env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "freed\n"), ran.stderr[-2000:]


def test_frames_are_seen_by_the_collector() -> None:
    from catenet.kernel import Octets
    from catenet.link.ethernet import Frame

    assert gc.is_tracked(Frame(1, 2, 0x800, Octets(b"")))
