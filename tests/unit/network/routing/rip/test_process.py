"""The machine against RFC 2453: table, timers, split horizon, requests, and input that is not to be believed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.kernel import NEVER
from catenet.kernel.streams import Stream
from catenet.network.routing.rip import drop_reasons, tracing
from catenet.network.routing.rip.authentication import Key
from catenet.network.routing.rip.callbacks import RipCallbacks
from catenet.network.routing.rip.message import REQUEST, RESPONSE, Entry, Message, mask_of, parse, whole_table_request
from catenet.network.routing.rip.process import GROUP, PORT, Rip
from catenet.network.routing.rip.route import RipRoute
from catenet.network.routing.rip.settings import RipInterface, RipSettings

SECOND = 1_000_000_000
LEFT, RIGHT = 0x0A000001, 0x0A000101  # 10.0.0.1/24, 10.0.1.1/24
A, B, C = LEFT + 1, LEFT + 2, RIGHT + 1
NET = 0xC0A80000  # 192.168.0.0/16


class Recorder(RipCallbacks):
    """Keeps what the machine does."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, int, int, bytes]] = []
        self.table: dict[int, list[int]] = {}
        self.causes: list[int] = []
        self.reasons: list[int] = []
        self.updates: list[tuple[int, int]] = []

    def send(self, interface: RipInterface, address: int, port: int, octets: bytes) -> None:
        self.sent.append((interface.name, address, port, octets))

    def use(self, route: RipRoute) -> None:
        self.table[route.prefix] = [hop.gateway for hop in route.hops]

    def leave(self, route: RipRoute) -> None:
        del self.table[route.prefix]

    def changed(self, route: RipRoute, gateway: int, cause: int) -> None:
        self.causes.append(cause)

    def updated(self, cause: int, routes: int) -> None:
        self.updates.append((cause, routes))

    def dropped(self, interface: RipInterface, source: int, reason: int) -> None:
        self.reasons.append(reason)


