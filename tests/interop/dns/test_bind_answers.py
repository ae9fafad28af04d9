"""Answers compared with bind9's for the same zone files, query by query."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.zones.zone_file import parse_zone

from .named import Named, running_named
from .random_zones import RandomZone

ZONES = [RandomZone(f"z{number}.example", number) for number in range(24)]
ZONES.append(RandomZone("sub.z0.example", 99))
TYPES = (
    "A",
    "AAAA",
    "CNAME",
    "MX",
    "NS",
    "SOA",
    "TXT",
    "SRV",
    "CAA",
    "PTR",
    "ANY",
    "DS",
    "DNSKEY",
    "HINFO",
    "TYPE65280",
)
ADDRESSES = {
    f"{owner}. {ttl} in {rdtype} {data}".lower()
    for zone in ZONES
    for owner, ttl, rdtype, data in zone.records
    if rdtype in ("A", "AAAA")
}
FLAGS = int(dns.flags.AA | dns.flags.TC)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: Any) -> Iterator[tuple[Named, AuthoritativeServer]]:
    texts = {zone.origin: zone.text() for zone in ZONES}
    ours = AuthoritativeServer([parse_zone(text, origin) for origin, text in texts.items()])
    with running_named(tmp_path_factory.mktemp("named"), texts) as named:
        yield named, ours


@st.composite
def queries(draw: Any) -> tuple[bytes, bool, str]:
    zone = draw(st.sampled_from(ZONES))
    name, rdtype = draw(st.sampled_from(zone.names())), draw(st.sampled_from(TYPES))
    edns = draw(st.sampled_from((None, 512, 700, 1232, 4096)))
    message = dns.message.make_query(name, rdtype, id=draw(st.integers(0, 65_535)))
    message.flags = dns.flags.Flag(0)
    if edns is not None:
        message.use_edns(0, dns.flags.DO if draw(st.booleans()) else 0, edns)
    return message.to_wire(), draw(st.booleans()), f"{name} {rdtype}"


def sections(message: dns.message.Message) -> dict[str, Any]:
    """What a response says, whatever the order of its records."""
    found: dict[str, Any] = {
        "rcode": dns.rcode.to_text(message.rcode()),
        "flags": dns.flags.to_text(message.flags & FLAGS),
        "edns": message.edns,
        "do": message.ednsflags & dns.flags.DO,
    }
    for name in ("answer", "authority", "additional"):
        rrsets = getattr(message, name)
        found[name] = sorted(str(one) for rrset in rrsets for one in str(rrset).lower().splitlines())
    return found


def compare(named: Named, ours: AuthoritativeServer, octets: bytes, tcp: bool, what: str) -> None:
    theirs = dns.message.from_wire(named.ask(octets, tcp=tcp))
    (response,) = asyncio.run(ours.answers(octets, "127.0.0.1", tcp=tcp))
    mine = dns.message.from_wire(response)
    expected, got = sections(theirs), sections(mine)
    if mine.flags & theirs.flags & dns.flags.TC:
        # Both say that it does not fit; what they send of it is theirs to choose (RFC 2181 section 9).
        for name in ("answer", "authority", "additional"):
            expected[name] = got[name] = []
    if what.endswith(" ANY") and not tcp and theirs.answer:
        # RFC 8482 leaves to the server which RRset it takes.
        full = dns.message.from_wire(named.ask(octets, tcp=True))
        assert len(mine.answer) == 1
        assert all(any(rrset == other for other in full.answer) for rrset in mine.answer), what
        for name in ("answer", "additional"):
            expected[name] = got[name] = []
    # Additional records are optional.  In a referral bind9 adds only addresses below zone cuts, with a small payload
    # often none; ours are the zone's (RFC 1034 section 4.3.2), and all that bind9 has.
    assert set(expected.pop("additional")) <= set(got.pop("additional")) <= ADDRESSES, what
    assert got == expected, f"{what} {'TCP' if tcp else 'UDP'}\nours   {got}\nbind9  {expected}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "rcode"),
    [
        ("unknown EDNS version", "BADVERS"),
        ("unknown EDNS option", "NOERROR"),
        ("another class", "REFUSED"),
        ("another zone", "REFUSED"),
        ("type MAILB", "NOTIMP"),
        ("type TSIG", "FORMERR"),
        ("opcode STATUS", "NOTIMP"),
        ("no question", "FORMERR"),
        ("two questions", "FORMERR"),
        ("transfer of no zone of ours", "NOTAUTH"),
        ("a compression loop", "FORMERR"),
    ],
)
def test_the_same_error(servers: tuple[Named, AuthoritativeServer], what: str, rcode: str) -> None:
    named, ours = servers
    octets = odd_request(what)
    (response,) = asyncio.run(ours.answers(octets, "127.0.0.1", tcp=True))
    theirs = dns.message.from_wire(named.ask(octets, tcp=True))
    assert dns.rcode.to_text(dns.message.from_wire(response).rcode()) == rcode
    assert dns.rcode.to_text(theirs.rcode()) == rcode


def odd_request(what: str) -> bytes:
    query = dns.message.make_query("z0.example", "SOA", id=5)
    if what == "unknown EDNS version":
        query.use_edns(1)
    elif what == "unknown EDNS option":
        query.use_edns(0, options=[dns.edns.GenericOption(65_001, b"hello")])
    elif what == "another class":
        query.question[0].rdclass = dns.rdataclass.HS
    elif what == "another zone":
        query = dns.message.make_query("nowhere.test", "A", id=5)
    elif what.startswith("type"):
        query.question[0].rdtype = dns.rdatatype.RdataType.make(253 if "MAILB" in what else 250)
    elif what == "opcode STATUS":
        query.set_opcode(dns.opcode.STATUS)
    elif what == "no question":
        query.question.clear()
    elif what == "two questions":
        query.question.append(query.question[0])
    elif what == "transfer of no zone of ours":
        query = dns.message.make_query("z0.test", "AXFR", id=5)
    octets = query.to_wire()
    return octets[:12] + b"\xc0\x0c\x00\x06\x00\x01" if what == "a compression loop" else octets


def check_all(servers: tuple[Named, AuthoritativeServer], count: int) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(queries())
    def one(query: tuple[bytes, bool, str]) -> None:
        compare(*servers, *query)

    one()


@pytest.mark.slow
def test_the_same_answers(servers: tuple[Named, AuthoritativeServer]) -> None:
    check_all(servers, 300)


@pytest.mark.long
def test_the_same_answers_to_many(servers: tuple[Named, AuthoritativeServer]) -> None:
    check_all(servers, 4_000)
