"""When routes are calculated after a change (RFC 8405)."""

from __future__ import annotations

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.calculation.spf_delay import LONG_WAIT, QUIET, SHORT_WAIT, SpfDelay
from catenet.network.routing.ospf.settings import MILLISECOND_NS as MS_NS
from catenet.network.routing.ospf.settings import SECOND_NS, OspfSettings

SETTINGS = OspfSettings(1)


def delays(times_ms: list[int]) -> list[int]:
    """How long after each change (in ms) routes are calculated, if each is calculated before the next comes."""
    delay = SpfDelay(SETTINGS)
    found = []
    for time_ms in times_ms:
        delay.changed(time_ms * MS_NS)
        found.append(int(delay.due_ns) // MS_NS - time_ms)
        delay.calculated()
    return found


def test_a_first_change_is_quick_the_next_slower_and_a_storm_slow() -> None:
    assert delays([0, 100, 400, 600, 5000]) == [50, 200, 200, 5000, 5000]


def test_after_ten_quiet_seconds_it_begins_anew() -> None:
    assert delays([0, 100, 10_099, 20_200]) == [50, 200, 5000, 50]
    assert delays([0, 10_000]) == [50, 50]


def test_changes_that_come_while_it_waits_do_not_put_it_off() -> None:
    delay = SpfDelay(SETTINGS)
    for time_ms in range(0, 50, 10):
        delay.changed(time_ms * MS_NS)
        assert delay.due_ns == 50 * MS_NS


def test_states_follow_the_timers() -> None:
    delay = SpfDelay(SETTINGS)
    assert (delay.state(0), delay.due_ns) == (QUIET, NEVER)
    delay.changed(0)
    assert delay.state(499 * MS_NS) == SHORT_WAIT
    assert delay.state(500 * MS_NS) == LONG_WAIT
    assert delay.state(10 * SECOND_NS) == QUIET
