"""Transfers between our servers and bind9, both ways, and our resolver with bind9 as the authoritative server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dns.exception
import dns.message
import dns.name
import dns.query
import pytest
from dns.rdatatype import RdataType

from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.protocol.service import DnsService
from catenet.application.dns.resolver.hints import Hints
from catenet.application.dns.resolver.resolver import RecursiveResolver
from catenet.application.dns.zones.zone_file import parse_zone

from .named import ADDRESS, Named, free_port, running_named
from .random_zones import RandomZone

pytestmark = pytest.mark.slow

ZONE = """\
$TTL 300
@    SOA ns hostmaster {serial} 3600 600 86400 60
     NS  ns
ns   A   127.0.0.1
"""
HOSTS = "".join(f"host{number} A 192.0.2.{number % 250}\n" for number in range(2_000))


def version(serial: int, extra: str = "") -> str:
    return ZONE.format(serial=serial) + HOSTS + extra


async def until(condition: Callable[[], Any], what: str) -> Any:
    for _ in range(200):
        found = await asyncio.to_thread(condition)
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"never: {what}")


def serial_at(port: int) -> int:
    try:
        answer = dns.query.udp(dns.message.make_query("move.example", "SOA"), ADDRESS, 1, port).answer
    except dns.exception.Timeout:
        return 0
    return int(answer[0][0].serial) if answer else 0


def test_bind_is_our_secondary(tmp_path: Path) -> None:
    async def main() -> None:
        port = free_port()
        statement = (
            f'zone "move.example" {{ type secondary; primaries {{ {ADDRESS} port {port}; }}; file "copy.zone"; '
            f"allow-notify {{ {ADDRESS}; }}; }};"
        )
        with running_named(tmp_path, {}, statement) as named:
            ours = AuthoritativeServer(
                [parse_zone(version(1), "move.example")], transfer_to=["127.0.0.0/8"], notify=[(ADDRESS, named.port)]
            )
            service = DnsService(ours)
            await service.start([ADDRESS], port)
            ours.replace(parse_zone(version(2), "move.example"))
            await until(lambda: serial_at(named.port) == 2, "bind9 has fetched the zone")
            ours.replace(parse_zone(version(3, "new TXT yes\n"), "move.example"))
            await until(lambda: serial_at(named.port) == 3, "bind9 has followed the notification")
            assert ours.counters["transfers-axfr"] >= 1
            assert ours.counters["transfers-ixfr"] >= 1
            query = dns.message.make_query("new.move.example", "TXT")
            found = await asyncio.to_thread(dns.query.udp, query, ADDRESS, 5, named.port)
            assert found.answer[0][0].strings == (b"yes",)
            ours.close()
            service.close()

    asyncio.run(main())


def test_we_are_a_secondary_of_bind(tmp_path: Path) -> None:
    async def main() -> None:
        port = free_port()
        notify = f"explicit; also-notify {{ {ADDRESS} port {port}; }}"
        with running_named(tmp_path, {"move.example": version(1)}, notify=notify) as named:
            ours = AuthoritativeServer()
            service = DnsService(ours)
            await service.start([ADDRESS], port)
            ours.follow(dns.name.from_text("move.example"), ADDRESS, named.port)
            await until(lambda: serial_at(port) == 1, "we have fetched the zone")
            (tmp_path / "0.zone").write_text(version(2, "new TXT yes\n"))
            named.reload()
            await until(lambda: serial_at(port) == 2, "we have followed the notification")
            assert ours.counters["notify-received"] >= 1
            assert ours.counters["zones-fetched"] == 2
            assert await asyncio.to_thread(same_zone, named, port)
            ours.close()
            service.close()

    asyncio.run(main())


def same_zone(named: Named, port: int) -> bool:
    """Whether some names have the same answers at both."""
    for name in ("new", "host7", "host1999", "nothing"):
        query = dns.message.make_query(f"{name}.move.example", "ANY")
        answers = [dns.query.tcp(query, ADDRESS, 5, each).answer for each in (named.port, port)]
        if answers[0] != answers[1]:
            return False
    return True


def on_loopback(text: str) -> str:
    """A zone whose servers are bind9, or nobody on this machine."""
    text = re.sub(r"AAAA 2001:db8\S*", "AAAA ::1", re.sub(r"198\.51\.100", "127.0.1", text))
    return re.sub(r"192\.0\.2\.\d+", ADDRESS, text)


def test_our_resolver_finds_what_bind_has(tmp_path: Path) -> None:
    """Names of random zones, resolved from a root that bind9 serves together with the zones."""
    zones = [RandomZone(f"z{number}.test", 40 + number) for number in range(6)]
    servers = "".join(f"{zone.origin}. NS ns.root.\n" for zone in zones)
    root = f"$TTL 600\n. SOA ns.root. h.root. 1 2 3 4 5\n. NS ns.root.\nns.root. A {ADDRESS}\n{servers}"
    texts = {".": root, **{zone.origin: on_loopback(zone.text()) for zone in zones}}

    async def main() -> int:
        with running_named(tmp_path, texts) as named:
            resolver = RecursiveResolver(Hints.of({"ns.root.": (ADDRESS,)}), port=named.port)
            compared = 0
            for zone in zones:
                for owner, _, rdtype, _ in zone.records[:25]:
                    if any(owner.endswith(cut) for cut in zone.cuts):
                        continue  # below a cut whose servers are not there
                    query = dns.message.make_query(owner.replace("*", "any"), rdtype)
                    expected = dns.message.from_wire(await asyncio.to_thread(named.ask, query.to_wire()))
                    if rdtype != "CNAME" and any(rrset.rdtype == RdataType.CNAME for rrset in expected.answer):
                        continue  # a wildcard's alias, which may lead anywhere
                    answer = await resolver.resolve(query.question[0].name, RdataType.make(rdtype))
                    theirs = sorted(str(rdata).lower() for rrset in expected.answer for rdata in rrset)
                    mine = sorted(str(rdata).lower() for _, rdataset in answer.rdatasets for rdata in rdataset)
                    assert (answer.rcode, mine) == (expected.rcode(), theirs), owner
                    compared += 1
            assert resolver.counters["responses-unmatched"] == 0
            return compared

    assert asyncio.run(main()) > 60
