"""The groups that a datagram socket has joined, and the sources that it listens to, with Linux's rules and errors.

(ip(7), RFC 3678; ``net/ipv4/igmp.c`` and ``net/ipv6/mcast.c`` decide which errno.)
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Final

from catenet.network.addresses import is_multicast
from catenet.network.interface import Interface
from catenet.network.multicast.source_filter import ANY_SOURCE, NOTHING, SourceFilter
from catenet.session.sockets.socket_base import fail
from catenet.transport.udp import GroupMember, UdpSocket

MAX_MEMBERSHIPS: Final = 20
"""Linux's net.ipv4.igmp_max_memberships; IPv6 has no limit."""
MAX_SOURCES: Final = {4: 10, 6: 64}
"""Linux's net.ipv4.igmp_max_msf and net.ipv6.mld_max_msf."""


class Memberships:
    """Operations on one socket's memberships.  An interface of None is the default one of the group."""

    def __init__(self, udp: UdpSocket) -> None:
        self._udp = udp

    def move(self, udp: UdpSocket) -> None:
        """The endpoint has another socket of the transport layer."""
        udp.memberships.extend(self._udp.memberships)
        udp.all_groups = self._udp.all_groups
        self._udp = udp

    def join(self, version: int, group: int, interface: Interface | None) -> None:
        """Listen to all sources of a group.  EADDRINUSE: joined before."""
        interface = self._interface(version, group, interface)
        if self._find(version, group, interface) is not None:
            fail(errno.EADDRINUSE)
        self._add(version, group, interface, ANY_SOURCE)

    def leave(self, version: int, group: int, interface: Interface | None) -> None:
        """Leave a group.  EADDRNOTAVAIL: not joined."""
        if version == 6 and not is_multicast(version, group):
            fail(errno.EINVAL)
        self._set(self._find(version, group, interface) or fail(errno.EADDRNOTAVAIL), NOTHING)

    def join_source(self, version: int, group: int, interface: Interface | None, source: int) -> None:
        """Listen to one more source of a group, at first only to this.  EADDRNOTAVAIL: it listens to it already."""
        interface = self._interface(version, group, interface)
        member = self._find(version, group, interface)
        if member is None:
            self._add(version, group, interface, SourceFilter(False, [source]))
        else:
            self._add_source(member, False, source)

    def leave_source(self, version: int, group: int, interface: Interface | None, source: int) -> None:
        """Listen to a source no longer; with the last, leave the group."""
        self._remove_source(self._member(version, group, interface), False, source)

    def block_source(self, version: int, group: int, interface: Interface | None, source: int) -> None:
        """Listen to a source of a joined group no longer.  EINVAL: not joined, or joined for sources."""
        self._add_source(self._member(version, group, interface), True, source)

    def unblock_source(self, version: int, group: int, interface: Interface | None, source: int) -> None:
        """Undo :meth:`block_source`.  EADDRNOTAVAIL: it is not blocked."""
        self._remove_source(self._member(version, group, interface), True, source)

    def set_filter(
        self, version: int, group: int, interface: Interface | None, exclude: bool, sources: Sequence[int]
    ) -> None:
        """Replace the whole filter of a joined group; INCLUDE of none leaves it."""
        if len(sources) > MAX_SOURCES[version]:
            fail(errno.ENOBUFS)
        if not exclude and not sources:
            self.leave(version, group, interface)
            return
        self._set(self._member(version, group, interface), SourceFilter(exclude, sources))

    def leave_all(self) -> None:
        """Leave all groups, when the socket is closed."""
        for member in list(self._udp.memberships):
            self._set(member, NOTHING)

    def _add_source(self, member: GroupMember, exclude: bool, source: int) -> None:
        had = member.sources
        if had.sources and had.exclude != exclude:
            fail(errno.EINVAL)
        if len(had.sources) >= MAX_SOURCES[member.version]:
            fail(errno.ENOBUFS)
        if source in had.sources:
            fail(errno.EADDRNOTAVAIL)
        self._set(member, SourceFilter(exclude, (*had.sources, source)))

    def _remove_source(self, member: GroupMember, exclude: bool, source: int) -> None:
        had = member.sources
        if had.sources and had.exclude != exclude:
            fail(errno.EINVAL)
        if source not in had.sources:
            fail(errno.EADDRNOTAVAIL)
        self._set(member, SourceFilter(exclude, [each for each in had.sources if each != source]))

    def _add(self, version: int, group: int, interface: Interface, sources: SourceFilter) -> None:
        joined = [member for member in self._udp.memberships if member.version == version]
        if version == 4 and len(joined) >= MAX_MEMBERSHIPS:
            fail(errno.ENOBUFS)
        self._udp.memberships.append(GroupMember(interface, version, group, sources))
        interface.change_filter(version, group, NOTHING, sources)

    def _set(self, member: GroupMember, sources: SourceFilter) -> None:
        had, member.sources = member.sources, sources
        if sources.is_nothing:
            self._udp.memberships.remove(member)
        member.interface.change_filter(member.version, member.group, had, sources)

    def _member(self, version: int, group: int, interface: Interface | None) -> GroupMember:
        interface = self._interface(version, group, interface)
        return self._find(version, group, interface) or fail(errno.EINVAL)

    def _find(self, version: int, group: int, interface: Interface | None) -> GroupMember | None:
        for member in self._udp.memberships:
            if (member.version, member.group) == (version, group) and interface in (None, member.interface):
                return member
        return None

    def _interface(self, version: int, group: int, interface: Interface | None) -> Interface:
        if not is_multicast(version, group):
            fail(errno.EINVAL)
        if interface is not None:
            return interface
        ip = self._udp.layer.ip
        family = ip.family4 if version == 4 else ip.family6
        return family.group_interface(group) or fail(errno.ENODEV)
