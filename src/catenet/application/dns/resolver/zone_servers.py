"""Asks the servers of one zone a question, one after the other, until one gives a usable response."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import dns.message
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from catenet.application.counters import Counters
from catenet.application.dns.protocol.exchange import ExchangeFailed, ask
from catenet.application.dns.protocol.service import PORT
from catenet.application.dns.resolver.limits import Unanswered, Work
from catenet.application.dns.resolver.query import make_query
from catenet.application.dns.resolver.reply import Meaning, Reply, read_reply
from catenet.application.dns.resolver.round_trips import RoundTrips

MoreAddresses = Callable[[], Awaitable[Sequence[str]]]


class ZoneServers:
    """Sends a resolver's queries."""

    def __init__(self, round_trips: RoundTrips, counters: Counters, port: int = PORT) -> None:
        self._round_trips: Final = round_trips
        self._counters: Final = counters
        self._port: Final = port

    async def ask(
        self, zone: Name, addresses: Sequence[str], more: MoreAddresses, name: Name, rdtype: RdataType, work: Work
    ) -> Reply:
        """The first usable reply; ``more`` finds further addresses once the known ones have failed.

        Raises :class:`~catenet.application.dns.resolver.limits.Unanswered`.
        """
        waiting = list(addresses)
        asked: list[str] = []
        looked = False
        for _ in range(work.limits.tries_max):
            if not waiting and not looked:
                looked = True
                waiting = [address for address in await more() if address not in asked]
            if not waiting:
                waiting, asked = asked, []
            if not waiting:
                break
            address = self._round_trips.best(waiting, zone, asyncio.get_running_loop().time())
            waiting.remove(address)
            reply = await self._ask_one(address, zone, name, rdtype, work)
            if reply is not None:
                return reply
            asked.append(address)
        raise Unanswered(f"no server of {zone} answers for {name}")

    async def _ask_one(self, address: str, zone: Name, name: Name, rdtype: RdataType, work: Work) -> Reply | None:
        server = self._round_trips.of(address)
        response = await self._exchange(address, name, rdtype, work)
        if response is not None and response.rcode() in (Rcode.FORMERR, Rcode.NOTIMP) and server.edns:
            server.edns = False  # RFC 6891 section 7: a server that does not know EDNS
            response = await self._exchange(address, name, rdtype, work)
        if response is None:
            return None
        reply = read_reply(response, zone, name, rdtype)
        if reply.meaning is not Meaning.LAME:
            return reply
        self._counters.add("lame")
        self._round_trips.mark_lame(address, zone, asyncio.get_running_loop().time())
        return None

    async def _exchange(self, address: str, name: Name, rdtype: RdataType, work: Work) -> dns.message.Message | None:
        work.spend()
        self._counters.add("queries-sent")
        loop = asyncio.get_running_loop()
        server = self._round_trips.of(address)
        query = make_query(name, rdtype, edns=server.edns)
        started = loop.time()
        try:
            response = await ask(query, address, self._port, server.timeout, counters=self._counters)
        except ExchangeFailed:
            self._counters.add("unanswered")
            server.failed()
            return None
        server.answered(loop.time() - started)
        return response
