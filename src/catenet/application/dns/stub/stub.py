"""Looks names up at the name servers of a host, as resolv.conf(5) and glibc do."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Sequence
from typing import Final

import dns.exception
import dns.message
import dns.name
import dns.reversename
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from catenet.application.counters import Counters
from catenet.application.dns.protocol.exchange import ExchangeFailed, ask, ask_tcp
from catenet.application.dns.protocol.response import UDP_PAYLOAD
from catenet.application.dns.protocol.service import PORT
from catenet.application.dns.stub.resolv_conf import ResolvConf
from catenet.network import addresses
from catenet.session.names.name_service import HostEntry, NameService
from catenet.session.names.resolver import refuse

CHAIN_MAX: Final = 16
"""CNAME records followed in one response."""
_TYPES: Final = {4: RdataType.A, 6: RdataType.AAAA}


class Stub(NameService):
    """The stub resolver of one host; :attr:`counters` tells what it asked.

    ``conf`` may be replaced at any time; queries under way end by the old one.
    """

    def __init__(self, conf: ResolvConf, *, port: int = PORT) -> None:
        super().__init__()
        self.conf: ResolvConf = conf
        self.counters: Final = Counters()
        self._port: Final = port
        self._next = 0

    async def addresses(self, name: str, versions: Sequence[int]) -> HostEntry:
        problem = socket.EAI_NONAME
        for candidate in self._candidates(name):
            entry, why = await self._ask_all(candidate, versions)
            if entry is not None:
                return entry
            if problem == socket.EAI_NONAME:
                problem = why
        return refuse(problem)

    async def name_of(self, version: int, address: int) -> str | None:
        name = dns.reversename.from_address(addresses.text(version, address))
        response = await self._query(name, RdataType.PTR)
        if response is None:
            refuse(socket.EAI_AGAIN)
        _, found = _records(response, name, RdataType.PTR)
        return found[0].removesuffix(".") if found else None

    def _candidates(self, name: str) -> list[Name]:
        """The names to ask for, in order: the search list comes first for a name with few dots."""
        try:
            if name.endswith("."):
                return [dns.name.from_text(name)]
            absolute = [dns.name.from_text(name)]
            searched = [dns.name.from_text(name, dns.name.from_text(domain)) for domain in self.conf.search]
        except (dns.exception.DNSException, UnicodeError):
            refuse(socket.EAI_NONAME)
        return absolute + searched if name.count(".") >= self.conf.ndots else searched + absolute

    async def _ask_all(self, name: Name, versions: Sequence[int]) -> tuple[HostEntry | None, int]:
        """The addresses of a name, or glibc's error."""
        asked = [self._query(name, _TYPES[version]) for version in versions]
        if self.conf.single_request:
            responses = [await one for one in asked]
        else:
            responses = await asyncio.gather(*asked)
        canonical, found, missing = name, [], 0
        for version, response in zip(versions, responses, strict=True):
            if response is not None:
                missing += response.rcode() == Rcode.NXDOMAIN
                canonical, texts = _records(response, name, _TYPES[version])
                found += [addresses.parse(text) for text in texts]
        if found:
            return HostEntry(canonical.to_text(omit_final_dot=True), found), 0
        if missing:
            return None, socket.EAI_NONAME
        return None, socket.EAI_AGAIN if None in responses else socket.EAI_NODATA

    async def _query(self, name: Name, rdtype: RdataType) -> dns.message.Message | None:
        """The response of the first server that has one; None if no server has."""
        servers = list(self.conf.nameservers)
        if self.conf.rotate:
            start = self._next % len(servers)
            self._next += 1
            servers = servers[start:] + servers[:start]
        for _ in range(self.conf.attempts):
            for server in servers:
                response = await self._ask_one(server, name, rdtype)
                if response is not None:
                    return response
        self.counters.add("look-ups-failed")
        return None

    async def _ask_one(self, server: str, name: Name, rdtype: RdataType) -> dns.message.Message | None:
        query = dns.message.make_query(name, rdtype, id=secrets.randbits(16))
        if self.conf.edns0:
            query.use_edns(0, 0, UDP_PAYLOAD)
        self.counters.add("queries-sent")
        exchange = ask_tcp if self.conf.use_vc else ask
        try:
            response = await exchange(query, server, self._port, self.conf.timeout)
        except ExchangeFailed:
            self.counters.add("unanswered")
            return None
        if response.rcode() in (Rcode.NOERROR, Rcode.NXDOMAIN):
            return response
        self.counters.add(f"rcode-{Rcode(response.rcode()).name.lower()}")
        return None


def _records(response: dns.message.Message, name: Name, rdtype: RdataType) -> tuple[Name, list[str]]:
    """The name at the end of the chain, and the data of its records."""
    for _ in range(CHAIN_MAX):
        for rrset in response.answer:
            if rrset.name == name and rrset.rdtype == rdtype:
                return name, [rdata.to_text() for rdata in rrset]
        links = [rrset for rrset in response.answer if rrset.name == name and rrset.rdtype == RdataType.CNAME]
        if not links:
            break
        name = links[0][0].target
    return name, []
