"""TCP of one host over its loopback: which ports are given, what is refused, counted, answered and traced."""

from __future__ import annotations

import errno
from itertools import pairwise
from typing import Any

import pytest

from catenet.kernel import Kernel, Octets
from catenet.kernel.checksum import pseudo_header_sum
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.protocol import IcmpError
from catenet.network.stack import IpStack
from catenet.transport.tcp import layer as layer_module
from catenet.transport.tcp.connection import tracing
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.tcp.listener import Acceptor, Listener
from catenet.transport.tcp.segment.segment import ACK, FIN, RST, SYN, TcpSegment

SECOND = 1_000_000_000
HERE, THERE, ELSEWHERE = 0x7F000001, 0x0A000002, 0x0A000003
FIRST, LAST = 32_768, 60_999

interpreted_only = pytest.mark.skipif(
    not str(layer_module.__file__).endswith(".py"), reason="compiled attributes cannot be replaced"
)


class Door(Acceptor):
    """Takes what comes."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Connection] = []

    def accepted(self, listener: Listener) -> None:
        connection = listener.accept()
        assert connection is not None
        connection.user = TcpUser()
        self.taken.append(connection)


class Host:
    """A host, what it sends, and one address beside the loopback's."""

    def __init__(self) -> None:
        self.kernel = Kernel(seed=4)
        self.ip = IpStack(self.kernel, "host")
        self.tcp = TcpLayer(self.kernel, self.ip, "host")
        self.sent: list[TcpSegment] = []
        self.ip.add_address(self.ip.add_interface("eth0", 1), 4, THERE, 24)

    def hears(self, segment: TcpSegment, src: int = ELSEWHERE, dst: int = THERE) -> list[TcpSegment]:
        """What the host answers to a segment from elsewhere."""
        answers: list[TcpSegment] = []
        self.tcp.ip = Answers(answers)  # type: ignore[misc, assignment]
        self.tcp.receive(Ipv4Packet(src, dst, 6, segment), self.ip.interfaces[0])
        self.tcp.ip = self.ip  # type: ignore[misc]
        return answers

    def run(self, seconds: float) -> None:
        self.kernel.run(self.kernel.now_ns + int(seconds * SECOND))


class Answers:
    """Keeps what is sent."""

    def __init__(self, kept: list[TcpSegment]) -> None:
        self.kept = kept

    def send(self, version: int, src: int, dst: int, protocol: int, payload: TcpSegment) -> int:
        assert (version, src, dst, protocol) == (4, THERE, ELSEWHERE, 6)
        self.kept.append(payload)
        return 0


@pytest.fixture
def host() -> Host:
    return Host()


def refused(call: Any, *arguments: Any, **named: Any) -> int | None:
    with pytest.raises(OSError) as error:
        call(*arguments, **named)
    return error.value.errno


def test_what_is_no_segment_is_dropped_and_counted(host: Host) -> None:
    """A link that damages octets is found by these counters."""
    whole = TcpSegment(5, 80, 1, 0, SYN, 100, b"").emit_over(pseudo_header_sum(4, ELSEWHERE, THERE, 6, 20))
    for errors, octets in enumerate((whole[:-1] + b"\1", whole[:19], b""), 1):
        host.tcp.receive(Ipv4Packet(ELSEWHERE, THERE, 6, Octets(octets)), host.ip.interfaces[0])
        counters = host.tcp.counters
        assert (counters.in_segments, counters.in_errors, counters.in_checksum_errors) == (errors, errors, errors)
    assert host.tcp.counters.out_resets == 0


