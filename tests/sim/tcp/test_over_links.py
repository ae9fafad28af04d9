"""TCP over real packets: bad wires, refusals, TIME-WAIT, backlog, both IP versions."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.physical.loss import Bernoulli
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.settings import TcpOptions

MS = 1_000_000
NEVER = 1 << 62


def finish(pair: Any, seconds: float = 600) -> None:
    pair.run(seconds)
    assert pair.kernel.next_time_ns() == NEVER, "something is still scheduled"


def delivered(source: Any, sink: Any, octets: int) -> None:
    assert sink.octets == octets
    assert sink.got.hexdigest() == source.sent.hexdigest()
    assert (source.errno, sink.errno) == (0, 0)


@pytest.mark.parametrize("version", [4, 6])
def test_a_clean_transfer(kit: Any, version: int) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, version, 0, 80)
    source = kit.send(pair, 1_000_000, version)
    finish(pair)
    delivered(source, door.sinks[0], 1_000_000)
    assert pair.a.tcp.counters.retransmitted_segments == 0
    for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
        assert one.tcp.counters.in_segments == other.tcp.counters.out_segments > 300
    assert len(pair.a.tcp.table.waiting) == 0
    assert pair.a.tcp.connections() == pair.b.tcp.connections() == []


@pytest.mark.parametrize("congestion", ["cubic", "reno"])
@pytest.mark.parametrize(("sack", "timestamps"), [(True, True), (False, True), (True, False), (False, False)])
def test_nothing_is_lost_on_a_bad_wire(kit: Any, congestion: str, sack: bool, timestamps: bool) -> None:
    pair = kit.Pair(seed=3)
    pair.wire.set_loss(Bernoulli(0.05))
    pair.wire.set_reordering(0.05, 2 * MS)
    pair.wire.set_duplication(0.02)
    pair.wire.set_bit_errors(1e-6)
    for host in (pair.a, pair.b):
        host.tcp.default_congestion = congestion
        host.tcp.settings.sack = sack
        host.tcp.settings.timestamps = timestamps
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 400_000)
    finish(pair, 4000)
    delivered(source, door.sinks[0], 400_000)
    assert pair.a.tcp.counters.retransmitted_segments > 0


def test_reordering_alone_costs_little(kit: Any) -> None:
    pair = kit.Pair(seed=3)
    pair.wire.set_reordering(0.05, 2 * MS)
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 2_000_000)
    finish(pair)
    delivered(source, door.sinks[0], 2_000_000)
    assert pair.a.tcp.counters.retransmitted_segments < 20


def test_many_connections_at_once(kit: Any) -> None:
    pair = kit.Pair(rate_bit_s=1_000_000_000)
    pair.wire.set_loss(Bernoulli(0.01))
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    sources = [kit.send(pair, 2_000) for _ in range(200)]
    finish(pair)
    assert sum(sink.octets for sink in door.sinks) == 400_000
    assert [source.errno for source in sources] == [0] * 200
    assert len({sink.connection.remote_port for sink in door.sinks}) == 200


def test_a_closed_port_refuses(kit: Any) -> None:
    pair = kit.Pair()
    source = kit.send(pair, 10)
    pair.run(1)
    assert source.errno == errno.ECONNREFUSED
    assert pair.b.tcp.counters.out_resets == 1


def test_no_route_is_told_at_once(kit: Any) -> None:
    pair = kit.Pair()
    with pytest.raises(OSError) as told:
        pair.a.tcp.connect(TcpUser(), 4, 0, 0, 0x08080808, 80)
    assert told.value.errno == errno.ENETUNREACH


def test_a_silent_neighbour_is_unreachable(kit: Any) -> None:
    pair = kit.Pair()
    source = kit.Source(10)
    source.connection = pair.a.tcp.connect(source, 4, 0, 0, 0x0A000063, 80)
    pair.run(200)
    assert source.errno == errno.EHOSTUNREACH


def test_a_cut_wire_times_out(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 50_000_000)
    pair.run(0.5)
    pair.wire.cut()
    pair.run(2000)
    assert source.errno in (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH)


def test_a_cut_that_heals_is_survived(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 5_000_000)
    pair.run(0.3)
    pair.wire.cut()
    pair.run(10)
    pair.wire.heal()
    finish(pair)
    delivered(source, door.sinks[0], 5_000_000)


def test_a_reader_that_stops_stops_the_writer(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door(accepting=False)
    listener = pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 10_000_000)
    pair.run(60)
    connection = listener.accept()
    # the scaled window is told in steps of 128 octets, rounded up so that it never shrinks
    assert 1 <= connection.available / connection.receive_buffer_octets < 1.05
    assert source.left > 5_000_000
    probes = pair.a.tcp.counters.window_probes
    assert probes > 3
    sink = kit.Sink(connection)
    connection.user = sink
    sink.readable()
    finish(pair)
    delivered(source, sink, 10_000_000)


def test_the_backlog_is_finite_and_the_dropped_come_again(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door(accepting=False)
    listener = pair.b.tcp.listen(door, 4, 0, 80, 2)
    sources = [kit.send(pair, 100) for _ in range(10)]
    pair.run(0.9)
    assert listener.pending == 3
    assert pair.b.tcp.counters.listen_overflows > 0
    door.accepting = True
    door.accepted(listener)
    finish(pair)
    assert [source.errno for source in sources] == [0] * 10


def test_closing_a_listener_resets_those_not_accepted(kit: Any) -> None:
    pair = kit.Pair()
    listener = pair.b.tcp.listen(kit.Door(accepting=False), 4, 0, 80)
    source = kit.send(pair, 100)
    pair.run(1)
    listener.close()
    pair.run(1)
    assert source.errno == errno.ECONNRESET
    pair.b.tcp.listen(kit.Door(), 4, 0, 80)


def test_binding(kit: Any) -> None:
    pair = kit.Pair()
    tcp = pair.b.tcp
    tcp.listen(kit.Door(), 4, 0, 80)
    for address in (0, 0x0A000002):
        with pytest.raises(OSError) as told:
            tcp.listen(kit.Door(), 4, address, 80)
        assert told.value.errno == errno.EADDRINUSE
    with pytest.raises(OSError) as told:
        tcp.listen(kit.Door(), 4, 0x01020304, 81)
    assert told.value.errno == errno.EADDRNOTAVAIL
    tcp.listen(kit.Door(), 6, 0, 80)
    with pytest.raises(OSError) as told:
        tcp.reserve(6, 0, 80, True)
    assert told.value.errno == errno.EADDRINUSE
    any_port = tcp.listen(kit.Door(), 4, 0, 0)
    assert 32_768 <= any_port.local_port <= 60_999
    shared = [tcp.reserve(4, 0, 90, reuse_port=True) for _ in range(2)]
    assert len([tcp.listen(kit.Door(), 4, 0, 90, reservation=held) for held in shared]) == 2


def test_shared_listeners_all_get_some(kit: Any) -> None:
    pair = kit.Pair()
    doors = [kit.Door(), kit.Door()]
    for door in doors:
        pair.b.tcp.listen(door, 4, 0, 80, reservation=pair.b.tcp.reserve(4, 0, 80, reuse_port=True))
    for _ in range(30):
        kit.send(pair, 10)
    finish(pair)
    assert [len(door.sinks) > 4 for door in doors] == [True, True]


def test_a_dual_stack_listener_takes_both_versions(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 6, 0, 80, dual_stack=True)
    kit.send(pair, 10, 4)
    kit.send(pair, 10, 6)
    pair.run(1)
    assert sorted(sink.connection.version for sink in door.sinks) == [4, 6]


def test_a_port_in_time_wait_takes_a_new_syn(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    door_closes_first = TcpUser()
    first = pair.a.tcp.connect(door_closes_first, 4, 0, 5555, 0x0A000002, 80)
    pair.run(0.1)
    door.sinks[0].connection.close()
    pair.run(0.1)
    first.close()
    pair.run(0.1)
    assert len(pair.b.tcp.table.waiting) == 1
    second = kit.Source(1000)
    second.connection = pair.a.tcp.connect(second, 4, 0, 5555, 0x0A000002, 80)
    pair.run(0.1)
    assert second.is_established
    assert pair.b.tcp.counters.time_wait_recycled == 1
    finish(pair)


def test_from_time_wait_the_window_is_told_as_it_was(kit: Any) -> None:
    """RFC 9293 section 3.10.7.4: the acknowledgment of a FIN that comes again is the one that was lost."""
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    first = pair.a.tcp.connect(TcpUser(), 4, 0, 5555, 0x0A000002, 80)
    pair.run(0.1)
    first.send(bytes(50_000))
    pair.run(0.5)
    door.sinks[0].connection.close()
    pair.run(0.1)
    first.close()
    pair.run(0.1)
    receiver = door.sinks[0].connection.receiver
    (waiting,) = pair.b.tcp.table.waiting._entries.values()
    assert receiver.rcv_nxt == 50_002
    assert waiting.window == (receiver.window.edge - receiver.rcv_nxt) >> receiver.window.shift
    finish(pair)


def test_our_own_time_wait_keeps_the_port_for_a_minute(kit: Any) -> None:
    pair = kit.Pair()
    pair.b.tcp.listen(kit.Door(), 4, 0, 80)

    def connect() -> Any:
        source = kit.Source(10)
        source.connection = pair.a.tcp.connect(source, 4, 0, 5555, 0x0A000002, 80)
        pair.run(0.5)
        return source

    assert connect().errno == 0
    with pytest.raises(OSError) as told:
        connect()
    assert told.value.errno == errno.EADDRNOTAVAIL
    pair.run(60)
    assert connect().errno == 0


def test_the_last_ack_is_sent_again_from_time_wait(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 10)
    while len(pair.a.tcp.table.waiting) == 0:
        pair.kernel.step()
    assert source.errno == 0
    # the ACK of the peer's FIN is on the wire now; it is lost
    pair.wire.forward.cut()
    pair.run(0.01)
    pair.wire.forward.heal()
    assert door.sinks[0].errno is None
    finish(pair)
    assert door.sinks[0].errno == 0


def test_three_hundred_time_waits_cost_one_timer(kit: Any) -> None:
    pair = kit.Pair(rate_bit_s=1_000_000_000)
    pair.b.tcp.listen(kit.Door(), 4, 0, 80, 1024)
    for _ in range(300):
        kit.send(pair, 1)
    pair.run(5)
    assert len(pair.a.tcp.table.waiting) == 300
    assert len(pair.kernel._heap) < 10
    finish(pair)
    assert len(pair.a.tcp.table.waiting) == 0


def test_ports_and_numbers_repeat_for_a_seed_and_differ_for_another(kit: Any) -> None:
    def first_syn(seed: int) -> tuple[int, int, int]:
        pair = kit.Pair(seed)
        connection = kit.send(pair, 1).connection
        return connection.local_port, connection.output.isn, connection.output.ts_offset

    assert first_syn(1) == first_syn(1)
    assert all(a != b for a, b in zip(first_syn(1), first_syn(2), strict=True))


def test_a_small_mtu_at_the_far_end(kit: Any) -> None:
    pair = kit.Pair()
    pair.b.interface.port.mtu = 1280
    door = kit.Door()
    pair.b.tcp.listen(door, 6, 0, 80)
    source = kit.send(pair, 100_000, 6)
    finish(pair)
    delivered(source, door.sinks[0], 100_000)


def test_keepalive_finds_a_peer_that_is_gone(kit: Any) -> None:
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    user = kit.Source(0)
    user.feed = lambda: None
    options = TcpOptions(keepalive=True, keepalive_idle_ns=10_000 * MS, keepalive_interval_ns=1000 * MS)
    user.connection = pair.a.tcp.connect(user, 4, 0, 0, 0x0A000002, 80, options)
    pair.run(100)
    assert user.errno is None
    pair.wire.cut()
    pair.run(100)
    assert user.errno in (errno.ETIMEDOUT, errno.EHOSTUNREACH)


def test_a_fast_long_path_is_filled(kit: Any) -> None:
    pair = kit.Pair(rate_bit_s=100_000_000, delay_ns=12 * MS)
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    source = kit.send(pair, 20_000_000)
    finish(pair)
    delivered(source, door.sinks[0], 20_000_000)
    # 85 % of 100 Mbit/s, the handshake and slow start included
    assert door.sinks[0].end_ns < 20_000_000 * 8 * 10 / 0.85


def test_a_connection_that_took_the_place_of_one_in_time_wait_waits_its_own_time(kit: Any) -> None:
    """The first one's minute ends while the second one waits: it ends neither the second's nor the host."""
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    for place in range(2):
        client = pair.a.tcp.connect(TcpUser(), 4, 0, 5555, 0x0A000002, 80)
        pair.run(0.1)
        door.sinks[place].connection.close()
        pair.run(0.1)
        client.close()
        pair.run(0.1)
        assert len(pair.b.tcp.table.waiting) == 1
        pair.run(30)
    assert pair.b.tcp.counters.time_wait_recycled == 1
    pair.run(10)
    assert len(pair.b.tcp.table.waiting) == 1, "70 s after the first, 40 s after the second"
    pair.run(30)
    assert len(pair.b.tcp.table.waiting) == 0


def test_clients_of_one_port_and_many_addresses_are_told_apart_while_some_leave(kit: Any) -> None:
    """As behind a balancer: port 5555 of each; one that ends must not take another's connection along."""
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    addresses = [0x0A000001, *(0x0A000010 + number for number in range(4))]
    for address in addresses[1:]:
        pair.a.ip.add_address(pair.a.interface, 4, address, 24)
    clients = {address: pair.a.tcp.connect(TcpUser(), 4, address, 5555, 0x0A000002, 80) for address in addresses}
    pair.run(0.5)
    for gone in (addresses[2], addresses[0], addresses[4], addresses[1]):
        clients.pop(gone).abort()
        pair.run(0.2)
        assert sorted(one.local_address for one in pair.a.tcp.connections()) == sorted(clients)
        assert sorted(one.remote_address for one in pair.b.tcp.connections()) == sorted(clients)
        for address, client in clients.items():
            assert pair.a.tcp.table.find(4, address, 5555, 0x0A000002, 80) is client
    clients[addresses[3]].abort()
    pair.run(0.2)
    assert pair.a.tcp.connections() == pair.b.tcp.connections() == []


def test_a_power_cut_forgets_connections_listeners_and_who_waits(kit: Any) -> None:
    """What comes for it afterwards is answered by a RST, and the minute of TIME-WAIT ends without harm."""
    pair = kit.Pair()
    door = kit.Door()
    pair.b.tcp.listen(door, 4, 0, 80)
    first = pair.a.tcp.connect(TcpUser(), 4, 0, 5555, 0x0A000002, 80)
    second = pair.a.tcp.connect(TcpUser(), 4, 0, 5556, 0x0A000002, 80)
    pair.run(0.1)
    first.close()
    pair.run(0.1)
    door.sinks[0].connection.close()
    pair.run(0.1)
    assert len(pair.a.tcp.table.waiting) == 1
    pair.a.tcp.lose_power()
    pair.run(0.1)
    assert len(pair.a.tcp.table.waiting) == 0
    assert not pair.a.tcp.table.port_is_used(5555)
    assert pair.a.tcp.connections() == []
    assert second.state_name == "CLOSED"
    pair.a.tcp.connect(TcpUser(), 4, 0, 5555, 0x0A000002, 80)
    pair.run(100)
    assert [one.local_port for one in pair.a.tcp.connections()] == [5555]
