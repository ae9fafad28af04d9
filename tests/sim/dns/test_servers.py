"""Authoritative servers over time: a secondary's timers, TCP's limits, and the root servers that a resolver knows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import dns.message
import dns.name
import dns.rcode
import pytest
from dns.rdatatype import RdataType

import catenet
from catenet.application.dns.authority.server import AuthoritativeServer
from catenet.application.dns.protocol import service as dns_service
from catenet.application.dns.protocol.exchange import ask, ask_tcp
from catenet.application.dns.protocol.service import DnsService, Handler
from catenet.application.dns.resolver.hints import Hints
from catenet.application.dns.resolver.limits import Limits
from catenet.application.dns.resolver.resolver import RecursiveResolver
from catenet.application.dns.stub.resolv_conf import ResolvConf
from catenet.application.dns.stub.stub import Stub
from catenet.application.dns.zones.zone_file import parse_zone

pytestmark = pytest.mark.slow

ORIGIN = dns.name.from_text("move.test")


def version(serial: int, *, refresh: int = 100, retry: int = 10, expire: int = 300, more: str = "") -> Any:
    text = f"$TTL 600\n@ SOA ns h {serial} {refresh} {retry} {expire} 60\n@ NS ns\nns A 192.0.2.1\n{more}"
    return parse_zone(text, "move.test")


class Pair:
    """A primary server and a secondary, and a client beside them."""

    def __init__(self, **timers: Any) -> None:
        self.net = net = catenet.Internet(seed=7)
        net.router("r")
        self.hosts = {name: net.host(name, at="r") for name in ("primary", "secondary", "client")}
        net.build()
        self.address = {name: str(host.addresses[0]) for name, host in self.hosts.items()}
        self.primary = AuthoritativeServer([version(1, **timers)], transfer_to=["0.0.0.0/0"])
        self.secondary = AuthoritativeServer()
        self.hosts["primary"].run(DnsService(self.primary).run, name="dns", service=True)
        self.hosts["secondary"].run(self._follow, name="dns", service=True)

    async def _follow(self) -> None:
        await asyncio.sleep(1)
        self.secondary.follow(ORIGIN, self.address["primary"])
        await DnsService(self.secondary).run()

    def seen(self, until: str, *at_s: float) -> list[Any]:
        """What the secondary answers to a question for the SOA record, at some times: its serial, or the error."""
        found: list[Any] = []

        async def main() -> None:
            loop = asyncio.get_running_loop()
            for when in at_s:
                await asyncio.sleep(when - loop.time())
                query = dns.message.make_query(ORIGIN, "SOA", flags=0)
                response = await ask(query, self.address["secondary"], 53, 2)
                answered = response.rcode() == dns.rcode.NOERROR
                found.append(response.answer[0][0].serial if answered else dns.rcode.to_text(response.rcode()))

        self.hosts["client"].run(main)
        self.net.run(until=until)
        return found


def test_a_secondary_asks_again_after_refresh() -> None:
    pair = Pair()
    pair.net.at("50s").call(lambda: pair.primary.replace(version(2)))
    assert pair.seen("350s", 2, 99, 103, 340) == [1, 1, 2, 2]
    assert pair.secondary.counters["zones-fetched"] == 2
    assert pair.primary.counters["transfers-ixfr"] == 1
    assert pair.primary.counters["queries-udp"] == 4, "at 1, 101, 201 and 301 s"


def test_a_secondary_retries_and_expires_at_the_second_that_the_soa_says() -> None:
    pair = Pair(refresh=100, retry=10, expire=300)
    pair.net.at("150s").crash("primary")
    pair.net.at("700s").restart("primary")
    # the last confirmation was at 101 s
    assert pair.seen("720s", 400.9, 401.2, 690, 719) == [1, "SERVFAIL", "SERVFAIL", 1]
    assert pair.secondary.counters["zones-expired"] == 1
    # from 201 s to 701 s: three queries until the router says that the host is unreachable (3 s), and 10 s of pause
    assert pair.secondary.counters["refresh-failed"] == pytest.approx(500 / 19, abs=2)


def test_an_expiry_before_the_refresh_is_kept_too() -> None:
    pair = Pair(refresh=1000, retry=500, expire=50)
    pair.net.at("10s").crash("primary")
    assert pair.seen("100s", 50.5, 51.5) == [1, "SERVFAIL"]


def served(program: Callable[[str, AuthoritativeServer], Any], clients: int = 1, **limits: Any) -> Any:
    """The result of a program of each client beside a server, and the server."""
    net = catenet.Internet(seed=7)
    net.router("r")
    host = net.host("server", at="r")
    others = [net.host(f"client{number}", at="r") for number in range(clients)]
    net.build()
    server = AuthoritativeServer([version(1)])
    host.run(DnsService(server, **limits).run, service=True)
    started = [other.run(program, str(host.addresses[0]), server) for other in others]
    with net:
        net.run()
        return [process.result for process in started], server


async def idle_connection(address: str) -> float:
    """Connect, and return after how many seconds the server closes the connection."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    reader, writer = await asyncio.open_connection(address, 53)
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()
    return round(loop.time() - begun, 1)