class Bench:
    """A machine with two interfaces, a clock that is turned by hand, and a recorder."""

    def __init__(self, key: Key | None = None, passive: bool = False, **settings: object) -> None:
        self.out = Recorder()
        self.now = 0
        self.rip = Rip(RipSettings(**settings), Stream(1, "rip"), self.out)  # type: ignore[arg-type]
        self.left = RipInterface(0, "left", [(LEFT, 24)], 1, passive, key)
        self.right = RipInterface(1, "right", [(RIGHT, 24)], 3)
        for interface in (self.left, self.right):
            self.rip.add_interface(interface)
            self.rip.interface_up(interface, 0)
        self.rip.start(0)
        self.out.sent.clear()

    def at(self, seconds: float) -> None:
        """Turn the clock, firing every deadline on the way."""
        until = int(seconds * SECOND)
        while self.rip.deadline_ns() <= until:
            self.now = max(self.now, int(self.rip.deadline_ns()))
            self.rip.expired(self.now)
        self.now = until

    def say(
        self, source: int, metric: int, prefix: int = NET, length: int = 16, tag: int = 0, next_hop: int = 0
    ) -> None:
        entry = Entry(2, tag, prefix, mask_of(length), next_hop, metric)
        self.hear(source, Message(RESPONSE, 2, [entry]).emit())

    def hear(self, source: int, octets: bytes, port: int = PORT) -> None:
        interface = self.right if source >> 8 == RIGHT >> 8 else self.left
        self.rip.receive(interface, source, port, octets, self.now)

    def metric(self, prefix: int = NET, length: int = 16) -> int | None:
        route = self.rip.table.find(prefix, length)
        return None if route is None else route.metric

    def said(self, interface: str, prefix: int = NET) -> list[int]:
        """The metrics with which a prefix was advertised there since the last time this was asked."""
        found = []
        for name, _, _, octets in self.out.sent:
            message = parse(octets)
            assert message is not None
            if name == interface and message.command == RESPONSE:
                found += [entry.metric for entry in message.entries if entry.address == prefix]
        self.out.sent = [row for row in self.out.sent if row[0] != interface]
        return found

    def entries_sent(self) -> int:
        """How many entries were sent since the start."""
        return sum((len(octets) - 4) // 20 for _, _, _, octets in self.out.sent)


def test_a_route_is_learned_with_the_cost_of_the_way() -> None:
    bench = Bench()
    bench.say(A, 4)
    assert (bench.metric(), bench.out.table[NET]) == (5, [A])
    bench.say(C, 1, prefix=NET + 0x10000)
    assert bench.metric(NET + 0x10000) == 4


def test_what_is_better_wins_and_what_is_worse_does_not() -> None:
    bench = Bench()
    bench.say(A, 4)
    bench.say(B, 5)
    assert bench.out.table[NET] == [A]
    bench.say(B, 3)
    assert (bench.metric(), bench.out.table[NET]) == (4, [B])


def test_the_gateways_word_holds_also_when_it_is_worse() -> None:
    bench = Bench()
    bench.say(A, 4)
    bench.say(A, 9)
    assert bench.metric() == 10
    bench.say(A, 15)
    assert bench.metric() == 16
    assert NET not in bench.out.table
    bench.say(B, 15)
    assert bench.metric() == 16
    bench.say(B, 7)
    assert (bench.metric(), bench.out.table[NET]) == (8, [B])


def test_unreachable_from_nowhere_is_no_route() -> None:
    bench = Bench()
    bench.say(A, 16)
    bench.say(A, 15)
    assert bench.metric() is None


def test_timeout_and_garbage() -> None:
    bench = Bench()
    bench.at(10)
    bench.say(A, 4)
    bench.at(100)
    bench.say(A, 4)
    bench.at(279.9)
    assert bench.metric() == 5
    bench.at(280)
    assert bench.metric() == 16
    assert NET not in bench.out.table
    bench.at(399.9)
    assert bench.metric() == 16
    bench.at(400)
    assert bench.metric() is None
    assert bench.out.causes[-2:] == [tracing.TIMED_OUT, tracing.FLUSHED]


def test_deletion_begins_once() -> None:
    bench = Bench()
    bench.say(A, 4)
    bench.at(10)
    bench.say(A, 16)
    bench.at(100)
    bench.say(A, 16)
    bench.at(130)
    assert bench.metric() is None


def test_regular_updates_come_every_thirty_seconds_more_or_less() -> None:
    bench = Bench(triggered=False)
    times = []
    while len(times) < 200:
        bench.now = int(bench.rip.deadline_ns())
        bench.rip.expired(bench.now)
        times.append(bench.now)
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert all(25 * SECOND <= gap <= 35 * SECOND for gap in gaps)
    assert max(gaps) - min(gaps) > 8 * SECOND
    assert abs(sum(gaps) / len(gaps) / SECOND - 30) < 1


def test_a_change_is_told_at_once_then_held() -> None:
    bench = Bench(update_ns=1000 * SECOND, timeout_ns=3000 * SECOND)
    bench.at(20)
    bench.say(A, 4)
    assert bench.said("right") == [5]
    bench.say(A, 5)
    bench.say(A, 6)
    assert bench.said("right") == []
    due = int(bench.rip.deadline_ns()) - bench.now
    assert SECOND <= due <= 5 * SECOND
    bench.at(26)
    assert bench.said("right") == [7]
    bench.say(A, 6)
    assert bench.rip.deadline_ns() > bench.now + 10 * SECOND


def test_each_update_is_told_of_once_with_its_cause_and_how_many_routes_it_had() -> None:
    """The trace of a router that floods its neighbours would say that it is silent."""
    bench = Bench(jitter_ns=0)
    bench.out.updates.clear()
    bench.say(A, 4)
    bench.at(120)
    told = bench.out.updates
    assert [cause for cause, _ in told if cause != tracing.TRIGGERED] == [tracing.PERIODIC] * 4
    assert sum(routes for _, routes in told) == bench.entries_sent()


def test_without_triggered_updates_all_waits_for_the_regular_one() -> None:
    bench = Bench(triggered=False, jitter_ns=0)
    bench.at(40)
    bench.said("right")
    bench.say(A, 4)
    assert bench.said("right") == []
    bench.at(70)
    assert bench.said("right") == [5]


@pytest.mark.parametrize(
    ("policy", "back"),
    [({"split_horizon": False}, [5]), ({"split_horizon": True}, []), ({"poison_reverse": True}, [16])],
)
def test_split_horizon(policy: dict[str, bool], back: list[int]) -> None:
    bench = Bench(jitter_ns=0, triggered=False, **policy)
    bench.say(A, 4)
    bench.said("left")
    bench.said("right")
    bench.at(30)
    assert bench.said("left") == back
    bench.at(60)
    assert set(bench.said("right")) == {5}


def test_an_interface_that_goes_down_takes_its_routes_along() -> None:
    bench = Bench()
    bench.say(A, 4)
    bench.at(20)
    bench.said("right")
    bench.rip.interface_down(bench.left, bench.now)
    assert bench.out.table == {}
    assert bench.said("right") == [16]
    assert bench.metric(LEFT - 1, 24) == 16
    bench.at(21)
    bench.out.sent.clear()
    bench.rip.interface_up(bench.left, bench.now)
    assert bench.metric(LEFT - 1, 24) == 1
    commands = [octets[0] for name, *_, octets in bench.out.sent if name == "left"]
    assert commands[0] == REQUEST


def test_connected_networks_are_not_replaced() -> None:
    bench = Bench()
    bench.say(A, 1, prefix=RIGHT - 1, length=24)
    assert (bench.metric(RIGHT - 1, 24), bench.out.table) == (1, {})
    bench.rip.interface_down(bench.right, bench.now)
    bench.say(A, 1, prefix=RIGHT - 1, length=24)
    assert (bench.metric(RIGHT - 1, 24), bench.out.table[RIGHT - 1]) == (2, [A])
    bench.rip.interface_up(bench.right, bench.now)
    assert (bench.metric(RIGHT - 1, 24), bench.out.table) == (1, {})


def test_ways_of_equal_cost() -> None:
    bench = Bench(max_paths=2)
    bench.say(A, 4)
    bench.say(B, 4)
    assert bench.out.table[NET] == [A, B]
    bench.at(100)
    bench.say(B, 4)
    bench.at(181)
    assert bench.out.table[NET] == [B]
    bench.say(A, 4)
    bench.say(B, 9)
    assert (bench.metric(), bench.out.table[NET]) == (5, [A])


def test_a_stale_gateway_gives_way_to_an_equal_one() -> None:
    bench = Bench()
    bench.say(A, 4)
    bench.at(89)
    bench.say(B, 4)
    assert bench.out.table[NET] == [A]
    bench.at(91)
    bench.say(B, 4)
    assert bench.out.table[NET] == [B]


def test_next_hop_and_tag() -> None:
    bench = Bench()
    bench.say(A, 4, tag=77, next_hop=B)
    route = bench.rip.table.find(NET, 16)
    assert route is not None
    assert (route.tag, bench.out.table[NET]) == (77, [B])
    bench.say(A, 4, tag=78, next_hop=0x08080808)
    assert (route.tag, bench.out.table[NET]) == (78, [A])
    bench.say(B, 1, next_hop=LEFT)
    assert bench.out.reasons == [drop_reasons.NEXT_HOP_HERE]


def test_a_given_route_through_a_neighbour_is_told_with_its_next_hop() -> None:
    bench = Bench()
    bench.at(20)
    bench.out.sent.clear()
    bench.rip.add_network(NET, 16, bench.now, tag=9, next_hop=A)
    for name, next_hop in (("left", A), ("right", 0)):
        message = parse(next(row[3] for row in bench.out.sent if row[0] == name))
        assert message is not None
        entry = message.entries[0]
        assert (entry.address, entry.tag, entry.metric, entry.next_hop) == (NET, 9, 1, next_hop)
    bench.rip.interface_down(bench.left, bench.now)
    assert bench.metric() == 16
    bench.rip.add_network(NET, 16, bench.now, tag=9, next_hop=A)
    assert bench.metric() == 16
    bench.rip.interface_up(bench.left, bench.now)
    assert bench.metric() == 1
    with pytest.raises(ValueError):
        bench.rip.add_network(0x7F000000, 8, bench.now)


def test_the_whole_table_is_told_to_who_asks() -> None:
    bench = Bench()
    for number in range(60):
        bench.say(C, 1, prefix=NET + number * 256, length=24)
    bench.out.sent.clear()
    bench.hear(A, whole_table_request().emit(), port=4000)
    assert {(name, address, port) for name, address, port, _ in bench.out.sent} == {("left", A, 4000)}
    assert [(len(row[3]) - 4) // 20 for row in bench.out.sent] == [25, 25, 11]


def test_a_request_for_some_is_answered_one_by_one_whatever_the_horizon() -> None:
    bench = Bench()
    bench.say(A, 4, tag=3)
    bench.out.sent.clear()
    asked = [
        Entry(2, 0, NET, mask_of(16), 0, 0),
        Entry(2, 0, NET, mask_of(24), 0, 0),
        Entry(9, 0, 1, 2, 3, 4),
        Entry(9, 0, NET, mask_of(16), 0, 0),
        Entry(2, 0, NET, 0xFF00FF00, 0, 0),
    ]
    bench.hear(A, Message(REQUEST, 2, asked).emit())
    message = parse(bench.out.sent[0][3])
    assert message is not None
    assert [entry.metric for entry in message.entries] == [5, 16, 16, 16, 16]
    bench.out.sent.clear()
    bench.hear(A, Message(REQUEST, 2, []).emit())
    assert bench.out.sent == []


def test_a_passive_interface_listens_and_is_silent() -> None:
    bench = Bench(passive=True)
    bench.say(A, 4)
    bench.at(100)
    assert bench.metric() == 5
    assert all(name == "right" for name, *_ in bench.out.sent)
    bench.hear(A, whole_table_request().emit())
    assert bench.out.reasons == [drop_reasons.SILENT_HERE]
    bench.hear(A, whole_table_request().emit(), port=4000)
    assert bench.out.sent[-1][:3] == ("left", A, 4000)


GOOD = Message(RESPONSE, 2, [Entry(2, 0, NET, mask_of(16), 0, 1)]).emit()


@pytest.mark.parametrize(
    ("source", "port", "octets", "reason"),
    [
        (A, PORT, b"", drop_reasons.MALFORMED),
        (A, PORT, GOOD[:-1], drop_reasons.MALFORMED),
        (A, PORT, GOOD + bytes(20) * 25, drop_reasons.MALFORMED),
        (A, PORT, b"\x02\x01" + GOOD[2:], drop_reasons.WRONG_VERSION),
        (A, PORT, b"\x02\x03" + GOOD[2:], drop_reasons.WRONG_VERSION),
        (A, PORT, b"\x05\x02" + GOOD[2:], drop_reasons.WRONG_COMMAND),
        (A, 521, GOOD, drop_reasons.WRONG_PORT),
        (0x08080808, PORT, GOOD, drop_reasons.NOT_A_NEIGHBOUR),
        (LEFT + 254, PORT, GOOD, drop_reasons.NOT_A_NEIGHBOUR),
        (LEFT, PORT, GOOD, drop_reasons.OWN_MESSAGE),
        (A, PORT, Key("md5", b"x").authenticated(GOOD, 1)[:44], drop_reasons.UNWANTED_AUTHENTICATION),
    ],
)
def test_messages_not_to_be_believed(source: int, port: int, octets: bytes, reason: int) -> None:
    bench = Bench()
    bench.hear(source, octets, port)
    assert bench.out.reasons == [reason]
    assert bench.rip.drops[reason] == 1
    assert bench.metric() is None
    assert set(drop_reasons.REASONS) == set(range(1, drop_reasons.REASON_COUNT))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Entry(3, 0, NET, mask_of(16), 0, 1), drop_reasons.BAD_FAMILY),
        (Entry(2, 0, NET, mask_of(16), 0, 0), drop_reasons.BAD_METRIC),
        (Entry(2, 0, NET, mask_of(16), 0, 17), drop_reasons.BAD_METRIC),
        (Entry(2, 0, NET, mask_of(16), 0, 0xFFFFFFFF), drop_reasons.BAD_METRIC),
        (Entry(2, 0, NET, 0xFF00FF00, 0, 1), drop_reasons.BAD_MASK),
        (Entry(2, 0, NET + 1, mask_of(16), 0, 1), drop_reasons.BAD_MASK),
        (Entry(2, 0, NET, 0, 0, 1), drop_reasons.BAD_MASK),
        (Entry(2, 0, 0x7F000000, mask_of(8), 0, 1), drop_reasons.BAD_DESTINATION),
        (Entry(2, 0, 0xE0000000, mask_of(8), 0, 1), drop_reasons.BAD_DESTINATION),
        (Entry(2, 0, 0, mask_of(8), 0, 1), drop_reasons.BAD_DESTINATION),
        (Entry(2, 0, NET, mask_of(16), LEFT, 1), drop_reasons.NEXT_HOP_HERE),
    ],
)
def test_a_bad_entry_is_left_out_and_the_others_count(entry: Entry, reason: int) -> None:
    bench = Bench()
    good = Entry(2, 0, 0xAC100000, mask_of(12), 0, 1)
    default = Entry(2, 0, 0, 0, 0, 1)
    bench.hear(A, Message(RESPONSE, 2, [entry, good, default]).emit())
    assert bench.out.reasons == [reason]
    assert sorted(bench.out.table) == [0, 0xAC100000]


