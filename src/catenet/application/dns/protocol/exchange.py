"""One query of a client and its response: matching, time-out, and TCP after truncation.

A forged response has to hit the source port, the id and the letters' case of the name (RFC 5452); whatever does not
match is counted and ignored, and many such responses end the attempt.  Ports and ids come from ``secrets``, which on a
simulated host is a seeded stream.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
from typing import Any, Final

import dns.exception
import dns.flags
import dns.message

from catenet.application.counters import Counters

PORTS: Final = (1_024, 65_536)
"""Source ports are drawn from this range (RFC 5452 section 4.5)."""
BIND_TRIES_MAX: Final = 8
MISMATCHES_MAX: Final = 20
"""Responses that do not match, until an attempt ends: somebody is guessing."""


class ExchangeFailed(Exception):
    """No usable response came."""


class Mismatches(ExchangeFailed):
    """Too many responses did not match."""


def matches(query: dns.message.Message, response: dns.message.Message) -> bool:
    """Whether a message answers a query: id, opcode, and the question with its letters' case."""
    if response.id != query.id or not response.flags & dns.flags.QR or response.opcode() != query.opcode():
        return False
    if not response.question:
        return response.rcode() != 0  # a server that could not parse the query
    asked, echoed = query.question[0], response.question[0]
    same = (asked.rdtype, asked.rdclass) == (echoed.rdtype, echoed.rdclass)
    return len(response.question) == 1 and same and asked.name.labels == echoed.name.labels


async def ask(
    query: dns.message.Message,
    address: str,
    port: int,
    timeout: float,
    *,
    tries: int = 1,
    counters: Counters | None = None,
) -> dns.message.Message:
    """The response over UDP, or over TCP if that is truncated.  Raises :class:`ExchangeFailed`."""
    for number in range(tries):
        try:
            response = await ask_udp(query, address, port, timeout, counters)
            break
        except Mismatches:
            return await ask_tcp(query, address, port, timeout)
        except ExchangeFailed:
            if number == tries - 1:
                raise
    if response.flags & dns.flags.TC:
        if counters is not None:
            counters.add("tcp-after-truncation")
        return await ask_tcp(query, address, port, timeout)
    return response


async def ask_udp(
    query: dns.message.Message, address: str, port: int, timeout: float, counters: Counters | None = None
) -> dns.message.Message:
    """The response to one datagram from a new socket with a random port.  Raises :class:`ExchangeFailed`."""
    loop = asyncio.get_running_loop()
    waiting = _Exchange(query, counters or Counters(), loop.create_future())
    transport = await _open(waiting, address, port)
    try:
        transport.sendto(query.to_wire())
        async with asyncio.timeout(timeout):
            return await waiting.response
    except TimeoutError:
        raise ExchangeFailed(f"{address} does not answer within {timeout:g} s") from None
    finally:
        transport.close()


async def _open(waiting: _Exchange, address: str, port: int) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    any_address = "::" if ":" in address else "0.0.0.0"  # noqa: S104
    error: OSError | None = None
    for _ in range(BIND_TRIES_MAX):
        source = PORTS[0] + secrets.randbelow(PORTS[1] - PORTS[0])
        try:
            transport, _protocol = await loop.create_datagram_endpoint(
                lambda: waiting, local_addr=(any_address, source), remote_addr=(address, port)
            )
            return transport
        except OSError as cause:
            error = cause
    raise ExchangeFailed(f"no socket towards {address}: {error}")


async def ask_tcp(query: dns.message.Message, address: str, port: int, timeout: float) -> dns.message.Message:
    """The response over a new TCP connection.  Raises :class:`ExchangeFailed`."""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(address, port)
            try:
                octets = query.to_wire()
                writer.write(len(octets).to_bytes(2, "big") + octets)
                size = int.from_bytes(await reader.readexactly(2), "big")
                response = parse_response(await reader.readexactly(size))
            finally:
                writer.close()
    except TimeoutError:
        raise ExchangeFailed(f"{address} does not answer over TCP within {timeout:g} s") from None
    except (OSError, EOFError) as error:
        raise ExchangeFailed(f"{address} over TCP: {error}") from error
    if response is None or not matches(query, response):
        raise ExchangeFailed(f"{address} answers another question over TCP")
    return response


def parse_response(octets: bytes) -> dns.message.Message | None:
    """A message from its octets; None if it is malformed."""
    try:
        return dns.message.from_wire(octets)
    except (dns.exception.DNSException, ValueError, struct.error):
        return None


class _Exchange(asyncio.DatagramProtocol):
    """The socket of one query."""

    def __init__(
        self, query: dns.message.Message, counters: Counters, response: asyncio.Future[dns.message.Message]
    ) -> None:
        self.response: Final = response
        self._query: Final = query
        self._counters: Final = counters
        self._mismatches = 0

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        if self.response.done():
            return
        response = parse_response(data)
        if response is not None and matches(self._query, response):
            self.response.set_result(response)
            return
        self._counters.add("responses-malformed" if response is None else "responses-unmatched")
        self._mismatches += 1
        if self._mismatches >= MISMATCHES_MAX:
            self.response.set_exception(Mismatches("too many responses do not match the query"))

    def error_received(self, exc: Exception) -> None:
        if not self.response.done():
            self.response.set_exception(ExchangeFailed(str(exc)))