@interpreted_only
@pytest.mark.parametrize(
    ("flags", "data", "seq", "ack", "answer"),
    [
        (SYN, b"", 0, 11, RST | ACK),
        (SYN, b"xyz", 0, 14, RST | ACK),
        (FIN, b"", 0, 11, RST | ACK),
        (ACK, b"x", 77, 0, RST),
        (SYN | ACK, b"", 77, 0, RST),
    ],
)
def test_who_speaks_to_a_port_where_nobody_is_gets_a_reset_that_it_believes(
    host: Host, flags: int, data: bytes, seq: int, ack: int, answer: int
) -> None:
    """RFC 9293 section 3.10.7.1: in sequence for the other end, or it would wait for a time-out."""
    (reset,) = host.hears(TcpSegment(5, 80, 10, 77, flags, 100, data))
    assert (reset.src_port, reset.dst_port, reset.flags, reset.seq, reset.ack) == (80, 5, answer, seq, ack)
    assert (host.tcp.counters.out_resets, host.tcp.counters.out_segments) == (1, 1)


@interpreted_only
@pytest.mark.parametrize("dst", [0xE0000001, 0xFFFFFFFF])
def test_a_group_never_answers(host: Host, dst: int) -> None:
    assert host.hears(TcpSegment(5, 80, 10, 0, SYN, 100, b""), dst=dst) == []


@interpreted_only
def test_a_reset_for_nobody_is_not_answered(host: Host) -> None:
    """Two hosts would go on for ever."""
    assert host.hears(TcpSegment(5, 80, 10, 0, RST, 100, b"")) == []


def test_which_port_may_be_bound_again(host: Host) -> None:
    held = host.tcp.reserve(4, 0, 80)
    assert refused(host.tcp.reserve, 4, 0, 80) == errno.EADDRINUSE
    assert refused(host.tcp.connect, TcpUser(), 4, 0, 80, HERE, 5) == errno.EADDRINUSE
    assert refused(host.tcp.reserve, 4, ELSEWHERE, 81) == errno.EADDRNOTAVAIL
    host.tcp.release(held)
    listener = host.tcp.listen(Door(), 4, 0, 80)
    assert refused(host.tcp.listen, Door(), 4, 0, 80) == errno.EADDRINUSE
    listener.close()
    host.tcp.listen(Door(), 4, 0, 80).close()


def test_of_two_that_bound_a_port_for_sharing_only_one_may_listen(host: Host) -> None:
    """The second keeps its port, and may listen when the first has closed."""
    one, other = (host.tcp.reserve(4, 0, 80, reuse_address=True) for _ in range(2))
    first = host.tcp.listen(Door(), 4, 0, 80, reservation=one)
    assert refused(host.tcp.listen, Door(), 4, 0, 80, reservation=other) == errno.EADDRINUSE
    assert not other.listening
    first.close()
    host.tcp.listen(Door(), 4, 0, 80, reservation=other)
    assert other.listening


@pytest.mark.parametrize("ended", [False, True])
def test_a_port_with_a_connection_left_on_it_is_bound_again_only_with_reuse_address(host: Host, ended: bool) -> None:
    """A server that is started again while its last connections wait: SO_REUSEADDR is for that, as on Linux."""
    door = Door()
    listener = host.tcp.listen(door, 4, 0, 80)
    client = host.tcp.connect(TcpUser(), 4, 0, 5000, HERE, 80)
    host.run(0.1)
    listener.close()
    if ended:
        for end in (door.taken[0], client):
            end.close()
            host.run(0.1)
        assert host.tcp.connections() == []
        assert len(host.tcp.table.waiting) == 1
    assert refused(host.tcp.reserve, 4, 0, 80) == errno.EADDRINUSE
    host.tcp.release(host.tcp.reserve(4, 0, 80, reuse_address=True))
    if ended:
        host.run(61)
        host.tcp.release(host.tcp.reserve(4, 0, 80))


def test_where_there_is_no_way_no_connection_is_begun(host: Host) -> None:
    assert refused(host.tcp.connect, TcpUser(), 4, 0, 0, 0x08080808, 80) == errno.ENETUNREACH
    assert refused(host.tcp.connect, TcpUser(), 4, ELSEWHERE, 0, HERE, 80) == errno.EADDRNOTAVAIL
    assert refused(host.tcp.connect, TcpUser(), 4, HERE, 0, ELSEWHERE, 80) == errno.EINVAL
    assert host.tcp.connections() == []


