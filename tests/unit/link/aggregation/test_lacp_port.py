"""LACP's machines at two ports that hear each other (IEEE 802.1AX-2014, 6.4.12 to 6.4.16), and selection."""

from __future__ import annotations

from catenet.link.aggregation.lacp_port import (
    ATTACHED,
    CURRENT,
    MUX_DISTRIBUTING,
    RX_DEFAULTED,
    RX_EXPIRED,
    WAITING,
    LacpPort,
)
from catenet.link.aggregation.lacpdu import DEFAULTED, EXPIRED, SYNCHRONIZATION, Lacpdu, PortInfo
from catenet.link.aggregation.selection import group_of, select
from catenet.link.aggregation.settings import AggregateSettings

S = 1_000_000_000


def port(number: int = 1, system: int = 1, **settings: object) -> LacpPort:
    made = LacpPort(AggregateSettings(**settings), system, 1, number)  # type: ignore[arg-type]
    made.port_enabled(True, 0)
    return made


def hear(ours: LacpPort, system: int, now_ns: int = 0, key: int = 1, state: int = 0x3D, number: int = 1) -> None:
    """A partner says that it is in sync with this port."""
    ours.receive(Lacpdu(PortInfo(0x8000, system, key, 0x8000, number, state), ours.actor), now_ns)


def test_silence_first_expires_then_defaults() -> None:
    ours = port()
    assert ours.receive_state == RX_EXPIRED
    assert ours.actor.state & EXPIRED
    ours.advance(3 * S - 1)
    assert ours.receive_state == RX_EXPIRED
    ours.advance(3 * S)
    assert ours.receive_state == RX_DEFAULTED
    assert ours.actor.state & (EXPIRED | DEFAULTED) == DEFAULTED


def test_a_partner_is_believed_for_the_timeout_that_was_asked_for() -> None:
    for short, timeout_s in ((False, 90), (True, 3)):
        ours = port(short=short)
        hear(ours, 2, S)
        assert ours.receive_state == CURRENT
        ours.advance((1 + timeout_s) * S - 1)
        assert ours.receive_state == CURRENT
        ours.advance((1 + timeout_s) * S)
        assert ours.receive_state == RX_EXPIRED
        assert ours.partner.state & SYNCHRONIZATION == 0


def test_it_speaks_as_often_as_the_partner_wants() -> None:
    for state, period_s in ((0x3D, 30), (0x3F, 1)):
        ours = port()
        hear(ours, 2, 0, state=state)
        ours.ntt = False
        ours.periodic_ns = 1 << 62
        hear(ours, 2, 10 * S, state=state)
        assert ours.periodic_ns == (10 + period_s) * S


def test_passive_answers_only() -> None:
    ours = port(lacp="passive")
    ours.advance(2 * S)
    ours.ntt = True
    assert ours.take_pdu(2 * S) is None
    hear(ours, 2, 2 * S)
    ours.ntt = True
    assert ours.take_pdu(2 * S) is not None


def test_at_most_three_in_a_second() -> None:
    ours = port()
    sent = 0
    for now in range(0, S, S // 10):
        ours.ntt = True
        sent += ours.take_pdu(now) is not None
    assert sent == 3
    assert ours.next_deadline_ns(S - 1) == S
    assert ours.take_pdu(S) is not None


def test_a_port_waits_then_attaches_and_works_once_the_partner_collects() -> None:
    ours = port()
    hear(ours, 2, 0, state=0x05)
    select([ours], None)
    ours.step_mux(0)
    assert (ours.mux_state, ours.has_waited(2 * S - 1), ours.has_waited(2 * S)) == (WAITING, False, True)
    ours.ready = True
    while ours.step_mux(2 * S):
        pass
    assert ours.mux_state == ATTACHED
    hear(ours, 2, 2 * S, state=0x1D)
    while ours.step_mux(2 * S):
        pass
    assert ours.mux_state == MUX_DISTRIBUTING
    hear(ours, 3, 3 * S, state=0x1D)
    assert not ours.selected, "somebody else is across"
    while ours.step_mux(3 * S):
        pass
    assert ours.mux_state == 0


def test_the_partner_must_mean_this_port() -> None:
    ours = port()
    other = PortInfo(0x8000, 1, 1, 0x8000, 9, 0x3D)
    ours.receive(Lacpdu(PortInfo(0x8000, 2, 1, 0x8000, 1, 0x3D), other), 0)
    assert ours.partner.state & SYNCHRONIZATION == 0
    assert ours.ntt


def test_ports_with_the_same_partner_and_key_work_together() -> None:
    ports = [port(number) for number in (1, 2, 3, 4)]
    assert select(ports, None) is None
    for number, (system, key) in enumerate(((2, 1), (3, 1), (3, 1), (3, 2))):
        hear(ports[number], system, key=key)
    chosen = select(ports, None)
    assert [each.selected for each in ports] == [False, True, True, False]
    ports[1].port_enabled(False, S)
    assert select(ports, chosen) == chosen, "it stays while it has a port"
    ports[2].port_enabled(False, S)
    assert select(ports, chosen) == group_of(ports[0])


def test_without_lacp_across_one_port_works_alone_until_somebody_speaks() -> None:
    ports = [port(number) for number in (1, 2)]
    for each in ports:
        each.advance(3 * S)
    chosen = select(ports, None)
    assert [each.selected for each in ports] == [True, False]
    hear(ports[1], 2, 4 * S)
    select(ports, chosen)
    assert [each.selected for each in ports] == [False, True]
