"""LACP at one port (IEEE 802.1AX-2014, 6.4.12 to 6.4.16); names are those of the standard.

The mux machine is the one with independent control: a port collects before its partner distributes, so that nothing is
lost when a member is added.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.aggregation.lacpdu import (
    ACTIVITY,
    AGGREGATION,
    COLLECTING,
    DEFAULTED,
    DISTRIBUTING,
    EXPIRED,
    SYNCHRONIZATION,
    TIMEOUT,
    Lacpdu,
    PortInfo,
)
from catenet.link.aggregation.settings import (
    ACTIVE,
    AGGREGATE_WAIT_NS,
    DEFAULT_PRIORITY,
    FAST_PERIODIC_NS,
    LONG_TIMEOUT_NS,
    MAX_IN_FAST_PERIOD,
    NEVER_NS,
    SHORT_TIMEOUT_NS,
    SLOW_PERIODIC_NS,
    AggregateSettings,
)

PORT_DISABLED: Final = 0
RX_EXPIRED: Final = 1
RX_DEFAULTED: Final = 2
CURRENT: Final = 3
RECEIVE_STATES: Final = ("port disabled", "expired", "defaulted", "current")

DETACHED: Final = 0
WAITING: Final = 1
ATTACHED: Final = 2
MUX_COLLECTING: Final = 3
MUX_DISTRIBUTING: Final = 4
MUX_STATES: Final = ("detached", "waiting", "attached", "collecting", "distributing")

NTT_FLAGS: Final = ACTIVITY | TIMEOUT | SYNCHRONIZATION | AGGREGATION
"""What of a partner's view of this port must be right (update_NTT, 6.4.9)."""