def test_keys_and_old_messages() -> None:
    key = Key("md5", b"secret")
    bench = Bench(key=key)
    bench.hear(A, GOOD)
    bench.hear(A, Key("md5", b"guess").authenticated(GOOD, 1))
    assert bench.out.reasons == [drop_reasons.NOT_AUTHENTICATED, drop_reasons.WRONG_KEY]
    assert bench.metric() is None
    bench.hear(A, key.authenticated(GOOD, 100))
    assert bench.metric() == 2
    poison = Message(RESPONSE, 2, [Entry(2, 0, NET, mask_of(16), 0, 16)]).emit()
    bench.hear(A, key.authenticated(poison, 99))
    assert bench.out.reasons[-1] == drop_reasons.OLD_SEQUENCE
    assert bench.metric() == 2
    bench.hear(A, key.authenticated(GOOD, 0))
    assert bench.out.reasons[-1] == drop_reasons.OLD_SEQUENCE
    bench.at(181)
    bench.hear(A, key.authenticated(GOOD, 0))
    assert bench.metric() == 2


def test_what_is_sent_with_a_key_never_goes_back_in_sequence() -> None:
    key = Key("hmac-sha-256", b"secret")
    bench = Bench(key=key)
    for number in range(60):
        bench.say(C, 1, prefix=NET + number * 256, length=24)
    bench.at(200)
    sequences = [key.verify(octets).sequence for name, _, _, octets in bench.out.sent if name == "left"]
    assert len(sequences) > 12
    assert all(later > sooner for sooner, later in pairwise(sequences))
    assert {(address, port) for name, address, port, _ in bench.out.sent if name == "left"} == {(GROUP, PORT)}


