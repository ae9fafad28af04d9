"""How often an LSA is originated."""

from __future__ import annotations

from catenet.network.routing.ospf.origination.throttle import OriginDelay
from catenet.network.routing.ospf.settings import SECOND_NS, OspfSettings

SETTINGS = OspfSettings(1)


def test_the_interval_grows_while_an_lsa_keeps_changing_and_shrinks_when_it_is_quiet() -> None:
    delay = OriginDelay(OspfSettings(1, lsa_interval_ns=SECOND_NS, lsa_max_ns=10 * SECOND_NS))
    waits = []
    now_ns = 0
    for _ in range(5):
        delay.originated(now_ns)
        waits.append((int(delay.free_at_ns()) - now_ns) // SECOND_NS)
        now_ns = int(delay.free_at_ns())
    assert waits == [1, 2, 4, 8, 10]
    delay.originated(now_ns + 30 * SECOND_NS)
    assert delay.free_at_ns() - now_ns == 31 * SECOND_NS


def test_by_the_standard_it_is_five_seconds_always() -> None:
    delay = OriginDelay(SETTINGS)
    for now_ns in range(0, 50 * SECOND_NS, 5 * SECOND_NS):
        delay.originated(now_ns)
        assert delay.free_at_ns() == now_ns + 5 * SECOND_NS


def test_no_throttle_at_all_waits_for_nothing() -> None:
    delay = OriginDelay(OspfSettings(1, lsa_interval_ns=0, lsa_max_ns=0))
    delay.originated(7)
    assert delay.free_at_ns() == 7
