"""What repeats if the functions of OpenSSL cannot be reached: sizes and times, and not the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catenet.host.sandbox import environment
from catenet.record.pcapng import CapturedFrame, PcapngReader
from tests.sim.tls.exchange import Exchange
from tests.sim.tls.test_key_log import contexts

SIGNATURE_SPREAD = 8
"""A signature of ECDSA is 70 to 72 octets, seldom fewer, by the leading zeros of two random numbers."""


@pytest.fixture
def out_of_reach(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(environment, "find_openssl", lambda: None)
    monkeypatch.setattr(environment._INSTALLATION, "_patches", None)
    monkeypatch.setattr(environment._INSTALLATION, "_openssl", None)
    return


def frames(folder: Path) -> list[CapturedFrame]:
    exchange = Exchange(contexts)
    assert len(exchange.run(2)) == 2
    exchange.net.result().report(folder)
    with (folder / "captures" / "line.pcapng").open("rb") as stream:
        return list(PcapngReader(stream))


def test_sizes_and_times_repeat_and_bytes_do_not(out_of_reach: None, tmp_path: Path) -> None:
    one, other = frames(tmp_path / "one"), frames(tmp_path / "other")
    assert len(one) == len(other) > 20
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a.data != b.data]
    assert differing
    for a, b in zip(one, other, strict=True):
        assert abs(len(a.data) - len(b.data)) <= SIGNATURE_SPREAD
        assert abs(a.time_ns - b.time_ns) <= 1000
    longer = [len(a.data) - len(b.data) for a, b in differing if len(a.data) != len(b.data)]
    assert len(longer) <= 2  # the handshake's two signatures: the server's and the client's
