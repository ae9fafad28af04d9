"""What a router says of its own links and of the outside (RFC 2328 12.4.1, 12.4.2, 12.4.4, RFC 3101)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.network.routing.ospf.adjacency import interface as states
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import EXCHANGE, FULL, LOADING, TWO_WAY, Neighbour
from catenet.network.routing.ospf.area import Area
from catenet.network.routing.ospf.lsa.lsa import E_BIT, EXTERNAL, NP_BIT, NSSA, ExternalBody, lsa_key
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT, STUB, TRANSIT, VIRTUAL
from catenet.network.routing.ospf.origination.redistribution import (
    External,
    own_address,
    wanted_as_externals,
    wanted_nssa_externals,
)
from catenet.network.routing.ospf.origination.self_lsas import is_transit, network_body, router_body
from catenet.network.routing.ospf.settings import AreaSettings, InterfaceSettings, virtual_link

OWN, DR_ADDRESS, NET, MASK = 0x0A000005, 0x0A000009, 0x0A000000, 0xFFFFFF00


def interface(network: str = "point-to-point", state: int = states.POINT_TO_POINT, **chosen: Any) -> Interface:
    made = Interface(InterfaceSettings(0, "eth0", OWN, 24, **{"network": network, "cost": 7, **chosen}))
    made.state = state
    return made


def meet(here: Interface, router_id: int, state: int = FULL, address: int = DR_ADDRESS) -> Neighbour:
    neighbour = Neighbour(here.settings, router_id, address, 1)
    neighbour.state = state
    here.neighbours[neighbour.number] = neighbour
    return neighbour


def links(*interfaces: Interface, hosts: list[tuple[int, int]] | None = None) -> list[tuple[int, int, int, int]]:
    area = Area(AreaSettings(0))
    area.interfaces.extend(interfaces)
    area.hosts.extend(hosts or [])
    body = router_body(area, 5)
    assert body.flags == 5
    return [(link.kind, link.id, link.data, link.cost) for link in body.links]


OWN_NETWORK = (STUB, NET, MASK, 7)


@pytest.mark.parametrize("state", [TWO_WAY, EXCHANGE, LOADING, FULL])
def test_a_point_to_point_link_tells_of_the_neighbour_once_it_is_full_and_always_of_its_network(state: int) -> None:
    """Told earlier, others would send packets to a router that does not know the way yet."""
    here = interface()
    meet(here, 2, state)
    line = (POINT_TO_POINT, 2, OWN, 7)
    assert links(here) == ([line, OWN_NETWORK] if state == FULL else [OWN_NETWORK])


def test_an_unnumbered_link_is_named_by_its_number_and_has_no_network() -> None:
    here = interface(unnumbered=True, if_index=77)
    assert links(here) == []
    meet(here, 2)
    assert links(here) == [(POINT_TO_POINT, 2, 77, 7)]


def test_a_neighbour_that_restarts_is_told_of_as_if_it_were_full() -> None:
    here = interface()
    meet(here, 2, TWO_WAY).helped_until_ns = 5
    assert (POINT_TO_POINT, 2, OWN, 7) in links(here)


@pytest.mark.parametrize(
    ("state", "told"),
    [(states.DOWN, []), (states.LOOPBACK, [(STUB, OWN, 0xFFFFFFFF, 0)]), (states.WAITING, [OWN_NETWORK])],
)
def test_what_is_told_of_a_link_that_is_down_looped_or_waits(state: int, told: list[tuple[int, int, int, int]]) -> None:
    here = interface("broadcast", state)
    here.dr = DR_ADDRESS
    meet(here, 2)
    assert links(here) == told


@pytest.mark.parametrize(("neighbour_state", "is_told"), [(FULL, True), (LOADING, False)])
def test_a_network_is_transit_once_the_dr_is_full(neighbour_state: int, is_told: bool) -> None:
    here = interface("broadcast", states.DR_OTHER)
    here.dr = DR_ADDRESS
    meet(here, 2, neighbour_state)
    meet(here, 3, FULL, DR_ADDRESS + 1)
    assert links(here) == ([(TRANSIT, DR_ADDRESS, OWN, 7)] if is_told else [OWN_NETWORK])
    assert is_transit(here) == is_told


def test_a_network_whose_dr_this_router_is_is_transit_once_anybody_is_full() -> None:
    here = interface("broadcast", states.DR)
    here.dr = OWN
    meet(here, 2, LOADING)
    assert links(here) == [OWN_NETWORK]
    meet(here, 3, FULL, DR_ADDRESS + 1)
    assert links(here) == [(TRANSIT, OWN, OWN, 7)]
    body = network_body(5, here)
    assert (body.mask, body.routers) == (MASK, [5, 3]), "itself, and those who are full"


def test_a_virtual_link_is_told_of_once_it_is_full_and_has_no_network() -> None:
    here = Interface(virtual_link(0, 1, 2))
    here.address, here.cost, here.state = 0x0A000105, 33, states.POINT_TO_POINT
    meet(here, 2, LOADING)
    assert links(here) == []
    here.neighbours[2].state = FULL
    assert links(here) == [(VIRTUAL, 2, 0x0A000105, 33)]


def test_the_router_s_own_addresses_come_last_with_their_costs() -> None:
    assert links(interface(), hosts=[(0x01010101, 0), (0x02020202, 4)]) == [
        OWN_NETWORK, (STUB, 0x01010101, 0xFFFFFFFF, 0), (STUB, 0x02020202, 0xFFFFFFFF, 4),
    ]  # fmt: skip


# -- the outside


KEY = 0x0D000000 << 6 | 8


@pytest.mark.parametrize(
    ("name", "last", "beyond"),
    [("metric", 0xFFFFFE, 0xFFFFFF), ("metric", 0, -1), ("tag", 0xFFFFFFFF, 1 << 32), ("tag", 0, -1)],
)
def test_metrics_and_tags_are_what_their_fields_hold(name: str, last: int, beyond: int) -> None:
    chosen: dict[str, Any] = {"key": KEY, "metric": 1, "type2": True, "tag": 0, "forwarding": 0}
    assert getattr(External(**{**chosen, name: last}), name) == last
    with pytest.raises(ValueError):
        External(**{**chosen, name: beyond})


def test_a_network_outside_is_told_with_its_mask_and_the_same_body_while_it_says_the_same() -> None:
    external = External(KEY, 20, True, 99, 0)
    body = external.body(0)
    assert (body.mask, body.type2, body.cost, body.forwarding, body.tag) == (0xFF000000, True, 20, 0, 99)
    assert external.body(0) is body
    assert external.body(5).forwarding == 5
    everything = External(0, 1, False, 0, 0).body(0)
    assert (everything.mask, everything.type2) == (0, False)
    assert External(0x0D000001 << 6 | 32, 1, False, 0, 0).body(0).mask == 0xFFFFFFFF


def test_type_5_lsas_carry_the_e_bit_and_the_forwarding_address_that_was_given() -> None:
    externals = {KEY: External(KEY, 20, True, 99, 7)}
    ((key, (options, body)),) = wanted_as_externals(3, externals).items()
    assert (key, options) == (lsa_key(EXTERNAL, 0x0D000000, 3), E_BIT)
    assert isinstance(body, ExternalBody)
    assert body.forwarding == 7


@pytest.mark.parametrize(
    ("is_border", "given", "has_address", "options", "forwarding"),
    [
        (False, 0, True, NP_BIT, OWN),
        (False, 7, True, NP_BIT, 7),
        (False, 0, False, 0, 0),
        (True, 0, True, 0, 0),
        (True, 7, True, 0, 7),
    ],
)
def test_type_7_lsas_are_to_be_translated_if_somebody_inside_can_be_named(
    is_border: bool, given: int, has_address: bool, options: int, forwarding: int
) -> None:
    """RFC 3101 2.3, 2.4: without a forwarding address the P bit must be clear; a border router tells the AS itself."""
    area = Area(AreaSettings(1, "nssa"))
    if has_address:
        area.interfaces.append(interface())
    ((key, (found, body)),) = wanted_nssa_externals(
        3, {KEY: External(KEY, 20, True, 99, given)}, area, is_border
    ).items()
    assert isinstance(body, ExternalBody)
    assert (key, found, body.forwarding) == (lsa_key(NSSA, 0x0D000000, 3), options, forwarding)


def test_of_a_router_s_addresses_its_own_comes_first_and_then_that_of_a_link_that_is_up() -> None:
    area = Area(AreaSettings(1, "nssa"))
    assert own_address(area) == 0
    area.interfaces.extend([interface(unnumbered=True), interface(state=states.DOWN)])
    assert own_address(area) == 0
    area.interfaces.append(interface())
    assert own_address(area) == OWN
    area.hosts.append((0x01010101, 0))
    assert own_address(area) == 0x01010101


def test_what_may_be_in_an_area_of_each_kind() -> None:
    """Sections 3.6 and 13 (3), RFC 3101 2.2, RFC 5250 3.1."""
    taken = {
        kind: [ls_type for ls_type in range(1, 12) if Area(AreaSettings(1, kind)).admits(ls_type)] for kind in KINDS
    }
    assert taken == KINDS


KINDS = {
    "normal": [1, 2, 3, 4, 5, 6, 8, 9, 10, 11],
    "stub": [1, 2, 3, 4, 6, 8, 9, 10],
    "nssa": [1, 2, 3, 4, 6, 7, 8, 9, 10],
}


def test_an_area_counts_while_an_interface_is_up_in_it_and_a_virtual_link_when_it_is_full() -> None:
    area = Area(AreaSettings(0))
    assert not area.is_active
    area.interfaces.append(interface(state=states.LOOPBACK))
    assert not area.is_active
    virtual = Interface(virtual_link(0, 1, 2))
    virtual.state = states.POINT_TO_POINT
    meet(virtual, 2, LOADING)
    area.interfaces.append(virtual)
    assert not area.is_active
    virtual.neighbours[2].state = FULL
    assert area.is_active
    area.interfaces[0].state = states.WAITING
    virtual.neighbours.clear()
    assert area.is_active
