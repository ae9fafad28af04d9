from __future__ import annotations

import asyncio
import ssl
import struct

import dns.asyncquery
import dns.asyncresolver
import dns.flags
import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
import dns.zone
import pytest

from tests.compat.site import ADDRESS, Row, Site

LARGE = [f"{number:04d}" * 60 for number in range(230)]
ZONE = "\n".join(
    [
        "@ 300 SOA ns hostmaster 1 2 3 4 5",
        "@ 300 NS ns",
        f"ns 300 A {ADDRESS}",
        "www 300 CNAME web",
        "web 300 A 198.51.100.7",
        "web 300 AAAA 2001:db8::7",
        *(f'large 300 TXT "{text}"' for text in LARGE),
    ]
)


class Server(asyncio.DatagramProtocol):
    """An authoritative server of one zone, over UDP, TCP and TLS."""

    def __init__(self) -> None:
        self.zone = dns.zone.from_text(ZONE, "test.", relativize=False)

    def answer(self, data: bytes, most_octets: int) -> bytes:
        query = dns.message.from_wire(data)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        question = query.question[0]
        name = question.name
        while (alias := self.zone.get_rrset(name, dns.rdatatype.CNAME)) is not None:
            response.answer.append(alias)
            name = alias[0].target
        found = self.zone.get_rrset(name, question.rdtype)
        if found is not None:
            response.answer.append(found)
        else:
            response.authority.append(self.zone.get_rrset("test.", dns.rdatatype.SOA))
            response.set_rcode(dns.rcode.NOERROR if self.zone.get_node(name) else dns.rcode.NXDOMAIN)
        wire = response.to_wire(max_size=65535)
        if len(wire) > most_octets:
            response.flags |= dns.flags.TC
            response.answer.clear()
            wire = response.to_wire()
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self.transport.sendto(self.answer(data, 1232), address)

    async def stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while length := await reader.read(2):
            wire = self.answer(await reader.readexactly(*struct.unpack("!H", length)), 65535)
            writer.write(struct.pack("!H", len(wire)) + wire)
            await writer.drain()
        writer.close()


async def serve(site: Site) -> None:
    server = Server()
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: server, (ADDRESS, 53))
    await asyncio.start_server(server.stream, None, 53)
    await asyncio.start_server(server.stream, None, 853, ssl=site.server_tls())
    await asyncio.Event().wait()


async def texts(resolver: dns.asyncresolver.Resolver) -> list[str]:
    answer = await resolver.resolve("large.test", "TXT")
    return sorted(record.strings[0].decode() for record in answer)


async def ask(site: Site) -> None:
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [ADDRESS]
    assert [record.address for record in await resolver.resolve("www.test", "A")] == ["198.51.100.7"]
    answers = await asyncio.gather(*(resolver.resolve("web.test", "AAAA") for _ in range(100)))
    assert {answer[0].address for answer in answers} == {"2001:db8::7"}
    assert await texts(resolver) == LARGE
    for name, error in (("none.test", dns.resolver.NXDOMAIN), ("web.test", dns.resolver.NoAnswer)):
        with pytest.raises(error):
            await resolver.resolve(name, "MX")
    query = dns.message.make_query("large.test", "TXT")
    context: ssl.SSLContext = site.client_tls()
    for _ in range(6):
        response = await dns.asyncquery.tls(query, ADDRESS, 10, server_hostname="server", ssl_context=context)
        assert len(response.answer[0]) == len(LARGE)


ROW = Row(
    ("dnspython",),
    "Asynchronous resolver: 100 queries at once by UDP, aliases, refusals, 56 kB by TCP after truncation, and by TLS",
    "DNS over TLS",
    serve,
    ask,
    "The server is a protocol of the test on dnspython's messages and zones",
)
