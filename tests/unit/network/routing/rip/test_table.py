"""RIP's own table, one event at a time: which way is kept, for how long, and who is told (RFC 2453 3.8, 3.9.2)."""

from __future__ import annotations

import pytest

from catenet.kernel.kernel import NEVER
from catenet.network.routing.rip import tracing
from catenet.network.routing.rip.callbacks import RipCallbacks
from catenet.network.routing.rip.route import RipRoute
from catenet.network.routing.rip.settings import RipInterface, RipSettings
from catenet.network.routing.rip.table import RipTable

S = 1_000_000_000
NET, LEN = 0x0A090000, 16
ONE, TWO, THREE = 0x0A000102, 0x0A000203, 0x0A000304


class Seen(RipCallbacks):
    def __init__(self) -> None:
        super().__init__()
        self.used: list[list[int]] = []
        self.left = 0
        self.causes: list[tuple[int, int]] = []

    def use(self, route: RipRoute) -> None:
        self.used.append([hop.gateway for hop in route.hops])

    def leave(self, route: RipRoute) -> None:
        self.left += 1

    def changed(self, route: RipRoute, gateway: int, cause: int) -> None:
        self.causes.append((gateway, cause))


class Desk:
    """A table, two interfaces, and what it told; the neighbours are ONE, TWO and THREE."""

    def __init__(self, max_paths: int = 1) -> None:
        self.seen = Seen()
        self.table = RipTable(RipSettings(max_paths=max_paths), self.seen)
        self.first = RipInterface(0, "eth0", [(0x0A000101, 24)])
        self.second = RipInterface(1, "eth1", [(0x0A000201, 24)])
        self.now_s = 0

    def hear(self, source: int, metric: int, gateway: int = 0, tag: int = 0) -> None:
        interface = self.first if source == ONE else self.second
        self.table.learn(interface, source, gateway or source, NET, LEN, metric, tag, self.now_s * S)

    @property
    def route(self) -> RipRoute:
        found = self.table.find(NET, LEN)
        assert found is not None
        return found

    def hops(self) -> list[int]:
        return [hop.gateway for hop in self.route.hops]

    def told(self) -> list[tuple[int, int]]:
        """Gateway and cause of each change since it was last asked; whether any is to be advertised is cleared."""
        found, self.seen.causes = self.seen.causes, []
        self.table.changed = self.route.changed = False
        return found


def test_a_prefix_that_was_never_heard_of_has_no_line_and_an_unreachable_one_gets_none() -> None:
    desk = Desk()
    desk.hear(ONE, 16)
    assert desk.table.find(NET, LEN) is None
    assert (desk.table.changed, desk.seen.causes, desk.table.next_ageing_ns) == (False, [], NEVER)
    desk.hear(ONE, 15)
    assert (desk.route.metric, desk.hops(), desk.route.given, desk.route.dead) == (15, [ONE], False, False)
    assert desk.table.changed
    assert desk.route.changed
    assert desk.told() == [(ONE, tracing.LEARNED)]
    assert desk.seen.used == [[ONE]]
    assert desk.table.next_ageing_ns == 180 * S
    assert desk.table.find(NET, LEN + 1) is None


@pytest.mark.parametrize(
    ("source", "metric", "hops", "cost", "cause"),
    [
        (TWO, 4, [TWO], 4, tracing.BETTER),
        (TWO, 5, [ONE], 5, None),
        (TWO, 6, [ONE], 5, None),
        (TWO, 16, [ONE], 5, None),
        (ONE, 4, [ONE], 4, tracing.SAME_GATEWAY),
        (ONE, 9, [ONE], 9, tracing.SAME_GATEWAY),
        (ONE, 5, [ONE], 5, None),
        (ONE, 16, [], 16, tracing.POISONED),
        (ONE, 20, [], 16, tracing.POISONED),
    ],
)
def test_what_a_neighbour_says_of_a_known_network(
    source: int, metric: int, hops: list[int], cost: int, cause: int | None
) -> None:
    """3.9.2: what its own gateway says holds, be it worse; of others only what is better."""
    desk = Desk()
    desk.hear(ONE, 5)
    desk.told()
    desk.now_s = 10
    desk.hear(source, metric)
    assert (desk.hops(), desk.route.metric) == (hops, cost)
    assert desk.table.changed == (cause is not None)
    gateway = ONE if cause == tracing.POISONED else source
    assert desk.told() == ([] if cause is None else [(gateway, cause)])
    assert desk.seen.left == (cause == tracing.POISONED)