@pytest.mark.parametrize(
    "settings",
    [{"update_ns": 0}, {"jitter_ns": 30 * SECOND}, {"timeout_ns": 30 * SECOND}, {"max_paths": 0}, {"hold_low_ns": -1}],
)
def test_settings_that_cannot_work(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        RipSettings(**settings)  # type: ignore[arg-type]


steps = st.lists(
    st.tuples(
        st.sampled_from([A, B, C]),
        st.integers(0, 17),
        st.integers(0, 4),
        st.integers(0, 100),
        st.sampled_from(["say", "down", "up"]),
    ),
    max_size=40,
)


@pytest.mark.slow
@given(steps, st.integers(1, 3), st.booleans())
def test_whatever_comes_the_table_stays_sound(
    script: list[tuple[int, int, int, int, str]], paths: int, poison_reverse: bool
) -> None:
    bench = Bench(max_paths=paths, poison_reverse=poison_reverse)
    for source, metric, number, wait, what in script:
        bench.at(bench.now / SECOND + wait)
        interface = bench.right if source == C else bench.left
        if what == "say" and interface.up:
            bench.say(source, metric, prefix=NET + (number << 16))
        elif what == "down":
            bench.rip.interface_down(interface, bench.now)
        elif what == "up":
            bench.rip.interface_up(interface, bench.now)
        check(bench, paths)
    bench.at(bench.now / SECOND + 400)
    assert bench.out.table == {}
    assert all(route.given for route in bench.rip.table.routes.values() if not route.dead)


def check(bench: Bench, paths: int) -> None:
    """The forwarding table is what the routes say; nothing leads over a dead link or is overdue."""
    table = bench.rip.table
    live = {route.prefix: route for route in table.routes.values() if route.hops}
    assert bench.out.table == {prefix: [hop.gateway for hop in route.hops] for prefix, route in live.items()}
    for route in table.routes.values():
        assert 1 <= route.metric <= 16
        assert len(route.hops) <= paths
        assert route.dead == (route.garbage_at_ns != NEVER)
        assert not (route.dead and route.hops)
        assert route.given or route.dead or route.hops
        for hop in route.hops:
            assert hop.interface.up
            assert bench.now < hop.deadline_ns <= bench.now + 180 * SECOND
            assert table.next_ageing_ns <= hop.deadline_ns


entries = st.lists(
    st.builds(
        Entry,
        st.sampled_from([0, 2, 0xFFFF]),
        st.integers(0, 0xFFFF),
        st.sampled_from([0, NET, NET + 1, LEFT - 1, 0x7F000000, 0xFFFFFFFF]),
        st.sampled_from([0, mask_of(8), mask_of(16), mask_of(24), mask_of(32), 0xFF00FF00]),
        st.sampled_from([0, A, B, LEFT, RIGHT, 0xFFFFFFFF]),
        st.sampled_from([0, 1, 15, 16, 17, 0xFFFFFFFF]),
    ),
    max_size=25,
)
forged = st.builds(
    lambda command, version, rows: Message(command, version, rows).emit(), st.integers(0, 3), st.integers(1, 3), entries
)
datagrams = st.lists(
    st.tuples(
        st.sampled_from([A, B, C, LEFT, LEFT + 254, 0x08080808, 0]),
        st.sampled_from([PORT, 4000]),
        st.one_of(forged, st.binary(max_size=600)),
    ),
    max_size=8,
)


@pytest.mark.slow
@given(
    datagrams, st.sampled_from([None, Key("plain", b"k"), Key("md5", b"k"), Key("hmac-sha-512", b"k")]), st.booleans()
)
def test_no_datagram_does_harm(script: list[tuple[int, int, bytes]], key: Key | None, authenticated: bool) -> None:
    bench = Bench(key=key)
    for source, port, octets in script:
        if authenticated and key is not None and len(octets) >= 4 and source != C:
            octets = key.authenticated(octets, 1)
        bench.hear(source, octets, port)
        check(bench, 1)
    assert sum(bench.rip.drops) == len(bench.out.reasons)
    bench.at(400)
    assert bench.out.table == {}


def test_at_its_start_a_router_asks_where_there_is_a_link_and_nowhere_else() -> None:
    """Section 3.9.1: it has its neighbours' tables at once, and need not wait half a minute for the next update."""
    out = Recorder()
    rip = Rip(RipSettings(), Stream(1, "rip"), out)
    up, down = RipInterface(0, "up", [(LEFT, 24)]), RipInterface(1, "down", [(RIGHT, 24)])
    rip.add_interface(up)
    rip.add_interface(down)
    rip.interface_up(up, 0)
    assert out.sent == []
    rip.start(0)
    asked = [(name, address, port) for name, address, port, octets in out.sent if octets[0] == REQUEST]
    assert asked == [("up", GROUP, PORT)]
    assert [octets for _, _, _, octets in out.sent if octets[0] == REQUEST] == [whole_table_request().emit()]
    out.sent.clear()
    rip.interface_up(down, SECOND)
    assert [name for name, _, _, octets in out.sent if octets[0] == REQUEST] == ["down"]


def test_a_network_that_is_no_longer_given_is_told_to_be_unreachable_and_may_be_learned_again() -> None:
    """What was redistributed and is gone must not be believed for the three minutes of a time-out."""
    bench = Bench()
    bench.at(20)
    bench.rip.add_network(NET, 16, bench.now, metric=3)
    bench.said("left")
    bench.at(30)
    bench.rip.remove_network(NET, 16, bench.now)
    bench.at(40)
    assert bench.metric() == 16
    assert bench.said("left")[0] == 16
    bench.rip.remove_network(NET, 16, bench.now)
    bench.say(A, 4)
    assert (bench.metric(), bench.out.table[NET]) == (5, [A])
    bench.rip.remove_network(NET, 16, bench.now)
    assert bench.metric() == 5, "what was heard is not what was given"


def test_what_is_given_anew_takes_the_place_of_what_was_said_before() -> None:
    bench = Bench()
    bench.at(20)
    for metric, tag in ((3, 1), (5, 2), (2, 3)):
        bench.rip.add_network(NET, 16, bench.now, metric=metric, tag=tag)
        route = bench.rip.table.find(NET, 16)
        assert route is not None
        assert (route.metric, route.tag) == (metric, tag)
    for metric in (0, 16):
        with pytest.raises(ValueError, match=f"with metric {metric}"):
            bench.rip.add_network(NET, 16, bench.now, metric=metric)
    assert bench.metric() == 2


def test_another_next_hop_of_the_same_gateway_is_used_at_once() -> None:
    """Through the old one packets may go astray, though nothing else has changed."""
    bench = Bench()
    bench.say(A, 4, next_hop=A)
    assert bench.out.table[NET] == [A]
    bench.say(A, 4, next_hop=B)
    assert (bench.metric(), bench.out.table[NET]) == (5, [B])
