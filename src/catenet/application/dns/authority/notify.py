"""NOTIFY: a primary server tells its secondary servers of a new version (RFC 1996)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import dns.flags
import dns.message
import dns.opcode
import dns.rrset

from catenet.application.counters import Counters
from catenet.application.dns.protocol.exchange import ExchangeFailed, ask_udp
from catenet.application.dns.zones.zone import Zone

TRIES_MAX: Final = 5
TIMEOUT_S: Final = 5.0
"""Seconds until the first repetition; the time doubles with each."""


class Notifier:
    """Notifies some servers, each by a task of its own."""

    def __init__(self, servers: Sequence[tuple[str, int]], counters: Counters) -> None:
        self._servers: Final = tuple(servers)
        self._counters: Final = counters
        self._tasks: Final[dict[tuple[str, int, str], asyncio.Task[None]]] = {}

    def notify(self, zone: Zone) -> None:
        """Tell every server; a notification of an older version is given up."""
        for address, port in self._servers:
            key = (address, port, zone.origin.to_text())
            if key in self._tasks:
                self._tasks[key].cancel()
            self._tasks[key] = asyncio.get_running_loop().create_task(self._tell(zone, address, port))

    async def _tell(self, zone: Zone, address: str, port: int) -> None:
        for number in range(TRIES_MAX):
            message = dns.message.make_query(zone.origin, "SOA")
            message.set_opcode(dns.opcode.NOTIFY)
            message.flags = dns.flags.AA | dns.opcode.to_flags(dns.opcode.NOTIFY)
            message.answer.append(dns.rrset.from_rdata(zone.origin, zone.soa_rdataset.ttl, zone.soa))
            self._counters.add("notify-sent")
            try:
                await ask_udp(message, address, port, TIMEOUT_S * 2**number)
            except ExchangeFailed:
                continue
            return
        self._counters.add("notify-failed")

    def close(self) -> None:
        """Give up what is not yet acknowledged."""
        for task in self._tasks.values():
            task.cancel()