def test_two_connections_never_have_the_same_ends(host: Host) -> None:
    host.tcp.listen(Door(), 4, 0, 80)
    host.tcp.connect(TcpUser(), 4, 0, 5000, HERE, 80)
    assert refused(host.tcp.connect, TcpUser(), 4, 0, 5000, HERE, 80) == errno.EADDRNOTAVAIL
    host.tcp.connect(TcpUser(), 4, 0, 5000, HERE, 81)


def test_a_port_that_is_chosen_is_free_and_in_the_range(host: Host) -> None:
    taken = [host.tcp.reserve(4, 0, 0).port for _ in range(50)]
    chosen = [host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80).local_port for _ in range(50)]
    assert len({*taken, *chosen}) == 100
    assert all(FIRST <= port <= LAST for port in [*taken, *chosen])


def test_where_all_ports_are_taken_it_is_told(host: Host) -> None:
    host.tcp.settings.ephemeral_first, host.tcp.settings.ephemeral_last = 40_000, 40_002
    connections = [host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80) for _ in range(3)]
    assert sorted(one.local_port for one in connections) == [40_000, 40_001, 40_002]
    assert refused(host.tcp.connect, TcpUser(), 4, 0, 0, HERE, 80) == errno.EADDRNOTAVAIL
    assert refused(host.tcp.reserve, 4, 0, 0) == errno.EADDRINUSE
    assert host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 81).local_port in (40_000, 40_001, 40_002)


def test_a_connection_takes_the_hosts_congestion_control_unless_it_asks_for_one(host: Host) -> None:
    host.tcp.default_congestion = "reno"
    assert host.tcp.default_congestion == "reno"
    assert host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80).congestion == "reno"


def test_a_hundred_challenges_a_second_and_no_more(host: Host) -> None:
    """RFC 5961 section 7: a flood of false resets makes no flood of answers."""
    host.tcp.settings.challenge_acks_per_s = 3
    for second in (0, 1, 5):
        now_ns = second * SECOND
        assert [host.tcp.table.may_challenge(now_ns + at) for at in range(5)] == [True, True, True, False, False]
        assert not host.tcp.table.may_challenge(now_ns + SECOND - 1)


def test_a_full_backlog_drops_silently_and_is_counted(host: Host) -> None:
    """Linux's ListenOverflows and ListenDrops: a client tries again, and a person sees why it was slow."""
    listener = host.tcp.listen(Acceptor(), 4, 0, 80, backlog=1)
    for _ in range(2):
        host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80)
        host.run(0.1)
    assert (listener.pending, listener.is_full()) == (2, True)
    assert (host.tcp.counters.listen_drops, host.tcp.counters.listen_overflows) == (0, 0)
    host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80)
    host.run(0.1)
    assert (host.tcp.counters.listen_drops, host.tcp.counters.listen_overflows, listener.pending) == (1, 1, 2)
    assert host.tcp.counters.out_resets == 0


def test_who_was_not_accepted_is_reset_when_the_listener_closes(host: Host) -> None:
    listener = host.tcp.listen(Acceptor(), 4, 0, 80)
    connection = host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80)
    host.run(0.1)
    assert listener.pending == 1
    listener.close()
    host.run(0.1)
    assert (listener.pending, connection.state_name, connection.error) == (0, "CLOSED", errno.ECONNRESET)
    assert host.tcp.connections() == []


def test_a_host_that_loses_power_says_nothing_and_forgets_all(host: Host) -> None:
    door = Door()
    listener = host.tcp.listen(door, 4, 0, 80)
    waiting = host.tcp.listen(Acceptor(), 4, 0, 81)
    for port in (80, 81):
        host.tcp.connect(TcpUser(), 4, 0, 0, HERE, port)
    host.run(0.1)
    sent = host.tcp.counters.out_segments
    host.tcp.lose_power()
    host.run(200)
    assert (host.tcp.connections(), listener.closed, waiting.closed, waiting.pending) == ([], True, True, 0)
    assert host.tcp.counters.out_segments == sent
    host.tcp.listen(Door(), 4, 0, 80)


