"""What a router does that was told nothing, and what is refused: RFC 2328's appendices B and C, RFC 8405."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catenet.network.routing.ospf import settings
from catenet.network.routing.ospf.lsa import lsa
from catenet.network.routing.ospf.settings import AreaSettings, InterfaceSettings, OspfSettings

S = 1_000_000_000
MS = 1_000_000


def interface(**chosen: Any) -> InterfaceSettings:
    return InterfaceSettings(**{"number": 0, "name": "eth0", "address": 0x0A000001, "prefix_len": 24, **chosen})


def test_architectural_constants() -> None:
    """Appendix B: routers of other makers count on them."""
    assert lsa.LS_REFRESH_S == 1800
    assert lsa.MAX_AGE_S == 3600
    assert lsa.MAX_AGE_DIFF_S == 900
    assert lsa.LS_INFINITY == 0xFFFFFF
    assert lsa.INITIAL_SEQUENCE == -0x7FFFFFFF
    assert lsa.MAX_SEQUENCE == 0x7FFFFFFF


def test_a_router_s_defaults() -> None:
    chosen = OspfSettings(1)
    assert (chosen.spf_initial_ns, chosen.spf_short_ns, chosen.spf_long_ns) == (50 * MS, 200 * MS, 5 * S)
    assert (chosen.spf_hold_down_ns, chosen.spf_learn_ns) == (10 * S, 500 * MS)
    assert (chosen.lsa_interval_ns, chosen.lsa_max_ns, chosen.min_ls_arrival_ns) == (5 * S, 5 * S, 1 * S)
    assert (chosen.refresh_jitter_ns, chosen.flood_pacing_ns, chosen.delayed_ack_ns) == (10 * S, 0, 1 * S)
    assert (chosen.max_paths, chosen.max_lsas, chosen.max_neighbours) == (64, 1_000_000, 1024)
    assert chosen.rfc1583_compatible
    assert chosen.helps_restarts
    assert not chosen.redistributes


def test_an_interface_s_defaults() -> None:
    """Appendix C.3."""
    chosen = interface(number=4)
    assert (chosen.hello_ns, chosen.dead_ns, chosen.retransmit_ns, chosen.poll_ns) == (10 * S, 40 * S, 5 * S, 120 * S)
    assert (chosen.transmit_delay_s, chosen.priority, chosen.cost, chosen.mtu, chosen.area_id) == (1, 1, 1, 1500, 0)
    assert chosen.network == settings.BROADCAST
    assert (chosen.if_index, interface(if_index=9).if_index) == (5, 9)
    assert [chosen.passive, chosen.unnumbered, chosen.mtu_ignore] == [False, False, False]
    assert (chosen.key, chosen.neighbours) == (None, [])


ENDS: list[tuple[str, Any, Any]] = [
    ("cost", 1, 0),
    ("cost", 65_535, 65_536),
    ("priority", 0, -1),
    ("priority", 255, 256),
    ("prefix_len", 0, -1),
    ("prefix_len", 32, 33),
    ("address", 1, 0),
    ("address", 0xFFFFFFFF, 1 << 32),
    ("hello_ns", 1, 0),
    ("hello_ns", 40 * S - 1, 40 * S),
    ("retransmit_ns", 1, 0),
    ("poll_ns", 1, 0),
    ("transmit_delay_s", 1, 0),
    ("transmit_delay_s", 3599, 3600),
    ("mtu", 576, 575),
    ("mtu", 65_535, 65_536),
]


@pytest.mark.parametrize(("name", "last", "beyond"), ENDS)
def test_the_ends_of_an_interface_s_ranges(name: str, last: Any, beyond: Any) -> None:
    assert getattr(interface(**{name: last}), name) == last
    with pytest.raises(ValueError, match="interface eth0: "):
        interface(**{name: beyond})


def test_the_longest_intervals_are_what_the_fields_of_a_hello_hold() -> None:
    """RFC 2328 A.3.2: 16 and 32 bits, whole seconds.  One more would not fit when the first hello is sent."""
    assert interface(hello_ns=65_536 * S - 1, dead_ns=70_000 * S).hello_ns == 65_536 * S - 1
    with pytest.raises(ValueError, match="interface eth0: hello is at most 65535 s"):
        interface(hello_ns=65_536 * S, dead_ns=70_000 * S)
    assert interface(dead_ns=(1 << 32) * S - 1).dead_ns == (1 << 32) * S - 1
    with pytest.raises(ValueError, match="interface eth0: dead must be at most 4294967295 s"):
        interface(dead_ns=(1 << 32) * S)


def test_which_addresses_are_on_an_interface_s_link() -> None:
    """A packet from another network is not believed, nor one from the interface's own address."""
    chosen = interface(prefix_len=20, address=0x0A001101)
    assert chosen.mask == 0xFFFFF000
    asked = [0x0A001000, 0x0A001102, 0x0A001FFF, 0x0A001101, 0x0A002000, 0x0A000FFF]
    assert [chosen.is_on_link(address) for address in asked] == [True, True, True, False, False, False]
    assert (interface(prefix_len=0).mask, interface(prefix_len=32).mask) == (0, 0xFFFFFFFF)