def test_a_refresh_prolongs_a_route_and_nothing_else_does() -> None:
    desk = Desk()
    desk.hear(ONE, 5)
    for source, metric, until_s in ((ONE, 5, 190), (TWO, 6, 190), (TWO, 16, 190)):
        desk.now_s = 10
        desk.hear(source, metric)
        assert desk.route.hops[0].deadline_ns == until_s * S


def test_another_next_hop_or_tag_of_the_gateway_is_a_change() -> None:
    desk = Desk()
    desk.hear(ONE, 5, tag=1)
    desk.told()
    desk.hear(ONE, 5, tag=2)
    assert (desk.route.tag, desk.told()) == (2, [(ONE, tracing.SAME_GATEWAY)])
    desk.hear(ONE, 5, gateway=THREE, tag=2)
    assert (desk.hops(), desk.told()) == ([THREE], [(THREE, tracing.SAME_GATEWAY)])
    desk.hear(ONE, 5, gateway=THREE, tag=2)
    assert desk.told() == []


@pytest.mark.parametrize(("now_s", "hops"), [(0, [ONE]), (89, [ONE]), (90, [TWO]), (170, [TWO])])
def test_an_equal_way_takes_over_when_the_present_one_is_half_gone(now_s: int, hops: list[int]) -> None:
    """3.9.2: a gateway that is silent for half of its time is likely dead; waiting for the rest loses packets."""
    desk = Desk()
    desk.hear(ONE, 5)
    desk.told()
    desk.now_s = now_s
    desk.hear(TWO, 5)
    assert desk.hops() == hops
    assert desk.told() == ([(TWO, tracing.FRESHER)] if hops == [TWO] else [])


def test_equal_ways_are_used_together_up_to_the_limit() -> None:
    desk = Desk(max_paths=2)
    desk.hear(ONE, 5)
    desk.told()
    desk.now_s = 100
    desk.hear(TWO, 5)
    assert (desk.hops(), desk.told(), desk.seen.used[-1]) == ([ONE, TWO], [(TWO, tracing.EQUAL)], [ONE, TWO])
    assert desk.route.hops[1].deadline_ns == 280 * S
    desk.now_s = 170
    desk.hear(THREE, 5)
    assert (desk.hops(), desk.told()) == ([ONE, TWO], [])
    desk.hear(TWO, 9)
    assert (desk.hops(), desk.route.metric, desk.told()) == ([ONE], 5, [(TWO, tracing.HOP_LOST)])
    desk.hear(TWO, 3)
    assert (desk.hops(), desk.route.metric) == ([TWO], 3)


def test_of_several_ways_another_next_hop_is_used_at_once_and_is_no_change_of_the_route() -> None:
    desk = Desk(max_paths=2)
    desk.hear(ONE, 5)
    desk.hear(TWO, 5)
    desk.told()
    used = len(desk.seen.used)
    desk.hear(TWO, 5)
    assert len(desk.seen.used) == used
    desk.hear(TWO, 5, gateway=THREE)
    assert (desk.hops(), desk.seen.used[used:], desk.told()) == ([ONE, THREE], [[ONE, THREE]], [])


def test_a_route_dies_after_its_time_and_its_line_goes_after_the_garbage_time() -> None:
    desk = Desk()
    desk.hear(ONE, 5)
    desk.told()
    desk.table.age(180 * S - 1)
    assert desk.hops() == [ONE]
    desk.table.age(180 * S)
    assert (desk.route.metric, desk.route.dead, desk.hops(), desk.seen.left) == (16, True, [], 1)
    assert desk.told() == [(ONE, tracing.TIMED_OUT)]
    assert (desk.route.garbage_at_ns, desk.table.next_ageing_ns) == (300 * S, 300 * S)
    desk.table.age(300 * S - 1)
    assert desk.table.find(NET, LEN) is not None
    desk.table.age(300 * S)
    assert desk.table.find(NET, LEN) is None
    assert desk.seen.causes == [(0, tracing.FLUSHED)]
    assert desk.table.next_ageing_ns == NEVER


