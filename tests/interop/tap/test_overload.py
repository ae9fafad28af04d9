"""What Linux sends faster than it is read is dropped by Linux, and counted."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from catenet.tap.linux_setup import QUEUE_PACKETS

SENT = QUEUE_PACKETS + 1000


@pytest.mark.parametrize("attached", ["tap"], indirect=True)
def test_a_full_queue_is_told(attached: Any) -> None:
    sock = attached.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.sendto(b"where are you?", (attached.ours[4], 9))
    attached.driver.run(0.1)
    assert attached.rig.dropped(attached.device) == 0
    before = attached.station.counters()["from_linux_packets"]
    for _ in range(SENT):
        sock.sendto(bytes(100), (attached.ours[4], 9))
    sock.close()
    attached.driver.run(0.5)
    read = attached.station.counters()["from_linux_packets"] - before
    dropped = attached.rig.dropped(attached.device)
    assert dropped >= 1000
    assert read + dropped >= SENT
