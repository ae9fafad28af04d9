"""The authoritative server: answers, limits and hostile requests."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rrset
import pytest

from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.protocol.response import UDP_PAYLOAD
from catenet.application.dns.zones.zone_file import parse_zone
from catenet.errors import LabError

from .zone_texts import EXAMPLE

BIG = "".join(f'big TXT "{number:03} {"z" * 100}"\n' for number in range(40))
WIDE = "".join(f"wide NS ns{number:03}.wide\nns{number:03}.wide A 192.0.2.{number}\n" for number in range(40))


def server(extra: str = "", **options: Any) -> AuthoritativeServer:
    return AuthoritativeServer([parse_zone(EXAMPLE + extra, "example")], **options)


def ask(one: AuthoritativeServer, name: str, rdtype: str = "A", *, tcp: bool = False, **query: Any) -> Any:
    message = dns.message.make_query(name, rdtype, **query)
    (octets,) = asyncio.run(one.answers(message.to_wire(), "192.0.2.99", tcp=tcp))
    return dns.message.from_wire(octets)


def test_an_answer_follows_a_chain_and_adds_addresses() -> None:
    found = ask(server(), "www.example")
    assert [rrset.to_text() for rrset in found.answer] == [
        "www.example. 300 IN CNAME web.example.",
        "web.example. 300 IN A 192.0.2.3",
    ]
    assert found.flags & dns.flags.AA
    found = ask(server(), "_sip._tcp.example", "SRV")
    assert [rrset.to_text() for rrset in found.additional] == ["mail.example. 300 IN A 192.0.2.2"]


def test_a_chain_ends_outside_the_zone_and_a_loop_is_an_error() -> None:
    assert [str(rrset.name) for rrset in ask(server(), "out.example").answer] == ["out.example."]
    looped = ask(server(), "loop.example")
    assert looped.rcode() == dns.rcode.SERVFAIL
    assert len(looped.answer) == 2
    chain = "".join(f"c{number} CNAME c{number + 1}\n" for number in range(50))
    assert len(ask(server(chain), "c0.example", tcp=True).answer) < 20


def test_an_absent_name_has_the_soa_record_with_the_negative_ttl() -> None:
    found = ask(server(), "nowhere.example")
    assert found.rcode() == dns.rcode.NXDOMAIN
    assert found.authority[0].ttl == 60


def test_any_has_one_rrset_over_udp() -> None:
    assert len(ask(server(), "example", "ANY").answer) == 1
    assert len(ask(server(), "example", "ANY", tcp=True).answer) == 3


def test_a_long_answer_is_truncated_and_comes_over_tcp() -> None:
    one = server(BIG)
    for payload, limit in ((None, 512), (600, 600), (65_000, UDP_PAYLOAD)):
        found = ask(one, "big.example", "TXT", **({} if payload is None else {"use_edns": 0, "payload": payload}))
        assert found.flags & dns.flags.TC
        assert len(found.wire) <= limit
    assert len(ask(one, "big.example", "TXT", tcp=True).answer[0]) == 40
    assert one.counters["truncated"] == 3


def test_a_referral_without_all_its_glue_is_truncated() -> None:
    found = ask(server(WIDE), "a.wide.example", use_edns=0, payload=1232)
    assert found.flags & dns.flags.TC
    assert not found.flags & dns.flags.AA


def test_what_is_not_served_is_refused() -> None:
    one = server()
    assert ask(one, "other.test").rcode() == dns.rcode.REFUSED
    assert ask(one, "example", use_edns=1).rcode() == dns.rcode.BADVERS
    assert ask(one, "example", "AXFR", tcp=True).rcode() == dns.rcode.REFUSED
    assert ask(one, "example", "DNSKEY", want_dnssec=True).rcode() == dns.rcode.NOERROR
    assert one.counters.as_dict() == {
        "queries-tcp": 1,
        "queries-udp": 3,
        "rcode-badvers": 1,
        "rcode-noerror": 1,
        "rcode-refused": 1,
        "transfers-refused": 1,
    }


def test_transfers_are_for_the_permitted_prefixes() -> None:
    one = server(transfer_to=["192.0.2.0/24"])
    assert len(ask(one, "example", "AXFR", tcp=True).answer) >= 15
    assert ask(one, "example", "AXFR").rcode() == dns.rcode.FORMERR
    with pytest.raises(LabError, match="transfer_to: .*write a prefix like"):
        server(transfer_to=["192.0.2.1/24"])


def test_a_difference_is_sent_from_a_known_version() -> None:
    one = server(transfer_to=["192.0.2.0/24"])
    for serial, extra in ((6, "new A 192.0.2.7\n"), (7, "newer A 192.0.2.8\n")):
        one.replace(parse_zone((EXAMPLE + extra).replace(" 5 3600", f" {serial} 3600"), "example"))

    def incremental(serial: int, *, tcp: bool) -> list[str]:
        query = dns.message.make_query("example", "IXFR")
        soa = f"ns1.example. hostmaster.example. {serial} 3600 600 86400 60"
        query.authority.append(dns.rrset.from_text("example.", 0, "IN", "SOA", soa))
        (octets,) = asyncio.run(one.answers(query.to_wire(), "192.0.2.9", tcp=tcp))
        message = dns.message.from_wire(octets, one_rr_per_rrset=True)
        return [f"{rrset.name}{rrset[0].serial if rrset.rdtype == 6 else ''}" for rrset in message.answer]

    whole = ["example.7", "example.5", "example.6", "new.example."]
    whole += ["example.6", "new.example.", "example.7", "newer.example.", "example.7"]
    assert incremental(5, tcp=True) == incremental(5, tcp=False) == whole
    assert incremental(6, tcp=False) == ["example.7", *whole[4:]]
    assert incremental(7, tcp=False) == ["example.7"]
    assert incremental(9, tcp=False) == ["example.7"]
    assert len(incremental(1, tcp=True)) > 15  # the whole zone
    assert incremental(1, tcp=False) == ["example.7"]  # RFC 1995 section 2: over TCP, please


def test_a_notification_is_for_secondaries_only() -> None:
    query = dns.message.make_query("example", "SOA")
    query.set_opcode(dns.opcode.NOTIFY)
    (octets,) = asyncio.run(server().answers(query.to_wire(), "192.0.2.9", tcp=False))
    assert dns.message.from_wire(octets).rcode() == dns.rcode.NOTAUTH


def test_garbage_is_counted_and_answered_with_a_header_at_most() -> None:
    one, draw = server(), random.Random(5)
    whole = dns.message.make_query("www.example", "A", use_edns=0).to_wire()
    for number in range(300):
        octets = bytearray(draw.randbytes(draw.randint(0, 60)) if number % 2 else whole)
        for _ in range(draw.randint(1, 4)):
            if octets:
                octets[draw.randrange(len(octets))] = draw.randrange(256)
        response = one.answer_at_once(bytes(octets), "192.0.2.9")
        assert response is None or (len(response) <= UDP_PAYLOAD and response[:2] == octets[:2])
    counts = one.counters.as_dict()
    assert counts["refused-short"] > 8
    assert counts["refused-format"] > 8
    assert counts["refused-sections"] > 8
    assert counts["refused-not-a-query"] > 8
    assert len(counts) < 20


@pytest.mark.parametrize("pointer", [12, 13, 14, 0x3FFF])
def test_a_compression_loop_is_a_format_error(pointer: int) -> None:
    octets = b"\0\5\0\0\0\1\0\0\0\0\0\0" + b"\1a" + (0xC000 | pointer).to_bytes(2, "big") + b"\0\1\0\1"
    assert server().answer_at_once(octets, "192.0.2.9") == b"\0\5\x80\1\0\0\0\0\0\0\0\0"


def test_many_records_are_refused_before_they_are_parsed() -> None:
    octets = b"\0\5\0\0\0\1\xff\xff\0\0\0\0" + b"\1a\0\0\1\0\1" + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4aaaa" * 4_000
    one = server()
    assert one.answer_at_once(octets, "192.0.2.9") == b"\0\5\x80\1\0\0\0\0\0\0\0\0"
    assert one.counters["refused-sections"] == 1
