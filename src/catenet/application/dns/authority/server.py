"""An authoritative server: its zones, what it refuses, and its secondaries."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Final

import dns.opcode
from dns.name import Name
from dns.rcode import Rcode
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType

from catenet.application.dns.authority.answer import Zones, answer
from catenet.application.dns.authority.notify import Notifier
from catenet.application.dns.authority.secondary import Secondary
from catenet.application.dns.authority.transfer import transfer
from catenet.application.dns.protocol.request import Refusal, Request, parse_request
from catenet.application.dns.protocol.response import Response, response_of
from catenet.application.dns.protocol.service import PORT, Handler
from catenet.application.dns.zones.history import History
from catenet.application.dns.zones.zone import Zone
from catenet.errors import LabError

_TRANSFERS: Final = (RdataType.AXFR, RdataType.IXFR)
_NOT_QUESTIONS: Final = (RdataType.OPT, RdataType.TSIG, RdataType.TKEY)
_OBSOLETE: Final = (RdataType.MAILA, RdataType.MAILB)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AuthoritativeServer(Handler):
    """Answers from zones; what it has is told by :attr:`counters`.

    ``transfer_to`` are the prefixes whose hosts may fetch whole zones; ``notify`` are the addresses of secondary
    servers, told of each new version.
    """

    def __init__(
        self, zones: Iterable[Zone] = (), *, transfer_to: Sequence[str] = (), notify: Sequence[tuple[str, int]] = ()
    ) -> None:
        super().__init__()
        self.zones: Final = Zones()
        self.secondaries: Final[dict[Name, Secondary]] = {}
        self._histories: Final[dict[Name, History]] = {}
        self._transfer_to: Final = parse_prefixes(transfer_to, "transfer_to")
        self._notifier: Final = Notifier(notify, self.counters)
        for zone in zones:
            self.add(zone)

    def add(self, zone: Zone) -> None:
        """Serve a zone."""
        self._histories[zone.origin] = History(zone)
        self.zones.put(zone.origin, zone)

    def replace(self, zone: Zone) -> None:
        """Serve a newer version of a zone, and notify the secondary servers.  Raises ValueError if it is not newer."""
        self._histories[zone.origin].replace(zone)
        self.zones.put(zone.origin, zone)
        self._notifier.notify(zone)

    def follow(self, origin: Name, primary: str, port: int = PORT) -> Secondary:
        """Serve a zone that a primary server has, once it is fetched.  To be called in a running event loop."""
        secondary = Secondary(origin, (primary, port), self.counters, self._fetched)
        self.secondaries[origin] = secondary
        self.zones.put(origin, None)
        secondary.start()
        return secondary

    def _fetched(self, origin: Name, zone: Zone | None) -> None:
        self.zones.put(origin, zone)
        history = self._histories.get(origin)
        if zone is None or (history is not None and zone is history.zone):
            return
        if history is None:
            self._histories[origin] = History(zone)
        else:
            history.replace(zone)
        self._notifier.notify(zone)

    def close(self) -> None:
        """Stop following primaries and notifying."""
        for secondary in self.secondaries.values():
            secondary.close()
        self._notifier.close()

    # -- requests

    def answer_at_once(self, octets: bytes, peer: str) -> bytes | None:
        responses = self._responses(parse_request(octets), peer)
        return next(iter(responses), None)

    async def answers(self, octets: bytes, peer: str, *, tcp: bool) -> Iterable[bytes]:
        return self._responses(parse_request(octets, tcp=tcp), peer)

    def _responses(self, request: Request | Refusal, peer: str) -> Iterable[bytes]:
        if isinstance(request, Refusal):
            self.counters.add(f"refused-{request.reason}")
            return () if request.response is None else (request.response,)
        self.counters.add("queries-tcp" if request.tcp else "queries-udp")
        rcode = self._check(request)
        if rcode != Rcode.NOERROR:
            self.counters.add(f"rcode-{Rcode(rcode).name.lower()}")
            return (response_of(request, rcode),)
        if request.message.opcode() == dns.opcode.NOTIFY:
            return (self._notified(request, peer),)
        if request.rdtype in _TRANSFERS:
            return self._transfer(request, peer)
        response = answer(self.zones, request.name, request.rdtype, minimal_any=not request.tcp)
        self.counters.add(f"rcode-{Rcode(response.rcode).name.lower()}")
        octets = response.octets(request)
        if octets[2] & 0x02:
            self.counters.add("truncated")
        return (octets,)

    def _check(self, request: Request) -> Rcode:
        """The error of a question that is not looked up."""
        if request.message.edns > 0:
            return Rcode.BADVERS
        if request.rdtype in _NOT_QUESTIONS:
            return Rcode.FORMERR
        if request.rdtype in _OBSOLETE:
            return Rcode.NOTIMP
        return Rcode.NOERROR if request.rdclass == RdataClass.IN else Rcode.REFUSED

    # -- transfers

    def _transfer(self, request: Request, peer: str) -> Iterable[bytes]:
        history = self._histories.get(request.name)
        if history is None or self.zones.by_origin.get(request.name) is None:
            rcode = Rcode.NOTAUTH
        elif not self._may_transfer(peer):
            rcode = Rcode.REFUSED
        elif request.rdtype == RdataType.AXFR and not request.tcp:
            rcode = Rcode.FORMERR  # RFC 5936 section 4.2
        else:
            self.counters.add(f"transfers-{request.rdtype.name.lower()}")
            return transfer(request, history)
        self.counters.add("transfers-refused")
        return (response_of(request, rcode),)

    def _may_transfer(self, peer: str) -> bool:
        address = ipaddress.ip_address(peer.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._transfer_to)

    def _notified(self, request: Request, peer: str) -> bytes:
        """A primary server tells of a new version (RFC 1996 section 3)."""
        secondary = self.secondaries.get(request.name)
        if secondary is None:
            return response_of(request, Rcode.NOTAUTH)
        if peer != secondary.primary[0]:
            self.counters.add("notify-refused")
            return response_of(request, Rcode.REFUSED)
        self.counters.add("notify-received")
        secondary.refresh_now()
        response = Response()
        response.authoritative = True
        return response.octets(request)


def parse_prefixes(prefixes: Sequence[str], what: str) -> tuple[Network, ...]:
    """Prefixes from text.  Raises :class:`LabError`."""
    try:
        return tuple(ipaddress.ip_network(prefix) for prefix in prefixes)
    except ValueError as error:
        raise LabError(f"{what}: {error}; write a prefix like '192.0.2.0/24'") from None
