"""Zones of many names: what loading and answering cost, counted in calls and octets."""

from __future__ import annotations

import tracemalloc
from typing import Any, NamedTuple

import dns.message
import dns.rcode
import pytest

from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.zones.zone_file import parse_zone

from .counted_calls import counted_calls

QUERIES = ("host7.big.test", "a.b.host7.big.test", "no.such.name.big.test", "x.wild.big.test", "ns.cut.big.test")


class Costs(NamedTuple):
    load_calls: int
    load_octets: int
    answer_calls: list[int]


HEAD = """\
$TTL 60
@      SOA ns h 1 1000 600 86400 60
@      NS  ns
ns     A   192.0.2.1
*.wild TXT any
cut    NS  ns.cut
ns.cut A   192.0.2.2
"""


def zone_text(names: int) -> str:
    return HEAD + "".join(f"host{number} A 192.0.2.{number % 250}\n" for number in range(names))


def answer(server: AuthoritativeServer, name: str) -> Any:
    octets = server.answer_at_once(query(name), "192.0.2.9")
    assert octets is not None
    return dns.message.from_wire(octets)


def query(name: str) -> bytes:
    return dns.message.make_query(name, "A", id=7).to_wire()


def answer_calls(server: AuthoritativeServer) -> list[int]:
    found = []
    for name in QUERIES:
        octets = query(name)
        with counted_calls() as calls:
            server.answer_at_once(octets, "192.0.2.9")
        found.append(calls.count)
    return found


def costs(names: int) -> Costs:
    text = zone_text(names)
    with counted_calls() as loading:
        zone = parse_zone(text, "big.test")
    assert len(zone.nodes) == names + 5
    calls = answer_calls(AuthoritativeServer([zone]))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    zone = parse_zone(text, "big.test")
    octets = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert zone.serial == 1
    return Costs(loading.count, octets, calls)


def compare(few: int, many: int) -> Costs:
    """Compare two zones, and return the costs of the small one."""
    costs(10)  # what is imported and cached once
    small, large = costs(few), costs(many)
    assert large.answer_calls == small.answer_calls, "O(1): the same calls in a zone of any size"
    assert large.load_calls < 1.05 * many / few * small.load_calls
    assert large.load_octets < 1.1 * many / few * small.load_octets
    return small


@pytest.mark.slow
def test_loading_is_linear_and_an_answer_costs_the_same_in_any_zone() -> None:
    compare(100, 400)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_zone_of_a_hundred_thousand_names() -> None:
    small = compare(500, 8_000)
    server = AuthoritativeServer([parse_zone(zone_text(100_000), "big.test")])
    assert answer_calls(server) == small.answer_calls
    assert answer(server, "host99999.big.test").answer[0][0].address == "192.0.2.249"
    assert answer(server, "host100000.big.test").rcode() == dns.rcode.NXDOMAIN