class LacpPort:
    """One port.  ``ready`` is set by whoever selects, once all ports that are to be attached together have waited."""

    def __init__(self, settings: AggregateSettings, system: int, key: int, port: int) -> None:
        self.settings: Final = settings
        state = AGGREGATION | (ACTIVITY if settings.lacp == ACTIVE else 0) | (TIMEOUT if settings.short else 0)
        self.actor: Final = PortInfo(settings.system_priority, system, key, DEFAULT_PRIORITY, port, state)
        self.partner: PortInfo = default_partner()
        self.enabled: bool = False
        self.selected: bool = False
        self.ready = False
        self.receive_state: int = PORT_DISABLED
        self.mux_state: int = DETACHED
        self.ntt: bool = False
        self.pdus_in: int = 0
        self.pdus_out: int = 0
        self.current_while_ns: i64 = NEVER_NS
        self.periodic_ns: i64 = NEVER_NS
        self.wait_while_ns: i64 = NEVER_NS
        self._sent_ns: Final[list[int]] = []

    # -- receive (6.4.12)

    def port_enabled(self, up: bool, now_ns: i64) -> None:
        """The link came up or went down."""
        self.enabled = up
        self._set_actor(EXPIRED, False)
        if up:
            self._expire(now_ns)
        else:
            self.receive_state = PORT_DISABLED
            self.selected = False
            self.current_while_ns = self.periodic_ns = NEVER_NS
            self.partner.state &= ~SYNCHRONIZATION
        self._update_periodic(now_ns)

    def receive(self, pdu: Lacpdu, now_ns: i64) -> None:
        """A LACPDU has come in."""
        self.pdus_in += 1
        if not self.enabled:
            return
        if not pdu.actor.same_port(self.partner):
            self.selected = False
        self._update_ntt(pdu)
        self._record(pdu)
        self._set_actor(EXPIRED, False)
        self._set_actor(DEFAULTED, False)
        self.receive_state = CURRENT
        self.current_while_ns = now_ns + (SHORT_TIMEOUT_NS if self.settings.short else LONG_TIMEOUT_NS)
        self._update_periodic(now_ns)

    def advance(self, now_ns: i64) -> None:
        """Let the timers expire that are due."""
        if self.current_while_ns <= now_ns:
            if self.receive_state == CURRENT:
                self._expire(now_ns)
            else:
                self._default()
            self._update_periodic(now_ns)
        if self.periodic_ns <= now_ns:
            self.ntt = True
            self.periodic_ns = NEVER_NS
            self._update_periodic(now_ns)

    def next_deadline_ns(self, now_ns: i64) -> i64:
        """When something is due next."""
        deadline_ns = min(self.current_while_ns, self.periodic_ns)
        if self.wait_while_ns > now_ns:
            deadline_ns = min(deadline_ns, self.wait_while_ns)
        if self.ntt and self._may_speak():
            deadline_ns = min(deadline_ns, self._sent_ns[0] + FAST_PERIODIC_NS) if self._sent_ns else now_ns
        return deadline_ns

    def _expire(self, now_ns: i64) -> None:
        self.receive_state = RX_EXPIRED
        self.partner.state = (self.partner.state & ~SYNCHRONIZATION) | TIMEOUT
        self.current_while_ns = now_ns + SHORT_TIMEOUT_NS
        self._set_actor(EXPIRED, True)

    def _default(self) -> None:
        """Nobody speaks LACP across: the port is an individual one."""
        default = default_partner()
        if not default.same_port(self.partner):
            self.selected = False
        self.receive_state = RX_DEFAULTED
        self.partner = default
        self.current_while_ns = NEVER_NS
        self._set_actor(DEFAULTED, True)
        self._set_actor(EXPIRED, False)

    def _record(self, pdu: Lacpdu) -> None:
        """recordPDU: the partner is in sync if it means this very port, or wants to be an individual one."""
        said = pdu.actor
        matches = pdu.partner.same_port(self.actor) or said.state & AGGREGATION == 0
        kept = said.state & ACTIVITY != 0 or (self.actor.state & ACTIVITY != 0 and pdu.partner.state & ACTIVITY != 0)
        synchronized = matches and kept and said.state & SYNCHRONIZATION != 0
        state = said.state if synchronized else said.state & ~SYNCHRONIZATION
        self.partner = PortInfo(said.system_priority, said.system, said.key, said.port_priority, said.port, state)

    def _update_ntt(self, pdu: Lacpdu) -> None:
        if pdu.partner.identity() != self.actor.identity() or (pdu.partner.state ^ self.actor.state) & NTT_FLAGS:
            self.ntt = True

    # -- periodic transmission (6.4.13)

    def _may_speak(self) -> bool:
        return self.enabled and (self.actor.state | self.partner.state) & ACTIVITY != 0

    def _update_periodic(self, now_ns: i64) -> None:
        if not self._may_speak():
            self.periodic_ns = NEVER_NS
            self.ntt = False
            return
        period_ns = FAST_PERIODIC_NS if self.partner.state & TIMEOUT else SLOW_PERIODIC_NS
        self.periodic_ns = min(self.periodic_ns, now_ns + period_ns)

    # -- mux (6.4.15)

    def step_mux(self, now_ns: i64) -> bool:
        """Make one transition, if there is one to make."""
        state = self.mux_state
        in_sync = self.selected and self.partner.state & SYNCHRONIZATION != 0
        if state == DETACHED:
            if not self.selected:
                return False
            self.wait_while_ns = now_ns + AGGREGATE_WAIT_NS
            self._enter(WAITING)
        elif not self.selected and state in (WAITING, ATTACHED):
            self.wait_while_ns = NEVER_NS
            self._enter(DETACHED)
        elif state == WAITING and self.ready:
            self.wait_while_ns = NEVER_NS
            self._enter(ATTACHED)
        elif state == ATTACHED and in_sync:
            self._enter(MUX_COLLECTING)
        elif state == MUX_COLLECTING and not in_sync:
            self._enter(ATTACHED)
        elif state == MUX_COLLECTING and self.partner.state & COLLECTING:
            self._enter(MUX_DISTRIBUTING)
        elif state == MUX_DISTRIBUTING and not (in_sync and self.partner.state & COLLECTING):
            self._enter(MUX_COLLECTING)
        else:
            return False
        return True

    def has_waited(self, now_ns: i64) -> bool:
        """Whether it need not wait any longer for others to be attached with it."""
        return self.wait_while_ns <= now_ns

    def _enter(self, state: int) -> None:
        self.mux_state = state
        self._set_actor(SYNCHRONIZATION, state >= ATTACHED)
        self._set_actor(COLLECTING, state >= MUX_COLLECTING)
        self._set_actor(DISTRIBUTING, state >= MUX_DISTRIBUTING)
        if state != WAITING and self._may_speak():
            self.ntt = True

    # -- transmit (6.4.16)

    def take_pdu(self, now_ns: i64) -> Lacpdu | None:
        """The LACPDU to send now; None if there is none, or three were sent within a second."""
        while self._sent_ns and self._sent_ns[0] + FAST_PERIODIC_NS <= now_ns:
            self._sent_ns.pop(0)
        if not self._may_speak():
            self.ntt = False
        if not self.ntt or len(self._sent_ns) >= MAX_IN_FAST_PERIOD:
            return None
        self.ntt = False
        self.pdus_out += 1
        self._sent_ns.append(now_ns)
        return Lacpdu(self.actor, self.partner)

    def _set_actor(self, flag: int, on: bool) -> None:
        self.actor.state = self.actor.state | flag if on else self.actor.state & ~flag


def default_partner() -> PortInfo:
    """Who is across if nobody speaks LACP: an individual port, ready (recordDefault, 6.4.9)."""
    return PortInfo(0, 0, 0, 0, 0, SYNCHRONIZATION | COLLECTING | DISTRIBUTING)