def test_of_several_ways_each_dies_at_its_own_time() -> None:
    desk = Desk(max_paths=2)
    desk.hear(ONE, 5)
    desk.now_s = 50
    desk.hear(TWO, 5)
    desk.told()
    assert desk.table.next_ageing_ns == 180 * S
    desk.table.age(180 * S)
    assert (desk.hops(), desk.told(), desk.table.next_ageing_ns) == ([TWO], [(ONE, tracing.HOP_LOST)], 230 * S)
    assert desk.seen.used[-1] == [TWO]
    desk.table.age(230 * S)
    assert (desk.route.dead, desk.told()) == (True, [(TWO, tracing.TIMED_OUT)])


def test_a_dead_route_lives_again_when_somebody_has_a_way() -> None:
    desk = Desk()
    desk.hear(ONE, 5)
    desk.hear(ONE, 16)
    desk.hear(TWO, 16)
    assert desk.route.dead
    desk.told()
    desk.now_s = 20
    desk.hear(TWO, 7)
    assert (desk.hops(), desk.route.metric, desk.route.garbage_at_ns) == ([TWO], 7, NEVER)
    assert desk.told() == [(TWO, tracing.LEARNED)]
    desk.table.age(120 * S)
    assert desk.hops() == [TWO], "it is not collected with what it was"


def test_a_network_of_the_router_s_own_is_replaced_by_nothing_that_is_heard() -> None:
    desk = Desk()
    desk.hear(ONE, 5)
    desk.told()
    desk.table.add_own(NET, LEN, 1, 9, desk.second, 0)
    assert (desk.route.given, desk.route.metric, desk.route.tag, desk.hops()) == (True, 1, 9, [])
    assert (desk.route.interface, desk.seen.left) == (desk.second, 1)
    assert desk.told() == [(0, tracing.CONNECTED)]
    desk.hear(ONE, 1)
    desk.table.add_own(NET, LEN, 4, 8, desk.first, 7)
    assert (desk.route.metric, desk.route.interface, desk.route.next_hop, desk.told()) == (1, desk.second, 0, [])
    desk.table.age(10_000 * S)
    assert desk.route.given
    assert desk.table.next_ageing_ns in (NEVER, 180 * S)


def test_what_is_taken_back_is_unreachable_for_a_while_and_may_be_learned_meanwhile() -> None:
    desk = Desk()
    desk.table.remove_own(NET, LEN, 0)
    assert desk.table.find(NET, LEN) is None
    desk.hear(ONE, 5)
    desk.told()
    desk.table.remove_own(NET, LEN, 0)
    assert (desk.hops(), desk.told()) == ([ONE], []), "it was not given"
    desk.table.add_own(NET, LEN, 1, 0, None, 0)
    desk.told()
    desk.table.remove_own(NET, LEN, 40 * S)
    assert (desk.route.dead, desk.route.garbage_at_ns, desk.told()) == (True, 160 * S, [(0, tracing.WITHDRAWN)])
    desk.table.remove_own(NET, LEN, 60 * S)
    assert (desk.route.garbage_at_ns, desk.told()) == (160 * S, [])
    desk.hear(TWO, 9)
    assert (desk.route.given, desk.hops()) == (False, [TWO])


def test_with_an_interface_goes_what_led_through_it_and_nothing_else() -> None:
    desk = Desk(max_paths=3)
    for source in (ONE, TWO, THREE):
        desk.hear(source, 5)
    desk.told()
    desk.table.add_own(0x0A010000, 16, 1, 0, desk.first, 0)
    desk.table.add_own(0x0A020000, 16, 1, 0, desk.second, 0)
    desk.table.add_own(0x0A030000, 16, 1, 0, None, 0)
    desk.seen.causes.clear()
    desk.table.interface_down(desk.first, 30 * S)
    dead = [prefix for prefix in (0x0A010000, 0x0A020000, 0x0A030000) if desk.table.routes[prefix << 6 | 16].dead]
    assert dead == [0x0A010000]
    assert desk.hops() == [TWO, THREE]
    assert desk.seen.causes == [(ONE, tracing.HOP_LOST), (0, tracing.INTERFACE_DOWN)]
    desk.seen.causes.clear()
    desk.table.interface_down(desk.second, 40 * S)
    assert (desk.route.dead, desk.route.garbage_at_ns) == (True, 160 * S)
    assert desk.seen.causes == [(TWO, tracing.INTERFACE_DOWN), (0, tracing.INTERFACE_DOWN)]
