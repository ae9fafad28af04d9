"""Page loads by three versions of HTTP: a share of the cases, and all with time."""

from __future__ import annotations

import pytest

from catenet.experiments.page_load import VERSIONS, Case, bounds_ms, load_ms, page_load


@pytest.mark.slow
def test_without_loss_round_trips_tell_the_time() -> None:
    found = {version: load_ms(Case(version, 50, 0, 1)) for version in VERSIONS}
    assert found["3"] < found["2"] < found["1.1"]
    assert found["2"] - found["3"] == pytest.approx(50, abs=15)  # QUIC's handshake is one round trip, not two
    for version, measured in found.items():
        low, high = bounds_ms(Case(version, 50, 0, 1))
        assert low <= measured <= high


@pytest.mark.long
def test_every_case() -> None:
    assert [figure.what for figure in page_load(1) if not figure.holds] == []