def test_counters_have_the_names_that_linux_gives_them(host: Host) -> None:
    door = Door()
    host.tcp.listen(door, 4, 0, 80)
    connection = host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80)
    host.run(0.1)
    connection.send(b"x" * 100)
    host.run(0.1)
    mib, extended = host.tcp.counters.mib(), host.tcp.counters.extended()
    opened = [mib[name] for name in ("ActiveOpens", "PassiveOpens", "CurrEstab", "AttemptFails", "EstabResets")]
    assert opened == [1, 1, 2, 0, 0]
    assert mib["InSegs"] == mib["OutSegs"] >= 4
    assert (mib["RetransSegs"], mib["InErrs"], extended["TCPOrigDataSent"]) == (0, 0, 1)


def test_states_of_both_ends_are_in_the_trace_under_their_addresses(host: Host) -> None:
    host.kernel.trace.listen()
    host.tcp.listen(Door(), 4, 0, 80)
    connection = host.tcp.connect(TcpUser(), 4, 0, 5000, HERE, 80)
    host.run(0.1)
    rows = [row for row in host.kernel.trace.rows() if row.kind == tracing.STATE]
    names = {host.kernel.trace.names[row.subject] for row in rows}
    assert names == {"tcp:127.0.0.1:5000-127.0.0.1:80", "tcp:127.0.0.1:80-127.0.0.1:5000"}
    own = [(row.a, row.b) for row in rows if host.kernel.trace.names[row.subject].startswith("tcp:127.0.0.1:5000")]
    assert own[-1][1] == connection.state
    assert all(before[1] == after[0] for before, after in pairwise(own))


def test_options_of_a_connection_that_lives(host: Host) -> None:
    host.tcp.listen(Door(), 4, 0, 80)
    connection = host.tcp.connect(TcpUser(), 4, 0, 0, HERE, 80)
    host.run(0.1)
    assert (connection.no_delay, connection.sender.unsent.automatic) == (False, True)
    connection.no_delay = True
    connection.send_buffer_octets = 5000
    connection.receive_buffer_octets = 9000
    assert connection.no_delay
    assert (connection.send_buffer_octets, connection.receive_buffer_octets) == (5000, 9000)
    assert not connection.sender.unsent.automatic
    assert not connection.receiver.window.automatic
    assert connection.send(b"x" * 6000) == 5000
    assert (connection.send_space(), connection.sender.unsent.want_writable) == (0, True)
    connection.set_keepalive(True)
    assert connection.keepalive.deadline_ns == host.kernel.now_ns + connection.keepalive.idle_ns
    connection.set_keepalive(False)
    assert connection.keepalive.deadline_ns > 1 << 60


def test_an_error_that_does_not_tell_the_whole_number_is_not_believed(host: Host) -> None:
    """RFC 5927 section 4.1: it is the number that shows that the error is not forged."""
    connection = host.tcp.connect(TcpUser(), 4, 0, 5000, ELSEWHERE, 80)
    connection.output.isn = 0x123456
    ends = bytes([5000 >> 8, 5000 & 255, 0, 80])
    for head in (b"", ends, ends + b"\x12\x34\x56", ends + b"\x12\x34\x56\x00"):
        host.tcp.icmp_error(IcmpError(4, THERE, ELSEWHERE, 6, errno.ECONNREFUSED, True, 0, head))
        assert connection.state_name == "SYN-SENT"
    host.tcp.icmp_error(IcmpError(4, THERE, ELSEWHERE, 6, errno.ECONNREFUSED, True, 0, ends + b"\x00\x12\x34\x56"))
    assert (connection.state_name, connection.error) == ("CLOSED", errno.ECONNREFUSED)
