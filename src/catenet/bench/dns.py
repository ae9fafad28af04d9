"""DNS answers per second: our authority and stub over a simulated internet, beside dnspython on loopback.

Both run in the same process, one after the other: dnspython's resolver and a small server that is made of dnspython
run on asyncio's own loop and the kernel's loopback.  Their ratio means more than either figure.  Seconds are of the
processor, so that other programs count little; each figure is the best of three runs.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from catenet.errors import MissingExtra, installed
from catenet.internet import Internet

REPEATS: Final = 3
ZONE: Final = "$TTL 3600\n@ SOA ns h 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n* A 192.0.2.7\n"
ANSWER: Final = "192.0.2.7"


def dns(queries: int = 2_000, clients: int = 10) -> dict[str, object]:
    """``clients`` share ``queries`` for different names, one UDP exchange each; seconds, answers per second, the ratio.

    Raises MissingExtra without dnspython.
    """
    if not installed("dns"):
        raise MissingExtra("bench dns", "dnspython", "services")
    ours_s = min(_simulated(queries, clients) for _ in range(REPEATS))
    stock_s = min(asyncio.run(_loopback(queries, clients)) for _ in range(REPEATS))
    return {
        "bench": "dns",
        "queries": queries,
        "clients": clients,
        "catenet_s": ours_s,
        "catenet_answers_per_second": queries / ours_s,
        "dnspython_s": stock_s,
        "dnspython_answers_per_second": queries / stock_s,
        "ratio": ours_s / stock_s,
    }


async def _shared(queries: int, clients: int, ask: Callable[[str], Awaitable[Any]]) -> None:
    """So many at a time."""

    async def one(first: int) -> None:
        for number in range(first, queries, clients):
            if await ask(f"n{number}.bench.test") != ANSWER:
                raise RuntimeError("an answer is wrong")

    await asyncio.gather(*(one(first) for first in range(clients)))


def _simulated(queries: int, clients: int) -> float:
    async def program() -> None:
        loop = asyncio.get_running_loop()

        async def ask(name: str) -> str:
            found = await loop.getaddrinfo(name, 80, family=socket.AF_INET, type=socket.SOCK_STREAM)
            return str(found[0][4][0])

        await _shared(queries, clients, ask)

    with Internet(seed=1) as net:
        ends = net.routers("here", "there")
        net.link(*ends, delay="1ms", rate="1Gbit/s")
        net.dns(at=ends[1], zones={"bench.test": ZONE})
        net.host("client", at=ends[0], nameservers=["dns-zones"]).run(program)
        net.build()
        start = time.process_time()
        net.run()
        return time.process_time() - start


async def _loopback(queries: int, clients: int) -> float:
    import dns.asyncresolver

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        _server_class(), local_addr=("127.0.0.1", 0)
    )
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], transport.get_extra_info("sockname")[1]

    async def ask(name: str) -> str:
        return str((await resolver.resolve(f"{name}.", "A"))[0].address)

    try:
        start = time.process_time()
        await _shared(queries, clients, ask)
        return time.process_time() - start
    finally:
        transport.close()


def _server_class() -> type[asyncio.DatagramProtocol]:
    import dns.flags
    import dns.message
    import dns.rrset

    class Server(asyncio.DatagramProtocol):
        """Answers any question with one address."""

        def connection_made(self, transport: Any) -> None:
            self.transport: Any = transport

        def datagram_received(self, data: bytes, address: Any) -> None:
            answer = dns.message.make_response(dns.message.from_wire(data))
            answer.flags |= dns.flags.AA
            answer.answer.append(dns.rrset.from_text(answer.question[0].name, 3600, "IN", "A", ANSWER))
            self.transport.sendto(answer.to_wire(), address)

    return Server
