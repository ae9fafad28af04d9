"""The delay from a change to the calculation of the routing table: SPF back-off (RFC 8405).

The first change is followed by a short delay; while changes continue, the delay grows.  The learn and hold-down timers
need no events of their own: at the next change it is determined whether they have expired.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.settings import OspfSettings
from catenet.network.routing.ospf.state_table import Row

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
"""Missing combinations have no effect.  A running delay is not restarted."""


class SpfDelay:
    """The state machine of RFC 8405.  ``due_ns`` is the time of the next calculation."""

    def __init__(self, settings: OspfSettings) -> None:
        self.due_ns: i64 = NEVER
        self._settings: Final = settings
        self._state: i64 = QUIET
        self._learned_ns: i64 = NEVER
        self._calm_ns: i64 = NEVER

    def changed(self, now_ns: i64) -> None:
        """Something that routes depend on has changed."""
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
        assert self._state != QUIET, "a change ends the quiet"
        assert self.due_ns >= now_ns, "a calculation that was due was made"

    def calculated(self) -> None:
        """The routes were calculated."""
        self.due_ns = NEVER

    def state(self, now_ns: i64) -> i64:
        """The state, after the timers that have expired since the last change."""
        if self._state == QUIET or now_ns >= self._calm_ns:
            return QUIET
        return LONG_WAIT if now_ns >= self._learned_ns else SHORT_WAIT