def test_an_idle_connection_and_half_a_request_are_closed() -> None:
    async def main(address: str, server: AuthoritativeServer) -> Any:
        idle = await idle_connection(address)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        reader, writer = await asyncio.open_connection(address, 53)
        writer.write(b"\0\x20half")
        assert await reader.read() == b""
        return idle, round(loop.time() - begun, 1)

    (found,), server = served(main, idle_s=7.0)
    assert found == (7.0, dns_service.MESSAGE_S)
    assert server.counters["tcp-idle"] == 2


def test_one_connection_carries_many_requests() -> None:
    """RFC 7766 section 6.2.1: also those that are sent before the first response has come."""

    async def main(address: str, server: AuthoritativeServer) -> Any:
        reader, writer = await asyncio.open_connection(address, 53)
        queries = [dns.message.make_query(ORIGIN, rdtype) for rdtype in ("SOA", "NS", "TXT", "A")]
        for query in queries:
            octets = query.to_wire()
            writer.write(len(octets).to_bytes(2, "big") + octets)
        found = []
        for _ in queries:
            size = int.from_bytes(await reader.readexactly(2), "big")
            found.append(dns.message.from_wire(await reader.readexactly(size)).id)
        writer.close()
        return found == [query.id for query in queries]

    (found,), server = served(main)
    assert found
    assert server.counters["tcp-connections"] == 1


class Slow(Handler):
    """Answers after as many seconds as the first label says."""

    def takes_time(self, octets: bytes) -> bool:
        return True

    async def answers(self, octets: bytes, peer: str, *, tcp: bool) -> Any:
        query = dns.message.from_wire(octets)
        await asyncio.sleep(int(query.question[0].name.labels[0]))
        return (dns.message.make_response(query).to_wire(),)


def test_a_slow_answer_does_not_hold_up_those_that_are_ready() -> None:
    """RFC 7766 section 6.2.1.1; the client may close its half after its last query."""
    net = catenet.Internet(seed=7)
    net.router("r")
    host, client = net.host("server", at="r"), net.host("client", at="r")
    net.build()
    host.run(DnsService(Slow()).run, service=True)

    async def main() -> Any:
        loop = asyncio.get_running_loop()
        reader, writer = await asyncio.open_connection(str(host.addresses[0]), 53)
        seconds = [5, 1, 3, *[2] * (dns_service.PIPELINED_MAX - 3), 0]
        for number, wait in enumerate(seconds):
            octets = dns.message.make_query(f"{wait}.test", "A", id=number).to_wire()
            writer.write(len(octets).to_bytes(2, "big") + octets)
        writer.write_eof()
        found = []
        for _ in seconds:
            size = int.from_bytes(await reader.readexactly(2), "big")
            found.append((dns.message.from_wire(await reader.readexactly(size)).id, round(loop.time())))
        writer.close()
        return found, await reader.read()

    process = client.run(main)
    net.run()
    found, rest = process.result
    assert rest == b""
    # the last request is read once the first of the others is answered
    assert found[:2] == [(1, 1), (dns_service.PIPELINED_MAX, 1)]
    assert found[-2:] == [(2, 3), (0, 5)]


