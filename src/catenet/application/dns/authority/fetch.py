"""Fetches a zone from a primary server: its serial number over UDP, its records over TCP."""

from __future__ import annotations

import asyncio
from typing import Final

import dns.exception
import dns.message
import dns.xfr
import dns.zone
from dns.name import Name
from dns.rdatatype import RdataType

from catenet.application.dns.protocol.exchange import ExchangeFailed, ask
from catenet.application.dns.zones.zone import Zone, zone_of

TIMEOUT_S: Final = 5.0
"""Seconds that a query waits, and a transfer for its next message."""
TRIES_MAX: Final = 3
OCTETS_MAX: Final = 256 << 20
"""A transfer is given up after this many octets."""


async def fetch_serial(origin: Name, address: str, port: int) -> int:
    """The serial number that the primary has.  Raises :class:`ExchangeFailed`."""
    message = dns.message.make_query(origin, RdataType.SOA)
    message.flags = dns.flags.Flag(0)
    response = await ask(message, address, port, TIMEOUT_S, tries=TRIES_MAX)
    for rrset in response.answer:
        if rrset.rdtype == RdataType.SOA and rrset.name == origin:
            return int(rrset[0].serial)
    raise ExchangeFailed(f"{address} has no SOA record for {origin}")


async def fetch_zone(origin: Name, known: Zone | None, address: str, port: int) -> Zone:
    """The primary's version: the difference to a known one if the primary has it.  Raises :class:`ExchangeFailed`."""
    loaded = dns.zone.Zone(origin, relativize=False)
    if known is not None:
        with loaded.writer() as writer:
            for name, rdataset in known.records():
                writer.add(name, rdataset)
    rdtype = RdataType.AXFR if known is None else RdataType.IXFR
    serial = None if known is None else known.serial
    query, _ = dns.xfr.make_query(loaded, serial if serial is not None else None)
    query.flags = dns.flags.Flag(0)
    if query.question[0].rdtype != rdtype:
        raise ExchangeFailed(f"{origin}: no version to begin with")
    try:
        with dns.xfr.Inbound(loaded, rdtype, serial) as inbound:
            await _receive(query, inbound, address, port)
        return zone_of(loaded)
    except (dns.exception.DNSException, ValueError, KeyError) as error:
        raise ExchangeFailed(f"{origin} from {address}: {error or type(error).__name__}") from error
    except (OSError, EOFError) as error:
        raise ExchangeFailed(f"{origin} from {address}: {error or type(error).__name__}") from error


async def _receive(query: dns.message.Message, inbound: dns.xfr.Inbound, address: str, port: int) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        reader, writer = await asyncio.open_connection(address, port)
    try:
        octets = query.to_wire()
        writer.write(len(octets).to_bytes(2, "big") + octets)
        total = 0
        done = False
        while not done:
            async with asyncio.timeout(TIMEOUT_S):
                size = int.from_bytes(await reader.readexactly(2), "big")
                data = await reader.readexactly(size)
            total += size
            if total > OCTETS_MAX:
                raise ExchangeFailed(f"{address} sends more than {OCTETS_MAX} octets")
            message = dns.message.from_wire(data, one_rr_per_rrset=True, xfr=True)
            if message.id != query.id:
                raise ExchangeFailed(f"{address} answers another query")
            done = inbound.process_message(message)
    finally:
        writer.close()
