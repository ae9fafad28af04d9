"""Reports as packets: IGMP on IPv4, MLD in ICMPv6, both with Router Alert and hop limit 1.

RFC 3376 section 4, RFC 3810 section 5; the older ones RFC 2236 section 2, RFC 2710 section 3.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import internet_checksum
from catenet.kernel.pdu import Octets
from catenet.link.multicast.group_record import FIXED_OCTETS, IS_EXCLUDE, TO_EXCLUDE, GroupRecord, address_octets
from catenet.link.multicast.message import ROUTER_ALERT4, ROUTER_ALERT6
from catenet.link.multicast.report import HEADER_OCTETS, Report
from catenet.network import addresses
from catenet.network.icmp.message import IcmpMessage
from catenet.network.interface import PREFERRED, Interface
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import HOP_BY_HOP, Ipv6Packet
from catenet.network.ip_core import IpCore
from catenet.network.packet import PROTOCOL_ICMPV6, PROTOCOL_IGMP, IpPacket

IGMP3_ROUTERS: Final = 0xE0000016
"""224.0.0.22, to which IGMPv3 reports go."""
ALL_ROUTERS4: Final = 0xE0000002
MLD2_ROUTERS: Final = 0xFF020000000000000000000000000016
ALL_ROUTERS6: Final = 0xFF020000000000000000000000000002
INTERNETWORK_CONTROL: Final[i64] = 0xC0
"""The IPv4 precedence of IGMPv3 (RFC 3376 section 4)."""
IPV4_OCTETS: Final[i64] = 24
IPV6_OCTETS: Final[i64] = 48
"""Headers with their Router Alert."""


class GroupOutput:
    """Sends one interface's reports."""

    def __init__(self, interface: Interface, core: IpCore, version: i64) -> None:
        self.interface: Final = interface
        self.core: Final = core
        self.version: Final[i64] = version
        self.without_address: bool = False
        """Whether a report had the unspecified source, because duplicate address detection was not over."""

    def report(self, records: list[GroupRecord]) -> None:
        """Send an IGMPv3 or MLDv2 report of these records; several, if one would exceed the link's MTU."""
        dst = IGMP3_ROUTERS if self.version == 4 else MLD2_ROUTERS
        headers = IPV4_OCTETS if self.version == 4 else IPV6_OCTETS
        for some in packed(self.version, records, self.interface.mtu - headers - HEADER_OCTETS):
            self._send(Report(self.version, 3 if self.version == 4 else 2, some), dst)

    def older_report(self, generation: i64, record: GroupRecord, leaves: bool) -> None:
        """Send a report, or a leave message, of an older version."""
        dst = record.group
        if leaves:
            dst = ALL_ROUTERS4 if self.version == 4 else ALL_ROUTERS6
        self._send(Report(self.version, generation, [record]), dst)

    def _send(self, report: Report, dst: int) -> None:
        packet = self._packet4(report, dst) if self.version == 4 else self._packet6(report, dst)
        self.core.family(self.version).counters.out_requests += 1
        self.interface.neighbour_for(self.version, dst).send(packet)

    def _packet4(self, report: Report, dst: int) -> IpPacket:
        message = report.emit()
        checksum = int(internet_checksum(message))
        payload = Octets(message[:2] + checksum.to_bytes(2, "big") + message[4:])
        own = self.interface.ipv4
        src = own[0][0] if own else addresses.UNSPECIFIED
        return Ipv4Packet(src, dst, PROTOCOL_IGMP, payload, 1, INTERNETWORK_CONTROL, 0, True, ROUTER_ALERT4)

    def _packet6(self, report: Report, dst: int) -> IpPacket:
        message = report.emit()
        payload = IcmpMessage(6, message[0], message[1], int.from_bytes(message[4:8], "big"), message[8:])
        self.core.icmp_counters.sent(6, payload.kind)
        packet = Ipv6Packet(self._source6(), dst, PROTOCOL_ICMPV6, payload, 1)
        packet.next_header = HOP_BY_HOP
        packet.extensions = bytes([PROTOCOL_ICMPV6, 0]) + ROUTER_ALERT6
        return packet

    def _source6(self) -> int:
        """The link-local address, once it is known to be unique; else the unspecified one (RFC 3810 section 5.2.13)."""
        for own in self.interface.addresses:
            if own.version == 6 and own.state == PREFERRED and addresses.is_link_local(6, own.address):
                return own.address
        self.without_address = True
        return addresses.UNSPECIFIED


def packed(version: i64, records: list[GroupRecord], room: i64) -> list[list[GroupRecord]]:
    """Records in as many reports of ``room`` octets as they need (RFC 3376 section 4.2.16).

    A record that does not fit is divided.  For EXCLUDE only the first part is sent, since another would replace it.
    """
    reports: list[list[GroupRecord]] = []
    left: i64 = 0
    for record in divided(version, records, room):
        if record.octets(version) > left:
            reports.append([])
            left = room
        reports[-1].append(record)
        left -= record.octets(version)
    return reports


def divided(version: i64, records: list[GroupRecord], room: i64) -> list[GroupRecord]:
    """The records, divided so that each fits into a report of its own."""
    width = address_octets(version)
    most = int(max(1, (room - FIXED_OCTETS) // width - 1))
    parts: list[GroupRecord] = []
    for record in records:
        if len(record.sources) <= most:
            parts.append(record)
            continue
        ends = [0] if record.kind in (IS_EXCLUDE, TO_EXCLUDE) else range(0, len(record.sources), most)
        parts += [GroupRecord(record.kind, record.group, record.sources[at : at + most]) for at in ends]
    return parts