def test_connections_are_bounded_in_all_and_for_one_client() -> None:
    async def main(address: str, server: AuthoritativeServer) -> Any:
        times = await asyncio.gather(*(idle_connection(address) for _ in range(30)))
        await asyncio.sleep(1)
        query = dns.message.make_query(ORIGIN, "SOA")
        return sorted(times).count(30.0), (await ask_tcp(query, address, 53, 2)).rcode()

    own = dns_service.CONNECTIONS_OF_CLIENT_MAX
    (found,), server = served(main)
    assert found == (own, dns.rcode.NOERROR)
    assert server.counters["tcp-connections-refused"] == 30 - own
    found, server = served(main, clients=3, connections_max=50)
    assert sum(held for held, _ in found) == 50
    assert server.counters["tcp-connections-refused"] == 40


@pytest.mark.parametrize(("rotate", "shares"), [(False, [12, 0, 0]), (True, [4, 4, 4])])
def test_rotate_begins_each_query_with_the_next_server(rotate: bool, shares: list[int]) -> None:
    net = catenet.Internet(seed=7)
    net.router("r")
    servers = {name: AuthoritativeServer([version(1)]) for name in ("one", "two", "three")}
    for name, server in servers.items():
        net.host(name, at="r").run(DnsService(server).run, service=True)
    client = net.host("client", at="r")
    net.build()
    addresses = tuple(str(net._world.registry.ip_node(name, "test").addresses[0]) for name in servers)

    async def main() -> None:
        stub = Stub(ResolvConf(addresses, rotate=rotate))
        for _ in range(6):
            assert (await stub.addresses("ns.move.test", (4, 6))).addresses == [(4, 0xC0000201)]

    client.run(main)
    net.run()
    assert [server.counters["queries-udp"] for server in servers.values()] == shares


class Roots:
    """A resolver whose hints name one root server; the root itself may name others."""

    def __init__(self, named: str, ttl: int = 1000) -> None:
        self.net = net = catenet.Internet(seed=7)
        net.router("r")
        hosts = {name: net.host(name, at="r") for name in ("old", "new", "resolver")}
        net.build()
        self.resolver_host = hosts["resolver"]
        address = {name: str(host.addresses[0]) for name, host in hosts.items()}
        glue = f"{named}.root. {ttl} A {address[named]}\n" if named in address else "gone.root. A 192.0.2.99\n"
        text = f"$TTL 60\n@ SOA x. h. 1 1000 600 86400 60\n@ {ttl} NS {named}.root.\n{glue}"
        text += "".join(f"n{number}. TXT x\n" for number in range(20))
        self.servers = {name: AuthoritativeServer([parse_zone(text, ".")]) for name in ("old", "new")}
        for name, server in self.servers.items():
            hosts[name].run(DnsService(server).run, service=True)
        self.resolver = RecursiveResolver(Hints.of({"old.root.": (address["old"],)}), Limits(stale_max=0))

    def ask(self, *at_s: float) -> list[Any]:
        """The rcode of a look-up of a new name at each of some times."""
        found: list[Any] = []

        async def main() -> None:
            loop = asyncio.get_running_loop()
            for number, when in enumerate(at_s):
                await asyncio.sleep(when - loop.time())
                answer = await self.resolver.resolve(dns.name.from_text(f"n{number}."), RdataType.TXT)
                found.append((answer.rcode, len(answer.rdatasets)))

        process = self.resolver_host.run(main)
        with self.net:
            self.net.run()
            assert process.result is None
        return found

    @property
    def queries(self) -> list[int]:
        return [self.servers[name].counters["queries-udp"] for name in ("old", "new")]


def test_the_root_is_asked_for_its_servers_once_per_ttl() -> None:
    """RFC 8109: the hints are for the priming query only."""
    roots = Roots("new")
    assert roots.ask(0, 10, 500, 1500, 1510) == [(dns.rcode.NOERROR, 1)] * 5
    assert roots.queries == [2, 5]
    assert roots.resolver.counters["priming-queries"] == 2


def test_hints_are_used_where_the_servers_that_the_root_names_are_dead() -> None:
    roots = Roots("gone")
    assert roots.ask(0, 10) == [(dns.rcode.NOERROR, 1)] * 2
    assert roots.queries[1] == 0
