"""An explanation as a person reads it."""

from __future__ import annotations

import catenet
from catenet.view.routing.explanation import explanation_lines


def test_paths_ways_and_tree() -> None:
    net = catenet.Internet(metric="bandwidth")
    a, b, c, d, e = net.routers(*"abcde")
    for one, other in ((a, b), (a, c), (b, d), (c, d), (a, e)):
        net.link(one, other, rate="1Gbit/s")
    net.link(a, d, rate="10Mbit/s")
    lines = explanation_lines(net.explain(a, d).as_data(), tree=True)
    assert lines[:14] == [
        "a → d (10.0.4.1) at 0 s: 2 paths",
        "",
        "  a → b → d",
        "  a → c → d",
        "",
        "automatic routing: 2 shortest paths of cost 200; 10.0.4.0/24 is at d; costs are by bandwidth",
        "",
        "a   10.0.4.0/24 → b (via 10.0.1.6 dev eth0), → c (via 10.0.1.10 dev eth1), automatic 20",
        "  2 equal-cost next hops: the hash of a flow selects one",
        "  cost 0 so far, 200 to go",
        "  →  b    cost 100    total 200",
        "  →  c    cost 100    total 200",
        "     d  cost 10000  total 10000  +9800  loop-free alternate",
        "     e    cost 100                      no path except back through this node",
    ]
    assert lines[-7:] == [
        "",
        "all shortest paths from a",
        "  a",
        "  ├─ b  100",
        "  │  └─ d  200   also from c",
        "  ├─ c  100",
        "  └─ e  100",
    ]


def test_parallel_links_are_told_apart() -> None:
    net = catenet.Internet()
    a, d = net.routers("a", "d")
    for _ in range(2):
        net.link(a, d, delay="1ms")
    lines = explanation_lines(net.explain(a, d).as_data())
    assert lines[-2:] == [
        "  →  d (a-d)    cost 1000  total 1000",
        "  →  d (a-d-2)  cost 1000  total 1000",
    ]
