"""Each option is held against the width of its field where it is given, not where a packet is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import catenet
from catenet.errors import LabError
from catenet.kernel.quantity import QuantityError

SECONDS = 1_000_000_000


def linked(routing: str, *, link: dict[str, Any] | None = None, **options: Any) -> catenet.Internet:
    """Two routers, and the link between them."""
    net = catenet.Internet()
    net.link(*net.routers("a", "b", routing=routing, **options), **(link or {}))
    net.build()
    return net


OSPF = {
    "hello": ("65535s", "65536s", "hello is at most 65535 s, which is what the field of 16 bits holds"),
    "cost": (65_535, 65_536, "1 to 65535"),
    "priority": (255, 256, "0 to 255"),
    "transmit_delay": ("3599s", "3600s", "1 to 3599 s"),
    "area": (0xFFFFFFFF, 1 << 32, "32-bit"),
    "router_id": (0xFFFFFFFF, 1 << 32, "32-bit"),
    "external_distance": (255, 256, "2 to 255"),
    "paths": (0xFFFFFFFF, 1 << 32, "from 0 to 4294967295"),
    "retransmit": ("3650d", "1e30s", "retransmit: duration '1e30s' must lie between"),
    "poll": ("3650d", "3651d", "poll: duration"),
    "flood_pacing": ("1s", "nan", "flood_pacing: 'nan' is not a duration"),
    "reference": ("1Tbit/s", "1.5.2Gbit/s", "reference: '1.5.2Gbit/s' is not a rate"),
}


@pytest.mark.parametrize("option", OSPF)
def test_of_ospf(option: str) -> None:
    most, beyond, said = OSPF[option]
    if option == "router_id":
        catenet.Internet().router("a", routing="ospf", ospf={option: most})
    else:
        linked("ospf", ospf={option: most})
    with pytest.raises(LabError, match=said):
        catenet.Internet().router("a", routing="ospf", ospf={option: beyond})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dead": "5000000000s"}, "dead: duration '5000000000s' must lie between"),
        ({"hello": "3650d"}, "hello is at most 65535 s"),
        ({"key": "k", "key_id": 256}, "0 to 255, not 256"),
        ({"key": "k", "key_id": 1 << 32, "extended": True, "authentication": "hmac-sha-256"}, "0 to 4294967295"),
        ({"key": "k" * 17}, "at most 16 octets"),
        ({"areas": {"1": {"default_cost": 0xFFFFFF}}}, "0 to 16777214"),
        ({"redistribute": {"static": {"tag": 1 << 32}}}, "tag is 0 to 4294967295"),
        ({"redistribute": {"static": {"metric": 0xFFFFFF}}}, "metric is 0 to 16777214"),
        ({"redistribute": {"static": {"type": 3}}}, "type is 1 to 2"),
    ],
)
def test_of_ospf_in_tables(options: dict[str, Any], said: str) -> None:
    with pytest.raises(LabError, match=said):
        catenet.Internet().router("a", routing="ospf", ospf=options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"key": "k", "key_id": 256}, "key_id is a whole number from 0 to 255, not 256"),
        ({"tag": 65_536}, "tag is a whole number from 0 to 65535"),
        ({"redistribute": {"static": {"tag": 65_536}}}, "tag is 0 to 65535"),
        ({"redistribute": {"static": {"metric": 16}}}, "metric is 1 to 15"),
        ({"paths": 10**5000}, "paths is a whole number from 1 to 1024, not a number of 16610 bits"),
        ({"paths": 1.5}, "paths is a whole number"),
        ({"update": "1e30s"}, "update: duration '1e30s' must lie between"),
        ({"jitter": "nan"}, "jitter: 'nan' is not a duration"),
        ({"hold": 3}, "hold is two times"),
        ({"triggered": "no"}, "triggered is true or false, not 'no'"),
        ({"passive": 3}, "passive is a list"),
    ],
)
def test_of_rip(options: dict[str, Any], said: str) -> None:
    with pytest.raises(LabError, match=f"router a: rip: .*{said}"):
        catenet.Internet().router("a", routing="rip", rip=options)


@pytest.mark.parametrize(
    ("routing", "most", "name"), [("rip", 15, "RIP"), ("ospf", 65_535, "OSPF"), ("auto", 0xFFFFFFFF, "")]
)
def test_a_links_cost_is_held_against_what_is_spoken_there(routing: str, most: int, name: str) -> None:
    linked(routing, link={"cost": most})
    with pytest.raises(LabError, match=f"a speaks {name} there, whose" if name else "whole number from 1 to"):
        linked(routing, link={"cost": most + 1})
    with pytest.raises(LabError, match=f"b speaks {name} there, whose" if name else "whole number from 1 to"):
        linked(routing, link={"back": {"cost": most + 1}})


def test_a_router_of_two_protocols_is_held_to_the_one_that_is_spoken() -> None:
    net = catenet.Internet()
    net.router("both", routing="ospf+rip")
    net.router("ospf", routing="ospf")
    net.router("rip", routing="rip")
    net.link("both", "ospf", cost=16)
    with pytest.raises(LabError, match="link both-rip: cost: both speaks RIP there, whose costs are 1 to 15, not 16"):
        net.link("both", "rip", cost=16)


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        (lambda net: net.ping("a", "b", count=65_536), "ping: count is a whole number from 1 to 65535"),
        (lambda net: net.ping("a", "b", hop_limit=256), "ping: hop_limit is a whole number from 1 to 255"),
        (lambda net: net.ping("a", "b", size=65_001), "ping: size, in octets, is a whole number from 0 to 65000"),
        (lambda net: net.traceroute("a", "b", max_hops=256), "max_hops is a whole number from 1 to 255"),
        (lambda net: net.traceroute("a", "b", probes=10**9), "probes is a whole number from 1 to 100"),
        (lambda net: net.traceroute("a", "b", size=10**9), "size, in octets, is a whole number"),
    ],
)
def test_of_probes(probe: Callable[[catenet.Internet], object], said: str) -> None:
    with pytest.raises(QuantityError, match=said):
        probe(linked("auto"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"queue": 10**10}, "frames is a whole number from 0 to 1000000000"),
        ({"queue": {"frames": 1.5}}, "frames is a whole number"),
        ({"queue": "1" * 5000 + " frames"}, "is not a queue"),
        ({"mtu": 65_536}, "between 1280 .*and 65535"),
        ({"jitter": {"pareto": "1ms", "shape": 1e-300}}, "from 0.1 to 1000"),
        ({"jitter": {"pareto": "1ms", "shape": float("nan")}}, "from 0.1 to 1000"),
        ({"loss": {"burst": "1%", "length": float("inf")}}, "a number from 1 to"),
        ({"loss": {"recorded": ["no"]}}, "'no' is neither"),
        ({"cost": 1 << 32}, "from 1 to 4294967295"),
        ({"back": {"length": "1km", "delay": "1ms"}}, "delay and length are both given"),
    ],
)
def test_of_links(options: dict[str, Any], said: str) -> None:
    with pytest.raises(LabError, match=said):
        linked("auto", link=options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": 1 << 63}, "seed is a whole number"),
        ({"seed": 0.5}, "seed is a whole number"),
        ({"reconverge": "1e30s"}, "reconverge: duration '1e30s'"),
        ({"start": "9999-12-31"}, "between the years 1970 and 2200"),
        ({"start": "1970-01-01T00:00:00+14:00"}, "between the years 1970 and 2200"),
    ],
)
def test_of_an_internet(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        catenet.Internet(**options)


def test_of_faults() -> None:
    net = catenet.Internet()
    net.host("a")
    moment = net.at("1s")
    for mistake, said in (
        (lambda: moment.clock("a", drift="nan"), "'nan' is not a drift"),
        (lambda: moment.clock("a", drift="1e6ppm"), "between -500000ppm and 500000ppm"),
        (lambda: moment.clock("a", step="-1e30s"), "between -3650d and 3650d"),
        (lambda: moment.disk("a", slow=float("inf")), "above 0 and at most 1000000"),
        (lambda: moment.rot("a", bits=10**9), "from 1 to 1000000"),
        (lambda: moment.nemesis(until="3650d", every="1ms"), "has about 315359999000 faults"),
        (lambda: net.at("1e30s"), "must lie between"),
    ):
        with pytest.raises(ValueError, match=said):
            mistake()
