"""An explanation as a person reads it."""

from __future__ import annotations

from catenet.view.routes import explanation_lines

WAY = {"link": "", "loop_free": False}
DATA = {
    "source": "a",
    "target": "d",
    "address": "10.0.4.1",
    "prefix": "10.0.4.0/24",
    "owners": ["d"],
    "metric": "bandwidth",
    "cost": 2,
    "path_count": 20,
    "paths": [["a", "b", "d"], ["a", "c", "d"]],
    "hops": [
        {
            "node": "a",
            "distance": 0,
            "left": 2,
            "ways": [
                {**WAY, "to": "b", "cost": 1, "total": 2, "extra": 0, "taken": True},
                {**WAY, "to": "c", "cost": 1, "total": 2, "extra": 0, "taken": True},
                {**WAY, "to": "d", "cost": 15, "total": 15, "extra": 13, "taken": False, "loop_free": True},
                {**WAY, "to": "e", "cost": 1, "total": None, "extra": None, "taken": False},
            ],
            "table": {
                "prefix": "10.0.4.0/24",
                "origin": "automatic",
                "kind": "unicast",
                "next_hops": [{"node": "b", "gateway": "10.0.2.1", "interface": "eth0"}],
            },
            "as_computed": True,
        },
        {"node": "d", "distance": 2, "left": 0, "ways": [], "table": None, "as_computed": True},
    ],
    "tree": [
        {"node": "a", "distance": 0, "parents": []},
        {"node": "b", "distance": 1, "parents": ["a"]},
        {"node": "c", "distance": 1, "parents": ["a"]},
        {"node": "d", "distance": 2, "parents": ["b", "c"]},
    ],
}


def test_paths_ways_and_tree() -> None:
    assert explanation_lines(DATA, tree=True) == [
        "a → d (10.0.4.1): 20 shortest paths of cost 2",
        "10.0.4.0/24 is at d; costs are by bandwidth",
        "",
        "  a → b → d",
        "  a → c → d",
        "  and 18 more",
        "",
        "a   0 behind, 2 ahead, a tie of 2",
        "  →  b   cost 1   in all 2",
        "  →  c   cost 1   in all 2",
        "     d  cost 15  in all 15  +13  loop-free: could take over at once",
        "     e   cost 1                  only leads back",
        "  table: 10.0.4.0/24 via 10.0.2.1 dev eth0, automatic",
        "",
        "all shortest paths from a",
        "  a",
        "  ├─ b  1",
        "  │  └─ d  2   also from c",
        "  └─ c  1",
    ]


def test_parallel_links_are_told_apart() -> None:
    ways = [
        {**WAY, "to": "d", "link": link, "cost": 1, "total": 1, "extra": 0, "taken": True} for link in ("a-d", "a-d-2")
    ]
    hop = {"node": "a", "distance": 0, "left": 1, "ways": ways, "table": None, "as_computed": True}
    lines = explanation_lines({**DATA, "path_count": 2, "paths": [["a", "d"], ["a", "d"]], "hops": [hop]})
    assert lines[3:] == [
        "  a → d   ×2, over parallel links",
        "",
        "a   0 behind, 1 ahead, a tie of 2",
        "  →  d (a-d)    cost 1  in all 1",
        "  →  d (a-d-2)  cost 1  in all 1",
    ]
