"""Many changes of routes as few lines of the timeline."""

from __future__ import annotations

from catenet import Internet
from catenet.kernel.trace import Row
from catenet.lab.report.convergence import route_entries
from catenet.network.routing.ospf import tracing as ospf
from catenet.network.routing.rip import tracing as rip

SECOND = 1_000_000_000


def test_changes_that_follow_each_other_are_one() -> None:
    rows = [
        Row(0, ospf.ROUTE, 1, 10, 0),
        Row(SECOND, ospf.ROUTE, 2, 10, 0),
        Row(SECOND, rip.ROUTE, 2, 10, 0),
        Row(3 * SECOND // 2, ospf.ROUTE, 2, 10, 1),
        Row(2 * SECOND, rip.UPDATE, 2, 10, 0),
        Row(4 * SECOND, ospf.ROUTE, 1, 10, 0),
    ]
    assert [(entry.time_ns, entry.what, entry.subject, entry.text) for entry in route_entries(rows)] == [
        (0, "routes-changed", "ospf", "OSPF: 2 routes of 2 routers changed within 1.5 s"),
        (SECOND, "routes-changed", "rip", "RIP: 1 route of 1 router changed"),
        (4 * SECOND, "routes-changed", "ospf", "OSPF: 1 route of 1 router changed"),
    ]


def test_the_timeline_tells_what_a_cut_led_to() -> None:
    net = Internet(seed=1)
    a, b, c = net.routers("a", "b", "c", routing="ospf", ospf={"hello": "1s"})
    for ends in ((a, b), (b, c), (c, a)):
        net.link(*ends)
    net.at("30s").cut(a, b)
    told = [entry["text"] for entry in net.run(until="40s").summary()["timeline"] if entry["time_ns"] >= 30 * SECOND]
    assert told[0] == "link a-b cut"
    assert len(told) == 2
    assert told[1].startswith("OSPF: ")
    assert "of 3 routers changed" in told[1]
