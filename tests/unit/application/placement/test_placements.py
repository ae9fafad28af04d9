"""What every placement promises, and what each promises for itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.placement import (
    AnchorHash,
    HashRing,
    JumpHash,
    KetamaRing,
    Maglev,
    Node,
    Placement,
    PlacementError,
    Rendezvous,
)
from catenet.application.placement.balance import balance, loads, moved, places

KEYS = [f"key {number}" for number in range(120)]
MAKERS: dict[str, Callable[[list[Node]], Placement]] = {
    "ring": lambda nodes: HashRing(nodes, points=20),
    "ketama": KetamaRing,
    "jump": JumpHash,
    "rendezvous": Rendezvous,
    "maglev": lambda nodes: Maglev(nodes, slots=1009),
    "anchor": lambda nodes: AnchorHash(nodes, capacity=16),
}
MINIMAL = sorted(set(MAKERS) - {"maglev"})
ANY_ORDER = sorted(set(MAKERS) - {"anchor", "jump"})
WEIGHTED = ["ketama", "maglev", "rendezvous", "ring"]
names = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=8, unique=True)


def listed(nodes: list[str]) -> list[Node]:
    return [Node(name) for name in nodes]


@pytest.mark.slow
@pytest.mark.parametrize("maker", MINIMAL)
@settings(max_examples=25)
@given(nodes=names, data=st.data())
def test_keys_move_only_to_a_node_that_comes_and_only_from_one_that_goes(
    maker: str, nodes: list[str], data: st.DataObject
) -> None:
    placement = MAKERS[maker](listed(nodes))
    before = places(placement, KEYS)
    placement.add("new")
    with_new = places(placement, KEYS)
    assert all(with_new[key] in (before[key], "new") for key in KEYS)
    placement.remove("new")
    assert places(placement, KEYS) == before
    if len(nodes) > 1:
        goes = nodes[-1] if maker == "jump" else data.draw(st.sampled_from(nodes))
        placement.remove(goes)
        without = places(placement, KEYS)
        assert all(without[key] == before[key] or before[key] == goes for key in KEYS)
        assert goes not in without.values()


@pytest.mark.slow
@pytest.mark.parametrize("maker", ANY_ORDER)
@settings(max_examples=20)
@given(nodes=names, data=st.data())
def test_what_was_there_before_does_not_matter(maker: str, nodes: list[str], data: st.DataObject) -> None:
    straight = MAKERS[maker](listed(nodes))
    around = MAKERS[maker](listed(["gone", *data.draw(st.permutations(nodes))]))
    around.remove("gone")
    assert places(straight, KEYS) == places(around, KEYS)


@pytest.mark.slow
@pytest.mark.parametrize("maker", sorted(MAKERS))
@settings(max_examples=20)
@given(nodes=names)
def test_copies_are_on_distinct_nodes_the_first_of_them_as_placed(maker: str, nodes: list[str]) -> None:
    placement = MAKERS[maker](listed(nodes))
    for key in KEYS[:20]:
        order = placement.preference(key)
        assert order[0] == placement.place(key)
        assert sorted(order) == sorted(nodes)
        assert placement.replicas(key, 3, zones=False) == order[:3]


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_copies_are_in_as_many_zones_as_there_are(maker: str) -> None:
    nodes = [Node(f"{zone}{number}", zone=zone) for zone in ("paris", "oslo", "rome") for number in range(3)]
    placement = MAKERS[maker](nodes)
    zone_of = {node.name: node.zone for node in nodes}
    for key in KEYS[:50]:
        copies = placement.replicas(key, 3)
        assert copies[0] == placement.place(key)
        assert len({zone_of[name] for name in copies}) == 3
        assert len(set(placement.replicas(key, 5))) == 5
        assert sorted(placement.replicas(key, 99)) == sorted(zone_of)


@pytest.mark.slow
@pytest.mark.parametrize("maker", WEIGHTED)
def test_weights_share_the_keys_out(maker: str) -> None:
    weights = {"small": 1.0, "middle": 2.0, "large": 4.0}
    placement = MAKERS[maker]([Node(name, weight) for name, weight in weights.items()])
    found = loads(placement, [f"{number}" for number in range(7000)])
    slack = 0.45 if maker in ("ring", "ketama") else 0.08
    assert all(abs(found[name] - 1000 * weight) < slack * 1000 * weight for name, weight in weights.items()), found


@pytest.mark.parametrize("maker", WEIGHTED)
@pytest.mark.parametrize("scale", [1e-90, 0.001, 7.0, 1e9, 1e90])
def test_only_the_ratios_of_weights_count(maker: str, scale: float) -> None:
    small, large = ([Node("a", one), Node("b", 3 * one)] for one in (1.0, scale))
    assert places(MAKERS[maker](small), KEYS) == places(MAKERS[maker](large), KEYS)


def test_small_weights_are_as_good_as_large_ones() -> None:
    assert HashRing({"a": 0.001, "b": 0.003}).shares()["a"] == pytest.approx(0.25, abs=0.05)


def test_a_ring_refuses_more_points_than_memory_holds() -> None:
    with pytest.raises(PlacementError, match=r"at most 8388608 points, and b alone would have 1000\d{8}"):
        HashRing({"a": 1.0, "b": 1e9})
    ring = HashRing({"a": 1.0})
    with pytest.raises(PlacementError, match="closer to each other"):
        ring.add("b", 1e9)
    assert ring.shares() == {"a": 1.0}
    with pytest.raises(PlacementError, match="the number of points must be from 1 to 8388608, not 1000000000"):
        HashRing(["a"], points=10**9)


def test_a_light_node_moves_no_others_points_if_the_unit_is_given() -> None:
    ring = HashRing({"a": 1.0, "b": 2.0}, unit=1.0)
    before = places(ring, KEYS)
    ring.add("c", 0.25)
    assert all(name in (before[key], "c") for key, name in places(ring, KEYS).items())
    assert len(ring.points()) == 325


@pytest.mark.parametrize("maker", sorted(MAKERS))
@pytest.mark.parametrize("weight", [0.0, -1.0, float("inf"), float("nan"), 1e308, 5e-324])
def test_a_weight_that_cannot_be(maker: str, weight: float) -> None:
    with pytest.raises(PlacementError, match="weight"):
        MAKERS[maker]([Node("a", weight)])


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_two_nodes_with_one_address_are_refused(maker: str) -> None:
    with pytest.raises(PlacementError, match=r"oslo and paris are both placed by '192.0.2.1'"):
        MAKERS[maker]([Node("paris", address="192.0.2.1"), Node("oslo", address="192.0.2.1")])
    placement = MAKERS[maker]([Node("paris", address="192.0.2.1")])
    with pytest.raises(PlacementError, match="give each its own address"):
        placement.add("oslo", address="192.0.2.1")
    with pytest.raises(PlacementError, match=r"192.0.2.1 and paris"):
        placement.add("192.0.2.1")
    assert [node.name for node in placement.nodes] == ["paris"]
    placement.remove("paris")
    placement.add("oslo", address="192.0.2.1")
    assert placement.place("key") == "oslo"


@pytest.mark.parametrize("maker", ["anchor", "jump"])
def test_a_node_that_was_refused_is_not_kept(maker: str) -> None:
    placement = MAKERS[maker](["a", "b"])
    before = places(placement, KEYS)
    with pytest.raises(PlacementError, match="has no weights: c must have weight 1, not 2.0"):
        placement.add("c", weight=2.0)
    assert [node.name for node in placement.nodes] == ["a", "b"]
    assert places(placement, KEYS) == before
    placement.add("c")
    assert places(placement, KEYS) == places(MAKERS[maker](["a", "b", "c"]), KEYS)


@pytest.mark.parametrize("maker", ["anchor", "jump"])
def test_order_counts_where_nodes_have_numbers(maker: str) -> None:
    assert places(MAKERS[maker](["a", "b"]), KEYS) != places(MAKERS[maker](["b", "a"]), KEYS)


@pytest.mark.parametrize("maker", ["anchor", "jump"])
def test_what_knows_no_weights_says_so(maker: str) -> None:
    with pytest.raises(PlacementError, match="has no weights: a must have weight 1, not 2.0"):
        MAKERS[maker]([Node("a", 2.0)])


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_mistakes(maker: str) -> None:
    placement = MAKERS[maker]([])
    with pytest.raises(PlacementError, match="no node to place a key on"):
        placement.place("key")
    placement.add("a")
    with pytest.raises(PlacementError, match="the node 'a' exists already"):
        placement.add("a")
    with pytest.raises(PlacementError, match="no node 'b'"):
        placement.remove("b")
    with pytest.raises(PlacementError, match="must (be positive|have weight 1)"):
        placement.add("c", -1.0)
    with pytest.raises(PlacementError, match="a node must have a name that is not empty"):
        placement.add("")
    assert placement.place(b"key") == placement.place("key") == "a"
    assert [node.name for node in placement.nodes] == ["a"]


def test_a_host_is_placed_by_its_address() -> None:
    one = HashRing([Node("paris", address="192.0.2.1"), Node("oslo", address="192.0.2.2")])
    two = HashRing([Node("lyon", address="192.0.2.1"), Node("bergen", address="192.0.2.2")])
    renamed = {"paris": "lyon", "oslo": "bergen"}
    assert all(renamed[one.place(key)] == two.place(key) for key in KEYS)
    assert HashRing(["192.0.2.1"], points=1).points() == [(one.position("192.0.2.1"), "192.0.2.1")]


def test_a_key_belongs_to_the_next_point_clockwise() -> None:
    ring = HashRing(["a", "b", "c"], points=7)
    points = ring.points()
    assert points == sorted(points)
    assert len(points) == 21
    for key in KEYS:
        after = [name for at, name in points if at >= ring.position(key)]
        assert ring.place(key) == (after[0] if after else points[0][1])


@pytest.mark.slow
def test_the_shares_of_a_ring_are_those_of_its_arcs() -> None:
    ring = HashRing(["a", "b", "c", "d"], points=50)
    shares = ring.shares()
    assert sum(shares.values()) == pytest.approx(1.0)
    found = loads(ring, [f"{number}" for number in range(20_000)])
    assert all(found[name] / 20_000 == pytest.approx(share, abs=0.02) for name, share in shares.items())


def test_maglev_deals_out_all_its_slots() -> None:
    table = Maglev([f"n{number}" for number in range(10)], slots=1009).table()
    counts = [table.count(f"n{number}") for number in range(10)]
    assert sum(counts) == 1009
    assert max(counts) - min(counts) <= 1


def test_a_maglev_table_is_a_prime_and_large_enough() -> None:
    with pytest.raises(PlacementError, match="must be a prime, such as 65537, not 1000"):
        Maglev(["a"], slots=1000)
    with pytest.raises(PlacementError, match="4 nodes are too many"):
        Maglev(["a", "b", "c", "d"], slots=3)


def test_an_anchor_is_full_at_some_time() -> None:
    anchor = AnchorHash(["a", "b"], capacity=3)
    anchor.add("c")
    with pytest.raises(PlacementError, match="the anchor is full"):
        anchor.add("d")
    anchor.remove("a")
    anchor.add("d")
    assert sorted({anchor.place(key) for key in KEYS}) == ["b", "c", "d"]
    with pytest.raises(PlacementError, match="an anchor of 3 buckets holds at most 3 nodes, not 4"):
        AnchorHash(["a", "b", "c", "d"], capacity=3)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.integers(0, 11), max_size=40))
def test_an_anchor_takes_any_comings_and_goings(steps: list[int]) -> None:
    anchor = AnchorHash(["n0"], capacity=12)
    there = {"n0"}
    before = places(anchor, KEYS[:60])
    for step in steps:
        name = f"n{step}"
        if name in there and len(there) > 1:
            there.remove(name)
            anchor.remove(name)
        elif name not in there:
            there.add(name)
            anchor.add(name)
        after = places(anchor, KEYS[:60])
        assert set(after.values()) <= there
        assert all(after[key] == before[key] or name in (after[key], before[key]) for key in after)
        before = after


def test_jump_gives_the_place_of_a_node_in_the_middle_to_the_last() -> None:
    nodes = ["a", "b", "c", "d"]
    jump = JumpHash(nodes)
    before = places(jump, KEYS)
    jump.remove("b")
    after = places(jump, KEYS)
    assert [node.name for node in jump.nodes] == ["a", "d", "c"]
    assert all(after[key] == ("d" if before[key] == "b" else before[key]) for key in KEYS if before[key] != "d")


def test_balance_and_movement_are_measured() -> None:
    assert balance({"a": 10, "b": 30}, {"a": 1.0, "b": 1.0}) == (0.5, 1.5, 0.5)
    assert balance({"a": 10, "b": 30}, {"a": 1.0, "b": 3.0}) == (0.0, 1.0, 1.0)
    assert moved({"x": "a", "y": "b"}, {"x": "a", "y": "c"}) == 1


KNOWN = {
    "ring": ["n1", "n2", "n0", "n3"],
    "jump": ["n2", "n1", "n4", "n2"],
    "rendezvous": ["n4", "n4", "n0", "n1"],
    "maglev": ["n0", "n4", "n0", "n2"],
    "anchor": ["n4", "n0", "n2", "n0"],
}


@pytest.mark.parametrize("maker", sorted(KNOWN))
def test_placements_stay_as_they_are_from_version_to_version(maker: str) -> None:
    placement = MAKERS[maker](listed([f"n{number}" for number in range(5)]))
    assert [placement.place(key) for key in ("", "a", "key 1", "ключ")] == KNOWN[maker]
