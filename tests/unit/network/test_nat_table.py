"""A translator's table: how long sessions last, and that what has ended is thrown out, however busy it is."""

from __future__ import annotations

import pytest
from catenet.network.nat_table import ACK, FIN, RST, SYN, Mapping, NatTable, NatTimeouts, Session

from catenet.network import nat_table
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP

S = 1_000_000_000
TIMEOUTS = NatTimeouts()
INSIDE = 0xC0A80102
REMOTE = 0xC6336402


def udp_mapping() -> Mapping:
    return Mapping(PROTOCOL_UDP, INSIDE, 5000, 5000, False)


def speak(mapping: Mapping, port: int, now_ns: int) -> None:
    mapping.passed(REMOTE, port, 0, True, now_ns, TIMEOUTS)


def sizes(mapping: Mapping, ports: range, now_ns: int) -> list[int]:
    """How many sessions the table of one mapping holds after each remote endpoint that was spoken to."""
    found = []
    for port in ports:
        speak(mapping, port, now_ns)
        found.append(len(mapping._sessions))
    return found


def test_sessions_that_have_ended_are_thrown_out_when_the_table_is_full() -> None:
    """A host that speaks to ever new endpoints, as one that resolves names does, must not fill the memory."""
    mapping = udp_mapping()
    assert sizes(mapping, range(1024), 0)[-1] == 1024
    assert sizes(mapping, range(1024, 1026), 301 * S) == [1, 2]
    assert mapping.has_session(REMOTE, 1024, 301 * S)
    assert not mapping.has_session(REMOTE, 5, 301 * S)


def test_sessions_that_live_are_kept_and_looked_through_only_when_they_have_doubled() -> None:
    """Looked through at each new one, ten thousand sessions would cost a hundred million looks."""
    mapping = udp_mapping()
    sizes(mapping, range(1024), 0)
    sweeps = []
    for port in range(1024, 5000):
        before = mapping._sweep_at
        speak(mapping, port, 0)
        if mapping._sweep_at != before:
            sweeps.append((port, mapping._sweep_at))
    assert sweeps == [(1024, 2048), (2048, 4096), (4096, 8192)]
    assert len(mapping._sessions) == 5000


def test_mappings_that_have_ended_are_thrown_out_when_the_table_is_full_and_living_ones_are_kept() -> None:
    table = NatTable()
    for number in range(1024):
        mapping = table.create(PROTOCOL_UDP, INSIDE + number, 5000, 0)
        assert mapping is not None
        mapping.passed(REMOTE, 53, 0, True, 0 if number else 10 * S, TIMEOUTS)
    assert table.create(PROTOCOL_UDP, INSIDE + 2000, 5000, 305 * S) is not None
    assert len(table) == 2
    assert table.inside(PROTOCOL_UDP, INSIDE, 5000, 305 * S) is not None
    assert table.inside(PROTOCOL_UDP, INSIDE + 1, 5000, 305 * S) is None
    assert table._sweep_at == 1024
    for number in range(3000, 3000 + 1500):
        made = table.create(PROTOCOL_UDP, INSIDE + number, 5000, 306 * S)
        assert made is not None
        made.passed(REMOTE, 53, 0, True, 306 * S, TIMEOUTS)
    assert table._sweep_at == 2 * 1023
    assert len(table) == 1501, "the one that nobody had spoken through is gone, all others live"


@pytest.mark.parametrize(("protocol", "seconds"), [(PROTOCOL_UDP, 300), (PROTOCOL_ICMP, 60), (PROTOCOL_TCP, 240)])
def test_an_idle_session_ends_after_the_time_of_its_protocol(protocol: int, seconds: int) -> None:
    mapping = Mapping(protocol, INSIDE, 5000, 5000, False)
    mapping.passed(REMOTE, 53, SYN, True, 7, TIMEOUTS)
    end = 7 + seconds * S
    assert (mapping.expires_ns, mapping.alive(end - 1), mapping.alive(end)) == (end, True, False)
    assert (mapping.has_session(REMOTE, 53, end - 1), mapping.has_session(REMOTE, 53, end)) == (True, False)


def session(*steps: tuple[int, bool]) -> Session:
    made = Session()
    for flags, outward in steps:
        made.follow(flags, outward)
    return made


