"""Not too often: when routes are calculated (RFC 8405), and when an LSA is originated again.

Both answer a first change at once and slow down while changes go on.  Neither needs a timer of its own to calm down
again: what ran out in the meantime is seen when the next change comes.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.adjacency.state_table import Row
from catenet.network.routing.ospf.settings import OspfSettings

QUIET: Final = 0
SHORT_WAIT: Final = 1
LONG_WAIT: Final = 2
STATES: Final = ("Quiet", "Short wait", "Long wait")

CHANGE: Final = 0
LEARNED: Final = 1
HELD_DOWN: Final = 2
EVENTS: Final = ("a change", "the learn timer", "the hold-down timer")


DELAY_TABLE: Final[list[Row]] = [
    Row(QUIET, CHANGE, SHORT_WAIT, "calculate after the initial delay; start learn and hold-down", "5.1 (1)"),
    Row(SHORT_WAIT, CHANGE, SHORT_WAIT, "calculate after the short delay; restart hold-down", "5.1 (2)"),
    Row(SHORT_WAIT, LEARNED, LONG_WAIT, "nothing", "5.1 (3)"),
    Row(SHORT_WAIT, HELD_DOWN, QUIET, "stop learn", "5.1 (6)"),
    Row(LONG_WAIT, CHANGE, LONG_WAIT, "calculate after the long delay; restart hold-down", "5.1 (4)"),
    Row(LONG_WAIT, HELD_DOWN, QUIET, "nothing", "5.1 (5)"),
]
"""What is not in it is nothing.  A delay that runs already is not begun anew."""


class SpfDelay:
    """The state machine of RFC 8405.  ``due_ns`` is when to calculate."""

    def __init__(self, settings: OspfSettings) -> None:
        self.due_ns: i64 = NEVER
        self._settings: Final = settings
        self._state: i64 = QUIET
        self._learned_ns: i64 = NEVER
        self._calm_ns: i64 = NEVER

    def changed(self, now_ns: i64) -> None:
        """Something changed that routes depend on."""
        settings = self._settings
        state = self.state(now_ns)
        delay_ns = settings.spf_initial_ns
        if state == QUIET:
            self._learned_ns = now_ns + settings.spf_learn_ns
            state = SHORT_WAIT
        elif state == SHORT_WAIT:
            delay_ns = settings.spf_short_ns
        else:
            delay_ns = settings.spf_long_ns
        self._state = state
        self._calm_ns = now_ns + settings.spf_hold_down_ns
        if self.due_ns == NEVER:
            self.due_ns = now_ns + delay_ns

    def calculated(self) -> None:
        """The routes were calculated."""
        self.due_ns = NEVER

    def state(self, now_ns: i64) -> i64:
        """The state, with the timers that ran out since the last change."""
        if self._state == QUIET or now_ns >= self._calm_ns:
            return QUIET
        return LONG_WAIT if now_ns >= self._learned_ns else SHORT_WAIT


class OriginDelay:
    """When one LSA may be originated again (section 12.4, MinLSInterval), longer each time while it keeps changing."""

    def __init__(self, settings: OspfSettings) -> None:
        self._settings: Final = settings
        self._next_ns: i64 = -NEVER
        self._interval_ns: i64 = settings.lsa_interval_ns

    def free_at_ns(self) -> i64:
        """The earliest time for the next instance."""
        return self._next_ns

    def originated(self, now_ns: i64) -> None:
        """An instance was sent now."""
        settings = self._settings
        # Quiet for twice the interval: it has calmed down.
        if now_ns - self._next_ns < self._interval_ns:
            self._interval_ns = min(2 * self._interval_ns, settings.lsa_most_ns)
        else:
            self._interval_ns = settings.lsa_interval_ns
        self._next_ns = now_ns + self._interval_ns