def test_a_virtual_link_s_defaults_and_what_is_refused() -> None:
    chosen = settings.virtual_link(3, 7, 9)
    assert (chosen.number, chosen.name, chosen.area_id, chosen.transit_area_id, chosen.peer_id) == (
        0x8003, "vlink3", 0, 7, 9,
    )  # fmt: skip
    assert (chosen.hello_ns, chosen.dead_ns, chosen.retransmit_ns) == (10 * S, 40 * S, 5 * S)
    assert chosen.transmit_delay_s == 1
    assert [chosen.is_virtual, chosen.is_point_to_point, chosen.is_broadcast, chosen.unnumbered] == [
        True, True, False, True,
    ]  # fmt: skip
    assert (chosen.address, chosen.prefix_len, chosen.mtu, chosen.key) == (0, 32, 576, None)
    for area_id in (0, -1, 1 << 32):
        with pytest.raises(ValueError, match=f"other than the backbone, not {area_id}"):
            settings.virtual_link(0, area_id, 9)
    for peer_id in (0, -1, 1 << 32):
        with pytest.raises(ValueError, match=f"a nonzero 32-bit number, not {peer_id}"):
            settings.virtual_link(0, 1, peer_id)
    assert settings.virtual_link(0, 0xFFFFFFFF, 0xFFFFFFFF).peer_id == 0xFFFFFFFF


@pytest.mark.parametrize(
    ("network", "is_point_to_point", "is_broadcast"),
    [("broadcast", False, True), ("point-to-point", True, False), ("nbma", False, False)],
)
def test_what_kind_a_link_is(network: str, is_point_to_point: bool, is_broadcast: bool) -> None:
    chosen = interface(network=network)
    assert (chosen.is_point_to_point, chosen.is_broadcast) == (is_point_to_point, is_broadcast)
    assert not chosen.is_virtual


def test_kinds_of_networks() -> None:
    with pytest.raises(ValueError, match="the network must be one of broadcast, point-to-point, nbma, not 'ring'"):
        interface(network="ring")
    with pytest.raises(ValueError, match="only a point-to-point link can be unnumbered"):
        interface(unnumbered=True)
    assert interface(unnumbered=True, network="point-to-point").unnumbered


ROUTER_ENDS: list[tuple[dict[str, int], dict[str, int]]] = [
    ({"router_id": 1}, {"router_id": 0}),
    ({"router_id": 0xFFFFFFFF}, {"router_id": 1 << 32}),
    ({"spf_initial_ns": 0}, {"spf_initial_ns": -1}),
    ({"spf_initial_ns": 200 * MS}, {"spf_initial_ns": 200 * MS + 1}),
    ({"spf_short_ns": 5 * S}, {"spf_short_ns": 5 * S + 1}),
    ({"spf_hold_down_ns": 0}, {"spf_hold_down_ns": -1}),
    ({"spf_learn_ns": 0}, {"spf_learn_ns": -1}),
    ({"lsa_interval_ns": 0}, {"lsa_interval_ns": -1}),
    ({"lsa_max_ns": 5 * S}, {"lsa_max_ns": 5 * S - 1}),
    ({"min_ls_arrival_ns": 0}, {"min_ls_arrival_ns": -1}),
    ({"flood_pacing_ns": 0}, {"flood_pacing_ns": -1}),
    ({"delayed_ack_ns": 0}, {"delayed_ack_ns": -1}),
    ({"refresh_jitter_ns": 0}, {"refresh_jitter_ns": -1}),
    ({"refresh_jitter_ns": 1800 * S - 1}, {"refresh_jitter_ns": 1800 * S}),
    ({"max_paths": 1}, {"max_paths": 0}),
    ({"max_lsas": 1}, {"max_lsas": 0}),
    ({"max_neighbours": 1}, {"max_neighbours": 0}),
]


@pytest.mark.parametrize(("last", "beyond"), ROUTER_ENDS)
def test_the_ends_of_a_router_s_ranges(last: dict[str, int], beyond: dict[str, int]) -> None:
    chosen = OspfSettings(**{"router_id": 1, **last})  # type: ignore[arg-type]
    assert all(getattr(chosen, name) == value for name, value in last.items())
    with pytest.raises(ValueError):
        OspfSettings(**{"router_id": 1, **beyond})  # type: ignore[arg-type]


AREAS = {
    #                 externals, summaries, nssa, hello's options, options of its LSAs
    "normal": (True, True, False, 0x02, 0x02),
    "stub": (False, True, False, 0, 0),
    "totally-stubby": (False, False, False, 0, 0),
    "nssa": (False, True, True, 0x08, 0),
    "totally-nssa": (False, False, True, 0x08, 0),
}


@pytest.mark.parametrize("kind", AREAS)
def test_what_comes_into_an_area_of_each_kind(kind: str) -> None:
    area = AreaSettings(7, kind)
    found = (area.takes_externals, area.takes_summaries, area.is_nssa, area.options, area.lsa_options)
    assert found == AREAS[kind]
    assert (area.default_cost, area.translate, area.ranges, area.external_ranges) == (1, "candidate", [], [])


def test_what_is_no_area() -> None:
    """The message names what would be right: who follows it is not refused again."""
    for chosen, said in (
        (
            {"area_id": 1, "kind": "round"},
            "one of normal, stub, totally-stubby, nssa, totally-nssa, not 'round'",
        ),
        ({"area_id": -1}, "32-bit number, not -1"),
        ({"area_id": 1 << 32}, "32-bit number, not 4294967296"),
        ({"area_id": 0, "kind": "stub"}, "area 0 is the backbone, and cannot be stub"),
        ({"area_id": 1, "default_cost": -1}, "0 to 16777214, not -1"),
        ({"area_id": 1, "default_cost": 0xFFFFFF}, "0 to 16777214, not 16777215"),
        ({"area_id": 1, "translate": "never"}, "translate must be one of candidate, always, not 'never'"),
    ):
        with pytest.raises(ValueError, match=re.escape(said)):
            AreaSettings(**chosen)  # type: ignore[arg-type]
    assert AreaSettings(0xFFFFFFFF, "stub", default_cost=0xFFFFFE).default_cost == 0xFFFFFE
    assert AreaSettings(0, default_cost=0).default_cost == 0
