"""Attached, a host's wall clock shows the real time, unless the internet has a start of its own."""

from __future__ import annotations

import os
import time

import pytest

import catenet
from catenet.lab.attach.attached import Attached
from catenet.tap import missing


@pytest.mark.parametrize("start", [None, "2031-05-06T07:08:09Z"])
def test_what_a_program_is_told(start: str | None) -> None:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    told: list[float] = []

    async def look() -> None:
        told.append(time.time())

    net = catenet.Internet(seed=1, start=start)
    router = net.router("router")
    host = net.host("host", at=router)
    net.attach("wire0", at=router, namespace=f"catenet-clock-{os.getpid()}")
    host.run(look)
    with Attached(net._world) as attached:
        before_s = time.time()
        attached.run(until="50ms")
        after_s = time.time()
    (seen_s,) = told
    if start is None:
        assert before_s - 1 <= seen_s <= after_s + 1
    else:
        assert 0 <= seen_s - 1_935_817_689 < 60
