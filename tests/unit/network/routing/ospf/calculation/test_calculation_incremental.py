"""Whatever comes in whatever order, the table is what a calculation from nothing would give."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.routes import PATH_TYPES, OspfRoute
from catenet.network.routing.ospf.lsa.lsa import SUMMARY, Lsa
from tests.unit.network.routing.ospf.link_state_maps import AREAS, Gossip, Say, calculation, lines_of


class Follower:
    """A calculation that is told of one change after another, and what its changes add up to."""

    def __init__(self, rfc1583_compatible: bool) -> None:
        self.compatible = rfc1583_compatible
        self.calculation: Calculation = calculation(1, AREAS, [], rfc1583_compatible=rfc1583_compatible)
        self.database: dict[tuple[int, int], Lsa] = {}
        self.table: dict[int, OspfRoute] = {}
        self.attached = True

    def change(self, say: Say, comes: bool) -> None:
        area_id, lsa = say
        place = area_id, lsa.key
        old = self.database.get(place)
        if comes:
            self.database[place] = lsa
            self.calculation.change(area_id, old, lsa)
        elif old is not None:
            del self.database[place]
            self.calculation.change(area_id, old, None)

    def run(self) -> None:
        for change in self.calculation.run():
            assert self.table.get(change.key) is change.old
            assert change.old is None or change.new is None or not change.old.is_same(change.new)
            if change.new is None:
                del self.table[change.key]
            else:
                self.table[change.key] = change.new
        assert not self.calculation.is_pending

    def turn_area(self) -> None:
        """The router's interface in area 1 goes down, or comes up."""
        self.attached = not self.attached
        self.calculation.set_attached(1, self.attached)

    def check(self) -> None:
        said = [(area_id, self.database[area_id, key]) for area_id, key in sorted(self.database)]
        anew = calculation(1, AREAS, said, rfc1583_compatible=self.compatible)
        if not self.attached:
            anew.set_attached(1, False)
            anew.run()
        assert lines_of(self.calculation.routes) == lines_of(anew.routes)
        assert lines_of(self.table) == lines_of(anew.routes)


@pytest.mark.slow
@pytest.mark.parametrize("compatible", [False, True])
@pytest.mark.parametrize("least_cost", [1, 0])
@pytest.mark.parametrize("seed", range(10))
def test_following_changes_is_calculating_anew(seed: int, least_cost: int, compatible: bool) -> None:
    gossip = Gossip(seed, least_cost)
    follower = Follower(compatible)
    for say in gossip.first():
        follower.change(say, True)
    for _ in range(25):
        follower.run()
        follower.check()
        for _ in range(gossip.random.choice((1, 1, 1, 2, 8))):
            follower.change(gossip.any(), gossip.random.random() < 0.8)
        if gossip.random.random() < 0.1:
            follower.turn_area()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_following_changes_is_calculating_anew_with_virtual_links(seed: int) -> None:
    gossip = Gossip(seed, has_virtual_links=True)
    follower = Follower(seed % 2 == 0)
    for say in gossip.first():
        follower.change(say, True)
    for _ in range(25):
        follower.run()
        follower.check()
        for _ in range(gossip.random.choice((1, 1, 1, 2, 8))):
            follower.change(gossip.any(), gossip.random.random() < 0.8)
        if gossip.random.random() < 0.1:
            follower.turn_area()


@pytest.mark.slow
def test_virtual_links_at_random_lead_somewhere_and_are_bettered() -> None:
    """What is drawn has to have what it is about: ways over virtual links, and shorter ones through transit areas."""
    through, bettered = 0, 0
    for seed in range(30):
        said = Gossip(seed, has_virtual_links=True).first()
        whole = calculation(1, AREAS, said)
        plain = calculation(1, AREAS, [(area, one) for area, one in said if not (area == 1 and one.type == SUMMARY)])
        for key, route in whole.routes.items():
            if route.area_id == 0 and route.is_internal and any(number // 1000 == 1 for number, _ in route.hops):
                through += 1
                other = plain.routes.get(key)
                bettered += other is not None and other.path_type == route.path_type and other.cost > route.cost
    assert through >= 20
    assert bettered >= 5


def test_what_is_drawn_at_random_makes_routes_of_all_kinds() -> None:
    found = dict.fromkeys(PATH_TYPES[1:], 0)
    shared = 0
    for seed in range(30):
        for route in calculation(1, AREAS, Gossip(seed).first()).routes.values():
            found[PATH_TYPES[route.path_type]] += 1
            shared += len(route.hops) > 1
    assert min(found.values()) >= 5, found
    assert shared >= 20


def test_what_came_and_went_leaves_nothing() -> None:
    gossip = Gossip(1)
    said = gossip.first()
    follower = Follower(False)
    for say in said:
        follower.change(say, True)
    follower.run()
    assert follower.table != {}
    for say in said:
        follower.change(say, False)
    follower.run()
    assert follower.table == {}
    assert follower.calculation.routes == {}
    assert follower.calculation.destinations.by_key == {}
