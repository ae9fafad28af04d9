"""Bounded loads: the bound holds after every step, and nobody is passed over who has room."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.placement import BoundedLoads, HashRing, PlacementError, Rendezvous

steps = st.lists(
    st.tuples(st.sampled_from(["insert", "insert", "insert", "delete", "add", "remove"]), st.integers(0, 40))
)


def hold(bounded: BoundedLoads, placed: dict[str, str], weights: dict[str, float]) -> None:
    """What is promised of every state."""
    loads = bounded.loads
    assert loads == {name: list(placed.values()).count(name) for name in weights}
    for name, load in loads.items():
        assert load <= math.ceil((1 + bounded.epsilon) * len(placed) * weights[name] / sum(weights.values()))
    ring = HashRing(weights, points=10)
    for key, name in placed.items():
        for earlier in ring.preference(key):
            if earlier == name:
                break
            assert loads[earlier] == bounded.bound(earlier), "a node with room was passed over"


@pytest.mark.slow
@settings(max_examples=60)
@given(steps, st.sampled_from([0.05, 0.25, 1.0]))
def test_no_node_is_too_full_and_none_with_room_is_passed_over(todo: list[tuple[str, int]], epsilon: float) -> None:
    weights = {"a": 1.0, "b": 2.0}
    bounded = BoundedLoads(HashRing(weights, points=10), epsilon)
    keys: set[str] = set()
    for step, number in todo:
        key, name = f"key {number}", f"n{number}"
        if step == "insert" and key not in keys:
            keys.add(key)
            assert bounded.insert(key) == bounded.place(key)
        elif step == "delete" and key in keys:
            keys.remove(key)
            bounded.delete(key)
        elif step == "add" and name not in weights:
            weights[name] = 1.0 + number % 3
            bounded.add(name, weights[name])
        elif step == "remove" and name in weights and len(weights) > 1:
            del weights[name]
            bounded.remove(name)
        hold(bounded, {each: bounded.place(each) for each in sorted(keys)}, weights)


@pytest.mark.slow
def test_few_keys_move_when_one_comes() -> None:
    bounded = BoundedLoads(HashRing([f"n{number}" for number in range(20)]), 0.25)
    keys = [f"{number}" for number in range(1000)]
    changes = 0
    for count, key in enumerate(keys):
        before = {each: bounded.place(each) for each in keys[:count]}
        bounded.insert(key)
        changes += sum(1 for each, name in before.items() if bounded.place(each) != name)
    assert changes / len(keys) < 5


class CountingRing(HashRing):
    """Counts the nodes that it has told of."""

    told = 0

    def preference(self, key: str | bytes, most: int = 0) -> list[str]:
        order = super().preference(key, most)
        self.told += len(order)
        return order


@pytest.mark.slow
def test_a_key_costs_no_more_among_a_thousand_nodes_than_among_ten() -> None:
    costs = {}
    for count in (10, 100, 1000):
        ring = CountingRing([f"n{number}" for number in range(count)], points=20)
        bounded = BoundedLoads(ring, 0.25)
        for number in range(2000):
            bounded.insert(f"{number}")
        inserted = bounded.looks + ring.told
        for number in range(0, 2000, 2):
            bounded.delete(f"{number}")
        costs[count] = (inserted / 2000, (bounded.looks + ring.told - inserted) / 1000)
    for ten, thousand in zip(costs[10], costs[1000], strict=True):
        assert thousand < 2.5 * ten, costs
    assert costs[1000][0] < 1.3 * costs[100][0]


@pytest.mark.slow
def test_nothing_grows_while_keys_come_and_go() -> None:
    bounded = BoundedLoads(HashRing([f"n{number}" for number in range(5)]), 0.25)
    for number in range(100):
        bounded.insert(f"{number}")
    before = bounded.looks
    for number in range(100, 3000):
        bounded.insert(f"{number}")
        bounded.delete(f"{number - 100}")
    first = bounded.looks - before
    for number in range(3000, 5900):
        bounded.insert(f"{number}")
        bounded.delete(f"{number - 100}")
    assert bounded.looks - before < 2.2 * first


def test_weights_far_apart_have_bounds_too() -> None:
    bounded = BoundedLoads(Rendezvous({"tiny": 1e-30, "one": 1.0, "two": 2.0}), 0.1)
    for number in range(60):
        bounded.insert(f"{number}")
    assert bounded.loads["tiny"] == bounded.bound("tiny") == 0
    assert bounded.loads["two"] <= bounded.bound("two") == 44
    for number in range(60):
        bounded.delete(f"{number}")
    assert set(bounded.loads.values()) == {0}


def test_it_bounds_other_placements_too() -> None:
    bounded = BoundedLoads(Rendezvous(["a", "b", "c"]), 0.1)
    for number in range(90):
        bounded.insert(f"{number}")
    assert max(bounded.loads.values()) <= 33
    assert sum(bounded.loads.values()) == 90


def test_mistakes() -> None:
    with pytest.raises(PlacementError, match="epsilon must be positive"):
        BoundedLoads(HashRing(["a"]), 0.0)
    with pytest.raises(PlacementError, match="bounded loads need at least one node"):
        BoundedLoads(HashRing())
    bounded = BoundedLoads(HashRing(["a"]))
    bounded.insert("key")
    for mistake, message in [
        (lambda: bounded.insert("key"), "the key 'key' exists already"),
        (lambda: bounded.delete("none"), "no key 'none'"),
        (lambda: bounded.bound("none"), "no node 'none'"),
        (lambda: bounded.remove("a"), "the last node"),
        (lambda: bounded.add("a"), "the node 'a' exists already"),
    ]:
        with pytest.raises(PlacementError, match=message):
            mistake()
