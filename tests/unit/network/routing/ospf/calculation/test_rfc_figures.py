"""The tables that RFC 2328 prints for its Figures 2 and 6."""

from __future__ import annotations

import pytest

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.routes import PATH_TYPES
from tests.unit.network.routing.ospf.link_state_maps import SETTLED, calculation
from tests.unit.network.routing.ospf.rfc_figures import KEYS, Areas, Neighbours, address_on, figure_2


def table(found: Calculation) -> dict[str, tuple[str, int, tuple[int, ...]]]:
    """Path type, cost and next hops (the last octet of the address) of each network by name.

    The RFC prints no discard entries.
    """
    return {
        KEYS[key]: (PATH_TYPES[route.path_type], route.cost, tuple(gateway & 0xFF for _, gateway in route.hops))
        for key, route in found.routes.items()
        if not route.is_discard
    }


def test_figure_2_seen_from_rt6() -> None:
    """Section 11.2, tables 2 and 3."""
    rt6 = calculation(6, SETTLED, figure_2(), Neighbours())
    inside, outside = "intra-area", "external type 1"
    assert table(rt6) == {
        "N1": (inside, 10, (3,)),
        "N2": (inside, 10, (3,)),
        "N3": (inside, 7, (3,)),
        "N4": (inside, 8, (3,)),
        "Ib": (inside, 7, ()),
        "Ia": (inside, 12, (10,)),
        "N6": (inside, 8, (10,)),
        "N7": (inside, 12, (10,)),
        "N8": (inside, 10, (10,)),
        "N9": (inside, 11, (10,)),
        "N10": (inside, 13, (10,)),
        "N11": (inside, 14, (10,)),
        "H1": (inside, 21, (10,)),
        "N12": (outside, 10, (10,)),
        "N13": (outside, 14, (5,)),
        "N14": (outside, 14, (5,)),
        "N15": (outside, 17, (10,)),
    }
    routers = {it.router_id: (it.cost, it.hops) for it in rt6.routers()}
    assert routers == {5: (6, ((5, 5),)), 7: (8, ((10, 10),))}


def test_figure_2_seen_from_a_lan() -> None:
    """RT1 reaches the others over N3: next hops are their addresses there, which their router-LSAs have (16.1.1)."""
    rt1 = calculation(1, SETTLED, figure_2(), Neighbours())
    assert rt1.route(*key("N3")).hops == ((3, 0),)
    assert rt1.route(*key("N4")).hops == ((3, address_on("N3", 3)),)
    assert rt1.route(*key("N13")).hops == ((3, address_on("N3", 4)),)


def key(name: str) -> tuple[int, int]:
    whole = next(number for number, known in KEYS.items() if known == name)
    return whole >> 6, whole & 63


@pytest.fixture(scope="module")
def areas() -> Areas:
    return Areas()


def test_figure_6_what_the_backbone_is_told(areas: Areas) -> None:
    """Table 4: networks advertised to the backbone by RT3 and RT4."""
    assert areas.told(3, 0) == {"N1": 4, "N2": 4, "N3": 1, "N4": 2}
    assert areas.told(4, 0) == {"N1": 4, "N2": 4, "N3": 1, "N4": 3}


def test_figure_6_the_other_border_routers(areas: Areas) -> None:
    """Area 3 is told of as one, at the cost of H1, its farthest; RT7 is a boundary router within area 2."""
    assert areas.told(7, 0) == {"N6": 1, "N7": 5, "N8": 4}
    assert areas.told(10, 0) == {"N6": 1, "N7": 5, "N8": 3, "RT7": 1}
    assert areas.told(11, 0) == {"N6": 3, "N7": 7, "N8": 2, "N9-N11,H1": 11, "RT7": 3}


def test_figure_6_distances_within_the_backbone(areas: Areas) -> None:
    """Table 5: backbone distances calculated by RT3 and RT4."""
    expected = {
        3: {4: 22, 7: 20, 10: 15, 11: 18, 5: 14},
        4: {3: 21, 7: 14, 10: 22, 11: 25, 5: 8},
    }
    for number, distances in expected.items():
        topology = areas.routers[number].areas[0].topology
        assert {far: topology.distance(topology.vertex(far)) for far in distances} == distances
        assert UNREACHED not in distances.values()
    found = {number: table(areas.routers[number]) for number in (3, 4)}
    assert [found[3][name][1] for name in ("Ia", "Ib")] == [20, 15]
    assert [found[4][name][1] for name in ("Ia", "Ib")] == [27, 22]


def test_figure_6_what_area_1_is_told(areas: Areas) -> None:
    """Table 6: destinations advertised to area 1 by RT3 and RT4."""
    rt3 = {"Ia,Ib": 20, "N6": 16, "N7": 20, "N8": 18, "N9-N11,H1": 29, "RT5": 14, "RT7": 20}
    rt4 = {"Ia,Ib": 27, "N6": 15, "N7": 19, "N8": 18, "N9-N11,H1": 36, "RT5": 8, "RT7": 14}
    assert areas.told(3, 1) == rt3
    assert areas.told(4, 1) == rt4


def test_figure_6_seen_from_rt4(areas: Areas) -> None:
    """Section 11.3, table 13."""
    rt4 = areas.routers[4]
    assert table(rt4) == {
        "N1": ("intra-area", 4, (1,)),
        "N2": ("intra-area", 4, (2,)),
        "N3": ("intra-area", 1, (0,)),
        "N4": ("intra-area", 3, (3,)),
        "Ib": ("intra-area", 22, (5,)),
        "Ia": ("intra-area", 27, (5,)),
        "N6": ("inter-area", 15, (5,)),
        "N7": ("inter-area", 19, (5,)),
        "N8": ("inter-area", 18, (5,)),
        "N9-N11,H1": ("inter-area", 36, (5,)),
        "N12": ("external type 1", 16, (5,)),
        "N13": ("external type 1", 16, (5,)),
        "N14": ("external type 1", 16, (5,)),
        "N15": ("external type 1", 23, (5,)),
    }
    within = {(it.router_id, it.area_id): it.cost for it in rt4.routers()}
    assert within == {(3, 1): 1, (3, 0): 21, (5, 0): 8, (7, 0): 14, (10, 0): 22, (11, 0): 25}


def test_figure_6_seen_from_rt6(areas: Areas) -> None:
    """By the split no network of another area has become farther, but for what is told of as one.

    RT7 has: 12 through the backbone, and not 8 as RT10 tells, since a path within an area comes first (section 11).
    """
    costs = {name: cost for name, (_, cost, _) in table(areas.routers[6]).items()}
    assert costs == {
        "N1": 10, "N2": 10, "N3": 7, "N4": 8, "Ia": 12, "Ib": 7, "N6": 8, "N7": 12, "N8": 10, "N9-N11,H1": 21,
        "N12": 14, "N13": 14, "N14": 14, "N15": 21,
    }  # fmt: skip


def test_figure_6_seen_from_inside_area_1(areas: Areas) -> None:
    """RT1 chooses its way out by what RT3 and RT4 tell: N6 by RT4 (1 + 15), N9-N11,H1 by RT3 (1 + 29), N8 by both."""
    rt1 = table(areas.routers[1])
    assert rt1["N6"] == ("inter-area", 16, (4,))
    assert rt1["N9-N11,H1"] == ("inter-area", 30, (3,))
    assert rt1["N8"] == ("inter-area", 19, (3, 4))
    assert rt1["N13"] == ("external type 1", 17, (4,))
