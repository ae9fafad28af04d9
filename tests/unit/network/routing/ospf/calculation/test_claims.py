"""Who claims to reach what, and which networks lie behind a forwarding address, while LSAs come and go."""

from __future__ import annotations

from catenet.network.routing.ospf.calculation.calculation import AS_SCOPE
from catenet.network.routing.ospf.calculation.forwarding_address import Forwarding
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa, InterAreaLsas, subject_of
from catenet.network.routing.ospf.calculation.routes import INTER
from catenet.network.routing.ospf.lsa.lsa import SUMMARY, SummaryBody
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E
from catenet.network.routing.ospf.settings import AreaSettings
from tests.unit.network.routing.ospf.link_state_maps import (
    SETTLED,
    asbr_summary,
    calculation,
    external,
    ip,
    key_of,
    line,
    lsa,
    router,
    stub,
    summary,
)


def claim(router_id: int, prefix: str, forwarding: str) -> InterAreaLsa:
    said = external(router_id, prefix, 1, forwarding=ip(forwarding))
    return InterAreaLsa(said, subject_of(said), None)


def test_a_network_lies_behind_an_address_while_anybody_says_so() -> None:
    """Forgotten too early, it would not be followed when the way to the address moves; kept, it would be for ever."""
    known = Forwarding()
    first, second = claim(1, "13.0.0.0/8", "10.0.0.7"), claim(2, "13.0.0.0/8", "10.0.0.7")
    other = claim(1, "14.0.0.0/8", "10.0.0.7")
    elsewhere = claim(1, "15.0.0.0/8", "10.0.0.9")
    for one in (first, second, other, elsewhere, claim(1, "16.0.0.0/8", "0.0.0.0")):
        known.count(one, True)
    assert known.networks() == [key_of("13.0.0.0/8"), key_of("14.0.0.0/8"), key_of("15.0.0.0/8")]
    known.count(first, False)
    assert key_of("13.0.0.0/8") in known.networks()
    known.count(second, False)
    assert known.networks() == [key_of("14.0.0.0/8"), key_of("15.0.0.0/8")]
    known.count(other, False)
    known.count(elsewhere, False)
    known.count(claim(1, "16.0.0.0/8", "0.0.0.0"), False)
    assert known.networks() == []


def test_networks_move_with_the_route_to_their_address() -> None:
    here = calculation(1, SETTLED, [(0, router(1, line(2, 1, 2), stub("10.0.0.0/24", 1)))])
    known = Forwarding()
    known.count(claim(2, "13.0.0.0/8", "10.0.0.7"), True)
    known.count(claim(2, "14.0.0.0/8", "10.0.1.7"), True)
    assert known.moved(here.destinations) == {key_of("13.0.0.0/8"): key_of("10.0.0.0/24")}
    assert known.moved(here.destinations) == {}
    here.change(0, None, router(1, line(2, 1, 2)))
    here.run()
    assert known.moved(here.destinations) == {key_of("13.0.0.0/8"): key_of("10.0.0.0/24")}
    assert known.moved(here.destinations) == {}


def test_claims_are_kept_by_who_makes_them() -> None:
    claims = InterAreaLsas(None)
    first, second = summary(2, "10.1.0.0/16", 1), summary(2, "10.2.0.0/16", 1)
    other = summary(3, "10.1.0.0/16", 1)
    kept = [claims.put(one) for one in (first, second, other)]
    assert [one.key for one in kept if one is not None] == [
        key_of("10.1.0.0/16"),
        key_of("10.2.0.0/16"),
        key_of("10.1.0.0/16"),
    ]
    assert [one.lsa for one in claims.of(2)] == [first, second]
    assert len(claims.all()) == 3
    assert claims.drop(first) is kept[0]
    assert claims.drop(first) is None
    assert [one.lsa for one in claims.of(2)] == [second]
    assert claims.drop(second) is kept[1]
    assert list(claims.of(2)) == []
    assert claims.drop(second) is None
    assert [one.lsa for one in claims.all()] == [other]


def test_a_claim_with_a_mask_that_is_none_claims_nothing() -> None:
    claims = InterAreaLsas(None)
    assert claims.put(lsa(SUMMARY, ip("10.1.0.0"), 2, SummaryBody(0xFF00FF00, 1))) is None
    assert claims.all() == []
    assert subject_of(asbr_summary(2, 77, 1)) == 77


TWO_AREAS = (AreaSettings(0), AreaSettings(1))


def test_the_way_to_a_boundary_router_of_another_area_is_the_cheapest_that_is_told() -> None:
    """It is shown to people, too, with the area by which it is reached."""
    said = [
        (0, router(1, line(2, 1, 2), line(3, 4, 3))),
        (0, router(2, line(1, 1), flags=FLAG_B)),
        (0, router(3, line(1, 4), flags=FLAG_B)),
        (0, asbr_summary(2, 9, 5)),
        (0, asbr_summary(3, 9, 1)),
        (AS_SCOPE, external(9, "13.0.0.0/8", 1)),
    ]
    here = calculation(1, SETTLED, said)
    (found,) = [route for route in here.routers() if route.router_id == 9]
    assert (found.area_id, found.path_type, found.cost) == (0, INTER, 5)
    here.change(0, said[4][1], asbr_summary(3, 9, 2))
    here.run()
    (found,) = [route for route in here.routers() if route.router_id == 9]
    assert found.cost == 6
    assert [route.router_id for route in here.routers()] == [2, 3, 9]
    equal = calculation(1, SETTLED, [*said[:4], (0, asbr_summary(3, 9, 2)), said[5]])
    (found,) = [route for route in equal.routers() if route.router_id == 9]
    assert (found.cost, len(found.hops)) == (6, 2)


def test_a_boundary_router_of_the_same_area_is_not_told_of_twice() -> None:
    here = calculation(
        1,
        SETTLED,
        [
            (0, router(1, line(2, 1, 2))),
            (0, router(2, line(1, 1), flags=FLAG_B | FLAG_E)),
            (0, asbr_summary(2, 2, 5)),
            (AS_SCOPE, external(2, "13.0.0.0/8", 1)),
        ],
    )
    assert [(route.router_id, route.cost) for route in here.routers()] == [(2, 1)]


def test_there_is_something_to_work_out_after_each_kind_of_change_and_nothing_after_a_run() -> None:
    here = calculation(1, TWO_AREAS, [(0, router(1, line(2, 1, 2))), (0, router(2, line(1, 1), flags=FLAG_B | FLAG_E))])
    for area_id, said in (
        (0, router(2, line(1, 2), flags=FLAG_B | FLAG_E)),
        (0, summary(2, "10.1.0.0/16", 1)),
        (AS_SCOPE, external(2, "13.0.0.0/8", 1)),
        (1, router(1, line(3, 1, 3))),
    ):
        assert not here.is_pending
        here.change(area_id, None, said)
        assert here.is_pending
        here.run()
    assert not here.is_pending
    here.change(7, None, router(1))
    here.change(0, None, None)
    assert not here.is_pending, "an area that there is not, and nothing"
