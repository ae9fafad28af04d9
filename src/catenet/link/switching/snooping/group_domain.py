"""The groups of one VLAN in IPv4 or IPv6: the ports with members, and those to multicast routers."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.multicast.group_record import GroupRecord
from catenet.link.switching.snooping.port_group import Asks, PortGroup
from catenet.link.switching.snooping.querier import Querier


class GroupDomain:
    """``version`` is that of IP.  Ports are numbers."""

    def __init__(self, vid: i64, version: i64, querier: Querier) -> None:
        self.vid: Final[i64] = vid
        self.version: Final[i64] = version
        self.querier: Final = querier
        self._groups: Final[dict[int, dict[int, PortGroup]]] = {}
        self._routers: Final[dict[int, int]] = {}

    def member(self, group: int, port: int) -> PortGroup | None:
        """The state of a group's members behind a port."""
        ports = self._groups.get(group)
        return None if ports is None else ports.get(port)

    def hear(self, record: GroupRecord, port: int, older: i64, now_ns: i64) -> Asks:
        """Process a group record of a report received by a port."""
        known = self._groups.setdefault(record.group, {}).setdefault(port, PortGroup(self.version))
        asks = known.hear(record, older, now_ns, self.querier.membership_ns)
        self._tidy(record.group, port, now_ns)
        return asks

    def hear_router(self, port: int, until_ns: i64) -> None:
        """Record that a multicast router is behind a port."""
        self._routers[port] = max(int(until_ns), self._routers.get(port, 0))

    def routers(self, now_ns: i64) -> list[int]:
        """The ports to multicast routers."""
        return [port for port, until_ns in self._routers.items() if until_ns > now_ns]

    def members(self, group: int, source: int, now_ns: i64) -> list[int] | None:
        """The ports that receive a source's packets to a group; None if the group has no members."""
        ports = self._groups.get(group)
        if ports is None or not [port for port, known in ports.items() if known.has_members(now_ns)]:
            return None
        return [port for port, known in ports.items() if known.forwards(source, now_ns)]

    def groups(self, now_ns: i64) -> list[tuple[int, int, PortGroup]]:
        """``(group, port, members)``, in ascending order."""
        found = []
        for group in sorted(self._groups):
            ports = self._groups[group]
            found += [(group, port, ports[port]) for port in sorted(ports) if ports[port].has_members(now_ns)]
        return found

    def lower(self, group: int, sources: tuple[int, ...], until_ns: i64, now_ns: i64) -> None:
        """Another querier's query for a group: its members behind any port must report (RFC 3376 section 6.6.1)."""
        for known in self._groups.get(group, {}).values():
            known.lower(sources, until_ns, now_ns)

    def drop(self, group: int, port: int, asks: Asks, now_ns: i64) -> None:
        """Fast leave: remove members at once, without a query."""
        known = self.member(group, port)
        if known is None:
            return
        if asks.group:
            known.lower((), now_ns, now_ns)
        if asks.sources:
            known.lower(asks.sources, now_ns, now_ns)
        self._tidy(group, port, now_ns)

    def forget(self, port: int, now_ns: i64) -> None:
        """A link went down: remove all members and routers behind the port."""
        for ports in self._groups.values():
            ports.pop(port, None)
        self._routers.pop(port, None)
        self.querier.lose(port, now_ns)

    def _tidy(self, group: int, port: int, now_ns: i64) -> None:
        """Delete an entry without members."""
        ports = self._groups[group]
        if port in ports and not ports[port].has_members(now_ns):
            del ports[port]
        if not ports:
            del self._groups[group]
