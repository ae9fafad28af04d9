"""A resolver's cache has the hit rate and the latency of the closed form: a share, and all with time."""

from __future__ import annotations

import pytest

from catenet.experiments.dns_cache import ERRORS, FAR_MS, NEAR_MS, Case, dns_cache, hit_rate, measure, standard_error


@pytest.mark.slow
@pytest.mark.parametrize("ttl", [10, 100])
def test_hit_rate_and_latency_at_a_ttl(ttl: int) -> None:
    found = measure(Case(ttl, 200, 3))
    assert abs(found.hit_rate - hit_rate(ttl)) <= ERRORS * standard_error(ttl, 200)
    # Each miss costs one round trip to the server of the zone; once a day, the delegation too.
    assert found.latency_ms == pytest.approx(NEAR_MS + (1 - found.hit_rate) * FAR_MS, rel=0.06)


@pytest.mark.long
def test_the_closed_form_at_every_ttl() -> None:
    assert [figure.what for figure in dns_cache(1) if not figure.holds] == []