OPENED = ((SYN, True), (SYN | ACK, False), (ACK, True))


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        (OPENED[:1], 240),
        (OPENED[:2], 240),
        (OPENED, 7440),
        ((*OPENED, (FIN | ACK, True)), 7440),
        ((*OPENED, (FIN | ACK, False)), 7440),
        ((*OPENED, (FIN | ACK, True), (FIN | ACK, False)), 240),
        ((*OPENED, (RST, False)), 240),
        ((*OPENED, (FIN | ACK, True), (FIN | ACK, False), *OPENED), 7440),
        ((*OPENED, (RST, False), *OPENED[:1]), 240),
        ((*OPENED, (RST, False), *OPENED), 7440),
        ((*OPENED, (SYN, True)), 7440),
    ],
)
def test_a_connection_keeps_its_port_for_two_hours_from_its_handshake_until_both_have_finished(
    steps: tuple[tuple[int, bool], ...], seconds: int
) -> None:
    """RFC 5382 REQ-5; an idle ssh session is cut off otherwise, and a closed one holds a port that others want."""
    assert session(*steps).timeout_ns(PROTOCOL_TCP, TIMEOUTS) == seconds * S


def test_a_mapping_lasts_as_long_as_its_last_session_also_when_that_one_is_reset() -> None:
    mapping = Mapping(PROTOCOL_TCP, INSIDE, 5000, 5000, False)
    for flags, outward in OPENED:
        mapping.passed(REMOTE, 80, flags, outward, 0, TIMEOUTS)
    mapping.passed(REMOTE, 81, SYN, True, 100 * S, TIMEOUTS)
    assert mapping.expires_ns == 7440 * S
    mapping.passed(REMOTE, 80, RST, False, 50 * S, TIMEOUTS)
    assert mapping.expires_ns == 340 * S
    mapping.passed(REMOTE, 81, RST, True, 120 * S, TIMEOUTS)
    assert mapping.expires_ns == 360 * S


def test_who_was_never_spoken_to_prolongs_nothing() -> None:
    """Else a stranger keeps a port open for ever (RFC 4787 REQ-6)."""
    mapping = udp_mapping()
    speak(mapping, 53, 0)
    for now_s in range(10, 290, 10):
        mapping.passed(REMOTE, 54, 0, False, now_s * S, TIMEOUTS)
    assert mapping.expires_ns == 300 * S
    mapping.passed(REMOTE, 53, 0, False, 290 * S, TIMEOUTS)
    assert mapping.expires_ns == 590 * S


def test_filtering_by_address_and_by_port() -> None:
    mapping = udp_mapping()
    speak(mapping, 53, 0)
    cases = [(REMOTE, 53), (REMOTE, 54), (REMOTE + 1, 53)]
    for filtering, let_in in (
        (nat_table.ENDPOINT_INDEPENDENT, [True, True, True]),
        (nat_table.ADDRESS_DEPENDENT, [True, True, False]),
        (nat_table.ADDRESS_AND_PORT_DEPENDENT, [True, False, False]),
    ):
        assert [mapping.accepts(remote, port, filtering, 299 * S) for remote, port in cases] == let_in
    assert not mapping.accepts(REMOTE, 54, nat_table.ADDRESS_DEPENDENT, 300 * S)
    assert Mapping(PROTOCOL_UDP, INSIDE, 5000, 80, True).accepts(REMOTE, 9, nat_table.ADDRESS_AND_PORT_DEPENDENT, 0)


def test_a_port_outside_is_bound_once() -> None:
    table = NatTable()
    table.fix(PROTOCOL_TCP, 80, INSIDE, 8080)
    with pytest.raises(ValueError, match="port 80 is bound already"):
        table.fix(PROTOCOL_TCP, 80, INSIDE, 8081)
    table.fix(PROTOCOL_UDP, 80, INSIDE, 8080)
    assert [mapping.fixed for mapping in table.mappings()] == [True, True]
    assert table.outside(PROTOCOL_TCP, 80, 10**6 * S) is not None


def test_where_no_port_is_free_none_is_given_however_often_it_is_asked_for_and_one_when_one_is() -> None:
    """Looked for each time, sixty thousand ports would be tried for every packet of a flood."""
    table = NatTable(first_port=2000, last_port=2003)
    for number in range(2):
        mapping = table.create(PROTOCOL_UDP, INSIDE + number, 5000, 0)
        assert mapping is not None
        mapping.passed(REMOTE, 53, 0, True, number * S // 2, TIMEOUTS)
        assert mapping.outside_port in (2000, 2002), "ports keep their parity"
    for now_ns in (S // 2, S // 2 + 1, S, 3 * S // 2, 2 * S):
        assert table.create(PROTOCOL_UDP, INSIDE + 9, 5000, now_ns) is None
    assert len(table) == 2
    odd = table.create(PROTOCOL_UDP, INSIDE + 9, 5001, S)
    assert odd is not None
    assert odd.outside_port == 2001
    given = table.create(PROTOCOL_UDP, INSIDE + 9, 5000, 300 * S)
    assert given is not None
    assert (given.outside_port, given.address, given.port) == (2000, INSIDE + 9, 5000)
    assert table.create(PROTOCOL_TCP, INSIDE + 9, 2001, 300 * S, avoid=2001) is not None
    assert [mapping.outside_port for mapping in table.mappings() if mapping.protocol == PROTOCOL_TCP] == [2000]
