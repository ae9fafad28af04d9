"""A mask that is none makes no route: it would lead half of all addresses astray."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf.lsa.contents import contents_of
from catenet.network.routing.ospf.lsa.lsa import (
    INITIAL_SEQUENCE,
    NETWORK,
    ROUTER,
    Lsa,
    NetworkBody,
    RouterBody,
    RouterLink,
)
from catenet.network.routing.ospf.lsa.prefixes import network_key, pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import STUB

ADDRESS = 0xC0A8_0102
NO_MASKS = [0xFF00FF00, 0x0000FFFF, 0xFFFFFFFD, 1, 0x7FFFFFFF]


@pytest.mark.parametrize("length", range(33))
def test_each_mask_has_its_length(length: int) -> None:
    mask = (1 << 32) - (1 << (32 - length))
    assert network_key(ADDRESS, mask) == pack_prefix(ADDRESS & mask, length)


@pytest.mark.parametrize("mask", NO_MASKS)
def test_other_numbers_name_no_network(mask: int) -> None:
    assert network_key(ADDRESS, mask) == -1


@pytest.mark.parametrize("mask", NO_MASKS)
def test_a_link_or_a_network_with_such_a_mask_has_no_network_on_it(mask: int) -> None:
    links = [RouterLink(STUB, ADDRESS, mask, 5), RouterLink(STUB, ADDRESS, 0xFFFFFF00, 7)]
    contents = contents_of(Lsa(ROUTER, 9, 9, 2, INITIAL_SEQUENCE, RouterBody(0, links)))
    assert contents.networks == {pack_prefix(0xC0A80100, 24): 7}
    contents = contents_of(Lsa(NETWORK, ADDRESS, 9, 2, INITIAL_SEQUENCE, NetworkBody(mask, [9, 8])))
    assert (contents.networks, list(contents.neighbours)) == ({}, [9, 8])


def test_of_two_links_to_one_network_the_cheaper_counts_and_one_that_costs_as_much_as_can_be_is_used() -> None:
    links = [RouterLink(STUB, ADDRESS, 0xFFFFFF00, cost) for cost in (0xFFFF, 30, 40)]
    for some, cost in ((links[:1], 0xFFFF), (links, 30)):
        contents = contents_of(Lsa(ROUTER, 9, 9, 2, INITIAL_SEQUENCE, RouterBody(0, some)))
        assert contents.networks == {pack_prefix(0xC0A80100, 24): cost}
