"""What an area border router tells, and what it translates: RFC 2328 12.4.3 and appendix E, RFC 3101."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.ospf.calculation.calculation import AS_SCOPE, Calculation
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, EXTERNAL_2
from catenet.network.routing.ospf.lsa.identifiers import link_state_ids
from catenet.network.routing.ospf.lsa.lsa import EXTERNAL, LS_INFINITY, NP_BIT, NSSA, Lsa, lsa_key
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, FLAG_NT
from catenet.network.routing.ospf.origination.nssa_translation import (
    is_translator,
    translated_ranges,
    wanted_translations,
)
from catenet.network.routing.ospf.origination.summaries import wanted_nssa_default, wanted_summaries
from catenet.network.routing.ospf.settings import AreaSettings
from tests.unit.network.routing.ospf.link_state_maps import (
    Say,
    asbr_summary,
    calculation,
    external,
    ip,
    key_of,
    line,
    router,
    stub,
    summary,
)

BACKBONE = AreaSettings(0)
IN_BACKBONE: list[Say] = [
    (0, router(1, line(2, 1, 2), flags=FLAG_B)),
    (0, router(2, line(1, 1), stub("10.0.1.0/24", 4), flags=FLAG_B | FLAG_E)),
]


def told(here: Calculation, area_id: int) -> dict[str, int]:
    """Summaries as text: a network by its link state id and prefix length, a boundary router by its number."""
    found = {}
    for key, body in wanted_summaries(here, area_id).items():
        address = key >> 32 & 0xFFFFFFFF
        text = ".".join(str(address >> shift & 0xFF) for shift in (24, 16, 8, 0))
        found[f"{text}/{body.mask.bit_count()}" if key >> 64 == 3 else f"router {address}"] = body.cost
        assert key & 0xFFFFFFFF == here.router_id
    return found


def in_area_1(*prefixes: str) -> list[Say]:
    """A neighbour in area 1, 3 away, with these networks at costs 1, 2, ..."""
    stubs = [stub(prefix, cost) for cost, prefix in enumerate(prefixes, 1)]
    return [(1, router(1, line(3, 3, 3), flags=FLAG_B)), (1, router(3, line(1, 3), *stubs))]


# -- RFC 2328 12.4.3


def test_who_is_no_border_router_tells_nothing() -> None:
    inside = calculation(1, [AreaSettings(1)], in_area_1("10.1.1.0/24"))
    assert told(inside, 1) == {}
    here = calculation(1, [BACKBONE, AreaSettings(1)], [*IN_BACKBONE, *in_area_1("10.1.1.0/24")])
    assert told(here, 0) == {"10.1.1.0/24": 4}
    here.set_attached(1, False)
    here.run()
    assert told(here, 0) == told(here, 1) == {}


def test_networks_of_each_area_are_told_to_the_others() -> None:
    areas = [BACKBONE, AreaSettings(1), AreaSettings(2)]
    here = calculation(1, areas, [*IN_BACKBONE, *in_area_1("10.1.1.0/24", "10.1.2.0/24")])
    assert told(here, 0) == {"10.1.1.0/24": 4, "10.1.2.0/24": 5}
    assert told(here, 1) == {"10.0.1.0/24": 5, "router 2": 1}
    assert told(here, 2) == {"10.0.1.0/24": 5, "10.1.1.0/24": 4, "10.1.2.0/24": 5, "router 2": 1}


def test_what_the_backbone_tells_of_other_areas_is_told_on_but_not_back() -> None:
    said = [*IN_BACKBONE, (0, summary(2, "10.9.0.0/16", 6)), (0, asbr_summary(2, 9, 7))]
    here = calculation(1, [BACKBONE, AreaSettings(1)], said)
    assert told(here, 0) == {}
    assert told(here, 1) == {"10.0.1.0/24": 5, "10.9.0.0/16": 7, "router 2": 1, "router 9": 8}


def test_external_routes_are_not_summarized() -> None:
    here = calculation(1, [BACKBONE, AreaSettings(1)], [*IN_BACKBONE, (AS_SCOPE, external(2, "12.0.0.0/8", 1))])
    assert here.routes[key_of("12.0.0.0/8")].path_type == EXTERNAL_1
    assert told(here, 1) == {"10.0.1.0/24": 5, "router 2": 1}


def test_a_range_is_told_as_one_at_the_cost_of_its_farthest_network() -> None:
    areas = [
        BACKBONE,
        AreaSettings(1, ranges=[(ip("10.1.0.0"), 16, True), (ip("10.1.128.0"), 17, True)]),
        AreaSettings(2),
    ]
    said = [*IN_BACKBONE, *in_area_1("10.1.1.0/24", "10.1.2.0/24", "10.1.200.0/24", "10.2.0.0/24")]
    here = calculation(1, areas, said)
    expected = {"10.1.0.0/16": 5, "10.1.128.0/17": 6, "10.2.0.0/24": 7}
    assert told(here, 0) == expected
    assert told(here, 2) == {**expected, "10.0.1.0/24": 5, "router 2": 1}


def test_a_range_that_is_not_advertised_hides_its_networks() -> None:
    areas = [BACKBONE, AreaSettings(1, ranges=[(ip("10.1.0.0"), 16, False)])]
    here = calculation(1, areas, [*IN_BACKBONE, *in_area_1("10.1.1.0/24", "10.2.0.0/24")])
    assert told(here, 0) == {"10.2.0.0/24": 5}


def test_a_network_as_far_as_infinity_is_not_told() -> None:
    said = [*IN_BACKBONE, (0, summary(2, "10.9.0.0/16", LS_INFINITY - 1)), (0, asbr_summary(2, 9, LS_INFINITY - 1))]
    here = calculation(1, [BACKBONE, AreaSettings(1)], said)
    assert key_of("10.9.0.0/16") in here.routes
    assert told(here, 1) == {"10.0.1.0/24": 5, "router 2": 1}


def test_into_a_stub_area_the_default_route_comes_too_and_into_a_totally_stubby_one_alone() -> None:
    kinds = {"stub": {"0.0.0.0/0": 7, "10.0.1.0/24": 5}, "totally-stubby": {"0.0.0.0/0": 7}}
    kinds |= {"nssa": {"10.0.1.0/24": 5}, "totally-nssa": {"0.0.0.0/0": 7}}
    for kind, expected in kinds.items():
        here = calculation(1, [BACKBONE, AreaSettings(1, kind, default_cost=7)], IN_BACKBONE)
        assert told(here, 1) == expected, kind


def test_3101_2_7_an_nssa_with_summaries_has_its_default_route_as_type_7() -> None:
    for kind in ("normal", "stub", "nssa", "totally-nssa"):
        here = calculation(1, [BACKBONE, AreaSettings(1, kind, default_cost=7)], IN_BACKBONE)
        wanted = {key: (body.mask, body.cost) for key, body in wanted_nssa_default(here, 1).items()}
        assert wanted == ({lsa_key(NSSA, 0, 1): (0, 7)} if kind == "nssa" else {}), kind


# -- appendix E


def ids(*prefixes: str) -> dict[str, str]:
    found = {}
    for key, number in link_state_ids([key_of(prefix) for prefix in prefixes]).items():
        text = ".".join(str(number >> shift & 0xFF) for shift in (24, 16, 8, 0))
        found[next(prefix for prefix in prefixes if key_of(prefix) == key)] = text
    return found


def test_appendix_e_the_shorter_prefix_has_the_address_and_longer_ones_host_bits() -> None:
    assert ids("10.0.0.0/16", "10.0.0.0/8") == {"10.0.0.0/8": "10.0.0.0", "10.0.0.0/16": "10.0.255.255"}


def test_appendix_e_a_host_route_keeps_its_address() -> None:
    assert ids("10.0.0.0/24", "10.0.0.0/32") == {"10.0.0.0/32": "10.0.0.0", "10.0.0.0/24": "10.0.0.255"}
    crowded = ids("10.0.0.0/24", "10.0.0.0/32", "10.0.0.255/32")
    assert crowded == {"10.0.0.0/32": "10.0.0.0", "10.0.0.255/32": "10.0.0.255", "10.0.0.0/24": "10.0.0.254"}


def test_appendix_e_ids_that_are_taken_are_not_given() -> None:
    taken = [ip("10.0.0.0")]
    assert link_state_ids([key_of("10.0.0.0/24"), key_of("10.0.0.0/32")], taken) == {
        key_of("10.0.0.0/24"): ip("10.0.0.255")
    }


@pytest.mark.slow
@given(st.sets(st.tuples(st.integers(0, 15), st.integers(28, 32)), max_size=20))
def test_appendix_e_ids_are_different_and_within_their_networks(networks: set[tuple[int, int]]) -> None:
    keys = {(host >> (32 - length) << (32 - length)) << 6 | length for host, length in networks}
    found = link_state_ids(keys)
    assert len(set(found.values())) == len(found)
    assert found == link_state_ids(sorted(keys, reverse=True))
    for key, number in found.items():
        hosts = 32 - (key & 63)
        assert number >> hosts == key >> 6 >> hosts
    assert {key for key in keys if key & 63 == 32} <= set(found)


# -- RFC 3101

INSIDE = ip("10.1.0.3")


def nssa(*said: Lsa, flags: int = FLAG_E, kind: str = "nssa", far_flags: int = 0, **options: object) -> Calculation:
    """A border router of the NSSA 1; router 3 inside tells of networks, and router 4 is another border router."""
    areas = [BACKBONE, AreaSettings(1, kind, **options)]  # type: ignore[arg-type]
    links = [
        (1, router(1, line(3, 3, 3), line(4, 1, 4), flags=FLAG_B)),
        (1, router(3, line(1, 3), stub("10.1.0.0/24", 2), flags=flags)),
        (1, router(4, line(1, 1), flags=far_flags)),
    ]
    return calculation(
        1, areas, [*IN_BACKBONE, *links, *((AS_SCOPE if one.type == EXTERNAL else 1, one) for one in said)]
    )


def type_7(prefix: str, cost: int, type2: bool = False, forwarding: int = INSIDE, options: int = NP_BIT) -> Lsa:
    return external(3, prefix, cost, type2, forwarding, 5, NSSA, options)


def test_3101_2_5_3_a_type_7_lsa_is_followed_to_its_forwarding_address_within_the_nssa() -> None:
    route = nssa(type_7("12.0.0.0/8", 4)).routes[key_of("12.0.0.0/8")]
    assert (route.path_type, route.cost, route.hops, route.area_id) == (EXTERNAL_1, 9, ((1003, 3),), 1)
    assert key_of("12.0.0.0/8") not in nssa(type_7("12.0.0.0/8", 4, forwarding=ip("10.0.1.7"))).routes
    assert key_of("12.0.0.0/8") not in nssa(type_7("12.0.0.0/8", 4), flags=0).routes


def test_3101_2_5_3_default_routes_of_other_border_routers_are_not_followed() -> None:
    assert key_of("0.0.0.0/0") not in nssa(type_7("0.0.0.0/0", 4, options=0)).routes
    assert key_of("0.0.0.0/0") in nssa(type_7("0.0.0.0/0", 4)).routes
    assert key_of("0.0.0.0/0") not in nssa(type_7("0.0.0.0/0", 4), kind="totally-nssa").routes
    inside = calculation(1, [AreaSettings(1, "nssa")], [])
    for one in (router(1, line(3, 1, 3)), router(3, line(1, 1), flags=FLAG_E), external(3, "0.0.0.0/0", 4, kind=NSSA)):
        inside.change(1, None, one)
    inside.run()
    assert key_of("0.0.0.0/0") in inside.routes


def test_3101_2_5_6e_of_lsas_that_say_the_same_type_7_with_the_p_bit_then_type_5() -> None:
    five = external(2, "12.0.0.0/8", 4, forwarding=INSIDE)
    assert nssa(type_7("12.0.0.0/8", 4), five).routes[key_of("12.0.0.0/8")].advertising_router == 3
    assert nssa(type_7("12.0.0.0/8", 4, options=0), five).routes[key_of("12.0.0.0/8")].advertising_router == 2


def test_3101_3_1_the_border_router_with_the_highest_id_translates_unless_one_always_does() -> None:
    assert is_translator(nssa(), 1)
    assert not is_translator(nssa(far_flags=FLAG_B), 1)
    assert is_translator(nssa(far_flags=FLAG_B, translate="always"), 1)
    assert not is_translator(nssa(kind="normal"), 1)
    assert not is_translator(nssa(), 0)
    here = nssa()
    here.set_attached(0, False)
    assert not is_translator(here, 1)


def test_3101_3_1_a_lower_id_translates_if_it_always_does() -> None:
    areas = [BACKBONE, AreaSettings(1, "nssa")]
    links = [(1, router(9, line(4, 1, 4), flags=FLAG_B)), (1, router(4, line(9, 1), flags=FLAG_B))]
    assert is_translator(calculation(9, areas, links), 1)
    links[1] = (1, router(4, line(9, 1), flags=FLAG_B | FLAG_NT))
    assert not is_translator(calculation(9, areas, links), 1)


def translated(here: Calculation, *own: str) -> dict[str, tuple[bool, int, int, int]]:
    """What is told as type 5: by prefix, whether of type 2, the cost, the forwarding address and the tag."""
    found = {}
    for key, body in wanted_translations(here, [key_of(prefix) for prefix in own]).items():
        assert key >> 64 == EXTERNAL
        address = key >> 32 & 0xFFFFFFFF
        text = ".".join(str(address >> shift & 0xFF) for shift in (24, 16, 8, 0))
        found[f"{text}/{body.mask.bit_count()}"] = (body.type2, body.cost, body.forwarding, body.tag)
    return found


def test_3101_3_2_a_type_7_lsa_becomes_type_5_as_it_is() -> None:
    here = nssa(type_7("12.0.0.0/8", 4), type_7("13.0.0.0/8", 6, True))
    assert translated(here) == {"12.0.0.0/8": (False, 4, INSIDE, 5), "13.0.0.0/8": (True, 6, INSIDE, 5)}
    assert translated(here, "13.0.0.0/8") == {"12.0.0.0/8": (False, 4, INSIDE, 5)}


def test_3101_3_2_what_is_not_translated() -> None:
    assert translated(nssa(type_7("12.0.0.0/8", 4, options=0))) == {}, "the P bit is clear"
    assert translated(nssa(type_7("12.0.0.0/8", 4, forwarding=0))) == {}, "no forwarding address"
    assert translated(nssa(type_7("12.0.0.0/8", 4), flags=0)) == {}, "who says so is no boundary router"
    assert translated(nssa(type_7("12.0.0.0/8", 4), far_flags=FLAG_B)) == {}, "another router translates"
    assert translated(nssa(type_7("12.0.0.0/8", 4, forwarding=ip("10.0.1.7")))) == {}, "it leads out of the NSSA"


def test_3101_3_2_a_range_is_told_as_one() -> None:
    ranges = [(ip("12.0.0.0"), 8, True), (ip("13.0.0.0"), 8, False)]
    both = [type_7("12.1.0.0/16", 4), type_7("12.2.0.0/16", 9), type_7("13.1.0.0/16", 1), type_7("14.0.0.0/8", 2)]
    here = nssa(*both, external_ranges=ranges)
    assert translated(here) == {"12.0.0.0/8": (False, 9, 0, 0), "14.0.0.0/8": (False, 2, INSIDE, 5)}
    mixed = nssa(*both, type_7("12.3.0.0/16", 3, True), external_ranges=ranges)
    assert translated(mixed)["12.0.0.0/8"] == (True, 4, 0, 0)
    first = nssa(type_7("12.0.1.0/24", 3, True), *both, external_ranges=ranges)
    assert translated(first)["12.0.0.0/8"] == (True, 4, 0, 0), "whichever comes first"
    two = nssa(type_7("12.1.0.0/16", 3, True), type_7("12.2.0.0/16", 7, True), external_ranges=ranges)
    assert translated(two)["12.0.0.0/8"] == (True, 8, 0, 0)


def test_3101_3_2_a_range_has_a_discard_entry_while_it_is_told() -> None:
    ranges = [(ip("12.0.0.0"), 8, True), (ip("13.0.0.0"), 8, False), (ip("15.0.0.0"), 8, True)]
    here = nssa(type_7("12.1.0.0/16", 4), type_7("13.1.0.0/16", 1), external_ranges=ranges)
    assert translated_ranges(here) == {key_of("12.0.0.0/8"): 1, key_of("13.0.0.0/8"): 1}
    assert here.set_external_ranges(translated_ranges(here))
    assert not here.set_external_ranges(translated_ranges(here))
    here.run()
    assert [here.routes[key_of(f"{first}.0.0.0/8")].is_discard for first in (12, 13)] == [True, True]
    here.change(AS_SCOPE, None, external(2, "12.0.0.0/8", 1))
    here.run()
    assert here.routes[key_of("12.0.0.0/8")].is_discard, "what another translator tells leads there and back"
    exact = type_7("12.0.0.0/8", 4)
    here.change(1, None, exact)
    here.run()
    assert not here.routes[key_of("12.0.0.0/8")].is_discard
    here.change(1, exact, None)
    here.set_external_ranges({})
    here.run()
    assert here.routes[key_of("12.0.0.0/8")].advertising_router == 2


def test_3101_3_2_own_networks_keep_their_link_state_ids() -> None:
    here = nssa(type_7("12.0.0.0/8", 4))
    assert list(translated(here, "12.0.0.0/16")) == ["12.255.255.255/8"]


def test_a_type_5_lsa_of_the_translator_is_no_way_out_for_who_it_points_to() -> None:
    """Its forwarding address is the router's own."""
    areas = [BACKBONE, AreaSettings(1, "nssa")]
    links = [(1, router(1, stub("10.1.0.3/32", 0), flags=FLAG_B | FLAG_E))]
    here = calculation(1, areas, [*IN_BACKBONE, *links, (AS_SCOPE, external(2, "12.0.0.0/8", 4, forwarding=INSIDE))])
    assert key_of("12.0.0.0/8") not in here.routes
    other = calculation(1, areas, [*IN_BACKBONE, *links, (AS_SCOPE, external(2, "12.0.0.0/8", 4, True))])
    assert other.routes[key_of("12.0.0.0/8")].path_type == EXTERNAL_2
