"""The mail servers of a domain: MX, implicit MX, null MX (RFC 5321 section 5.1, RFC 7505)."""

from __future__ import annotations

import random
from collections.abc import Iterable

import dns.exception
import dns.name
from dns.message import QueryMessage
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from catenet.application.dns.stub.stub import Stub


class NoMailServer(Exception):
    """A domain has no mail server, or none is known now; ``status`` is an enhanced status code (4.… or 5.…)."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status: str = status


class MxStub(Stub):
    """A stub resolver that looks up mail servers."""

    async def mail_servers(self, domain: str, own: Iterable[str] = ()) -> list[str]:
        """The names of the servers, with a final dot, in the order to try them.

        Servers of equal preference are in random order.  If a name in ``own`` is among them, only those that are
        preferred to it remain.  Raises :class:`NoMailServer`.
        """
        try:
            name = dns.name.from_text(domain)
        except dns.exception.DNSException:
            raise NoMailServer("5.1.2", f"{domain!r} is not a domain") from None
        exchanges = await self._exchanges(name)
        mine = {dns.name.from_text(one) for one in own}
        best = min((preference for preference, host in exchanges if host in mine), default=1 << 16)
        remaining = [(preference, host) for preference, host in exchanges if preference < best]
        if not remaining:
            raise NoMailServer("5.4.6", f"mail for {domain} loops back to this server, which does not take it")
        random.shuffle(remaining)
        remaining.sort(key=lambda exchange: exchange[0])
        return [host.to_text() for _, host in remaining]

    async def _exchanges(self, name: Name) -> list[tuple[int, Name]]:
        response = await self._query(name, RdataType.MX)
        domain = name.to_text(omit_final_dot=True)
        if not isinstance(response, QueryMessage):
            raise NoMailServer("4.4.3", f"no name server answered for the MX records of {domain}")
        if response.rcode() == Rcode.NXDOMAIN:
            raise NoMailServer("5.1.2", f"the domain {domain} does not exist")
        try:
            answer = response.resolve_chaining().answer
        except dns.exception.DNSException as error:
            raise NoMailServer("4.4.3", f"the MX records of {domain}: {error}") from None
        found = [(int(rdata.preference), rdata.exchange) for rdata in answer or ()]
        if not found:
            return [(0, name)]
        useful = [(preference, host) for preference, host in found if host != dns.name.root]
        if not useful:
            raise NoMailServer("5.1.10", f"the domain {domain} accepts no mail (null MX)")
        return useful
